//! Walks the index, college by college, until a page is full or enough has been looked at.

use domain::Instant;
use domain::batch::{Batch, Step};
use domain::decide::{Offer, offers};
use domain::ids::StudentId;
use domain::progress::{ListTotals, Outline};
use domain::rights::{Actor, Reach};
use domain::role::Colleges;
use domain::state::{Mark, State};
use domain::text::searched;
use store::{Store, StoreError};

use crate::row::WorklistRow;
use crate::trail::{MOST_LOOKED_AT, Place, Trail};

/// How many students are read at once when not all of them will be shown.
const FILTERED_PAGE: usize = 200;
/// How many of an advisor's students are read at once.
const ADVISEES: i32 = 100;

/// What is asked for.
pub(crate) struct Wanted<'a> {
    pub(crate) store: &'a Store,
    pub(crate) batch: &'a Batch,
    pub(crate) actor: &'a Actor,
    pub(crate) step: &'a Step,
    pub(crate) state: Option<State>,
    pub(crate) college: Option<&'a str>,
    pub(crate) text: Option<&'a str>,
    pub(crate) limit: usize,
    pub(crate) at: Instant,
}

type PageOf = (Vec<WorklistRow>, Option<Place>);

impl Wanted<'_> {
    /// A page of rows; what stands turned down comes with its reason, from the documents.
    pub(crate) async fn walk(&self, reach: Reach, from: Option<Place>) -> Result<PageOf, StoreError> {
        let (mut rows, next) = self.outlines(reach, from).await?;
        let rejected = rows.iter().filter(|row| row.state == State::Rejected);
        let rejected: Vec<StudentId> = rejected.filter_map(|row| row.id.parse().ok()).collect();
        if !rejected.is_empty() {
            let read = self.store.clearances(self.batch.id(), &rejected).await?;
            for row in &mut rows {
                let student = row.id.parse().ok().and_then(|id: StudentId| read.get(&id));
                let record = student.and_then(|clearance| clearance.records.get(&self.step.number));
                if let Some(record) = record.filter(|record| record.mark == Mark::Rejected) {
                    row.reason.clone_from(&record.reason);
                    row.amount_due = record.amount_due.map(|fen| fen.0);
                }
            }
        }
        Ok((rows, next))
    }

    /// How many students of the list stand where, of one college or of all in reach.
    pub(crate) async fn totals(&self, reach: &Reach) -> Result<ListTotals, StoreError> {
        let today = self.at.date_naive();
        match reach {
            Reach::Colleges(within) => {
                let add = |totals: &mut ListTotals, outline: &Outline| {
                    if self.actor.lists(self.step, &outline.traits) {
                        totals.add(self.batch, self.step, outline, today);
                    }
                };
                self.store.count(self.batch.id(), within, add, ListTotals::merged).await
            }
            Reach::OwnStudents => {
                let (mut own, mut after) = (ListTotals::default(), None);
                loop {
                    let (outlines, next) = self.advised(after.as_ref(), ADVISEES).await?;
                    outlines.iter().for_each(|outline| own.add(self.batch, self.step, outline, today));
                    if next.is_none() {
                        return Ok(own);
                    }
                    after = next;
                }
            }
        }
    }

    async fn outlines(&self, reach: Reach, from: Option<Place>) -> Result<PageOf, StoreError> {
        match reach {
            Reach::OwnStudents => self.own_students(from).await,
            Reach::Colleges(colleges) => {
                if from.is_none()
                    && let Some(row) = self.by_number(&colleges).await?
                {
                    return Ok((vec![row], None));
                }
                self.colleges(colleges, from).await
            }
        }
    }

    /// A whole student number finds its student in one read.
    async fn by_number(&self, colleges: &Colleges) -> Result<Option<WorklistRow>, StoreError> {
        let Some(student) = self.text.and_then(|text| searched(text).parse::<StudentId>().ok()) else {
            return Ok(None);
        };
        let found = self.store.clearance(self.batch.id(), &student).await?;
        let outline = found.map(|clearance| Outline::of(&clearance));
        let outline = outline.filter(|outline| colleges.include(&outline.college));
        Ok(outline.and_then(|outline| self.row(&outline)))
    }

    async fn colleges(&self, within: Colleges, from: Option<Place>) -> Result<PageOf, StoreError> {
        let mut trail = Trail::begin(self.store, self.batch, within, from).await?;
        let (mut rows, mut looked_at) = (Vec::new(), 0);
        // Without a filter every student counts, so no more is read than is shown.
        let shared = !self.step.office_for.is_empty();
        let filtered = shared || self.state.is_some() || self.text.is_some();
        while let Some(page) =
            trail.next(if filtered { FILTERED_PAGE } else { self.limit - rows.len() }).await?
        {
            for outline in &page {
                looked_at += 1;
                rows.extend(self.row(outline));
                if rows.len() == self.limit || looked_at >= MOST_LOOKED_AT {
                    return Ok((rows, Some(Place::after(outline))));
                }
            }
        }
        Ok((rows, None))
    }

    async fn own_students(&self, from: Option<Place>) -> Result<PageOf, StoreError> {
        let after = from.and_then(|place| place.after);
        let limit = i32::try_from(self.limit).unwrap_or(100);
        let (outlines, next) = self.advised(after.as_ref(), limit).await?;
        let rows = outlines.iter().filter_map(|outline| self.matching(outline)).collect();
        Ok((rows, next.map(|student| Place { college: None, after: Some(student) })))
    }

    /// The next of somebody's own students, of the college that is asked for, from their documents.
    async fn advised(
        &self,
        after: Option<&StudentId>,
        limit: i32,
    ) -> Result<(Vec<Outline>, Option<StudentId>), StoreError> {
        let page = self.store.advisees(self.batch.id(), &self.actor.id, after, limit).await?;
        let clearances = self.store.clearances(self.batch.id(), &page.items).await?;
        let theirs = |outline: &Outline| self.college.is_none_or(|college| outline.college == college);
        Ok((clearances.values().map(Outline::of).filter(theirs).collect(), page.next))
    }

    /// The row of a student in a college in reach.
    fn row(&self, outline: &Outline) -> Option<WorklistRow> {
        self.matching(outline).filter(|_| self.actor.lists(self.step, &outline.traits))
    }

    fn matching(&self, outline: &Outline) -> Option<WorklistRow> {
        let state = self.batch.state(self.step, &outline.traits, &outline.marks);
        let found = self.text.is_none_or(|text| outline.is_about(text));
        (found && self.state.is_none_or(|wanted| wanted == state)).then(|| WorklistRow {
            id: outline.id.to_string(),
            name: outline.name.clone(),
            college: outline.college.clone(),
            level: outline.traits.level.word(),
            state,
            remaining: self.batch.remaining(&outline.traits, &outline.marks),
            may: offers(self.batch, self.step, (outline.whom(), &outline.marks), false, self.actor, self.at)
                .into_iter()
                .map(Offer::word)
                .collect(),
            reason: None,
            amount_due: None,
        })
    }
}
