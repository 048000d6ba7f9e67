//! Keys: the only place that knows how they are put together.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::clearance::Clearance;
use domain::ids::{BatchId, ImportId, LetterNumber, PaperId, PersonId, StepNumber, StudentId};
use domain::operator::Scope;

/// An item as the SDK gives and takes it.
pub type Item = HashMap<String, AttributeValue>;

/// Attribute names that keys and conditions use.
pub(crate) const PK: &str = "pk";
pub(crate) const SK: &str = "sk";
pub(crate) const BY_COLLEGE: &str = "by_college";
pub(crate) const STUDENT_ID: &str = "student_id";
pub(crate) const EXPIRES: &str = "expires";
pub(crate) const NAMES: &str = "names";
pub(crate) const VERSION: &str = "version";
/// Who did something.
pub(crate) const BY: &str = "by";
/// That an import has been undone.
pub(crate) const UNDONE: &str = "undone";
/// The sort key of the counter of letters.
pub(crate) const COUNTER: &str = "next";
/// The counter's attribute: the number that the next letter will have.
pub(crate) const NEXT_NUMBER: &str = "next";

/// The sort key of every clearance.
pub(crate) const CLEARANCE: &str = "clearance";
/// What the sort keys of events begin with.
pub(crate) const EVENT: &str = "event#";
/// What the partition of a batch's operators begins with: it is a list as well as a register. It begins with what it is,
/// so that whoever writes what belongs to a batch grants no rights in it.
pub(crate) const OPERATORS: &str = "operators#";
/// The partition of the university's administrators.
pub(crate) const ADMINISTRATORS: &str = "administrators";

pub(crate) fn text(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

pub(crate) fn number(number: impl Into<i128>) -> AttributeValue {
    AttributeValue::N(number.into().to_string())
}

pub(crate) fn pair(pk: impl Into<String>, sk: impl Into<String>) -> Item {
    HashMap::from([(PK.to_owned(), text(pk)), (SK.to_owned(), text(sk))])
}

pub(crate) fn clearance(batch: &BatchId, student: &StudentId) -> Item {
    pair(Clearance::subject(batch, student), CLEARANCE)
}

/// The partition of everybody who has rights in a batch, or in the university.
pub(crate) fn operators(scope: &Scope) -> String {
    match scope {
        Scope::Batch(batch) => format!("{OPERATORS}{batch}"),
        Scope::University => ADMINISTRATORS.to_owned(),
    }
}

pub(crate) fn operator(scope: &Scope, id: &PersonId) -> Item {
    pair(operators(scope), id.key())
}

/// Where it stands that somebody has signed out: a partition of their own, so that no crowd shares one.
pub(crate) fn signed_out_partition(person: &PersonId) -> String {
    format!("signed-out#{}", person.key())
}

pub(crate) fn signed_out(person: &PersonId) -> Item {
    pair(signed_out_partition(person), "sessions")
}

/// Nothing is ever written here: it is read to open a connection.
pub(crate) fn nothing() -> Item {
    pair("start", "start")
}

/// Six digits keep events in order as text; a million decisions on one student are not expected.
pub(crate) fn event(number: u64) -> String {
    format!("{EVENT}{number:06}")
}

pub(crate) fn advisor(batch: &BatchId, advisor: &PersonId) -> String {
    format!("{batch}#advisor#{}", advisor.key())
}

pub(crate) fn import(batch: &BatchId, step: StepNumber, import: &ImportId) -> String {
    format!("{batch}#import#{step}#{import}")
}

/// An import itself: who began it, and whether it has been undone.
pub(crate) fn begun_import(batch: &BatchId, step: StepNumber, import: &ImportId) -> Item {
    pair(format!("{batch}#begun#{step}#{import}"), "import")
}

/// A slip that was printed. Its partition begins with what it is, so that whoever prints slips writes nothing else.
pub(crate) fn slip(batch: &BatchId, id: &str) -> Item {
    pair(format!("slip#{batch}"), id)
}

/// Each paper has a register of its own; the party introduction's has no name.
fn letters(batch: &BatchId, register: Option<&PaperId>) -> String {
    match register {
        None => format!("{batch}#letters"),
        Some(paper) => format!("{batch}#letters#{paper}"),
    }
}

/// Six digits keep the register in order as text.
pub(crate) fn letter(batch: &BatchId, register: Option<&PaperId>, number: LetterNumber) -> Item {
    pair(letters(batch, register), format!("{number:06}"))
}

/// Stands after every letter of the register, whose sort keys are digits.
pub(crate) fn next_letter(batch: &BatchId, register: Option<&PaperId>) -> Item {
    pair(letters(batch, register), COUNTER)
}

/// In the place of a college's name.
pub(crate) const REMOVED: &str = "*removed";

pub(crate) fn college(batch: &BatchId, college: &str) -> String {
    format!("{batch}#{college}")
}

/// Where the index has those who were taken out: no college is called so, since no name of one has a star in it.
pub(crate) fn removed(batch: &BatchId) -> String {
    college(batch, REMOVED)
}

pub(crate) fn colleges(batch: &BatchId) -> Item {
    pair(batch.to_string(), "colleges")
}

/// `ExclusiveStartKey` of a page of `by_college`.
pub(crate) fn exclusive_start_key(batch: &BatchId, college_name: &str, student: &StudentId) -> Item {
    let mut key = clearance(batch, student);
    key.insert(BY_COLLEGE.to_owned(), text(college(batch, college_name)));
    key.insert(STUDENT_ID.to_owned(), text(student.to_string()));
    key
}
