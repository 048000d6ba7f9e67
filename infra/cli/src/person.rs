//! `lixiao person`: what is held of one person, taken out or erased, for whoever answers for the data.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use domain::decide::forget::{WhileOpen, forget};
use domain::ids::{BatchId, StudentId};
use domain::rights::Actor;
use domain::role::{Grant, Role};
use serde_json::json;
use store::{Held, Mode, Store};

use crate::{check, local, table};

/// What is done with what is held of a person.
#[derive(Debug, Clone, Subcommand)]
pub enum Person {
    /// Prints everything that is held of a student in a batch, as JSON.
    Export(Whom),
    /// Erases a student's personal data; what was decided of them stays, under their number.
    Forget {
        /// Whose.
        #[command(flatten)]
        whom: Whom,
        /// Why; it stands in their history.
        #[arg(long)]
        reason: String,
        /// The administrator who does it, by staff number.
        #[arg(long, value_name = "STAFF_NUMBER")]
        by: String,
        /// Also while the batch is open: they can finish nothing any more.
        #[arg(long)]
        while_open: bool,
        /// The folder of batch files.
        #[arg(long, value_name = "DIR", default_value = local::BATCHES)]
        batches: PathBuf,
    },
}

/// A student of a batch, in a table.
#[derive(Debug, Clone, Args)]
pub struct Whom {
    /// The batch, e.g. 2018-01.
    pub batch: String,
    /// The student number.
    pub student: String,
    /// The embedded table; without it, the table that LIXIAO_TABLE and AWS's variables name.
    #[arg(long, value_name = "FILE")]
    pub data: Option<PathBuf>,
}

impl Whom {
    async fn open(&self) -> anyhow::Result<(Store, BatchId, StudentId)> {
        let batch = self.batch.parse().with_context(|| format!("the batch {}", self.batch))?;
        let student = self.student.parse().with_context(|| format!("the student {}", self.student))?;
        Ok((table::existing(self.data.as_deref()).await?, batch, student))
    }
}

/// Takes out or erases what is held of a person.
pub async fn run(asked: &Person) -> anyhow::Result<()> {
    match asked {
        Person::Export(whom) => {
            let (store, batch, student) = whom.open().await?;
            let held = store.held(&batch, &student).await?;
            let held = held.with_context(|| format!("{student} is nobody in batch {batch}"))?;
            println!("{}", serde_json::to_string_pretty(&export(&held))?);
        }
        Person::Forget { whom, reason, by, while_open, batches } => {
            let (store, id, student) = whom.open().await?;
            let batch = check::batch_of(batches, &id)?;
            let by = by.parse().with_context(|| format!("the staff number {by}"))?;
            let grants = vec![Grant::of(Role::Administrator)];
            let actor = Actor { id: by, name: None, grants };
            let while_open = if *while_open { WhileOpen::Yes } else { WhileOpen::No };
            let at = batch.university().here(chrono::Utc::now().fixed_offset());
            let decide = |clearance: &_| forget(&batch, clearance, &actor, Some(reason), while_open, at);
            let done = store.forget(&batch, &student, Mode::Do, decide).await?;
            let what = if done.is_change() { "已删除 / erased" } else { "早已删除 / erased before" };
            println!("{id} {student}: 个人信息{what}");
            println!("备份与归档中的副本到期才会消失 / copies in backups and archives go when those expire");
        }
    }
    Ok(())
}

fn export(held: &Held) -> serde_json::Value {
    let Held { clearance, events, letters } = held;
    let letter =
        |letter: &domain::party::letter::Letter| json!({"entry": letter, "content": letter.content.get()});
    json!({
        "batch": clearance.batch,
        "personal": clearance.student.personal.get(),
        "student": clearance.student,
        "records": clearance.records,
        "ticked": clearance.ticked,
        "revoked": clearance.revoked,
        "party_form": clearance.form(),
        "forgotten_at": clearance.forgotten,
        "events": events.iter().map(ledger::Event::fact).collect::<Vec<_>>(),
        "letters": letters.iter().map(letter).collect::<Vec<_>>(),
    })
}
