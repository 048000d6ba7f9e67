//! `lixiao audit`: every item of the base table or of an archive is known, every chain whole, every document what its
//! events say, and everything in an earlier checkpoint still there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;
use domain::ids::{BatchId, PersonId};
use futures::TryStreamExt as _;
use ledger::{Checkpoint, SignedCheckpoint};
use store::Store;
use store::audit::{Audit, Auditor, Expected, Finding};

use crate::archive::Archive;
use crate::notes::{self, Keys};
use crate::table;

/// The most findings that are printed: who reads them mends the first and asks again.
const MOST_PRINTED: usize = 200;

/// What is audited, and against what.
#[derive(Debug, Clone, Args)]
pub struct AuditArgs {
    /// The batch, e.g. 2018-01.
    pub batch: String,
    /// The embedded table; without it, the table that LIXIAO_TABLE and AWS's variables name.
    #[arg(long, value_name = "FILE", conflicts_with = "archive")]
    pub data: Option<PathBuf>,
    /// An archive, in the place of a table.
    #[arg(long, value_name = "FILE")]
    pub archive: Option<PathBuf>,
    /// An earlier checkpoint: everything in it must still be there, as it was.
    #[arg(long, value_name = "FILE")]
    pub since: Option<PathBuf>,
    /// Where the checkpoint of this audit is written; it must not exist yet.
    #[arg(long, value_name = "FILE")]
    pub checkpoint: Option<PathBuf>,
    /// Who is an administrator by the stack's parameter, so that nobody else can have made the first.
    #[arg(long, value_name = "STAFF_NUMBERS", value_delimiter = ',', env = "LIXIAO_ADMINISTRATORS")]
    pub administrators: Vec<String>,
    /// The keys of checkpoints: to sign this one, and to check who signed the earlier.
    #[command(flatten)]
    pub keys: Keys,
}

/// Audits a table or an archive, and says what was found.
pub async fn run(args: &AuditArgs) -> anyhow::Result<()> {
    let batch: BatchId = args.batch.parse().with_context(|| format!("the batch {}", args.batch))?;
    let since = args.since.as_deref().map(|file| earlier(file, &batch, &args.keys)).transpose()?;
    let administrators = args.administrators.iter().map(|number| number.parse());
    let administrators: BTreeSet<PersonId> =
        administrators.collect::<Result<_, _>>().context("--administrators")?;
    let expected = Expected {
        batch: &batch,
        expires: None,
        administrators: Some(&administrators).filter(|known| !known.is_empty()),
        since: since.as_ref().map(|since| &since.heads),
    };
    let audit = match &args.archive {
        Some(file) => Archive::open(file, Some(&batch))?.audit(expected)?,
        None => of_table(&table::existing(args.data.as_deref()).await?, expected).await?,
    };
    let Audit { students, operators, letters, events, .. } = audit;
    for by in &audit.administrators {
        println!(
            "{batch}: {by} 授予过权限而本身未被授权，应是部署参数中的系统管理员 / granted rights without having been granted any: should be one of the stack's Administrators"
        );
    }
    say_findings(&batch, &audit.findings)?;
    if students == 0 {
        bail!("there is no student in batch {batch}");
    }
    let since = since.map(|since| format!("; everything of {} is still so", since.checkpoint.taken_at));
    println!(
        "{batch}: {students} students, {operators} operators, {letters} letters, {events} events: every chain is whole{}",
        since.unwrap_or_default()
    );
    let checkpoint = Checkpoint::of(notes::origin(&batch), notes::now(), &audit.heads);
    println!("checkpoint {} {} {}", checkpoint.size, checkpoint.root, checkpoint.taken_at);
    if let Some(file) = &args.checkpoint {
        let signed =
            SignedCheckpoint { signatures: args.keys.sign(&checkpoint)?, checkpoint, heads: audit.heads };
        notes::write_new(file, &signed.text())?;
        println!("{}", if signed.signatures.is_empty() { "written, unsigned" } else { "written and signed" });
    }
    Ok(())
}

/// An earlier checkpoint of this batch, signed by whom it should be.
fn earlier(file: &Path, batch: &BatchId, keys: &Keys) -> anyhow::Result<SignedCheckpoint> {
    let name = file.display();
    let text = std::fs::read_to_string(file).with_context(|| format!("read {name}"))?;
    let since = SignedCheckpoint::read(&text).with_context(|| name.to_string())?;
    if since.checkpoint.origin != notes::origin(batch) {
        bail!("{name} is a checkpoint of {}, not of {}", since.checkpoint.origin, notes::origin(batch));
    }
    if !keys.verify(&since)? {
        eprintln!("{name}: 未核对签名 / signature not checked: give --public-key to be sure who wrote it");
    }
    Ok(since)
}

fn say_findings(batch: &BatchId, findings: &BTreeSet<Finding>) -> anyhow::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    findings.iter().take(MOST_PRINTED).for_each(|finding| println!("{finding}"));
    let unsaid = findings.len().saturating_sub(MOST_PRINTED);
    let more = if unsaid > 0 { format!(", {unsaid} of them not shown") } else { String::new() };
    bail!("{batch}: {} findings{more}", findings.len())
}

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
