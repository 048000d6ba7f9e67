//! A person is forgotten: their personal data goes, and every chain still verifies.

use super::chain::{chain, stamp_of};
use crate::Timestamp;
use crate::batch::Batch;
use crate::clearance::Clearance;
use crate::fact::{Event, StudentFact};
use crate::refusal::{Refusal, given_reason};
use crate::rights::Actor;

/// Whether somebody is forgotten who may still be on their way: without a name or number no letter and no slip is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WhileOpen {
    /// Only once the batch has closed.
    #[default]
    No,
    /// All the same.
    Yes,
}

/// Forgets a student's personal data, once the batch no longer needs it. No events: it is forgotten already.
pub fn forget(
    batch: &Batch,
    clearance: &Clearance,
    actor: &Actor,
    reason: Option<&str>,
    while_open: WhileOpen,
    at: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let role = actor.may_keep_personal_data()?;
    let reason = given_reason(reason)?;
    let closes = batch.window().closes;
    if at < closes && while_open == WhileOpen::No {
        return Err(Refusal::BatchOpen { closes });
    }
    if clearance.forgotten.is_some() {
        return Ok(Vec::new());
    }
    Ok(chain(clearance, &stamp_of(actor, role, at), vec![StudentFact::Forget { reason }]))
}
