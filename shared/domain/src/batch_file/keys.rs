//! What a batch file may say and where: its tables, their keys, and how each is written.

use crate::student::{Campus, Level, Party, StudyMode, YesNo};
use crate::text::Text;

/// What a key's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Timestamp,
    Date,
    YesNo,
    Numbers,
    Texts,
    Table,
}

use Kind::{Date, Number, Numbers, Table, Text as Words, Texts, Timestamp, YesNo as Bool};

type Key = (&'static str, Kind, &'static str);
const TEXT: &str = "\"…\"";
const AT: &str = "2018-01-11T00:00:00+08:00";
const WHEN: &str = "{ level = [\"doctor\"] }";
const NAME: Key = ("name", Words, TEXT);
const NAME_EN: Key = ("name_en", Words, TEXT);
const ID: Key = ("id", Words, "\"library\"");
const OFFICE: Key = ("office", Words, "\"library\"");
const CAMPUS: Key = ("campus", Words, "\"lianhua\"");
const PLACE: Key = ("place", Words, TEXT);
const PLACE_EN: Key = ("place_en", Words, TEXT);
const PHONE: Key = ("phone", Words, "\"0000-00000000\"");
const HOURS: Key = ("hours", Words, TEXT);
const HOURS_EN: Key = ("hours_en", Words, TEXT);

/// A table of a batch file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TableOf {
    /// Its name, e.g. `steps.parts`; empty for what stands above every heading.
    pub(super) name: &'static str,
    /// Whether it may stand there several times, `[[steps]]`.
    many: bool,
    keys: &'static [Key],
}

const fn one(name: &'static str, keys: &'static [Key]) -> TableOf {
    TableOf { name, many: false, keys }
}

const fn many(name: &'static str, keys: &'static [Key]) -> TableOf {
    TableOf { name, many: true, keys }
}

/// Every table. A test holds it to what is read.
#[rustfmt::skip]
pub(super) const TABLES: [TableOf; 13] = [
    one("", &[
        ("id", Words, "\"2018-01\""), NAME, NAME_EN,
        ("window", Table, "[window]"), ("network", Table, "[network]"), ("contacts", Table, "[[contacts]]"),
        ("offices", Table, "[[offices]]"), ("steps", Table, "[[steps]]"), ("party", Table, "[party]"),
        ("reminders", Table, "[reminders]"),
    ]),
    one("window", &[
        ("opens", Timestamp, AT), ("closes", Timestamp, AT), ("readable_until", Timestamp, AT), ("retained_until", Timestamp, AT),
    ]),
    one("network", &[("campus", Texts, "[\"192.0.2.0/24\"]"), ("help", Words, TEXT), ("help_en", Words, TEXT)]),
    one("reminders", &[("window_days", Number, "5"), ("letter_days", Number, "14")]),
    many("contacts", &[
        ("topic", Words, TEXT), ("topic_en", Words, TEXT), NAME, NAME_EN, CAMPUS, PLACE, PLACE_EN, PHONE, HOURS, HOURS_EN,
    ]),
    many("offices", &[
        ID, NAME, NAME_EN, ("decided_by", Words, "\"advisors\""), PLACE, PLACE_EN, PHONE, HOURS, HOURS_EN,
        ("at", Table, "[[offices.at]]"),
    ]),
    many("offices.at", &[CAMPUS, ("college", Words, TEXT), PLACE, PLACE_EN, PHONE, HOURS, HOURS_EN]),
    many("steps", &[
        ("number", Number, "3"), NAME, NAME_EN, OFFICE, ("office_for", Table, "[[steps.office_for]]"),
        ("required", Bool, "false"), ("after", Numbers, "[1, 2]"), ("when", Table, WHEN), ("parts", Table, "[[steps.parts]]"),
        ("help", Words, "\"把书还到一楼服务台\""), ("help_en", Words, "\"Return the books to the desk on the ground floor\""), ("link", Words, "\"https://lib.example.edu.cn\""),
    ]),
    many("steps.office_for", &[OFFICE, ("when", Table, WHEN)]),
    many("steps.parts", &[
        ("id", Words, "\"student-card\""), NAME, NAME_EN, ("when", Table, WHEN), ("needs", Words, "\"letter\""),
    ]),
    one("party", &[
        ("form_due", Timestamp, AT), ("editable_until", Table, "[party.editable_until]"), ("reissue_until", Timestamp, AT),
        ("letter_valid_days", Number, "90"), ("dues_paid_up_to", Date, "2018-01-01"), ("receipts_until", Timestamp, AT),
        ("home", Texts, "[\"…\", \"…\"]"), ("issuer", Table, "[party.issuer]"),
    ]),
    one("party.editable_until", &[]),
    one("party.issuer", &[
        ("from", Words, TEXT), ("address", Words, TEXT), PHONE, ("fax", Words, TEXT), ("postcode", Words, TEXT),
    ]),
];

/// What a kind of student is described by, inside `when = { … }`.
const OF_WHEN: [Key; 6] = [
    ("level", Texts, "[\"doctor\"]"),
    ("mode", Texts, "[\"part-time\"]"),
    ("campus", Texts, "[\"lianhua\"]"),
    ("resident", Words, "\"yes\""),
    ("party", Texts, "[\"full\"]"),
    ("party_here", Words, "\"yes\""),
];

impl TableOf {
    /// The keys that may stand in it.
    pub(super) fn keys(&self) -> impl Iterator<Item = &'static str> {
        self.keys.iter().map(|(name, ..)| *name)
    }

    /// Its heading as it is written.
    pub(super) fn heading(&self) -> String {
        if self.many { format!("[[{}]]", self.name) } else { format!("[{}]", self.name) }
    }
}

/// A table by its name.
pub(super) fn table(name: &str) -> Option<&'static TableOf> {
    TABLES.iter().find(|table| table.name == name)
}

/// What a key's value is, and an example; the table decides where a word means two things.
pub(super) fn key(table_name: &str, key: &str) -> Option<(Kind, &'static str)> {
    let here = table(table_name).into_iter().flat_map(|table| table.keys);
    let anywhere = TABLES.iter().flat_map(|table| table.keys);
    let found = here.chain(&OF_WHEN).chain(anywhere).find(|(name, ..)| *name == key);
    let campus = Campus::ALL.iter().any(|campus| campus.word() == key).then_some((Timestamp, AT));
    found.map(|(_, kind, example)| (*kind, *example)).or(campus)
}

/// The tables that a key belongs to.
pub(super) fn tables_with(key: &str) -> Vec<&'static TableOf> {
    TABLES.iter().filter(|table| table.keys().any(|name| name == key)).collect()
}

/// What a kind of value is called.
pub(super) fn noun(kind: Kind) -> Text {
    let (zh, en) = match kind {
        Words => ("直引号里的文字", "a text in straight quotes"),
        Number => ("整数", "a whole number"),
        Timestamp => ("带时区的时刻", "an instant with its offset"),
        Date => ("日期", "a date"),
        Bool => (" true 或 false", "true or false"),
        Numbers => ("方括号里的整数列表", "a list of whole numbers in brackets"),
        Texts => ("方括号里的文字列表，每项加直引号", "a list in brackets, each item in straight quotes"),
        Table => ("花括号里的一组“键 = 值”", "keys and values in braces"),
    };
    Text { zh: zh.to_owned(), en: en.to_owned() }
}

/// The word that was probably meant: the Chinese for it, or what differs in few letters.
pub(super) fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |text: &str| text.to_lowercase().replace(['-', ' '], "_");
    let in_chinese = chinese(given);
    let given = plain(given);
    let far = |word: &str| if Some(word) == in_chinese { 0 } else { distance(&given, &plain(word)) };
    let (far, word) = known.into_iter().map(|word| (far(word), word)).min_by_key(|(far, _)| *far)?;
    (far <= (word.len() / 3).max(1)).then_some(word)
}

/// The word of a batch file for a Chinese one.
fn chinese(given: &str) -> Option<&'static str> {
    let level = Level::read_cell(given).map(Level::word);
    let mode = level.or_else(|| StudyMode::read_cell(given).map(StudyMode::word));
    let campus = mode.or_else(|| Campus::read_cell(given).map(Campus::word));
    let party = campus.or_else(|| Party::read_cell(given).map(Party::word));
    party.or_else(|| YesNo::read_cell(given).map(YesNo::word))
}

/// How many letters must be put in, taken out, changed or swapped to make one word of the other.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=other.len()).collect()];
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let changed = rows[i][j] + usize::from(a != b);
            let mut least = changed.min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == other[j - 1] && one[i - 1] == *b {
                least = least.min(rows[i - 1][j - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows.last().and_then(|row| row.last()).copied().unwrap_or(0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    /// What is read, is asked of the reader itself: it lists what it knows when it finds something else.
    #[test]
    fn every_table_has_the_keys_that_are_read() {
        let notice = include_str!("../../../../infra/batches/2018-01.toml");
        let first = "[[steps]]\nnumber = 1\n";
        let notice = notice.replace(first, &format!("[[offices.at]]\nplace = \"1\"\n\n{first}"));
        for table in TABLES.iter().filter(|table| table.name != "party.editable_until") {
            let unknown = match table.name {
                "" => format!("zzzzzz = 1\n{notice}"),
                _ => {
                    let heading = format!("\n{}", table.heading());
                    let (before, after) = notice.split_once(&heading).unwrap();
                    let (rest, after) = after.split_once('\n').unwrap();
                    format!("{before}{heading}{rest}\nzzzzzz = 1\n{after}")
                }
            };
            let faults = super::super::read("2018-01", &unknown).unwrap_err();
            let said = &faults.first().unwrap().what.en;
            let known = table.keys().collect::<Vec<_>>().join(", ");
            assert!(said.ends_with(&format!("has no key zzzzzz: here are known {known}")), "{said}");
        }
    }
}
