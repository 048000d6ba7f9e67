//! What a history makes: every fact, applied one after the other, leaves exactly this behind.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

mod common;

use common::{at, noon};
use domain::clearance::{Clearance, Record, Revocation};
use domain::fact::{Event, Stamp, Stamped, StudentFact};
use domain::ids::{Amount, PartId, Source, StepNumber};
use domain::party::letter::LetterSummary;
use domain::role::Role;
use domain::state::Mark;
use ledger::Aggregate;

fn id() -> <Clearance as Aggregate>::Id {
    ("2018-01".parse().unwrap(), "20151104027".parse().unwrap())
}

/// The whole history of `facts.rs`, up to an event.
fn history(until: usize) -> Clearance {
    let lines = include_str!("facts/student.jsonl").lines().take(until + 1);
    let events: Vec<Event> = lines.map(|line| serde_json::from_str(line).unwrap()).collect();
    ledger::replay(&id(), &events).unwrap()
}

fn part(id: &str) -> PartId {
    id.parse().unwrap()
}

fn record(clearance: &Clearance, step: u8) -> &Record {
    &clearance.records[&StepNumber(step)]
}

#[test]
fn an_enrolment_begins_with_nothing_decided() {
    let begun = history(0);
    assert!(begun.records.is_empty() && begun.ticked.is_empty() && begun.revoked.is_empty());
    assert_eq!((begun.party_form.is_none(), begun.letter.is_none(), begun.forgotten), (true, true, None));
    assert_eq!(
        (begun.version, begun.batch.as_str(), begun.student.college.as_str()),
        (0, "2018-01", "信息学院")
    );
    let roster = history(1);
    assert_eq!((roster.student.college.as_str(), roster.version), ("法学院", 1));
}

#[test]
fn a_history_begins_with_an_enrolment_or_not_at_all() {
    let events: Vec<Event> = include_str!("facts/student.jsonl")
        .lines()
        .skip(1)
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(ledger::replay::<Clearance>(&id(), &events).is_none());
    assert!(ledger::replay::<Clearance>(&id(), &[]).is_none());
}

#[test]
fn a_record_keeps_who_when_from_where_and_what_for() {
    let passed = history(3);
    let feed = record(&passed, 11);
    let expected = Record {
        mark: Mark::Passed,
        reason: Some("已核对".to_owned()),
        amount_due: None,
        parts: vec![part("student-card"), part("certificates")],
        by: "20080001".parse().unwrap(),
        by_name: Some("图书馆系统".to_owned()),
        role: Role::Operator,
        at: noon(),
        source: Source::Feed,
        as_of: Some(at("2017-12-19T08:00:00+08:00")),
        import: Some("feed-1".parse().unwrap()),
        before: None,
        undone: None,
    };
    assert_eq!(*feed, expected);
    assert_eq!((feed.by_whom(), record(&passed, 2).by_whom()), ("图书馆系统".into(), "图书馆老师".into()));
    let rejected = history(5);
    let owes = record(&rejected, 7);
    assert_eq!(
        (owes.mark, owes.amount_due, owes.reason.as_deref()),
        (Mark::Rejected, Some(Amount(1250)), Some("学费未缴"))
    );
    assert_eq!(owes.by_whom(), "20080001", "by number, where no name is known");
    assert_eq!(record(&rejected, 3).amount_due, None);
    let waived = history(7);
    assert_eq!((record(&waived, 4).mark, record(&waived, 4).role), (Mark::Waived, Role::Registrar));
    assert_eq!(waived.marks().len(), 5);
}

#[test]
fn a_part_that_is_done_stays_with_who_did_it_first() {
    let ticked = history(6);
    assert!(ticked.has_ticked(StepNumber(11), &part("student-card")));
    assert!(!ticked.has_ticked(StepNumber(11), &part("certificates")));
    assert!(!ticked.has_ticked(StepNumber(10), &part("student-card")));
    let tick = &ticked.ticked[&StepNumber(11)][&part("student-card")];
    assert_eq!((tick.by.number(), tick.at), ("20080001", noon()));
    let again =
        next(&ticked, StudentFact::Tick { step: StepNumber(11), parts: vec![part("student-card")] }, None);
    assert_eq!(again.ticked[&StepNumber(11)][&part("student-card")].by.number(), "20080001");
}

#[test]
fn a_revocation_says_why_and_with_what_until_it_is_decided_anew() {
    let revoked = history(9);
    let first = &revoked.revoked[&StepNumber(2)];
    let expected = Revocation {
        reason: "误".to_owned(),
        because_of: None,
        by: "10000002".parse().unwrap(),
        by_name: None,
        at: noon(),
    };
    assert_eq!(*first, expected);
    assert_eq!(revoked.revoked[&StepNumber(3)].because_of, Some(StepNumber(2)));
    assert!(!revoked.records.contains_key(&StepNumber(2)) && !revoked.records.contains_key(&StepNumber(3)));
    let passed = StudentFact::Pass { step: StepNumber(2), parts: vec![], reason: None };
    let anew = next(&revoked, passed, None);
    assert!(!anew.revoked.contains_key(&StepNumber(2)));
    let unticked = next(&history(6), revoke(11, None), None);
    assert!(
        unticked.ticked.get(&StepNumber(11)).is_none_or(std::collections::BTreeMap::is_empty),
        "parts go with it"
    );
    let undone = next(&history(6), revoke(11, Some("feed-1")), None);
    assert!(undone.has_ticked(StepNumber(11), &part("student-card")), "an import's undoing takes no parts");
}

#[test]
fn an_undone_import_brings_back_the_debt_it_took_the_place_of_and_nothing_else() {
    let reject = |text: &str| StudentFact::Reject {
        step: StepNumber(2),
        reason: text.into(),
        amount_due: Some(Amount(5)),
    };
    let pass = || StudentFact::Pass { step: StepNumber(2), parts: vec![], reason: None };
    let owes = next(&history(0), reject("有书未还"), None);
    let imported = next(&owes, pass(), Some("sheet"));
    let before = record(&imported, 2).before.as_ref().unwrap();
    assert_eq!(
        (before.mark, before.reason.as_deref(), before.before.is_none()),
        (Mark::Rejected, Some("有书未还"), true)
    );
    let back = next(&imported, revoke(2, Some("sheet")), None);
    let debt = record(&back, 2);
    assert_eq!(
        (debt.mark, debt.amount_due, debt.undone.as_ref().map(domain::ids::ImportId::as_str)),
        (Mark::Rejected, Some(Amount(5)), Some("sheet"))
    );
    assert!(back.revoked.is_empty(), "it isn't open, it is turned down again");

    let again = next(&imported, reject("又欠"), Some("sheet"));
    let kept = record(&again, 2).before.as_ref().unwrap();
    assert_eq!(kept.reason.as_deref(), Some("有书未还"), "the same import, twice: what was before the first");
    let by_hand = next(&owes, pass(), None);
    assert!(record(&by_hand, 2).before.is_none(), "only an import keeps what it replaced");
    let over = next(&again, pass(), Some("another"));
    let before = record(&over, 2).before.as_ref().unwrap();
    assert_eq!(before.reason.as_deref(), Some("又欠"));
    assert!(before.before.is_none(), "one step back: a document doesn't grow with every import");
    let over_pass = next(&by_hand, reject("误"), Some("sheet"));
    assert!(record(&over_pass, 2).before.is_none(), "a pass is never brought back");
    let open = next(&over_pass, revoke(2, Some("sheet")), None);
    assert!(!open.records.contains_key(&StepNumber(2)) && open.revoked.contains_key(&StepNumber(2)));
}

#[test]
fn forms_letters_and_receipts_stand_as_the_last_one_said() {
    let form = history(11);
    assert_eq!(form.party_form.as_ref().unwrap().heading, "中共昆明市委组织部");
    let letter = |clearance: &Clearance| clearance.letter.clone().unwrap();
    let first = letter(&history(13));
    let day = |text: &str| text.parse().unwrap();
    let expected = LetterSummary {
        number: 1,
        issued_on: day("2017-12-20"),
        valid_until: day("2018-03-20"),
        received_on: None,
    };
    assert_eq!(first, expected);
    assert_eq!(letter(&history(14)), first, "a print is the register's to know");
    assert_eq!(letter(&history(15)).number, 2);
    assert_eq!(letter(&history(16)).received_on, Some(day("2017-12-20")));
    let of_another = StudentFact::Receipt {
        paper: None,
        number: 9,
        received_on: day("2017-12-21"),
        from: "某党委".into(),
    };
    assert_eq!(letter(&next(&history(15), of_another, None)).received_on, None, "another letter's receipt");
}

#[test]
fn forgetting_takes_the_personal_data_and_leaves_what_was_decided() {
    let forgotten = history(17);
    assert_eq!(forgotten.forgotten, Some(noon()));
    assert!(forgotten.student.personal.get().is_none());
    assert!(forgotten.party_form.as_ref().unwrap().receiver.get().is_none());
    assert_eq!(forgotten.records.len(), history(16).records.len());
    let student = Box::new(common::student());
    let again = next(&forgotten, StudentFact::Roster { student, reason: None }, None);
    assert_eq!(
        (again.forgotten, again.student.personal.get().is_some()),
        (None, true),
        "a roster brings them back"
    );
}

fn revoke(step: u8, undoes: Option<&str>) -> StudentFact {
    let undoes = undoes.map(|import| import.parse().unwrap());
    StudentFact::Revoke { step: StepNumber(step), reason: "撤".into(), because_of: None, undoes }
}

/// One more fact, of somebody else.
fn next(clearance: &Clearance, fact: StudentFact, import: Option<&str>) -> Clearance {
    let stamp = Stamp {
        at: at("2017-12-21T12:00:00+08:00"),
        by: "20080099".parse().unwrap(),
        by_name: None,
        role: Role::Operator,
        source: Source::Operator,
        as_of: None,
        import: import.map(|import| import.parse().unwrap()),
    };
    let facts: [Stamped<StudentFact>; 1] = [stamp.on(fact)];
    let events = ledger::append(&id(), Some(clearance), facts);
    clearance.clone().after(&events)
}
