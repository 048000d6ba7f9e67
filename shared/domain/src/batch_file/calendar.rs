//! The days that a batch's instants mean to people: first and last days, with the day of the week.

use std::fmt;

use chrono::{Datelike as _, Days, NaiveDate, NaiveTime};

use crate::Timestamp;
use crate::batch::Batch;
use crate::paper::Paper;
use crate::zone::Zone;

/// What happens on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    /// It is the first day inside.
    First,
    /// It is the last day inside, to its last second.
    Last,
    /// It ends on that day, before this time.
    Before(NaiveTime),
    /// It begins on that day, at this time.
    From(NaiveTime),
    /// It is a date and no end.
    Itself,
}

/// A day of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// As the file calls it, e.g. `window.closes`, or `form_due` behind a paper's id.
    pub key: String,
    /// Which day.
    pub day: NaiveDate,
    /// What happens on it.
    pub on: On,
}

/// Every day that a batch file sets: the window's beginning, the ends in their order, and up to when dues are paid.
pub fn days(batch: &Batch) -> Vec<Day> {
    let window = batch.window();
    let mut ends = vec![
        ("window.closes".to_owned(), window.closes),
        ("window.readable_until".to_owned(), window.readable_until),
        ("window.retained_until".to_owned(), window.retained_until),
    ];
    let mut dues = Vec::new();
    for paper in batch.papers() {
        let Paper { id, receipts_until, .. } = paper;
        // One that says nothing of receipts ends with the window.
        if paper.party().is_some() || *receipts_until != window.closes {
            ends.push((format!("{id}.receipts_until"), *receipts_until));
        }
        if let Some(rules) = paper.party() {
            ends.extend([
                (format!("{id}.form_due"), rules.form_due),
                (format!("{id}.reissue_until"), rules.reissue_until),
            ]);
            let key = format!("{id}.dues_paid_up_to");
            dues.push(Day { key, day: rules.dues_paid_up_to, on: On::Itself });
        }
        let key = if paper.party().is_some() { "editable_until" } else { "issue_until" };
        ends.extend(paper.deadlines().iter().map(|(when, at)| {
            let by = when
                .facts
                .iter()
                .flat_map(|(fact, values)| values.iter().map(move |value| format!(".{fact}.{value}")));
            (format!("{id}.{key}{}", by.collect::<String>()), *at)
        }));
    }
    ends.sort_by_key(|(_, at)| *at);
    let zone = batch.university().zone();
    let begins = if zone.begins_a_day(window.opens) { On::First } else { On::From(window.opens.time()) };
    let opens = Day { key: "window.opens".to_owned(), day: window.opens.date_naive(), on: begins };
    std::iter::once(opens).chain(ends.into_iter().map(|(key, at)| last(zone, key, at))).chain(dues).collect()
}

/// An end with which a day begins is that of the day before.
fn last(zone: &Zone, key: String, at: Timestamp) -> Day {
    if zone.begins_a_day(at) {
        Day { key, day: at.date_naive() - Days::new(1), on: On::Last }
    } else {
        Day { key, day: at.date_naive(), on: On::Before(at.time()) }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let zh = ["一", "二", "三", "四", "五", "六", "日"];
        let weekday = zh.get(self.day.weekday().num_days_from_monday() as usize).copied().unwrap_or_default();
        write!(f, "{:<32} {} 星期{weekday} {}  ", self.key, self.day, self.day.format("%a"))?;
        match self.on {
            On::First => f.write_str("第一天 / the first day"),
            On::Last => f.write_str("最后一天 / the last day"),
            On::Before(time) => write!(f, "{0} 之前 / before {0}", time.format("%H:%M:%S")),
            On::Itself => f.write_str("当天 / that day"),
            On::From(time) => write!(f, "{0} 起 / from {0}", time.format("%H:%M:%S")),
        }
    }
}
