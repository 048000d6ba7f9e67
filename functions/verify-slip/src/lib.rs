//! What a slip's QR code opens: genuine, not genuine, or since revoked. Public, from everywhere:
//! whoever holds the slip may ask, and learns nothing that doesn't stand on it.

mod words;

use axum::extract::State;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::text::Text;
use edge::token::SlipClaims;
use edge::{App, PathParams, Problem, path};

edge::function! {
    /// What a slip's QR code opens.
    Lambda: verify_slip
}

const PAGE: &str = include_str!("page.html");

/// What a code is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Finding {
    /// The clearance is finished.
    Genuine,
    /// A step was revoked since.
    Revoked,
    /// Nothing of ours.
    Forged,
}

impl Finding {
    fn status(self) -> StatusCode {
        match self {
            Finding::Genuine => StatusCode::OK,
            Finding::Revoked => StatusCode::GONE,
            Finding::Forged => StatusCode::NOT_FOUND,
        }
    }

    /// The page's class, which colours it.
    fn class(self) -> &'static str {
        match self {
            Finding::Genuine => "genuine",
            Finding::Revoked => "revoked",
            Finding::Forged => "forged",
        }
    }
}

/// A small page that says whether a slip is genuine.
#[utoipa::path(
    get,
    path = "/verify/{token}",
    tag = "verify-slip",
    security(()),
    params(path::SlipToken),
    responses(
        (status = 200, content_type = "text/html", description = "Genuine"),
        (status = 404, content_type = "text/html", description = "Not genuine"),
        (status = 410, content_type = "text/html", description = "Revoked since"),
        Problem,
    )
)]
async fn verify_slip(
    State(app): State<App>,
    names: Result<PathParams, Problem>,
) -> Result<Response, Problem> {
    let names = names.unwrap_or_default();
    let token = names.text("token").unwrap_or_default();
    let Some(claims) = app.slips.verify(token) else { return Ok(page(Finding::Forged, None)) };
    let Some(batch) = app.batches.get(claims.batch.as_str()) else { return Ok(page(Finding::Forged, None)) };
    let clearance = app.store.clearance(batch.id(), &claims.number).await?;
    let finished = match clearance.as_ref().map(|clearance| clearance.completed_at(batch)) {
        // Finished again on another day: the paper shows decisions that were revoked since.
        Some(Ok(completed)) => completed.is_none_or(|at| at.date_naive() == claims.on),
        Some(Err(_)) => false,
        // Once the batch's data has gone with its retention, the signature is what still stands.
        None => app.clock.now() >= batch.window().retained_until,
    };
    let finding = if finished { Finding::Genuine } else { Finding::Revoked };
    Ok(page(finding, Some((&claims, batch.name()))))
}

fn page(finding: Finding, slip: Option<(&SlipClaims, &Text)>) -> Response {
    let facts = slip.map(|(claims, batch)| {
        let row = |(what, value): (&str, String)| format!("<dt>{what}</dt><dd>{}</dd>", escaped(&value));
        words::facts(claims, batch).map(row).concat()
    });
    let (zh, en) = words::said(finding);
    let html = PAGE
        .replace("{class}", finding.class())
        .replace("{zh}", zh)
        .replace("{en}", en)
        .replace("{facts}", &facts.unwrap_or_default());
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'sha256-P5MyNg+IfoalzgfzLxs0KO6U6uLyvbVKyUMogwuxUng='; frame-ancestors 'none'",
        ),
        (HeaderName::from_static("referrer-policy"), "no-referrer"),
    ];
    (finding.status(), headers, html).into_response()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
