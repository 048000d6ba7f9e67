//! Decisions on steps: `decide(state, command) → events`, and nothing is done here.

pub mod by_hand;
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
use crate::verdict::{Decision, Verdict};

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
    // An import that was wrong is undone of whoever was taken out too, or it would stand again once they are back.
    if command.verdict.decision() != Decision::Undo {
        clearance.must_be_in()?;
    }
    let (traits, marks) = (clearance.student.traits(), clearance.marks());
    let is_stale = command.seen.is_some_and(|seen| seen != batch.state(step, &traits, &marks));
    let case = Case { batch, clearance, actor, role, step, traits, marks };
    let own = |fact: Option<StudentFact>| fact.map(|fact| (role, fact)).into_iter().collect();
    let facts: Result<Vec<_>, Refusal> = match &command.verdict {
        Verdict::Pass { parts, reason } => case.pass(parts, reason.as_ref()).map(own),
        Verdict::Tick { parts } => case.tick(parts).map(own),
        Verdict::Reject { reason, amount_due } => case.reject(reason, *amount_due).map(own),
        Verdict::Waive { reason } => Ok(own(case.waive(reason))),
        Verdict::Revoke { reason, cascade } => case.revoke(reason, *cascade),
        Verdict::Undo { reason, import } => case.undo(reason, import).map(own),
    };
    // Somebody else was here since the caller looked: what they decided isn't overwritten unseen. What is already so is
    // so whoever looked when: a call that is sent again finds its own work.
    if is_stale && !facts.as_ref().is_ok_and(Vec::is_empty) {
        return Err(Refusal::ChangedMeanwhile);
    }
    let facts = facts?;
    let (source, import) = (command.source, command.import.clone());
    let as_of = command.as_of.map(|as_of| batch.university().here(as_of));
    // An advisor has no entry as an operator: their name is the roster's.
    let by_name = actor.name.clone().or_else(|| clearance.student.advisor_names.get(&actor.id).cloned());
    let stamp = Stamp { at, by: actor.id.clone(), by_name, role, source, as_of, import };
    Ok(chain_in_roles(clearance, &stamp, facts))
}
