//! Looks through a workbook before anything is built of it: a file of 17 kB can hold twelve million bytes, an element
//! a million attributes, and a cell can claim to stand where no sheet reaches. What it finds small, `calamine` reads.

use std::io::{BufReader, Cursor, Read};

use domain::sheet::TableError;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use crate::Limits;

/// How many times its packed size a workbook may hold, beyond what any may.
const MOST_SWOLLEN: usize = 100;
/// What any workbook may hold, however small it is packed.
const ALWAYS: usize = 1024 * 1024;
/// The most parts of a workbook: sheets, pictures, and what holds them together.
const MOST_PARTS: usize = 2_000;
/// The most attributes of one element: the root of a sheet declares a few dozen namespaces.
const MOST_ATTRIBUTES: usize = 100;
/// The last row and the last column of a sheet, XFD.
const LAST_ROW: u32 = 1_048_576;
const LAST_COLUMN: u32 = 16_384;
/// The longest reference there is, `$XFD$1048576:$XFD$1048576`, with some room.
const LONGEST_REFERENCE: usize = 32;

/// Finds a workbook small enough to be read, and each of its cells in a place that exists.
pub(crate) fn look_through(bytes: &[u8], limits: &Limits) -> Result<(), TableError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| TableError::NotATable)?;
    if archive.len() > MOST_PARTS {
        return Err(TableError::NotATable);
    }
    let most = limits.unpacked.min(ALWAYS + bytes.len().saturating_mul(MOST_SWOLLEN));
    let (mut unpacked, mut elements) = (0, 0);
    for part in 0..archive.len() {
        let part = archive.by_index(part).map_err(|_| TableError::NotATable)?;
        let name = part.name().map_err(|_| TableError::NotATable)?;
        let is_xml = name.ends_with(".xml") || name.ends_with(".rels");
        let left = (most + 1).saturating_sub(unpacked);
        let mut counted = Counted { inner: part.take(u64::try_from(left).unwrap_or(u64::MAX)), count: 0 };
        let read = look_at(&mut counted, limits.elements, &mut elements);
        unpacked += counted.count;
        if unpacked > most {
            return Err(TableError::TooLarge { most });
        }
        match read {
            // A picture is no XML, and no sheet either.
            Err(Found::NotXml) if !is_xml => {
                // The rest of it counts all the same.
                unpacked += counted.drain().map_err(|_| TableError::NotATable)?;
                if unpacked > most {
                    return Err(TableError::TooLarge { most });
                }
            }
            Err(Found::NotXml) => return Err(TableError::NotATable),
            Err(Found::Fault(fault)) => return Err(fault),
            Ok(()) => {}
        }
    }
    Ok(())
}

enum Found {
    NotXml,
    Fault(TableError),
}

/// One part, as `calamine` would read it.
fn look_at(part: impl Read, most: usize, elements: &mut usize) -> Result<(), Found> {
    let mut reader = Reader::from_reader(BufReader::new(part));
    let config = reader.config_mut();
    config.check_end_names = false;
    config.check_comments = false;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(|_| Found::NotXml)? {
            Event::Start(element) | Event::Empty(element) => {
                *elements += 1;
                if *elements > most {
                    return Err(Found::Fault(TableError::TooManyElements { most }));
                }
                check(&element).map_err(Found::Fault)?;
            }
            // A document type, and with it every entity, has no place in a workbook.
            Event::DocType(_) => return Err(Found::Fault(TableError::NotATable)),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// Whether an element is one that a workbook may hold.
fn check(element: &BytesStart<'_>) -> Result<(), TableError> {
    let name = element.local_name();
    let refers = matches!(name.as_ref(), "c" | "row" | "dimension" | "f" | "mergeCell");
    // Without the reader's own checks: it would compare each attribute with every other.
    let mut attributes = element.attributes();
    let attributes = attributes.with_checks(false);
    for (i, attribute) in attributes.enumerate() {
        if i >= MOST_ATTRIBUTES {
            return Err(TableError::NotATable);
        }
        let Ok(attribute) = attribute else { return Err(TableError::NotATable) };
        if refers && matches!(attribute.key.as_ref(), "r" | "ref") && !exists(&attribute.value) {
            let reference = attribute.value.chars().take(LONGEST_REFERENCE).collect();
            return Err(TableError::NoSuchCell { reference });
        }
    }
    Ok(())
}

/// Whether a reference, `A1`, `7` or `A1:XFD1048576`, is to a place that a sheet has.
fn exists(reference: &str) -> bool {
    reference.len() <= LONGEST_REFERENCE
        && reference.split(':').all(|corner| is_a_place(&corner.replace('$', "")))
}

fn is_a_place(corner: &str) -> bool {
    let letters = corner.bytes().take_while(u8::is_ascii_alphabetic).count();
    let Some((letters, digits)) = corner.split_at_checked(letters) else { return false };
    let column = letters.bytes().try_fold(0_u32, |column, letter| {
        column.checked_mul(26)?.checked_add(u32::from(letter.to_ascii_uppercase() - b'A') + 1)
    });
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    let row = digits.parse::<u32>().ok().filter(|row| plain && (1..=LAST_ROW).contains(row));
    row.is_some() && column.is_some_and(|column| column <= LAST_COLUMN)
}

/// Counts what is read.
struct Counted<R> {
    inner: R,
    count: usize,
}

impl<R: Read> Counted<R> {
    fn drain(&mut self) -> std::io::Result<usize> {
        let before = self.count;
        std::io::copy(self, &mut std::io::sink())?;
        Ok(self.count - before)
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.count += count;
        Ok(count)
    }
}
