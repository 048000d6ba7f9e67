//! What is printed: the slip of a finished student, the letters of the party office, and a letter's
//! expiry as a calendar file (N12, N20, N21).

mod calendar;
mod letters;
mod slip;

use std::path::Path;
use std::sync::OnceLock;

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use edge::Problem;
use print::{Fonts, PrintError};

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
    let folder = std::env::var("LIXIAO_FONTS").unwrap_or_else(|_| "/opt/fonts".to_owned());
    let fonts =
        Fonts::open(Path::new(&folder)).map_err(PrintError::from).map_err(|error| unprintable(&error))?;
    Ok(FONTS.get_or_init(|| fonts))
}

/// A print that fails is the operator's business: the log says why, the caller that it can't be had.
fn unprintable(error: &PrintError) -> Problem {
    tracing::error!(%error, "nothing was printed");
    Problem::Unavailable
}

/// A file that a browser shows under its own name.
fn file(kind: &'static str, name: &str, bytes: Vec<u8>) -> Response {
    let disposition = format!("inline; filename=\"{name}\"");
    ([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, disposition)], bytes).into_response()
}
