//! Who somebody is: the university's sign-in (CAS or OpenID Connect), sessions and their end, offices'
//! own systems, and the record of it all. `lixiao local` has a sign-in page of its own instead, unless
//! a university is configured.

mod cas;
mod config;
mod door;
mod machine;
mod openid;
mod record;
mod web;

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{AppendHeaders, IntoResponse};
use domain::Instant;
use domain::rights::Role;
use edge::answer::OperatorAnswer;
use edge::{Function, Problem, ProblemBody, Query, Routes, SignedIn, ended_cookie, session_cookie};
use serde::Serialize;
use store::SignInCount;
use utoipa::ToSchema;
use utoipa::openapi::OpenApi;

edge::function! {
    /// What needs no university.
    Sessions: read_session, sign_out, record::list_sign_ins
}

edge::function! {
    /// The university's sign-in.
    University: door::sign_in, door::come_back, door::hear_sign_out, machine::exchange_token
}

/// This function, whole.
#[derive(Debug)]
pub struct Lambda;

impl Function for Lambda {
    fn routes() -> Routes {
        Sessions::routes().merge(University::routes())
    }

    fn document() -> OpenApi {
        Sessions::document().merge_from(University::document())
    }
}

/// Whether the environment names a university to sign in at.
pub fn is_configured() -> bool {
    door::desk().is_ok()
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

/// Whose session this is. While it is in use it is renewed, up to a working day.
#[utoipa::path(
    get,
    path = "/api/session",
    tag = "sign-in",
    responses((status = 200, body = Session), (status = "4XX", body = ProblemBody, content_type = "application/problem+json", description = "A problem"))
)]
async fn read_session(who: SignedIn, query: Query) -> Result<impl IntoResponse, Problem> {
    query.finish()?;
    let renewed = who.session.renewed(who.at).filter(|_| who.by_cookie);
    let signer = who.app.signer.clone();
    let token = renewed.zip(signer).and_then(|(session, signer)| signer.session(&session).ok());
    let cookies = AppendHeaders(token.map(|token| (SET_COOKIE, session_cookie(&token))));
    Ok((cookies, Json(describe(&who).await?)))
}

async fn describe(who: &SignedIn) -> Result<Session, Problem> {
    let (id, now) = (who.person.to_string(), who.at);
    if who.person.is_student() {
        let (roles, offices, colleges) = (Vec::new(), Vec::new(), Vec::new());
        return Ok(Session { id, kind: "student", name: None, roles, offices, colleges, now });
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
    Ok(Session { id, kind: "staff", name, roles, offices, colleges, now })
}

/// Signs out: every session of the caller ends, in this browser and everywhere else.
#[utoipa::path(
    post,
    path = "/logout",
    tag = "sign-in",
    responses((status = 204, description = "The session is over, the cookie gone"), (status = "4XX", body = ProblemBody, content_type = "application/problem+json", description = "A problem"))
)]
async fn sign_out(who: SignedIn) -> Result<impl IntoResponse, Problem> {
    who.app.end_sessions(&who.person).await?;
    who.app.count_at_door(&who.person, SignInCount::SignedOut).await;
    Ok((StatusCode::NO_CONTENT, AppendHeaders([(SET_COOKIE, ended_cookie())])))
}
