//! The batches there are: staff choose one from the list (N6), pages find its steps and contacts.

use axum::Json;
use domain::refusal::{Refusal, What};
use edge::answer::{BatchAnswer, BatchLine};
use edge::{PathParams, Problem, SignedIn, path};
use serde::Serialize;
use utoipa::ToSchema;

edge::function! {
    /// The batches.
    Lambda: list_batches, read_batch
}

/// Every batch.
#[derive(Debug, Serialize, ToSchema)]
struct BatchList {
    batches: Vec<BatchLine>,
}

/// Every batch, the newest first. Open from everywhere, so that a page can say why a batch isn't.
#[utoipa::path(
    get,
    path = "/api/batches",
    tag = "list-batches",
    responses((status = 200, body = BatchList), Problem)
)]
async fn list_batches(who: SignedIn) -> Json<BatchList> {
    let batches = who.app.batches.iter().map(|batch| BatchLine::of(batch, who.lang)).collect();
    Json(BatchList { batches })
}

/// One batch with its steps, offices and contacts (N13).
#[utoipa::path(
    get,
    path = "/api/batches/{batch}",
    tag = "list-batches",
    params(path::Batch),
    responses((status = 200, body = BatchAnswer), Problem)
)]
async fn read_batch(who: SignedIn, names: PathParams) -> Result<Json<BatchAnswer>, Problem> {
    let batch = names.text("batch").and_then(|id| who.app.batches.get(id));
    let batch = batch.ok_or(Refusal::NotFound(What::Batch))?;
    Ok(Json(BatchAnswer::of(batch, who.lang)))
}
