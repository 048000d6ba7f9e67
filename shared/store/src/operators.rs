//! Operators: one partition that is a list as well as a register, each entry with its own chain.

use domain::fact::GrantEvent;
use domain::ids::PersonId;
use domain::operator::Operator;

use crate::client::Store;
use crate::error::{Listed, StoreError};
use crate::items;
use crate::keys::{self, OPERATORS};
use crate::pages::Page;

impl Store {
    /// One operator's entry, also when they have been removed.
    pub async fn operator(&self, id: &PersonId) -> Result<Option<Operator>, StoreError> {
        self.document(id).await
    }

    /// Entries in order of number, at most `limit`, removed ones among them.
    pub async fn operators(
        &self,
        after: Option<PersonId>,
        limit: i32,
    ) -> Result<Page<Listed<Operator, PersonId>, PersonId>, StoreError> {
        let start = after.as_ref().map(keys::operator);
        let (found, more) = self.partition(OPERATORS, "", start, limit).await?;
        let operators = found.into_iter().map(items::listed_operator).collect::<Result<_, _>>()?;
        Ok(Page::of_listed(operators, more, |operator: &Operator| operator.id.clone()))
    }

    /// All events of one operator.
    pub async fn operator_events(&self, id: &PersonId) -> Result<Vec<GrantEvent>, StoreError> {
        self.whole_chain(&Operator::subject(id)).await
    }
}
