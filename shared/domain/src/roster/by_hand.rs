//! One student by hand: the cells that somebody gives, beside what is known already, read as the row of a roster.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use ledger::Salt;

use super::columns::{Columns, headings};
use super::row::{ReadRow, read_row};
use crate::field::{FieldFault, FieldRule};
use crate::header::ByHand;
use crate::student::Student;
use crate::university::University;

/// What somebody gives of a student, by the ids of a roster's columns; an empty cell says that there is nothing.
pub type Cells = BTreeMap<String, String>;

/// The column that says who it is.
const NUMBER: &str = "student_id";

/// Reads a student of whom somebody gives these cells. Of one who is known, whatever isn't given stays as it is.
pub fn read_by_hand(
    university: &University,
    given: &Cells,
    before: Option<&Student>,
    today: NaiveDate,
    salt: Salt,
) -> Result<ReadRow, Vec<FieldFault>> {
    let headings = headings(university);
    let is_known = |id: &str| headings.columns().iter().any(|column| column.id == id);
    let not_asked = |id: &&String| !is_known(id) || (before.is_some() && *id == NUMBER);
    let unexpected: Vec<FieldFault> =
        given.keys().filter(not_asked).map(|id| FieldFault::new(id, FieldRule::Unexpected)).collect();
    if !unexpected.is_empty() {
        return Err(unexpected);
    }
    let required = headings.columns().iter().filter(|column| column.required);
    let mut cells: Cells = required.map(|column| (column.id.to_owned(), String::new())).collect();
    cells.extend(before.into_iter().flat_map(known_of).filter(|(id, _)| is_known(id)));
    cells.extend(given.iter().map(|(id, cell)| (id.clone(), cell.trim().to_owned())));
    let (ids, cells): (Vec<String>, Vec<String>) = cells.into_iter().unzip();
    let by_hand: ByHand = ids.iter().cloned().map(Some).enumerate().collect();
    let columns = Columns::find(university, ids.iter().map(String::as_str), &by_hand)?;
    let read = read_row(&columns, &cells, today, salt).map_err(|(_, faults)| faults)?;
    Ok(match before {
        Some(before) => ReadRow { student: columns.with_what_was_known(read.student, before), ..read },
        None => read,
    })
}

/// The cells without which no row is read, as they are known.
fn known_of(student: &Student) -> impl Iterator<Item = (String, String)> {
    let own = [
        (NUMBER, student.id.to_string()),
        ("name", student.personal().name.clone()),
        ("college", student.college.clone()),
    ];
    let facts = student.facts.iter().map(|(id, value)| (id.to_string(), value.clone()));
    own.into_iter().map(|(id, cell)| (id.to_owned(), cell)).chain(facts)
}
