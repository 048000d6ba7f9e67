//! Gathers who is to be told what, from the index, the register and the operators' entries.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::sync::Arc;

use chrono::{Datelike as _, NaiveDate};
use domain::Timestamp;
use domain::batch::{Batch, Reminders};
use domain::ids::{LetterNumber, PersonId, StepNumber, StudentId};
use domain::operator::Scope;
use domain::remind::{LettersToChase, OpenStep, Waiting, open_steps};
use domain::rights::Actor;
use domain::role::{Colleges, Grant, Role};
use domain::text::Named;
use edge::{App, read, readable};
use futures::TryStreamExt as _;
use store::{StoreError, every};

/// How many are read at once.
const PAGE: i32 = 1_000;

/// What one person is told.
#[derive(Debug, Clone)]
pub(crate) struct Digest {
    pub(crate) person: PersonId,
    /// Their name, if it is known.
    pub(crate) name: Option<String>,
    /// A student's address, from the roster; staff's follows from their number.
    pub(crate) email: Option<String>,
    pub(crate) sections: Vec<Section>,
}

/// What it says of one batch.
#[derive(Debug, Clone)]
pub(crate) struct Section {
    pub(crate) batch: Arc<Batch>,
    /// What a student has left.
    pub(crate) open: Vec<OpenStep>,
    /// A letter that ends soon, and its last day.
    pub(crate) letter: Option<(LetterNumber, NaiveDate)>,
    /// Students that wait for an operator.
    pub(crate) waiting: Vec<(Named<StepNumber>, usize)>,
    /// Letters without a receipt.
    pub(crate) missing: BTreeSet<LetterNumber>,
}

impl Section {
    fn of(batch: &Arc<Batch>) -> Self {
        let batch = batch.clone();
        Self { batch, open: Vec::new(), letter: None, waiting: Vec::new(), missing: BTreeSet::new() }
    }

    fn is_empty(&self) -> bool {
        self.open.is_empty() && self.letter.is_none() && self.waiting.is_empty() && self.missing.is_empty()
    }
}

/// The students of one batch who may have something to be told; their documents are still to be read.
pub(crate) struct Students {
    batch: Arc<Batch>,
    /// Those with steps left, when the window ends.
    unfinished: BTreeSet<StudentId>,
    register: LettersToChase,
}

impl Students {
    pub(crate) fn is_empty(&self) -> bool {
        self.unfinished.is_empty() && self.register.ending.is_empty()
    }

    fn all(&self) -> BTreeSet<&StudentId> {
        self.unfinished.iter().chain(self.register.ending.keys()).collect()
    }

    /// The students not reminded today, rotated by the day, so that those left when time runs out aren't
    /// always the same.
    pub(crate) fn ids(&self, told: &BTreeSet<PersonId>, today: NaiveDate) -> Vec<StudentId> {
        let mut fresh: Vec<StudentId> =
            self.all().into_iter().filter(|id| !is_among(id, told)).cloned().collect();
        let day = usize::try_from(today.num_days_from_ce()).unwrap_or(0);
        let begin = day.wrapping_mul(7_919).checked_rem(fresh.len()).unwrap_or(0);
        fresh.rotate_left(begin);
        fresh
    }

    /// How many have.
    pub(crate) fn told(&self, told: &BTreeSet<PersonId>) -> usize {
        self.all().into_iter().filter(|id| is_among(id, told)).count()
    }
}

fn is_among(id: &StudentId, people: &BTreeSet<PersonId>) -> bool {
    people.contains(&PersonId::from(id.clone()))
}

/// What staff are told, of every batch; and the students who may have something to be told.
pub(crate) async fn staff(app: &App, now: Timestamp) -> Result<(Vec<Digest>, Vec<Students>), StoreError> {
    let mut digests: BTreeMap<PersonId, Digest> = BTreeMap::new();
    let mut of_students = Vec::new();
    for batch in app.batches.iter() {
        let Some(reminders) = batch.reminders() else { continue };
        if batch.window().readable(now).is_err() {
            continue;
        }
        let people = operators(app, batch, now).await?;
        let (waiting, unfinished) = students_left(app, batch, reminders, now).await?;
        let register = register(app, batch, reminders, now).await?;
        let advisors = waiting.advisors().filter(|id| !people.contains_key(*id));
        let advisors = advisors.map(|id| (id.clone(), (None, Vec::new())));
        for (id, (name, grants)) in people.clone().into_iter().chain(advisors) {
            let section =
                for_staff(batch, &waiting, &register, &Actor { id: id.clone(), name: None, grants }, now);
            if !section.is_empty() {
                let fresh = || Digest { person: id.clone(), name, email: None, sections: Vec::new() };
                digests.entry(id.clone()).or_insert_with(fresh).sections.push(section);
            }
        }
        of_students.push(Students { batch: batch.clone(), unfinished, register });
    }
    Ok((digests.into_values().collect(), of_students))
}

/// What an operator, an advisor or the party office is told of one batch.
fn for_staff(
    batch: &Arc<Batch>,
    waiting: &Waiting,
    register: &LettersToChase,
    actor: &Actor,
    now: Timestamp,
) -> Section {
    let mut section = Section::of(batch);
    if batch.window().changeable(now).is_ok() {
        let counts = waiting.for_person(actor);
        let named = batch.named(counts.keys().copied());
        section.waiting = named.into_iter().zip(counts.into_values()).collect();
    }
    if actor.has(Role::PartyOffice) && batch.introduction().is_some_and(|paper| now < paper.receipts_until) {
        section.missing.clone_from(&register.missing);
    }
    section
}

type People = BTreeMap<PersonId, (Option<String>, Vec<Grant>)>;

/// Everybody who has rights in a batch now.
async fn operators(app: &App, batch: &Batch, now: Timestamp) -> Result<People, StoreError> {
    let scope = Scope::Batch(batch.id().clone());
    // Whose entry can't be read hears nothing; the log and its alarm say so.
    let readable = app.store.every_operator(&scope).await?.into_iter().filter_map(|listed| read(listed).ok());
    let people = readable.map(|operator| {
        let grants = operator.held(now);
        (operator.id, (Some(operator.name), grants))
    });
    Ok(people.filter(|(_, (_, grants))| !grants.is_empty()).collect())
}

/// Walks the index: who waits for whom, and, when the window ends, who has steps left.
async fn students_left(
    app: &App,
    batch: &Batch,
    reminders: &Reminders,
    now: Timestamp,
) -> Result<(Waiting, BTreeSet<StudentId>), StoreError> {
    let (mut waiting, mut unfinished) = (Waiting::default(), BTreeSet::new());
    if batch.window().changeable(now).is_err() {
        return Ok((waiting, unfinished));
    }
    let ends = reminders.window_ends(batch.window(), now);
    let mut outlines = app.store.walk(batch.id(), &Colleges::All, None, PAGE);
    while let Some(page) = outlines.try_next().await? {
        // Whose record can't be read hears nothing; the log and its alarm say so.
        for outline in readable(page).0 {
            waiting.add(batch, &outline);
            if ends && batch.remaining(&outline.traits(), &outline.marks) > 0 {
                unfinished.insert(outline.id);
            }
        }
    }
    Ok((waiting, unfinished))
}

/// Walks the register of letters.
async fn register(
    app: &App,
    batch: &Batch,
    reminders: &Reminders,
    now: Timestamp,
) -> Result<LettersToChase, StoreError> {
    let mut register = LettersToChase::default();
    let mut letters = pin!(every(None, |after| app.store.letters(batch.id(), None, after, PAGE)));
    while let Some(listed) = letters.try_next().await? {
        if let Ok(letter) = read(listed) {
            register.add(reminders, &letter, now.date_naive());
        }
    }
    Ok(register)
}

/// What some students of a batch are told, from their documents as they are now.
pub(crate) async fn students(
    app: &App,
    of: &Students,
    ids: &[StudentId],
    now: Timestamp,
) -> Result<Vec<Digest>, StoreError> {
    let ends = of.batch.reminders().is_some_and(|reminders| reminders.window_ends(of.batch.window(), now));
    let clearances = app.store.clearances(of.batch.id(), ids).await?.read;
    let digest = |(id, clearance): (&StudentId, &domain::clearance::Clearance)| {
        let mut section = Section::of(&of.batch);
        if ends {
            section.open = open_steps(&of.batch, clearance);
        }
        section.letter = of.register.ending.get(id).copied();
        let (name, email) =
            (Some(clearance.student.personal().name.clone()), clearance.student.personal().email.clone());
        let person = PersonId::from(id.clone());
        (!section.is_empty()).then(|| Digest { person, name, email, sections: vec![section] })
    };
    // Who was taken out of the batch hears nothing of it any more.
    let still_in = clearances.iter().filter(|(_, clearance)| clearance.removed.is_none());
    Ok(still_in.filter_map(digest).collect())
}
