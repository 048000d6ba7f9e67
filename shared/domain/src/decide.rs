//! Decisions on steps: `decide(state, command) → events`, and nothing is done here.

mod case;
mod chain;
pub mod command;
pub mod forget;
pub mod form;
pub mod letter;
mod offers;
pub mod operator;
pub mod roster;

use self::case::Case;
use self::chain::chain_in_roles;
use self::command::Command;
pub use self::offers::offers;
use crate::Timestamp;
use crate::batch::Batch;
use crate::clearance::Clearance;
use crate::fact::{Event, Stamp, StudentFact};
use crate::refusal::{Refusal, What};
use crate::rights::Actor;
use crate::verdict::Verdict;

/// Decides one step of one student. No events: it is already so, and nothing changes.
pub fn decide(
    batch: &Batch,
    clearance: &Clearance,
    actor: &Actor,
    command: &Command,
    at: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let step = batch.step(command.step).ok_or(Refusal::NotFound(What::Step))?;
    let standing = clearance.records.get(&step.number).map(|record| record.mark);
    let role =
        actor.may_decide(batch, step, clearance.student.whom(), standing, command.verdict.decision())?;
    let (traits, marks) = (clearance.student.traits(), clearance.marks());
    // Somebody else was here since the caller looked: what they decided isn't overwritten unseen.
    if command.seen.is_some_and(|seen| seen != batch.state(step, &traits, &marks)) {
        return Err(Refusal::ChangedMeanwhile);
    }
    let case = Case { batch, clearance, actor, role, step, traits, marks };
    let own = |fact: Option<StudentFact>| fact.map(|fact| (role, fact)).into_iter().collect();
    let facts = match &command.verdict {
        Verdict::Pass { parts, reason } => own(case.pass(parts, reason.as_ref())?),
        Verdict::Tick { parts } => own(case.tick(parts)?),
        Verdict::Reject { reason, amount_due } => own(case.reject(reason, *amount_due)?),
        Verdict::Waive { reason } => own(case.waive(reason)),
        Verdict::Revoke { reason, cascade } => case.revoke(reason, *cascade)?,
        Verdict::Undo { reason, import } => own(case.undo(reason, import)?),
    };
    let (source, as_of, import) = (command.source, command.as_of, command.import.clone());
    // An advisor has no entry as an operator: their name is the roster's.
    let by_name = actor.name.clone().or_else(|| clearance.student.advisor_names.get(&actor.id).cloned());
    let stamp = Stamp { at, by: actor.id.clone(), by_name, role, source, as_of, import };
    Ok(chain_in_roles(clearance, &stamp, facts))
}
