//! A letter's expiry as a calendar file, so that a missed date is hard to come by (N21).

use axum::response::Response;
use chrono::{Days, Duration};
use domain::refusal::{Refusal, What};
use edge::{PathParams, Problem, Reading, path};
use icalendar::{Alarm, Calendar, Component as _, Event, EventLike as _};

use crate::{file, words};

/// The last day of a student's letter as a calendar file, with reminders from two weeks before until the day itself.
#[utoipa::path(
    get,
    path = "/api/batches/{batch}/students/{student}/letter.ics",
    tag = "print-slip",
    params(path::Batch, path::Student),
    responses((status = 200, content_type = "text/calendar", description = "The calendar"), Problem)
)]
pub(crate) async fn letter_calendar(reading: Reading, names: PathParams) -> Result<Response, Problem> {
    let student = names.student(&reading.who.person)?;
    let (actor, clearance) = (reading.who.actor(), reading.clearance()?);
    let theirs = actor.may_see_party(&reading.batch, &clearance.student);
    let letter = clearance.letter.as_ref().filter(|_| theirs).ok_or(Refusal::NotFound(What::Letter))?;
    let (number, lang) = (letter.number, reading.who.lang);
    let (summary, description) = words::last_day(number, lang);
    let mut event = Event::new();
    event
        // The same for a letter issued anew, so that it takes the old one's place.
        .uid(&format!("{}-{student}-letter@lixiao", reading.batch.id()))
        .timestamp(reading.who.at.to_utc())
        .summary(&summary)
        .description(description)
        .starts(letter.valid_until)
        .ends(letter.valid_until + Days::new(1));
    for days in DAYS_BEFORE {
        event.alarm(Alarm::display(&words::alarm(number, days, lang), MORNING - Duration::days(days)));
    }
    let calendar = Calendar::new().push(event.done()).done();
    Ok(file("text/calendar; charset=utf-8", "letter.ics", calendar.to_string().into_bytes()))
}

/// How many days before its last one a letter is called to mind.
const DAYS_BEFORE: [i64; 5] = [14, 7, 3, 1, 0];
/// When on such a day: a calendar counts from midnight, when nobody goes to an office.
const MORNING: Duration = Duration::hours(9);
