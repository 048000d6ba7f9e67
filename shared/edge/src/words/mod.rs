//! Words for people: one file per language, and nothing said anywhere else.

mod en;
mod zh;

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use domain::field::FieldRule;
use domain::party::form::Warning;
use domain::text::Lang;

use crate::problem::Problem;

/// The caller's language: the first of Chinese and English that `Accept-Language` asks for,
/// Chinese if it asks for neither.
pub fn language(headers: &HeaderMap) -> Lang {
    let asked = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut best = (0.0, Lang::Zh);
    for entry in asked.split(',').take(20) {
        let (tag, rest) = entry.split_once(';').unwrap_or((entry, ""));
        let quality: f64 = rest.trim().strip_prefix("q=").map_or(1.0, |q| q.trim().parse().unwrap_or(0.0));
        let lang = match tag.trim().get(..2).map(str::to_ascii_lowercase).as_deref() {
            Some("zh") => Lang::Zh,
            Some("en") => Lang::En,
            _ => continue,
        };
        if quality > best.0 {
            best = (quality, lang);
        }
    }
    best.1
}

/// The language's tag.
pub(crate) fn tag(lang: Lang) -> &'static str {
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
pub(crate) fn detail(problem: &Problem, lang: Lang) -> String {
    match lang {
        Lang::Zh => zh::detail(problem),
        Lang::En => en::detail(problem),
    }
}

/// A rule that a field breaks, and what to do.
pub(crate) fn rule(rule: &FieldRule, lang: Lang) -> String {
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

/// Why the letter can't be handed out yet, and who issues it.
pub(crate) fn letter_not_issued(form: bool, lang: Lang) -> String {
    let words = match lang {
        Lang::Zh => zh::letter_not_issued(form),
        Lang::En => en::letter_not_issued(form),
    };
    words.to_owned()
}

/// Things in a row.
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
            assert_eq!(language(&headers), lang, "{asked}");
        }
    }
}
