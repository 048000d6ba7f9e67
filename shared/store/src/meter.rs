//! Counts what is asked of the table: round trips and capacity units, as DynamoDB reports them. An interceptor
//! of the client does it, for every call alike.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_sdk_dynamodb::config::interceptors::{
    AfterDeserializationInterceptorContextRef, BeforeSerializationInterceptorContextMut,
};
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::operation::batch_get_item::{BatchGetItemInput, BatchGetItemOutput};
use aws_sdk_dynamodb::operation::delete_item::{DeleteItemInput, DeleteItemOutput};
use aws_sdk_dynamodb::operation::get_item::{GetItemInput, GetItemOutput};
use aws_sdk_dynamodb::operation::put_item::{PutItemInput, PutItemOutput};
use aws_sdk_dynamodb::operation::query::{QueryInput, QueryOutput};
use aws_sdk_dynamodb::operation::transact_write_items::{TransactWriteItemsInput, TransactWriteItemsOutput};
use aws_sdk_dynamodb::operation::update_item::{UpdateItemInput, UpdateItemOutput};
use aws_sdk_dynamodb::types::{ConsumedCapacity, ReturnConsumedCapacity};

/// What has been spent.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Cost {
    /// Calls that were answered, refused ones and the SDK's own retries among them.
    pub round_trips: u64,
    /// Capacity units: a read of up to 4 kB is 1 (½ if eventually consistent), a write of 1 kB is 1,
    /// twice that in a transaction.
    pub units: f64,
}

impl std::ops::Sub for Cost {
    type Output = Cost;
    fn sub(self, before: Cost) -> Cost {
        Cost { round_trips: self.round_trips - before.round_trips, units: self.units - before.units }
    }
}

/// A running count, shared by the clones of one store.
#[derive(Debug, Clone, Default)]
pub struct Meter(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    round_trips: AtomicU64,
    half_units: AtomicU64,
}

impl Meter {
    /// What has been spent since the start.
    pub fn read(&self) -> Cost {
        let half_units = u32::try_from(self.0.half_units.load(Ordering::Relaxed)).unwrap_or(u32::MAX);
        Cost { round_trips: self.0.round_trips.load(Ordering::Relaxed), units: f64::from(half_units) / 2.0 }
    }

    fn record<'a>(&self, consumed: impl IntoIterator<Item = &'a ConsumedCapacity>) {
        for capacity in consumed {
            // Units come in halves and are never negative, so the doubled number is a whole one.
            let half_units = (capacity.capacity_units().unwrap_or_default() * 2.0) as u64;
            self.0.half_units.fetch_add(half_units, Ordering::Relaxed);
        }
    }
}

/// Asks for, and reads, the consumed capacity of each of these operations; a refused call tells none.
macro_rules! metered {
    ($($input:ident => $output:ident),+ $(,)?) => {
        impl Intercept for Meter {
            fn name(&self) -> &'static str {
                "Meter"
            }

            fn modify_before_serialization(
                &self,
                context: &mut BeforeSerializationInterceptorContextMut<'_>,
                _: &RuntimeComponents,
                _: &mut ConfigBag,
            ) -> Result<(), BoxError> {
                let total = Some(ReturnConsumedCapacity::Total);
                $(if let Some(input) = context.input_mut().downcast_mut::<$input>() {
                    input.return_consumed_capacity = total;
                    return Ok(());
                })+
                Ok(())
            }

            fn read_after_deserialization(
                &self,
                context: &AfterDeserializationInterceptorContextRef<'_>,
                _: &RuntimeComponents,
                _: &mut ConfigBag,
            ) -> Result<(), BoxError> {
                self.0.round_trips.fetch_add(1, Ordering::Relaxed);
                let Ok(answer) = context.output_or_error() else { return Ok(()) };
                $(if let Some(output) = answer.downcast_ref::<$output>() {
                    self.record(output.consumed_capacity());
                    return Ok(());
                })+
                Ok(())
            }
        }
    };
}

metered! {
    BatchGetItemInput => BatchGetItemOutput,
    DeleteItemInput => DeleteItemOutput,
    GetItemInput => GetItemOutput,
    PutItemInput => PutItemOutput,
    QueryInput => QueryOutput,
    TransactWriteItemsInput => TransactWriteItemsOutput,
    UpdateItemInput => UpdateItemOutput,
}
