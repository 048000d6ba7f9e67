//! SHA-256, as a link of a chain.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A SHA-256, written as URL-safe base64 without padding: 43 characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hash([u8; 32]);

/// A text that is no hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a SHA-256 as URL-safe base64")]
pub struct InvalidHashError;

impl Hash {
    /// What the first event of a subject hangs on.
    pub fn genesis(subject: &str) -> Self {
        Self::of(&[subject.as_bytes()])
    }

    /// Its 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The hash of parts, one after the other.
    pub fn of(parts: &[&[u8]]) -> Self {
        let hash = parts.iter().fold(Sha256::new(), Digest::chain_update);
        Self(hash.finalize().into())
    }

    /// The hash of a body that follows this one.
    pub(crate) fn link(self, body: &str) -> Self {
        Self::of(&[&self.0, body.as_bytes()])
    }
}

impl From<[u8; 32]> for Hash {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl From<Hash> for String {
    fn from(hash: Hash) -> Self {
        URL_SAFE_NO_PAD.encode(hash.0)
    }
}

impl TryFrom<String> for Hash {
    type Error = InvalidHashError;
    fn try_from(text: String) -> Result<Self, InvalidHashError> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| InvalidHashError)?;
        bytes.try_into().map(Hash).map_err(|_| InvalidHashError)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from(*self))
    }
}
