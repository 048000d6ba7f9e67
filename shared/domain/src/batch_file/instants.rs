//! Instants of a batch file: whole, with the university's offset, each in its order. An end is the first
//! instant outside, so it is midnight by the university's zone unless an hour is meant.

use std::ops::Range;

use chrono::{Datelike as _, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike as _};
use toml::Spanned;
use toml::value::{Datetime, Offset, Time};

use crate::Timestamp;
use crate::fault::Weight;
use crate::toml_file::check::Check;
use crate::zone::Zone;

/// What begins or ends with a day, and hardly ever at an hour.
const WHOLE_DAYS: [&str; 5] = ["opens", "closes", "readable_until", "retained_until", "receipts_until"];

impl Check {
    pub(super) fn instant(&mut self, key: &str, at: &Spanned<Datetime>) -> Option<Timestamp> {
        let (span, given) = (at.span(), at.get_ref());
        let lacks = match (given.date, given.time, given.offset) {
            (Some(_), Some(_), Some(_)) => None,
            (Some(_), Some(_), None) => Some((self.with_offset(given), "缺少时区", "needs its offset")),
            (Some(_), None, _) => {
                Some((self.with_offset(given), "只有日期", "is a day only: it needs its time and its offset"))
            }
            (None, ..) => Some((self.example(), "没有日期", "has no day")),
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
            let example = self.example();
            self.fault(
                &span,
                format!("{key} 的 {given} 不是 2000 至 2999 年间的时刻：写成 {example} 的样子"),
                format!("{key}: {given} is no instant of the years 2000 to 2999: write it like {example}"),
            );
            return None;
        };
        let here = self.zone.here(instant);
        // The midnight that clocks leap over is written with the offset of the evening before.
        let leapt = instant.time() == NaiveTime::MIN && self.zone.begins_a_day(instant);
        if instant.offset() == here.offset() || leapt {
            self.time_of_day(key, &span, here);
        } else {
            self.foreign_offset(key, &span, instant, here);
        }
        Some(here)
    }

    /// A day, or a day and a time, as it would be written whole.
    fn with_offset(&self, given: &Datetime) -> String {
        let midnight = Time { hour: 0, minute: 0, second: Some(0), nanosecond: None };
        let whole =
            Datetime { time: given.time.or(Some(midnight)), offset: Some(Offset::Z), date: given.date };
        read(&whole).map_or_else(|| self.example(), |at| local(&self.zone, at.naive_local()))
    }

    fn example(&self) -> String {
        self.near.clone().unwrap_or_else(|| {
            let day = NaiveDate::from_ymd_opt(2017, 12, 15).unwrap_or_default();
            local(&self.zone, day.and_time(NaiveTime::MIN))
        })
    }

    /// Another zone's midnight is no midnight here.
    fn foreign_offset(&mut self, key: &str, span: &Range<usize>, written: Timestamp, here: Timestamp) {
        let same = local(&self.zone, written.naive_local());
        let there = here.format("%Y-%m-%dT%H:%M:%S%:z");
        let (offset, clock) = (written.offset(), here.format("%Y-%m-%d %H:%M:%S"));
        self.note(
            Weight::Undeployable,
            span,
            format!("{key} 写的时区是 {offset}，按学校的时区是 {clock}：想的是钟面时间就写 {same}，否则写 {there}"),
            format!(
                "{key} is written with the offset {offset}; by the university's zone it is {clock}: write {same} if that is what clocks show, else {there}"
            ),
        );
    }

    fn time_of_day(&mut self, key: &str, span: &Range<usize>, at: Timestamp) {
        let clock = at.format("%H:%M:%S");
        if (at.hour(), at.minute()) == (23, 59) {
            let midnight = self.zone.midnight(at.date_naive() + TimeDelta::days(1));
            let midnight = midnight.format("%Y-%m-%dT%H:%M:%S%:z");
            let (zh, en) = if at.second() == 59 { ("秒", "second") } else { ("分钟", "minute") };
            self.note(
                Weight::Odd,
                span,
                format!("{key} 是第一个不算在内的时刻：最后一{zh} {clock} 起就不算了；要算到当天结束，写 {midnight}"),
                format!(
                    "{key} is the first instant outside: the last {en}, from {clock} on, doesn't count; for the whole day write {midnight}"
                ),
            );
        } else if WHOLE_DAYS.contains(&key) && !self.zone.begins_a_day(at) {
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

/// A time of the clocks of a zone, written as an instant.
fn local(zone: &Zone, clock: NaiveDateTime) -> String {
    let at = zone.at(clock);
    let at = at.unwrap_or_else(|| zone.midnight(clock.date()));
    at.format("%Y-%m-%dT%H:%M:%S%:z").to_string()
}
