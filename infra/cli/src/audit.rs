//! Audits of a batch by itself.

use anyhow::bail;
use domain::ids::BatchId;
use store::Store;
use store::audit::{Audit, Expected, Finding, of_table};

/// Audits a batch by itself: an error names everything that was found.
pub async fn audit(store: &Store, batch: &BatchId) -> anyhow::Result<Audit> {
    let audit = of_table(store, Expected { batch, expires: None, administrators: None, since: None }).await?;
    let findings: Vec<String> = audit.findings.iter().map(Finding::to_string).collect();
    if findings.is_empty() { Ok(audit) } else { bail!("{}", findings.join("\n")) }
}
