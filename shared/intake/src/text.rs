//! Tables that are texts: told apart by their encoding, and by what stands between their cells.

use std::borrow::Cow;

use csv::{ReaderBuilder, StringRecord};
use domain::sheet::{MOST_ABOVE, TableError};
use domain::text::is_han;
use encoding_rs::{BIG5, GB18030, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::choice::Choice;
use crate::kind::{Encoding, Kind};
use crate::limits::Limits;
use crate::sheet::Sheet;
use crate::{html, spreadsheet_ml};

/// What may stand between cells, the likeliest first.
const SEPARATORS: [char; 7] = [',', '\t', ';', '|', '，', '；', '、'];
/// What stands for a separator that isn't ASCII while the text is taken apart.
const UNIT: char = '\u{1f}';

pub(crate) fn read(
    kind: Kind,
    bytes: &[u8],
    choice: &mut Choice<'_>,
    limits: &Limits,
) -> Result<(), TableError> {
    let decoded = decode(bytes);
    let (text, encoding) = match traditional(kind, bytes, &decoded, choice, limits) {
        Some(text) => (text, Encoding::Big5),
        None => decoded?,
    };
    match kind {
        Kind::Html => {
            choice.of_text(encoding, None);
            html::read(&text, choice, limits)
        }
        Kind::SpreadsheetMl => {
            choice.of_text(encoding, None);
            spreadsheet_ml::read(&text, choice, limits)
        }
        _ => {
            let text = plainly_quoted(&text);
            let text = blanks_apart(&text, choice, limits).map_or(text, Cow::Owned);
            let (text, above, separator) = separated(&text, choice, limits);
            choice.of_text(encoding, Some(separator));
            if choice.asks_for(None, false) {
                choice.look_at(cells(text, above, separator, limits, usize::MAX));
            }
            Ok(())
        }
    }
}

/// The text of bytes: strictly UTF-8, or else GB 18030; UTF-16 by its mark, or by the noughts that it is full of.
fn decode(bytes: &[u8]) -> Result<(String, Encoding), TableError> {
    if let Some(text) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        let text = std::str::from_utf8(text).map_err(|error| no_text(text, error.valid_up_to()))?;
        return Ok((text.to_owned(), Encoding::Utf8));
    }
    if let Some(wide) = wide(bytes) {
        let text = wide.decode_without_bom_handling_and_without_replacement(
            bytes.strip_prefix(b"\xff\xfe").or(bytes.strip_prefix(b"\xfe\xff")).unwrap_or(bytes),
        );
        return text.map(|text| (text.into_owned(), Encoding::Utf16)).ok_or(TableError::NotATable);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return if text.contains('\0') {
            Err(TableError::NotATable)
        } else {
            Ok((text.to_owned(), Encoding::Utf8))
        };
    }
    // A text of UTF-8 with a few bytes that aren't is no text of another encoding, whatever could be read into it.
    let (mut sound, mut broken) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        sound += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += chunk.invalid().len();
    }
    let first = bytes.utf8_chunks().next().map_or(0, |chunk| chunk.valid().len());
    if sound > 4 * broken {
        return Err(no_text(bytes, first));
    }
    let (text, faulty) = GB18030.decode_without_bom_handling(bytes);
    if !faulty && !text.contains('\0') {
        if is_western(&text) {
            let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
            return Ok((text.into_owned(), Encoding::Windows1252));
        }
        return Ok((text.into_owned(), Encoding::Gb18030));
    }
    match text.split_once('\u{fffd}') {
        // A letter or two of Western Europe in a list of numbers: where they are is all that can be said.
        Some((before, _)) if text.matches('\u{fffd}').count() < 1 + text.chars().count() / 20 => {
            let (row, cell, read) = place_of(before);
            Err(TableError::NotText { row, cell, read })
        }
        _ => Err(TableError::NotATable),
    }
}

/// Whether a text is one of Western Europe, in which a letter with a mark and the one behind it make one Chinese character:
/// `J黵gen` is Jürgen. A Chinese text has two of them side by side somewhere.
fn is_western(text: &str) -> bool {
    let mut before = [' ', ' '];
    let mut inside = false;
    for c in text.chars() {
        if is_han(c) && is_han(before[1]) {
            return false;
        }
        inside |= before[0].is_ascii_alphabetic() && is_han(before[1]) && c.is_ascii_lowercase();
        before = [before[1], c];
    }
    inside
}

/// A text in Big5, whose bytes are others in GB 18030: only if it names a column that way, and in no other.
fn traditional(
    kind: Kind,
    bytes: &[u8],
    decoded: &Result<(String, Encoding), TableError>,
    choice: &Choice<'_>,
    limits: &Limits,
) -> Option<String> {
    let is_header = |text: &str| {
        let (text, above, separator) = separated(text, choice, limits);
        let sheet = cells(text, above, separator, limits, MOST_ABOVE);
        sheet.is_ok_and(|sheet| sheet.rows.iter().any(|row| choice.likeness(&row.cells) > 0))
    };
    let is_read = match decoded {
        Ok((_, Encoding::Utf8 | Encoding::Utf16)) => true,
        Ok((text, _)) => is_header(text),
        Err(_) => false,
    };
    if kind != Kind::Csv || is_read {
        return None;
    }
    let text = BIG5.decode_without_bom_handling_and_without_replacement(bytes)?;
    is_header(&text).then(|| text.into_owned())
}

/// UTF-16, by its mark, or by every other byte's being nought.
fn wide(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    if bytes.starts_with(b"\xff\xfe") {
        return Some(UTF_16LE);
    }
    if bytes.starts_with(b"\xfe\xff") {
        return Some(UTF_16BE);
    }
    let start = bytes.get(..bytes.len().min(2048))?;
    let noughts = |odd: usize| start.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (noughts(0), noughts(1));
    let many = start.len() / 16;
    match (even, odd) {
        (0, odd) if odd > many && bytes.len().is_multiple_of(2) => Some(UTF_16LE),
        (even, 0) if even > many && bytes.len().is_multiple_of(2) => Some(UTF_16BE),
        _ => None,
    }
}

/// Where a text breaks off that was sound so far.
fn no_text(bytes: &[u8], sound: usize) -> TableError {
    let before = String::from_utf8_lossy(bytes.get(..sound).unwrap_or_default());
    let (row, cell, read) = place_of(&before);
    TableError::NotText { row, cell, read }
}

/// The row and the cell at a text's end, from 1, and what stands there.
fn place_of(before: &str) -> (usize, usize, String) {
    let row = 1 + before.matches('\n').count();
    let line = before.rsplit('\n').next().unwrap_or_default();
    let cell = 1 + line.chars().filter(|c| SEPARATORS.contains(c)).count();
    let read = line.rsplit(SEPARATORS).next().unwrap_or_default();
    (row, cell, domain::text::quoted(read))
}

/// A text whose quotes are those of a CSV: some programs quote each line as one cell, write a blank before a quote, or quote as
/// people do.
fn plainly_quoted(text: &str) -> Cow<'_, str> {
    let first = text.lines().next().unwrap_or_default().trim().trim_start_matches('\u{feff}');
    let lines = || text.lines().filter(|line| !line.trim().is_empty());
    let inside = |line: &'_ str| {
        let inner = line.trim().trim_start_matches('\u{feff}').strip_prefix('"')?.strip_suffix('"')?;
        (!inner.replace("\"\"", "").contains('"')).then(|| inner.replace("\"\"", "\""))
    };
    if first.starts_with('"') && first.contains(SEPARATORS) && lines().all(|line| inside(line).is_some()) {
        return Cow::Owned(lines().filter_map(inside).collect::<Vec<_>>().join("\n"));
    }
    if first.starts_with('"') && first.contains("\", \"") {
        let text = text.lines().map(|line| line.trim().replace("\", \"", "\",\""));
        return Cow::Owned(text.collect::<Vec<_>>().join("\n"));
    }
    if first.starts_with('“') && first.contains('”') && !text.contains('"') {
        return Cow::Owned(text.replace(['“', '”'], "\""));
    }
    Cow::Borrowed(text)
}

/// A text whose cells have nothing between them but blanks: only if that names columns, or if two stand together on most lines.
fn blanks_apart(text: &str, choice: &Choice<'_>, limits: &Limits) -> Option<String> {
    let start: String = text.lines().take(MOST_ABOVE).map(|line| format!("{line}\n")).collect();
    if start.contains(SEPARATORS) {
        return None;
    }
    let apart = |line: &str, blanks: &str| {
        let cells = line.split(blanks).map(str::trim).filter(|cell| !cell.is_empty());
        cells.collect::<Vec<_>>().join("\t")
    };
    let all = |blanks: &str| text.lines().map(|line| apart(line, blanks)).collect::<Vec<_>>().join("\n");
    let likeness = |text: &str| {
        let sheet = cells(text, 0, '\t', limits, MOST_ABOVE).unwrap_or_default();
        sheet.rows.iter().map(|row| choice.likeness(&row.cells)).max().unwrap_or_default()
    };
    let (mut two, mut lines) = (0, 0);
    for line in start.lines().map(str::trim).filter(|line| !line.is_empty()) {
        lines += 1;
        two += usize::from(line.contains("  "));
    }
    if likeness(&all(" ")) > likeness(text) {
        Some(all(" "))
    } else {
        (lines > 0 && 2 * two > lines).then(|| all("  "))
    }
}

/// The text below a line that says what separates cells, the number of lines above it, and the separator: the one that
/// makes a header of one of the first rows, or else as many cells of each.
fn separated<'t>(text: &'t str, choice: &Choice<'_>, limits: &Limits) -> (&'t str, usize, char) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (first, below) = text.split_once('\n').unwrap_or((text, ""));
    let said = first.trim().trim_matches('"').to_ascii_lowercase();
    if let Some(separator) = said.strip_prefix("sep=").and_then(|rest| rest.chars().next()) {
        return (below, 1, separator);
    }
    let worth = |separator: &char| {
        let Ok(sheet) = cells(text, 0, *separator, limits, MOST_ABOVE) else { return (0, 0, 0) };
        let alike = sheet.rows.iter().map(|row| choice.likeness(&row.cells)).max().unwrap_or_default();
        let mut widths: Vec<usize> = sheet.rows.iter().map(|row| row.cells.len()).collect();
        widths.sort_unstable();
        let middle = widths.get(widths.len() / 2).copied().unwrap_or_default();
        // What makes one cell of each row separates nothing; of two that are as like, the one that makes rows of one length.
        let even = widths.iter().filter(|width| **width == middle).count();
        if middle > 1 { (alike, middle.min(64), even) } else { (alike, 0, 0) }
    };
    let best = SEPARATORS.iter().rev().max_by_key(|separator| worth(separator));
    (text, 0, best.copied().unwrap_or(','))
}

/// The cells of a text's first rows.
fn cells(
    text: &str,
    above: usize,
    separator: char,
    limits: &Limits,
    most: usize,
) -> Result<Sheet, TableError> {
    let replaced;
    let (text, delimiter) = match u8::try_from(separator) {
        Ok(delimiter) if separator.is_ascii() => (text, delimiter),
        _ => {
            replaced = text.replace(separator, &UNIT.to_string());
            (replaced.as_str(), UNIT as u8)
        }
    };
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut sheet = Sheet::default();
    let mut number = above;
    // One record for all of them: a sheet may end in a million rows of nothing but commas.
    let mut record = StringRecord::new();
    while sheet.rows.len() < most && reader.read_record(&mut record).map_err(|_| TableError::NotATable)? {
        // A spreadsheet's row: a record each, however many lines are in it, and the empty lines between, which the reader
        // skips.
        let start = usize::try_from(record.position().map_or(0, csv::Position::byte)).unwrap_or_default();
        number += 1 + empty_lines(text, start);
        for (column, cell) in record.iter().enumerate().take(limits.columns) {
            let cell = if separator.is_ascii() {
                cell.to_owned()
            } else {
                cell.replace(UNIT, &separator.to_string())
            };
            sheet.put(number - 1, column, &cell, limits)?;
        }
    }
    Ok(sheet)
}

/// How many empty lines stand at a place where a record has just ended or nothing has begun.
fn empty_lines(text: &str, start: usize) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    let ended_by_cr = text.get(..start).is_some_and(|before| before.ends_with('\r'));
    let rest = if ended_by_cr { rest.strip_prefix('\n').unwrap_or(rest) } else { rest };
    let blank = rest.bytes().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    let blank = rest.get(..blank).unwrap_or_default();
    blank.len() - blank.matches("\r\n").count()
}
