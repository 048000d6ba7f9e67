//! Operators of a batch and administrators of the university: a partition each, a list as well as a register, and every
//! entry with its own chain.

use domain::fact::GrantEvent;
use domain::ids::PersonId;
use domain::operator::{Operator, Scope};
use domain::refusal::{Refusal, What};
use futures::TryStreamExt as _;
use ledger::Aggregate as _;

use crate::change::{Changed, Mode, Plan};
use crate::clearances::MOST_KEYS;
use crate::client::Store;
use crate::document::Target;
use crate::error::{ChangeError, Listed, StoreError};
use crate::items;
use crate::keys;
use crate::pages::{Page, every};

/// How many entries are read at once where all are.
const PAGE: i32 = 500;

impl Store {
    /// One entry, also when its person has been removed.
    pub async fn operator(&self, scope: &Scope, id: &PersonId) -> Result<Option<Operator>, StoreError> {
        self.document(&(scope.clone(), id.clone())).await
    }

    /// Entries in order of number, at most `limit`, removed ones among them.
    pub async fn operators(
        &self,
        scope: &Scope,
        after: Option<PersonId>,
        limit: i32,
    ) -> Result<Page<Listed<Operator, PersonId>, PersonId>, StoreError> {
        let start = after.as_ref().map(|id| keys::operator(scope, id));
        let (found, more) = self.partition(keys::operators(scope), "", start, limit).await?;
        let operators = found.into_iter().map(|item| items::listed_operator(scope, item));
        let operators = operators.collect::<Result<_, _>>()?;
        Ok(Page::of_listed(operators, more, |operator: &Operator| operator.id.clone()))
    }

    /// Every entry, removed ones among them.
    pub async fn every_operator(&self, scope: &Scope) -> Result<Vec<Listed<Operator, PersonId>>, StoreError> {
        every(None, |after| self.operators(scope, after, PAGE)).try_collect().await
    }

    /// Some entries, removed ones among them, in one read of up to 100.
    pub async fn some_operators(
        &self,
        scope: &Scope,
        ids: &[PersonId],
    ) -> Result<Vec<Listed<Operator, PersonId>>, StoreError> {
        let mut found = Vec::new();
        for chunk in ids.chunks(MOST_KEYS) {
            let keys = chunk.iter().map(|id| keys::operator(scope, id)).collect();
            for item in self.batch_get(keys, "get operators").await? {
                found.push(items::listed_operator(scope, item)?);
            }
        }
        Ok(found)
    }

    /// All events of one entry.
    pub async fn operator_events(&self, scope: &Scope, id: &PersonId) -> Result<Vec<GrantEvent>, StoreError> {
        self.whole_chain(&Operator::subject(scope, id)).await
    }

    /// Changes two entries in one transaction: what the one loses, the other gets.
    pub async fn hand_over(
        &self,
        from: Target<'_, Operator>,
        to: Target<'_, Operator>,
        mode: Mode,
        decide: impl Fn(&Operator, Option<&Operator>) -> Result<(Vec<GrantEvent>, Vec<GrantEvent>), Refusal>,
    ) -> Result<Changed<Operator, GrantEvent>, ChangeError> {
        let (from, to) = (&from, &to);
        let read = || async { tokio::try_join!(self.document(&from.id), self.document(&to.id)) };
        let decide = |(old, new): (Option<Operator>, Option<Operator>)| {
            let old: Operator = old.ok_or(Refusal::NotFound(What::Operator))?;
            let (handed, taken) = decide(&old, new.as_ref())?;
            let mut writes = self.write_document(from, Some(&old), &old.clone().after(&handed), &handed)?;
            let after = match &new {
                Some(new) => new.clone().after(&taken),
                None => ledger::replay(&to.id, &taken).unwrap_or_else(|| old.clone()),
            };
            writes.extend(self.write_document(to, new.as_ref(), &after, &taken)?);
            Ok(Plan { answer: Changed { before: new, after, events: taken }, writes })
        };
        let changed = self.attempt(mode, read, decide).await;
        let changed = self.told_apart::<Operator, _>(&from.id, changed).await;
        self.told_apart::<Operator, _>(&to.id, changed).await
    }
}
