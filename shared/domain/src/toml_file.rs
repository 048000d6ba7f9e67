//! Reads files that people write: TOML with the line of every value, faults in words that say what to do.

pub(crate) mod characters;
pub(crate) mod check;
mod example;
pub(crate) mod explain;
pub(crate) mod keys;
mod lines;
mod made_up;
pub(crate) mod place;
mod scan;
mod shape;
mod syntax;
pub(crate) mod words;
