//! Offices' own systems: a token of the university's for itself (client credentials) is worth a session
//! of ours, in a machine's hands, with the rights of its operator's entry and no others.

use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use domain::ids::PersonId;
use domain::refusal::{Barrier, Refusal};
use edge::token::{Hands, Session};
use edge::{App, Problem, ProblemBody, read_bytes};
use serde::Serialize;
use store::SignInCount;
use utoipa::ToSchema;

use crate::config::{MACHINE, Protocol};
use crate::door::{Desk, desk};
use crate::web::{Trouble, field};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const MOST_BYTES: usize = 16 * 1024;

/// A session of an office's system.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MachineToken {
    access_token: String,
    /// `Bearer`.
    token_type: &'static str,
    /// In seconds.
    expires_in: u32,
}

/// Takes a token that the university gave one of the offices' systems for itself, by client
/// credentials with this site as its audience (RFC 7523). The system named `library` acts as operator
/// `feed-library`; what it decides is marked as coming from a feed.
#[utoipa::path(
    post,
    path = "/login/token",
    tag = "sign-in",
    request_body(content = String, content_type = "application/x-www-form-urlencoded", description = "`grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer` and `assertion`, the university's token"),
    responses((status = 200, body = MachineToken), (status = "4XX", body = ProblemBody, content_type = "application/problem+json", description = "A problem"))
)]
pub(crate) async fn exchange_token(
    State(app): State<App>,
    request: Request<Body>,
) -> Result<Json<MachineToken>, Problem> {
    let form = read_bytes(request.into_body(), MOST_BYTES).await?;
    let assertion =
        field(&form, "assertion").filter(|_| field(&form, "grant_type").as_deref() == Some(GRANT));
    let assertion = assertion.ok_or(Problem::NotSignedIn)?;
    let Desk { config, web, openid } = desk().map_err(|_| Problem::NotSignedIn)?;
    if config.protocol != Protocol::OpenId {
        return Err(Problem::NotSignedIn);
    }
    let named = openid.read_machine(web, config, &assertion, &app.address).await;
    let name = named.map_err(|trouble| match trouble {
        Trouble::Unreachable => Problem::Unavailable,
        _ => Problem::NotSignedIn,
    })?;
    let machine: PersonId = format!("{MACHINE}{name}").parse().map_err(|_| Problem::NotSignedIn)?;
    let at = app.clock.now();
    let entry = app.store.operator(&machine).await?;
    if !entry.is_some_and(|operator| operator.is_active()) {
        app.count_at_door(&machine, SignInCount::Refused);
        return Err(Refusal::NotAllowed(Barrier::Role).into());
    }
    app.count_at_door(&machine, SignInCount::SignedIn);
    let signer = app.signer.as_ref().ok_or(Problem::Unavailable)?;
    let token = signer.session(&Session::begin(machine, Hands::Machine, at));
    let access_token = token.map_err(|_| Problem::Unavailable)?;
    Ok(Json(MachineToken { access_token, token_type: "Bearer", expires_in: 7_200 }))
}
