//! Who has been reminded on a day: the mark is set before the mail is sent, so that nobody gets two.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use domain::ids::PersonId;
use futures::TryStreamExt as _;

use crate::client::Store;
use crate::error::{Context as _, StoreError};
use crate::format::{REMINDER, V};
use crate::keys::{self, EXPIRES, Item, SK};
use crate::pages::{Page, every};

/// How long it is remembered that somebody was reminded.
const KEPT: TimeDelta = TimeDelta::days(30);

fn reminded(day: NaiveDate) -> String {
    format!("reminded#{day}")
}

fn person_of(item: &Item) -> Result<PersonId, StoreError> {
    REMINDER.check(item.get(V))?;
    let person = item.get(SK).and_then(|sk| sk.as_s().ok()).and_then(|sk| sk.parse().ok());
    person.ok_or(REMINDER.broken().into())
}

impl Store {
    /// Marks somebody as reminded on a day; `false`: they are already, and must not be again.
    pub async fn mark_reminded(&self, day: NaiveDate, person: &PersonId) -> Result<bool, StoreError> {
        let expires = (day.and_time(NaiveTime::MIN) + KEPT).and_utc().timestamp();
        let mut item = keys::pair(reminded(day), person.key());
        item.insert(EXPIRES.to_owned(), keys::number(expires));
        self.put_if_absent(REMINDER.written(item), "mark a reminder").await
    }

    /// Takes the mark back, of somebody whom the mail server certainly didn't take a mail for.
    pub async fn unmark_reminded(&self, day: NaiveDate, person: &PersonId) -> Result<(), StoreError> {
        let key = keys::pair(reminded(day), person.key());
        let delete = self.client.delete_item().table_name(&self.table).set_key(Some(key));
        delete.send().await.during("take a mark back").map(drop)
    }

    /// Everybody who has been reminded on a day.
    pub async fn reminded(&self, day: NaiveDate) -> Result<BTreeSet<PersonId>, StoreError> {
        let page = |after: Option<PersonId>| async move {
            let start = after.map(|person| keys::pair(reminded(day), person.key()));
            let (found, more) = self.partition(reminded(day), "", start, 1_000).await?;
            let people = found.iter().map(person_of).collect::<Result<_, _>>()?;
            Ok(Page::new(people, more, PersonId::clone))
        };
        every(None, page).try_collect().await
    }
}
