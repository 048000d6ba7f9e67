//! A table in a body: read, shown as it was understood, and mended by hand where it wasn't.

use std::collections::BTreeMap;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::header::CONTENT_TYPE;
use domain::header::{ByHand, Headings};
use domain::roster::ByWord;
use domain::sheet::{MOST_ABOVE, MOST_HINTS, aside, hint};
use domain::text::{heading, is_han, quoted};
use intake::{Limits, Row, Table, Wanted};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::FaultAnswer;
use crate::body::{MOST_TABLE_BYTES, content_type, read_bytes};
use crate::problem::{BodyFault, Problem};

/// A header with a column of numbers counts as much more.
const NUMBER_WEIGHS: usize = 3;

/// As many of the first rows are shown, so that another can be said to be the header.
const FIRST_ROWS: usize = 12;
/// As many cells of each, and as many characters of a cell.
const FIRST_CELLS: usize = 60;
const FIRST_CHARS: usize = 40;
/// As many rows are named by their numbers.
const MOST_NAMED: usize = 200;
/// As many words somebody may say the meaning of.
const MOST_WORDS: usize = 500;

/// What somebody has said of how a table is to be read, where it wasn't understood by itself.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HowToRead {
    /// The name of the sheet.
    #[serde(default)]
    sheet: Option<String>,
    /// The number of the row that names the columns, from 1; 0 if there is none.
    #[serde(default)]
    header: Option<usize>,
    /// By the number of a column, from 1: the id of what stands in it, or nothing for one that is left aside.
    #[serde(default)]
    columns: BTreeMap<usize, Option<String>>,
    /// What words mean: by the id of a column, by the word, the id of the value.
    #[serde(default)]
    words: BTreeMap<String, BTreeMap<String, String>>,
    /// Whether hidden rows are read too; left out unless said.
    #[serde(default)]
    hidden: bool,
}

/// A table, with how it is to be read.
#[derive(Debug, ToSchema)]
#[allow(dead_code, reason = "the shape of a form, which is read part by part")]
pub struct TableForm {
    /// The file.
    #[schema(value_type = crate::contract::Workbook)]
    table: Vec<u8>,
    /// Where it isn't understood by itself.
    reading: Option<HowToRead>,
}

/// A table with what was said of it.
#[derive(Debug)]
pub struct Upload {
    bytes: Bytes,
    how: HowToRead,
}

impl Upload {
    /// The table of a body: the body itself, whatever its type says, or the part `table` of a form beside `reading`.
    pub async fn of(request: Request<Body>) -> Result<Self, Problem> {
        let is_form = content_type(request.headers()).is_some_and(|kind| kind == "multipart/form-data");
        let boundary = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let boundary = boundary.and_then(|value| multer::parse_boundary(value).ok());
        let bytes = read_bytes(request.into_body(), MOST_TABLE_BYTES).await?;
        if !is_form {
            return Ok(Self { bytes, how: HowToRead::default() });
        }
        let no_form = |_| Problem::InvalidBody(BodyFault::NotAForm);
        let boundary = boundary.ok_or(Problem::InvalidBody(BodyFault::NotAForm))?;
        let body = futures::stream::once(async move { Ok::<_, std::convert::Infallible>(bytes) });
        let mut form = multer::Multipart::new(body, boundary);
        let (mut table, mut how) = (None, HowToRead::default());
        while let Some(field) = form.next_field().await.map_err(no_form)? {
            match field.name() {
                Some("table") => table = Some(field.bytes().await.map_err(no_form)?),
                Some("reading") => how = crate::body::parse(&field.bytes().await.map_err(no_form)?)?,
                _ => return Err(Problem::InvalidBody(BodyFault::NotAForm)),
            }
        }
        if how.words.values().map(BTreeMap::len).sum::<usize>() > MOST_WORDS {
            return Err(Problem::TooLarge { most: MOST_WORDS, unit: crate::problem::Unit::Words });
        }
        let bytes = table.ok_or(Problem::InvalidBody(BodyFault::NotAForm))?;
        Ok(Self { bytes, how })
    }

    /// Reads the sheet whose header names the most of the columns that are looked for, or one that is a list without a
    /// header.
    pub fn read(
        &self,
        headings: &Headings<'_>,
        is_header: &dyn Fn(&[&str]) -> bool,
        is_bare: &dyn Fn(&[Row]) -> bool,
        limits: &Limits,
    ) -> Result<Opened, Problem> {
        let likeness = |cells: &[String]| {
            let named = headings.named(cells.iter().map(String::as_str));
            // What says who somebody is makes a header; without it a row is one only where no other is.
            let weight = if named.first().copied() == headings.first() { NUMBER_WEIGHS } else { 1 };
            if is_header(&named) { weight * named.len() } else { 0 }
        };
        let HowToRead { sheet, header, .. } = &self.how;
        let wanted = Wanted { sheet: sheet.as_deref(), header: *header, likeness: &likeness, is_bare };
        let table = intake::read(&self.bytes, &wanted, limits)?;
        Ok(Opened { table, hidden: self.how.hidden })
    }

    /// What was said of columns, by their places.
    pub fn by_hand(&self) -> ByHand {
        let said = self.how.columns.iter();
        said.filter_map(|(number, column)| Some((number.checked_sub(1)?, column.clone()))).collect()
    }

    /// What was said of words.
    pub fn by_word(&self) -> ByWord {
        let words = self.how.words.iter().flat_map(|(column, words)| {
            words.iter().map(move |(word, value)| ((column.clone(), word.clone()), value.clone()))
        });
        words.collect()
    }
}

/// A table that has been read.
#[derive(Debug)]
pub struct Opened {
    table: Table,
    /// Whether hidden rows are wanted too.
    hidden: bool,
}

/// The rows of a table, and those of them that are about the others.
#[derive(Debug)]
pub struct Rows<'t> {
    /// The rows that are to be read.
    pub rows: Vec<&'t Row>,
    /// The numbers of those that are hidden.
    hidden: Vec<usize>,
    left_out: Vec<LeftOut>,
}

impl Opened {
    /// The header's cells; none if there is no header.
    pub fn header(&self) -> Vec<&str> {
        let header = self.table.header.iter();
        header.flat_map(|header| &header.cells).map(String::as_str).collect()
    }

    /// How many columns a row may have, where one with more has been split by a comma.
    pub fn width(&self) -> Option<usize> {
        let header = self.table.header.as_ref()?;
        self.table.separator.map(|_| header.cells.len())
    }

    /// Whether it is a text, whose rows a comma or a quote can tear apart.
    pub fn is_text(&self) -> bool {
        self.table.separator.is_some()
    }

    /// Whether there is a header.
    pub fn has_header(&self) -> bool {
        self.table.header.is_some()
    }

    /// Every row below the header.
    pub fn all(&self) -> &[Row] {
        &self.table.rows
    }

    /// No row: what is in the table isn't read as long as its header isn't understood.
    pub fn none(&self) -> Rows<'_> {
        Rows { rows: Vec::new(), hidden: Vec::new(), left_out: Vec::new() }
    }

    /// The rows below the header without those that are hidden and those that name nobody; `number` is the place of the
    /// student numbers, and `names` those of what says who somebody is.
    pub fn rows(&self, number: Option<usize>, names: &[usize], is_number: impl Fn(&str) -> bool) -> Rows<'_> {
        let mut found = Rows { rows: Vec::new(), hidden: Vec::new(), left_out: Vec::new() };
        for (place, row) in self.table.rows.iter().enumerate() {
            if row.hidden {
                found.hidden.push(row.number);
                if !self.hidden {
                    continue;
                }
            }
            let says = |place: &usize| row.cells.get(*place).is_some_and(|cell| !cell.trim().is_empty());
            let mut filled = row.cells.iter().filter(|cell| !cell.trim().is_empty());
            let (first, is_alone) = (filled.next(), filled.next().is_none());
            let header = self.table.header.as_ref();
            // A header that is repeated on each page of a printout.
            let again = header.is_some_and(|header| is_again(header, row));
            // A line across a table of several columns names a group, and none of it.
            let group = is_alone
                && header.is_some_and(|header| header.cells.len() > 2)
                && first.is_some_and(|cell| names_a_group(cell));
            let text = first
                .filter(|_| again || group)
                .map(|cell| quoted(cell))
                .or_else(|| aside(&row.cells, number, &is_number))
                .or_else(|| {
                    let below = header.is_some() && place < MOST_HINTS;
                    if below { hint(&row.cells, number, &is_number) } else { None }
                })
                .or_else(|| first.filter(|_| !names.iter().any(says)).map(|cell| quoted(cell.trim())));
            match text {
                Some(text) => found.left_out.push(LeftOut { row: row.number, text }),
                None => found.rows.push(row),
            }
        }
        found
    }

    /// What was understood, with what each column was matched to.
    pub fn answer(
        &self,
        rows: &Rows<'_>,
        matched: &[(usize, &str)],
        faults: Vec<FaultAnswer>,
    ) -> TableAnswer {
        let table = &self.table;
        let cut = |cell: &String| cell.chars().take(FIRST_CHARS).collect::<String>();
        let first = table.above.iter().chain(&table.header).chain(&table.rows).take(FIRST_ROWS);
        let first_rows = first.map(|row| FirstRow {
            row: row.number,
            cells: row.cells.iter().take(FIRST_CELLS).map(cut).collect(),
        });
        let header = table.header.iter().flat_map(|header| &header.cells).enumerate();
        let wide = table.rows.iter().take(MOST_ABOVE).map(|row| row.cells.len()).max().unwrap_or_default();
        let of = |place: usize| matched.iter().find(|(at, _)| *at == place).map(|(_, id)| (*id).to_owned());
        let mut columns: Vec<ColumnAnswer> = header
            .filter(|(place, heading)| !heading.trim().is_empty() || of(*place).is_some())
            .map(|(place, heading)| ColumnAnswer {
                number: place + 1,
                heading: cut(heading),
                column: of(place),
            })
            .collect();
        if table.header.is_none() {
            let bare = |place| ColumnAnswer { number: place + 1, heading: String::new(), column: of(place) };
            columns = (0..wide.min(FIRST_CELLS)).map(bare).collect();
        }
        TableAnswer {
            kind: table.kind.word(),
            encoding: table.encoding.map(intake::Encoding::word),
            separator: table.separator.map(String::from),
            sheet: table.sheet.clone(),
            sheets: table
                .sheets
                .iter()
                .map(|sheet| SheetAnswer {
                    name: sheet.name.clone(),
                    hidden: sheet.hidden,
                    unread: table.also.iter().find(|(name, _)| *name == sheet.name).map(|(_, rows)| *rows),
                })
                .collect(),
            header: table.header.as_ref().map(|header| header.number),
            first_rows: first_rows.collect(),
            columns,
            rows: rows.rows.len(),
            hidden: rows.hidden.len(),
            hidden_rows: rows.hidden.iter().take(MOST_NAMED).copied().collect(),
            left_out: rows.left_out.iter().take(MOST_NAMED).cloned().collect(),
            merged: table.merged,
            faults,
        }
    }
}

/// The most digits that stand together in the name of a group, as those of a year.
const DIGITS_OF_A_GROUP: usize = 4;

/// Whether a cell that stands alone names a group: words, and no number that something has broken.
fn names_a_group(cell: &str) -> bool {
    let digits = cell.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or_default();
    cell.chars().any(is_han) && digits <= DIGITS_OF_A_GROUP
}

/// Whether a row says what the header says.
fn is_again(header: &Row, row: &Row) -> bool {
    let said = |row: &Row| -> Vec<String> {
        row.cells.iter().map(|cell| heading(cell)).filter(|cell| !cell.is_empty()).collect()
    };
    let header = said(header);
    header.len() > 1 && header == said(row)
}

/// How a table was understood.
#[derive(Debug, Serialize, ToSchema)]
pub struct TableAnswer {
    /// What it is written in: `csv`, `xlsx`, `xlsb`, `xls`, `ods`, `spreadsheetml` or `html`.
    kind: &'static str,
    /// How its text is encoded, if it is one: `utf-8`, `gb18030` or `utf-16`.
    encoding: Option<&'static str>,
    /// What stands between its cells, if it is a text.
    separator: Option<String>,
    /// The sheet that was read.
    sheet: Option<String>,
    /// Every sheet of the file.
    sheets: Vec<SheetAnswer>,
    /// The number of the row that names the columns; nothing if none does.
    header: Option<usize>,
    /// The first rows that aren't empty, so that another of them can be said to be the header.
    first_rows: Vec<FirstRow>,
    /// The columns, and what each was understood to be.
    columns: Vec<ColumnAnswer>,
    /// How many rows were read.
    rows: usize,
    /// How many rows are hidden, by a filter or by hand; they are read only where `hidden` asks for it.
    hidden: usize,
    /// The first of them, by their numbers.
    hidden_rows: Vec<usize>,
    /// Rows that name nobody: examples, hints, sums.
    left_out: Vec<LeftOut>,
    /// How many cells count as saying what the one says that they are merged with.
    merged: usize,
    /// What of the header isn't understood: nothing is read as long as there is any.
    faults: Vec<FaultAnswer>,
}

/// A sheet.
#[derive(Debug, Serialize, ToSchema)]
struct SheetAnswer {
    /// Its name.
    name: String,
    /// Whether it is hidden.
    hidden: bool,
    /// How many rows it has below such a header as that of the sheet that was read: none of them is.
    unread: Option<usize>,
}

/// One of the first rows.
#[derive(Debug, Serialize, ToSchema)]
struct FirstRow {
    /// Its number in the file, from 1.
    row: usize,
    /// Its first cells, cut to what a page can show.
    cells: Vec<String>,
}

/// A column.
#[derive(Debug, Serialize, ToSchema)]
struct ColumnAnswer {
    /// Its number, from 1.
    number: usize,
    /// What its header says.
    heading: String,
    /// The id of what it was understood to be; nothing if it is left aside.
    column: Option<String>,
}

/// A row that names nobody.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct LeftOut {
    /// Its number in the file, from 1.
    row: usize,
    /// How it begins.
    text: String,
}

/// What is to be said of a row.
#[derive(Debug, Serialize, ToSchema)]
pub struct RowRemarks {
    /// Its number in the file, from 1.
    pub row: usize,
    /// 学号.
    pub student: Option<String>,
    /// What, by column.
    pub remarks: Vec<FaultAnswer>,
}
