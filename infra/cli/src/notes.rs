//! Checkpoints as C2SP's signed notes: who signs them, and how they are kept.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::{Context as _, bail};
use clap::Args;
use domain::ids::BatchId;
use edge::token::{NoteSigner, NoteVerifier};
use ledger::{Checkpoint, NoteSignature, SignedCheckpoint};

/// The keys of checkpoints, as `lixiao keys` printed them.
#[derive(Debug, Clone, Default, Args)]
pub struct Keys {
    /// A file with the private key that signs.
    #[arg(long, value_name = "FILE")]
    pub signing_key: Option<std::path::PathBuf>,
    /// Public keys, of which one must have signed.
    #[arg(
        long,
        value_name = "KEYS",
        env = "LIXIAO_CHECKPOINT_KEYS",
        value_delimiter = ',',
        allow_hyphen_values = true
    )]
    pub public_key: Vec<String>,
}

impl Keys {
    /// The signature under a checkpoint; none without a key.
    pub fn sign(&self, checkpoint: &Checkpoint) -> anyhow::Result<Vec<NoteSignature>> {
        let Some(file) = &self.signing_key else { return Ok(Vec::new()) };
        let key = std::fs::read_to_string(file).with_context(|| format!("read {}", file.display()))?;
        let signer = NoteSigner::read(key.trim()).with_context(|| file.display().to_string())?;
        Ok(vec![signer.sign(&checkpoint.origin, &checkpoint.text())])
    }

    /// Whether it is known who signed a checkpoint; an error if it was none of them.
    pub fn verify(&self, signed: &SignedCheckpoint) -> anyhow::Result<bool> {
        if self.public_key.is_empty() {
            return Ok(false);
        }
        let verifier = NoteVerifier::of(self.public_key.iter().map(String::as_str))?;
        if !verifier.verify(&signed.checkpoint.text(), &signed.signatures) {
            bail!("the checkpoint's signature is none of --public-key");
        }
        Ok(true)
    }
}

/// What a checkpoint of a batch says it is of.
pub fn origin(batch: &BatchId) -> String {
    format!("lixiao/{batch}")
}

/// The time, in seconds.
pub fn now() -> String {
    chrono::Utc::now().with_timezone(&domain::shanghai()).to_rfc3339_opts(chrono::SecondsFormat::Secs, false)
}

/// Writes a file for its owner's eyes, never over another.
pub fn write_new(file: &Path, text: &str) -> anyhow::Result<()> {
    let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
    let mut opened = opened.with_context(|| format!("write {}", file.display()))?;
    opened.write_all(text.as_bytes())?;
    Ok(opened.sync_all()?)
}
