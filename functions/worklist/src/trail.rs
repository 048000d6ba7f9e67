//! The way through the index: college after college, a page of outlines at a time.

use std::collections::{BTreeSet, VecDeque};

use domain::batch::Batch;
use domain::ids::StudentId;
use domain::progress::Outline;
use domain::role::Colleges;
use serde::{Deserialize, Serialize};
use store::{Store, StoreError};

/// The most students looked at for one page, so that something rare can't make a call endless.
pub(crate) const MOST_LOOKED_AT: usize = 2_000;

/// Where a page goes on: after this student, of this college or of somebody's own.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Place {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) college: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) after: Option<StudentId>,
}

impl Place {
    /// Right after a student.
    pub(crate) fn after(outline: &Outline) -> Self {
        Self { college: Some(outline.college.clone()), after: Some(outline.id.clone()) }
    }
}

/// A walk that has begun.
pub(crate) struct Trail<'a> {
    store: &'a Store,
    batch: &'a Batch,
    colleges: VecDeque<String>,
    after: Option<StudentId>,
}

impl<'a> Trail<'a> {
    /// Begins in the first of these colleges, or goes on from a place.
    pub(crate) async fn begin(
        store: &'a Store,
        batch: &'a Batch,
        within: Colleges,
        from: Option<Place>,
    ) -> Result<Self, StoreError> {
        let names: BTreeSet<String> = match within {
            Colleges::Only(names) => names,
            Colleges::All => store.colleges(batch.id()).await?,
        };
        let (first, after) = match from {
            Some(Place { college, after }) => (college.unwrap_or_default(), after),
            None => (String::new(), None),
        };
        let colleges: VecDeque<String> = names.range(first.clone()..).cloned().collect();
        // A place inside a college that is no longer in reach begins the next one anew.
        let after = after.filter(|_| colleges.front() == Some(&first));
        Ok(Self { store, batch, colleges, after })
    }

    /// The next outlines, at most so many; `None` at the end. A page can be empty.
    pub(crate) async fn next(&mut self, most: usize) -> Result<Option<Vec<Outline>>, StoreError> {
        let Some(college) = self.colleges.front() else { return Ok(None) };
        let most = i32::try_from(most).unwrap_or(i32::MAX);
        let page = self.store.outlines(self.batch.id(), college, self.after.as_ref(), most).await?;
        self.after = page.next;
        if self.after.is_none() {
            self.colleges.pop_front();
        }
        Ok(Some(page.items))
    }
}
