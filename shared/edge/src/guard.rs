//! Guards: a handler names one in its signature, and can't be reached without it.
//!
//! [`SignedIn`] asks for an identity only; [`Reading`] and [`Changing`] also for a batch, the campus
//! network (N3) and its window (N4). Rights on a student are checked where the student is read.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use domain::Instant;
use domain::batch::Batch;
use domain::clearance::{Clearance, Source};
use domain::ids::{ImportId, PersonId, StepNumber, StudentId};
use domain::party::letter::LetterNumber;
use domain::refusal::{Refusal, What};
use domain::rights::{Actor, Grants, Role};
use domain::text::Lang;

use crate::app::App;
use crate::front::{Caller, SourceIp};
use crate::identity::identify;
use crate::problem::Problem;
use crate::token::{Hands, Session};
use crate::words::language;

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
    pub at: Instant,
}

impl SignedIn {
    /// Where a decision of theirs comes from: an office's own system says so by its session.
    pub fn source(&self, by_hand: Source) -> Source {
        match self.session.hands {
            Hands::Person => by_hand,
            Hands::Machine => Source::Feed,
        }
    }

    /// Who it is, with what they have been granted.
    pub async fn actor(&self) -> Result<Actor, Problem> {
        Ok(self.app.actor(&self.person).await?)
    }
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let (session, by_cookie) = identify(parts, app)?;
        if !app.goes_on(&session).await? {
            return Err(Problem::NotSignedIn);
        }
        if let Some(caller) = parts.extensions.get::<Caller>() {
            caller.is(&session.person);
        }
        let (person, lang) = (session.person.clone(), language(&parts.headers));
        Ok(Self { app: app.clone(), person, session, by_cookie, lang, at: app.clock.now() })
    }
}

/// A request that reads from a batch: signed in, on its network, while it can be read.
#[derive(Debug, Clone)]
pub struct Reading {
    /// Who asks.
    pub who: SignedIn,
    /// The batch.
    pub batch: Arc<Batch>,
}

/// A request that changes something in a batch: the same, while its window is open (N4);
/// administrators at any time.
#[derive(Debug, Clone)]
pub struct Changing {
    /// Who asks.
    pub who: SignedIn,
    /// The batch.
    pub batch: Arc<Batch>,
}

async fn enter(parts: &mut Parts, app: &App) -> Result<(SignedIn, Arc<Batch>), Problem> {
    let who = SignedIn::from_request_parts(parts, app).await?;
    let names = PathNames::from_request_parts(parts, app).await?;
    let batch =
        names.text("batch").and_then(|id| app.batches.get(id)).ok_or(Refusal::NotFound(What::Batch))?;
    let address = parts.extensions.get::<SourceIp>().map(|SourceIp(address)| *address);
    batch.reachable_from(address)?;
    Ok((who, batch.clone()))
}

/// Lets administrators through a window that is closed for everybody else.
async fn unless_administrator(who: &SignedIn, window: Result<(), Refusal>) -> Result<(), Problem> {
    let Err(closed) = window else { return Ok(()) };
    if who.actor().await?.has(Role::Administrator) { Ok(()) } else { Err(closed.into()) }
}

impl FromRequestParts<App> for Reading {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let (who, batch) = enter(parts, app).await?;
        unless_administrator(&who, batch.window().readable(who.at)).await?;
        Ok(Self { who, batch })
    }
}

impl FromRequestParts<App> for Changing {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let (who, batch) = enter(parts, app).await?;
        unless_administrator(&who, batch.window().changeable(who.at)).await?;
        Ok(Self { who, batch })
    }
}

impl Reading {
    /// A student's clearance, if the caller may see it: one round trip for a student's own.
    /// Somebody else's and an unknown one get the same answer.
    pub async fn clearance(&self, student: &StudentId) -> Result<(Actor, Clearance), Problem> {
        let SignedIn { app, person, .. } = &self.who;
        let (actor, found) = if person.is(student) {
            let actor = Actor { id: person.clone(), grants: Grants::default() };
            (actor, app.store.clearance(self.batch.id(), student).await?)
        } else {
            let (actor, found) =
                tokio::join!(app.actor(person), app.store.clearance(self.batch.id(), student));
            (actor?, found?)
        };
        let clearance = found.ok_or(Refusal::NotFound(What::Student))?;
        actor.may_read(&clearance.student)?;
        Ok((actor, clearance))
    }
}

/// The names in a route's path.
#[derive(Debug, Clone, Default)]
pub struct PathNames(HashMap<String, String>);

impl FromRequestParts<App> for PathNames {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let names = Path::<HashMap<String, String>>::from_request_parts(parts, app).await;
        names.map(|Path(names)| Self(names)).map_err(|_| Refusal::NotFound(What::Page).into())
    }
}

impl PathNames {
    /// One name as it stands there.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The student of the path; `me` is the caller.
    pub fn student(&self, caller: &PersonId) -> Result<StudentId, Problem> {
        let text = self.text("student").unwrap_or_default();
        let text = if text == "me" { caller.as_str() } else { text };
        text.parse().map_err(|_| Refusal::NotFound(What::Student).into())
    }

    /// The step of the path.
    pub fn step(&self) -> Result<StepNumber, Problem> {
        let digits = self.text("step").filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
        digits.and_then(|text| text.parse().ok()).map(StepNumber).ok_or(Refusal::NotFound(What::Step).into())
    }

    /// The import of the path.
    pub fn import(&self) -> Result<ImportId, Problem> {
        let import = self.text("import").and_then(|text| text.parse().ok());
        import.ok_or(Refusal::NotFound(What::Import).into())
    }

    /// The letter of the path.
    pub fn letter(&self) -> Result<LetterNumber, Problem> {
        let number = self.text("number").and_then(|text| text.parse().ok());
        number.ok_or(Refusal::NotFound(What::Letter).into())
    }

    /// The operator of the path.
    pub fn operator(&self) -> Result<PersonId, Problem> {
        let id = self.text("id").and_then(|text| text.parse().ok());
        id.ok_or(Refusal::NotFound(What::Operator).into())
    }
}
