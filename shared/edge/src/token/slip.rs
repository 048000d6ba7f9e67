//! What a slip's code says, and who believes it. It doesn't expire: a slip is for good.

use chrono::NaiveDate;
use domain::clearance::Clearance;
use domain::ids::BatchId;
use ledger::{Aggregate as _, Hash, Head, Salt};
use serde::{Deserialize, Serialize};

use super::keys::{ISSUER, InvalidKeyError, PrivateKey, PublicKeys, Purpose, Reader};

const SLIP: Purpose = Purpose { typ: "slip+jwt", audience: "slip", claims: &["iss", "aud"] };

/// What a slip's code says: enough to find the record again and to compare the paper with, and nothing that whoever
/// scans it would keep of somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlipClaims {
    iss: String,
    aud: String,
    /// The batch.
    pub batch: BatchId,
    /// By which the system finds whose it is; to anybody else it says nothing.
    pub id: Salt,
    /// The day on which the last step was done.
    pub on: NaiveDate,
    /// The digest of the student number and the name that stand on the paper.
    paper: Hash,
    /// The last event of the record when the slip was printed: a later checkpoint holds it.
    pub version: u64,
    /// Its hash.
    pub head: Hash,
}

impl SlipClaims {
    /// The claims of one finished clearance; `None` once its personal data has been forgotten.
    pub fn of(clearance: &Clearance, on: NaiveDate) -> Option<Self> {
        let (student, salt) = (&clearance.student, clearance.student.personal.salt()?);
        let id = salt.derive(&format!("slip {on}"));
        let paper = (student.id.as_str(), student.personal().name.as_str());
        Some(Self::new(clearance.batch.clone(), id, paper, on, clearance.head()))
    }

    /// The claims of a paper with a number and a name.
    pub fn new(batch: BatchId, id: Salt, (number, name): (&str, &str), on: NaiveDate, head: Head) -> Self {
        Self {
            iss: ISSUER.to_owned(),
            aud: SLIP.audience.to_owned(),
            batch,
            id,
            on,
            paper: paper(id, number, name),
            version: head.version,
            head: head.hash,
        }
    }

    /// Whether a paper with this number and this name is the one that was printed.
    pub fn proves(&self, number: &str, name: &str) -> bool {
        self.paper == paper(self.id, number, name)
    }
}

/// The digest of what stands on a paper, under the slip's own salt.
fn paper(id: Salt, number: &str, name: &str) -> Hash {
    Hash::of(&[String::from(id).as_bytes(), b"\n", number.as_bytes(), b"\n", name.as_bytes()])
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
