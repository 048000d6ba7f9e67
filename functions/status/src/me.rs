//! What a page needs when it opens, in one call.

use axum::Json;
use edge::answer::{BatchAnswer, BatchLine, SessionAnswer, StatusAnswer};
use edge::{Arriving, Problem, ProblemBody};
use serde::Serialize;
use utoipa::ToSchema;

/// Who has come, the batches there are, and a student's own status.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MeAnswer {
    session: SessionAnswer,
    /// Every batch, the newest first.
    batches: Vec<BatchLine>,
    /// For a student: the newest batch that has them.
    batch: Option<BatchAnswer>,
    /// Their status in it.
    status: Option<StatusAnswer>,
    /// Why the status can't be read from where they are, or now.
    problem: Option<ProblemBody>,
}

/// Who I am, which batches there are, and, for a student, the newest batch that has them with their status: all
/// that a page shows when it opens, in one round trip. A session of the portal's may ask it too.
#[utoipa::path(
    get,
    path = "/api/me",
    tag = "status",
    responses((status = 200, body = MeAnswer), Problem)
)]
pub(crate) async fn read_me(arriving: Arriving) -> Result<Json<MeAnswer>, Problem> {
    let who = &arriving.who;
    let mut me = MeAnswer {
        session: SessionAnswer::from(who),
        batches: who.app.batches.iter().map(|batch| BatchLine::of(batch, who.lang)).collect(),
        batch: None,
        status: None,
        problem: None,
    };
    if let Some((batch, clearance)) = &arriving.own {
        me.batch = Some(BatchAnswer::of(batch, who.lang));
        match arriving.may_read(batch) {
            Ok(()) => me.status = Some(StatusAnswer::of(batch, clearance, who.actor(), who.at, who.lang)),
            Err(problem) => me.problem = Some(problem.in_words(who.voice())),
        }
    }
    Ok(Json(me))
}
