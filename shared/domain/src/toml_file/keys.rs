//! What a kind of file may say and where: its tables, their keys, and how each is written.

use crate::text::Text;

/// What a key's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    /// A plain text, or one in each language.
    Words,
    Number,
    Timestamp,
    Date,
    YesNo,
    Numbers,
    Texts,
    Table,
}

/// A key: its name, what its value is, an example.
pub(crate) type Key = (&'static str, Kind, &'static str);

/// A kind of file.
pub(crate) struct Form {
    /// A file of this kind to write others like.
    pub(crate) sample: &'static str,
    /// What there is one of in each.
    pub(crate) of: (&'static str, &'static str),
    /// Every table that may stand in it.
    pub(crate) tables: &'static [TableOf],
    /// Tables whose keys are whoever's who writes them, by how their names begin, with what their values are.
    pub(crate) open: &'static [(&'static str, Kind, &'static str)],
    /// The keys that each table must have.
    pub(crate) required: &'static [(&'static str, &'static [&'static str])],
    /// What keys are for without which no such file can be, in Chinese and English.
    pub(crate) purposes: &'static [(&'static str, &'static str, &'static str)],
}

/// A table of a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TableOf {
    /// Its name, e.g. `steps.parts`; empty for what stands above every heading.
    pub(crate) name: &'static str,
    /// Whether it may stand there several times, `[[steps]]`.
    many: bool,
    keys: &'static [Key],
}

pub(crate) const fn one(name: &'static str, keys: &'static [Key]) -> TableOf {
    TableOf { name, many: false, keys }
}

pub(crate) const fn many(name: &'static str, keys: &'static [Key]) -> TableOf {
    TableOf { name, many: true, keys }
}

impl TableOf {
    /// The keys that may stand in it.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &'static str> {
        self.keys.iter().map(|(name, ..)| *name)
    }

    /// Its heading as it is written.
    pub(crate) fn heading(&self) -> String {
        if self.many { format!("[[{}]]", self.name) } else { format!("[{}]", self.name) }
    }
}

impl Form {
    /// A table by its name.
    pub(crate) fn table(&self, name: &str) -> Option<&'static TableOf> {
        self.tables.iter().find(|table| table.name == name)
    }

    /// What the keys of a table are that are whoever's who writes them.
    pub(crate) fn open(&self, name: &str) -> Option<(Kind, &'static str)> {
        let of = |(prefix, ..): &&(&'static str, Kind, &'static str)| {
            name.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.open.iter().find(of).map(|(_, kind, example)| (*kind, *example))
    }

    /// What a key's value is, and an example; the table decides where a word means two things.
    pub(crate) fn key(&self, table_name: &str, key: &str) -> Option<(Kind, &'static str)> {
        let here = self.table(table_name).into_iter().flat_map(|table| table.keys);
        let anywhere = self.tables.iter().flat_map(|table| table.keys);
        const EACH: [Key; 2] = [("zh", Kind::Text, "\"…\""), ("en", Kind::Text, "\"…\"")];
        let found = here.chain(anywhere).chain(&EACH).find(|(name, ..)| *name == key);
        found.map(|(_, kind, example)| (*kind, *example)).or_else(|| self.open(table_name))
    }

    /// How a key of a table is written, with an example for its value.
    pub(crate) fn example(&self, table_name: &str, key: &str) -> String {
        match self.key(table_name, key) {
            Some((Kind::Table, example)) => example.to_owned(),
            Some((_, example)) => format!("{key} = {example}"),
            None => key.to_owned(),
        }
    }

    /// The tables that a key belongs to.
    pub(crate) fn tables_with(&self, key: &str) -> Vec<&'static TableOf> {
        self.tables.iter().filter(|table| table.keys().any(|name| name == key)).collect()
    }

    /// Every key of any table.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &'static str> {
        self.tables.iter().flat_map(TableOf::keys)
    }
}

/// What a kind of value is called.
pub(crate) fn noun(kind: Kind) -> Text {
    let (zh, en) = match kind {
        Kind::Text => ("直引号里的文字", "a text in straight quotes"),
        Kind::Words => {
            ("直引号里的文字，或每种语言一份", "a text in straight quotes, or one in each language")
        }
        Kind::Number => ("整数", "a whole number"),
        Kind::Timestamp => ("带时区的时刻", "an instant with its offset"),
        Kind::Date => ("日期", "a date"),
        Kind::YesNo => (" true 或 false", "true or false"),
        Kind::Numbers => ("方括号里的整数列表", "a list of whole numbers in brackets"),
        Kind::Texts => {
            ("方括号里的文字列表，每项加直引号", "a list in brackets, each item in straight quotes")
        }
        Kind::Table => ("花括号里的一组“键 = 值”", "keys and values in braces"),
    };
    Text { zh: zh.to_owned(), en: en.to_owned() }
}

/// The word that was probably meant: the one that differs in few letters.
pub(crate) fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |text: &str| text.to_lowercase().replace(['-', ' '], "_");
    let given = plain(given);
    let far = |word: &str| crate::text::distance(&given, &plain(word));
    let (far, word) = known.into_iter().map(|word| (far(word), word)).min_by_key(|(far, _)| *far)?;
    (far <= (word.len() / 3).max(1)).then_some(word)
}

/// The question whether a word was meant, in Chinese and English; nothing where none is near.
pub(crate) fn did_you_mean(meant: Option<&str>) -> (String, String) {
    let ask = |meant| (format!("是否应为 {meant}？"), format!("did you mean {meant}? "));
    meant.map(ask).unwrap_or_default()
}
