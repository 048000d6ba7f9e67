//! Transactions: everything is written or nothing, each item on a condition.

use std::time::Duration;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem};

use crate::client::Store;
use crate::error::{Context as _, StoreError, code_of};
use crate::keys::{self, Item, PK};

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
pub(crate) enum Transacted {
    /// Everything is there.
    Written,
    /// Somebody else has changed one of the items since it was read; nothing is there.
    Conflict,
}

impl Store {
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
        Ok(TransactWriteItem::builder().put(put.build().during("describe a put")?).build())
    }

    /// Deletes an item, if it is there.
    pub(crate) fn delete(&self, key: Item) -> Result<TransactWriteItem, StoreError> {
        let delete = Delete::builder().table_name(&self.table).set_key(Some(key)).build();
        Ok(TransactWriteItem::builder().delete(delete.during("describe a delete")?).build())
    }

    /// All or nothing. The SDK sends the same token with each of its own retries, so an answer that
    /// got lost on the way is not a second write.
    pub(crate) async fn transact(&self, writes: Vec<TransactWriteItem>) -> Result<Transacted, StoreError> {
        match self.client.transact_write_items().set_transact_items(Some(writes)).send().await {
            Ok(_) => Ok(Transacted::Written),
            Err(error) if is_conflict(&error) => Ok(Transacted::Conflict),
            Err(error) => Err(StoreError::unavailable("write a change", cancelled_code(&error))),
        }
    }
}

/// Whether a transaction was cancelled because somebody else changed the same item first.
fn is_conflict<R>(error: &SdkError<TransactWriteItemsError, R>) -> bool {
    let codes: Vec<&str> = reasons(error).collect();
    let conflict = |code: &&str| matches!(*code, "ConditionalCheckFailed" | "TransactionConflict");
    codes.iter().any(conflict) && codes.iter().all(|code| conflict(code) || *code == "None")
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

/// Waits before the next attempt: exponential backoff with full jitter, at most 128 ms.
pub(crate) async fn backoff(attempt: u32) {
    let seed = std::collections::hash_map::RandomState::new();
    let random = std::hash::BuildHasher::hash_one(&seed, attempt);
    let most = 4_u64 << attempt.min(5);
    tokio::time::sleep(Duration::from_millis(random % most)).await;
}
