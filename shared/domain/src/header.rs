//! The shape of a sheet: a header that must have certain columns, and rows that are whole.

use crate::field::{FieldFault, FieldRule};
use crate::text::searched;

/// A column that a sheet may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column<'a> {
    /// What faults call it.
    pub id: &'a str,
    /// The headings that it may have, beside its id.
    pub names: Vec<&'a str>,
    /// Whether a sheet without it is refused.
    pub required: bool,
}

/// Where the columns of a sheet stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Each of those that were looked for, by its place in the header.
    pub at: Vec<Option<usize>>,
    /// The headings of others.
    pub others: Vec<String>,
}

/// Finds columns in a sheet's header, in any order, however their headings are typed.
pub fn find<'a>(
    columns: &[Column<'_>],
    header: impl IntoIterator<Item = &'a str>,
) -> Result<Found, Vec<FieldFault>> {
    let mut at: Vec<Option<usize>> = vec![None; columns.len()];
    let (mut faults, mut others) = (Vec::new(), Vec::new());
    for (i, cell) in header.into_iter().enumerate() {
        let cell = cell.trim().trim_start_matches('\u{feff}').trim();
        let typed = searched(cell);
        let named = |column: &Column<'_>| {
            searched(column.id) == typed || column.names.iter().any(|name| searched(name) == typed)
        };
        match columns.iter().position(named).and_then(|column| at.get_mut(column)) {
            Some(place @ None) => *place = Some(i),
            Some(Some(_)) => faults.push(FieldFault::new(cell, FieldRule::Duplicate)),
            None if cell.is_empty() => {}
            None => others.push(cell.to_owned()),
        }
    }
    let missing = columns.iter().zip(&at).filter(|(column, place)| column.required && place.is_none());
    faults.extend(missing.map(|(column, _)| FieldFault::new(column.id, FieldRule::MissingColumn)));
    if faults.is_empty() { Ok(Found { at, others }) } else { Err(faults) }
}

/// What is wrong with a row that isn't whole: a line break in a cell is a quote that was never closed, and the rows after it
/// are in that cell.
pub fn torn<S: AsRef<str>>(cells: &[S]) -> Option<FieldFault> {
    let is_torn = cells.iter().any(|cell| cell.as_ref().contains(['\n', '\r']));
    is_torn.then(|| FieldFault::new("row", FieldRule::Torn))
}
