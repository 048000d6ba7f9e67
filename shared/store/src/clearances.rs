//! Clearances are read: one, many, or one with the outline that stands beside it.

use std::collections::BTreeMap;

use domain::clearance::Clearance;
use domain::ids::{BatchId, StudentId};
use domain::progress::Outline;

use crate::client::Store;
use crate::error::StoreError;
use crate::{items, keys};

/// The most keys of one `BatchGetItem`.
const MOST_KEYS: usize = 100;

impl Store {
    /// One student's clearance: one strongly consistent read.
    pub async fn clearance(
        &self,
        batch: &BatchId,
        student: &StudentId,
    ) -> Result<Option<Clearance>, StoreError> {
        self.document(&(batch.clone(), student.clone())).await
    }

    /// One student's clearance together with its outline, for an audit.
    pub async fn clearance_and_outline(
        &self,
        batch: &BatchId,
        student: &StudentId,
    ) -> Result<Option<(Clearance, Outline)>, StoreError> {
        let item = self.get(keys::clearance(batch, student), "get a clearance").await?;
        item.map(|item| items::clearance_and_outline(batch, item)).transpose()
    }

    /// Many students' clearances, each read strongly consistently; those that don't exist are left
    /// out. Unprocessed keys are asked for again.
    pub async fn clearances(
        &self,
        batch: &BatchId,
        students: &[StudentId],
    ) -> Result<BTreeMap<StudentId, Clearance>, StoreError> {
        let mut found = BTreeMap::new();
        for chunk in students.chunks(MOST_KEYS) {
            let keys = chunk.iter().map(|student| keys::clearance(batch, student)).collect();
            for item in self.batch_get(keys, "get clearances").await? {
                let clearance = items::clearance(batch, item)?;
                found.insert(clearance.student.id.clone(), clearance);
            }
        }
        Ok(found)
    }
}
