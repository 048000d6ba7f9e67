//! Examples of values: in the university's language, of the batch's own year, and where somebody has written a value
//! in another way, that value as it is to be written.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::keys::{self, Kind};
use super::place::{Page, instant_of};
use crate::text::{Lang, Text};

impl Page<'_> {
    /// What a key's value is, and an example.
    pub(crate) fn known(&self, table: &str, key: &str) -> Option<(Kind, String)> {
        let (kind, example) = self.form.key(table, key)?;
        let near = instant_of(self.text);
        let example = match (kind, self.whose.only, near) {
            (Kind::Words, Some(only), _) => in_one(example, only),
            (Kind::Timestamp, _, Some(near)) => near.to_owned(),
            (Kind::Date, _, Some(near)) => {
                format!("{}-01-01", near.split('-').next().unwrap_or_default())
            }
            _ => example.to_owned(),
        };
        Some((kind, example))
    }

    /// How a key of a table is written, with an example for its value.
    pub(crate) fn example(&self, table: &str, key: &str) -> String {
        match self.known(table, key) {
            Some((Kind::Table, example)) => example,
            Some((_, example)) => format!("{key} = {example}"),
            None => key.to_owned(),
        }
    }

    /// What a kind of value is called.
    pub(crate) fn noun(&self, kind: Kind) -> Text {
        match (kind, self.whose.only) {
            (Kind::Words, Some(_)) => keys::noun(Kind::Text),
            _ => keys::noun(kind),
        }
    }

    /// A value of the wrong kind as one of the right kind, where one can see what is meant.
    pub(crate) fn rewritten(&self, kind: Kind, value: &str) -> Option<String> {
        let plain = value.trim_matches(['"', '\'']).trim();
        let bare = plain.len() == value.len();
        match kind {
            Kind::Number => plain.parse::<u32>().is_ok().then(|| plain.to_owned()),
            Kind::YesNo => matches!(plain, "true" | "false").then(|| plain.to_owned()),
            Kind::Text | Kind::Words => {
                let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ');
                (bare && !plain.is_empty() && plain.chars().all(word)).then(|| format!("\"{plain}\""))
            }
            Kind::Texts => (!bare && !plain.contains(['"', '\''])).then(|| format!("[\"{plain}\"]")),
            Kind::Numbers => plain.parse::<u32>().is_ok().then(|| format!("[{plain}]")),
            Kind::Date => Some(clock_of(plain)?.date().to_string()),
            Kind::Timestamp => {
                let clock = clock_of(plain)?;
                let zone = self.whose.zone?;
                let at = zone.at(clock).unwrap_or_else(|| zone.midnight(clock.date()));
                Some(at.format("%Y-%m-%dT%H:%M:%S%:z").to_string())
            }
            Kind::Table => None,
        }
    }
}

/// An example in each language, in one.
fn in_one(example: &str, only: Lang) -> String {
    let key = match only {
        Lang::Zh => "zh = \"",
        Lang::En => "en = \"",
    };
    let text = example.split_once(key).and_then(|(_, rest)| rest.split_once('"'));
    text.map_or_else(|| example.to_owned(), |(text, _)| format!("\"{text}\""))
}

/// A day, with a time or without, as people write it: `2026/6/15 8:30`, `2026年6月15日`.
fn clock_of(text: &str) -> Option<NaiveDateTime> {
    // The halves of a day are nobody's but whoever wrote them.
    if text.to_lowercase().contains(['午', '晚']) || text.to_lowercase().contains("pm") {
        return None;
    }
    let numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|one| !one.is_empty());
    let numbers: Vec<u32> = numbers.map(str::parse).collect::<Result<_, _>>().ok()?;
    let (year, rest) = numbers.split_first().filter(|(year, _)| (2000..=2999).contains(*year))?;
    let (month, day) = (*rest.first()?, *rest.get(1)?);
    let part = |at: usize| rest.get(at).copied().unwrap_or(0);
    // Behind the minutes there are seconds, or already the offset.
    let seconds =
        if text.matches(':').count() > 1 && !text.contains('+') || text.contains('T') { part(4) } else { 0 };
    let day = NaiveDate::from_ymd_opt(i32::try_from(*year).ok()?, month, day)?;
    Some(day.and_time(NaiveTime::from_hms_opt(part(2), part(3), seconds)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_as_people_write_it() {
        for (text, clock) in [
            ("2026/6/15 8:30", Some("2026-06-15 08:30:00")),
            ("2026年6月15日", Some("2026-06-15 00:00:00")),
            ("2026-06-15T08:30:05+08:00", Some("2026-06-15 08:30:05")),
            ("2026-6-15 8:30+08:00", Some("2026-06-15 08:30:00")),
            ("2026.6.15 下午3:00", None),
            ("15/6/2026", None),
            ("2026-13-01", None),
        ] {
            assert_eq!(clock_of(text).map(|clock| clock.to_string()).as_deref(), clock, "{text}");
        }
    }

    #[test]
    fn an_example_in_two_languages_is_one_text_in_one() {
        assert_eq!(in_one("{ zh = \"系\", en = \"Department\" }", Lang::En), "\"Department\"");
        assert_eq!(in_one("\"…\"", Lang::Zh), "\"…\"");
    }
}
