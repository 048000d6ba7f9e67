//! The pages: HTML, one style and one script each, embedded in the program, compressed once. They speak to the
//! public contract only; no rule and no right lives here.

mod files;

use axum::extract::State;
use axum::http::header::{
    ACCEPT, ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use domain::refusal::{Refusal, What};
use edge::{App, Function, PathParams, Problem, ProblemBody, Routes, path};
use utoipa::openapi::OpenApi;

use crate::files::{File, Files, NOWHERE};

/// Fills and compresses the pages, so that no caller waits for it.
pub fn prepare(app: &App) {
    Files::of(app);
}

edge::function! {
    /// The pages that there are.
    Pages: student_page, staff_page, read_asset, read_kept_asset
}

/// The pages, and what is answered where there is none: API Gateway brings here whatever is no route.
#[derive(Debug)]
pub struct Lambda;

impl Function for Lambda {
    fn routes() -> Routes {
        Pages::routes().route("/{*nowhere}", any(nowhere))
    }

    fn document() -> OpenApi {
        Pages::document()
    }
}

/// There is nothing at this address: a page for whoever looks, a problem for a program.
async fn nowhere(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    let page = Files::of(&app).find(NOWHERE).filter(|_| wants_a_page(&headers));
    let File { kind, plain, .. } = page.ok_or(Refusal::NotFound(What::Page))?;
    let headers = [
        (CACHE_CONTROL, "no-store"),
        (VARY, "Accept, Accept-Language"),
        (CONTENT_TYPE, kind),
        (CONTENT_SECURITY_POLICY, Files::of(&app).policy.as_str()),
        (HeaderName::from_static("referrer-policy"), "same-origin"),
    ];
    Ok((StatusCode::NOT_FOUND, headers, plain.as_ref()).into_response())
}

/// A browser names HTML outright when somebody opens an address; scripts and programs take anything.
fn wants_a_page(headers: &HeaderMap) -> bool {
    let accepted = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|kind| kind.trim().starts_with("text/html"))
}

/// A student's page.
#[utoipa::path(
    get,
    path = "/",
    tag = "web",
    security(()),
    responses(
        (status = 200, content_type = "text/html", description = "The page"),
        (status = 304, description = "The caller has it already"),
        Problem,
    )
)]
async fn student_page(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    answer(Files::of(&app), "index.html", &headers, "")
}

/// The page of everybody who works with a batch.
#[utoipa::path(
    get,
    path = "/staff",
    tag = "web",
    security(()),
    responses(
        (status = 200, content_type = "text/html", description = "The page"),
        (status = 304, description = "The caller has it already"),
        Problem,
    )
)]
async fn staff_page(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    answer(Files::of(&app), "staff.html", &headers, "")
}

/// A file that the pages are made of.
#[utoipa::path(
    get,
    path = "/assets/{file}",
    tag = "web",
    security(()),
    params(path::Asset),
    responses(
        (status = 200, description = "The file"),
        (status = 304, description = "The caller has it already"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "There is none of this name"),
        Problem,
    )
)]
async fn read_asset(
    State(app): State<App>,
    names: PathParams,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    asset(app, &names, headers).await
}

/// The same under the version of all files: a browser keeps it, and asks again only for another version.
#[utoipa::path(
    get,
    path = "/assets/{version}/{file}",
    tag = "web",
    security(()),
    params(path::AssetVersion, path::Asset),
    responses(
        (status = 200, description = "The file; one of another version, while pages are being replaced, is not to be kept"),
        (status = 304, description = "The caller has it already"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "There is none of this name"),
        Problem,
    )
)]
async fn read_kept_asset(
    State(app): State<App>,
    names: PathParams,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    asset(app, &names, headers).await
}

async fn asset(app: App, names: &PathParams, headers: HeaderMap) -> Result<Response, Problem> {
    let files = Files::of(&app);
    let name = names.text("file").unwrap_or_default();
    if name.ends_with(".html") || files.find(name).is_none() {
        return nowhere(State(app), headers).await;
    }
    answer(files, name, &headers, names.text("version").unwrap_or_default())
}

/// The file, or that the caller has it already. A page is asked for each time, so that a new version is
/// seen at once; the files it names by their version are kept for a year.
fn answer(files: &'static Files, name: &str, asked: &HeaderMap, version: &str) -> Result<Response, Problem> {
    let File { kind, plain, gzip, tag, .. } = files.find(name).ok_or(Refusal::NotFound(What::Page))?;
    let keeps = if version == files.version { "public, max-age=31536000, immutable" } else { "no-cache" };
    let text = |name| asked.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let headers = [
        (ETAG, tag.as_str()),
        (CACHE_CONTROL, keeps),
        (VARY, "Accept-Encoding"),
        (CONTENT_TYPE, kind),
        (CONTENT_SECURITY_POLICY, files.policy.as_str()),
        (HeaderName::from_static("referrer-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    let known = |known: &str| known.trim() == "*" || known.trim().trim_start_matches("W/") == tag;
    if text(IF_NONE_MATCH).split(',').any(known) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    // Headers last: what a body says of its own type is only an octet stream.
    if takes_gzip(text(ACCEPT_ENCODING)) {
        return Ok((headers, [(CONTENT_ENCODING, "gzip")], gzip.as_ref()).into_response());
    }
    Ok((headers, plain.as_ref()).into_response())
}

/// Whether an `Accept-Encoding` takes gzip, and would rather have it than nothing (RFC 9110, 12.5.3).
fn takes_gzip(accepted: &str) -> bool {
    let quality = |wanted: &str| {
        accepted.split(',').find_map(|entry| {
            let (coding, parameters) = entry.split_once(';').unwrap_or((entry, ""));
            let weight = parameters.trim().strip_prefix("q=").map_or(Some(1.0), |q| q.trim().parse().ok());
            coding.trim().eq_ignore_ascii_case(wanted).then(|| weight.unwrap_or(0.0))
        })
    };
    let gzip: f64 = quality("gzip").or_else(|| quality("*")).unwrap_or(0.0);
    gzip > 0.0 && gzip >= quality("identity").unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::takes_gzip;

    #[test]
    fn gzip_is_sent_to_who_takes_it_and_would_rather_have_it() {
        for taken in
            ["gzip", "deflate, gzip;q=1.0, *;q=0.5", "*", "br, GZIP ; q=0.2", "identity;q=0.5, *;q=0.8"]
        {
            assert!(takes_gzip(taken), "{taken}");
        }
        for refused in
            ["", "br", "gzip;q=0", "*;q=0", "gzip;q=0, *", "identity, gzip;q=0.5", "gzipped", "gzip;q=x"]
        {
            assert!(!takes_gzip(refused), "{refused}");
        }
    }
}
