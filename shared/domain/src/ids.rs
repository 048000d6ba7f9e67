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

fn is_number(text: &str, longest: usize) -> bool {
    (1..=longest).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// Whether a text has the form of a student number: 9 to 20 digits. Staff have eight, external
/// advisors a number with a letter or a shorter one (N2), so nobody can be mistaken for another.
pub fn is_student_number(text: &str) -> bool {
    (9..=20).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

text_id! {
    /// A student number (学号), e.g. `20151104027`. Never eight digits: those are staff (N2).
    ///
    /// ```
    /// use domain::ids::StudentId;
    /// assert!("20151104027".parse::<StudentId>().is_ok());
    /// assert!("20080123".parse::<StudentId>().is_err(), "a staff number");
    /// ```
    StudentId, "a student number of 9 to 20 digits", is_student_number
}
text_id! {
    /// Anyone who can sign in (N2): a staff number, a student number or an external advisor's number.
    PersonId, "a user name of 1 to 32 letters, digits or hyphens", |t| is_number(t, 32)
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

impl PersonId {
    /// Whether this is a student's number, and so nobody who decides about others.
    pub fn is_student(&self) -> bool {
        is_student_number(&self.0)
    }

    /// Whether this is a member of staff's number: eight digits (N2).
    pub fn is_staff_number(&self) -> bool {
        self.0.len() == 8 && self.0.bytes().all(|b| b.is_ascii_digit())
    }

    /// Whether this person is that student.
    pub fn is(&self, student: &StudentId) -> bool {
        self.0 == student.0
    }
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

/// Money in fen (分), a hundredth of a yuan; what a student still owes an office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fen(pub i64);

impl Fen {
    /// The largest amount that can be entered: ten million yuan.
    pub const MOST: Fen = Fen(1_000_000_000);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_student_number_is_never_a_staff_number_nor_the_word_me() {
        for wrong in [
            "",
            "me",
            "20080123",
            "W0001",
            "2015110402#",
            "２０１５１１０４０２７",
            "1234-5678",
            &"1".repeat(21),
        ] {
            assert!(wrong.parse::<StudentId>().is_err(), "{wrong}");
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

/// A letter's number in its batch, from 1 and without gaps.
pub type LetterNumber = u32;
