//! A chain with its document: each event in its place, the document what they make of it, and nothing after the last.

use std::collections::BTreeMap;

use ledger::{Aggregate, Heads};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::finding::Fault;
use super::report::{Audit, is_older};
use crate::format::V;
use crate::items;
use crate::keys::{self, Item};
use crate::place::name_of;

/// The document of a chain.
#[derive(Debug, Clone, Copy)]
pub(super) enum Document<T> {
    /// As it was read.
    Read(T),
    /// There is none.
    Missing,
    /// It is there and can't be read.
    Unreadable,
}

impl<T> Document<T> {
    /// Looks at it.
    pub(super) fn as_ref(&self) -> Document<&T> {
        match self {
            Document::Read(document) => Document::Read(document),
            Document::Missing => Document::Missing,
            Document::Unreadable => Document::Unreadable,
        }
    }
}

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
    pub(super) fn take(&mut self, subject: &str, number: u64, item: &Item, audit: &mut Audit) {
        let place = name_of(item);
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
                let mut rebuilt = items::from_event(subject, &event).unwrap_or_default();
                // The body is the text that was hashed, in whichever format.
                if is_older(item, &rebuilt) {
                    rebuilt.extend(item.get_key_value(V).map(|(name, v)| (name.clone(), v.clone())));
                }
                audit.compare(&place, item, &rebuilt);
                self.events.insert(number, event);
            }
        }
    }

    /// Holds the chain against its document and against an earlier checkpoint. The events, if all is whole.
    pub(super) fn check<A>(
        self,
        id: &A::Id,
        document: Document<&A>,
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
            Document::Read(document) => document.head().version,
            Document::Missing => {
                audit.found(&subject, Fault::NoDocument);
                return None;
            }
            // What of the document can't be read is said already; its chain still has to hold by itself.
            Document::Unreadable => self.events.keys().last().copied().unwrap_or_default(),
        };
        for number in self.events.keys().filter(|number| **number > last) {
            audit.found(format!("{subject}/{}", keys::event(*number)), Fault::Beyond);
        }
        let events: Vec<_> = self.events.into_values().take_while(|event| event.number() <= last).collect();
        if self.broken {
            return None;
        }
        let checked = match document {
            Document::Read(document) => ledger::audit(id, document, &events),
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
