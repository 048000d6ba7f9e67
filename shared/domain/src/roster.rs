//! One row of a roster: texts under a header in, a [`crate::student::Student`] or the faults of its fields out.
//!
//! Reading the file is the business of `intake`; what a column may hold is decided here.

mod by_hand;
mod colleges;
mod columns;
mod contact;
mod ethnicity;
mod people;
mod row;

pub use by_hand::{Cells, read_by_hand};
pub use colleges::Colleges;
pub use columns::{ADVISORS, ByWord, Columns, MOST_ADVISORS, MOST_AT_ONCE, MOST_ROWS, heading, headings};
pub(crate) use columns::{is_own_column, own_column};
pub use row::{ReadRow, read_row};
