//! Where checkpoints are kept: a bucket in which nothing is changed or deleted before its time (Object Lock), and the key
//! that signs them.

use std::collections::BTreeSet;
use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::Builder;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::error::{DisplayErrorContext, ProvideErrorMetadata as _};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::ChecksumAlgorithm;
use domain::ids::BatchId;
use edge::token::{InvalidKeyError, NoteSigner, NoteVerifier};
use ledger::{Checkpoint, CheckpointError, Heads, SignedCheckpoint};
use secrets::SecretError;
use store::audit::origin;

/// The most bytes of a checkpoint: half a million heads.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// Keeps checkpoints.
#[derive(Debug)]
pub struct Keeper {
    client: Client,
    bucket: String,
    signer: NoteSigner,
    known: NoteVerifier,
}

/// Why a checkpoint can't be kept, or the last one not be read.
#[derive(Debug, thiserror::Error)]
pub enum KeeperError {
    /// A variable of the environment is missing.
    #[error("the environment lacks {0}")]
    Missing(&'static str),
    /// There is no private key.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The private key is none, or a public one.
    #[error(transparent)]
    Key(#[from] InvalidKeyError),
    /// The bucket didn't do what was asked.
    #[error("{asked}: {why}")]
    Bucket {
        /// What was asked.
        asked: String,
        /// What it said.
        why: String,
    },
    /// What is kept under a name is no checkpoint.
    #[error("{name}: {why}")]
    Unreadable {
        /// The name.
        name: String,
        /// Why.
        why: CheckpointError,
    },
    /// What is kept under a name isn't signed by a key that is known, or of another batch: somebody else put it there.
    #[error("{0} is not ours")]
    Foreign(String),
}

impl Keeper {
    /// The bucket that `LIXIAO_CHECKPOINT_BUCKET` names, and the private key. Checkpoints of earlier keys are known by
    /// `LIXIAO_CHECKPOINT_KEYS`.
    pub async fn from_env(
        key: impl Future<Output = Result<String, SecretError>>,
    ) -> Result<Self, KeeperError> {
        let bucket = variable("LIXIAO_CHECKPOINT_BUCKET")?;
        let earlier = variable("LIXIAO_CHECKPOINT_KEYS").unwrap_or_default();
        let earlier = earlier.split(',').map(str::trim).filter(|key| !key.is_empty());
        Self::of(Builder::from(&aws_env::config()), bucket, &key.await?, earlier)
    }

    /// A bucket at an address of AWS or a test's, with the private key and earlier public ones.
    pub fn of<'a>(
        config: Builder,
        bucket: String,
        key: &str,
        earlier: impl Iterator<Item = &'a str>,
    ) -> Result<Self, KeeperError> {
        let limits = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(1))
            .operation_timeout(Duration::from_secs(30));
        // Whoever stands in for S3 has one address for all buckets.
        let config = config.force_path_style(true).timeout_config(limits.build());
        let client = Client::from_conf(config.build());
        let signer = NoteSigner::read(key.trim())?;
        let known = signer.verifier(earlier)?;
        Ok(Self { client, bucket, signer, known })
    }

    /// The names under which checkpoints of a batch are kept, the oldest first.
    pub async fn names(&self, batch: &BatchId) -> Result<BTreeSet<String>, KeeperError> {
        let asked = || format!("list {batch}/");
        let listing = self.client.list_objects_v2().bucket(&self.bucket).prefix(format!("{batch}/"));
        let mut pages = listing.into_paginator().send();
        let mut names = BTreeSet::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| refused(asked(), &error))?;
            names.extend(page.contents.unwrap_or_default().into_iter().filter_map(|object| object.key));
        }
        Ok(names)
    }

    /// A checkpoint of a batch that is kept.
    pub async fn read(&self, name: &str, batch: &BatchId) -> Result<SignedCheckpoint, KeeperError> {
        let answer = self.client.get_object().bucket(&self.bucket).key(name).send().await;
        let answer = answer.map_err(|error| refused(format!("get {name}"), &error))?;
        let no_checkpoint = |why| KeeperError::Unreadable { name: name.to_owned(), why };
        let length = answer.content_length.and_then(|length| usize::try_from(length).ok());
        if length.is_none_or(|length| length > MOST_BYTES) {
            return Err(no_checkpoint(CheckpointError::Form("too large")));
        }
        let bytes = answer.body.collect().await.map_err(|error| refused(format!("get {name}"), &error))?;
        let text = String::from_utf8(bytes.to_vec());
        let text = text.map_err(|_| no_checkpoint(CheckpointError::Form("not UTF-8")))?;
        let signed = SignedCheckpoint::read(&text).map_err(no_checkpoint)?;
        let ours = self.known.verify(&signed.checkpoint.text(), &signed.signatures);
        if ours && signed.checkpoint.origin == origin(batch) {
            Ok(signed)
        } else {
            Err(KeeperError::Foreign(name.to_owned()))
        }
    }

    /// A checkpoint with the system's signature.
    pub fn sign(&self, checkpoint: Checkpoint, heads: Heads) -> SignedCheckpoint {
        let signatures = vec![self.signer.sign(&checkpoint.origin, &checkpoint.text())];
        SignedCheckpoint { checkpoint, signatures, heads }
    }

    /// Keeps a checkpoint under a name that isn't taken; one that another call has kept meanwhile stays.
    pub async fn keep(&self, name: &str, signed: &SignedCheckpoint) -> Result<(), KeeperError> {
        let put = self.client.put_object().bucket(&self.bucket).key(name).if_none_match("*");
        let put = put.content_type("text/plain; charset=utf-8").checksum_algorithm(ChecksumAlgorithm::Sha256);
        let put = put.body(ByteStream::from(signed.text().into_bytes()));
        match put.send().await {
            Ok(_) => Ok(()),
            Err(error) if error.code() == Some("PreconditionFailed") => Ok(()),
            Err(error) => Err(refused(format!("put {name}"), &error)),
        }
    }
}

fn variable(name: &'static str) -> Result<String, KeeperError> {
    std::env::var(name).ok().filter(|value| !value.is_empty()).ok_or(KeeperError::Missing(name))
}

fn refused(asked: String, error: &(impl std::error::Error + 'static)) -> KeeperError {
    KeeperError::Bucket { asked, why: DisplayErrorContext(error).to_string() }
}
