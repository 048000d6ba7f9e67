//! Why something is not done. Knows no HTTP; `edge` maps each to a status and to words.

use std::collections::BTreeSet;

use crate::Timestamp;
use crate::field::{FieldFault, FieldRule, Format, LONGEST_REASON, check_words, tidy_reason};
use crate::ids::{LetterNumber, PaperId, PartId, PersonId, StepNumber, StudentId};
use crate::text::{Named, Text};
use crate::words;

/// A refusal, with what the caller needs to act on it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The batch can't be reached from where the caller is (N3).
    #[error("off campus")]
    OffCampus {
        /// Why, and how to get onto the campus network.
        help: Option<Text>,
    },
    /// The batch hasn't opened (N4).
    #[error("batch not open")]
    BatchNotOpen {
        /// The first instant inside.
        opens: Timestamp,
    },
    /// The batch has closed (N4).
    #[error("batch closed")]
    BatchClosed {
        /// The first instant outside.
        closes: Timestamp,
    },
    /// What is asked for waits until the batch has closed.
    #[error("batch open")]
    BatchOpen {
        /// When that is.
        closes: Timestamp,
    },
    /// The caller has no right to this.
    #[error("not allowed: {0:?}")]
    NotAllowed(Barrier),
    /// It doesn't exist, or the caller may not know that it does.
    #[error("{0:?} not found")]
    NotFound(What),
    /// A step can't pass before its prerequisites (N8).
    #[error("prerequisite open")]
    PrerequisiteOpen {
        /// The prerequisites that are neither passed nor waived.
        open: Vec<Named<StepNumber>>,
    },
    /// The letter can't be handed out: none has been issued (N10, N20).
    #[error("letter not issued")]
    LetterNotIssued {
        /// The parts that need it.
        parts: Vec<Named<PartId>>,
        /// What is missing.
        lack: Lack,
    },
    /// A step can't be taken back while a step that needs it stands.
    #[error("dependents passed")]
    DependentsPassed {
        /// Every step that would have to be revoked with it.
        dependents: Vec<Named<StepNumber>>,
    },
    /// What the roster says now would undo what these steps were passed on: a prerequisite or a part
    /// would be open, or another office would have had to decide.
    #[error("roster reopens passed steps")]
    RosterReopens {
        /// The passed steps.
        steps: Vec<Named<StepNumber>>,
    },
    /// What the roster says now would take a step that stands turned down away from its student, or from the
    /// office that turned it down.
    #[error("roster clears rejected steps")]
    RosterClears {
        /// The rejected steps.
        steps: Vec<Named<StepNumber>>,
    },
    /// The move of a student would leave these steps passed on something that is open.
    #[error("move reopens passed steps")]
    MoveReopens {
        /// The passed steps.
        steps: Vec<Named<StepNumber>>,
    },
    /// The student was taken out of the batch.
    #[error("taken out")]
    TakenOut {
        /// When.
        at: Timestamp,
    },
    /// There is a student of this number already, so nobody is added.
    #[error("student exists")]
    StudentExists,
    /// Not every part that applies is ticked (N10).
    #[error("parts missing")]
    PartsMissing {
        /// The parts that are not.
        parts: Vec<Named<PartId>>,
    },
    /// The step isn't required of this student, so there is nothing to turn down.
    #[error("step not required")]
    StepNotRequired,
    /// A deadline of the party rules has passed (N18, N19, N22).
    #[error("deadline passed")]
    DeadlinePassed {
        /// The first instant outside.
        deadline: Timestamp,
    },
    /// No form has been handed in.
    #[error("form missing")]
    FormMissing,
    /// This student fills in no form (N14).
    #[error("form not needed")]
    FormNotNeeded,
    /// This student doesn't get the paper.
    #[error("paper not needed")]
    PaperNotNeeded,
    /// A letter was issued from the form, so the form stands.
    #[error("letter exists")]
    LetterExists {
        /// Its number.
        number: LetterNumber,
    },
    /// The letter's receipt has come back: the relation has moved.
    #[error("letter returned")]
    LetterReturned {
        /// Its number.
        number: LetterNumber,
    },
    /// The letter is void.
    #[error("letter void")]
    LetterVoid {
        /// The letter that replaces it.
        replaced_by: Option<LetterNumber>,
    },
    /// The clearance isn't finished, so there is no slip (N12).
    #[error("not cleared")]
    NotCleared {
        /// How many steps are left.
        remaining: usize,
    },
    /// Fields break a rule.
    #[error("invalid fields")]
    InvalidFields(Vec<FieldFault>),
    /// Somebody has decided the step since the import that is to be undone, so it stays.
    #[error("decided since")]
    DecidedSince {
        /// Who.
        by: PersonId,
        /// When.
        at: Timestamp,
    },
    /// The import has been undone, so nothing is added to it.
    #[error("import undone")]
    ImportUndone,
    /// Others changed the same student, again and again, while this change was tried.
    #[error("changed meanwhile")]
    ChangedMeanwhile,
}

/// What stands between a caller and an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Barrier {
    /// The action needs a role the caller hasn't got.
    Role,
    /// The step belongs to another office.
    OtherOffice,
    /// The student belongs to another college.
    OtherCollege,
    /// The advisor's steps are for the student's own advisors (N9).
    NotTheirAdvisor,
    /// An administrator can't take their own rights away: somebody must be left.
    OwnEntry,
    /// Students decide nothing; they can't be operators.
    Student,
    /// A session that the portal traded for its user reads their own status and nothing else.
    Portal,
    /// An import belongs to who began it.
    OthersImport,
    /// A named person excused the student; only a registrar takes that back.
    Excused,
}

words! {
    /// What wasn't found.
    What {
        /// A batch.
        Batch = "batch",
        /// A student, or one the caller may not see.
        Student = "student",
        /// A step.
        Step = "step",
        /// An operator.
        Operator = "operator",
        /// A letter.
        Letter = "letter",
        /// A paper.
        Paper = "paper",
        /// An import.
        Import = "import",
        /// An address that no function answers.
        Page = "page",
    }
}

/// The most students of one call.
pub const MOST_STUDENTS: usize = 100;
/// What a part waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lack {
    /// The form from which the introduction letter is issued.
    Form,
    /// The introduction letter.
    Letter,
    /// Another paper.
    Paper(Named<PaperId>),
}

/// The most letters of one call.
pub const MOST_LETTERS: usize = 100;

/// Reads the student numbers of a call: 1 to [`MOST_STUDENTS`], each once.
pub fn read_students(texts: &[String]) -> Result<Vec<StudentId>, Refusal> {
    let read = |text: &String| text.trim().parse().map_err(|_| FieldRule::Format(Format::StudentId));
    read_each("students", MOST_STUDENTS, texts, read)
}

/// Reads the student numbers of a call's rows: 1 to [`MOST_STUDENTS`], each once.
pub fn read_rows(texts: &[String]) -> Result<Vec<StudentId>, Vec<FieldFault>> {
    let read = |text: &String| text.trim().parse().map_err(|_| FieldRule::Format(Format::StudentId));
    read_each("rows", MOST_STUDENTS, texts, read).map_err(|refusal| match refusal {
        Refusal::InvalidFields(faults) => faults,
        _ => Vec::new(),
    })
}

/// Reads the letters' numbers of a call: 1 to [`MOST_LETTERS`], each once.
pub fn read_letters(numbers: &[LetterNumber]) -> Result<Vec<LetterNumber>, Refusal> {
    let read = |&number: &LetterNumber| if number == 0 { Err(FieldRule::Required) } else { Ok(number) };
    read_each("letters", MOST_LETTERS, numbers, read)
}

fn read_each<G, T: Ord + Clone>(
    field: &str,
    most: usize,
    given: &[G],
    read: impl Fn(&G) -> Result<T, FieldRule>,
) -> Result<Vec<T>, Refusal> {
    let refuse = |rule| Err(Refusal::InvalidFields(vec![FieldFault::new(field, rule)]));
    if given.is_empty() {
        return refuse(FieldRule::Required);
    }
    if given.len() > most {
        return refuse(FieldRule::TooLong { most });
    }
    let mut seen = BTreeSet::new();
    let mut faults = Vec::new();
    let mut values = Vec::with_capacity(given.len());
    for (i, one) in given.iter().enumerate() {
        match read(one) {
            Ok(value) if seen.insert(value.clone()) => values.push(value),
            Ok(_) => faults.push(FieldFault::new(format!("{field}[{i}]"), FieldRule::Duplicate)),
            Err(rule) => faults.push(FieldFault::new(format!("{field}[{i}]"), rule)),
        }
    }
    if faults.is_empty() { Ok(values) } else { Err(Refusal::InvalidFields(faults)) }
}

/// Reads a reason: trimmed, bounded, none if empty.
pub(crate) fn read_reason(reason: Option<&str>) -> Result<Option<String>, Refusal> {
    let reason = tidy_reason(reason);
    match reason.as_deref().map(|reason| check_words("reason", reason, LONGEST_REASON)) {
        Some(Err(fault)) => Err(Refusal::InvalidFields(vec![fault])),
        _ => Ok(reason),
    }
}

/// Reads a reason that must be said.
pub fn given_reason(reason: Option<&str>) -> Result<String, Refusal> {
    let missing = || Refusal::InvalidFields(vec![FieldFault::new("reason", FieldRule::Required)]);
    read_reason(reason)?.ok_or_else(missing)
}
