//! The whole base table, partition by partition: for an audit and an archive, never on a user's way.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{PutRequest, WriteRequest};
use domain::ids::BatchId;
use futures::stream::{self, BoxStream, Stream, StreamExt as _, TryStreamExt as _};

use crate::client::Store;
use crate::error::{Context as _, StoreError};
use crate::items;
use crate::keys::{self, EXPIRES, Item, PK};
use crate::pages::{Page, pages};
use crate::place::{Place, partition_of};
use crate::single::condition_held;
use crate::transaction::backoff;

/// How many segments of the table are read at the same time.
pub const SEGMENTS: usize = 8;
/// The most items of one `BatchWriteItem`.
pub const MOST_WRITES: usize = 25;

impl Store {
    /// Every item of the base table, read strongly consistently, a partition at a time, with the segment of the table
    /// in which that stands. Within a segment the order is the table's own, between segments whichever is there first.
    pub fn partitions(&self) -> BoxStream<'_, Result<(usize, Vec<Item>), StoreError>> {
        let segment = |segment| {
            let partitions = by_partition(self.segment(segment).boxed());
            partitions.map_ok(move |items| (segment, items)).boxed()
        };
        stream::select_all((0..SEGMENTS).map(segment)).boxed()
    }

    fn segment(&self, segment: usize) -> impl Stream<Item = Result<Item, StoreError>> + '_ {
        let read = move |start: Option<Item>| async move {
            let answer = self
                .client
                .scan()
                .table_name(&self.table)
                .consistent_read(true)
                .set_segment(i32::try_from(segment).ok())
                .set_total_segments(i32::try_from(SEGMENTS).ok())
                .set_exclusive_start_key(start)
                .send()
                .await
                .during("read the table")?;
            Ok(Page { items: answer.items.unwrap_or_default(), next: answer.last_evaluated_key })
        };
        pages(None, read).map_ok(|items| stream::iter(items).map(Ok)).try_flatten()
    }

    /// Writes items as they are, over whatever is there: for a restore into an empty table.
    pub async fn write_items(&self, items: Vec<Item>) -> Result<(), StoreError> {
        let put = |item| -> Result<WriteRequest, StoreError> {
            let put = PutRequest::builder().set_item(Some(item)).build().during("describe an item")?;
            Ok(WriteRequest::builder().put_request(put).build())
        };
        let mut left = items.into_iter().map(put).collect::<Result<Vec<_>, _>>()?;
        for attempt in 0..16 {
            if left.is_empty() {
                return Ok(());
            }
            if attempt > 0 {
                backoff(attempt).await;
            }
            let request = HashMap::from([(self.table.clone(), left)]);
            let answer = self.client.batch_write_item().set_request_items(Some(request)).send().await;
            let unprocessed = answer.during("write items")?.unprocessed_items.unwrap_or_default();
            left = unprocessed.into_values().flatten().collect();
        }
        Err(StoreError::unavailable("write items", "UnprocessedItems"))
    }

    /// Moves the expiry of an item of a batch; `false`: it isn't the batch's, or expires then already.
    pub async fn retain(&self, batch: &BatchId, item: Item, until: i64) -> Result<bool, StoreError> {
        let of_batch = Place::of(&item).is_some_and(|place| place.batch() == Some(batch));
        let until = keys::number(until);
        if !of_batch || item.get(EXPIRES) == Some(&until) {
            return Ok(false);
        }
        let answer = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(items::key_of(&item)))
            .update_expression("SET #expires = :until")
            .condition_expression("attribute_exists(#pk)")
            .expression_attribute_names("#expires", EXPIRES)
            .expression_attribute_names("#pk", PK)
            .expression_attribute_values(":until", until)
            .send()
            .await;
        condition_held(answer, "move an expiry")
    }

    /// Whether the table holds nothing.
    pub async fn is_empty(&self) -> Result<bool, StoreError> {
        let answer = self.client.scan().table_name(&self.table).limit(1).consistent_read(true).send().await;
        Ok(answer.during("look into the table")?.items.unwrap_or_default().is_empty())
    }
}

/// Groups items by their partition. A Scan gives a partition's items one after the other.
pub fn by_partition<E>(
    items: impl Stream<Item = Result<Item, E>> + Unpin,
) -> impl Stream<Item = Result<Vec<Item>, E>> {
    stream::try_unfold((items, Vec::<Item>::new()), |(mut items, mut partition)| async move {
        while let Some(item) = items.try_next().await? {
            let is_next = partition.first().is_some_and(|first| partition_of(first) != partition_of(&item));
            if is_next {
                let over = std::mem::replace(&mut partition, vec![item]);
                return Ok(Some((over, (items, partition))));
            }
            partition.push(item);
        }
        let over = std::mem::take(&mut partition);
        Ok((!over.is_empty()).then_some((over, (items, partition))))
    })
}
