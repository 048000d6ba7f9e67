//! What is printed: the slip of a finished student, the letters of the party office, and a letter's
//! expiry as a calendar file (N12, N20, N21).

mod calendar;
mod letters;
mod slip;
mod words;

use std::path::Path;
use std::sync::OnceLock;

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use edge::Problem;
use print::{FontError, Fonts, PrintError};

edge::function! {
    /// What is printed: slips, letters, calendars.
    Lambda: slip::print_slip, letters::print_letters, calendar::letter_calendar
}

/// The fonts, read when something is first printed: a folder named by `LIXIAO_FONTS`, or the layer.
fn fonts() -> Result<&'static Fonts, Problem> {
    static FONTS: OnceLock<Fonts> = OnceLock::new();
    if let Some(fonts) = FONTS.get() {
        return Ok(fonts);
    }
    let fonts = open_fonts().map_err(PrintError::from).map_err(|error| cannot_print(&error))?;
    Ok(FONTS.get_or_init(|| fonts))
}

fn open_fonts() -> Result<Fonts, FontError> {
    let folder = std::env::var("LIXIAO_FONTS").unwrap_or_else(|_| "/opt/fonts".to_owned());
    Fonts::open(Path::new(&folder))
}

/// What printing would lack, for a server that says so while it starts.
pub fn lacks() -> Option<FontError> {
    open_fonts().and_then(|fonts| fonts.all_there()).err()
}

/// A print that fails is the operator's business: the log says why, the caller whom to tell.
fn cannot_print(error: &impl std::fmt::Display) -> Problem {
    tracing::error!(%error, "nothing was printed");
    Problem::CannotPrint
}

/// A file that a browser shows under its own name.
fn file(kind: &'static str, name: &str, bytes: Vec<u8>) -> Response {
    let disposition = format!("inline; filename=\"{name}\"");
    ([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, disposition)], bytes).into_response()
}
