//! `lixiao restore`: an archive back into an empty table, byte for byte.

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use futures::{StreamExt as _, TryStreamExt as _};
use store::audit::{Audit, Expected, of_table};
use store::scan::MOST_WRITES;
use store::{Item, Store};

use crate::archive::Archive;
use crate::notes::KnownKeys;
use crate::table;

/// How many calls write at the same time.
const AT_ONCE: usize = 16;

/// What is restored, and where to.
#[derive(Debug, Clone, Args)]
pub struct RestoreArgs {
    /// The archive.
    pub archive: PathBuf,
    /// The embedded table, which is made if it isn't there; without it, the table that LIXIAO_TABLE and AWS's
    /// variables name. It must be empty.
    #[arg(long, value_name = "FILE")]
    pub data: Option<PathBuf>,
    /// Restores what an audit finds fault with, too.
    #[arg(long)]
    pub even_if_broken: bool,
    /// Who may have closed the archive.
    #[command(flatten)]
    pub keys: KnownKeys,
}

/// Restores an archive, and audits what it made.
pub async fn run(args: &RestoreArgs) -> anyhow::Result<()> {
    let archive = Archive::open(&args.archive, None)?;
    let batch = archive.batch().clone();
    let expected = Expected { batch: &batch, expires: None, administrators: None, since: None };
    let read = archive.audit(expected, &args.keys)?;
    read.findings.iter().for_each(|finding| println!("{finding}"));
    if !read.findings.is_empty() && !args.even_if_broken {
        bail!(
            "{}: {} findings; --even-if-broken restores it as it is",
            args.archive.display(),
            read.findings.len()
        );
    }
    let store = match &args.data {
        Some(file) if !file.exists() => {
            drop(table::open(Some(file))?);
            table::existing(Some(file)).await?
        }
        file => table::existing(file.as_deref()).await?,
    };
    let written = restore(&store, &archive).await?;
    let Audit { findings, students, events, heads, .. } = of_table(&store, expected).await?;
    if findings != read.findings || heads != read.heads {
        bail!("{batch}: what was written isn't what the archive says; the table is of no use");
    }
    println!(
        "{batch}: {written} items, {students} students, {events} events, as in {}",
        args.archive.display()
    );
    println!(
        "其保存期限不变：过期的记录会被删除，如需保留请用 lixiao retain / items keep their expiry: `lixiao retain {batch}` moves it"
    );
    Ok(())
}

/// Writes every item of an archive into an empty table.
pub async fn restore(store: &Store, archive: &Archive) -> anyhow::Result<usize> {
    if !store.is_empty().await? {
        bail!("表不是空的 / the table isn't empty: an archive is restored into an empty one");
    }
    let (mut calls, mut call, mut written) = (Vec::new(), Vec::<Item>::new(), 0);
    for partition in archive.partitions()? {
        for item in partition? {
            written += 1;
            call.push(item);
            if call.len() == MOST_WRITES {
                calls.push(std::mem::take(&mut call));
            }
        }
        if calls.len() >= AT_ONCE {
            write(store, std::mem::take(&mut calls)).await?;
        }
    }
    calls.extend((!call.is_empty()).then_some(call));
    write(store, calls).await?;
    Ok(written)
}

async fn write(store: &Store, calls: Vec<Vec<Item>>) -> anyhow::Result<()> {
    let calls = calls.into_iter().map(|items| store.write_items(items));
    futures::stream::iter(calls).buffer_unordered(AT_ONCE).try_collect::<()>().await?;
    Ok(())
}
