//! Tables as offices have them: bytes in; rows of texts with their place out, with what was read and what was left out.
//!
//! The kind of a file is told by its first bytes, never by its name. What a cell may mean is `domain`'s to say; here it is
//! only read, bounded in every direction, and never for longer than its size allows.
//!
//! | kind | read by |
//! |---|---|
//! | XLSX, XLSB, XLS | `calamine`, once their parts have been looked through (`parts`, `xls`) |
//! | ODS, SpreadsheetML 2003 | `quick-xml` (`ods`, `spreadsheet_ml`): calamine's ODS makes a whole sheet of every cell that is claimed, and knows of no hidden row |
//! | a table saved as a web page | `html5gum` (`html`) |
//! | CSV and its like | `csv` and `encoding_rs` (`text`) |

mod cells;
mod choice;
mod excel;
mod html;
mod kind;
mod limits;
mod ods;
mod parts;
mod sheet;
mod spreadsheet_ml;
mod text;
mod xls;
mod xml;

use std::panic::{AssertUnwindSafe, catch_unwind};

use domain::sheet::TableError;

pub use choice::{Table, Wanted};
pub use kind::{Encoding, Kind};
pub use limits::Limits;
pub use sheet::{Row, SheetName};

use choice::Choice;

/// Reads the first visible sheet that has what is wanted.
pub fn read(bytes: &[u8], wanted: &Wanted<'_>, limits: &Limits) -> Result<Table, TableError> {
    let kind = Kind::of(bytes)?;
    // A file made to be no table can make its reader trip: that is the file's fault and nobody else's.
    let read = || catch_unwind(AssertUnwindSafe(|| read_kind(kind, bytes, wanted, limits)));
    read().unwrap_or(Err(TableError::NotATable))
}

fn read_kind(kind: Kind, bytes: &[u8], wanted: &Wanted<'_>, limits: &Limits) -> Result<Table, TableError> {
    let mut choice = Choice::new(kind, wanted);
    match kind {
        Kind::Xlsx | Kind::Xlsb => excel::read(kind, bytes, &mut choice, limits)?,
        Kind::Xls => xls::read(bytes, &mut choice, limits)?,
        Kind::Ods => ods::read(bytes, &mut choice, limits)?,
        Kind::SpreadsheetMl | Kind::Html | Kind::Csv => text::read(kind, bytes, &mut choice, limits)?,
    }
    let table = choice.made()?;
    // What stands above a header is no student's, and there may be a few rows of it beside the most that are taken.
    if table.rows.len() > limits.rows {
        Err(TableError::TooManyRows { most: limits.rows })
    } else {
        Ok(table)
    }
}

#[cfg(test)]
mod tests;
