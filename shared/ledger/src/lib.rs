#![doc = include_str!("../README.md")]

mod chain;
mod checkpoint;
mod event;
mod hash;
mod heads;
mod private;

pub use chain::{Aggregate, BrokenChainError, append, audit, replay, verify};
pub use checkpoint::{Checkpoint, CheckpointError, NoteSignature, SignedCheckpoint};
pub use event::{Event, Head};
pub use hash::{Hash, InvalidHashError};
pub use heads::{Heads, InvalidHeadError};
pub use private::{InvalidSaltError, OpenError, Private, Salt, Sealed};
