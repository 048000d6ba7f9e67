//! Whatever is edited of a stored chain is found: every bit, every event dropped, doubled or moved.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use ledger::{Aggregate, BrokenChainError, Event, Hash, Head, append, audit, replay, verify};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

/// A sum of amounts, with what was said of each.
#[derive(Debug, Clone, PartialEq)]
struct Sum {
    total: i64,
    head: Head,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Added {
    amount: i64,
    words: String,
}

impl Aggregate for Sum {
    type Id = u32;
    type Fact = Added;
    fn subject(id: &u32) -> String {
        format!("sum#{id}")
    }
    fn begin(_: &u32, first: &Event<Added>) -> Option<Self> {
        Some(Sum { total: first.amount, head: first.head() })
    }
    fn evolve(&mut self, event: &Event<Added>) {
        self.total += event.amount;
        self.head = event.head();
    }
    fn head(&self) -> Head {
        self.head
    }
}

fn facts() -> impl Strategy<Value = Vec<Added>> {
    let added =
        (-9_999..9_999_i64, "[a-z一-龥\"\\\\]{0,8}").prop_map(|(amount, words)| Added { amount, words });
    proptest::collection::vec(added, 1..6)
}

/// A chain in as many steps as there are facts.
fn chain(facts: Vec<Added>) -> Vec<Event<Added>> {
    let mut events: Vec<Event<Added>> = Vec::new();
    for fact in facts {
        let state = replay::<Sum>(&7, &events);
        events.extend(append(&7, state.as_ref(), [fact]));
    }
    events
}

fn stored(events: &[Event<Added>]) -> Vec<String> {
    events.iter().map(|event| serde_json::to_string(event).unwrap()).collect()
}

/// Whether a stored chain is unreadable, broken, or no longer what its aggregate says.
fn is_found(stored: &[Vec<u8>], state: &Sum) -> bool {
    let read: Result<Vec<Event<Added>>, _> = stored.iter().map(|one| serde_json::from_slice(one)).collect();
    read.is_err() || audit(&7, state, &read.unwrap()).is_err()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn facts_appended_at_once_or_one_by_one_make_one_chain(facts in facts()) {
        let events = chain(facts.clone());
        prop_assert_eq!(&append::<Sum>(&7, None, facts), &events);
        let state = replay::<Sum>(&7, &events).unwrap();
        prop_assert_eq!(audit(&7, &state, &events), Ok(()));
    }

    #[test]
    fn what_is_stored_is_read_back_to_the_letter(facts in facts()) {
        let events = chain(facts);
        let read: Vec<Event<Added>> = stored(&events).iter().map(|one| serde_json::from_str(one).unwrap()).collect();
        prop_assert_eq!(&read, &events);
        prop_assert!(verify::<Sum>(&7, &read).is_ok());
    }

    #[test]
    fn every_bit_of_every_stored_event_is_held(facts in facts()) {
        let events = chain(facts);
        let state = replay::<Sum>(&7, &events).unwrap();
        let whole: Vec<Vec<u8>> = stored(&events).into_iter().map(String::into_bytes).collect();
        for (i, event) in whole.iter().enumerate() {
            for bit in 0..event.len() * 8 {
                let mut edited = whole.clone();
                edited[i][bit / 8] ^= 1 << (bit % 8);
                prop_assert!(is_found(&edited, &state), "event {i}, bit {bit}: {}", String::from_utf8_lossy(&edited[i]));
            }
        }
    }

    #[test]
    fn an_event_that_is_dropped_doubled_or_moved_is_found(facts in facts(), at in any::<prop::sample::Index>()) {
        let events = chain(facts);
        let state = replay::<Sum>(&7, &events).unwrap();
        let i = at.index(events.len());
        let mut dropped = events.clone();
        dropped.remove(i);
        prop_assert!(audit(&7, &state, &dropped).is_err());
        let mut doubled = events.clone();
        doubled.insert(i, events[i].clone());
        prop_assert!(audit(&7, &state, &doubled).is_err());
        let mut moved = events.clone();
        moved.rotate_left(1);
        prop_assert!(events.len() == 1 || audit(&7, &state, &moved).is_err());
        prop_assert!(verify::<Sum>(&8, &events).is_err(), "another's chain");
    }
}

#[test]
fn each_break_is_named() {
    let fact = |amount| Added { amount, words: String::new() };
    let events = append::<Sum>(&7, None, [fact(1), fact(2), fact(3)]);
    let state = replay::<Sum>(&7, &events).unwrap();
    let broken = |events: &[Event<Added>]| audit(&7, &state, events).unwrap_err();
    assert_eq!(broken(&events[1..]), BrokenChainError::Missing { expected: 0, found: 1 });
    assert_eq!(broken(&events[..2]), BrokenChainError::Short { found: 2, version: 2 });
    assert_eq!(broken(&[]), BrokenChainError::Short { found: 0, version: 2 });
    let other = append::<Sum>(&7, None, [fact(9), fact(2), fact(3)]);
    let mixed = [other[0].clone(), events[1].clone(), events[2].clone()];
    assert_eq!(broken(&mixed), BrokenChainError::Link { number: 1 });
    assert_eq!(broken(&other), BrokenChainError::Document, "recomputed as a whole: only the document tells");
    let edited = serde_json::to_string(&events[1]).unwrap().replace("\\\"amount\\\":2", "\\\"amount\\\":5");
    let edited = [events[0].clone(), serde_json::from_str(&edited).unwrap(), events[2].clone()];
    assert_eq!(broken(&edited), BrokenChainError::Edited { number: 1 });
}

/// The stored form, for good: no change of the code may change it.
#[test]
fn the_stored_form_is_this() {
    let events = append::<Sum>(&7, None, [Added { amount: 1, words: "一\"".to_owned() }]);
    assert_eq!(events[0].body(), r#"{"number":0,"fact":{"amount":1,"words":"一\""}}"#);
    let hash = String::from(events[0].hash());
    assert_eq!(String::from(events[0].prev()), String::from(Hash::genesis("sum#7")));
    assert_eq!(hash, "FPm4aY05wTFbhpYq_CCQzfPPnrTdRBCeNFcZ3oO2Hmg");
}

#[test]
fn two_events_are_the_same_if_the_same_was_hashed_in_the_same_place() {
    let added = |amount| Added { amount, words: String::new() };
    let (one, other) = (chain(vec![added(1), added(2)]), chain(vec![added(1), added(3)]));
    assert_eq!(one[0], other[0]);
    assert_ne!(one[1], other[1]);
    assert_ne!(one[0], one[1]);
}
