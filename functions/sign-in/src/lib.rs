//! Who somebody is, for the pages, and the end of a session. The university's own sign-in comes here
//! too (`/login`); until then `lixiao local` has a page of its own.

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{AppendHeaders, IntoResponse};
use domain::Instant;
use domain::rights::Role;
use edge::answer::OperatorAnswer;
use edge::{Problem, ProblemBody, Query, Routes, SignedIn, ended_cookie};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

/// The routes of this function.
pub fn routes() -> Routes {
    Routes::default().routes(routes!(read_session)).routes(routes!(sign_out))
}

/// Who is signed in, and what they may do.
#[derive(Debug, Serialize, ToSchema)]
struct Session {
    /// Their user name (N2).
    id: String,
    /// `student`, or `staff`: operators, advisors and everybody else.
    kind: &'static str,
    /// Their name, if they are operators.
    name: Option<String>,
    /// Their roles; advisors need none.
    roles: Vec<&'static str>,
    /// The offices whose steps they decide.
    offices: Vec<String>,
    /// Within these colleges; `*` is all.
    colleges: Vec<String>,
    /// What time it is here: pages count down by this clock, not by their own.
    #[schema(value_type = String, format = DateTime)]
    now: Instant,
}

/// Whose session this is. A student's is answered without asking the table.
#[utoipa::path(
    get,
    path = "/api/session",
    tag = "sign-in",
    responses((status = 200, body = Session), (status = "4XX", body = ProblemBody, content_type = "application/problem+json", description = "A problem"))
)]
async fn read_session(who: SignedIn, query: Query) -> Result<Json<Session>, Problem> {
    query.finish()?;
    let (id, now) = (who.person.to_string(), who.at);
    if who.person.is_student() {
        let (roles, offices, colleges) = (Vec::new(), Vec::new(), Vec::new());
        return Ok(Json(Session { id, kind: "student", name: None, roles, offices, colleges, now }));
    }
    let actor = who.actor().await?;
    let entry = who.app.store.operator(&who.person).await?.filter(domain::operator::Operator::is_active);
    let entry = entry.as_ref().map(OperatorAnswer::from);
    let (name, offices, colleges) = match entry {
        Some(OperatorAnswer { name, offices, colleges, .. }) => (Some(name), offices, colleges),
        None => (None, Vec::new(), Vec::new()),
    };
    // From the actor, since a stack's first administrators have no entry.
    let roles = actor.grants.roles.iter().copied().map(Role::word).collect();
    Ok(Json(Session { id, kind: "staff", name, roles, offices, colleges, now }))
}

/// Ends the session of this browser.
#[utoipa::path(
    post,
    path = "/logout",
    tag = "sign-in",
    responses((status = 204, description = "The session cookie is gone"), (status = "4XX", body = ProblemBody, content_type = "application/problem+json", description = "A problem"))
)]
async fn sign_out(_: SignedIn) -> impl IntoResponse {
    (StatusCode::NO_CONTENT, AppendHeaders([(SET_COOKIE, ended_cookie())]))
}
