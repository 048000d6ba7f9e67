#![doc = include_str!("../README.md")]

mod chain;
mod event;
mod hash;
mod private;

pub use chain::{Aggregate, BrokenChainError, append, audit, replay, verify};
pub use event::{Event, Head};
pub use hash::{Hash, InvalidHashError};
pub use private::{InvalidSaltError, OpenError, Private, Salt, Sealed};
