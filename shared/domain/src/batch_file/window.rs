//! A batch's window and its reminders: open at all, in the right year, read and kept long enough.

use chrono::{Datelike as _, Months, NaiveDate, TimeDelta};

use super::raw::{RawReminders, RawWindow};
use crate::batch::{Reminders, Window};
use crate::fault::Weight;
use crate::ids::BatchId;
use crate::toml_file::check::Check;

/// What is left after the last page was read to make the archive and keep it safe.
const TO_ARCHIVE: TimeDelta = TimeDelta::days(7);
/// A clearance takes weeks; half a year is a mistyped date.
const LONG: TimeDelta = TimeDelta::days(183);
/// Years after which nobody needs the table's copy: the archive is kept elsewhere.
const YEARS_KEPT: u32 = 10;

impl Check {
    pub(super) fn window(&mut self, raw: &RawWindow, id: Option<&BatchId>) -> Option<Window> {
        let opens = self.instant("opens", &raw.opens);
        let closes = self.in_order(["opens", "closes"], opens, &raw.closes);
        if closes.is_some() && closes == opens {
            self.fault(
                &raw.closes.span(),
                "closes 与 opens 相同，批次永远不开放：closes 写截止日的次日零点",
                "closes equals opens, so the batch is never open: write midnight after the last day",
            );
        }
        let readable_until = self.in_order(["closes", "readable_until"], closes, &raw.readable_until);
        let retained_until =
            self.in_order(["readable_until", "retained_until"], readable_until, &raw.retained_until);
        let window = Window {
            opens: opens?,
            closes: closes?,
            readable_until: readable_until?,
            retained_until: retained_until?,
        };
        if window.opens < window.closes {
            self.length(raw, &window);
        }
        self.retention(raw, &window);
        if let Some(id) = id {
            self.month_of_id(raw, &window, id);
        }
        Some(window)
    }

    /// A window of hours, or of years.
    fn length(&mut self, raw: &RawWindow, window: &Window) {
        let open = window.closes - window.opens;
        let (hours, days) = (open.num_hours(), open.num_days());
        if open < TimeDelta::days(1) {
            self.note(
                Weight::Odd,
                &raw.closes.span(),
                format!("批次只开放 {hours} 小时：请确认；closes 写截止日的次日零点"),
                format!("the batch is open for {hours} hours only: is that meant? `closes` is midnight after the last day"),
            );
        } else if open > LONG {
            self.note(
                Weight::Odd,
                &raw.closes.span(),
                format!("批次开放 {days} 天：请核对 opens 与 closes 的年份"),
                format!("the batch is open for {days} days: look at the years of `opens` and `closes`"),
            );
        }
    }

    /// Forgotten before anybody could archive it, or kept for a century.
    fn retention(&mut self, raw: &RawWindow, window: &Window) {
        let left = window.retained_until - window.readable_until;
        if left >= TimeDelta::zero() && left < TO_ARCHIVE {
            let (days, least) = (left.num_days(), TO_ARCHIVE.num_days());
            self.note(
                Weight::Undeployable,
                &raw.retained_until.span(),
                format!("retained_until 只比 readable_until 晚 {days} 天，到时数据即被删除，来不及归档：至少留 {least} 天"),
                format!(
                    "retained_until is {days} days after readable_until; then the table forgets everything, and nobody could archive it: leave {least} days at least"
                ),
            );
        }
        if window
            .closes
            .checked_add_months(Months::new(12 * YEARS_KEPT))
            .is_some_and(|most| window.retained_until > most)
        {
            let years = window.retained_until.year() - window.closes.year();
            self.note(
                Weight::Odd,
                &raw.retained_until.span(),
                format!("retained_until 在关闭 {years} 年之后：个人数据要保存 {years} 年，请核对年份"),
                format!("retained_until is {years} years after closes: personal data would be kept for {years} years; look at the year"),
            );
        }
    }

    /// A batch is named by its month; its window is near it.
    fn month_of_id(&mut self, raw: &RawWindow, window: &Window, id: &BatchId) {
        let Some(month) = format!("{id}-01").parse::<NaiveDate>().ok().filter(|_| id.as_str().len() == 7)
        else {
            return;
        };
        let near = TimeDelta::days(100);
        let (opens, last) = (window.opens.date_naive(), window.closes.date_naive() - TimeDelta::days(1));
        if last < month - near || opens > month + TimeDelta::days(30) + near {
            self.note(
                Weight::Odd,
                &raw.opens.span(),
                format!("批次 {id} 的开放时间是 {opens} 至 {last}，与编号的年月相差甚远：请核对年份"),
                format!("batch {id} is open from {opens} to {last}, far from the month of its id: look at the years"),
            );
        }
    }

    /// How long before an end people are reminded; of letters, where the batch gives any.
    pub(super) fn reminders(&mut self, raw: &RawReminders, introduces: bool) -> Reminders {
        if introduces && raw.letter_days.is_none() {
            self.fault(
                &raw.window_days.span(),
                "[reminders] 缺少 letter_days（介绍信到期前几天提醒）：添上 letter_days = 14",
                "[reminders] lacks the key letter_days, which says how long before a letter expires: add letter_days = 14",
            );
        }
        for days in [Some(&raw.window_days), raw.letter_days.as_ref()].into_iter().flatten() {
            if !(1..=60).contains(days.get_ref()) {
                self.fault(
                    &days.span(),
                    format!("提前 {} 天提醒：须在 1 到 60 天之间；不想提醒就删去 [reminders]", days.get_ref()),
                    format!(
                        "reminders {} days before: it must be 1 to 60; to remind nobody, take [reminders] out",
                        days.get_ref()
                    ),
                );
            }
        }
        let window_days = *raw.window_days.get_ref();
        let letter_days = raw.letter_days.as_ref().map_or(window_days, |days| *days.get_ref());
        Reminders { window_days, letter_days }
    }
}
