//! The registers of letters, one for each paper: counter, entry, document and event move in one transaction, so numbers
//! have no gap and no repeat, whatever happens at the same time or fails in between (N20).

use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::batch::Batch;
use domain::clearance::Clearance;
use domain::decide::letter::LetterChange;
use domain::ids::{BatchId, LetterNumber, PaperId, StudentId};
use domain::party::letter::Letter;
use domain::refusal::{Refusal, What};
use ledger::Aggregate as _;

use crate::change::{Changed, Mode, Plan};
use crate::client::Store;
use crate::document::Target;
use crate::error::{ChangeError, Context as _, Listed, StoreError};
use crate::items;
use crate::keys::{self, COUNTER, Item, NEXT_NUMBER, PK, SK, VERSION};
use crate::pages::Page;
use crate::transaction::Expected;

impl Store {
    /// One letter of the register.
    pub async fn letter(
        &self,
        batch: &BatchId,
        register: Option<&PaperId>,
        number: LetterNumber,
    ) -> Result<Option<Letter>, StoreError> {
        let item = self.get(keys::letter(batch, register, number), "get a letter").await?;
        Ok(item.map(items::letter).transpose()?)
    }

    /// The register of a paper in order of number, at most `limit` letters, after the one numbered `after`.
    pub async fn letters(
        &self,
        batch: &BatchId,
        register: Option<&PaperId>,
        after: Option<LetterNumber>,
        limit: i32,
    ) -> Result<Page<Listed<Letter, LetterNumber>, LetterNumber>, StoreError> {
        let mut first = keys::letter(batch, register, 0);
        let answer =
            self.client
                .query()
                .table_name(&self.table)
                .key_condition_expression("#pk = :pk AND #sk < :next")
                .expression_attribute_names("#pk", PK)
                .expression_attribute_names("#sk", SK)
                .set_expression_attribute_values(first.remove(PK).map(|pk| {
                    Item::from([(":pk".to_owned(), pk), (":next".to_owned(), keys::text(COUNTER))])
                }))
                .set_exclusive_start_key(after.map(|number| keys::letter(batch, register, number)))
                .consistent_read(true)
                .limit(limit)
                .send()
                .await
                .during("list letters")?;
        let more = answer.last_evaluated_key.is_some();
        let letters = answer.items.unwrap_or_default().into_iter().map(items::listed_letter);
        Ok(Page::of_listed(letters.collect::<Result<_, _>>()?, more, |letter: &Letter| letter.number))
    }

    /// Issues a letter to a student: `decide` sees the clearance and the next number. `None`: there
    /// is one already, and its number is given back.
    pub async fn issue(
        &self,
        batch: &Batch,
        register: Option<&PaperId>,
        student: &StudentId,
        mode: Mode,
        decide: impl Fn(&Clearance, LetterNumber) -> Result<Option<LetterChange>, Refusal>,
    ) -> Result<Changed<LetterNumber>, ChangeError> {
        let read = || async {
            tokio::try_join!(self.clearance(batch.id(), student), self.next_letter(batch.id(), register))
        };
        let decide = |(clearance, next): (Option<Clearance>, LetterNumber)| {
            let clearance = clearance.ok_or(Refusal::NotFound(What::Student))?;
            let before = clearance.letter_of(register).map(|letter| letter.number);
            match decide(&clearance, next)? {
                Some(change) => {
                    let (after, events) = (change.letter.number, change.events.clone());
                    let writes = self.write_letters(batch, &clearance, &change)?;
                    Ok(Plan { answer: Changed { before, after, events }, writes })
                }
                None => {
                    let after = before.ok_or(Refusal::NotFound(What::Letter))?;
                    Ok(Plan::nothing(Changed { before, after, events: Vec::new() }))
                }
            }
        };
        let issued = self.attempt(mode, read, decide).await;
        self.told_apart::<Clearance, _>(&(batch.id().clone(), student.clone()), issued).await
    }

    /// Changes a letter of the register with its student's clearance: `decide` sees both. `None`: it is already
    /// so.
    pub async fn change_letter(
        &self,
        batch: &Batch,
        (register, number): (Option<&PaperId>, LetterNumber),
        mode: Mode,
        decide: impl Fn(&Clearance, &Letter) -> Result<Option<LetterChange>, Refusal>,
    ) -> Result<Changed<Letter>, ChangeError> {
        let read = || self.letter_and_clearance(batch.id(), register, number);
        let decide = |(old, clearance): (Option<Letter>, Option<Clearance>)| {
            self.letter_plan(batch, old, clearance, &decide)
        };
        self.attempt(mode, read, decide).await
    }

    /// Issues a letter anew: `decide` sees the next number as well.
    pub async fn reissue(
        &self,
        batch: &Batch,
        (register, number): (Option<&PaperId>, LetterNumber),
        mode: Mode,
        decide: impl Fn(&Clearance, &Letter, LetterNumber) -> Result<LetterChange, Refusal>,
    ) -> Result<Changed<Letter>, ChangeError> {
        let read = || async {
            let letter = self.letter_and_clearance(batch.id(), register, number);
            tokio::try_join!(letter, self.next_letter(batch.id(), register))
        };
        let decide = |((old, clearance), next): ((Option<Letter>, Option<Clearance>), LetterNumber)| {
            let decide = |clearance: &_, old: &_| decide(clearance, old, next).map(Some);
            self.letter_plan(batch, old, clearance, decide)
        };
        self.attempt(mode, read, decide).await
    }

    fn letter_plan(
        &self,
        batch: &Batch,
        old: Option<Letter>,
        clearance: Option<Clearance>,
        decide: impl Fn(&Clearance, &Letter) -> Result<Option<LetterChange>, Refusal>,
    ) -> Result<Plan<Changed<Letter>>, ChangeError> {
        let old = old.ok_or(Refusal::NotFound(What::Letter))?;
        let clearance = clearance.ok_or(Refusal::NotFound(What::Student))?;
        let Some(change) = decide(&clearance, &old)? else {
            let after = old.clone();
            return Ok(Plan::nothing(Changed { before: Some(old), after, events: Vec::new() }));
        };
        let writes = self.write_letters(batch, &clearance, &change)?;
        let LetterChange { events, letter, voided: _ } = change;
        Ok(Plan { answer: Changed { before: Some(old), after: letter, events }, writes })
    }

    /// A letter and the clearance of whom it was issued to.
    async fn letter_and_clearance(
        &self,
        batch: &BatchId,
        register: Option<&PaperId>,
        number: LetterNumber,
    ) -> Result<(Option<Letter>, Option<Clearance>), StoreError> {
        let Some(letter) = self.letter(batch, register, number).await? else { return Ok((None, None)) };
        let clearance = self.clearance(batch, &letter.student).await?;
        Ok((Some(letter), clearance))
    }

    async fn next_letter(
        &self,
        batch: &BatchId,
        register: Option<&PaperId>,
    ) -> Result<LetterNumber, StoreError> {
        let item = self.get(keys::next_letter(batch, register), "get the counter of letters").await?;
        Ok(item.as_ref().map_or(Ok(1), items::counter)?)
    }

    /// The writes of a change of the register: the counter, if the letter is new; the letter; the one that is
    /// void now; the document and its events.
    fn write_letters(
        &self,
        batch: &Batch,
        before: &Clearance,
        change: &LetterChange,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let LetterChange { events, letter, voided } = change;
        let mut writes = Vec::new();
        if letter.is_new() {
            let number = letter.number;
            let counter = items::from_counter(batch.id(), letter.paper.as_ref(), number + 1);
            let counter = items::with_ttl(counter, Some(batch));
            let expected = if number == 1 {
                Expected::Nothing
            } else {
                Expected::Number(NEXT_NUMBER, u64::from(number))
            };
            writes.push(self.put(counter, expected)?);
        }
        for letter in std::iter::once(letter).chain(voided) {
            let expected = match letter.version.checked_sub(1) {
                Some(read) => Expected::Number(VERSION, read),
                None => Expected::Nothing,
            };
            let entry = items::with_ttl(items::from_letter(batch.id(), letter)?, Some(batch));
            writes.push(self.put(entry, expected)?);
        }
        let target = Target::student(batch, &before.student.id);
        writes.extend(self.write_document(&target, Some(before), &before.clone().after(events), events)?);
        Ok(writes)
    }
}
