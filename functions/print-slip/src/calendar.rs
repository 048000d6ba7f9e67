//! A letter's expiry as a calendar file, so that a missed date is hard to come by (N21).

use axum::response::Response;
use chrono::Duration;
use domain::refusal::{Refusal, What};
use domain::text::Lang;
use edge::{PathNames, Problem, ProblemBody, Reading};
use icalendar::{Alarm, Calendar, Component as _, Event, EventLike as _};

use crate::file;

/// The last day of a student's letter as a calendar file, with a reminder two weeks before.
#[utoipa::path(
    get,
    path = "/api/batches/{batch}/students/{student}/letter.ics",
    tag = "print-slip",
    params(
        ("batch" = String, Path, description = "The batch"),
        ("student" = String, Path, description = "A student number, or `me`"),
    ),
    responses((status = 200, content_type = "text/calendar", description = "The calendar"), (status = "4XX", body = ProblemBody, content_type = "application/problem+json", description = "A problem"))
)]
pub(crate) async fn letter_calendar(reading: Reading, names: PathNames) -> Result<Response, Problem> {
    let student = names.student(&reading.who.person)?;
    let (_, clearance) = reading.clearance(&student).await?;
    let letter = clearance.letter.ok_or(Refusal::NotFound(What::Letter))?;
    let (summary, description) = match reading.who.lang {
        Lang::Zh => (
            format!("第 {} 号组织关系介绍信最后一天", letter.number),
            "请在今天之前把介绍信交到接收单位，并请对方把回执寄回研究生院党委。",
        ),
        Lang::En => (
            format!("Last day of introduction letter {}", letter.number),
            "Take the letter to the receiver by today, and have the receipt sent back to the party office.",
        ),
    };
    let event = Event::new()
        .uid(&format!("{}-letter-{}@lixiao", reading.batch.id(), letter.number))
        .summary(&summary)
        .description(description)
        .all_day(letter.valid_until)
        .alarm(Alarm::display(&summary, -Duration::days(14)))
        .done();
    let calendar = Calendar::new().push(event).done();
    Ok(file("text/calendar; charset=utf-8", "letter.ics", calendar.to_string().into_bytes()))
}
