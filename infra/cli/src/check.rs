//! `lixiao check`: finds what is wrong with a batch file before a deploy does.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use chrono::{DateTime, Utc};
use domain::batch::Batch;
use domain::batch_file;
use domain::batch_file::calendar;
use domain::fault::{Fault, Weight};
use domain::ids::BatchId;
use domain::kinds::kinds;
use domain::operator::{Operator, Scope, Unheld, unheld};
use domain::university_file;
use edge::{load_batches, load_university};
use store::{Store, StoreError};

use crate::{plain, table};

/// What the files are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// They go out to students: nothing in them may be made up.
    Deploy,
    /// They show what a batch looks like.
    Sample,
}

impl Purpose {
    /// Whether a fault stops files of this purpose.
    fn stops_at(self, fault: &Fault) -> bool {
        match fault.weight {
            Weight::Odd => false,
            Weight::MadeUp => self == Self::Deploy,
            Weight::Undeployable | Weight::Unsound => true,
        }
    }
}

/// The batch of a folder's file.
pub fn batch_of(folder: &Path, id: &BatchId) -> anyhow::Result<Batch> {
    let file = folder.join(format!("{id}.toml"));
    let text = std::fs::read_to_string(&file).with_context(|| format!("read {}", file.display()))?;
    let faults = |faults: Vec<Fault>| {
        anyhow::anyhow!("{}: {} faults; see `lixiao check`", file.display(), faults.len())
    };
    let university = load_university(&folder.join(university_file::FILE))?.map_err(faults)?.university;
    let read = batch_file::read(&Arc::new(university), id.as_str(), &text);
    Ok(read.map_err(faults)?.batch)
}

/// Checks a folder of batch files, or one; with a table, also that every office has an operator.
pub async fn run(batches: &Path, data: Option<&Path>, purpose: Purpose) -> anyhow::Result<()> {
    let loaded =
        load_batches(batches, batch_file::read).with_context(|| format!("read {}", batches.display()))?;
    say_beside(&loaded.unread, &loaded.batches, &loaded.opens);
    let said = loaded.noted.iter().chain(&loaded.faults);
    say(said.clone(), purpose);
    let stops: Vec<&Fault> = said.map(|(_, fault)| fault).filter(|fault| purpose.stops_at(fault)).collect();
    if !stops.is_empty() {
        let count = stops.len();
        let sample = stops.iter().all(|fault| fault.weight == Weight::MadeUp);
        let hint = if sample { "；样例请用 --sample / for a sample: --sample" } else { "" };
        bail!("{count} 处错误 / {count} faults{hint}");
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
    let now = Utc::now();
    for batch in &loaded.batches {
        let spoken = batch.university().languages();
        let mut names: Vec<&str> = spoken.iter().map(|lang| batch.name().of(*lang)).collect();
        names.dedup();
        println!("{}: {}", batch.id(), names.join(" / "));
        calendar::days(batch).iter().for_each(|day| println!("  {day}"));
        spoken.iter().for_each(|lang| print!("{}", plain::words(batch, *lang)));
        println!(
            "{}: 无误 / sound: {} steps, {} offices, {} kinds of students walked through{}",
            batch.id(),
            batch.steps().count(),
            batch.offices().count(),
            kinds(batch).len(),
            if purpose == Purpose::Deploy { stage(batch, now) } else { "" },
        );
    }
    if purpose == Purpose::Deploy && loaded.batches.iter().all(|batch| batch.window().closes <= now) {
        println!(
            "注意：没有一个批次还开放或将开放，请核对年份 / note: every batch has closed; none is open or will open: look at the years"
        );
    }
    Ok(())
}

/// Says what was found, the lightest first: what stops the files stands at the end, where it is seen.
fn say<'a>(said: impl Iterator<Item = &'a (PathBuf, Fault)> + Clone, purpose: Purpose) {
    for (file, Fault { line, what, .. }) in said.clone().filter(|(_, fault)| !purpose.stops_at(fault)) {
        println!("{}:{line}: 注意：{} / note: {}", file.display(), what.zh, what.en);
    }
    for (file, fault) in said.filter(|(_, fault)| purpose.stops_at(fault)) {
        println!("{}:{fault}", file.display());
    }
}

/// Says which files are none, and which batches are open at the same time.
fn say_beside(unread: &[PathBuf], batches: &[Batch], opens: &BTreeMap<BatchId, (PathBuf, usize)>) {
    for file in unread {
        println!(
            "{}: 注意：文件名不以 .toml 结尾，没有读取 / note: its name doesn't end in .toml, it is not read",
            file.display()
        );
    }
    for (id, what) in batch_file::overlaps(batches) {
        if let Some((file, line)) = opens.get(id) {
            println!("{}:{line}: 注意：{} / note: {}", file.display(), what.zh, what.en);
        }
    }
}

/// Where a batch is in its life.
fn stage(batch: &Batch, now: DateTime<Utc>) -> &'static str {
    let window = batch.window();
    if now < window.opens {
        "；尚未开放 / not open yet"
    } else if now < window.closes {
        "；开放中 / open now"
    } else {
        "；已关闭 / closed"
    }
}

async fn offices_without_operators(batch: &Batch, store: &Store) -> anyhow::Result<()> {
    let scope = Scope::Batch(batch.id().clone());
    let operators = store.every_operator(&scope).await?;
    let operators = operators.into_iter().collect::<Result<Vec<Operator>, _>>().map_err(StoreError::from)?;
    let colleges = store.colleges(batch.id()).await?;
    for Unheld { office, colleges } in unheld(batch, &operators, &colleges, Utc::now().into()) {
        let (zh, en) = match Vec::from_iter(colleges) {
            colleges if colleges.is_empty() => (String::new(), String::new()),
            colleges => (format!("（{}）", colleges.join("、")), format!(" for {}", colleges.join(", "))),
        };
        println!(
            "{}: 部门 {office} 还没有操作人员{zh} / office {office} has no operator yet{en}: \
             请在“操作人员”中添加 / add one under Operators",
            batch.id(),
        );
    }
    Ok(())
}
