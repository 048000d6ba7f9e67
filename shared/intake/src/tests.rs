//! What is read of tables, and what isn't.

use calamine::DataRef;

use super::*;
use crate::xlsx::cell_text;

const MOST_ROWS: usize = 2_000;
const LIMITS: Limits =
    Limits { rows: MOST_ROWS, columns: 64, chars: 300, unpacked: 4 * 1024 * 1024, elements: 100_000 };

fn texts(kind: Kind, bytes: &[u8]) -> Vec<(usize, Vec<String>)> {
    let rows = read(kind, bytes, &LIMITS).unwrap();
    rows.into_iter().map(|row| (row.number, row.cells)).collect()
}

#[test]
fn a_csv_with_a_mark_empty_lines_and_quotes_keeps_its_row_numbers() {
    let csv = "\u{feff}学号,姓名\r\n1001,\"王, 小明\"\r\n,\r\n\r\n1002,李\r\n";
    let expected = [(1, vec!["学号", "姓名"]), (2, vec!["1001", "王, 小明"]), (5, vec!["1002", "李"])];
    let expected = expected.map(|(n, cells)| (n, cells.into_iter().map(str::to_owned).collect()));
    assert_eq!(texts(Kind::Csv, csv.as_bytes()), expected);
}

#[test]
fn however_lines_end_rows_are_numbered_as_a_spreadsheet_does() {
    for end in ["\n", "\r\n", "\r"] {
        let csv = ["a,b", "1,2", "", "\"3\",4", "5,6", ""].join(end);
        let numbers: Vec<usize> =
            texts(Kind::Csv, csv.as_bytes()).into_iter().map(|(number, _)| number).collect();
        assert_eq!(numbers, [1, 2, 4, 5], "{end:?}");
    }
}

#[test]
fn what_is_not_a_table_is_said_to_be_none() {
    for (kind, bytes, fault) in [
        (Kind::Csv, &b"\xd1\xa7\xba\xc5,\xd0\xd5\xc3\xfb\n"[..], TableError::NotUtf8),
        (Kind::Csv, b"", TableError::NotATable),
        (Kind::Csv, b",,\n\n , \n", TableError::NotATable),
        (Kind::Xlsx, b"PK\x03\x04 not really", TableError::NotATable),
        (Kind::Xlsx, b"student_id,name\n", TableError::NotATable),
    ] {
        assert_eq!(read(kind, bytes, &LIMITS), Err(fault));
    }
}

#[test]
fn more_rows_than_one_import_takes_are_refused_as_a_whole() {
    let csv = format!("a\n{}", "x\n".repeat(MOST_ROWS + 1));
    assert_eq!(read(Kind::Csv, csv.as_bytes(), &LIMITS), Err(TableError::TooManyRows { most: MOST_ROWS }));
}

#[test]
fn numbers_are_texts_again_and_rounded_ones_show_it() {
    assert_eq!(cell_text(&DataRef::Float(20_151_104_027.0)), "20151104027");
    assert_eq!(cell_text(&DataRef::Float(5.301_021_993_050_6e17)), "5.3010219930506E17");
    assert_eq!(cell_text(&DataRef::Empty), "");
}

/// A workbook of these parts; `sheet` is the first sheet's whole text.
fn workbook(sheet: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    const MAIN: &str = "xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let relations = |target: &str, kind: &str| {
        format!(
            "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'><Relationship Id='r1' Type='{OFFICE}/{kind}' Target='{target}'/></Relationships>"
        )
    };
    let book = format!(
        "<workbook {MAIN} xmlns:r='{OFFICE}'><sheets><sheet name='1' sheetId='1' r:id='r1'/></sheets></workbook>"
    );
    let (to_book, to_sheet) =
        (relations("xl/workbook.xml", "officeDocument"), relations("worksheets/sheet1.xml", "worksheet"));
    let parts: [(&str, &[u8]); 4] = [
        ("_rels/.rels", to_book.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", to_sheet.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ];
    let mut file = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in parts.iter().chain(more) {
        file.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut file, bytes).unwrap();
    }
    file.finish().unwrap().into_inner()
}

fn sheet(inside: &str) -> String {
    format!(
        "<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'>{inside}</worksheet>"
    )
}

fn row_of(cell: &str) -> String {
    sheet(&format!("<sheetData><row r='1'>{cell}</row></sheetData>"))
}

#[test]
fn a_workbook_is_read_with_its_pictures_left_aside() {
    let text = row_of("<c r='B1' t='inlineStr'><is><t>学号</t></is></c>");
    let picture = [0x89, b'P', b'N', b'G', b'<', b'x', b'<', 0, b'&'];
    let rows = texts(Kind::Xlsx, &workbook(&text, &[("xl/media/image1.png", &picture)]));
    assert_eq!(rows, [(1, vec![String::new(), "学号".to_owned()])]);
}

#[test]
fn a_cell_stands_where_a_sheet_has_a_place_or_the_file_is_refused() {
    for reference in ["XFD1048576", "$A$1", "a1"] {
        let text = row_of(&format!("<c r='{reference}'><v>1</v></c>"));
        assert_ne!(read_sheet(&text), Some(reference.to_owned()), "{reference} exists");
    }
    for reference in [
        "A99999999999",
        "XFE1",
        "A1048577",
        "A0",
        "A",
        "",
        "ZZZZZZZZZZ1",
        "A1B",
        "A-1",
        "&#65;1",
        "A１",
        "A1:",
        "A 1",
    ] {
        for text in [
            row_of(&format!("<c r='{reference}'><v>1</v></c>")),
            sheet(&format!("<dimension ref='{reference}'/><sheetData/>")),
            sheet(&format!("<sheetData><row r='{reference}'/></sheetData>")),
            row_of(&format!("<c r='A1'><f t='shared' si='0' ref='{reference}'>1</f></c>")),
        ] {
            // A row has a number alone, but calamine reads it as a reference like any other.
            let named = read_sheet(&text);
            assert_eq!(named, Some(reference.to_owned()), "{text}");
        }
    }
}

/// The reference that a sheet is refused for.
fn read_sheet(text: &str) -> Option<String> {
    match read(Kind::Xlsx, &workbook(text, &[]), &LIMITS) {
        Err(TableError::NoSuchCell { reference }) => Some(reference),
        _ => None,
    }
}

#[test]
fn what_would_take_long_to_read_is_refused_as_what_it_is() {
    let swollen = sheet(&format!("<sheetData>{}</sheetData>", " ".repeat(2_000_000)));
    let elements = sheet(&format!("<sheetData>{}</sheetData>", "<row/>".repeat(100_001)));
    let attributes = sheet(&format!(
        "<sheetData><row{}/></sheetData>",
        (0..10_000).map(|i| format!(" a{i}=''")).collect::<String>()
    ));
    let entity = format!("<!DOCTYPE w [<!ENTITY e 'x'>]>{}", sheet("<sheetData/>"));
    let all = |text: &str| read(Kind::Xlsx, &workbook(text, &[]), &LIMITS);
    assert!(
        matches!(all(&swollen), Err(TableError::TooLarge { most }) if most < 2_000_000),
        "small, and a hundred times that"
    );
    assert_eq!(all(&elements), Err(TableError::TooManyElements { most: 100_000 }));
    assert_eq!(all(&attributes), Err(TableError::NotATable));
    assert_eq!(all(&entity), Err(TableError::NotATable));
    let sound = row_of("<c r='A1'><v>1</v></c>");
    let picture = vec![0; 6 * 1024 * 1024];
    let with_picture = read(Kind::Xlsx, &workbook(&sound, &[("xl/media/a.png", &picture)]), &LIMITS);
    assert!(matches!(with_picture, Err(TableError::TooLarge { .. })), "wherever the bytes are");
}

#[test]
fn a_million_rows_of_commas_are_nothing() {
    let csv = format!("学号,姓名\n20150000001,王\n{}", ",\n".repeat(1_000_000));
    assert_eq!(texts(Kind::Csv, csv.as_bytes()).len(), 2);
}
