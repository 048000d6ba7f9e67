//! Words in the two languages of the interface.

use serde::Serialize;
use unicode_normalization::UnicodeNormalization as _;

/// The caller's language; Chinese comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// Chinese, `zh-CN`.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// Every language.
    pub const ALL: [Lang; 2] = [Lang::Zh, Lang::En];
}

/// One text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Text {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Text {
    /// The text in one language.
    pub fn of(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

/// A text as somebody looks for it: full width or half width, without spaces, whatever the case. A scanner, an
/// input method and a sheet each write a number or a name in their own way.
pub fn searched(text: &str) -> String {
    text.nfkc().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// As many characters of a number's end are looked for; fewer would find half of the batch.
const SHORTEST_END: usize = 3;

/// Whether what somebody types is about a person: the beginning or the end of their number, or a part of their name.
pub fn is_about(number: &str, name: &str, typed: &str) -> bool {
    let typed = searched(typed);
    let number = number.to_lowercase();
    number.starts_with(&typed)
        || (typed.chars().count() >= SHORTEST_END && number.ends_with(&typed))
        || searched(name).contains(&typed)
}

#[cfg(test)]
mod tests {
    use super::is_about;

    #[test]
    fn a_person_is_found_by_a_number_s_ends_and_by_a_name_however_it_is_typed() {
        let found = |typed| is_about("20151104027", "阿依古丽 买买提", typed);
        for typed in [
            "2015",
            "4027",
            "027",
            "２０１５１１０４０２７",
            "2015 1104 027",
            "古丽买买",
            "阿依古丽 买买提",
            "",
        ] {
            assert!(found(typed), "{typed}");
        }
        for typed in ["27", "151104", "买提古丽", "4028"] {
            assert!(!found(typed), "{typed}");
        }
        assert!(is_about("W0001", "Ana María", "w0001"));
        assert!(is_about("W0001", "Ana María", "anam"));
    }
}

/// A step or part, and what people call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named<T> {
    /// Its number or id.
    pub id: T,
    /// Its name.
    pub name: Text,
}
