//! Checkpoints: the root of all heads at one moment, in the form of C2SP's `tlog-checkpoint`, for somebody to sign and
//! keep elsewhere. What is in it can't be rewritten or cut short later without being seen.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::hash::Hash;
use crate::heads::{Heads, InvalidHeadError};

/// What a checkpoint's heads are of, when they were read, and the root of their tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Whose they are: `<system>/<batch>`.
    pub origin: String,
    /// When they were read, RFC 3339.
    pub taken_at: String,
    /// How many there are.
    pub size: usize,
    /// The root of their Merkle tree.
    pub root: Hash,
}

/// A signature under a checkpoint: who says they made it, and its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    /// The key's name.
    pub name: String,
    /// Four bytes of the key's hash, then the signature.
    pub bytes: Vec<u8>,
}

/// A checkpoint as it is kept: its note, the signatures under it, and the heads that it commits to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    /// What is signed.
    pub checkpoint: Checkpoint,
    /// By whom.
    pub signatures: Vec<NoteSignature>,
    /// The leaves of the tree.
    pub heads: Heads,
}

/// Why a text is no checkpoint, or not one of its heads.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// It isn't a note of origin, size, root and time.
    #[error("not a checkpoint: {0}")]
    Form(&'static str),
    /// A line of its heads isn't one.
    #[error(transparent)]
    Head(#[from] InvalidHeadError),
    /// Its heads are others than those it commits to.
    #[error("its heads are not those it commits to")]
    Heads,
}

impl Checkpoint {
    /// The checkpoint of heads.
    pub fn of(origin: String, taken_at: String, heads: &Heads) -> Self {
        Self { origin, taken_at, size: heads.len(), root: heads.root() }
    }

    /// The text that is signed.
    pub fn text(&self) -> String {
        let Self { origin, taken_at, size, root } = self;
        format!("{origin}\n{size}\n{}\ntaken {taken_at}\n", STANDARD.encode(root.as_bytes()))
    }

    /// Reads the text that is signed.
    pub fn read(text: &str) -> Result<Self, CheckpointError> {
        let mut lines = text.lines();
        let mut line = |what| lines.next().ok_or(CheckpointError::Form(what));
        let origin = line("no origin")?.to_owned();
        let size = line("no size")?.parse().map_err(|_| CheckpointError::Form("the size is no number"))?;
        let root = STANDARD.decode(line("no root")?).ok().and_then(|root| <[u8; 32]>::try_from(root).ok());
        let root = Hash::from(root.ok_or(CheckpointError::Form("the root is no SHA-256"))?);
        let taken_at =
            line("no time")?.strip_prefix("taken ").ok_or(CheckpointError::Form("no time"))?.to_owned();
        Ok(Self { origin, taken_at, size, root })
    }
}

impl SignedCheckpoint {
    /// As it is kept: the note with its signatures (C2SP `signed-note`), then a line for each head.
    pub fn text(&self) -> String {
        let signature = |signature: &NoteSignature| {
            format!("\u{2014} {} {}\n", signature.name, STANDARD.encode(&signature.bytes))
        };
        let signatures: String = self.signatures.iter().map(signature).collect();
        format!("{}\n{signatures}\n{}", self.checkpoint.text(), self.heads.text())
    }

    /// Reads it, and checks that its heads are those it commits to. Whose signatures these are is the caller's to check.
    pub fn read(text: &str) -> Result<Self, CheckpointError> {
        let (checkpoint, signatures, heads) = Self::parts(text)?;
        Self::over(checkpoint, signatures, Heads::read(heads)?)
    }

    /// Reads one whose heads are kept elsewhere, and checks that it commits to these.
    pub fn read_over(text: &str, heads: Heads) -> Result<Self, CheckpointError> {
        let (checkpoint, signatures, _) = Self::parts(text)?;
        Self::over(checkpoint, signatures, heads)
    }

    fn over(
        checkpoint: Checkpoint,
        signatures: Vec<NoteSignature>,
        heads: Heads,
    ) -> Result<Self, CheckpointError> {
        if (checkpoint.size, checkpoint.root) != (heads.len(), heads.root()) {
            return Err(CheckpointError::Heads);
        }
        Ok(Self { checkpoint, signatures, heads })
    }

    /// The note, the signatures under it, and what stands under them.
    fn parts(text: &str) -> Result<(Checkpoint, Vec<NoteSignature>, &str), CheckpointError> {
        let (note, rest) = text.split_once("\n\n").ok_or(CheckpointError::Form("no line under the note"))?;
        let unsigned = rest.strip_prefix('\n').map(|heads| ("", heads));
        let parts = unsigned.or_else(|| rest.split_once("\n\n"));
        let (signatures, heads) = parts.ok_or(CheckpointError::Form("no line under the signatures"))?;
        let checkpoint = Checkpoint::read(note)?;
        let signature = |line: &str| {
            let (name, bytes) = line.strip_prefix("\u{2014} ")?.rsplit_once(' ')?;
            Some(NoteSignature { name: name.to_owned(), bytes: STANDARD.decode(bytes).ok()? })
        };
        let signatures: Option<Vec<_>> = signatures.lines().map(signature).collect();
        let signatures = signatures.ok_or(CheckpointError::Form("a signature can't be read"))?;
        Ok((checkpoint, signatures, heads))
    }
}
