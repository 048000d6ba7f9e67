//! Operators' chains, and whether whoever decided had the role: a chain that was made up whole names somebody who
//! couldn't have made it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use domain::Timestamp;
use domain::clearance::Clearance;
use domain::fact::{Event, GrantEvent, GrantFact, Stamped};
use domain::ids::PersonId;
use domain::operator::Operator;
use domain::role::Role;

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
    documents: BTreeMap<PersonId, Document<Operator>>,
    chains: BTreeMap<PersonId, Chain<Stamped<GrantFact>>>,
    /// Who acted in a role that is granted, and one event of each few minutes in which they did.
    acted: BTreeMap<(PersonId, Role), BTreeMap<i64, (Timestamp, String)>>,
}

impl Rights {
    /// An operator's entry, or an event of one.
    pub(super) fn take(&mut self, place: Place, item: &Item, audit: &mut Audit) {
        let name = name_of(item);
        match place {
            Place::Operator(id) => {
                audit.operators += 1;
                let operator = audit.read(&name, items::operator(item.clone()));
                if let Some(operator) = &operator {
                    let rebuilt = items::from_operator(operator).unwrap_or_default();
                    audit.compare(&name, item, &rebuilt);
                    if operator.id != id {
                        audit.found(&name, Fault::Misplaced);
                    }
                }
                self.documents.insert(id, operator.map_or(Document::Unreadable, Document::Read));
            }
            Place::OperatorEvent(id, number) => {
                let subject = Operator::subject(&id);
                self.chains.entry(id).or_default().take(&subject, number, item, audit);
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
        let granted = Granted::of(granted, expected.administrators, audit);
        for ((person, role), times) in self.acted {
            for (_, (at, place)) in times {
                if granted.held(&person, role, at) || broken.contains(&person) {
                } else if role == Role::Administrator && by_parameter(expected.administrators, &person) {
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
struct Granted(BTreeMap<PersonId, Vec<(GrantEvent, bool)>>);

impl Granted {
    /// Goes from administrators of the stack's parameter to whom they made administrators, and on from there. Who made
    /// themselves one, or each other, is found.
    fn of(
        chains: BTreeMap<PersonId, Vec<GrantEvent>>,
        administrators: Option<&BTreeSet<PersonId>>,
        audit: &mut Audit,
    ) -> Self {
        let unproven = |events: Vec<GrantEvent>| events.into_iter().map(|event| (event, false)).collect();
        let mut granted = Self(chains.into_iter().map(|(id, events)| (id, unproven(events))).collect());
        granted.prove(|by| administrators.is_some_and(|known| known.contains(by)));
        if administrators.is_none() {
            // Nobody said who is an administrator without a grant: whoever must be one is noted.
            for (id, events) in &granted.0 {
                let others = events.iter().filter(|(event, proven)| !proven && event.stamp.by != *id);
                audit.administrators.extend(others.map(|(event, _)| event.stamp.by.clone()));
            }
            let noted = audit.administrators.clone();
            granted.prove(|by| noted.contains(by));
        }
        for (id, events) in &granted.0 {
            for (event, _) in events.iter().filter(|(_, proven)| !proven) {
                let place = format!("{}/event#{:06}", Operator::subject(id), event.number());
                audit.found(place, Fault::GrantedBy(event.stamp.by.clone()));
            }
        }
        granted
    }

    fn prove(&mut self, is_administrator: impl Fn(&PersonId) -> bool) {
        loop {
            let mut proven = Vec::new();
            for (id, events) in &self.0 {
                for (i, (event, _)) in events.iter().enumerate().filter(|(_, (_, proven))| !proven) {
                    let by = &event.stamp.by;
                    if is_administrator(by)
                        || (by != id && self.held(by, Role::Administrator, event.stamp.at))
                    {
                        proven.push((id.clone(), i));
                    }
                }
            }
            if proven.is_empty() {
                return;
            }
            for (id, i) in proven {
                if let Some((_, proven)) = self.0.get_mut(&id).and_then(|events| events.get_mut(i)) {
                    *proven = true;
                }
            }
        }
    }

    /// Whether somebody had a role at a time, or about then.
    fn held(&self, person: &PersonId, role: Role, at: Timestamp) -> bool {
        let Some(events) = self.0.get(person) else { return false };
        events.iter().enumerate().any(|(i, (event, proven))| {
            let GrantFact::Grant { grants, .. } = &event.fact().fact else { return false };
            let until = events.get(i + 1).is_none_or(|(next, _)| at <= next.stamp.at + AT_ONCE);
            *proven && grants.roles.contains(&role) && event.stamp.at - AT_ONCE <= at && until
        })
    }
}
