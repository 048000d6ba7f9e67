//! What a file is, by its first bytes.

use domain::sheet::{OtherFile, TableError};

/// What a table is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Cells with something between them: commas, tabs, semicolons.
    Csv,
    /// An Excel workbook since 2007.
    Xlsx,
    /// The same in binary.
    Xlsb,
    /// An Excel workbook before 2007, and WPS's.
    Xls,
    /// LibreOffice's.
    Ods,
    /// XML of Excel 2003.
    SpreadsheetMl,
    /// A web page.
    Html,
}

impl Kind {
    /// The stable word for it.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Csv => "csv",
            Kind::Xlsx => "xlsx",
            Kind::Xlsb => "xlsb",
            Kind::Xls => "xls",
            Kind::Ods => "ods",
            Kind::SpreadsheetMl => "spreadsheetml",
            Kind::Html => "html",
        }
    }
}

/// How a text is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// GB 18030, which GBK and GB 2312 are parts of: Chinese Windows.
    Gb18030,
    /// UTF-16.
    Utf16,
    /// Big5: traditional Chinese.
    Big5,
    /// Windows-1252: Western Europe.
    Windows1252,
}

impl Encoding {
    /// The stable word for it.
    pub fn word(self) -> &'static str {
        match self {
            Encoding::Utf8 => "utf-8",
            Encoding::Gb18030 => "gb18030",
            Encoding::Utf16 => "utf-16",
            Encoding::Big5 => "big5",
            Encoding::Windows1252 => "windows-1252",
        }
    }
}

/// How much of a text is looked at to tell what it is.
const LOOKED_AT: usize = 4096;

/// First bytes that are no table's.
const OTHERS: [(&[u8], OtherFile); 12] = [
    (b"%PDF", OtherFile::Pdf),
    (b"\x89PNG", OtherFile::Picture),
    (b"\xff\xd8\xff", OtherFile::Picture),
    (b"GIF8", OtherFile::Picture),
    (b"RIFF", OtherFile::Picture),
    (b"II*\0", OtherFile::Picture),
    (b"MM\0*", OtherFile::Picture),
    (b"Rar!", OtherFile::Archive),
    (b"7z\xbc\xaf", OtherFile::Archive),
    (b"\x1f\x8b", OtherFile::Archive),
    (b"MIME-Version:", OtherFile::Frames),
    (b"{\\rtf", OtherFile::Word),
];

impl Kind {
    /// What a file is, or what it is in the place of a table.
    pub(crate) fn of(bytes: &[u8]) -> Result<Self, TableError> {
        if let Some((_, other)) = OTHERS.iter().find(|(first, _)| bytes.starts_with(first)) {
            return Err(TableError::Is(*other));
        }
        // A picture of a telephone, and one of Windows, whose fourth to eighth byte are noughts.
        let is_bitmap = bytes.starts_with(b"BM") && bytes.get(6..10) == Some(b"\0\0\0\0");
        if bytes.get(4..8) == Some(b"ftyp") || is_bitmap {
            return Err(TableError::Is(OtherFile::Picture));
        }
        // dBASE: a version, a year, a month, a day.
        if let [0x03 | 0x30 | 0x83 | 0x8b | 0xf5, _, 1..=12, 1..=31, ..] = bytes {
            return Err(TableError::Is(OtherFile::Data));
        }
        if bytes.starts_with(b"PK") {
            return of_zip(bytes);
        }
        if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
            return Ok(Kind::Xls);
        }
        let start: Vec<u8> = bytes.iter().take(LOOKED_AT).filter(|byte| **byte != 0).copied().collect();
        let start = String::from_utf8_lossy(&start).to_ascii_lowercase();
        let start =
            start.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{fffd}'));
        if start.starts_with("{\"") || start.starts_with("[{") {
            return Err(TableError::Is(OtherFile::Data));
        }
        if !start.starts_with('<') {
            return if bytes.is_empty() { Err(TableError::NotATable) } else { Ok(Kind::Csv) };
        }
        if start.contains("urn:schemas-microsoft-com:office:spreadsheet") && !start.contains("<html") {
            Ok(Kind::SpreadsheetMl)
        } else if start.contains("<office:document") {
            Err(TableError::Is(OtherFile::Data))
        } else if ["<html", "<table", "<!doctype html", "<meta", "<head", "<body", "<div", "<style", "<!--"]
            .iter()
            .any(|tag| start.contains(tag))
        {
            Ok(Kind::Html)
        } else {
            Err(TableError::Is(OtherFile::Data))
        }
    }
}

fn of_zip(bytes: &[u8]) -> Result<Kind, TableError> {
    let archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).map_err(|_| TableError::NotATable)?;
    let names = archive.file_names().filter_map(Result::ok);
    let names: Vec<String> =
        names.map(|name| name.replace('\\', "/").trim_start_matches('/').to_owned()).collect();
    let has = |wanted: &str| names.iter().any(|name| name.eq_ignore_ascii_case(wanted));
    let begins = |wanted: &str| names.iter().any(|name| name.starts_with(wanted));
    if has("content.xml") && has("mimetype") {
        Ok(Kind::Ods)
    } else if has("xl/workbook.bin") {
        Ok(Kind::Xlsb)
    } else if begins("word/") {
        Err(TableError::Is(OtherFile::Word))
    } else if begins("ppt/") {
        Err(TableError::Is(OtherFile::Slides))
    } else if has("Index/Document.iwa") || has("Index.zip") {
        Err(TableError::Is(OtherFile::Numbers))
    } else if has("[Content_Types].xml") || has("xl/workbook.xml") {
        Ok(Kind::Xlsx)
    } else {
        Err(TableError::Is(OtherFile::Archive))
    }
}
