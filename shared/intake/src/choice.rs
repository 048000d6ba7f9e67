//! Which of a file's sheets is read, and what is said of it.

use domain::sheet::{MOST_ABOVE, TableError};

use crate::kind::{Encoding, Kind};
use crate::sheet::{Row, Sheet, SheetName};

/// What is looked for.
pub struct Wanted<'a> {
    /// The name of a sheet, where somebody has said which.
    pub sheet: Option<&'a str>,
    /// The number of the header's row, where somebody has said which; 0 if there is none.
    pub header: Option<usize>,
    /// How many of the columns that are looked for a row names: 0 if it is no header.
    pub likeness: &'a dyn Fn(&[String]) -> usize,
    /// Whether a sheet without a header is a list all the same.
    pub is_bare: &'a dyn Fn(&[Row]) -> bool,
}

/// A table, and how it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// What it is written in.
    pub kind: Kind,
    /// How its text is encoded, if it is one.
    pub encoding: Option<Encoding>,
    /// What separates its cells, if it is a text.
    pub separator: Option<char>,
    /// The sheet that was read.
    pub sheet: Option<String>,
    /// Every sheet of the file.
    pub sheets: Vec<SheetName>,
    /// The row that names the columns, if there is one.
    pub header: Option<Row>,
    /// The rows above it that aren't empty.
    pub above: Vec<Row>,
    /// The rows below it that aren't empty, hidden ones among them.
    pub rows: Vec<Row>,
    /// How many cells have the text of the one that they are merged with.
    pub merged: usize,
    /// Visible sheets whose header is like this one's and that aren't read, with how many rows each has below it.
    pub also: Vec<(String, usize)>,
}

/// As many sheets are looked at.
const MOST_SHEETS: usize = 40;

/// Which of a file's sheets it is.
pub(crate) struct Choice<'a> {
    wanted: &'a Wanted<'a>,
    table: Table,
    /// The sheet that was taken.
    taken: Option<Taken>,
    /// Whether it is certain: no other is looked at.
    certain: bool,
    /// How many sheets and rows have been looked at.
    looked_at: (usize, usize),
    /// Why a sheet can't be read.
    trouble: Option<TableError>,
}

/// A sheet that is worth being read.
struct Taken {
    sheet: Sheet,
    /// The place of its header, and how many columns that names.
    header: Option<usize>,
    alike: usize,
}

impl Taken {
    /// How many rows it has below its header.
    fn below(&self) -> usize {
        self.sheet.rows.len() - self.header.map_or(0, |header| header + 1)
    }
}

impl<'a> Choice<'a> {
    pub(crate) fn new(kind: Kind, wanted: &'a Wanted<'a>) -> Self {
        let table = Table {
            kind,
            encoding: None,
            separator: None,
            sheet: None,
            sheets: Vec::new(),
            header: None,
            above: Vec::new(),
            rows: Vec::new(),
            merged: 0,
            also: Vec::new(),
        };
        Self { wanted, table, taken: None, certain: false, looked_at: (0, 0), trouble: None }
    }

    /// How many columns a row names.
    pub(crate) fn likeness(&self, cells: &[String]) -> usize {
        (self.wanted.likeness)(cells)
    }

    /// Says how a text was read.
    pub(crate) fn of_text(&mut self, encoding: Encoding, separator: Option<char>) {
        self.table.encoding = Some(encoding);
        self.table.separator = separator;
    }

    /// Says which sheets there are.
    pub(crate) fn among(&mut self, sheets: Vec<SheetName>) {
        self.table.sheets = sheets;
    }

    /// Whether a sheet is still worth being read.
    pub(crate) fn asks_for(&self, name: Option<&str>, is_hidden: bool) -> bool {
        match self.wanted.sheet {
            _ if self.certain => false,
            Some(wanted) => name == Some(wanted),
            None => !is_hidden,
        }
    }

    /// Whether the sheet that is wanted has been found.
    pub(crate) fn is_certain(&self) -> bool {
        self.certain
    }

    /// Looks at a sheet, or at why it can't be read.
    pub(crate) fn look_at(&mut self, sheet: Result<Sheet, TableError>) {
        let sheet = match sheet {
            Ok(sheet) => sheet,
            Err(trouble) => {
                self.trouble.get_or_insert(trouble);
                return;
            }
        };
        if sheet.rows.is_empty() {
            return;
        }
        let header = match self.wanted.header {
            Some(number) => sheet.rows.iter().position(|row| row.number == number),
            None => self.header_of(&sheet.rows),
        };
        let alike = header.and_then(|place| sheet.rows.get(place)).map_or(0, |row| self.likeness(&row.cells));
        let (sheets, rows) = &mut self.looked_at;
        (*sheets, *rows) = (*sheets + 1, *rows + sheet.rows.len());
        self.certain = self.wanted.sheet.is_some()
            || (header.is_some() && self.wanted.header.is_some())
            || self.looked_at.0 >= MOST_SHEETS;
        let found = Taken { sheet, header, alike };
        let is_bare = |taken: &Taken| (self.wanted.is_bare)(&taken.sheet.rows);
        let better = match &self.taken {
            None => true,
            // A list without a header counts before a sheet that holds none at all.
            Some(taken) if found.header.is_none() => {
                taken.header.is_none() && !is_bare(taken) && is_bare(&found)
            }
            Some(taken) if taken.header.is_none() => true,
            // The first one, unless that is a form without a row, or one that has only words for the other's columns.
            Some(taken) => found.below() > 0 && (taken.below() == 0 || found.alike > 2 * taken.alike),
        };
        if better {
            self.taken = Some(found);
        } else if let Some(taken) = &self.taken
            && found.header.is_some()
            && found.below() > 0
            && 2 * found.alike >= taken.alike
        {
            let below = found.below();
            self.table.also.extend(found.sheet.name.map(|name| (name, below)));
        }
    }

    /// The row among the first ones that names the most columns; of a header in two rows, the lower one, which names each.
    fn header_of(&self, rows: &[Row]) -> Option<usize> {
        let likeness = |row: &Row| self.likeness(&row.cells);
        let first = rows.iter().take(MOST_ABOVE).enumerate().rev().map(|(i, row)| (i, likeness(row)));
        let found = first.filter(|(_, alike)| *alike > 0).max_by_key(|(_, alike)| *alike);
        let (place, alike) = found?;
        let (Some(upper), Some(lower)) = (rows.get(place), rows.get(place + 1)) else { return Some(place) };
        let is_merged = upper.cells != lower.cells
            && upper.cells.iter().zip(&lower.cells).any(|(upper, lower)| !upper.is_empty() && upper == lower);
        Some(if is_merged && likeness(lower) == alike { place + 1 } else { place })
    }

    pub(crate) fn made(self) -> Result<Table, TableError> {
        let Self { wanted, mut table, taken, trouble, .. } = self;
        let Some(Taken { sheet, header, .. }) = taken else {
            let no_sheet = wanted.sheet.map(|name| TableError::NoSuchSheet { name: name.to_owned() });
            return Err(trouble.or(no_sheet).unwrap_or(TableError::NotATable));
        };
        // A sheet with what is wanted may be the one that can't be read.
        if let (None, Some(trouble), false) = (header, trouble, (wanted.is_bare)(&sheet.rows)) {
            return Err(trouble);
        }
        table.sheet = sheet.name;
        table.merged = sheet.merged;
        let mut rows = sheet.rows;
        if let Some(header) = header {
            let below = rows.split_off(header + 1);
            table.header = rows.pop();
            (table.above, table.rows) = (rows, below);
        } else {
            table.rows = rows;
        }
        Ok(table)
    }
}
