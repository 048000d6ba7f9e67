//! Looks through a workbook's parts before anything is built of them: a file of 17 kB can hold twelve million bytes, an
//! element a million attributes, a record half a gigabyte, and a cell can claim to stand where no sheet reaches. What it
//! finds small, `calamine` reads; and it finds what `calamine` doesn't say: which rows are hidden, which cells are one,
//! which formulas nobody has calculated.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Cursor, Read};

use domain::sheet::TableError;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use crate::limits::Limits;
use crate::sheet::{LAST_COLUMN, LAST_ROW, Merged};
use crate::xml::{each_attribute, value};

/// The most parts of a workbook: sheets, pictures, and what holds them together.
const MOST_PARTS: usize = 10_000;
/// The longest reference there is, `$XFD$1048576:$XFD$1048576`, with some room.
const LONGEST_REFERENCE: usize = 32;
/// The longest record of a binary workbook: a string of 32,767 characters.
const LONGEST_RECORD: usize = 128 * 1024;

/// The folders of what a workbook has beside its sheets, which nothing here reads.
const DECORATION: [&str; 12] = [
    "media/",
    "drawings/",
    "theme/",
    "charts/",
    "printerSettings/",
    "embeddings/",
    "ctrlProps/",
    "activeX/",
    "docProps/",
    "customXml/",
    "Pictures/",
    "Thumbnails/",
];

/// What stands in a sheet beside its values.
#[derive(Debug, Default)]
pub(crate) struct Beside {
    /// Rows that are hidden, from 0.
    pub(crate) hidden: BTreeSet<u32>,
    /// Cells that are one.
    pub(crate) merged: Vec<Merged>,
    /// Formulas that nobody has calculated, by row and column.
    pub(crate) uncalculated: BTreeMap<(u32, u32), String>,
}

/// The sheets' parts, by the path of each.
pub(crate) struct Parts {
    /// Of each sheet.
    pub(crate) beside: BTreeMap<String, Beside>,
    /// The path of each sheet, by its name.
    pub(crate) paths: BTreeMap<String, String>,
}

/// Finds a workbook small enough to be read, and each of its cells in a place that exists.
pub(crate) fn look_through(bytes: &[u8], limits: &Limits) -> Result<Parts, TableError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| TableError::NotATable)?;
    if archive.len() > MOST_PARTS {
        return Err(TableError::NotATable);
    }
    let mut look = Look { limits, elements: 0, unpacked: 0, sheets: Vec::new(), targets: BTreeMap::new() };
    let (mut beside, mut trouble) = (BTreeMap::new(), None);
    for part in 0..archive.len() {
        let part = archive.by_index(part).map_err(|_| TableError::NotATable)?;
        let name = part.name().map_err(|_| TableError::NotATable)?.replace('\\', "/");
        let name = name.trim_start_matches('/').to_owned();
        if DECORATION.iter().any(|folder| name.contains(folder)) {
            continue;
        }
        let left = limits.unpacked.saturating_sub(look.unpacked) + 1;
        let mut counted = Counted { inner: part.take(left as u64), count: 0 };
        let found = if name.ends_with(".bin") {
            look.binary(&mut counted, &name)
        } else if name.ends_with(".xml") || name.ends_with(".rels") {
            look.xml(&mut counted, &name)
        } else {
            continue;
        };
        look.unpacked += counted.count;
        if look.unpacked > limits.unpacked {
            return Err(TableError::TooLarge { most: limits.unpacked });
        }
        match found {
            Ok(found) => drop(beside.insert(name, found)),
            Err(error) => drop(trouble.get_or_insert(error)),
        }
    }
    let paths = look.paths();
    // What is no sheet by its name and is read as one all the same was not looked at.
    if paths.values().any(|path| DECORATION.iter().any(|folder| path.contains(folder))) {
        return Err(TableError::NotATable);
    }
    for (sheet, path) in &paths {
        if let Some(reference) = beside.get_mut(path).and_then(|found: &mut Found| found.nowhere.take()) {
            return Err(TableError::NoSuchCell { sheet: Some(sheet.clone()), reference });
        }
    }
    if let Some(reference) = beside.values_mut().find_map(|found| found.nowhere.take()) {
        return Err(TableError::NoSuchCell { sheet: None, reference });
    }
    // Of a file with a cell that is nowhere that is said first: it says more than that the file is damaged.
    if let Some(trouble) = trouble {
        return Err(trouble);
    }
    let beside = beside.into_iter().map(|(name, found)| (name, found.beside)).collect();
    Ok(Parts { beside, paths })
}

/// What was found in a part.
#[derive(Default)]
struct Found {
    beside: Beside,
    /// A reference to a place that no sheet has.
    nowhere: Option<String>,
}

impl Found {
    /// Of a broken part with a cell that is nowhere, that is what is said.
    fn or(self, error: TableError) -> Result<Self, TableError> {
        if self.nowhere.is_some() { Ok(self) } else { Err(error) }
    }
}

struct Look<'a> {
    limits: &'a Limits,
    elements: usize,
    unpacked: usize,
    /// Each sheet's name and the id of its relationship.
    sheets: Vec<(String, String)>,
    /// What the workbook's relationships point to, by their ids.
    targets: BTreeMap<String, String>,
}

impl Look<'_> {
    fn count(&mut self) -> Result<(), TableError> {
        self.elements += 1;
        let most = self.limits.elements;
        if self.elements > most { Err(TableError::TooManyElements { most }) } else { Ok(()) }
    }

    fn paths(&self) -> BTreeMap<String, String> {
        let path = |target: &String| match target.strip_prefix('/') {
            Some(path) => path.to_owned(),
            None => format!("xl/{}", target.trim_start_matches("./")),
        };
        let named = self.sheets.iter();
        named.filter_map(|(name, id)| Some((name.clone(), path(self.targets.get(id)?)))).collect()
    }

    /// One part of XML, as `calamine` would read it.
    fn xml(&mut self, part: impl Read, name: &str) -> Result<Found, TableError> {
        let mut reader = Reader::from_reader(BufReader::new(part));
        let config = reader.config_mut();
        config.check_end_names = false;
        config.check_comments = false;
        config.expand_empty_elements = true;
        let is_rels = name.ends_with("workbook.xml.rels") || name.ends_with("workbook.bin.rels");
        let is_sheet = name.contains("sheets/");
        let mut found = Found::default();
        let mut cell = Cell::default();
        let (mut buffer, mut row, mut is_broken) = (Vec::new(), 0_u32, false);
        loop {
            buffer.clear();
            let Ok(event) = reader.read_event_into(&mut buffer) else {
                return found.or(TableError::NotATable);
            };
            match event {
                Event::Start(element) => {
                    let Ok(said) = Said::of(&element) else {
                        is_broken = true;
                        self.count()?;
                        continue;
                    };
                    match element.local_name().as_ref() {
                        // A cell with nothing in it is a border, or a colour: it counts once something is in it.
                        "c" => {
                            // A formula of texts whose value is empty has been calculated.
                            cell = Cell { place: said.place(), has_value: said.is_text, ..Cell::default() };
                            found.nowhere = found.nowhere.take().or(said.nowhere());
                        }
                        "row" => {
                            row = said.row.unwrap_or(row + 1);
                            found.nowhere = found.nowhere.take().or(said.nowhere());
                            if said.hidden && is_sheet {
                                self.count()?;
                                found.beside.hidden.insert(row.saturating_sub(1));
                            }
                        }
                        "v" | "is" => {
                            self.count()?;
                            cell.in_value = true;
                        }
                        "f" => {
                            self.count()?;
                            cell.in_formula = true;
                            cell.formula.get_or_insert_default();
                            found.nowhere = found.nowhere.take().or(said.nowhere());
                        }
                        "mergeCell" => {
                            self.count()?;
                            found.nowhere = found.nowhere.take().or(said.nowhere());
                            found.beside.merged.extend(said.reference.as_deref().and_then(merged));
                        }
                        "dimension" => found.nowhere = found.nowhere.take().or(said.nowhere()),
                        "sheet" if name.ends_with("workbook.xml") => {
                            self.sheets.extend(said.name.zip(said.id));
                        }
                        "Relationship" if is_rels => self.targets.extend(said.id.zip(said.target)),
                        _ => self.count()?,
                    }
                }
                Event::Text(text) if cell.in_formula => {
                    let formula = cell.formula.get_or_insert_default();
                    let room = self.limits.chars.saturating_sub(formula.len());
                    formula.extend(text.xml10_content().chars().take(room));
                }
                Event::Text(_) if cell.in_value => cell.has_value = true,
                Event::End(element) => match element.local_name().as_ref() {
                    "f" => cell.in_formula = false,
                    "v" | "is" => cell.in_value = false,
                    "c" if is_sheet => {
                        if let Cell { place: Some(place), formula: Some(formula), has_value: false, .. } =
                            std::mem::take(&mut cell)
                        {
                            found.beside.uncalculated.insert(place, format!("={formula}"));
                        }
                    }
                    _ => {}
                },
                // A document type, and with it every entity, has no place in a workbook.
                Event::DocType(_) => return Err(TableError::NotATable),
                Event::Eof if is_broken => return found.or(TableError::NotATable),
                Event::Eof => return Ok(found),
                _ => {}
            }
        }
    }

    /// One part of a binary workbook: each record no longer than any may be, and no more of them than there is room for.
    fn binary(&mut self, part: impl Read, name: &str) -> Result<Found, TableError> {
        let mut part = BufReader::new(part);
        let is_sheet = name.contains("sheets/");
        let mut found = Found::default();
        let mut record = Vec::new();
        let torn = |_| TableError::NotATable;
        while !part.fill_buf().map_err(torn)?.is_empty() {
            let mut byte = || -> Result<usize, TableError> {
                let mut byte = [0];
                part.read_exact(&mut byte).map_err(torn)?;
                let [byte] = byte;
                Ok(usize::from(byte))
            };
            let mut kind = byte()?;
            if kind & 0x80 != 0 {
                kind = (kind & 0x7f) | ((byte()? & 0x7f) << 7);
            }
            let mut length = 0;
            for place in 0..4 {
                let next = byte()?;
                length |= (next & 0x7f) << (7 * place);
                if next & 0x80 == 0 {
                    break;
                }
            }
            if length > LONGEST_RECORD {
                return Err(TableError::NotATable);
            }
            record.resize(length, 0);
            part.read_exact(&mut record).map_err(torn)?;
            // Cells that are empty don't count.
            if kind != 1 {
                self.count()?;
            }
            // Cells that say no column are behind the one before; calamine passes them over, and a cell less is a wrong row.
            if is_sheet && (12..=18).contains(&kind) {
                return Err(TableError::NotATable);
            }
            self.record(kind, &record, is_sheet, &mut found);
        }
        Ok(found)
    }

    fn record(&mut self, kind: usize, record: &[u8], is_sheet: bool, found: &mut Found) {
        let number = |at: usize| {
            let bytes = record.get(at..at + 4)?.try_into().ok()?;
            Some(u32::from_le_bytes(bytes))
        };
        let text = |at: usize| {
            let length = number(at)? as usize;
            let bytes = record.get(at + 4..at + 4 + length.checked_mul(2)?)?;
            let units: Vec<u16> = bytes
                .chunks_exact(2)
                .filter_map(|pair| Some(u16::from_le_bytes(pair.try_into().ok()?)))
                .collect();
            Some((String::from_utf16_lossy(&units), at + 4 + bytes.len()))
        };
        match kind {
            // BrtRowHdr: the row, and whether it has no height.
            0 if is_sheet => {
                let hidden = record.get(11).is_some_and(|flags| flags & 0x10 != 0);
                found.beside.hidden.extend(number(0).filter(|_| hidden));
            }
            // BrtMergeCell: first row, last row, first column.
            176 if is_sheet => {
                if let (Some(first), Some(last), Some(column)) = (number(0), number(4), number(8)) {
                    let rows = (first as usize, last as usize);
                    found.beside.merged.push(Merged { rows, column: column as usize });
                }
            }
            // BrtBundleSh: state and number, the relationship, the name.
            156 => {
                if let Some((id, after)) = text(8)
                    && let Some((name, _)) = text(after)
                {
                    self.sheets.push((name, id));
                }
            }
            _ => {}
        }
    }
}

/// The cell that is being read.
#[derive(Default)]
struct Cell {
    place: Option<(u32, u32)>,
    formula: Option<String>,
    in_formula: bool,
    in_value: bool,
    has_value: bool,
}

/// What an element says that matters here.
#[derive(Default)]
struct Said {
    /// `r`, or `ref`.
    reference: Option<String>,
    /// The row of an `r`.
    row: Option<u32>,
    /// Whether a cell's type is `str`, a formula's text.
    is_text: bool,
    hidden: bool,
    name: Option<String>,
    id: Option<String>,
    target: Option<String>,
}

impl Said {
    fn of(element: &BytesStart<'_>) -> Result<Self, TableError> {
        let mut said = Said::default();
        each_attribute(element, |attribute| {
            let text = || value(attribute);
            match attribute.key.as_ref() {
                "r" | "ref" => {
                    said.row = attribute.value.parse().ok();
                    said.reference = Some(attribute.value.chars().take(LONGEST_REFERENCE + 1).collect());
                }
                "t" => said.is_text = &*attribute.value == "str",
                "hidden" => said.hidden = matches!(&*attribute.value, "1" | "true" | "on"),
                "name" => said.name = text(),
                "Id" => said.id = text(),
                "Target" => said.target = text(),
                // The prefix of a relationship is the file's own.
                key if key.ends_with(":id") => said.id = text(),
                _ => {}
            }
        })?;
        Ok(said)
    }

    fn place(&self) -> Option<(u32, u32)> {
        let (row, column) = place(self.reference.as_deref()?)?;
        Some((row.checked_sub(1)?, column.checked_sub(1)?))
    }

    /// The reference, if it is to a place that no sheet has.
    fn nowhere(&self) -> Option<String> {
        let reference = self.reference.as_ref()?;
        (!exists(reference)).then(|| reference.chars().take(LONGEST_REFERENCE).collect())
    }
}

/// Whether a reference, `A1`, `7` or `A1:XFD1048576`, is to a place that a sheet has.
fn exists(reference: &str) -> bool {
    reference.len() <= LONGEST_REFERENCE
        && reference.split(':').all(|corner| place(&corner.replace('$', "")).is_some())
}

/// The row and the column of a place, from 1; of a row alone, column 0.
fn place(corner: &str) -> Option<(u32, u32)> {
    let letters = corner.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (letters, digits) = corner.split_at_checked(letters)?;
    let column = letters.bytes().try_fold(0_u32, |column, letter| {
        column.checked_mul(26)?.checked_add(u32::from(letter.to_ascii_uppercase() - b'A') + 1)
    })?;
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    let row = digits.parse::<u32>().ok().filter(|row| plain && (1..=LAST_ROW).contains(&(*row as usize)))?;
    (column as usize <= LAST_COLUMN).then_some((row, column))
}

/// `A2:A4`: cells that are one.
fn merged(reference: &str) -> Option<Merged> {
    let (first, last) = reference.split_once(':')?;
    let ((first, column), (last, _)) = (place(first)?, place(last)?);
    Some(Merged { rows: (first as usize - 1, last as usize - 1), column: column.checked_sub(1)? as usize })
}

/// Counts what is read.
pub(crate) struct Counted<R> {
    pub(crate) inner: R,
    pub(crate) count: usize,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.count += count;
        Ok(count)
    }
}
