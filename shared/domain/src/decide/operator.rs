//! Rights are granted and taken away (N5).

use super::chain::stamp_of;
use crate::Timestamp;
use crate::fact::{GrantEvent, GrantFact, Stamp};
use crate::ids::PersonId;
use crate::operator::Operator;
use crate::refusal::{Barrier, Refusal};
use crate::rights::Actor;
use crate::role::{Grants, Role};

/// Sets what an operator may do. Nothing: it is already so.
pub fn grant(
    before: Option<&Operator>,
    id: &PersonId,
    name: &str,
    grants: &Grants,
    actor: &Actor,
    at: Timestamp,
) -> Result<Vec<GrantEvent>, Refusal> {
    let stamp = stamp(actor, at)?;
    if id.is_student() {
        return Err(Refusal::NotAllowed(Barrier::Student));
    }
    if *id == actor.id && !grants.roles.contains(&Role::Administrator) {
        return Err(Refusal::NotAllowed(Barrier::OwnEntry));
    }
    if before.is_some_and(|operator| operator.name == name && operator.grants == *grants) {
        return Ok(Vec::new());
    }
    let fact = GrantFact::Grant { name: name.to_owned(), grants: grants.clone() };
    Ok(next(before, id, &stamp, fact))
}

/// Takes away everything an operator may do. Nothing: they have nothing.
pub fn remove(before: &Operator, actor: &Actor, at: Timestamp) -> Result<Vec<GrantEvent>, Refusal> {
    let stamp = stamp(actor, at)?;
    if before.id == actor.id {
        return Err(Refusal::NotAllowed(Barrier::OwnEntry));
    }
    if !before.is_active() {
        return Ok(Vec::new());
    }
    Ok(next(Some(before), &before.id, &stamp, GrantFact::Remove))
}

fn stamp(actor: &Actor, at: Timestamp) -> Result<Stamp, Refusal> {
    Ok(stamp_of(actor, actor.may_grant()?, at))
}

fn next(before: Option<&Operator>, id: &PersonId, stamp: &Stamp, fact: GrantFact) -> Vec<GrantEvent> {
    ledger::append(id, before, [stamp.on(fact)])
}
