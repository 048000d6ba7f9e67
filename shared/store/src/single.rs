//! Writes of one item, each on a condition or on none.

use std::error::Error;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

use crate::client::Store;
use crate::error::{Context as _, StoreError, code_of};
use crate::keys::{Item, PK};

/// DynamoDB's word for a write whose condition didn't hold.
const CONDITION_FAILED: &str = "ConditionalCheckFailedException";

impl Store {
    /// Puts an item.
    pub(crate) async fn put_item(&self, item: Item, doing: &'static str) -> Result<(), StoreError> {
        let put = self.client.put_item().table_name(&self.table).set_item(Some(item));
        put.send().await.during(doing).map(drop)
    }

    /// Puts an item unless there is one; whether it did.
    pub(crate) async fn put_if_absent(&self, item: Item, doing: &'static str) -> Result<bool, StoreError> {
        let put = self.client.put_item().table_name(&self.table).set_item(Some(item));
        let put = put.condition_expression("attribute_not_exists(#pk)").expression_attribute_names("#pk", PK);
        condition_held(put.send().await, doing)
    }
}

/// Whether a write was made; `false`: its condition didn't hold.
pub(crate) fn condition_held<T, E, R>(
    answer: Result<T, SdkError<E, R>>,
    doing: &'static str,
) -> Result<bool, StoreError>
where
    E: ProvideErrorMetadata + Error + 'static,
    R: std::fmt::Debug,
{
    match answer {
        Err(error) if code_of(&error) == CONDITION_FAILED => Ok(false),
        answer => answer.during(doing).map(|_| true),
    }
}
