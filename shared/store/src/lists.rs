//! Lists, a page at a time: outlines by college, an advisor's students, events. No Scan.

use std::collections::BTreeSet;
use std::sync::Arc;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::clearance::Clearance;
use domain::fact::Event;
use domain::ids::{BatchId, ImportId, PersonId, StepNumber, StudentId};
use domain::progress::Outline;
use domain::role::Colleges;
use futures::stream::{self, BoxStream, StreamExt as _, TryStreamExt as _};
use serde::de::DeserializeOwned;

use crate::client::Store;
use crate::error::{Context as _, Listed, StoreError, UnreadableError};
use crate::format::{COLLEGES, V};
use crate::items;
use crate::keys::{self, BY_COLLEGE, EVENT, Item, NAMES, PK, SK};
use crate::pages::{Page, every, pages};

/// How many colleges are counted at the same time.
const COLLEGES_AT_ONCE: usize = 8;
/// As many outlines as a page of 1 MB can hold.
const OUTLINES: i32 = 5_000;

/// The index of outlines.
const INDEX: &str = "by_college";

/// A count over a list.
#[derive(Debug, Clone, Default)]
pub struct Counted<T> {
    /// What was counted.
    pub sum: T,
    /// How many items couldn't be read.
    pub unreadable: usize,
}

impl Store {
    /// The outlines of one college's students in order of number, at most `limit`. From the index,
    /// so a change of this very moment may not show yet.
    pub async fn outlines(
        &self,
        batch: &BatchId,
        college: &str,
        after: Option<StudentId>,
        limit: i32,
    ) -> Result<Page<Listed<Outline, StudentId>, StudentId>, StoreError> {
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(INDEX)
            .key_condition_expression("#pk = :pk")
            .expression_attribute_names("#pk", BY_COLLEGE)
            .expression_attribute_values(":pk", keys::text(keys::college(batch, college)))
            .set_exclusive_start_key(after.map(|student| keys::exclusive_start_key(batch, college, &student)))
            .limit(limit)
            .send()
            .await
            .during("list a college")?;
        let more = answer.last_evaluated_key.is_some();
        let outlines = answer.items.unwrap_or_default().into_iter().map(items::listed_outline);
        let outlines = outlines.collect::<Result<_, _>>()?;
        Ok(Page::of_listed(outlines, more, |outline: &Outline| outline.id.clone()))
    }

    /// The outlines of those who were taken out of a batch, in order of number, at most `limit`.
    pub async fn removed(
        &self,
        batch: &BatchId,
        after: Option<StudentId>,
        limit: i32,
    ) -> Result<Page<Listed<Outline, StudentId>, StudentId>, StoreError> {
        self.outlines(batch, keys::REMOVED, after, limit).await
    }

    /// The outlines of these colleges' students, college after college, in pages of at most `limit`, after
    /// a student of a college; if that college isn't among them, from the start of the next one.
    pub fn walk<'a>(
        &'a self,
        batch: &'a BatchId,
        within: &'a Colleges,
        from: Option<(String, StudentId)>,
        limit: i32,
    ) -> BoxStream<'a, Result<Vec<Listed<Outline, StudentId>>, StoreError>> {
        let colleges = async move {
            let names = match within {
                Colleges::Only(names) => names.clone(),
                Colleges::All => self.colleges(batch).await?,
            };
            let (first, after) = from.unzip();
            // Where those stand who were taken out is no college, whoever asks for it by name.
            let names = names.into_iter().filter(|name| name != keys::REMOVED);
            let left = names.filter(|name| first.as_ref() <= Some(name));
            let left = left.map(|name| {
                let after = after.clone().filter(|_| first.as_ref() == Some(&name));
                Ok::<_, StoreError>((name, after))
            });
            Ok::<_, StoreError>(stream::iter(left.collect::<Vec<_>>()))
        };
        let of_college = move |(college, after): (String, Option<StudentId>)| {
            let college: Arc<str> = college.into();
            pages(after, move |after| {
                let college = college.clone();
                async move { self.outlines(batch, &college, after, limit).await }
            })
        };
        stream::once(colleges).try_flatten().map_ok(of_college).try_flatten().boxed()
    }

    /// Counts over the outlines of these colleges, several colleges at a time; no page outlives its counting.
    pub async fn count<T: Default>(
        &self,
        batch: &BatchId,
        within: &Colleges,
        add: impl Fn(&mut T, &Outline),
        merged: impl Fn(T, T) -> T,
    ) -> Result<Counted<T>, StoreError> {
        let known = self.colleges(batch).await?;
        let names = known.into_iter().filter(|name| within.include(name));
        let add = &add;
        stream::iter(names.map(|college| self.count_one(batch, college, add)))
            .buffer_unordered(COLLEGES_AT_ONCE)
            .try_fold(Counted::default(), |sum, one| {
                let unreadable = sum.unreadable + one.unreadable;
                std::future::ready(Ok(Counted { sum: merged(sum.sum, one.sum), unreadable }))
            })
            .await
    }

    async fn count_one<T: Default>(
        &self,
        batch: &BatchId,
        college: String,
        add: &impl Fn(&mut T, &Outline),
    ) -> Result<Counted<T>, StoreError> {
        let outlines = pages(None, |after| self.outlines(batch, &college, after, OUTLINES));
        let counted = outlines.try_fold(Counted::<T>::default(), |mut counted, page| {
            for listed in &page {
                match listed {
                    Ok(outline) => add(&mut counted.sum, outline),
                    Err(_) => counted.unreadable += 1,
                }
            }
            std::future::ready(Ok(counted))
        });
        counted.await
    }

    /// The students somebody advises, in order of number, at most `limit`.
    pub async fn advisees(
        &self,
        batch: &BatchId,
        advisor: &PersonId,
        after: Option<StudentId>,
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
        after: Option<StudentId>,
        limit: i32,
    ) -> Result<Page<StudentId, StudentId>, StoreError> {
        self.linked(keys::import(batch, step, import), after, limit).await
    }

    /// The students that a partition of links leads to.
    async fn linked(
        &self,
        partition: String,
        after: Option<StudentId>,
        limit: i32,
    ) -> Result<Page<StudentId, StudentId>, StoreError> {
        let start = after.map(|student| keys::pair(partition.clone(), student.to_string()));
        let (found, more) = self.partition(partition, "", start, limit).await?;
        let students = found.iter().map(items::linked_student).collect::<Result<_, _>>()?;
        Ok(Page::new(students, more, StudentId::clone))
    }

    /// One student's events in order, at most `limit`, after the one numbered `after`.
    pub async fn history(
        &self,
        batch: &BatchId,
        student: &StudentId,
        after: Option<u64>,
        limit: i32,
    ) -> Result<Page<Listed<Event, u64>, u64>, StoreError> {
        self.events(&Clearance::subject(batch, student), after, limit).await
    }

    /// A subject's events in order.
    pub(crate) async fn events<F: DeserializeOwned>(
        &self,
        subject: &str,
        after: Option<u64>,
        limit: i32,
    ) -> Result<Page<Listed<ledger::Event<F>, u64>, u64>, StoreError> {
        let start = after.map(|number| keys::pair(subject, keys::event(number)));
        let (found, more) = self.partition(subject, EVENT, start, limit).await?;
        let events = found.into_iter().map(items::listed_event).collect::<Result<_, _>>()?;
        Ok(Page::of_listed(events, more, ledger::Event::number))
    }

    /// All events of one student.
    pub async fn all_events(&self, batch: &BatchId, student: &StudentId) -> Result<Vec<Event>, StoreError> {
        self.whole_chain(&Clearance::subject(batch, student)).await
    }

    pub(crate) async fn whole_chain<F: DeserializeOwned>(
        &self,
        subject: &str,
    ) -> Result<Vec<ledger::Event<F>>, StoreError> {
        let events = every(None, |after| self.events(subject, after, 1_000));
        events.and_then(|listed| std::future::ready(listed.map_err(StoreError::from))).try_collect().await
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
            .limit(limit);
        let query = if prefix.is_empty() {
            query.key_condition_expression("#pk = :pk")
        } else {
            query
                .key_condition_expression("#pk = :pk AND begins_with(#sk, :prefix)")
                .expression_attribute_names("#sk", SK)
                .expression_attribute_values(":prefix", keys::text(prefix))
        };
        let answer = query.send().await.during("list a partition")?;
        Ok((answer.items.unwrap_or_default(), answer.last_evaluated_key.is_some()))
    }

    /// The names of a batch's colleges: those of every student that was ever imported.
    pub async fn colleges(&self, batch: &BatchId) -> Result<BTreeSet<String>, StoreError> {
        let item = self.get(keys::colleges(batch), "get the colleges").await?;
        Ok(item.as_ref().map(read_colleges).transpose()?.unwrap_or_default())
    }

    /// Adds names to a batch's colleges. Done before the students are written, so that no student
    /// can be in a college that lists don't know.
    pub async fn add_colleges(
        &self,
        batch: &domain::batch::Batch,
        names: BTreeSet<String>,
    ) -> Result<(), StoreError> {
        self.client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::colleges(batch.id())))
            .update_expression("ADD #names :names SET #expires = :expires, #v = :v")
            .expression_attribute_names("#names", NAMES)
            .expression_attribute_names("#expires", keys::EXPIRES)
            .expression_attribute_names("#v", V)
            .expression_attribute_values(":v", COLLEGES.number())
            .expression_attribute_values(":names", AttributeValue::Ss(names.into_iter().collect()))
            .expression_attribute_values(":expires", keys::number(batch.window().retained_until.timestamp()))
            .send()
            .await
            .during("add colleges")
            .map(drop)
    }
}

/// The names in the item of a batch's colleges.
pub(crate) fn read_colleges(item: &Item) -> Result<BTreeSet<String>, UnreadableError> {
    COLLEGES.check(item.get(V))?;
    let names = item.get(NAMES).and_then(|names| names.as_ss().ok());
    Ok(names.ok_or(COLLEGES.broken())?.iter().cloned().collect())
}
