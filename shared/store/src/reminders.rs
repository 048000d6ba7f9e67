//! Who has been reminded on a day: the mark is set before the mail is sent, so that nobody gets two.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use chrono::{NaiveDate, NaiveTime, TimeDelta};
use domain::ids::PersonId;

use crate::client::Store;
use crate::error::{Context as _, StoreError};
use crate::keys::{self, EXPIRES, Item, SK};

/// How long it is remembered that somebody was reminded.
const KEPT: TimeDelta = TimeDelta::days(30);

fn reminded(day: NaiveDate) -> String {
    format!("reminded#{day}")
}

fn person_of(item: &Item) -> Option<PersonId> {
    item.get(SK)?.as_s().ok()?.parse().ok()
}

impl Store {
    /// Marks somebody as reminded on a day; `false`: they are already, and must not be again.
    pub async fn mark_reminded(&self, day: NaiveDate, person: &PersonId) -> Result<bool, StoreError> {
        let expires = (day.and_time(NaiveTime::MIN) + KEPT).and_utc().timestamp();
        let mut item = keys::pair(reminded(day), person.to_string());
        item.insert(EXPIRES.to_owned(), keys::number(expires));
        self.put_once(item, "mark a reminder").await
    }

    /// Takes the mark back, of somebody whom the mail server certainly didn't take a mail for.
    pub async fn unmark_reminded(&self, day: NaiveDate, person: &PersonId) -> Result<(), StoreError> {
        let key = keys::pair(reminded(day), person.to_string());
        let delete = self.client.delete_item().table_name(&self.table).set_key(Some(key));
        let delete = delete.return_consumed_capacity(ReturnConsumedCapacity::Total);
        self.meter.record(delete.send().await.during("take a mark back")?.consumed_capacity());
        Ok(())
    }

    /// Everybody who has been reminded on a day.
    pub async fn reminded(&self, day: NaiveDate) -> Result<BTreeSet<PersonId>, StoreError> {
        let mut people = BTreeSet::new();
        let mut start = None;
        loop {
            let (found, more) = self.partition(reminded(day), "", start, 1_000).await?;
            let page: Vec<PersonId> = found.iter().filter_map(person_of).collect();
            start = page.last().filter(|_| more).map(|person| keys::pair(reminded(day), person.to_string()));
            people.extend(page);
            if start.is_none() {
                return Ok(people);
            }
        }
    }
}
