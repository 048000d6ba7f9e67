//! Rights are granted, copied from an earlier batch, handed over and taken away (N5). Whoever writes says which version of
//! the entry they have seen.

use std::collections::BTreeSet;

use super::chain::stamp_of;
use crate::Timestamp;
use crate::batch::Batch;
use crate::fact::{GrantEvent, GrantFact, Stamp};
use crate::field::{FieldFault, FieldRule};
use crate::grant_sheet::Given;
use crate::ids::{BatchId, OfficeId, PersonId};
use crate::operator::{EntryId, EntryRequest, MOST_GRANTED, Operator, Scope};
use crate::refusal::{Barrier, Refusal};
use crate::rights::Actor;
use crate::role::{Grant, Role};

/// The version of an entry that somebody has seen; `None`: that there is none.
pub type Seen = Option<u64>;

/// Sets what somebody may do in a batch, all of it. Nothing: it is already so.
pub fn grant(
    before: Option<&Operator>,
    id: &EntryId,
    asked: &EntryRequest,
    batch: &Batch,
    seen: Seen,
    actor: &Actor,
    at: Timestamp,
) -> Result<Vec<GrantEvent>, Refusal> {
    let stamp = stamp(actor, at)?;
    not_a_student(&id.1)?;
    let (name, grants) = asked.clone().read(batch, before)?;
    if before.is_some_and(|operator| operator.name == name && operator.grants == grants) {
        return Ok(Vec::new());
    }
    as_seen(before, seen)?;
    Ok(next(before, id, &stamp, granted(name, grants)))
}

/// Gives somebody rights beside those they have, as a sheet does. Nothing: they have them. A number under which somebody
/// of another name is known is a slip of the pen, and no rights for either.
pub fn give(
    before: Option<&Operator>,
    scope: &Scope,
    given: &Given,
    actor: &Actor,
    at: Timestamp,
) -> Result<Vec<GrantEvent>, Refusal> {
    let stamp = stamp(actor, at)?;
    let Given { id, name, grants } = given;
    not_a_student(id)?;
    let before_now = before.filter(|operator| operator.is_active());
    if let Some(operator) = before_now.filter(|operator| operator.name != *name) {
        let rule = FieldRule::OneOf(vec![operator.name.clone()]);
        return Err(Refusal::InvalidFields(vec![FieldFault::new("name", rule)]));
    }
    let had = before_now.map(|operator| operator.grants.clone()).unwrap_or_default();
    let together = grants.iter().cloned().fold(had.clone(), Grant::join);
    if together == had {
        return Ok(Vec::new());
    }
    if together.len() > MOST_GRANTED {
        let rule = FieldRule::TooLong { most: MOST_GRANTED };
        return Err(Refusal::InvalidFields(vec![FieldFault::new("office", rule)]));
    }
    Ok(next(before, &(scope.clone(), id.clone()), &stamp, granted(name.clone(), together)))
}

/// Makes somebody an administrator of the university. Nothing: they are one.
pub fn appoint(
    before: Option<&Operator>,
    id: &PersonId,
    name: &str,
    seen: Seen,
    actor: &Actor,
    at: Timestamp,
) -> Result<Vec<GrantEvent>, Refusal> {
    let stamp = stamp(actor, at)?;
    not_a_student(id)?;
    let grants = vec![Grant::of(Role::Administrator)];
    if before.is_some_and(|operator| operator.name == name && operator.grants == grants) {
        return Ok(Vec::new());
    }
    as_seen(before, seen)?;
    Ok(next(before, &(Scope::University, id.clone()), &stamp, granted(name.to_owned(), grants)))
}

/// Takes away everything somebody may do. Nothing: they have nothing.
pub fn remove(
    before: &Operator,
    seen: Seen,
    actor: &Actor,
    at: Timestamp,
) -> Result<Vec<GrantEvent>, Refusal> {
    let stamp = stamp(actor, at)?;
    if before.scope == Scope::University && before.id == actor.id {
        return Err(Refusal::NotAllowed(Barrier::OwnEntry));
    }
    if !before.is_active() {
        return Ok(Vec::new());
    }
    as_seen(Some(before), seen)?;
    Ok(next(Some(before), &id_of(before), &stamp, GrantFact::Remove { handed_to: None }))
}

/// Copies what somebody had in an earlier batch into one where they have nothing. Offices that the new batch no longer
/// names stay behind, and covers that have ended. Nothing: they have an entry already, or nothing is left to copy.
pub fn copy(
    from: &Operator,
    before: Option<&Operator>,
    into: &BatchId,
    offices: &BTreeSet<OfficeId>,
    actor: &Actor,
    at: Timestamp,
) -> Result<Vec<GrantEvent>, Refusal> {
    let stamp = stamp(actor, at)?;
    let Scope::Batch(batch) = &from.scope else { return Ok(Vec::new()) };
    let grants = copied(from, offices, at);
    if before.is_some_and(Operator::is_active) || grants.is_empty() {
        return Ok(Vec::new());
    }
    let id = (Scope::Batch(into.clone()), from.id.clone());
    let fact = GrantFact::Grant {
        name: from.name.clone(),
        grants,
        copied_from: Some(batch.clone()),
        taken_over_from: None,
    };
    Ok(next(before, &id, &stamp, fact))
}

/// What of somebody's rights goes on in another batch.
pub fn copied(from: &Operator, offices: &BTreeSet<OfficeId>, at: Timestamp) -> Vec<Grant> {
    let goes_on = |grant: &Grant| {
        let theirs: BTreeSet<OfficeId> = grant.offices.intersection(offices).cloned().collect();
        let ended = grant.until.is_some_and(|until| until <= at);
        let empty = grant.role == Role::Operator && theirs.is_empty();
        (!ended && !empty).then(|| Grant { offices: theirs, ..grant.clone() })
    };
    from.grants.iter().filter_map(goes_on).collect()
}

/// Somebody's rights become another's, in one step: what the one had, the other has beside their own. The events of
/// both entries, the old one's first.
pub fn take_over(
    from: &Operator,
    before: Option<&Operator>,
    to: (&PersonId, &str),
    seen: Seen,
    actor: &Actor,
    at: Timestamp,
) -> Result<(Vec<GrantEvent>, Vec<GrantEvent>), Refusal> {
    let stamp = stamp(actor, at)?;
    let (id, name) = to;
    not_a_student(id)?;
    if !from.is_active() || from.id == *id {
        return Ok((Vec::new(), Vec::new()));
    }
    as_seen(Some(from), seen)?;
    let had = before.map(|operator| operator.grants.clone()).unwrap_or_default();
    let grants = from.grants.iter().cloned().fold(had, Grant::join);
    let taken = GrantFact::Grant {
        name: name.to_owned(),
        grants,
        copied_from: None,
        taken_over_from: Some(from.id.clone()),
    };
    let handed = next(Some(from), &id_of(from), &stamp, GrantFact::Remove { handed_to: Some(id.clone()) });
    Ok((handed, next(before, &(from.scope.clone(), id.clone()), &stamp, taken)))
}

fn granted(name: String, grants: Vec<Grant>) -> GrantFact {
    GrantFact::Grant { name, grants, copied_from: None, taken_over_from: None }
}

fn id_of(operator: &Operator) -> EntryId {
    (operator.scope.clone(), operator.id.clone())
}

fn not_a_student(id: &PersonId) -> Result<(), Refusal> {
    if id.is_student() { Err(Refusal::NotAllowed(Barrier::Student)) } else { Ok(()) }
}

/// Optimistic concurrency across people: an entry that somebody else has changed meanwhile is looked at again first.
fn as_seen(before: Option<&Operator>, seen: Seen) -> Result<(), Refusal> {
    let stands = before.filter(|operator| operator.is_active());
    let newest = before.map(|operator| operator.version) == seen;
    // Whoever sees nobody sees no entry of somebody who was removed, either.
    if newest || (seen.is_none() && stands.is_none()) { Ok(()) } else { Err(Refusal::ChangedMeanwhile) }
}

fn stamp(actor: &Actor, at: Timestamp) -> Result<Stamp, Refusal> {
    Ok(stamp_of(actor, actor.may_grant()?, at))
}

fn next(before: Option<&Operator>, id: &EntryId, stamp: &Stamp, fact: GrantFact) -> Vec<GrantEvent> {
    ledger::append(id, before, [stamp.on(fact)])
}
