//! Who isn't finished, and what each of them lacks.

use axum::Json;
use domain::ids::StudentId;
use domain::progress::Outline;
use domain::state::{State, WaitingFor};
use edge::contract::{StateOfStep, StudentNumber, WaitingForWord};
use edge::{Cursor, FactFilter, Limit, Problem, Reading, Search, path, readable};
use futures::TryStreamExt as _;
use serde::Serialize;
use store::AccessEvent;
use utoipa::ToSchema;

use crate::place::{MOST_LOOKED_AT, Place};

/// How many students are read at once.
const PAGE: i32 = 200;

edge::query! {
    /// Whom, and which page.
    pub(crate) struct UnfinishedQuery {
        /// One college only
        college: Option<Search>,
        /// Only students with these values of facts: `campus:lianhua,level:doctor`
        facts: Option<FactFilter>,
        /// The beginning or the end of a student number, or a part of a name
        q: Option<Search>,
        /// 1 to 100, 50 unless said
        limit: Limit<50>,
        /// `next` of the page before
        cursor: Option<Cursor<Place>>,
    }
}

/// A page of students who aren't finished.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Unfinished {
    students: Vec<UnfinishedRow>,
    /// Students among them whose record can't be read: an administrator's business.
    #[schema(value_type = Vec<StudentNumber>)]
    unreadable: Vec<StudentId>,
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
    #[schema(value_type = StateOfStep)]
    state: State,
    /// `you` (the student), `office` or `prerequisite`.
    #[schema(value_type = Option<WaitingForWord>)]
    waiting_for: Option<WaitingFor>,
}

/// The students who aren't finished, by college and number, each with what they lack. From the index, so a change of
/// this very moment may not show yet.
#[utoipa::path(
    get,
    path = "/api/batches/{batch}/unfinished",
    tag = "worklist",
    params(path::Batch, UnfinishedQuery),
    responses((status = 200, body = Unfinished), Problem)
)]
pub(crate) async fn list_unfinished(
    reading: Reading,
    asked: UnfinishedQuery,
) -> Result<Json<Unfinished>, Problem> {
    let batch = &reading.batch;
    let within = reading.who.actor().may_see_progress(batch, asked.college.as_deref())?;
    let facts = FactFilter::of(asked.facts.as_ref(), batch.university())?;

    let from = asked.cursor.and_then(|Cursor(place)| place.in_colleges());
    let mut outlines = reading.who.app.store.walk(batch.id(), &within, from, PAGE);
    let (mut students, mut unreadable, mut looked_at, mut next) = (Vec::new(), Vec::new(), 0, None);
    'pages: while let Some(page) = outlines.try_next().await? {
        let (page, broken) = readable(page);
        unreadable.extend(broken);
        for outline in &page {
            looked_at += 1;
            let asked_for = asked.q.as_deref().is_none_or(|text| outline.is_about(text))
                && facts.fits(&outline.traits())
                && reading.who.actor().reaches(batch, &outline.traits());
            students.extend(Some(row(batch, outline)).filter(|row| asked_for && !row.lacks.is_empty()));
            if students.len() == asked.limit.rows() || looked_at >= MOST_LOOKED_AT {
                next = Some(Cursor(Place::after(outline)).text());
                break 'pages;
            }
        }
    }
    reading.who.count(AccessEvent::RowShown, students.len());
    Ok(Json(Unfinished { students, unreadable, next }))
}

fn row(batch: &domain::batch::Batch, outline: &Outline) -> UnfinishedRow {
    let states =
        batch.steps().map(|step| (step.number.0, batch.state(step, &outline.traits(), &outline.marks)));
    let left = states.filter(|(_, state)| !state.is_done());
    UnfinishedRow {
        id: outline.id.to_string(),
        name: outline.name.clone(),
        college: outline.college.clone(),
        lacks: left.map(|(step, state)| Lack { step, state, waiting_for: state.waiting_for() }).collect(),
    }
}
