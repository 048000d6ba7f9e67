//! A letter's expiry as a calendar file, so that a missed date is hard to come by (N21).

use axum::response::Response;
use chrono::{Days, Duration};
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
        ("batch" = inline(edge::contract::Batch), Path, description = "The batch"),
        ("student" = inline(edge::contract::StudentOrMe), Path, description = "A student number, or `me`"),
    ),
    responses((status = 200, content_type = "text/calendar", description = "The calendar"), (status = "4XX", body = ProblemBody, content_type = "application/problem+json", description = "A problem"))
)]
pub(crate) async fn letter_calendar(reading: Reading, names: PathNames) -> Result<Response, Problem> {
    let student = names.student(&reading.who.person)?;
    let (actor, clearance) = (reading.who.actor(), reading.clearance()?);
    let theirs = actor.may_see_party(&clearance.student);
    let letter = clearance.letter.as_ref().filter(|_| theirs).ok_or(Refusal::NotFound(What::Letter))?;
    let (summary, description) = match reading.who.lang {
        Lang::Zh => (
            format!("第 {:04} 号组织关系介绍信最后一天", letter.number),
            "请在今天之前把介绍信交到接收单位，并请对方把回执寄回研究生院党委。",
        ),
        Lang::En => (
            format!("Last day of introduction letter {}", letter.number),
            "Take the letter to the receiver by today, and have the receipt sent back to the party office.",
        ),
    };
    let event = Event::new()
        // The same for a letter issued anew, so that it takes the old one's place.
        .uid(&format!("{}-{student}-letter@lixiao", reading.batch.id()))
        .timestamp(reading.who.at.to_utc())
        .summary(&summary)
        .description(description)
        .starts(letter.valid_until)
        .ends(letter.valid_until + Days::new(1))
        .alarm(Alarm::display(&summary, -Duration::days(14)))
        .done();
    let calendar = Calendar::new().push(event).done();
    Ok(file("text/calendar; charset=utf-8", "letter.ics", calendar.to_string().into_bytes()))
}
