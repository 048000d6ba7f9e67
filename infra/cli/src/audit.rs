//! `lixiao audit`: verifies every chain of events, and that each document is what its events say.

use std::path::Path;

use anyhow::{Context as _, bail};
use domain::clearance::Clearance;
use domain::event::{Broken, Event, verify};
use domain::ids::{BatchId, StudentId};
use domain::operator::Operator;
use domain::progress::Outline;
use futures::{StreamExt as _, TryStreamExt as _};
use store::Store;

use crate::table;

/// How many chains are read at the same time.
const AT_ONCE: usize = 16;

/// What was looked at.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Audited {
    /// Students.
    pub students: usize,
    /// Their events, and those of operators.
    pub events: usize,
    /// Operators.
    pub operators: usize,
}

/// Audits a batch and says so.
pub async fn run(batch: &str, data: Option<&Path>) -> anyhow::Result<()> {
    let batch: BatchId = batch.parse().with_context(|| format!("the batch {batch}"))?;
    let store = table::existing(data).await?;
    let Audited { students, events, operators } = audit(&store, &batch).await?;
    println!("{batch}: {students} students, {operators} operators, {events} events: every chain is whole");
    Ok(())
}

/// Verifies every chain of a batch, and those of the operators.
pub async fn audit(store: &Store, batch: &BatchId) -> anyhow::Result<Audited> {
    let mut audited = Audited::default();
    for college in store.colleges(batch).await? {
        let mut after = None;
        loop {
            let page = store.outlines(batch, &college, after.as_ref(), 500).await?;
            let chains = page.items.into_iter().map(|outline| student(store, batch, outline.id));
            let events: Vec<usize> = futures::stream::iter(chains).buffered(AT_ONCE).try_collect().await?;
            audited.students += events.len();
            audited.events += events.iter().sum::<usize>();
            match page.next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
    }
    if audited.students == 0 {
        bail!("there is no student in batch {batch}");
    }
    operators(store, &mut audited).await?;
    Ok(audited)
}

/// Verifies one student's chain; gives back how many events it has.
async fn student(store: &Store, batch: &BatchId, id: StudentId) -> anyhow::Result<usize> {
    let subject = Clearance::subject(batch, &id);
    // The document first: what is decided between the two reads only adds events after its version.
    let read = store.clearance_and_outline(batch, &id).await.with_context(|| subject.clone())?;
    let (clearance, outline) = read.with_context(|| format!("{subject}: no document"))?;
    let mut events = store.all_events(batch, &id).await.with_context(|| subject.clone())?;
    events.retain(|event| event.number <= clearance.version);
    replay(&subject, batch, &events, &clearance).with_context(|| subject.clone())?;
    if outline != Outline::of(&clearance) {
        return Err(Broken::Document).with_context(|| format!("{subject}: outline"));
    }
    Ok(events.len())
}

fn replay(subject: &str, batch: &BatchId, events: &[Event], clearance: &Clearance) -> Result<(), Broken> {
    verify(subject, events)?;
    let last = events.last().map(|event| event.number);
    let Some((first, others)) = events.split_first().filter(|_| last == Some(clearance.version)) else {
        return Err(Broken::Short { found: events.len(), version: clearance.version });
    };
    let mut replayed = Clearance::begin(batch, first).ok_or(Broken::Document)?;
    others.iter().for_each(|event| replayed.apply(event));
    if replayed == *clearance { Ok(()) } else { Err(Broken::Document) }
}

async fn operators(store: &Store, audited: &mut Audited) -> anyhow::Result<()> {
    for operator in store.all_operators().await? {
        let subject = Operator::subject(&operator.id);
        let mut events = store.operator_events(&operator.id).await?;
        events.retain(|event| event.number <= operator.version);
        verify(&subject, &events).with_context(|| subject.clone())?;
        let replayed =
            events.iter().fold(None, |before, event| Some(Operator::after(before, &operator.id, event)));
        if replayed.as_ref() != Some(&operator) {
            return Err(Broken::Document).with_context(|| subject);
        }
        audited.operators += 1;
        audited.events += events.len();
    }
    Ok(())
}
