//! The register of letters: counter, entry, document and event move in one transaction, so numbers
//! have no gap and no repeat, whatever happens at the same time or fails in between (N20).

use aws_sdk_dynamodb::types::{ReturnConsumedCapacity, TransactWriteItem};
use domain::batch::Batch;
use domain::clearance::Clearance;
use domain::decide::letter::Issued;
use domain::fact::Event;
use domain::ids::{BatchId, LetterNumber, StudentId};
use domain::party::letter::Letter;
use domain::refusal::{Refusal, What};
use ledger::Aggregate as _;

use crate::change::{Expected, Written, breathe};
use crate::client::Store;
use crate::error::{Context as _, Failure, StoreError};
use crate::items;
use crate::keys::{self, Item, NEXT, PK, SK, VERSION};
use crate::lists::Page;

/// The counter is the one item that everybody who issues wants: a race is lost more often there.
const ATTEMPTS: u32 = 64;

/// Whether something is only tried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DryRun {
    /// Nothing is written.
    Yes,
    /// It is done.
    No,
}

impl Store {
    /// One letter of the register.
    pub async fn letter(&self, batch: &BatchId, number: LetterNumber) -> Result<Option<Letter>, StoreError> {
        let item = self.get(keys::letter(batch, number), "get a letter").await?;
        item.map(items::letter).transpose()
    }

    /// The register in order of number, at most `limit` letters, after the one numbered `after`.
    pub async fn letters(
        &self,
        batch: &BatchId,
        after: Option<LetterNumber>,
        limit: i32,
    ) -> Result<Page<Letter, LetterNumber>, StoreError> {
        let mut first = keys::letter(batch, 0);
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("#pk = :pk AND #sk < :next")
            .expression_attribute_names("#pk", PK)
            .expression_attribute_names("#sk", SK)
            .set_expression_attribute_values(
                first
                    .remove(PK)
                    .map(|pk| Item::from([(":pk".to_owned(), pk), (":next".to_owned(), keys::text(NEXT))])),
            )
            .set_exclusive_start_key(after.map(|number| keys::letter(batch, number)))
            .consistent_read(true)
            .limit(limit)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .during("list letters")?;
        self.meter.record(answer.consumed_capacity());
        let more = answer.last_evaluated_key.is_some();
        let letters: Vec<Letter> =
            answer.items.unwrap_or_default().into_iter().map(items::letter).collect::<Result<_, _>>()?;
        let next = letters.last().filter(|_| more).map(|letter| letter.number);
        Ok(Page { items: letters, next })
    }

    /// Issues a letter to a student: `decide` sees the clearance and the next number. `None`: there
    /// is one already, and it is given back.
    pub async fn issue<F>(
        &self,
        batch: &Batch,
        student: &StudentId,
        decide: F,
    ) -> Result<(LetterNumber, bool), Failure>
    where
        F: Fn(&Clearance, LetterNumber) -> Result<Option<Issued>, Refusal>,
    {
        for attempt in 0..ATTEMPTS {
            let (clearance, next) =
                tokio::try_join!(self.clearance(batch.id(), student), self.next_letter(batch.id()))?;
            let before = clearance.ok_or(Refusal::NotFound(What::Student))?;
            let Some(issued) = decide(&before, next)? else {
                let number = before.letter.map(|letter| letter.number);
                return Ok((number.ok_or(Refusal::NotFound(What::Letter))?, false));
            };
            match self.write_letter(batch, &before, &issued).await? {
                Written::Yes => return Ok((issued.letter.number, true)),
                Written::LostRace => breathe(attempt).await,
            }
        }
        Err(Refusal::ChangedMeanwhile.into())
    }

    /// Issues a letter anew: `decide` sees the clearance, the old letter and the next number.
    /// A dry run writes nothing.
    pub async fn reissue<F>(
        &self,
        batch: &Batch,
        number: LetterNumber,
        dry_run: DryRun,
        decide: F,
    ) -> Result<Letter, Failure>
    where
        F: Fn(&Clearance, &Letter, LetterNumber) -> Result<Issued, Refusal>,
    {
        for attempt in 0..ATTEMPTS {
            let (old, next) =
                tokio::try_join!(self.letter(batch.id(), number), self.next_letter(batch.id()))?;
            let old = old.ok_or(Refusal::NotFound(What::Letter))?;
            let before =
                self.clearance(batch.id(), &old.student).await?.ok_or(Refusal::NotFound(What::Student))?;
            let issued = decide(&before, &old, next)?;
            if dry_run == DryRun::Yes {
                return Ok(issued.letter);
            }
            match self.write_letter(batch, &before, &issued).await? {
                Written::Yes => return Ok(issued.letter),
                Written::LostRace => breathe(attempt).await,
            }
        }
        Err(Refusal::ChangedMeanwhile.into())
    }

    /// Changes a letter of the register with its student's clearance, and says whether it has. `None`: it is already so.
    pub async fn change_letter<F>(
        &self,
        batch: &Batch,
        number: LetterNumber,
        decide: F,
    ) -> Result<(Letter, bool), Failure>
    where
        F: Fn(&Clearance, &Letter) -> Result<Option<(Vec<Event>, Letter)>, Refusal>,
    {
        for attempt in 0..ATTEMPTS {
            let old = self.letter(batch.id(), number).await?.ok_or(Refusal::NotFound(What::Letter))?;
            let before =
                self.clearance(batch.id(), &old.student).await?.ok_or(Refusal::NotFound(What::Student))?;
            let Some((events, letter)) = decide(&before, &old)? else { return Ok((old, false)) };
            let mut writes = self.document(batch, Some(&before), &before.clone().after(&events), &events)?;
            writes.push(self.register(batch, &letter, Expected::Number(VERSION, old.version))?);
            match self.transact(writes).await? {
                Written::Yes => return Ok((letter, true)),
                Written::LostRace => breathe(attempt).await,
            }
        }
        Err(Refusal::ChangedMeanwhile.into())
    }

    async fn next_letter(&self, batch: &BatchId) -> Result<LetterNumber, StoreError> {
        let item = self.get(keys::next_letter(batch), "get the counter of letters").await?;
        item.as_ref().map_or(Ok(1), items::counter)
    }

    async fn write_letter(
        &self,
        batch: &Batch,
        before: &Clearance,
        issued: &Issued,
    ) -> Result<Written, StoreError> {
        let number = issued.letter.number;
        let counter = items::expiring(items::from_counter(batch.id(), number + 1), batch);
        let expected =
            if number == 1 { Expected::Nothing } else { Expected::Number(NEXT, u64::from(number)) };
        let mut writes =
            vec![self.put(counter, expected)?, self.register(batch, &issued.letter, Expected::Nothing)?];
        if let Some(voided) = &issued.voided {
            writes.push(self.register(batch, voided, Expected::Number(VERSION, voided.version - 1))?);
        }
        writes.extend(self.document(
            batch,
            Some(before),
            &before.clone().after(&issued.events),
            &issued.events,
        )?);
        self.transact(writes).await
    }

    fn register(
        &self,
        batch: &Batch,
        letter: &Letter,
        expected: Expected,
    ) -> Result<TransactWriteItem, StoreError> {
        self.put(items::expiring(items::from_letter(batch.id(), letter)?, batch), expected)
    }
}
