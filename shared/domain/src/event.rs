//! Events: who, when, what, why, from where; each carries the hash of the one before it.
//!
//! The hash is SHA-256 over the hash before and the event's own JSON, so an event can't be edited,
//! dropped or moved to another student unnoticed. Optional fields are left out when empty, so a
//! field added later changes no hash that exists; a test pins one hash for good.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::Instant;
use crate::clearance::Source;
use crate::ids::{Fen, ImportId, PartId, PersonId, StepNumber};
use crate::party::form::PartyForm;
use crate::party::letter::{LetterNumber, LetterSummary};
use crate::rights::{Grants, Role};
use crate::student::Student;

/// A SHA-256, written as URL-safe base64 without padding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hash([u8; 32]);

impl Hash {
    /// What the first event of a subject hangs on.
    pub fn genesis(subject: &str) -> Self {
        Self(Sha256::digest(subject.as_bytes()).into())
    }
}

impl From<Hash> for String {
    fn from(hash: Hash) -> Self {
        URL_SAFE_NO_PAD.encode(hash.0)
    }
}

impl TryFrom<String> for Hash {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| "not a hash")?;
        bytes.try_into().map(Hash).map_err(|_| "not a hash of 32 bytes")
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "kebab-case")]
pub enum Fact {
    /// The student entered the batch; always event 0, and nothing else is.
    Enrol {
        /// As the roster had them.
        student: Box<Student>,
    },
    /// The roster says something else about the student.
    Roster {
        /// As the roster has them now.
        student: Box<Student>,
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
        amount_due: Option<Fen>,
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
        form: Box<PartyForm>,
        /// Why, when it was late or for somebody else.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        reason: Option<String>,
    },
    /// A letter was issued (N20) or issued anew (N22).
    Issue {
        /// The letter.
        letter: LetterSummary,
        /// The letter that is void with this.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        replaces: Option<LetterNumber>,
        /// Why it was issued anew.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        reason: Option<String>,
    },
    /// A letter's original was printed (N20).
    Print {
        /// The letter.
        number: LetterNumber,
    },
    /// A letter's receipt came back (N21).
    Receipt {
        /// The letter.
        number: LetterNumber,
        /// When the relation was received.
        received_on: NaiveDate,
        /// Who signed it.
        from: String,
    },
    /// An operator's rights were set (N5).
    Grant {
        /// Their name.
        name: String,
        /// What they may do.
        grants: Grants,
    },
    /// An operator's rights were taken away.
    Remove,
}

impl Fact {
    /// The word for the action, as in JSON.
    pub fn action(&self) -> &'static str {
        match self {
            Fact::Enrol { .. } => "enrol",
            Fact::Roster { .. } => "roster",
            Fact::Pass { .. } => "pass",
            Fact::Reject { .. } => "reject",
            Fact::Tick { .. } => "tick",
            Fact::Waive { .. } => "waive",
            Fact::Revoke { .. } => "revoke",
            Fact::Form { .. } => "form",
            Fact::Issue { .. } => "issue",
            Fact::Print { .. } => "print",
            Fact::Receipt { .. } => "receipt",
            Fact::Grant { .. } => "grant",
            Fact::Remove => "remove",
        }
    }

    /// The step it is about.
    pub fn step(&self) -> Option<StepNumber> {
        match self {
            Fact::Pass { step, .. }
            | Fact::Reject { step, .. }
            | Fact::Tick { step, .. }
            | Fact::Waive { step, .. }
            | Fact::Revoke { step, .. } => Some(*step),
            _ => None,
        }
    }

    /// The import that it undoes.
    pub fn undoes(&self) -> Option<&ImportId> {
        match self {
            Fact::Revoke { undoes, .. } => undoes.as_ref(),
            _ => None,
        }
    }

    /// Why.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Fact::Pass { reason, .. } | Fact::Form { reason, .. } | Fact::Issue { reason, .. } => {
                reason.as_deref()
            }
            Fact::Reject { reason, .. } | Fact::Waive { reason, .. } | Fact::Revoke { reason, .. } => {
                Some(reason)
            }
            _ => None,
        }
    }
}

/// One link of a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its place in the chain, from 0.
    pub number: u64,
    /// When.
    pub at: Instant,
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
    pub as_of: Option<Instant>,
    /// The import it was part of.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub import: Option<ImportId>,
    /// What.
    pub fact: Fact,
    /// The hash of the event before, or the subject's genesis.
    pub prev: Hash,
    /// The hash of this event.
    pub hash: Hash,
}

/// Who does something, when and from where: what every event of one change shares.
#[derive(Debug, Clone)]
pub struct Stamp {
    /// When.
    pub at: Instant,
    /// Who.
    pub by: PersonId,
    /// Their name, where the system knows it.
    pub by_name: Option<String>,
    /// In which role.
    pub role: Role,
    /// From where.
    pub source: Source,
    /// When the fact was true, if earlier.
    pub as_of: Option<Instant>,
    /// The import it is part of.
    pub import: Option<ImportId>,
}

impl Event {
    /// The next link of a chain.
    pub fn next(number: u64, prev: Hash, stamp: &Stamp, fact: Fact) -> Self {
        let Stamp { at, by, by_name, role, source, as_of, import } = stamp.clone();
        let unhashed = Event { number, at, by, by_name, role, source, as_of, import, fact, prev, hash: prev };
        Event { hash: unhashed.seal(), ..unhashed }
    }

    /// The hash this event ought to have.
    fn seal(&self) -> Hash {
        let Event { number, at, by, by_name, role, source, as_of, import, fact, prev, hash: _ } = self;
        let mut hasher = Sha256::new();
        hasher.update(prev.0);
        // Serializing plain data to memory has no way to fail; were it to, the text would say so
        // the same way each time and every check of the chain would still compare like with like.
        let body = serde_json::to_vec(&(number, at, by, role, source, as_of, fact)).unwrap_or_default();
        hasher.update(body);
        // Events from before there were imports, and those that are part of none, keep their hash.
        if let Some(import) = import {
            hasher.update(import.as_str());
        }
        // The same of those without a name. No import's name holds a NUL, so neither reads as the other.
        if let Some(name) = by_name {
            hasher.update([0]);
            hasher.update(name);
        }
        Hash(hasher.finalize().into())
    }
}

/// Where a chain is broken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// An event is missing, or stands in another's place.
    #[error("event {expected} is missing (found {found})")]
    Missing {
        /// The number that should be here.
        expected: u64,
        /// The number that is.
        found: u64,
    },
    /// An event doesn't follow the one before it.
    #[error("event {number} does not follow the event before it")]
    Link {
        /// Its number.
        number: u64,
    },
    /// An event was edited.
    #[error("event {number} was edited: its hash does not match")]
    Edited {
        /// Its number.
        number: u64,
    },
    /// There are fewer events than the document counts, or none.
    #[error("events are missing at the end: there are {found}, and the document is at version {version}")]
    Short {
        /// How many there are.
        found: usize,
        /// The document's version.
        version: u64,
    },
    /// The document isn't what its events say.
    #[error("the document is not what its events say")]
    Document,
}

/// Checks that events form one unbroken chain from a subject's genesis.
pub fn verify<'a>(subject: &str, events: impl IntoIterator<Item = &'a Event>) -> Result<(), Broken> {
    let mut prev = Hash::genesis(subject);
    for (expected, event) in (0..).zip(events) {
        if event.number != expected {
            return Err(Broken::Missing { expected, found: event.number });
        }
        if event.prev != prev {
            return Err(Broken::Link { number: event.number });
        }
        if event.hash != event.seal() {
            return Err(Broken::Edited { number: event.number });
        }
        prev = event.hash;
    }
    Ok(())
}
