//! What can stand in a query: words of enumerations, numbers, days, what is looked for, where a page goes on.

use std::ops::Deref;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::NaiveDate;
use domain::batch::{Batch, Step};
use domain::cell::day;
use domain::decide::form::{FormList, FormState};
use domain::facts::When;
use domain::field::{FieldFault, FieldRule, Format};
use domain::ids::StepNumber;
use domain::paper::Paper;
use domain::party::letter::LetterState;
use domain::refusal::{Refusal, What};
use domain::state::State;
use domain::student::YesNo;
use domain::university::University;
use domain::words::Word;
use serde::Serialize;
use serde::de::DeserializeOwned;
use utoipa::PartialSchema as _;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;

use super::{Parameter, Value};
use crate::contract::{
    self, LONGEST_CURSOR, LONGEST_SEARCH, MOST_DAYS_AHEAD, MOST_EVENTS, MOST_ON_A_PAGE, MOST_ROW,
};

/// More than any number has that is taken.
const DIGITS: usize = 20;

fn whole<T: TryFrom<i64>>(text: &str, least: i64, most: i64) -> Result<T, FieldRule> {
    let number = text.parse().ok().filter(|number| (least..=most).contains(number));
    number.and_then(|number| T::try_from(number).ok()).ok_or(FieldRule::Between(least, most))
}

macro_rules! words_of {
    ($($kind:ty => $schema:ty),+ $(,)?) => {$(
        impl Value for $kind {
            const LONGEST: usize = 40;

            fn read(text: &str) -> Result<Self, FieldRule> {
                <$kind as Word>::read(text).ok_or_else(FieldRule::one_of::<$kind>)
            }

            fn schema() -> RefOr<Schema> {
                <$schema>::schema()
            }
        }
    )+};
}

words_of! {
    State => contract::StateOfStep,
    LetterState => contract::StateOfLetter,
    FormState => contract::StateOfForm,
    FormList => contract::ListOfForms,
    YesNo => contract::YesOrNo,
    Missing => contract::Missing,
    Flag => contract::Flag,
}

/// The number of a row of a table, from 1.
#[derive(Debug, Clone, Copy)]
pub struct RowNumber(pub usize);

impl Value for RowNumber {
    const LONGEST: usize = DIGITS;

    fn read(text: &str) -> Result<Self, FieldRule> {
        whole(text, 1, MOST_ROW).map(Self)
    }

    fn schema() -> RefOr<Schema> {
        contract::RowNumber::schema()
    }
}

domain::words! {
    /// A filter for what is missing.
    Missing {
        /// It is missing.
        Missing = "missing",
    }
}

domain::words! {
    /// Whether something is so.
    Flag {
        /// It is.
        True = "true",
        /// It isn't.
        False = "false",
    }
}

/// What is looked for: a college, a part of a name.
#[derive(Debug, Clone)]
pub struct Search(String);

impl Deref for Search {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl Value for Search {
    const LONGEST: usize = LONGEST_SEARCH;

    fn read(text: &str) -> Result<Self, FieldRule> {
        Ok(Self(text.to_owned()))
    }

    fn schema() -> RefOr<Schema> {
        contract::Search::schema()
    }
}

/// A step, which is one of its batch's or none.
#[derive(Debug, Clone)]
pub struct StepName(String);

impl StepName {
    /// The batch's step of that number.
    pub fn of<'a>(&self, batch: &'a Batch) -> Result<&'a Step, Refusal> {
        let Some(number) = self.0.parse().ok().filter(|number| *number > 0) else {
            let known = batch.steps().map(|step| step.number.to_string()).collect();
            let fault = FieldFault::new("step", FieldRule::OneOf(known));
            return Err(Refusal::InvalidFields(vec![fault]));
        };
        batch.step(StepNumber(number)).ok_or(Refusal::NotFound(What::Step))
    }
}

impl Value for StepName {
    const LONGEST: usize = 40;

    fn read(text: &str) -> Result<Self, FieldRule> {
        Ok(Self(text.to_owned()))
    }

    fn schema() -> RefOr<Schema> {
        contract::Step::schema()
    }
}

/// A paper, which is one of its batch's or none.
#[derive(Debug, Clone)]
pub struct PaperName(String);

impl PaperName {
    /// The batch's paper of that id; where none is named the party introduction, or else the first that it gives.
    pub fn of<'a>(asked: Option<&Self>, batch: &'a Batch) -> Result<&'a Paper, Refusal> {
        let Some(Self(name)) = asked else { return batch.paper(None) };
        let known = batch.papers().iter().find(|paper| paper.id.as_str() == name);
        known.ok_or_else(|| {
            let ids = batch.papers().iter().map(|paper| paper.id.to_string()).collect();
            Refusal::InvalidFields(vec![FieldFault::new("paper", FieldRule::OneOf(ids))])
        })
    }
}

crate::query! {
    /// Of which paper.
    pub struct PaperQuery {
        /// A paper of the batch; the party introduction unless said, or else the first that it gives
        paper: Option<PaperName>,
    }
}

impl PaperQuery {
    /// The paper that is meant.
    pub fn of<'a>(&self, batch: &'a Batch) -> Result<&'a Paper, Refusal> {
        PaperName::of(self.paper.as_ref(), batch)
    }
}

impl Value for PaperName {
    const LONGEST: usize = 40;

    fn read(text: &str) -> Result<Self, FieldRule> {
        Ok(Self(text.to_owned()))
    }

    fn schema() -> RefOr<Schema> {
        contract::PaperName::schema()
    }
}

/// Only students with these values of facts: `campus:lianhua,level:doctor`.
#[derive(Debug, Clone)]
pub struct FactFilter(Vec<(String, String)>);

impl FactFilter {
    /// Whom it leaves, as the university knows facts; somebody else's fact or value is named.
    pub fn of(asked: Option<&Self>, university: &University) -> Result<When, Refusal> {
        let mut when = When::default();
        for (id, value) in asked.into_iter().flat_map(|filter| &filter.0) {
            let wrong =
                |words| Refusal::InvalidFields(vec![FieldFault::new("facts", FieldRule::OneOf(words))]);
            let fact = university.facts().iter().find(|fact| fact.id.as_str() == id);
            let ids = || university.facts().iter().map(|fact| fact.id.to_string()).collect();
            let fact = fact.ok_or_else(|| wrong(ids()))?;
            let known = fact.values();
            if !known.is_empty() && !known.contains(&value.as_str()) {
                return Err(wrong(known.iter().map(|value| format!("{id}:{value}")).collect()));
            }
            when.facts.entry(fact.id.clone()).or_default().insert(value.clone());
        }
        Ok(when)
    }
}

impl Value for FactFilter {
    const LONGEST: usize = LONGEST_SEARCH;

    fn read(text: &str) -> Result<Self, FieldRule> {
        let one = |pair: &str| {
            pair.split_once(':').map(|(id, value)| (id.trim().to_owned(), value.trim().to_owned()))
        };
        let read: Option<Vec<_>> = text.split(',').filter(|pair| !pair.trim().is_empty()).map(one).collect();
        read.map(Self).ok_or_else(|| FieldRule::OneOf(vec!["campus:lianhua,level:doctor".to_owned()]))
    }

    fn schema() -> RefOr<Schema> {
        contract::FactsAsked::schema()
    }
}

impl Value for NaiveDate {
    const LONGEST: usize = DIGITS;

    fn read(text: &str) -> Result<Self, FieldRule> {
        day(text).ok_or(FieldRule::Format(Format::Date))
    }

    fn schema() -> RefOr<Schema> {
        contract::Day::schema()
    }
}

/// So many days from today.
#[derive(Debug, Clone, Copy)]
pub struct DaysAhead(pub u64);

impl Value for DaysAhead {
    const LONGEST: usize = DIGITS;

    fn read(text: &str) -> Result<Self, FieldRule> {
        whole(text, 0, MOST_DAYS_AHEAD).map(Self)
    }

    fn schema() -> RefOr<Schema> {
        contract::DaysAhead::schema()
    }
}

/// The version of an entry that somebody has seen.
#[derive(Debug, Clone, Copy)]
pub struct EntryVersion(pub u64);

impl Value for EntryVersion {
    const LONGEST: usize = DIGITS;

    fn read(text: &str) -> Result<Self, FieldRule> {
        whole(text, 0, MOST_EVENTS).map(Self)
    }

    fn schema() -> RefOr<Schema> {
        contract::EntryVersion::schema()
    }
}

/// Where a page goes on: `next` of the page before, read back.
#[derive(Debug, Clone)]
pub struct Cursor<T>(pub T);

impl<T: Serialize> Cursor<T> {
    /// The text that callers hand back unread.
    pub fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(&self.0).unwrap_or_default())
    }
}

impl<T: DeserializeOwned> Value for Cursor<T> {
    const LONGEST: usize = LONGEST_CURSOR;

    fn read(text: &str) -> Result<Self, FieldRule> {
        let json = URL_SAFE_NO_PAD.decode(text).map_err(|_| FieldRule::NotACursor)?;
        serde_json::from_slice(&json).map(Self).map_err(|_| FieldRule::NotACursor)
    }

    fn schema() -> RefOr<Schema> {
        contract::Place::schema()
    }
}

/// How many rows a page is to have; so many, unless it is said.
#[derive(Debug, Clone, Copy)]
pub struct Limit<const USUAL: u8>(u8);

impl<const USUAL: u8> Limit<USUAL> {
    /// As a length.
    pub fn rows(self) -> usize {
        self.0.into()
    }

    /// As the table counts.
    pub fn items(self) -> i32 {
        self.0.into()
    }
}

impl<const USUAL: u8> Parameter for Limit<USUAL> {
    const REQUIRED: bool = false;
    const LONGEST: usize = DIGITS;

    fn read(given: Option<&str>) -> Result<Self, FieldRule> {
        given.map_or(Ok(USUAL), |text| whole(text, 1, MOST_ON_A_PAGE)).map(Self)
    }

    fn schema() -> RefOr<Schema> {
        contract::Limit::schema()
    }
}
