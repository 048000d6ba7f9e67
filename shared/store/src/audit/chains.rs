//! A chain with its document: each event in its place, the document what they make of it, and nothing after the last.

use std::collections::{BTreeMap, BTreeSet};

use domain::clearance::Clearance;
use domain::fact::{Event, StudentFact};
use domain::ids::{BatchId, StudentId};
use domain::trail::Trail;
use ledger::{Aggregate, Heads};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::finding::{Fault, Finding};
use super::{Audit, Auditor, differences};
use crate::error::UnreadableError;
use crate::items;
use crate::keys::{self, BY_COLLEGE, Item, STUDENT_ID};
use crate::place::{Place, name_of};

/// The events of one chain as they came, by number.
#[derive(Debug)]
pub(super) struct Chain<F> {
    events: BTreeMap<u64, ledger::Event<F>>,
    /// Whether one of them couldn't be read: what they make of the document can't be told then.
    broken: bool,
}

impl<F> Default for Chain<F> {
    fn default() -> Self {
        Self { events: BTreeMap::new(), broken: false }
    }
}

impl<F: Serialize + DeserializeOwned> Chain<F> {
    /// One more event, whose key says its number.
    pub(super) fn take(&mut self, subject: &str, number: u64, item: Item, audit: &mut Audit) {
        let place = name_of(&item);
        audit.events += 1;
        match items::event::<F>(item.clone()) {
            Err(error) => {
                audit.found(&place, error);
                self.broken = true;
            }
            Ok(event) if event.number() != number => {
                audit.found(&place, Fault::Misplaced);
                self.broken = true;
            }
            Ok(event) => {
                let rebuilt = items::from_event(subject, &event).unwrap_or_default();
                audit.compare(&place, &item, &rebuilt);
                self.events.insert(number, event);
            }
        }
    }

    /// Holds the chain against its document and against an earlier checkpoint. The events, if all is whole.
    pub(super) fn check<A>(
        self,
        id: &A::Id,
        document: Result<Option<&A>, ()>,
        since: Option<&Heads>,
        audit: &mut Audit,
    ) -> Option<Vec<ledger::Event<F>>>
    where
        A: Aggregate<Fact = F> + PartialEq,
    {
        let subject = A::subject(id);
        if let Some(then) = since.and_then(|since| since.get(&subject)) {
            match self.events.get(&then.version) {
                Some(event) if event.hash() == then.hash => {}
                Some(_) => audit.found(&subject, Fault::Recomputed),
                None => audit.found(&subject, Fault::Shortened),
            }
        }
        let last = match document {
            Ok(Some(document)) => document.head().version,
            Ok(None) => {
                audit.found(&subject, Fault::NoDocument);
                return None;
            }
            // What of the document can't be read is said already; its chain still has to hold by itself.
            Err(()) => self.events.keys().last().copied().unwrap_or_default(),
        };
        for number in self.events.keys().filter(|number| **number > last) {
            audit.found(format!("{subject}/{}", keys::event(*number)), Fault::Beyond);
        }
        let events: Vec<_> = self.events.into_values().take_while(|event| event.number() <= last).collect();
        if self.broken {
            return None;
        }
        let checked = match document {
            Ok(Some(document)) => ledger::audit(id, document, &events),
            _ => ledger::verify::<A>(id, &events).map(drop),
        };
        if let Some(event) = events.last() {
            audit.heads.insert(subject.clone(), event.head());
        }
        match checked {
            Ok(()) => Some(events),
            Err(error) => {
                audit.found(&subject, error);
                None
            }
        }
    }
}

impl Audit {
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

impl Auditor<'_> {
    /// A student: document and events.
    pub(super) fn student(&mut self, id: &(BatchId, StudentId), items: Vec<(Place, Item)>) {
        self.audit.students += 1;
        let subject = Clearance::subject(&id.0, &id.1);
        let mut chain = Chain::default();
        let mut document = Ok(None);
        for (place, item) in items {
            if let Place::StudentEvent(_, _, number) = place {
                chain.take(&subject, number, item, &mut self.audit);
            } else {
                document = self.document(id, &item).map(Some);
            }
        }
        let clearance = document.as_ref().map(Option::as_ref).map_err(|()| ());
        let events = chain.check(id, clearance, self.expected.since, &mut self.audit);
        match (document, events) {
            (Ok(Some(clearance)), Some(events)) => {
                self.personal_data(&subject, &clearance, &events);
                self.beside.expect(&clearance, Trail::of(id, &events).unwrap_or_default());
                self.rights.decided(&subject, &clearance, &events);
            }
            // Who is broken themselves isn't told of everything that hangs on them as well.
            _ => self.beside.skip(id.1.clone()),
        }
    }

    fn document(&mut self, id: &(BatchId, StudentId), item: &Item) -> Result<Clearance, ()> {
        let place = name_of(item);
        let read = items::clearance(&id.0, item.clone());
        let clearance = self.audit.read(&place, read).ok_or(())?;
        let rebuilt = items::from_clearance(&clearance).unwrap_or_default();
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
        Ok(clearance)
    }

    /// Personal data is there until it is forgotten.
    fn personal_data(&mut self, subject: &str, clearance: &Clearance, events: &[Event]) {
        let has_form = events.iter().any(|event| matches!(event.fact().fact, StudentFact::Form { .. }));
        let held = clearance.student.personal.get().is_some();
        let receiver = clearance.party_form.as_ref().is_none_or(|form| form.receiver.get().is_some());
        if !held || (has_form && !receiver) {
            self.audit.found(subject, Fault::PersonalDataMissing);
        }
    }
}
