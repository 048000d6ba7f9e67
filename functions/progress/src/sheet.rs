//! Sheets: a title, a frozen header, text that stays text.

use std::borrow::Cow;

use domain::ids::StudentId;
use domain::text::Lang;
use domain::university::University;
use edge::{Problem, Unit};
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, XlsxError};

use crate::words::{COLLEGE, unreadable};

/// As many outlines as a page of 1 MB can hold.
pub(crate) const PAGE: i32 = 5_000;
/// The most rows of one sheet: what is larger is asked for college by college.
const MOST_ROWS: usize = 10_000;

/// What a sheet holds.
pub(crate) struct Sheet {
    /// Above the table.
    pub(crate) title: String,
    /// Column titles and widths in characters.
    pub(crate) columns: Vec<(Cow<'static, str>, f64)>,
    /// Rows of texts; a number that is counted is a number, an identifier never is.
    pub(crate) rows: Vec<Vec<Cell>>,
}

/// Columns whose names are ours, with their widths; that of colleges has the name that the university gives them.
pub(crate) fn named(
    columns: &[(&'static str, f64)],
    university: &University,
    lang: Lang,
) -> Vec<(Cow<'static, str>, f64)> {
    let own = university.college().map(|college| college.of(lang).to_owned());
    let name = |name: &'static str| match own.clone().filter(|_| COLLEGE.contains(&name)) {
        Some(own) => Cow::Owned(own),
        None => Cow::Borrowed(name),
    };
    columns.iter().map(|(column, width)| (name(column), *width)).collect()
}

/// The same whose names are read again when the sheet comes back, or are nobody else's.
pub(crate) fn own(columns: &[(&'static str, f64)]) -> Vec<(Cow<'static, str>, f64)> {
    columns.iter().map(|(name, width)| (Cow::Borrowed(*name), *width)).collect()
}

impl Sheet {
    /// Leaves out the columns that aren't wanted.
    pub(crate) fn keep(&mut self, wanted: impl Fn(usize) -> bool) {
        let kept: Vec<bool> = (0..self.columns.len()).map(wanted).collect();
        let mut of_column = kept.iter();
        self.columns.retain(|_| of_column.next().copied().unwrap_or(true));
        for row in &mut self.rows {
            let mut of_cell = kept.iter();
            row.retain(|_| of_cell.next().copied().unwrap_or(true));
        }
    }
}

/// A cell.
pub(crate) enum Cell {
    Text(String),
    Count(usize),
    /// In the smallest unit, which has so many digits behind the point.
    Amount(i64, u8),
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Cell::Text(text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell::Text(text.to_owned())
    }
}

impl From<usize> for Cell {
    fn from(count: usize) -> Self {
        Cell::Count(count)
    }
}

/// The workbook of sheets, each under its title.
pub(crate) fn workbook(sheets: &[(&str, Sheet)]) -> Result<Vec<u8>, Problem> {
    write(sheets).map_err(|error| {
        tracing::error!(%error, "no sheet was written");
        Problem::Unavailable
    })
}

fn write(sheets: &[(&str, Sheet)]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let title = Format::new().set_bold().set_font_size(16).set_align(FormatAlign::Center);
    let head = Format::new()
        .set_bold()
        .set_border(FormatBorder::Thin)
        .set_background_color(0x00E8_EDF3)
        .set_text_wrap();
    // "@" is Excel's text: an identifier of eighteen digits stays what it is.
    let text = Format::new().set_num_format("@").set_border(FormatBorder::Thin).set_text_wrap();
    let count = Format::new().set_border(FormatBorder::Thin);
    for (name, sheet) in sheets {
        let page = book.add_worksheet();
        page.set_name(*name)?;
        let last = u16::try_from(sheet.columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
        if last > 0 {
            page.merge_range(0, 0, 0, last, &sheet.title, &title)?;
        } else {
            page.write_with_format(0, 0, &sheet.title, &title)?;
        }
        for (column, (words, width)) in (0..).zip(&sheet.columns) {
            page.set_column_width(column, *width)?;
            page.write_with_format(1, column, words.as_ref(), &head)?;
        }
        for (line, row) in (2..).zip(&sheet.rows) {
            for (column, cell) in (0..).zip(row) {
                match cell {
                    Cell::Text(words) => page.write_string_with_format(line, column, words, &text)?,
                    // Counts are far below 2^53, so nothing is rounded.
                    Cell::Count(number) => {
                        page.write_number_with_format(line, column, *number as f64, &count)?
                    }
                    Cell::Amount(amount, digits) => {
                        let unit = 10_f64.powi(i32::from(*digits));
                        let format = count.clone().set_num_format(format_of(*digits));
                        page.write_number_with_format(line, column, *amount as f64 / unit, &format)?
                    }
                };
            }
        }
        page.set_freeze_panes(2, 0)?;
        page.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0).set_repeat_rows(0, 1)?;
    }
    book.save_to_buffer()
}

/// How a spreadsheet shows an amount with so many digits.
fn format_of(digits: u8) -> String {
    match digits {
        0 => "0".to_owned(),
        digits => format!("0.{}", "0".repeat(digits.into())),
    }
}

/// The row of a student whose record can't be read: left out, they would be missed by nobody.
pub(crate) fn unreadable_row(student: &StudentId, lang: Lang) -> Vec<Cell> {
    Vec::from([String::new(), unreadable(lang).to_owned(), student.to_string()].map(Cell::from))
}

/// A sheet that would be too long is refused, and not cut.
pub(crate) fn check_rows(rows: usize) -> Result<(), Problem> {
    if rows > MOST_ROWS { Err(Problem::TooLarge { most: MOST_ROWS, unit: Unit::Rows }) } else { Ok(()) }
}

pub(crate) fn said(text: Option<&String>) -> Cell {
    text.cloned().unwrap_or_default().into()
}
