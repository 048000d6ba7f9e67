//! Identity: whose session a request carries, in the cookie or as a bearer token.

use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use domain::ids::PersonId;

use crate::app::App;
use crate::problem::Problem;

/// The session cookie. The prefix makes browsers insist on `Secure`, no domain and path `/`.
const COOKIE: &str = "__Host-lixiao";

/// The `Set-Cookie` of a session: no script reads it, no other site sends it along with a change.
pub fn session_cookie(token: &str) -> String {
    format!("{COOKIE}={token}; Path=/; Secure; HttpOnly; SameSite=Lax")
}

/// The `Set-Cookie` that ends a session.
pub fn ended_cookie() -> String {
    format!("{}; Max-Age=0", session_cookie(""))
}

/// Whose session this is.
pub(crate) fn identify(parts: &Parts, app: &App) -> Result<PersonId, Problem> {
    let (token, by_cookie) = match bearer(&parts.headers) {
        Some(token) => (Some(token), false),
        None => (cookie(&parts.headers), true),
    };
    let person =
        token.and_then(|token| app.verifier.verify(token, app.clock.now())).ok_or(Problem::NotSignedIn)?;
    // A browser sends the cookie along whoever asks it to; only our own pages may change things.
    let changes = !matches!(parts.method, Method::GET | Method::HEAD);
    if by_cookie && changes && !from_our_own_page(&parts.headers) {
        return Err(Problem::ForeignOrigin);
    }
    Ok(person)
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == COOKIE).then_some(value))
}

fn from_our_own_page(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let origin = text(header::ORIGIN).and_then(|origin| origin.split_once("://")).map(|(_, host)| host);
    origin.is_some() && origin == text(header::HOST)
}
