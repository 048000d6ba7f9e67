//! One student by hand: added, moved, taken out, put back. Each has a reason, and each is an event.

use std::collections::{BTreeMap, BTreeSet};

use super::case::standing_dependents;
use super::chain::{chain, stamp_of};
use super::roster::{keeping_digest, not_their_own_advisor, undone_by};
use crate::Timestamp;
use crate::batch::{Batch, Step};
use crate::clearance::Clearance;
use crate::fact::{Event, StudentFact};
use crate::facts::Traits;
use crate::ids::{OfficeId, PersonId, StepNumber};
use crate::refusal::{Refusal, given_reason};
use crate::rights::Actor;
use crate::role::Role;
use crate::state::Mark;
use crate::student::Student;

/// What becomes of passed steps that a moved student would have had to clear elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reopen {
    /// They stand. A move that would leave one passed on something open is refused.
    #[default]
    No,
    /// They are taken back, and with them whatever is passed on them.
    Yes,
}

/// What is to be changed of a student.
#[derive(Debug, Clone)]
pub struct Amendment<'a> {
    /// As they are now.
    pub student: Student,
    /// Why.
    pub reason: Option<&'a str>,
    /// What becomes of passed steps.
    pub reopen: Reopen,
    /// The version of the clearance that was seen: of another one nothing is changed.
    pub seen: Option<u64>,
}

/// A decided step of a moved student that was another office's, or of somebody who decides for others now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedStep {
    /// The step.
    pub step: StepNumber,
    /// What was decided: passed, or turned down; nothing yet, where only some of its parts are done.
    pub mark: Option<Mark>,
    /// Whose it was.
    pub from: OfficeId,
    /// Whose it is.
    pub to: OfficeId,
}

/// What a change by hand comes to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Amended {
    /// The events; none: it is so already.
    pub events: Vec<Event>,
    /// The decided steps that were another office's.
    pub moved: Vec<MovedStep>,
    /// The passed steps that are open again.
    pub reopened: Vec<StepNumber>,
}

/// Adds a student whom no roster has.
pub fn add(
    batch: &Batch,
    clearance: Option<&Clearance>,
    student: Student,
    actor: &Actor,
    reason: Option<&str>,
    at: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let role = actor.may_import_rosters()?;
    let reason = given_reason(reason)?;
    if let Some(known) = clearance {
        known.must_be_in()?;
        // A call that is sent again finds its own work.
        let same = known.student.differences(&student).is_empty();
        return if same { Ok(Vec::new()) } else { Err(Refusal::StudentExists) };
    }
    not_their_own_advisor(batch, actor, &student, None)?;
    let id = (batch.id().clone(), student.id.clone());
    let fact = StudentFact::Enrol { student: Box::new(student), reason: Some(reason) };
    Ok(ledger::append::<Clearance>(&id, None, [stamp_of(actor, role, at).on(fact)]))
}

/// Changes what is known of a student, whichever steps that moves. A step that stands turned down stays so, whoever handles
/// it now; a passed one stays so unless it is to be reopened. `deciders` are those who have decided steps of the student.
pub fn amend(
    batch: &Batch,
    clearance: &Clearance,
    actor: &Actor,
    asked: Amendment<'_>,
    deciders: &BTreeMap<PersonId, Actor>,
    at: Timestamp,
) -> Result<Amended, Refusal> {
    let role = actor.may_import_rosters()?;
    let Amendment { student, reason, reopen, seen } = asked;
    let reason = given_reason(reason)?;
    clearance.must_be_in()?;
    if clearance.student.differences(&student).is_empty() {
        return Ok(Amended::default());
    }
    if seen.is_some_and(|seen| seen != clearance.version) {
        return Err(Refusal::ChangedMeanwhile);
    }
    let student = keeping_digest(student, clearance);
    not_their_own_advisor(batch, actor, &student, Some(&clearance.student))?;
    let moved = moved_steps(batch, clearance, &student, deciders);
    let fallen = undone_by(batch, clearance, &student);
    let reopened = match reopen {
        Reopen::No if fallen.is_empty() => Vec::new(),
        Reopen::No => return Err(Refusal::MoveReopens { steps: batch.named(fallen) }),
        Reopen::Yes => {
            let falls = |moved: &&MovedStep| moved.mark != Some(Mark::Rejected);
            let elsewhere = moved.iter().filter(falls).map(|moved| moved.step);
            with_dependents(batch, clearance, &student, fallen.into_iter().chain(elsewhere))
        }
    };
    let revoke = |step: &StepNumber| StudentFact::Revoke {
        step: *step,
        reason: reason.clone(),
        because_of: None,
        undoes: None,
    };
    let facts = reopened.iter().map(revoke);
    let roster = StudentFact::Roster { student: Box::new(student), reason: Some(reason.clone()) };
    let facts = facts.chain([roster]).collect();
    let events = chain(clearance, &stamp_of(actor, role, at), facts);
    Ok(Amended { events, moved, reopened })
}

/// Takes a student out of the batch. No events: they are out already.
pub fn remove(
    clearance: &Clearance,
    actor: &Actor,
    reason: Option<&str>,
    at: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let role = actor.may_import_rosters()?;
    let reason = given_reason(reason)?;
    if clearance.removed.is_some() {
        return Ok(Vec::new());
    }
    Ok(chain(clearance, &stamp_of(actor, role, at), vec![StudentFact::Remove { reason }]))
}

/// Puts a student back who was taken out, with all that had been decided of them. No events: they are in.
pub fn restore(
    clearance: &Clearance,
    actor: &Actor,
    reason: Option<&str>,
    at: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let role = actor.may_import_rosters()?;
    let reason = given_reason(reason)?;
    if clearance.removed.is_none() {
        return Ok(Vec::new());
    }
    Ok(chain(clearance, &stamp_of(actor, role, at), vec![StudentFact::Restore { reason }]))
}

/// The decided steps that are another office's for the student as they are now, or within the bounds of somebody else.
fn moved_steps(
    batch: &Batch,
    clearance: &Clearance,
    student: &Student,
    deciders: &BTreeMap<PersonId, Actor>,
) -> Vec<MovedStep> {
    let (before, after) = (clearance.student.traits(), student.traits());
    let moved = |step: &Step| {
        let record = clearance.records.get(&step.number);
        let ticked = clearance.ticked.get(&step.number).filter(|_| record.is_none());
        if record.is_some_and(|record| record.mark == Mark::Waived) || (record.is_none() && ticked.is_none())
        {
            return None;
        }
        let (from, to) = (step.office_id(&before), step.office_id(&after));
        let mut by = record.map(|record| (&record.by, record.role)).into_iter().chain(
            // Parts are ticked by whoever may decide: an advisor is told by being the student's own.
            ticked.into_iter().flat_map(|parts| parts.values()).map(|tick| {
                let own = clearance.student.advisors.contains(&tick.by);
                (&tick.by, if own { Role::Advisor } else { Role::Operator })
            }),
        );
        let others = from != to || by.any(|by| is_others(batch, step, by, (clearance, student), deciders));
        let mark = record.map(|record| record.mark);
        others.then(|| MovedStep { step: step.number, mark, from: from.clone(), to: to.clone() })
    };
    batch.steps().filter_map(moved).collect()
}

/// Whether who decided a step couldn't decide it for the student as they are now.
fn is_others(
    batch: &Batch,
    step: &Step,
    (by, role): (&PersonId, Role),
    (clearance, student): (&Clearance, &Student),
    deciders: &BTreeMap<PersonId, Actor>,
) -> bool {
    let bound = |traits: &Traits<'_>| batch.bound_of(step.office_id(traits), traits).to_owned();
    let (before, after) = (bound(&clearance.student.traits()), bound(&student.traits()));
    match role {
        // Of somebody who has no rights any more it isn't known how far they went: then it is said.
        Role::Operator => {
            let reaches = |decider: &Actor| decider.operates_in(step.office_id(&student.traits()), &after);
            before != after && !deciders.get(by).is_some_and(reaches)
        }
        Role::Advisor => batch
            .office_of(step, &student.traits())
            .is_some_and(|office| !office.own_people(student.whom()).contains(by)),
        _ => false,
    }
}

/// These steps and whatever is passed on them, the last first, so that after each event every passed step still has its
/// prerequisites.
fn with_dependents(
    batch: &Batch,
    clearance: &Clearance,
    student: &Student,
    steps: impl Iterator<Item = StepNumber>,
) -> Vec<StepNumber> {
    let marks = clearance.marks();
    let (mut all, mut left) = (BTreeSet::new(), steps.collect::<Vec<_>>());
    while let Some(number) = left.pop() {
        let Some(step) = batch.step(number).filter(|_| all.insert(number)) else { continue };
        for traits in [clearance.student.traits(), student.traits()] {
            left.extend(standing_dependents(batch, step, &traits, &marks));
        }
    }
    batch.in_order().iter().rev().filter(|number| all.contains(number)).copied().collect()
}
