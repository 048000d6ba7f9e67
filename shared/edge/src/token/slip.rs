//! What a slip's code says, and who believes it. It doesn't expire: a slip is for good.

use chrono::NaiveDate;
use domain::ids::{BatchId, StudentId};
use serde::{Deserialize, Serialize};

use super::keys::{ISSUER, InvalidKeyError, PrivateKey, PublicKeys, Purpose, Reader};

const SLIP: Purpose = Purpose { typ: "slip+jwt", audience: "slip", claims: &["iss", "aud"] };

/// What a slip's code says: enough to know the slip again, and no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlipClaims {
    iss: String,
    aud: String,
    /// The batch.
    pub batch: BatchId,
    /// 学号.
    pub number: StudentId,
    /// 姓名.
    pub name: String,
    /// The day on which the last step was done.
    pub on: NaiveDate,
}

impl SlipClaims {
    /// The claims of one finished clearance.
    pub fn new(batch: BatchId, number: StudentId, name: String, on: NaiveDate) -> Self {
        Self { iss: ISSUER.to_owned(), aud: SLIP.audience.to_owned(), batch, number, name, on }
    }
}

/// Checks slips' codes against the key that signs them and all that ever did.
#[derive(Clone)]
pub struct SlipVerifier {
    keys: PublicKeys,
    slips: Reader,
}

impl std::fmt::Debug for SlipVerifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SlipVerifier({} keys)", self.keys.count())
    }
}

impl SlipVerifier {
    /// A verifier for public keys: 32 bytes each, in URL-safe base64.
    pub fn of<'a>(keys: impl IntoIterator<Item = &'a str>) -> Result<Self, InvalidKeyError> {
        Ok(Self { keys: PublicKeys::of(keys)?, slips: SLIP.reader() })
    }

    /// What a slip's code says, if it is one of ours.
    pub fn verify(&self, token: &str) -> Option<SlipClaims> {
        self.keys.read(&self.slips, token)
    }

    /// Whether a signer's public key is known here.
    pub fn knows(&self, signer: &SlipSigner) -> bool {
        self.keys.know(&signer.0)
    }
}

/// The private key that signs slips.
pub struct SlipSigner(pub(super) PrivateKey);

impl std::fmt::Debug for SlipSigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SlipSigner({})", self.public())
    }
}

impl SlipSigner {
    /// A signer for a private key as [`super::generate`] writes it.
    pub fn of(private: &str) -> Result<Self, InvalidKeyError> {
        PrivateKey::of(private).map(Self)
    }

    /// The public key that goes with it.
    pub fn public(&self) -> &str {
        self.0.public()
    }

    /// The code of a slip.
    pub fn slip(&self, claims: &SlipClaims) -> Result<String, InvalidKeyError> {
        self.0.sign(SLIP, claims)
    }
}
