//! Rights of a batch: given, copied, handed over, taken away, and what nobody holds.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

mod common;

use std::collections::BTreeSet;

use common::{at, clerk, noon, notice, person};
use domain::batch::Batch;
use domain::decide::operator::{appoint, copied, copy, give, grant, remove, take_over};
use domain::fact::{GrantEvent, GrantFact};
use domain::field::FieldRule;
use domain::grant_sheet::{Columns, Given, by_person, read_row};
use domain::header::ByHand;
use domain::ids::{OfficeId, PersonId, StepNumber};
use domain::operator::{EntryId, EntryRequest, GrantRequest, MOST_GRANTED, Operator, Scope, unheld};
use domain::refusal::{Barrier, Refusal};
use domain::rights::Reach;
use domain::role::{Colleges, Grant, Role};
use domain::student::Student;
use domain::verdict::Decision;

fn administrator() -> domain::rights::Actor {
    person("10000001", &[Role::Administrator], &[], &["*"])
}

fn batch_scope() -> Scope {
    Scope::Batch("2018-01".parse().unwrap())
}

fn id(text: &str) -> PersonId {
    text.parse().unwrap()
}

fn entry_id(text: &str) -> EntryId {
    (batch_scope(), id(text))
}

fn offices(names: &[&str]) -> BTreeSet<OfficeId> {
    names.iter().map(|name| name.parse().unwrap()).collect()
}

fn colleges(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn of_library(within: &[&str]) -> Grant {
    Grant {
        offices: offices(&["library"]),
        colleges: Colleges::from(colleges(within)),
        ..Grant::of(Role::Operator)
    }
}

/// An entry with these rights, whose chain has one event.
fn entry(person: &str, name: &str, grants: &[Grant]) -> Operator {
    let given = Given { id: id(person), name: name.to_owned(), grants: grants.to_vec() };
    let events = give(None, &batch_scope(), &given, &administrator(), noon()).unwrap();
    after(None, &entry_id(person), &events)
}

fn after(before: Option<&Operator>, id: &EntryId, events: &[GrantEvent]) -> Operator {
    match before {
        Some(before) => ledger::Aggregate::after(before.clone(), events),
        None => ledger::replay(id, events).unwrap(),
    }
}

fn asked(grants: Vec<GrantRequest>) -> EntryRequest {
    EntryRequest { name: " 马老师 ".to_owned(), grants }
}

fn ask(role: &str, offices: &[&str], colleges: &[&str]) -> GrantRequest {
    let owned = |list: &[&str]| list.iter().map(|one| (*one).to_owned()).collect();
    GrantRequest {
        role: role.to_owned(),
        offices: owned(offices),
        colleges: owned(colleges),
        ..GrantRequest::default()
    }
}

fn faults(refusal: Refusal) -> Vec<(String, FieldRule)> {
    match refusal {
        Refusal::InvalidFields(faults) => {
            faults.into_iter().map(|fault| (fault.field.to_string(), fault.rule)).collect()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_role_keeps_its_own_offices_and_colleges() {
    let asked = asked(vec![
        ask("operator", &["library"], &["*"]),
        ask("counsellor", &["library"], &["法学院"]),
        ask("registrar", &[], &[]),
    ]);
    let batch = notice();
    let events = grant(None, &entry_id("20080001"), &asked, &batch, None, &administrator(), noon()).unwrap();
    let entry = after(None, &entry_id("20080001"), &events);
    let counsellor =
        Grant { colleges: Colleges::from(colleges(&["法学院"])), ..Grant::of(Role::Counsellor) };
    assert_eq!(entry.grants, [of_library(&["*"]), counsellor, Grant::of(Role::Registrar)]);
    assert_eq!((entry.name.as_str(), entry.version), ("马老师", 0));
}

#[test]
fn every_fault_of_an_entry_is_said_at_its_place() {
    let mut late = ask("operator", &[], &[]);
    (late.from, late.until) =
        (Some("2018-01-02T00:00:00+08:00".into()), Some("2018-01-02T00:00:00+08:00".into()));
    let asked = EntryRequest {
        name: String::new(),
        grants: vec![ask("administrator", &["nowhere"], &["*"]), late, ask("counsellor", &[], &[])],
    };
    let batch = notice();
    let refused = grant(None, &entry_id("20080001"), &asked, &batch, None, &administrator(), noon());
    let said: Vec<String> = faults(refused.unwrap_err()).into_iter().map(|(field, _)| field).collect();
    let expected = [
        "name",
        "grants[0].role",
        "grants[0].offices[0]",
        "grants[1].offices",
        "grants[1].colleges",
        "grants[1].until",
        "grants[2].colleges",
    ];
    assert_eq!(said, expected);
}

#[test]
fn nobody_gets_more_rights_than_are_kept() {
    let batch = notice();
    let with = |count| asked(vec![ask("operator", &["library"], &["*"]); count]);
    let set =
        |count| grant(None, &entry_id("20080001"), &with(count), &batch, None, &administrator(), noon());
    assert!(set(MOST_GRANTED).is_ok());
    let too_long = FieldRule::TooLong { most: MOST_GRANTED };
    assert_eq!(faults(set(MOST_GRANTED + 1).unwrap_err()), [("grants".to_owned(), too_long)]);
    assert_eq!(faults(set(0).unwrap_err()), [("grants".to_owned(), FieldRule::Required)]);
}

#[test]
fn an_office_that_the_batch_no_longer_names_is_kept_and_not_given() {
    let cinema = Grant { offices: offices(&["cinema"]), ..of_library(&["*"]) };
    let (gone, batch) = (entry("20080001", "马老师", &[cinema]), notice());
    let asked = asked(vec![ask("operator", &["cinema", "finance"], &["*"])]);
    let set =
        |before| grant(before, &entry_id("20080001"), &asked, &batch, Some(0), &administrator(), noon());
    assert_eq!(set(Some(&gone)).unwrap().len(), 1, "they have it already");
    assert!(set(None).is_err(), "nobody gets it anew");
}

#[test]
fn whoever_writes_says_which_version_they_have_seen() {
    let stands = entry("20080001", "马老师", &[of_library(&["*"])]);
    let batch = notice();
    let wider = asked(vec![ask("operator", &["library"], &["法学院"])]);
    let set = |before: Option<&Operator>, seen| {
        grant(before, &entry_id("20080001"), &wider, &batch, seen, &administrator(), noon())
    };
    assert_eq!(set(Some(&stands), None), Err(Refusal::ChangedMeanwhile), "somebody is there");
    assert_eq!(set(Some(&stands), Some(1)), Err(Refusal::ChangedMeanwhile));
    assert_eq!(set(None, Some(0)), Err(Refusal::ChangedMeanwhile), "nobody is there");
    let changed = after(Some(&stands), &entry_id("20080001"), &set(Some(&stands), Some(0)).unwrap());
    assert_eq!(changed.version, 1);
    assert_eq!(set(Some(&changed), Some(0)), Ok(Vec::new()), "it is already so: sent twice");
    assert_eq!(remove(&changed, Some(0), &administrator(), noon()), Err(Refusal::ChangedMeanwhile));
    let removed = remove(&changed, Some(1), &administrator(), noon()).unwrap();
    let removed = after(Some(&changed), &entry_id("20080001"), &removed);
    assert!(!removed.is_active());
    assert_eq!(remove(&removed, None, &administrator(), noon()), Ok(Vec::new()), "taken away twice");
    assert_eq!(set(Some(&removed), None).unwrap().len(), 1, "whoever sees nobody may add them");
}

#[test]
fn only_an_administrator_grants_and_no_student_is_granted_anything() {
    let batch = notice();
    let asked = asked(vec![ask("operator", &["library"], &["*"])]);
    let by = |actor, id: &str| grant(None, &entry_id(id), &asked, &batch, None, &actor, noon());
    assert!(matches!(by(clerk(&["library"]), "20080001"), Err(Refusal::NotAllowed(Barrier::Role))));
    let student = by(administrator(), "20151104027");
    assert!(matches!(student, Err(Refusal::NotAllowed(Barrier::Student))), "{student:?}");
    let appointed = appoint(None, &id("20151104027"), "学生", None, &administrator(), noon());
    assert!(matches!(appointed, Err(Refusal::NotAllowed(Barrier::Student))), "{appointed:?}");
}

#[test]
fn an_administrator_is_appointed_once_and_never_dismisses_themselves() {
    let appoint = |before: Option<&Operator>, number: &str, name: &str, seen| {
        appoint(before, &id(number), name, seen, &administrator(), noon())
    };
    let begun = |number: &str| {
        let events = appoint(None, number, "主任", None).unwrap();
        after(None, &(Scope::University, id(number)), &events)
    };
    let (own, other) = (begun("10000001"), begun("10000002"));
    assert_eq!((other.name.as_str(), &other.grants), ("主任", &vec![Grant::of(Role::Administrator)]));
    assert_eq!(appoint(Some(&other), "10000002", "主任", None), Ok(Vec::new()), "already, whatever was seen");
    assert_eq!(appoint(Some(&other), "10000002", "新名", None), Err(Refusal::ChangedMeanwhile));
    assert_eq!(appoint(Some(&other), "10000002", "新名", Some(0)).unwrap().len(), 1);
    let remove = |entry: &Operator| remove(entry, Some(0), &administrator(), noon());
    assert_eq!(remove(&own), Err(Refusal::NotAllowed(Barrier::OwnEntry)));
    let removed = after(Some(&other), &(Scope::University, id("10000002")), &remove(&other).unwrap());
    assert_eq!(
        appoint(Some(&removed), "10000002", "主任", None).unwrap().len(),
        1,
        "the name alone is no right"
    );
    let in_batch = entry("10000001", "主任", &[of_library(&["*"])]);
    assert_eq!(remove(&in_batch).unwrap().len(), 1, "what they have in a batch they may give up");
}

#[test]
fn a_sheet_gives_no_more_rights_than_are_kept() {
    let college = |number: usize| of_library(&[&format!("学院{number}")]);
    let give = |before: Option<&Operator>, grants: Vec<Grant>| {
        let given = Given { id: id("20080001"), name: "马老师".into(), grants };
        give(before, &batch_scope(), &given, &administrator(), noon())
    };
    let some: Vec<Grant> = (0..MOST_GRANTED - 1).map(college).collect();
    let before = entry("20080001", "马老师", &some);
    assert_eq!(give(Some(&before), vec![college(MOST_GRANTED)]).unwrap().len(), 1, "as many as are kept");
    for more in [2, 3] {
        let refused = give(Some(&before), (0..more).map(|i| college(MOST_GRANTED + i)).collect());
        let too_long = FieldRule::TooLong { most: MOST_GRANTED };
        assert_eq!(faults(refused.unwrap_err()), [("office".to_owned(), too_long)]);
    }
}

#[test]
fn a_cover_holds_between_its_dates() {
    let cover = Grant {
        from: Some(at("2017-12-18T00:00:00+08:00")),
        until: Some(at("2017-12-20T00:00:00+08:00")),
        ..of_library(&["*"])
    };
    let entry = entry("20080001", "马老师", &[cover]);
    let held = |text| entry.held(at(text)).len();
    assert_eq!((held("2017-12-17T23:59:59+08:00"), held("2017-12-18T00:00:00+08:00")), (0, 1));
    assert_eq!((held("2017-12-19T23:59:59+08:00"), held("2017-12-20T00:00:00+08:00")), (1, 0));
}

#[test]
fn what_is_copied_leaves_behind_what_has_no_place() {
    let ended = Grant { until: Some(noon()), ..Grant::of(Role::Registrar) };
    let both = Grant { offices: offices(&["library", "old"]), ..of_library(&["*"]) };
    let old = Grant { offices: offices(&["old"]), ..of_library(&["*"]) };
    let counsellor = Grant::of(Role::Counsellor);
    let entry = entry("20080001", "马老师", &[ended, both, old, counsellor.clone()]);
    let known = offices(&["library"]);
    assert_eq!(copied(&entry, &known, noon()), [of_library(&["*"]), counsellor]);
    let next = "2018-06".parse().unwrap();
    let events = copy(&entry, None, &next, &known, &administrator(), noon()).unwrap();
    let GrantFact::Grant { copied_from, .. } = &events[0].fact else { panic!("{events:?}") };
    assert_eq!(copied_from.as_ref(), Some(&"2018-01".parse().unwrap()));
    let theirs = after(None, &(Scope::Batch(next.clone()), id("20080001")), &events);
    assert_eq!(copy(&entry, Some(&theirs), &next, &known, &administrator(), noon()), Ok(Vec::new()));
}

#[test]
fn what_one_hands_over_the_other_has_beside_their_own() {
    let from = entry("20080001", "马老师", &[of_library(&["*"])]);
    let own = Grant { offices: offices(&["finance"]), ..of_library(&["*"]) };
    let to = entry("20080002", "接老师", &[own]);
    let hand = |from: &Operator, to: &str, seen| {
        take_over(from, None, (&id(to), "接老师"), seen, &administrator(), noon())
    };
    let (handed, taken) =
        take_over(&from, Some(&to), (&id("20080002"), "接老师"), Some(0), &administrator(), noon()).unwrap();
    assert!(!after(Some(&from), &entry_id("20080001"), &handed).is_active());
    let now = after(Some(&to), &entry_id("20080002"), &taken);
    assert_eq!(now.grants[0].offices, offices(&["finance", "library"]), "one right over both");
    assert_eq!(now.grants.len(), 1);
    assert_eq!(hand(&from, "20080002", None), Err(Refusal::ChangedMeanwhile));
    assert_eq!(hand(&from, "20080001", Some(0)), Ok((Vec::new(), Vec::new())), "to themselves");
}

#[test]
fn a_sheet_adds_and_takes_nothing_away() {
    let given =
        |grants: &[Grant]| Given { id: id("20080001"), name: "马老师".into(), grants: grants.to_vec() };
    let before = entry("20080001", "马老师", &[of_library(&["*"])]);
    let finance = Grant { offices: offices(&["finance"]), ..of_library(&["*"]) };
    let more = give(Some(&before), &batch_scope(), &given(&[finance]), &administrator(), noon()).unwrap();
    let after = after(Some(&before), &entry_id("20080001"), &more);
    assert_eq!(after.grants[0].offices, offices(&["finance", "library"]));
    let again = give(Some(&after), &batch_scope(), &given(&[of_library(&["*"])]), &administrator(), noon());
    assert_eq!(again, Ok(Vec::new()));
    let other = Given { name: "牛老师".into(), ..given(&[of_library(&["法学院"])]) };
    let refused = give(Some(&after), &batch_scope(), &other, &administrator(), noon()).unwrap_err();
    assert_eq!(faults(refused), [("name".to_owned(), FieldRule::OneOf(vec!["马老师".into()]))]);
}

fn read(cells: [&str; 4]) -> Result<Given, Vec<(String, FieldRule)>> {
    let batch = notice();
    let columns =
        Columns::find(["工号", "姓名", "部门", "学院"], &ByHand::new(), batch.university()).unwrap();
    read_row(&columns, &cells, &batch).map_err(|(_, wrong)| faults(Refusal::InvalidFields(wrong)))
}

#[test]
fn a_row_names_offices_as_people_do() {
    let row = read(["20080001", "马老师", "图书馆、财务处\nresidence", "全部"]).unwrap();
    let three = Grant { offices: offices(&["finance", "library", "residence"]), ..of_library(&["*"]) };
    assert_eq!(row.grants, [three]);
    let row = read(["20080001", "马老师", "辅导员，图书馆", "法学院、 理学院"]).unwrap();
    let within = Colleges::from(colleges(&["法学院", "理学院"]));
    assert!(row.grants.iter().all(|grant| grant.colleges == within), "{row:?}");
    let roles: Vec<Role> = row.grants.iter().map(|grant| grant.role).collect();
    assert_eq!(roles, [Role::Counsellor, Role::Operator]);
    assert_eq!(read(["20080001", "马老师", "党委", ""]).unwrap().grants, [Grant::of(Role::PartyOffice)]);
}

#[test]
fn a_row_that_cannot_be_meant_is_refused_by_its_column() {
    let field = |cells| read(cells).unwrap_err().remove(0).0;
    assert_eq!(field(["", "马老师", "图书馆", "全部"]), "id");
    assert_eq!(field(["2.0081E+7", "马老师", "图书馆", "全部"]), "id");
    assert_eq!(field(["20080001", "", "图书馆", "全部"]), "name");
    assert_eq!(field(["20080001", "马老师", "", "全部"]), "office");
    assert_eq!(field(["20080001", "马老师", "图书馆、食堂", "全部"]), "office");
    assert_eq!(field(["20080001", "马老师", "图书馆", ""]), "colleges");
    let batch = notice();
    let find = |header: [&'static str; 4]| Columns::find(header, &ByHand::new(), batch.university());
    let missing = faults(Refusal::InvalidFields(find(["工号", "姓名", "部门", "班级"]).unwrap_err()));
    assert_eq!(missing, [("colleges".to_owned(), FieldRule::MissingColumn)]);
}

#[test]
fn rows_of_one_number_belong_together_unless_their_names_differ() {
    let row = |name: &str, office| read(["20080001", name, office, "全部"]).unwrap();
    let rows = [(2, row("马老师", "图书馆")), (3, row("牛老师", "财务处")), (4, row("马老师", "财务处"))];
    let (people, others) = by_person(rows);
    assert_eq!((people.len(), people[0].rows.as_slice(), people[0].given.grants.len()), (1, &[2, 4][..], 2));
    assert_eq!((others.len(), others[0].0), (1, 3));
}

#[test]
fn an_office_nobody_holds_is_named_with_the_colleges_that_are_missing() {
    let batch = notice();
    let all = colleges(&["信息学院", "法学院"]);
    let missing = |entries: &[Operator], office: &str| {
        let found = unheld(&batch, entries, &all, noon());
        found.into_iter().find(|one| one.office.as_str() == office).map(|one| one.colleges)
    };
    assert_eq!(missing(&[], "library"), Some(BTreeSet::new()), "for nobody's");
    assert_eq!(missing(&[], "advisor"), None, "advisors are the roster's");
    let one = entry("20080001", "马老师", &[of_library(&["法学院"])]);
    assert_eq!(missing(std::slice::from_ref(&one), "library"), Some(colleges(&["信息学院"])));
    let other = entry("20080002", "牛老师", &[of_library(&["信息学院"])]);
    assert_eq!(missing(&[one, other], "library"), None);
    let ended = entry("20080003", "朱老师", &[Grant { until: Some(noon()), ..of_library(&["*"]) }]);
    assert_eq!(missing(&[ended], "library"), Some(BTreeSet::new()), "a cover that has ended");
    let to_come = Grant { from: Some(at("2017-12-21T00:00:00+08:00")), ..of_library(&["*"]) };
    assert_eq!(missing(&[entry("20080003", "朱老师", &[to_come])], "library"), None);
}

/// The notice's residence office, whose clerks have a campus each.
fn by_campus() -> Batch {
    let notice = include_str!("../../../infra/batches/2018-01.toml");
    let notice = notice.replacen("id = \"residence\"\n", "id = \"residence\"\nscope = \"campus\"\n", 1);
    common::read(&notice)
}

#[test]
fn an_office_s_clerks_may_be_bounded_by_a_fact_instead_of_the_college() {
    let batch = by_campus();
    let set = |offices: &[&str], within: &[&str]| {
        let asked = asked(vec![ask("operator", offices, within)]);
        grant(None, &entry_id("20080001"), &asked, &batch, None, &administrator(), noon())
    };
    let granted = |within: &[&str]| {
        let entry = after(None, &entry_id("20080001"), &set(&["residence"], within).unwrap());
        entry.grants[0].colleges.clone()
    };
    let lianhua = Colleges::from(colleges(&["lianhua"]));
    assert_eq!(granted(&["莲华"]), lianhua, "by name");
    assert_eq!(granted(&["lianhua"]), lianhua, "by id");
    assert_eq!(granted(&["*"]), Colleges::All);
    let refused = faults(set(&["residence"], &["法学院"]).unwrap_err());
    assert!(
        matches!(&*refused, [(field, FieldRule::OneOf(_))] if field == "grants[0].colleges"),
        "{refused:?}"
    );
    let mixed = faults(set(&["residence", "library"], &["lianhua"]).unwrap_err());
    assert_eq!(mixed, [("grants[0].colleges".to_owned(), FieldRule::OneScope)]);

    let clerk = person("20080001", &[Role::Operator], &["residence"], &["lianhua"]);
    let here = common::student_with(&[("campus", "lianhua")]);
    let there = common::student_with(&[("campus", "chenggong")]);
    assert!(clerk.may_read(&batch, &here).is_ok() && clerk.may_read(&batch, &there).is_err());
    let step = batch.step(StepNumber(10)).unwrap();
    let decide = |student: &Student| clerk.may_decide(&batch, step, student.whom(), None, Decision::Pass);
    assert_eq!(decide(&here), Ok(Role::Operator));
    assert_eq!(decide(&there), Err(Refusal::NotAllowed(Barrier::OtherCollege)));
    assert_eq!(clerk.may_list(&batch, step, None), Ok(Reach::Colleges(Colleges::All)));
    assert!(clerk.lists(&batch, step, &here.traits()) && !clerk.lists(&batch, step, &there.traits()));
    assert_eq!(clerk.may_see_progress(&batch, None), Ok(Colleges::All), "of every college");
    let reached = [&here, &there].map(|student| clerk.reaches(&batch, &student.traits()));
    assert_eq!(reached, [true, false], "those within their bounds");

    let held = entry("20080001", "马老师", &[clerk.grants[0].clone()]);
    let unheld = unheld(&batch, &[held], &colleges(&["法学院"]), noon());
    let residence = unheld.iter().find(|one| one.office.as_str() == "residence").unwrap();
    assert_eq!(residence.colleges, colleges(&["chenggong"]));
}
