//! One link of a chain: a fact, its place, and the text that was hashed.

use std::ops::Deref;

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::hash::Hash;

/// The last event of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Its number; the first event is 0.
    pub version: u64,
    /// Its hash.
    pub hash: Hash,
}

/// A fact with its place in the chain. Read-only: its parts are those of the text that was hashed.
#[derive(Debug, Clone)]
pub struct Event<F> {
    number: u64,
    fact: F,
    body: String,
    prev: Hash,
    hash: Hash,
}

/// What a body holds.
#[derive(Serialize, Deserialize)]
struct Body<F> {
    number: u64,
    fact: F,
}

/// An event as it is stored: the body as it was hashed, and the two ends of its link.
#[derive(Serialize, Deserialize)]
struct Stored {
    body: String,
    prev: Hash,
    hash: Hash,
}

impl<F> Event<F> {
    /// Its place in the chain, from 0.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// What happened.
    pub fn fact(&self) -> &F {
        &self.fact
    }

    /// The text that was hashed: JSON with `number` and `fact`.
    pub fn body(&self) -> &str {
        &self.body
    }

    /// The hash of the event before, or the subject's genesis.
    pub fn prev(&self) -> Hash {
        self.prev
    }

    /// The hash of this event.
    pub fn hash(&self) -> Hash {
        self.hash
    }

    /// The head of a chain that ends here.
    pub fn head(&self) -> Head {
        Head { version: self.number, hash: self.hash }
    }
}

impl<F: Serialize> Event<F> {
    /// The next link of a chain.
    pub(crate) fn seal(number: u64, prev: Hash, fact: F) -> Self {
        // Serializing plain data can't fail; if it did, reading the event would fail on its empty body.
        let body = serde_json::to_string(&Body { number, fact: &fact }).unwrap_or_default();
        let hash = prev.link(&body);
        Self { number, fact, body, prev, hash }
    }
}

/// An event reads as its fact: `event.at` of a fact that has an `at`.
impl<F> Deref for Event<F> {
    type Target = F;
    fn deref(&self) -> &F {
        &self.fact
    }
}

/// Two events are the same if the same was hashed in the same place.
impl<F> PartialEq for Event<F> {
    fn eq(&self, other: &Self) -> bool {
        (&self.body, self.prev, self.hash) == (&other.body, other.prev, other.hash)
    }
}

impl<F> Serialize for Event<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { body, prev, hash, .. } = self;
        Stored { body: body.clone(), prev: *prev, hash: *hash }.serialize(serializer)
    }
}

impl<'de, F: DeserializeOwned> Deserialize<'de> for Event<F> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Stored { body, prev, hash } = Stored::deserialize(deserializer)?;
        let Body { number, fact } = serde_json::from_str(&body).map_err(D::Error::custom)?;
        Ok(Self { number, fact, body, prev, hash })
    }
}
