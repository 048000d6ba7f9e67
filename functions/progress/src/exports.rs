//! Sheets to take away: the college's table of party forms (N18), the register of letters, progress.

use std::pin::pin;

use axum::Extension;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use domain::batch::Batch;
use domain::clearance::Clearance;
use domain::decide::form::state_of;
use domain::paper::Paper;
use domain::party::letter::{Content, Letter, LetterState};
use domain::refusal::{Refusal, What};
use domain::rights::Actor;
use domain::state::State;
use domain::student::Sex;
use domain::text::Lang;
use edge::{Budget, FactFilter, PaperName, PathParams, Problem, Reading, SourceIp, path, read, readable};
use futures::TryStreamExt as _;
use store::{AccessEvent, Counted, every};

use crate::count_all;
use crate::query::ExportQuery;
use crate::sheet::{Cell, PAGE, Sheet, check_rows, named, said, unreadable_row, workbook};
use crate::templates::{self, template};
use crate::{lists, students, words};

/// How many letters are read at once.
const LETTERS: i32 = 500;
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Lists to take away: `students.xlsx`, `party-forms.xlsx`, `members.xlsx` (who gets a paper), `letters.xlsx`, `progress.xlsx`,
/// `operators.xlsx`, `removed.xlsx`, `sign-ins.xlsx`; and what can be filled in and
/// sent back: `roster-template.xlsx`, `list-template.xlsx`, `rights-template.xlsx`.
#[utoipa::path(
    get,
    path = "/api/batches/{batch}/exports/{file}",
    tag = "progress",
    params(path::Batch, path::SheetFile, ExportQuery),
    responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", description = "The sheet"), Problem)
)]
pub(crate) async fn export(
    reading: Reading,
    names: PathParams,
    asked: ExportQuery,
    from: Option<Extension<SourceIp>>,
) -> Result<Response, Problem> {
    let (actor, lang) = (reading.who.actor(), reading.who.lang);
    let name = names.text("file").unwrap_or_default();
    let bytes = match name {
        "party-forms.xlsx" => workbook(&[(words::FORMS, party_forms(&reading, actor, &asked).await?)])?,
        "letters.xlsx" => {
            let paper = PaperName::of(asked.paper.as_ref(), &reading.batch)?;
            workbook(&[letters(&reading, paper, actor, &asked).await?])?
        }
        "members.xlsx" => {
            let paper = PaperName::of(asked.paper.as_ref(), &reading.batch)?;
            workbook(&[(words::list_name(lang), lists::members(&reading, paper, actor, &asked).await?)])?
        }
        "operators.xlsx" => workbook(&[(words::list_name(lang), lists::operators(&reading, actor).await?)])?,
        "removed.xlsx" => workbook(&[(words::list_name(lang), lists::removed(&reading, actor).await?)])?,
        "sign-ins.xlsx" => {
            // They belong to no batch, so neither does the network from which they are read.
            reading.who.app.batches.reachable_from(from.map(|Extension(SourceIp(address))| address))?;
            workbook(&[(words::list_name(lang), lists::sign_ins(&reading, actor, asked.day).await?)])?
        }
        "students.xlsx" => workbook(&[students::students(&reading, actor, &asked).await?])?,
        "roster-template.xlsx" => template(&templates::roster(reading.batch.university(), actor)?)?,
        "list-template.xlsx" => template(&templates::list(&reading.batch, actor, lang)?)?,
        "rights-template.xlsx" => template(&templates::rights(&reading.batch, actor, lang)?)?,
        "progress.xlsx" => {
            let [(by_step, steps), (by_college, colleges)] = progress(&reading, actor).await?;
            workbook(&[(&by_step, steps), (&by_college, colleges)])?
        }
        _ => return Err(Refusal::NotFound(What::Page).into()),
    };
    let disposition = format!("attachment; filename=\"{}-{name}\"", reading.batch.id());
    Ok(([(CONTENT_TYPE, XLSX.to_owned()), (CONTENT_DISPOSITION, disposition)], bytes).into_response())
}

/// The members of the colleges in reach that are asked for, each with their form, or without one yet.
async fn party_forms(reading: &Reading, actor: &Actor, asked: &ExportQuery) -> Result<Sheet, Problem> {
    let (store, batch) = (&reading.who.app.store, reading.batch.id());
    let paper = reading.batch.introduction().ok_or(Refusal::NotFound(What::Paper))?;
    let within = actor.may_gather_forms(paper, asked.college.as_deref())?;
    let facts = FactFilter::of(asked.facts.as_ref(), reading.batch.university())?;
    reading.who.spend(Budget::Sheets).await?;
    let mut rows = Vec::new();
    let mut outlines = store.walk(batch, &within, None, PAGE);
    while let Some(page) = outlines.try_next().await? {
        let (page, unreadable) = readable(page);
        rows.extend(unreadable.iter().map(|id| unreadable_row(id, Lang::Zh)));
        let members = page.into_iter().filter(|outline| {
            reading.batch.asks_for_a_form(&outline.traits())
                && facts.fits(&outline.traits())
                && asked.q.as_deref().is_none_or(|text| outline.is_about(text))
        });
        let members: Vec<_> = members.map(|outline| outline.id).collect();
        let found = store.clearances(batch, &members).await?;
        rows.extend(found.unreadable.keys().map(|id| unreadable_row(id, Lang::Zh)));
        // The index can lag behind: who has just moved out of reach, or was taken out, isn't shown.
        let of_state = |one: &&Clearance| {
            one.removed.is_none()
                && actor.may_see_letter(paper, &one.student)
                && asked.form.is_none_or(|list| list.includes(state_of(paper, one).0))
        };
        for clearance in found.read.values().filter(of_state) {
            rows.push(form_row(rows.len() + 1, &reading.batch, clearance));
        }
        check_rows(rows.len())?;
    }
    reading.who.count(AccessEvent::RowTaken, rows.len());
    let title = words::forms_of(reading.batch.name(), rows.len());
    Ok(Sheet { title, columns: named(&words::FORM_COLUMNS, reading.batch.university(), Lang::Zh), rows })
}

fn form_row(number: usize, batch: &Batch, clearance: &Clearance) -> Vec<Cell> {
    let student = &clearance.student;
    let form = clearance.form();
    let form = form.as_ref();
    vec![
        number.into(),
        student.college.clone().into(),
        student.id.to_string().into(),
        student.personal().name.clone().into(),
        student.personal().sex.map_or("", Sex::chinese).into(),
        said(student.personal().ethnicity.as_ref()),
        // Masked here as everywhere but on the letter itself.
        student.personal().masked_id_number().unwrap_or_default().into(),
        batch.party().map_or("", |rules| words::standing(rules.standing(&student.traits()))).into(),
        said(form.map(|form| &form.heading)),
        said(form.map(|form| &form.destination)),
        form.map_or("", |form| form.transfer_kind.chinese()).into(),
        said(form.and_then(|form| form.receiver_contact.as_ref())),
        said(form.and_then(|form| form.receiver_phone.as_ref())),
        said(student.personal().phone.as_ref()),
        words::yes_no(form.is_some()).into(),
        clearance.letter.as_ref().map(|letter| format!("{:04}", letter.number)).unwrap_or_default().into(),
    ]
}

/// The register of letters, as far as it is asked for.
async fn letters(
    reading: &Reading,
    paper: &Paper,
    actor: &Actor,
    asked: &ExportQuery,
) -> Result<(&'static str, Sheet), Problem> {
    let within = actor.may_read_letters(paper)?;
    let university = reading.batch.university();
    let lang = words::of_register(paper, university, reading.who.lang);
    reading.who.spend(Budget::Sheets).await?;
    let today = reading.who.at.date_naive();
    let store = &reading.who.app.store;
    let (batch, register) = (reading.batch.id(), paper.register());
    let mut register = pin!(every(None, |after| store.letters(batch, register, after, LETTERS)));
    let (filter, mut rows) = (asked.letters(), Vec::new());
    while let Some(listed) = register.try_next().await? {
        rows.push(match read(listed) {
            Ok(letter) if !within.include(&letter.college) || !filter.includes(&letter, today) => continue,
            Ok(letter) => letter_row(&letter, letter.state(today), lang),
            Err(number) => vec![format!("{number:04}").into(), words::unreadable(lang).to_owned().into()],
        });
        check_rows(rows.len())?;
    }
    reading.who.count(AccessEvent::RowTaken, rows.len());
    let title = words::register_of(reading.batch.name(), paper, rows.len(), lang);
    let mut sheet = Sheet { title, columns: named(words::letter_columns(lang), university, lang), rows };
    if paper.party().is_none() {
        sheet.keep(|column| !words::OF_THE_FORM.contains(&column));
    }
    Ok((words::register_name(lang), sheet))
}

fn letter_row(letter: &Letter, state: LetterState, lang: Lang) -> Vec<Cell> {
    // Of what has been forgotten, the number is left.
    let content = letter.content.get();
    let form = content.and_then(Content::introduction).map(|content| &content.form);
    let number = |number: Option<u32>| Cell::from(number.map(|n| format!("{n:04}")).unwrap_or_default());
    let receipt = letter.receipt.as_ref();
    vec![
        number(Some(letter.number)),
        letter.student.to_string().into(),
        content.map_or("", Content::name).into(),
        letter.college.clone().into(),
        said(form.map(|form| &form.heading)),
        said(form.map(|form| &form.destination)),
        form.map_or("", |form| words::transfer(form.transfer_kind, lang)).into(),
        letter.issued_on.to_string().into(),
        letter.valid_until.to_string().into(),
        content.and_then(Content::phone).unwrap_or_default().into(),
        said(form.and_then(|form| form.receiver_contact.as_ref())),
        said(form.and_then(|form| form.receiver_phone.as_ref())),
        letter.printed.as_ref().map(|printed| printed.at.date_naive().to_string()).unwrap_or_default().into(),
        words::letter(state, lang).into(),
        receipt.map(|receipt| receipt.received_on.to_string()).unwrap_or_default().into(),
        receipt.map(|receipt| receipt.from.clone()).unwrap_or_default().into(),
        number(letter.replaces),
        number(letter.replaced_by),
    ]
}

/// Counts by step and by college, a sheet each.
async fn progress(reading: &Reading, actor: &Actor) -> Result<[(String, Sheet); 2], Problem> {
    let (within, lang) = (actor.may_see_progress(&reading.batch, None)?, reading.who.lang);
    reading.who.spend(Budget::Sheets).await?;
    let Counted { sum: tally, unreadable } = count_all(reading, within).await?;
    let title = words::progress_of(reading.batch.name(), reading.who.at, unreadable, lang);
    let step = |step: &domain::batch::Step| {
        let counts = State::ALL.map(|state| Cell::from(tally.count(step.number, state)));
        [Cell::from(usize::from(step.number.0)), step.name.of(lang).into()]
            .into_iter()
            .chain(counts)
            .collect()
    };
    let university = reading.batch.university();
    let mut columns = named(&words::step_columns(lang), university, lang);
    columns.extend(State::ALL.map(|state| (words::state(state, lang).into(), 9.0)));
    let steps = Sheet { title: title.clone(), columns, rows: reading.batch.steps().map(step).collect() };
    let college = |(name, (students, cleared)): (&String, &(usize, usize))| {
        vec![name.clone().into(), (*students).into(), (*cleared).into()]
    };
    let columns = named(&words::college_columns(lang), university, lang);
    let colleges = Sheet { title, columns, rows: tally.colleges.iter().map(college).collect() };
    Ok([(words::by_step(lang).to_owned(), steps), (words::by_college(university, lang), colleges)])
}
