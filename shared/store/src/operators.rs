//! Operators: one partition that is a list as well as a register, each entry with its own chain.

use domain::fact::GrantEvent;
use domain::ids::PersonId;
use domain::operator::Operator;
use domain::refusal::Refusal;
use ledger::Aggregate as _;

use crate::change::{Expected, Written, breathe};
use crate::client::Store;
use crate::error::{Failure, StoreError};
use crate::items;
use crate::keys::{self, OPERATORS, VERSION};
use crate::lists::Page;

const ATTEMPTS: u32 = 8;

impl Store {
    /// One operator's entry, also when they have been removed.
    pub async fn operator(&self, id: &PersonId) -> Result<Option<Operator>, StoreError> {
        let item = self.get(keys::operator(id), "get an operator").await?;
        item.map(items::operator).transpose()
    }

    /// Entries in order of number, at most `limit`, removed ones among them.
    pub async fn operators(
        &self,
        after: Option<&PersonId>,
        limit: i32,
    ) -> Result<Page<Operator, PersonId>, StoreError> {
        let start = after.map(keys::operator);
        let (found, more) = self.partition(OPERATORS, "", start, limit).await?;
        let operators: Vec<Operator> = found.into_iter().map(items::operator).collect::<Result<_, _>>()?;
        let next = operators.last().filter(|_| more).map(|operator| operator.id.clone());
        Ok(Page { items: operators, next })
    }

    /// Every entry, page after page.
    pub async fn all_operators(&self) -> Result<Vec<Operator>, StoreError> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = self.operators(after.as_ref(), 1_000).await?;
            all.extend(page.items);
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(all),
            }
        }
    }

    /// All events of one operator.
    pub async fn operator_events(&self, id: &PersonId) -> Result<Vec<GrantEvent>, StoreError> {
        self.whole_chain(Operator::subject(id)).await
    }

    /// Changes one operator's entry: the entry and its event move in one transaction. `None` from
    /// `decide` means that it is already so.
    pub async fn change_operator<F>(&self, id: &PersonId, decide: F) -> Result<Option<Operator>, Failure>
    where
        F: Fn(Option<&Operator>) -> Result<Option<GrantEvent>, Refusal>,
    {
        for attempt in 0..ATTEMPTS {
            let before = self.operator(id).await?;
            let Some(event) = decide(before.as_ref())? else { return Ok(before) };
            let expected = before
                .as_ref()
                .map_or(Expected::Nothing, |operator| Expected::Number(VERSION, operator.version));
            let kind = "an operator's first event";
            let after = match before {
                Some(operator) => operator.after(std::slice::from_ref(&event)),
                None => Operator::begin(id, &event).ok_or(StoreError::Unreadable { kind })?,
            };
            let writes = vec![
                self.put(items::from_operator(&after)?, expected)?,
                self.put(items::from_event(&Operator::subject(id), &event)?, Expected::Nothing)?,
            ];
            match self.transact(writes).await? {
                Written::Yes => return Ok(Some(after)),
                Written::LostRace => breathe(attempt).await,
            }
        }
        Err(Refusal::ChangedMeanwhile.into())
    }
}
