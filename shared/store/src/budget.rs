//! What one person asks for in a minute, counted where every copy of a function sees it.

use std::collections::HashMap;

use chrono::TimeDelta;
use domain::Timestamp;
use domain::ids::PersonId;

use crate::client::Store;
use crate::error::StoreError;
use crate::format::{BUDGET, V};
use crate::keys::{self, EXPIRES};
use crate::single::condition_held;

/// How long a minute's count is kept.
const KEPT: TimeDelta = TimeDelta::hours(1);

impl Store {
    /// Counts one call of a kind by a person in a minute; `false`: there were `most` already.
    pub async fn spend(
        &self,
        person: &PersonId,
        kind: &str,
        most: u32,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let minute = at.to_utc().format("%Y-%m-%dT%H:%M");
        let names = HashMap::from([
            ("#calls".to_owned(), "calls".to_owned()),
            ("#expires".to_owned(), EXPIRES.to_owned()),
            ("#v".to_owned(), V.to_owned()),
        ]);
        let values = HashMap::from([
            (":one".to_owned(), keys::number(1_u8)),
            (":most".to_owned(), keys::number(most)),
            (":expires".to_owned(), keys::number((at + KEPT).timestamp())),
            (":v".to_owned(), BUDGET.number()),
        ]);
        let answer = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::pair(format!("budget#{}", person.key()), format!("{kind}#{minute}"))))
            .update_expression("ADD #calls :one SET #expires = :expires, #v = :v")
            .condition_expression("attribute_not_exists(#calls) OR #calls < :most")
            .set_expression_attribute_names(Some(names))
            .set_expression_attribute_values(Some(values))
            .send()
            .await;
        condition_held(answer, "count a call")
    }
}
