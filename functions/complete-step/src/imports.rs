//! What one import decided: whom, and whether it still stands. From here it is undone.

use std::pin::pin;

use axum::Json;
use domain::clearance::Clearance;
use domain::ids::StudentId;
use domain::refusal::{Refusal, What};
use domain::state::State;
use edge::contract::StateOfStep;
use edge::{Cursor, Limit, PathParams, Problem, Reading, path};
use futures::{StreamExt as _, TryStreamExt as _};
use serde::Serialize;
use store::{AccessEvent, pages};
use utoipa::ToSchema;

/// How many students are read at once, and how many pages at the most for one answer.
const PAGE: i32 = 100;
const MOST_PAGES: usize = 60;

edge::query! {
    /// Which page.
    pub(crate) struct ImportQuery {
        /// 1 to 100, 100 unless said
        limit: Limit<100>,
        /// `next` of the page before
        cursor: Option<Cursor<StudentId>>,
    }
}

/// A page of an import's students.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Import {
    students: Vec<ImportedRow>,
    next: Option<String>,
}

/// One student whose step the import decided.
#[derive(Debug, Serialize, ToSchema)]
struct ImportedRow {
    /// 学号.
    id: String,
    /// 姓名.
    name: String,
    /// The step's state now.
    #[schema(value_type = StateOfStep)]
    state: State,
    /// Whether it is still as the import decided; otherwise somebody has decided since, or it was
    /// taken back.
    stands: bool,
}

/// The students of an import, by number; only those whom the caller may see. Whoever began it may ask, and registrars.
#[utoipa::path(
    get,
    path = "/api/batches/{batch}/steps/{step}/imports/{import}",
    tag = "complete-step",
    params(path::Batch, path::Step, path::Import, ImportQuery),
    responses((status = 200, body = Import), Problem)
)]
pub(crate) async fn read_import(
    Reading { who, batch, .. }: Reading,
    names: PathParams,
    asked: ImportQuery,
) -> Result<Json<Import>, Problem> {
    let actor = who.actor();
    let step = batch.step(names.step()?).ok_or(Refusal::NotFound(What::Step))?;
    actor.may_use_lists()?;
    actor.could_touch(&batch, step)?;
    let (limit, after) = (asked.limit.rows(), asked.cursor.map(|Cursor(student)| student));
    let import = names.import()?;
    let begun = who.app.store.import(batch.id(), step.number, &import).await?;
    begun.ok_or(Refusal::NotFound(What::Import))?.may_read(actor)?;
    let row = |clearance: &Clearance| ImportedRow {
        id: clearance.student.id.to_string(),
        name: clearance.student.personal().name.clone(),
        state: batch.state(step, &clearance.student.traits(), &clearance.marks()),
        stands: clearance
            .records
            .get(&step.number)
            .is_some_and(|record| record.import.as_ref() == Some(&import)),
    };
    let store = &who.app.store;
    let mut students = Vec::new();
    let mut next = None;
    // Students the caller may not see aren't counted, so no page end reveals one.
    let pages = pages(after, |after| store.imported(batch.id(), step.number, &import, after, PAGE));
    let mut pages = pin!(pages.take(MOST_PAGES));
    'pages: while let Some(page) = pages.try_next().await? {
        let read = store.clearances(batch.id(), &page).await?;
        for clearance in
            read.read.values().filter(|clearance| actor.may_read(&batch, &clearance.student).is_ok())
        {
            if students.len() == limit {
                next = students.last().map(|row: &ImportedRow| Cursor(&row.id).text());
                break 'pages;
            }
            students.push(row(clearance));
        }
    }
    if students.is_empty() {
        return Err(Refusal::NotFound(What::Import).into());
    }
    who.count(AccessEvent::RowShown, students.len());
    Ok(Json(Import { students, next }))
}
