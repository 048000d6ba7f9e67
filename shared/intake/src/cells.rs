//! A cell's value as its owner sees it.

use std::borrow::Cow;

use calamine::DataRef;

/// The last day that a spreadsheet has, 31 December 9999.
const LAST_DAY: f64 = 2_958_466.0;

/// A text without the disguise that keeps a number from being calculated with: `="2015"`, a leading apostrophe or tab.
pub(crate) fn undisguised(text: &str) -> Cow<'_, str> {
    let trimmed = text.trim();
    if let Some(inner) = trimmed.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) {
        return Cow::Owned(inner.replace("\"\"", "\""));
    }
    // A text that a system has written as a formula: =2015.
    let digits = trimmed.strip_prefix('=').filter(|rest| !rest.is_empty());
    if let Some(digits) = digits.filter(|rest| rest.bytes().all(|byte| byte.is_ascii_digit())) {
        return Cow::Owned(digits.to_owned());
    }
    let apostrophe = trimmed.strip_prefix(['\'', '‘', '’']);
    match apostrophe.filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) {
        Some(rest) => Cow::Owned(rest.trim_end_matches(['\'', '’']).to_owned()),
        None => Cow::Borrowed(text),
    }
}

/// A cell as a text. A whole number is written as one; a number too long to be exact as a power of ten, so that an
/// identity number that a spreadsheet has rounded can't pass for one.
pub(crate) fn text_of(value: &DataRef<'_>, zeros: Option<usize>) -> String {
    match value {
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => lines_alike(text),
        DataRef::SharedString(text) => lines_alike(text),
        DataRef::Int(number) => padded(number.to_string(), zeros),
        DataRef::Float(number) => padded(number_text(*number), zeros),
        DataRef::DateTime(when) if !when.is_datetime() || !(0.0..LAST_DAY).contains(&when.as_f64()) => {
            number_text(when.as_f64())
        }
        DataRef::DateTime(when) => {
            let (year, month, day, hour, minute, second, _) = when.to_ymd_hms_milli();
            match (when.as_f64() < 1.0, (hour, minute, second)) {
                (true, _) => format!("{hour:02}:{minute:02}:{second:02}"),
                (_, (0, 0, 0)) => format!("{year:04}-{month:02}-{day:02}"),
                _ => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"),
            }
        }
        DataRef::Bool(true) => "TRUE".to_owned(),
        DataRef::Bool(false) => "FALSE".to_owned(),
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}

/// A number as a spreadsheet shows it: to fifteen places.
pub(crate) fn number_text(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        format!("{number:.0}")
    } else if number.abs() < 1e15 && number.abs() > 1e-7 {
        let rounded = format!("{number:.14e}").parse().unwrap_or(number);
        format!("{rounded}")
    } else {
        format!("{number:E}")
    }
}

/// A number whose format shows it with zeros in front.
pub(crate) fn padded(number: String, zeros: Option<usize>) -> String {
    match zeros {
        Some(zeros) if number.bytes().all(|byte| byte.is_ascii_digit()) => format!("{number:0>zeros$}"),
        _ => number,
    }
}

/// How many digits a number format shows at the least, if it is one of zeros and nothing else: `00000000000`.
pub(crate) fn zeros_of(format: &str) -> Option<usize> {
    let zeros = format.split(';').next().unwrap_or_default();
    (zeros.len() > 1 && zeros.len() <= 32 && zeros.bytes().all(|byte| byte == b'0')).then_some(zeros.len())
}

/// Lines of a cell, all ended alike.
pub(crate) fn lines_alike(text: &str) -> String {
    text.replace("_x000D_", "").replace("\r\n", "\n").replace('\r', "\n").trim_matches('\n').to_owned()
}
