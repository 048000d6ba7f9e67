//! The header of a sheet: which of its headings names which column, however it is typed, and what of it is nobody's.

use std::collections::BTreeMap;

use crate::field::{FieldFault, FieldRule};
use crate::text::{heading, is_han};

/// A column that a sheet may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column<'a> {
    /// What faults call it.
    pub id: &'a str,
    /// The headings that are its own, beside its id, the first one first.
    pub names: Vec<&'a str>,
    /// Headings that other systems have for it: where its own stands beside one, that one is left aside.
    pub usual: &'a [&'a str],
    /// Whether a sheet without it is refused.
    pub required: bool,
}

/// The columns that a sheet may have, by every heading of each.
#[derive(Debug, Clone)]
pub struct Headings<'a> {
    columns: Vec<Column<'a>>,
    /// The column that a heading names, and how near it is to the column's own.
    by_heading: BTreeMap<String, (usize, usize)>,
}

/// Where the columns of a sheet stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Each of those that were looked for, by its place in the header.
    pub at: Vec<Option<usize>>,
    /// The headings of others, by their places.
    pub others: Vec<(usize, String)>,
}

/// What somebody has said of a header's places: the id of the column that each is, or nothing for one that is left aside.
pub type ByHand = BTreeMap<usize, Option<String>>;

impl<'a> Headings<'a> {
    /// The headings of columns. Of two columns that a heading could name, the one whose own it is.
    pub fn new(columns: Vec<Column<'a>>) -> Self {
        let mut by_heading: BTreeMap<String, (usize, usize)> = BTreeMap::new();
        for (i, column) in columns.iter().enumerate() {
            let own = std::iter::once(&column.id).chain(&column.names).map(|name| (name, 0));
            let usual = column.usual.iter().zip(1..);
            for (name, rank) in own.chain(usual) {
                let typed = heading(name);
                if by_heading.get(&typed).is_none_or(|(_, known)| rank < *known) {
                    by_heading.insert(typed, (i, rank));
                }
            }
        }
        Self { columns, by_heading }
    }

    /// The ids of the columns that cells name, if they are a header.
    pub fn named<'h>(&self, cells: impl IntoIterator<Item = &'h str>) -> Vec<&'a str> {
        let mut named: Vec<usize> = cells.into_iter().filter_map(|cell| Some(self.column(cell)?.0)).collect();
        named.sort_unstable();
        named.dedup();
        named.into_iter().filter_map(|i| Some(self.columns.get(i)?.id)).collect()
    }

    /// The columns that may be named.
    pub fn columns(&self) -> &[Column<'a>] {
        &self.columns
    }

    /// The id of the column that says who somebody is.
    pub fn first(&self) -> Option<&'a str> {
        self.columns.first().map(|column| column.id)
    }

    fn ids(&self) -> Vec<String> {
        self.columns.iter().map(|column| column.id.to_owned()).collect()
    }

    /// The column that a heading names, and how near it is: by itself, or in two languages that say the same, or one
    /// beside the other with a stroke between them.
    fn column(&self, cell: &str) -> Option<(usize, usize)> {
        let known = |text: &str| self.by_heading.get(&heading(text)).copied();
        if let Some(known) = known(cell) {
            return Some(known);
        }
        let pieces: Vec<&str> =
            cell.split(['/', '／', '|', '\n']).filter(|one| !one.trim().is_empty()).collect();
        let (chinese, latin): (String, String) = cell.chars().partition(|c| is_han(*c));
        let apart = [chinese.as_str(), latin.as_str()];
        let is_apart = pieces.len() > 1;
        let pieces = if is_apart { pieces.as_slice() } else { apart.as_slice() };
        // Of two languages that a stroke or a line sets apart, the other one may have a word of its own.
        let is_translation = |piece: &&&str| {
            is_apart && known(piece).is_none() && piece.is_ascii() && cell.chars().any(is_han)
        };
        let pieces = pieces.iter().filter(|piece| !is_translation(piece));
        let mut named = pieces.map(|piece| known(piece)).collect::<Option<Vec<_>>>()?.into_iter();
        let (column, rank) = named.next()?;
        // Two that name different columns name none.
        named.all(|(other, _)| other == column).then_some((column, rank + 1))
    }

    /// Finds columns in a sheet's header, in any order, however their headings are typed; what is said by hand counts
    /// before any heading.
    pub fn find<'h>(
        &self,
        header: impl IntoIterator<Item = &'h str>,
        by_hand: &ByHand,
    ) -> Result<Found, Vec<FieldFault>> {
        let mut at: Vec<Option<(usize, usize, String)>> = vec![None; self.columns.len()];
        let (mut faults, mut others) = (Vec::new(), Vec::new());
        for (place, cell) in header.into_iter().enumerate() {
            let cell = cell.trim();
            let column = match by_hand.get(&place) {
                // A hand's word is nearer than any heading.
                Some(Some(id)) => {
                    let column = self.columns.iter().position(|column| column.id == id);
                    if column.is_none() {
                        faults.push(FieldFault::new(cell, FieldRule::OneOf(self.ids())).reading(id));
                    }
                    column.map(|column| (column, None))
                }
                Some(None) => None,
                None => self.column(cell).map(|(column, rank)| (column, Some(rank))),
            };
            let Some((column, rank)) = column else {
                if !cell.is_empty() {
                    others.push((place, cell.to_owned()));
                }
                continue;
            };
            let rank = rank.map_or(0, |rank| rank + 1);
            let Some(known) = at.get_mut(column) else { continue };
            match known {
                Some((_, before, _)) if *before == rank => {
                    faults.push(FieldFault::new(cell, FieldRule::Duplicate));
                }
                Some((_, before, _)) if *before < rank => others.push((place, cell.to_owned())),
                known => {
                    let aside = known.replace((place, rank, cell.to_owned()));
                    others.extend(aside.map(|(place, _, cell)| (place, cell)));
                }
            }
        }
        let missing = self.columns.iter().zip(&at).filter(|(column, at)| column.required && at.is_none());
        faults.extend(missing.map(|(column, _)| FieldFault::new(column.id, FieldRule::MissingColumn)));
        others.sort_by_key(|(place, _)| *place);
        let at = at.into_iter().map(|found| found.map(|(place, ..)| place)).collect();
        if faults.is_empty() { Ok(Found { at, others }) } else { Err(faults) }
    }
}

/// What is wrong with a row of a text that isn't whole, whose header has so many columns: a comma inside a cell has moved all
/// that follows, or a quote was never closed and the rows after it are in that cell.
pub fn torn<S: AsRef<str>>(cells: &[S], columns: usize) -> Option<FieldFault> {
    let beyond = cells.iter().skip(columns).find(|cell| !cell.as_ref().trim().is_empty());
    if let Some(beyond) = beyond {
        let fault = FieldFault::new("row", FieldRule::TooManyCells { columns });
        return Some(fault.reading(beyond.as_ref()));
    }
    // A line break is nothing to speak of in a cell that is one; rows that have run together have separators in them.
    let rows_inside = |cell: &str| {
        let separators = |line: &str| line.matches([',', '\t', ';']).count();
        cell.contains(['\n', '\r']) && cell.lines().any(|line| separators(line) > 1)
    };
    let torn = cells
        .iter()
        .map(AsRef::as_ref)
        .find(|cell| rows_inside(cell) || (cells.len() < columns && cell.contains(['\n', '\r'])));
    torn.map(|cell| FieldFault::new("row", FieldRule::Torn).reading(cell))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headings() -> Headings<'static> {
        let column = |id, name, usual, required| Column { id, names: vec![name], usual, required };
        Headings::new(vec![
            column("student_id", "学号", &["学生学号"], true),
            column("phone", "电话", &["手机", "联系电话"], false),
        ])
    }

    #[test]
    fn the_own_heading_counts_before_a_usual_one_wherever_it_stands() {
        let found = headings().find(["手机", "学 号*", "电话", "宿舍", "联系电话"], &ByHand::new()).unwrap();
        assert_eq!(found.at, [Some(1), Some(2)]);
        assert_eq!(
            found.others,
            [(0, "手机".to_owned()), (3, "宿舍".to_owned()), (4, "联系电话".to_owned())]
        );
    }

    #[test]
    fn a_heading_in_two_languages_is_one() {
        let column =
            |id, names: &[&'static str]| Column { id, names: names.to_vec(), usual: &[], required: false };
        let headings = Headings::new(vec![
            column("student_id", &["学号", "Student No"]),
            column("name", &["姓名", "Name"]),
        ]);
        for (text, id) in [
            ("学号 Student No.", "student_id"),
            ("姓名/Name", "name"),
            ("姓名\nName", "name"),
            ("学号（Student ID）", "student_id"),
            ("学号 / Matriculation", "student_id"),
            ("姓名\nFamily and given", "name"),
        ] {
            assert_eq!(headings.named([text]), [id], "{text}");
        }
        for text in ["学号/姓名", "姓名拼音", "专业 Name", "姓名 code"] {
            assert!(headings.named([text]).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_hand_s_word_counts_before_any_heading() {
        let by_hand = ByHand::from([(0, Some("student_id".to_owned())), (1, None)]);
        let found = headings().find(["编号", "电话"], &by_hand).unwrap();
        assert_eq!(found.at, [Some(0), None]);
        assert_eq!(found.others, [(1, "电话".to_owned())]);
    }

    #[test]
    fn a_hand_that_names_no_column_is_told_which_there_are() {
        let by_hand = ByHand::from([(0, Some("student_id".to_owned())), (1, Some("campus".to_owned()))]);
        let faults = headings().find(["编号", "校区"], &by_hand).unwrap_err();
        let found: Vec<_> = faults.iter().map(|f| (f.field.as_str(), f.read.as_deref())).collect();
        assert_eq!(found, [("校区", Some("campus"))]);
        assert_eq!(faults[0].rule, FieldRule::OneOf(vec!["student_id".to_owned(), "phone".to_owned()]));
    }

    #[test]
    fn the_same_heading_twice_is_a_fault_and_a_missing_one_another() {
        let faults = headings().find(["电话", "电话"], &ByHand::new()).unwrap_err();
        let found: Vec<_> = faults.iter().map(|f| (f.field.as_str(), f.rule.code())).collect();
        assert_eq!(found, [("电话", "duplicate"), ("student_id", "missing-column")]);
    }
}
