//! Audits of a table, while it is in use.

use anyhow::bail;
use domain::ids::BatchId;
use futures::TryStreamExt as _;
use store::Store;
use store::audit::{Audit, Auditor, Expected, Finding};

/// What an audit of a table finds. A change that is made while it reads looks like a fault once, and never twice: only what
/// two audits find is found.
pub async fn of_table(store: &Store, expected: Expected<'_>) -> anyhow::Result<Audit> {
    let mut audit = once(store, expected).await?;
    for _ in 0..2 {
        if audit.findings.is_empty() {
            break;
        }
        let again = once(store, expected).await?;
        let findings = audit.findings.intersection(&again.findings).cloned().collect();
        audit = Audit { findings, ..again };
    }
    Ok(audit)
}

async fn once(store: &Store, expected: Expected<'_>) -> anyhow::Result<Audit> {
    let mut auditor = Auditor::new(expected);
    let mut partitions = store.partitions();
    while let Some((_, partition)) = partitions.try_next().await? {
        auditor.take(partition);
    }
    Ok(auditor.finish())
}

/// Audits a batch by itself: an error names everything that was found.
pub async fn audit(store: &Store, batch: &BatchId) -> anyhow::Result<Audit> {
    let audit = of_table(store, Expected { batch, expires: None, administrators: None, since: None }).await?;
    let findings: Vec<String> = audit.findings.iter().map(Finding::to_string).collect();
    if findings.is_empty() { Ok(audit) } else { bail!("{}", findings.join("\n")) }
}
