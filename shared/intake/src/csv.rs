//! CSV.

use csv::{ReaderBuilder, StringRecord};
use domain::sheet::TableError;

use crate::{Limits, Row, clipped, push};

pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Vec<Row>, TableError> {
    let text = std::str::from_utf8(bytes).map_err(|_| TableError::NotUtf8)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let mut number = 0;
    // One record for all of them: a sheet may end in a million rows of nothing but commas.
    let mut record = StringRecord::new();
    while reader.read_record(&mut record).map_err(|_| TableError::NotATable)? {
        // A spreadsheet's row: a record each, however many lines are in it, and the empty lines
        // between, which the reader skips.
        let start = usize::try_from(record.position().map_or(0, csv::Position::byte)).unwrap_or_default();
        number += 1 + empty_lines(text, start);
        let cells = || record.iter().take(limits.columns);
        if cells().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let cells = cells().map(|cell| clipped(cell, limits)).collect();
        push(&mut rows, Row { number, cells }, limits)?;
    }
    Ok(rows)
}

/// How many empty lines stand at a place where a record has just ended or nothing has begun.
fn empty_lines(text: &str, start: usize) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    let ended_by_cr = text.get(..start).is_some_and(|before| before.ends_with('\r'));
    let rest = if ended_by_cr { rest.strip_prefix('\n').unwrap_or(rest) } else { rest };
    let blank = rest.bytes().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    let blank = rest.get(..blank).unwrap_or_default();
    blank.len() - blank.matches("\r\n").count()
}
