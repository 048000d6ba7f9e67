//! What must be known before a request is let in: whether its session has been ended, what its caller has
//! been granted, and the documents it is about. One strongly consistent round trip, warm or cold.

use std::collections::HashMap;

use domain::Timestamp;
use domain::clearance::Clearance;
use domain::ids::{BatchId, PersonId, StudentId};
use domain::operator::Operator;

use crate::client::Store;
use crate::error::StoreError;
use crate::items;
use crate::keys::{self, Item, OPERATORS, PK};
use crate::sessions::read_sign_out;

/// The most documents that are read along: with the caller's own items a `BatchGetItem` is full.
pub const MOST_DOCUMENTS: usize = 98;

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Admission {
    /// When the caller signed out last; every session that began before is over.
    pub signed_out_at: Option<Timestamp>,
    /// The caller's entry as an operator. Students have none.
    pub operator: Option<Operator>,
    /// Documents by their partition, each unread until it is wanted.
    documents: HashMap<String, Item>,
}

impl Admission {
    /// One of the documents that were asked for, if it exists.
    pub fn take(&mut self, batch: &BatchId, student: &StudentId) -> Result<Option<Clearance>, StoreError> {
        let item = self.documents.remove(&Clearance::subject(batch, student));
        Ok(item.map(|item| items::clearance(batch, item)).transpose()?)
    }
}

impl Store {
    /// Reads what a caller's request stands on: at most [`MOST_DOCUMENTS`] documents beside their own items.
    pub async fn admit(
        &self,
        person: &PersonId,
        documents: &[(BatchId, StudentId)],
    ) -> Result<Admission, StoreError> {
        let mut wanted = vec![keys::signed_out(person)];
        if !person.is_student() {
            wanted.push(keys::operator(person));
        }
        let documents = documents.iter().take(MOST_DOCUMENTS);
        wanted.extend(documents.map(|(batch, student)| keys::clearance(batch, student)));
        let mut found = Admission::default();
        for item in self.batch_get(wanted, "read what a request stands on").await? {
            let partition = item.get(PK).and_then(|pk| pk.as_s().ok()).cloned().unwrap_or_default();
            if partition == OPERATORS {
                found.operator = Some(items::operator(item)?);
            } else if partition == keys::signed_out_partition(person) {
                found.signed_out_at = Some(read_sign_out(&item)?);
            } else {
                found.documents.insert(partition, item);
            }
        }
        Ok(found)
    }
}
