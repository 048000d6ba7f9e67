//! Somebody leaves, and another goes on: all of a person's rights in a batch, in one step.

use axum::Json;
use domain::decide::operator::take_over as decide_take_over;
use domain::field::FieldFault;
use domain::operator::read_name;
use domain::refusal::Refusal;
use edge::answer::OperatorAnswer;
use edge::contract::{Person, PersonName};
use edge::{JsonBody, PathParams, Problem, Reading, path};
use serde::Deserialize;
use store::{Mode, Target};
use utoipa::ToSchema;

/// Whose rights somebody takes over.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TakeOverBody {
    /// Who has them now.
    #[schema(value_type = Person)]
    from: String,
    /// The name of who takes them over.
    #[schema(value_type = PersonName)]
    name: String,
    /// The version of the entry they are taken from that was seen.
    #[serde(default)]
    seen: Option<u64>,
    /// `true`: only say what would come of it.
    #[serde(default)]
    #[schema(value_type = bool)]
    dry_run: Mode,
}

/// Moves everything that one person may do in a batch to another, who keeps their own.
#[utoipa::path(
    post,
    path = "/api/batches/{batch}/operators/{id}/take-over",
    tag = "grant-operator",
    params(path::Batch, path::Operator),
    request_body = TakeOverBody,
    responses((status = 200, body = OperatorAnswer), Problem)
)]
pub(crate) async fn take_over(
    Reading { who, batch, .. }: Reading,
    names: PathParams,
    body: JsonBody,
) -> Result<Json<OperatorAnswer>, Problem> {
    let actor = who.actor();
    actor.may_grant()?;
    let numbers = who.app.batches.numbers();
    let id = names.operator(numbers)?;
    let TakeOverBody { from, name, seen, dry_run: mode } = body.read()?;
    let from = numbers.person(&from);
    let from = from.map_err(|rule| Refusal::InvalidFields(vec![FieldFault::new("from", rule)]))?;
    let name = read_name(&name)?;
    let (old, new) = (Target::operator(&batch, &from), Target::operator(&batch, &id));
    let decide =
        |from: &_, before: Option<&_>| decide_take_over(from, before, (&id, name), seen, actor, who.at);
    let taken = who.app.store.hand_over(old, new, mode, decide).await?.after;
    Ok(Json(OperatorAnswer::from(&taken)))
}
