//! The slip.

use axum::response::Response;
use domain::batch::Batch;
use domain::clearance::Clearance;
use domain::field::printable;
use domain::refusal::{Refusal, What};
use domain::text::Lang;
use edge::token::SlipClaims;
use edge::{Budget, PathParams, Problem, Reading, path};
use print::{Slip, SlipStep, slip};
use store::AccessEvent;

use crate::words::Spared;
use crate::{cannot_print, file, fonts, words};

/// The slip of a student whose clearance is finished, with a code that proves it.
#[utoipa::path(
    get,
    path = "/api/batches/{batch}/students/{student}/slip.pdf",
    tag = "print-slip",
    params(path::Batch, path::Student),
    responses((status = 200, content_type = "application/pdf", description = "The slip"), Problem)
)]
pub(crate) async fn print_slip(reading: Reading, names: PathParams) -> Result<Response, Problem> {
    let student = names.student(&reading.who.person)?;
    let clearance = reading.clearance()?;
    let completed = clearance.completed_at(&reading.batch)?.unwrap_or(reading.who.at);
    reading.who.spend(Budget::Prints).await?;
    // Of somebody who has been forgotten nothing is printed.
    let missing = || Problem::from(Refusal::NotFound(What::Student));
    let claims = SlipClaims::of(clearance, completed.date_naive()).ok_or_else(missing)?;
    let app = &reading.who.app;
    let signer = app.slip_signer.as_ref().ok_or(Problem::CannotPrint)?;
    let token = signer.slip(&claims).map_err(|error| cannot_print(&error))?;
    let others = !reading.who.person.is(&student);
    reading.who.count(AccessEvent::Printed, usize::from(others));
    app.store.put_slip(&reading.batch, claims.id, &student).await?;
    let (batch, university) = (&reading.batch, reading.batch.university());
    let lang = university.first_language();
    let contacts = batch.contacts().iter().filter(|contact| contact.when.fits(&clearance.student.traits()));
    let words = Slip {
        words: words::slip(lang),
        title: batch.slip().title.of(lang).to_owned(),
        university: university.name().of(lang).to_owned(),
        sealed_by: university.registrar().of(lang).to_owned(),
        note: batch.slip().note.as_ref().map(|note| note.of(lang).to_owned()),
        batch: batch.name().of(lang).to_owned(),
        number: format!("{}-{student}", batch.id()),
        student: words::facts(university, &clearance.student, lang)
            .into_iter()
            .map(|(name, value)| (name, printable(&value)))
            .collect(),
        steps: steps(batch, clearance, lang),
        statement: words::statement(completed.date_naive(), lang),
        checkpoint: words::checkpoint(batch.id(), reading.who.at, lang),
        address: format!("{}/verify/{token}", app.address),
        contacts: contacts.take(6).map(|contact| words::contact(contact, lang)).collect(),
        printed_at: reading.who.at,
    };
    let pdf = slip(fonts()?, &words).map_err(|error| cannot_print(&error))?;
    Ok(file("application/pdf", &format!("slip-{student}.pdf"), pdf))
}

fn steps(batch: &Batch, clearance: &Clearance, lang: Lang) -> Vec<SlipStep> {
    let (traits, marks) = (clearance.student.traits(), clearance.marks());
    batch
        .steps()
        .map(|step| {
            let record = clearance.records.get(&step.number);
            let spared = match record {
                Some(_) => Spared::Excused,
                None if step.optional_for(&traits) => Spared::Optional,
                None => Spared::NotTheirs,
            };
            let state = words::state(batch.state(step, &traits, &marks), spared, lang);
            SlipStep {
                number: step.number.0,
                name: step.name.of(lang).to_owned(),
                office: batch
                    .office_of(step, &traits)
                    .map(|o| o.name.of(lang).to_owned())
                    .unwrap_or_default(),
                state,
                by: record.map(|record| printable(&record.by_whom())).unwrap_or_default(),
                on: record.map(|record| record.at.format("%Y-%m-%d").to_string()).unwrap_or_default(),
            }
        })
        .collect()
}
