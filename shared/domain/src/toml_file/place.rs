//! Where in an unreadable file a byte is: its line, its column, the key before it, the table around it.

use super::keys::{Form, TableOf};
use super::lines::Lines;
use crate::fault::Fault;
use crate::text::{Lang, Text};
use crate::zone::Zone;

/// A file that could not be read.
pub(crate) struct Page<'a> {
    pub(crate) form: &'static Form,
    pub(crate) text: &'a str,
    pub(crate) whose: Whose<'a>,
    lines: Lines,
}

/// What is known of the university whose file it is, for examples that fit it.
#[derive(Clone, Copy, Default)]
pub(crate) struct Whose<'a> {
    /// The only language that its texts are in, if there is but one.
    pub(crate) only: Option<Lang>,
    /// The zone in which its instants are meant.
    pub(crate) zone: Option<&'a Zone>,
}

impl<'a> Whose<'a> {
    /// A university's that has been read.
    pub(crate) fn of(languages: &[Lang], zone: &'a Zone) -> Self {
        let only = if let [only] = languages { Some(*only) } else { None };
        Self { only, zone: Some(zone) }
    }

    /// That of its own file, as far as one can see.
    pub(crate) fn said_in(text: &str) -> Self {
        let line = text.lines().find(|line| line.trim_start().starts_with("languages")).unwrap_or_default();
        let line = line.split('#').next().unwrap_or_default();
        let only = match (line.contains("\"zh\""), line.contains("\"en\"")) {
            (true, false) => Some(Lang::Zh),
            (false, true) => Some(Lang::En),
            _ => None,
        };
        Self { only, zone: None }
    }
}

impl<'a> Page<'a> {
    pub(crate) fn of(form: &'static Form, text: &'a str, whose: Whose<'a>) -> Self {
        Self { form, text, whose, lines: Lines::of(text) }
    }

    /// A fault at a byte.
    pub(crate) fn fault(&self, at: usize, zh: impl Into<String>, en: impl Into<String>) -> Fault {
        Fault::unsound(self.lines.at(&(at..at)), Text { zh: zh.into(), en: en.into() })
    }

    /// Where the line of a byte begins and ends, without its end of line.
    fn bounds(&self, at: usize) -> (usize, usize) {
        let at = self.floor(at);
        let start = self.text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let end = self.text[at..].find('\n').map_or(self.text.len(), |length| at + length);
        (start, start + self.text[start..end].trim_end_matches('\r').len())
    }

    /// The next beginning of a character at or before a byte.
    pub(crate) fn floor(&self, at: usize) -> usize {
        (0..=at.min(self.text.len())).rev().find(|at| self.text.is_char_boundary(*at)).unwrap_or(0)
    }

    /// The whole line of a byte.
    pub(crate) fn line(&self, at: usize) -> &'a str {
        let (start, end) = self.bounds(at);
        &self.text[start..end]
    }

    /// The line of a byte without spaces around it and without its comment.
    pub(crate) fn setting(&self, at: usize) -> &'a str {
        self.line(at).split('#').next().unwrap_or_default().trim()
    }

    /// The line up to a byte, and from it on.
    pub(crate) fn split(&self, at: usize) -> (&'a str, &'a str) {
        let (start, end) = self.bounds(at);
        let at = self.floor(at).clamp(start, end);
        (&self.text[start..at], &self.text[at..end])
    }

    /// The column of a byte in characters, from 1.
    pub(crate) fn column(&self, at: usize) -> usize {
        self.split(at).0.chars().count() + 1
    }

    /// The key at the beginning of a byte's line.
    pub(crate) fn first_word(&self, at: usize) -> &'a str {
        let line = self.line(at).trim_start();
        let ends = |c: char| c.is_whitespace() || matches!(c, '=' | '＝' | ':' | '：');
        &line[..line.find(ends).unwrap_or(line.len())]
    }

    /// The key whose value a byte is in.
    pub(crate) fn key(&self, at: usize) -> &'a str {
        let before = &self.text[..self.floor(at)];
        let Some(equals) = before.rfind('=') else { return "" };
        let word = before[..equals].trim_end_matches(['=', ' ', '\t']);
        let other = |c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-'));
        let begins =
            word.rfind(other).map_or(0, |at| at + word[at..].chars().next().map_or(1, char::len_utf8));
        &word[begins..]
    }

    /// The value around a byte, as far as one can tell.
    pub(crate) fn value(&self, at: usize) -> &'a str {
        let (before, after) = self.split(at);
        let begins = before.rfind(['=', '[', '{', ',']).map_or(0, |at| at + 1);
        let ends = after.find([',', ']', '}', '#']).unwrap_or(after.len());
        let (start, _) = self.bounds(at);
        self.text[start + begins..start + before.len() + ends].trim()
    }

    /// The table that a byte stands in: the last heading above it. Empty above every heading.
    pub(crate) fn table(&self, at: usize) -> &'a str {
        let (_, end) = self.bounds(at);
        self.text[..end].lines().rev().find_map(heading).unwrap_or_default()
    }

    /// Lines that set a key, by where they begin.
    pub(crate) fn settings(&self, key: &str) -> impl Iterator<Item = usize> {
        let starts = std::iter::once(0).chain(self.text.match_indices('\n').map(|(at, _)| at + 1));
        starts.filter(move |at| self.first_word(*at) == key && self.line(*at).contains('='))
    }

    /// A table by how it is called in a sentence; in Chinese with the space that Latin letters have after them.
    pub(crate) fn called(&self, name: &str) -> Text {
        let heading = match self.form.table(name) {
            _ if name.is_empty() => {
                return Text { zh: "文件开头".to_owned(), en: "the top of the file".to_owned() };
            }
            Some(table) => table.heading(),
            None => format!("[{name}]"),
        };
        Text { zh: format!("{heading} "), en: heading }
    }
}

/// The name in a heading.
fn heading(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let name = line.trim_start_matches(['[', ' ']);
    let name = &name[..name.find([']', '#']).unwrap_or(name.len())];
    (line.starts_with('[') && name.starts_with(|c: char| c.is_ascii_alphabetic())).then(|| name.trim())
}

/// Headings in a sentence.
pub(crate) fn headings<'a>(tables: impl IntoIterator<Item = &'a TableOf>) -> String {
    let headings = tables.into_iter().filter(|table| !table.name.is_empty()).map(TableOf::heading);
    headings.collect::<Vec<_>>().join(", ")
}

/// The instant at which a batch's file says that it closes, as an example for others.
pub(crate) fn instant_of(text: &str) -> Option<&str> {
    let mut values = text.lines().filter_map(|line| {
        let line = line.trim_start().strip_prefix("closes")?.trim_start().strip_prefix('=')?;
        Some(line.split('#').next().unwrap_or_default().trim())
    });
    let whole = |value: &&str| value.parse::<toml::value::Datetime>().is_ok_and(|at| at.offset.is_some());
    values.find(whole)
}

/// As much of a text as fits into a sentence.
pub(crate) fn short(text: &str) -> String {
    let first = text.lines().next().unwrap_or_default();
    match first.char_indices().nth(40) {
        Some((at, _)) => format!("{}…", &first[..at]),
        None => first.to_owned(),
    }
}
