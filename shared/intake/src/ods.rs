//! LibreOffice's sheets: `content.xml`, one event after the other.

use std::collections::BTreeSet;
use std::io::{BufReader, Cursor, Read};

use domain::sheet::TableError;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use crate::cells::number_text;
use crate::choice::Choice;
use crate::limits::Limits;
use crate::parts::Counted;
use crate::sheet::{LAST_COLUMN, LAST_ROW, Merged, Sheet, SheetName};
use crate::xml::{each_attribute, value};

pub(crate) fn read(bytes: &[u8], choice: &mut Choice<'_>, limits: &Limits) -> Result<(), TableError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| TableError::NotATable)?;
    let mut manifest = String::new();
    if let Ok(part) = archive.by_name("META-INF/manifest.xml") {
        // What can't be read of it says nothing of a password.
        let _ = part.take(1024 * 1024).read_to_string(&mut manifest);
    }
    if manifest.contains("encryption-data") {
        return Err(TableError::Password);
    }
    let content = archive.by_name("content.xml").map_err(|_| TableError::NotATable)?;
    let content = Counted { inner: content.take(limits.unpacked as u64 + 1), count: 0 };
    let mut document = Document {
        reader: Reader::from_reader(BufReader::new(content)),
        limits,
        elements: 0,
        hidden_styles: BTreeSet::new(),
        names: Vec::new(),
    };
    document.reader.config_mut().expand_empty_elements = true;
    document.reader.config_mut().check_end_names = false;
    document.sheets(choice)?;
    choice.among(document.names);
    Ok(())
}

struct Document<'a, R: Read> {
    reader: Reader<BufReader<Counted<R>>>,
    limits: &'a Limits,
    elements: usize,
    /// The styles of sheets that aren't shown.
    hidden_styles: BTreeSet<String>,
    names: Vec<SheetName>,
}

/// What an element says that matters here.
#[derive(Default)]
struct Said {
    name: Option<String>,
    style: Option<String>,
    visibility: Option<String>,
    display: Option<String>,
    rows_repeated: Option<usize>,
    columns_repeated: Option<usize>,
    rows_spanned: Option<usize>,
    kind: Option<String>,
    value: Option<String>,
    formula: bool,
    blanks: Option<usize>,
}

impl Said {
    fn of(element: &BytesStart<'_>) -> Result<Self, TableError> {
        let mut said = Said::default();
        each_attribute(element, |attribute| {
            let text = || value(attribute);
            let number = || attribute.value.parse().ok();
            let key = attribute.key.as_ref();
            match key.rsplit(':').next().unwrap_or(key) {
                "name" => said.name = text(),
                "style-name" => said.style = text(),
                "visibility" => said.visibility = text(),
                "display" => said.display = text(),
                "number-rows-repeated" => said.rows_repeated = number(),
                "number-columns-repeated" => said.columns_repeated = number(),
                "number-rows-spanned" => said.rows_spanned = number(),
                // LibreOffice says the kind of an error under its own name.
                "value-type" if key.starts_with("office") => said.kind = text(),
                "value" | "date-value" | "boolean-value" | "string-value" | "time-value" => {
                    said.value = text();
                }
                "formula" => said.formula = true,
                "c" => said.blanks = number(),
                _ => {}
            }
        })?;
        Ok(said)
    }
}

/// The cells that a row's end still waits for.
struct Line {
    cells: Vec<(usize, String)>,
    column: usize,
    repeated: usize,
    hidden: bool,
}

impl<R: Read> Document<'_, R> {
    fn sheets(&mut self, choice: &mut Choice<'_>) -> Result<(), TableError> {
        let (mut buffer, mut style) = (Vec::new(), None);
        loop {
            match self.next(&mut buffer)? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "style" => style = Said::of(&element)?.name,
                    "table-properties" if Said::of(&element)?.display.as_deref() == Some("false") => {
                        self.hidden_styles.extend(style.clone());
                    }
                    "table" => {
                        let said = Said::of(&element)?;
                        let hidden = said.style.is_some_and(|style| self.hidden_styles.contains(&style));
                        let sheet = self.sheet(said.name.clone());
                        self.names.extend(said.name.clone().map(|name| SheetName { name, hidden }));
                        if choice.asks_for(said.name.as_deref(), hidden) {
                            choice.look_at(sheet);
                        } else {
                            sheet?;
                        }
                    }
                    _ => {}
                },
                Event::DocType(_) => return Err(TableError::NotATable),
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    /// The next event, as long as the document is within its limits.
    fn next<'b>(&mut self, buffer: &'b mut Vec<u8>) -> Result<Event<'b>, TableError> {
        buffer.clear();
        let event = self.reader.read_event_into(buffer).map_err(|_| TableError::NotATable)?;
        self.elements += 1;
        let (most, unpacked) = (self.limits.elements, self.limits.unpacked);
        if self.elements > most {
            return Err(TableError::TooManyElements { most });
        }
        let read = self.reader.get_ref().get_ref().count;
        if read > unpacked { Err(TableError::TooLarge { most: unpacked }) } else { Ok(event) }
    }

    /// A sheet, read to its end.
    fn sheet(&mut self, name: Option<String>) -> Result<Sheet, TableError> {
        let mut sheet = Sheet::named(name.clone());
        let (mut hidden, mut merged) = (BTreeSet::new(), Vec::new());
        let (mut buffer, mut row, mut line) = (Vec::new(), 0_usize, None::<Line>);
        // Rows of a group or of a header are hidden one by one.
        loop {
            match self.next(&mut buffer)? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "table-row" => {
                        let said = Said::of(&element)?;
                        let hidden = matches!(said.visibility.as_deref(), Some("collapse" | "filter"));
                        let repeated = said.rows_repeated.unwrap_or(1).min(LAST_ROW);
                        line = Some(Line { cells: Vec::new(), column: 0, repeated, hidden });
                    }
                    "table-cell" | "covered-table-cell" => {
                        let said = Said::of(&element)?;
                        let text = self.text()?;
                        let Some(line) = line.as_mut() else { continue };
                        let repeated = said.columns_repeated.unwrap_or(1).min(LAST_COLUMN);
                        if let Some(rows) = said.rows_spanned.filter(|rows| *rows > 1) {
                            let last = row.saturating_add(rows - 1).min(LAST_ROW);
                            merged.push(Merged { rows: (row, last), column: line.column });
                        }
                        let text = value_of(&said, text);
                        // An empty cell that is repeated to the edge of the sheet is none.
                        if !text.is_empty() {
                            let until = line.column.saturating_add(repeated).min(self.limits.columns);
                            line.cells.extend((line.column..until).map(|column| (column, text.clone())));
                        }
                        line.column = line.column.saturating_add(repeated);
                    }
                    _ => {}
                },
                Event::End(element) => match element.local_name().as_ref() {
                    "table-row" => {
                        let Some(Line { cells, repeated, hidden: is_hidden, .. }) = line.take() else {
                            continue;
                        };
                        let written = if cells.is_empty() { 0 } else { repeated };
                        for place in (row..row.saturating_add(written)).take(self.limits.rows + 100) {
                            for (column, text) in &cells {
                                sheet.put(place, *column, text, self.limits)?;
                            }
                            if is_hidden {
                                hidden.insert(u32::try_from(place).unwrap_or(u32::MAX));
                            }
                        }
                        row = row.saturating_add(repeated);
                        if row > LAST_ROW && written > 0 {
                            let reference = row.to_string();
                            return Err(TableError::NoSuchCell { sheet: name, reference });
                        }
                    }
                    "table" => break,
                    _ => {}
                },
                Event::Eof => return Err(TableError::NotATable),
                _ => {}
            }
        }
        sheet.finish(&hidden, &merged, self.limits)?;
        Ok(sheet)
    }

    /// What stands in a cell, read to its end; a comment is no part of it.
    fn text(&mut self) -> Result<String, TableError> {
        let (mut buffer, mut depth, mut comment) = (Vec::new(), 0_usize, None);
        let (mut text, mut paragraphs) = (String::new(), 0);
        loop {
            match self.next(&mut buffer)? {
                Event::Start(element) => {
                    depth += 1;
                    match element.local_name().as_ref() {
                        "annotation" => {
                            comment.get_or_insert(depth);
                        }
                        "p" if comment.is_none() => {
                            paragraphs += 1;
                            if paragraphs > 1 {
                                text.push('\n');
                            }
                        }
                        "line-break" if comment.is_none() => text.push('\n'),
                        "tab" if comment.is_none() => text.push('\t'),
                        "s" if comment.is_none() => {
                            let blanks = Said::of(&element)?.blanks.unwrap_or(1).min(self.limits.chars);
                            text.extend(std::iter::repeat_n(' ', blanks));
                        }
                        _ => {}
                    }
                }
                Event::End(_) if depth == 0 => return Ok(text),
                Event::End(_) => {
                    if comment == Some(depth) {
                        comment = None;
                    }
                    depth -= 1;
                }
                Event::Text(piece) if comment.is_none() && text.len() < 4 * self.limits.chars => {
                    text.push_str(&piece.xml10_content());
                }
                Event::GeneralRef(reference) if comment.is_none() && text.len() < 4 * self.limits.chars => {
                    text.extend(referred(&reference));
                }
                Event::CData(piece) if comment.is_none() && text.len() < 4 * self.limits.chars => {
                    text.push_str(&piece.xml10_content());
                }
                Event::Eof => return Err(TableError::NotATable),
                _ => {}
            }
        }
    }
}

/// The character that a reference names: `&amp;`, `&#10;`.
pub(crate) fn referred(reference: &quick_xml::events::BytesRef<'_>) -> Option<char> {
    if let Ok(Some(c)) = reference.resolve_char_ref() {
        return Some(c);
    }
    match &**reference {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

/// A cell's value, or the text that it shows.
fn value_of(said: &Said, text: String) -> String {
    let value = said.value.as_deref();
    match (said.kind.as_deref(), value) {
        (Some("float" | "currency" | "percentage"), Some(number)) => {
            // Zeros in front are the format's, and a part of what its owner sees.
            let shows_zeros =
                text.len() > 1 && text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit());
            match number.parse::<f64>() {
                Ok(_) if shows_zeros => text,
                Ok(number) => number_text(number),
                Err(_) => text,
            }
        }
        (Some("date"), Some(date)) => date.to_owned(),
        (Some("boolean"), Some(answer)) => answer.to_ascii_uppercase(),
        (Some("string"), Some(shown)) if !shown.is_empty() => shown.to_owned(),
        (None, _) if text.is_empty() && said.formula => "=…".to_owned(),
        _ => text,
    }
}
