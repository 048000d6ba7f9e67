//! Who isn't finished, and what each of them lacks.

use axum::Json;
use domain::progress::Outline;
use domain::state::{State, WaitingFor};
use edge::{Cursor, Problem, ProblemBody, Query, Reading};
use futures::TryStreamExt as _;
use serde::Serialize;
use utoipa::ToSchema;

use crate::place::{MOST_LOOKED_AT, Place};

/// How many students are read at once.
const PAGE: i32 = 200;

/// A page of students who aren't finished.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Unfinished {
    students: Vec<UnfinishedRow>,
    /// Where it goes on; a page can be short, or empty, and still go on.
    next: Option<String>,
}

/// One student, and what they lack.
#[derive(Debug, Serialize, ToSchema)]
struct UnfinishedRow {
    /// 学号.
    id: String,
    /// 姓名.
    name: String,
    /// 学院.
    college: String,
    /// The steps that are left, in order.
    lacks: Vec<Lack>,
}

/// One step that is left.
#[derive(Debug, Serialize, ToSchema)]
struct Lack {
    /// The step's number.
    step: u8,
    /// `rejected`, `ready` or `blocked`.
    #[schema(value_type = String, example = "ready")]
    state: State,
    /// `you` (the student), `office` or `prerequisite`.
    waiting_for: Option<&'static str>,
}

/// The students who aren't finished, by college and number, each with what they lack. From the index, so a change of
/// this very moment may not show yet.
#[utoipa::path(
    get,
    path = "/api/batches/{batch}/unfinished",
    tag = "worklist",
    params(
        ("batch" = inline(edge::contract::Batch), Path, description = "The batch"),
        ("college" = inline(Option<edge::contract::Search>), Query, description = "One college only"),
        ("q" = inline(Option<edge::contract::Search>), Query, description = "The beginning or the end of a student number, or a part of a name"),
        ("limit" = inline(Option<edge::contract::Limit>), Query, description = "1 to 100, 50 unless said"),
        ("cursor" = inline(Option<edge::contract::Place>), Query, description = "`next` of the page before"),
    ),
    responses((status = 200, body = Unfinished), (status = "4XX", body = ProblemBody, content_type = "application/problem+json", description = "A problem"))
)]
pub(crate) async fn list_unfinished(reading: Reading, mut query: Query) -> Result<Json<Unfinished>, Problem> {
    let (college, text) = (query.search("college"), query.search("q"));
    let limit = usize::try_from(query.limit(50)).unwrap_or(50);
    let from: Option<Place> = query.cursor();
    query.finish()?;
    let batch = &reading.batch;
    let within = reading.who.actor().may_see_progress(college.as_deref())?;

    let from = from.and_then(Place::in_colleges);
    let mut outlines = reading.who.app.store.walk(batch.id(), &within, from, PAGE);
    let (mut students, mut looked_at) = (Vec::new(), 0);
    while let Some(page) = outlines.try_next().await? {
        for outline in &page {
            looked_at += 1;
            let asked_for = text.as_deref().is_none_or(|text| outline.is_about(text));
            students.extend(Some(row(batch, outline)).filter(|row| asked_for && !row.lacks.is_empty()));
            if students.len() == limit || looked_at >= MOST_LOOKED_AT {
                let next = Some(Cursor::write(&Place::after(outline)));
                return Ok(Json(Unfinished { students, next }));
            }
        }
    }
    Ok(Json(Unfinished { students, next: None }))
}

fn row(batch: &domain::batch::Batch, outline: &Outline) -> UnfinishedRow {
    let states =
        batch.steps().map(|step| (step.number.0, batch.state(step, &outline.traits, &outline.marks)));
    let left = states.filter(|(_, state)| !state.is_done());
    UnfinishedRow {
        id: outline.id.to_string(),
        name: outline.name.clone(),
        college: outline.college.clone(),
        lacks: left
            .map(|(step, state)| Lack { step, state, waiting_for: state.waiting_for().map(WaitingFor::word) })
            .collect(),
    }
}
