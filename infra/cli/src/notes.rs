//! Checkpoints as C2SP's signed notes: who signs them, and how they are kept.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;
use domain::ids::BatchId;
use edge::token::{NoteSigner, NoteVerifier};
use ledger::{Checkpoint, NoteSignature, SignedCheckpoint};
use store::audit::origin;

/// The keys of checkpoints, as `lixiao keys` printed them.
#[derive(Debug, Clone, Default, Args)]
pub struct Keys {
    /// A file with the private key that signs.
    #[arg(long, value_name = "FILE")]
    pub signing_key: Option<PathBuf>,
    /// Who may have signed.
    #[command(flatten)]
    pub known: KnownKeys,
}

/// Whose signatures are known.
#[derive(Debug, Clone, Default, Args)]
pub struct KnownKeys {
    /// Public keys of checkpoints, of which one must have signed.
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
}

impl KnownKeys {
    /// Whether it is known who signed a checkpoint; an error if it was none of them.
    pub fn verify(&self, signed: &SignedCheckpoint) -> anyhow::Result<bool> {
        if self.public_key.is_empty() {
            return Ok(false);
        }
        let verifier = NoteVerifier::of(self.public_key.iter().map(String::as_str))?;
        if !verifier.verify(&signed.checkpoint.text(), &signed.signatures) {
            bail!("the checkpoint's signature is none of the public keys");
        }
        Ok(true)
    }
}

/// The time, in seconds.
pub fn now() -> String {
    chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

/// A checkpoint of a batch in a file, and whether it is known who signed it; an error if that was none of the keys.
pub fn read(file: &Path, batch: &BatchId, keys: &KnownKeys) -> anyhow::Result<(SignedCheckpoint, bool)> {
    let name = file.display();
    let text = std::fs::read_to_string(file).with_context(|| format!("read {name}"))?;
    let signed = SignedCheckpoint::read(&text).with_context(|| name.to_string())?;
    if signed.checkpoint.origin != origin(batch) {
        bail!("{name} is a checkpoint of {}, not of {}", signed.checkpoint.origin, origin(batch));
    }
    let known = keys.verify(&signed)?;
    Ok((signed, known))
}

/// A new file for its owner's eyes, never over another.
pub fn create_new(file: &Path) -> anyhow::Result<File> {
    let created = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
    created.with_context(|| format!("write {}", file.display()))
}

/// Says that nobody knows who signed.
pub fn say_unchecked(file: &Path) {
    eprintln!(
        "{}: 未核对签名 / signature not checked: give --public-key to be sure who wrote it",
        file.display()
    );
}
