//! Aggregates that stand in the table as one document each, beside their events.

use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::batch::Batch;
use domain::clearance::Clearance;
use domain::fact::{Event, GrantEvent};
use domain::ids::{PersonId, StudentId};
use domain::operator::{Operator, Scope};
use domain::refusal::{Refusal, What};
use ledger::Aggregate;

use crate::client::Store;
use crate::error::StoreError;
use crate::items;
use crate::keys::{self, Item};
use crate::transaction::Expected;

/// An aggregate with a document of its own.
pub trait Document: Aggregate<Id: Sized + std::fmt::Debug> + Clone {
    /// What is being done when it is read.
    const READING: &'static str;

    /// Where it stands.
    #[doc(hidden)]
    fn key(id: &Self::Id) -> Item;
    /// Reads its item.
    #[doc(hidden)]
    fn read(id: &Self::Id, item: Item) -> Result<Self, StoreError>;
    /// Its item, with its key.
    #[doc(hidden)]
    fn write(&self) -> Result<Item, StoreError>;
    /// The refusal if it isn't there.
    fn missing() -> Refusal;
    /// What else is written with a change of it: the links by which it is found.
    #[doc(hidden)]
    fn links(
        store: &Store,
        target: &Target<'_, Self>,
        before: Option<&Self>,
        after: &Self,
        events: &[ledger::Event<Self::Fact>],
    ) -> Result<Vec<TransactWriteItem>, StoreError>;
}

/// The aggregate that a change is of.
#[derive(Debug)]
pub struct Target<'a, A: Document> {
    pub(crate) id: A::Id,
    /// What it belongs to, and is kept as long as.
    pub(crate) batch: Option<&'a Batch>,
    /// What was read a moment ago, which saves the first read; `Some(None)`: it isn't there.
    pub(crate) read: Option<Option<A>>,
}

impl<'a> Target<'a, Clearance> {
    /// A student of a batch.
    pub fn student(batch: &'a Batch, student: &StudentId) -> Self {
        Self { id: (batch.id().clone(), student.clone()), batch: Some(batch), read: None }
    }
}

impl<'a> Target<'a, Operator> {
    /// Somebody with rights in a batch, as long as that is kept.
    pub fn operator(batch: &'a Batch, id: &PersonId) -> Self {
        Self { id: (Scope::Batch(batch.id().clone()), id.clone()), batch: Some(batch), read: None }
    }

    /// An administrator of the university.
    pub fn administrator(id: &PersonId) -> Self {
        Self { id: (Scope::University, id.clone()), batch: None, read: None }
    }
}

impl<A: Document> Target<'_, A> {
    /// Which aggregate that is.
    pub fn id(&self) -> &A::Id {
        &self.id
    }

    /// Begins with what was read a moment ago.
    #[must_use]
    pub fn as_read(self, read: Option<A>) -> Self {
        Self { read: Some(read), ..self }
    }
}

impl Document for Clearance {
    const READING: &'static str = "get a clearance";

    fn key((batch, student): &Self::Id) -> Item {
        keys::clearance(batch, student)
    }

    fn read((batch, _): &Self::Id, item: Item) -> Result<Self, StoreError> {
        Ok(items::clearance(batch, item)?)
    }

    fn write(&self) -> Result<Item, StoreError> {
        items::from_clearance(self)
    }

    fn missing() -> Refusal {
        Refusal::NotFound(What::Student)
    }

    /// The links by which advisors and imports find their students, and a check that the import is open.
    fn links(
        store: &Store,
        target: &Target<'_, Self>,
        before: Option<&Self>,
        after: &Self,
        events: &[Event],
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let (batch, student) = &target.id;
        let old = before.map(items::linked_advisors).unwrap_or_default();
        let new = items::linked_advisors(after);
        let mut links = Vec::new();
        for advisor in new.difference(&old) {
            let link = items::with_ttl(items::advisee(batch, advisor, student), target.batch);
            links.push(store.put(link, Expected::Anything)?);
        }
        for advisor in old.difference(&new) {
            links.push(store.delete(items::key_of(&items::advisee(batch, advisor, student)))?);
        }
        for event in events {
            if let (Some(import), Some(step)) = (&event.stamp.import, event.fact.step()) {
                let link = items::imported(batch, step, import, student);
                links.push(store.put(items::with_ttl(link, target.batch), Expected::Anything)?);
                links.push(store.import_is_open(batch, step, import, &event.stamp.by)?);
            }
        }
        Ok(links)
    }
}

impl Document for Operator {
    const READING: &'static str = "get an operator";

    fn key((scope, id): &Self::Id) -> Item {
        keys::operator(scope, id)
    }

    fn read((scope, id): &Self::Id, item: Item) -> Result<Self, StoreError> {
        Ok(items::operator(scope, id, item)?)
    }

    fn write(&self) -> Result<Item, StoreError> {
        items::from_operator(self)
    }

    fn missing() -> Refusal {
        Refusal::NotFound(What::Operator)
    }

    fn links(
        _: &Store,
        _: &Target<'_, Self>,
        _: Option<&Self>,
        _: &Self,
        _: &[GrantEvent],
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        Ok(Vec::new())
    }
}
