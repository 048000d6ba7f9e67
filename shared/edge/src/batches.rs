//! The batches there are, read once at start from their files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::batch::Batch;
use domain::batch_file::{self, Fault};
use domain::ids::{BatchId, OfficeId};

/// All batches, by id.
#[derive(Debug, Clone, Default)]
pub struct Batches(Arc<BTreeMap<BatchId, Arc<Batch>>>);

impl Batches {
    /// These batches.
    pub fn new(batches: impl IntoIterator<Item = Batch>) -> Self {
        Self(Arc::new(batches.into_iter().map(|batch| (batch.id().clone(), Arc::new(batch))).collect()))
    }

    /// One of them.
    pub fn get(&self, id: &str) -> Option<&Arc<Batch>> {
        self.0.get(&id.parse().ok()?)
    }

    /// All of them, the newest first.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Batch>> {
        self.0.values().rev()
    }

    /// Every office of any of them.
    pub fn offices(&self) -> std::collections::BTreeSet<OfficeId> {
        self.iter().flat_map(|batch| batch.offices().map(|office| office.id.clone())).collect()
    }
}

/// What a file or folder of batches had to say.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The sound ones.
    pub batches: Vec<Batch>,
    /// What stops a start: file and fault.
    pub faults: Vec<(PathBuf, Fault)>,
    /// What deserves another look.
    pub advice: Vec<(PathBuf, Fault)>,
}

/// Reads every `*.toml` of a folder.
pub fn load_batches(folder: &Path) -> std::io::Result<Loaded> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    let mut loaded = Loaded::default();
    for file in files {
        let stem = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        match batch_file::read(stem, &std::fs::read_to_string(&file)?) {
            Ok(read) => {
                loaded.batches.push(read.batch);
                loaded.advice.extend(read.advice.into_iter().map(|fault| (file.clone(), fault)));
            }
            Err(faults) => loaded.faults.extend(faults.into_iter().map(|fault| (file.clone(), fault))),
        }
    }
    Ok(loaded)
}
