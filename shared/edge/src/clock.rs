//! What time it is. Rules get time as an argument; this is where it comes from.

use std::time::Instant;

use chrono::{SubsecRound, Utc};
use domain::Timestamp;

/// A clock in Asia/Shanghai, to the millisecond.
#[derive(Debug, Clone, Copy)]
pub enum Clock {
    /// The machine's.
    System,
    /// One that was set, and runs.
    Running {
        /// What it was set to.
        from: Timestamp,
        /// When that was.
        since: Instant,
    },
    /// One that was set, and stands.
    Standing(Timestamp),
}

impl Clock {
    /// A clock set to an instant, running on from there.
    pub fn running_from(from: Timestamp) -> Self {
        Clock::Running { from, since: Instant::now() }
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        let now = match self {
            Clock::System => Utc::now().fixed_offset(),
            Clock::Running { from, since } => *from + since.elapsed(),
            Clock::Standing(at) => *at,
        };
        now.with_timezone(&domain::shanghai()).trunc_subsecs(3)
    }
}
