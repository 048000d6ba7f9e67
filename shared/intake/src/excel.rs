//! Excel's workbooks since 2007, read by `calamine` once their parts have been looked through.

use std::io::Cursor;

use calamine::{Cell, DataRef, Reader, SheetType, SheetVisible, Xlsb, Xlsx};
use domain::sheet::TableError;

use crate::cells::{text_of, zeros_of};
use crate::choice::Choice;
use crate::kind::Kind;
use crate::limits::Limits;
use crate::parts::{Beside, look_through};
use crate::sheet::{Sheet, SheetName};

pub(crate) fn read(
    kind: Kind,
    bytes: &[u8],
    choice: &mut Choice<'_>,
    limits: &Limits,
) -> Result<(), TableError> {
    let mut parts = look_through(bytes, limits)?;
    let mut beside = |name: &str| {
        let path = parts.paths.get(name);
        path.and_then(|path| parts.beside.remove(path)).unwrap_or_default()
    };
    if kind == Kind::Xlsb {
        let mut book = Xlsb::new(Cursor::new(bytes)).map_err(trouble)?;
        for name in names(&book, choice) {
            if !choice.is_certain() {
                choice.look_at(read_xlsb(&mut book, &name, &beside(&name), limits));
            }
        }
        return Ok(());
    }
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(trouble)?;
    for name in names(&book, choice) {
        if !choice.is_certain() {
            choice.look_at(read_xlsx(&mut book, &name, &beside(&name), limits));
        }
    }
    Ok(())
}

/// The names of the sheets that are worth being read.
pub(crate) fn names<'a, R: Reader<Cursor<&'a [u8]>>>(book: &R, choice: &mut Choice<'_>) -> Vec<String> {
    let sheets = book.sheets_metadata();
    let is_hidden = |visible: SheetVisible| visible != SheetVisible::Visible;
    let named =
        sheets.iter().map(|sheet| SheetName { name: sheet.name.clone(), hidden: is_hidden(sheet.visible) });
    choice.among(named.collect());
    let worth = |sheet: &&calamine::Sheet| {
        sheet.typ == SheetType::WorkSheet && choice.asks_for(Some(&sheet.name), is_hidden(sheet.visible))
    };
    sheets.iter().filter(worth).map(|sheet| sheet.name.clone()).collect()
}

pub(crate) fn trouble(error: impl Into<calamine::Error>) -> TableError {
    match error.into() {
        calamine::Error::Xls(calamine::XlsError::Password)
        | calamine::Error::Xlsx(calamine::XlsxError::Password)
        | calamine::Error::Xlsb(calamine::XlsbError::Password) => TableError::Password,
        _ => TableError::NotATable,
    }
}

fn read_xlsx(
    book: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    beside: &Beside,
    limits: &Limits,
) -> Result<Sheet, TableError> {
    let mut cells = book.worksheet_cells_reader(name).map_err(trouble)?;
    let styles = cells.styles().iter();
    let zeros: Vec<Option<usize>> = styles
        .map(|style| style.number_format.as_ref().and_then(|format| zeros_of(&format.format_code)))
        .collect();
    let mut sheet = Sheet::named(Some(name.to_owned()));
    // Cell by cell: a sheet can claim a million columns, and only those that are there are read.
    while let Some((cell, style)) = cells.next_cell_with_style_id().map_err(trouble)? {
        put(&mut sheet, &cell, zeros.get(style).copied().flatten(), beside, limits)?;
    }
    sheet.finish(&beside.hidden, &beside.merged, limits)?;
    Ok(sheet)
}

fn read_xlsb(
    book: &mut Xlsb<Cursor<&[u8]>>,
    name: &str,
    beside: &Beside,
    limits: &Limits,
) -> Result<Sheet, TableError> {
    let mut cells = book.worksheet_cells_reader(name).map_err(trouble)?;
    let mut sheet = Sheet::named(Some(name.to_owned()));
    while let Some(cell) = cells.next_cell().map_err(trouble)? {
        put(&mut sheet, &cell, None, beside, limits)?;
    }
    sheet.finish(&beside.hidden, &beside.merged, limits)?;
    Ok(sheet)
}

fn put(
    sheet: &mut Sheet,
    cell: &Cell<DataRef<'_>>,
    zeros: Option<usize>,
    beside: &Beside,
    limits: &Limits,
) -> Result<(), TableError> {
    let (row, column) = cell.get_position();
    // A formula that nobody has calculated says itself, and isn't taken for a cell that says nothing.
    let text = match beside.uncalculated.get(&(row, column)) {
        Some(formula) => formula.clone(),
        None => text_of(cell.get_value(), zeros),
    };
    sheet.put(row as usize, column as usize, &text, limits)
}
