//! Status lookup: what is done, what is left and who it waits for (N7); what a page needs when it opens; and
//! a student's history.

mod me;

use axum::Json;
use edge::answer::{EventAnswer, StatusAnswer};
use edge::{Cursor, OwnOrReading, PathNames, Problem, ProblemBody, Query, Reading};
use serde::Serialize;
use utoipa::ToSchema;

edge::function! {
    /// Status lookup.
    Lambda: me::read_me, read_status, read_history
}

/// One student's clearance: one round trip. A student's own can be read by a session of the portal's too.
#[utoipa::path(
    get,
    path = "/api/batches/{batch}/students/{student}",
    tag = "status",
    params(
        ("batch" = inline(edge::contract::Batch), Path, description = "The batch, e.g. 2018-01"),
        ("student" = inline(edge::contract::StudentOrMe), Path, description = "A student number, or `me`"),
    ),
    responses((status = 200, body = StatusAnswer), (status = "4XX", body = ProblemBody, content_type = "application/problem+json", description = "A problem"))
)]
async fn read_status(OwnOrReading(reading): OwnOrReading) -> Result<Json<StatusAnswer>, Problem> {
    let Reading { who, batch, .. } = &reading;
    Ok(Json(StatusAnswer::of(batch, reading.clearance()?, who.actor(), who.at, who.lang)))
}

/// A page of a student's events.
#[derive(Debug, Serialize, ToSchema)]
struct History {
    events: Vec<EventAnswer>,
    next: Option<String>,
}

/// What happened to one student's clearance, from the enrolment on: for staff, and for the student.
#[utoipa::path(
    get,
    path = "/api/batches/{batch}/students/{student}/history",
    tag = "status",
    params(
        ("batch" = inline(edge::contract::Batch), Path, description = "The batch"),
        ("student" = inline(edge::contract::StudentOrMe), Path, description = "A student number, or `me`"),
        ("limit" = inline(Option<edge::contract::Limit>), Query, description = "1 to 100, 100 unless said"),
        ("cursor" = inline(Option<edge::contract::Place>), Query, description = "`next` of the page before"),
    ),
    responses((status = 200, body = History), (status = "4XX", body = ProblemBody, content_type = "application/problem+json", description = "A problem"))
)]
async fn read_history(
    reading: Reading,
    names: PathNames,
    mut query: Query,
) -> Result<Json<History>, Problem> {
    let limit = query.limit(100);
    let after = query.cursor();
    query.finish()?;
    let student = names.student(&reading.who.person)?;
    let (actor, clearance) = (reading.who.actor(), reading.clearance()?);
    actor.may_read(&clearance.student)?;
    let limit = i32::try_from(limit).unwrap_or(100);
    let page = reading.who.app.store.history(reading.batch.id(), &student, after, limit).await?;
    let next = page.next.map(|number| Cursor::write(&number));
    let sees_party = actor.may_see_party(&clearance.student);
    let events = page.items.iter().map(|event| EventAnswer::of(event, sees_party)).collect();
    Ok(Json(History { events, next }))
}
