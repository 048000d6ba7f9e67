//! `lixiao check`: finds what is wrong with a batch file before a deploy does.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context as _, bail};
use domain::batch::{Batch, DecidedBy};
use domain::batch_file;
use domain::ids::OfficeId;
use domain::student::Traits;
use edge::load_batches;
use store::Store;

use crate::table;

/// Checks a folder of batch files, or one; with a table, also that every office has an operator.
pub async fn run(batches: &Path, data: Option<&Path>) -> anyhow::Result<()> {
    let loaded =
        load_batches(batches, batch_file::read).with_context(|| format!("read {}", batches.display()))?;
    for (file, advice) in &loaded.advice {
        println!("{}:{advice}", file.display());
    }
    for (file, fault) in &loaded.faults {
        println!("{}:{fault}", file.display());
    }
    if !loaded.faults.is_empty() {
        bail!("{} 处错误 / {} faults", loaded.faults.len(), loaded.faults.len());
    }
    if loaded.batches.is_empty() {
        bail!("没有批次文件 / no batch file in {}", batches.display());
    }
    if let Some(data) = data {
        let store = table::existing(Some(data)).await?;
        for batch in &loaded.batches {
            offices_without_operators(batch, &store).await?;
        }
    }
    for batch in &loaded.batches {
        println!(
            "{}: 无误 / sound: {} steps, {} offices, {} kinds of students walked through",
            batch.id(),
            batch.steps().count(),
            batch.offices().count(),
            Traits::every_kind().len(),
        );
    }
    Ok(())
}

async fn offices_without_operators(batch: &Batch, store: &Store) -> anyhow::Result<()> {
    let operators = store.all_operators().await?.into_iter();
    let staffed: BTreeSet<OfficeId> = operators.flat_map(|operator| operator.grants.offices).collect();
    for office in batch.offices() {
        if office.decided_by == DecidedBy::Operators && !staffed.contains(&office.id) {
            println!(
                "{}: 部门 {} 还没有操作人员 / office {} has no operator yet: grant one with PUT /api/operators/…",
                batch.id(),
                office.id,
                office.id,
            );
        }
    }
    Ok(())
}
