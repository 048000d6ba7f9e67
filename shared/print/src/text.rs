//! Text: measured, kept whole where it must be, wrapped where it may, shrunk where it has to.

use crate::fonts::{FontError, Fonts, Glyph};

/// A text whose characters have been looked up, once.
#[derive(Debug, Clone)]
pub(crate) struct Shaped {
    /// Characters with their pictures.
    pub(crate) glyphs: Vec<(char, Glyph)>,
    /// Whether it fills a blank and is underlined.
    pub(crate) blank: bool,
}

impl Shaped {
    pub(crate) fn new(fonts: &Fonts, text: &str, blank: bool) -> Result<Self, FontError> {
        let visible = text.chars().filter(|c| !c.is_control());
        Ok(Self { glyphs: fonts.glyphs(visible)?, blank })
    }

    /// Its width at size 1.
    pub(crate) fn width(&self) -> f32 {
        self.glyphs.iter().map(|(_, glyph)| glyph.advance).sum()
    }
}

/// A line: pieces of the texts it was wrapped from.
pub(crate) type Line = Vec<Shaped>;

/// Characters that begin no line.
fn closes(c: char) -> bool {
    "，。、；：！？）》〉」』”’…·".contains(c)
}

/// Characters that stay with their neighbours: digits, Latin letters and what stands between them.
fn sticks(c: char) -> bool {
    c.is_ascii_graphic()
}

/// Wraps pieces into lines of at most `width` at size 1.
pub(crate) fn wrap(pieces: &[Shaped], width: f32) -> Vec<Line> {
    let mut lines: Vec<Line> = vec![Vec::new()];
    let mut used = 0.0;
    for piece in pieces {
        // What fills a blank stays whole if it can: nobody reads a numeral across a line's end.
        let whole = piece.blank && piece.width() <= width * 0.7;
        for atom in atoms(&piece.glyphs, whole) {
            let wide: f32 = atom.iter().map(|(_, glyph)| glyph.advance).sum();
            let first = atom.first().map_or(' ', |(c, _)| *c);
            // What may not begin a line may hang over its end by itself.
            if used > 0.0 && used + wide > width && !closes(first) {
                lines.push(Vec::new());
                used = 0.0;
            }
            // A run that is wider than a line is broken after all: better than lost.
            for (c, glyph) in atom {
                if used > 0.0 && used + glyph.advance > width && !closes(*c) {
                    lines.push(Vec::new());
                    used = 0.0;
                }
                add(&mut lines, piece.blank, (*c, *glyph));
                used += glyph.advance;
            }
        }
    }
    lines
}

fn add(lines: &mut [Line], blank: bool, glyph: (char, Glyph)) {
    let Some(line) = lines.last_mut() else { return };
    match line.last_mut().filter(|last| last.blank == blank) {
        Some(last) => last.glyphs.push(glyph),
        None => line.push(Shaped { glyphs: vec![glyph], blank }),
    }
}

/// Runs that are kept whole; any other character is a run of its own.
fn atoms(glyphs: &[(char, Glyph)], whole: bool) -> impl Iterator<Item = &[(char, Glyph)]> {
    glyphs.chunk_by(move |(a, _), (b, _)| whole || (sticks(*a) && sticks(*b)))
}

/// The largest size up to `size` at which pieces fit `lines` lines of `width`, and those lines. At
/// the smallest size there may be more lines: nothing is ever cut off.
pub(crate) fn fit(pieces: &[Shaped], width: f32, size: f32, lines: usize) -> (f32, Vec<Line>) {
    const SMALLEST: f32 = 5.5;
    let mut at = size;
    loop {
        let wrapped = wrap(pieces, width / at);
        if wrapped.len() <= lines || at - 0.5 < SMALLEST {
            return (at, wrapped);
        }
        at -= 0.5;
    }
}
