//! Administrators of the university. Those of the stack's parameter have no entry and can't be dismissed here.

use axum::Json;
use axum::http::StatusCode;
use domain::decide::operator::{appoint, remove};
use domain::ids::{PersonId, PersonKind};
use domain::operator::{Operator, Scope, read_name};
use edge::contract::{self, PersonName};
use edge::{Cursor, JsonBody, OnCampus, PathParams, Problem, path, people, readable};
use serde::{Deserialize, Serialize};
use store::{Mode, Target};
use utoipa::ToSchema;

use crate::operators::{OperatorsQuery, SeenQuery};

/// A page of administrators.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AdministratorList {
    administrators: Vec<AdministratorAnswer>,
    /// Administrators whose entry can't be read.
    unreadable: Vec<String>,
    next: Option<String>,
}

/// One administrator.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AdministratorAnswer {
    /// Their number.
    id: String,
    /// Whose number it is.
    #[schema(value_type = contract::PersonKind)]
    kind: PersonKind,
    /// Their name.
    name: String,
    /// Which version of the entry this is: whoever changes it says so.
    version: u64,
}

impl From<&Operator> for AdministratorAnswer {
    fn from(entry: &Operator) -> Self {
        Self {
            id: entry.id.number().to_owned(),
            kind: entry.id.kind(),
            name: entry.name.clone(),
            version: entry.version,
        }
    }
}

/// Every administrator with an entry, in order of number.
#[utoipa::path(
    get,
    path = "/api/administrators",
    tag = "grant-operator",
    params(OperatorsQuery),
    responses((status = 200, body = AdministratorList), Problem)
)]
pub(crate) async fn list_administrators(
    OnCampus(who): OnCampus,
    asked: OperatorsQuery,
) -> Result<Json<AdministratorList>, Problem> {
    who.actor().may_grant()?;
    let after: Option<PersonId> = asked.cursor.map(|Cursor(id)| id);
    let page = who.app.store.operators(&Scope::University, after, asked.limit.items()).await?;
    let (entries, unreadable) = readable(page.items);
    let active = entries.iter().filter(|entry| entry.is_active());
    let next = page.next.map(|id| Cursor(id).text());
    let administrators = active.map(AdministratorAnswer::from).collect();
    Ok(Json(AdministratorList { administrators, unreadable: people(&unreadable), next }))
}

/// Who becomes an administrator.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AdministratorBody {
    /// Their name.
    #[schema(value_type = PersonName)]
    name: String,
    /// The version of the entry that was seen; left out for somebody who has none.
    #[serde(default)]
    seen: Option<u64>,
}

/// Makes somebody an administrator.
#[utoipa::path(
    put,
    path = "/api/administrators/{id}",
    tag = "grant-operator",
    params(path::Operator),
    request_body = AdministratorBody,
    responses((status = 200, body = AdministratorAnswer), Problem)
)]
pub(crate) async fn appoint_administrator(
    OnCampus(who): OnCampus,
    names: PathParams,
    body: JsonBody,
) -> Result<Json<AdministratorAnswer>, Problem> {
    let actor = who.actor();
    actor.may_grant()?;
    let id = names.operator(who.app.batches.numbers())?;
    let AdministratorBody { name, seen } = body.read()?;
    let name = read_name(&name)?;
    let decide = |before: Option<&_>| appoint(before, &id, name, seen, actor, who.at);
    let entry = who.app.store.change_or_begin(Target::administrator(&id), Mode::Do, decide).await?.after;
    Ok(Json(AdministratorAnswer::from(&entry)))
}

/// Makes somebody an administrator no longer.
#[utoipa::path(
    delete,
    path = "/api/administrators/{id}",
    tag = "grant-operator",
    params(path::Operator, SeenQuery),
    responses((status = 204, description = "They are one no longer"), Problem)
)]
pub(crate) async fn dismiss_administrator(
    OnCampus(who): OnCampus,
    names: PathParams,
    asked: SeenQuery,
) -> Result<StatusCode, Problem> {
    let actor = who.actor();
    actor.may_grant()?;
    let decide = |before: &_| remove(before, asked.version(), actor, who.at);
    who.app
        .store
        .change(Target::administrator(&names.operator(who.app.batches.numbers())?), Mode::Do, decide)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
