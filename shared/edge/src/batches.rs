//! The batches there are, read once at start from their files.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::batch::Batch;
use domain::batch_file;
use domain::fault::Fault;
use domain::ids::{BatchId, OfficeId};
use domain::refusal::Refusal;
use domain::text::Lang;
use domain::university::{Numbers, University};
use domain::university_file;

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

    /// The university whose they are; nobody's, while there is no batch.
    pub fn university(&self) -> Option<&University> {
        self.iter().next().map(|batch| &**batch.university())
    }

    /// What numbers look like there.
    pub fn numbers(&self) -> &Numbers {
        static ANY: Numbers = Numbers { student: None, staff: None, external: None };
        self.university().map_or(&ANY, University::numbers)
    }

    /// The languages that people are spoken to in, the default first.
    pub fn languages(&self) -> &[Lang] {
        self.university().map_or(&Lang::ALL, University::languages)
    }

    /// Whether an address is on the campus network of any of them (N3), for what belongs to none. If none of them names a
    /// network, everywhere is.
    pub fn reachable_from(&self, address: Option<IpAddr>) -> Result<(), Refusal> {
        let named = || self.iter().filter(|batch| !batch.network().campus.is_empty());
        let refused = || named().map(|batch| batch.reachable_from(address)).find(Result::is_err);
        let inside = named().any(|batch| batch.reachable_from(address).is_ok());
        if inside { Ok(()) } else { refused().unwrap_or(Ok(())) }
    }

    /// Every office of any of them.
    pub fn offices(&self) -> std::collections::BTreeSet<OfficeId> {
        self.iter().flat_map(|batch| batch.offices().map(|office| office.id.clone())).collect()
    }
}

/// What a file or folder of batches had to say.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Whose they are, if its file is sound.
    pub university: Option<Arc<University>>,
    /// The sound ones.
    pub batches: Vec<Batch>,
    /// What stops a start: file and fault.
    pub faults: Vec<(PathBuf, Fault)>,
    /// What stops no start: it may not be deployed, or deserves another look.
    pub noted: Vec<(PathBuf, Fault)>,
    /// In which file and on which line each batch says when it opens.
    pub opens: BTreeMap<BatchId, (PathBuf, usize)>,
    /// Files that look like batches and aren't read, for their names end in something else than `.toml`.
    pub unread: Vec<PathBuf>,
}

/// How one file is read: [`batch_file::read`], or [`batch_file::read_sound`] where a start must be quick.
pub type Reader = fn(&Arc<University>, &str, &str) -> Result<batch_file::Parsed, Vec<Fault>>;

/// Reads the university and every other `*.toml` of a folder, or one file with the university's beside it. Hidden files
/// are somebody's editor's.
pub fn load_batches(place: &Path, reader: Reader) -> std::io::Result<Loaded> {
    let mut files: Vec<PathBuf> = if place.is_dir() {
        let entries = std::fs::read_dir(place)?.map(|entry| entry.map(|entry| entry.path()));
        entries.collect::<Result<_, _>>()?
    } else {
        vec![place.to_owned()]
    };
    let named = |file: &Path| file.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
    files.retain(|file| !named(file).starts_with('.') && !file.is_dir());
    files.sort();
    let (files, others): (Vec<_>, Vec<_>) =
        files.into_iter().partition(|file| named(file).ends_with(".toml"));
    let mislabelled = |file: &PathBuf| {
        let name = named(file).to_lowercase();
        name.ends_with(".toml") || name.ends_with(".toml.txt")
    };
    let mut loaded = Loaded { unread: others.into_iter().filter(mislabelled).collect(), ..Loaded::default() };
    let folder = if place.is_dir() { place } else { place.parent().unwrap_or(Path::new(".")) };
    let university = folder.join(university_file::FILE);
    match load_university(&university)? {
        Ok(read) => {
            loaded.university = Some(Arc::new(read.university));
            loaded.noted.extend(read.noted.into_iter().map(|fault| (university.clone(), fault)));
        }
        Err(faults) => loaded.faults.extend(faults.into_iter().map(|fault| (university.clone(), fault))),
    }
    let files = files.into_iter().filter(|file| named(file) != university_file::FILE);
    let Some(university) = loaded.university.clone() else {
        // What is wrong with the batches' own words is told beside what is wrong with the university's.
        for file in files {
            let faults = text_of(std::fs::read(&file)?)
                .map_or_else(|faults| faults, |text| batch_file::misread(&text));
            loaded.faults.extend(faults.into_iter().map(|fault| (file.clone(), fault)));
        }
        return Ok(loaded);
    };
    for file in files {
        let name = named(&file);
        let stem = name.strip_suffix(".toml").unwrap_or(&name);
        match text_of(std::fs::read(&file)?).and_then(|text| reader(&university, stem, &text)) {
            Ok(read) => {
                loaded.opens.insert(read.batch.id().clone(), (file.clone(), read.opens_on_line));
                loaded.batches.push(read.batch);
                loaded.noted.extend(read.noted.into_iter().map(|fault| (file.clone(), fault)));
            }
            Err(faults) => loaded.faults.extend(faults.into_iter().map(|fault| (file.clone(), fault))),
        }
    }
    Ok(loaded)
}

/// Reads a university's file; one that isn't there is at fault.
pub fn load_university(file: &Path) -> std::io::Result<Result<university_file::Parsed, Vec<Fault>>> {
    match std::fs::read(file) {
        Ok(bytes) => Ok(text_of(bytes).and_then(|text| university_file::read(&text))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Ok(Err(vec![university_file::missing()]))
        }
        Err(error) => Err(error),
    }
}

fn text_of(bytes: Vec<u8>) -> Result<String, Vec<Fault>> {
    String::from_utf8(bytes)
        .map_err(|error| vec![Fault::not_utf8(error.as_bytes(), error.utf8_error().valid_up_to())])
}
