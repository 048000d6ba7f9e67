//! The student numbers of a sheet that an office has at hand: a column named 学号, or, in a bare list,
//! the column that holds the most of them.

use crate::field::{FieldFault, FieldRule};
use crate::ids::StudentId;
use crate::roster::is_heading;
use crate::university::Pattern;

/// Why a table can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// It isn't a table, or holds nothing.
    #[error("not a table")]
    NotATable,
    /// It isn't UTF-8.
    #[error("not UTF-8")]
    NotUtf8,
    /// It has more rows than are taken at once.
    #[error("more than {most} rows")]
    TooManyRows {
        /// The most there may be, below the header.
        most: usize,
    },
    /// It is larger, once unpacked, than any list of students.
    #[error("more than {most} bytes unpacked")]
    TooLarge {
        /// The most bytes there may be.
        most: usize,
    },
    /// It holds more elements than any list of students.
    #[error("more than {most} elements")]
    TooManyElements {
        /// The most there may be.
        most: usize,
    },
    /// A cell claims to stand where no sheet has a place.
    #[error("no cell {reference}")]
    NoSuchCell {
        /// Where it claims to stand.
        reference: String,
    },
}

/// The most rows of a sheet of student numbers.
pub const MOST_NUMBERS: usize = 5_000;

/// Where a sheet's student numbers stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumberColumn {
    /// The column, from 0.
    pub column: usize,
    /// Whether the first row is a number too, and no header.
    pub bare: bool,
}

/// Whether a text looks like a student number and not like an identity number or a mobile telephone.
fn may_be_student_number(text: &str, like: Option<&Pattern>) -> bool {
    let mobile = text.len() == 11 && matches!(text.as_bytes(), [b'1', b'3'..=b'9', ..]);
    let digits = || text.bytes().filter(u8::is_ascii_digit).count() >= 4;
    let alike = like.map_or_else(digits, |like| like.fits(text));
    alike && text.parse::<StudentId>().is_ok() && text.len() != 18 && !mobile
}

/// Finds the column of student numbers, which look like `like` if it is said what they look like.
///
/// ```
/// use domain::sheet::{NumberColumn, find_numbers};
/// let rows = [vec!["姓名", "学号"], vec!["王小明", "20151104027"]];
/// assert_eq!(find_numbers(&rows, None), Ok(NumberColumn { column: 1, bare: false }));
/// assert_eq!(find_numbers(&[vec!["20151104027"]], None), Ok(NumberColumn { column: 0, bare: true }));
/// assert!(find_numbers(&[vec!["nobody"]], None).is_err());
/// ```
pub fn find_numbers<S: AsRef<str>>(
    rows: &[Vec<S>],
    like: Option<&Pattern>,
) -> Result<NumberColumn, FieldFault> {
    let named = |cell: &S| is_heading("student_id", cell.as_ref());
    let header = rows.first().map(Vec::as_slice).unwrap_or_default();
    if let Some(column) = header.iter().position(named) {
        return Ok(NumberColumn { column, bare: false });
    }
    let is_number = |row: &Vec<S>, column: usize| {
        row.get(column).is_some_and(|cell| may_be_student_number(cell.as_ref().trim(), like))
    };
    let count = |column: usize| rows.iter().filter(|row| is_number(row, column)).count();
    let widest = rows.iter().map(Vec::len).max().unwrap_or_default();
    // Of two that hold as many, the one further left.
    let fullest = (0..widest).rev().max_by_key(|column| count(*column)).filter(|column| count(*column) > 0);
    let column = fullest.ok_or_else(|| FieldFault::new("student_id", FieldRule::MissingColumn))?;
    Ok(NumberColumn { column, bare: rows.first().is_some_and(|row| is_number(row, column)) })
}

/// What stands in a sheet beside its student numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beside {
    /// The column of names, to be compared with the roster's.
    pub name: Option<usize>,
    /// The headings of columns that nothing reads: an amount or a reason among them must not be thought to count.
    pub unread: Vec<String>,
}

/// What a sheet has beside its numbers, by its header.
///
/// ```
/// use domain::sheet::{Beside, beside, find_numbers};
/// let rows = [vec!["学号", "姓名", "欠款"], vec!["20151104027", "王小明", "45"]];
/// let expected = Beside { name: Some(1), unread: vec!["欠款".to_owned()] };
/// assert_eq!(beside(&rows, find_numbers(&rows, None).unwrap()), expected);
/// ```
pub fn beside<S: AsRef<str>>(rows: &[Vec<S>], numbers: NumberColumn) -> Beside {
    if numbers.bare {
        return Beside::default();
    }
    let header = rows.first().map(Vec::as_slice).unwrap_or_default();
    let heading = |column: usize| header.get(column).map_or("", |cell| cell.as_ref().trim());
    let is_name = |column: &usize| is_heading("name", heading(*column));
    let name = (0..header.len()).find(is_name);
    let others = (0..header.len()).filter(|column| *column != numbers.column && Some(*column) != name);
    let filled = |column: &usize| {
        rows.iter().skip(1).any(|row| row.get(*column).is_some_and(|cell| !cell.as_ref().trim().is_empty()))
    };
    let unread = others
        .filter(|column| !heading(*column).is_empty() && filled(column))
        .map(|column| heading(column).to_owned());
    Beside { name, unread: unread.collect() }
}
