//! A college's table of its members' forms (N18), read row by row: each is handed in where forms are.

use crate::MOST_SAID;
use axum::Json;
use axum::body::Body;
use axum::extract::Request;
use domain::header::torn;
use domain::party::sheet::{COLUMNS, FormColumns, FormRow, MOST_MEMBERS, form_headings, read_form_row};
use domain::refusal::{Refusal, What};
use domain::sheet::may_be_student_number;
use edge::answer::FaultAnswer;
use edge::table::{TableAnswer, Upload};
use edge::{Budget, Problem, Reading, Unit, path};
use intake::{Limits, Row};
use serde::Serialize;
use utoipa::ToSchema;

/// A form's lines are short.
const FORMS: Limits =
    Limits { rows: MOST_MEMBERS, columns: 100, chars: 300, unpacked: 16 * 1024 * 1024, elements: 1_000_000 };

/// A table of forms, row by row.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FormsAnswer {
    /// In the order of the sheet; rows without a form are among them.
    rows: Vec<ListedForm>,
    /// How the table was understood.
    table: TableAnswer,
}

/// One row of it.
#[derive(Debug, Serialize, ToSchema)]
struct ListedForm {
    /// Its number in the file, from 1.
    row: usize,
    /// What stands in the column of student numbers, without what nobody sees.
    student: String,
    /// The name beside it.
    name: Option<String>,
    /// Whether it says nothing of a form: a member who hasn't handed one in.
    blank: bool,
    /// 抬头.
    heading: String,
    /// 去向.
    destination: String,
    /// `in-province`, `out-of-province`, `on-campus`, or empty.
    transfer_kind: String,
    /// Whom to ask at the receiver.
    receiver_contact: Option<String>,
    /// Their telephone.
    receiver_phone: Option<String>,
    /// What of the row can't be used.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    faults: Vec<FaultAnswer>,
}

impl ListedForm {
    /// About how many bytes an answer has of it.
    fn weight(&self) -> usize {
        let said = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        let own = self.student.len() + self.heading.len() + self.destination.len();
        250 + own
            + said(&self.name)
            + said(&self.receiver_contact)
            + said(&self.receiver_phone)
            + 400 * self.faults.len()
    }
}

/// Reads a college's table of its members' forms; the sheet `exports/party-forms.xlsx` is one. Nothing is handed in.
#[utoipa::path(
    post,
    path = "/api/batches/{batch}/party-forms/table",
    tag = "read-table",
    params(path::Batch),
    request_body(
        content(
            (edge::table::TableForm = "multipart/form-data"),
            (inline(edge::contract::Workbook) = "application/octet-stream"),
        ),
        description = "Any table of up to 2,000 rows: XLSX, XLS, XLSB, ODS, CSV, a web page or XML called .xls; its kind is told by its first bytes.",
    ),
    responses((status = 200, body = FormsAnswer), Problem)
)]
pub(crate) async fn read_forms(
    Reading { who, batch, .. }: Reading,
    request: Request<Body>,
) -> Result<Json<FormsAnswer>, Problem> {
    let paper = batch.introduction().ok_or(Refusal::NotFound(What::Paper))?;
    who.actor().may_gather_forms(paper, None)?;
    who.spend(Budget::Sheets).await?;
    let upload = Upload::of(request).await?;
    let is_header = |named: &[&str]| named.contains(&"student_id");
    let table = upload.read(&form_headings(), &is_header, &|_| false, &FORMS)?;
    let columns = match FormColumns::find(&table.header(), &upload.by_hand()) {
        Ok(columns) => columns,
        // Whoever sent it is shown what was understood, and can mend it.
        Err(faults) => {
            let faults = FaultAnswer::all(&faults, who.lang);
            let table = table.answer(&table.none(), &[], faults);
            return Ok(Json(FormsAnswer { rows: Vec::new(), table }));
        }
    };
    let like = batch.university().numbers().student.as_ref();
    let matched = columns.matched();
    let place = |id: &str| matched.iter().find(|(_, column)| *column == id).map(|(place, _)| *place);
    let whose: Vec<usize> = COLUMNS.iter().take(2).filter_map(|id| place(id)).collect();
    let rows = table.rows(place("student_id"), &whose, |text| may_be_student_number(text, like));
    let listed = |row: &&Row| {
        let mut read = read_form_row(&columns, &row.cells);
        read.faults.extend(table.width().and_then(|width| torn(&row.cells, width)));
        let (blank, faults) = (read.is_blank(), FaultAnswer::all(&read.faults, who.lang));
        let FormRow {
            student,
            name,
            heading,
            destination,
            transfer_kind,
            receiver_contact,
            receiver_phone,
            ..
        } = read;
        ListedForm {
            row: row.number,
            student,
            name,
            blank,
            heading,
            destination,
            transfer_kind,
            receiver_contact,
            receiver_phone,
            faults,
        }
    };
    let listed: Vec<ListedForm> = rows.rows.iter().map(listed).collect();
    if listed.iter().map(ListedForm::weight).sum::<usize>() > MOST_SAID {
        return Err(Problem::TooLarge { most: MOST_SAID, unit: Unit::Bytes });
    }
    Ok(Json(FormsAnswer { rows: listed, table: table.answer(&rows, &matched, Vec::new()) }))
}
