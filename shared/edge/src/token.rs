//! Session tokens: Ed25519, the algorithm pinned, every claim required. Only who holds the private
//! key mints; every function verifies with public keys alone and can forge nothing.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{NaiveDate, TimeDelta};
use domain::Instant;
use domain::ids::{BatchId, PersonId, StudentId};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

/// Who issues tokens.
const ISSUER: &str = "lixiao";
/// What a session token is for; a token for anything else is none.
const SESSION: &str = "session";
/// What a slip's token is for.
const SLIP: &str = "slip";
/// What the token is for that a browser carries to the university's sign-in and back.
const ERRAND: &str = "errand";
/// How long a session token holds.
const SESSION_LASTS: TimeDelta = TimeDelta::hours(2);
/// How long a session holds that the portal traded for its user.
pub const PORTAL_LASTS: TimeDelta = TimeDelta::minutes(15);
/// How long a session is renewed after it began: a working day.
const WORKING_DAY: TimeDelta = TimeDelta::hours(10);
/// How old a session token is when a new one takes its place.
const RENEWED_AFTER: TimeDelta = TimeDelta::minutes(15);
/// How long somebody may take to sign in.
const ERRAND_LASTS: TimeDelta = TimeDelta::minutes(15);
/// Longer than any token we mint; more isn't even looked at.
const LONGEST_TOKEN: usize = 2_048;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    iss: String,
    aud: String,
    sub: PersonId,
    iat: i64,
    nbf: i64,
    exp: i64,
    /// When the person signed in, in milliseconds; renewals keep it.
    begun: i64,
    /// Whose hands these are.
    by: Hands,
}

/// Whose hands a session is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hands {
    /// A person's, in a browser or with a token of theirs.
    Person,
    /// An office's own system.
    Machine,
    /// The portal's page, for its user: their own status and nothing else.
    Portal,
}

impl Hands {
    /// How long a token in these hands holds.
    fn lasts(self) -> TimeDelta {
        match self {
            Hands::Person | Hands::Machine => SESSION_LASTS,
            Hands::Portal => PORTAL_LASTS,
        }
    }
}

/// A session, as a token says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Who.
    pub person: PersonId,
    /// When they signed in.
    pub begun: Instant,
    /// Since when this token holds.
    pub since: Instant,
    /// In whose hands.
    pub hands: Hands,
}

impl Session {
    /// A session that begins.
    pub fn begin(person: PersonId, hands: Hands, at: Instant) -> Self {
        Self { person, begun: at, since: at, hands }
    }

    /// The same session, as it goes on; `None` while its token is young, once the working day is over,
    /// and for machines, which ask for a new one themselves.
    pub fn renewed(&self, at: Instant) -> Option<Self> {
        let due = at >= self.since + RENEWED_AFTER && at < self.begun + WORKING_DAY;
        (due && self.hands == Hands::Person).then(|| Self { since: at, ..self.clone() })
    }
}

/// What a browser carries to the university's sign-in and back: nobody else can finish what it began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Errand {
    iss: String,
    aud: String,
    exp: i64,
    /// What the answer must name.
    pub state: String,
    /// What the identity token must name (OpenID Connect).
    pub nonce: String,
    /// What proves that who asks for tokens is who asked to sign in (PKCE).
    pub verifier: String,
    /// Where to go then, on this site.
    pub next: String,
    /// Whether credentials are asked for again.
    pub renew: bool,
}

impl Errand {
    /// An errand that begins.
    pub fn new(
        state: String,
        nonce: String,
        verifier: String,
        next: String,
        renew: bool,
        at: Instant,
    ) -> Self {
        let exp = (at + ERRAND_LASTS).timestamp();
        Self { iss: ISSUER.to_owned(), aud: ERRAND.to_owned(), exp, state, nonce, verifier, next, renew }
    }
}

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
        Self { iss: ISSUER.to_owned(), aud: SLIP.to_owned(), batch, number, name, on }
    }
}

/// A key that isn't one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an Ed25519 key in URL-safe base64; `lixiao keys` makes a pair")]
pub struct NotAKey;

/// Checks session tokens against one public key, or two while keys are rotated.
#[derive(Clone)]
pub struct Verifier {
    keys: Vec<DecodingKey>,
    /// Keys that sign no more: slips of theirs are still for good, sessions are over.
    retired: Vec<DecodingKey>,
    sessions: Validation,
    slips: Validation,
    errands: Validation,
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Verifier({} keys)", self.keys.len())
    }
}

impl Verifier {
    /// A verifier for public keys: 32 bytes each, in URL-safe base64.
    pub fn of<'a>(keys: impl IntoIterator<Item = &'a str>) -> Result<Self, NotAKey> {
        let keys = read_keys(keys)?;
        if keys.is_empty() {
            return Err(NotAKey);
        }
        let sessions = validation(SESSION, &["iss", "aud", "sub", "exp", "nbf"]);
        let (slips, errands) =
            (validation(SLIP, &["iss", "aud"]), validation(ERRAND, &["iss", "aud", "exp"]));
        Ok(Self { keys, retired: Vec::new(), sessions, slips, errands })
    }

    /// The same, believing slips of these keys too.
    pub fn with_retired<'a>(self, keys: impl IntoIterator<Item = &'a str>) -> Result<Self, NotAKey> {
        Ok(Self { retired: read_keys(keys)?, ..self })
    }

    /// Whether what a signer signs is believed here.
    pub fn knows(&self, signer: &Signer) -> bool {
        let at = chrono::DateTime::UNIX_EPOCH.with_timezone(&domain::shanghai());
        let nobody = Errand::new(String::new(), String::new(), String::new(), String::new(), false, at);
        signer.errand(&nobody).is_ok_and(|token| self.verify_errand(&token, at).is_some())
    }

    /// What a slip's code says, if it is one of ours. It doesn't expire: a slip is for good.
    pub fn verify_slip(&self, token: &str) -> Option<SlipClaims> {
        if token.len() > LONGEST_TOKEN {
            return None;
        }
        let decoded = |key| jsonwebtoken::decode::<SlipClaims>(token, key, &self.slips).ok();
        self.keys.iter().chain(&self.retired).find_map(decoded).map(|decoded| decoded.claims)
    }

    /// The errand that a browser is back from, if it is one and not too old.
    pub fn verify_errand(&self, token: &str, at: Instant) -> Option<Errand> {
        if token.len() > LONGEST_TOKEN {
            return None;
        }
        let decoded = |key| jsonwebtoken::decode::<Errand>(token, key, &self.errands).ok();
        let errand = self.keys.iter().find_map(decoded)?.claims;
        (at.timestamp() < errand.exp).then_some(errand)
    }

    /// Whose session a token is, if it is one at that instant.
    pub fn verify(&self, token: &str, at: Instant) -> Option<Session> {
        if token.len() > LONGEST_TOKEN {
            return None;
        }
        let now = at.timestamp();
        let decoded = |key| jsonwebtoken::decode::<Claims>(token, key, &self.sessions).ok();
        let claims = self.keys.iter().find_map(decoded)?.claims;
        let instant = |ms| {
            let instant = chrono::DateTime::from_timestamp_millis(ms)?;
            Some(instant.with_timezone(&domain::shanghai()))
        };
        let (begun, since) = (instant(claims.begun)?, instant(claims.nbf.checked_mul(1_000)?)?);
        let holds = claims.nbf <= now && now < claims.exp && begun.timestamp() <= claims.nbf;
        holds.then_some(Session { person: claims.sub, begun, since, hands: claims.by })
    }
}

/// What every token must have: our algorithm, our name, its purpose, these claims. Times are checked
/// by hand, against the clock that the rules use.
fn validation(purpose: &str, required: &[&str]) -> Validation {
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[purpose]);
    validation.set_required_spec_claims(required);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation
}

/// Public keys of 32 bytes each; what is empty is none.
fn read_keys<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Vec<DecodingKey>, NotAKey> {
    let key = |text: &str| {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| NotAKey)?;
        if bytes.len() == 32 { Ok(DecodingKey::from_ed_der(&bytes)) } else { Err(NotAKey) }
    };
    texts.into_iter().map(str::trim).filter(|text| !text.is_empty()).map(key).collect()
}

/// A private key, for `sign-in`, `print-slip` and the local server.
pub struct Signer {
    key: EncodingKey,
    public: String,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signer({})", self.public)
    }
}

/// A fresh key pair as text: what `lixiao keys` prints.
#[derive(Debug, Clone)]
pub struct KeyPairText {
    /// For the secret: PKCS #8, in URL-safe base64.
    pub private: String,
    /// For every function.
    pub public: String,
}

/// Makes a key pair.
pub fn generate() -> Result<KeyPairText, NotAKey> {
    let pair = Ed25519KeyPair::generate().map_err(|_| NotAKey)?;
    let private = pair.to_pkcs8().map_err(|_| NotAKey)?;
    Ok(KeyPairText {
        private: URL_SAFE_NO_PAD.encode(private.as_ref()),
        public: URL_SAFE_NO_PAD.encode(pair.public_key().as_ref()),
    })
}

impl Signer {
    /// A signer for a private key as [`generate`] writes it.
    pub fn of(private: &str) -> Result<Self, NotAKey> {
        let der = URL_SAFE_NO_PAD.decode(private.trim()).map_err(|_| NotAKey)?;
        let pair = Ed25519KeyPair::from_pkcs8(&der).map_err(|_| NotAKey)?;
        let public = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
        Ok(Self { key: EncodingKey::from_ed_der(&der), public })
    }

    /// The public key that goes with it.
    pub fn public(&self) -> &str {
        &self.public
    }

    /// The code of a slip.
    pub fn slip(&self, claims: &SlipClaims) -> Result<String, NotAKey> {
        jsonwebtoken::encode(&Header::new(Algorithm::EdDSA), claims, &self.key).map_err(|_| NotAKey)
    }

    /// What a browser carries to the university's sign-in and back.
    pub fn errand(&self, errand: &Errand) -> Result<String, NotAKey> {
        jsonwebtoken::encode(&Header::new(Algorithm::EdDSA), errand, &self.key).map_err(|_| NotAKey)
    }

    /// The token of a session: two hours, a quarter of one for the portal, and never beyond a working day after it began.
    pub fn session(&self, session: &Session) -> Result<String, NotAKey> {
        let Session { person, begun, since, hands } = session;
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: SESSION.to_owned(),
            sub: person.clone(),
            iat: since.timestamp(),
            nbf: since.timestamp(),
            exp: (*since + hands.lasts()).min(*begun + WORKING_DAY).timestamp(),
            begun: begun.timestamp_millis(),
            by: *hands,
        };
        jsonwebtoken::encode(&Header::new(Algorithm::EdDSA), &claims, &self.key).map_err(|_| NotAKey)
    }

    /// The token of a session that begins at an instant, in a person's hands.
    pub fn begin(&self, person: &PersonId, at: Instant) -> Result<String, NotAKey> {
        self.session(&Session::begin(person.clone(), Hands::Person, at))
    }
}

#[cfg(test)]
mod tests;
