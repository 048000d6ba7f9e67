//! The pages: HTML, CSS and ES modules, embedded in the program, compressed once. They speak to the
//! public contract only; no rule and no right lives here.

mod files;

use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};
use domain::refusal::{Refusal, What};
use edge::{PathNames, Problem};

use crate::files::{Page, find};

/// Nothing from elsewhere, nothing inline: a page is its own files and the interface beside them.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

edge::function! {
    /// The pages.
    Lambda: student_page, staff_page, read_asset, read_kept_asset
}

/// A student's page.
#[utoipa::path(
    get,
    path = "/",
    tag = "web",
    responses((status = 200, content_type = "text/html", description = "The page"))
)]
async fn student_page(headers: HeaderMap) -> Result<Response, Problem> {
    answer("index.html", &headers, "")
}

/// The page of everybody who works with a batch.
#[utoipa::path(
    get,
    path = "/staff",
    tag = "web",
    responses((status = 200, content_type = "text/html", description = "The page"))
)]
async fn staff_page(headers: HeaderMap) -> Result<Response, Problem> {
    answer("staff.html", &headers, "")
}

/// A file that the pages are made of.
#[utoipa::path(
    get,
    path = "/assets/{file}",
    tag = "web",
    params(("file" = String, Path, description = "E.g. `app.css`")),
    responses(
        (status = 200, description = "The file"),
        (status = 304, description = "The caller has it already"),
        (status = 404, description = "There is none of this name"),
    )
)]
async fn read_asset(names: PathNames, headers: HeaderMap) -> Result<Response, Problem> {
    asset(&names, &headers)
}

/// The same under the version of all files: a browser keeps it, and asks again only for another version.
#[utoipa::path(
    get,
    path = "/assets/{version}/{file}",
    tag = "web",
    params(
        ("version" = String, Path, description = "As the page says it"),
        ("file" = String, Path, description = "E.g. `app.css`"),
    ),
    responses(
        (status = 200, description = "The file; one of another version, while pages are being replaced, is not to be kept"),
        (status = 304, description = "The caller has it already"),
        (status = 404, description = "There is none of this name"),
    )
)]
async fn read_kept_asset(names: PathNames, headers: HeaderMap) -> Result<Response, Problem> {
    asset(&names, &headers)
}

fn asset(names: &PathNames, headers: &HeaderMap) -> Result<Response, Problem> {
    let name = names.text("file").unwrap_or_default();
    if name.ends_with(".html") {
        return Err(Refusal::NotFound(What::Page).into());
    }
    answer(name, headers, names.text("version").unwrap_or_default())
}

/// The file, or that the caller has it already. A page is asked for each time, so that a new version is
/// seen at once; the files it names by their version are kept for a year.
fn answer(name: &str, asked: &HeaderMap, version: &str) -> Result<Response, Problem> {
    let page = find(name).ok_or(Refusal::NotFound(What::Page))?;
    let keeps = if version == page.version { "public, max-age=31536000, immutable" } else { "no-cache" };
    let text = |name| asked.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let headers = AppendHeaders([
        (ETAG, page.tag.as_str()),
        (CACHE_CONTROL, keeps),
        (VARY, "Accept-Encoding"),
        (CONTENT_TYPE, page.kind),
        (CONTENT_SECURITY_POLICY, POLICY),
        (HeaderName::from_static("referrer-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ]);
    if text(IF_NONE_MATCH).split(',').any(|tag| tag.trim().trim_start_matches("W/") == page.tag) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    let Page { plain, squeezed, .. } = page;
    if text(ACCEPT_ENCODING).split(',').any(|coding| coding.trim().starts_with("gzip")) {
        return Ok((headers, [(CONTENT_ENCODING, "gzip")], squeezed.as_slice()).into_response());
    }
    Ok((headers, plain.as_ref()).into_response())
}
