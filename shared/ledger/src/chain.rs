//! Chains: made, replayed, verified.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::event::{Event, Head};
use crate::hash::Hash;

/// Something whose every change is an event. Replaying its events from the first gives exactly it.
pub trait Aggregate: Sized {
    /// What it is known by.
    type Id: ?Sized;
    /// What can happen to it, with all that is to be known of that: who, when, why.
    type Fact: Serialize + DeserializeOwned;

    /// What its chain hangs on: a text that no other aggregate has, of this kind or of another.
    fn subject(id: &Self::Id) -> String;
    /// The aggregate after its first event; `None` if that event begins nothing.
    fn begin(id: &Self::Id, first: &Event<Self::Fact>) -> Option<Self>;
    /// The aggregate after one more event.
    fn evolve(&mut self, event: &Event<Self::Fact>);
    /// Its last event.
    fn head(&self) -> Head;

    /// The aggregate after more events.
    #[must_use]
    fn after(mut self, events: &[Event<Self::Fact>]) -> Self {
        events.iter().for_each(|event| self.evolve(event));
        self
    }
}

/// Where a chain is broken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BrokenChainError {
    /// An event is missing, or stands in another's place.
    #[error("event {expected} is missing (found {found})")]
    Missing {
        /// The number that should be here.
        expected: u64,
        /// The number that is.
        found: u64,
    },
    /// An event doesn't follow the one before it.
    #[error("event {number} does not follow the event before it")]
    Link {
        /// Its number.
        number: u64,
    },
    /// An event was edited.
    #[error("event {number} was edited: its hash does not match")]
    Edited {
        /// Its number.
        number: u64,
    },
    /// There are fewer events than the aggregate counts, or none.
    #[error("events are missing at the end: there are {found}, and the last should be event {version}")]
    Short {
        /// How many there are.
        found: usize,
        /// The aggregate's version.
        version: u64,
    },
    /// The aggregate isn't what its events say.
    #[error("the document is not what its events say")]
    Document,
}

/// The events of new facts, chained to the state's head; without a state, to genesis.
pub fn append<A: Aggregate>(
    id: &A::Id,
    state: Option<&A>,
    facts: impl IntoIterator<Item = A::Fact>,
) -> Vec<Event<A::Fact>> {
    let (mut number, mut prev) = match state.map(A::head) {
        Some(Head { version, hash }) => (version + 1, hash),
        None => (0, Hash::genesis(&A::subject(id))),
    };
    let seal = |fact: A::Fact| {
        let event = Event::seal(number, prev, fact);
        (number, prev) = (number + 1, event.hash());
        event
    };
    facts.into_iter().map(seal).collect()
}

/// The aggregate that a chain makes; `None` if it is empty, or its first event begins nothing.
pub fn replay<A: Aggregate>(id: &A::Id, events: &[Event<A::Fact>]) -> Option<A> {
    let (first, others) = events.split_first()?;
    Some(A::begin(id, first)?.after(others))
}

/// Checks that events form one unbroken chain from their subject's genesis, and says where it ends.
pub fn verify<A: Aggregate>(id: &A::Id, events: &[Event<A::Fact>]) -> Result<Option<Head>, BrokenChainError> {
    let mut prev = Hash::genesis(&A::subject(id));
    for (expected, event) in (0..).zip(events) {
        let number = event.number();
        if number != expected {
            return Err(BrokenChainError::Missing { expected, found: number });
        }
        if event.prev() != prev {
            return Err(BrokenChainError::Link { number });
        }
        if event.hash() != prev.link(event.body()) {
            return Err(BrokenChainError::Edited { number });
        }
        prev = event.hash();
    }
    Ok(events.last().map(Event::head))
}

/// Checks that an aggregate is what a whole and unbroken chain makes of it.
pub fn audit<A: Aggregate + PartialEq>(
    id: &A::Id,
    state: &A,
    events: &[Event<A::Fact>],
) -> Result<(), BrokenChainError> {
    let end = verify::<A>(id, events)?;
    let Head { version, .. } = state.head();
    if end.map(|head| head.version) != Some(version) {
        return Err(BrokenChainError::Short { found: events.len(), version });
    }
    if replay::<A>(id, events).as_ref() == Some(state) { Ok(()) } else { Err(BrokenChainError::Document) }
}
