//! Identity: whose session a request carries, in the cookie or as a bearer token.

use crate::app::{App, OwnOrigin};
use crate::problem::Problem;
use crate::token::Session;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};

/// The session cookie. The prefix makes browsers insist on `Secure`, no domain and path `/`.
pub(crate) const SESSION_COOKIE: &str = "__Host-lixiao";

/// The `Set-Cookie` of a session: no script reads it, no other site sends it along with a change.
pub fn session_cookie(token: &str) -> String {
    format!("{SESSION_COOKIE}={token}; Path=/; Secure; HttpOnly; SameSite=Lax")
}

/// The `Set-Cookie` that ends a session.
pub fn ended_cookie() -> String {
    format!("{}; Max-Age=0", session_cookie(""))
}

/// Whose session this is, and whether a cookie says so.
pub(crate) fn identify(parts: &Parts, app: &App) -> Result<(Session, bool), Problem> {
    let (token, by_cookie) = match bearer(&parts.headers) {
        Some(token) => (Some(token), false),
        None => (session_of(&parts.headers), true),
    };
    let session =
        token.and_then(|token| app.verifier.verify(token, app.clock.now())).ok_or(Problem::NotSignedIn)?;
    // A browser sends the cookie along whoever asks it to; only our own pages may change things.
    let changes = !matches!(parts.method, Method::GET | Method::HEAD);
    if by_cookie && changes && !from_our_own_page(&parts.headers, app) {
        return Err(Problem::ForeignOrigin);
    }
    Ok((session, by_cookie))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The token in the session's cookie.
pub fn session_of(headers: &HeaderMap) -> Option<&str> {
    cookie(headers, SESSION_COOKIE)
}

/// A path of ours, whatever was asked for: `//elsewhere` and `/\\elsewhere` are other hosts.
pub fn local_path(next: &str) -> &str {
    let plain = next.len() <= 300 && next.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    let ours = plain && next.starts_with('/') && !next.starts_with("//");
    if ours { next } else { "/" }
}

/// A cookie by its name.
pub fn cookie<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == wanted).then_some(value))
}

/// Whether `Origin` is our own: the system's address, scheme and port included. `Host` proves nothing behind
/// a proxy; it counts only in `lixiao local`, which is reached by many names.
fn from_our_own_page(headers: &HeaderMap, app: &App) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(origin) = text(header::ORIGIN) else { return false };
    let host = text(header::HOST).filter(|_| app.own_origin == OwnOrigin::AddressOrHost);
    origin == &*app.address || host.is_some_and(|host| origin.strip_prefix("http://") == Some(host))
}

#[cfg(test)]
mod tests {
    use super::local_path;

    #[test]
    fn after_signing_in_one_comes_back_here_and_nowhere_else() {
        assert_eq!(local_path("/staff#/list"), "/staff#/list");
        let long = format!("/{}", "a".repeat(300));
        for elsewhere in [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "",
            "javascript:1",
            "/\u{1}",
            "/学",
            &long,
        ] {
            assert_eq!(local_path(elsewhere), "/");
        }
    }
}
