//! A page to draw on, with its tags: every mark is either content with a place in the reading order
//! or said to be an ornament.

use krilla::Document;
use krilla::SerializeSettings;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::error::KrillaError;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke, StrokeDash};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, SpanTag, TagGroup, TagTree};
use krilla::text::{GlyphId, KrillaGlyph};

use chrono::{Datelike, Timelike};
use domain::Timestamp;

use crate::fonts::{FontError, Fonts};
use crate::text::{Line, Shaped, fit};

/// A4 in points.
pub(crate) const WIDTH: f32 = 595.28;
pub(crate) const HEIGHT: f32 = 841.89;

/// Why there is no PDF.
#[derive(Debug, thiserror::Error)]
pub enum PrintError {
    /// Fonts.
    #[error(transparent)]
    Font(#[from] FontError),
    /// The document wouldn't be archival or accessible.
    #[error("the document is not sound: {0}")]
    Document(String),
}

impl From<KrillaError> for PrintError {
    fn from(error: KrillaError) -> Self {
        PrintError::Document(format!("{error:?}"))
    }
}

/// How text stands in its width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Middle,
    Right,
}

/// A box that text has to fit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame {
    /// Left edge.
    pub(crate) x: f32,
    /// First baseline.
    pub(crate) y: f32,
    /// Width.
    pub(crate) width: f32,
    /// Largest size.
    pub(crate) size: f32,
    /// Distance of baselines, in sizes.
    pub(crate) leading: f32,
    /// How many lines there are before text shrinks.
    pub(crate) lines: usize,
    /// How lines stand.
    pub(crate) align: Align,
}

/// A page that is being drawn.
pub(crate) struct Sheet<'a, 'b> {
    pub(crate) fonts: &'a Fonts,
    pub(crate) surface: Surface<'b>,
}

impl Sheet<'_, '_> {
    /// Looks up pieces of text; those that fill a blank are underlined.
    pub(crate) fn shape(&self, pieces: &[(&str, bool)]) -> Result<Vec<Shaped>, FontError> {
        pieces.iter().map(|(text, blank)| Shaped::new(self.fonts, text, *blank)).collect()
    }

    /// Sets text into a frame; gives back the baseline after the last line.
    pub(crate) fn set(&mut self, tag: &mut TagGroup, frame: Frame, text: &str) -> Result<f32, FontError> {
        let pieces = self.shape(&[(text, false)])?;
        self.set_pieces(tag, frame, &pieces)
    }

    /// Sets pieces into a frame; gives back the baseline after the last line.
    pub(crate) fn set_pieces(
        &mut self,
        tag: &mut TagGroup,
        frame: Frame,
        pieces: &[Shaped],
    ) -> Result<f32, FontError> {
        let (size, lines) = fit(pieces, frame.width, frame.size, frame.lines);
        let mut y = frame.y;
        for (i, line) in lines.iter().enumerate() {
            let wide = line.iter().map(Shaped::width).sum::<f32>() * size;
            let slack = (frame.width - wide).max(0.0);
            let x = match frame.align {
                Align::Left => frame.x,
                Align::Middle => frame.x + slack / 2.0,
                Align::Right => frame.x + slack,
            };
            self.line_of_text(tag, x, y, size, line)?;
            // What follows keeps its distance, however small this has become.
            let last = i + 1 == lines.len();
            y += frame.leading * if last { frame.size } else { size };
        }
        Ok(y)
    }

    fn line_of_text(
        &mut self,
        tag: &mut TagGroup,
        x: f32,
        y: f32,
        size: f32,
        line: &Line,
    ) -> Result<(), FontError> {
        let mut at = x;
        for piece in line {
            for run in piece.glyphs.chunk_by(|(_, a), (_, b)| a.face == b.face) {
                let Some((_, first)) = run.first() else { continue };
                let font = self.fonts.face(first.face)?.font.clone();
                let mut text = String::new();
                let mut glyphs = Vec::with_capacity(run.len());
                for (c, glyph) in run {
                    let start = text.len();
                    text.push(*c);
                    let id = GlyphId::new(u32::from(glyph.id));
                    glyphs.push(KrillaGlyph::new(id, glyph.advance, 0.0, 0.0, 0.0, start..text.len(), None));
                }
                let identifier = self.surface.start_tagged(ContentTag::Span(SpanTag::empty()));
                self.surface.set_stroke(None);
                self.surface.set_fill(Some(Fill::default()));
                self.surface.draw_glyphs(Point::from_xy(at, y), &glyphs, font, &text, size, false);
                self.surface.end_tagged();
                tag.push(identifier);
                at += run.iter().map(|(_, glyph)| glyph.advance).sum::<f32>() * size;
            }
            if piece.blank {
                let wide = piece.width() * size;
                self.rule((at - wide, y + size * 0.22), (at, y + size * 0.22), 0.5, None);
            }
        }
        Ok(())
    }

    /// Draws a line; an ornament, whatever it means to the eye.
    pub(crate) fn rule(&mut self, from: (f32, f32), to: (f32, f32), width: f32, dash: Option<Vec<f32>>) {
        let mut path = PathBuilder::new();
        path.move_to(from.0, from.1);
        path.line_to(to.0, to.1);
        let Some(path) = path.finish() else { return };
        let dash = dash.map(|array| StrokeDash { array, offset: 0.0 });
        self.ornament(|surface| {
            surface.set_fill(None);
            surface.set_stroke(Some(Stroke { width, dash, ..Stroke::default() }));
            surface.draw_path(&path);
        });
    }

    /// Draws what has no place in the reading order.
    pub(crate) fn ornament(&mut self, draw: impl FnOnce(&mut Surface<'_>)) {
        self.surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
        draw(&mut self.surface);
        self.surface.end_tagged();
    }

    /// Draws filled squares as one figure: the modules of a QR code.
    pub(crate) fn squares(
        &mut self,
        tag: &mut TagGroup,
        squares: impl Iterator<Item = (f32, f32)>,
        side: f32,
    ) {
        let mut path = PathBuilder::new();
        for (x, y) in squares {
            path.push_rect_if_sound(x, y, side);
        }
        let Some(path) = path.finish() else { return };
        let identifier = self.surface.start_tagged(ContentTag::Other);
        self.surface.set_stroke(None);
        self.surface.set_fill(Some(Fill::default()));
        self.surface.draw_path(&path);
        self.surface.end_tagged();
        tag.push(identifier);
    }
}

trait Squares {
    fn push_rect_if_sound(&mut self, x: f32, y: f32, side: f32);
}

impl Squares for PathBuilder {
    fn push_rect_if_sound(&mut self, x: f32, y: f32, side: f32) {
        if let Some(rect) = Rect::from_xywh(x, y, side, side) {
            self.push_rect(rect);
        }
    }
}

/// Draws a document page by page, each under its name in the outline. `draw` gets each sheet in turn and tags what it puts there.
pub(crate) fn document<T>(
    fonts: &Fonts,
    (title, language): (&str, &str),
    at: Timestamp,
    pages: &[T],
    name: impl Fn(&T) -> String,
    draw: impl Fn(&mut Sheet<'_, '_>, &mut TagTree, &T) -> Result<(), PrintError>,
) -> Result<Vec<u8>, PrintError> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| PrintError::Document(format!("{error:?}")))?;
    let settings = SerializeSettings { configuration, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    document.set_metadata(metadata(title, language, at));
    let mut tree = TagTree::new().with_lang(Some("zh-CN".to_owned()));
    let mut outline = Outline::new();
    for (i, page) in pages.iter().enumerate() {
        outline.push_child(OutlineNode::new(name(page), XyzDestination::new(i, Point::from_xy(0.0, 0.0))));
        let settings =
            PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| PrintError::Document("A4".to_owned()))?;
        let mut drawn = document.start_page_with(settings);
        {
            let mut sheet = Sheet { fonts, surface: drawn.surface() };
            draw(&mut sheet, &mut tree, page)?;
            sheet.surface.finish();
        }
        drawn.finish();
    }
    document.set_outline(outline);
    document.set_tag_tree(tree);
    Ok(document.finish()?)
}

fn metadata(title: &str, language: &str, at: Timestamp) -> Metadata {
    let offset = at.offset().local_minus_utc() / 60;
    let byte = |number: u32| u8::try_from(number).unwrap_or_default();
    let date = DateTime::new(u16::try_from(at.year()).unwrap_or_default())
        .month(byte(at.month()))
        .day(byte(at.day()))
        .hour(byte(at.hour()))
        .minute(byte(at.minute()))
        .second(byte(at.second()))
        .utc_offset_hour(i8::try_from(offset.div_euclid(60)).unwrap_or_default())
        .utc_offset_minute(u8::try_from(offset.rem_euclid(60)).unwrap_or_default());
    Metadata::new()
        .title(title.to_owned())
        .language(language.to_owned())
        .creator("Lixiao 离校".to_owned())
        .creation_date(date)
}
