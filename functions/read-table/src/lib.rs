//! The student numbers of a sheet that an office has at hand, so that a page can show what would become of each. Nothing
//! is kept. A function of its own: whoever is staff may send a sheet, and the roster's import doesn't wait for them.

use axum::Json;
use axum::body::Body;
use axum::extract::Request;
use domain::refusal::Refusal;
use domain::sheet::{Beside, MOST_NUMBERS, beside, find_numbers};
use edge::{Budget, MOST_TABLE_BYTES, Problem, Reading, content_type, path, read_bytes};
use intake::{Kind, Limits, Row};
use serde::Serialize;
use utoipa::ToSchema;

edge::function! {
    /// Sheets that an office has at hand.
    Lambda: read_numbers
}

/// Only numbers are wanted of it, and whoever is staff may send one: little is kept.
const NUMBERS: Limits =
    Limits { rows: MOST_NUMBERS, columns: 32, chars: 24, unpacked: 12 * 1024 * 1024, elements: 1_000_000 };

/// The student numbers of a sheet.
#[derive(Debug, Serialize, ToSchema)]
struct Numbers {
    /// In the order of the sheet, as they stand there: what is no student number is for the caller
    /// to see.
    students: Vec<NumberRow>,
    /// The headings of columns that nothing is read of, such as an amount.
    unread: Vec<String>,
}

/// One row of the sheet.
#[derive(Debug, Serialize, ToSchema)]
struct NumberRow {
    /// Its number in the file, from 1.
    row: usize,
    /// What stands in the column of student numbers.
    student: String,
    /// The name beside it, if the sheet has a column of names.
    name: Option<String>,
}

/// Reads the student numbers of a sheet: the column 学号, or the one that holds the most of them.
#[utoipa::path(
    post,
    path = "/api/batches/{batch}/student-numbers",
    tag = "read-table",
    params(path::Batch),
    request_body(
        content(
            (String = "text/csv"),
            (inline(edge::contract::Workbook) = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ),
        description = "UTF-8 CSV or XLSX; at most 5,000 rows",
    ),
    responses((status = 200, body = Numbers), Problem)
)]
async fn read_numbers(
    Reading { who, batch, .. }: Reading,
    request: Request<Body>,
) -> Result<Json<Numbers>, Problem> {
    who.actor().may_use_lists()?;
    who.spend(Budget::Sheets).await?;
    let kind = Kind::of(content_type(request.headers()).as_deref()).ok_or(Problem::NO_TABLE)?;
    let bytes = read_bytes(request.into_body(), MOST_TABLE_BYTES).await?;
    let rows = intake::read(kind, &bytes, &NUMBERS)?;
    let (places, cells): (Vec<usize>, Vec<Vec<String>>) =
        rows.into_iter().map(|Row { number, cells }| (number, cells)).unzip();
    let like = batch.university().numbers().student.as_ref();
    let found = find_numbers(&cells, like).map_err(|fault| Refusal::InvalidFields(vec![fault]))?;
    let Beside { name, unread } = beside(&cells, found);
    let rows = places.into_iter().zip(cells).skip(usize::from(!found.bare));
    let cell = |cells: &[String], column: usize| cells.get(column).map(|cell| cell.trim().to_owned());
    let number = |(row, cells): (usize, Vec<String>)| NumberRow {
        row,
        student: cell(&cells, found.column).unwrap_or_default(),
        name: name.and_then(|column| cell(&cells, column)).filter(|name| !name.is_empty()),
    };
    Ok(Json(Numbers { students: rows.map(number).collect(), unread }))
}
