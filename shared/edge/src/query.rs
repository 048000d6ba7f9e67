//! Queries and cursors: every name is known, every value is read or refused.

use std::collections::BTreeMap;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::field::{FieldFault, FieldRule};
use domain::refusal::Refusal;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::problem::Problem;

/// The most rows that a page can be asked to have.
pub const MOST_ON_A_PAGE: i64 = 100;
/// The most characters of what is looked for.
pub const LONGEST_SEARCH: usize = 60;
/// The most characters of a cursor.
pub const LONGEST_CURSOR: usize = 1_000;

/// The query of a request, taken apart name by name.
#[derive(Debug)]
pub struct Query {
    values: BTreeMap<String, String>,
    faults: Vec<FieldFault>,
}

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let pairs =
            axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&parts.uri).map_err(|_| {
                Refusal::InvalidFields(vec![FieldFault::new("query", FieldRule::ControlCharacters)])
            })?;
        let mut values = BTreeMap::new();
        let mut faults = Vec::new();
        for (name, value) in pairs.0 {
            if values.insert(name.clone(), value).is_some() {
                faults.push(FieldFault::new(name, FieldRule::Duplicate));
            }
        }
        Ok(Self { values, faults })
    }
}

impl Query {
    /// A value, if it was given and isn't empty.
    pub fn text(&mut self, name: &str, longest: usize) -> Option<String> {
        let value =
            self.values.remove(name).map(|value| value.trim().to_owned()).filter(|v| !v.is_empty())?;
        if value.chars().count() > longest {
            self.faults.push(FieldFault::new(name, FieldRule::TooLong { most: longest }));
            return None;
        }
        Some(value)
    }

    /// A value of one of these words.
    pub fn word<T>(&mut self, name: &str, read: impl Fn(&str) -> Option<T>, words: &[&str]) -> Option<T> {
        let value = self.text(name, 40)?;
        let known = read(&value);
        if known.is_none() {
            let words = words.iter().map(|word| (*word).to_owned()).collect();
            self.faults.push(FieldFault::new(name, FieldRule::OneOf(words)));
        }
        known
    }

    /// A whole number between two others, or a default.
    pub fn number(&mut self, name: &str, range: std::ops::RangeInclusive<i64>, otherwise: i64) -> i64 {
        let Some(value) = self.text(name, 20) else { return otherwise };
        match value.parse() {
            Ok(number) if range.contains(&number) => number,
            _ => {
                self.faults.push(FieldFault::new(name, FieldRule::Between(*range.start(), *range.end())));
                otherwise
            }
        }
    }

    /// What is looked for: a college, a part of a name.
    pub fn search(&mut self, name: &str) -> Option<String> {
        self.text(name, LONGEST_SEARCH)
    }

    /// How many rows a page is to have.
    pub fn limit(&mut self, otherwise: i64) -> i64 {
        self.number("limit", 1..=MOST_ON_A_PAGE, otherwise)
    }

    /// Where a page goes on.
    pub fn cursor<T: DeserializeOwned>(&mut self) -> Option<T> {
        let text = self.text("cursor", LONGEST_CURSOR)?;
        let cursor = Cursor::read(&text);
        if cursor.is_none() {
            self.faults.push(FieldFault::new("cursor", FieldRule::NotACursor));
        }
        cursor
    }

    /// A name that must be there.
    pub fn required<T>(&mut self, name: &str, value: Option<T>) -> Option<T> {
        if value.is_none() && !self.faults.iter().any(|fault| fault.field == name) {
            self.faults.push(FieldFault::new(name, FieldRule::Required));
        }
        value
    }

    /// Refuses what was wrong, and every name that nothing asked for.
    pub fn finish(mut self) -> Result<(), Problem> {
        let strangers = self.values.into_keys().take(20);
        let stranger = |name: String| FieldFault::new(name, FieldRule::NoPlace);
        self.faults.extend(strangers.map(stranger));
        if self.faults.is_empty() { Ok(()) } else { Err(Refusal::InvalidFields(self.faults).into()) }
    }
}

/// Where a page goes on, as a text that callers hand back unread.
pub struct Cursor;

impl Cursor {
    /// The text for a place.
    pub fn write(place: &impl Serialize) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(place).unwrap_or_default())
    }

    /// The place of a text.
    pub fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
    }
}
