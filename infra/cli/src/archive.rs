//! `lixiao archive`: a batch as JSON lines, before the table forgets it: documents, events, letters.
//!
//! Each line says what it is in `kind`; events stand after their student's document, in order, so
//! that every chain can be verified again from the file alone.

use std::fs::OpenOptions;
use std::io::{BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::pin::pin;

use anyhow::{Context as _, bail};
use domain::clearance::Clearance;
use domain::ids::BatchId;
use domain::role::Colleges;
use futures::TryStreamExt as _;
use serde_json::{Value, json};
use store::{Store, StoreError};

use crate::{audit, table};

/// How many are read at once.
const PAGE: i32 = 500;

/// Archives a batch into a new file, once every chain has been found whole.
pub async fn run(batch: &str, out: &Path, data: Option<&Path>) -> anyhow::Result<()> {
    let batch: BatchId = batch.parse().with_context(|| format!("the batch {batch}"))?;
    let store = table::existing(data).await?;
    audit::audit(&store, &batch).await.context("audit before archiving")?;
    // For the owner's eyes: it holds everything, identity numbers too. Never over an older archive.
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(out);
    let mut file = BufWriter::new(file.with_context(|| format!("write {}", out.display()))?);
    let lines = write(&store, &batch, &mut file).await?;
    file.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
    println!("{batch}: {lines} lines in {}", out.display());
    Ok(())
}

async fn write(store: &Store, batch: &BatchId, out: &mut impl Write) -> anyhow::Result<usize> {
    let mut lines = 0;
    let mut put = |line: &Value| -> anyhow::Result<()> {
        serde_json::to_writer(&mut *out, line)?;
        out.write_all(b"\n")?;
        lines += 1;
        Ok(())
    };
    let mut students = store.walk(batch, &Colleges::All, None, PAGE);
    while let Some(page) = students.try_next().await? {
        for listed in page {
            let outline = listed.map_err(|broken| {
                anyhow::Error::new(broken.error).context(Clearance::subject(batch, &broken.place))
            })?;
            let Some(clearance) = store.clearance(batch, &outline.id).await? else {
                bail!("{} has no document", Clearance::subject(batch, &outline.id));
            };
            put(&document(&clearance))?;
            for event in store.all_events(batch, &outline.id).await? {
                put(&json!({"kind": "event", "student": outline.id, "event": event}))?;
            }
        }
    }
    let mut letters = pin!(store::every(None, |after| store.letters(batch, after, PAGE)));
    while let Some(letter) = letters.try_next().await? {
        let letter = letter.map_err(StoreError::from)?;
        put(&json!({"kind": "letter", "letter": letter}))?;
    }
    Ok(lines)
}

fn document(clearance: &Clearance) -> Value {
    let Clearance { batch, student, records, ticked, revoked, party_form, letter, version, head } = clearance;
    json!({
        "kind": "clearance", "batch": batch, "student": student, "records": records,
        "ticked": ticked, "revoked": revoked, "party_form": party_form,
        "letter": letter, "version": version, "personal": student.personal.sealed(), "head": head,
    })
}
