//! The middleware around every request, on Lambda and in `lixiao local` alike.

use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{SET_COOKIE, VARY};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use domain::ids::PersonId;
use domain::refusal::{Refusal, What};
use store::AccessEvent;

use crate::app::{App, Routes};
use crate::problem::Problem;
use crate::words::{Voice, language};

/// Where a request came from, as whoever carries it knows; no header is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceIp(pub IpAddr);

/// Routes behind the front door: problems in the caller's language, answers that nobody keeps,
/// one log line per request.
pub fn serve(routes: Routes, app: App) -> Router {
    routes
        .fallback(|| async { Problem::from(Refusal::NotFound(What::Page)) })
        .method_not_allowed_fallback(|| async { Problem::MethodNotAllowed })
        .layer(middleware::from_fn_with_state(app.clone(), front_door))
        .with_state(app)
}

/// Who a request turned out to come from: left by whoever reads the session, for the record.
#[derive(Debug, Clone, Default)]
pub(crate) struct Caller(Arc<OnceLock<PersonId>>);

impl Caller {
    /// Leaves word of who it is.
    pub(crate) fn is(&self, person: &PersonId) {
        let _ = self.0.set(person.clone());
    }
}

/// Counts that somebody was refused for want of a right, so that an administrator can see who tries.
/// Nobody waits for it.
fn record_refusal(app: &App, problem: &Problem, caller: &Caller) {
    let (Problem::Refused(Refusal::NotAllowed(_)), Some(person)) = (problem, caller.0.get()) else { return };
    app.count_access(person, AccessEvent::Refused, 1);
}

/// Behind a proxy: refuses a request that bypassed it, naming the address to use, and takes the client's IP
/// from its header.
fn let_in(app: &App, request: &mut Request) -> Result<(), Problem> {
    let Some(proxy) = &app.proxy else { return Ok(()) };
    if !proxy.sent(request.headers()) {
        return Err(Problem::PastProxy { address: app.address.to_string() });
    }
    request.extensions_mut().remove::<SourceIp>();
    if let Some(source) = proxy.source(request.headers()) {
        request.extensions_mut().insert(SourceIp(source));
    }
    Ok(())
}

/// Keeps one value per header, the last, and returns the names of duplicates: API Gateway's payload format has
/// single-valued headers and drops the others silently. `Set-Cookie` has a field of its own, and `Vary` values
/// are joined.
fn flatten(headers: &mut HeaderMap) -> Vec<HeaderName> {
    let twice = |name: &&HeaderName| *name != SET_COOKIE && headers.get_all(*name).iter().count() > 1;
    let doubled: Vec<HeaderName> = headers.keys().filter(twice).cloned().collect();
    for name in &doubled {
        let values: Vec<&HeaderValue> = headers.get_all(name).iter().collect();
        let value = if *name == VARY {
            let varies: Vec<&str> = values.iter().filter_map(|value| value.to_str().ok()).collect();
            HeaderValue::from_str(&varies.join(", ")).ok()
        } else {
            values.last().map(|value| (*value).clone())
        };
        if let Some(value) = value {
            headers.insert(name, value);
        }
    }
    doubled.into_iter().filter(|name| *name != VARY).collect()
}

async fn front_door(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let lang = language(request.headers(), app.batches.languages());
    let method = request.method().clone();
    // The route's pattern, never the address itself: student numbers stay out of the log.
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let caller = Caller::default();
    request.extensions_mut().insert(caller.clone());
    let begun = Instant::now();
    let mut response = match let_in(&app, &mut request) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    };
    let problem = response.extensions_mut().remove::<Problem>();
    if let Some(problem) = &problem {
        response = problem.answer(Voice::of(&app.batches, lang));
        record_refusal(&app, problem, &caller);
    }
    let headers = response.headers_mut();
    let doubled = flatten(headers);
    debug_assert!(doubled.is_empty(), "a handler wrote {doubled:?} twice");
    // Pages, which are the same for everybody, say for themselves how long they keep.
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(VARY, HeaderValue::from_static("Accept-Language, Authorization, Cookie"));
    }
    // Data is never a page, even if somebody opens it as one.
    let is_data = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().ends_with(b"json"));
    if is_data {
        let nothing = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
        headers.insert(header::CONTENT_SECURITY_POLICY, nothing);
    }
    headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=63072000"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    tracing::info!(
        method = method.as_str(),
        route = route.as_deref().unwrap_or("none"),
        status = response.status().as_u16(),
        problem = problem.as_ref().map_or("", |problem| problem.kind().word()),
        ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
        "request"
    );
    response
}

#[cfg(test)]
mod tests {
    use axum::http::header::CONTENT_TYPE;

    use super::*;

    #[test]
    fn one_value_a_header_is_left_and_a_second_is_told_of() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            (CONTENT_TYPE, "application/octet-stream"),
            (CONTENT_TYPE, "text/html"),
            (VARY, "Cookie"),
            (VARY, "Accept-Encoding"),
            (SET_COOKIE, "a=1"),
            (SET_COOKIE, "b=2"),
        ] {
            headers.append(name, HeaderValue::from_static(value));
        }
        assert_eq!(flatten(&mut headers), [CONTENT_TYPE]);
        let all = |name| -> Vec<&HeaderValue> { headers.get_all(name).iter().collect() };
        assert_eq!(all(CONTENT_TYPE), ["text/html"], "the last word counts");
        assert_eq!(all(VARY), ["Cookie, Accept-Encoding"]);
        assert_eq!(all(SET_COOKIE), ["a=1", "b=2"], "cookies apart");
    }
}
