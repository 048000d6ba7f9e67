//! Slips that were printed: by the number in its code, whose one is. The code itself says nobody's name or number.

use domain::batch::Batch;
use domain::ids::{BatchId, StudentId};
use ledger::Salt;

use crate::client::Store;
use crate::error::{StoreError, UnreadableError};
use crate::format::{SLIP, V};
use crate::items;
use crate::keys::{self, Item, STUDENT_ID};

impl Store {
    /// Remembers whose a slip is. Printed again it is the same.
    pub async fn put_slip(&self, batch: &Batch, id: Salt, student: &StudentId) -> Result<(), StoreError> {
        let item = items::with_ttl(written(batch.id(), &String::from(id), student), Some(batch));
        self.put_item(item, "remember a slip").await
    }

    /// Whose a slip is.
    pub async fn slip(&self, batch: &BatchId, id: Salt) -> Result<Option<StudentId>, StoreError> {
        let item = self.get(keys::slip(batch, &String::from(id)), "get a slip").await?;
        Ok(item.as_ref().map(read).transpose()?)
    }
}

/// A slip's item, without its expiry.
pub(crate) fn written(batch: &BatchId, id: &str, student: &StudentId) -> Item {
    let mut item = keys::slip(batch, id);
    item.insert(STUDENT_ID.to_owned(), keys::text(student.to_string()));
    SLIP.written(item)
}

pub(crate) fn read(item: &Item) -> Result<StudentId, UnreadableError> {
    SLIP.check(item.get(V))?;
    let student = item.get(STUDENT_ID).and_then(|id| id.as_s().ok()).and_then(|id| id.parse().ok());
    student.ok_or(SLIP.broken())
}
