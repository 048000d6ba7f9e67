//! Lists of students, a page at a time: those of an office's step, and the members of a college with
//! their party forms.

mod members;
mod place;
mod row;
mod unfinished;
mod walk;

use axum::Json;
use domain::ids::StudentId;
use domain::progress::ListTotals;
use domain::state::State;
use domain::student::YesNo;
use edge::contract::StudentNumber;
use edge::{Cursor, FactFilter, Limit, Problem, Reading, Required, Search, StepName, path};
use serde::Serialize;
use store::{AccessEvent, Counted};
use utoipa::ToSchema;

use crate::place::Place;
use crate::row::WorklistRow;
use crate::walk::{ListQuery, Rows};

edge::function! {
    /// Worklists.
    Lambda: read_worklist, unfinished::list_unfinished, members::list_members
}

edge::query! {
    /// Of which step, whom, and which page.
    struct WorklistQuery {
        /// The step's number
        step: Required<StepName>,
        /// `passed`, `waived`, `rejected`, `ready` or `blocked`
        state: Option<State>,
        /// One college only
        college: Option<Search>,
        /// Only students with these values of facts: `campus:lianhua,level:doctor`
        facts: Option<FactFilter>,
        /// A student number, the beginning or the end of one, or a part of a name
        q: Option<Search>,
        /// `yes`: also how many there are in each state
        totals: Option<YesNo>,
        /// 1 to 100, 50 unless said
        limit: Limit<50>,
        /// `next` of the page before
        cursor: Option<Cursor<Place>>,
    }
}

/// A page of students.
#[derive(Debug, Serialize, ToSchema)]
struct Worklist {
    students: Vec<WorklistRow>,
    /// Students of the list whose record can't be read: an administrator's business.
    #[schema(value_type = Vec<StudentNumber>)]
    unreadable: Vec<StudentId>,
    /// Where it goes on; a page can be short, or empty, and still go on.
    next: Option<String>,
    /// All of the list, whatever its filter by state or text, if they were asked for.
    totals: Option<Totals>,
}

/// A step's students by state.
#[derive(Debug, Serialize, ToSchema)]
struct Totals {
    passed: usize,
    waived: usize,
    rejected: usize,
    ready: usize,
    blocked: usize,
    /// Passed or excused today.
    done_today: usize,
    /// Those whose record can't be read, and who are counted nowhere else.
    unreadable: usize,
}

impl From<Counted<ListTotals>> for Totals {
    fn from(Counted { sum: totals, unreadable }: Counted<ListTotals>) -> Self {
        let count = |state| totals.states.get(&state).copied().unwrap_or_default();
        Self {
            passed: count(State::Passed),
            waived: count(State::Waived),
            rejected: count(State::Rejected),
            ready: count(State::Ready),
            blocked: count(State::Blocked),
            done_today: totals.done_today,
            unreadable,
        }
    }
}

/// The students of one step, by college and number. From the index, so a change of this very
/// moment may not show yet.
#[utoipa::path(
    get,
    path = "/api/batches/{batch}/worklist",
    tag = "worklist",
    params(path::Batch, WorklistQuery),
    responses((status = 200, body = Worklist), Problem)
)]
async fn read_worklist(reading: Reading, asked: WorklistQuery) -> Result<Json<Worklist>, Problem> {
    let batch = &reading.batch;
    let WorklistQuery { step: Required(step), state, college, facts, q, totals, limit, cursor } = asked;
    let facts = FactFilter::of(facts.as_ref(), batch.university())?;
    let step = step.of(batch)?;
    let actor = reading.who.actor();
    let reach = actor.may_list(batch, step, college.as_deref())?;

    let list = ListQuery {
        store: &reading.who.app.store,
        batch,
        actor,
        step,
        state,
        college: college.as_deref(),
        facts,
        text: q.as_deref(),
        limit: limit.rows(),
        at: reading.who.at,
    };
    let totals = match totals {
        Some(YesNo::Yes) => Some(list.totals(&reach).await?.into()),
        Some(YesNo::No) | None => None,
    };
    let Rows { rows, unreadable, next } = list.walk(reach, cursor.map(|Cursor(place)| place)).await?;
    let next = next.map(|place| Cursor(place).text());
    reading.who.count(AccessEvent::RowShown, rows.len());
    Ok(Json(Worklist { students: rows, unreadable, next, totals }))
}
