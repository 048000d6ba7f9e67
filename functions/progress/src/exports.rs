//! Sheets to take away: the college's table of party forms (N18), the register of letters, progress.

use std::pin::pin;

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use domain::clearance::Clearance;
use domain::party::letter::{Letter, LetterState};
use domain::refusal::{Refusal, What};
use domain::rights::Actor;
use domain::state::State;
use domain::student::Sex;
use edge::{Budget, PathNames, Problem, Reading, Search, Unit, path};
use futures::TryStreamExt as _;
use store::every;

use crate::count_all;
use crate::sheet::{Cell, Sheet, workbook};

/// As many outlines as a page of 1 MB can hold.
const PAGE: i32 = 5_000;
/// How many letters are read at once.
const LETTERS: i32 = 500;
/// The most rows of one sheet: what is larger is asked for college by college.
const MOST_ROWS: usize = 10_000;
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

edge::query! {
    /// Whose.
    pub(crate) struct Asked {
        /// One college only; for party forms
        college: Option<Search>,
    }
}

/// `party-forms.xlsx`, `letters.xlsx` or `progress.xlsx`.
#[utoipa::path(
    get,
    path = "/api/batches/{batch}/exports/{file}",
    tag = "progress",
    params(path::Batch, path::SheetFile, Asked),
    responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", description = "The sheet"), Problem)
)]
pub(crate) async fn export(reading: Reading, names: PathNames, asked: Asked) -> Result<Response, Problem> {
    let actor = reading.who.actor();
    let name = names.text("file").unwrap_or_default();
    let bytes = match name {
        "party-forms.xlsx" => {
            workbook(&[("采集表", party_forms(&reading, actor, asked.college.as_deref()).await?)])?
        }
        "letters.xlsx" => workbook(&[("登记簿", letters(&reading, actor).await?)])?,
        "progress.xlsx" => workbook(&progress(&reading, actor).await?)?,
        _ => return Err(Refusal::NotFound(What::Page).into()),
    };
    let disposition = format!("attachment; filename=\"{}-{name}\"", reading.batch.id());
    Ok(([(CONTENT_TYPE, XLSX.to_owned()), (CONTENT_DISPOSITION, disposition)], bytes).into_response())
}

/// The members of the colleges in reach, each with their form, or without one yet.
async fn party_forms(reading: &Reading, actor: &Actor, college: Option<&str>) -> Result<Sheet, Problem> {
    let (store, batch) = (&reading.who.app.store, reading.batch.id());
    let within = actor.may_gather_forms(college)?;
    reading.who.spend(Budget::Sheets).await?;
    let mut rows = Vec::new();
    let mut outlines = store.walk(batch, &within, None, PAGE);
    while let Some(page) = outlines.try_next().await? {
        let members = page.into_iter().filter(|outline| outline.traits.needs_party_form());
        let members: Vec<_> = members.map(|outline| outline.id).collect();
        for clearance in store.clearances(batch, &members).await?.values() {
            rows.push(form_row(rows.len() + 1, clearance));
        }
        check_rows(rows.len())?;
    }
    let columns = vec![
        ("序号", 6.0),
        ("学院", 22.0),
        ("学号", 14.0),
        ("姓名", 14.0),
        ("性别", 6.0),
        ("民族", 10.0),
        ("身份证号", 21.0),
        ("党员类别", 12.0),
        ("介绍信抬头", 34.0),
        ("去向", 34.0),
        ("转往类别", 10.0),
        ("接收单位联系人", 14.0),
        ("接收单位电话", 16.0),
        ("本人电话", 14.0),
        ("是否已提交", 11.0),
        ("介绍信编号", 11.0),
    ];
    Ok(Sheet {
        title: format!("毕业生党员信息采集表（{}）", reading.batch.name().zh), columns, rows
    })
}

/// A sheet that would be too long is refused, and not cut.
fn check_rows(rows: usize) -> Result<(), Problem> {
    if rows > MOST_ROWS { Err(Problem::TooLarge { most: MOST_ROWS, unit: Unit::Rows }) } else { Ok(()) }
}

fn said(text: Option<&String>) -> Cell {
    text.cloned().unwrap_or_default().into()
}

fn form_row(number: usize, clearance: &Clearance) -> Vec<Cell> {
    let student = &clearance.student;
    let form = clearance.party_form.as_ref();
    vec![
        number.into(),
        student.college.clone().into(),
        student.id.to_string().into(),
        student.name.clone().into(),
        student.sex.map_or("", Sex::chinese).into(),
        said(student.ethnicity.as_ref()),
        // Masked here as everywhere but on the letter itself.
        student.masked_id_number().unwrap_or_default().into(),
        student.party.chinese().into(),
        said(form.map(|form| &form.heading)),
        said(form.map(|form| &form.destination)),
        form.map_or("", |form| form.transfer_kind.chinese()).into(),
        said(form.and_then(|form| form.receiver_contact.as_ref())),
        said(form.and_then(|form| form.receiver_phone.as_ref())),
        said(student.phone.as_ref()),
        if form.is_some() { "是" } else { "否" }.into(),
        clearance.letter.as_ref().map(|letter| format!("{:04}", letter.number)).unwrap_or_default().into(),
    ]
}

/// The register of letters.
async fn letters(reading: &Reading, actor: &Actor) -> Result<Sheet, Problem> {
    actor.may_read_letters()?;
    reading.who.spend(Budget::Sheets).await?;
    let today = reading.who.at.date_naive();
    let store = &reading.who.app.store;
    let mut register = pin!(every(None, |after| store.letters(reading.batch.id(), after, LETTERS)));
    let mut rows = Vec::new();
    while let Some(letter) = register.try_next().await? {
        rows.push(letter_row(&letter, letter.state(today)));
        check_rows(rows.len())?;
    }
    let columns = vec![
        ("编号", 8.0),
        ("学号", 14.0),
        ("姓名", 14.0),
        ("学院", 22.0),
        ("抬头", 34.0),
        ("去向", 34.0),
        ("转往类别", 10.0),
        ("开出日期", 12.0),
        ("有效期至", 12.0),
        ("电话", 14.0),
        ("接收单位联系人", 16.0),
        ("接收单位电话", 14.0),
        ("打印日期", 12.0),
        ("状态", 10.0),
        ("回执日期", 12.0),
        ("回执单位", 26.0),
        ("取代", 8.0),
        ("被取代", 8.0),
    ];
    Ok(Sheet {
        title: format!("组织关系介绍信登记簿（{}）", reading.batch.name().zh), columns, rows
    })
}

fn letter_row(letter: &Letter, state: LetterState) -> Vec<Cell> {
    let content = &letter.content;
    let number = |number: Option<u32>| Cell::from(number.map(|n| format!("{n:04}")).unwrap_or_default());
    let receipt = letter.receipt.as_ref();
    let words = match state {
        LetterState::Issued => "已开出",
        LetterState::Returned => "回执已收",
        LetterState::Expired => "已过期",
        LetterState::Void => "已作废",
    };
    vec![
        number(Some(letter.number)),
        letter.student.to_string().into(),
        content.name.clone().into(),
        letter.college.clone().into(),
        content.form.heading.clone().into(),
        content.form.destination.clone().into(),
        content.form.transfer_kind.chinese().into(),
        content.issued_on.to_string().into(),
        content.valid_until.to_string().into(),
        said(content.phone.as_ref()),
        said(content.form.receiver_contact.as_ref()),
        said(content.form.receiver_phone.as_ref()),
        letter.printed.as_ref().map(|printed| printed.at.date_naive().to_string()).unwrap_or_default().into(),
        words.into(),
        receipt.map(|receipt| receipt.received_on.to_string()).unwrap_or_default().into(),
        receipt.map(|receipt| receipt.from.clone()).unwrap_or_default().into(),
        number(letter.replaces),
        number(letter.replaced_by),
    ]
}

/// Counts by step and by college, a sheet each.
async fn progress(reading: &Reading, actor: &Actor) -> Result<[(&'static str, Sheet); 2], Problem> {
    let within = actor.may_see_progress(None)?;
    reading.who.spend(Budget::Sheets).await?;
    let tally = count_all(reading, within).await?;
    let title =
        format!("离校办理进度（{}，{}）", reading.batch.name().zh, reading.who.at.format("%Y-%m-%d %H:%M"));
    let step = |step: &domain::batch::Step| {
        let counts = State::ALL.map(|state| Cell::from(tally.count(step.number, state)));
        [Cell::from(usize::from(step.number.0)), step.name.zh.clone().into()]
            .into_iter()
            .chain(counts)
            .collect()
    };
    let mut columns = vec![("序号", 6.0), ("环节", 44.0)];
    columns.extend(["通过", "免办", "退回", "待办理", "待前置"].map(|state| (state, 9.0)));
    let steps = Sheet { title: title.clone(), columns, rows: reading.batch.steps().map(step).collect() };
    let college = |(name, (students, cleared)): (&String, &(usize, usize))| {
        vec![name.clone().into(), (*students).into(), (*cleared).into()]
    };
    let columns = vec![("学院", 34.0), ("学生", 10.0), ("已办结", 10.0)];
    let colleges = Sheet { title, columns, rows: tally.colleges.iter().map(college).collect() };
    Ok([("按环节", steps), ("按学院", colleges)])
}
