//! The university's sign-in: out with a login state, back with a ticket or a code, in with a session; and the university's word, by its back channel, that somebody signed out.

use std::sync::OnceLock;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{AppendHeaders, Html, IntoResponse, Response};
use domain::ids::PersonId;
use domain::text::Text;
use edge::token::{LoginState, Session, SessionScope};
use edge::{App, Problem, Query, SpokenPage, cookie, local_path, read_bytes, session_cookie};
use openidconnect::{CsrfToken, PkceCodeChallenge};
use store::AccessEvent;

use crate::config::IdentityProvider;
use crate::protocol::{Callback, digest};
use crate::web::SignInError;
use crate::words;

/// The cookie of a login state.
const LOGIN_STATE: &str = "__Host-lixiao-login";
/// How long the university may take, all its answers together.
const TIMEOUT: Duration = Duration::from_secs(11);
/// The most bytes of a back-channel logout: it is short, and unauthenticated until read.
const MOST_BYTES: usize = 4 * 1024;
static PAGE: SpokenPage = SpokenPage::of(include_str!("trouble.html"));

/// The identity provider that the environment describes, built when somebody first signs in.
pub(crate) fn provider() -> Result<&'static IdentityProvider, SignInError> {
    static PROVIDER: OnceLock<Option<IdentityProvider>> = OnceLock::new();
    let build =
        || IdentityProvider::from_env().inspect_err(|error| tracing::error!(%error, "sign-in")).ok()?;
    PROVIDER.get_or_init(build).as_ref().ok_or(SignInError::Unconfigured)
}

/// Begins to sign somebody in, and comes back to the page they came for. Who is signed in already goes
/// there at once; `renew` asks for credentials again, for whoever wants to be somebody else.
#[utoipa::path(
    get,
    path = "/login",
    tag = "sign-in",
    security(()),
    params(
        ("next" = Option<String>, Query, description = "A path of this site"),
        ("renew" = Option<String>, Query, description = "`true`: ask for credentials again; a browser's way in refuses nothing else"),
    ),
    responses(Problem, (status = 303, description = "To the university's sign-in, or to the page"), (status = 503, content_type = "text/html", description = "It does not answer"))
)]
pub(crate) async fn sign_in(State(app): State<App>, headers: HeaderMap, mut query: Query) -> Response {
    let next = query.text("next", 500).unwrap_or_default();
    let renew = query.text("renew", 10).is_some_and(|word| word == "true");
    let at = app.clock.now();
    if !renew && is_signed_in(&app, &headers).await {
        return see_other(local_path(&next), &[]);
    }
    let word = || CsrfToken::new_random().secret().clone();
    let verifier = PkceCodeChallenge::new_random_sha256().1.secret().clone();
    let login = LoginState::new(word(), word(), verifier, local_path(&next).to_owned(), renew, at);
    let leave = async {
        let address = provider()?.protocol.sign_in_address(&login, &callback_url(&app)).await?;
        let signer = app.signer.as_ref().ok_or(SignInError::Unconfigured)?;
        let token = signer.login_state(&login).map_err(|_| SignInError::Unconfigured)?;
        Ok((address, login_state_cookie(&token)))
    };
    match in_time(leave).await {
        Ok((address, cookie)) => see_other(&address, &[cookie]),
        Err(error) => page(&app, error),
    }
}

/// Back from the university: the ticket or the code is worth a session, for the browser that set out
/// and nobody else, once.
#[utoipa::path(
    get,
    path = "/login/callback",
    tag = "sign-in",
    security(()),
    params(
        ("state" = Option<String>, Query, description = "As it was given"),
        ("ticket" = Option<String>, Query, description = "CAS's ticket"),
        ("code" = Option<String>, Query, description = "OpenID Connect's code"),
    ),
    responses(
        Problem,
        (status = 303, description = "To the page"),
        (status = 401, content_type = "text/html", description = "What came back proves nothing"),
        (status = 403, content_type = "text/html", description = "The account has no number of ours"),
        (status = 503, content_type = "text/html", description = "The university does not answer"),
    )
)]
pub(crate) async fn callback(State(app): State<App>, headers: HeaderMap, mut query: Query) -> Response {
    let [state, ticket, code] = ["state", "ticket", "code"].map(|name| query.text(name, 2_000));
    let login = cookie(&headers, LOGIN_STATE);
    let login = login.and_then(|token| app.verifier.verify_login_state(token, app.clock.now()));
    let Some(login) = login.filter(|login| Some(&login.state) == state.as_ref()) else {
        // A link of the portal's brings a ticket without `state`, which could be login CSRF: the sign-in
        // starts over, and single sign-on makes it silent.
        if ticket.is_some() && state.is_none() {
            return see_other("/login", &[]);
        }
        // A second tab, or the back button: whoever is signed in already goes home.
        return if is_signed_in(&app, &headers).await {
            see_other("/", &[])
        } else {
            page(&app, SignInError::Refused)
        };
    };
    match in_time(enter(&app, &login, Callback { ticket, code })).await {
        Ok(token) => see_other(&login.next, &[session_cookie(&token), no_login_state()]),
        Err(error) => (AppendHeaders([(SET_COOKIE, no_login_state())]), page(&app, error)).into_response(),
    }
}

async fn is_signed_in(app: &App, headers: &HeaderMap) -> bool {
    let session = edge::session_of(headers).and_then(|token| app.verifier.verify(token, app.clock.now()));
    match session {
        Some(session) => app.admit(&session, &[], &[]).await.is_ok_and(|admission| admission.is_some()),
        None => false,
    }
}

/// Whatever the university takes, a browser hears of it before the function's own time is over.
async fn in_time<T>(work: impl Future<Output = Result<T, SignInError>>) -> Result<T, SignInError> {
    tokio::time::timeout(TIMEOUT, work).await.unwrap_or(Err(SignInError::Unreachable))
}

/// Exchanges a ticket or a code for a session. The login state is spent first, so each allows one attempt.
async fn enter(app: &App, login: &LoginState, brought: Callback) -> Result<String, SignInError> {
    let IdentityProvider { protocol, claims } = provider()?;
    let proof = protocol.proof(brought).ok_or(SignInError::Refused)?;
    let spent = app.store.spend_login_state(&digest("login-state", &login.state), app.clock.now()).await;
    if !spent.map_err(|_| SignInError::Unreachable)? {
        return Err(SignInError::Refused);
    }
    let identity = protocol.identify(login, &proof, &callback_url(app)).await?;
    let person =
        claims.person(app.batches.numbers(), |name| identity.claim(name)).ok_or(SignInError::Nobody)?;
    let at = app.clock.now();
    let remembered = async {
        for session in &identity.sessions {
            app.store.put_provider_session(&session.digest(), &person, at).await?;
        }
        Ok::<_, store::StoreError>(())
    };
    remembered.await.map_err(|_| SignInError::Unreachable)?;
    app.count_access(&person, AccessEvent::SignedIn, 1);
    let session = Session::begin(person, SessionScope::Whole, at);
    let signer = app.signer.as_ref().ok_or(SignInError::Unconfigured)?;
    signer.session(&session).map_err(|_| SignInError::Unconfigured)
}

/// Back-channel logout: ends every session of the person whom the university names.
#[utoipa::path(
    post,
    path = "/login/callback",
    tag = "sign-in",
    security(()),
    request_body(content = String, content_type = "application/x-www-form-urlencoded", description = "CAS's `logoutRequest`, or OpenID Connect's `logout_token`"),
    responses((status = 200, description = "They are signed out"), (status = 400, description = "That says nothing"), Problem)
)]
pub(crate) async fn back_channel_logout(
    State(app): State<App>,
    request: Request<Body>,
) -> Result<StatusCode, Problem> {
    let bytes = read_bytes(request.into_body(), MOST_BYTES).await?;
    match in_time(who_signed_out(&app, &bytes)).await {
        Ok(Some(person)) => {
            app.end_sessions(&person).await?;
            app.count_access(&person, AccessEvent::SignedOut, 1);
            Ok(StatusCode::OK)
        }
        // Somebody who never came here, or long ago: there is nothing to end.
        Ok(None) => Ok(StatusCode::OK),
        Err(SignInError::Unreachable) => Err(Problem::Unavailable),
        Err(error) => {
            tracing::warn!(%error, "a word that somebody signed out was not believed");
            Ok(StatusCode::BAD_REQUEST)
        }
    }
}

async fn who_signed_out(app: &App, form: &[u8]) -> Result<Option<PersonId>, SignInError> {
    for session in provider()?.protocol.read_logout(form).await? {
        let found =
            app.store.take_provider_session(&session.digest()).await.map_err(|_| SignInError::Unreachable)?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// Where the university sends the browser back to.
fn callback_url(app: &App) -> String {
    format!("{}/login/callback", app.address)
}

fn login_state_cookie(token: &str) -> String {
    format!("{LOGIN_STATE}={token}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=900")
}

fn no_login_state() -> String {
    format!("{LOGIN_STATE}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0")
}

fn see_other(address: &str, cookies: &[String]) -> Response {
    let location = [(LOCATION, address.to_owned())];
    let cookies = AppendHeaders(cookies.iter().map(|cookie| (SET_COOKIE, cookie.clone())));
    (StatusCode::SEE_OTHER, location, cookies).into_response()
}

/// A page that says what is wrong and what to do: a browser has come here, not a program.
fn page(app: &App, error: SignInError) -> Response {
    tracing::warn!(%error, "nobody was signed in");
    let status = match error {
        SignInError::Unconfigured | SignInError::Unreachable => StatusCode::SERVICE_UNAVAILABLE,
        SignInError::Refused => StatusCode::UNAUTHORIZED,
        SignInError::Nobody => StatusCode::FORBIDDEN,
    };
    let Text { zh, en } = words::said(error);
    let html = PAGE.in_languages(app.batches.languages()).replace("{zh}", &zh).replace("{en}", &en);
    let policy = "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'";
    let headers =
        [(CONTENT_SECURITY_POLICY, policy), (HeaderName::from_static("referrer-policy"), "same-origin")];
    (status, headers, Html(html)).into_response()
}
