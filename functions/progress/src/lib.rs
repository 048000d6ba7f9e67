//! How far a batch is, in numbers and as sheets: by step and by college, within the caller's reach.

mod exports;
mod lists;
mod query;
mod sheet;
mod students;
mod templates;
mod words;

use axum::Json;
use domain::progress::{Outline, Tally};
use domain::role::Colleges;
use domain::state::State;
use edge::{NoQuery, Problem, Reading, path};
use serde::Serialize;
use store::Counted;
use utoipa::ToSchema;

edge::function! {
    /// Progress and sheets.
    Lambda: read_progress, exports::export
}

/// The counts of a batch.
#[derive(Debug, Serialize, ToSchema)]
struct Progress {
    /// All students in the caller's reach.
    students: usize,
    /// Those with nothing left.
    cleared: usize,
    /// Those whose record can't be read, and who are counted nowhere else: an administrator's business.
    unreadable: usize,
    /// By step.
    steps: Vec<StepProgress>,
    /// By college.
    colleges: Vec<CollegeProgress>,
}

/// How many students are at a step, by state.
#[derive(Debug, Serialize, ToSchema)]
struct StepProgress {
    number: u8,
    passed: usize,
    waived: usize,
    rejected: usize,
    ready: usize,
    blocked: usize,
}

/// How far a college is.
#[derive(Debug, Serialize, ToSchema)]
struct CollegeProgress {
    name: String,
    students: usize,
    cleared: usize,
}

/// How far a batch is, in the colleges that the caller may see. Counted from the index, so a change
/// of this very moment may not show yet.
#[utoipa::path(
    get,
    path = "/api/batches/{batch}/progress",
    tag = "progress",
    params(path::Batch),
    responses((status = 200, body = Progress), Problem)
)]
async fn read_progress(reading: Reading, _: NoQuery) -> Result<Json<Progress>, Problem> {
    let within = reading.who.actor().may_see_progress(&reading.batch, None)?;
    let counted = count_all(&reading, within).await?;
    Ok(Json(progress(&reading, &counted)))
}

/// Counts the colleges in reach.
async fn count_all(reading: &Reading, within: Colleges) -> Result<Counted<Tally>, Problem> {
    let (store, batch) = (&reading.who.app.store, &reading.batch);
    let actor = reading.who.actor();
    let add = |tally: &mut Tally, outline: &Outline| {
        if actor.reaches(batch, &outline.traits()) {
            tally.add(batch, outline);
        }
    };
    Ok(store.count(batch.id(), &within, add, Tally::merged).await?)
}

fn progress(reading: &Reading, Counted { sum: tally, unreadable }: &Counted<Tally>) -> Progress {
    let step = |step: &domain::batch::Step| {
        let count = |state| tally.count(step.number, state);
        StepProgress {
            number: step.number.0,
            passed: count(State::Passed),
            waived: count(State::Waived),
            rejected: count(State::Rejected),
            ready: count(State::Ready),
            blocked: count(State::Blocked),
        }
    };
    let college = |(name, (students, cleared)): (&String, &(usize, usize))| CollegeProgress {
        name: name.clone(),
        students: *students,
        cleared: *cleared,
    };
    Progress {
        students: tally.students,
        cleared: tally.cleared,
        unreadable: *unreadable,
        steps: reading.batch.steps().map(step).collect(),
        colleges: tally.colleges.iter().map(college).collect(),
    }
}
