//! What an audit holds a table against, and what it says of it.

use std::collections::BTreeSet;

use domain::ids::{BatchId, PersonId};
use ledger::{Checkpoint, Heads};

use super::finding::{Fault, Finding};
use crate::error::UnreadableError;
use crate::format::V;
use crate::keys::{EXPIRES, Item};

/// What a table is held against.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The batch.
    pub batch: &'a BatchId,
    /// When its items expire, in seconds since 1970; if it isn't known, they must all agree.
    pub expires: Option<i64>,
    /// Who is an administrator without a grant; if it isn't known, who granted as one is noted.
    pub administrators: Option<&'a BTreeSet<PersonId>>,
    /// The heads of an earlier checkpoint: every chain in it must go on from there.
    pub since: Option<&'a Heads>,
}

/// What a checkpoint of a batch says it is of.
pub fn origin(batch: &BatchId) -> String {
    format!("lixiao/{batch}")
}

/// What an audit has seen.
#[derive(Debug, Clone, Default)]
pub struct Audit {
    /// Items of the batch and of operators.
    pub items: usize,
    /// Students.
    pub students: usize,
    /// Events, of students and of operators.
    pub events: usize,
    /// Operators.
    pub operators: usize,
    /// Letters.
    pub letters: usize,
    /// Where each chain ends.
    pub heads: Heads,
    /// Who granted rights without having been granted any: administrators of the stack's parameter, one hopes.
    pub administrators: BTreeSet<PersonId>,
    /// What isn't as it should be.
    pub findings: BTreeSet<Finding>,
}

impl Audit {
    /// The checkpoint of what was seen.
    pub fn checkpoint(&self, batch: &BatchId, taken_at: String) -> Checkpoint {
        Checkpoint::of(origin(batch), taken_at, &self.heads)
    }

    pub(super) fn found(&mut self, place: impl Into<String>, fault: impl Into<Fault>) {
        self.findings.insert(Finding { place: place.into(), fault: fault.into() });
    }

    /// An item must be what this program writes for what it says.
    pub(super) fn compare(&mut self, place: &str, item: &Item, rebuilt: &Item) {
        let differing = differences(item, rebuilt);
        if !differing.is_empty() {
            self.found(place, Fault::Attributes(differing));
        }
    }

    /// A value that was read, or a finding.
    pub(super) fn read<T>(&mut self, place: &str, read: Result<T, UnreadableError>) -> Option<T> {
        read.map_err(|error| self.found(place, error)).ok()
    }
}

/// Whether an item was written in an older format than the same would be now.
pub(super) fn is_older(item: &Item, rebuilt: &Item) -> bool {
    let v = |item: &Item| item.get(V).and_then(|v| v.as_n().ok()).and_then(|n| n.parse::<u32>().ok());
    v(item).zip(v(rebuilt)).is_some_and(|(then, now)| (1..now).contains(&then))
}

/// The attributes in which two items differ, apart from their expiry.
pub(super) fn differences(item: &Item, rebuilt: &Item) -> Vec<String> {
    let names: BTreeSet<&String> = item.keys().chain(rebuilt.keys()).collect();
    let differs = |name: &&&String| name.as_str() != EXPIRES && item.get(**name) != rebuilt.get(**name);
    names.iter().filter(differs).map(|name| (*name).clone()).collect()
}
