//! Words for people: one file per language, and nothing said anywhere else.

mod en;
mod zh;

use std::sync::OnceLock;

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use domain::field::{FieldFault, FieldRule};
use domain::party::form::Warning;
use domain::refusal::Lack;
use domain::text::Lang;

use crate::batches::Batches;
use crate::problem::Problem;

/// How somebody is spoken to: in which language, and whom as the authority it names.
#[derive(Debug, Clone, Copy)]
pub struct Voice<'a> {
    /// The language.
    pub lang: Lang,
    /// What the university calls who has the last word.
    pub registrar: &'a str,
}

impl<'a> Voice<'a> {
    /// The voice of the university whose batches these are.
    pub fn of(batches: &'a Batches, lang: Lang) -> Self {
        let nobody = match lang {
            Lang::Zh => "教务部门",
            Lang::En => "registrar",
        };
        Self { lang, registrar: batches.university().map_or(nobody, |own| own.registrar().of(lang)) }
    }
}

/// The caller's language: of those that the university speaks the one that `Accept-Language` likes best, its first if
/// it asks for none of them.
pub fn language(headers: &HeaderMap, spoken: &[Lang]) -> Lang {
    let asked = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut best = (0.0, spoken.first().copied().unwrap_or_default());
    for entry in asked.split(',').take(20) {
        let (tag, rest) = entry.split_once(';').unwrap_or((entry, ""));
        let quality: f64 = rest.trim().strip_prefix("q=").map_or(1.0, |q| q.trim().parse().unwrap_or(0.0));
        let lang = match tag.trim().get(..2).map(str::to_ascii_lowercase).as_deref() {
            Some("zh") => Lang::Zh,
            Some("en") => Lang::En,
            _ => continue,
        };
        if quality > best.0 && spoken.contains(&lang) {
            best = (quality, lang);
        }
    }
    best.1
}

/// A page in the languages that the university speaks: what stands in it between `<!--zh-->` and `<!--/zh-->` is Chinese,
/// likewise English, and goes where nobody is spoken to so. `{lang}` becomes the tag of the first.
pub fn only_spoken(page: &str, spoken: &[Lang]) -> String {
    let mut kept = page.to_owned();
    for (lang, word) in [(Lang::Zh, "zh"), (Lang::En, "en")] {
        let (begin, end) = (format!("<!--{word}-->"), format!("<!--/{word}-->"));
        if spoken.contains(&lang) {
            kept = kept.replace(&begin, "").replace(&end, "");
        }
        while let Some((before, rest)) = kept.split_once(&begin) {
            let after = rest.split_once(&end).map_or("", |(_, after)| after);
            kept = format!("{before}{after}");
        }
    }
    kept.replace("{lang}", tag(spoken.first().copied().unwrap_or_default()))
}

/// A page that is kept in each choice of languages once it has been asked for: nothing of it is made per request.
pub struct SpokenPage {
    page: &'static str,
    /// By the first language, and whether there is another.
    made: [OnceLock<String>; 4],
}

impl SpokenPage {
    /// A page as [`only_spoken`] reads it.
    pub const fn of(page: &'static str) -> Self {
        Self { page, made: [const { OnceLock::new() }; 4] }
    }

    /// The page in the languages that a university speaks.
    pub fn in_languages(&self, spoken: &[Lang]) -> &str {
        let [zh, both, en, too] = &self.made;
        let made = match spoken {
            [] | [Lang::Zh] => zh,
            [Lang::Zh, ..] => both,
            [Lang::En] => en,
            [Lang::En, ..] => too,
        };
        made.get_or_init(|| only_spoken(self.page, spoken))
    }
}

/// The language's tag.
pub fn tag(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "zh-CN",
        Lang::En => "en",
    }
}

/// A problem in a few words.
pub(crate) fn title(problem: &Problem, lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => zh::title(problem),
        Lang::En => en::title(problem),
    }
}

/// A problem, and what to do.
pub(crate) fn detail(problem: &Problem, Voice { lang, registrar }: Voice<'_>) -> String {
    match lang {
        Lang::Zh => zh::detail(problem, registrar),
        Lang::En => en::detail(problem, registrar),
    }
}

/// What is wrong with a field, with what was read of it.
pub(crate) fn fault(fault: &FieldFault, lang: Lang) -> String {
    let rule = rule(&fault.rule, lang);
    match (&fault.read, lang) {
        (None, _) => rule,
        (Some(read), Lang::Zh) => format!("读到“{read}”，{rule}"),
        (Some(read), Lang::En) => format!("\"{read}\" {rule}"),
    }
}

/// What people call a field.
pub(crate) fn field(fault: &FieldFault, lang: Lang) -> String {
    match lang {
        Lang::Zh => {
            fault.name.as_ref().map_or_else(|| zh::field(&fault.field).into_owned(), |name| name.zh.clone())
        }
        Lang::En => {
            fault.name.as_ref().map_or_else(|| en::field(&fault.field).to_owned(), |name| name.en.clone())
        }
    }
}

/// A rule that a field breaks, and what to do.
fn rule(rule: &FieldRule, lang: Lang) -> String {
    match lang {
        Lang::Zh => zh::rule(rule),
        Lang::En => en::rule(rule),
    }
}

/// What looks odd about a party form, as a question.
pub(crate) fn warning(warning: Warning, lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => zh::warning(warning),
        Lang::En => en::warning(warning),
    }
}

/// Why a letter can't be handed out yet, and who issues it.
pub(crate) fn lack(lack: &Lack, lang: Lang) -> String {
    match lang {
        Lang::Zh => zh::lack(lack),
        Lang::En => en::lack(lack),
    }
}

/// Things in a row.
/// As many faults are said in one sentence.
const MOST_SAID: usize = 20;

/// Characters by their names: nobody sees most of them.
fn characters(taken: &[char], between: &str, blank: &str, comma: &str) -> String {
    let one = |c: &char| match c {
        ' ' | '\u{3000}' => blank.to_owned(),
        ',' => comma.to_owned(),
        c => format!("U+{:04X}", u32::from(*c)),
    };
    let mut said: Vec<String> = taken.iter().map(one).collect();
    said.dedup();
    list(&said, between)
}

fn list<T: std::fmt::Display>(things: &[T], between: &str) -> String {
    things.iter().map(ToString::to_string).collect::<Vec<_>>().join(between)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn chinese_comes_first_and_english_when_it_is_preferred() {
        for (asked, lang) in [
            ("", Lang::Zh),
            ("fr", Lang::Zh),
            ("en", Lang::En),
            ("en-GB,en;q=0.9", Lang::En),
            ("zh-CN,zh;q=0.9,en;q=0.8", Lang::Zh),
            ("en;q=0.5, zh;q=0.8", Lang::Zh),
            ("de, en;q=0.3", Lang::En),
            ("en;q=0", Lang::Zh),
            ("中", Lang::Zh),
        ] {
            let headers = match HeaderValue::from_str(asked) {
                Ok(value) => HeaderMap::from_iter([(ACCEPT_LANGUAGE, value)]),
                Err(_) => HeaderMap::new(),
            };
            assert_eq!(language(&headers, &Lang::ALL), lang, "{asked}");
            assert_eq!(language(&headers, &[Lang::En]), Lang::En, "{asked}: nothing else is spoken");
        }
    }

    #[test]
    fn a_page_keeps_the_languages_that_are_spoken() {
        let page =
            "<html lang=\"{lang}\"><!--zh-->请<!--/zh--> <!--en-->Please<!--/en--><!--zh-->。<!--/zh-->";
        assert_eq!(only_spoken(page, &Lang::ALL), "<html lang=\"zh-CN\">请 Please。");
        assert_eq!(only_spoken(page, &[Lang::En]), "<html lang=\"en\"> Please");
        assert_eq!(only_spoken(page, &[Lang::Zh]), "<html lang=\"zh-CN\">请 。");
    }
}
