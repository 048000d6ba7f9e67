//! One step of one student: what a verdict would make of it, given all that has been decided around.

use std::collections::BTreeSet;

use crate::batch::{Batch, Part, Step};
use crate::clearance::Clearance;
use crate::fact::StudentFact;
use crate::facts::Traits;
use crate::ids::{Amount, ImportId, PartId, StepNumber};
use crate::refusal::{Barrier, Refusal, What};
use crate::rights::Actor;
use crate::role::Role;
use crate::state::{Mark, Marks};
use crate::text::Named;
use crate::verdict::{Cascade, Decision};

/// One step of one student, with what has been decided around it.
pub(super) struct Case<'a> {
    pub(super) batch: &'a Batch,
    pub(super) clearance: &'a Clearance,
    pub(super) actor: &'a Actor,
    pub(super) role: Role,
    pub(super) step: &'a Step,
    pub(super) traits: Traits<'a>,
    pub(super) marks: Marks,
}

impl Case<'_> {
    fn standing(&self) -> Option<Mark> {
        self.marks.get(&self.step.number).copied()
    }

    /// Whether the student needs the step: by what they are, or because it stands turned down.
    fn is_asked_for(&self) -> bool {
        self.step.required_of(&self.traits) || self.standing() == Some(Mark::Rejected)
    }

    pub(super) fn pass(
        &self,
        ticked: &BTreeSet<PartId>,
        reason: Option<&String>,
    ) -> Result<Option<StudentFact>, Refusal> {
        if self.nothing_to_do() {
            return Ok(None);
        }
        self.prerequisites()?;
        let due = self.step.parts_for(&self.traits);
        let (done, missing): (Vec<_>, Vec<_>) = due.partition(|part| {
            ticked.contains(&part.id) || self.clearance.has_ticked(self.step.number, &part.id)
        });
        if !missing.is_empty() {
            return Err(Refusal::PartsMissing { parts: named(missing) });
        }
        self.letter_for(&done)?;
        let parts = done.into_iter().map(|part| part.id.clone()).collect();
        Ok(Some(StudentFact::Pass { step: self.step.number, parts, reason: reason.cloned() }))
    }

    /// Parts that are done while others wait: the card today, the certificate when it is printed.
    pub(super) fn tick(&self, ticked: &BTreeSet<PartId>) -> Result<Option<StudentFact>, Refusal> {
        if self.nothing_to_do() {
            return Ok(None);
        }
        self.prerequisites()?;
        let is_new = |part: &&Part| {
            ticked.contains(&part.id) && !self.clearance.has_ticked(self.step.number, &part.id)
        };
        let new: Vec<_> = self.step.parts_for(&self.traits).filter(is_new).collect();
        self.letter_for(&new)?;
        let parts: Vec<_> = new.into_iter().map(|part| part.id.clone()).collect();
        if parts.is_empty() {
            Ok(None)
        } else {
            Ok(Some(StudentFact::Tick { step: self.step.number, parts }))
        }
    }

    fn nothing_to_do(&self) -> bool {
        match self.standing() {
            Some(Mark::Passed | Mark::Waived) => true,
            Some(Mark::Rejected) => false,
            None => !self.step.when.fits(&self.traits),
        }
    }

    fn prerequisites(&self) -> Result<(), Refusal> {
        let open = self.batch.open_prerequisites(self.step, &self.traits, &self.marks);
        if open.is_empty() { Ok(()) } else { Err(Refusal::PrerequisiteOpen { open: self.batch.named(open) }) }
    }

    /// The letter's part can be ticked once there is a letter to hand out (N10, N20).
    fn letter_for(&self, parts: &[&Part]) -> Result<(), Refusal> {
        let lack = |part: &Part| self.clearance.lacks_for(self.batch, part);
        let needed: Vec<_> = parts.iter().copied().filter(|part| lack(part).is_some()).collect();
        match needed.iter().find_map(|part| lack(part)) {
            Some(lack) => Err(Refusal::LetterNotIssued { parts: named(needed), lack }),
            None => Ok(()),
        }
    }

    pub(super) fn reject(
        &self,
        reason: &str,
        amount_due: Option<Amount>,
    ) -> Result<Option<StudentFact>, Refusal> {
        if !self.is_asked_for() {
            return Err(Refusal::StepNotRequired);
        }
        if let Some(record) = self.clearance.records.get(&self.step.number) {
            let same = record.mark == Mark::Rejected
                && record.reason.as_deref() == Some(reason)
                && record.amount_due == amount_due;
            if same {
                return Ok(None);
            }
        }
        let dependents = self.standing_dependents();
        if !dependents.is_empty() {
            return Err(Refusal::DependentsPassed { dependents: self.batch.named(dependents) });
        }
        Ok(Some(StudentFact::Reject { step: self.step.number, reason: reason.to_owned(), amount_due }))
    }

    pub(super) fn waive(&self, reason: &str) -> Option<StudentFact> {
        let done = matches!(self.standing(), Some(Mark::Passed | Mark::Waived));
        let open = !done && self.is_asked_for();
        open.then(|| StudentFact::Waive { step: self.step.number, reason: reason.to_owned() })
    }

    pub(super) fn revoke(&self, reason: &str, cascade: Cascade) -> Result<Vec<(Role, StudentFact)>, Refusal> {
        if self.standing().is_none() && !self.clearance.ticked.contains_key(&self.step.number) {
            return Ok(Vec::new());
        }
        let dependents = self.standing_dependents();
        if !dependents.is_empty() && cascade == Cascade::Refuse {
            return Err(Refusal::DependentsPassed { dependents: self.batch.named(dependents) });
        }
        let fact = |step, because_of| StudentFact::Revoke {
            step,
            reason: reason.to_owned(),
            because_of,
            undoes: None,
        };
        let mut facts = Vec::new();
        // The last first, so that after each event every passed step still has its prerequisites.
        for number in dependents.into_iter().rev() {
            let dependent = self.batch.step(number).ok_or(Refusal::NotFound(What::Step))?;
            let standing = self.marks.get(&number).copied();
            let role = self
                .actor
                .may_decide(self.batch, dependent, self.clearance.student.whom(), standing, Decision::Revoke)
                .map_err(|_| Refusal::NotAllowed(Barrier::OtherOffice))?;
            facts.push((role, fact(number, Some(self.step.number))));
        }
        facts.push((self.role, fact(self.step.number, None)));
        Ok(facts)
    }

    /// What one import decided, taken back: not what anybody decided since, and not while a step stands
    /// on it.
    pub(super) fn undo(&self, reason: &str, import: &ImportId) -> Result<Option<StudentFact>, Refusal> {
        let Some(record) = self.clearance.records.get(&self.step.number) else { return Ok(None) };
        if record.import.as_ref() != Some(import) {
            let undone = record.undone.as_ref() == Some(import);
            let since = Refusal::DecidedSince { by: record.by.clone(), at: record.at };
            return if undone { Ok(None) } else { Err(since) };
        }
        let dependents = self.standing_dependents();
        if !dependents.is_empty() {
            return Err(Refusal::DependentsPassed { dependents: self.batch.named(dependents) });
        }
        let (reason, undoes) = (reason.to_owned(), Some(import.clone()));
        Ok(Some(StudentFact::Revoke { step: self.step.number, reason, because_of: None, undoes }))
    }

    fn standing_dependents(&self) -> Vec<StepNumber> {
        standing_dependents(self.batch, self.step, &self.traits, &self.marks)
    }
}

fn named(parts: Vec<&Part>) -> Vec<Named<PartId>> {
    parts.into_iter().map(|part| Named { id: part.id.clone(), name: part.name.clone() }).collect()
}

/// The steps that are passed only because this one is done, nearest first.
pub(super) fn standing_dependents(
    batch: &Batch,
    step: &Step,
    traits: &Traits<'_>,
    marks: &Marks,
) -> Vec<StepNumber> {
    let mut reopened = vec![step];
    let mut i = 0;
    while let Some(step) = reopened.get(i) {
        // A step that isn't required of the student stays done without any decision.
        if step.required_of(traits) {
            let passed = batch.dependents(step.number).filter(|dependent| {
                marks.get(&dependent.number) == Some(&Mark::Passed)
                    && !reopened.iter().any(|known| known.number == dependent.number)
            });
            let passed: Vec<_> = passed.collect();
            reopened.extend(passed);
        }
        i += 1;
    }
    let order = batch.in_order();
    let mut dependents: Vec<_> = reopened.into_iter().skip(1).map(|step| step.number).collect();
    dependents.sort_by_key(|number| order.iter().position(|step| step == number));
    dependents
}
