//! One student's clearance (离校手续): the document everything is read from.

use std::collections::BTreeMap;

use ledger::{Aggregate, Hash, Head, Salt};
use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::batch::{Batch, Need, Part};
use crate::fact::{Event, Stamped, StudentFact};
use crate::field::{FieldFault, FieldRule};
use crate::ids::{Amount, BatchId, ImportId, PaperId, PartId, PersonId, Source, StepNumber, StudentId};
use crate::party::form::{HandedIn, PartyForm};
use crate::party::letter::LetterSummary;
use crate::refusal::{Lack, Refusal};
use crate::role::Role;
use crate::state::{Mark, Marks};
use crate::student::Student;
use crate::text::Named;

/// What was decided of one step, by whom and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The decision.
    pub mark: Mark,
    /// Why; always there when turned down or excused.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// What is still owed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub amount_due: Option<Amount>,
    /// The parts that were ticked (N10).
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub parts: Vec<PartId>,
    /// Who decided.
    pub by: PersonId,
    /// Their name as it was then.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub by_name: Option<String>,
    /// In which role.
    pub role: Role,
    /// When.
    pub at: Timestamp,
    /// From where.
    pub source: Source,
    /// When the fact was true, if that was earlier.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub as_of: Option<Timestamp>,
    /// The import that decided it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub import: Option<ImportId>,
    /// What that import took the place of, if it was turned down: undoing brings the debt back. Never a
    /// pass: whatever it stood on may have changed since. One step back and no further, so that a
    /// document doesn't grow with every import.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub before: Option<Box<Record>>,
    /// The import whose undoing brought this back.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub undone: Option<ImportId>,
}

impl Record {
    /// Who decided: by name as it was then, or by number where no name is known.
    pub fn by_whom(&self) -> String {
        self.by_name.clone().unwrap_or_else(|| self.by.number().to_owned())
    }
}

/// A part of a step that is done while others are still open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tick {
    /// Who did it.
    pub by: PersonId,
    /// Their name as it was then.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub by_name: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// What was taken back of a step that nobody has decided since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocation {
    /// Why.
    pub reason: String,
    /// The step whose revocation took this one with it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub because_of: Option<StepNumber>,
    /// Who took it back.
    pub by: PersonId,
    /// Their name as it was then.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub by_name: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// That a student was taken out of the batch by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removal {
    /// Why.
    pub reason: String,
    /// Who took them out.
    pub by: PersonId,
    /// Their name as it was then.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub by_name: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// One student's clearance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clearance {
    /// The batch.
    pub batch: BatchId,
    /// Who it is about.
    pub student: Student,
    /// What has been decided.
    pub records: BTreeMap<StepNumber, Record>,
    /// The parts that are done already (N10).
    pub ticked: BTreeMap<StepNumber, BTreeMap<PartId, Tick>>,
    /// Why steps are open again.
    pub revoked: BTreeMap<StepNumber, Revocation>,
    /// The party form, once handed in (N15).
    pub party_form: Option<HandedIn>,
    /// The letter that holds, once issued (N20).
    pub letter: Option<LetterSummary>,
    /// The other papers that hold, once issued.
    pub papers: BTreeMap<PaperId, LetterSummary>,
    /// That they were taken out of the batch, unless they have been put back: then nothing is decided of them.
    pub removed: Option<Removal>,
    /// When their personal data was forgotten, unless a roster has brought it back.
    pub forgotten: Option<Timestamp>,
    /// The number of the last event; the student's enrolment is event 0.
    pub version: u64,
    /// The hash of the last event.
    pub head: Hash,
}

impl Clearance {
    /// The party form, once handed in.
    pub fn form(&self) -> Option<PartyForm> {
        self.party_form.as_ref().map(HandedIn::form)
    }

    /// A salt for something else of this student's that is personal, as part of their next event; the refusal if
    /// their own data has been forgotten.
    pub(crate) fn salt_for(&self, what: &str) -> Result<Salt, Refusal> {
        let forgotten = || Refusal::InvalidFields(vec![FieldFault::new("name", FieldRule::Required)]);
        let salt = self.student.personal.salt().ok_or_else(forgotten)?;
        Ok(salt.derive(&format!("{what} {}", self.version + 1)))
    }
}

/// Replaying a student's events from the first gives exactly their clearance.
impl Aggregate for Clearance {
    type Id = (BatchId, StudentId);
    type Fact = Stamped<StudentFact>;

    fn subject((batch, student): &Self::Id) -> String {
        Clearance::subject(batch, student)
    }

    /// Begins with the student's enrolment.
    fn begin((batch, _): &Self::Id, first: &Event) -> Option<Self> {
        let StudentFact::Enrol { student, .. } = &first.fact else { return None };
        Some(Self {
            batch: batch.clone(),
            student: (**student).clone(),
            records: BTreeMap::new(),
            ticked: BTreeMap::new(),
            revoked: BTreeMap::new(),
            party_form: None,
            letter: None,
            papers: BTreeMap::new(),
            removed: None,
            forgotten: None,
            version: first.number(),
            head: first.hash(),
        })
    }

    fn evolve(&mut self, event: &Event) {
        let stamp = &event.stamp;
        (self.version, self.head) = (event.number(), event.hash());
        let record = |mark, reason: Option<&String>| Record {
            mark,
            reason: reason.cloned(),
            amount_due: None,
            parts: Vec::new(),
            by: stamp.by.clone(),
            by_name: stamp.by_name.clone(),
            role: stamp.role,
            at: stamp.at,
            source: stamp.source,
            as_of: stamp.as_of,
            import: stamp.import.clone(),
            before: None,
            undone: None,
        };
        match &event.fact {
            StudentFact::Enrol { student, .. } | StudentFact::Roster { student, .. } => {
                self.student = (**student).clone();
                self.forgotten = None;
            }
            StudentFact::Remove { reason } => {
                self.removed = Some(Removal {
                    reason: reason.clone(),
                    by: stamp.by.clone(),
                    by_name: stamp.by_name.clone(),
                    at: stamp.at,
                });
            }
            StudentFact::Restore { .. } => self.removed = None,
            StudentFact::Forget { .. } => {
                self.student.personal = self.student.personal.forgotten();
                if let Some(form) = &mut self.party_form {
                    form.receiver = form.receiver.forgotten();
                }
                self.forgotten = Some(stamp.at);
            }
            StudentFact::Pass { step, parts, reason } => {
                let record = Record { parts: parts.clone(), ..record(Mark::Passed, reason.as_ref()) };
                self.decide(*step, record);
            }
            StudentFact::Reject { step, reason, amount_due } => {
                let record = Record { amount_due: *amount_due, ..record(Mark::Rejected, Some(reason)) };
                self.decide(*step, record);
            }
            StudentFact::Waive { step, reason } => self.decide(*step, record(Mark::Waived, Some(reason))),
            StudentFact::Tick { step, parts } => {
                let tick = Tick { by: stamp.by.clone(), by_name: stamp.by_name.clone(), at: stamp.at };
                let ticked = self.ticked.entry(*step).or_default();
                for part in parts {
                    ticked.entry(part.clone()).or_insert_with(|| tick.clone());
                }
            }
            StudentFact::Revoke { step, reason, because_of, undoes } => {
                let revoked = self.records.remove(step);
                if let (Some(import), Some(before)) = (undoes, revoked.and_then(|record| record.before)) {
                    self.records.insert(*step, Record { undone: Some(import.clone()), ..*before });
                    return;
                }
                if undoes.is_none() {
                    self.ticked.remove(step);
                }
                let revocation = Revocation {
                    reason: reason.clone(),
                    because_of: *because_of,
                    by: stamp.by.clone(),
                    by_name: stamp.by_name.clone(),
                    at: stamp.at,
                };
                self.revoked.insert(*step, revocation);
            }
            StudentFact::Form { form, .. } => self.party_form = Some((**form).clone()),
            StudentFact::Issue { paper: None, letter, .. } => self.letter = Some(letter.clone()),
            StudentFact::Issue { paper: Some(paper), letter, .. } => {
                self.papers.insert(paper.clone(), letter.clone());
            }
            StudentFact::Receipt { paper, number, received_on, .. } => {
                let letter = match paper {
                    None => self.letter.as_mut(),
                    Some(paper) => self.papers.get_mut(paper),
                };
                if let Some(letter) = letter.filter(|letter| letter.number == *number) {
                    letter.received_on = Some(*received_on);
                }
            }
            // What has been printed is the register's to know.
            StudentFact::Print { .. } => {}
        }
    }

    fn head(&self) -> Head {
        Head { version: self.version, hash: self.head }
    }
}

impl Clearance {
    /// What the chain of a student's events hangs on, so that no chain can stand in for another.
    pub fn subject(batch: &BatchId, student: &StudentId) -> String {
        format!("{batch}#{student}")
    }

    fn decide(&mut self, step: StepNumber, record: Record) {
        self.revoked.remove(&step);
        let before = match self.records.remove(&step) {
            _ if record.import.is_none() => None,
            Some(replaced) if replaced.import == record.import => replaced.before,
            Some(replaced) if replaced.mark == Mark::Rejected => {
                Some(Box::new(Record { before: None, ..replaced }))
            }
            _ => None,
        };
        self.records.insert(step, Record { before, ..record });
    }

    /// Whether a part of a step is done, by itself or with the whole step.
    pub fn has_ticked(&self, step: StepNumber, part: &PartId) -> bool {
        self.ticked.get(&step).is_some_and(|ticked| ticked.contains_key(part))
    }

    /// The letter of a paper that holds, once issued; of the party introduction, where none is named.
    pub fn letter_of(&self, register: Option<&PaperId>) -> Option<&LetterSummary> {
        match register {
            None => self.letter.as_ref(),
            Some(paper) => self.papers.get(paper),
        }
    }

    /// What a part can't be done yet for want of (N10, N20).
    pub fn lacks_for(&self, batch: &Batch, part: &Part) -> Option<Lack> {
        match part.needs.as_ref()? {
            Need::Letter if self.letter.is_some() => None,
            Need::Letter if self.party_form.is_some() => Some(Lack::Letter),
            Need::Letter => Some(Lack::Form),
            Need::Paper(id) if self.papers.contains_key(id) => None,
            Need::Paper(id) => {
                let paper = batch.paper(Some(id)).ok()?;
                Some(Lack::Paper(Named { id: id.clone(), name: paper.name.clone() }))
            }
        }
    }

    /// Every step's mark.
    pub fn marks(&self) -> Marks {
        self.records.iter().map(|(number, record)| (*number, record.mark)).collect()
    }

    /// The refusal if they were taken out of the batch.
    pub fn must_be_in(&self) -> Result<(), Refusal> {
        match &self.removed {
            Some(removal) => Err(Refusal::TakenOut { at: removal.at }),
            None => Ok(()),
        }
    }

    /// When the last step was done, if none is left; otherwise how many are (N12).
    pub fn completed_at(&self, batch: &Batch) -> Result<Option<Timestamp>, Refusal> {
        self.must_be_in()?;
        match self.remaining(batch) {
            0 => Ok(self.records.values().map(|record| record.at).max()),
            remaining => Err(Refusal::NotCleared { remaining }),
        }
    }

    /// How many steps are left (N7).
    pub fn remaining(&self, batch: &Batch) -> usize {
        batch.remaining(&self.student.traits(), &self.marks())
    }
}
