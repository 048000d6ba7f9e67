//! What happens, and who did it, when and from where: the facts whose events make clearances and operators' entries.

use chrono::NaiveDate;
use ledger::Hash;
use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::ids::{Amount, BatchId, ImportId, LetterNumber, PaperId, PartId, PersonId, Source, StepNumber};
use crate::party::form::HandedIn;
use crate::party::letter::LetterSummary;
use crate::role::{Grant, Role};
use crate::student::Student;
use crate::words;

/// An event of a student's chain.
pub type Event = ledger::Event<Stamped<StudentFact>>;
/// An event of an operator's chain.
pub type GrantEvent = ledger::Event<Stamped<GrantFact>>;

/// Who does something, when and from where: what every event of one change shares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: PersonId,
    /// Their name as it was then, where the system knows it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub by_name: Option<String>,
    /// In which role.
    pub role: Role,
    /// From where.
    pub source: Source,
    /// When the fact was true, if that was earlier than `at`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub as_of: Option<Timestamp>,
    /// The import it is part of.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub import: Option<ImportId>,
}

/// A fact with its stamp; in JSON they are one object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamped<F> {
    /// Who, when, from where.
    #[serde(flatten)]
    pub stamp: Stamp,
    /// What.
    #[serde(flatten)]
    pub fact: F,
}

impl Stamp {
    /// A fact of this person, at this time.
    pub fn on<F>(&self, fact: F) -> Stamped<F> {
        Stamped { stamp: self.clone(), fact }
    }
}

/// What can happen to a student's clearance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "kebab-case")]
pub enum StudentFact {
    /// The student entered the batch; always event 0, and nothing else is.
    Enrol {
        /// As the roster had them.
        student: Box<Student>,
        /// Why, when they were added by hand.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        reason: Option<String>,
    },
    /// The roster says something else about the student.
    Roster {
        /// As the roster has them now.
        student: Box<Student>,
        /// Why, when it was changed by hand.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        reason: Option<String>,
    },
    /// The student was taken out of the batch: nothing is decided of them any more, and no list has them.
    Remove {
        /// Why.
        reason: String,
    },
    /// The student was put back, with all that had been decided of them.
    Restore {
        /// Why.
        reason: String,
    },
    /// An office passed a step.
    Pass {
        /// The step.
        step: StepNumber,
        /// The parts that apply, all ticked (N10).
        #[serde(skip_serializing_if = "Vec::is_empty", default)]
        parts: Vec<PartId>,
        /// A remark.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        reason: Option<String>,
    },
    /// An office turned a step down (N11).
    Reject {
        /// The step.
        step: StepNumber,
        /// Why, and what to do.
        reason: String,
        /// What is owed.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        amount_due: Option<Amount>,
    },
    /// An office did some of a step's parts; the others are still open.
    Tick {
        /// The step.
        step: StepNumber,
        /// The parts that were done now.
        parts: Vec<PartId>,
    },
    /// A registrar excused the student from a step.
    Waive {
        /// The step.
        step: StepNumber,
        /// Why.
        reason: String,
    },
    /// A decision was taken back.
    Revoke {
        /// The step.
        step: StepNumber,
        /// Why.
        reason: String,
        /// The step whose revocation took this one with it.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        because_of: Option<StepNumber>,
        /// The import that is undone: what it had taken the place of stands again.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        undoes: Option<ImportId>,
    },
    /// The party form was handed in or changed (N15).
    Form {
        /// What it says.
        form: Box<HandedIn>,
        /// Why, when it was late or for somebody else.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        reason: Option<String>,
    },
    /// A letter was issued (N20) or issued anew (N22).
    Issue {
        /// Which paper it is; none: the party introduction.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        paper: Option<PaperId>,
        /// The letter.
        letter: LetterSummary,
        /// The digest of all that stands on it.
        content: Hash,
        /// The letter that is void with this.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        replaces: Option<LetterNumber>,
        /// Why it was issued anew.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        reason: Option<String>,
    },
    /// A letter's original was printed (N20).
    Print {
        /// Which paper it is; none: the party introduction.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        paper: Option<PaperId>,
        /// The letter.
        number: LetterNumber,
    },
    /// A letter's receipt came back (N21).
    Receipt {
        /// Which paper it is; none: the party introduction.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        paper: Option<PaperId>,
        /// The letter.
        number: LetterNumber,
        /// When the relation was received.
        received_on: NaiveDate,
        /// Who signed it.
        from: String,
    },
    /// The student's personal data was forgotten; what it was, nobody can tell any more.
    Forget {
        /// Why.
        reason: String,
    },
}

words! {
    /// What kind of thing happened to a clearance.
    Action {
        /// [`StudentFact::Enrol`].
        Enrol = "enrol",
        /// [`StudentFact::Roster`].
        Roster = "roster",
        /// [`StudentFact::Remove`].
        Remove = "remove",
        /// [`StudentFact::Restore`].
        Restore = "restore",
        /// [`StudentFact::Pass`].
        Pass = "pass",
        /// [`StudentFact::Reject`].
        Reject = "reject",
        /// [`StudentFact::Tick`].
        Tick = "tick",
        /// [`StudentFact::Waive`].
        Waive = "waive",
        /// [`StudentFact::Revoke`].
        Revoke = "revoke",
        /// [`StudentFact::Form`].
        Form = "form",
        /// [`StudentFact::Issue`].
        Issue = "issue",
        /// [`StudentFact::Print`].
        Print = "print",
        /// [`StudentFact::Receipt`].
        Receipt = "receipt",
        /// [`StudentFact::Forget`].
        Forget = "forget",
    }
}

impl StudentFact {
    /// The word for the action, as in JSON.
    pub fn action(&self) -> Action {
        match self {
            StudentFact::Enrol { .. } => Action::Enrol,
            StudentFact::Roster { .. } => Action::Roster,
            StudentFact::Remove { .. } => Action::Remove,
            StudentFact::Restore { .. } => Action::Restore,
            StudentFact::Pass { .. } => Action::Pass,
            StudentFact::Reject { .. } => Action::Reject,
            StudentFact::Tick { .. } => Action::Tick,
            StudentFact::Waive { .. } => Action::Waive,
            StudentFact::Revoke { .. } => Action::Revoke,
            StudentFact::Form { .. } => Action::Form,
            StudentFact::Issue { .. } => Action::Issue,
            StudentFact::Print { .. } => Action::Print,
            StudentFact::Receipt { .. } => Action::Receipt,
            StudentFact::Forget { .. } => Action::Forget,
        }
    }

    /// The step it is about.
    pub fn step(&self) -> Option<StepNumber> {
        match self {
            StudentFact::Pass { step, .. }
            | StudentFact::Reject { step, .. }
            | StudentFact::Tick { step, .. }
            | StudentFact::Waive { step, .. }
            | StudentFact::Revoke { step, .. } => Some(*step),
            _ => None,
        }
    }

    /// Which paper it is about, where that isn't the party introduction.
    pub fn paper(&self) -> Option<&PaperId> {
        match self {
            StudentFact::Issue { paper, .. }
            | StudentFact::Print { paper, .. }
            | StudentFact::Receipt { paper, .. } => paper.as_ref(),
            _ => None,
        }
    }

    /// The import that it undoes.
    pub fn undoes(&self) -> Option<&ImportId> {
        match self {
            StudentFact::Revoke { undoes, .. } => undoes.as_ref(),
            _ => None,
        }
    }

    /// Why.
    pub fn reason(&self) -> Option<&str> {
        match self {
            StudentFact::Enrol { reason, .. }
            | StudentFact::Roster { reason, .. }
            | StudentFact::Pass { reason, .. }
            | StudentFact::Form { reason, .. }
            | StudentFact::Issue { reason, .. } => reason.as_deref(),
            StudentFact::Reject { reason, .. }
            | StudentFact::Waive { reason, .. }
            | StudentFact::Remove { reason }
            | StudentFact::Restore { reason }
            | StudentFact::Forget { reason }
            | StudentFact::Revoke { reason, .. } => Some(reason),
            _ => None,
        }
    }
}

/// What can happen to an operator's rights (N5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "kebab-case")]
pub enum GrantFact {
    /// Rights were set.
    Grant {
        /// Their name.
        name: String,
        /// What they may do.
        grants: Vec<Grant>,
        /// The batch whose rights were copied.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        copied_from: Option<BatchId>,
        /// Whose rights these were until now.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        taken_over_from: Option<PersonId>,
    },
    /// Rights were taken away.
    Remove {
        /// Who has them now.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        handed_to: Option<PersonId>,
    },
}
