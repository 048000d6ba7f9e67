//! Tables: rows of texts from a CSV or an XLSX, bounded in every direction.

use std::io::{self, Cursor, Read as _};

use axum::body::Bytes;
use calamine::{DataRef, Reader as _, Xlsx};
use edge::{BodyFault, Problem, Unit};

const CSV: &str = "text/csv";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// How much of a sheet is taken in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// The most rows below a header; more are refused.
    pub(crate) rows: usize,
    /// Columns beyond this are not looked at.
    pub(crate) columns: usize,
    /// The most characters that are kept of a cell.
    pub(crate) chars: usize,
    /// The most bytes an XLSX may hold once it is unpacked.
    pub(crate) unpacked: u64,
}

/// What a roster is written in.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Csv,
    Xlsx,
}

impl Kind {
    pub(crate) fn of(content_type: Option<&str>) -> Result<Self, Problem> {
        match content_type {
            Some(CSV) => Ok(Kind::Csv),
            Some(XLSX) => Ok(Kind::Xlsx),
            _ => Err(Problem::InvalidBody(BodyFault::ContentType { expected: "text/csv / XLSX" })),
        }
    }
}

/// A row that isn't empty.
#[derive(Debug)]
pub(crate) struct Row {
    /// Its number in the file, from 1.
    pub(crate) number: usize,
    /// Its cells.
    pub(crate) cells: Vec<String>,
}

/// The rows that aren't empty, within their limits.
pub(crate) fn read(kind: Kind, bytes: Bytes, limits: &Limits) -> Result<Vec<Row>, Problem> {
    let rows = match kind {
        Kind::Csv => read_csv(&bytes, limits)?,
        Kind::Xlsx => read_xlsx(bytes, limits)?,
    };
    if rows.is_empty() { Err(Problem::InvalidBody(BodyFault::NotATable)) } else { Ok(rows) }
}

fn clipped(text: &str, limits: &Limits) -> String {
    text.chars().take(limits.chars).collect()
}

fn read_csv(bytes: &[u8], limits: &Limits) -> Result<Vec<Row>, Problem> {
    let text = std::str::from_utf8(bytes).map_err(|_| Problem::InvalidBody(BodyFault::NotUtf8))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let mut number = 0;
    for record in reader.records() {
        let record = record.map_err(|_| Problem::InvalidBody(BodyFault::NotATable))?;
        // A spreadsheet's row: a record each, however many lines are in it, and the empty lines
        // between, which the reader skips.
        let start = usize::try_from(record.position().map_or(0, csv::Position::byte)).unwrap_or_default();
        number += 1 + empty_lines(text, start);
        let cells: Vec<String> =
            record.iter().take(limits.columns).map(|cell| clipped(cell, limits)).collect();
        push(&mut rows, Row { number, cells }, limits.rows)?;
    }
    Ok(rows)
}

/// How many empty lines stand at a place where a record has just ended or nothing has begun.
fn empty_lines(text: &str, start: usize) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    let ended_by_cr = text.get(..start).is_some_and(|before| before.ends_with('\r'));
    let rest = if ended_by_cr { rest.strip_prefix('\n').unwrap_or(rest) } else { rest };
    let blank: String = rest.chars().take_while(|c| matches!(c, '\r' | '\n')).collect();
    blank.replace("\r\n", "\n").len()
}

/// Keeps a row that isn't empty, as long as there aren't too many of them.
fn push(rows: &mut Vec<Row>, row: Row, most: usize) -> Result<(), Problem> {
    if row.cells.iter().all(|cell| cell.trim().is_empty()) {
        return Ok(());
    }
    // One more for the header.
    if rows.len() > most {
        return Err(Problem::TooLarge { most, unit: Unit::Rows });
    }
    rows.push(row);
    Ok(())
}

fn read_xlsx(bytes: Bytes, limits: &Limits) -> Result<Vec<Row>, Problem> {
    let unreadable = || Problem::InvalidBody(BodyFault::NotATable);
    let unpacked = unpacked_size(&bytes, limits.unpacked).map_err(|_| unreadable())?;
    if unpacked > limits.unpacked {
        return Err(Problem::TooLarge { most: limits.rows, unit: Unit::Rows });
    }
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|_| unreadable())?;
    let first = book.sheet_names().first().cloned().ok_or_else(unreadable)?;
    let mut cells = book.worksheet_cells_reader(&first).map_err(|_| unreadable())?;
    let mut rows: Vec<Row> = Vec::new();
    // Cell by cell: a sheet can claim a million columns, and only those that are there are read.
    while let Some(cell) = cells.next_cell().map_err(|_| unreadable())? {
        let (row, column) = cell.get_position();
        let (number, column) = (row as usize + 1, column as usize);
        if column >= limits.columns {
            continue;
        }
        let text = clipped(&cell_text(cell.get_value()), limits);
        if text.trim().is_empty() {
            continue;
        }
        match rows.last_mut() {
            Some(last) if last.number == number => {
                last.cells.resize(last.cells.len().max(column + 1), String::new());
                last.cells[column] = text;
            }
            _ => {
                let mut cells = vec![String::new(); column];
                cells.push(text);
                push(&mut rows, Row { number, cells }, limits.rows)?;
            }
        }
    }
    Ok(rows)
}

/// How much a workbook holds, found by unpacking it into nothing and stopping at the limit.
fn unpacked_size(bytes: &Bytes, most: u64) -> io::Result<u64> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes.clone())).map_err(io::Error::other)?;
    let mut size = 0;
    for i in 0..archive.len() {
        let entry = archive.by_index(i).map_err(io::Error::other)?;
        size += io::copy(&mut entry.take(most + 1 - size), &mut io::sink())?;
        if size > most {
            break;
        }
    }
    Ok(size)
}

/// A cell as its owner sees it. A whole number is written as one; a number too long to be exact
/// is not, so that an identity number that a spreadsheet has rounded can't pass for one.
fn cell_text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::String(text) | DataRef::DateTimeIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        DataRef::Float(number) => format!("{number:E}"),
        DataRef::DateTime(when) if when.is_datetime() => {
            let (year, month, day, ..) = when.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        DataRef::Bool(_)
        | DataRef::DateTime(_)
        | DataRef::DurationIso(_)
        | DataRef::Error(_)
        | DataRef::Empty => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use domain::roster::MOST_ROWS;

    use super::*;

    fn texts(kind: Kind, bytes: impl Into<Bytes>) -> Vec<(usize, Vec<String>)> {
        let rows = read(kind, bytes.into(), &crate::ROSTER).unwrap();
        rows.into_iter().map(|row| (row.number, row.cells)).collect()
    }

    #[test]
    fn a_csv_with_a_mark_empty_lines_and_quotes_keeps_its_row_numbers() {
        let csv = "\u{feff}学号,姓名\r\n1001,\"王, 小明\"\r\n,\r\n\r\n1002,李\r\n";
        let expected = [(1, vec!["学号", "姓名"]), (2, vec!["1001", "王, 小明"]), (5, vec!["1002", "李"])];
        let expected = expected.map(|(n, cells)| (n, cells.into_iter().map(str::to_owned).collect()));
        assert_eq!(texts(Kind::Csv, csv), expected);
    }

    #[test]
    fn however_lines_end_rows_are_numbered_as_a_spreadsheet_does() {
        for end in ["\n", "\r\n", "\r"] {
            let csv = ["a,b", "1,2", "", "\"3\",4", "5,6", ""].join(end);
            let numbers: Vec<usize> = texts(Kind::Csv, csv).into_iter().map(|(number, _)| number).collect();
            assert_eq!(numbers, [1, 2, 4, 5], "{end:?}");
        }
    }

    #[test]
    fn what_is_not_a_table_is_said_to_be_none() {
        for (kind, bytes) in [
            (Kind::Csv, Bytes::from_static(b"\xd1\xa7\xba\xc5,\xd0\xd5\xc3\xfb\n")),
            (Kind::Csv, Bytes::new()),
            (Kind::Xlsx, Bytes::from_static(b"PK\x03\x04 not really")),
            (Kind::Xlsx, Bytes::from_static(b"student_id,name\n")),
        ] {
            assert!(matches!(read(kind, bytes, &crate::ROSTER), Err(Problem::InvalidBody(_))));
        }
    }

    #[test]
    fn more_rows_than_one_import_takes_are_refused_as_a_whole() {
        let csv = format!("a\n{}", "x\n".repeat(MOST_ROWS + 1));
        assert!(matches!(read(Kind::Csv, csv.into(), &crate::ROSTER), Err(Problem::TooLarge { .. })));
    }

    #[test]
    fn numbers_are_texts_again_and_rounded_ones_show_it() {
        assert_eq!(cell_text(&DataRef::Float(20_151_104_027.0)), "20151104027");
        assert_eq!(cell_text(&DataRef::Float(5.301_021_993_050_6e17)), "5.3010219930506E17");
        assert_eq!(cell_text(&DataRef::Empty), "");
    }
}
