//! `lixiao audit`: verifies every chain of events, and that each document is what its events say.

use std::path::Path;
use std::pin::pin;

use anyhow::{Context as _, bail};
use domain::clearance::Clearance;
use domain::ids::{BatchId, StudentId};
use domain::operator::Operator;
use domain::progress::Outline;
use domain::role::Colleges;
use futures::{StreamExt as _, TryStreamExt as _};
use ledger::BrokenChainError;
use store::{Listed, Store, StoreError, every};

use crate::table;

/// How many outlines, or operators, are read at once.
const PAGE: i32 = 500;
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
    let mut students = store.walk(batch, &Colleges::All, None, PAGE);
    while let Some(page) = students.try_next().await? {
        let id = |listed: Listed<Outline, StudentId>| {
            listed.map_or_else(|broken| broken.place, |outline| outline.id)
        };
        let chains = page.into_iter().map(|listed| student(store, batch, id(listed)));
        let events: Vec<usize> = futures::stream::iter(chains).buffered(AT_ONCE).try_collect().await?;
        audited.students += events.len();
        audited.events += events.iter().sum::<usize>();
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
    events.retain(|event| event.number() <= clearance.version);
    let id = (batch.clone(), id);
    ledger::audit(&id, &clearance, &events).with_context(|| subject.clone())?;
    if outline != Outline::of(&clearance) {
        return Err(BrokenChainError::Document).with_context(|| format!("{subject}: outline"));
    }
    Ok(events.len())
}

async fn operators(store: &Store, audited: &mut Audited) -> anyhow::Result<()> {
    let mut entries = pin!(every(None, |after| store.operators(after, PAGE)));
    while let Some(operator) = entries.try_next().await? {
        let operator = operator.map_err(StoreError::from)?;
        let subject = Operator::subject(&operator.id);
        let mut events = store.operator_events(&operator.id).await?;
        events.retain(|event| event.number() <= operator.version);
        ledger::audit(&operator.id, &operator, &events).with_context(|| subject)?;
        audited.operators += 1;
        audited.events += events.len();
    }
    Ok(())
}
