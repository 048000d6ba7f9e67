//! How much of a table is taken in.

/// How much of a table is taken in.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The most rows of a sheet that aren't empty; more are refused.
    pub rows: usize,
    /// Columns beyond this are not looked at.
    pub columns: usize,
    /// The most characters that are kept of a cell.
    pub chars: usize,
    /// The most bytes that the sheets of a workbook may hold once they are unpacked; pictures don't count.
    pub unpacked: usize,
    /// The most cells with something in them, and the most elements beside them.
    pub elements: usize,
}
