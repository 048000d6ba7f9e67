//! The rules of texts as regular expressions, in the words of ECMA 262 that JSON Schema has: whoever describes what
//! may be sent says the same as the rules that read it. Each stands beside its rule in a test.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization as _;

use crate::field::{PRINTABLE, is_printable};
use crate::text::is_unseen;

/// A number of a student or of anybody else: [`crate::ids::StudentId`], [`crate::ids::PersonId`].
pub const NUMBER: &str = "^[A-Za-z0-9._/-]{1,32}$";
/// Who somebody is, where nothing else says their kind: a number alone, or behind its kind ([`crate::university::Numbers::person`]).
pub const PERSON: &str = "^(?:(?:student|staff|external|machine):)?[A-Za-z0-9._/-]{1,32}$";
/// A batch: [`crate::ids::BatchId`].
pub const BATCH: &str = "^[0-9](?:[a-z0-9-]{0,18}[a-z0-9])?$";
/// An office, a part, an import: [`crate::ids::OfficeId`], [`crate::ids::PartId`], [`crate::ids::ImportId`].
pub const WORD: &str = "^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$";
/// A telephone of a form, or none.
pub const PHONE: &str = "^(?:[0-9+()/-][0-9 +()/-]{1,28}[0-9+()/-])?$";
/// A day, as it is written here; [`crate::cell::day`] knows other ways too.
pub const DAY: &str = "^(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$";
/// The first digit of an instant that a decision may name.
pub const SINCE_2000: &str = "^[2-9]";

/// A text of people's words, which may have lines ([`crate::field::check_words`]).
pub static WORDS: LazyLock<String> = LazyLock::new(|| format!("^(?:\\r\\n|[^{}])*$", *NO_WORDS));

/// The same with something in it.
pub static SOME_WORDS: LazyLock<String> = LazyLock::new(|| {
    let no = &*NO_WORDS;
    format!("^(?:\\r\\n|[^{no}])*[^\\s{no}](?:\\r\\n|[^{no}])*$")
});

/// A text of one line ([`crate::field::check_line`]).
pub static LINE: LazyLock<String> = LazyLock::new(|| {
    let (all, seen) = (class(printable(), in_line), class(printable(), |c| in_line(c) && !c.is_whitespace()));
    format!("^[{all}]*[{seen}][{all}]*$")
});

/// A line of a letter: it is taken in the one form that full and half width have in common, and without the full stop
/// or colon that the letter has already, so there must be something else in it.
pub static LETTER_LINE: LazyLock<String> = LazyLock::new(|| {
    let (all, kept) = (&*IN_LETTER, class(printable(), |c| in_letter(c) && !is_left_off(c)));
    format!("^[{all}]*[{kept}][{all}]*$")
});

/// The same, or nothing.
pub static LETTER_LINE_OR_NONE: LazyLock<String> = LazyLock::new(|| format!("^[{}]*$", *IN_LETTER));

static NO_WORDS: LazyLock<String> = LazyLock::new(|| class('\0'..=char::MAX, |c| !in_words(c)));
static IN_LETTER: LazyLock<String> = LazyLock::new(|| class(printable(), in_letter));

fn printable() -> impl Iterator<Item = char> {
    let ranges: BTreeSet<(char, char)> = PRINTABLE.into();
    ranges.into_iter().flat_map(|(first, last)| first..=last)
}

fn in_words(c: char) -> bool {
    !is_unseen(c) && (!c.is_control() || matches!(c, '\n' | '\t'))
}

fn in_line(c: char) -> bool {
    is_printable(c) && !is_unseen(c)
}

/// Whether a character can be printed and becomes one that can, and no more than one.
fn in_letter(c: char) -> bool {
    let mut folded = std::iter::once(c).nfkc();
    in_line(c) && folded.next().is_some_and(in_line) && folded.next().is_none()
}

fn is_left_off(c: char) -> bool {
    std::iter::once(c).nfkc().all(|c| c.is_whitespace() || ":。.,，;".contains(c))
}

/// The inside of a class of these characters, which are in order.
fn class(of: impl IntoIterator<Item = char>, has: impl Fn(char) -> bool) -> String {
    let mut ranges: Vec<(char, char)> = Vec::new();
    for c in of.into_iter().filter(|c| has(*c)) {
        match ranges.last_mut() {
            // No range runs over the surrogates, which are characters in no language of ours.
            Some((_, last)) if u32::from(*last) + 1 == u32::from(c) => *last = c,
            _ => ranges.push((c, c)),
        }
    }
    let range = |(first, last): &(char, char)| {
        if first == last { written(*first) } else { format!("{}-{}", written(*first), written(*last)) }
    };
    ranges.iter().map(range).collect()
}

/// A character as every dialect of regular expressions reads it: those beyond four hexadecimal digits stand as they are.
fn written(c: char) -> String {
    match u32::from(c) {
        code @ 0..=0xff => format!("\\x{code:02x}"),
        code @ 0x100..=0xffff => format!("\\u{code:04x}"),
        _ => c.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::*;
    use crate::cell::day as read_date;
    use crate::field::{check_line, check_words, is_phone};
    use crate::ids::{BatchId, ImportId, StudentId};
    use crate::party::form::FormRequest;
    use crate::refusal::Refusal;
    use crate::university::Numbers;

    fn pattern(text: &str) -> Regex {
        Regex::new(text).unwrap()
    }

    /// Every character there is, by itself and between two others.
    fn texts() -> impl Iterator<Item = String> {
        let characters = ('\0'..='\u{3ffff}').chain('\u{dfff0}'..='\u{e0200}');
        characters.flat_map(|c| [c.to_string(), format!("一{c}二")])
    }

    #[test]
    fn a_text_of_words_or_of_one_line_is_the_rules_own() {
        let (words, line) = (pattern(&SOME_WORDS), pattern(&LINE));
        for text in texts() {
            // Lines may end as Windows ends them, and what surrounds a reason is taken away before it is read.
            let only_ends = text.contains('\r');
            assert!(only_ends || words.is_match(&text) == check_words("", &text, 500).is_ok(), "{text:?}");
            assert_eq!(line.is_match(&text), check_line("", &text, 60).is_ok(), "{text:?}");
        }
        assert!(pattern(&WORDS).is_match("") && pattern(&WORDS).is_match("一\r\n二"));
        assert!(!pattern(&WORDS).is_match("一\r二"));
    }

    #[test]
    fn what_a_letters_line_allows_is_taken_and_no_longer_than_it_was() {
        let (line, rest) = (pattern(&LETTER_LINE), pattern(&LETTER_LINE_OR_NONE));
        for c in '\0'..='\u{2ffff}' {
            let becomes: String = std::iter::once(c).nfkc().collect();
            // Of the tens of thousands that stay what they are, some do for all.
            if c > '\u{3400}' && becomes.starts_with(c) && u32::from(c) % 61 != 0 {
                continue;
            }
            for text in [c.to_string(), c.to_string().repeat(60), format!("一{c}二")] {
                let asked = FormRequest { heading: text.clone(), ..FormRequest::default() };
                let Err(Refusal::InvalidFields(faults)) = asked.read() else {
                    panic!("nothing else is filled in")
                };
                let taken = !faults.iter().any(|fault| fault.field == "heading");
                assert!(taken || !line.is_match(&text), "{text:?}: {faults:?}");
                // Forbidden and yet taken is only what becomes something else, or several characters.
                let other = !in_line(c) || becomes.chars().count() > 1;
                assert!(!taken || line.is_match(&text) || other, "{text:?}");
                assert!(!line.is_match(&text) || rest.is_match(&text));
            }
        }
    }

    #[test]
    fn numbers_and_names_are_the_rules_own() {
        let [number, person, batch, word] = [NUMBER, PERSON, BATCH, WORD].map(pattern);
        let numbers = Numbers::default();
        let mut texts: Vec<String> =
            ["", "-", "2018-01", "a-", "-a", "a--b", "A", "一", "W0001", "2018-", "..", "./", "a/b.c_d"]
                .map(str::to_owned)
                .to_vec();
        texts.extend((1..=45).flat_map(|length| ["7", "a", "-"].map(|c| c.repeat(length))));
        texts.extend(['\n', '٣', '７'].map(|c| format!("12345678{c}")));
        for text in &texts {
            // Spaces around a number are a sheet's.
            if text.trim() == text {
                assert_eq!(number.is_match(text), text.parse::<StudentId>().is_ok(), "{text:?}");
                for text in [text.clone(), format!("external:{text}"), format!("nobody:{text}")] {
                    assert_eq!(person.is_match(&text), numbers.person(&text).is_ok(), "{text:?}");
                }
            }
            assert_eq!(batch.is_match(text), text.parse::<BatchId>().is_ok(), "{text:?}");
            assert_eq!(word.is_match(text), text.parse::<ImportId>().is_ok(), "{text:?}");
        }
    }

    #[test]
    fn a_telephone_is_none_or_one_that_a_form_takes() {
        let phone = pattern(PHONE);
        for text in [
            "0871-6503 3840",
            "(0871)65033840",
            "+86/1",
            "110",
            "11",
            "一一〇",
            "1234567890123456789012345678901",
        ] {
            assert_eq!(phone.is_match(text), is_phone(text), "{text}");
        }
        assert!(phone.is_match(""));
    }

    #[test]
    fn a_day_is_one_that_is_read() {
        let day = pattern(DAY);
        for text in
            ["1899-12-31", "1900-01-01", "2018-02-29", "2099-12-31", "2100-01-01", "2018-13-01", "2018-00-10"]
        {
            let real = text != "2018-02-29";
            assert_eq!(day.is_match(text) && real, read_date(text).is_some(), "{text}");
        }
    }
}
