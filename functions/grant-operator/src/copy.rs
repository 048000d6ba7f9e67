//! The rights of an earlier batch, copied deliberately: with a preview of who and what.

use std::collections::BTreeSet;

use axum::Json;
use domain::batch::Batch;
use domain::decide::operator::{copied, copy};
use domain::field::{FieldFault, FieldRule};
use domain::ids::{OfficeId, PersonId, PersonKind};
use domain::operator::{MOST_COPIED, Operator};
use domain::refusal::{Refusal, What};
use edge::answer::{GrantAnswer, Outcome};
use edge::contract::{self, Batch as BatchId, Person};
use edge::{JsonBody, Problem, Reading, SignedIn, path, people};
use futures::{StreamExt as _, TryStreamExt as _};
use serde::{Deserialize, Serialize};
use store::{Mode, Target};
use utoipa::ToSchema;

use crate::unheld::every_operator;

/// How many are written at the same time.
pub(crate) const AT_ONCE: usize = 16;

/// What is copied.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CopyBody {
    /// The earlier batch.
    #[schema(value_type = BatchId)]
    from: String,
    /// Only these people; everybody unless said.
    #[serde(default)]
    #[schema(value_type = Option<Vec<Person>>, max_items = 2000)]
    people: Option<Vec<String>>,
    /// `true`: only say what would come of it.
    #[serde(default)]
    #[schema(value_type = bool)]
    dry_run: Mode,
}

/// What came of each person who had rights, in order of number.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CopiedRows {
    results: Vec<CopiedRow>,
    /// Entries of the earlier batch that can't be read.
    unreadable: Vec<String>,
}

/// What came of one person.
#[derive(Debug, Serialize, ToSchema)]
struct CopiedRow {
    /// Their number.
    id: String,
    /// Whose number it is.
    #[schema(value_type = contract::PersonKind)]
    kind: PersonKind,
    /// Their name.
    name: String,
    /// `unchanged`: they have rights here already, or nothing of theirs goes on.
    #[schema(value_type = Outcome)]
    outcome: Outcome,
    /// What goes on.
    grants: Vec<GrantAnswer>,
    /// Offices of theirs that this batch doesn't have.
    left_behind: Vec<String>,
}

/// Copies what people had in an earlier batch to those who have nothing in this one yet.
#[utoipa::path(
    post,
    path = "/api/batches/{batch}/operators/copy",
    tag = "grant-operator",
    params(path::Batch),
    request_body = CopyBody,
    responses((status = 200, body = CopiedRows), Problem)
)]
pub(crate) async fn copy_operators(
    Reading { who, batch, .. }: Reading,
    body: JsonBody,
) -> Result<Json<CopiedRows>, Problem> {
    who.actor().may_grant()?;
    let CopyBody { from, people: named, dry_run: mode } = body.read()?;
    if named.as_ref().is_some_and(|people| people.len() > MOST_COPIED) {
        let rule = FieldRule::TooLong { most: MOST_COPIED };
        return Err(Refusal::InvalidFields(vec![FieldFault::new("people", rule)]).into());
    }
    let earlier = who.app.batches.get(&from).ok_or(Refusal::NotFound(What::Batch))?;
    let numbers = who.app.batches.numbers();
    let read = |(i, text): (usize, &String)| {
        numbers.person(text).map_err(|rule| FieldFault::new(format!("people[{i}]"), rule))
    };
    let named = named.as_ref().map(|named| named.iter().enumerate().map(read).collect());
    let named: Option<BTreeSet<PersonId>> =
        named.transpose().map_err(|fault| Refusal::InvalidFields(vec![fault]))?;
    let (entries, unreadable) = every_operator(&who, earlier).await?;
    let wanted = |entry: &Operator| named.as_ref().is_none_or(|named| named.contains(&entry.id));
    let entries: Vec<Operator> =
        entries.into_iter().filter(|entry| entry.is_active() && wanted(entry)).collect();
    let offices: BTreeSet<OfficeId> = batch.offices().map(|office| office.id.clone()).collect();
    let rows = entries.into_iter().map(|entry| copy_one(&who, &batch, &offices, entry, mode));
    let results = futures::stream::iter(rows).buffered(AT_ONCE).try_collect().await?;
    Ok(Json(CopiedRows { results, unreadable: people(&unreadable) }))
}

async fn copy_one(
    who: &SignedIn,
    batch: &Batch,
    offices: &BTreeSet<OfficeId>,
    entry: Operator,
    mode: Mode,
) -> Result<CopiedRow, Problem> {
    let grants = copied(&entry, offices, who.at);
    let decide = |before: Option<&_>| copy(&entry, before, batch.id(), offices, who.actor(), who.at);
    let outcome = if grants.is_empty() {
        Outcome::Unchanged
    } else {
        let target = Target::operator(batch, &entry.id);
        Outcome::of(&who.app.store.change_or_begin(target, mode, decide).await?)
    };
    let had: BTreeSet<&OfficeId> = entry.grants.iter().flat_map(|grant| &grant.offices).collect();
    let left_behind = had.into_iter().filter(|office| !offices.contains(*office));
    Ok(CopiedRow {
        id: entry.id.number().to_owned(),
        kind: entry.id.kind(),
        name: entry.name.clone(),
        outcome,
        grants: grants.iter().map(GrantAnswer::from).collect(),
        left_behind: left_behind.map(ToString::to_string).collect(),
    })
}
