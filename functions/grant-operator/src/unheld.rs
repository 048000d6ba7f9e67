//! What would wait for nobody: the offices of a batch that nobody holds.

use axum::Json;
use domain::batch::Batch;
use domain::ids::PersonId;
use domain::operator::{Operator, Scope, Unheld, unheld};
use edge::{Problem, Reading, SignedIn, path, people, readable};
use serde::Serialize;
use utoipa::ToSchema;

/// Offices that nobody holds.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UnheldOffices {
    /// In the batch's order; advisors' are not among them.
    offices: Vec<UnheldOffice>,
    /// Operators whose entry can't be read: they may hold one of these.
    unreadable: Vec<String>,
}

/// An office for which nobody can decide, now or later.
#[derive(Debug, Serialize, ToSchema)]
struct UnheldOffice {
    /// Its id.
    office: String,
    /// The colleges for whose students nobody does; none: for nobody's.
    colleges: Vec<String>,
}

/// The offices that nobody holds, whole or for some of the batch's colleges.
#[utoipa::path(
    get,
    path = "/api/batches/{batch}/unheld-offices",
    tag = "grant-operator",
    params(path::Batch),
    responses((status = 200, body = UnheldOffices), Problem)
)]
pub(crate) async fn list_unheld(Reading { who, batch, .. }: Reading) -> Result<Json<UnheldOffices>, Problem> {
    who.actor().may_grant()?;
    let colleges = async { Ok(who.app.store.colleges(batch.id()).await?) };
    let ((entries, unreadable), colleges) = tokio::try_join!(every_operator(&who, &batch), colleges)?;
    let offices = unheld(&batch, &entries, &colleges, who.at).into_iter();
    let offices = offices.map(|Unheld { office, colleges }| UnheldOffice {
        office: office.to_string(),
        colleges: colleges.into_iter().collect(),
    });
    Ok(Json(UnheldOffices { offices: offices.collect(), unreadable: people(&unreadable) }))
}

/// Every entry of a batch, and those that can't be read.
pub(crate) async fn every_operator(
    who: &SignedIn,
    batch: &Batch,
) -> Result<(Vec<Operator>, Vec<PersonId>), Problem> {
    Ok(readable(who.app.store.every_operator(&Scope::Batch(batch.id().clone())).await?))
}
