//! What every function needs, built once at its start.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use domain::batch_file;
use domain::ids::{BatchId, PersonId, StudentId};
use domain::operator::{Operator, Scope};
use domain::rights::Actor;
use domain::role::{Grant, Role};
use domain::university::Numbers;
use domain::zone::Zone;
use store::{AccessEvent, Admission, Store, StoreError};

use crate::background::BackgroundTasks;
use crate::batches::{Batches, load_batches};
use crate::clock::Clock;
use crate::proxy::{Proxy, ProxyConfigError};
use crate::token::{InvalidKeyError, Session, Signer, SlipSigner, SlipVerifier, Verifier};

/// Routes of a function.
pub type Routes = axum::Router<App>;

/// Where the public keys of sessions stand, and those of slips.
const SESSION_KEYS: &str = "LIXIAO_SESSION_KEYS";
const SLIP_KEYS: &str = "LIXIAO_SLIP_KEYS";
/// How long a start waits for the table; Lambda gives all of it ten seconds.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// The state of a function: batches, table, keys, clock. Cheap to clone.
#[derive(Debug, Clone)]
pub struct App {
    /// The batches there are.
    pub batches: Batches,
    /// The table.
    pub store: Store,
    /// Checks session tokens.
    pub verifier: Arc<Verifier>,
    /// Checks slips' codes.
    pub slips: Arc<SlipVerifier>,
    /// What time it is.
    pub clock: Clock,
    /// Signs sessions; only where somebody signs in.
    pub signer: Option<Arc<Signer>>,
    /// Signs slips; only where they are printed.
    pub slip_signer: Option<Arc<SlipSigner>>,
    /// Where the system is found, e.g. `https://lixiao.example.edu`: what is printed leads there, and only
    /// pages from there may change anything by a cookie.
    pub address: Arc<str>,
    /// Which pages are the system's own.
    pub own_origin: OwnOrigin,
    /// The proxy that every request must have come through, if there is one.
    pub proxy: Option<Arc<Proxy>>,
    /// What is done once an answer has gone out.
    pub background: BackgroundTasks,
    administrators: Arc<BTreeSet<PersonId>>,
}

/// Which pages may change something by a cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnOrigin {
    /// Those at the system's address.
    Address,
    /// On a machine of one's own also those of whatever host was asked, without TLS.
    AddressOrHost,
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
    #[error("the private key belongs to none of {0}: was a rotation left half done?")]
    ForeignKey(&'static str),
    /// Nobody can be an administrator by that number.
    #[error("LIXIAO_ADMINISTRATORS: {0} is no staff number")]
    Administrator(String),
    /// The proxy in front can't be told from anybody else.
    #[error("LIXIAO_PROXY_SECRET: {0}")]
    Proxy(#[from] ProxyConfigError),
    /// A key isn't a key.
    #[error("{variable}: {error}")]
    Key {
        /// Where it stands.
        variable: &'static str,
        /// What is wrong with it.
        error: InvalidKeyError,
    },
}

impl App {
    /// Who is an administrator without any entry.
    pub fn administrators(&self) -> &BTreeSet<PersonId> {
        &self.administrators
    }

    /// An application of these parts. `administrators` are so without any entry in the table.
    pub fn new(
        batches: Batches,
        store: Store,
        (verifier, slips): (Verifier, SlipVerifier),
        clock: Clock,
        administrators: impl IntoIterator<Item = PersonId>,
    ) -> Self {
        let administrators = Arc::new(administrators.into_iter().collect());
        let zone = batches.university().map_or_else(Zone::utc, |university| university.zone().clone());
        let clock = clock.in_zone(zone);
        Self {
            batches,
            store,
            verifier: Arc::new(verifier),
            slips: Arc::new(slips),
            clock,
            signer: None,
            slip_signer: None,
            address: Arc::from(""),
            own_origin: OwnOrigin::Address,
            proxy: None,
            background: BackgroundTasks::default(),
            administrators,
        }
    }

    /// The same application, found at an address.
    pub fn at_address(self, address: &str) -> Self {
        Self { address: Arc::from(address.trim_end_matches('/')), ..self }
    }

    /// The same application, able to sign sessions.
    pub fn with_signer(self, signer: Arc<Signer>) -> Self {
        Self { signer: Some(signer), ..self }
    }

    /// The same application, able to sign slips.
    pub fn with_slip_signer(self, signer: Arc<SlipSigner>) -> Self {
        Self { slip_signer: Some(signer), ..self }
    }

    /// The same application on a machine of one's own, which is asked by many names.
    pub fn by_any_name(self) -> Self {
        Self { own_origin: OwnOrigin::AddressOrHost, ..self }
    }

    /// The same application behind a proxy, and reached in no other way.
    pub fn behind(self, proxy: Option<Proxy>) -> Self {
        Self { proxy: proxy.map(Arc::new), ..self }
    }

    /// The application that a Lambda's environment describes: `LIXIAO_TABLE`, `LIXIAO_ADDRESS`,
    /// `LIXIAO_SESSION_KEYS`, `LIXIAO_SLIP_KEYS`, `LIXIAO_ADMINISTRATORS`, `LIXIAO_PROXY_SECRET` with
    /// `LIXIAO_PROXY_HEADER`, and batch files under `LIXIAO_BATCHES` (`/opt/batches`).
    pub fn from_env() -> Result<Self, StartError> {
        let variable = |name| std::env::var(name).map_err(|_| StartError::Missing(name));
        let folder = std::env::var("LIXIAO_BATCHES").unwrap_or_else(|_| "/opt/batches".to_owned());
        let loaded = load_batches(Path::new(&folder), batch_file::read_sound)
            .map_err(|error| StartError::Unreadable { folder: folder.clone(), error })?;
        if let Some((file, fault)) = loaded.faults.first() {
            return Err(StartError::Batch(format!("{}:{fault}", file.display())));
        }
        let keys = (
            Verifier::of(variable(SESSION_KEYS)?.split(',')).map_err(not_a_key(SESSION_KEYS))?,
            SlipVerifier::of(variable(SLIP_KEYS)?.split(',')).map_err(not_a_key(SLIP_KEYS))?,
        );
        let store = Store::on_aws(&aws_env::config(), variable("LIXIAO_TABLE")?);
        let batches = Batches::new(loaded.batches);
        let administrators = std::env::var("LIXIAO_ADMINISTRATORS").unwrap_or_default();
        let administrators = read_administrators(&administrators, batches.numbers())?;
        let app = Self::new(batches, store, keys, Clock::system(), administrators);
        Ok(app.at_address(&variable("LIXIAO_ADDRESS")?).behind(Proxy::from_env()?))
    }

    /// The same application, able to sign sessions with a private key. What nobody could verify is better not signed.
    pub fn signing_sessions(self, key: &str) -> Result<Self, StartError> {
        let signer = Signer::of(key).map_err(not_a_key("the private key"))?;
        if !self.verifier.knows(&signer) {
            return Err(StartError::ForeignKey(SESSION_KEYS));
        }
        Ok(self.with_signer(Arc::new(signer)))
    }

    /// The same for slips.
    pub fn signing_slips(self, key: &str) -> Result<Self, StartError> {
        let signer = SlipSigner::of(key).map_err(not_a_key("the private key"))?;
        if !self.slips.knows(&signer) {
            return Err(StartError::ForeignKey(SLIP_KEYS));
        }
        Ok(self.with_slip_signer(Arc::new(signer)))
    }

    /// Opens the connection to the table. A function that can't answers all the same, as well as it can.
    pub async fn connect(&self) {
        match tokio::time::timeout(CONNECT_TIMEOUT, self.store.connect()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "no connection to the table yet"),
            Err(_) => tracing::warn!("the table does not answer yet"),
        }
    }

    /// What a request stands on, in one round trip; `None` if the session has been ended since it began,
    /// here or anywhere else.
    pub async fn admit(
        &self,
        session: &Session,
        batches: &[BatchId],
        documents: &[(BatchId, StudentId)],
    ) -> Result<Option<Admission>, StoreError> {
        let found = self.store.admit(&session.person, batches, documents).await?;
        let holds = found.signed_out_at.is_none_or(|ended| session.auth_time > ended);
        Ok(holds.then_some(found))
    }

    /// Somebody with what they have been granted in a batch and in the university, as far as it holds now, and the name
    /// that stands with it.
    pub fn actor(
        &self,
        id: &PersonId,
        batch: Option<&BatchId>,
        entries: &BTreeMap<Scope, Operator>,
        at: domain::Timestamp,
    ) -> Actor {
        let scopes = batch.cloned().map(Scope::Batch).into_iter().chain([Scope::University]);
        let entries: Vec<&Operator> =
            scopes.filter_map(|scope| entries.get(&scope)).filter(|entry| entry.is_active()).collect();
        let mut grants: Vec<Grant> = entries.iter().flat_map(|entry| entry.held(at)).collect();
        if self.administrators.contains(id) && !grants.iter().any(|grant| grant.role == Role::Administrator) {
            grants.push(Grant::of(Role::Administrator));
        }
        Actor { id: id.clone(), name: entries.first().map(|entry| entry.name.clone()), grants }
    }

    /// Counts what somebody did, so many times, in a background task; a failure is only logged.
    pub fn count_access(&self, person: &PersonId, what: AccessEvent, times: usize) {
        let times = u32::try_from(times).unwrap_or(u32::MAX);
        if times == 0 {
            return;
        }
        let (app, person, at) = (self.clone(), person.clone(), self.clock.now());
        self.background.spawn(async move {
            if let Err(error) = app.store.count_access(&person, what, times, at).await {
                tracing::warn!(%error, "what somebody did was not counted");
            }
        });
    }

    /// Ends every session of somebody, everywhere.
    pub async fn end_sessions(&self, person: &PersonId) -> Result<(), StoreError> {
        self.store.sign_out(person, self.clock.now()).await
    }
}

fn not_a_key(variable: &'static str) -> impl FnOnce(InvalidKeyError) -> StartError {
    move |error| StartError::Key { variable, error }
}

/// The administrators of a list: people's numbers by commas, and no student's.
fn read_administrators(listed: &str, numbers: &Numbers) -> Result<Vec<PersonId>, StartError> {
    let one = |text: &str| match numbers.person(text) {
        Ok(person) if !person.is_student() => Ok(person),
        _ => Err(StartError::Administrator(text.to_owned())),
    };
    listed.split(',').map(str::trim).filter(|text| !text.is_empty()).map(one).collect()
}

#[cfg(test)]
mod tests {
    use domain::university::{Numbers, Pattern};

    use super::read_administrators;

    #[test]
    fn a_student_is_no_administrator_and_nothing_is_passed_over() {
        let like = Numbers { student: Pattern::read(r"\d{11}"), ..Numbers::default() };
        let numbers = |text| {
            read_administrators(text, &like).map(|people| people.len()).map_err(|error| error.to_string())
        };
        assert_eq!(numbers("20080001, W0001,"), Ok(2));
        assert_eq!(numbers(""), Ok(0));
        for (text, named) in
            [("20080001,20151104027", "20151104027"), ("老师", "老师"), ("2008 0001", "2008 0001")]
        {
            let expected = format!("LIXIAO_ADMINISTRATORS: {named} is no staff number");
            assert_eq!(numbers(text), Err(expected));
        }
    }
}
