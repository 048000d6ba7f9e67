//! Lists, a page at a time: outlines by college, an advisor's students, events. No Scan.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use domain::clearance::Clearance;
use domain::fact::Event;
use domain::ids::{BatchId, ImportId, PersonId, StepNumber, StudentId};
use domain::progress::Outline;
use domain::role::Colleges;
use futures::{StreamExt as _, TryStreamExt as _};
use serde::de::DeserializeOwned;

use crate::client::Store;
use crate::error::{Context as _, StoreError};
use crate::items;
use crate::keys::{self, BY_COLLEGE, EVENT, Item, NAMES, PK, SK};

/// How many colleges are counted at the same time.
const COLLEGES_AT_ONCE: usize = 8;
/// As many outlines as a page of 1 MB can hold.
const OUTLINES: i32 = 5_000;

/// The index of outlines.
const INDEX: &str = "by_college";

/// One page of a list.
#[derive(Debug, Clone)]
pub struct Page<T, N> {
    /// What is on it.
    pub items: Vec<T>,
    /// The last thing on it, if there may be more after it.
    pub next: Option<N>,
}

impl Store {
    /// The outlines of one college's students in order of number, at most `limit`. From the index,
    /// so a change of this very moment may not show yet.
    pub async fn outlines(
        &self,
        batch: &BatchId,
        college: &str,
        after: Option<&StudentId>,
        limit: i32,
    ) -> Result<Page<Outline, StudentId>, StoreError> {
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(INDEX)
            .key_condition_expression("#pk = :pk")
            .expression_attribute_names("#pk", BY_COLLEGE)
            .expression_attribute_values(":pk", keys::text(keys::college(batch, college)))
            .set_exclusive_start_key(after.map(|student| keys::after_student(batch, college, student)))
            .limit(limit)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .during("list a college")?;
        self.meter.record(answer.consumed_capacity());
        let more = answer.last_evaluated_key.is_some();
        let outlines: Vec<Outline> =
            answer.items.unwrap_or_default().into_iter().map(items::outline).collect::<Result<_, _>>()?;
        let next = outlines.last().filter(|_| more).map(|outline| outline.id.clone());
        Ok(Page { items: outlines, next })
    }

    /// Counts over the outlines of these colleges, several colleges at a time; no page outlives its counting.
    pub async fn count<T: Default>(
        &self,
        batch: &BatchId,
        within: &Colleges,
        add: impl Fn(&mut T, &Outline),
        merged: impl Fn(T, T) -> T,
    ) -> Result<T, StoreError> {
        let known = self.colleges(batch).await?;
        let names = known.into_iter().filter(|name| within.include(name));
        let add = &add;
        futures::stream::iter(names.map(|college| self.count_one(batch, college, add)))
            .buffer_unordered(COLLEGES_AT_ONCE)
            .try_fold(T::default(), |sum, one| std::future::ready(Ok(merged(sum, one))))
            .await
    }

    async fn count_one<T: Default>(
        &self,
        batch: &BatchId,
        college: String,
        add: &impl Fn(&mut T, &Outline),
    ) -> Result<T, StoreError> {
        let (mut sum, mut after) = (T::default(), None);
        loop {
            let page = self.outlines(batch, &college, after.as_ref(), OUTLINES).await?;
            page.items.iter().for_each(|outline| add(&mut sum, outline));
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(sum),
            }
        }
    }

    /// The students somebody advises, in order of number, at most `limit`.
    pub async fn advisees(
        &self,
        batch: &BatchId,
        advisor: &PersonId,
        after: Option<&StudentId>,
        limit: i32,
    ) -> Result<Page<StudentId, StudentId>, StoreError> {
        self.linked(keys::advisor(batch, advisor), after, limit).await
    }

    /// The students whose step an import decided, in order of number, at most `limit`; also those
    /// whose step somebody has decided since.
    pub async fn imported(
        &self,
        batch: &BatchId,
        step: StepNumber,
        import: &ImportId,
        after: Option<&StudentId>,
        limit: i32,
    ) -> Result<Page<StudentId, StudentId>, StoreError> {
        self.linked(keys::import(batch, step, import), after, limit).await
    }

    /// The students that a partition of links leads to.
    async fn linked(
        &self,
        partition: String,
        after: Option<&StudentId>,
        limit: i32,
    ) -> Result<Page<StudentId, StudentId>, StoreError> {
        let start = after.map(|student| keys::pair(partition.clone(), student.to_string()));
        let (found, more) = self.partition(partition, "", start, limit).await?;
        let students: Vec<StudentId> = found.iter().map(items::linked_student).collect::<Result<_, _>>()?;
        let next = students.last().filter(|_| more).cloned();
        Ok(Page { items: students, next })
    }

    /// One student's events in order, at most `limit`, after the one numbered `after`.
    pub async fn history(
        &self,
        batch: &BatchId,
        student: &StudentId,
        after: Option<u64>,
        limit: i32,
    ) -> Result<Page<Event, u64>, StoreError> {
        self.events(Clearance::subject(batch, student), after, limit).await
    }

    /// A subject's events in order.
    pub(crate) async fn events<F: DeserializeOwned>(
        &self,
        subject: String,
        after: Option<u64>,
        limit: i32,
    ) -> Result<Page<ledger::Event<F>, u64>, StoreError> {
        let start = after.map(|number| keys::pair(subject.clone(), keys::event(number)));
        let (found, more) = self.partition(subject, EVENT, start, limit).await?;
        let events: Vec<ledger::Event<F>> = found.into_iter().map(items::event).collect::<Result<_, _>>()?;
        let next = events.last().filter(|_| more).map(ledger::Event::number);
        Ok(Page { items: events, next })
    }

    /// All events of one student, page after page.
    pub async fn all_events(&self, batch: &BatchId, student: &StudentId) -> Result<Vec<Event>, StoreError> {
        self.whole_chain(Clearance::subject(batch, student)).await
    }

    pub(crate) async fn whole_chain<F: DeserializeOwned>(
        &self,
        subject: String,
    ) -> Result<Vec<ledger::Event<F>>, StoreError> {
        let mut all = Vec::new();
        let mut after = None;
        loop {
            let page = self.events(subject.clone(), after, 1_000).await?;
            all.extend(page.items);
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(all),
            }
        }
    }

    /// One page of a partition whose sort keys begin with `prefix`, read strongly consistently.
    pub(crate) async fn partition(
        &self,
        pk: impl Into<String>,
        prefix: &str,
        start: Option<Item>,
        limit: i32,
    ) -> Result<(Vec<Item>, bool), StoreError> {
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .expression_attribute_names("#pk", PK)
            .expression_attribute_values(":pk", keys::text(pk))
            .set_exclusive_start_key(start)
            .consistent_read(true)
            .limit(limit)
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let query = if prefix.is_empty() {
            query.key_condition_expression("#pk = :pk")
        } else {
            query
                .key_condition_expression("#pk = :pk AND begins_with(#sk, :prefix)")
                .expression_attribute_names("#sk", SK)
                .expression_attribute_values(":prefix", keys::text(prefix))
        };
        let answer = query.send().await.during("list a partition")?;
        self.meter.record(answer.consumed_capacity());
        Ok((answer.items.unwrap_or_default(), answer.last_evaluated_key.is_some()))
    }

    /// The names of a batch's colleges: those of every student that was ever imported.
    pub async fn colleges(&self, batch: &BatchId) -> Result<BTreeSet<String>, StoreError> {
        let item = self.get(keys::colleges(batch), "get the colleges").await?;
        let names = item.and_then(|mut item| item.remove(NAMES));
        Ok(names.and_then(|names| names.as_ss().ok().cloned()).unwrap_or_default().into_iter().collect())
    }

    /// Adds names to a batch's colleges. Done before the students are written, so that no student
    /// can be in a college that lists don't know.
    pub async fn add_colleges(
        &self,
        batch: &domain::batch::Batch,
        names: BTreeSet<String>,
    ) -> Result<(), StoreError> {
        let answer = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::colleges(batch.id())))
            .update_expression("ADD #names :names SET #expires = :expires")
            .expression_attribute_names("#names", NAMES)
            .expression_attribute_names("#expires", keys::EXPIRES)
            .expression_attribute_values(":names", AttributeValue::Ss(names.into_iter().collect()))
            .expression_attribute_values(":expires", keys::number(batch.window().retained_until.timestamp()))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .during("add colleges")?;
        self.meter.record(answer.consumed_capacity());
        Ok(())
    }
}
