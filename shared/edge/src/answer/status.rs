//! The status of one student.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::Timestamp;
use domain::batch::{Batch, Part, Step};
use domain::clearance::{Clearance, Record, Removal};
use domain::decide::offers;
use domain::facts::{Facts, Traits};
use domain::ids::{PersonId, Source};
use domain::paper::Paper;
use domain::rights::Actor;
use domain::state::{Mark, Marks, State, WaitingFor};
use domain::text::Lang;
use domain::university::University;
use domain::verdict::Decision;
use serde::Serialize;
use utoipa::ToSchema;

use super::batch::{BatchLine, ContactAnswer, FactAnswer, OfficeAnswer, numbers};
use super::party::{FormAnswer, LetterLine};
use crate::contract::{DecisionWord, SourceWord, StateOfStep, WaitingForWord};
use crate::words;

/// One student's clearance: what is done, what is left, who it waits for (N7).
#[derive(Debug, Serialize, ToSchema)]
pub struct StatusAnswer {
    /// The batch.
    pub batch: BatchLine,
    /// The student.
    pub student: StudentAnswer,
    /// Every step.
    pub steps: Vec<StepAnswer>,
    /// How many steps are left.
    pub remaining: usize,
    /// Whether none is.
    pub cleared: bool,
    /// Whom this student can call about what.
    pub contacts: Vec<ContactAnswer>,
    /// The party form and letter, where the batch has any.
    pub party: Option<PartyAnswer>,
    /// The other papers that this student gets, for those whose business they are.
    pub papers: Vec<PaperOfStudent>,
    /// That they were taken out of the batch: then nothing is decided of them, and nothing printed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub removed: Option<RemovedAnswer>,
    /// How many changes there have been since the enrolment: the number of the last event.
    pub version: u64,
}

/// The student of a status.
#[derive(Debug, Serialize, ToSchema)]
pub struct StudentAnswer {
    /// 学号.
    pub id: String,
    /// 姓名.
    pub name: String,
    /// 学院.
    pub college: String,
    /// 专业.
    pub major: Option<String>,
    /// What else is known of them that slips or lists show, by fact: `{"campus": {"value": "chenggong", "name": "呈贡"}}`.
    pub facts: BTreeMap<String, FactAnswer>,
    /// Masked: `530***********0027`.
    pub id_number: Option<String>,
}

/// One step of a status.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepAnswer {
    /// From 1.
    pub number: u8,
    /// Its name.
    pub name: String,
    /// Who handles it for this student.
    pub office: Option<OfficeAnswer>,
    /// The student's advisors, where it is they who decide: by name, or by number where the roster says none.
    pub advisors: Vec<String>,
    /// Whether it is required of this student.
    pub required: bool,
    /// Whether it is theirs to do or to leave: it applies to them, and nothing waits for it.
    pub optional: bool,
    /// Prerequisites (N8).
    pub after: Vec<u8>,
    /// `passed`, `waived`, `rejected`, `ready` or `blocked`.
    #[schema(value_type = StateOfStep)]
    pub state: State,
    /// `you`, `office`, `prerequisite`, or null when nothing is left to do.
    #[schema(value_type = Option<WaitingForWord>)]
    pub waiting_for: Option<WaitingFor>,
    /// Why it was turned down, excused, or a remark.
    pub reason: Option<String>,
    /// What is owed, in the smallest unit of the currency.
    pub amount_due: Option<i64>,
    /// Its parts (N10).
    pub parts: Vec<PartAnswer>,
    /// Why it is open again, until it is decided anew.
    pub revoked: Option<RevokedAnswer>,
    /// What the caller may do with it now: `pass`, `tick` (some of its parts), `reject`, `waive`, `revoke`.
    #[schema(value_type = Vec<DecisionWord>)]
    pub may: Vec<Decision>,
    /// What the student has to do for it, to bring or to know; steps with it want somebody to come or act.
    pub help: Option<String>,
    /// Where it can be done or read up.
    pub link: Option<String>,
    /// Who decided: a staff number.
    pub decided_by: Option<String>,
    /// Their name as it was then, where the system knows it.
    pub decided_by_name: Option<String>,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub decided_at: Option<Timestamp>,
    /// `operator`, `import` or `feed`.
    #[schema(value_type = Option<SourceWord>)]
    pub source: Option<Source>,
    /// When the fact was true.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub as_of: Option<Timestamp>,
}

/// One part of a step of a status.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartAnswer {
    /// E.g. `student-card`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it is for this student.
    pub applies: bool,
    /// Whether it is done.
    pub done: bool,
    /// Who did it ahead of the others.
    pub by: Option<String>,
    /// Their name.
    pub by_name: Option<String>,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Timestamp>,
    /// Why it can't be ticked yet: what it needs isn't there.
    pub waits: Option<String>,
}

/// What was taken back of a step.
#[derive(Debug, Serialize, ToSchema)]
pub struct RevokedAnswer {
    /// Why.
    pub reason: String,
    /// The step whose revocation took this one with it.
    pub because_of: Option<u8>,
    /// Who took it back: a staff number.
    pub by: String,
    /// Their name as it was then, where the system knows it.
    pub by_name: Option<String>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// That a student was taken out of the batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct RemovedAnswer {
    /// Why.
    pub reason: String,
    /// Who took them out: a staff number.
    pub by: String,
    /// Their name as it was then, where the system knows it.
    pub by_name: Option<String>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

impl From<&Removal> for RemovedAnswer {
    fn from(removal: &Removal) -> Self {
        let Removal { reason, by, by_name, at } = removal.clone();
        Self { reason, by: by.number().to_owned(), by_name, at }
    }
}

/// The party form and letter of a status (N14–N22).
#[derive(Debug, Serialize, ToSchema)]
pub struct PartyAnswer {
    /// Whether this student must hand in the form (N14).
    pub form_required: bool,
    /// The form, once handed in; for those whose business it is.
    pub form: Option<FormAnswer>,
    /// The first instant after the colleges' deadline (N18).
    #[schema(value_type = String, format = DateTime)]
    pub form_due: Timestamp,
    /// The first instant at which the form can't be changed any more, by campus (N19).
    #[schema(value_type = Option<String>, format = DateTime)]
    pub editable_until: Option<Timestamp>,
    /// The letter, once issued; for those whose business it is.
    pub letter: Option<LetterLine>,
}

/// A paper that a student gets.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaperOfStudent {
    /// E.g. `transfer`.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Who issues it.
    pub office: Option<OfficeAnswer>,
    /// The letter, once issued.
    pub letter: Option<LetterLine>,
}

impl PaperOfStudent {
    fn of(batch: &Batch, paper: &Paper, clearance: &Clearance, today: NaiveDate, lang: Lang) -> Self {
        let traits = clearance.student.traits();
        let keeper = paper.keeper.as_ref().and_then(|id| batch.offices().find(|office| office.id == *id));
        let letter = clearance.letter_of(paper.register());
        Self {
            id: paper.id.to_string(),
            name: paper.name.of(lang).to_owned(),
            office: keeper.map(|office| OfficeAnswer::of(office, office.desk_for(&traits), lang)),
            letter: letter.map(|letter| LetterLine::of(letter, today)),
        }
    }
}

/// The papers beside the party introduction that a student gets or has got, as far as somebody may see them.
fn papers_of<'a>(
    batch: &'a Batch,
    clearance: &'a Clearance,
    actor: &'a Actor,
) -> impl Iterator<Item = &'a Paper> {
    let student = &clearance.student;
    let theirs = |paper: &&Paper| {
        let register = paper.register();
        register.is_some()
            && (paper.when.fits(&student.traits()) || clearance.letter_of(register).is_some())
            && actor.may_see_letter(paper, student)
    };
    batch.papers().iter().filter(theirs)
}

impl StatusAnswer {
    /// One clearance at an instant, as somebody may see it.
    pub fn of(batch: &Batch, clearance: &Clearance, actor: &Actor, at: Timestamp, lang: Lang) -> Self {
        let student = &clearance.student;
        let (traits, marks) = (student.traits(), clearance.marks());
        let remaining = batch.remaining(&traits, &marks);
        let party = actor.may_see_party(batch, student).then_some(clearance);
        Self {
            batch: BatchLine::of(batch, lang),
            student: StudentAnswer {
                id: student.id.to_string(),
                name: student.personal().name.clone(),
                college: student.college.clone(),
                major: student.major.clone(),
                facts: facts_of(batch.university(), &student.facts, lang),
                id_number: student.personal().masked_id_number(),
            },
            steps: batch
                .steps()
                .map(|step| {
                    let ticked = clearance.ticked.contains_key(&step.number);
                    let may = match &clearance.removed {
                        Some(_) => Vec::new(),
                        None => offers(batch, step, (student.whom(), &marks), ticked, actor, at),
                    };
                    StepAnswer { may, ..step_answer(batch, clearance, step, &traits, &marks, lang) }
                })
                .collect(),
            remaining,
            cleared: remaining == 0 && clearance.removed.is_none(),
            contacts: batch
                .contacts()
                .iter()
                .filter(|contact| contact.when.fits(&traits))
                .map(|contact| ContactAnswer::of(batch, contact, lang))
                .collect(),
            papers: papers_of(batch, clearance, actor)
                .map(|paper| PaperOfStudent::of(batch, paper, clearance, at.date_naive(), lang))
                .collect(),
            party: batch.party().map(|rules| PartyAnswer {
                form_required: batch.asks_for_a_form(&traits),
                form: party.and_then(Clearance::form).as_ref().map(FormAnswer::from),
                form_due: rules.form_due,
                editable_until: rules.editable_until(&traits),
                letter: party
                    .and_then(|party| party.letter.as_ref())
                    .map(|letter| LetterLine::of(letter, at.date_naive())),
            }),
            removed: clearance.removed.as_ref().map(RemovedAnswer::from),
            version: clearance.version,
        }
    }
}

fn facts_of(university: &University, facts: &Facts, lang: Lang) -> BTreeMap<String, FactAnswer> {
    // What neither a slip nor a list shows is nobody's business here: political status, say.
    let known = university.facts().iter().filter(|fact| fact.slip || fact.list);
    let answers = known.filter_map(|fact| {
        let value = facts.get(&fact.id)?;
        let name = fact.name_of(value, lang).to_owned();
        Some((fact.id.to_string(), FactAnswer { value: value.clone(), name }))
    });
    answers.collect()
}

fn step_answer(
    batch: &Batch,
    clearance: &Clearance,
    step: &Step,
    traits: &Traits<'_>,
    marks: &Marks,
    lang: Lang,
) -> StepAnswer {
    let student = &clearance.student;
    let state = batch.state(step, traits, marks);
    // A rejection of a step that is no longer required of the student isn't shown.
    let stands = |record: &&Record| record.mark != Mark::Rejected || state == State::Rejected;
    let record = clearance.records.get(&step.number).filter(stands);
    let office = batch.office_of(step, traits);
    let name = |advisor: &PersonId| {
        student.advisor_names.get(advisor).cloned().unwrap_or_else(|| advisor.number().to_owned())
    };
    let advisors = office.map(|office| office.own_people(student.whom())).unwrap_or_default();
    let tick = |part: &Part| clearance.ticked.get(&step.number).and_then(|ticked| ticked.get(&part.id));
    StepAnswer {
        number: step.number.0,
        name: step.name.of(lang).to_owned(),
        office: office.map(|office| OfficeAnswer::of(office, office.desk_for(traits), lang)),
        advisors: advisors.iter().map(name).collect(),
        required: step.required_of(traits),
        optional: step.optional_for(traits),
        after: numbers(&step.after),
        state,
        waiting_for: state.waiting_for(),
        reason: record.and_then(|record| record.reason.clone()),
        amount_due: record.and_then(|record| record.amount_due).map(|amount| amount.0),
        parts: step
            .parts
            .iter()
            .map(|part| PartAnswer {
                id: part.id.to_string(),
                name: part.name.of(lang).to_owned(),
                applies: part.when.fits(traits),
                done: record.is_some_and(|record| record.parts.contains(&part.id))
                    || clearance.has_ticked(step.number, &part.id),
                by: tick(part).map(|tick| tick.by.number().to_owned()),
                by_name: tick(part).and_then(|tick| tick.by_name.clone()),
                at: tick(part).map(|tick| tick.at),
                waits: Some(part)
                    .filter(|part| part.when.fits(traits))
                    .and_then(|part| clearance.lacks_for(batch, part))
                    .map(|lack| words::lack(&lack, lang)),
            })
            .collect(),
        revoked: clearance.revoked.get(&step.number).map(|revocation| RevokedAnswer {
            reason: revocation.reason.clone(),
            because_of: revocation.because_of.map(|step| step.0),
            by: revocation.by.number().to_owned(),
            by_name: revocation.by_name.clone(),
            at: revocation.at,
        }),
        may: Vec::new(),
        help: step.help.as_ref().map(|help| help.of(lang).to_owned()),
        link: step.link.clone(),
        decided_by_name: record.and_then(|record| record.by_name.clone()),
        decided_by: record.map(|record| record.by.number().to_owned()),
        decided_at: record.map(|record| record.at),
        source: record.map(|record| record.source),
        as_of: record.and_then(|record| record.as_of),
    }
}
