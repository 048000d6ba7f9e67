//! Who signed in, who signed out: what lets a session end everywhere, and a record by day.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::ReturnValue;
use chrono::{NaiveDate, TimeDelta};
use domain::Timestamp;
use domain::ids::PersonId;

use crate::client::Store;
use crate::error::{Context as _, Listed, StoreError, UnreadableError, place_of};
use crate::format::{LOGIN_STATE, PROVIDER_SESSION, SIGN_INS, SIGN_OUT, V};
use crate::items;
use crate::keys::{self, EXPIRES, Item, SK};
use crate::pages::Page;
use crate::single::condition_held;

/// When somebody signed out.
const AT: &str = "at";
const PERSON: &str = "person";
/// Longer than any session.
const SESSIONS_KEPT: TimeDelta = TimeDelta::days(1);
/// How long the record of sign-ins is kept.
const RECORD_KEPT: TimeDelta = TimeDelta::days(180);

/// Partitions of a day's record: on the opening day everybody signs in within minutes.
const SHARDS: u32 = 16;

/// What is counted of a person on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessEvent {
    /// They signed in.
    SignedIn,
    /// They were refused for want of a right: a request, or one row of it.
    Refused,
    /// They signed out, here or at the university.
    SignedOut,
    /// They read somebody else's record.
    RecordRead,
    /// They were shown a row of somebody else's in a list.
    RowShown,
    /// They printed a letter or slip of somebody else's.
    Printed,
    /// They took a row of somebody else's away in a sheet.
    RowTaken,
}

impl AccessEvent {
    fn attribute(self) -> &'static str {
        match self {
            AccessEvent::SignedIn => "signed_in",
            AccessEvent::Refused => "refused",
            AccessEvent::SignedOut => "signed_out",
            AccessEvent::RecordRead => "records_read",
            AccessEvent::RowShown => "rows_shown",
            AccessEvent::Printed => "printed",
            AccessEvent::RowTaken => "rows_taken",
        }
    }
}

/// What one person did on one day: at the door, and with others' personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessRecord {
    /// Who.
    pub person: PersonId,
    /// How often they signed in.
    pub signed_in: u64,
    /// How often they were refused.
    pub refused: u64,
    /// How often they signed out.
    pub signed_out: u64,
    /// How many records of others they read.
    pub records_read: u64,
    /// How many rows of others lists showed them.
    pub rows_shown: u64,
    /// How many letters and slips of others they printed.
    pub printed: u64,
    /// How many rows of others they took away in sheets.
    pub rows_taken: u64,
    /// The last time any of it happened.
    pub last: String,
}

/// An instant that sorts as text.
fn sortable(at: Timestamp) -> String {
    at.to_utc().format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

fn expiring(mut item: Item, at: Timestamp) -> Item {
    item.insert(EXPIRES.to_owned(), keys::number(at.timestamp()));
    item
}

impl Store {
    /// Ends every session of somebody that began before an instant. An earlier instant ends nothing more.
    pub async fn sign_out(&self, person: &PersonId, at: Timestamp) -> Result<(), StoreError> {
        let mut item = SIGN_OUT.written(expiring(keys::signed_out(person), at + SESSIONS_KEPT));
        item.insert(AT.to_owned(), keys::text(sortable(at)));
        let answer = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(#at) OR #at < :at")
            .expression_attribute_names("#at", AT)
            .expression_attribute_values(":at", keys::text(sortable(at)))
            .send()
            .await;
        condition_held(answer, "sign somebody out").map(drop)
    }

    /// Remembers, under the digest of what the university calls a session, whose session that is.
    pub async fn put_provider_session(
        &self,
        digest: &str,
        person: &PersonId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut item = keys::pair(format!("entry#{digest}"), PERSON);
        item.insert(PERSON.to_owned(), keys::text(person.key()));
        let item = PROVIDER_SESSION.written(expiring(item, at + SESSIONS_KEPT));
        self.put_item(item, "remember a sign-in").await
    }

    /// Spends the state of a sign-in at the university, by its digest; false if it was spent before.
    pub async fn spend_login_state(&self, digest: &str, at: Timestamp) -> Result<bool, StoreError> {
        let item = expiring(keys::pair(format!("entry#{digest}"), "login-state"), at + SESSIONS_KEPT);
        self.put_if_absent(LOGIN_STATE.written(item), "spend a login state").await
    }

    /// Deletes an entry and returns its person, so that a logout can't be replayed.
    pub async fn take_provider_session(&self, digest: &str) -> Result<Option<PersonId>, StoreError> {
        let answer = self
            .client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(keys::pair(format!("entry#{digest}"), PERSON)))
            .return_values(ReturnValue::AllOld)
            .send()
            .await
            .during("find a sign-in")?;
        Ok(answer.attributes.as_ref().and_then(|item| text_of(item, PERSON)?.parse().ok()))
    }

    /// Adds `times` to one of a person's counters of the day.
    pub async fn count_access(
        &self,
        person: &PersonId,
        what: AccessEvent,
        times: u32,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let expires = keys::number((at + RECORD_KEPT).timestamp());
        let names = HashMap::from([
            ("#count".to_owned(), what.attribute().to_owned()),
            ("#last".to_owned(), "last".to_owned()),
            ("#expires".to_owned(), EXPIRES.to_owned()),
            ("#v".to_owned(), V.to_owned()),
        ]);
        let values = HashMap::from([
            (":times".to_owned(), keys::number(times)),
            (":at".to_owned(), keys::text(at.to_rfc3339())),
            (":expires".to_owned(), expires),
            (":v".to_owned(), SIGN_INS.number()),
        ]);
        self.client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::pair(shard_of(at.date_naive(), person), person.key())))
            .update_expression("ADD #count :times SET #last = :at, #expires = :expires, #v = :v")
            .set_expression_attribute_names(Some(names))
            .set_expression_attribute_values(Some(values))
            .send()
            .await
            .during("count a sign-in")
            .map(drop)
    }

    /// What happened at the door on a day, by person.
    pub async fn sign_ins(
        &self,
        day: NaiveDate,
        after: Option<PersonId>,
        limit: i32,
    ) -> Result<Page<Listed<AccessRecord, PersonId>, PersonId>, StoreError> {
        let after = &after;
        let shard = |shard: u32| async move {
            let partition = partition_of(day, shard);
            let start = after.as_ref().map(|person| keys::pair(partition.clone(), person.key()));
            self.partition(partition, "", start, limit).await
        };
        let read = futures::future::try_join_all((0..SHARDS).map(shard)).await?;
        let more = read.iter().any(|(_, more)| *more);
        let items = read.into_iter().flat_map(|(items, _)| items);
        let mut records: Vec<_> = items.map(listed_record).collect::<Result<_, _>>()?;
        let number = |record: &AccessRecord| record.person.clone();
        records.sort_by_key(|listed| place_of(listed, number).key());
        let most = usize::try_from(limit).unwrap_or_default();
        let more = more || records.len() > most;
        records.truncate(most);
        Ok(Page::of_listed(records, more, number))
    }
}

fn partition_of(day: NaiveDate, shard: u32) -> String {
    format!("sign-ins#{day}#{shard:02}")
}

/// FNV-1a, since a person's shard must be the same in every build; the standard hasher may change.
fn shard_of(day: NaiveDate, person: &PersonId) -> String {
    let mix = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    let hash = person.key().bytes().fold(0x811c_9dc5, mix);
    partition_of(day, hash % SHARDS)
}

fn text_of<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name).and_then(|value| value.as_s().ok()).map(String::as_str)
}

pub(crate) fn read_sign_out(item: &Item) -> Result<Timestamp, StoreError> {
    SIGN_OUT.check(item.get(V))?;
    let at = text_of(item, AT).and_then(|at| Timestamp::parse_from_rfc3339(at).ok());
    Ok(at.ok_or(SIGN_OUT.broken())?)
}

fn listed_record(item: Item) -> Result<Listed<AccessRecord, PersonId>, UnreadableError> {
    items::listed(SIGN_INS, "", item, |item| read_record(&item))
}

/// What happened at the door to whom an item is about; an event that never happened has no attribute.
fn read_record(item: &Item) -> Result<AccessRecord, UnreadableError> {
    SIGN_INS.check(item.get(V))?;
    let count = |what: AccessEvent| match item.get(what.attribute()) {
        Some(value) => value.as_n().ok().and_then(|text| text.parse().ok()).ok_or(SIGN_INS.broken()),
        None => Ok(0),
    };
    let person = text_of(item, SK).and_then(|person| person.parse().ok());
    let (person, last) = person.zip(text_of(item, "last")).ok_or(SIGN_INS.broken())?;
    Ok(AccessRecord {
        person,
        signed_in: count(AccessEvent::SignedIn)?,
        refused: count(AccessEvent::Refused)?,
        signed_out: count(AccessEvent::SignedOut)?,
        records_read: count(AccessEvent::RecordRead)?,
        rows_shown: count(AccessEvent::RowShown)?,
        printed: count(AccessEvent::Printed)?,
        rows_taken: count(AccessEvent::RowTaken)?,
        last: last.to_owned(),
    })
}
