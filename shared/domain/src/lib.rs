//! The rules of clearance (离校手续), and nothing else.
//!
//! Pure: no async, no AWS, no HTTP, no clock, no logging. Time is an argument. What a caller may
//! do, what a decision changes and why it is refused are all answered here; everything around it
//! only carries questions in and answers out. Requirements are cited as `N7`, from NOTICE.md.
//!
//! The shape is `decide(state, command) → events` ([`decide`]) and `apply(state, event) → state`
//! ([`clearance::Clearance::apply`]); a batch ([`batch::Batch`]) is configuration.

pub mod batch;
pub mod batch_file;
pub mod clearance;
pub mod decide;
pub mod event;
pub mod ids;
pub mod import;
pub mod operator;
pub mod party;
pub mod pattern;
pub mod progress;
pub mod refusal;
pub mod rehearsal;
pub mod remind;
pub mod rights;
pub mod roster;
pub mod sheet;
pub mod student;
pub mod text;

/// An instant with its offset from UTC; Lixiao writes `+08:00` everywhere (Asia/Shanghai).
pub type Instant = chrono::DateTime<chrono::FixedOffset>;

/// The offset every instant is shown in: Asia/Shanghai, UTC+08:00, without summer time.
pub fn shanghai() -> chrono::FixedOffset {
    // 8 hours is inside chrono's range of a day, so the fallback is never taken.
    chrono::FixedOffset::east_opt(8 * 3600).unwrap_or(chrono::Offset::fix(&chrono::Utc))
}
