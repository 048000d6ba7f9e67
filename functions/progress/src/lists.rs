//! The other lists to take away: who gets a paper, who has rights, who was taken out, who came to the door.

use std::pin::pin;

use chrono::NaiveDate;
use domain::Timestamp;
use domain::clearance::Clearance;
use domain::decide::form::{FormState, state_of};
use domain::grant_sheet::cells_of;
use domain::ids::StudentId;
use domain::operator::{Operator, Scope};
use domain::paper::Paper;
use domain::rights::Actor;
use domain::text::Lang;
use edge::{Budget, FactFilter, Problem, Reading, readable};
use futures::TryStreamExt as _;
use store::{AccessEvent, every};

use crate::query::ExportQuery;
use crate::sheet::{Cell, PAGE, Sheet, check_rows, named, own, said, unreadable_row};
use crate::words;

/// How many of them are read at once.
const AT_ONCE: i32 = 100;
/// As many people come to the door on a day as are read at once.
const PEOPLE: i32 = 500;

/// Who gets a paper, by college and number, and which letter they have.
pub(crate) async fn members(
    reading: &Reading,
    paper: &Paper,
    actor: &Actor,
    asked: &ExportQuery,
) -> Result<Sheet, Problem> {
    let (batch, lang) = (&reading.batch, reading.who.lang);
    let within = actor.may_gather_forms(paper, asked.college.as_deref())?;
    let facts = FactFilter::of(asked.facts.as_ref(), batch.university())?;
    reading.who.spend(Budget::Sheets).await?;
    let store = &reading.who.app.store;
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    let mut outlines = store.walk(batch.id(), &within, None, PAGE);
    while let Some(page) = outlines.try_next().await? {
        let (page, unreadable) = readable(page);
        rows.extend(unreadable.iter().map(|id| unreadable_row(id, lang)));
        let asked_for = page.into_iter().filter(|outline| {
            paper.when.fits(&outline.traits())
                && facts.fits(&outline.traits())
                && asked.q.as_deref().is_none_or(|text| outline.is_about(text))
        });
        let theirs: Vec<StudentId> = asked_for.map(|outline| outline.id).collect();
        let found = store.clearances(batch.id(), &theirs).await?;
        rows.extend(found.unreadable.keys().map(|id| unreadable_row(id, lang)));
        let theirs = found
            .read
            .values()
            .filter(|one| one.removed.is_none() && actor.may_see_letter(paper, &one.student));
        for clearance in theirs {
            let state = state_of(paper, clearance).0;
            if asked.form.is_none_or(|list| list.includes(state)) {
                rows.push(member(rows.len() + 1, paper, clearance, state, lang));
            }
        }
        check_rows(rows.len())?;
    }
    reading.who.count(AccessEvent::RowTaken, rows.len());
    let title = words::counted(paper.name.of(lang), batch.name().of(lang), rows.len(), lang);
    Ok(Sheet { title, columns: named(words::member_columns(lang), batch.university(), lang), rows })
}

fn member(number: usize, paper: &Paper, clearance: &Clearance, state: FormState, lang: Lang) -> Vec<Cell> {
    let (student, letter) = (&clearance.student, clearance.letter_of(paper.register()));
    vec![
        number.into(),
        student.college.clone().into(),
        student.id.to_string().into(),
        student.personal().name.clone().into(),
        said(student.personal().phone.as_ref()),
        words::form_state(state, lang).into(),
        letter.map(|letter| format!("{:04}", letter.number)).unwrap_or_default().into(),
        letter.map(|letter| letter.valid_until.to_string()).unwrap_or_default().into(),
    ]
}

/// Who has which rights in the batch, a row for each: it can be changed and sent again as a sheet of rights.
pub(crate) async fn operators(reading: &Reading, actor: &Actor) -> Result<Sheet, Problem> {
    actor.may_grant()?;
    reading.who.spend(Budget::Sheets).await?;
    let (batch, lang) = (&reading.batch, reading.who.lang);
    let entries = reading.who.app.store.every_operator(&Scope::Batch(batch.id().clone())).await?;
    let (entries, unreadable) = readable(entries);
    let of = |entry: &Operator| -> Vec<Vec<Cell>> {
        let day = |at: Option<Timestamp>| at.map(|at| at.date_naive().to_string()).unwrap_or_default();
        let row = |grant: &domain::role::Grant| {
            let commas = |cell: String| match batch.university().first_language() {
                Lang::Zh => cell,
                Lang::En => cell.replace('、', ", "),
            };
            let [office, colleges] = cells_of(grant, batch).map(commas);
            let texts = [
                entry.id.number().to_owned(),
                entry.name.clone(),
                office,
                colleges,
                day(grant.from),
                day(grant.until),
            ];
            texts.into_iter().map(Cell::from).collect()
        };
        entry.grants.iter().map(row).collect()
    };
    let mut rows: Vec<Vec<Cell>> = entries.iter().flat_map(of).collect();
    rows.extend(
        unreadable
            .iter()
            .map(|id| vec![id.number().to_owned().into(), words::unreadable(lang).to_owned().into()]),
    );
    check_rows(rows.len())?;
    reading.who.count(AccessEvent::RowTaken, rows.len());
    let people = entries.iter().filter(|entry| entry.is_active()).count();
    let title = words::counted(words::operators_name(lang), batch.name().of(lang), people, lang);
    Ok(Sheet { title, columns: named(words::operator_columns(lang), batch.university(), lang), rows })
}

/// Who was taken out of the batch, why and by whom.
pub(crate) async fn removed(reading: &Reading, actor: &Actor) -> Result<Sheet, Problem> {
    actor.may_import_rosters()?;
    reading.who.spend(Budget::Sheets).await?;
    let (store, batch, lang) = (&reading.who.app.store, &reading.batch, reading.who.lang);
    let outlines = every(None, |after| store.removed(batch.id(), after, AT_ONCE));
    let (outlines, unreadable) = readable(outlines.try_collect::<Vec<_>>().await?);
    let ids: Vec<StudentId> = outlines.into_iter().map(|outline| outline.id).collect();
    let found = store.clearances(batch.id(), &ids).await?;
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for clearance in found.read.values() {
        let Some(removal) = &clearance.removed else { continue };
        let (number, student) = (rows.len() + 1, &clearance.student);
        let by = removal.by_name.clone().unwrap_or_else(|| removal.by.number().to_owned());
        rows.push(vec![
            number.into(),
            student.college.clone().into(),
            student.id.to_string().into(),
            student.personal().name.clone().into(),
            removal.reason.clone().into(),
            by.into(),
            removal.at.format("%Y-%m-%d %H:%M").to_string().into(),
        ]);
    }
    reading.who.count(AccessEvent::RowTaken, rows.len());
    let title = words::counted(words::removed_name(lang), batch.name().of(lang), rows.len(), lang);
    rows.extend(unreadable.iter().chain(found.unreadable.keys()).map(|id| unreadable_row(id, lang)));
    check_rows(rows.len())?;
    Ok(Sheet { title, columns: named(words::removed_columns(lang), batch.university(), lang), rows })
}

/// Who came to the door on a day, and what of others' personal data they saw.
pub(crate) async fn sign_ins(
    reading: &Reading,
    actor: &Actor,
    day: Option<NaiveDate>,
) -> Result<Sheet, Problem> {
    actor.may_read_sign_ins()?;
    reading.who.spend(Budget::Sheets).await?;
    let (store, lang) = (&reading.who.app.store, reading.who.lang);
    let day = day.unwrap_or_else(|| reading.who.at.date_naive());
    let mut records = pin!(every(None, |after| store.sign_ins(day, after, PEOPLE)));
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    while let Some(listed) = records.try_next().await? {
        rows.push(match edge::read(listed) {
            Ok(record) => {
                let counts = [
                    record.signed_in,
                    record.refused,
                    record.signed_out,
                    record.records_read,
                    record.rows_shown,
                    record.printed,
                    record.rows_taken,
                ];
                let counts = counts.map(|count| Cell::from(usize::try_from(count).unwrap_or(usize::MAX)));
                let who = [record.person.number().to_owned().into()];
                who.into_iter().chain(counts).chain([record.last.into()]).collect()
            }
            Err(person) => vec![person.number().to_owned().into(), words::unreadable(lang).to_owned().into()],
        });
        check_rows(rows.len())?;
    }
    let title = words::counted(words::door_name(lang), &day.to_string(), rows.len(), lang);
    Ok(Sheet { title, columns: own(words::door_columns(lang)), rows })
}
