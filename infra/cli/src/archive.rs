//! `lixiao archive`: everything of a batch in one file, before the table forgets it. The first line says what it is, with
//! the files of the batch and its university; then every item as the table has it, one a line; the last line has their digest and a checkpoint.
//! The file alone is enough to audit the batch, and to put it back.

use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Read as _, Seek as _, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;
use domain::ids::BatchId;
use domain::university_file;
use futures::TryStreamExt as _;
use ledger::{NoteSignature, SignedCheckpoint};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use store::audit::{Audit, Auditor, Expected};
use store::scan::SEGMENTS;
use store::{Item, Store, wire};

use crate::notes::{self, Keys, KnownKeys};
use crate::{local, table};

/// The format of archives that this program writes and reads.
const FORMAT: u32 = 1;
/// The longest line that is read: an item has at most 400 kB, a batch file 1 MB.
const LONGEST_LINE: u64 = 16 << 20;
/// How often a batch is read again when it changes meanwhile.
const ATTEMPTS: usize = 3;

/// What is archived, and where to.
#[derive(Debug, Clone, Args)]
pub struct ArchiveArgs {
    /// The batch, e.g. 2018-01.
    pub batch: String,
    /// The file, which must not exist yet.
    pub out: PathBuf,
    /// The embedded table; without it, the table that LIXIAO_TABLE and AWS's variables name.
    #[arg(long, value_name = "FILE")]
    pub data: Option<PathBuf>,
    /// The folder of batch files: this batch's goes into the archive.
    #[arg(long, value_name = "DIR", default_value = local::BATCHES)]
    pub batches: PathBuf,
    /// Archives what an audit finds fault with, too, and names it: every item is in the file as it is.
    #[arg(long)]
    pub even_if_broken: bool,
    /// The keys of checkpoints.
    #[command(flatten)]
    pub keys: Keys,
}

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    lixiao_archive: u32,
    batch: BatchId,
    /// The batch file, as it was when the archive was written; null if there was none.
    batch_file: Option<String>,
    /// The university's, likewise, on which it stands.
    #[serde(default)]
    university_file: Option<String>,
}

/// The last line.
#[derive(Debug, Serialize, Deserialize)]
struct Tail {
    items: usize,
    /// SHA-256 of all lines before this one, in hexadecimal.
    sha256: String,
    /// The note of the checkpoint; its heads follow from the items.
    checkpoint: String,
    /// What an audit found fault with.
    findings: Vec<String>,
}

/// Archives a batch into a new file.
pub async fn run(args: &ArchiveArgs) -> anyhow::Result<()> {
    let batch: BatchId = args.batch.parse().with_context(|| format!("the batch {}", args.batch))?;
    let store = table::existing(args.data.as_deref()).await?;
    let read = |name: &str| {
        let file = args.batches.join(name);
        let text = std::fs::read_to_string(&file).ok();
        if text.is_none() {
            eprintln!("{}: 没有此文件，归档中不含 / no such file, so the archive has none", file.display());
        }
        text
    };
    let batch_file = read(&format!("{batch}.toml"));
    let university_file = read(university_file::FILE);
    let expected = Expected { batch: &batch, expires: None, administrators: None, since: None };
    let copied = Copied::settled(&store, expected).await?;
    let Audit { findings, students, .. } = &copied.audit;
    findings.iter().for_each(|finding| println!("{finding}"));
    if !findings.is_empty() && !args.even_if_broken {
        bail!("{batch}: {} findings; --even-if-broken archives every item as it is", findings.len());
    }
    if *students == 0 && !args.even_if_broken {
        bail!("there is no student in batch {batch}");
    }
    // It holds everything, identity numbers too.
    let mut out = BufWriter::new(notes::create_new(&args.out)?);
    let head = Head { lixiao_archive: FORMAT, batch: batch.clone(), batch_file, university_file };
    let items = copied.write(&head, &args.keys, &mut out)?;
    out.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
    println!("{batch}: {items} items in {}", args.out.display());
    Ok(())
}

/// A batch as it was read: each segment of the table in a file of its own, so that they can be read at the same time
/// and the archive is still the same for the same table.
struct Copied {
    audit: Audit,
    items: usize,
    segments: Vec<File>,
}

impl Copied {
    /// Reads a batch until it is quiet. A change in the middle looks like a fault once, never twice: a copy is good
    /// in which nothing is found that the one before it didn't have.
    async fn settled(store: &Store, expected: Expected<'_>) -> anyhow::Result<Self> {
        let mut copied = Self::read(store, expected).await?;
        for _ in 0..ATTEMPTS {
            if copied.audit.findings.is_empty() {
                return Ok(copied);
            }
            let again = Self::read(store, expected).await?;
            if again.audit.findings.is_subset(&copied.audit.findings) {
                return Ok(again);
            }
            copied = again;
        }
        bail!("{} 正在变动，请稍后再试 / is being changed: try again when it is quiet", expected.batch)
    }

    async fn read(store: &Store, expected: Expected<'_>) -> anyhow::Result<Self> {
        let files = (0..SEGMENTS).map(|_| tempfile::tempfile().map(BufWriter::new));
        let mut files: Vec<BufWriter<File>> = files.collect::<Result<_, _>>().context("a temporary file")?;
        let (mut auditor, mut items) = (Auditor::new(expected), 0);
        let mut partitions = store.partitions();
        while let Some((segment, partition)) = partitions.try_next().await? {
            let kept: Vec<Item> =
                partition.into_iter().filter(|item| wire::is_kept(expected.batch, item)).collect();
            let file = files.get_mut(segment).context("a segment of the table")?;
            for item in &kept {
                let line = wire::to_line(item)
                    .with_context(|| format!("{} holds what can't be written as text", wire::place(item)))?;
                writeln!(file, "{line}")?;
            }
            items += kept.len();
            auditor.take(kept);
        }
        let segments =
            files.into_iter().map(|file| file.into_inner().map_err(std::io::IntoInnerError::into_error));
        Ok(Self { audit: auditor.finish(), items, segments: segments.collect::<Result<_, _>>()? })
    }

    fn write(self, head: &Head, keys: &Keys, out: &mut impl Write) -> anyhow::Result<usize> {
        let mut digest = Sha256::new();
        let mut put = |bytes: &[u8]| -> std::io::Result<()> {
            digest.update(bytes);
            out.write_all(bytes)
        };
        put(format!("{}\n", serde_json::to_string(head)?).as_bytes())?;
        for mut segment in self.segments {
            segment.rewind()?;
            let mut bytes = vec![0; 1 << 16];
            loop {
                let read = segment.read(&mut bytes)?;
                if read == 0 {
                    break;
                }
                put(bytes.get(..read).unwrap_or_default())?;
            }
        }
        let checkpoint = self.audit.checkpoint(&head.batch, notes::now());
        let signatures: Vec<NoteSignature> = keys.sign(&checkpoint)?;
        let signed = SignedCheckpoint { checkpoint, signatures, heads: ledger::Heads::default() };
        let tail = Tail {
            items: self.items,
            sha256: hex(&digest.finalize()),
            checkpoint: signed.text(),
            findings: self.audit.findings.iter().map(ToString::to_string).collect(),
        };
        writeln!(out, "{}", serde_json::to_string(&tail)?)?;
        Ok(self.items)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An archive that is read.
#[derive(Debug)]
pub struct Archive {
    file: PathBuf,
    head: Head,
    tail: Tail,
}

impl Archive {
    /// Opens an archive whose bytes are those it was closed with.
    pub fn open(file: &Path, batch: Option<&BatchId>) -> anyhow::Result<Self> {
        let name = file.display();
        let mut lines = Lines::open(file)?;
        let head = lines.next()?.with_context(|| format!("{name} is empty"))?;
        let head: Head =
            serde_json::from_str(&head).with_context(|| format!("{name} is no archive of Lixiao"))?;
        if head.lixiao_archive > FORMAT {
            bail!("{name} has format {}, and this program reads up to {FORMAT}", head.lixiao_archive);
        }
        if batch.is_some_and(|batch| *batch != head.batch) {
            bail!("{name} is an archive of {}", head.batch);
        }
        let mut items = 0;
        loop {
            let before = lines.digest();
            let line =
                lines.next()?.with_context(|| format!("{name} has been cut off: it has no last line"))?;
            let Ok(tail) = serde_json::from_str::<Tail>(&line) else {
                items += 1;
                continue;
            };
            if lines.next()?.is_some() {
                bail!("{name} goes on after its last line");
            }
            if (tail.items, tail.sha256.as_str()) != (items, before.as_str()) {
                bail!(
                    "{name} has been changed: {items} items with the digest {before}, closed with {} and {}",
                    tail.items,
                    tail.sha256
                );
            }
            return Ok(Self { file: file.to_owned(), head, tail });
        }
    }

    /// Whose it is.
    pub fn batch(&self) -> &BatchId {
        &self.head.batch
    }

    /// The batch file in it.
    pub fn batch_file(&self) -> Option<&str> {
        self.head.batch_file.as_deref()
    }

    /// Every item, a partition at a time.
    pub fn partitions(&self) -> anyhow::Result<impl Iterator<Item = anyhow::Result<Vec<Item>>>> {
        let mut lines = Lines::open(&self.file)?;
        lines.next()?;
        let (mut left, mut next) = (self.tail.items, None);
        Ok(std::iter::from_fn(move || {
            let mut partition: Vec<Item> = next.take().into_iter().collect();
            while left > 0 {
                left -= 1;
                let item = match lines
                    .next()
                    .and_then(|line| line.as_deref().and_then(wire::from_line).context("a line is no item"))
                {
                    Ok(item) => item,
                    Err(error) => return Some(Err(error)),
                };
                if partition.first().is_some_and(|first| first.get("pk") != item.get("pk")) {
                    next = Some(item);
                    return Some(Ok(partition));
                }
                partition.push(item);
            }
            (!partition.is_empty()).then_some(Ok(partition))
        }))
    }

    /// Audits the archive by itself, and against the checkpoint that it was closed with, signed by whom it should be.
    pub fn audit(&self, expected: Expected<'_>, keys: &KnownKeys) -> anyhow::Result<Audit> {
        let mut auditor = Auditor::new(expected);
        for partition in self.partitions()? {
            auditor.take(partition?);
        }
        let audit = auditor.finish();
        let closed = SignedCheckpoint::read_over(&self.tail.checkpoint, audit.heads.clone());
        let closed = closed.with_context(|| format!("{}: its checkpoint", self.file.display()))?;
        if closed.checkpoint.origin != store::audit::origin(self.batch()) {
            bail!("{}: its checkpoint is of {}", self.file.display(), closed.checkpoint.origin);
        }
        if !keys.verify(&closed)? {
            notes::say_unchecked(&self.file);
        }
        Ok(audit)
    }
}

/// The lines of a file, with the digest of those that have been read.
struct Lines {
    file: BufReader<File>,
    digest: Sha256,
}

impl Lines {
    fn open(file: &Path) -> anyhow::Result<Self> {
        let opened = File::open(file).with_context(|| format!("read {}", file.display()))?;
        Ok(Self { file: BufReader::with_capacity(1 << 16, opened), digest: Sha256::new() })
    }

    fn next(&mut self) -> anyhow::Result<Option<String>> {
        let mut line = String::new();
        let read = (&mut self.file).take(LONGEST_LINE).read_line(&mut line).context("read a line")?;
        if read == 0 {
            return Ok(None);
        }
        self.digest.update(&line);
        if !line.ends_with('\n') {
            bail!("a line is cut off, or longer than {LONGEST_LINE} bytes");
        }
        line.pop();
        Ok(Some(line))
    }

    fn digest(&self) -> String {
        hex(&self.digest.clone().finalize())
    }
}
