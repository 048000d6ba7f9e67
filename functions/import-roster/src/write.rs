//! Writes the sound rows: each student in a transaction of their own, several at the same time.

use std::collections::BTreeSet;

use domain::Timestamp;
use domain::batch::Batch;
use domain::clearance::Clearance;
use domain::decide::roster::{enrol, update_roster};
use domain::ids::StudentId;
use domain::rights::Actor;
use domain::roster::Columns;
use domain::student::Student;
use edge::Problem;
use futures::StreamExt as _;
use store::{Mode, Store, Target};

/// How many students are written at the same time.
const AT_ONCE: usize = 32;

/// What came of one student.
pub(crate) enum Outcome {
    Created,
    /// The roster now says something else.
    Updated {
        /// In these columns.
        columns: Vec<String>,
        /// Those of them of which it says nothing any more.
        emptied: Vec<String>,
    },
    Unchanged,
    Refused(Problem),
}

/// What is the same for every student of an import.
pub(crate) struct Import<'a> {
    pub(crate) store: &'a Store,
    pub(crate) batch: &'a Batch,
    pub(crate) actor: &'a Actor,
    pub(crate) at: Timestamp,
    pub(crate) columns: &'a Columns<'a>,
    pub(crate) mode: Mode,
}

impl Import<'_> {
    /// Writes students and returns each one's outcome with its row. The import as a whole fails only in the reads and the
    /// colleges' update before the first student is written.
    pub(crate) async fn all(
        &self,
        colleges: &BTreeSet<String>,
        students: Vec<(usize, Student)>,
    ) -> Result<Vec<(usize, StudentId, Outcome)>, Problem> {
        let ids: Vec<StudentId> = students.iter().map(|(_, student)| student.id.clone()).collect();
        let known = self.store.clearances(self.batch.id(), &ids).await?;
        let named: BTreeSet<String> = students.iter().map(|(_, student)| student.college.clone()).collect();
        let new = &named - colleges;
        if !new.is_empty() && self.mode == Mode::Do {
            self.store.add_colleges(self.batch, new).await?;
        }
        let writes = students.into_iter().map(|(row, student)| {
            let before = known.get(&student.id).map(Option::<&_>::cloned);
            async move {
                let id = student.id.clone();
                let outcome = match before {
                    Ok(before) => self.write(before, student).await.unwrap_or_else(Outcome::Refused),
                    Err(error) => Outcome::Refused(error.into()),
                };
                (row, id, outcome)
            }
        });
        Ok(futures::stream::iter(writes).buffer_unordered(AT_ONCE).collect().await)
    }

    async fn write(&self, read: Option<Clearance>, student: Student) -> Result<Outcome, Problem> {
        let Self { store, batch, actor, at, columns, mode } = *self;
        let target = Target::student(batch, &student.id).as_read(read);
        let changed = store
            .change_or_begin(target, mode, |before| match before {
                None => enrol(batch, student.clone(), actor, at),
                Some(clearance) => {
                    let student = columns.with_what_was_known(student.clone(), &clearance.student);
                    update_roster(batch, clearance, student, actor, at)
                }
            })
            .await?;
        Ok(match &changed.before {
            None => Outcome::Created,
            Some(_) if !changed.is_change() => Outcome::Unchanged,
            Some(before) => {
                let student = columns.with_what_was_known(student, &before.student);
                Outcome::Updated {
                    columns: before.student.differences(&student),
                    emptied: before.student.emptied(&student),
                }
            }
        })
    }
}
