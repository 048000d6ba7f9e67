//! A list that an office has at hand – who owes, how much, why – read row by row, so that a page can show what would become
//! of each; and a college's table of its members' forms. Nothing is kept. A function of its own: whoever is staff may send a list, and the roster's import doesn't wait
//! for them.

mod forms;

use axum::Json;
use axum::body::Body;
use axum::extract::Request;
use domain::batch::Batch;
use domain::field::FieldFault;
use domain::header::torn;
use domain::sheet::{
    ListColumns, ListRow, MOST_NUMBERS, added_up, list_headings, may_be_student_number, numbers_of_a_line,
    read_list_row,
};
use edge::answer::FaultAnswer;
use edge::table::{Opened, TableAnswer, Upload};
use edge::{Budget, Problem, Reading, Unit, path};
use intake::{Limits, Row};
use serde::Serialize;
use utoipa::ToSchema;

edge::function! {
    /// Lists that an office has at hand.
    Lambda: read_list, forms::read_forms
}

/// Whoever is staff may send one: little is kept of a cell.
const LIST: Limits =
    Limits { rows: MOST_NUMBERS, columns: 300, chars: 520, unpacked: 32 * 1024 * 1024, elements: 2_000_000 };

/// The most bytes that an answer says of rows: under the 6 MB of a function's answer, with room.
const MOST_SAID: usize = 4 * 1024 * 1024;

/// A list, row by row.
#[derive(Debug, Serialize, ToSchema)]
struct ListAnswer {
    /// In the order of the sheet: what is no student number is for the caller to see.
    rows: Vec<ListedRow>,
    /// How the table was understood.
    table: TableAnswer,
}

/// One row of the list.
#[derive(Debug, Serialize, ToSchema)]
struct ListedRow {
    /// Its number in the file, from 1.
    row: usize,
    /// What stands in the column of student numbers, without what nobody sees.
    student: String,
    /// The name beside it, if the list has a column of names.
    name: Option<String>,
    /// The amount beside it, in the smallest unit of the university's currency, if the list has a column of amounts.
    amount_due: Option<i64>,
    /// The reason beside it, if the list has a column of reasons.
    reason: Option<String>,
    /// What of the row can't be used: nothing should be decided by it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    faults: Vec<FaultAnswer>,
    /// What was taken out of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    remarks: Vec<FaultAnswer>,
}

/// Reads a list: student numbers with the amount, the reason and the name beside each. Without a header the column counts
/// that holds the most numbers.
#[utoipa::path(
    post,
    path = "/api/batches/{batch}/tables",
    tag = "read-table",
    params(path::Batch),
    request_body(
        content(
            (edge::table::TableForm = "multipart/form-data"),
            (inline(edge::contract::Workbook) = "application/octet-stream"),
        ),
        description = "Any table of up to 20,000 rows: XLSX, XLS, XLSB, ODS, CSV, a web page or XML called .xls; its kind is told by its first bytes.",
    ),
    responses((status = 200, body = ListAnswer), Problem)
)]
async fn read_list(
    Reading { who, batch, .. }: Reading,
    request: Request<Body>,
) -> Result<Json<ListAnswer>, Problem> {
    who.actor().may_use_lists()?;
    who.spend(Budget::Sheets).await?;
    let upload = Upload::of(request).await?;
    let like = batch.university().numbers().student.as_ref();
    let is_bare = |rows: &[Row]| ListColumns::bare(&cells_of(rows), like).is_ok();
    let is_header = |named: &[&str]| named.contains(&"student_id") || named.len() > 1;
    let table = upload.read(&list_headings(), &is_header, &is_bare, &LIST)?;
    let answer = match columns_of(&table, &upload, &batch) {
        Ok(columns) => {
            let answer = listed(&table, &columns, &batch, who.lang);
            if answer.weight() > MOST_SAID {
                return Err(Problem::TooLarge { most: MOST_SAID, unit: Unit::Bytes });
            }
            answer
        }
        // Whoever sent it is shown what was understood, and can mend it.
        Err(faults) => {
            let faults = FaultAnswer::all(&faults, who.lang);
            let table = table.answer(&table.none(), &[], faults);
            ListAnswer { rows: Vec::new(), table }
        }
    };
    Ok(Json(answer))
}

impl ListAnswer {
    /// About how many bytes it is.
    fn weight(&self) -> usize {
        let text = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        let said = |row: &ListedRow| 300 * (row.faults.len() + row.remarks.len());
        let row = |row: &ListedRow| 90 + row.student.len() + text(&row.name) + text(&row.reason) + said(row);
        self.rows.iter().map(row).sum()
    }
}

fn cells_of(rows: &[Row]) -> Vec<Vec<&str>> {
    rows.iter().map(|row| row.cells.iter().map(String::as_str).collect()).collect()
}

/// Where the columns stand: as somebody has said, as the header says, or where most of the numbers are.
fn columns_of(table: &Opened, upload: &Upload, batch: &Batch) -> Result<ListColumns, Vec<FieldFault>> {
    let (by_hand, like) = (upload.by_hand(), batch.university().numbers().student.as_ref());
    if table.has_header() || !by_hand.is_empty() {
        let header = table.header();
        // Columns of a list without a header are named by hand alone.
        let wide = by_hand.keys().max().map_or(0, |last| last + 1).max(header.len());
        let header: Vec<&str> =
            (0..wide).map(|place| header.get(place).copied().unwrap_or_default()).collect();
        return ListColumns::find_or_guess(&header, &by_hand, &cells_of(table.all()), like);
    }
    ListColumns::bare(&cells_of(table.all()), like).map_err(|fault| vec![fault])
}

fn listed(table: &Opened, columns: &ListColumns, batch: &Batch, lang: domain::text::Lang) -> ListAnswer {
    let university = batch.university();
    let like = university.numbers().student.as_ref();
    let who: Vec<usize> = std::iter::once(columns.student).chain(columns.name).collect();
    let rows = table.rows(Some(columns.student), &who, |text| may_be_student_number(text, like));
    let currency = university.currency();
    let width = table.width();
    let read_one = |row: &Row| {
        let mut read = read_list_row(columns, &row.cells, currency);
        // Without a header a row is as long as it is; a quote that was never closed is seen all the same.
        let torn = if table.is_text() { torn(&row.cells, width.unwrap_or(row.cells.len())) } else { None };
        read.faults.extend(torn);
        read
    };
    let read = |row: &&Row| {
        let several = if table.has_header() { None } else { numbers_of_a_line(&row.cells, like, currency) };
        let one = || vec![read_one(row)];
        let rows = several.unwrap_or_else(one).into_iter();
        rows.map(|read| (row.number, read)).collect::<Vec<_>>()
    };
    let said = |(row, read): (usize, ListRow)| {
        let ListRow { student, name, amount_due, reason, faults, remarks } = read;
        let (faults, remarks) = (FaultAnswer::all(&faults, lang), FaultAnswer::all(&remarks, lang));
        ListedRow { row, student, name, amount_due, reason, faults, remarks }
    };
    let matched = [
        (Some(columns.student), "student_id"),
        (columns.name, "name"),
        (columns.amount, "amount_due"),
        (columns.reason, "reason"),
    ];
    let matched: Vec<(usize, &str)> = matched.into_iter().filter_map(|(at, id)| Some((at?, id))).collect();
    ListAnswer {
        rows: added_up(rows.rows.iter().flat_map(read).collect()).into_iter().map(said).collect(),
        table: table.answer(&rows, &matched, Vec::new()),
    }
}
