//! Tables as offices have them: bytes in, rows of texts with their place out, bounded in every direction.
//!
//! What a cell may mean is `domain`'s to say; here it is only read, and never for longer than its size allows.

mod csv;
mod workbook;
mod xlsx;

use domain::sheet::TableError;

/// How much of a table is taken in.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The most rows below a header that aren't empty; more are refused.
    pub rows: usize,
    /// Columns beyond this are not looked at.
    pub columns: usize,
    /// The most characters that are kept of a cell.
    pub chars: usize,
    /// The most bytes a workbook may hold once it is unpacked.
    pub unpacked: usize,
    /// The most elements it may hold: a cell is two or three.
    pub elements: usize,
}

/// What a table is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Comma-separated values, UTF-8.
    Csv,
    /// An Excel workbook.
    Xlsx,
}

/// The media types that are read.
pub const CSV: &str = "text/csv";
/// The media type of a workbook.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

impl Kind {
    /// What a media type says.
    pub fn of(content_type: Option<&str>) -> Option<Self> {
        match content_type? {
            CSV => Some(Kind::Csv),
            XLSX => Some(Kind::Xlsx),
            _ => None,
        }
    }
}

/// A row that isn't empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its number in the file, from 1.
    pub number: usize,
    /// Its cells.
    pub cells: Vec<String>,
}

/// The rows that aren't empty, within their limits.
pub fn read(kind: Kind, bytes: &[u8], limits: &Limits) -> Result<Vec<Row>, TableError> {
    let rows = match kind {
        Kind::Csv => csv::read(bytes, limits)?,
        Kind::Xlsx => xlsx::read(bytes, limits)?,
    };
    if rows.is_empty() { Err(TableError::NotATable) } else { Ok(rows) }
}

fn clipped(text: &str, limits: &Limits) -> String {
    text.chars().take(limits.chars).collect()
}

/// Keeps a row, as long as there aren't too many.
fn push(rows: &mut Vec<Row>, row: Row, limits: &Limits) -> Result<(), TableError> {
    // One more for the header.
    if rows.len() > limits.rows {
        return Err(TableError::TooManyRows { most: limits.rows });
    }
    rows.push(row);
    Ok(())
}

#[cfg(test)]
mod tests;
