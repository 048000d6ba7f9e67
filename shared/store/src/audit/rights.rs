//! Operators' chains, and whether whoever decided had the role: a chain that was made up whole names somebody who
//! couldn't have made it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use domain::Timestamp;
use domain::clearance::Clearance;
use domain::fact::{Event, GrantEvent, GrantFact, Stamped};
use domain::ids::{BatchId, PersonId};
use domain::operator::{EntryId, Operator, Scope};
use domain::role::{Grant, Role};

use super::chains::{Chain, Document};
use super::finding::Fault;
use super::report::{Audit, Expected};
use crate::items;
use crate::keys::Item;
use crate::place::{Place, name_of};

/// A right and what was done by it are stamped when each request came in, not when they were written.
const AT_ONCE: TimeDelta = TimeDelta::minutes(5);

/// What is known of who might do what.
#[derive(Debug, Default)]
pub(super) struct Rights {
    documents: BTreeMap<EntryId, Document<Operator>>,
    chains: BTreeMap<EntryId, Chain<Stamped<GrantFact>>>,
    /// Who acted in a role that is granted, and one event of each few minutes in which they did.
    acted: BTreeMap<(PersonId, Role), BTreeMap<i64, (Timestamp, String)>>,
}

impl Rights {
    /// An operator's entry, or an event of one.
    pub(super) fn take(&mut self, place: Place, item: &Item, audit: &mut Audit) {
        let name = name_of(item);
        match place {
            Place::Operator(scope, id) => {
                audit.operators += 1;
                let operator = audit.read(&name, items::operator(&scope, &id, item.clone()));
                if let Some(operator) = &operator {
                    let rebuilt = items::from_operator(operator).unwrap_or_default();
                    audit.compare(&name, item, &rebuilt);
                }
                self.documents.insert((scope, id), operator.map_or(Document::Unreadable, Document::Read));
            }
            Place::OperatorEvent(scope, id, number) => {
                let subject = Operator::subject(&scope, &id);
                self.chains.entry((scope, id)).or_default().take(&subject, number, item, audit);
            }
            _ => audit.found(name, Fault::UnknownItem),
        }
    }

    /// What was decided of a student, by whom and in which role.
    pub(super) fn decided(&mut self, subject: &str, clearance: &Clearance, events: &[Event]) {
        for event in events {
            let stamp = &event.stamp;
            let by = (stamp.by.clone(), stamp.role);
            let place = || format!("{subject}/event#{:06}", event.number());
            match stamp.role {
                Role::Student if stamp.by.is(&clearance.student.id) => {}
                // Advisors are the roster's, and change with it; what it says now is in the document.
                Role::Advisor => {}
                _ => {
                    let minutes = stamp.at.timestamp() / AT_ONCE.num_seconds();
                    self.acted.entry(by).or_default().entry(minutes).or_insert_with(|| (stamp.at, place()));
                }
            }
        }
    }

    /// All is in.
    pub(super) fn finish(mut self, expected: &Expected<'_>, audit: &mut Audit) {
        let people: BTreeSet<_> = self.documents.keys().chain(self.chains.keys()).cloned().collect();
        let (mut granted, mut broken) = (BTreeMap::new(), BTreeSet::new());
        for id in people {
            let chain = self.chains.remove(&id).unwrap_or_default();
            let document = self.documents.get(&id).map_or(Document::Missing, Document::as_ref);
            match chain.check(&id, document, expected.since, audit) {
                Some(events) => drop(granted.insert(id, events)),
                None => drop(broken.insert(id)),
            }
        }
        let granted = Granted::of(granted, expected, audit);
        for ((person, role), times) in self.acted {
            let id = granted.entry(&person, role);
            for (_, (at, place)) in times {
                if granted.held(&id, role, at) || broken.contains(&id) {
                    continue;
                }
                if role == Role::Administrator && by_parameter(expected.administrators, &person) {
                    audit.administrators.insert(person.clone());
                } else {
                    audit.found(place, Fault::RoleOf(person.clone()));
                }
            }
        }
    }
}

/// Whether somebody can be an administrator without a grant.
fn by_parameter(administrators: Option<&BTreeSet<PersonId>>, person: &PersonId) -> bool {
    administrators.is_none_or(|known| known.contains(person))
}

/// Grants that somebody was allowed to make.
struct Granted<'a> {
    batch: &'a BatchId,
    entries: BTreeMap<EntryId, Vec<Granting>>,
}

/// An event of an entry, and whether whoever made it was an administrator.
struct Granting {
    event: GrantEvent,
    proven: bool,
}

impl<'a> Granted<'a> {
    /// Goes from administrators of the stack's parameter to whom they made administrators, and on from there. Who made
    /// themselves one, or each other, is found.
    fn of(chains: BTreeMap<EntryId, Vec<GrantEvent>>, expected: &Expected<'a>, audit: &mut Audit) -> Self {
        let unproven = |events: Vec<GrantEvent>| {
            events.into_iter().map(|event| Granting { event, proven: false }).collect()
        };
        let entries = chains.into_iter().map(|(id, events)| (id, unproven(events))).collect();
        let mut granted = Self { batch: expected.batch, entries };
        granted.prove(|by| expected.administrators.is_some_and(|known| known.contains(by)));
        if expected.administrators.is_none() {
            // Nobody said who is an administrator without a grant: whoever must be one is noted.
            let others = granted.unproven().filter(|((_, id), event)| event.stamp.by != *id);
            audit.administrators.extend(others.map(|(_, event)| event.stamp.by.clone()));
            let noted = audit.administrators.clone();
            granted.prove(|by| noted.contains(by));
        }
        for ((scope, id), event) in granted.unproven() {
            let place = format!("{}/event#{:06}", Operator::subject(scope, id), event.number());
            audit.found(place, Fault::GrantedBy(event.stamp.by.clone()));
        }
        granted
    }

    /// The entry by which somebody holds a role.
    fn entry(&self, person: &PersonId, role: Role) -> EntryId {
        let scope = match role {
            Role::Administrator => Scope::University,
            _ => Scope::Batch(self.batch.clone()),
        };
        (scope, person.clone())
    }

    fn unproven(&self) -> impl Iterator<Item = (&EntryId, &GrantEvent)> {
        self.entries.iter().flat_map(|(id, events)| {
            events.iter().filter(|granting| !granting.proven).map(move |granting| (id, &granting.event))
        })
    }

    fn prove(&mut self, is_administrator: impl Fn(&PersonId) -> bool) {
        loop {
            let made_by_one = |((_, id), event): &(&EntryId, &GrantEvent)| {
                let by = &event.stamp.by;
                let entry = self.entry(by, Role::Administrator);
                is_administrator(by) || (by != id && self.held(&entry, Role::Administrator, event.stamp.at))
            };
            let proven = self.unproven().filter(made_by_one);
            let proven: Vec<(EntryId, u64)> =
                proven.map(|(id, event)| (id.clone(), event.number())).collect();
            if proven.is_empty() {
                return;
            }
            for (id, number) in proven {
                let events = self.entries.get_mut(&id).into_iter().flatten();
                events.filter(|granting| granting.event.number() == number).for_each(|one| one.proven = true);
            }
        }
    }

    /// Whether somebody had a role at a time, or about then.
    fn held(&self, id: &EntryId, role: Role, at: Timestamp) -> bool {
        let Some(events) = self.entries.get(id) else { return false };
        events.iter().enumerate().any(|(i, Granting { event, proven })| {
            let GrantFact::Grant { grants, .. } = &event.fact().fact else { return false };
            let stood = events.get(i + 1).is_none_or(|next| at <= next.event.stamp.at + AT_ONCE);
            let of_role = |grant: &Grant| {
                grant.role == role
                    && (grant.holds(at) || grant.holds(at - AT_ONCE) || grant.holds(at + AT_ONCE))
            };
            *proven && event.stamp.at - AT_ONCE <= at && stood && grants.iter().any(of_role)
        })
    }
}
