//! The one DynamoDB table: items, keys, conditions and pages. No rule lives here.
//!
//! | item | `pk` | `sk` |
//! |---|---|---|
//! | clearance | `2018-01#20151104027` | `clearance` |
//! | event | `2018-01#20151104027` | `event#000012` |
//! | advisee | `2018-01#advisor#20080123` | student number |
//! | student of an import | `2018-01#import#2#<import>` | student number |
//! | import of a step | `2018-01#begun#2#<import>` | `import` |
//! | colleges of a batch | `2018-01` | `colleges` |
//! | letter | `2018-01#letters` | `000007` |
//! | counter of letters | `2018-01#letters` | `next` |
//! | operator | `operators` | staff number |
//! | an operator's event | `operator#20080123` | `event#000001` |
//! | somebody signed out | `signed-out#20080123` | `sessions` |
//! | a session of the university's | `entry#<digest>` | `person` |
//! | an errand to the university's sign-in | `entry#<digest>` | `errand` |
//! | calls of a minute | `budget#20080123` | `decisions#2017-12-20T01:02` |
//! | sign-ins of a day | `sign-ins#2017-12-20#03`, 16 shards | person |
//! | reminded on a day | `reminded#2017-12-20` | person |
//!
//! The index `by_college` holds the outline of each clearance, by college and student number.
//! Every change is one transaction with its events; the document's condition is the version read.

mod admission;
mod budget;
mod change;
mod error;
mod imports;
mod items;
mod keys;
mod letters;
mod lists;
mod meter;
mod operators;
mod reminders;
mod sessions;
mod single;

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Builder, Credentials, Region};
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes, ReturnConsumedCapacity};
use domain::clearance::Clearance;
use domain::ids::{BatchId, StudentId};
use domain::progress::Outline;

pub use admission::{Admission, MOST_DOCUMENTS};
pub use change::Changed;
pub use error::{Failure, StoreError};
pub use letters::DryRun;
pub use lists::Page;
pub use meter::{Cost, Meter};
pub use sessions::{SignInCount, SignInRecord};

use crate::error::Context as _;

/// An item as the SDK gives and takes it.
type Item = HashMap<String, AttributeValue>;

/// The most keys of one `BatchGetItem`.
const MOST_KEYS: usize = 100;

/// The table. Cheap to clone; built once, at the start of a function.
#[derive(Debug, Clone)]
pub struct Store {
    client: Client,
    table: String,
    meter: Meter,
}

impl Store {
    /// A table on AWS, reached as a configuration says.
    pub fn on_aws(config: &aws_types::SdkConfig, table: String) -> Self {
        let config = bounded(Builder::from(config));
        Self::new(Client::from_conf(config.build()), table)
    }

    /// A table behind a plain address, such as the embedded one.
    pub fn at_address(address: &str, table: String) -> Self {
        let config = bounded(Builder::new())
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("local"))
            .endpoint_url(address)
            .credentials_provider(Credentials::new("local", "local", None, None, "lixiao"));
        Self::new(Client::from_conf(config.build()), table)
    }

    fn new(client: Client, table: String) -> Self {
        Self { client, table, meter: Meter::default() }
    }

    /// What has been asked of the table so far.
    pub fn meter(&self) -> &Meter {
        &self.meter
    }

    /// Opens a connection by asking for an item that doesn't exist. A function does so while it starts, at
    /// full speed, so that its first caller doesn't wait for TLS at the share of a processor that calls get.
    pub async fn connect(&self) -> Result<(), StoreError> {
        let asked = self.client.get_item().table_name(&self.table).set_key(Some(keys::nothing()));
        let answer = asked.return_consumed_capacity(ReturnConsumedCapacity::Total).send().await;
        self.meter.record(answer.during("open a connection")?.consumed_capacity());
        Ok(())
    }

    /// One student's clearance: one strongly consistent read.
    pub async fn clearance(
        &self,
        batch: &BatchId,
        student: &StudentId,
    ) -> Result<Option<Clearance>, StoreError> {
        let item = self.get(keys::clearance(batch, student), "get a clearance").await?;
        item.map(|item| items::clearance(batch, item)).transpose()
    }

    /// One student's clearance together with its outline, for an audit.
    pub async fn clearance_and_outline(
        &self,
        batch: &BatchId,
        student: &StudentId,
    ) -> Result<Option<(Clearance, Outline)>, StoreError> {
        let item = self.get(keys::clearance(batch, student), "get a clearance").await?;
        item.map(|item| items::clearance_and_outline(batch, item)).transpose()
    }

    /// One item, read strongly consistently.
    pub(crate) async fn get(&self, key: Item, doing: &'static str) -> Result<Option<Item>, StoreError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(key))
            .consistent_read(true)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .during(doing)?;
        self.meter.record(answer.consumed_capacity());
        Ok(answer.item)
    }

    /// Many students' clearances, each read strongly consistently; those that don't exist are left
    /// out. Unprocessed keys are asked for again.
    pub async fn clearances(
        &self,
        batch: &BatchId,
        students: &[StudentId],
    ) -> Result<BTreeMap<StudentId, Clearance>, StoreError> {
        let mut found = BTreeMap::new();
        for chunk in students.chunks(MOST_KEYS) {
            let keys = chunk.iter().map(|student| keys::clearance(batch, student)).collect();
            for item in self.batch_get(keys, "get clearances").await? {
                let clearance = items::clearance(batch, item)?;
                found.insert(clearance.student.id.clone(), clearance);
            }
        }
        Ok(found)
    }

    async fn batch_get(&self, mut keys: Vec<Item>, doing: &'static str) -> Result<Vec<Item>, StoreError> {
        let mut items = Vec::with_capacity(keys.len());
        for patience in 0..8 {
            tokio::time::sleep(Duration::from_millis(if patience == 0 { 0 } else { 25 << patience })).await;
            let wanted = KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true).build();
            let answer = self
                .client
                .batch_get_item()
                .request_items(&self.table, wanted.during("name the keys of a batch")?)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
                .await
                .during(doing)?;
            self.meter.record(answer.consumed_capacity());
            items.extend(answer.responses.unwrap_or_default().remove(&self.table).unwrap_or_default());
            let unprocessed = answer.unprocessed_keys.unwrap_or_default().remove(&self.table);
            keys = unprocessed.map(|left| left.keys).unwrap_or_default();
            if keys.is_empty() {
                return Ok(items);
            }
        }
        Err(StoreError::unavailable(doing, "UnprocessedKeys"))
    }
}

/// Every call has its limits: a caller hears of trouble within seconds, not when the function ends.
fn bounded(config: Builder) -> Builder {
    let limits = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .read_timeout(Duration::from_secs(2))
        .operation_attempt_timeout(Duration::from_secs(3))
        .operation_timeout(Duration::from_secs(8));
    config.timeout_config(limits.build()).retry_config(RetryConfig::standard().with_max_attempts(4))
}
