//! Tokens of the university's, traded for sessions of ours: an office's own system brings one of its own, the
//! portal's page one of its user's.

use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use domain::ids::{MACHINE, PersonId, PersonKind};
use domain::operator::Operator;
use domain::refusal::{Barrier, Refusal};
use edge::token::{PORTAL_LASTS, Session, SessionScope};
use edge::{App, Problem, read_bytes};
use serde::Serialize;
use store::AccessEvent;
use utoipa::ToSchema;

use crate::config::IdentityProvider;
use crate::door::provider;
use crate::web::{SignInError, field};

/// RFC 7523: a system's token for itself.
const ASSERTION: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// RFC 8693: a person's token, for a session of theirs.
const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
/// What kinds of tokens may be traded: either is a JWT of the university's, read in the same way.
const TRADED: [&str; 2] =
    ["urn:ietf:params:oauth:token-type:access_token", "urn:ietf:params:oauth:token-type:jwt"];
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
const MOST_BYTES: usize = 16 * 1024;
/// How long a system's session holds, in seconds.
const MACHINE_LASTS: i64 = 7_200;

/// A session of ours.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TokenAnswer {
    access_token: String,
    /// `Bearer`.
    token_type: &'static str,
    /// In seconds.
    expires_in: i64,
    /// Of a traded token, what it was traded for (RFC 8693).
    #[serde(skip_serializing_if = "Option::is_none")]
    issued_token_type: Option<&'static str>,
    /// `own-status` of a person's: their session reads `GET /api/me` and their own status, and nothing else.
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'static str>,
}

/// Takes a token that the university has signed for this site's address as its audience. With
/// `grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer` (RFC 7523) it is an office's own system's: the system
/// named `library` acts as operator `feed-library`, and what it decides is marked as coming from a feed. With
/// `grant_type=urn:ietf:params:oauth:grant-type:token-exchange` (RFC 8693) it is a student's, brought by the
/// portal's page: worth a quarter of an hour in which their own status can be read.
#[utoipa::path(
    post,
    path = "/login/token",
    tag = "sign-in",
    security(()),
    request_body(content = String, content_type = "application/x-www-form-urlencoded", description = "`grant_type`, and the university's token as `assertion`, or as `subject_token` with `subject_token_type=urn:ietf:params:oauth:token-type:access_token` or `…:jwt`"),
    responses((status = 200, body = TokenAnswer), Problem)
)]
pub(crate) async fn exchange_token(
    State(app): State<App>,
    request: Request<Body>,
) -> Result<Json<TokenAnswer>, Problem> {
    let form = read_bytes(request.into_body(), MOST_BYTES).await?;
    let provider = provider().map_err(|_| Problem::NotSignedIn)?;
    match field(&form, "grant_type").as_deref() {
        Some(ASSERTION) => machine(&app, provider, &form).await.map(Json),
        Some(EXCHANGE) => portal(&app, provider, &form).await.map(Json),
        _ => Err(Problem::NotSignedIn),
    }
}

/// A system's session, with the rights of its operator's entry and no others.
async fn machine(app: &App, provider: &IdentityProvider, form: &[u8]) -> Result<TokenAnswer, Problem> {
    let token = field(form, "assertion").ok_or(Problem::NotSignedIn)?;
    let name = provider.protocol.read_machine(&token, &app.address).await.map_err(refused)?;
    let machine = PersonId::new(PersonKind::Machine, &format!("{MACHINE}{name}"));
    let machine = machine.map_err(|_| Problem::NotSignedIn)?;
    let batches: Vec<_> = app.batches.iter().map(|batch| batch.id().clone()).collect();
    let entries = app.store.admit(&machine, &batches, &[]).await?.operators;
    if !entries.values().any(Operator::is_active) {
        app.count_access(&machine, AccessEvent::Refused, 1);
        return Err(Refusal::NotAllowed(Barrier::Role).into());
    }
    app.count_access(&machine, AccessEvent::SignedIn, 1);
    let access_token = sign(app, &Session::begin(machine, SessionScope::Whole, app.clock.now()))?;
    let (issued_token_type, scope) = (None, None);
    Ok(TokenAnswer {
        access_token,
        token_type: "Bearer",
        expires_in: MACHINE_LASTS,
        issued_token_type,
        scope,
    })
}

/// A student's session in the portal's hands.
async fn portal(app: &App, provider: &IdentityProvider, form: &[u8]) -> Result<TokenAnswer, Problem> {
    let kind = field(form, "subject_token_type");
    let token = field(form, "subject_token").filter(|_| kind.is_some_and(|kind| TRADED.contains(&&*kind)));
    let token = token.ok_or(Problem::NotSignedIn)?;
    let identity = provider.protocol.read_person(&token, &app.address).await.map_err(refused)?;
    let person = provider.claims.person(app.batches.numbers(), |name| identity.claim(name));
    let person = person.ok_or(Problem::NotSignedIn)?;
    // Staff see students' data: their way is the page, where they sign in themselves.
    if !person.is_student() {
        return Err(Refusal::NotAllowed(Barrier::Portal).into());
    }
    let access_token = sign(app, &Session::begin(person, SessionScope::OwnStatus, app.clock.now()))?;
    Ok(TokenAnswer {
        access_token,
        token_type: "Bearer",
        expires_in: PORTAL_LASTS.num_seconds(),
        issued_token_type: Some(ACCESS_TOKEN),
        scope: Some("own-status"),
    })
}

fn sign(app: &App, session: &Session) -> Result<String, Problem> {
    let signer = app.signer.as_ref().ok_or(Problem::Unavailable)?;
    signer.session(session).map_err(|_| Problem::Unavailable)
}

fn refused(error: SignInError) -> Problem {
    match error {
        SignInError::Unreachable => Problem::Unavailable,
        _ => Problem::NotSignedIn,
    }
}
