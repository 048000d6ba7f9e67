//! Guards: a handler names one in its signature, and can't be reached without it.
//!
//! [`SignedIn`] asks for an identity only, [`OnCampus`] also for the campus network; [`Reading`] and [`Changing`] also for a batch, the campus
//! network (N3) and its window (N4). What they need of the table – whether the session has been ended, what
//! the caller has been granted, the document that the path names – is one round trip. Rights on a student
//! are checked where the student is read.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::Timestamp;
use domain::batch::Batch;
use domain::clearance::Clearance;
use domain::ids::{BatchId, PersonId, PersonKind, Source, StudentId};
use domain::operator::{Operator, Scope};
use domain::refusal::{Barrier, Refusal, What};
use domain::rights::Actor;
use domain::role::Role;
use domain::text::Lang;
use store::{AccessEvent, Admission, MOST_DOCUMENTS};

use crate::app::App;
use crate::front::{Caller, SourceIp};
use crate::identity::identify;
use crate::names::PathParams;
use crate::problem::Problem;
use crate::token::{Session, SessionScope};
use crate::words::{Voice, language};

/// Somebody who is signed in, outside any batch.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The application.
    pub app: App,
    /// Who it is.
    pub person: PersonId,
    /// By which session.
    pub session: Session,
    /// Whether a browser's cookie carries it.
    pub by_cookie: bool,
    /// Their language.
    pub lang: Lang,
    /// When the request came.
    pub at: Timestamp,
    /// What they have been granted, in the batches that the request is about and in the university.
    pub operators: BTreeMap<Scope, Operator>,
    actor: Actor,
}

impl SignedIn {
    /// The source of their decision: `Feed` for a machine's session, else `by_hand`.
    pub fn source(&self, by_hand: Source) -> Source {
        if self.person.kind() == PersonKind::Machine { Source::Feed } else { by_hand }
    }

    /// How they are spoken to.
    pub fn voice(&self) -> Voice<'_> {
        Voice::of(&self.app.batches, self.lang)
    }

    /// Counts what they did so many times: what of others' personal data they saw, what they were refused.
    pub fn count(&self, what: AccessEvent, times: usize) {
        self.app.count_access(&self.person, what, times);
    }

    /// Who it is, with what they have been granted.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Admits a caller whose session is valid and not ended, and reads the documents of the request along. What they
    /// have been granted in `batch` counts, in a request about none what they have been in the university.
    /// A portal session needs [`Portal::Welcome`] and documents of its own student.
    async fn admit(
        parts: &Parts,
        app: &App,
        portal: Portal,
        batch: Option<&BatchId>,
        documents: impl FnOnce(&PersonId) -> Vec<(BatchId, StudentId)>,
    ) -> Result<(Self, Admission), Problem> {
        let (session, by_cookie) = identify(parts, app)?;
        let documents = documents(&session.person);
        let every = || app.batches.iter().map(|batch| batch.id().clone()).collect();
        let batches = batch.map_or_else(every, |batch| vec![batch.clone()]);
        let mut found = app.admit(&session, &batches, &documents).await?.ok_or(Problem::NotSignedIn)?;
        if let Some(caller) = parts.extensions.get::<Caller>() {
            caller.is(&session.person);
        }
        let own = documents.iter().all(|(_, student)| session.person.is(student));
        if session.scope == SessionScope::OwnStatus && (portal == Portal::Refused || !own) {
            return Err(Refusal::NotAllowed(Barrier::Portal).into());
        }
        let operators = std::mem::take(&mut found.operators);
        let (person, lang, at) =
            (session.person.clone(), language(&parts.headers, app.batches.languages()), app.clock.now());
        let actor = app.actor(&person, batch, &operators, at);
        Ok((Self { app: app.clone(), person, session, by_cookie, lang, at, operators, actor }, found))
    }
}

/// Whether a session of the portal's, which reads its own student's status, may come here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Portal {
    Welcome,
    Refused,
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let (who, _) = Self::admit(parts, app, Portal::Refused, None, |_| Vec::new()).await?;
        Ok(who)
    }
}

/// Somebody who is signed in and on campus (N3), for routes outside any batch: operators' rights and the
/// sign-in record.
#[derive(Debug, Clone)]
pub struct OnCampus(pub SignedIn);

impl FromRequestParts<App> for OnCampus {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let who = SignedIn::from_request_parts(parts, app).await?;
        app.batches.reachable_from(source(parts))?;
        Ok(Self(who))
    }
}

/// The caller, and for a student the newest batch that has them. Its window and network are not checked
/// here but by [`Arriving::may_read`].
#[derive(Debug, Clone)]
pub struct Arriving {
    /// Who it is.
    pub who: SignedIn,
    /// The newest batch that has them, with their clearance in it; one they were taken out of only if there is no other.
    pub own: Option<(Arc<Batch>, Clearance)>,
    from: Option<IpAddr>,
}

impl Arriving {
    /// Whether they may read a batch from where they are (N3), now (N4).
    pub fn may_read(&self, batch: &Batch) -> Result<(), Problem> {
        batch.reachable_from(self.from)?;
        unless_administrator(&self.who, batch.window().readable(self.who.at))
    }
}

impl FromRequestParts<App> for Arriving {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let newest = || app.batches.iter().take(MOST_DOCUMENTS);
        let documents = |person: &PersonId| {
            let of = |student: StudentId| newest().map(move |batch| (batch.id().clone(), student.clone()));
            person.student().into_iter().flat_map(of).collect()
        };
        let (who, mut found) = SignedIn::admit(parts, app, Portal::Welcome, None, documents).await?;
        let mut own = None;
        if let Some(student) = who.person.student() {
            for batch in newest() {
                if let Some(clearance) = found.take(batch.id(), &student)? {
                    let still_in = clearance.removed.is_none();
                    // Who was taken out of a batch looks for the one that they are in.
                    if still_in || own.is_none() {
                        own = Some((batch.clone(), clearance));
                    }
                    if still_in {
                        break;
                    }
                }
            }
        }
        Ok(Self { who, own, from: source(parts) })
    }
}

/// A request that reads from a batch: signed in, on its network, while it can be read.
#[derive(Debug, Clone)]
pub struct Reading {
    /// Who asks.
    pub who: SignedIn,
    /// The batch.
    pub batch: Arc<Batch>,
    found: Option<Clearance>,
}

/// The same for one student's status, which a session of the portal's may read too if it is their own.
#[derive(Debug, Clone)]
pub struct OwnOrReading(pub Reading);

/// A request that changes something in a batch: the same, while its window is open (N4);
/// administrators at any time.
#[derive(Debug, Clone)]
pub struct Changing {
    /// Who asks.
    pub who: SignedIn,
    /// The batch.
    pub batch: Arc<Batch>,
    /// The clearance of the student whom the path names, if there is one, as it was a moment ago.
    pub found: Option<Clearance>,
}

fn source(parts: &Parts) -> Option<IpAddr> {
    parts.extensions.get::<SourceIp>().map(|SourceIp(address)| *address)
}

async fn enter(
    parts: &mut Parts,
    app: &App,
    portal: Portal,
) -> Result<(SignedIn, Arc<Batch>, Option<Clearance>), Problem> {
    let names = PathParams::from_request_parts(parts, app).await?;
    let batch = names.text("batch").and_then(|id| app.batches.get(id));
    let student = |person: &PersonId| names.student(person).ok().filter(|_| names.text("student").is_some());
    let document = |person: &PersonId| {
        batch.zip(student(person)).map(|(batch, student)| (batch.id().clone(), student)).into_iter().collect()
    };
    let of = batch.map(|batch| batch.id());
    let (who, mut admission) = SignedIn::admit(parts, app, portal, of, document).await?;
    let batch = batch.ok_or(Refusal::NotFound(What::Batch))?;
    batch.reachable_from(source(parts))?;
    let found = match student(&who.person) {
        Some(student) => admission.take(batch.id(), &student)?,
        None => None,
    };
    Ok((who, batch.clone(), found))
}

/// Lets administrators through a window that is closed for everybody else.
fn unless_administrator(who: &SignedIn, window: Result<(), Refusal>) -> Result<(), Problem> {
    let Err(closed) = window else { return Ok(()) };
    if who.actor.has(Role::Administrator) { Ok(()) } else { Err(closed.into()) }
}

async fn enter_to_read(parts: &mut Parts, app: &App, portal: Portal) -> Result<Reading, Problem> {
    let (who, batch, found) = enter(parts, app, portal).await?;
    unless_administrator(&who, batch.window().readable(who.at))?;
    Ok(Reading { who, batch, found })
}

impl FromRequestParts<App> for Reading {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        enter_to_read(parts, app, Portal::Refused).await
    }
}

impl FromRequestParts<App> for OwnOrReading {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        enter_to_read(parts, app, Portal::Welcome).await.map(Self)
    }
}

impl FromRequestParts<App> for Changing {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let (who, batch, found) = enter(parts, app, Portal::Refused).await?;
        who.actor.may_change(&batch, who.at)?;
        Ok(Self { who, batch, found })
    }
}

impl Reading {
    /// The clearance of the student whom the path names, if the caller may see it. Somebody else's and an
    /// unknown one get the same answer.
    pub fn clearance(&self) -> Result<&Clearance, Problem> {
        let clearance = self.found.as_ref().ok_or(Refusal::NotFound(What::Student))?;
        self.who.actor.may_read(&self.batch, &clearance.student)?;
        Ok(clearance)
    }
}
