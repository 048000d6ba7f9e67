//! What is held of one person: taken out whole, or forgotten.

use domain::batch::Batch;
use domain::clearance::Clearance;
use domain::fact::Event;
use domain::ids::{BatchId, LetterId, StudentId};
use domain::party::letter::Letter;
use domain::refusal::{Refusal, What};
use domain::trail::Trail;
use ledger::Aggregate as _;

use crate::change::{Changed, Mode, Plan};
use crate::client::Store;
use crate::document::Target;
use crate::error::{ChangeError, StoreError};
use crate::items;
use crate::keys::VERSION;
use crate::transaction::Expected;

/// Everything that is held of a student.
#[derive(Debug, Clone)]
pub struct Held {
    /// Their record.
    pub clearance: Clearance,
    /// What happened to it.
    pub events: Vec<Event>,
    /// Their letters.
    pub letters: Vec<Letter>,
}

impl Store {
    /// Everything that is held of a student.
    pub async fn held(&self, batch: &BatchId, student: &StudentId) -> Result<Option<Held>, StoreError> {
        let Some(clearance) = self.clearance(batch, student).await? else { return Ok(None) };
        let events = self.all_events(batch, student).await?;
        let trail = Trail::of(&(batch.clone(), student.clone()), &events).unwrap_or_default();
        let ids: Vec<LetterId> = trail.letters.into_keys().collect();
        let letters = ids.iter().map(|(register, number)| self.letter(batch, register.as_ref(), *number));
        let letters = futures::future::try_join_all(letters).await?.into_iter().flatten().collect();
        Ok(Some(Held { clearance, events, letters }))
    }

    /// Forgets a student's personal data, and what stands on their letters, in one transaction with the event.
    pub async fn forget(
        &self,
        batch: &Batch,
        student: &StudentId,
        mode: Mode,
        decide: impl Fn(&Clearance) -> Result<Vec<Event>, Refusal>,
    ) -> Result<Changed<Clearance>, ChangeError> {
        let read = || self.held(batch.id(), student);
        let decide = |held: Option<Held>| {
            let Held { clearance, letters, .. } = held.ok_or(Refusal::NotFound(What::Student))?;
            let events = decide(&clearance)?;
            let after = clearance.clone().after(&events);
            let target = Target::student(batch, student);
            let mut writes = self.write_document(&target, Some(&clearance), &after, &events)?;
            if !writes.is_empty() {
                for letter in letters.into_iter().filter(|letter| letter.content.get().is_some()) {
                    let expected = Expected::Number(VERSION, letter.version);
                    let letter = Letter { content: letter.content.forgotten(), ..letter };
                    let entry = items::with_ttl(items::from_letter(batch.id(), &letter)?, Some(batch));
                    writes.push(self.put(entry, expected)?);
                }
            }
            Ok(Plan { answer: Changed { before: Some(clearance), after, events }, writes })
        };
        self.attempt(mode, read, decide).await
    }
}
