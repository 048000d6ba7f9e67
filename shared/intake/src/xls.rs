//! Excel's workbooks before 2007, read by `calamine` once their records have been looked through: a workbook of 5 kB can
//! claim a sheet of sixteen million cells.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read as _, Write as _};

use calamine::{Data, DataRef, Reader as _, Xls};
use cfb::{CompoundFile, Version};
use domain::sheet::TableError;

use crate::cells::{text_of, zeros_of};
use crate::choice::Choice;
use crate::excel::{names, trouble};
use crate::limits::Limits;
use crate::sheet::{Merged, Sheet};

/// The most cells of all sheets, empty ones among them: `calamine` makes a place for each.
const MOST_CELLS: usize = 2_000_000;

pub(crate) fn read(bytes: &[u8], choice: &mut Choice<'_>, limits: &Limits) -> Result<(), TableError> {
    let mut stream = workbook(bytes, limits)?;
    let beside = look_through(&mut stream, limits)?;
    // In a container of our own: calamine follows a chain of sectors that ends in itself for as long as there is memory.
    let sound = contained(&stream).map_err(|_| TableError::NotATable)?;
    let mut book = Xls::new(Cursor::new(sound.as_slice())).map_err(trouble)?;
    for name in names(&book, choice) {
        if !choice.is_certain() {
            let range = book.worksheet_range(&name).map_err(trouble)?;
            let merged = book.merge_cells_by_sheet_name(&name).unwrap_or_default();
            let merged: Vec<Merged> = merged
                .iter()
                .map(|cells| Merged {
                    rows: (cells.start.0 as usize, cells.end.0 as usize),
                    column: cells.start.1 as usize,
                })
                .collect();
            let none = Beside::default();
            choice.look_at(read_range(&name, &range, beside.get(&name).unwrap_or(&none), &merged, limits));
        }
    }
    Ok(())
}

fn read_range(
    name: &str,
    range: &calamine::Range<Data>,
    beside: &Beside,
    merged: &[Merged],
    limits: &Limits,
) -> Result<Sheet, TableError> {
    let mut sheet = Sheet::named(Some(name.to_owned()));
    let (row, column) = range.start().unwrap_or_default();
    for (down, across, value) in range.used_cells() {
        let (row, column) = (row as usize + down, column as usize + across);
        let text = text_of(&borrowed(value), beside.zeros.get(&(row, column)).copied());
        sheet.put(row, column, &text, limits)?;
    }
    sheet.finish(&beside.hidden, merged, limits)?;
    Ok(sheet)
}

fn borrowed(value: &Data) -> DataRef<'_> {
    match value {
        Data::Int(number) => DataRef::Int(*number),
        Data::Float(number) => DataRef::Float(*number),
        Data::String(text) => DataRef::SharedString(text),
        Data::Bool(answer) => DataRef::Bool(*answer),
        Data::DateTime(when) => DataRef::DateTime(*when),
        Data::DateTimeIso(text) | Data::DurationIso(text) => DataRef::SharedString(text),
        Data::Error(error) => DataRef::Error(error.clone()),
        Data::Empty => DataRef::Empty,
    }
}

/// The stream of the workbook inside its container, which may be another thing altogether.
fn workbook(bytes: &[u8], limits: &Limits) -> Result<Vec<u8>, TableError> {
    let mut file = CompoundFile::open(Cursor::new(whole(bytes))).map_err(|_| TableError::NotATable)?;
    if file.exists("EncryptedPackage") || file.exists("EncryptionInfo") {
        return Err(TableError::Password);
    }
    if file.exists("WordDocument") {
        return Err(TableError::Is(domain::sheet::OtherFile::Word));
    }
    if file.exists("PowerPoint Document") {
        return Err(TableError::Is(domain::sheet::OtherFile::Slides));
    }
    let name =
        ["Workbook", "Book"].into_iter().find(|name| file.exists(name)).ok_or(TableError::NotATable)?;
    let stream = file.open_stream(name).map_err(|_| TableError::NotATable)?;
    let mut found = Vec::new();
    let most = limits.unpacked as u64;
    stream.take(most + 1).read_to_end(&mut found).map_err(|_| TableError::NotATable)?;
    if found.len() as u64 > most { Err(TableError::TooLarge { most: limits.unpacked }) } else { Ok(found) }
}

/// A container with a workbook and nothing else.
fn contained(stream: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut file = CompoundFile::create_with_version(Version::V3, Cursor::new(Vec::new()))?;
    file.create_stream("Workbook")?.write_all(stream)?;
    file.flush()?;
    Ok(file.into_inner().into_inner())
}

/// The most bytes that a container may lack at its end.
const MOST_LACKING: usize = 8 * 1024 * 1024;

/// A container with every sector that its table of sectors has an entry for: some programs leave out those that they
/// don't use, and `cfb` takes such a file for a broken one.
fn whole(bytes: &[u8]) -> Cow<'_, [u8]> {
    let sector = 1_usize << number(bytes, 30).filter(|shift| *shift == 12).unwrap_or(9);
    let tables = usize::from(number(bytes, 44).unwrap_or_default());
    let claimed = (1 + tables * (sector / 4)) * sector;
    let lacking = claimed.saturating_sub(bytes.len());
    if lacking == 0 || lacking > MOST_LACKING {
        return Cow::Borrowed(bytes);
    }
    let mut whole = bytes.to_vec();
    whole.resize(claimed, 0);
    Cow::Owned(whole)
}

/// A record: its kind and what it holds.
fn record(stream: &[u8], at: usize) -> Option<(u16, &[u8])> {
    let kind = number(stream, at)?;
    let length = usize::from(number(stream, at + 2)?);
    Some((kind, stream.get(at + 4..at + 4 + length)?))
}

fn number(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

/// What `calamine` doesn't say of a sheet.
#[derive(Default)]
struct Beside {
    /// The rows that are hidden, from 0.
    hidden: BTreeSet<u32>,
    /// How many digits a cell shows at the least, by its row and column from 0.
    zeros: BTreeMap<(usize, usize), usize>,
}

/// The number and the text of a FORMAT record: of BIFF8, or of BIFF5 with a length of one byte.
fn zeros_format(data: &[u8]) -> Option<(u16, usize)> {
    let wide = data.get(4).is_some_and(|flags| flags & 1 != 0);
    let text = |from: usize, step: usize| -> String {
        data.get(from..).unwrap_or_default().iter().step_by(step).map(|byte| char::from(*byte)).collect()
    };
    let zeros = zeros_of(&text(5, if wide { 2 } else { 1 })).or_else(|| zeros_of(&text(3, 1)))?;
    Some((number(data, 0)?, zeros))
}

/// Finds every sheet small enough to be read, and what is to be known of each, by its name.
fn look_through(stream: &mut [u8], limits: &Limits) -> Result<BTreeMap<String, Beside>, TableError> {
    let mut sheets = Vec::new();
    // By the number of a format, and by the place of a style.
    let (mut formats, mut styles) = (BTreeMap::new(), Vec::new());
    let mut at = 0;
    while let Some((kind, data)) = record(stream, at) {
        at += 4 + data.len();
        match kind {
            // FilePass.
            0x002f if number(data, 0) != Some(0) => return Err(TableError::Password),
            // SST: how many strings there are; each is three bytes at the least.
            0x00fc => {
                let count = data.get(4..8).and_then(|count| count.try_into().ok()).map(u32::from_le_bytes);
                if count.is_some_and(|count| count as usize > stream.len() / 3) {
                    return Err(TableError::NotATable);
                }
            }
            // FORMAT, XF: which format a style has.
            0x041e => formats.extend(zeros_format(data)),
            0x00e0 => styles.push(number(data, 2)),
            // BoundSheet8: where the sheet begins, its state and kind, its name.
            0x0085 => {
                let place = data.get(..4).and_then(|place| place.try_into().ok()).map(u32::from_le_bytes);
                sheets.extend(place.zip(name(data)));
            }
            // EOF.
            0x000a => break,
            _ => {}
        }
    }
    let mut cells = 0_usize;
    let zeros: Vec<Option<usize>> = styles.into_iter().map(|format| formats.get(&format?).copied()).collect();
    let mut beside = BTreeMap::new();
    for (place, name) in sheets {
        let (found, area) = look_at(stream, place as usize, &zeros, limits)?;
        cells = cells.saturating_add(area);
        if cells > MOST_CELLS {
            return Err(TableError::TooManyElements { most: MOST_CELLS });
        }
        beside.insert(name, found);
    }
    Ok(beside)
}

/// The name of a sheet: its length, whether its characters are wide, and they.
fn name(data: &[u8]) -> Option<String> {
    let length = usize::from(*data.get(6)?);
    let wide = data.get(7)? & 1 != 0;
    let text = data.get(8..)?;
    Some(if wide {
        let units: Vec<u16> = (0..length).map_while(|i| number(text, 2 * i)).collect();
        String::from_utf16_lossy(&units)
    } else {
        text.iter().take(length).map(|byte| char::from(*byte)).collect()
    })
}

/// The hidden rows of a sheet, and how many cells `calamine` would make of it. What the sheet claims of its size is taken out:
/// calamine makes room for as much before it has read a cell.
fn look_at(
    stream: &mut [u8],
    place: usize,
    zeros: &[Option<usize>],
    limits: &Limits,
) -> Result<(Beside, usize), TableError> {
    let mut beside = Beside::default();
    let mut extent: Option<(u16, u16, u16, u16)> = None;
    let (mut at, mut records) = (place, 0);
    // A chart inside a sheet has its own beginning and end.
    let (mut has_begun, mut inside) = (false, 0_usize);
    while let Some((kind, data)) = record(stream, at) {
        let (begins, ends) = (at + 4, at + 4 + data.len());
        records += 1;
        if records > limits.elements {
            return Err(TableError::TooManyElements { most: limits.elements });
        }
        match (kind, number(data, 0), number(data, 2)) {
            // BOF, EOF.
            (0x0809, ..) if inside > 0 || has_begun => inside += 1,
            (0x0809, ..) => has_begun = true,
            (0x000a, ..) if inside == 0 => break,
            (0x000a, ..) => inside -= 1,
            _ if inside > 0 => {}
            // Row: whether it has no height.
            (0x0208, Some(row), _) if number(data, 12).is_some_and(|flags| flags & 0x20 != 0) => {
                beside.hidden.insert(u32::from(row));
            }
            // Formula, String, Number, Label, BoolErr, Rk, LabelSst, MulRk, RString.
            (
                0x0006 | 0x0203 | 0x0204 | 0x0205 | 0x027e | 0x00fd | 0x00bd | 0x00d6,
                Some(row),
                Some(column),
            ) => {
                let last = if kind == 0x00bd { number(data, data.len().saturating_sub(2)) } else { None };
                let last = last.unwrap_or(column).max(column);
                // Of several numbers in one record each has its style before it.
                for column in column..=last {
                    let style = number(data, 4 + 6 * usize::from(column - number(data, 2).unwrap_or(column)));
                    if let Some(Some(zeros)) = style.and_then(|style| zeros.get(usize::from(style))) {
                        beside.zeros.insert((row.into(), column.into()), *zeros);
                    }
                }
                let (top, bottom, left, right) = extent.unwrap_or((row, row, column, last));
                extent = Some((top.min(row), bottom.max(row), left.min(column), right.max(last)));
            }
            // Dimensions.
            (0x0200, ..) => {
                if let Some(claimed) = stream.get_mut(begins..ends) {
                    claimed.fill(0);
                }
            }
            _ => {}
        }
        at = ends;
    }
    let area = extent.map_or(0, |(top, bottom, left, right)| {
        (usize::from(bottom - top) + 1) * (usize::from(right - left) + 1)
    });
    Ok((beside, area))
}
