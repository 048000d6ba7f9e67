//! Party forms and letters: who must, what passes, what is asked about, to the second and to the day.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

mod common;

use chrono::{Days, NaiveDate};
use common::{at, enrolled, notice, person, sealed, student, student_with, with};
use domain::Timestamp;
use domain::batch::Batch;
use domain::clearance::Clearance;
use domain::decide::form::{FormState, hand_in};
use domain::decide::letter::{
    IntroductionAnew, Issuing, LetterChange, ReissueRequest, issue, print, receive, reissue,
};
use domain::fact::Event;
use domain::field::LONGEST_REASON;
use domain::paper::Paper;
use domain::party::form::{FormRequest, Warning};
use domain::party::letter::{Content, Letter, LetterState, Receipt};
use domain::refusal::{Barrier, Refusal, What};
use domain::rights::Actor;
use domain::role::Role;
use domain::student::{Personal, Sex, Student};
use ledger::Aggregate as _;

fn personal() -> Personal {
    Personal {
        sex: Some(Sex::Male),
        ethnicity: Some("汉族".to_owned()),
        birth_date: NaiveDate::from_ymd_opt(1993, 5, 6),
        ..student().personal().clone()
    }
}

fn member() -> Student {
    Student { personal: sealed(personal()), ..student_with(&[("party", "full"), ("party_here", "yes")]) }
}

fn myself() -> Actor {
    person("20151104027", &[], &[], &[])
}

fn party_office() -> Actor {
    person("20080031", &[Role::PartyOffice], &[], &[])
}

fn registrar() -> Actor {
    person("20080032", &[Role::Registrar], &[], &[])
}

fn asked(heading: &str, destination: &str, kind: &str) -> FormRequest {
    FormRequest {
        heading: heading.to_owned(),
        destination: destination.to_owned(),
        transfer_kind: kind.to_owned(),
        confirmed: true,
        ..FormRequest::default()
    }
}

fn sound() -> FormRequest {
    asked("中共昆明市委组织部", "昆明市第一中学党委", "in-province")
}

fn morning() -> Timestamp {
    at("2017-12-20T09:00:00+08:00")
}

fn hand(
    clearance: &mut Clearance,
    actor: &Actor,
    form: &FormRequest,
    when: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let handed_in = hand_in(&notice(), clearance, actor, form, when)?;
    handed_in.iter().for_each(|event| clearance.evolve(event));
    Ok(handed_in)
}

fn with_form() -> Clearance {
    let (mut clearance, _) = enrolled(&notice(), member());
    hand(&mut clearance, &myself(), &sound(), morning()).unwrap();
    clearance
}

fn introduction(batch: &Batch) -> &Paper {
    batch.introduction().unwrap()
}

fn introducing<'a>(
    batch: &'a Batch,
    clearance: &'a Clearance,
    actor: &'a Actor,
    number: u32,
    at: Timestamp,
) -> Issuing<'a> {
    Issuing { batch, paper: introduction(batch), clearance, actor, number, at }
}

fn anew(asked: &IntroductionAnew) -> ReissueRequest {
    ReissueRequest::Introduction(asked.clone())
}

fn issued(clearance: &mut Clearance, number: u32, when: Timestamp) -> Letter {
    let LetterChange { events, letter, .. } =
        issue(introducing(&notice(), clearance, &party_office(), number, when)).unwrap().unwrap();
    events.iter().for_each(|event| clearance.evolve(event));
    letter
}

/// Real headings: what is asked about each, if anything.
#[test]
fn real_headings_pass_and_odd_ones_are_asked_about() {
    for (heading, destination, kind, warnings) in [
        ("中共昆明市委组织部", "昆明市第一中学党委", "in-province", &[][..]),
        ("中共云南省嵩明县委组织部", "嵩明县嵩阳街道某社区党支部", "in-province", &[]),
        ("中共峨山彝族自治县委组织部", "峨山县人民医院党委", "in-province", &[]),
        ("中共楚雄彝族自治州委组织部", "楚雄师范学院党委", "in-province", &[]),
        ("中共昆明市五华区委", "五华区人民法院", "in-province", &[]),
        ("云南省国资委党委", "云南建投集团", "in-province", &[]),
        ("云南大学党委组织部", "云南大学信息学院党委", "on-campus", &[]),
        ("中共四川省委组织部", "四川省成都市某公司党委", "out-of-province", &[]),
        ("中共广西壮族自治区委员会组织部", "广西大学党委", "out-of-province", &[]),
        ("中共新疆维吾尔自治区喀什地区委员会组织部", "喀什大学党委", "out-of-province", &[]),
        ("中共内蒙古自治区鄂温克族自治旗委组织部", "旗教育局党委", "out-of-province", &[]),
        ("中共北京市海淀区委组织部", "中关村街道党工委", "out-of-province", &[]),
        ("中华人民共和国教育部直属机关党委", "教育部某司党支部", "out-of-province", &[]),
        ("中国人民解放军某部队政治工作部", "某部队", "out-of-province", &[]),
        ("中国石油天然气集团有限公司党组组织部", "中国石油西南分公司党委", "out-of-province", &[]),
        ("云南省昆明市人才服务中心", "人才中心党委", "in-province", &["no-committee"]),
        ("昆明市五华区委", "某公司", "in-province", &["no-committee"]),
        ("中共昆明市党员服务中心", "某公司", "in-province", &["no-committee"]),
        ("昆明市五华区华山街道党工委", "某社区", "in-province", &["below-county"]),
        ("中共嵩明县杨林镇委员会", "杨林镇某村党支部", "in-province", &["below-county"]),
        ("中共四川省委组织部", "成都某公司", "in-province", &["province-contradicts"]),
        ("中共昆明市委组织部", "昆明市某公司", "out-of-province", &["province-contradicts"]),
        // The place that stands first decides.
        ("中共昆明市委组织部", "云南省驻北京办事处", "in-province", &[]),
        ("中共昆明市委组织部", "云南省驻北京办事处", "out-of-province", &["province-contradicts"]),
        ("中共北京市海淀区委组织部", "北京云南大厦", "out-of-province", &[]),
        ("中共北京市海淀区委组织部", "北京云南大厦", "in-province", &["province-contradicts"]),
        ("中共昆明市委组织部", "中共昆明市委组织部", "in-province", &["heading-is-destination"]),
        ("中共云南省委组织部", "云南省", "in-province", &["only-a-place"]),
        ("中共昆明市委组织部", "昆明市", "in-province", &["only-a-place"]),
        ("中共昆明市委组织部", "云南省昆明市五华区", "in-province", &["only-a-place"]),
        ("中共楚雄州委组织部", "楚雄彝族自治州", "in-province", &["only-a-place"]),
        ("中共嵩明县委组织部", "嵩明县嵩阳街道", "in-province", &["only-a-place"]),
        ("中共昆明市委组织部", "昆明", "in-province", &["only-a-place"]),
        ("中共昆明市委组织部", "西双版纳", "in-province", &["only-a-place"]),
        ("中共四川省委组织部", "四川", "out-of-province", &["only-a-place"]),
        ("中共内蒙古自治区委员会组织部", "内蒙古自治区鄂温克族自治旗", "out-of-province", &["only-a-place"]),
        ("中共山西省长治市委组织部", "长治市上党区", "out-of-province", &["only-a-place"]),
        ("中共云南省委组织部", "云南省军区", "in-province", &[]),
        ("中共昆明市委组织部", "昆明市某超市", "in-province", &[]),
        ("云南大学党委组织部", "云南大学呈贡校区", "on-campus", &[]),
        ("中共昆明市委组织部", "昆明市公安局五华区", "in-province", &[]),
        ("中共北京市委组织部", "北大", "out-of-province", &[]),
    ] {
        let form = asked(heading, destination, kind).read().unwrap_or_else(|r| panic!("{heading}: {r:?}"));
        let found: Vec<_> = form.letter_warnings(notice().home()).into_iter().map(Warning::word).collect();
        assert_eq!(found, warnings, "{heading} → {destination} ({kind})");
    }
}

#[test]
fn a_prefecture_at_home_that_begins_like_another_province_is_at_home() {
    let home = ["青海", "海南藏族自治州"].map(str::to_owned);
    let form = asked("中共海南藏族自治州委组织部", "海南藏族自治州某局党委", "in-province").read().unwrap();
    assert_eq!(form.letter_warnings(&home), []);
}

#[test]
fn a_warning_names_the_field_it_is_about() {
    let fields: Vec<_> = Warning::ALL.iter().map(|warning| (warning.word(), warning.field())).collect();
    let expected = [
        ("no-committee", "heading"),
        ("below-county", "heading"),
        ("province-contradicts", "transfer_kind"),
        ("heading-is-destination", "destination"),
        ("only-a-place", "destination"),
        ("identity-contradicts", "id_number"),
        ("identity-flaw", "id_number"),
    ];
    assert_eq!(fields, expected);
}

#[test]
fn what_can_not_stand_on_a_letter_is_refused_by_field() {
    let codes = |form: &FormRequest| match form.read() {
        Err(Refusal::InvalidFields(faults)) => {
            faults.iter().map(|f| format!("{}: {}", f.field, f.rule.code())).collect::<Vec<_>>()
        }
        other => panic!("{other:?}"),
    };
    for branch in ["中共某公司第一党支部", "某大学机关党总支", "某学院直属党支部委员会"]
    {
        assert_eq!(codes(&asked(branch, "某公司党委", "in-province")), ["heading: branch"], "{branch}");
    }
    assert_eq!(
        codes(&asked("", "", "abroad")),
        ["heading: required", "destination: required", "transfer_kind: one-of"]
    );
    assert_eq!(codes(&asked(&"长".repeat(500), "某党委", "in-province")), ["heading: too-long"]);
    for odd in [
        "中共\u{7}昆明市委",
        "中共昆明市委\n组织部",
        "中共\u{202e}昆明市委组织部",
        "中共\u{200b}昆明市委组织部",
    ] {
        assert_eq!(codes(&asked(odd, "某党委", "in-province")), ["heading: control-characters"], "{odd:?}");
    }
    for odd in ["中共昆明市委组织部ཀ", "中共昆明市委组织部🫠", "中共昆明市委组织部\u{30ede}"]
    {
        assert_eq!(codes(&asked(odd, "某党委", "in-province")), ["heading: unprintable"], "{odd:?}");
    }
    let unconfirmed = FormRequest { confirmed: false, ..sound() };
    assert_eq!(codes(&unconfirmed), ["confirmed: required"]);
    let phone = FormRequest { receiver_phone: Some("打这个".to_owned()), ..sound() };
    assert_eq!(codes(&phone), ["receiver_phone: not-a-telephone"]);
}

#[test]
fn full_width_and_half_width_forms_become_one() {
    let form = asked("　中共昆明市委组织部　", "昆明市（第１）中学  党委", "in-province").read().unwrap();
    assert_eq!(form.heading, "中共昆明市委组织部");
    assert_eq!(form.destination, "昆明市（第1）中学 党委");
    let pasted = asked("中共昆明市委组织部：", "某单位党委。", "in-province").read().unwrap();
    assert_eq!((pasted.heading.as_str(), pasted.destination.as_str()), ("中共昆明市委组织部", "某单位党委"));
}

#[test]
fn only_members_whose_relation_is_here_hand_in_a_form() {
    for (party, here) in [("none", "no"), ("full", "no"), ("none", "yes")] {
        let (mut clearance, _) =
            enrolled(&notice(), with(member(), &[("party", party), ("party_here", here)]));
        let refused = hand(&mut clearance, &myself(), &sound(), morning());
        assert_eq!(refused.unwrap_err(), Refusal::FormNotNeeded, "{party} {here}");
    }
}

#[test]
fn who_hands_in_a_form_is_one_of_these() {
    let (clearance, _) = enrolled(&notice(), member());
    let role = |actor: &Actor| actor.may_hand_in(&notice(), &clearance.student);
    assert_eq!(role(&myself()), Ok(Role::Student));
    assert_eq!(role(&party_office()), Ok(Role::PartyOffice));
    assert_eq!(role(&person("20080033", &[Role::Counsellor], &[], &["信息学院"])), Ok(Role::Counsellor));
    assert_eq!(
        role(&person("20080033", &[Role::Counsellor], &[], &["法学院"])),
        Err(Refusal::NotFound(What::Student))
    );
    assert_eq!(role(&common::clerk(&["library"])), Err(Refusal::NotAllowed(Barrier::Role)));
    assert_eq!(
        role(&person("20050007", &[], &[], &[])),
        Err(Refusal::NotAllowed(Barrier::Role)),
        "the advisor"
    );
    assert_eq!(role(&person("20151104028", &[], &[], &[])), Err(Refusal::NotFound(What::Student)));
    let mut clearance = clearance;
    let silent = hand(&mut clearance, &registrar(), &sound(), morning());
    assert!(matches!(silent, Err(Refusal::InvalidFields(_))), "on a student's behalf only with a reason");
}

#[test]
fn a_form_can_be_changed_until_its_campus_s_deadline_to_the_second() {
    for (campus, last, deadline) in [
        ("lianhua", "2017-12-22T16:59:59+08:00", "2017-12-22T17:00:00+08:00"),
        ("chenggong", "2017-12-22T16:29:59+08:00", "2017-12-22T16:30:00+08:00"),
    ] {
        let (mut clearance, _) = enrolled(&notice(), with(member(), &[("campus", campus)]));
        assert!(hand(&mut clearance, &myself(), &sound(), at(last)).is_ok(), "{campus}");
        let late = asked("中共曲靖市委组织部", "曲靖一中党委", "in-province");
        for actor in [myself(), party_office()] {
            let refused = hand(&mut clearance, &actor, &late, at(deadline));
            assert_eq!(refused.unwrap_err(), Refusal::DeadlinePassed { deadline: at(deadline) }, "{campus}");
        }
        let why = FormRequest { reason: Some("住院".to_owned()), ..late };
        let handed_in = hand(&mut clearance, &registrar(), &why, at(deadline)).unwrap();
        assert_eq!(handed_in[0].stamp.role, Role::Registrar);
        assert_eq!(handed_in[0].fact.reason(), Some("住院"), "and everybody can see why");
    }
}

#[test]
fn the_same_form_again_changes_nothing() {
    let mut clearance = with_form();
    assert!(hand(&mut clearance, &myself(), &sound(), morning()).unwrap().is_empty());
}

#[test]
fn a_form_is_missing_odd_ready_or_behind_a_letter() {
    let home = notice().home().to_vec();
    let state = |clearance: &Clearance| {
        let (state, warnings) = FormState::of(clearance, &home);
        (state, !warnings.is_empty())
    };
    let number = Some("530102199305060024".to_owned());
    let woman = sealed(Personal { sex: Some(Sex::Female), id_number: number, ..personal() });
    let (mut clearance, _) = enrolled(&notice(), Student { personal: woman, ..member() });
    assert_eq!(state(&clearance), (FormState::Missing, false));
    let odd = asked("昆明市人才服务中心", "昆明市第一中学党委", "in-province");
    hand(&mut clearance, &myself(), &odd, morning()).unwrap();
    assert_eq!(state(&clearance), (FormState::ToCheck, true));
    hand(&mut clearance, &myself(), &sound(), morning()).unwrap();
    assert_eq!(state(&clearance), (FormState::Ready, false));
    issued(&mut clearance, 1, morning());
    assert_eq!(state(&clearance), (FormState::Issued, false));
}

#[test]
fn a_letter_says_what_roster_form_and_batch_say() {
    let mut clearance = with_form();
    let letter = issued(&mut clearance, 1, at("2017-12-25T10:00:00+08:00"));
    let content = letter.content.get().and_then(Content::introduction).unwrap();
    let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
    assert_eq!((content.issued_on, content.valid_until), (day(2017, 12, 25), day(2018, 3, 25)));
    assert_eq!((content.age, content.valid_days, content.dues_paid_up_to), (24, 90, day(2018, 1, 1)));
    assert_eq!(content.id_number, "530102199305060027", "whole, on the letter");
    assert_eq!(letter.state(day(2018, 3, 25)), LetterState::Issued, "its last day");
    assert_eq!(letter.state(day(2018, 3, 26)), LetterState::Expired);
    let again = issue(introducing(&notice(), &clearance, &party_office(), 2, morning())).unwrap();
    assert!(again.is_none(), "asking again changes nothing");
    let changed = asked("中共曲靖市委组织部", "曲靖一中党委", "in-province");
    let refused = hand(&mut clearance, &myself(), &changed, morning());
    assert_eq!(refused.unwrap_err(), Refusal::LetterExists { number: 1 });
}

#[test]
fn a_letter_s_day_is_the_day_in_shanghai() {
    let mut clearance = with_form();
    let letter = issued(&mut clearance, 1, at("2017-12-24T16:00:00Z"));
    assert_eq!(letter.issued_on, NaiveDate::from_ymd_opt(2017, 12, 25).unwrap());
}

#[test]
fn a_letter_needs_a_form_the_party_office_and_the_whole_roster_row() {
    let (clearance, _) = enrolled(&notice(), member());
    let try_it = |clearance: &Clearance, actor: &Actor| {
        issue(introducing(&notice(), clearance, actor, 1, morning())).unwrap_err()
    };
    assert_eq!(try_it(&clearance, &party_office()), Refusal::FormMissing);
    let clearance = with_form();
    for actor in [myself(), registrar(), common::clerk(&["college"])] {
        assert_eq!(try_it(&clearance, &actor), Refusal::NotAllowed(Barrier::Role));
    }
    let mut clearance = with_form();
    clearance.student.personal = sealed(Personal { id_number: None, sex: None, ..personal() });
    let Refusal::InvalidFields(faults) = try_it(&clearance, &party_office()) else { panic!() };
    let fields: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(fields, ["sex", "id_number"]);
}

#[test]
fn a_reissue_needs_three_papers_a_reason_and_to_be_in_time() {
    let mut clearance = with_form();
    let old = issued(&mut clearance, 1, morning());
    let asked_for = |papers: &[&str]| IntroductionAnew {
        papers: papers.iter().map(|paper| (*paper).to_owned()).collect(),
        reason: Some("单位更名".to_owned()),
        form: asked("中共曲靖市委组织部", "曲靖一中党委", "in-province"),
    };
    let try_it = |old: &Letter, asked: &IntroductionAnew, actor: &Actor, when: &str| {
        reissue(introducing(&notice(), &clearance, actor, 2, at(when)), old, &anew(asked))
    };
    let (last, over) = ("2018-01-09T23:59:59+08:00", "2018-01-10T00:00:00+08:00");
    let all = asked_for(&["statement", "application", "original"]);
    for missing in ["statement", "application", "original"] {
        let papers: Vec<&str> =
            domain::decide::letter::PAPERS.into_iter().filter(|paper| *paper != missing).collect();
        let refused = try_it(&old, &asked_for(&papers), &party_office(), last).unwrap_err();
        let Refusal::InvalidFields(faults) = refused else { panic!() };
        assert_eq!(faults[0].field, format!("papers.{missing}"));
    }
    let odd = IntroductionAnew {
        form: asked("", "曲靖一中党委", "in-province"),
        ..asked_for(&["statement", "application"])
    };
    let Err(Refusal::InvalidFields(faults)) = try_it(&old, &odd, &party_office(), last) else { panic!() };
    let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(fields, ["papers.original", "heading"], "what is wrong with the form, too");
    assert!(matches!(try_it(&old, &all, &party_office(), over), Err(Refusal::DeadlinePassed { .. })));
    assert!(try_it(&old, &all, &registrar(), over).is_ok(), "a registrar may, with the reason");
    assert!(
        matches!(try_it(&old, &all, &registrar(), last), Err(Refusal::NotAllowed(_))),
        "in time it is the party office's"
    );
    let LetterChange { events, letter, voided } = try_it(&old, &all, &party_office(), last).unwrap();
    let voided = voided.unwrap();
    assert_eq!((letter.replaces, voided.replaced_by), (Some(1), Some(2)), "both name each other");
    assert_eq!(voided.state(morning().date_naive()), LetterState::Void);
    assert_eq!(
        (letter.version, voided.version),
        (0, old.version + 1),
        "each entry of the register has its own"
    );
    let actions: Vec<_> = events.iter().map(|event| event.fact.action().word()).collect();
    assert_eq!(actions, ["form", "issue"]);
    assert_eq!(
        try_it(&voided, &all, &party_office(), last).unwrap_err(),
        Refusal::LetterVoid { replaced_by: Some(2) }
    );
}

/// A reason is as long as a sheet of paper is patient, on a form as on a decision; one character more is named.
#[test]
fn a_reason_has_its_bounds_on_forms_and_letters_too() {
    let reason = |count: usize| Some("字".repeat(count));
    let form = |count| FormRequest { reason: reason(count), ..sound() };
    let (clearance, _) = enrolled(&notice(), member());
    let hand = |count| hand_in(&notice(), &clearance, &registrar(), &form(count), morning());
    assert!(hand(LONGEST_REASON).is_ok());
    let too_long = |refused: Refusal| {
        let Refusal::InvalidFields(faults) = refused else { panic!("{refused:?}") };
        faults.into_iter().map(|fault| (fault.field, fault.rule.code())).collect::<Vec<_>>()
    };
    assert_eq!(too_long(hand(LONGEST_REASON + 1).unwrap_err()), [("reason".to_owned(), "too-long")]);

    let mut clearance = with_form();
    let old = issued(&mut clearance, 1, morning());
    let anew = |count| {
        let papers = domain::decide::letter::PAPERS.map(str::to_owned).to_vec();
        let asked = IntroductionAnew { papers, reason: reason(count), form: sound() };
        reissue(introducing(&notice(), &clearance, &party_office(), 2, morning()), &old, &anew(&asked))
    };
    assert!(anew(LONGEST_REASON).is_ok());
    assert_eq!(too_long(anew(LONGEST_REASON + 1).unwrap_err()), [("reason".to_owned(), "too-long")]);
}

#[test]
fn a_letter_that_has_done_its_work_or_is_nobody_s_any_more_is_not_issued_anew() {
    let mut clearance = with_form();
    let letter = issued(&mut clearance, 1, morning());
    let all = IntroductionAnew {
        papers: domain::decide::letter::PAPERS.map(str::to_owned).to_vec(),
        reason: Some("单位更名".to_owned()),
        form: sound(),
    };
    let again = |clearance: &Clearance, old: &Letter| {
        reissue(introducing(&notice(), clearance, &party_office(), 2, morning()), old, &anew(&all))
            .unwrap_err()
    };
    let receipt = Receipt { received_on: morning().date_naive(), from: "某党委".to_owned() };
    let returned = Letter { receipt: Some(receipt), ..letter.clone() };
    assert_eq!(again(&clearance, &returned), Refusal::LetterReturned { number: 1 });
    clearance.student = with(clearance.student, &[("party_here", "no")]);
    assert_eq!(again(&clearance, &letter), Refusal::FormNotNeeded);
}

#[test]
fn an_identity_number_that_contradicts_the_roster_is_asked_about() {
    let contradicts =
        |id: &str| Personal { id_number: Some(id.to_owned()), ..personal() }.identity_contradicts();
    assert!(!contradicts("530102199305060017"), "born 1993-05-06, male");
    assert!(contradicts("530102199305070017"), "another day");
    assert!(contradicts("530102199305060027"), "a woman's");
    assert!(!contradicts("K1234567"), "a passport says nothing");
}

#[test]
fn a_receipt_comes_after_the_letter_and_before_today() {
    let mut clearance = with_form();
    let letter = issued(&mut clearance, 1, at("2017-12-25T10:00:00+08:00"));
    let receipt =
        |day: &str| Receipt { received_on: day.parse().unwrap(), from: "昆明市委组织部".to_owned() };
    let note = |letter: &Letter, day: &str, when: &str| {
        receive(introduction(&notice()), &clearance, letter, &party_office(), receipt(day), at(when))
    };
    let february = "2018-02-05T09:00:00+08:00";
    assert!(matches!(note(&letter, "2017-12-24", february), Err(Refusal::InvalidFields(_))));
    assert!(matches!(note(&letter, "2018-02-06", february), Err(Refusal::InvalidFields(_))));
    for day in ["2017-12-25", "2018-02-05"] {
        assert!(note(&letter, day, february).is_ok(), "{day}: the day of issue and today are in time");
    }
    let returned = note(&letter, "2018-02-01", february).unwrap().unwrap().letter;
    assert_eq!(
        (returned.version, note(&returned, "2018-02-02", february).unwrap().unwrap().letter.version),
        (1, 2)
    );
    assert_eq!(returned.state(at("2018-06-01T00:00:00+08:00").date_naive()), LetterState::Returned);
    assert!(note(&returned, "2018-02-01", february).unwrap().is_none(), "noted so already");
    let late = note(&letter, "2018-02-01", "2018-05-11T00:00:00+08:00");
    assert!(matches!(late, Err(Refusal::DeadlinePassed { .. })));
}

#[test]
fn a_letter_s_printing_is_noted_once_by_whom_and_when() {
    let mut clearance = with_form();
    let letter = issued(&mut clearance, 1, morning());
    let note = |letter: &Letter, when: &str| {
        print(introduction(&notice()), &clearance, letter, &party_office(), at(when))
    };
    let noon = "2017-12-20T12:00:00+08:00";
    let LetterChange { events, letter: printed, voided } = note(&letter, noon).unwrap().unwrap();
    assert!(letter.is_new() && !printed.is_new(), "the register has it by now");
    let how = printed.printed.as_ref().unwrap();
    assert_eq!((how.at, how.by.number(), printed.version, voided.is_none()), (at(noon), "20080031", 1, true));
    assert_eq!(events.iter().map(|event| event.fact.action().word()).collect::<Vec<_>>(), ["print"]);
    assert!(note(&printed, noon).unwrap().is_none(), "noted already");
    let returned = Letter { version: 1, ..letter.clone() };
    assert_eq!(note(&returned, noon).unwrap().unwrap().letter.version, 2);
    assert!(matches!(note(&letter, "2018-05-11T00:00:00+08:00"), Err(Refusal::DeadlinePassed { .. })));
    let void = Letter { replaced_by: Some(2), ..letter };
    assert!(matches!(note(&void, noon), Err(Refusal::LetterVoid { replaced_by: Some(2) })));
}

#[test]
fn a_letter_without_a_receipt_is_reminded_of_in_its_last_days() {
    let mut letter = issued(&mut with_form(), 1, morning());
    let reminders = *notice().reminders().unwrap();
    let days_before = |days: u64| letter.valid_until.checked_sub_days(Days::new(days)).unwrap();
    assert!(!reminders.letter_ends(&letter, days_before(15)));
    assert!(reminders.letter_ends(&letter, days_before(14)));
    let last = days_before(0);
    let expired = last.checked_add_days(Days::new(1)).unwrap();
    assert!(reminders.letter_ends(&letter, last));
    assert!(!reminders.letter_ends(&letter, expired), "it has expired");
    letter.receipt = Some(Receipt { received_on: last, from: "昆明市第一中学党委".to_owned() });
    assert!(!reminders.letter_ends(&letter, last), "the receipt is there");
}
