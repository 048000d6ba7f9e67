#![doc = include_str!("../README.md")]

mod chain;
mod event;
mod hash;

pub use chain::{Aggregate, BrokenError, append, audit, replay, verify};
pub use event::{Event, Head};
pub use hash::{Hash, NotAHashError};
