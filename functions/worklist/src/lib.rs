//! Lists of students, a page at a time: those of an office's step, and the members of a college with
//! their party forms.

mod members;
mod place;
mod row;
mod unfinished;
mod walk;

use axum::Json;
use domain::progress::ListTotals;
use domain::refusal::{Refusal, What};
use domain::state::State;
use domain::student::YesNo;
use edge::{Cursor, Problem, ProblemBody, Query, Reading};
use serde::Serialize;
use utoipa::ToSchema;

use crate::row::WorklistRow;
use crate::walk::Wanted;

edge::function! {
    /// Worklists.
    Lambda: read_worklist, unfinished::list_unfinished, members::list_members
}

/// A page of students.
#[derive(Debug, Serialize, ToSchema)]
struct Worklist {
    students: Vec<WorklistRow>,
    /// Where it goes on; a page can be short, or empty, and still go on.
    next: Option<String>,
    /// All of the list, whatever its filter by state or text, if they were asked for.
    totals: Option<Totals>,
}

/// How many students a step stands at.
#[derive(Debug, Serialize, ToSchema)]
struct Totals {
    passed: usize,
    waived: usize,
    rejected: usize,
    ready: usize,
    blocked: usize,
    /// Passed or excused today.
    done_today: usize,
}

impl From<ListTotals> for Totals {
    fn from(totals: ListTotals) -> Self {
        let count = |state| totals.states.get(&state).copied().unwrap_or_default();
        Self {
            passed: count(State::Passed),
            waived: count(State::Waived),
            rejected: count(State::Rejected),
            ready: count(State::Ready),
            blocked: count(State::Blocked),
            done_today: totals.done_today,
        }
    }
}

/// The students of one step, by college and number. From the index, so a change of this very
/// moment may not show yet.
#[utoipa::path(
    get,
    path = "/api/batches/{batch}/worklist",
    tag = "worklist",
    params(
        ("batch" = inline(edge::contract::Batch), Path, description = "The batch"),
        ("step" = inline(edge::contract::Step), Query, description = "The step's number"),
        ("state" = inline(Option<edge::contract::StateOfStep>), Query, description = "`passed`, `waived`, `rejected`, `ready` or `blocked`"),
        ("college" = inline(Option<edge::contract::Search>), Query, description = "One college only"),
        ("q" = inline(Option<edge::contract::Search>), Query, description = "A student number, the beginning or the end of one, or a part of a name"),
        ("totals" = inline(Option<edge::contract::YesOrNo>), Query, description = "`yes`: also how many there are in each state"),
        ("limit" = inline(Option<edge::contract::Limit>), Query, description = "1 to 100, 50 unless said"),
        ("cursor" = inline(Option<edge::contract::Place>), Query, description = "`next` of the page before"),
    ),
    responses((status = 200, body = Worklist), (status = "4XX", body = ProblemBody, content_type = "application/problem+json", description = "A problem"))
)]
async fn read_worklist(reading: Reading, mut query: Query) -> Result<Json<Worklist>, Problem> {
    let steps: Vec<String> = reading.batch.steps().map(|step| step.number.to_string()).collect();
    let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
    let number = query.word("step", |text| text.parse().ok().map(domain::ids::StepNumber), &steps);
    let number = query.required("step", number);
    let state = query.word("state", State::read, &State::ALL.map(State::word));
    let college = query.search("college");
    let text = query.search("q");
    let limit = query.limit(50);
    let from = query.cursor();
    let counted = query.word("totals", YesNo::read, &["yes", "no"]) == Some(YesNo::Yes);
    query.finish()?;

    let step = number.and_then(|number| reading.batch.step(number)).ok_or(Refusal::NotFound(What::Step))?;
    let actor = reading.who.actor();
    let reach = actor.may_list(&reading.batch, step, college.as_deref())?;
    let wanted = Wanted {
        store: &reading.who.app.store,
        batch: &reading.batch,
        actor,
        step,
        state,
        college: college.as_deref(),
        text: text.as_deref(),
        limit: usize::try_from(limit).unwrap_or(50),
        at: reading.who.at,
    };
    let totals = if counted { Some(wanted.totals(&reach).await?.into()) } else { None };
    let (students, next) = wanted.walk(reach, from).await?;
    Ok(Json(Worklist { students, next: next.map(|place| Cursor::write(&place)), totals }))
}
