//! What a slip's QR code opens: genuine, not genuine, or since revoked. Public, from everywhere:
//! whoever holds the slip may ask, and learns nothing that doesn't stand on it.

mod words;

use axum::extract::State;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::text::Text;
use edge::token::SlipClaims;
use edge::{App, PathParams, Problem, SpokenPage, path, tag};

edge::function! {
    /// What a slip's QR code opens.
    Lambda: verify_slip
}

static PAGE: SpokenPage = SpokenPage::of(include_str!("page.html"));

/// What a code is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Finding {
    /// The clearance is finished.
    Genuine,
    /// A step was revoked since.
    Revoked,
    /// The record says another name now.
    Corrected,
    /// Nothing of ours.
    Forged,
}

impl Finding {
    fn status(self) -> StatusCode {
        match self {
            Finding::Genuine => StatusCode::OK,
            Finding::Revoked | Finding::Corrected => StatusCode::GONE,
            Finding::Forged => StatusCode::NOT_FOUND,
        }
    }

    /// The page's class, which colours it.
    fn class(self) -> &'static str {
        match self {
            Finding::Genuine => "genuine",
            Finding::Revoked | Finding::Corrected => "revoked",
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
    let Some(claims) = app.slips.verify(token) else { return Ok(page(&app, Finding::Forged, None)) };
    let Some(batch) = app.batches.get(claims.batch.as_str()) else {
        return Ok(page(&app, Finding::Forged, None));
    };
    let clearance = match app.store.slip(batch.id(), claims.id).await? {
        Some(student) => app.store.clearance(batch.id(), &student).await?,
        None => None,
    };
    let Some(clearance) = clearance else {
        // Once the batch's data has gone with its retention, the signature is what still stands.
        let kept = app.clock.now() < batch.window().retained_until;
        let finding = if kept { Finding::Revoked } else { Finding::Genuine };
        return Ok(page(&app, finding, Some((&claims, batch.name(), None))));
    };
    let name = clearance.student.personal.get().map(|personal| personal.name.as_str());
    let finding = match clearance.completed_at(batch) {
        // Finished again on another day: the paper shows decisions that were revoked since.
        Ok(completed) if completed.is_some_and(|at| at.date_naive() != claims.on) => Finding::Revoked,
        Err(_) => Finding::Revoked,
        Ok(_) if name.is_some_and(|name| !claims.proves(clearance.student.id.as_str(), name)) => {
            Finding::Corrected
        }
        Ok(_) => Finding::Genuine,
    };
    Ok(page(&app, finding, Some((&claims, batch.name(), name))))
}

fn page(app: &App, finding: Finding, slip: Option<(&SlipClaims, &Text, Option<&str>)>) -> Response {
    let spoken = app.batches.languages();
    let facts = slip.map(|(claims, batch, name)| {
        let row = |(what, value): (String, String)| format!("<dt>{what}</dt><dd>{}</dd>", escaped(&value));
        words::facts(claims, batch, name, spoken).into_iter().map(row).collect::<String>()
    });
    let mut said = spoken.iter().map(|lang| (tag(*lang), words::said(finding).of(*lang).to_owned()));
    let first = said.next().map(|(_, words)| words).unwrap_or_default();
    let second: String = said.map(|(tag, words)| format!("<p lang=\"{tag}\">{words}</p>")).collect();
    let html = PAGE
        .in_languages(spoken)
        .replace("{class}", finding.class())
        .replace("{first}", &first)
        .replace("{second}", &second)
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
