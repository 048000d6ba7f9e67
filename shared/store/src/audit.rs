//! The audit of a table, item by item: every kind of item is known, every chain verified and replayed, and everything
//! that stands beside a chain held against what its events say. Whoever can write to the table fools it only by keeping
//! all of this, and an earlier checkpoint, consistent.
//!
//! It takes items from a Scan of the base table or from an archive, a partition at a time; no index is trusted.

mod beside;
mod chains;
mod finding;
mod rights;

use std::collections::{BTreeMap, BTreeSet};

use domain::ids::{BatchId, PersonId};
use ledger::Heads;

pub use finding::{Fault, Finding};

use crate::audit::beside::Beside;
use crate::audit::rights::Rights;
use crate::keys::{EXPIRES, Item};
use crate::place::{Place, name_of, partition_of};

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

/// An audit under way.
#[derive(Debug)]
pub struct Auditor<'a> {
    expected: Expected<'a>,
    audit: Audit,
    /// Partitions that have been taken.
    done: BTreeSet<String>,
    /// How many items expire when, and where.
    expiries: BTreeMap<Option<i64>, Vec<String>>,
    beside: Beside,
    rights: Rights,
}

impl<'a> Auditor<'a> {
    /// An audit that begins.
    pub fn new(expected: Expected<'a>) -> Self {
        Self {
            expected,
            audit: Audit::default(),
            done: BTreeSet::new(),
            expiries: BTreeMap::new(),
            beside: Beside::default(),
            rights: Rights::default(),
        }
    }

    /// The items of one partition, all of them, in any order.
    pub fn take(&mut self, partition: Vec<Item>) {
        let Some(name) = partition.first().map(|item| partition_of(item).to_owned()) else { return };
        let mut known = Vec::with_capacity(partition.len());
        for item in partition {
            match Place::of(&item) {
                None => self.audit.found(name_of(&item), Fault::UnknownItem),
                Some(place) if self.concerns(&place) => {
                    self.audit.items += 1;
                    self.expiry(&place, &item);
                    known.push((place, item));
                }
                Some(_) => {}
            }
        }
        if known.is_empty() {
        } else if self.done.insert(name.clone()) {
            self.partition(known);
        } else {
            self.audit.found(name, Fault::Twice);
        }
    }

    /// Whether an item is of the batch, or of an operator.
    fn concerns(&self, place: &Place) -> bool {
        match place.batch() {
            Some(batch) => batch == self.expected.batch,
            None => *place != Place::Passing,
        }
    }

    /// Items of a batch expire with it, operators never.
    fn expiry(&mut self, place: &Place, item: &Item) {
        let name = name_of(item);
        if place.batch().is_some() {
            let expires = item.get(EXPIRES).and_then(|at| at.as_n().ok()).and_then(|at| at.parse().ok());
            self.expiries.entry(expires).or_default().push(name);
        } else if item.contains_key(EXPIRES) {
            self.audit.found(name, Fault::Expiry);
        }
    }

    /// All items are in.
    pub fn finish(mut self) -> Audit {
        self.expiries();
        let Self { expected, mut audit, beside, rights, .. } = self;
        beside.finish(expected.batch, &mut audit);
        rights.finish(&expected, &mut audit);
        for (subject, _) in expected.since.into_iter().flat_map(Heads::iter) {
            if audit.heads.get(subject).is_none() {
                audit.found(subject, Fault::Gone);
            }
        }
        audit
    }

    fn partition(&mut self, items: Vec<(Place, Item)>) {
        match items.first() {
            Some((Place::Clearance(batch, student) | Place::StudentEvent(batch, student, _), _)) => {
                let id = (batch.clone(), student.clone());
                self.student(&id, items);
            }
            Some((Place::Operator(_) | Place::OperatorEvent(..), _)) => {
                items.into_iter().for_each(|(place, item)| self.rights.take(place, item, &mut self.audit));
            }
            _ => items.into_iter().for_each(|(place, item)| self.beside.take(place, item, &mut self.audit)),
        }
    }

    /// Every item of a batch goes with it.
    fn expiries(&mut self) {
        let expiries = std::mem::take(&mut self.expiries);
        let most = expiries.iter().max_by_key(|(_, places)| places.len()).and_then(|(at, _)| *at);
        let right = self.expected.expires.or(most);
        for (_, places) in expiries.into_iter().filter(|(at, _)| at.is_none() || *at != right) {
            places.into_iter().for_each(|place| self.audit.found(place, Fault::Expiry));
        }
    }
}

/// The attributes in which two items differ, apart from their expiry.
fn differences(item: &Item, rebuilt: &Item) -> Vec<String> {
    let names: BTreeSet<&String> = item.keys().chain(rebuilt.keys()).collect();
    let differs = |name: &&&String| name.as_str() != EXPIRES && item.get(**name) != rebuilt.get(**name);
    names.iter().filter(differs).map(|name| (*name).clone()).collect()
}
