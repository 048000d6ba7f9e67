//! What a slip's QR code opens: genuine, not genuine, or since revoked. Public, from everywhere:
//! whoever holds the slip may ask, and learns nothing that doesn't stand on it.

use axum::extract::State;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use edge::token::SlipClaims;
use edge::{App, PathNames, Problem, path};

edge::function! {
    /// What a slip's QR code opens.
    Lambda: verify_slip
}

const PAGE: &str = include_str!("page.html");

/// What there is to say of a code.
struct Verdict {
    status: StatusCode,
    class: &'static str,
    zh: &'static str,
    en: &'static str,
}

const GENUINE: Verdict = Verdict {
    status: StatusCode::OK,
    class: "genuine",
    zh: "真实有效：离校手续已全部办结",
    en: "Genuine: the clearance is finished",
};
const REVOKED: Verdict = Verdict {
    status: StatusCode::GONE,
    class: "revoked",
    zh: "已失效：本单开出后，有环节被撤销",
    en: "No longer valid: a step was revoked after this slip was printed",
};
const FORGED: Verdict = Verdict {
    status: StatusCode::NOT_FOUND,
    class: "forged",
    zh: "不是本校离校系统开出的离校单",
    en: "Not a slip of this system",
};

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
async fn verify_slip(State(app): State<App>, names: Result<PathNames, Problem>) -> Result<Response, Problem> {
    let names = names.unwrap_or_default();
    let token = names.text("token").unwrap_or_default();
    let Some(claims) = app.slips.verify(token) else { return Ok(page(&FORGED, None)) };
    let Some(batch) = app.batches.get(claims.batch.as_str()) else { return Ok(page(&FORGED, None)) };
    let clearance = app.store.clearance(batch.id(), &claims.number).await?;
    let finished = match clearance.as_ref().map(|clearance| clearance.completed_at(batch)) {
        // Finished again on another day: the paper shows decisions that were revoked since.
        Some(Ok(completed)) => completed.is_none_or(|at| at.date_naive() == claims.on),
        Some(Err(_)) => false,
        // Once the batch's data has gone with its retention, the signature is what still stands.
        None => app.clock.now() >= batch.window().retained_until,
    };
    let verdict = if finished { &GENUINE } else { &REVOKED };
    Ok(page(verdict, Some((&claims, &batch.name().zh, &batch.name().en))))
}

fn page(verdict: &Verdict, slip: Option<(&SlipClaims, &str, &str)>) -> Response {
    let facts = slip.map(|(claims, zh, en)| {
        let row = |what: &str, value: &str| format!("<dt>{what}</dt><dd>{}</dd>", escaped(value));
        [
            row("批次 Batch", &format!("{zh} {en}")),
            row("姓名 Name", &claims.name),
            row("编号 Number", claims.number.as_str()),
            row("办结日期 Completed on", &claims.on.to_string()),
        ]
        .concat()
    });
    let html = PAGE
        .replace("{class}", verdict.class)
        .replace("{zh}", verdict.zh)
        .replace("{en}", verdict.en)
        .replace("{facts}", &facts.unwrap_or_default());
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'sha256-P5MyNg+IfoalzgfzLxs0KO6U6uLyvbVKyUMogwuxUng='; frame-ancestors 'none'",
        ),
        (HeaderName::from_static("referrer-policy"), "no-referrer"),
    ];
    (verdict.status, headers, html).into_response()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
