//! Facts become events, in the order in which they happen.

use crate::Timestamp;
use crate::clearance::Clearance;
use crate::fact::{Event, Stamp, StudentFact};
use crate::ids::Source;
use crate::rights::Actor;
use crate::role::Role;

/// The events of facts that one person makes true in one role.
pub(super) fn chain(clearance: &Clearance, stamp: &Stamp, facts: Vec<StudentFact>) -> Vec<Event> {
    chain_in_roles(clearance, stamp, facts.into_iter().map(|fact| (stamp.role, fact)))
}

/// The same, each fact in the role that allows it: a cascade can need more than one.
pub(super) fn chain_in_roles(
    clearance: &Clearance,
    stamp: &Stamp,
    facts: impl IntoIterator<Item = (Role, StudentFact)>,
) -> Vec<Event> {
    let id = (clearance.batch.clone(), clearance.student.id.clone());
    let facts = facts.into_iter().map(|(role, fact)| Stamp { role, ..stamp.clone() }.on(fact));
    ledger::append(&id, Some(clearance), facts)
}

/// Who does something by hand, now.
pub(super) fn stamp_of(actor: &Actor, role: Role, at: Timestamp) -> Stamp {
    let (by, by_name) = (actor.id.clone(), actor.name.clone());
    Stamp { at, by, by_name, role, source: Source::Operator, as_of: None, import: None }
}
