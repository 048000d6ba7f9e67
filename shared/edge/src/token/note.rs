//! Signatures under checkpoints, as C2SP's `signed-note` has them: Ed25519 over the text itself.

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use ledger::{Hash, NoteSignature};

use super::keys::{InvalidKeyError, read_private, read_public};

/// The algorithm's number in a key's hash.
const ALGORITHM: u8 = 1;

/// The first bytes of the hash of a key under a name.
fn key_id(name: &str, public: &[u8]) -> [u8; 4] {
    let hash = Hash::of(&[name.as_bytes(), b"\n", &[ALGORITHM], public]);
    hash.as_bytes().first_chunk().copied().unwrap_or_default()
}

/// Signs checkpoints.
pub struct NoteSigner(Ed25519KeyPair);

impl NoteSigner {
    /// A private key as `lixiao keys` printed it.
    pub fn read(private: &str) -> Result<Self, InvalidKeyError> {
        let (pair, _) = read_private(private)?;
        Ok(Self(pair))
    }

    /// Knows its signatures, and those of earlier public keys.
    pub fn verifier<'a>(
        &self,
        earlier: impl IntoIterator<Item = &'a str>,
    ) -> Result<NoteVerifier, InvalidKeyError> {
        let mut known = NoteVerifier::of(earlier)?;
        known.0.push(self.0.public_key().as_ref().to_vec());
        Ok(known)
    }

    /// The signature under a text.
    pub fn sign(&self, name: &str, text: &str) -> NoteSignature {
        let id = key_id(name, self.0.public_key().as_ref());
        let bytes = [&id[..], self.0.sign(text.as_bytes()).as_ref()].concat();
        NoteSignature { name: name.to_owned(), bytes }
    }
}

/// Without the key: never in a log.
impl std::fmt::Debug for NoteSigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NoteSigner")
    }
}

/// Knows who signs checkpoints.
#[derive(Debug, Clone)]
pub struct NoteVerifier(Vec<Vec<u8>>);

impl NoteVerifier {
    /// Public keys as `lixiao keys` printed them.
    pub fn of<'a>(keys: impl IntoIterator<Item = &'a str>) -> Result<Self, InvalidKeyError> {
        keys.into_iter().map(read_public).collect::<Result<_, _>>().map(Self)
    }

    /// Whether one of the keys signed a text.
    pub fn verify(&self, text: &str, signatures: &[NoteSignature]) -> bool {
        signatures.iter().any(|signature| {
            let Some((id, bytes)) = signature.bytes.split_first_chunk::<4>() else { return false };
            let keys = self.0.iter().filter(|key| key_id(&signature.name, key) == *id);
            keys.into_iter()
                .any(|key| UnparsedPublicKey::new(&ED25519, key).verify(text.as_bytes(), bytes).is_ok())
        })
    }
}
