//! The one way to change the table: read, let the domain decide, write the document, its events and whatever
//! rides along in one transaction. The condition is the version that was read (optimistic concurrency).

use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::refusal::Refusal;
use ledger::{Event, Head};
use serde::Deserialize;

use crate::client::Store;
use crate::document::{Document, Target};
use crate::error::{ChangeError, StoreError};
use crate::format::EVENT;
use crate::items;
use crate::keys::{self, VERSION};
use crate::transaction::{Expected, Transacted, backoff};

/// How often a change is decided anew after a conflict before the caller hears of it. Everybody who issues
/// letters wants the same counter; with [`backoff`] these are about four seconds.
const ATTEMPTS: u32 = 64;

/// Whether a change is made or only tried. In JSON it is the flag `dry_run`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(from = "bool")]
pub enum Mode {
    /// It is read and decided, and nothing is written.
    Try,
    /// It is made.
    #[default]
    Do,
}

impl From<bool> for Mode {
    fn from(dry_run: bool) -> Self {
        if dry_run { Mode::Try } else { Mode::Do }
    }
}

/// What a change came to.
#[derive(Debug, Clone)]
pub struct Changed<T, E = domain::fact::Event> {
    /// How it stood; `None` if there was nothing.
    pub before: Option<T>,
    /// How it stands now, or would.
    pub after: T,
    /// The events that were written, or would be; none if it was already so.
    pub events: Vec<E>,
}

/// What follows from what was read: an answer, and the writes of one transaction.
pub(crate) struct Plan<T> {
    /// What the caller hears.
    pub(crate) answer: T,
    /// What is written; nothing if it is already so.
    pub(crate) writes: Vec<TransactWriteItem>,
}

impl<T> Plan<T> {
    /// It is already so.
    pub(crate) fn nothing(answer: T) -> Self {
        Self { answer, writes: Vec::new() }
    }
}

impl<T, E> Changed<T, E> {
    /// Whether there was anything to change.
    pub fn is_change(&self) -> bool {
        !self.events.is_empty()
    }
}

impl Store {
    /// Changes what exists: `decide` sees it and says which events follow. After a conflict it sees what
    /// the other wrote and decides again.
    pub async fn change<A: Document>(
        &self,
        target: Target<'_, A>,
        mode: Mode,
        decide: impl Fn(&A) -> Result<Vec<Event<A::Fact>>, Refusal>,
    ) -> Result<Changed<A, Event<A::Fact>>, ChangeError> {
        self.change_or_begin(target, mode, |before| decide(before.ok_or_else(A::missing)?)).await
    }

    /// Changes what exists, or begins it.
    pub async fn change_or_begin<A: Document>(
        &self,
        mut target: Target<'_, A>,
        mode: Mode,
        decide: impl Fn(Option<&A>) -> Result<Vec<Event<A::Fact>>, Refusal>,
    ) -> Result<Changed<A, Event<A::Fact>>, ChangeError> {
        let mut read = target.read.take();
        let target = &target;
        let read = || {
            let known = read.take();
            async move {
                match known {
                    Some(known) => Ok(known),
                    None => self.document(&target.id).await,
                }
            }
        };
        let decide = |before: Option<A>| {
            let events = decide(before.as_ref())?;
            let after = match &before {
                Some(before) => before.clone().after(&events),
                None => ledger::replay::<A>(&target.id, &events).ok_or_else(A::missing)?,
            };
            let mut writes = self.write_document(target, before.as_ref(), &after, &events)?;
            if !writes.is_empty() {
                writes.extend(A::links(self, target, before.as_ref(), &after, &events)?);
            }
            Ok(Plan { answer: Changed { before, after, events }, writes })
        };
        let changed = self.attempt(mode, read, decide).await;
        self.told_apart::<A, _>(&target.id, changed).await
    }

    /// Reads, decides and writes, again and again until nobody else has changed what was read.
    pub(crate) async fn attempt<S, T, R>(
        &self,
        mode: Mode,
        mut read: impl FnMut() -> R,
        decide: impl Fn(S) -> Result<Plan<T>, ChangeError>,
    ) -> Result<T, ChangeError>
    where
        R: Future<Output = Result<S, StoreError>>,
    {
        for attempt in 0..ATTEMPTS {
            let Plan { answer, writes } = decide(read().await?)?;
            if mode == Mode::Try || writes.is_empty() {
                return Ok(answer);
            }
            match self.transact(writes).await? {
                Transacted::Written => return Ok(answer),
                Transacted::Conflict => backoff(attempt).await,
            }
        }
        Err(Refusal::ChangedMeanwhile.into())
    }

    /// Somebody else was faster each time; or an event stands in the way that no document knows, and always will.
    pub(crate) async fn told_apart<A: Document, T>(
        &self,
        id: &A::Id,
        changed: Result<T, ChangeError>,
    ) -> Result<T, ChangeError> {
        if let Err(ChangeError::Refused(Refusal::ChangedMeanwhile)) = &changed
            && let Some(document) = self.document::<A>(id).await?
        {
            let next = keys::event(document.head().version + 1);
            let orphan = self.get(keys::pair(A::subject(id), next), "look for an event in the way").await?;
            // Whoever was faster has written the document by now.
            if orphan.is_some()
                && self.document::<A>(id).await?.as_ref().map(A::head) == Some(document.head())
            {
                return Err(StoreError::from(EVENT.orphan()).into());
            }
        }
        changed
    }

    /// One aggregate's document, read strongly consistently.
    pub(crate) async fn document<A: Document>(&self, id: &A::Id) -> Result<Option<A>, StoreError> {
        self.get(A::key(id), A::READING).await?.map(|item| A::read(id, item)).transpose()
    }

    /// The puts of a document, if it is still as it was read, and of its new events; none without events.
    pub(crate) fn write_document<A: Document>(
        &self,
        target: &Target<'_, A>,
        before: Option<&A>,
        after: &A,
        events: &[Event<A::Fact>],
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        if events.is_empty() {
            return Ok(Vec::new());
        }
        let expected = match before.map(A::head) {
            Some(Head { version, .. }) => Expected::Number(VERSION, version),
            None => Expected::Nothing,
        };
        let mut writes = vec![self.put(items::with_ttl(after.write()?, target.batch), expected)?];
        for event in events {
            let item = items::from_event(&A::subject(&target.id), event)?;
            writes.push(self.put(items::with_ttl(item, target.batch), Expected::Nothing)?);
        }
        Ok(writes)
    }
}
