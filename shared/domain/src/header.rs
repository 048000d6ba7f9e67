//! The shape of a sheet: a header that must have certain columns, and rows that are whole.

use crate::field::{FieldFault, FieldRule};

/// Where each of the columns a sheet must have stands in its header, in any order; a column of somebody's own is nobody's
/// business here.
pub fn find_columns<'a, const N: usize>(
    columns: &[(&'static str, &str); N],
    header: impl IntoIterator<Item = &'a str>,
) -> Result<[usize; N], Vec<FieldFault>> {
    let mut at: [Option<usize>; N] = [None; N];
    let mut faults = Vec::new();
    for (i, cell) in header.into_iter().enumerate() {
        let cell = cell.trim().trim_start_matches('\u{feff}').trim();
        let named = |(en, zh): &(&str, &str)| *zh == cell || en.eq_ignore_ascii_case(cell);
        match columns.iter().position(named).and_then(|column| at.get_mut(column)) {
            Some(place @ None) => *place = Some(i),
            Some(Some(_)) => faults.push(FieldFault::new(cell, FieldRule::Duplicate)),
            None => {}
        }
    }
    let missing = columns.iter().zip(&at).filter(|(_, place)| place.is_none());
    faults.extend(missing.map(|((en, _), _)| FieldFault::new(*en, FieldRule::MissingColumn)));
    if faults.is_empty() { Ok(at.map(Option::unwrap_or_default)) } else { Err(faults) }
}

/// What is wrong with a row that isn't whole: a line break in a cell is a quote that was never closed, and the rows after it
/// are in that cell.
pub fn torn<S: AsRef<str>>(cells: &[S]) -> Option<FieldFault> {
    let is_torn = cells.iter().any(|cell| cell.as_ref().contains(['\n', '\r']));
    is_torn.then(|| FieldFault::new("row", FieldRule::Torn))
}
