//! The students of a list, with its filters, to take away: who is left for a step, who is finished, who owes; or, without a
//! step, who isn't finished and what each lacks.

use std::pin::pin;

use domain::batch::{Batch, Step};
use domain::clearance::Clearance;
use domain::facts::When;
use domain::ids::StudentId;
use domain::progress::Outline;
use domain::rights::{Actor, Reach};
use domain::state::{Mark, State};
use domain::text::Lang;
use edge::{Budget, FactFilter, Problem, Reading, readable};
use futures::{StreamExt as _, TryStreamExt as _};
use store::{AccessEvent, pages};

use crate::query::ExportQuery;
use crate::sheet::{Cell, PAGE, Sheet, check_rows, named, said, unreadable_row};
use crate::words;

/// How many of somebody's own students are read at once.
const OWN: i32 = 100;

/// What is asked of each student.
struct Filter<'a> {
    batch: &'a Batch,
    actor: &'a Actor,
    step: Option<&'a Step>,
    state: Option<State>,
    facts: When,
    text: Option<&'a str>,
}

impl Filter<'_> {
    /// Whether a student is of the list; of their own students somebody sees all.
    fn fits(&self, outline: &Outline, own: bool) -> bool {
        let traits = outline.traits();
        let state = |step| self.batch.state(step, &traits, &outline.marks);
        let reached = match self.step {
            Some(step) if own => self.actor.lists_own(self.batch, step, outline.whom()),
            Some(step) => self.actor.lists(self.batch, step, &traits),
            None => self.actor.reaches(self.batch, &traits),
        };
        let of_state = match self.step {
            Some(step) => self.state.is_none_or(|wanted| wanted == state(step)),
            None => self.batch.remaining(&traits, &outline.marks) > 0,
        };
        reached && of_state && self.facts.fits(&traits) && self.text.is_none_or(|text| outline.is_about(text))
    }
}

/// The sheet, with its name.
pub(crate) async fn students(
    reading: &Reading,
    actor: &Actor,
    asked: &ExportQuery,
) -> Result<(&'static str, Sheet), Problem> {
    let (batch, lang) = (&reading.batch, reading.who.lang);
    let step = asked.step.as_ref().map(|step| step.of(batch)).transpose()?;
    let facts = FactFilter::of(asked.facts.as_ref(), batch.university())?;
    let college = asked.college.as_deref();
    let reach = match step {
        Some(step) => actor.may_list(batch, step, college)?,
        None => Reach::Colleges(actor.may_see_progress(batch, college)?),
    };
    reading.who.spend(Budget::Sheets).await?;
    let filter = Filter { batch, actor, step, state: asked.state, facts, text: asked.q.as_deref() };
    let store = &reading.who.app.store;
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    let mut owed = 0;
    let mut take = |found: &Clearance, own: bool| -> Result<(), Problem> {
        let outline = Outline::of(found);
        if found.removed.is_none() && filter.fits(&outline, own) {
            let number = rows.len() + 1;
            let (row, due) = row(number, &filter, found, &outline, lang);
            owed += due;
            rows.push(row);
        }
        check_rows(rows.len())
    };
    let mut unreadable: Vec<StudentId> = Vec::new();
    match reach {
        Reach::Colleges(within) => {
            let mut outlines = store.walk(batch.id(), &within, None, PAGE);
            while let Some(page) = outlines.try_next().await? {
                let (page, broken) = readable(page);
                unreadable.extend(broken);
                // Only of those who are of the list the whole document is read.
                let wanted = page.iter().filter(|outline| filter.fits(outline, false));
                let wanted: Vec<StudentId> = wanted.map(|outline| outline.id.clone()).collect();
                let found = store.clearances(batch.id(), &wanted).await?;
                unreadable.extend(found.unreadable.into_keys());
                found.read.values().try_for_each(|clearance| take(clearance, false))?;
            }
        }
        Reach::OwnStudents => {
            let own = pages(None, |after| store.advisees(batch.id(), &actor.id, after, OWN));
            let mut own = pin!(own);
            while let Some(page) = own.next().await {
                let found = store.clearances(batch.id(), &page?).await?;
                unreadable.extend(found.unreadable.into_keys());
                let theirs =
                    found.read.values().filter(|one| college.is_none_or(|name| one.student.college == name));
                theirs.into_iter().try_for_each(|clearance| take(clearance, true))?;
            }
        }
    }
    reading.who.count(AccessEvent::RowTaken, rows.len());
    let title = words::list_of(
        batch.name(),
        step,
        asked.state,
        rows.len(),
        (owed, batch.university().currency()),
        lang,
    );
    rows.extend(unreadable.iter().map(|id| unreadable_row(id, lang)));
    let listed = batch.university().facts().iter().filter(|fact| fact.list);
    let [before, after] = words::student_columns(step.is_some(), lang);
    let mut columns = named(before, batch.university(), lang);
    columns.extend(listed.map(|fact| (fact.name.of(lang).to_owned().into(), 10.0)));
    columns.extend(named(after, batch.university(), lang));
    Ok((words::list_name(lang), Sheet { title, columns, rows }))
}

/// A student, and what they owe.
fn row(
    number: usize,
    filter: &Filter<'_>,
    clearance: &Clearance,
    outline: &Outline,
    lang: Lang,
) -> (Vec<Cell>, i64) {
    let (batch, student) = (filter.batch, &clearance.student);
    let university = batch.university();
    let mut cells: Vec<Cell> = vec![
        number.into(),
        student.college.clone().into(),
        student.id.to_string().into(),
        student.personal().name.clone().into(),
    ];
    let listed = university.facts().iter().filter(|fact| fact.list);
    cells.extend(listed.map(|fact| {
        let value = outline.facts.get(&fact.id).map(String::as_str).unwrap_or_default();
        Cell::from(fact.name_of(value, lang))
    }));
    let traits = outline.traits();
    let mut due = 0;
    match filter.step {
        Some(step) => {
            let state = batch.state(step, &traits, &outline.marks);
            let record = clearance.records.get(&step.number);
            let down = record.filter(|record| record.mark == Mark::Rejected);
            let amount = down.and_then(|record| record.amount_due);
            due = amount.map_or(0, |amount| amount.0);
            cells.push(words::state(state, lang).into());
            cells.push(record.map(|record| record.at.date_naive().to_string()).unwrap_or_default().into());
            cells.push(said(down.and_then(|record| record.reason.as_ref())));
            cells.push(amount.map_or_else(
                || Cell::from(""),
                |amount| Cell::Amount(amount.0, university.currency().digits),
            ));
        }
        None => {
            let lacks = batch.steps().filter(|step| !batch.state(step, &traits, &outline.marks).is_done());
            let lacks: Vec<String> =
                lacks.map(|step| format!("{} {}", step.number, step.name.of(lang))).collect();
            cells.push(lacks.len().into());
            cells.push(lacks.join(words::comma(lang)).into());
        }
    }
    cells.push(said(student.personal().phone.as_ref()));
    cells.push(said(student.personal().email.as_ref()));
    (cells, due)
}
