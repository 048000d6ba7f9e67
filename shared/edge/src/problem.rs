//! Why there is no answer: a rule's refusal, or trouble of HTTP or of the table.

use domain::ids::PersonId;
use domain::refusal::Refusal;
use domain::sheet::TableError;
use store::{ChangeError, Listed, StoreError, Unreadable, UnreadableError};

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// No token, or none that holds.
    NotSignedIn,
    /// A change that comes with our cookie but from another site.
    ForeignOrigin,
    /// It didn't come through the proxy in front, which alone is answered.
    PastProxy {
        /// Where the system is found.
        address: String,
    },
    /// A rule refuses it.
    Refused(Refusal),
    /// The body isn't what it should be.
    InvalidBody(BodyFault),
    /// The body, or the roster in it, is too large.
    TooLarge {
        /// The most there may be.
        most: usize,
        /// Of what.
        unit: Unit,
    },
    /// Nothing answers this method here.
    MethodNotAllowed,
    /// The table is throttled or unreachable.
    Unavailable,
    /// What the request is about can't be read: broken, or written by a newer program. Waiting doesn't help.
    Unreadable,
    /// What prints lacks something, such as its fonts: an administrator's business, and waiting doesn't help.
    CannotPrint,
    /// The caller has asked for more of this than one person does in a minute.
    OverBudget {
        /// In how many seconds the next minute begins.
        seconds: u32,
    },
}

/// What is wrong with a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BodyFault {
    /// It isn't of a type that is understood here.
    ContentType {
        /// What is.
        expected: &'static str,
    },
    /// It isn't JSON.
    NotJson {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// It is JSON, but not of the shape that is asked for.
    Shape {
        /// Where: `students[3]`.
        path: String,
        /// What was expected, in the words of the format.
        expected: String,
    },
    /// It isn't a table that can be read.
    Table(TableError),
    /// It says that it is a form of several parts, and isn't one with a table in it.
    NotAForm,
    /// It broke off on the way.
    Incomplete,
}

/// What a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Bytes of a body.
    Bytes,
    /// Rows of a sheet.
    Rows,
    /// Words whose meaning is said.
    Words,
    /// Letters of one document.
    Letters,
    /// Bytes of a workbook, unpacked.
    Unpacked,
    /// Elements of a workbook: a cell is two or three.
    Elements,
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Problem::Refused(refusal)
    }
}

impl From<TableError> for Problem {
    fn from(fault: TableError) -> Self {
        match fault {
            TableError::TooManyRows { most } => Problem::TooLarge { most, unit: Unit::Rows },
            TableError::TooLarge { most } => Problem::TooLarge { most, unit: Unit::Unpacked },
            TableError::TooManyElements { most } => Problem::TooLarge { most, unit: Unit::Elements },
            fault => Problem::InvalidBody(BodyFault::Table(fault)),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable { .. } => {
                tracing::error!(%error, "the table did not answer");
                Problem::Unavailable
            }
            StoreError::Unreadable(error) => {
                tracing::error!(%error, "an item can't be read");
                Problem::Unreadable
            }
        }
    }
}

/// An item of a list, or the place of one that can't be read: that is logged, and stops nothing else.
pub fn read<T, N>(listed: Listed<T, N>) -> Result<T, N> {
    listed.map_err(|Unreadable { place, error }| {
        tracing::error!(%error, "an item can't be read");
        place
    })
}

/// The numbers of what can't be read, as an answer names them.
pub fn numbers<N: ToString>(places: &[N]) -> Vec<String> {
    places.iter().map(N::to_string).collect()
}

/// The same of people.
pub fn people(places: &[PersonId]) -> Vec<String> {
    places.iter().map(|person| person.number().to_owned()).collect()
}

/// What of a page can be read, and the places of what can't.
pub fn readable<T, N>(page: Vec<Listed<T, N>>) -> (Vec<T>, Vec<N>) {
    let (mut items, mut places) = (Vec::with_capacity(page.len()), Vec::new());
    for listed in page {
        match read(listed) {
            Ok(item) => items.push(item),
            Err(place) => places.push(place),
        }
    }
    (items, places)
}

impl From<UnreadableError> for Problem {
    fn from(error: UnreadableError) -> Self {
        StoreError::from(error).into()
    }
}

impl From<ChangeError> for Problem {
    fn from(failure: ChangeError) -> Self {
        match failure {
            ChangeError::Refused(refusal) => refusal.into(),
            ChangeError::Store(error) => error.into(),
        }
    }
}
