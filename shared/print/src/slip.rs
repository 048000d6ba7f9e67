//! The slip (离校单): the printed proof that a clearance is finished (N12).

use std::num::NonZeroU16;

use domain::Timestamp;
use krilla::tagging::{TableHeaderScope, Tag, TagGroup, TagTree};
use qrcode::{Color, EcLevel, QrCode};

use crate::fonts::Fonts;
use crate::page::{Align, Frame, PrintError, Sheet, WIDTH, document};

/// What stands on a slip.
#[derive(Debug, Clone)]
pub struct Slip {
    /// What it says of itself, in its language.
    pub words: SlipWords,
    /// Its title.
    pub title: String,
    /// Whose it is: the university's name.
    pub university: String,
    /// Who seals it.
    pub sealed_by: String,
    /// What it is good for.
    pub note: Option<String>,
    /// The batch's name.
    pub batch: String,
    /// Its number: batch and student number.
    pub number: String,
    /// Lines about the student: what, and its value.
    pub student: Vec<(String, String)>,
    /// Every step.
    pub steps: Vec<SlipStep>,
    /// That all is done, and since when.
    pub statement: String,
    /// Which checkpoint holds the record.
    pub checkpoint: String,
    /// What the QR code opens.
    pub address: String,
    /// Who to call about what.
    pub contacts: Vec<SlipContact>,
    /// When it is printed.
    pub printed_at: Timestamp,
}

/// The words of a language that stand on every slip.
#[derive(Debug, Clone, Copy)]
pub struct SlipWords {
    /// The language's tag.
    pub language: &'static str,
    /// Before its number.
    pub number: &'static str,
    /// What the table of facts is, to who hears it read.
    pub student: &'static str,
    /// What the table of steps is.
    pub steps: &'static str,
    /// The heads of its columns.
    pub columns: [&'static str; 6],
    /// How it is verified.
    pub verify: &'static str,
    /// What the code is.
    pub code: &'static str,
    /// Where the seal goes.
    pub seal: &'static str,
    /// Before the time of printing.
    pub printed_at: &'static str,
}

/// One step of a slip.
#[derive(Debug, Clone)]
pub struct SlipStep {
    /// From 1.
    pub number: u8,
    /// Its name.
    pub name: String,
    /// Who handled it.
    pub office: String,
    /// How it stands, in the slip's language.
    pub state: &'static str,
    /// Who decided.
    pub by: String,
    /// When.
    pub on: String,
}

/// One contact of a slip.
#[derive(Debug, Clone)]
pub struct SlipContact {
    /// What about, and who answers.
    pub about: String,
    /// Telephone and hours.
    pub reach: String,
}

const LEFT: f32 = 56.0;
const RIGHT: f32 = WIDTH - 56.0;
/// How high a seal stands.
const SEAL: f32 = 38.0;
/// Left edges of the columns of steps, and the right edge of the last.
const COLUMNS: [f32; 7] = [LEFT, 84.0, 268.0, 362.0, 414.0, 474.0, RIGHT];

/// Prints a slip.
pub fn slip(fonts: &Fonts, slip: &Slip) -> Result<Vec<u8>, PrintError> {
    let title = format!("{} {}", slip.title, slip.number);
    document(
        fonts,
        (&title, slip.words.language),
        slip.printed_at,
        std::slice::from_ref(slip),
        |_| title.clone(),
        draw,
    )
}

fn one_line(x: f32, y: f32, width: f32, size: f32, align: Align) -> Frame {
    Frame { x, y, width, size, leading: 1.35, lines: 1, align }
}

fn draw(sheet: &mut Sheet<'_, '_>, tree: &mut TagTree, slip: &Slip) -> Result<(), PrintError> {
    let level = NonZeroU16::MIN;
    let mut whose = TagGroup::new(Tag::P);
    sheet.set(&mut whose, one_line(LEFT, 56.0, RIGHT - LEFT, 12.0, Align::Middle), &slip.university)?;
    tree.push(whose);
    let mut heading = TagGroup::new(Tag::Hn(level, Some(slip.title.clone())));
    sheet.set(&mut heading, one_line(LEFT, 84.0, RIGHT - LEFT, 24.0, Align::Middle), &slip.title)?;
    tree.push(heading);
    let mut under = TagGroup::new(Tag::P);
    let line = format!("{}　　{} {}", slip.batch, slip.words.number, slip.number);
    sheet.set(&mut under, one_line(LEFT, 110.0, RIGHT - LEFT, 11.0, Align::Middle), &line)?;
    tree.push(under);
    let y = student(sheet, tree, slip, 140.0)?;
    let y = steps(sheet, tree, slip, y + 4.0)?;
    foot(sheet, tree, slip, y + 20.0)
}

/// Two facts a line.
fn student(sheet: &mut Sheet<'_, '_>, tree: &mut TagTree, slip: &Slip, top: f32) -> Result<f32, PrintError> {
    let half = (RIGHT - LEFT) / 2.0;
    let mut table = TagGroup::new(Tag::Table.with_summary(Some(slip.words.student.to_owned())));
    let mut y = top;
    for pair in slip.student.chunks(2) {
        let mut row = TagGroup::new(Tag::TR);
        for (x, (what, value)) in [LEFT, LEFT + half].into_iter().zip(pair) {
            let mut head = TagGroup::new(Tag::TH(TableHeaderScope::Row));
            sheet.set(&mut head, one_line(x, y, 52.0, 11.0, Align::Left), what)?;
            let mut cell = TagGroup::new(Tag::TD);
            let frame =
                Frame { lines: 2, leading: 1.15, ..one_line(x + 56.0, y, half - 64.0, 11.0, Align::Left) };
            sheet.set(&mut cell, frame, value)?;
            row.push(head);
            row.push(cell);
        }
        table.push(row);
        y += 26.0;
    }
    tree.push(table);
    Ok(y)
}

fn steps(sheet: &mut Sheet<'_, '_>, tree: &mut TagTree, slip: &Slip, top: f32) -> Result<f32, PrintError> {
    // A batch can have other steps than eleven: the more there are, the closer they stand.
    let height = (330.0 / (slip.steps.len() + 1) as f32).clamp(13.0, 27.5);
    let size = (height * 0.38).clamp(6.0, 10.0);
    let mut table = TagGroup::new(Tag::Table.with_summary(Some(slip.words.steps.to_owned())));
    let mut head = TagGroup::new(Tag::TR);
    sheet.rule((LEFT, top), (RIGHT, top), 0.8, None);
    for (title, edges) in slip.words.columns.iter().zip(COLUMNS.windows(2)) {
        let mut cell = TagGroup::new(Tag::TH(TableHeaderScope::Column));
        set_cell(sheet, &mut cell, edges, top, height, size, title)?;
        head.push(cell);
    }
    table.push(head);
    let mut y = top + height;
    for step in &slip.steps {
        sheet.rule((LEFT, y), (RIGHT, y), 0.4, None);
        let mut row = TagGroup::new(Tag::TR);
        let number = step.number.to_string();
        let cells = [&number, &step.name, &step.office, step.state, &step.by, &step.on];
        for (text, edges) in cells.into_iter().zip(COLUMNS.windows(2)) {
            let mut cell = TagGroup::new(Tag::TD);
            set_cell(sheet, &mut cell, edges, y, height, size, text)?;
            row.push(cell);
        }
        table.push(row);
        y += height;
    }
    sheet.rule((LEFT, y), (RIGHT, y), 0.8, None);
    for x in COLUMNS {
        sheet.rule((x, top), (x, y), 0.4, None);
    }
    tree.push(table);
    Ok(y)
}

/// One or two lines in the middle of a cell.
fn set_cell(
    sheet: &mut Sheet<'_, '_>,
    cell: &mut TagGroup,
    edges: &[f32],
    top: f32,
    height: f32,
    size: f32,
    text: &str,
) -> Result<(), PrintError> {
    let &[left, right] = edges else { return Ok(()) };
    let width = right - left - 6.0;
    let pieces = sheet.shape(&[(text, false)])?;
    let wide: f32 = pieces.iter().map(crate::text::Shaped::width).sum::<f32>() * size;
    let lines = if wide <= width { 1 } else { 2 };
    let middle = top + height / 2.0 + size * 0.36;
    let y = if lines == 1 { middle } else { middle - size * 0.6 };
    let frame = Frame { x: left + 3.0, y, width, size, leading: 1.2, lines, align: Align::Left };
    sheet.set_pieces(cell, frame, &pieces)?;
    Ok(())
}

/// The statement, the QR code and the contacts.
fn foot(sheet: &mut Sheet<'_, '_>, tree: &mut TagTree, slip: &Slip, top: f32) -> Result<(), PrintError> {
    let side = 104.0;
    let text_width = RIGHT - LEFT - side - 20.0;
    let frame =
        |y, size| Frame { x: LEFT, y, width: text_width, size, leading: 1.5, lines: 3, align: Align::Left };
    let mut said = TagGroup::new(Tag::P);
    let mut y = sheet.set(&mut said, frame(top + 12.0, 12.0), &slip.statement)?;
    tree.push(said);
    if let Some(note) = &slip.note {
        let mut good_for = TagGroup::new(Tag::P);
        y = sheet.set(&mut good_for, frame(y + 2.0, 10.5), note)?;
        tree.push(good_for);
    }
    let mut how = TagGroup::new(Tag::P);
    let mut y = sheet.set(&mut how, frame(y + 2.0, 9.0), slip.words.verify)?;
    tree.push(how);
    for contact in &slip.contacts {
        let mut line = TagGroup::new(Tag::P);
        let text = format!("{}　{}", contact.about, contact.reach);
        y = sheet.set(&mut line, Frame { lines: 2, ..frame(y + 1.0, 8.5) }, &text)?;
        tree.push(line);
    }
    let mut printed = TagGroup::new(Tag::P);
    let when = format!(
        "{} {}　{}",
        slip.words.printed_at,
        slip.printed_at.format("%Y-%m-%d %H:%M"),
        slip.checkpoint
    );
    sheet.set(&mut printed, Frame { lines: 1, ..frame(y + 1.0, 8.5) }, &when)?;
    tree.push(printed);
    code(sheet, tree, (&slip.address, slip.words.code), (RIGHT - side, top), side)?;
    seal(sheet, tree, slip, (RIGHT - side, top + side + 8.0), side)
}

/// Room for the seal of who answers for the slip, with their name and the word for it.
fn seal(
    sheet: &mut Sheet<'_, '_>,
    tree: &mut TagTree,
    slip: &Slip,
    (left, top): (f32, f32),
    side: f32,
) -> Result<(), PrintError> {
    let mut place = TagGroup::new(Tag::P);
    let frame =
        |y, lines| Frame { x: left, y, width: side, size: 9.0, leading: 1.2, lines, align: Align::Middle };
    let y = sheet.set(&mut place, frame(top + 10.0, 2), &slip.sealed_by)?;
    sheet.set(&mut place, frame(y + SEAL, 1), slip.words.seal)?;
    tree.push(place);
    Ok(())
}

fn code(
    sheet: &mut Sheet<'_, '_>,
    tree: &mut TagTree,
    (address, words): (&str, &str),
    (left, top): (f32, f32),
    side: f32,
) -> Result<(), PrintError> {
    let code = QrCode::with_error_correction_level(address, EcLevel::L)
        .map_err(|_| PrintError::Document("the address is too long for a QR code".to_owned()))?;
    let modules = code.width();
    let module = side / modules as f32;
    let dark = code.to_colors().into_iter().enumerate().filter(|(_, color)| *color == Color::Dark);
    let place = |i: usize| (left + (i % modules) as f32 * module, top + (i / modules) as f32 * module);
    let mut figure = TagGroup::new(Tag::Figure(Some(words.to_owned())));
    // A hair wider than its place, so that no light shows between neighbours.
    sheet.squares(&mut figure, dark.map(|(i, _)| place(i)), module * 1.02);
    tree.push(figure);
    Ok(())
}
