//! The people that a cell names: each a number, and perhaps a name before it or behind it.

use unicode_normalization::UnicodeNormalization as _;

use crate::cell::{is_around, is_grouped, number_and_words, runs};
use crate::ids::PersonKind;
use crate::university::Numbers;

/// What may stand beside a number and is nobody's name.
const LABELS: [&str; 22] = [
    "主",
    "副",
    "正",
    "第一",
    "第二",
    "第一导师",
    "第二导师",
    "主导师",
    "副导师",
    "导师",
    "校内",
    "校外",
    "校内导师",
    "校外导师",
    "工号",
    "职工号",
    "教工号",
    "编号",
    "id",
    "no",
    "main",
    "second",
];
/// What joins two people.
const JOINS: [&str; 8] = ["以及", "和", "与", "及", "兼", "and", "&", "+"];
/// As many letters before digits, with a blank between, are a part of a number: `W 0008`.
const MOST_LETTERS: usize = 2;
/// A run with fewer characters is no number of a person, unless the university says that it is one.
const FEWEST_CHARACTERS: usize = 4;

/// The people of a cell, each a number and perhaps a name, however they are set apart. What can't be told apart stays one
/// piece, which is no number.
pub(super) fn listed(text: &str, numbers: &Numbers) -> Vec<(String, String)> {
    let text: String = text.nfkc().collect();
    let known = |number: &str| !numbers.kinds_of(number).is_empty();
    // Commas between thousands: the whole is a number of staff, or its groups are nobody's.
    let is_staffs = |number: &str| numbers.kinds_of(number).first() == Some(&PersonKind::Staff);
    if is_grouped(text.trim()) && (is_staffs(&text.trim().replace(',', "")) || !text.split(',').all(known)) {
        return vec![(text, String::new())];
    }
    let apart = [';', '、', ',', '\n', '|'];
    let pieces = text.split(apart).map(str::trim).filter(|one| !one.is_empty());
    pieces.flat_map(|one| in_piece(one, numbers)).collect()
}

/// The people of a piece in which nothing sets them apart but blanks, words or a stroke.
fn in_piece(piece: &str, numbers: &Numbers) -> Vec<(String, String)> {
    let known = |number: &str| !numbers.kinds_of(number).is_empty();
    // A number may have a stroke in it; two numbers with one between them are each like a person's.
    let found: Vec<&str> = runs(piece)
        .flat_map(|run| {
            let halves: Vec<&str> = run.split('/').collect();
            if !known(run) && halves.iter().all(|half| known(half)) { halves } else { vec![run] }
        })
        .collect();
    let whole = || vec![(piece.to_owned(), String::new())];
    let alone = |number: &str| {
        let (_, words) = number_and_words(piece);
        let before = piece.split(number).next().unwrap_or_default().trim();
        let is_part = before == words
            && before.len() <= MOST_LETTERS
            && before.bytes().all(|b| b.is_ascii_alphabetic());
        let joined = format!("{before}{number}");
        if is_part && !before.is_empty() && (known(&joined) || !known(number)) {
            vec![(joined, String::new())]
        } else {
            vec![(number.to_owned(), name(&words))]
        }
    };
    let has_words = has_words(piece, &found);
    match found.as_slice() {
        [] => vec![number_and_words(piece)],
        [number] if number_and_words(piece).0 == *number => alone(number),
        [_] => whole(),
        several
            if several.iter().all(|run| is_persons(run, numbers))
                && (has_words || several.iter().all(|run| known(run))) =>
        {
            each(piece, several)
        }
        // What is left of a number that blanks have broken up.
        _ if !has_words => whole(),
        several => match several.iter().filter(|run| known(run)).collect::<Vec<_>>().as_slice() {
            [number] => {
                let rest = several.iter().fold(piece.to_owned(), |rest, run| rest.replacen(*run, " ", 1));
                vec![((**number).to_owned(), name(rest.trim_matches(is_around)))]
            }
            _ => whole(),
        },
    }
}

/// Whether a run looks like a person's number, as far as the university says what they look like.
fn is_persons(run: &str, numbers: &Numbers) -> bool {
    let is_mobile = run.len() == 11 && matches!(run.as_bytes(), [b'1', b'3'..=b'9', ..]);
    let said = numbers.staff.is_some() || numbers.external.is_some();
    let known = !numbers.kinds_of(run).is_empty();
    known || (!said && run.len() >= FEWEST_CHARACTERS && !is_mobile)
}

fn has_words(piece: &str, numbers: &[&str]) -> bool {
    let rest = numbers.iter().fold(piece.to_owned(), |rest, number| rest.replacen(*number, " ", 1));
    rest.chars().any(char::is_alphabetic)
}

/// Each number with the name before it, if the piece begins with one, or else with the name behind it.
fn each(piece: &str, numbers: &[&str]) -> Vec<(String, String)> {
    let mut between = Vec::with_capacity(numbers.len() + 1);
    let mut rest = piece;
    for number in numbers {
        let (before, behind) = rest.split_once(*number).unwrap_or((rest, ""));
        between.push(before.trim_matches(is_around));
        rest = behind;
    }
    between.push(rest.trim_matches(is_around));
    let names_first = between.first().is_some_and(|words| !words.is_empty());
    let last = between.len() - 1;
    let names = between.iter().enumerate().skip(usize::from(!names_first));
    let names = names.map(|(place, words)| {
        name(if (1..last).contains(&place) { without_join(words, names_first) } else { words })
    });
    numbers.iter().zip(names).map(|(number, name)| ((*number).to_owned(), name)).collect()
}

/// The words between two numbers without what joins two people: before the second one's name, or behind the first one's.
/// What would be left of a name of one character is no name.
fn without_join(words: &str, names_first: bool) -> &str {
    if JOINS.contains(&words) {
        return "";
    }
    let less = |join: &&str| {
        let less = if names_first { words.strip_prefix(*join) } else { words.strip_suffix(*join) }?;
        let is_apart = !join.is_ascii() || less.starts_with(' ') || less.ends_with(' ');
        Some(less.trim_matches(is_around)).filter(|less| is_apart && less.chars().count() > 1)
    };
    JOINS.iter().find_map(less).unwrap_or(words)
}

/// What of the words beside a number is a name.
fn name(words: &str) -> String {
    let is_label = LABELS.iter().any(|label| words.eq_ignore_ascii_case(label));
    if is_label { String::new() } else { words.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::university::Pattern;

    fn numbers() -> Numbers {
        Numbers { staff: Pattern::read(r"\d{8}"), external: Pattern::read(r"W\d{4}"), ..Numbers::default() }
    }

    fn read(text: &str, numbers: &Numbers) -> String {
        let people = listed(text, numbers).into_iter();
        people.map(|(number, name)| format!("{number}={name}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn each_of_several_is_one_however_they_are_set_apart() {
        for (cell, people) in [
            ("20080123 李老师;W0001（陈总）", "20080123=李老师 W0001=陈总"),
            ("20000011和20000012", "20000011= 20000012="),
            ("20000013 李老师 20000014 王老师", "20000013=李老师 20000014=王老师"),
            ("李老师(20000015)/王老师(20000016)", "20000015=李老师 20000016=王老师"),
            ("20000017(赵老师) 20000018(钱老师)", "20000017=赵老师 20000018=钱老师"),
            ("李老师(20000015)和王老师(20000016)", "20000015=李老师 20000016=王老师"),
            ("20000015李老师和20000016王老师", "20000015=李老师 20000016=王老师"),
            ("20000015 Ann and 20000016 Bob", "20000015=Ann 20000016=Bob"),
            ("20000015 和丽云", "20000015=和丽云"),
            ("20000015 和丽云 20000016 Brand", "20000015=和丽云 20000016=Brand"),
            ("20000011/20000012", "20000011= 20000012="),
            ("20000011 20000012", "20000011= 20000012="),
            ("20,000,019", "20,000,019="),
            ("Ｗ0007", "W0007="),
            ("W 0008", "W0008="),
            ("20000021（主），20000022（副）", "20000021= 20000022="),
            ("工号：20000023", "20000023="),
            ("李老师20080123", "20080123=李老师"),
            ("李老师 20080123 13987654321", "20080123=李老师"),
            ("2008 0123", "2008 0123="),
        ] {
            assert_eq!(read(cell, &numbers()), people, "{cell}");
        }
    }

    #[test]
    fn commas_between_thousands_are_none_between_people() {
        let short = Numbers {
            staff: Pattern::read(r"\d{8}"),
            external: Pattern::read(r"\w{1,8}"),
            ..Numbers::default()
        };
        assert_eq!(read("20,000,019", &short), "20,000,019=");
        assert_eq!(read("100,200", &short), "100= 200=");
    }

    #[test]
    fn where_nobody_says_what_numbers_look_like_no_telephone_is_one() {
        let any = Numbers::default();
        assert_eq!(read("20000013 李老师 20000014 王老师", &any), "20000013=李老师 20000014=王老师");
        assert_eq!(read("李老师 20080123 13987654321", &any), "李老师 20080123 13987654321=");
        assert_eq!(read("Tom 20080123", &any), "20080123=Tom");
        assert_eq!(read("hod-cs 王老师", &any), "hod-cs=王老师");
    }
}
