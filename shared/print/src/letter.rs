//! The introduction letter: stub (存根), letter (介绍信), receipt (回执), on one page, divided by
//! perforation lines, with one number on all three. The signature line stays empty for the seal.

use std::num::NonZeroU16;

use domain::Timestamp;
use domain::ids::LetterNumber;
use domain::paper::template::day;
use domain::party::letter::Introduction;
use domain::party::numerals::{count, year_and_month};
use domain::text::Lang;
use krilla::tagging::{Tag, TagGroup, TagTree};

use crate::fonts::Fonts;
use crate::page::{Align, Frame, PrintError, Sheet, WIDTH, document};

const LEFT: f32 = 64.0;
const RIGHT: f32 = WIDTH - 64.0;
/// Where each part begins, and where the page ends.
const STUB: f32 = 0.0;
const LETTER: f32 = 262.0;
const RECEIPT: f32 = 602.0;

/// A page: a letter's number, what stands on it, and which print it is.
#[derive(Debug, Clone)]
pub struct LetterPage {
    /// Its number.
    pub number: LetterNumber,
    /// What stands on it.
    pub content: Introduction,
    /// Which print.
    pub copy: Copy,
}

/// Which print of a letter it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copy {
    /// The one that gets the seal.
    Original,
    /// For the member to check.
    ForChecking,
    /// Of a letter that another one replaces.
    Void,
    /// Of a letter whose receipt has come back.
    Returned,
    /// Of a letter whose days are over.
    Expired,
}

impl Copy {
    pub(crate) fn mark(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Copy::Original, _) => "",
            (Copy::ForChecking, Lang::Zh) => "（副本，仅供核对）　",
            (Copy::ForChecking, Lang::En) => "(copy, for checking only)  ",
            (Copy::Void, Lang::Zh) => "（已作废）　",
            (Copy::Void, Lang::En) => "(void)  ",
            (Copy::Returned, Lang::Zh) => "（回执已收）　",
            (Copy::Returned, Lang::En) => "(receipt received)  ",
            (Copy::Expired, Lang::Zh) => "（已过期）　",
            (Copy::Expired, Lang::En) => "(expired)  ",
        }
    }
}

/// Prints letters, a page each.
pub fn letters(
    fonts: &Fonts,
    batch: &str,
    letters: &[LetterPage],
    at: Timestamp,
) -> Result<Vec<u8>, PrintError> {
    let title = match letters {
        [one] => format!("中国共产党党员组织关系介绍信 第{:04}号", one.number),
        _ => format!("中国共产党党员组织关系介绍信 {batch}"),
    };
    let name = |page: &LetterPage| format!("第{:04}号 {}", page.number, page.content.name);
    document(fonts, (&title, "zh-CN"), at, letters, name, |sheet, tree, page| {
        stub(sheet, tree, page)?;
        perforation(sheet, LETTER);
        body(sheet, tree, page)?;
        perforation(sheet, RECEIPT);
        receipt(sheet, tree, page)
    })
}

fn perforation(sheet: &mut Sheet<'_, '_>, y: f32) {
    sheet.rule((24.0, y), (WIDTH - 24.0, y), 0.8, Some(vec![4.0, 3.0]));
}

fn standing(content: &Introduction) -> &'static str {
    content.party.chinese()
}

/// Title and number of a part.
fn head(
    sheet: &mut Sheet<'_, '_>,
    tree: &mut TagTree,
    top: f32,
    title: &str,
    LetterPage { number, copy, .. }: &LetterPage,
) -> Result<(), PrintError> {
    let level = NonZeroU16::MIN;
    let mut heading = TagGroup::new(Tag::Hn(level, Some(title.to_owned())));
    sheet.set(&mut heading, line(top + 44.0, 17.0, Align::Middle), title)?;
    tree.push(heading);
    let mut numbered = TagGroup::new(Tag::P);
    sheet.set(
        &mut numbered,
        line(top + 64.0, 11.0, Align::Right),
        &format!("{}第 {:04} 号", copy.mark(Lang::Zh), number),
    )?;
    tree.push(numbered);
    Ok(())
}

fn line(y: f32, size: f32, align: Align) -> Frame {
    Frame { x: LEFT, y, width: RIGHT - LEFT, size, leading: 1.6, lines: 1, align }
}

/// A paragraph whose blanks are underlined.
fn paragraph(
    sheet: &mut Sheet<'_, '_>,
    tree: &mut TagTree,
    frame: Frame,
    pieces: &[(&str, bool)],
) -> Result<f32, PrintError> {
    let shaped = sheet.shape(pieces)?;
    let mut tag = TagGroup::new(Tag::P);
    let y = sheet.set_pieces(&mut tag, frame, &shaped)?;
    tree.push(tag);
    Ok(y)
}

fn stub(sheet: &mut Sheet<'_, '_>, tree: &mut TagTree, page: &LetterPage) -> Result<(), PrintError> {
    let content = &page.content;
    head(sheet, tree, STUB, "党员组织关系介绍信存根", page)?;
    let frame = Frame { leading: 1.9, lines: 4, ..line(STUB + 94.0, 12.0, Align::Left) };
    let y = paragraph(
        sheet,
        tree,
        frame,
        &[
            ("　　", false),
            (&padded(&content.name), true),
            (" 同志系中共", false),
            (&padded(standing(content)), true),
            ("党员，组织关系由", false),
            (&padded(&content.from), true),
            ("转到", false),
            (&padded(&content.form.destination), true),
            ("。", false),
        ],
    )?;
    let frame = line(y + 2.0, 12.0, Align::Right);
    paragraph(sheet, tree, frame, &[(&day(content.issued_on, Lang::Zh), false)])?;
    let frame = line(LETTER - 22.0, 9.0, Align::Middle);
    paragraph(sheet, tree, frame, &[("（ 回 执 粘 贴 处 ）", false)])?;
    Ok(())
}

fn body(sheet: &mut Sheet<'_, '_>, tree: &mut TagTree, page: &LetterPage) -> Result<(), PrintError> {
    let content = &page.content;
    head(sheet, tree, LETTER, "中国共产党党员组织关系介绍信", page)?;
    let frame = Frame { lines: 2, ..line(LETTER + 92.0, 12.5, Align::Left) };
    let y = paragraph(sheet, tree, frame, &[(&padded(&content.form.heading), true), ("：", false)])?;
    let frame = Frame { leading: 1.85, lines: 4, ..line(y + 4.0, 12.5, Align::Left) };
    let y = paragraph(
        sheet,
        tree,
        frame,
        &[
            ("　　", false),
            (&padded(&content.name), true),
            (" 同志（", false),
            (&padded(content.sex.chinese()), true),
            ("），", false),
            (&padded(&content.age.to_string()), true),
            ("岁，", false),
            (&padded(&content.ethnicity), true),
            ("，系中共", false),
            (&padded(standing(content)), true),
            ("党员，身份证号码", false),
            (&padded(&content.id_number), true),
            ("，由", false),
            (&padded(&content.from), true),
            ("去", false),
            (&padded(&content.form.destination), true),
            ("，请转接组织关系。该同志党费已交到", false),
            (&padded(&year_and_month(content.dues_paid_up_to)), true),
            ("。", false),
        ],
    )?;
    let frame = Frame { lines: 1, ..line(y, 12.5, Align::Left) };
    let days = count(content.valid_days);
    let y =
        paragraph(sheet, tree, frame, &[("　　（有效期", false), (&padded(&days), true), ("天）", false)])?;
    // No issuer's name here: the seal goes over this line.
    let frame = Frame { width: RIGHT - LEFT - 60.0, ..line(y + 6.0, 12.0, Align::Right) };
    paragraph(sheet, tree, frame, &[("（盖 章）", false)])?;
    paragraph(
        sheet,
        tree,
        line(y + 25.0, 12.0, Align::Right),
        &[(&day(content.issued_on, Lang::Zh), false)],
    )?;
    contact_lines(sheet, tree, content, RECEIPT - 46.0)
}

/// The member's telephone and where the issuing committee is found.
fn contact_lines(
    sheet: &mut Sheet<'_, '_>,
    tree: &mut TagTree,
    content: &Introduction,
    top: f32,
) -> Result<(), PrintError> {
    let issuer = &content.issuer;
    let phone = content.phone.as_deref().unwrap_or("");
    let first = [
        ("党员联系电话（手机）：", false),
        (&*padded(phone), true),
        ("　党员原所在基层党委通讯地址：", false),
        (&*padded(&issuer.address), true),
    ];
    let y = paragraph(sheet, tree, Frame { lines: 1, ..line(top, 9.5, Align::Left) }, &first)?;
    let second = [
        ("联系电话：", false),
        (&*padded(&issuer.phone), true),
        ("　传真：", false),
        (&*padded(&issuer.fax), true),
        ("　邮编：", false),
        (&*padded(&issuer.postcode), true),
    ];
    paragraph(sheet, tree, Frame { lines: 1, ..line(y, 9.5, Align::Left) }, &second)?;
    Ok(())
}

fn receipt(sheet: &mut Sheet<'_, '_>, tree: &mut TagTree, page: &LetterPage) -> Result<(), PrintError> {
    let content = &page.content;
    head(sheet, tree, RECEIPT, "中国共产党党员组织关系介绍信回执", page)?;
    let frame = line(RECEIPT + 92.0, 12.0, Align::Left);
    let y = paragraph(sheet, tree, frame, &[(&padded(&content.from), true), ("：", false)])?;
    let frame = Frame { leading: 1.85, lines: 2, ..line(y + 2.0, 12.0, Align::Left) };
    let statement = [
        ("　　", false),
        (&*padded(&content.name), true),
        (" 同志的党员组织关系已转达我处，特此回复。", false),
    ];
    let y = paragraph(sheet, tree, frame, &statement)?;
    let frame = Frame { width: RIGHT - LEFT - 60.0, ..line(y + 6.0, 12.0, Align::Right) };
    paragraph(sheet, tree, frame, &[("（盖 章）", false)])?;
    let blank = "　　";
    let date = [(blank, true), ("　年", false), (blank, true), ("月", false), (blank, true), ("日", false)];
    paragraph(sheet, tree, line(y + 30.0, 12.0, Align::Right), &date)?;
    let signed =
        [("经办人：", false), ("　　　　　　", true), ("　　联系电话：", false), ("　　　　　　　　", true)];
    paragraph(sheet, tree, line(y + 58.0, 11.0, Align::Left), &signed)?;
    Ok(())
}

/// What fills a blank stands a little clear of its ends; an empty blank is still a line to write on.
fn padded(text: &str) -> String {
    if text.is_empty() { "　　　　".to_owned() } else { format!(" {text} ") }
}
