//! Excel's workbooks, read by `calamine` once [`workbook`] has looked through them.

use std::io::Cursor;

use calamine::{DataRef, Reader as _, Xlsx};
use domain::sheet::TableError;

use crate::{Limits, Row, clipped, push, workbook};

pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Vec<Row>, TableError> {
    workbook::look_through(bytes, limits)?;
    let unreadable = |_| TableError::NotATable;
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(unreadable)?;
    let first = book.sheet_names().first().cloned().ok_or(TableError::NotATable)?;
    let mut cells = book.worksheet_cells_reader(&first).map_err(unreadable)?;
    let mut rows: Vec<Row> = Vec::new();
    // Cell by cell: a sheet can claim a million columns, and only those that are there are read.
    while let Some(cell) = cells.next_cell().map_err(unreadable)? {
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
                if let Some(place) = last.cells.get_mut(column) {
                    *place = text;
                }
            }
            _ => {
                let mut cells = vec![String::new(); column];
                cells.push(text);
                push(&mut rows, Row { number, cells }, limits)?;
            }
        }
    }
    Ok(rows)
}

/// A cell as its owner sees it. A whole number is written as one; a number too long to be exact
/// is not, so that an identity number that a spreadsheet has rounded can't pass for one.
pub(crate) fn cell_text(value: &DataRef<'_>) -> String {
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
