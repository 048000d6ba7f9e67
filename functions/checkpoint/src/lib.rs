//! Checkpoints: each day, and once a batch's window has closed, everything of the batch is audited and its root put where
//! nobody can take it back. A schedule calls this every hour; what an earlier call couldn't write is still due.
//!
//! | of a batch that | is written | name |
//! |---|---|---|
//! | has opened, until it is forgotten | the first hour of each day | `2018-01/2017-12-20.txt` |
//! | has closed | the first hour after | `2018-01/2018-01-11-closed.txt` |
//!
//! Each proves that everything in the one before it is still there. Of a table in which an audit finds something none is
//! written, and the call fails: an alarm says so.

mod keeper;

use std::time::{Duration, SystemTime};

use chrono::SecondsFormat;
use domain::Timestamp;
use domain::batch::Batch;
use edge::{App, RuntimeError};
use ledger::SignedCheckpoint;
use serde::Serialize;
use store::audit::{self, Expected};

pub use crate::keeper::{Keeper, KeeperError};

/// What is kept of the time to end in good order: more than one batch's audit takes.
const RESERVE: Duration = Duration::from_secs(60);

/// What one call did, in numbers of checkpoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Report {
    /// Were written.
    pub written: usize,
    /// Had been written before.
    pub already: usize,
    /// Are left for the next call, because time ran out.
    pub left: usize,
}

/// Batches of which no checkpoint could be taken.
#[derive(Debug, thiserror::Error)]
#[error("no checkpoint of {}: see `lixiao audit`", .0.join(", "))]
struct FindingsError(Vec<String>);

/// Writes the checkpoints that are due, until an instant.
pub async fn checkpoint(app: &App, keeper: &Keeper, until: SystemTime) -> Result<Report, RuntimeError> {
    let until = until.checked_sub(RESERVE).unwrap_or(until);
    let now = app.clock.now();
    let (mut report, mut broken) = (Report::default(), Vec::new());
    for batch in app.batches.iter() {
        let kept = keeper.names(batch.id()).await?;
        let due: Vec<String> = names(batch, now).into_iter().filter(|name| !kept.contains(name)).collect();
        report.already += kept.len();
        if due.is_empty() {
            continue;
        }
        if SystemTime::now() >= until {
            report.left += due.len();
            continue;
        }
        match take(app, keeper, batch, kept.last(), now).await? {
            Some(signed) => {
                for name in &due {
                    keeper.keep(name, &signed).await?;
                    report.written += 1;
                }
            }
            None => broken.push(batch.id().to_string()),
        }
    }
    let Report { written, already, left } = report;
    tracing::info!(written, already, left, "checkpoints");
    if broken.is_empty() { Ok(report) } else { Err(FindingsError(broken).into()) }
}

/// The checkpoints that there must be of a batch by now: today's, and that of its closing. In the order in which they are kept.
fn names(batch: &Batch, now: Timestamp) -> Vec<String> {
    let window = batch.window();
    let (id, today) = (batch.id(), now.date_naive());
    if now < window.opens || now >= window.retained_until {
        return Vec::new();
    }
    let closed = (window.closes <= now).then(|| format!("{id}/{}-closed.txt", window.closes.date_naive()));
    closed.into_iter().chain([format!("{id}/{today}.txt")]).collect()
}

/// A batch's checkpoint now, in which everything of the last one is still there; nothing: an audit found something.
async fn take(
    app: &App,
    keeper: &Keeper,
    batch: &Batch,
    last: Option<&String>,
    now: Timestamp,
) -> Result<Option<SignedCheckpoint>, RuntimeError> {
    let earlier = match last {
        Some(name) => Some(keeper.read(name, batch.id()).await?),
        None => None,
    };
    let expected = Expected {
        batch: batch.id(),
        expires: None,
        administrators: Some(app.administrators()),
        since: earlier.as_ref().map(|signed| &signed.heads),
    };
    let audit = audit::of_table(&app.store, expected).await?;
    if !audit.findings.is_empty() {
        // Which, only the audit on an administrator's own machine says: places have students' numbers.
        tracing::error!(batch = %batch.id(), findings = audit.findings.len(), "an audit found something");
        return Ok(None);
    }
    let taken_at = now.to_rfc3339_opts(SecondsFormat::Secs, false);
    let checkpoint = audit.checkpoint(batch.id(), taken_at);
    Ok(Some(keeper.sign(checkpoint, audit.heads)))
}
