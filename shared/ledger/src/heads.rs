//! Every chain's head at one moment, as a Merkle tree (RFC 6962), whose root commits to all of them.

use std::collections::BTreeMap;

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use sha2::Sha256;

use crate::event::Head;
use crate::hash::Hash;

/// The heads of chains, by subject.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heads(BTreeMap<String, Head>);

/// A line that is no head.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} is no head: subject, version, hash")]
pub struct InvalidHeadError {
    /// Which, from 1.
    pub line: usize,
}

impl Heads {
    /// Where a chain ends.
    pub fn insert(&mut self, subject: String, head: Head) {
        self.0.insert(subject, head);
    }

    /// Where a subject's chain ends.
    pub fn get(&self, subject: &str) -> Option<Head> {
        self.0.get(subject).copied()
    }

    /// Every subject with its head, in order of subject: the leaves of the tree.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Head)> {
        self.0.iter().map(|(subject, head)| (subject.as_str(), *head))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The root of their tree.
    pub fn root(&self) -> Hash {
        let mut tree = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        self.iter().for_each(|(subject, head)| tree.push(leaf(subject, head).into_bytes()));
        Hash::from(<[u8; 32]>::from(*tree.root().as_bytes()))
    }

    /// A line for each, as [`Heads::read`] reads them.
    pub fn text(&self) -> String {
        self.iter().map(|(subject, head)| leaf(subject, head) + "\n").collect()
    }

    /// Reads the lines of [`Heads::text`].
    pub fn read(text: &str) -> Result<Self, InvalidHeadError> {
        let read = |(i, line): (usize, &str)| {
            let invalid = InvalidHeadError { line: i + 1 };
            let mut parts = line.rsplitn(3, ' ');
            let (hash, version, subject) = (parts.next(), parts.next(), parts.next());
            let hash = hash.and_then(|hash| Hash::try_from(hash.to_owned()).ok());
            let version = version.and_then(|version| version.parse().ok());
            let (Some(hash), Some(version), Some(subject)) = (hash, version, subject) else {
                return Err(invalid);
            };
            Ok((subject.to_owned(), Head { version, hash }))
        };
        text.lines().enumerate().map(read).collect::<Result<_, _>>().map(Self)
    }
}

/// What is hashed for a leaf: subject, version and hash, as its line has them.
fn leaf(subject: &str, Head { version, hash }: Head) -> String {
    format!("{subject} {version} {hash}")
}
