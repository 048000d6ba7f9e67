//! Writes the sound rows: each student in a transaction of their own, several at the same time.

use std::collections::BTreeSet;

use domain::Instant;
use domain::batch::Batch;
use domain::clearance::Clearance;
use domain::decide::roster::{enrol, update_roster};
use domain::ids::StudentId;
use domain::refusal::Refusal;
use domain::rights::Actor;
use domain::student::Student;
use edge::Problem;
use futures::StreamExt as _;
use store::{DryRun, Failure, Store};

/// How many students are written at the same time.
const AT_ONCE: usize = 32;

/// What came of one student.
pub(crate) enum Outcome {
    Created,
    /// With the columns in which the roster now says something else.
    Updated(Vec<&'static str>),
    Unchanged,
    Refused(Problem),
}

/// Writes students; what came of each comes back with its row. Only when the table can't even be
/// read at the beginning does the whole import fail, and then nothing has been written.
pub(crate) async fn all(
    store: &Store,
    batch: &Batch,
    actor: &Actor,
    at: Instant,
    students: Vec<(usize, Student)>,
    dry_run: DryRun,
) -> Result<Vec<(usize, StudentId, Outcome)>, Problem> {
    let ids: Vec<StudentId> = students.iter().map(|(_, student)| student.id.clone()).collect();
    let known = store.clearances(batch.id(), &ids).await?;
    let named: BTreeSet<String> = students.iter().map(|(_, student)| student.college.clone()).collect();
    let new = &named - &store.colleges(batch.id()).await?;
    if !new.is_empty() && dry_run == DryRun::No {
        store.add_colleges(batch, new).await?;
    }
    let desk = Desk { store, batch, actor, at, dry_run };
    let writes = students.into_iter().map(|(row, student)| {
        let before = known.get(&student.id).cloned();
        let desk = &desk;
        async move {
            let id = student.id.clone();
            let outcome = desk.write(before, student).await.unwrap_or_else(Outcome::Refused);
            (row, id, outcome)
        }
    });
    Ok(futures::stream::iter(writes).buffer_unordered(AT_ONCE).collect().await)
}

struct Desk<'a> {
    store: &'a Store,
    batch: &'a Batch,
    actor: &'a Actor,
    at: Instant,
    dry_run: DryRun,
}

impl Desk<'_> {
    async fn write(&self, before: Option<Clearance>, student: Student) -> Result<Outcome, Problem> {
        let Self { store, batch, actor, at, dry_run } = *self;
        if dry_run == DryRun::Yes {
            return self.try_out(before, student);
        }
        let differences = before.as_ref().map(|before| before.student.differences(&student));
        if before.is_none() {
            let events = enrol(batch, student.clone(), actor, at)?;
            match store.enrol(batch, &student.id, &events).await {
                Ok(_) => return Ok(Outcome::Created),
                // Somebody has imported the same student a moment ago: see what they wrote.
                Err(Failure::Refused(Refusal::ChangedMeanwhile)) => {}
                Err(failure) => return Err(failure.into()),
            }
        }
        let id = student.id.clone();
        let changed = store
            .change(batch, &id, before, |clearance| {
                update_roster(batch, clearance, student.clone(), actor, at)
            })
            .await?;
        Ok(if changed.events.is_empty() {
            Outcome::Unchanged
        } else {
            Outcome::Updated(differences.unwrap_or_default())
        })
    }

    /// What writing would come to, by what has been read.
    fn try_out(&self, before: Option<Clearance>, student: Student) -> Result<Outcome, Problem> {
        let Self { batch, actor, at, .. } = *self;
        let Some(before) = before else {
            enrol(batch, student, actor, at)?;
            return Ok(Outcome::Created);
        };
        let differences = before.student.differences(&student);
        let events = update_roster(batch, &before, student, actor, at)?;
        Ok(if events.is_empty() { Outcome::Unchanged } else { Outcome::Updated(differences) })
    }
}
