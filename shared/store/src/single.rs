//! Writes of one item, each on a condition or on none.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::types::{ConsumedCapacity, ReturnConsumedCapacity};

use crate::client::Store;
use crate::error::{StoreError, code_of};
use crate::keys::{Item, PK};

/// DynamoDB's word for a write whose condition didn't hold.
const CONDITION_FAILED: &str = "ConditionalCheckFailedException";

impl Store {
    /// Puts an item.
    pub(crate) async fn put_alone(&self, item: Item, doing: &'static str) -> Result<(), StoreError> {
        let put = self.client.put_item().table_name(&self.table).set_item(Some(item));
        let answer = put.return_consumed_capacity(ReturnConsumedCapacity::Total).send().await;
        self.written(answer.map(|answer| answer.consumed_capacity), doing).map(drop)
    }

    /// Puts an item unless there is one; whether it did.
    pub(crate) async fn put_once(&self, item: Item, doing: &'static str) -> Result<bool, StoreError> {
        let put = self.client.put_item().table_name(&self.table).set_item(Some(item));
        let put = put.condition_expression("attribute_not_exists(#pk)").expression_attribute_names("#pk", PK);
        let answer = put.return_consumed_capacity(ReturnConsumedCapacity::Total).send().await;
        self.written(answer.map(|answer| answer.consumed_capacity), doing)
    }

    /// Meters a write, and says whether it was made; `false`: its condition didn't hold.
    pub(crate) fn written<E: ProvideErrorMetadata, R>(
        &self,
        answer: Result<Option<ConsumedCapacity>, SdkError<E, R>>,
        doing: &'static str,
    ) -> Result<bool, StoreError> {
        match answer {
            Ok(consumed) => {
                self.meter.record(&consumed);
                Ok(true)
            }
            Err(error) => match code_of(&error) {
                code if code == CONDITION_FAILED => {
                    self.meter.record(None);
                    Ok(false)
                }
                code => Err(StoreError::unavailable(doing, code)),
            },
        }
    }
}
