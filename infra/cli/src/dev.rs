//! What `lixiao local` has instead of the university's sign-in: a token for anybody, and a page that
//! lists the demo's people. No function contains any of it.

use std::sync::Arc;

use axum::extract::{Form, Query as UrlQuery};
use axum::http::header::{CONTENT_SECURITY_POLICY, LOCATION, SET_COOKIE};
use axum::http::{HeaderName, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use domain::field::{FieldFault, FieldRule, Format};
use domain::ids::{PersonId, PersonKind};
use domain::refusal::Refusal;
use domain::text::Lang;
use domain::university::Numbers;
use edge::token::Signer;
use edge::{App, Clock, JsonBody, Problem, local_path, only_spoken, session_cookie};
use serde::{Deserialize, Serialize};

const PAGE: &str = include_str!("sign-in.html");

/// What the routes need.
#[derive(Clone)]
pub(crate) struct DevSignIn {
    pub(crate) signer: Arc<Signer>,
    pub(crate) clock: Clock,
    /// The languages that people are spoken to in.
    pub(crate) languages: Vec<Lang>,
    /// What numbers look like here.
    pub(crate) numbers: Numbers,
    /// The demo's people: who signs in, the number that is shown, who it is.
    pub(crate) people: Arc<Vec<(PersonId, String)>>,
    /// Whether anybody may be anybody here: with `--demo` or `--dev`.
    pub(crate) anybody: bool,
}

impl DevSignIn {
    /// Whoever it is to be: of the kind that is said, in front of the number or beside it, or of the only one whose numbers
    /// look so.
    fn person(&self, sub: &str, kind: Option<PersonKind>) -> Result<PersonId, Problem> {
        let wrong =
            |field: &str, rule| Problem::from(Refusal::InvalidFields(vec![FieldFault::new(field, rule)]));
        let read = match (kind, sub.contains(':'), self.numbers.kinds_of(sub).as_slice()) {
            (Some(kind), ..) => PersonId::new(kind, sub),
            (None, true, _) => sub.trim().parse(),
            (None, false, [kind]) => PersonId::new(*kind, sub),
            (None, false, _) => {
                // Where numbers say nothing, whoever of the demo's people has it.
                let mut theirs =
                    self.people.iter().filter(|(id, _)| id.number().eq_ignore_ascii_case(sub.trim()));
                return match (theirs.next(), theirs.next()) {
                    (Some((person, _)), None) => Ok(person.clone()),
                    _ => Err(wrong("kind", FieldRule::one_of::<PersonKind>())),
                };
            }
        };
        read.map_err(|_| wrong("sub", FieldRule::Format(Format::PersonId)))
    }
}

/// The routes that only this machine has.
pub(crate) fn routes(dev: &DevSignIn) -> Router<App> {
    // With a real university there is no other way in than the university's; and without being asked for, none at all.
    if sign_in::is_configured() || !dev.anybody {
        return Router::new();
    }
    let (listing, token, session) = (dev.clone(), dev.clone(), dev.clone());
    Router::new()
        .route("/dev/token", post(move |body| std::future::ready(mint(&token, &body))))
        .route("/login", get(move |query| list(listing.clone(), query)))
        .route("/dev/session", post(move |form| std::future::ready(begin(&session, form))))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenFor {
    sub: String,
    /// Whose number it is; left out where the university's numbers leave one kind.
    #[serde(default)]
    kind: Option<PersonKind>,
}

#[derive(Serialize)]
struct Token {
    token: String,
}

/// `POST /dev/token`: a session for anybody.
fn mint(dev: &DevSignIn, body: &JsonBody) -> Result<Json<Token>, Problem> {
    let TokenFor { sub, kind } = body.read_regardless()?;
    let person = dev.person(&sub, kind)?;
    let token = dev.signer.begin(&person, dev.clock.now()).map_err(|_| Problem::NotSignedIn)?;
    Ok(Json(Token { token }))
}

#[derive(Deserialize)]
struct Next {
    #[serde(default)]
    next: String,
}

/// `GET /login`: who there is.
async fn list(dev: DevSignIn, UrlQuery(Next { next }): UrlQuery<Next>) -> Response {
    let button = |(id, who): &(PersonId, String)| {
        let (said, number) = (id.said(), id.number());
        format!("<li><button name=\"sub\" value=\"{said}\"><b>{number}</b> {who}</button></li>")
    };
    let list: String = dev.people.iter().map(button).collect();
    let next = local_path(&next).replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
    let page = only_spoken(PAGE, &dev.languages).replace("{people}", &list).replace("{next}", &next);
    let policy =
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'";
    let headers =
        [(CONTENT_SECURITY_POLICY, policy), (HeaderName::from_static("referrer-policy"), "same-origin")];
    (headers, Html(page)).into_response()
}

#[derive(Deserialize)]
struct SignIn {
    sub: String,
    #[serde(default)]
    next: String,
}

/// `POST /dev/session`: the cookie that the university's sign-in would set, and back to the page.
fn begin(dev: &DevSignIn, Form(SignIn { sub, next }): Form<SignIn>) -> Result<Response, Problem> {
    let person = dev.person(&sub, None)?;
    let token = dev.signer.begin(&person, dev.clock.now()).map_err(|_| Problem::NotSignedIn)?;
    let headers = [(SET_COOKIE, session_cookie(&token)), (LOCATION, local_path(&next).to_owned())];
    Ok((StatusCode::SEE_OTHER, headers).into_response())
}
