//! XML of Excel 2003, which systems write because a text editor can: `Workbook`, `Worksheet`, `Table`, `Row`, `Cell`, `Data`.

use std::collections::{BTreeMap, BTreeSet};

use domain::sheet::TableError;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::cells::{number_text, padded, zeros_of};
use crate::choice::Choice;
use crate::limits::Limits;
use crate::ods::referred;
use crate::sheet::{LAST_COLUMN, LAST_ROW, Merged, Sheet, SheetName};
use crate::xml::{each_attribute, value};

/// What an element says that matters here.
#[derive(Default)]
struct Said {
    name: Option<String>,
    index: Option<usize>,
    hidden: bool,
    down: usize,
    across: usize,
    span: usize,
    kind: Option<String>,
    formula: Option<String>,
    id: Option<String>,
    style: Option<String>,
    format: Option<String>,
}

impl Said {
    fn of(element: &BytesStart<'_>) -> Result<Self, TableError> {
        let mut said = Said::default();
        each_attribute(element, |attribute| {
            let text = || value(attribute);
            let number = || attribute.value.trim().parse::<usize>().ok();
            let key = attribute.key.as_ref();
            match key.rsplit(':').next().unwrap_or(key) {
                "Name" => said.name = text(),
                "Index" => said.index = number(),
                "Hidden" => said.hidden = &*attribute.value == "1",
                "MergeDown" => said.down = number().unwrap_or_default(),
                "MergeAcross" => said.across = number().unwrap_or_default(),
                "Span" => said.span = number().unwrap_or_default(),
                "Type" => said.kind = text(),
                "Formula" => said.formula = text(),
                "ID" => said.id = text(),
                "StyleID" => said.style = text(),
                "Format" => said.format = text(),
                _ => {}
            }
        })?;
        Ok(said)
    }
}

/// The sheet that is being read.
#[derive(Default)]
struct Open {
    sheet: Sheet,
    /// The next row and the next column, from 0.
    row: usize,
    column: usize,
    hidden_rows: BTreeSet<u32>,
    merged: Vec<Merged>,
    hidden: bool,
}

/// The cell that is being read.
#[derive(Default)]
struct Cell {
    kind: Option<String>,
    text: String,
    formula: Option<String>,
    across: usize,
    in_data: bool,
    /// How many digits its format shows at the least.
    zeros: Option<usize>,
}

pub(crate) fn read(text: &str, choice: &mut Choice<'_>, limits: &Limits) -> Result<(), TableError> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    reader.config_mut().check_end_names = false;
    let (mut elements, mut names) = (0, Vec::new());
    let (mut open, mut cell) = (None::<Open>, None::<Cell>);
    let mut sheets = Vec::new();
    let (mut in_visible, mut row_length) = (false, 0);
    // A comment has a text of its own, which isn't the cell's.
    let mut in_comment = false;
    // By the name of a style, how many digits it shows at the least.
    let (mut zeros, mut style, mut row_style) = (BTreeMap::new(), None, None);
    loop {
        elements += 1;
        if elements > limits.elements {
            return Err(TableError::TooManyElements { most: limits.elements });
        }
        match reader.read_event().map_err(|_| TableError::NotATable)? {
            Event::Start(element) => {
                let said = Said::of(&element)?;
                match (element.local_name().as_ref(), open.as_mut()) {
                    ("Style", None) => style = said.id,
                    ("NumberFormat", None) => {
                        let shown = said.format.as_deref().and_then(zeros_of);
                        zeros.extend(style.clone().zip(shown));
                    }
                    ("Comment", _) => in_comment = true,
                    ("Worksheet", _) => {
                        open = Some(Open { sheet: Sheet::named(said.name), ..Open::default() });
                    }
                    ("Row", Some(open)) => {
                        open.row = place(said.index, open.row, LAST_ROW, &open.sheet)?;
                        open.column = 0;
                        row_length = 1 + said.span.min(LAST_ROW);
                        row_style = said.style;
                        if said.hidden {
                            open.hidden_rows.insert(u32::try_from(open.row).unwrap_or(u32::MAX));
                        }
                    }
                    ("Cell", Some(open)) => {
                        open.column = place(said.index, open.column, LAST_COLUMN, &open.sheet)?;
                        if said.down > 0 {
                            let last = open.row.saturating_add(said.down).min(LAST_ROW);
                            open.merged.push(Merged { rows: (open.row, last), column: open.column });
                        }
                        let across = said.across.min(LAST_COLUMN);
                        let style = said.style.as_ref().or(row_style.as_ref());
                        let zeros = style.and_then(|style| zeros.get(style)).copied();
                        cell = Some(Cell { formula: said.formula, across, zeros, ..Cell::default() });
                    }
                    ("Data", _) if !in_comment => {
                        if let Some(cell) = &mut cell {
                            (cell.kind, cell.in_data) = (said.kind, true);
                        }
                    }
                    ("Visible", _) => in_visible = true,
                    _ => {}
                }
            }
            Event::Text(piece) => {
                let piece = piece.xml10_content();
                if let Some(text) = open_text(&mut cell, limits) {
                    text.push_str(&piece);
                } else if let (true, Some(open)) = (in_visible, &mut open) {
                    open.hidden |= piece.trim() != "SheetVisible";
                }
            }
            Event::CData(piece) => {
                if let Some(text) = open_text(&mut cell, limits) {
                    text.push_str(&piece);
                }
            }
            Event::GeneralRef(reference) => {
                if let Some(text) = open_text(&mut cell, limits) {
                    text.extend(referred(&reference));
                }
            }
            Event::End(element) => match (element.local_name().as_ref(), open.as_mut()) {
                ("Data", _) => {
                    if let Some(cell) = &mut cell {
                        cell.in_data = false;
                    }
                }
                ("Cell", Some(open)) => {
                    let Some(cell) = cell.take() else { continue };
                    open.sheet.put(open.row, open.column, &value_of(&cell), limits)?;
                    open.column = open.column.saturating_add(1 + cell.across);
                }
                ("Comment", _) => in_comment = false,
                ("Row", Some(open)) => open.row = open.row.saturating_add(row_length),
                ("Visible", _) => in_visible = false,
                ("Worksheet", _) => {
                    let Some(mut open) = open.take() else { continue };
                    open.sheet.finish(&open.hidden_rows, &open.merged, limits)?;
                    let name = open.sheet.name.clone();
                    names.extend(name.map(|name| SheetName { name, hidden: open.hidden }));
                    sheets.push((open.sheet, open.hidden));
                }
                _ => {}
            },
            Event::DocType(_) => return Err(TableError::NotATable),
            Event::Eof => break,
            _ => {}
        }
    }
    choice.among(names);
    for (sheet, hidden) in sheets {
        if choice.asks_for(sheet.name.as_deref(), hidden) {
            choice.look_at(Ok(sheet));
        }
    }
    Ok(())
}

/// The text that is being read, as long as it is no longer than a cell's may be.
fn open_text<'c>(cell: &'c mut Option<Cell>, limits: &Limits) -> Option<&'c mut String> {
    let cell = cell.as_mut().filter(|cell| cell.in_data && cell.text.len() < 4 * limits.chars);
    cell.map(|cell| &mut cell.text)
}

/// The place that an index names, from 1, or else the next one.
fn place(index: Option<usize>, next: usize, last: usize, sheet: &Sheet) -> Result<usize, TableError> {
    let place = match index {
        None => next,
        Some(index) => index.checked_sub(1).unwrap_or(usize::MAX),
    };
    if place < last {
        return Ok(place);
    }
    let reference = index.unwrap_or(next).to_string();
    Err(TableError::NoSuchCell { sheet: sheet.name.clone(), reference })
}

fn value_of(cell: &Cell) -> String {
    match cell.kind.as_deref() {
        Some("Number") => {
            let number = cell.text.trim().parse();
            number.map_or_else(|_| cell.text.clone(), |number| padded(number_text(number), cell.zeros))
        }
        Some("Boolean") => if cell.text.trim() == "1" { "TRUE" } else { "FALSE" }.to_owned(),
        None => cell
            .formula
            .as_ref()
            .map(|formula| format!("={}", formula.trim_start_matches('=')))
            .unwrap_or_default(),
        _ => cell.text.clone(),
    }
}
