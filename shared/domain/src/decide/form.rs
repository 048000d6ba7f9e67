//! A party form is handed in, in time or by a registrar (N15–N19).

use super::chain::{chain, stamp_of};
use crate::Timestamp;
use crate::batch::Batch;
use crate::clearance::Clearance;
use crate::fact::{Event, StudentFact};
use crate::field::{FieldFault, FieldRule};
use crate::paper::Paper;
use crate::party::form::{FormRequest, HandedIn, Warning};
use crate::refusal::{Barrier, Refusal, read_reason};
use crate::rights::Actor;
use crate::role::Role;
use crate::sheet::check_listed_name;
use crate::student::Student;
use crate::text::is_another_name;
use crate::words;

words! {
    /// How far a member's form is, for whoever gathers forms and issues letters from them (N18, N20).
    FormState {
        /// None has been handed in.
        Missing = "missing",
        /// Handed in, and something about it looks odd.
        ToCheck = "to-check",
        /// Handed in, and nothing looks odd.
        Ready = "ready",
        /// A letter has been issued.
        Issued = "issued",
    }
}

words! {
    /// Which members a list has, by how far their form is.
    FormList {
        /// [`FormState::Missing`].
        Missing = "missing",
        /// [`FormState::ToCheck`].
        ToCheck = "to-check",
        /// [`FormState::Ready`].
        Ready = "ready",
        /// [`FormState::Issued`].
        Issued = "issued",
        /// Handed in, and no letter issued yet.
        Open = "open",
    }
}

impl FormList {
    /// Whether it has the members whose form is so far.
    pub fn includes(self, state: FormState) -> bool {
        match self {
            FormList::Open => matches!(state, FormState::ToCheck | FormState::Ready),
            FormList::Missing => state == FormState::Missing,
            FormList::ToCheck => state == FormState::ToCheck,
            FormList::Ready => state == FormState::Ready,
            FormList::Issued => state == FormState::Issued,
        }
    }
}

impl FormState {
    /// The state of a member's form, and what looks odd about it.
    pub fn of(clearance: &Clearance, home: &[String]) -> (Self, Vec<Warning>) {
        let form = clearance.form();
        let warnings = form.as_ref().map(|form| form.warnings(home, &clearance.student)).unwrap_or_default();
        let state = match form {
            _ if clearance.letter.is_some() => FormState::Issued,
            None => FormState::Missing,
            Some(_) if warnings.is_empty() => FormState::Ready,
            Some(_) => FormState::ToCheck,
        };
        (state, warnings)
    }
}

/// How far a student's letter of any paper is: a paper of words needs no form.
pub fn state_of(paper: &Paper, clearance: &Clearance) -> (FormState, Vec<Warning>) {
    match paper.party() {
        Some(rules) => FormState::of(clearance, &rules.home),
        None if clearance.letter_of(paper.register()).is_some() => (FormState::Issued, Vec::new()),
        None => (FormState::Ready, Vec::new()),
    }
}

/// Hands in, or changes, a student's form. No events: it says the same as before.
pub fn hand_in(
    batch: &Batch,
    clearance: &Clearance,
    actor: &Actor,
    asked: &FormRequest,
    at: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let student = &clearance.student;
    let role = actor.may_hand_in(batch, student)?;
    if !batch.asks_for_a_form(&student.traits()) {
        return Err(Refusal::FormNotNeeded);
    }
    clearance.must_be_in()?;
    if let Some(said) = &asked.name {
        must_be_the_name_of(student, said).map_err(|fault| Refusal::InvalidFields(vec![fault]))?;
    }
    let form = asked.read()?;
    let reason = read_reason(asked.reason.as_deref())?;
    let role = in_time_or_registrar(batch, clearance, actor, role, at)?;
    if role == Role::Registrar && reason.is_none() {
        return Err(Refusal::InvalidFields(vec![FieldFault::new("reason", FieldRule::Required)]));
    }
    if let Some(letter) = &clearance.letter {
        return Err(Refusal::LetterExists { number: letter.number });
    }
    if clearance.form().as_ref() == Some(&form) {
        return Ok(Vec::new());
    }
    let stamp = stamp_of(actor, role, at);
    let form = HandedIn::seal(&form, clearance.salt_for("form")?);
    let fact = StudentFact::Form { form: Box::new(form), reason };
    Ok(chain(clearance, &stamp, vec![fact]))
}

fn must_be_the_name_of(student: &Student, said: &str) -> Result<(), FieldFault> {
    check_listed_name(said)?;
    let known = &student.personal().name;
    if is_another_name(said, known) {
        return Err(FieldFault::new("name", FieldRule::AnotherName(known.clone())));
    }
    Ok(())
}

/// Before their deadline the role they have (N19); after it only a registrar's.
fn in_time_or_registrar(
    batch: &Batch,
    clearance: &Clearance,
    actor: &Actor,
    role: Role,
    at: Timestamp,
) -> Result<Role, Refusal> {
    let deadline = batch.party().and_then(|rules| rules.editable_until(&clearance.student.traits()));
    match deadline {
        Some(deadline) if at >= deadline && actor.has(Role::Registrar) => Ok(Role::Registrar),
        Some(deadline) if at >= deadline => Err(Refusal::DeadlinePassed { deadline }),
        Some(_) => Ok(role),
        None => Err(Refusal::NotAllowed(Barrier::Role)),
    }
}
