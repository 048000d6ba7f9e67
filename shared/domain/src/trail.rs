//! What a student's events leave elsewhere than in their document: letters in the register, imports, colleges. An audit
//! holds the table against it.

use std::collections::{BTreeMap, BTreeSet};

use ledger::{Aggregate as _, Private};

use crate::clearance::Clearance;
use crate::fact::{Event, StudentFact};
use crate::ids::{BatchId, ImportId, LetterId, PersonId, StepNumber, StudentId};
use crate::party::letter::{Letter, Printed, Receipt};

/// What a student's events leave elsewhere than in their document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trail {
    /// Their letters, as the register has them.
    pub letters: BTreeMap<LetterId, Letter>,
    /// The imports that decided steps of theirs, each with whoever made it.
    pub imports: BTreeMap<(StepNumber, ImportId), BTreeSet<PersonId>>,
    /// Imports of which something was undone.
    pub undone: BTreeSet<(StepNumber, ImportId)>,
    /// Every college they have been in.
    pub colleges: BTreeSet<String>,
    /// Whether the form's receiver is there to be asked: one was handed in since anything was forgotten.
    pub receiver: bool,
    /// Letters whose text was forgotten with their student.
    pub forgotten_letters: BTreeSet<LetterId>,
}

impl Trail {
    /// The trail of a whole chain; `None` if its first event begins nothing.
    pub fn of(id: &(BatchId, StudentId), events: &[Event]) -> Option<Self> {
        let (first, others) = events.split_first()?;
        let mut clearance = Clearance::begin(id, first)?;
        let mut trail =
            Self { colleges: BTreeSet::from([clearance.student.college.clone()]), ..Self::default() };
        for event in others {
            trail.follow(&clearance, event);
            clearance.evolve(event);
        }
        Some(trail)
    }

    fn follow(&mut self, before: &Clearance, event: &Event) {
        let stamp = &event.stamp;
        if let (Some(step), Some(import)) = (event.fact.step(), &stamp.import) {
            self.imports.entry((step, import.clone())).or_default().insert(stamp.by.clone());
        }
        match &event.fact {
            StudentFact::Enrol { student, .. } | StudentFact::Roster { student, .. } => {
                self.colleges.insert(student.college.clone());
            }
            StudentFact::Form { .. } => self.receiver = true,
            StudentFact::Forget { .. } => {
                self.receiver = false;
                self.forgotten_letters.extend(self.letters.keys().cloned());
            }
            StudentFact::Revoke { step, undoes: Some(import), .. } => {
                self.undone.insert((*step, import.clone()));
            }
            StudentFact::Issue { paper, letter, content, replaces, .. } => {
                let issued = Letter {
                    paper: paper.clone(),
                    number: letter.number,
                    student: before.student.id.clone(),
                    college: before.student.college.clone(),
                    issued_on: letter.issued_on,
                    valid_until: letter.valid_until,
                    content: Private::committed(*content),
                    issued_at: stamp.at,
                    issued_by: stamp.by.clone(),
                    replaces: *replaces,
                    replaced_by: None,
                    printed: None,
                    receipt: None,
                    version: 0,
                };
                self.letters.insert((paper.clone(), letter.number), issued);
                if let Some(old) = replaces {
                    self.change(&(paper.clone(), *old), |old| old.replaced_by = Some(letter.number));
                }
            }
            StudentFact::Print { paper, number } => {
                let printed = Printed { at: stamp.at, by: stamp.by.clone(), by_name: stamp.by_name.clone() };
                self.change(&(paper.clone(), *number), |letter| letter.printed = Some(printed));
            }
            StudentFact::Receipt { paper, number, received_on, from } => {
                let receipt = Receipt { received_on: *received_on, from: from.clone() };
                self.change(&(paper.clone(), *number), |letter| letter.receipt = Some(receipt));
            }
            _ => {}
        }
    }

    fn change(&mut self, id: &LetterId, change: impl FnOnce(&mut Letter)) {
        if let Some(letter) = self.letters.get_mut(id) {
            change(letter);
            letter.version += 1;
        }
    }
}
