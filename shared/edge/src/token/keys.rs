//! Keys as text, and what is common to whatever they sign.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Who issues tokens.
pub(super) const ISSUER: &str = "lixiao";

/// Longer than any token we mint; more isn't even looked at.
const LONGEST_TOKEN: usize = 2_048;

/// A key that isn't one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an Ed25519 key in URL-safe base64; `lixiao keys` makes a pair")]
pub struct InvalidKeyError;

/// A fresh key pair as text: what `lixiao keys` prints.
#[derive(Debug, Clone)]
pub struct KeyPairText {
    /// For the secret: PKCS #8, in URL-safe base64.
    pub private: String,
    /// For every function.
    pub public: String,
}

/// Makes a key pair.
pub fn generate() -> Result<KeyPairText, InvalidKeyError> {
    let pair = Ed25519KeyPair::generate().map_err(|_| InvalidKeyError)?;
    let private = pair.to_pkcs8().map_err(|_| InvalidKeyError)?;
    Ok(KeyPairText {
        private: URL_SAFE_NO_PAD.encode(private.as_ref()),
        public: URL_SAFE_NO_PAD.encode(pair.public_key().as_ref()),
    })
}

/// A private key as [`generate`] writes it, and its PKCS #8.
pub(super) fn read_private(text: &str) -> Result<(Ed25519KeyPair, Vec<u8>), InvalidKeyError> {
    let der = URL_SAFE_NO_PAD.decode(text.trim()).map_err(|_| InvalidKeyError)?;
    let pair = Ed25519KeyPair::from_pkcs8(&der).map_err(|_| InvalidKeyError)?;
    Ok((pair, der))
}

/// The 32 bytes of a public key.
pub(super) fn read_public(text: &str) -> Result<Vec<u8>, InvalidKeyError> {
    let bytes = URL_SAFE_NO_PAD.decode(text.trim()).map_err(|_| InvalidKeyError)?;
    if bytes.len() == 32 { Ok(bytes) } else { Err(InvalidKeyError) }
}

/// What a token is for: its `typ` (RFC 8725) and its audience, both required.
#[derive(Debug, Clone, Copy)]
pub(super) struct Purpose {
    pub(super) typ: &'static str,
    pub(super) audience: &'static str,
    /// The claims of the standard's that must be there.
    pub(super) claims: &'static [&'static str],
}

/// How tokens of one purpose are read: built once.
#[derive(Clone)]
pub(super) struct Reader {
    typ: &'static str,
    validation: Validation,
}

impl Purpose {
    /// Our algorithm, our name, this purpose. Times are checked by hand, against the clock that the rules use.
    pub(super) fn reader(self) -> Reader {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[self.audience]);
        validation.set_required_spec_claims(self.claims);
        validation.validate_exp = false;
        validation.validate_nbf = false;
        Reader { typ: self.typ, validation }
    }
}

/// A private key.
pub(super) struct PrivateKey {
    pub(super) key: EncodingKey,
    public: String,
}

impl PrivateKey {
    /// A private key as [`generate`] writes it.
    pub(super) fn of(private: &str) -> Result<Self, InvalidKeyError> {
        let (pair, der) = read_private(private)?;
        let public = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
        Ok(Self { key: EncodingKey::from_ed_der(&der), public })
    }

    pub(super) fn public(&self) -> &str {
        &self.public
    }

    pub(super) fn sign(&self, purpose: Purpose, claims: &impl Serialize) -> Result<String, InvalidKeyError> {
        let header = Header { typ: Some(purpose.typ.to_owned()), ..Header::new(Algorithm::EdDSA) };
        jsonwebtoken::encode(&header, claims, &self.key).map_err(|_| InvalidKeyError)
    }
}

/// Public keys, of which any may have signed.
#[derive(Clone)]
pub(super) struct PublicKeys(Vec<(String, DecodingKey)>);

impl PublicKeys {
    /// Public keys of 32 bytes each, in URL-safe base64; what is empty is none, and none at all is a fault.
    pub(super) fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Self, InvalidKeyError> {
        let key = |text: &str| Ok((text.to_owned(), DecodingKey::from_ed_der(&read_public(text)?)));
        let texts = texts.into_iter().map(str::trim).filter(|text| !text.is_empty());
        let keys: Vec<_> = texts.map(key).collect::<Result<_, _>>()?;
        if keys.is_empty() { Err(InvalidKeyError) } else { Ok(Self(keys)) }
    }

    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// Whether these include a private key's public key.
    pub(super) fn know(&self, private: &PrivateKey) -> bool {
        self.0.iter().any(|(public, _)| public == private.public())
    }

    /// What a token says, if one of these keys signed it for this purpose.
    pub(super) fn read<T: DeserializeOwned>(&self, reader: &Reader, token: &str) -> Option<T> {
        if token.len() > LONGEST_TOKEN {
            return None;
        }
        let decoded = |key| jsonwebtoken::decode::<T>(token, key, &reader.validation).ok();
        let decoded = self.0.iter().find_map(|(_, key)| decoded(key))?;
        (decoded.header.typ.as_deref() == Some(reader.typ)).then_some(decoded.claims)
    }
}
