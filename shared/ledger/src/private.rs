//! Personal data: an event commits to it by a salted digest and doesn't hold it. It stands once, beside the aggregate,
//! where it can be corrected or forgotten while the chain still verifies.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::hash::Hash;

/// What keeps a digest from being guessed: 128 bits that stand beside the data and are forgotten with it.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Salt([u8; 16]);

/// A text that is no salt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not 128 bits as URL-safe base64")]
pub struct InvalidSaltError;

impl Salt {
    /// From random bytes.
    pub const fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Another one for something else: as hard to guess as this.
    #[must_use]
    pub fn derive(&self, what: &str) -> Self {
        let hash = Hash::of(&[&self.0, what.as_bytes()]);
        Self(hash.as_bytes().first_chunk().copied().unwrap_or_default())
    }
}

/// Never in a log.
impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt")
    }
}

impl From<Salt> for String {
    fn from(salt: Salt) -> Self {
        URL_SAFE_NO_PAD.encode(salt.0)
    }
}

impl TryFrom<String> for Salt {
    type Error = InvalidSaltError;
    fn try_from(text: String) -> Result<Self, InvalidSaltError> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| InvalidSaltError)?;
        bytes.try_into().map(Salt).map_err(|_| InvalidSaltError)
    }
}

/// Data as it was hashed: the exact text, and its salt.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    salt: Salt,
    text: String,
}

impl Sealed {
    /// SHA-256 over salt and text.
    pub fn digest(&self) -> Hash {
        Hash::of(&[&self.salt.0, self.text.as_bytes()])
    }
}

/// Never in a log.
impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealed")
    }
}

/// Personal data with its digest, or its digest alone: as an event has it, and as is left of what was forgotten.
///
/// In JSON it is the digest alone; whoever stores the data stores [`Private::sealed`] beside it. Two are the same if
/// their digests are.
#[derive(Clone)]
pub struct Private<T> {
    digest: Hash,
    held: Option<(Sealed, T)>,
}

/// Data that isn't what a digest commits to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the data is not what its digest says")]
pub struct OpenError;

impl<T> Private<T> {
    /// What an event has of it.
    pub fn committed(digest: Hash) -> Self {
        Self { digest, held: None }
    }

    /// What an event commits to.
    pub fn digest(&self) -> Hash {
        self.digest
    }

    /// The data, if it is there.
    pub fn get(&self) -> Option<&T> {
        self.held.as_ref().map(|(_, value)| value)
    }

    /// The data as it is stored, if it is there.
    pub fn sealed(&self) -> Option<&Sealed> {
        self.held.as_ref().map(|(sealed, _)| sealed)
    }

    /// The salt, if it is there.
    pub fn salt(&self) -> Option<Salt> {
        self.sealed().map(|sealed| sealed.salt)
    }

    /// Its digest alone.
    #[must_use]
    pub fn forgotten(&self) -> Self {
        Self::committed(self.digest)
    }
}

impl<T: Serialize> Private<T> {
    /// Data under a salt.
    pub fn seal(value: T, salt: Salt) -> Self {
        // Serializing plain data can't fail; if it did, reading it again would fail on the empty text.
        let text = serde_json::to_string(&value).unwrap_or_default();
        let sealed = Sealed { salt, text };
        Self { digest: sealed.digest(), held: Some((sealed, value)) }
    }
}

impl<T: DeserializeOwned> Private<T> {
    /// With the data that stands beside the digest: an error if it is other data.
    pub fn open(self, sealed: Sealed) -> Result<Self, OpenError> {
        if sealed.digest() != self.digest {
            return Err(OpenError);
        }
        let value = serde_json::from_str(&sealed.text).map_err(|_| OpenError)?;
        Ok(Self { digest: self.digest, held: Some((sealed, value)) })
    }
}

impl<T> PartialEq for Private<T> {
    fn eq(&self, other: &Self) -> bool {
        self.digest == other.digest
    }
}

impl<T> Eq for Private<T> {}

/// Without the data: never in a log.
impl<T> fmt::Debug for Private<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Private({})", self.digest)
    }
}

impl<T> Serialize for Private<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.digest.serialize(serializer)
    }
}

impl<'de, T> Deserialize<'de> for Private<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let digest = Hash::deserialize(deserializer).map_err(D::Error::custom)?;
        Ok(Self::committed(digest))
    }
}
