//! The rules of clearance (离校手续), and nothing else.
//!
//! Pure: no async, no AWS, no HTTP, no clock, no logging. Time is an argument. What a caller may
//! do, what a decision changes and why it is refused are all answered here; everything around it
//! only carries questions in and answers out. Requirements are cited as `N7`, from docs/REQUIREMENTS.md.
//!
//! The shape is `decide(state, command) → events` ([`decide`]) and `evolve(state, event)` ([`ledger::Aggregate`]); a batch
//! ([`batch::Batch`]) is configuration.
//!
//! | word | what it is | e.g. |
//! |---|---|---|
//! | command | what somebody wants of one step, every field read ([`decide::command::Command`]) | the library, step 2, `pass`, seen `ready` |
//! | decision | its kind, by which rights are asked ([`verdict::Decision`]) | `pass` |
//! | verdict | the decision with what it takes ([`verdict::Verdict`]) | passed, with these parts |
//! | fact | what has happened ([`fact::StudentFact`]); with who, when and from where it is an event ([`fact::Event`]) | step 2 was passed |
//! | record | what a clearance keeps of the last decision ([`clearance::Record`]) | passed, by whom, when, why |
//! | mark | what was decided, without the details ([`state::Mark`]) | passed |
//! | state | what the marks make of a step for this student ([`state::State`]) | step 10 is ready, since 9 is passed |
//!
//! Floors, each importing those above it in this list only: words (`words`, `ids`, `text`, `field`, `cell`, `header`, `state`, `role`, `student`) → refusals →
//! papers (`party`, `paper`) and `batch` → `fact`, `clearance`, `operator`, `verdict`, `rights` → `decide` → files, rehearsal, reminders.

pub mod batch;
pub mod batch_file;
pub mod cell;
pub mod clearance;
pub mod decide;
pub mod fact;
pub mod facts;
pub mod fault;
pub mod field;
pub mod grant_sheet;
pub mod header;
pub mod ids;
pub mod import;
pub mod kinds;
pub mod operator;
pub mod paper;
pub mod party;
pub mod pattern;
pub mod plan;
pub mod progress;
pub mod refusal;
pub mod rehearsal;
pub mod remind;
pub mod rights;
pub mod role;
pub mod roster;
pub mod sheet;
pub mod state;
pub mod student;
pub mod text;
mod toml_file;
pub mod trail;
pub mod university;
pub mod university_file;
pub mod verdict;
pub mod words;
pub mod zone;

/// An instant with its offset from UTC; Lixiao writes `+08:00` everywhere (Asia/Shanghai).
pub type Timestamp = chrono::DateTime<chrono::FixedOffset>;
