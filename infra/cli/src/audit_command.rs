//! `lixiao audit`: every item of the base table or of an archive is known, every chain whole, every document what its
//! events say, and everything in an earlier checkpoint still there.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;
use domain::ids::{BatchId, PersonId};
use domain::university::Numbers;
use ledger::SignedCheckpoint;
use store::audit::{Audit, Expected, Finding, of_table};

use crate::archive::Archive;
use crate::notes::{self, Keys, KnownKeys};
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
    let since = args.since.as_deref().map(|file| earlier(file, &batch, &args.keys.known)).transpose()?;
    let administrator = |text: &String| {
        let person = Numbers::default().person(text);
        person.map_err(|_| anyhow::anyhow!("--administrators: {text} is no staff number"))
    };
    let administrators: BTreeSet<PersonId> =
        args.administrators.iter().map(administrator).collect::<Result<_, _>>()?;
    let expected = Expected {
        batch: &batch,
        expires: None,
        administrators: Some(&administrators).filter(|known| !known.is_empty()),
        since: since.as_ref().map(|since| &since.heads),
    };
    let found = match &args.archive {
        Some(file) => Archive::open(file, Some(&batch))?.audit(expected, &args.keys.known)?,
        None => of_table(&table::existing(args.data.as_deref()).await?, expected).await?,
    };
    let Audit { students, operators, letters, events, .. } = found;
    for by in &found.administrators {
        let by = by.number();
        println!(
            "{batch}: {by} 授予过权限而本身未被授权，应是部署参数中的系统管理员 / granted rights without having been granted any: should be one of the stack's Administrators"
        );
    }
    say_findings(&batch, &found.findings)?;
    if students == 0 {
        bail!("there is no student in batch {batch}");
    }
    let since = since.map(|since| format!("; everything of {} is still so", since.checkpoint.taken_at));
    println!(
        "{batch}: {students} students, {operators} operators, {letters} letters, {events} events: every chain is whole{}",
        since.unwrap_or_default()
    );
    let checkpoint = found.checkpoint(&batch, notes::now());
    println!("checkpoint {} {} {}", checkpoint.size, checkpoint.root, checkpoint.taken_at);
    if let Some(file) = &args.checkpoint {
        let signed =
            SignedCheckpoint { signatures: args.keys.sign(&checkpoint)?, checkpoint, heads: found.heads };
        let mut file = notes::create_new(file)?;
        file.write_all(signed.text().as_bytes())?;
        file.sync_all()?;
        println!("{}", if signed.signatures.is_empty() { "written, unsigned" } else { "written and signed" });
    }
    Ok(())
}

/// An earlier checkpoint of this batch, signed by whom it should be.
fn earlier(file: &Path, batch: &BatchId, keys: &KnownKeys) -> anyhow::Result<SignedCheckpoint> {
    let (since, known) = notes::read(file, batch, keys)?;
    if !known {
        notes::say_unchecked(file);
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
