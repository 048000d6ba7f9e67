//! Instants of a batch file: whole, with the university's offset, each in its order. An end is the first
//! instant outside, so it is midnight by the university's zone unless an hour is meant.

use std::ops::Range;

use chrono::{Datelike as _, FixedOffset, NaiveDate, NaiveTime, TimeDelta, Timelike as _};
use toml::Spanned;
use toml::value::{Datetime, Offset};

use crate::Timestamp;
use crate::fault::Weight;
use crate::toml_file::check::Check;

/// What begins or ends with a day, and hardly ever at an hour.
const WHOLE_DAYS: [&str; 5] = ["opens", "closes", "readable_until", "retained_until", "receipts_until"];

impl Check {
    pub(super) fn instant(&mut self, key: &str, at: &Spanned<Datetime>) -> Option<Timestamp> {
        let (span, given) = (at.span(), at.get_ref());
        let lacks = match (given.date, given.time, given.offset) {
            (Some(_), Some(_), Some(_)) => None,
            (Some(_), Some(_), None) => Some((format!("{given}+08:00"), "缺少时区", "needs its offset")),
            (Some(day), None, _) => Some((
                format!("{day}T00:00:00+08:00"),
                "只有日期",
                "is a day only: it needs its time and its offset",
            )),
            (None, ..) => Some(("2017-12-15T00:00:00+08:00".to_owned(), "没有日期", "has no day")),
        };
        if let Some((whole, zh, en)) = lacks {
            self.fault(
                &span,
                format!("{key} {zh}：写成 {whole} 的样子"),
                format!("{key} {en}: write it like {whole}"),
            );
            return None;
        }
        let Some(instant) = read(given).filter(|instant| (2000..=2999).contains(&instant.year())) else {
            self.fault(
                &span,
                format!("{key} 的 {given} 不是 2000 至 2999 年间的时刻：写成 2017-12-15T00:00:00+08:00 的样子"),
                format!("{key}: {given} is no instant of the years 2000 to 2999: write it like 2017-12-15T00:00:00+08:00"),
            );
            return None;
        };
        let here = instant.with_timezone(&crate::shanghai());
        if *instant.offset() == crate::shanghai() {
            self.time_of_day(key, &span, here);
        } else {
            self.foreign_offset(key, &span, instant, here);
        }
        Some(here)
    }

    /// Another zone's midnight is no midnight here.
    fn foreign_offset(&mut self, key: &str, span: &Range<usize>, written: Timestamp, here: Timestamp) {
        let (same, there) = (written.format("%Y-%m-%dT%H:%M:%S"), here.format("%Y-%m-%dT%H:%M:%S"));
        let (offset, clock) = (written.offset(), here.format("%Y-%m-%d %H:%M:%S"));
        self.note(
            Weight::Undeployable,
            span,
            format!("{key} 写的时区是 {offset}，按学校的时区是 {clock}：想的是钟面时间就写 {same}+08:00，否则写 {there}+08:00"),
            format!(
                "{key} is written with the offset {offset}; by the university's zone it is {clock}: write {same}+08:00 if that is what clocks show, else {there}+08:00"
            ),
        );
    }

    fn time_of_day(&mut self, key: &str, span: &Range<usize>, at: Timestamp) {
        let clock = at.format("%H:%M:%S");
        if (at.hour(), at.minute()) == (23, 59) {
            let midnight = next_midnight(at);
            let (zh, en) = if at.second() == 59 { ("秒", "second") } else { ("分钟", "minute") };
            self.note(
                Weight::Odd,
                span,
                format!("{key} 是第一个不算在内的时刻：最后一{zh} {clock} 起就不算了；要算到当天结束，写 {midnight}"),
                format!(
                    "{key} is the first instant outside: the last {en}, from {clock} on, doesn't count; for the whole day write {midnight}"
                ),
            );
        } else if WHOLE_DAYS.contains(&key) && at.time() != NaiveTime::MIN {
            let day = at.format("%Y-%m-%d");
            self.note(
                Weight::Odd,
                span,
                format!("{key} 不在零点，而在 {day} {clock}：请确认；整天写零点，结束写次日零点"),
                format!("{key} is not at midnight but at {clock} on {day}: is that meant? A whole day begins, and the one before ends, at 00:00:00"),
            );
        }
    }

    /// Both instants, complaining when the later isn't later.
    pub(super) fn in_order(
        &mut self,
        names: [&str; 2],
        earlier: Option<Timestamp>,
        later: &Spanned<Datetime>,
    ) -> Option<Timestamp> {
        let at = self.instant(names[1], later)?;
        self.after(names, earlier, at, &later.span());
        Some(at)
    }

    /// Complains when the later isn't later.
    pub(super) fn after(
        &mut self,
        names: [&str; 2],
        earlier: Option<Timestamp>,
        later: Timestamp,
        span: &Range<usize>,
    ) {
        if earlier.is_some_and(|earlier| later < earlier) {
            let [first, second] = names;
            self.fault(
                span,
                format!("{second} 早于 {first}：请把它改到 {first} 之后"),
                format!("{second} is before {first}: move it after {first}"),
            );
        }
    }
}

/// An instant that has all its parts.
fn read(given: &Datetime) -> Option<Timestamp> {
    let (date, time) = (given.date?, given.time?);
    let minutes = match given.offset? {
        Offset::Z => 0,
        Offset::Custom { minutes } => minutes,
    };
    let day = NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())?;
    let second = time.second.unwrap_or(0).into();
    let clock = NaiveTime::from_hms_nano_opt(
        time.hour.into(),
        time.minute.into(),
        second,
        time.nanosecond.unwrap_or(0),
    )?;
    day.and_time(clock).and_local_timezone(FixedOffset::east_opt(i32::from(minutes) * 60)?).single()
}

fn next_midnight(at: Timestamp) -> String {
    format!("{}T00:00:00+08:00", at.date_naive() + TimeDelta::days(1))
}
