//! Rosters: bring students into a batch, or up to date, from any table that `intake` reads; one student by hand; and what is
//! held of one, taken out or erased.
//!
//! A bad row never stops a good one, and an import decides no step; a row that would reopen one is refused. A long roster is
//! one file and several calls, each of which goes on from a row.

mod by_hand;
mod person;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::body::Body;
use axum::extract::Request;
use domain::batch::Step;
use domain::field::{FieldFault, FieldRule};
use domain::ids::{PersonId, StudentId};
use domain::refusal::Refusal;
use domain::roster::{ADVISORS, Colleges, Columns, MOST_AT_ONCE, MOST_ROWS, ReadRow, headings, read_row};
use domain::student::Student;
use domain::text::{Lang, nearest_names, same_name};
use domain::university::{People, University};
use edge::answer::FaultAnswer;
use edge::table::{Opened, RowRemarks, Rows, TableAnswer, Upload};
use edge::{Budget, Changing, Flag, Problem, ProblemBody, RowNumber, path};
use intake::{Limits, Row};
use ledger::Salt;
use serde::Serialize;
use store::Mode;
use utoipa::ToSchema;

use crate::write::{Import, Outcome};

/// A roster: cells a little longer than any column may be, and 20,000 rows of sixty columns are less than 64 MB.
const ROSTER: Limits =
    Limits { rows: MOST_ROWS, columns: 200, chars: 300, unpacked: 64 * 1024 * 1024, elements: 4_000_000 };

/// The most bytes that an answer says of rows: under the 6 MB of a function's answer, with room.
const MOST_SAID: usize = 3 * 1024 * 1024;

edge::function! {
    /// Rosters.
    Lambda: import_roster, by_hand::add_student, by_hand::amend_student, by_hand::remove_student,
        by_hand::restore_student, by_hand::list_removed, person::export_person, person::forget_person
}

edge::query! {
    /// How.
    struct RosterQuery {
        /// `true`: only say what would come of it
        dry_run: Option<Flag>,
        /// `next` of the call before: the number of the row to go on from
        from: Option<RowNumber>,
    }
}

/// What came of a roster, or of the rows of it that one call takes in.
#[derive(Debug, Serialize, ToSchema)]
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
    /// Colleges that the batch doesn't have yet.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    new_colleges: Vec<NewCollege>,
    /// Rows that were taken with something to be said of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    remarks: Vec<RowRemarks>,
    /// Rows that were not taken, and why.
    rows: Vec<RefusedRow>,
    /// How the table was understood.
    table: TableAnswer,
    /// The number of the row that the next call goes on from; nothing when the whole roster has been taken in.
    next: Option<usize>,
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
    /// Those of them that said something and now say nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    emptied: Vec<String>,
}

/// A college that the batch doesn't have yet.
#[derive(Debug, Serialize, ToSchema)]
struct NewCollege {
    /// Its name.
    name: String,
    /// How many rows name it.
    rows: usize,
    /// One that the batch has, whose name is nearly the same.
    like: Option<String>,
}

/// A row that was not taken.
#[derive(Debug, Serialize, ToSchema)]
struct RefusedRow {
    /// Its number in the file; the header is row 1 unless something stands above it.
    row: usize,
    /// The student number, if the row has one.
    student: Option<String>,
    /// What is wrong, by column, and what to do.
    problem: ProblemBody,
}

/// Imports a roster of up to 20,000 students, 2,000 a call. Administrators may at any time.
#[utoipa::path(
    post,
    path = "/api/batches/{batch}/roster",
    tag = "import-roster",
    params(path::Batch, RosterQuery),
    request_body(
        content(
            (edge::table::TableForm = "multipart/form-data"),
            (inline(edge::contract::Workbook) = "application/octet-stream"),
        ),
        description = "Any table: XLSX, XLS, XLSB, ODS, CSV, a web page or XML called .xls; its kind is told by its first bytes. With `reading`, how to read it where it isn't understood by itself.",
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
    let (university, lang) = (batch.university(), who.lang);
    let upload = Upload::of(request).await?;
    // A row that names two columns of a roster is its header, whichever they are.
    let table = upload.read(&headings(university), &|named| named.len() > 1, &|_| false, &ROSTER)?;
    let columns = match Columns::find(university, table.header(), &upload.by_hand()) {
        Ok(columns) => columns.with_words(upload.by_word()).of_width(table.width()),
        // Whoever only looks is shown what was understood, and can mend it.
        Err(faults) if mode == Mode::Try => {
            let table = table.answer(&table.none(), &[], FaultAnswer::all(&faults, lang));
            return Ok(Json(Imported::nothing(table)));
        }
        Err(faults) => return Err(Refusal::InvalidFields(faults).into()),
    };
    let rows = rows_of(&table, &columns);
    let known = who.app.store.colleges(batch.id()).await?;
    let from = asked.from.map_or(0, |RowNumber(row)| row);
    let read = read_rows(&columns, &rows, &known, who.at.date_naive(), edge::salt()?);
    let (taken, next) = read.part(from);

    let mut imported = Imported::nothing(table.answer(&rows, columns.matched(), Vec::new()));
    imported.unread = columns.others().iter().map(|(_, heading)| heading.clone()).collect();
    imported.next = next;
    imported.new_colleges = new_colleges(&taken, &known);
    let mut refused = Vec::new();
    let mut students = Vec::new();
    let mut said: BTreeMap<usize, (StudentId, Vec<FieldFault>)> = BTreeMap::new();
    let mut alone: BTreeMap<usize, FieldFault> = BTreeMap::new();
    for (row, read) in taken {
        match read {
            Ok(ReadRow { student, remarks }) => {
                if let Some((step, kind)) = batch.decided_by_nobody(&student) {
                    alone.insert(row, nobody_decides(university, step, kind));
                }
                said.insert(row, (student.id.clone(), remarks));
                students.push((row, student));
            }
            Err((student, faults)) => refused.push((row, student, Refusal::InvalidFields(faults).into())),
        }
    }
    let import = Import { store: &who.app.store, batch, actor, at: who.at, columns: &columns, mode };
    for (row, student, outcome) in import.all(&known, students).await? {
        // Of whoever is there already, a roster without the column changes nothing.
        let is_said = columns.says_people() || matches!(outcome, Outcome::Created);
        let fault = alone.remove(&row).filter(|_| is_said);
        if let (Some(fault), Some((_, remarks))) = (fault, said.get_mut(&row)) {
            remarks.push(fault);
        }
        match outcome {
            Outcome::Created => imported.created += 1,
            Outcome::Updated { columns, emptied } => {
                imported.updated += 1;
                imported.updates.push(UpdatedRow { row, student: student.to_string(), columns, emptied });
            }
            Outcome::Unchanged => imported.unchanged += 1,
            Outcome::Refused(problem) => refused.push((row, Some(student), problem)),
        }
    }
    imported.remarks = said
        .into_iter()
        .filter(|(_, (_, remarks))| !remarks.is_empty())
        .map(|(row, (student, remarks))| RowRemarks {
            row,
            student: Some(student.to_string()),
            remarks: FaultAnswer::all(&remarks, lang),
        })
        .collect();
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

/// That a student has nobody of a kind who decides a step of theirs, by the kind's column.
fn nobody_decides(university: &University, step: &Step, kind: Option<&People>) -> FieldFault {
    of_people(university, kind, FieldRule::NobodyDecides(Box::new(step.name.clone())))
}

/// What is to be said of the column of a kind of people.
fn of_people(university: &University, kind: Option<&People>, rule: FieldRule) -> FieldFault {
    // The first kind has the column of every university's roster.
    let first = university.people().first().map(|people| &people.id);
    let column = kind.filter(|kind| first != Some(&kind.id)).map_or(ADVISORS, |kind| kind.id.as_str());
    let fault = FieldFault::new(column, rule);
    // Of one kind alone its Chinese heading is everybody's; in English the university's own word says it.
    let own_word = university.people().len() > 1 || university.first_language() == Lang::En;
    match kind.filter(|_| own_word) {
        Some(kind) => fault.called(&kind.name),
        None => fault,
    }
}

impl Imported {
    /// Nothing yet.
    fn nothing(table: TableAnswer) -> Self {
        Self {
            created: 0,
            updated: 0,
            unchanged: 0,
            updates: Vec::new(),
            unread: Vec::new(),
            new_colleges: Vec::new(),
            remarks: Vec::new(),
            rows: Vec::new(),
            table,
            next: None,
        }
    }
}

/// The rows that name somebody.
fn rows_of<'t>(table: &'t Opened, columns: &Columns<'_>) -> Rows<'t> {
    let place =
        |id: &str| columns.matched().iter().find(|(_, column)| *column == id).map(|(place, _)| *place);
    let who: Vec<usize> = ["student_id", "name", "college"].into_iter().filter_map(place).collect();
    table.rows(place("student_id"), &who, |text| columns.is_number(text))
}

/// What came of reading a row, with its number: the student, or the number it has and what is wrong with it.
type NumberedRow = (usize, Result<ReadRow, (Option<StudentId>, Vec<FieldFault>)>);

/// Every row of a roster, read.
struct ReadRows(Vec<NumberedRow>);

impl ReadRows {
    /// The rows that one call takes in, from one on, and the number of the row behind them: fewer, where much is to be said
    /// of each.
    fn part(self, from: usize) -> (Vec<NumberedRow>, Option<usize>) {
        let mut rows = self.0.into_iter().skip_while(|(row, _)| *row < from).peekable();
        let (mut taken, mut said) = (Vec::new(), 0);
        while taken.len() < MOST_AT_ONCE && said < MOST_SAID {
            let Some(row) = rows.next() else { break };
            said += weight(&row);
            taken.push(row);
        }
        (taken, rows.peek().map(|(row, _)| *row))
    }
}

/// About how many bytes an answer has to say of a row.
fn weight((_, read): &NumberedRow) -> usize {
    let faults = match read {
        Ok(ReadRow { remarks, .. }) => remarks,
        Err((_, faults)) => faults,
    };
    let of = |fault: &FieldFault| match &fault.rule {
        // The words that are understood stand in the message, and once more in the detail.
        FieldRule::OneOf(words) => 400 + 2 * words.iter().map(|word| word.len() + 3).sum::<usize>(),
        _ => 400,
    };
    100 + faults.iter().map(of).sum::<usize>()
}

/// Every row of the whole roster, whichever of them a call takes in: a student's later rows are refused, since which of
/// them is right is not ours to guess, so the first stands and the others are shown; and a college has one name, the
/// batch's or the first.
fn read_rows(
    columns: &Columns<'_>,
    rows: &Rows<'_>,
    known: &BTreeSet<String>,
    today: chrono::NaiveDate,
    salt: Salt,
) -> ReadRows {
    let mut first: BTreeMap<StudentId, usize> = BTreeMap::new();
    let mut colleges = Colleges::known(known);
    let mut called: BTreeMap<PersonId, String> = BTreeMap::new();
    let read = |Row { number, cells, .. }: &Row| {
        let read = read_row(columns, cells, today, salt).and_then(|mut read| {
            let student = &mut read.student;
            (student.college, _) = colleges.settle(&student.college);
            for (person, name) in &student.advisor_names {
                let first = called.entry(person.clone()).or_insert_with(|| name.clone());
                if same_name(first) != same_name(name) {
                    let is_theirs = |kind: &&People| {
                        student.people.get(&kind.id).is_some_and(|people| people.contains(person))
                    };
                    let university = columns.university();
                    let kind = university.people().iter().find(is_theirs);
                    let fault = of_people(university, kind, FieldRule::CalledOtherwise(first.clone()));
                    read.remarks.push(fault.reading(&format!("{} {name}", person.number())));
                }
            }
            match first.insert(student.id.clone(), *number) {
                None => Ok(read),
                Some(before) => {
                    first.insert(student.id.clone(), before);
                    let fault = FieldFault::new("student_id", FieldRule::Duplicate);
                    Err((Some(student.id.clone()), vec![fault.reading(student.id.as_str())]))
                }
            }
        });
        (*number, read)
    };
    ReadRows(rows.rows.iter().copied().map(read).collect())
}

/// The colleges that the batch doesn't have yet, and one that it has of nearly the same name.
fn new_colleges(rows: &[NumberedRow], known: &BTreeSet<String>) -> Vec<NewCollege> {
    let mut new: BTreeMap<&str, usize> = BTreeMap::new();
    let students = rows.iter().filter_map(|(_, read)| read.as_ref().ok());
    for Student { college, .. } in
        students.map(|read| &read.student).filter(|one| !known.contains(&one.college))
    {
        *new.entry(college).or_default() += 1;
    }
    let names = || known.iter().map(String::as_str);
    new.into_iter()
        .map(|(name, rows)| NewCollege {
            name: name.to_owned(),
            rows,
            like: nearest_names(name, names()).first().map(|name| (*name).to_owned()),
        })
        .collect()
}
