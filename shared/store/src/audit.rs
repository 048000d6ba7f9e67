//! The audit of a table, item by item: every kind of item is known, every chain verified and replayed, and everything
//! that stands beside a chain held against what its events say. Whoever can write to the table fools it only by keeping
//! all of this, and an earlier checkpoint, consistent.
//!
//! It takes items from a Scan of the base table or from an archive, a partition at a time; no index is trusted.

mod beside;
mod chains;
mod finding;
mod report;
mod rights;

use std::collections::{BTreeMap, BTreeSet};

use domain::clearance::Clearance;
use domain::ids::{BatchId, StudentId};
use domain::trail::Trail;
use futures::TryStreamExt as _;
use ledger::Heads;

pub use finding::{Fault, Finding};
pub use report::{Audit, Expected, origin};

use crate::audit::beside::Beside;
use crate::audit::chains::{Chain, Document};
use crate::audit::report::{differences, is_older};
use crate::audit::rights::Rights;
use crate::client::Store;
use crate::error::StoreError;
use crate::items;
use crate::keys::{BY_COLLEGE, EXPIRES, Item, STUDENT_ID};
use crate::place::{Place, name_of, partition_of};

/// What an audit of a table finds. A change that is made while it reads looks like a fault once, and never twice: only what
/// two audits find is found.
pub async fn of_table(store: &Store, expected: Expected<'_>) -> Result<Audit, StoreError> {
    let mut audit = once(store, expected).await?;
    for _ in 0..2 {
        if audit.findings.is_empty() {
            break;
        }
        let again = once(store, expected).await?;
        let findings = audit.findings.intersection(&again.findings).cloned().collect();
        audit = Audit { findings, ..again };
    }
    Ok(audit)
}

async fn once(store: &Store, expected: Expected<'_>) -> Result<Audit, StoreError> {
    let mut auditor = Auditor::new(expected);
    let mut partitions = store.partitions();
    while let Some((_, partition)) = partitions.try_next().await? {
        auditor.take(partition);
    }
    Ok(auditor.finish())
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
            Some((Place::Operator(..) | Place::OperatorEvent(..), _)) => {
                items.into_iter().for_each(|(place, item)| self.rights.take(place, &item, &mut self.audit));
            }
            _ => items.into_iter().for_each(|(place, item)| self.beside.take(place, &item, &mut self.audit)),
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

impl Auditor<'_> {
    /// A student: document and events.
    pub(super) fn student(&mut self, id: &(BatchId, StudentId), items: Vec<(Place, Item)>) {
        self.audit.students += 1;
        let subject = Clearance::subject(&id.0, &id.1);
        let mut chain = Chain::default();
        let mut document = Document::Missing;
        for (place, item) in items {
            if let Place::StudentEvent(_, _, number) = place {
                chain.take(&subject, number, &item, &mut self.audit);
            } else {
                document = self.document(id, &item).map_or(Document::Unreadable, Document::Read);
            }
        }
        let events = chain.check(id, document.as_ref(), self.expected.since, &mut self.audit);
        match (document, events) {
            (Document::Read(clearance), Some(events)) => {
                let trail = Trail::of(id, &events).unwrap_or_default();
                self.personal_data(&subject, &clearance, &trail);
                self.beside.expect(&clearance, trail);
                self.rights.decided(&subject, &clearance, &events);
            }
            // Who is broken themselves isn't told of everything that hangs on them as well.
            _ => self.beside.skip(id.1.clone()),
        }
    }

    fn document(&mut self, id: &(BatchId, StudentId), item: &Item) -> Option<Clearance> {
        let place = name_of(item);
        let read = items::clearance(&id.0, item.clone());
        let clearance = self.audit.read(&place, read)?;
        let rebuilt = items::from_clearance(&clearance).unwrap_or_default();
        let rebuilt = if is_older(item, &rebuilt) { items::in_older_format(rebuilt, item) } else { rebuilt };
        let mut differing: BTreeSet<String> = differences(item, &rebuilt).into_iter().collect();
        if differing.remove(BY_COLLEGE) | differing.remove(STUDENT_ID) {
            self.audit.found(&place, Fault::Index);
        }
        if differing.remove("outline") {
            self.audit.found(&place, Fault::Outline);
        }
        if !differing.is_empty() {
            self.audit.found(&place, Fault::Attributes(differing.into_iter().collect()));
        }
        Some(clearance)
    }

    /// Personal data is there until it is forgotten.
    fn personal_data(&mut self, subject: &str, clearance: &Clearance, trail: &Trail) {
        let held = clearance.student.personal.get().is_some();
        let receiver = clearance.party_form.as_ref().is_some_and(|form| form.receiver.get().is_some());
        if (!held && clearance.forgotten.is_none()) || (!receiver && trail.receiver) {
            self.audit.found(subject, Fault::PersonalDataMissing);
        }
        if (held && clearance.forgotten.is_some()) || (receiver && !trail.receiver) {
            self.audit.found(subject, Fault::PersonalDataLeft);
        }
    }
}
