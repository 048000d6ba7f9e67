//! Walks the index, college by college, until a page is full or enough has been looked at.

use std::pin::pin;

use domain::Timestamp;
use domain::batch::{Batch, Step};
use domain::decide::offers;
use domain::facts::When;
use domain::ids::StudentId;
use domain::progress::{ListTotals, Outline};
use domain::rights::{Actor, Reach};
use domain::role::Colleges;
use domain::state::{Mark, State};
use domain::text::searched;
use edge::readable;
use futures::TryStreamExt as _;
use store::{Counted, Listed, Page, Store, StoreError, Unreadable, every};

use crate::place::{MOST_LOOKED_AT, Place};
use crate::row::WorklistRow;

/// How many students are read at once when not all of them will be shown.
const FILTERED_PAGE: i32 = 200;
/// How many of an advisor's students are read at once.
const ADVISEES: i32 = 100;

/// What is asked for.
pub(crate) struct ListQuery<'a> {
    pub(crate) store: &'a Store,
    pub(crate) batch: &'a Batch,
    pub(crate) actor: &'a Actor,
    pub(crate) step: &'a Step,
    pub(crate) state: Option<State>,
    pub(crate) college: Option<&'a str>,
    pub(crate) facts: When,
    pub(crate) text: Option<&'a str>,
    pub(crate) limit: usize,
    pub(crate) at: Timestamp,
}

/// A page of a list.
#[derive(Default)]
pub(crate) struct Rows {
    pub(crate) rows: Vec<WorklistRow>,
    /// Students whose record can't be read.
    pub(crate) unreadable: Vec<StudentId>,
    pub(crate) next: Option<Place>,
}

impl ListQuery<'_> {
    /// A page of rows; what stands turned down comes with its reason, from the documents.
    pub(crate) async fn walk(&self, reach: Reach, from: Option<Place>) -> Result<Rows, StoreError> {
        let Rows { mut rows, unreadable, next } = self.outlines(reach, from).await?;
        let rejected = rows.iter().filter(|row| row.state == State::Rejected);
        let rejected: Vec<StudentId> = rejected.filter_map(|row| row.id.parse().ok()).collect();
        if !rejected.is_empty() {
            let read = self.store.clearances(self.batch.id(), &rejected).await?.read;
            for row in &mut rows {
                let student = row.id.parse().ok().and_then(|id: StudentId| read.get(&id));
                let record = student.and_then(|clearance| clearance.records.get(&self.step.number));
                if let Some(record) = record.filter(|record| record.mark == Mark::Rejected) {
                    row.reason.clone_from(&record.reason);
                    row.amount_due = record.amount_due.map(|amount| amount.0);
                }
            }
        }
        Ok(Rows { rows, unreadable, next })
    }

    /// How many students of the list stand where, of one college or of all in reach.
    pub(crate) async fn totals(&self, reach: &Reach) -> Result<Counted<ListTotals>, StoreError> {
        let today = self.at.date_naive();
        match reach {
            Reach::Colleges(within) => {
                let add = |totals: &mut ListTotals, outline: &Outline| {
                    let traits = outline.traits();
                    if self.facts.fits(&traits) && self.actor.lists(self.batch, self.step, &traits) {
                        totals.add(self.batch, self.step, outline, today);
                    }
                };
                self.store.count(self.batch.id(), within, add, ListTotals::merged).await
            }
            Reach::OwnStudents => {
                let mut own = ListTotals::default();
                let mut outlines = pin!(every(None, |after| self.advised(after, ADVISEES)));
                let mut unreadable = 0;
                while let Some(listed) = outlines.try_next().await? {
                    match listed {
                        Ok(outline) if !self.facts.fits(&outline.traits()) || !self.is_own(&outline) => {}
                        Ok(outline) => own.add(self.batch, self.step, &outline, today),
                        Err(_) => unreadable += 1,
                    }
                }
                Ok(Counted { sum: own, unreadable })
            }
        }
    }

    async fn outlines(&self, reach: Reach, from: Option<Place>) -> Result<Rows, StoreError> {
        match reach {
            Reach::OwnStudents => self.own_students(from).await,
            Reach::Colleges(colleges) => {
                if from.is_none()
                    && let Some(row) = self.by_number(&colleges).await?
                {
                    return Ok(Rows { rows: vec![row], ..Rows::default() });
                }
                self.colleges(&colleges, from).await
            }
        }
    }

    /// A whole student number finds its student in one read.
    async fn by_number(&self, colleges: &Colleges) -> Result<Option<WorklistRow>, StoreError> {
        let Some(student) = self.text.and_then(|text| searched(text).parse::<StudentId>().ok()) else {
            return Ok(None);
        };
        let found = match self.store.clearance(self.batch.id(), &student).await {
            // The walk names it, if it is of a college in reach.
            Err(StoreError::Unreadable(_)) => None,
            found => found?,
        };
        let found = found.filter(|clearance| clearance.removed.is_none());
        let outline = found.map(|clearance| Outline::of(&clearance));
        let outline = outline.filter(|outline| colleges.include(&outline.college));
        Ok(outline.and_then(|outline| self.row(&outline)))
    }

    async fn colleges(&self, within: &Colleges, from: Option<Place>) -> Result<Rows, StoreError> {
        // Without a filter every student counts, so no more is read than is shown.
        let by_fact = self.batch.offices_of(self.step).any(|office| office.scope.is_some());
        let shared = by_fact || !self.step.office_for.is_empty();
        let filtered = shared || self.state.is_some() || self.text.is_some() || self.facts != When::default();
        let most = if filtered { FILTERED_PAGE } else { i32::try_from(self.limit).unwrap_or(FILTERED_PAGE) };
        let from = from.and_then(Place::in_colleges);
        let mut outlines = self.store.walk(self.batch.id(), within, from, most);
        let (mut rows, mut unreadable, mut looked_at) = (Vec::new(), Vec::new(), 0);
        while let Some(page) = outlines.try_next().await? {
            let (page, broken) = readable(page);
            unreadable.extend(broken);
            for outline in &page {
                looked_at += 1;
                rows.extend(self.row(outline));
                if rows.len() == self.limit || looked_at >= MOST_LOOKED_AT {
                    return Ok(Rows { rows, unreadable, next: Some(Place::after(outline)) });
                }
            }
        }
        Ok(Rows { rows, unreadable, next: None })
    }

    async fn own_students(&self, from: Option<Place>) -> Result<Rows, StoreError> {
        let after = from.and_then(|place| place.after);
        let limit = i32::try_from(self.limit).unwrap_or(100);
        let Page { items, next } = self.advised(after, limit).await?;
        let (outlines, unreadable) = readable(items);
        let rows = outlines
            .iter()
            .filter(|outline| self.is_own(outline))
            .filter_map(|outline| self.matching(outline))
            .collect();
        let next = next.map(|student| Place { college: None, after: Some(student) });
        Ok(Rows { rows, unreadable, next })
    }

    fn is_own(&self, outline: &Outline) -> bool {
        self.actor.lists_own(self.batch, self.step, outline.whom())
    }

    /// The next of somebody's own students, of the college that is asked for, from their documents.
    async fn advised(
        &self,
        after: Option<StudentId>,
        limit: i32,
    ) -> Result<Page<Listed<Outline, StudentId>, StudentId>, StoreError> {
        let page = self.store.advisees(self.batch.id(), &self.actor.id, after, limit).await?;
        let clearances = self.store.clearances(self.batch.id(), &page.items).await?;
        let theirs = |outline: &Outline| self.college.is_none_or(|college| outline.college == college);
        let read = clearances.read.values().map(Outline::of).filter(theirs).map(Ok);
        let broken = clearances.unreadable.into_iter();
        let broken = broken.map(|(place, error)| Err(Unreadable { place, error }));
        Ok(Page { items: read.chain(broken).collect(), next: page.next })
    }

    /// The row of a student in a college in reach.
    fn row(&self, outline: &Outline) -> Option<WorklistRow> {
        self.matching(outline).filter(|_| self.actor.lists(self.batch, self.step, &outline.traits()))
    }

    fn matching(&self, outline: &Outline) -> Option<WorklistRow> {
        let state = self.batch.state(self.step, &outline.traits(), &outline.marks);
        let found = self.text.is_none_or(|text| outline.is_about(text)) && self.facts.fits(&outline.traits());
        (found && self.state.is_none_or(|wanted| wanted == state)).then(|| WorklistRow {
            id: outline.id.to_string(),
            name: outline.name.clone(),
            college: outline.college.clone(),
            facts: self.batch.university().listed(&outline.facts),
            state,
            remaining: self.batch.remaining(&outline.traits(), &outline.marks),
            may: offers(self.batch, self.step, (outline.whom(), &outline.marks), false, self.actor, self.at),
            reason: None,
            amount_due: None,
        })
    }
}
