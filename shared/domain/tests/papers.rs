//! Papers of words beside the party introduction: what their file may say, who issues them, what stands on them, until when.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod common;

use common::{NOTICE, at, enrolled, person, read, sealed, student, university};
use domain::Timestamp;
use domain::batch::{Batch, Need};
use domain::batch_file;
use domain::clearance::Clearance;
use domain::decide::letter::{Issuing, LetterChange, ReissueRequest, issue, print, receive, reissue};
use domain::party::letter::{Content, Letter, Receipt};
use domain::refusal::{Barrier, Refusal};
use domain::rights::Actor;
use domain::role::Role;
use domain::student::{Personal, Student};
use ledger::Aggregate as _;

const PAPER: &str = r#"
[[papers]]
id = "transfer"
layout = "text"
name = { zh = "户口迁移介绍信", en = "Household transfer letter" }
when = { level = ["master"] }
keeper = "college"
letter_valid_days = 30
title = "迁移介绍信"
text = """
兹介绍{name}（学号{number}，{campus}校区）前来办理。
自{issued_on}起有效，至{valid_until}止。
"""

[papers.issue_until.campus]
lianhua = 2018-01-08T00:00:00+08:00
chenggong = 2018-01-09T00:00:00+08:00
"#;

fn with_paper(paper: &str) -> Batch {
    read(&format!("{NOTICE}{paper}"))
}

fn batch() -> Batch {
    with_paper(PAPER)
}

fn faults(paper: &str) -> Vec<String> {
    let read = batch_file::read(&university(), "2018-01", &format!("{NOTICE}{paper}"));
    read.unwrap_err().into_iter().map(|fault| format!("{} | {}", fault.what.zh, fault.what.en)).collect()
}

#[test]
fn braces_that_nothing_fills_are_refused_wherever_they_stand() {
    let said = faults(&PAPER.replace("{campus}", "｛campus｝")).concat();
    assert!(said.contains("全角花括号“｛”") && said.contains("write it like {campus}"), "{said}");
    let said = faults(&PAPER.replace("迁移介绍信\"", "迁移介绍信（{campus}）\"")).concat();
    assert!(said.contains("title 里的花括号不会换成学生的内容"), "{said}");
}

fn keeper(college: &str) -> Actor {
    person("20080123", &[Role::Operator], &["college"], &[college])
}

fn issuing<'a>(
    batch: &'a Batch,
    clearance: &'a Clearance,
    actor: &'a Actor,
    number: u32,
    when: &str,
) -> Issuing<'a> {
    let paper = batch.paper(Some(&"transfer".parse().unwrap())).unwrap();
    Issuing { batch, paper, clearance, actor, number, at: at(when) }
}

const NOON: &str = "2017-12-20T12:00:00+08:00";

fn issued(batch: &Batch, clearance: &mut Clearance) -> Letter {
    let keeper = keeper("信息学院");
    let LetterChange { events, letter, voided } =
        issue(issuing(batch, clearance, &keeper, 1, NOON)).unwrap().unwrap();
    assert!(voided.is_none());
    events.iter().for_each(|event| clearance.evolve(event));
    letter
}

#[test]
fn a_paper_says_what_its_template_says_of_the_student_and_stands_in_a_register_of_its_own() {
    let batch = batch();
    let (mut clearance, _) = enrolled(&batch, student());
    let letter = issued(&batch, &mut clearance);
    let Some(Content::Text(content)) = letter.content.get() else { panic!("{letter:?}") };
    assert_eq!(content.title, "迁移介绍信");
    assert_eq!(
        content.text,
        "兹介绍王小明（学号20151104027，呈贡校区）前来办理。\n自2017年12月20日起有效，至2018年1月19日止。"
    );
    assert_eq!(content.issuer.from, "学院研教办", "the keeper signs, where nobody else is named");
    assert_eq!(letter.paper.as_ref().unwrap().as_str(), "transfer");
    assert!(clearance.letter.is_none(), "it is no introduction");
    let kept = clearance.letter_of(letter.paper.as_ref()).unwrap();
    assert_eq!((kept.number, kept.valid_until.to_string().as_str()), (1, "2018-01-19"));
    let keeper = keeper("信息学院");
    assert!(issue(issuing(&batch, &clearance, &keeper, 2, NOON)).unwrap().is_none(), "one is enough");
}

#[test]
fn only_the_keeper_issues_it_for_their_own_college_to_whom_it_is_for_and_in_time() {
    let batch = batch();
    let (clearance, _) = enrolled(&batch, student());
    let refused = |actor: &Actor, when: &str| issue(issuing(&batch, &clearance, actor, 1, when)).unwrap_err();
    let role = Refusal::NotAllowed(Barrier::Role);
    assert_eq!(refused(&person("20080031", &[Role::PartyOffice], &[], &[]), NOON), role);
    assert_eq!(refused(&person("20080032", &[Role::Registrar], &[], &[]), NOON), role);
    assert_eq!(refused(&person("20080033", &[Role::Operator], &["library"], &[]), NOON), role);
    assert_eq!(refused(&keeper("理学院"), NOON), Refusal::NotAllowed(Barrier::OtherCollege));
    let deadline: Timestamp = at("2018-01-09T00:00:00+08:00");
    assert!(issue(issuing(&batch, &clearance, &keeper("信息学院"), 1, "2018-01-08T23:59:59+08:00")).is_ok());
    assert_eq!(
        refused(&keeper("信息学院"), "2018-01-09T00:00:00+08:00"),
        Refusal::DeadlinePassed { deadline },
        "a campus's own deadline"
    );
    let mut doctor = student();
    doctor.facts.insert("level".parse().unwrap(), "doctor".to_owned());
    let (clearance, _) = enrolled(&batch, doctor);
    let keeper = keeper("信息学院");
    let refused = issue(issuing(&batch, &clearance, &keeper, 1, NOON)).unwrap_err();
    assert_eq!(refused, Refusal::PaperNotNeeded);
}

#[test]
fn what_the_roster_does_not_say_is_named_by_its_column_and_nothing_is_printed() {
    let batch = with_paper(&PAPER.replace("前来办理", "生于{birth_date}，{ethnicity}，{birth_date}"));
    let unknown = Personal { birth_date: None, ethnicity: None, ..student().personal().clone() };
    let (clearance, _) = enrolled(&batch, Student { personal: sealed(unknown), ..student() });
    let keeper = keeper("信息学院");
    let refused = issue(issuing(&batch, &clearance, &keeper, 1, NOON)).unwrap_err();
    let Refusal::InvalidFields(faults) = refused else { panic!("{refused:?}") };
    let named: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(named, ["birth_date", "ethnicity"], "each once");
}

#[test]
fn it_is_issued_anew_for_a_reason_and_the_one_before_is_void() {
    let batch = batch();
    let (mut clearance, _) = enrolled(&batch, student());
    let old = issued(&batch, &mut clearance);
    let keeper = keeper("信息学院");
    let again = |reason: Option<&str>, when: &str, actor: &Actor| {
        let asked = ReissueRequest::Text { reason: reason.map(str::to_owned) };
        reissue(issuing(&batch, &clearance, actor, 2, when), &old, &asked)
    };
    assert!(matches!(again(None, NOON, &keeper), Err(Refusal::InvalidFields(_))));
    let registrar = person("20080032", &[Role::Registrar], &[], &[]);
    let late = "2018-01-09T08:00:00+08:00";
    assert!(matches!(again(Some("污损"), late, &keeper), Err(Refusal::DeadlinePassed { .. })));
    assert!(again(Some("污损"), late, &registrar).is_ok(), "after the deadline that is a registrar's");
    let change = again(Some("污损"), NOON, &keeper).unwrap();
    assert_eq!((change.letter.number, change.letter.replaces), (2, Some(1)));
    let voided = change.voided.unwrap();
    assert_eq!(voided.replaced_by, Some(2));
    change.events.iter().for_each(|event| clearance.evolve(event));
    assert_eq!(clearance.letter_of(change.letter.paper.as_ref()).unwrap().number, 2);
}

#[test]
fn its_print_and_receipt_are_noted_in_its_own_register() {
    let batch = batch();
    let paper = batch.paper(Some(&"transfer".parse().unwrap())).unwrap();
    let (mut clearance, _) = enrolled(&batch, student());
    let letter = issued(&batch, &mut clearance);
    let keeper = keeper("信息学院");
    let printed = print(paper, &clearance, &letter, &keeper, at(NOON)).unwrap().unwrap();
    let receipt = Receipt { received_on: at(NOON).date_naive(), from: "××派出所".to_owned() };
    let change = receive(paper, &clearance, &printed.letter, &keeper, receipt, at(NOON)).unwrap().unwrap();
    change.events.iter().for_each(|event| clearance.evolve(event));
    assert_eq!(clearance.letter_of(letter.paper.as_ref()).unwrap().received_on, Some(at(NOON).date_naive()));
    assert!(clearance.letter.is_none());
}

#[test]
fn a_part_may_wait_for_a_paper_by_its_id_and_the_party_introduction_by_either_name() {
    let part = "id = \"letter\"";
    assert!(NOTICE.contains(part));
    for (written, need) in [
        ("needs = \"letter\"", Need::Letter),
        ("needs = \"party-letter\"", Need::Letter),
        ("needs = \"everybodys\"", Need::Paper("everybodys".parse().unwrap())),
    ] {
        let everybodys = PAPER
            .replace("id = \"transfer\"", "id = \"everybodys\"")
            .replace("when = { level = [\"master\"] }\n", "");
        let text = format!("{NOTICE}{everybodys}").replace("needs = \"letter\"", written);
        let batch = read(&text);
        let parts = batch.steps().flat_map(|step| &step.parts);
        assert_eq!(parts.filter_map(|part| part.needs.clone()).next(), Some(need), "{written}");
    }
    let text = NOTICE.replace("needs = \"letter\"", "needs = \"party-leter\"");
    let faults = batch_file::read(&university(), "2018-01", &text).unwrap_err();
    assert!(faults[0].what.en.contains("did you mean party-letter"), "{}", faults[0].what.en);
}

#[test]
fn a_papers_mistakes_are_all_named_in_words() {
    for (wrong, right, said) in [
        ("{campus}校区", "{campuss}校区", "nothing fills {campuss}: did you mean campus"),
        ("{name}", "{name", "a brace without its other half"),
        ("letter_valid_days = 30", "letter_valid_days = 400", "valid for 400 days: it must be 1 to 366"),
        ("keeper = \"college\"\n", "", "lacks the key keeper, which text needs"),
        ("letter_valid_days = 30\n", "", "lacks the key letter_valid_days, which text needs"),
        ("keeper = \"college\"", "keeper = \"colege\"", "did you mean college"),
        (
            "title = \"迁移介绍信\"",
            "form_due = 2018-01-01T00:00:00+08:00",
            "form_due means nothing with layout",
        ),
        ("id = \"transfer\"", "id = \"party-letter\"", "paper party-letter stands here twice"),
        ("chenggong = 2018-01-09T00:00:00+08:00\n", "", "issue_until lacks chenggong"),
    ] {
        assert!(PAPER.contains(wrong), "{wrong}");
        let found = faults(&PAPER.replace(wrong, right));
        assert!(found.iter().any(|fault| fault.contains(said)), "{said}: {found:#?}");
    }
    let long = PAPER.replace("前来办理", &"很".repeat(601));
    assert!(faults(&long)[0].contains("which fit on a page"));
    let two = NOTICE.split_once("[[papers]]").unwrap().1;
    let second = two.replace("id = \"party-letter\"", "id = \"another\"");
    let found = faults(&format!("\n[[papers]]{second}"));
    assert!(found.iter().any(|fault| fault.contains("two party introductions")), "{found:#?}");
}
