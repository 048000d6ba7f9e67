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
        Self(Sha256::digest(subject.as_bytes()).into())
    }

    /// The hash of a body that follows this one.
    pub(crate) fn link(self, body: &str) -> Self {
        Self(Sha256::new().chain_update(self.0).chain_update(body).finalize().into())
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
