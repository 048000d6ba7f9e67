//! A sheet as it is gathered: rows within their limits, cells that are merged.

use std::collections::BTreeSet;

use domain::sheet::TableError;

use crate::cells::undisguised;
use crate::limits::Limits;

/// The last row and the last column of a sheet.
pub(crate) const LAST_ROW: usize = 1_048_576;
pub(crate) const LAST_COLUMN: usize = 16_384;

/// A row that isn't empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its number in the file, from 1.
    pub number: usize,
    /// Its cells.
    pub cells: Vec<String>,
    /// Whether a filter or a hand has hidden it.
    pub hidden: bool,
}

/// A sheet of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetName {
    /// Its name.
    pub name: String,
    /// Whether it is hidden.
    pub hidden: bool,
}

/// Cells that are one: from a row and a column to another of each, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Merged {
    pub(crate) rows: (usize, usize),
    pub(crate) column: usize,
}

/// A sheet.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    pub(crate) name: Option<String>,
    pub(crate) rows: Vec<Row>,
    pub(crate) merged: usize,
}

impl Sheet {
    pub(crate) fn named(name: Option<String>) -> Self {
        Self { name, ..Self::default() }
    }

    /// Puts a text in its place, from 0; rows come in their order.
    pub(crate) fn put(
        &mut self,
        row: usize,
        column: usize,
        text: &str,
        limits: &Limits,
    ) -> Result<(), TableError> {
        if column >= limits.columns {
            return Ok(());
        }
        let text = undisguised(text);
        if text.trim().is_empty() {
            return Ok(());
        }
        let text: String = text.chars().take(limits.chars).collect();
        let number = row + 1;
        match self.rows.last_mut() {
            Some(last) if last.number == number => {
                last.cells.resize(last.cells.len().max(column + 1), String::new());
                if let Some(place) = last.cells.get_mut(column) {
                    *place = text;
                }
            }
            Some(last) if last.number > number => return Err(TableError::NotATable),
            _ => {
                // The header, and what stands above it, is no student's.
                let most = limits.rows + domain::sheet::MOST_ABOVE;
                if self.rows.len() > most {
                    return Err(TableError::TooManyRows { most: limits.rows });
                }
                let mut cells = vec![String::new(); column];
                cells.push(text);
                self.rows.push(Row { number, cells, hidden: false });
            }
        }
        Ok(())
    }

    /// Marks the rows that are hidden, by their places from 0, and gives each row the text of the cell that one of its own
    /// is merged with.
    pub(crate) fn finish(
        &mut self,
        hidden: &BTreeSet<u32>,
        merged: &[Merged],
        limits: &Limits,
    ) -> Result<(), TableError> {
        for row in &mut self.rows {
            let place = u32::try_from(row.number - 1).unwrap_or(u32::MAX);
            row.hidden = hidden.contains(&place);
        }
        let mut filled = 0;
        for Merged { rows: (first, last), column } in merged {
            if last <= first || *column >= limits.columns {
                continue;
            }
            let start = self.rows.partition_point(|row| row.number < first + 1);
            let Some(text) = self.rows.get(start).filter(|row| row.number == first + 1) else { continue };
            let Some(text) = text.cells.get(*column).filter(|text| !text.is_empty()).cloned() else {
                continue;
            };
            for row in self.rows.iter_mut().skip(start + 1).take_while(|row| row.number <= last + 1) {
                filled += 1;
                if filled > limits.elements {
                    return Err(TableError::TooManyElements { most: limits.elements });
                }
                row.cells.resize(row.cells.len().max(column + 1), String::new());
                if let Some(place) = row.cells.get_mut(*column).filter(|place| place.is_empty()) {
                    place.clone_from(&text);
                    self.merged += 1;
                }
            }
        }
        Ok(())
    }
}
