//! A file that is TOML and not what it should be: keys that aren't there or aren't known, values of another kind.

use std::ops::Range;

use super::keys::{self, Kind};
use super::place::{Page, headings, short};
use crate::fault::Fault;
use crate::text::Text;

impl Page<'_> {
    /// What stands in the way.
    pub(crate) fn shape(&self, error: &toml::de::Error) -> Fault {
        let span = error.span().unwrap_or(0..0);
        let message = error.message();
        let words: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
        match (message, words.as_slice()) {
            (m, [field, known @ ..]) if m.starts_with("unknown field") => {
                self.unknown_key(&span, field, known)
            }
            (m, [field]) if m.starts_with("missing field") => self.missing_key(&span, field),
            (m, [word, known @ ..]) if m.starts_with("unknown variant") => {
                self.unknown_word(&span, word, known)
            }
            (m, _) if m.starts_with("invalid value: integer") => self.out_of_range(&span),
            (m, _) if m.starts_with("duplicate field") => self.twice(span.start),
            (m, _)
                if ["invalid type", "invalid length", "invalid value: map", "wanted"]
                    .iter()
                    .any(|kind| m.starts_with(kind)) =>
            {
                self.wrong_kind(&span, message)
            }
            _ => self.unreadable(span.start, message),
        }
    }

    /// A key of another table under the heading above a byte.
    pub(crate) fn stray_beside(&self, at: usize) -> Option<usize> {
        let table = self.table(at);
        let above = self.text[..self.floor(at)].rfind("\n[")? + 1;
        let at = self.floor(at);
        let end = self.text[at..].find("\n[").map_or(self.text.len(), |length| at + length);
        let starts = self.text[above..end].match_indices('\n').map(|(line, _)| above + line + 1);
        let is_stray = |line: &usize| {
            let owners = self.form.tables_with(self.first_word(*line));
            self.line(*line).contains('=')
                && !owners.is_empty()
                && owners.iter().all(|owner| owner.name != table)
        };
        starts.into_iter().find(is_stray)
    }

    pub(crate) fn unknown_key(&self, span: &Range<usize>, key: &str, known: &[&str]) -> Fault {
        let at = span.start;
        let before = self.split(at).0;
        let inline = before.rfind('{').map(|brace| self.key(at - before.len() + brace));
        let here = inline.map_or_else(
            || self.called(self.table(at)),
            |outer| Text { zh: format!("{outer} "), en: outer.to_owned() },
        );
        let elsewhere = self.form.tables_with(key);
        let (zh, en) = if !elsewhere.is_empty() && inline.is_none() {
            let there = headings(elsewhere);
            let (zh, en) =
                if there.is_empty() { ("文件开头", "the top of the file") } else { (&*there, &*there) };
            (
                format!("它属于 {zh}；把它移过去，或在它上面补上那一节的标题"),
                format!("it belongs to {en}; move it there, or put that heading above it"),
            )
        } else if let Some(meant) = keys::nearest(key, known.iter().copied()) {
            (format!("是否应为 {meant}"), format!("did you mean {meant}"))
        } else {
            let all = known.join(", ");
            (format!("这里可用的有 {all}"), format!("here are known {all}"))
        };
        self.fault(
            at,
            format!("{}里没有 {key} 这个键：{zh}", here.zh),
            format!("{} has no key {key}: {en}", here.en),
        )
    }

    pub(crate) fn missing_key(&self, span: &Range<usize>, key: &str) -> Fault {
        // The key may be there, under another heading, because its own is lost.
        let owners = self.form.tables_with(key);
        let stray = self.settings(key).find(|at| {
            let table = self.table(*at);
            owners.iter().all(|owner| owner.name != table)
        });
        if let Some(at) = stray {
            let (here, there) = (self.called(self.table(at)), headings(owners));
            return self.fault(
                at,
                format!("{key} 属于 {there}，这里却是{}：在它上面补上标题 {there}", here.zh),
                format!(
                    "{key} belongs to {there}, and this is {}: put the heading {there} above it",
                    here.en
                ),
            );
        }
        let table = if self.setting(span.start).starts_with('[') { self.table(span.start) } else { "" };
        let here = self.called(table);
        let example = self.example(table, key);
        let purpose = self.form.purposes.iter().find(|(of, ..)| *of == key);
        let (for_zh, for_en) = purpose
            .map_or_else(Default::default, |(_, zh, en)| (format!("（{zh}）"), format!(", which says {en}")));
        self.fault(
            span.start,
            format!("{}缺少 {key}{for_zh}：添上 {example}", here.zh),
            format!("{} lacks the key {key}{for_en}: add {example}", here.en),
        )
    }

    fn unknown_word(&self, span: &Range<usize>, word: &str, known: &[&str]) -> Fault {
        if !self.split(span.start).1.starts_with(['"', '\'']) {
            return self.unknown_key(span, word, known);
        }
        let key = self.key(span.start);
        let (all, nearest) = (known.join(", "), keys::nearest(word, known.iter().copied()));
        let (zh, en) = match nearest {
            Some(meant) => {
                (format!("是否应为 {meant}？可用 {all}"), format!("did you mean {meant}? there are {all}"))
            }
            None => (format!("用 {all} 之一"), format!("use one of {all}")),
        };
        self.fault(
            span.start,
            format!("{key} 里没有“{word}”这个词：{zh}"),
            format!("{key} knows no \"{word}\": {en}"),
        )
    }

    fn out_of_range(&self, span: &Range<usize>) -> Fault {
        let value = short(self.text.get(span.clone()).unwrap_or_default());
        let key = self.key(span.start);
        let (least, most) = match key {
            "digits" => (0, 4),
            "window_days" | "letter_days" => (1, 60),
            "letter_valid_days" => (1, 366),
            _ => (1, 255),
        };
        self.fault(
            span.start,
            format!("{key} 的值 {value} 超出范围：写 {least} 到 {most} 之间的整数"),
            format!("{key}: {value} is out of range: write a whole number from {least} to {most}"),
        )
    }

    fn wrong_kind(&self, span: &Range<usize>, message: &str) -> Fault {
        let at = span.start;
        let value = short(self.text.get(span.clone()).unwrap_or_default().trim());
        let starts_line = self.split(at).0.trim().is_empty();
        let key = if starts_line {
            self.first_word(at).split('.').next().unwrap_or_default()
        } else {
            self.key(at)
        };
        // Under a heading whose keys are the university's words, another heading has got lost.
        if self.form.open(self.table(at)).is_some() && !self.form.tables_with(key).is_empty() {
            return self.unknown_key(span, key, &[]);
        }
        let known = self.known(self.table(at), key).filter(|_| !(starts_line && value.starts_with('[')));
        let Some((kind, example)) = known else { return self.unreadable(at, message) };
        let noun = self.noun(kind);
        let own = self.rewritten(kind, &value);
        let bare = matches!(kind, Kind::Number | Kind::Timestamp | Kind::Date | Kind::YesNo);
        let (zh, en) = if bare && value.starts_with(['"', '\'']) {
            ("，不加引号", ", without quotes")
        } else {
            ("", "")
        };
        if let Some(own) = own {
            return self.fault(
                at,
                format!("{key} 的值 {value} 不对，应为{}{zh}：写成 {key} = {own}", noun.zh),
                format!("{key} can't be {value}, it must be {}{en}: write {key} = {own}", noun.en),
            );
        }
        self.fault(
            at,
            format!("{key} 的值 {value} 不对，应为{}{zh}：写成 {key} = {example} 的样子", noun.zh),
            format!("{key} can't be {value}, it must be {}{en}: write it like {key} = {example}", noun.en),
        )
    }
}
