//! What must be known before a request is let in: whether its session has been ended, what its caller has
//! been granted, and the documents it is about. One strongly consistent round trip, warm or cold.

use std::collections::{BTreeMap, HashMap};

use domain::Timestamp;
use domain::clearance::Clearance;
use domain::ids::{BatchId, PersonId, StudentId};
use domain::operator::{Operator, Scope};

use crate::client::Store;
use crate::error::StoreError;
use crate::items;
use crate::keys::{self, ADMINISTRATORS, Item, OPERATORS, PK};
use crate::sessions::read_sign_out;

/// The most documents that are read along: with the caller's own items a `BatchGetItem` is full.
pub const MOST_DOCUMENTS: usize = 97;
/// The most batches whose rights are read, where no document is.
const MOST_BATCHES: usize = 90;

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Admission {
    /// When the caller signed out last; every session that began before is over.
    pub signed_out_at: Option<Timestamp>,
    /// The caller's entries, by what they are of. Students have none.
    pub operators: BTreeMap<Scope, Operator>,
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
    /// Reads what a caller's request stands on: at most [`MOST_DOCUMENTS`] documents beside their own items, which are
    /// their rights in these batches and in the university.
    pub async fn admit(
        &self,
        person: &PersonId,
        batches: &[BatchId],
        documents: &[(BatchId, StudentId)],
    ) -> Result<Admission, StoreError> {
        let mut wanted = vec![keys::signed_out(person)];
        if !person.is_student() {
            let batches = batches.iter().take(MOST_BATCHES).cloned().map(Scope::Batch);
            let scopes = batches.chain([Scope::University]);
            wanted.extend(scopes.map(|scope| keys::operator(&scope, person)));
        }
        let documents = documents.iter().take(MOST_DOCUMENTS);
        wanted.extend(documents.map(|(batch, student)| keys::clearance(batch, student)));
        let mut found = Admission::default();
        for item in self.batch_get(wanted, "read what a request stands on").await? {
            let partition = item.get(PK).and_then(|pk| pk.as_s().ok()).cloned().unwrap_or_default();
            if let Some(scope) = scope_of(&partition) {
                let operator = items::operator(&scope, person, item)?;
                found.operators.insert(scope, operator);
            } else if partition == keys::signed_out_partition(person) {
                found.signed_out_at = Some(read_sign_out(&item)?);
            } else {
                found.documents.insert(partition, item);
            }
        }
        Ok(found)
    }
}

/// What the entries of a partition are of.
fn scope_of(partition: &str) -> Option<Scope> {
    if partition == ADMINISTRATORS {
        return Some(Scope::University);
    }
    partition.strip_prefix(OPERATORS)?.parse().ok().map(Scope::Batch)
}
