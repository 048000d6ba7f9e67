//! What an item is, by its key: every kind that there is, and nothing else.

use chrono::NaiveDate;
use domain::ids::{BatchId, ImportId, LetterId, PaperId, PersonId, StepNumber, StudentId};
use domain::operator::Scope;

use crate::keys::{ADMINISTRATORS, CLEARANCE, COUNTER, EVENT, Item, PK, SK};

/// What an item is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    Clearance(BatchId, StudentId),
    StudentEvent(BatchId, StudentId, u64),
    Advisee(BatchId, PersonId, StudentId),
    Imported(BatchId, StepNumber, ImportId, StudentId),
    BegunImport(BatchId, StepNumber, ImportId),
    Letter(BatchId, LetterId),
    Counter(BatchId, Option<PaperId>),
    Colleges(BatchId),
    Slip(BatchId, String),
    Operator(Scope, PersonId),
    OperatorEvent(Scope, PersonId, u64),
    /// Of no batch and of no chain: sign-outs, sessions, counts, reminders. They expire by themselves.
    Passing,
}

/// Where an item stands, as an audit names it.
pub(crate) fn name_of(item: &Item) -> String {
    let (pk, sk) = (text(item, PK), text(item, SK));
    format!("{}/{}", pk.unwrap_or("?"), sk.unwrap_or("?"))
}

fn text<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name).and_then(|value| value.as_s().ok()).map(String::as_str)
}

/// The partition of an item.
pub(crate) fn partition_of(item: &Item) -> &str {
    text(item, PK).unwrap_or_default()
}

impl Place {
    /// What an item is; `None`: nothing that there is.
    pub(crate) fn of(item: &Item) -> Option<Self> {
        let (pk, sk) = (text(item, PK)?, text(item, SK)?);
        let parts: Vec<&str> = pk.split('#').collect();
        let step = |text: &str| text.parse().ok().map(StepNumber);
        Some(match *parts.as_slice() {
            [ADMINISTRATORS] => Self::Operator(Scope::University, sk.parse().ok()?),
            ["administrator", person] => {
                Self::OperatorEvent(Scope::University, person.parse().ok()?, event(sk)?)
            }
            ["operators", batch] => Self::Operator(Scope::Batch(batch.parse().ok()?), sk.parse().ok()?),
            ["operator", batch, person] => {
                Self::OperatorEvent(Scope::Batch(batch.parse().ok()?), person.parse().ok()?, event(sk)?)
            }
            ["signed-out", person] => passing(is::<PersonId>(person) && sk == "sessions")?,
            ["entry", _] => passing(["person", "login-state"].contains(&sk))?,
            ["sign-ins", day, _] => passing(is::<NaiveDate>(day) && is::<PersonId>(sk))?,
            ["budget", person] => passing(is::<PersonId>(person) && sk.contains('#'))?,
            ["reminded", day] => passing(is::<NaiveDate>(day) && is::<PersonId>(sk))?,
            ["slip", batch] if is_salt(sk) => Self::Slip(batch.parse().ok()?, sk.to_owned()),
            [batch] => (sk == "colleges").then_some(Self::Colleges(batch.parse().ok()?))?,
            [batch, "letters"] => Self::of_register(batch.parse().ok()?, None, sk)?,
            [batch, "letters", paper] => {
                Self::of_register(batch.parse().ok()?, Some(paper.parse().ok()?), sk)?
            }
            [batch, "advisor", advisor] => {
                Self::Advisee(batch.parse().ok()?, advisor.parse().ok()?, sk.parse().ok()?)
            }
            [batch, "import", number, import] => {
                Self::Imported(batch.parse().ok()?, step(number)?, import.parse().ok()?, sk.parse().ok()?)
            }
            [batch, "begun", number, import] if sk == "import" => {
                Self::BegunImport(batch.parse().ok()?, step(number)?, import.parse().ok()?)
            }
            [batch, student] if sk == CLEARANCE => {
                Self::Clearance(batch.parse().ok()?, student.parse().ok()?)
            }
            [batch, student] => Self::StudentEvent(batch.parse().ok()?, student.parse().ok()?, event(sk)?),
            _ => return None,
        })
    }

    /// What stands in a register of letters.
    fn of_register(batch: BatchId, register: Option<PaperId>, sk: &str) -> Option<Self> {
        if sk == COUNTER {
            return Some(Self::Counter(batch, register));
        }
        Some(Self::Letter(batch, (register, six_digits(sk)?.try_into().ok()?)))
    }

    /// The batch it belongs to.
    pub(crate) fn batch(&self) -> Option<&BatchId> {
        match self {
            Self::Clearance(batch, _)
            | Self::StudentEvent(batch, ..)
            | Self::Advisee(batch, ..)
            | Self::Imported(batch, ..)
            | Self::BegunImport(batch, ..)
            | Self::Letter(batch, _)
            | Self::Counter(batch, _)
            | Self::Slip(batch, _)
            | Self::Colleges(batch) => Some(batch),
            Self::Operator(Scope::Batch(batch), _) | Self::OperatorEvent(Scope::Batch(batch), ..) => {
                Some(batch)
            }
            Self::Operator(Scope::University, _) | Self::OperatorEvent(..) | Self::Passing => None,
        }
    }
}

fn is<T: std::str::FromStr>(text: &str) -> bool {
    text.parse::<T>().is_ok()
}

fn is_salt(text: &str) -> bool {
    ledger::Salt::try_from(text.to_owned()).is_ok()
}

fn passing(known: bool) -> Option<Place> {
    known.then_some(Place::Passing)
}

/// The number of an event, by its sort key.
fn event(sk: &str) -> Option<u64> {
    six_digits(sk.strip_prefix(EVENT)?)
}

/// Numbers stand in keys with six digits or more, so that they sort as text.
fn six_digits(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (format!("{number:06}") == text).then_some(number)
}
