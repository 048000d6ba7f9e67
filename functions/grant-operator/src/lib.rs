//! Operators and their rights (N5). What is changed here holds everywhere at once.

use axum::Json;
use axum::http::StatusCode;
use domain::decide::operator::{grant, remove};
use domain::ids::PersonId;
use domain::operator::GrantsRequest;
use edge::answer::OperatorAnswer;
use edge::contract::{Colleges, Offices, PersonName, Roles};
use edge::{Cursor, JsonBody, Limit, OnCampus, PathParams, Problem, numbers, path, readable};
use serde::{Deserialize, Serialize};
use store::{Mode, Target};
use utoipa::ToSchema;

edge::function! {
    /// Operators and what they may do.
    Lambda: list_operators, grant_operator, remove_operator
}

edge::query! {
    /// Which page.
    struct OperatorsQuery {
        /// 1 to 100, 50 unless said
        limit: Limit<50>,
        /// `next` of the page before
        cursor: Option<Cursor<PersonId>>,
    }
}

/// A page of operators.
#[derive(Debug, Serialize, ToSchema)]
struct OperatorList {
    operators: Vec<OperatorAnswer>,
    /// Operators whose entry can't be read.
    unreadable: Vec<String>,
    next: Option<String>,
}

/// Every operator, in order of number.
#[utoipa::path(
    get,
    path = "/api/operators",
    tag = "grant-operator",
    params(OperatorsQuery),
    responses((status = 200, body = OperatorList), Problem)
)]
async fn list_operators(
    OnCampus(who): OnCampus,
    asked: OperatorsQuery,
) -> Result<Json<OperatorList>, Problem> {
    who.actor().may_grant()?;
    let after = asked.cursor.map(|Cursor(id)| id);
    let page = who.app.store.operators(after, asked.limit.items()).await?;
    let (operators, unreadable) = readable(page.items);
    let active = operators.iter().filter(|operator| operator.is_active());
    let next = page.next.map(|id| Cursor(id).text());
    let operators = active.map(OperatorAnswer::from).collect();
    Ok(Json(OperatorList { operators, unreadable: numbers(&unreadable), next }))
}

/// What an operator may do.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct GrantBody {
    /// Their name.
    #[schema(value_type = PersonName)]
    name: String,
    /// `operator`, `counsellor`, `party-office`, `registrar`, `administrator`.
    #[schema(value_type = Roles)]
    roles: Vec<String>,
    /// The offices whose steps they decide.
    #[serde(default)]
    #[schema(value_type = Offices)]
    offices: Vec<String>,
    /// Within these colleges; `*` is all.
    #[serde(default)]
    #[schema(value_type = Colleges)]
    colleges: Vec<String>,
}

/// Sets what somebody may do, all of it at once.
#[utoipa::path(
    put,
    path = "/api/operators/{id}",
    tag = "grant-operator",
    params(path::Operator),
    request_body = GrantBody,
    responses((status = 200, body = OperatorAnswer), Problem)
)]
async fn grant_operator(
    OnCampus(who): OnCampus,
    names: PathParams,
    body: JsonBody,
) -> Result<Json<OperatorAnswer>, Problem> {
    let actor = who.actor();
    actor.may_grant()?;
    let id = names.operator()?;
    let GrantBody { name, roles, offices, colleges } = body.read()?;
    let (name, grants) = GrantsRequest { name, roles, offices, colleges }.read(&who.app.batches.offices())?;
    let decide = |before: Option<&_>| grant(before, &id, &name, &grants, actor, who.at);
    let operator = who.app.store.change_or_begin(Target::operator(&id), Mode::Do, decide).await?.after;
    Ok(Json(OperatorAnswer::from(&operator)))
}

/// Takes away everything somebody may do.
#[utoipa::path(
    delete,
    path = "/api/operators/{id}",
    tag = "grant-operator",
    params(path::Operator),
    responses((status = 204, description = "They may do nothing any more"), Problem)
)]
async fn remove_operator(OnCampus(who): OnCampus, names: PathParams) -> Result<StatusCode, Problem> {
    let actor = who.actor();
    actor.may_grant()?;
    let id = names.operator()?;
    let decide = |before: &_| remove(before, actor, who.at);
    who.app.store.change(Target::operator(&id), Mode::Do, decide).await?;
    Ok(StatusCode::NO_CONTENT)
}
