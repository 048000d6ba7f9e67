//! What every function needs, built once at its start.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant as Monotonic, SystemTime};

use chrono::TimeDelta;
use domain::Instant;
use domain::batch_file;
use domain::ids::PersonId;
use domain::rights::{Actor, Grants, Role};
use store::{SignInCount, Store, StoreError};

use crate::batches::{Batches, load_batches};
use crate::clock::Clock;
use crate::token::{Session, Signer, Verifier};

/// How long what somebody has been granted is remembered; a change holds everywhere after this.
const REMEMBERED: Duration = Duration::from_secs(20);
/// No session is longer.
const LONGEST_SESSION: TimeDelta = TimeDelta::hours(12);
/// How far back is read again.
const OVERLAP: TimeDelta = TimeDelta::minutes(1);
/// How many people are remembered at once.
const MOST_REMEMBERED: usize = 10_000;

/// The state of a function: batches, table, keys, clock. Cheap to clone.
#[derive(Debug, Clone)]
pub struct App {
    /// The batches there are.
    pub batches: Batches,
    /// The table.
    pub store: Store,
    /// Checks session tokens.
    pub verifier: Arc<Verifier>,
    /// What time it is.
    pub clock: Clock,
    /// Signs slips; only where they are printed.
    pub signer: Option<Arc<Signer>>,
    /// Where the system is found, e.g. `https://lixiao.example.edu`; for what is printed.
    pub address: Arc<str>,
    administrators: Arc<BTreeSet<PersonId>>,
    grants: Arc<Mutex<HashMap<PersonId, (Read, Grants)>>>,
    endings: Arc<tokio::sync::Mutex<Endings>>,
}

/// Who signed out, as far as this process has read.
#[derive(Debug, Default)]
struct Endings {
    read: Option<Read>,
    upto: Option<Instant>,
    ended: HashMap<PersonId, Instant>,
}

/// When something was read. Two clocks: one that nobody sets, and one that runs on while a function is
/// frozen between two requests.
#[derive(Debug, Clone, Copy)]
struct Read(Monotonic, SystemTime);

impl Read {
    fn now() -> Self {
        Self(Monotonic::now(), SystemTime::now())
    }

    fn is_fresh(&self) -> bool {
        self.0.elapsed() < REMEMBERED && self.1.elapsed().is_ok_and(|elapsed| elapsed < REMEMBERED)
    }
}

/// Why a function can't start. Its text goes to the log of the administrator who deploys.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A variable of the environment is missing.
    #[error("the environment lacks {0}")]
    Missing(&'static str),
    /// Batch files can't be read.
    #[error("batches in {folder}: {error}")]
    Unreadable {
        /// Where they should be.
        folder: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// A batch file isn't sound.
    #[error("{0}")]
    Batch(String),
    /// The private key belongs to none of the public ones.
    #[error("the private key belongs to none of LIXIAO_PUBLIC_KEYS: was a rotation left half done?")]
    ForeignKey,
    /// A key isn't a key.
    #[error("LIXIAO_PUBLIC_KEYS: {0}")]
    Key(#[from] crate::token::NotAKey),
}

impl App {
    /// An application of these parts. `administrators` are so without any entry in the table.
    pub fn new(
        batches: Batches,
        store: Store,
        verifier: Verifier,
        clock: Clock,
        administrators: impl IntoIterator<Item = PersonId>,
    ) -> Self {
        let administrators = Arc::new(administrators.into_iter().collect());
        Self {
            batches,
            store,
            verifier: Arc::new(verifier),
            clock,
            signer: None,
            address: Arc::from(""),
            administrators,
            grants: Arc::default(),
            endings: Arc::default(),
        }
    }

    /// The same application, able to sign slips that lead to an address.
    pub fn with_signer(self, signer: Arc<Signer>, address: &str) -> Self {
        Self { signer: Some(signer), address: Arc::from(address.trim_end_matches('/')), ..self }
    }

    /// The application that a Lambda's environment describes: `LIXIAO_TABLE`, `LIXIAO_PUBLIC_KEYS`,
    /// `LIXIAO_RETIRED_KEYS`, `LIXIAO_ADMINISTRATORS`, and batch files under `LIXIAO_BATCHES` (`/opt/batches`).
    pub fn from_env() -> Result<Self, StartError> {
        let variable = |name| std::env::var(name).map_err(|_| StartError::Missing(name));
        let folder = std::env::var("LIXIAO_BATCHES").unwrap_or_else(|_| "/opt/batches".to_owned());
        let loaded = load_batches(Path::new(&folder), batch_file::read_sound)
            .map_err(|error| StartError::Unreadable { folder: folder.clone(), error })?;
        if let Some((file, fault)) = loaded.faults.first() {
            return Err(StartError::Batch(format!("{}:{fault}", file.display())));
        }
        let verifier = Verifier::of(variable("LIXIAO_PUBLIC_KEYS")?.split(','))?
            .with_retired(std::env::var("LIXIAO_RETIRED_KEYS").unwrap_or_default().split(','))?;
        let listed = std::env::var("LIXIAO_ADMINISTRATORS").unwrap_or_default();
        let administrators = listed.split(',').filter_map(|id| id.trim().parse().ok());
        let store = Store::on_aws(&cloud::config(), variable("LIXIAO_TABLE")?);
        Ok(Self::new(Batches::new(loaded.batches), store, verifier, Clock::System, administrators))
    }

    /// The same application, able to sign with a private key, at the address of `LIXIAO_ADDRESS`.
    pub fn signing_from_env(self, key: &str) -> Result<Self, StartError> {
        let address = std::env::var("LIXIAO_ADDRESS").map_err(|_| StartError::Missing("LIXIAO_ADDRESS"))?;
        let signer = Signer::of(key)?;
        // What nobody could verify is better not signed.
        if !self.verifier.knows(&signer) {
            return Err(StartError::ForeignKey);
        }
        Ok(self.with_signer(Arc::new(signer), &address))
    }

    /// Somebody with what they have been granted, remembered for a few seconds.
    pub async fn actor(&self, id: &PersonId) -> Result<Actor, StoreError> {
        let known = self.remembered(id);
        let mut grants = match known {
            Some(grants) => grants,
            None => {
                let entry = self.store.operator(id).await?;
                let grants = entry.map(|operator| operator.grants).unwrap_or_default();
                self.remember(id, grants.clone());
                grants
            }
        };
        if self.administrators.contains(id) {
            grants.roles.insert(Role::Administrator);
        }
        Ok(Actor { id: id.clone(), grants })
    }

    /// Forgets what somebody had been granted, because it has just been changed here.
    pub fn forget(&self, id: &PersonId) {
        self.grants.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }

    /// Whether a session hasn't been ended, here or elsewhere, since it began. What is new about that is
    /// read every few seconds, once for everybody; in between a session costs nothing.
    pub async fn goes_on(&self, session: &Session) -> Result<bool, StoreError> {
        let mut endings = self.endings.lock().await;
        if endings.read.is_none_or(|read| !read.is_fresh()) {
            let now = self.clock.now();
            // A little of what was read before is read again: clocks differ, and writes overtake each other.
            let mut after = endings.upto.map_or(now - LONGEST_SESSION, |upto| upto - OVERLAP);
            loop {
                let page = self.store.sign_outs(after).await?;
                for (person, at) in page.items {
                    let known = endings.ended.entry(person).or_insert(at);
                    *known = at.max(*known);
                }
                // What has been read stays read, even if the next page can't be.
                let Some(next) = page.next else { break };
                (after, endings.upto) = (next, Some(next));
            }
            endings.ended.retain(|_, at| *at > now - LONGEST_SESSION);
            (endings.upto, endings.read) = (Some(now), Some(Read::now()));
        }
        Ok(endings.ended.get(&session.person).is_none_or(|ended| session.begun > *ended))
    }

    /// Counts what somebody did at the door. What can't be counted stops nobody.
    pub async fn count_at_door(&self, person: &PersonId, what: SignInCount) {
        if let Err(error) = self.store.count_sign_in(person, what, self.clock.now()).await {
            tracing::warn!(%error, "what happened at the door was not counted");
        }
    }

    /// Ends every session of somebody, everywhere.
    pub async fn end_sessions(&self, person: &PersonId) -> Result<(), StoreError> {
        let now = self.clock.now();
        self.store.sign_out(person, now).await?;
        self.endings.lock().await.ended.insert(person.clone(), now);
        Ok(())
    }

    fn remembered(&self, id: &PersonId) -> Option<Grants> {
        let grants = self.grants.lock().unwrap_or_else(PoisonError::into_inner);
        let (read, granted) = grants.get(id)?;
        read.is_fresh().then(|| granted.clone())
    }

    fn remember(&self, id: &PersonId, granted: Grants) {
        let mut grants = self.grants.lock().unwrap_or_else(PoisonError::into_inner);
        if grants.len() >= MOST_REMEMBERED {
            grants.clear();
        }
        grants.insert(id.clone(), (Read::now(), granted));
    }
}
