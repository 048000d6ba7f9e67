//! Why something is not done. Knows no HTTP; `edge` maps each to a status and to words.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::Instant;
use crate::ids::{PartId, PersonId, StepNumber, StudentId};
use crate::party::letter::LetterNumber;
use crate::text::Text;

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
        opens: Instant,
    },
    /// The batch has closed (N4).
    #[error("batch closed")]
    BatchClosed {
        /// The first instant outside.
        closes: Instant,
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
        /// Whether the student has handed in the form that it is issued from.
        form: bool,
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
        deadline: Instant,
    },
    /// No form has been handed in.
    #[error("form missing")]
    FormMissing,
    /// This student fills in no form (N14).
    #[error("form not needed")]
    FormNotNeeded,
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
        at: Instant,
    },
    /// The import has been undone, so nothing is added to it.
    #[error("import undone")]
    ImportUndone,
    /// Others changed the same student, again and again, while this change was tried.
    #[error("changed meanwhile")]
    ChangedMeanwhile,
}

/// A step or part, and what people call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named<T> {
    /// Its number or id.
    pub id: T,
    /// Its name.
    pub name: Text,
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

/// What wasn't found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A batch.
    Batch,
    /// A student, or one the caller may not see.
    Student,
    /// A step.
    Step,
    /// An operator.
    Operator,
    /// A letter.
    Letter,
    /// An import.
    Import,
    /// An address that no function answers.
    Page,
}

impl What {
    /// The word in `what` of a `not-found` problem.
    pub fn word(self) -> &'static str {
        match self {
            What::Batch => "batch",
            What::Student => "student",
            What::Step => "step",
            What::Operator => "operator",
            What::Letter => "letter",
            What::Import => "import",
            What::Page => "page",
        }
    }
}

/// A field that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFault {
    /// Where: `reason`, `students[3]`, or a roster's column `birth_date`.
    pub field: String,
    /// Which rule.
    pub rule: FieldRule,
}

impl FieldFault {
    /// A fault of one field.
    pub fn new(field: impl Into<String>, rule: FieldRule) -> Self {
        Self { field: field.into(), rule }
    }
}

/// The rules a field can break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldRule {
    /// It must not be empty.
    Required,
    /// At most so many characters, or entries of a list.
    TooLong {
        /// The most there may be.
        most: usize,
    },
    /// Control characters have no place in it.
    ControlCharacters,
    /// It must be one of these.
    OneOf(Vec<String>),
    /// It has another form than the one named.
    Form(Form),
    /// It stands there twice.
    Duplicate,
    /// It lies in the future.
    InTheFuture,
    /// It must lie between these.
    Between(i64, i64),
    /// It must not be before this day.
    NotBefore(NaiveDate),
    /// A column of a roster isn't there.
    MissingColumn,
    /// These characters have a meaning of their own.
    Without(&'static str),
    /// A row has a line break in a cell, or fewer cells than the header.
    Torn,
    /// A student advises nobody, least of all themselves.
    StudentAsAdvisor,
    /// Whoever imports a roster doesn't make themselves an advisor, who decides.
    SelfAsAdvisor,
    /// It is no `next` of an earlier page.
    NotACursor,
    /// No font of ours has this character.
    Unprintable(char),
    /// A branch (支部, 总支) can't be addressed (N16).
    Branch,
    /// It only goes with another value of `decision`.
    OnlyWith(&'static str),
}

impl FieldRule {
    /// The stable word for this rule in a problem's `fields[].code`.
    pub fn code(&self) -> &'static str {
        match self {
            FieldRule::Required => "required",
            FieldRule::TooLong { .. } => "too-long",
            FieldRule::ControlCharacters => "control-characters",
            FieldRule::OneOf(_) => "one-of",
            FieldRule::Form(form) => form.code(),
            FieldRule::Duplicate => "duplicate",
            FieldRule::InTheFuture => "in-the-future",
            FieldRule::Between(..) => "out-of-range",
            FieldRule::NotBefore(_) => "too-early",
            FieldRule::MissingColumn => "missing-column",
            FieldRule::Without(_) => "forbidden-characters",
            FieldRule::Torn => "torn-row",
            FieldRule::StudentAsAdvisor => "student-as-advisor",
            FieldRule::SelfAsAdvisor => "self-as-advisor",
            FieldRule::NotACursor => "not-a-cursor",
            FieldRule::Unprintable(_) => "unprintable",
            FieldRule::Branch => "branch",
            FieldRule::OnlyWith(_) => "only-with",
        }
    }
}

/// Forms that a field can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A student number.
    StudentId,
    /// A staff number or an external advisor's number.
    PersonId,
    /// A date such as `1993-05-06`.
    Date,
    /// An instant such as `2017-12-20T09:00:00+08:00`.
    Instant,
    /// An identity number or passport number.
    IdNumber,
    /// A telephone number.
    Phone,
    /// An e-mail address.
    Email,
    /// The name of an import.
    ImportId,
}

impl Form {
    /// The stable word for it.
    pub fn code(self) -> &'static str {
        match self {
            Form::StudentId => "not-a-student-number",
            Form::PersonId => "not-a-user-name",
            Form::Date => "not-a-date",
            Form::Instant => "not-an-instant",
            Form::IdNumber => "not-an-identity-number",
            Form::Phone => "not-a-telephone",
            Form::Email => "not-an-e-mail-address",
            Form::ImportId => "not-an-import",
        }
    }
}

/// Checks a text of people's words, which may have lines: not empty, not too long, nothing unseen.
pub fn check_words(field: &str, text: &str, most: usize) -> Result<(), FieldFault> {
    check(field, text, most, |c| c.is_control() && !matches!(c, '\n' | '\t'))
}

/// Checks a text of one line: a name, a college, a heading.
pub fn check_line(field: &str, text: &str, most: usize) -> Result<(), FieldFault> {
    check(field, text, most, char::is_control)?;
    match text.chars().find(|c| !is_printable(*c)) {
        Some(odd) => Err(FieldFault::new(field, FieldRule::Unprintable(odd))),
        None => Ok(()),
    }
}

/// The ranges of characters that our fonts have whole: Latin, punctuation, and every Chinese
/// character up to extension F. A test of `print` holds the fonts to it.
pub const PRINTABLE: [(char, char); 20] = [
    (' ', '~'),
    ('\u{a1}', '\u{24f}'),
    ('\u{1e00}', '\u{1eff}'),
    ('\u{2010}', '\u{2027}'),
    ('\u{2030}', '\u{2049}'),
    ('\u{2160}', '\u{217f}'),
    ('\u{2460}', '\u{2473}'),
    ('\u{3000}', '\u{303f}'),
    ('\u{3400}', '\u{4db5}'),
    ('\u{4e00}', '\u{9fef}'),
    ('\u{f900}', '\u{fa6d}'),
    ('\u{ff01}', '\u{ff5e}'),
    ('\u{20000}', '\u{2a6d6}'),
    ('\u{2a700}', '\u{2b734}'),
    ('\u{2b740}', '\u{2b81d}'),
    ('\u{2b820}', '\u{2cea1}'),
    ('\u{2ceb0}', '\u{2ebe0}'),
    ('\u{2f800}', '\u{2fa1d}'),
    ('\u{2190}', '\u{2193}'),
    ('\u{25cb}', '\u{25cb}'),
];

/// Whether a slip or a letter can show a character: what can't be printed isn't taken in, so that
/// nobody's paper fails on the last day.
pub fn is_printable(c: char) -> bool {
    PRINTABLE.iter().any(|(first, last)| (*first..=*last).contains(&c))
}

fn check(field: &str, text: &str, most: usize, forbidden: impl Fn(char) -> bool) -> Result<(), FieldFault> {
    let rule = if text.chars().all(|c| c.is_whitespace() || is_unseen(c)) {
        FieldRule::Required
    } else if text.chars().count() > most {
        FieldRule::TooLong { most }
    } else if text.chars().any(|c| forbidden(c) || is_unseen(c)) {
        FieldRule::ControlCharacters
    } else {
        return Ok(());
    };
    Err(FieldFault::new(field, rule))
}

/// Whether a text can be a telephone number, as a roster or a form gives it.
pub(crate) fn is_phone(text: &str) -> bool {
    (3..=30).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit() || b" +-()/".contains(&b))
}

/// Zero-width characters and marks of direction: two texts would look the same and not be.
pub(crate) fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e01ef}')
}

/// The most students of one call.
pub const MOST_STUDENTS: usize = 100;
/// The most letters of one call.
pub const MOST_LETTERS: usize = 100;

/// Reads the student numbers of a call: 1 to [`MOST_STUDENTS`], each once.
pub fn read_students(texts: &[String]) -> Result<Vec<StudentId>, Refusal> {
    let read = |text: &String| text.trim().parse().map_err(|_| FieldRule::Form(Form::StudentId));
    read_each("students", MOST_STUDENTS, texts, read)
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
