//! One student's clearance (离校手续): the document everything is read from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Instant;
use crate::batch::{Batch, Need, Part};
use crate::event::{Event, Fact, Hash};
use crate::ids::{BatchId, Fen, ImportId, PartId, PersonId, StepNumber, StudentId};
use crate::party::form::PartyForm;
use crate::party::letter::LetterSummary;
use crate::refusal::Refusal;
use crate::rights::Role;
use crate::student::Student;

/// What was decided of a step, without the details.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// Passed by its office.
    Passed,
    /// Excused by a named person.
    Waived,
    /// Turned down with a reason.
    Rejected,
}

/// The marks of one student; a step without one is undecided.
pub type Marks = BTreeMap<StepNumber, Mark>;

/// The state of a step as a student sees it (N7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Cleared.
    Passed,
    /// Not required of this student, or excused.
    Waived,
    /// Turned down.
    Rejected,
    /// The office can decide it.
    Ready,
    /// A prerequisite is open.
    Blocked,
}

impl State {
    /// Every state.
    pub const ALL: [State; 5] = [State::Passed, State::Waived, State::Rejected, State::Ready, State::Blocked];

    /// The word in JSON and in queries.
    pub fn word(self) -> &'static str {
        match self {
            State::Passed => "passed",
            State::Waived => "waived",
            State::Rejected => "rejected",
            State::Ready => "ready",
            State::Blocked => "blocked",
        }
    }

    /// Reads the word.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Whether nothing is left to do.
    pub fn is_done(self) -> bool {
        matches!(self, State::Passed | State::Waived)
    }

    /// Who must act.
    pub fn waiting_for(self) -> Option<WaitingFor> {
        match self {
            State::Passed | State::Waived => None,
            State::Rejected => Some(WaitingFor::You),
            State::Ready => Some(WaitingFor::Office),
            State::Blocked => Some(WaitingFor::Prerequisite),
        }
    }
}

/// Who a step waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitingFor {
    /// The student: something must be returned, paid or handed in.
    You,
    /// The office.
    Office,
    /// Another step.
    Prerequisite,
}

impl WaitingFor {
    /// The word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            WaitingFor::You => "you",
            WaitingFor::Office => "office",
            WaitingFor::Prerequisite => "prerequisite",
        }
    }
}

/// Where a decision comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// A person at the thin form.
    Operator,
    /// A list of students decided in one call.
    Import,
    /// An office's own system.
    Feed,
}

impl Source {
    /// The word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Source::Operator => "operator",
            Source::Import => "import",
            Source::Feed => "feed",
        }
    }
}

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
    pub amount_due: Option<Fen>,
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
    pub at: Instant,
    /// From where.
    pub source: Source,
    /// When the fact was true, if that was earlier.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub as_of: Option<Instant>,
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
        self.by_name.clone().unwrap_or_else(|| self.by.to_string())
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
    pub at: Instant,
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
    pub at: Instant,
}

/// One student's clearance. Replaying the events from the start gives exactly this.
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
    pub party_form: Option<PartyForm>,
    /// The letter that holds, once issued (N20).
    pub letter: Option<LetterSummary>,
    /// The number of the last event; the student's enrolment is event 0.
    pub version: u64,
    /// The hash of the last event.
    pub head: Hash,
}

impl Clearance {
    /// What the chain of a student's events hangs on, so that no chain can stand in for another.
    pub fn subject(batch: &BatchId, student: &StudentId) -> String {
        format!("{batch}#{student}")
    }

    /// The document after a student's first event; `None` if that isn't an enrolment.
    pub fn begin(batch: &BatchId, event: &Event) -> Option<Self> {
        let Fact::Enrol { student } = &event.fact else { return None };
        Some(Self {
            batch: batch.clone(),
            student: (**student).clone(),
            records: BTreeMap::new(),
            ticked: BTreeMap::new(),
            revoked: BTreeMap::new(),
            party_form: None,
            letter: None,
            version: event.number,
            head: event.hash,
        })
    }

    /// The document after one more event.
    pub fn apply(&mut self, event: &Event) {
        let record = |mark, reason: Option<&String>| Record {
            mark,
            reason: reason.cloned(),
            amount_due: None,
            parts: Vec::new(),
            by: event.by.clone(),
            by_name: event.by_name.clone(),
            role: event.role,
            at: event.at,
            source: event.source,
            as_of: event.as_of,
            import: event.import.clone(),
            before: None,
            undone: None,
        };
        match &event.fact {
            Fact::Enrol { student } | Fact::Roster { student } => self.student = (**student).clone(),
            Fact::Pass { step, parts, reason } => {
                let record = Record { parts: parts.clone(), ..record(Mark::Passed, reason.as_ref()) };
                self.decide(*step, record);
            }
            Fact::Reject { step, reason, amount_due } => {
                let record = Record { amount_due: *amount_due, ..record(Mark::Rejected, Some(reason)) };
                self.decide(*step, record);
            }
            Fact::Waive { step, reason } => self.decide(*step, record(Mark::Waived, Some(reason))),
            Fact::Tick { step, parts } => {
                let tick = Tick { by: event.by.clone(), by_name: event.by_name.clone(), at: event.at };
                let ticked = self.ticked.entry(*step).or_default();
                for part in parts {
                    ticked.entry(part.clone()).or_insert_with(|| tick.clone());
                }
            }
            Fact::Revoke { step, reason, because_of, undoes } => {
                let revoked = self.records.remove(step);
                if let (Some(import), Some(before)) = (undoes, revoked.and_then(|record| record.before)) {
                    self.records.insert(*step, Record { undone: Some(import.clone()), ..*before });
                    return self.follow(event);
                }
                if undoes.is_none() {
                    self.ticked.remove(step);
                }
                let revocation = Revocation {
                    reason: reason.clone(),
                    because_of: *because_of,
                    by: event.by.clone(),
                    by_name: event.by_name.clone(),
                    at: event.at,
                };
                self.revoked.insert(*step, revocation);
            }
            Fact::Form { form, .. } => self.party_form = Some((**form).clone()),
            Fact::Issue { letter, .. } => self.letter = Some(letter.clone()),
            Fact::Receipt { number, received_on, .. } => {
                if let Some(letter) = self.letter.as_mut().filter(|letter| letter.number == *number) {
                    letter.received_on = Some(*received_on);
                }
            }
            // What lies there on paper is the register's to know.
            Fact::Print { .. } => {}
            // An operator's chain has no business here; `audit` compares documents and would tell.
            Fact::Grant { .. } | Fact::Remove => {}
        }
        self.follow(event);
    }

    fn follow(&mut self, event: &Event) {
        self.version = event.number;
        self.head = event.hash;
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

    /// Whether a part can't be done yet for want of a letter (N10, N20).
    pub fn waits_for_letter(&self, part: &Part) -> bool {
        part.needs == Some(Need::Letter) && self.letter.is_none()
    }

    /// Every step's mark.
    pub fn marks(&self) -> Marks {
        self.records.iter().map(|(number, record)| (*number, record.mark)).collect()
    }

    /// When the last step was done, if none is left; otherwise how many are (N12).
    pub fn completed_at(&self, batch: &Batch) -> Result<Option<Instant>, Refusal> {
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
