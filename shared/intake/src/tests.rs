#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

use std::io::Write as _;

use calamine::DataRef;
use domain::sheet::OtherFile;

use super::*;
use crate::cells::text_of;

const MOST_ROWS: usize = 2_000;
const LIMITS: Limits =
    Limits { rows: MOST_ROWS, columns: 64, chars: 300, unpacked: 4 * 1024 * 1024, elements: 100_000 };

/// A row is a header if it has a heading of these.
fn likeness(cells: &[String]) -> usize {
    let known = ["学号", "姓名", "学院", "出生日期"];
    let named = |cell: &&String| known.contains(&domain::text::heading(cell).as_str());
    let count = cells.iter().filter(named).count();
    if count > 1 { count } else { 0 }
}

fn open(bytes: &[u8]) -> Result<Table, TableError> {
    let wanted = Wanted { sheet: None, header: None, likeness: &likeness, is_bare: &|_| true };
    read(bytes, &wanted, &LIMITS)
}

/// Every row, the header among them.
fn texts(bytes: &[u8]) -> Vec<(usize, Vec<String>)> {
    let Table { above, header, rows, .. } = open(bytes).unwrap();
    above.into_iter().chain(header).chain(rows).map(|row| (row.number, row.cells)).collect()
}

#[test]
fn a_csv_with_a_mark_empty_lines_and_quotes_keeps_its_row_numbers() {
    let csv = "\u{feff}学号,姓名\r\n1001,\"王, 小明\"\r\n,\r\n\r\n1002,李\r\n";
    let expected = [(1, vec!["学号", "姓名"]), (2, vec!["1001", "王, 小明"]), (5, vec!["1002", "李"])];
    let expected = expected.map(|(n, cells)| (n, cells.into_iter().map(str::to_owned).collect()));
    assert_eq!(texts(csv.as_bytes()), expected);
}

#[test]
fn however_lines_end_rows_are_numbered_as_a_spreadsheet_does() {
    for end in ["\n", "\r\n", "\r"] {
        let csv = ["a,b", "1,2", "", "\"3\",4", "5,6", ""].join(end);
        let numbers: Vec<usize> = texts(csv.as_bytes()).into_iter().map(|(number, _)| number).collect();
        assert_eq!(numbers, [1, 2, 4, 5], "{end:?}");
    }
}

#[test]
fn what_is_not_a_table_is_said_to_be_none() {
    for (bytes, fault) in [
        (&b""[..], TableError::NotATable),
        (b",,\n\n , \n", TableError::NotATable),
        (b"PK\x03\x04 not really", TableError::NotATable),
        (b"\xd0\xcf\x11\xe0 not really", TableError::NotATable),
        (b"%PDF-1.7", TableError::Is(OtherFile::Pdf)),
        (b"\x89PNG\r\n", TableError::Is(OtherFile::Picture)),
        (b"MIME-Version: 1.0\n", TableError::Is(OtherFile::Frames)),
        (b"<html><frameset></frameset></html>", TableError::Is(OtherFile::Frames)),
        (b"<svg xmlns='x'/>", TableError::Is(OtherFile::Data)),
        (b"{\"code\":401}", TableError::Is(OtherFile::Data)),
        (b"\x03\x7c\x06\x0f\x00\x00\x00\x00", TableError::Is(OtherFile::Data)),
        (b"RIFF\x24\0\0\0WEBP", TableError::Is(OtherFile::Picture)),
        (b"\0\0\0\x18ftypheic", TableError::Is(OtherFile::Picture)),
        (b"<html><form>login</form></html>", TableError::Is(OtherFile::Page)),
    ] {
        assert_eq!(open(bytes), Err(fault), "{}", String::from_utf8_lossy(bytes));
    }
    let document = zipped(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w/>")]);
    assert_eq!(open(&document), Err(TableError::Is(OtherFile::Word)));
    assert_eq!(open(&zipped(&[("a.txt", b"a")])), Err(TableError::Is(OtherFile::Archive)));
}

#[test]
fn a_text_is_utf_8_or_gb_18030_or_utf_16() {
    let text = "学号,姓名\n20150000001,王䶮\n";
    let (gb, ..) = encoding_rs::GB18030.encode(text);
    let wide = |mark: &[u8]| -> Vec<u8> {
        mark.iter().copied().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
    };
    for (bytes, encoding) in [
        (text.as_bytes().to_vec(), Encoding::Utf8),
        (gb.into_owned(), Encoding::Gb18030),
        (wide(b"\xff\xfe"), Encoding::Utf16),
    ] {
        let table = open(&bytes).unwrap();
        assert_eq!((table.encoding, table.rows[0].cells[1].as_str()), (Some(encoding), "王䶮"));
    }
    let western = b"\xd1\xa7\xba\xc5";
    assert_eq!(open(western).unwrap().encoding, Some(Encoding::Gb18030));
    let table = open(b"id,name\n1,J\xfcrgen M\xfcller\n").unwrap();
    assert_eq!(
        (table.encoding, table.rows[1].cells[1].as_str()),
        (Some(Encoding::Windows1252), "Jürgen Müller")
    );
    let (big5, ..) = encoding_rs::BIG5.encode("學號,姓名,學院\n20150000001,王小明,法學院\n");
    let known = |cells: &[String]| usize::from(cells.iter().any(|cell| cell == "學號"));
    let wanted = Wanted { sheet: None, header: None, likeness: &known, is_bare: &|_| false };
    let table = read(&big5, &wanted, &LIMITS).unwrap();
    assert_eq!((table.encoding, table.rows[0].cells[1].as_str()), (Some(Encoding::Big5), "王小明"));
    // A letter of Western Europe among Chinese ones.
    let mixed = [text.as_bytes(), b"20150000002,Jos\xe9\n"].concat();
    let expected = TableError::NotText { row: 3, cell: 2, read: "Jos".to_owned() };
    assert_eq!(open(&mixed), Err(expected));
}

#[test]
fn what_stands_between_cells_is_found() {
    for separator in [",", "\t", ";", "|", "，", "；", "、"] {
        let text = ["学号", "姓名", "备注"].join(separator) + "\n" + &["2015", "王", "a"].join(separator);
        let table = open(text.as_bytes()).unwrap();
        assert_eq!(table.rows[0].cells, ["2015", "王", "a"], "{separator:?}");
        assert_eq!(table.separator, separator.chars().next());
    }
    let said = open("sep=|\n学号|姓名\n2015|王,明\n".as_bytes()).unwrap();
    assert_eq!((said.rows[0].number, said.rows[0].cells[1].as_str()), (3, "王,明"));
}

#[test]
fn the_disguise_that_keeps_a_number_a_text_is_taken_off() {
    for cell in ["=\"2015\"", "'2015", "\"\t2015\"", "‘2015’"] {
        let table = open(format!("学号,姓名\n{cell},王\n").as_bytes()).unwrap();
        assert_eq!(table.rows[0].cells[0].trim(), "2015", "{cell}");
    }
    let name = open("学号,姓名\n1,'Aziz\n".as_bytes()).unwrap();
    assert_eq!(name.rows[0].cells[1], "'Aziz", "an apostrophe before a letter is one of the name");
}

/// A roster of every kind, written by SheetJS and `roster.xls` by xlwt: a sheet of instructions and a hidden one before it, a title above the
/// header, dates in three formats, cells merged down, a hidden row, an error, a sum.
#[test]
fn every_kind_of_workbook_says_the_same() {
    let kinds = [
        "roster.xlsx",
        "roster.xlsb",
        "roster.xls",
        "roster-few-sectors.xls",
        "roster-2003.xml",
        "roster.ods",
    ];
    for name in kinds {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files").join(name);
        // Nor does it hide a sheet of an ODS.
        let sheet = (name == "roster.ods").then_some("名册");
        let wanted = Wanted { sheet, header: None, likeness: &likeness, is_bare: &|_| true };
        let table =
            read(&std::fs::read(path).unwrap(), &wanted, &LIMITS).map_err(|error| format!("{name}: {error}"));
        let table = table.unwrap();
        assert_eq!(table.sheet.as_deref(), Some("名册"), "{name}");
        assert_eq!(table.header.as_ref().map(|row| row.number), Some(2), "{name}");
        let row = |place: usize| {
            let row = &table.rows[place];
            // SheetJS writes a day number without its format into an old workbook.
            let date =
                domain::cell::date(&row.cells[2], &domain::zone::Zone::utc()).map(|date| date.to_string());
            (row.number, row.cells[0].as_str(), row.cells[1].as_str(), date.unwrap_or_default())
        };
        assert_eq!(row(0), (3, "20150000001", "王小明", "1992-03-04".to_owned()), "{name}");
        assert_eq!(row(1), (4, "20150000002", "李\n四", "1992-03-05".to_owned()), "{name}");
        assert_eq!(
            (table.rows[0].cells[4].as_str(), table.rows[1].cells[4].as_str()),
            ("TRUE", "FALSE"),
            "{name}"
        );
        assert_eq!(
            (table.rows[0].cells[5].as_str(), table.rows[1].cells[5].as_str()),
            ("12.5", "300"),
            "{name}"
        );
        assert_eq!(table.rows[1].cells[3], "信息学院", "{name}: merged with the cell above");
        // … nor what an error says.
        if name != "roster.ods" {
            assert_eq!(table.rows[3].cells[3], "#REF!", "{name}");
        }
        // SheetJS writes no hidden row into an ODS or an old workbook.
        let writes_hidden = !["roster.ods", "roster-few-sectors.xls"].contains(&name);
        let hidden: Vec<usize> = table.rows.iter().filter(|row| row.hidden).map(|row| row.number).collect();
        assert_eq!(hidden, if writes_hidden { vec![5] } else { vec![] }, "{name}");
        let sheets: Vec<&str> = table.sheets.iter().map(|sheet| sheet.name.as_str()).collect();
        assert_eq!(sheets, ["说明", "代码", "名册"], "{name}");
    }
}

#[test]
fn a_binary_workbook_whose_cells_would_be_passed_over_is_refused() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files/roster-short-cells.xlsb");
    assert_eq!(open(&std::fs::read(path).unwrap()), Err(TableError::NotATable));
}

#[test]
fn a_sheet_or_a_header_that_is_named_by_hand_is_read() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files/roster.xlsx");
    let bytes = std::fs::read(path).unwrap();
    let by_hand = |sheet, header| {
        let wanted = Wanted { sheet, header, likeness: &likeness, is_bare: &|_| false };
        read(&bytes, &wanted, &LIMITS)
    };
    let hidden = by_hand(Some("代码"), None).unwrap();
    assert_eq!((hidden.sheet.as_deref(), hidden.rows.len()), (Some("代码"), 1));
    let bare = by_hand(Some("名册"), Some(0)).unwrap();
    assert_eq!((bare.header.is_none(), bare.rows.len()), (true, 7));
    let third = by_hand(Some("名册"), Some(3)).unwrap();
    assert_eq!(third.header.map(|row| row.cells[1].clone()).as_deref(), Some("王小明"));
    let none = TableError::NoSuchSheet { name: "名单".to_owned() };
    assert_eq!(by_hand(Some("名单"), None), Err(none));
}

#[test]
fn a_page_s_table_is_read_as_a_browser_shows_it() {
    let page = "<html><head><meta charset=gb2312><style>td{}</style></head><body><table><tr><td colspan=3>名册</td></tr>\
        <tr><th>学号<th>姓&nbsp;名<th>学院</tr>\
        <tr><td style='mso-number-format:\"\\@\"'>2015&#48;</td><td>王<br>明</td><td rowspan='2'>法&amp;学院</td></tr>\
        <tr style='display: none'><td>20151</td><td>李</td></tr><tr><td>20152<td>赵\n  六<td>文学院</table></body></html>";
    let table = open(page.as_bytes()).unwrap();
    let rows: Vec<(usize, Vec<&str>, bool)> = (table.rows.iter())
        .map(|row| (row.number, row.cells.iter().map(String::as_str).collect(), row.hidden))
        .collect();
    assert_eq!(
        rows,
        [
            (3, vec!["20150", "王\n明", "法&学院"], false),
            (4, vec!["20151", "李", "法&学院"], true),
            (5, vec!["20152", "赵 六", "文学院"], false),
        ]
    );
}

#[test]
fn an_ods_has_hidden_rows_repeated_cells_and_comments() {
    let content = "<office:document-content xmlns:office='o' xmlns:table='t' xmlns:text='x' xmlns:style='s'>\
        <style:style style:name='ta2' style:family='table'><style:table-properties table:display='false'/></style:style>\
        <table:table table:name='代码' table:style-name='ta2'><table:table-row><table:table-cell office:value-type='string'><text:p>学号</text:p></table:table-cell><table:table-cell office:value-type='string'><text:p>姓名</text:p></table:table-cell></table:table-row></table:table>\
        <table:table table:name='名册'><table:table-row><table:table-cell office:value-type='string'><text:p>学号</text:p></table:table-cell><table:table-cell office:value-type='string'><office:annotation><text:p>必填</text:p></office:annotation><text:p>姓<text:s text:c='2'/>名</text:p></table:table-cell></table:table-row>\
        <table:table-row table:number-rows-repeated='1048000'><table:table-cell table:number-columns-repeated='16384'/></table:table-row>\
        <table:table-row table:visibility='filter'><table:table-cell office:value-type='float' office:value='7'><text:p>0007</text:p></table:table-cell><table:table-cell office:value-type='date' office:date-value='1992-03-04'><text:p>92-3-4</text:p></table:table-cell></table:table-row></table:table></office:document-content>";
    let file = zipped(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", content.as_bytes()),
    ]);
    let table = open(&file).unwrap();
    assert_eq!(table.sheet.as_deref(), Some("名册"));
    assert_eq!(table.header.unwrap().cells[1], "姓  名");
    let Row { number, cells, hidden } = &table.rows[0];
    assert_eq!(
        (*number, cells.as_slice(), *hidden),
        (1_048_002, ["0007".to_owned(), "1992-03-04".to_owned()].as_slice(), true)
    );
    let locked = zipped(&[
        ("mimetype", b"x"),
        ("content.xml", b"x"),
        ("META-INF/manifest.xml", b"<manifest:encryption-data/>"),
    ]);
    assert_eq!(open(&locked), Err(TableError::Password));
}

#[test]
fn more_rows_than_are_taken_are_refused_as_a_whole() {
    let csv = format!("学号,姓名\n{}", "1,x\n".repeat(MOST_ROWS + 40));
    assert_eq!(open(csv.as_bytes()), Err(TableError::TooManyRows { most: MOST_ROWS }));
}

#[test]
fn numbers_are_texts_again_and_rounded_ones_show_it() {
    assert_eq!(text_of(&DataRef::Float(20_151_104_027.0), None), "20151104027");
    assert_eq!(text_of(&DataRef::Float(5.301_021_993_050_6e17), None), "5.3010219930506E17");
    assert_eq!(text_of(&DataRef::Float(12.5), None), "12.5");
    assert_eq!(text_of(&DataRef::Float(0.1 + 0.2), None), "0.3");
    assert_eq!(text_of(&DataRef::Float(15_110_402.0), Some(11)), "00015110402");
    assert_eq!(text_of(&DataRef::Empty, None), "");
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
    zipped(&parts.iter().chain(more).copied().collect::<Vec<_>>())
}

fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        file.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        file.write_all(bytes).unwrap();
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
    let rows = texts(&workbook(&text, &[("xl/media/image1.png", &picture)]));
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
    match open(&workbook(text, &[])) {
        Err(TableError::NoSuchCell { reference, .. }) => Some(reference),
        _ => None,
    }
}

#[test]
fn what_would_take_long_to_read_is_refused_as_what_it_is() {
    let swollen = sheet(&format!("<sheetData>{}</sheetData>", " ".repeat(5_000_000)));
    let cells: String =
        (1..60_000).map(|row| format!("<row r='{row}'><c r='A{row}'><f>1</f><v>1</v></c></row>")).collect();
    let elements = sheet(&format!("<sheetData>{cells}</sheetData>"));
    let attributes = sheet(&format!(
        "<sheetData><row{}/></sheetData>",
        (0..10_000).map(|i| format!(" a{i}=''")).collect::<String>()
    ));
    let entity = format!("<!DOCTYPE w [<!ENTITY e 'x'>]>{}", sheet("<sheetData/>"));
    let all = |text: &str| open(&workbook(text, &[]));
    assert_eq!(all(&swollen), Err(TableError::TooLarge { most: LIMITS.unpacked }));
    assert_eq!(all(&elements), Err(TableError::TooManyElements { most: 100_000 }));
    assert_eq!(all(&attributes), Err(TableError::NotATable));
    assert_eq!(all(&entity), Err(TableError::NotATable));
}

#[test]
fn pictures_and_borders_don_t_count() {
    let bordered: String = (2..40_000)
        .map(|row| format!("<row r='{row}'><c r='A{row}' s='1'/><c r='B{row}' s='1'/></row>"))
        .collect();
    let text = sheet(&format!("<sheetData><row r='1'><c r='A1'><v>1</v></c></row>{bordered}</sheetData>"));
    let picture = vec![0; 6 * 1024 * 1024];
    let table = open(&workbook(&text, &[("xl/media/a.png", &picture)])).unwrap();
    assert_eq!(table.rows.len(), 1);
}

#[test]
fn a_formula_that_nobody_has_calculated_says_itself() {
    let text = row_of(
        "<c r='A1'><f>LEFT(B1,4)</f><v></v></c><c r='B1' t='str'><f>C1</f><v></v></c><c r='C1'><f>1+1</f><v>2</v></c>",
    );
    assert_eq!(
        texts(&workbook(&text, &[])),
        [(1, vec!["=LEFT(B1,4)".to_owned(), String::new(), "2".to_owned()])]
    );
}

#[test]
fn an_old_workbook_that_claims_a_sheet_of_millions_is_refused() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files/roster.xls");
    let sound = std::fs::read(path).unwrap();
    // The record of the last cell of a sheet, moved to the last corner there is.
    let at = sound.windows(4).rposition(|four| four == [0x03, 0x02, 0x0e, 0x00]).unwrap();
    let mut far = sound;
    far[at + 4..at + 8].copy_from_slice(&[0xff, 0xff, 0xff, 0x00]);
    assert!(matches!(open(&far), Ok(_) | Err(TableError::TooManyElements { .. } | TableError::NotATable)));
}

#[test]
fn a_million_rows_of_commas_are_nothing() {
    let csv = format!("学号,姓名\n20150000001,王\n{}", ",\n".repeat(1_000_000));
    assert_eq!(texts(csv.as_bytes()).len(), 2);
}

fn xml_2003(styles: &str, sheets: &[(&str, &str)]) -> Vec<u8> {
    let sheets: String = sheets
        .iter()
        .map(|(name, rows)| format!("<Worksheet ss:Name=\"{name}\"><Table>{rows}</Table></Worksheet>"))
        .collect();
    format!("<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\"><Styles>{styles}</Styles>{sheets}</Workbook>").into_bytes()
}

fn xml_row(cells: &[&str]) -> String {
    let cells: String =
        cells.iter().map(|cell| format!("<Cell><Data ss:Type=\"String\">{cell}</Data></Cell>")).collect();
    format!("<Row>{cells}</Row>")
}

#[test]
fn a_comment_is_none_of_its_cell_and_a_marked_text_is() {
    let row = "<Row><Cell><Data ss:Type=\"String\">1001</Data><Comment ss:Author=\"a\"><ss:Data>look here</ss:Data></Comment></Cell>\
               <Cell><Data ss:Type=\"String\"><![CDATA[王 & 明]]></Data></Cell>\
               <Cell ss:StyleID=\"n\"><Data ss:Type=\"Number\">15110402</Data></Cell></Row>";
    let styles = "<Style ss:ID=\"n\"><NumberFormat ss:Format=\"00000000000\"/></Style>";
    let bytes = xml_2003(styles, &[("a", &format!("{}{row}", xml_row(&["学号", "姓名", "号"])))]);
    assert_eq!(open(&bytes).unwrap().rows[0].cells, ["1001", "王 & 明", "00015110402"]);
}

#[test]
fn the_first_sheet_with_rows_is_read_and_what_others_have_is_said() {
    let header = xml_row(&["学号", "姓名"]);
    let full = |number: &str| format!("{header}{}", xml_row(&[number, "王"]));
    let sheets = [
        ("模板", header.as_str()),
        ("信息", &full("1")),
        ("法学", &full("2")),
        ("说明", &xml_row(&["x", "y"])),
    ];
    let table = open(&xml_2003("", &sheets)).unwrap();
    assert_eq!((table.sheet.as_deref(), table.rows.len()), (Some("信息"), 1));
    assert_eq!(table.also, [("法学".to_owned(), 1)]);
    // A sheet of the words that columns may have names fewer of them.
    let wide = xml_row(&["学号", "姓名", "学院", "出生日期", "x"]);
    let known = |cells: &[String]| {
        cells
            .iter()
            .filter(|cell| ["学号", "姓名", "学院", "出生日期", "专业"].contains(&cell.as_str()))
            .count()
    };
    let wanted = Wanted { sheet: None, header: None, likeness: &known, is_bare: &|_| false };
    let words = format!("{}{}", xml_row(&["学院"]), xml_row(&["法学院"]));
    let roster = format!("{wide}{}", xml_row(&["1", "王", "法学院", "1992-03-04", ""]));
    let table = read(&xml_2003("", &[("码表", &words), ("名册", &roster)]), &wanted, &LIMITS).unwrap();
    assert_eq!((table.sheet.as_deref(), table.also.len()), (Some("名册"), 0));
}

#[test]
fn of_a_header_in_two_rows_the_lower_one_names_the_columns() {
    let page = "<table><tr><td rowspan=2>学号</td><td rowspan=2>姓名</td><td colspan=2>出生日期</td></tr>\
                <tr><td>年</td><td>出生日期</td></tr><tr><td>1001</td><td>王</td><td>1992</td><td>1992-03-04</td></tr></table>";
    let table = open(page.as_bytes()).unwrap();
    assert_eq!(table.header.unwrap().cells, ["学号", "姓名", "年", "出生日期"]);
    assert_eq!(table.rows.len(), 1);
}

#[test]
fn quotes_and_blanks_are_those_that_programs_and_people_write() {
    for text in [
        "\"学号,姓名\"\n\"1001,王\"\n",
        " \"学号\", \"姓名\"\n \"1001\", \"王\"\n",
        "“学号”,“姓名”\n“1001”,“王”\n",
        "学号 姓名\n1001   王\n",
    ] {
        let table = open(text.as_bytes()).unwrap();
        assert_eq!(
            (table.header.is_some(), table.rows[0].cells.join("|").as_str()),
            (true, "1001|王"),
            "{text}"
        );
    }
    let table = open("1001  王  45.00\n1002  李  3.00\n".as_bytes()).unwrap();
    assert_eq!(table.rows[0].cells, ["1001", "王", "45.00"]);
}
