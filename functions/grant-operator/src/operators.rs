//! The rights of a batch, person by person.

use axum::Json;
use axum::http::StatusCode;
use domain::decide::operator::{grant, remove};
use domain::ids::PersonId;
use domain::operator::{EntryRequest, GrantRequest, KnownColleges, Scope};
use edge::answer::OperatorAnswer;
use edge::contract::{Colleges, GrantedRole, Offices, PersonName};
use edge::{Cursor, JsonBody, Limit, PathParams, Problem, Reading, path, people, readable};
use serde::{Deserialize, Serialize};
use store::{Mode, Target};
use utoipa::ToSchema;

edge::query! {
    /// Which page.
    pub(crate) struct OperatorsQuery {
        /// 1 to 100, 50 unless said
        limit: Limit<50>,
        /// `next` of the page before
        cursor: Option<Cursor<PersonId>>,
    }
}

/// A page of a batch's operators.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OperatorList {
    operators: Vec<OperatorAnswer>,
    /// Operators whose entry can't be read.
    unreadable: Vec<String>,
    next: Option<String>,
}

/// Everybody who has rights in a batch, now or later, in order of number.
#[utoipa::path(
    get,
    path = "/api/batches/{batch}/operators",
    tag = "grant-operator",
    params(path::Batch, OperatorsQuery),
    responses((status = 200, body = OperatorList), Problem)
)]
pub(crate) async fn list_operators(
    Reading { who, batch, .. }: Reading,
    asked: OperatorsQuery,
) -> Result<Json<OperatorList>, Problem> {
    who.actor().may_grant()?;
    let after = asked.cursor.map(|Cursor(id)| id);
    let scope = Scope::Batch(batch.id().clone());
    let page = who.app.store.operators(&scope, after, asked.limit.items()).await?;
    let (operators, unreadable) = readable(page.items);
    let active = operators.iter().filter(|operator| operator.is_active());
    let next = page.next.map(|id| Cursor(id).text());
    let operators = active.map(OperatorAnswer::from).collect();
    Ok(Json(OperatorList { operators, unreadable: people(&unreadable), next }))
}

/// What somebody may do in a batch.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EntryBody {
    /// Their name.
    #[schema(value_type = PersonName)]
    name: String,
    /// All that they are to have, each role with its own offices and colleges.
    #[schema(min_items = 1, max_items = 200)]
    grants: Vec<GrantBody>,
    /// The version of the entry that was seen; left out for somebody who has none.
    #[serde(default)]
    seen: Option<u64>,
}

/// One right of somebody.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GrantBody {
    /// `operator`, `counsellor`, `party-office` or `registrar`.
    #[schema(value_type = GrantedRole)]
    role: String,
    /// The offices whose steps an operator decides.
    #[serde(default)]
    #[schema(value_type = Offices)]
    offices: Vec<String>,
    /// Within these colleges; `*` is all.
    #[serde(default)]
    #[schema(value_type = Colleges)]
    colleges: Vec<String>,
    /// From when on; at once unless said.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    from: Option<String>,
    /// Until when, the first instant outside; as long as the batch unless said.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<String>,
}

impl From<GrantBody> for GrantRequest {
    fn from(body: GrantBody) -> Self {
        let GrantBody { role, offices, colleges, from, until } = body;
        Self { role, offices, colleges, from, until }
    }
}

/// Sets what somebody may do in a batch, all of it at once.
#[utoipa::path(
    put,
    path = "/api/batches/{batch}/operators/{id}",
    tag = "grant-operator",
    params(path::Batch, path::Operator),
    request_body = EntryBody,
    responses((status = 200, body = OperatorAnswer), Problem)
)]
pub(crate) async fn grant_operator(
    Reading { who, batch, .. }: Reading,
    names: PathParams,
    body: JsonBody,
) -> Result<Json<OperatorAnswer>, Problem> {
    let actor = who.actor();
    actor.may_grant()?;
    let target = Target::operator(&batch, &names.operator(who.app.batches.numbers())?);
    let EntryBody { name, grants, seen } = body.read()?;
    let mut asked = EntryRequest { name, grants: grants.into_iter().map(GrantRequest::from).collect() };
    let known = who.app.store.colleges(batch.id()).await?;
    KnownColleges::of(&batch, &known).settle_asked(&mut asked)?;
    let id = target.id().clone();
    let decide = |before: Option<&_>| grant(before, &id, &asked, &batch, seen, actor, who.at);
    let operator = who.app.store.change_or_begin(target, Mode::Do, decide).await?.after;
    Ok(Json(OperatorAnswer::from(&operator)))
}

edge::query! {
    /// What of an entry was seen.
    pub(crate) struct SeenQuery {
        /// The version of the entry
        seen: Option<edge::EntryVersion>,
    }
}

impl SeenQuery {
    pub(crate) fn version(&self) -> Option<u64> {
        self.seen.map(|seen| seen.0)
    }
}

/// Takes away everything somebody may do in a batch.
#[utoipa::path(
    delete,
    path = "/api/batches/{batch}/operators/{id}",
    tag = "grant-operator",
    params(path::Batch, path::Operator, SeenQuery),
    responses((status = 204, description = "They may do nothing any more"), Problem)
)]
pub(crate) async fn remove_operator(
    Reading { who, batch, .. }: Reading,
    names: PathParams,
    asked: SeenQuery,
) -> Result<StatusCode, Problem> {
    let actor = who.actor();
    actor.may_grant()?;
    let decide = |before: &_| remove(before, asked.version(), actor, who.at);
    who.app
        .store
        .change(Target::operator(&batch, &names.operator(who.app.batches.numbers())?), Mode::Do, decide)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
