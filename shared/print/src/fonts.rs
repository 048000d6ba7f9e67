//! Fonts: Noto Serif SC for nearly everything, HanaMin for the rest of GB 18030, read only when a
//! character asks for it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use krilla::text::Font;

/// The files, in the order in which they are asked for a character.
const FILES: [&str; 3] = ["NotoSerifSC_400Regular.ttf", "HanaMinA.ttf", "HanaMinB.ttf"];

/// Why fonts can't be used.
#[derive(Debug, thiserror::Error)]
pub enum FontError {
    /// A file isn't there or can't be read.
    #[error("the font {file}: {error}")]
    Unreadable {
        /// Which.
        file: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// A file is no font.
    #[error("the font {file} is none")]
    NotAFont {
        /// Which.
        file: PathBuf,
    },
    /// No font has a character. Better no page than one with an empty box for a name.
    #[error("no font has the character U+{0:04X}")]
    NoGlyph(u32),
}

/// The fonts of a folder.
#[derive(Debug)]
pub struct Fonts {
    folder: PathBuf,
    faces: [OnceLock<Arc<Face>>; FILES.len()],
}

/// One font, with its file in memory.
#[derive(Debug)]
pub(crate) struct Face {
    pub(crate) font: Font,
    data: Arc<Vec<u8>>,
}

/// A character as one font has it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Glyph {
    /// Which of the fonts.
    pub(crate) face: usize,
    /// Its number there.
    pub(crate) id: u16,
    /// Its width at size 1.
    pub(crate) advance: f32,
}

impl Fonts {
    /// The fonts of a folder; the first is read at once, so that a missing one shows at start.
    pub fn open(folder: &Path) -> Result<Self, FontError> {
        let fonts = Self { folder: folder.to_owned(), faces: [const { OnceLock::new() }; FILES.len()] };
        fonts.face(0)?;
        Ok(fonts)
    }

    /// Whether every file is there, before somebody's rare name asks for it.
    pub fn all_there(&self) -> Result<(), FontError> {
        (0..FILES.len()).try_for_each(|which| self.face(which).map(drop))
    }

    /// The characters of a text that no font has.
    pub fn missing(&self, text: &str) -> Result<String, FontError> {
        let faces = (0..FILES.len()).map(|which| self.face(which)).collect::<Result<Vec<_>, _>>()?;
        let parsed: Vec<_> =
            faces.iter().filter_map(|face| ttf_parser::Face::parse(&face.data, 0).ok()).collect();
        let has = |c: char| parsed.iter().any(|face| face.glyph_index(c).is_some());
        Ok(text.chars().filter(|c| !has(*c)).collect())
    }

    pub(crate) fn face(&self, which: usize) -> Result<Arc<Face>, FontError> {
        let (Some(cell), Some(name)) = (self.faces.get(which), FILES.get(which)) else {
            return Err(FontError::NoGlyph(0));
        };
        if let Some(face) = cell.get() {
            return Ok(face.clone());
        }
        let file = self.folder.join(name);
        let data =
            std::fs::read(&file).map_err(|error| FontError::Unreadable { file: file.clone(), error })?;
        let data = Arc::new(data);
        let font = Font::new(data.clone().into(), 0).ok_or(FontError::NotAFont { file })?;
        Ok(cell.get_or_init(|| Arc::new(Face { font, data })).clone())
    }

    /// The characters of a text, each as the first font that has it shows it. A font is opened once
    /// a text, and only when a character asks for it.
    pub(crate) fn glyphs(&self, text: impl Iterator<Item = char>) -> Result<Vec<(char, Glyph)>, FontError> {
        let first = self.face(0)?;
        let parsed = ttf_parser::Face::parse(&first.data, 0).ok();
        text.map(|c| {
            let found = parsed.as_ref().and_then(|face| picture(face, 0, c));
            found.map_or_else(|| self.rare(c), Ok).map(|glyph| (c, glyph))
        })
        .collect()
    }

    /// A character that the first font lacks.
    fn rare(&self, character: char) -> Result<Glyph, FontError> {
        for which in 1..FILES.len() {
            let face = self.face(which)?;
            let parsed = ttf_parser::Face::parse(&face.data, 0).ok();
            if let Some(glyph) = parsed.and_then(|face| picture(&face, which, character)) {
                return Ok(glyph);
            }
        }
        Err(FontError::NoGlyph(u32::from(character)))
    }
}

fn picture(face: &ttf_parser::Face<'_>, which: usize, character: char) -> Option<Glyph> {
    let id = face.glyph_index(character)?;
    let advance = f32::from(face.glyph_hor_advance(id).unwrap_or_default()) / f32::from(face.units_per_em());
    Some(Glyph { face: which, id: id.0, advance })
}
