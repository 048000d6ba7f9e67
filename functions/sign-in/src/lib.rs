//! Who somebody is: the university's sign-in (CAS or OpenID Connect), sessions and their end, offices'
//! own systems, and the record of it all. `lixiao local` has a sign-in page of its own instead, unless
//! a university is configured.

mod cas;
mod config;
mod door;
mod openid;
mod protocol;
mod record;
mod tokens;
mod web;
mod words;

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{AppendHeaders, IntoResponse};
use edge::answer::SessionAnswer;
use edge::{Function, NoQuery, Problem, Routes, SignedIn, ended_cookie, session_cookie};
use store::AccessEvent;
use utoipa::openapi::OpenApi;

edge::function! {
    /// What needs no university.
    Sessions: read_session, sign_out, record::list_sign_ins
}

edge::function! {
    /// The university's sign-in.
    University: door::sign_in, door::callback, door::back_channel_logout, tokens::exchange_token
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
    door::provider().is_ok()
}

/// Whose session this is. While it is in use it is renewed, up to a working day.
#[utoipa::path(
    get,
    path = "/api/session",
    tag = "sign-in",
    responses((status = 200, body = SessionAnswer), Problem)
)]
async fn read_session(who: SignedIn, _: NoQuery) -> Result<impl IntoResponse, Problem> {
    let renewed = who.session.renewed(who.at).filter(|_| who.by_cookie);
    let signer = who.app.signer.clone();
    let token = renewed.zip(signer).and_then(|(session, signer)| signer.session(&session).ok());
    let cookies = AppendHeaders(token.map(|token| (SET_COOKIE, session_cookie(&token))));
    Ok((cookies, Json(SessionAnswer::from(&who))))
}

/// Signs out: every session of the caller ends, in this browser and everywhere else.
#[utoipa::path(
    post,
    path = "/logout",
    tag = "sign-in",
    responses((status = 204, description = "The session is over, the cookie gone"), Problem)
)]
async fn sign_out(who: SignedIn) -> Result<impl IntoResponse, Problem> {
    who.app.end_sessions(&who.person).await?;
    who.app.count_access(&who.person, AccessEvent::SignedOut, 1);
    Ok((StatusCode::NO_CONTENT, AppendHeaders([(SET_COOKIE, ended_cookie())])))
}
