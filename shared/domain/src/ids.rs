//! Names of things, each a type of its own that cannot hold what isn't one.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::words;

/// Why a text is not the name it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not {expected}")]
pub struct InvalidIdError {
    /// What was expected, in English, for a log or a developer.
    pub expected: &'static str,
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $expected:literal, $valid:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The text itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidIdError;
            fn from_str(text: &str) -> Result<Self, InvalidIdError> {
                let valid: fn(&str) -> bool = $valid;
                if valid(text) { Ok(Self(text.to_owned())) } else { Err(InvalidIdError { expected: $expected }) }
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidIdError;
            fn try_from(text: String) -> Result<Self, InvalidIdError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

fn is_word(text: &str, longest: usize) -> bool {
    (1..=longest).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// A name that a roster's column has in a file: as a word, with underscores too.
fn is_column(text: &str) -> bool {
    is_word(&text.replace('_', "-"), 40)
}

/// The longest number of a person.
const LONGEST_NUMBER: usize = 32;

/// A person's number as it stands everywhere: in capitals, so that nobody is two by how they were typed. `None` unless
/// it is 1 to 32 letters, digits, `.`, `_`, `/` or `-`.
fn number_of(text: &str) -> Option<String> {
    let text = text.trim();
    let fits = (1..=LONGEST_NUMBER).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._/-".contains(&b));
    fits.then(|| text.to_ascii_uppercase())
}

words! {
    /// What kind of person somebody is, by the word of the university's sign-in: a number is somebody's only together
    /// with it.
    PersonKind {
        /// A student.
        Student = "student",
        /// A member of staff.
        Staff = "staff",
        /// Somebody from elsewhere, such as an external advisor.
        External = "external",
        /// An office's own system.
        Machine = "machine",
    }
}

/// Anyone who can sign in: a kind, and a number that is theirs within it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PersonId {
    kind: PersonKind,
    number: String,
}

impl PersonId {
    /// Somebody of a kind. A machine's name is in small letters, everybody else's number in capitals.
    ///
    /// ```
    /// use domain::ids::{PersonId, PersonKind};
    /// let hod = PersonId::new(PersonKind::Staff, "hod-cs").unwrap();
    /// assert_eq!((hod.number(), hod.key().as_str()), ("HOD-CS", "staff:HOD-CS"));
    /// assert_ne!(PersonId::new(PersonKind::Student, "20080123"), PersonId::new(PersonKind::Staff, "20080123"));
    /// ```
    pub fn new(kind: PersonKind, number: &str) -> Result<Self, InvalidIdError> {
        let expected = "a number of 1 to 32 letters, digits, dots, hyphens, slashes or underscores";
        let number = number_of(number).ok_or(InvalidIdError { expected })?;
        let number = if kind == PersonKind::Machine { number.to_ascii_lowercase() } else { number };
        Ok(Self { kind, number })
    }

    /// What kind of person it is.
    pub fn kind(&self) -> PersonKind {
        self.kind
    }

    /// Their number, as people know it; somebody of another kind may have the same.
    pub fn number(&self) -> &str {
        &self.number
    }

    /// Both in one text, as keys and events hold them: `staff:HOD-CS`. A number that says its kind as numbers did before
    /// kinds were stored stands alone, so that nothing stored has another key now: `20080123`.
    pub fn key(&self) -> String {
        if self.kind == kind_before(&self.number) { self.number.clone() } else { self.said() }
    }

    /// Both, as people write them who must be understood: `external:W0001`.
    pub fn said(&self) -> String {
        format!("{}:{}", self.kind.word(), self.number)
    }

    /// Whether this is a student, and so nobody who decides about others.
    pub fn is_student(&self) -> bool {
        self.kind == PersonKind::Student
    }

    /// Whether this person is that student.
    pub fn is(&self, student: &StudentId) -> bool {
        self.is_student() && self.number == student.0
    }

    /// Which student they are, if they are one.
    pub fn student(&self) -> Option<StudentId> {
        self.is_student().then(|| StudentId(self.number.clone()))
    }
}

/// What begins the name of an office's own system.
pub const MACHINE: &str = "feed-";

/// The kind of a number that stands alone in what is stored. It decides nothing but how a key is spelled.
fn kind_before(number: &str) -> PersonKind {
    let digits = number.bytes().all(|b| b.is_ascii_digit());
    match number.len() {
        9..=20 if digits => PersonKind::Student,
        8 if digits => PersonKind::Staff,
        _ if number.starts_with(MACHINE) => PersonKind::Machine,
        _ => PersonKind::External,
    }
}

impl FromStr for PersonId {
    type Err = InvalidIdError;
    /// Reads [`PersonId::key`] and [`PersonId::said`].
    fn from_str(text: &str) -> Result<Self, InvalidIdError> {
        let Some((kind, number)) = text.split_once(':') else { return Self::new(kind_before(text), text) };
        let kind = PersonKind::read(kind)
            .ok_or(InvalidIdError { expected: "student, staff, external or machine" })?;
        Self::new(kind, number)
    }
}

impl TryFrom<String> for PersonId {
    type Error = InvalidIdError;
    fn try_from(text: String) -> Result<Self, InvalidIdError> {
        text.parse()
    }
}

impl From<PersonId> for String {
    fn from(person: PersonId) -> Self {
        person.key()
    }
}

impl From<StudentId> for PersonId {
    fn from(student: StudentId) -> Self {
        Self { kind: PersonKind::Student, number: student.0 }
    }
}

/// A student number (学号), e.g. `20151104027`, `2021-1-00123` or `15/CS/101`, in capitals.
///
/// ```
/// use domain::ids::StudentId;
/// let typed: StudentId = "tce11005".parse().unwrap();
/// assert_eq!(typed.as_str(), "TCE11005");
/// assert!("2015110402#".parse::<StudentId>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct StudentId(String);

impl StudentId {
    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for StudentId {
    type Err = InvalidIdError;
    fn from_str(text: &str) -> Result<Self, InvalidIdError> {
        number_of(text).map(Self).ok_or(InvalidIdError { expected: "a student number" })
    }
}

impl TryFrom<String> for StudentId {
    type Error = InvalidIdError;
    fn try_from(text: String) -> Result<Self, InvalidIdError> {
        text.parse()
    }
}

impl From<StudentId> for String {
    fn from(id: StudentId) -> Self {
        id.0
    }
}

impl fmt::Display for StudentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

text_id! {
    /// A batch (批次), e.g. `2018-01`. Begins with a digit, so that its keys never meet others'.
    BatchId, "a batch such as 2018-01", |t| is_word(t, 20) && t.starts_with(|c: char| c.is_ascii_digit())
}
text_id! {
    /// An office (办理部门), e.g. `library`.
    OfficeId, "an office such as library", |t| is_word(t, 40)
}
text_id! {
    /// A part of a step, e.g. `student-card` (N9, N10).
    PartId, "a part such as student-card", |t| is_word(t, 40)
}
text_id! {
    /// A paper (文书) that students get, e.g. `party-letter`.
    PaperId, "a paper such as party-letter", |t| is_word(t, 40)
}

text_id! {
    /// Something that is known of students, by the roster's column, e.g. `campus`.
    FactId, "a fact such as campus", |t| is_column(t)
}
text_id! {
    /// People who decide for their own students, by the roster's column, e.g. `advisor`.
    PeopleId, "people such as advisor", |t| is_column(t)
}

text_id! {
    /// One import: the name its caller gives a list of decisions, so that it can be undone as a whole.
    ImportId, "an import's name of 1 to 40 small letters, digits or hyphens", |t| is_word(t, 40)
}

/// A step's number in its batch, from 1 (N9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StepNumber(pub u8);

impl fmt::Display for StepNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Money in the smallest unit of the university's currency; what a student still owes an office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Amount(pub i64);

impl Amount {
    /// The largest amount that can be entered.
    pub const MOST: Amount = Amount(1_000_000_000);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_opaque_in_one_case_and_somebodys_of_one_kind() {
        for wrong in ["", " ", "2015110402#", "２０１５１１０４０２７", "a b", "staff:1", &"1".repeat(33)]
        {
            assert!(wrong.parse::<StudentId>().is_err(), "{wrong}");
            assert!(PersonId::new(PersonKind::Staff, wrong).is_err(), "{wrong}");
        }
        for number in ["7", "20080123", "TCE11005", "2021-1-00123", "15/CS.101_B", &"1".repeat(32)] {
            let [student, staff] =
                [PersonKind::Student, PersonKind::Staff].map(|kind| PersonId::new(kind, number).unwrap());
            assert_ne!(student, staff);
            for person in [&student, &staff] {
                assert_eq!(person.key().parse().as_ref(), Ok(person));
                assert_eq!(person.said().parse().as_ref(), Ok(person));
            }
            assert_ne!(student.key(), staff.key());
            let number: StudentId = number.to_lowercase().parse().unwrap();
            assert!(student.is(&number) && !staff.is(&number));
            assert_eq!((student.student(), staff.student()), (Some(number), None));
        }
    }

    #[test]
    fn what_was_stored_before_kinds_is_read_by_its_form_and_spelled_so() {
        for (text, said) in [
            ("20151104027", "student:20151104027"),
            ("20080123", "staff:20080123"),
            ("W0001", "external:W0001"),
            ("feed-library", "machine:feed-library"),
        ] {
            let person: PersonId = text.parse().unwrap();
            assert_eq!((person.said().as_str(), person.key().as_str()), (said, text));
        }
    }

    #[test]
    fn no_id_can_carry_the_separator_of_a_key() {
        assert!("2018#01".parse::<BatchId>().is_err());
        assert!("operators".parse::<BatchId>().is_err(), "a partition of its own");
        assert!("a#b".parse::<PersonId>().is_err());
        assert!("lib#rary".parse::<OfficeId>().is_err());
    }
}

words! {
    /// Where a decision comes from.
    Source {
        /// A person at the thin form.
        Operator = "operator",
        /// A list of students decided in one call.
        Import = "import",
        /// An office's own system.
        Feed = "feed",
    }
}

/// A letter's number in the register of its paper, from 1 and without gaps.
pub type LetterNumber = u32;

/// A letter of a batch: the paper's register, which for the party introduction has no name, and its number there.
pub type LetterId = (Option<PaperId>, LetterNumber);
