//! Colleges, of which each has one name however a file writes it.

use std::collections::{BTreeMap, BTreeSet};

use crate::text::same_name;

/// Colleges by their normal form, so that one has one name however a file writes it: the name that was there first.
#[derive(Debug, Clone, Default)]
pub struct Colleges(BTreeMap<String, String>);

impl Colleges {
    /// Those that a batch has.
    pub fn known(names: &BTreeSet<String>) -> Self {
        Self(names.iter().map(|name| (same_name(name), name.clone())).collect())
    }

    /// The name that a college has, and whether it is a new one.
    pub fn settle(&mut self, name: &str) -> (String, bool) {
        let form = same_name(name);
        if let Some(known) = self.0.get(&form) {
            return (known.clone(), false);
        }
        self.0.insert(form, name.to_owned());
        (name.to_owned(), true)
    }
}
