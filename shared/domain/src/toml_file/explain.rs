//! Says in words why a file can't be read. The parser knows where it stopped; whoever wrote the file
//! wants to know which character, quote, bracket or heading is wrong, so that is looked for first.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::characters::{describe, instead};
use super::keys::{self, Form, TableOf};
use super::place::{Page, Whose, headings, short};
use super::scan::{Scan, scan};
use crate::fault::Fault;

/// The most faults of one file that are shown; a file saved wrongly has one on each line.
const MOST: usize = 20;

/// Why a file can't be read, given what was said when it was.
pub(crate) fn explain(
    form: &'static Form,
    text: &str,
    whose: Whose<'_>,
    error: &toml::de::Error,
) -> Vec<Fault> {
    let page = Page::of(form, text, whose);
    let (sample, (zh, en)) = (form.sample, form.of);
    let bare = |line: &str| line.trim().is_empty() || line.starts_with('#');
    if text.trim_start_matches('\u{feff}').lines().all(bare) {
        return vec![page.fault(
            0,
            format!("文件是空的，没有{zh}：照 {sample} 写，或删去此文件"),
            format!("the file is empty, there is no {en} in it: write it like {sample}, or remove it"),
        )];
    }
    let seen = page.by_eye();
    if !seen.is_empty() {
        return seen;
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    if let Some(error) = errors.first() {
        return vec![page.syntax(error)];
    }
    let keys = page.keys_at_fault("", table.span(), table.get_ref());
    if keys.is_empty() { vec![page.shape(error)] } else { first_of(keys) }
}

/// A file whose misspelt keys are as they were most likely meant, and whose other unknown ones are gone, each line where it
/// was: what else is wrong with it can then be told with them. `None` where that makes no file.
pub(crate) fn mended_keys(form: &'static Form, text: &str) -> Option<String> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let page = Page::of(form, text, Whose::default());
    let mut edits = Vec::new();
    if !errors.is_empty() || !page.edits("", table.get_ref(), &mut edits) || edits.is_empty() {
        return None;
    }
    edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    let mut mended = text.to_owned();
    for (span, instead) in edits {
        let gone = || text.get(span.clone()).unwrap_or_default().replace(|c| c != '\n', " ");
        let instead = instead.map_or_else(gone, str::to_owned);
        mended.replace_range(span, &instead);
    }
    Some(mended)
}

/// The faults of a file's keys with those that were found once they were mended, each line's first.
pub(crate) fn together(mut faults: Vec<Fault>, more: Vec<Fault>) -> Vec<Fault> {
    for fault in more {
        if faults.iter().all(|known| known.line != fault.line) {
            faults.push(fault);
        }
    }
    first_of(faults)
}

/// The first faults of a file, in its order, and each once.
fn first_of(mut faults: Vec<Fault>) -> Vec<Fault> {
    faults.sort_by_key(|fault| fault.line);
    faults.dedup();
    faults.truncate(MOST);
    faults
}

impl Page<'_> {
    /// The keys of a table that aren't known, and those that must be there and aren't; likewise of the tables in it. The
    /// reader stops at the first, and whoever writes the file wants to know of all.
    fn keys_at_fault(&self, name: &str, span: Range<usize>, table: &DeTable<'_>) -> Vec<Fault> {
        let Some(form) = self.form.table(name).filter(|_| self.form.open(name).is_none()) else {
            return Vec::new();
        };
        let known: Vec<&str> = form.keys().collect();
        let required = self.form.required.iter().filter(|(of, _)| *of == name).flat_map(|(_, keys)| *keys);
        let missing = required.filter(|key| !table.contains_key(**key));
        let mut faults: Vec<Fault> = missing.map(|key| self.missing_key(&span, key)).collect();
        for (key, value) in table {
            let word: &str = key.get_ref();
            if !known.contains(&word) {
                faults.push(self.unknown_key(&key.span(), word, &known));
                continue;
            }
            let inside = if name.is_empty() { word.to_owned() } else { format!("{name}.{word}") };
            match value.get_ref() {
                DeValue::Table(table) => faults.extend(self.keys_at_fault(&inside, value.span(), table)),
                DeValue::Array(values) => faults.extend(values.iter().flat_map(|one| match one.get_ref() {
                    DeValue::Table(table) => self.keys_at_fault(&inside, one.span(), table),
                    _ => Vec::new(),
                })),
                _ => {}
            }
        }
        faults
    }

    /// What makes the keys of a table known ones, and of the tables in it: a word in the place of another, or of a whole
    /// setting nothing. `false` where a whole table is in the way.
    fn edits(
        &self,
        name: &str,
        table: &DeTable<'_>,
        edits: &mut Vec<(Range<usize>, Option<&'static str>)>,
    ) -> bool {
        let Some(form) = self.form.table(name).filter(|_| self.form.open(name).is_none()) else {
            return true;
        };
        table.iter().all(|(key, value)| {
            let word: &str = key.get_ref();
            if !form.keys().any(|known| known == word) {
                let free = form.keys().filter(|known| !table.contains_key(*known));
                let meant = keys::nearest(word, free);
                let end = if meant.is_some() { key.span().end } else { value.span().end };
                edits.push((key.span().start..end, meant));
                return !matches!(value.get_ref(), DeValue::Table(_)) || meant.is_some();
            }
            let inside = if name.is_empty() { word.to_owned() } else { format!("{name}.{word}") };
            match value.get_ref() {
                DeValue::Table(table) => self.edits(&inside, table, edits),
                DeValue::Array(values) => values.iter().all(|one| match one.get_ref() {
                    DeValue::Table(table) => self.edits(&inside, table, edits),
                    _ => true,
                }),
                _ => true,
            }
        })
    }

    /// What can be seen without understanding the file, one fault a line.
    fn by_eye(&self) -> Vec<Fault> {
        let Scan { strays, open_texts, open_brackets, lone_brackets, headers, .. } = scan(self.text);
        let mut faults: BTreeMap<usize, Fault> = BTreeMap::new();
        let strays = strays.into_iter().filter(|(at, c)| (*at, *c) != (0, '\u{feff}'));
        let strays = strays.map(|(at, c)| self.stray(at, c));
        let open_texts = open_texts.into_iter().map(|at| self.open_text(at));
        let open_brackets = open_brackets.into_iter().map(|at| self.open_bracket(at));
        let lone_brackets = lone_brackets.into_iter().map(|at| self.lone_bracket(at));
        let headers = headers.into_iter().filter_map(|(at, header)| self.heading(at, header));
        for fault in strays.chain(open_texts).chain(open_brackets).chain(lone_brackets).chain(headers) {
            faults.entry(fault.line).or_insert(fault);
        }
        faults.into_values().take(MOST).collect()
    }

    /// A character outside texts and comments.
    fn stray(&self, at: usize, c: char) -> Fault {
        let (before, _) = self.split(at);
        if let Some(better) = instead(c) {
            return self.look_alike(at, c, better);
        }
        if before.trim_start().starts_with('[') {
            return self.unknown_heading(at, self.setting(at));
        }
        if !before.contains('=') {
            return self.no_key(at);
        }
        if before.contains(['"', '\'']) { self.left_over(at) } else { self.value_fault(at, None) }
    }

    /// A character that looks like the right one, or like nothing.
    fn look_alike(&self, at: usize, c: char, better: &str) -> Fault {
        let (before, after) = self.split(at);
        let (column, named) = (self.column(at), describe(c));
        let line = format!("{before}{}", mended(after));
        let setting = line.split('#').next().unwrap_or_default().trim();
        // What joins a key and its value is an equals sign; a heading has the brackets of its table.
        let (better, line) = match (better, setting.split_once(':')) {
            (":", Some((key, value))) if is_key(key) && before.trim() == key.trim() => {
                ("=", format!("{} = {}", key.trim(), value.trim()))
            }
            _ => (better, line.clone()),
        };
        let table = setting.trim_matches(['[', ']', ' ']);
        let table = self.form.table(table).filter(|_| setting.starts_with('[') && !setting.contains('='));
        let heading = table.map(TableOf::heading);
        let setting = line.split('#').next().unwrap_or_default().trim();
        let line = if let Some(heading) = heading {
            heading
        } else if setting.is_empty() {
            short(line.trim())
        } else {
            setting.to_owned()
        };
        let (zh, en) = match better {
            "" => ("：删去它".to_owned(), ": delete it".to_owned()),
            " " => ("：改成普通空格".to_owned(), ": write an ordinary space".to_owned()),
            _ => (
                format!("，应为半角的 {better}：写成 {line}"),
                format!(" where {better} belongs: write {line}"),
            ),
        };
        self.fault(
            at,
            format!("第 {column} 列是{}{zh}", named.zh),
            format!("column {column} has {}{en}", named.en),
        )
    }

    /// A text that begins and never ends.
    fn open_text(&self, at: usize) -> Fault {
        let (before, rest) = self.split(at);
        let column = self.column(at);
        let quote = if rest.starts_with('\'') { '\'' } else { '"' };
        // Advisor's, or 2018-01", without a quote before it.
        let value = before.rsplit('=').next().unwrap_or_default();
        if !value.contains(['"', '\'']) && value.trim_end().ends_with(|c: char| c.is_alphanumeric()) {
            return self.value_fault(at, None);
        }
        // An earlier text of the line, closed by what only looks like a quote, has taken this one's beginning for its end.
        if let Some((looks_so, c)) =
            before.char_indices().find(|(_, c)| !c.is_ascii() && instead(*c) == Some("\""))
            && let Some(begins) = before[..looks_so].rfind('"')
        {
            let (column, named) = (before[..begins].chars().count() + 1, describe(c));
            return self.fault(
                at,
                format!("第 {column} 列的引号 \" 没有关上，{}关不上它：在文字末尾写 \"", named.zh),
                format!(
                    "the quote \" in column {column} is never closed, {} doesn't close it: put \" at the end of the text",
                    named.en
                ),
            );
        }
        if rest.trim().len() == 1 && before.contains(quote) {
            return self.fault(
                at,
                format!("第 {column} 列的引号 {quote} 多余：删去它"),
                format!("the quote {quote} in column {column} is one too many: delete it"),
            );
        }
        let no_end = |c: &char| instead(*c) == Some("\"") || (matches!(c, '"' | '\'') && *c != quote);
        let (zh, en) = rest.chars().skip(1).find(no_end).map_or_else(Default::default, |c| {
            let named = describe(c);
            (format!("，{}关不上它", named.zh), format!(", {} doesn't close it", named.en))
        });
        self.fault(
            at,
            format!("第 {column} 列的引号 {quote} 没有关上{zh}：在文字末尾补上 {quote}"),
            format!(
                "the quote {quote} in column {column} is never closed{en}: put {quote} at the end of the text"
            ),
        )
    }

    fn open_bracket(&self, at: usize) -> Fault {
        let (open, close) = if self.split(at).1.starts_with('[') { ('[', ']') } else { ('{', '}') };
        let column = self.column(at);
        self.fault(
            at,
            format!("第 {column} 列的括号 {open} 没有关上：在末尾补上 {close}"),
            format!("the bracket {open} in column {column} is never closed: put {close} at its end"),
        )
    }

    fn lone_bracket(&self, at: usize) -> Fault {
        let (open, close) = if self.split(at).1.starts_with(']') { ('[', ']') } else { ('{', '}') };
        let column = self.column(at);
        self.fault(
            at,
            format!("第 {column} 列的括号 {close} 前面没有 {open}：补上 {open}，或删去 {close}"),
            format!(
                "the bracket {close} in column {column} has no {open} before it: put {open} there, or delete {close}"
            ),
        )
    }

    /// What is wrong with a heading, if anything.
    fn heading(&self, at: usize, header: &str) -> Option<Fault> {
        let rest = header.split_once(']').map_or("", |(_, rest)| rest.trim_start_matches([']', ' ']));
        if !rest.is_empty() {
            return Some(self.fault(
                at,
                format!("标题后面不能再写别的：把“{rest}”移到下一行"),
                format!("a heading has its line for itself: move \"{rest}\" to the next"),
            ));
        }
        let parts = header.trim_matches(['[', ']', ' ', '\t']).split('.');
        let name = parts.map(|part| part.trim_matches([' ', '"', '\''])).collect::<Vec<_>>().join(".");
        // `when` may be a table of its own.
        if name.split('.').any(|part| part == "when" || part == "not") || self.form.open(&name).is_some() {
            return None;
        }
        match self.form.table(&name).filter(|table| !table.name.is_empty()) {
            None => Some(self.unknown_heading(at, header)),
            Some(table) if table.heading() == header.replace([' ', '"', '\''], "") => None,
            Some(table) => Some(self.fault(
                at,
                format!("标题 {header} 的方括号不对：写成 {}", table.heading()),
                format!("the heading {header} has the wrong brackets: write {}", table.heading()),
            )),
        }
    }

    fn unknown_heading(&self, at: usize, header: &str) -> Fault {
        let name = header.trim_matches(['[', ']', ' ', '\t']);
        let tail = format!(".{name}");
        let meant = self.form.tables.iter().find(|table| table.name.ends_with(&tail)).or_else(|| {
            let names = self.form.tables.iter().map(|table| table.name).filter(|name| !name.is_empty());
            keys::nearest(name, names).and_then(|name| self.form.table(name))
        });
        let (zh, en) = match meant {
            Some(table) => {
                (format!("是否应为 {}", table.heading()), format!("did you mean {}", table.heading()))
            }
            None => {
                let all = headings(self.form.tables);
                (format!("可用的有 {all}"), format!("there are {all}"))
            }
        };
        self.fault(
            at,
            format!("没有 {header} 这样的标题：{zh}"),
            format!("there is no heading {header}: {en}"),
        )
    }
}

/// Whether a text can be a key.
fn is_key(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

/// A line's rest with the characters that TOML wants; what comes after # may hold any.
fn mended(rest: &str) -> String {
    let mut remark = false;
    let chars = rest.chars().map(|c| {
        let better = instead(c).filter(|_| !remark && !c.is_ascii());
        remark |= c == '#' || better == Some("#");
        better.map_or_else(|| c.to_string(), str::to_owned)
    });
    chars.collect()
}
