//! Status lookup: what is done, what is left and who it waits for (N7); what a page needs when it opens; and
//! a student's history.

mod me;

use axum::Json;
use edge::answer::{EventAnswer, StatusAnswer};
use edge::{Cursor, Limit, OwnOrReading, PathParams, Problem, Reading, path, readable};
use serde::Serialize;
use store::AccessEvent;
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
    params(path::Batch, path::Student),
    responses((status = 200, body = StatusAnswer), Problem)
)]
async fn read_status(OwnOrReading(reading): OwnOrReading) -> Result<Json<StatusAnswer>, Problem> {
    let Reading { who, batch, .. } = &reading;
    let others = !who.person.is(&reading.clearance()?.student.id);
    who.count(AccessEvent::RecordRead, usize::from(others));
    Ok(Json(StatusAnswer::of(batch, reading.clearance()?, who.actor(), who.at, who.lang)))
}

edge::query! {
    /// Which page.
    struct HistoryQuery {
        /// 1 to 100, 100 unless said
        limit: Limit<100>,
        /// `next` of the page before
        cursor: Option<Cursor<u64>>,
    }
}

/// A page of a student's events.
#[derive(Debug, Serialize, ToSchema)]
struct History {
    events: Vec<EventAnswer>,
    /// Numbers of events that can't be read.
    unreadable: Vec<u64>,
    next: Option<String>,
}

/// What happened to one student's clearance, from the enrolment on: for staff, and for the student.
#[utoipa::path(
    get,
    path = "/api/batches/{batch}/students/{student}/history",
    tag = "status",
    params(path::Batch, path::Student, HistoryQuery),
    responses((status = 200, body = History), Problem)
)]
async fn read_history(
    reading: Reading,
    names: PathParams,
    asked: HistoryQuery,
) -> Result<Json<History>, Problem> {
    let student = names.student(&reading.who.person)?;
    let (actor, clearance) = (reading.who.actor(), reading.clearance()?);
    actor.may_read(&reading.batch, &clearance.student)?;
    let (after, limit) = (asked.cursor.map(|Cursor(number)| number), asked.limit.items());
    let page = reading.who.app.store.history(reading.batch.id(), &student, after, limit).await?;
    let next = page.next.map(|number| Cursor(number).text());
    let sees_party = actor.may_see_party(&reading.batch, &clearance.student);
    let (events, unreadable) = readable(page.items);
    let events = events.iter().map(|event| EventAnswer::of(event, sees_party)).collect();
    Ok(Json(History { events, unreadable, next }))
}
