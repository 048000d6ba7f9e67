//! Sessions, and the state of a sign-in at the university that has begun.

use chrono::TimeDelta;
use domain::Timestamp;
use domain::ids::{PersonId, PersonKind};
use serde::{Deserialize, Serialize};

use super::keys::{ISSUER, InvalidKeyError, PrivateKey, PublicKeys, Purpose, Reader};

const SESSION: Purpose =
    Purpose { typ: "session+jwt", audience: "session", claims: &["iss", "aud", "sub", "exp", "nbf"] };
/// What a browser carries to the university's sign-in and back.
const LOGIN_STATE: Purpose =
    Purpose { typ: "login-state+jwt", audience: "login-state", claims: &["iss", "aud", "exp"] };
/// How long a session token holds.
const SESSION_LASTS: TimeDelta = TimeDelta::hours(2);
/// How long a session holds that the portal traded for its user.
pub const PORTAL_LASTS: TimeDelta = TimeDelta::minutes(15);
/// How long a session is renewed after it began: a working day.
const WORKING_DAY: TimeDelta = TimeDelta::hours(10);
/// How old a session token is when a new one takes its place.
const RENEWED_AFTER: TimeDelta = TimeDelta::minutes(15);
/// How long somebody may take to sign in.
const LOGIN_LASTS: TimeDelta = TimeDelta::minutes(15);

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SessionClaims {
    iss: String,
    aud: String,
    /// The person's number.
    sub: String,
    /// Whose number it is: the same may be somebody else's of another kind.
    kind: PersonKind,
    iat: i64,
    nbf: i64,
    exp: i64,
    /// When the person signed in, in milliseconds; renewals keep it.
    auth_time: i64,
    /// What it is good for; left out of a session that is good for everything its person may do.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    scope: Option<SessionScope>,
}

impl SessionClaims {
    /// Whether it holds at an instant, and for no longer than any token that we mint.
    fn hold(&self, now: i64) -> bool {
        let Self { iat, nbf, exp, auth_time, scope, .. } = *self;
        let most = scope.unwrap_or(SessionScope::Whole).lasts().num_seconds();
        let lasts = exp.checked_sub(nbf).is_some_and(|seconds| seconds <= most);
        let day =
            exp.checked_sub(auth_time.div_euclid(1_000)).is_some_and(|s| s <= WORKING_DAY.num_seconds());
        iat == nbf && nbf <= now && now < exp && auth_time.div_euclid(1_000) <= nbf && lasts && day
    }
}

/// What a session is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SessionScope {
    /// All that its person may do.
    Whole,
    /// In the portal's hands: its person's own status and nothing else.
    OwnStatus,
}

impl SessionScope {
    /// How long a token holds.
    fn lasts(self) -> TimeDelta {
        match self {
            SessionScope::Whole => SESSION_LASTS,
            SessionScope::OwnStatus => PORTAL_LASTS,
        }
    }
}

/// A session, as a token says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Who.
    pub person: PersonId,
    /// When they signed in.
    pub auth_time: Timestamp,
    /// Since when this token holds.
    pub since: Timestamp,
    /// What it is good for.
    pub scope: SessionScope,
}

impl Session {
    /// A session that begins.
    pub fn begin(person: PersonId, scope: SessionScope, at: Timestamp) -> Self {
        Self { person, auth_time: at, since: at, scope }
    }

    /// The session with a newer token; `None` while its token is young, after the working day, and for
    /// machines and the portal, which ask for a new one.
    pub fn renewed(&self, at: Timestamp) -> Option<Self> {
        let due = at >= self.since + RENEWED_AFTER && at < self.auth_time + WORKING_DAY;
        let by_hand = self.scope == SessionScope::Whole && self.person.kind() != PersonKind::Machine;
        (due && by_hand).then(|| Self { since: at, ..self.clone() })
    }
}

/// What a browser carries to the university's sign-in and back: nobody else can finish what it began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoginState {
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

impl LoginState {
    /// A sign-in that begins.
    pub fn new(
        state: String,
        nonce: String,
        verifier: String,
        next: String,
        renew: bool,
        at: Timestamp,
    ) -> Self {
        let exp = (at + LOGIN_LASTS).timestamp();
        let aud = LOGIN_STATE.audience.to_owned();
        Self { iss: ISSUER.to_owned(), aud, exp, state, nonce, verifier, next, renew }
    }
}

/// Checks sessions and login states against one public key, or two while keys are rotated.
#[derive(Clone)]
pub struct Verifier {
    keys: PublicKeys,
    sessions: Reader,
    login_states: Reader,
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Verifier({} keys)", self.keys.count())
    }
}

impl Verifier {
    /// A verifier for public keys: 32 bytes each, in URL-safe base64.
    pub fn of<'a>(keys: impl IntoIterator<Item = &'a str>) -> Result<Self, InvalidKeyError> {
        Ok(Self {
            keys: PublicKeys::of(keys)?,
            sessions: SESSION.reader(),
            login_states: LOGIN_STATE.reader(),
        })
    }

    /// Whether a signer's public key is known here.
    pub fn knows(&self, signer: &Signer) -> bool {
        self.keys.know(&signer.0)
    }

    /// The login state in a token, if its signature is valid, and it is neither expired nor longer-lived than we issue.
    pub fn verify_login_state(&self, token: &str, at: Timestamp) -> Option<LoginState> {
        let state: LoginState = self.keys.read(&self.login_states, token)?;
        let left = state.exp.checked_sub(at.timestamp())?;
        (1..=LOGIN_LASTS.num_seconds()).contains(&left).then_some(state)
    }

    /// Whose session a token is, if it is one at that instant.
    pub fn verify(&self, token: &str, at: Timestamp) -> Option<Session> {
        let claims: SessionClaims = self.keys.read(&self.sessions, token)?;
        if !claims.hold(at.timestamp()) {
            return None;
        }
        let instant = |ms| {
            let instant = chrono::DateTime::from_timestamp_millis(ms)?;
            Some(instant.fixed_offset())
        };
        let (auth_time, since) = (instant(claims.auth_time)?, instant(claims.nbf.checked_mul(1_000)?)?);
        let person = PersonId::new(claims.kind, &claims.sub).ok()?;
        Some(Session { person, auth_time, since, scope: claims.scope.unwrap_or(SessionScope::Whole) })
    }
}

/// The private key that signs sessions and login states.
pub struct Signer(pub(super) PrivateKey);

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signer({})", self.public())
    }
}

impl Signer {
    /// A signer for a private key as [`super::generate`] writes it.
    pub fn of(private: &str) -> Result<Self, InvalidKeyError> {
        PrivateKey::of(private).map(Self)
    }

    /// The public key that goes with it.
    pub fn public(&self) -> &str {
        self.0.public()
    }

    /// What a browser carries to the university's sign-in and back.
    pub fn login_state(&self, state: &LoginState) -> Result<String, InvalidKeyError> {
        self.0.sign(LOGIN_STATE, state)
    }

    /// The token of a session: two hours, a quarter of one for the portal, and never beyond a working day after it began.
    pub fn session(&self, session: &Session) -> Result<String, InvalidKeyError> {
        let Session { person, auth_time, since, scope } = session;
        let claims = SessionClaims {
            iss: ISSUER.to_owned(),
            aud: SESSION.audience.to_owned(),
            sub: person.number().to_owned(),
            kind: person.kind(),
            iat: since.timestamp(),
            nbf: since.timestamp(),
            exp: (*since + scope.lasts()).min(*auth_time + WORKING_DAY).timestamp(),
            auth_time: auth_time.timestamp_millis(),
            scope: Some(*scope).filter(|scope| *scope != SessionScope::Whole),
        };
        self.0.sign(SESSION, &claims)
    }

    /// The token of a session that begins at an instant, by a person.
    pub fn begin(&self, person: &PersonId, at: Timestamp) -> Result<String, InvalidKeyError> {
        self.session(&Session::begin(person.clone(), SessionScope::Whole, at))
    }
}
