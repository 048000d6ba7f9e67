//! Tables that a system saves as a web page and calls .xls: every `<table>` is a sheet.

use std::collections::BTreeSet;

use domain::sheet::{OtherFile, TableError};
use html5gum::{StartTag, Token, Tokenizer};

use crate::choice::Choice;
use crate::limits::Limits;
use crate::sheet::{Merged, Sheet};

/// A cell that spans more than this claims it only.
const LONGEST_SPAN: usize = 100_000;

/// The table that is being read.
#[derive(Default)]
struct Open {
    sheet: Sheet,
    /// How many rows have begun, and the next column.
    rows: usize,
    column: usize,
    hidden: BTreeSet<u32>,
    merged: Vec<Merged>,
    cell: Option<Cell>,
}

/// The cell that is being read.
#[derive(Default)]
struct Cell {
    text: String,
    across: usize,
    down: usize,
}

pub(crate) fn read(text: &str, choice: &mut Choice<'_>, limits: &Limits) -> Result<(), TableError> {
    let mut open: Vec<Open> = Vec::new();
    let (mut elements, mut aside, mut tables) = (0, false, 0);
    for token in Tokenizer::new(text) {
        let token = token.unwrap_or_else(|never| match never {});
        elements += 1;
        if elements > limits.elements {
            return Err(TableError::TooManyElements { most: limits.elements });
        }
        match token {
            Token::StartTag(tag) => match (tag.name.as_slice(), open.last_mut()) {
                (b"frameset" | b"frame", _) => return Err(TableError::Is(OtherFile::Frames)),
                (b"script" | b"style", _) => aside = true,
                (b"table", _) => {
                    tables += 1;
                    open.push(Open::default());
                }
                (b"tr", Some(table)) => {
                    table.end_cell(limits)?;
                    table.begin_row(&tag);
                }
                (b"td" | b"th", Some(table)) => {
                    table.end_cell(limits)?;
                    let span = |name: &[u8]| {
                        let text =
                            tag.attributes.get(name).map(|value| String::from_utf8_lossy(value).into_owned());
                        text.and_then(|text| text.trim().parse::<usize>().ok())
                            .unwrap_or(1)
                            .clamp(1, LONGEST_SPAN)
                    };
                    let (across, down) = (span(b"colspan"), span(b"rowspan"));
                    table.cell = Some(Cell { text: String::new(), across, down });
                }
                (b"br" | b"p" | b"div", Some(table)) => table.add("\n", limits),
                _ => {}
            },
            Token::EndTag(tag) => match (tag.name.as_slice(), open.last_mut()) {
                (b"script" | b"style", _) => aside = false,
                (b"td" | b"th" | b"tr", Some(table)) => table.end_cell(limits)?,
                (b"table", Some(_)) => {
                    if let Some(table) = open.pop() {
                        table.end(choice, limits);
                    }
                }
                _ => {}
            },
            Token::String(words) if !aside => {
                if let Some(table) = open.last_mut() {
                    // What a page wraps is one line; only its breaks are breaks.
                    let words = String::from_utf8_lossy(&words).replace(['\n', '\r', '\t'], " ");
                    table.add(&words, limits);
                }
            }
            _ => {}
        }
    }
    // A page that was cut short has still its rows.
    while let Some(table) = open.pop() {
        table.end(choice, limits);
    }
    if tables > 0 { Ok(()) } else { Err(TableError::Is(OtherFile::Page)) }
}

impl Open {
    fn begin_row(&mut self, tag: &StartTag<()>) {
        let style = tag
            .attributes
            .get(b"style".as_slice())
            .map(|style| String::from_utf8_lossy(style).to_lowercase());
        let style = style.unwrap_or_default().replace(' ', "");
        if style.contains("display:none") || tag.attributes.contains_key(b"hidden".as_slice()) {
            self.hidden.insert(u32::try_from(self.rows).unwrap_or(u32::MAX));
        }
        self.rows += 1;
        self.column = 0;
    }

    fn add(&mut self, words: &str, limits: &Limits) {
        if let Some(cell) = self.cell.as_mut().filter(|cell| cell.text.len() < 4 * limits.chars) {
            cell.text.push_str(words);
        }
    }

    /// Ends a cell, where a page leaves it to the next one to do so.
    fn end_cell(&mut self, limits: &Limits) -> Result<(), TableError> {
        let Some(cell) = self.cell.take() else { return Ok(()) };
        let row = self.rows.saturating_sub(1);
        // A cell that reaches down from above stands here too.
        let taken = |column: usize| {
            self.merged
                .iter()
                .rev()
                .take(256)
                .any(|merged| merged.column == column && merged.rows.0 < row && row <= merged.rows.1)
        };
        while self.column < limits.columns && taken(self.column) {
            self.column += 1;
        }
        let text = as_shown(&cell.text);
        self.sheet.put(row, self.column, &text, limits)?;
        if cell.down > 1 {
            self.merged.push(Merged { rows: (row, row + cell.down - 1), column: self.column });
        }
        self.column = self.column.saturating_add(cell.across);
        Ok(())
    }

    fn end(mut self, choice: &mut Choice<'_>, limits: &Limits) {
        let ended =
            self.end_cell(limits).and_then(|()| self.sheet.finish(&self.hidden, &self.merged, limits));
        if choice.asks_for(None, false) {
            choice.look_at(ended.map(|()| self.sheet));
        }
    }
}

/// A text of a page: blanks and breaks as a browser shows them.
fn as_shown(text: &str) -> String {
    let words =
        |line: &str| line.split([' ', '\t']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    text.split('\n').map(words).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}
