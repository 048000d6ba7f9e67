//! Changes: read, let the domain decide, then one transaction of the document and its events.

use std::collections::BTreeSet;
use std::time::Duration;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{Delete, Put, ReturnConsumedCapacity, TransactWriteItem};
use domain::batch::Batch;
use domain::clearance::Clearance;
use domain::fact::Event;
use domain::ids::{PersonId, StudentId};
use domain::refusal::{Refusal, What};
use ledger::Aggregate as _;

use crate::client::Store;
use crate::error::{Context as _, Failure, StoreError, code_of};
use crate::items;
use crate::keys::{self, Item, PK, VERSION};

/// How often a lost race is run again before the caller hears of it.
const ATTEMPTS: u32 = 16;

/// What a change came to.
#[derive(Debug, Clone)]
pub struct Changed {
    /// The document as it is now.
    pub clearance: Clearance,
    /// The events that were written; none if it was already so.
    pub events: Vec<Event>,
}

/// What an item must be like for a put to go through.
#[derive(Clone, Copy)]
pub(crate) enum Expected {
    /// It isn't there.
    Nothing,
    /// It has this number in this attribute.
    Number(&'static str, u64),
    /// It doesn't matter.
    Anything,
}

/// How a transaction ended.
pub(crate) enum Written {
    /// Everything is there.
    Yes,
    /// Somebody else was faster; nothing is there.
    LostRace,
}

impl Store {
    /// Changes one student's clearance: `decide` sees the document and says which events follow.
    /// After a lost race it sees the newer document and decides again. `read` is a document read
    /// a moment ago, which saves the first read.
    pub async fn change<F>(
        &self,
        batch: &Batch,
        student: &StudentId,
        mut read: Option<Clearance>,
        decide: F,
    ) -> Result<Changed, Failure>
    where
        F: Fn(&Clearance) -> Result<Vec<Event>, Refusal>,
    {
        for attempt in 0..ATTEMPTS {
            let before = match read.take() {
                Some(clearance) => clearance,
                None => self.clearance(batch.id(), student).await?.ok_or(Refusal::NotFound(What::Student))?,
            };
            let events = decide(&before)?;
            let after = before.clone().after(&events);
            if events.is_empty() {
                return Ok(Changed { clearance: after, events });
            }
            match self.write(batch, Some(&before), &after, &events).await? {
                Written::Yes => return Ok(Changed { clearance: after, events }),
                Written::LostRace => breathe(attempt).await,
            }
        }
        Err(Refusal::ChangedMeanwhile.into())
    }

    /// Enrols a student, unless somebody has meanwhile.
    pub async fn enrol(
        &self,
        batch: &Batch,
        student: &StudentId,
        events: &[Event],
    ) -> Result<Clearance, Failure> {
        let (kind, id) = ("an enrolment", (batch.id().clone(), student.clone()));
        let clearance = ledger::replay::<Clearance>(&id, events).ok_or(StoreError::Unreadable { kind })?;
        match self.write(batch, None, &clearance, events).await? {
            Written::Yes => Ok(clearance),
            Written::LostRace => Err(Refusal::ChangedMeanwhile.into()),
        }
    }

    /// One transaction: the document, if it is still as it was read; its events; the links by
    /// which advisors and imports find their students.
    async fn write(
        &self,
        batch: &Batch,
        before: Option<&Clearance>,
        after: &Clearance,
        events: &[Event],
    ) -> Result<Written, StoreError> {
        let mut writes = self.document(batch, before, after, events)?;
        let student = &after.student.id;
        let advisors = |clearance: &Clearance| -> BTreeSet<PersonId> {
            clearance.student.advisors.iter().cloned().collect()
        };
        let (old, new) = (before.map(advisors).unwrap_or_default(), advisors(after));
        for advisor in new.difference(&old) {
            let link = items::expiring(items::advisee(batch.id(), advisor, student), batch);
            writes.push(self.put(link, Expected::Anything)?);
        }
        for advisor in old.difference(&new) {
            writes.push(self.delete(items::advisee(batch.id(), advisor, student))?);
        }
        for event in events {
            if let (Some(import), Some(step)) = (&event.stamp.import, event.fact.step()) {
                let link = items::imported(batch.id(), step, import, student);
                writes.push(self.put(items::expiring(link, batch), Expected::Anything)?);
                writes.push(self.import_goes_on(batch, step, import, &event.stamp.by)?);
            }
        }
        self.transact(writes).await
    }

    /// The puts of a document, if it is still as it was read, and of its new events.
    pub(crate) fn document(
        &self,
        batch: &Batch,
        before: Option<&Clearance>,
        after: &Clearance,
        events: &[Event],
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let subject = Clearance::subject(batch.id(), &after.student.id);
        let expected =
            before.map_or(Expected::Nothing, |clearance| Expected::Number(VERSION, clearance.version));
        let document = items::expiring(items::from_clearance(after)?, batch);
        let mut writes = vec![self.put(document, expected)?];
        for event in events {
            let item = items::expiring(items::from_event(&subject, event)?, batch);
            writes.push(self.put(item, Expected::Nothing)?);
        }
        Ok(writes)
    }

    /// Puts an item, if what is there now is what is expected.
    pub(crate) fn put(&self, item: Item, expected: Expected) -> Result<TransactWriteItem, StoreError> {
        let put = Put::builder().table_name(&self.table).set_item(Some(item));
        let put = match expected {
            Expected::Anything => put,
            Expected::Nothing => {
                put.condition_expression("attribute_not_exists(#pk)").expression_attribute_names("#pk", PK)
            }
            Expected::Number(attribute, number) => put
                .condition_expression("#number = :number")
                .expression_attribute_names("#number", attribute)
                .expression_attribute_values(":number", keys::number(number)),
        };
        let put = put.build().during("describe a put")?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    fn delete(&self, key: Item) -> Result<TransactWriteItem, StoreError> {
        let delete = Delete::builder().table_name(&self.table).set_key(Some(key)).build();
        Ok(TransactWriteItem::builder().delete(delete.during("describe a delete")?).build())
    }

    /// All or nothing. The SDK sends the same token with each of its own retries, so an answer that
    /// got lost on the way is not a second write.
    pub(crate) async fn transact(&self, writes: Vec<TransactWriteItem>) -> Result<Written, StoreError> {
        let answer = self
            .client
            .transact_write_items()
            .set_transact_items(Some(writes))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        match answer {
            Ok(answer) => {
                self.meter.record(answer.consumed_capacity());
                Ok(Written::Yes)
            }
            Err(error) if is_lost_race(&error) => {
                self.meter.record(None);
                Ok(Written::LostRace)
            }
            Err(error) => Err(StoreError::unavailable("write a change", cancelled_code(&error))),
        }
    }
}

/// Whether a transaction was cancelled because somebody else changed the same item first.
fn is_lost_race<R>(error: &SdkError<TransactWriteItemsError, R>) -> bool {
    let codes: Vec<&str> = reasons(error).collect();
    let race = |code: &&str| matches!(*code, "ConditionalCheckFailed" | "TransactionConflict");
    codes.iter().any(race) && codes.iter().all(|code| race(code) || *code == "None")
}

fn cancelled_code<R>(error: &SdkError<TransactWriteItemsError, R>) -> String {
    reasons(error).find(|code| *code != "None").map_or_else(|| code_of(error), str::to_owned)
}

fn reasons<R>(error: &SdkError<TransactWriteItemsError, R>) -> impl Iterator<Item = &str> {
    let reasons = match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
            cancelled.cancellation_reasons()
        }
        _ => &[],
    };
    reasons.iter().filter_map(|reason| reason.code())
}

/// Waits a little before the next try, each loser for a different while.
pub(crate) async fn breathe(attempt: u32) {
    let spread = std::collections::hash_map::RandomState::new();
    let random = std::hash::BuildHasher::hash_one(&spread, attempt);
    let most = 4_u64 << attempt.min(5);
    tokio::time::sleep(Duration::from_millis(random % most)).await;
}
