//! Every fact as it is stored, with its hash, for good: what was once hashed must be read, written and hashed the same by
//! every later program. A line is never changed; a new fact, or a new field of one, is a new line.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::collections::BTreeSet;

use domain::clearance::Clearance;
use domain::fact::{Action, Event, GrantEvent, GrantFact};
use domain::operator::{Operator, Scope};
use ledger::{Aggregate, Event as Link};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The events of a file, once each is known to be written and hashed as it was.
fn read<A: Aggregate>(file: &str, id: &A::Id) -> Vec<Link<A::Fact>>
where
    A::Fact: Serialize + DeserializeOwned + Clone,
{
    let events: Vec<Link<A::Fact>> = file
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}")))
        .collect();
    verified::<A>(id, &events);
    let facts = events.iter().map(|event| event.fact().clone());
    let again = ledger::append::<A>(id, None, facts);
    for (again, event) in again.iter().zip(&events) {
        assert_eq!(again.body(), event.body(), "written as it was");
        assert_eq!(again.hash(), event.hash(), "{}", event.body());
    }
    let lines: Vec<String> = again.iter().map(|event| serde_json::to_string(event).unwrap()).collect();
    assert_eq!(lines, file.lines().collect::<Vec<_>>());
    events
}

/// The history is whole, and makes a state.
fn verified<A: Aggregate>(id: &A::Id, events: &[Link<A::Fact>]) -> A
where
    A::Fact: Serialize + DeserializeOwned + Clone,
{
    let head = ledger::verify::<A>(id, events).unwrap();
    assert_eq!(head, events.last().map(Link::head));
    ledger::replay::<A>(id, events).unwrap()
}

/// The names of the fields that stand in some line and in some line don't, of one action.
fn optional(events: &[(String, BTreeSet<String>)], action: &str) -> BTreeSet<String> {
    let of_action: Vec<_> =
        events.iter().filter(|(one, _)| one == action).map(|(_, fields)| fields).collect();
    let all: BTreeSet<String> = of_action.iter().flat_map(|fields| (*fields).clone()).collect();
    all.into_iter().filter(|field| of_action.iter().any(|fields| !fields.contains(field))).collect()
}

fn fields(body: &str) -> (String, BTreeSet<String>) {
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    let fact = body["fact"].as_object().unwrap();
    (fact["action"].as_str().unwrap().to_owned(), fact.keys().cloned().collect())
}

#[test]
fn every_fact_of_a_student_is_read_written_and_hashed_as_it_ever_was() {
    let id = ("2018-01".parse().unwrap(), "20151104027".parse().unwrap());
    let events: Vec<Event> = read::<Clearance>(include_str!("facts/student.jsonl"), &id);
    let actions: BTreeSet<Action> = events.iter().map(|event| event.fact().fact.action()).collect();
    assert_eq!(actions, BTreeSet::from(Action::ALL), "a new fact needs a line of its own");
    let seen: Vec<_> = events.iter().map(|event| fields(event.body())).collect();
    for (action, fields) in [
        ("roster", &["reason"][..]),
        ("pass", &["as_of", "import", "parts", "reason"]),
        ("reject", &["amount_due", "import"]),
        ("revoke", &["because_of", "undoes"]),
        ("form", &["reason"]),
        ("issue", &["paper", "reason", "replaces"]),
        ("print", &["paper"]),
        ("receipt", &["paper"]),
    ] {
        let optional = optional(&seen, action);
        assert!(fields.iter().all(|field| optional.contains(*field)), "{action}: {optional:?}");
    }
}

#[test]
fn a_student_who_was_added_by_hand_is_read_written_and_hashed_as_ever() {
    let id = ("2018-01".parse().unwrap(), "20151104027".parse().unwrap());
    let events: Vec<Event> = read::<Clearance>(include_str!("facts/added.jsonl"), &id);
    assert_eq!(events[0].fact().fact.reason(), Some("结业换证，补录"));
}

#[test]
fn every_fact_of_rights_is_read_written_and_hashed_as_it_ever_was() {
    let id = (Scope::Batch("2018-01".parse().unwrap()), "20080123".parse().unwrap());
    let events: Vec<GrantEvent> = read::<Operator>(include_str!("facts/grant.jsonl"), &id);
    let seen: Vec<_> = events.iter().map(|event| fields(event.body())).collect();
    let (grant, remove) = (optional(&seen, "grant"), optional(&seen, "remove"));
    assert!(grant.contains("copied_from") && grant.contains("taken_over_from"), "{grant:?}");
    assert!(remove.contains("handed_to"), "{remove:?}");
    // A new fact stops this build until it has a line.
    for event in &events {
        match &event.fact().fact {
            GrantFact::Grant { .. } | GrantFact::Remove { .. } => {}
        }
    }
}

/// The first format had six facts, each a key of its own: its events are read, and hashed as they were, and make the
/// same clearance as today's.
#[test]
fn events_of_the_first_format_make_the_same_clearance() {
    let id = ("2018-01".parse().unwrap(), "20151104027".parse().unwrap());
    let read =
        |file: &str| -> Vec<Event> { file.lines().map(|line| serde_json::from_str(line).unwrap()).collect() };
    let first: Clearance = verified(&id, &read(include_str!("facts/student-1.jsonl")));
    let today: Clearance = verified(&id, &read(include_str!("facts/student.jsonl")));
    assert_eq!(first.student, today.student);
    assert_eq!(first.student.facts.len(), 6);
    assert_eq!((first.records, first.letter), (today.records, today.letter));
}
