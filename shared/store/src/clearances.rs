//! Clearances are read: one, many, or one with the outline that stands beside it.

use std::collections::BTreeMap;

use domain::clearance::Clearance;
use domain::ids::{BatchId, StudentId};

use crate::client::Store;
use crate::error::{StoreError, UnreadableError};
use crate::{items, keys};

/// The most keys of one `BatchGetItem`.
pub(crate) const MOST_KEYS: usize = 100;

/// Clearances of many students; those that don't exist are in neither.
#[derive(Debug, Clone, Default)]
pub struct Clearances {
    /// Those that can be read.
    pub read: BTreeMap<StudentId, Clearance>,
    /// Those that can't: one stops none of the others.
    pub unreadable: BTreeMap<StudentId, UnreadableError>,
}

impl Clearances {
    /// One of them, if it exists.
    pub fn get(&self, student: &StudentId) -> Result<Option<&Clearance>, UnreadableError> {
        match self.unreadable.get(student) {
            Some(error) => Err(*error),
            None => Ok(self.read.get(student)),
        }
    }
}

impl Store {
    /// One student's clearance: one strongly consistent read.
    pub async fn clearance(
        &self,
        batch: &BatchId,
        student: &StudentId,
    ) -> Result<Option<Clearance>, StoreError> {
        self.document(&(batch.clone(), student.clone())).await
    }

    /// Many students' clearances, each read strongly consistently. Unprocessed keys are asked for again.
    pub async fn clearances(
        &self,
        batch: &BatchId,
        students: &[StudentId],
    ) -> Result<Clearances, StoreError> {
        let mut found = Clearances::default();
        for chunk in students.chunks(MOST_KEYS) {
            let keys = chunk.iter().map(|student| keys::clearance(batch, student)).collect();
            for item in self.batch_get(keys, "get clearances").await? {
                let id = items::student_of(&item)?;
                match items::clearance(batch, item) {
                    Ok(clearance) => drop(found.read.insert(id, clearance)),
                    Err(error) => drop(found.unreadable.insert(id, error)),
                }
            }
        }
        Ok(found)
    }
}
