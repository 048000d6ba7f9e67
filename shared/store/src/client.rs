//! The client of the table: how it is reached, within which limits, and the reads that everything else is made of.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Builder, Credentials, Region};
use aws_sdk_dynamodb::types::KeysAndAttributes;

use crate::error::{Context as _, StoreError};
use crate::keys::{self, Item};
use crate::meter::Meter;

/// The table. Cheap to clone; built once, at the start of a function.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) client: Client,
    pub(crate) table: String,
    meter: Meter,
}

impl Store {
    /// A table on AWS, reached as a configuration says.
    pub fn on_aws(config: &aws_types::SdkConfig, table: String) -> Self {
        Self::new(Builder::from(config), table)
    }

    /// A table behind a plain address, such as the embedded one.
    pub fn at_address(address: &str, table: String) -> Self {
        let config = Builder::new()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("local"))
            .endpoint_url(address)
            .credentials_provider(Credentials::new("local", "local", None, None, "lixiao"));
        Self::new(config, table)
    }

    fn new(config: Builder, table: String) -> Self {
        let meter = Meter::default();
        let client = Client::from_conf(bounded(config).interceptor(meter.clone()).build());
        Self { client, table, meter }
    }

    /// What has been asked of the table so far.
    pub fn meter(&self) -> &Meter {
        &self.meter
    }

    /// Opens a connection by asking for an item that doesn't exist. A function does so while it starts, at
    /// full speed, so that its first caller doesn't wait for TLS at the share of a processor that calls get.
    pub async fn connect(&self) -> Result<(), StoreError> {
        let asked = self.client.get_item().table_name(&self.table).set_key(Some(keys::nothing()));
        asked.send().await.during("open a connection").map(drop)
    }

    /// One item, read strongly consistently.
    pub(crate) async fn get(&self, key: Item, doing: &'static str) -> Result<Option<Item>, StoreError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(key))
            .consistent_read(true)
            .send()
            .await
            .during(doing)?;
        Ok(answer.item)
    }

    pub(crate) async fn batch_get(
        &self,
        mut keys: Vec<Item>,
        doing: &'static str,
    ) -> Result<Vec<Item>, StoreError> {
        let mut items = Vec::with_capacity(keys.len());
        for patience in 0..8 {
            tokio::time::sleep(Duration::from_millis(if patience == 0 { 0 } else { 25 << patience })).await;
            let wanted = KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true).build();
            let answer = self
                .client
                .batch_get_item()
                .request_items(&self.table, wanted.during("name the keys of a batch")?)
                .send()
                .await
                .during(doing)?;
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
