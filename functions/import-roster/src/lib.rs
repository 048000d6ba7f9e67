//! Roster import: brings students into a batch, or up to date, from CSV or XLSX; and takes out or erases what is held of one.
//!
//! A bad row never stops a good one, and an import decides no step; a row that would reopen one is refused.

mod person;
mod write;

use std::collections::BTreeMap;

use axum::Json;
use axum::body::Body;
use axum::extract::Request;
use domain::field::{FieldFault, FieldRule};
use domain::ids::StudentId;
use domain::refusal::Refusal;
use domain::roster::{Columns, MOST_ROWS, read_row};
use domain::sheet::TableError;
use domain::student::Student;
use edge::{Budget, Changing, Flag, MOST_TABLE_BYTES, Problem, ProblemBody, content_type, path, read_bytes};
use intake::{Kind, Limits, Row};
use ledger::Salt;
use serde::Serialize;
use store::Mode;
use utoipa::ToSchema;

use crate::write::Outcome;

/// A roster: cells a little longer than any column may be, and 2,000 rows are far less than 48 MB.
const ROSTER: Limits =
    Limits { rows: MOST_ROWS, columns: 64, chars: 300, unpacked: 48 * 1024 * 1024, elements: 4_000_000 };

edge::function! {
    /// Rosters.
    Lambda: import_roster, person::export_person, person::forget_person
}

edge::query! {
    /// How.
    struct RosterQuery {
        /// `true`: only say what would come of it
        dry_run: Option<Flag>,
    }
}

/// What came of a roster.
#[derive(Debug, Default, Serialize, ToSchema)]
struct Imported {
    /// Students that are new.
    created: usize,
    /// Students of whom the roster now says something else.
    updated: usize,
    /// Students of whom it says the same.
    unchanged: usize,
    /// Those of whom it now says something else, and in which columns.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    updates: Vec<UpdatedRow>,
    /// Headings of columns that are nobody's: the university's file declares none of that name, and nothing was read of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unread: Vec<String>,
    /// Rows that were not taken, and why.
    rows: Vec<RefusedRow>,
}

/// A student of whom the roster now says something else.
#[derive(Debug, Serialize, ToSchema)]
struct UpdatedRow {
    /// Its number in the file.
    row: usize,
    /// 学号.
    student: String,
    /// The columns, e.g. `name`.
    columns: Vec<String>,
}

/// A row that was not taken.
#[derive(Debug, Serialize, ToSchema)]
struct RefusedRow {
    /// Its number in the file; the header is row 1.
    row: usize,
    /// The student number, if the row has one.
    student: Option<String>,
    /// What is wrong, by column, and what to do.
    problem: ProblemBody,
}

/// Imports up to 2,000 students. Administrators may at any time.
#[utoipa::path(
    post,
    path = "/api/batches/{batch}/roster",
    tag = "import-roster",
    params(path::Batch, RosterQuery),
    request_body(
        content(
            (String = "text/csv"),
            (inline(edge::contract::Workbook) = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ),
        description = "UTF-8 CSV or XLSX",
    ),
    responses((status = 200, body = Imported), Problem)
)]
async fn import_roster(
    changing: Changing,
    asked: RosterQuery,
    request: Request<Body>,
) -> Result<Json<Imported>, Problem> {
    let Changing { who, batch, .. } = &changing;
    let mode = Mode::from(asked.dry_run == Some(Flag::True));
    let actor = who.actor();
    actor.may_import_rosters()?;
    who.spend(Budget::Sheets).await?;
    let kind = Kind::of(content_type(request.headers()).as_deref()).ok_or(Problem::NO_TABLE)?;
    let bytes = read_bytes(request.into_body(), MOST_TABLE_BYTES).await?;
    let mut rows = intake::read(kind, &bytes, &ROSTER)?.into_iter();
    let header = rows.next().ok_or(TableError::NotATable)?.cells;
    let columns = Columns::find(batch.university(), header.iter().map(String::as_str))
        .map_err(Refusal::InvalidFields)?;
    let rows: Vec<Row> = rows.collect();
    let (students, mut refused) = read_rows(&columns, &rows, who.at.date_naive(), edge::salt()?);

    let mut imported = Imported { unread: columns.others().to_vec(), ..Imported::default() };
    for (row, student, outcome) in
        write::all(&who.app.store, batch, actor, who.at, &columns, students, mode).await?
    {
        match outcome {
            Outcome::Created => imported.created += 1,
            Outcome::Updated(columns) => {
                imported.updated += 1;
                imported.updates.push(UpdatedRow { row, student: student.to_string(), columns });
            }
            Outcome::Unchanged => imported.unchanged += 1,
            Outcome::Refused(problem) => refused.push((row, Some(student), problem)),
        }
    }
    imported.updates.sort_by_key(|update| update.row);
    refused.sort_by_key(|(row, ..)| *row);
    imported.rows = refused
        .into_iter()
        .map(|(row, student, problem)| RefusedRow {
            row,
            student: student.map(|student| student.to_string()),
            problem: problem.in_words(who.voice()),
        })
        .collect();
    Ok(Json(imported))
}

type Refused = (usize, Option<StudentId>, Problem);

/// The sound rows, and the others with what is wrong. A student's later rows are refused: which of
/// them is right is not ours to guess, so the first stands and the others are shown.
fn read_rows(
    columns: &Columns<'_>,
    rows: &[Row],
    today: chrono::NaiveDate,
    salt: Salt,
) -> (Vec<(usize, Student)>, Vec<Refused>) {
    let mut first: BTreeMap<StudentId, usize> = BTreeMap::new();
    let (mut students, mut refused) = (Vec::new(), Vec::new());
    for Row { number, cells } in rows {
        let (student, faults) = match read_row(columns, cells, today, salt) {
            Ok(student) if !first.contains_key(&student.id) => {
                first.insert(student.id.clone(), *number);
                students.push((*number, student));
                continue;
            }
            Ok(student) => (Some(student.id), vec![FieldFault::new("student_id", FieldRule::Duplicate)]),
            Err(wrong) => wrong,
        };
        refused.push((*number, student, Refusal::InvalidFields(faults).into()));
    }
    (students, refused)
}
