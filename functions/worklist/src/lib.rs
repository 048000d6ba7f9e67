//! Lists of students, a page at a time: those of an office's step, and the members of a college with
//! their party forms.

mod members;
mod trail;
mod walk;

use axum::Json;
use domain::clearance::State;
use domain::refusal::{Refusal, What};
use edge::{Cursor, Problem, ProblemBody, Query, Reading};
use serde::Serialize;
use utoipa::ToSchema;

use crate::walk::Wanted;

edge::function! {
    /// Worklists.
    Lambda: read_worklist, members::list_members
}

/// A page of students.
#[derive(Debug, Serialize, ToSchema)]
struct Worklist {
    students: Vec<WorklistRow>,
    /// Where it goes on; a page can be short, or empty, and still go on.
    next: Option<String>,
}

/// One student at one step.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WorklistRow {
    /// 学号.
    id: String,
    /// 姓名.
    name: String,
    /// 学院.
    college: String,
    /// `master` or `doctor`.
    level: &'static str,
    /// The step's state.
    #[schema(value_type = String, example = "ready")]
    state: State,
    /// How many steps the student has left.
    remaining: usize,
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
        ("q" = inline(Option<edge::contract::Search>), Query, description = "A student number, the beginning of one, or a part of a name"),
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
    };
    let (students, next) = wanted.walk(reach, from).await?;
    Ok(Json(Worklist { students, next: next.map(|place| Cursor::write(&place)) }))
}
