//! Rosters: who enters a batch, and what a later roster may change of them.

use std::collections::BTreeSet;

use super::chain::{chain, stamp_of};
use crate::Timestamp;
use crate::batch::{Batch, Step};
use crate::clearance::Clearance;
use crate::fact::{Event, Stamp, StudentFact};
use crate::field::{FieldFault, FieldRule};
use crate::ids::{PeopleId, Source, StepNumber};
use crate::refusal::Refusal;
use crate::rights::Actor;
use crate::roster::ADVISORS;
use crate::state::Mark;
use crate::student::Student;

/// Enrols a student of the roster: the first event of their chain, and nothing else yet.
pub fn enrol(batch: &Batch, student: Student, actor: &Actor, at: Timestamp) -> Result<Vec<Event>, Refusal> {
    let stamp = roster_stamp(actor, at)?;
    not_their_own_advisor(batch, actor, &student, None)?;
    let id = (batch.id().clone(), student.id.clone());
    let fact = stamp.on(StudentFact::Enrol { student: Box::new(student), reason: None });
    Ok(ledger::append::<Clearance>(&id, None, [fact]))
}

/// Takes over what the roster now says of a student; of one who was taken out it says nothing. It never touches a step's state, so it is
/// refused where it would leave a step passed whose prerequisite or part has thereby become open, or
/// which is now another office's; and where a step that stands turned down would no longer be asked of
/// the student, or of that office.
pub fn update_roster(
    batch: &Batch,
    clearance: &Clearance,
    student: Student,
    actor: &Actor,
    at: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let stamp = roster_stamp(actor, at)?;
    clearance.must_be_in()?;
    if clearance.student.differences(&student).is_empty() {
        return Ok(Vec::new());
    }
    let student = keeping_digest(student, clearance);
    not_their_own_advisor(batch, actor, &student, Some(&clearance.student))?;
    let (before, traits, marks) = (clearance.student.traits(), student.traits(), clearance.marks());
    let moves = |step: &Step| step.office_id(&traits) != step.office_id(&before);
    let cleared = |step: &&Step| {
        marks.get(&step.number) == Some(&Mark::Rejected)
            && (moves(step) || (step.required_of(&before) && !step.required_of(&traits)))
    };
    let steps = batch.named(batch.steps().filter(cleared).map(|step| step.number));
    if !steps.is_empty() {
        return Err(Refusal::RosterClears { steps });
    }
    let passed = |step: &&Step| match marks.get(&step.number) {
        None => clearance.ticked.contains_key(&step.number),
        mark => mark == Some(&Mark::Passed),
    };
    let others = batch.steps().filter(passed).filter(|step| moves(step)).map(|step| step.number);
    let undone: BTreeSet<StepNumber> =
        undone_by(batch, clearance, &student).into_iter().chain(others).collect();
    if undone.is_empty() {
        let fact = StudentFact::Roster { student: Box::new(student), reason: None };
        Ok(chain(clearance, &stamp, vec![fact]))
    } else {
        Err(Refusal::RosterReopens { steps: batch.named(undone) })
    }
}

/// The passed steps that would stand on nothing for a student who is so now: a prerequisite or a part is open.
pub(super) fn undone_by(batch: &Batch, clearance: &Clearance, student: &Student) -> Vec<StepNumber> {
    let (traits, marks) = (student.traits(), clearance.marks());
    let undone = |step: &&Step| {
        let record = clearance.records.get(&step.number).filter(|record| record.mark == Mark::Passed);
        record.is_some_and(|record| {
            !batch.open_prerequisites(step, &traits, &marks).is_empty()
                || step.parts_for(&traits).any(|part| !record.parts.contains(&part.id))
        })
    };
    batch.steps().filter(undone).map(|step| step.number).collect()
}

/// The same student; the same personal data keeps its digest.
pub(super) fn keeping_digest(mut student: Student, clearance: &Clearance) -> Student {
    if clearance.student.personal() == student.personal() {
        student.personal = clearance.student.personal.clone();
    }
    student
}

/// Rosters come from administrators, advisors decide: nobody makes themselves one, of any kind that the university has.
pub(super) fn not_their_own_advisor(
    batch: &Batch,
    actor: &Actor,
    student: &Student,
    before: Option<&Student>,
) -> Result<(), Refusal> {
    let becomes = |kind: Option<&PeopleId>| {
        let is_one = |student: &Student| student.whom().own(kind).contains(&actor.id);
        is_one(student) && !before.is_some_and(is_one)
    };
    let fault = |field: &str| FieldFault::new(field, FieldRule::SelfAsAdvisor);
    let mut kinds = batch.university().people().iter().zip(0..);
    let of_a_kind = kinds.find(|(people, _)| becomes(Some(&people.id)));
    let fault = match of_a_kind {
        Some((people, place)) => {
            fault(if place == 0 { ADVISORS } else { people.id.as_str() }).called(&people.name)
        }
        None if becomes(None) => fault(ADVISORS),
        None => return Ok(()),
    };
    Err(Refusal::InvalidFields(vec![fault]))
}

fn roster_stamp(actor: &Actor, at: Timestamp) -> Result<Stamp, Refusal> {
    let role = actor.may_import_rosters()?;
    Ok(Stamp { source: Source::Import, ..stamp_of(actor, role, at) })
}
