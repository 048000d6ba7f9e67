//! Sessions, and the errand on which a browser is sent to the university's sign-in.

use chrono::TimeDelta;
use domain::Instant;
use domain::ids::PersonId;
use serde::{Deserialize, Serialize};

use super::keys::{ISSUER, NotAKey, PrivateKey, PublicKeys, Purpose, Reader};

const SESSION: Purpose =
    Purpose { typ: "session+jwt", audience: "session", claims: &["iss", "aud", "sub", "exp", "nbf"] };
/// What a browser carries to the university's sign-in and back.
const ERRAND: Purpose = Purpose { typ: "errand+jwt", audience: "errand", claims: &["iss", "aud", "exp"] };
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

impl Claims {
    /// Whether it holds at an instant, and for no longer than any token that we mint.
    fn hold(&self, now: i64) -> bool {
        let Self { iat, nbf, exp, begun, by, .. } = *self;
        let lasts = exp.checked_sub(nbf).is_some_and(|seconds| seconds <= by.lasts().num_seconds());
        let day = exp.checked_sub(begun.div_euclid(1_000)).is_some_and(|s| s <= WORKING_DAY.num_seconds());
        iat == nbf && nbf <= now && now < exp && begun.div_euclid(1_000) <= nbf && lasts && day
    }
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
        let aud = ERRAND.audience.to_owned();
        Self { iss: ISSUER.to_owned(), aud, exp, state, nonce, verifier, next, renew }
    }
}

/// Checks sessions and errands against one public key, or two while keys are rotated.
#[derive(Clone)]
pub struct Verifier {
    keys: PublicKeys,
    sessions: Reader,
    errands: Reader,
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Verifier({} keys)", self.keys.count())
    }
}

impl Verifier {
    /// A verifier for public keys: 32 bytes each, in URL-safe base64.
    pub fn of<'a>(keys: impl IntoIterator<Item = &'a str>) -> Result<Self, NotAKey> {
        Ok(Self { keys: PublicKeys::of(keys)?, sessions: SESSION.reader(), errands: ERRAND.reader() })
    }

    /// Whether what a signer signs is believed here.
    pub fn knows(&self, signer: &Signer) -> bool {
        self.keys.know(&signer.0)
    }

    /// The errand that a browser is back from, if it is one and not too old, nor one for longer than we give.
    pub fn verify_errand(&self, token: &str, at: Instant) -> Option<Errand> {
        let errand: Errand = self.keys.read(&self.errands, token)?;
        let left = errand.exp.checked_sub(at.timestamp())?;
        (1..=ERRAND_LASTS.num_seconds()).contains(&left).then_some(errand)
    }

    /// Whose session a token is, if it is one at that instant.
    pub fn verify(&self, token: &str, at: Instant) -> Option<Session> {
        let claims: Claims = self.keys.read(&self.sessions, token)?;
        if !claims.hold(at.timestamp()) {
            return None;
        }
        let instant = |ms| {
            let instant = chrono::DateTime::from_timestamp_millis(ms)?;
            Some(instant.with_timezone(&domain::shanghai()))
        };
        let (begun, since) = (instant(claims.begun)?, instant(claims.nbf.checked_mul(1_000)?)?);
        Some(Session { person: claims.sub, begun, since, hands: claims.by })
    }
}

/// The private key that signs sessions and errands.
pub struct Signer(pub(super) PrivateKey);

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signer({})", self.public())
    }
}

impl Signer {
    /// A signer for a private key as [`super::generate`] writes it.
    pub fn of(private: &str) -> Result<Self, NotAKey> {
        PrivateKey::of(private).map(Self)
    }

    /// The public key that goes with it.
    pub fn public(&self) -> &str {
        self.0.public()
    }

    /// What a browser carries to the university's sign-in and back.
    pub fn errand(&self, errand: &Errand) -> Result<String, NotAKey> {
        self.0.sign(ERRAND, errand)
    }

    /// The token of a session: two hours, a quarter of one for the portal, and never beyond a working day after it began.
    pub fn session(&self, session: &Session) -> Result<String, NotAKey> {
        let Session { person, begun, since, hands } = session;
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: SESSION.audience.to_owned(),
            sub: person.clone(),
            iat: since.timestamp(),
            nbf: since.timestamp(),
            exp: (*since + hands.lasts()).min(*begun + WORKING_DAY).timestamp(),
            begun: begun.timestamp_millis(),
            by: *hands,
        };
        self.0.sign(SESSION, &claims)
    }

    /// The token of a session that begins at an instant, in a person's hands.
    pub fn begin(&self, person: &PersonId, at: Instant) -> Result<String, NotAKey> {
        self.session(&Session::begin(person.clone(), Hands::Person, at))
    }
}
