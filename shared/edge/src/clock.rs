//! What time it is. Rules get time as an argument; this is where it comes from.

use std::time::Instant as Monotonic;

use chrono::{SubsecRound, Utc};
use domain::Instant;

/// A clock in Asia/Shanghai, to the millisecond.
#[derive(Debug, Clone, Copy)]
pub enum Clock {
    /// The machine's.
    System,
    /// One that was set, and runs.
    Running {
        /// What it was set to.
        from: Instant,
        /// When that was.
        since: Monotonic,
    },
    /// One that was set, and stands.
    Standing(Instant),
}

impl Clock {
    /// A clock set to an instant, running on from there.
    pub fn running_from(from: Instant) -> Self {
        Clock::Running { from, since: Monotonic::now() }
    }

    /// The present instant.
    pub fn now(&self) -> Instant {
        let now = match self {
            Clock::System => Utc::now().fixed_offset(),
            Clock::Running { from, since } => *from + since.elapsed(),
            Clock::Standing(at) => *at,
        };
        now.with_timezone(&domain::shanghai()).trunc_subsecs(3)
    }
}
