//! `lixiao retain`: everything that a batch has expires when its file says now.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::Args;
use domain::ids::BatchId;
use futures::{StreamExt as _, TryStreamExt as _};
use store::Store;

use crate::{check, local, table};

/// How many items are changed at the same time.
const AT_ONCE: usize = 32;

/// Which batch, where.
#[derive(Debug, Clone, Args)]
pub struct RetainArgs {
    /// The batch, e.g. 2018-01.
    pub batch: String,
    /// The folder of batch files: `retained_until` of this batch's is what everything gets.
    #[arg(long, value_name = "DIR", default_value = local::BATCHES)]
    pub batches: PathBuf,
    /// The embedded table; without it, the table that LIXIAO_TABLE and AWS's variables name.
    #[arg(long, value_name = "FILE")]
    pub data: Option<PathBuf>,
}

/// Moves the expiry of a batch's items.
pub async fn run(args: &RetainArgs) -> anyhow::Result<()> {
    let id: BatchId = args.batch.parse().with_context(|| format!("the batch {}", args.batch))?;
    let until = check::batch_of(&args.batches, &id)?.window().retained_until;
    let store = table::existing(args.data.as_deref()).await?;
    let moved = retain(&store, &id, until.timestamp()).await?;
    if moved == 0 {
        bail!("there is nothing of batch {id}, or all of it is kept until {until} already");
    }
    println!("{id}: {moved} items are kept until {until}");
    Ok(())
}

/// Moves the expiry of every item of a batch that has another one; how many that were.
pub async fn retain(store: &Store, batch: &BatchId, until: i64) -> anyhow::Result<usize> {
    let moved = store
        .partitions()
        .map_ok(|(_, partition)| futures::stream::iter(partition).map(Ok))
        .try_flatten()
        .map_ok(|item| store.retain(batch, item, until))
        .try_buffer_unordered(AT_ONCE);
    let moved: Vec<bool> = moved.try_collect().await?;
    Ok(moved.into_iter().filter(|moved| *moved).count())
}
