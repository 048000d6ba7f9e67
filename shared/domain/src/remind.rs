//! Reminders: who is told what in the morning. Everything here is a question about one batch at one
//! instant; who has been told already is the store's to know.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, Timelike as _};

use crate::Timestamp;
use crate::batch::{Batch, Desk, Reminders};
use crate::clearance::Clearance;
use crate::ids::{LetterNumber, OfficeId, PersonId, StepNumber, StudentId};
use crate::party::letter::{Letter, LetterState};
use crate::progress::Outline;
use crate::rights::Actor;
use crate::state::{State, WaitingFor};
use crate::text::{Named, Text};

/// A step that is left, and where it is done (N7, N13). No reason and no amount: mail is read by others.
#[derive(Debug, Clone)]
pub struct OpenStep {
    /// Which.
    pub step: Named<StepNumber>,
    /// Its office.
    pub office: Text,
    /// Where that is found.
    pub desk: Desk,
    /// Who must act.
    pub waiting_for: WaitingFor,
}

/// The steps that a student has left.
pub fn open_steps(batch: &Batch, clearance: &Clearance) -> Vec<OpenStep> {
    let (student, marks) = (&clearance.student, clearance.marks());
    let traits = student.traits();
    let open = batch.steps().filter_map(|step| {
        let waiting_for = batch.state(step, &traits, &marks).waiting_for()?;
        let office = batch.office_of(step, &traits)?;
        let desk = office.desk_for(&traits).clone();
        let step = Named { id: step.number, name: step.name.clone() };
        Some(OpenStep { step, office: office.name.clone(), desk, waiting_for })
    });
    open.collect()
}

/// Students that wait for an office, counted so that each operator can be told of their own.
#[derive(Debug, Clone, Default)]
pub struct Waiting {
    /// By step, office and college.
    offices: BTreeMap<(StepNumber, OfficeId, String), usize>,
    /// The same for an advisor's own students.
    advisors: BTreeMap<PersonId, BTreeMap<(StepNumber, OfficeId, String), usize>>,
}

impl Waiting {
    /// Counts the steps of one more student that are ready to be decided.
    pub fn add(&mut self, batch: &Batch, outline: &Outline) {
        for step in batch.steps() {
            if batch.state(step, &outline.traits(), &outline.marks) != State::Ready {
                continue;
            }
            let Some(office) = batch.office_of(step, &outline.traits()) else { continue };
            let bound = batch.bound_of(&office.id, &outline.traits()).to_owned();
            let key = (step.number, office.id.clone(), bound);
            for advisor in office.own_people(outline.whom()) {
                *self.advisors.entry(advisor.clone()).or_default().entry(key.clone()).or_default() += 1;
            }
            *self.offices.entry(key).or_default() += 1;
        }
    }

    /// Advisors somebody waits for.
    pub fn advisors(&self) -> impl Iterator<Item = &PersonId> {
        self.advisors.keys()
    }

    /// How many students wait for somebody, by step: as an operator of an office within their colleges,
    /// and as the advisor of students that aren't counted so already.
    pub fn for_person(&self, actor: &Actor) -> BTreeMap<StepNumber, usize> {
        let handles = |(_, office, bound): &(StepNumber, OfficeId, String)| actor.operates_in(office, bound);
        let as_operator = self.offices.iter().filter(|(key, _)| handles(key));
        let own = self.advisors.get(&actor.id).into_iter().flatten();
        let as_advisor = own.filter(|(key, _)| !handles(key));
        let mut counts = BTreeMap::new();
        for ((step, ..), count) in as_operator.chain(as_advisor) {
            *counts.entry(*step).or_default() += count;
        }
        counts
    }
}

/// The hour of the university's clock in which people are reminded.
const MORNING: u32 = 8;

/// Whether people are reminded at an instant of the university's clock.
pub fn is_morning(at: Timestamp) -> bool {
    at.hour() == MORNING
}

/// What the register of letters says of a morning.
#[derive(Debug, Clone, Default)]
pub struct LettersToChase {
    /// Members whose letter ends soon: number and last day, by student.
    pub ending: BTreeMap<StudentId, (LetterNumber, NaiveDate)>,
    /// Letters that expired without a receipt.
    pub missing: BTreeSet<LetterNumber>,
}

impl LettersToChase {
    /// Looks at one more letter.
    pub fn add(&mut self, reminders: &Reminders, letter: &Letter, today: NaiveDate) {
        if reminders.letter_ends(letter, today) {
            let end = (letter.number, letter.valid_until);
            self.ending.insert(letter.student.clone(), end);
        } else if letter.state(today) == LetterState::Expired {
            self.missing.insert(letter.number);
        }
    }
}
