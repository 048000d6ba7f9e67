//! What time it is. Rules get time as an argument; this is where it comes from.

use std::time::Instant;

use chrono::{SubsecRound, Utc};
use domain::Timestamp;
use domain::zone::Zone;

/// A clock of a zone, to the millisecond.
#[derive(Debug, Clone)]
pub struct Clock {
    source: Source,
    zone: Zone,
}

/// What a clock goes by.
#[derive(Debug, Clone, Copy)]
enum Source {
    /// The machine's clock.
    System,
    /// It was set at an instant of the machine's, and runs.
    Running { from: Timestamp, since: Instant },
    /// It was set, and stands.
    Standing(Timestamp),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self { source: Source::System, zone: Zone::utc() }
    }

    /// A clock set to an instant, running on from there.
    pub fn running_from(from: Timestamp) -> Self {
        Self { source: Source::Running { from, since: Instant::now() }, zone: Zone::utc() }
    }

    /// A clock set to an instant, standing.
    pub fn standing(at: Timestamp) -> Self {
        Self { source: Source::Standing(at), zone: Zone::utc() }
    }

    /// An instant as the clock shows it.
    pub fn here(&self, at: Timestamp) -> Timestamp {
        self.zone.here(at)
    }

    /// The same clock in a zone.
    pub fn in_zone(self, zone: Zone) -> Self {
        Self { zone, ..self }
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        let now = match self.source {
            Source::System => Utc::now().fixed_offset(),
            Source::Running { from, since } => from + since.elapsed(),
            Source::Standing(at) => at,
        };
        self.zone.here(now).trunc_subsecs(3)
    }
}
