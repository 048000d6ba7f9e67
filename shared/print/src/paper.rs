//! A paper of words: whose it is, its title and number, its text, who signs it and until when it is valid.

use std::num::NonZeroU16;

use domain::Timestamp;
use domain::ids::LetterNumber;
use domain::paper::template::day;
use domain::party::letter::TextContent;
use domain::text::Lang;
use krilla::tagging::{Tag, TagGroup, TagTree};

use crate::fonts::Fonts;
use crate::letter::Copy;
use crate::page::{Align, Frame, PrintError, Sheet, WIDTH, document};
use crate::text::{Shaped, fit};

const LEFT: f32 = 72.0;
const RIGHT: f32 = WIDTH - 72.0;
/// Where the text begins, and below what it may not go.
const TOP: f32 = 200.0;
const BOTTOM: f32 = 640.0;
const LEADING: f32 = 1.9;
/// Sizes of the text, the first in which all of it fits.
const SIZES: [f32; 7] = [14.0, 13.0, 12.0, 11.0, 10.0, 9.0, 8.0];

/// A page: a paper's number, what stands on it, and which print it is.
#[derive(Debug, Clone)]
pub struct TextPage {
    /// Its number.
    pub number: LetterNumber,
    /// What stands on it.
    pub content: TextContent,
    /// Which print.
    pub copy: Copy,
}

/// Whose papers they are, and in which language.
#[derive(Debug, Clone, Copy)]
pub struct Letterhead<'a> {
    /// The university's name.
    pub university: &'a str,
    /// The batch's name.
    pub batch: &'a str,
    /// The language of the text.
    pub lang: Lang,
}

/// Prints papers, a page each.
pub fn papers(
    fonts: &Fonts,
    head: Letterhead<'_>,
    pages: &[TextPage],
    at: Timestamp,
) -> Result<Vec<u8>, PrintError> {
    let title = match pages {
        [one] => format!("{} {}", one.content.title, number(one.number, head.lang)),
        [first, ..] => format!("{} {}", first.content.title, head.batch),
        [] => head.batch.to_owned(),
    };
    let tag = match head.lang {
        Lang::Zh => "zh-CN",
        Lang::En => "en",
    };
    let name = |page: &TextPage| format!("{} {}", number(page.number, head.lang), page.content.name);
    document(fonts, (&title, tag), at, pages, name, |sheet, tree, page| draw(sheet, tree, head, page))
}

fn number(number: LetterNumber, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("第 {number:04} 号"),
        Lang::En => format!("No. {number:04}"),
    }
}

fn line(y: f32, size: f32, align: Align) -> Frame {
    Frame { x: LEFT, y, width: RIGHT - LEFT, size, leading: LEADING, lines: 1, align }
}

fn paragraph(
    sheet: &mut Sheet<'_, '_>,
    tree: &mut TagTree,
    frame: Frame,
    text: &str,
) -> Result<f32, PrintError> {
    let mut tag = TagGroup::new(Tag::P);
    let y = sheet.set(&mut tag, frame, text)?;
    tree.push(tag);
    Ok(y)
}

fn draw(
    sheet: &mut Sheet<'_, '_>,
    tree: &mut TagTree,
    head: Letterhead<'_>,
    TextPage { number: given, content, copy }: &TextPage,
) -> Result<(), PrintError> {
    paragraph(sheet, tree, line(84.0, 12.0, Align::Middle), head.university)?;
    let mut heading = TagGroup::new(Tag::Hn(NonZeroU16::MIN, Some(content.title.clone())));
    sheet.set(&mut heading, line(120.0, 22.0, Align::Middle), &content.title)?;
    tree.push(heading);
    let numbered = format!("{}{}", copy.mark(head.lang), number(*given, head.lang));
    paragraph(sheet, tree, line(152.0, 11.0, Align::Right), &numbered)?;
    let indent = match head.lang {
        Lang::Zh => "　　",
        Lang::En => "",
    };
    let texts: Vec<String> = content
        .text
        .lines()
        .map(|text| if text.trim().is_empty() { String::new() } else { format!("{indent}{text}") })
        .collect();
    let (size, lines) = size_of(sheet, &texts)?;
    let mut y = TOP;
    for (text, lines) in texts.iter().zip(lines) {
        if text.is_empty() {
            y += size * LEADING / 2.0;
            continue;
        }
        y = paragraph(sheet, tree, Frame { lines, ..line(y, size, Align::Left) }, text)?;
    }
    let signed = (y + 36.0).min(BOTTOM + 36.0);
    let y = paragraph(sheet, tree, line(signed, 13.0, Align::Right), &content.issuer.from)?;
    paragraph(sheet, tree, line(y, 13.0, Align::Right), &day(content.issued_on, head.lang))?;
    let until = day(content.valid_until, head.lang);
    let valid = match head.lang {
        Lang::Zh => format!("有效期至 {until}"),
        Lang::En => format!("Valid until {until}"),
    };
    let issuer = &content.issuer;
    let reach = [&issuer.address, &issuer.phone, &issuer.fax, &issuer.postcode];
    let reach: Vec<&str> = reach.into_iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
    paragraph(sheet, tree, line(760.0, 10.0, Align::Left), &valid)?;
    if !reach.is_empty() {
        paragraph(sheet, tree, line(778.0, 10.0, Align::Left), &reach.join("　"))?;
    }
    Ok(())
}

/// The size in which all paragraphs fit, and how many lines each has in it.
fn size_of(sheet: &Sheet<'_, '_>, texts: &[String]) -> Result<(f32, Vec<usize>), PrintError> {
    let shaped: Vec<Vec<Shaped>> =
        texts.iter().map(|text| sheet.shape(&[(text, false)])).collect::<Result<_, _>>()?;
    let mut found = (14.0, Vec::new());
    for size in SIZES {
        let lines: Vec<usize> =
            shaped.iter().map(|text| fit(text, RIGHT - LEFT, size, usize::MAX).1.len()).collect();
        let high = lines.iter().map(|lines| *lines as f32).sum::<f32>() * size * LEADING;
        found = (size, lines);
        if high <= BOTTOM - TOP {
            break;
        }
    }
    Ok(found)
}
