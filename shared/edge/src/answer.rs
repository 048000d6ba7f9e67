//! Answers: the shapes of the contract, made from the domain's types and nothing else.

use domain::Instant;
use domain::batch::{Batch, Contact, Desk, Office, Step};
use domain::clearance::{Clearance, Marks, State};
use domain::event::Event;
use domain::operator::Operator;
use domain::rights::{Colleges, Role};
use domain::student::{Campus, Traits};
use domain::text::{Lang, Text};
use serde::Serialize;
use utoipa::ToSchema;

/// A batch in a line.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchLine {
    /// E.g. `2018-01`.
    pub id: String,
    /// Its name in the caller's language.
    pub name: String,
    /// The first instant at which anything may be changed.
    #[schema(value_type = String, format = DateTime)]
    pub opens: Instant,
    /// The first instant at which nothing may be changed any more.
    #[schema(value_type = String, format = DateTime)]
    pub closes: Instant,
}

impl BatchLine {
    /// One batch.
    pub fn of(batch: &Batch, lang: Lang) -> Self {
        let window = batch.window();
        Self {
            id: batch.id().to_string(),
            name: batch.name().of(lang).to_owned(),
            opens: window.opens,
            closes: window.closes,
        }
    }
}

/// Whom a student finds where (N13).
#[derive(Debug, Serialize, ToSchema)]
pub struct OfficeAnswer {
    /// E.g. `library`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Building and room, if the batch says so.
    pub place: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// When it is open.
    pub hours: Option<String>,
}

impl OfficeAnswer {
    fn of(office: &Office, desk: &Desk, lang: Lang) -> Self {
        Self {
            id: office.id.to_string(),
            name: office.name.of(lang).to_owned(),
            place: said(desk.place.as_ref(), lang),
            phone: desk.phone.clone(),
            hours: said(desk.hours.as_ref(), lang),
        }
    }
}

fn said(text: Option<&Text>, lang: Lang) -> Option<String> {
    text.map(|text| text.of(lang).to_owned())
}

/// A batch with its steps, offices and contacts.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchAnswer {
    /// Its id, name and window.
    #[serde(flatten)]
    pub line: BatchLine,
    /// The first instant at which it can't be read any more.
    #[schema(value_type = String, format = DateTime)]
    pub readable_until: Instant,
    /// Why it can only be reached from some networks, and how to get there (N3).
    pub network_help: Option<String>,
    /// Its steps.
    pub steps: Vec<BatchStep>,
    /// Its offices.
    pub offices: Vec<OfficeAnswer>,
    /// Who to call about what.
    pub contacts: Vec<ContactAnswer>,
}

/// A step of a batch, for nobody in particular.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchStep {
    /// From 1.
    pub number: u8,
    /// Its name.
    pub name: String,
    /// Whether it is required of those it applies to.
    pub required: bool,
    /// Prerequisites (N8).
    pub after: Vec<u8>,
    /// The offices that handle it, for some kind of student each.
    pub offices: Vec<String>,
    /// Its parts (N10).
    pub parts: Vec<BatchPart>,
}

/// A part of a step.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchPart {
    /// E.g. `student-card`.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// Who to call about what.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactAnswer {
    /// What about.
    pub topic: String,
    /// Who answers.
    pub name: String,
    /// For one campus only.
    pub campus: Option<&'static str>,
    /// Where they sit.
    pub place: Option<String>,
    /// Their telephone.
    pub phone: Option<String>,
    /// When they are there.
    pub hours: Option<String>,
}

impl ContactAnswer {
    fn of(contact: &Contact, lang: Lang) -> Self {
        Self {
            topic: contact.topic.of(lang).to_owned(),
            name: contact.name.of(lang).to_owned(),
            campus: contact.campus.map(Campus::word),
            place: said(contact.place.as_ref(), lang),
            phone: contact.phone.clone(),
            hours: said(contact.hours.as_ref(), lang),
        }
    }
}

fn numbers<'a>(steps: impl IntoIterator<Item = &'a domain::ids::StepNumber>) -> Vec<u8> {
    steps.into_iter().map(|number| number.0).collect()
}

impl BatchAnswer {
    /// One batch.
    pub fn of(batch: &Batch, lang: Lang) -> Self {
        let step = |step: &Step| BatchStep {
            number: step.number.0,
            name: step.name.of(lang).to_owned(),
            required: step.required,
            after: numbers(&step.after),
            offices: batch.offices_of(step).map(|office| office.id.to_string()).collect(),
            parts: step
                .parts
                .iter()
                .map(|part| BatchPart { id: part.id.to_string(), name: part.name.of(lang).to_owned() })
                .collect(),
        };
        Self {
            line: BatchLine::of(batch, lang),
            readable_until: batch.window().readable_until,
            network_help: said(batch.network().help.as_ref(), lang),
            steps: batch.steps().map(step).collect(),
            offices: batch.offices().map(|office| OfficeAnswer::of(office, &office.desk, lang)).collect(),
            contacts: batch.contacts().iter().map(|contact| ContactAnswer::of(contact, lang)).collect(),
        }
    }
}

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
    /// The party form and letter.
    pub party: PartyAnswer,
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
    /// `master` or `doctor`.
    pub level: &'static str,
    /// `full-time` or `part-time`.
    pub mode: &'static str,
    /// `lianhua` or `chenggong`.
    pub campus: &'static str,
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
    /// Whether it is required of this student.
    pub required: bool,
    /// Prerequisites (N8).
    pub after: Vec<u8>,
    /// `passed`, `waived`, `rejected`, `ready` or `blocked`.
    #[schema(value_type = String, example = "ready")]
    pub state: State,
    /// `you`, `office`, `prerequisite`, or null when nothing is left to do.
    pub waiting_for: Option<&'static str>,
    /// Why it was turned down, excused, or a remark.
    pub reason: Option<String>,
    /// What is owed, in fen.
    pub amount_due: Option<i64>,
    /// Its parts (N10).
    pub parts: Vec<PartAnswer>,
    /// Who decided: a staff number.
    pub decided_by: Option<String>,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub decided_at: Option<Instant>,
    /// `operator`, `import` or `feed`.
    pub source: Option<&'static str>,
    /// When the fact was true.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub as_of: Option<Instant>,
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
}

/// The party form and letter of a status (N14–N22).
#[derive(Debug, Serialize, ToSchema)]
pub struct PartyAnswer {
    /// Whether this student must hand in the form (N14).
    pub form_required: bool,
    /// The form, once handed in.
    #[schema(value_type = Option<Object>)]
    pub form: Option<()>,
    /// The first instant after the colleges' deadline (N18).
    #[schema(value_type = String, format = DateTime)]
    pub form_due: Instant,
    /// The first instant at which the form can't be changed any more, by campus (N19).
    #[schema(value_type = Option<String>, format = DateTime)]
    pub editable_until: Option<Instant>,
    /// The letter, once issued.
    #[schema(value_type = Option<Object>)]
    pub letter: Option<()>,
}

impl StatusAnswer {
    /// One clearance.
    pub fn of(batch: &Batch, clearance: &Clearance, lang: Lang) -> Self {
        let student = &clearance.student;
        let (traits, marks) = (student.traits(), clearance.marks());
        let remaining = batch.remaining(&traits, &marks);
        let rules = batch.party();
        Self {
            batch: BatchLine::of(batch, lang),
            student: StudentAnswer {
                id: student.id.to_string(),
                name: student.name.clone(),
                college: student.college.clone(),
                major: student.major.clone(),
                level: student.level.word(),
                mode: student.mode.word(),
                campus: student.campus.word(),
                id_number: student.masked_id_number(),
            },
            steps: batch
                .steps()
                .map(|step| step_answer(batch, clearance, step, &traits, &marks, lang))
                .collect(),
            remaining,
            cleared: remaining == 0,
            party: PartyAnswer {
                form_required: traits.needs_party_form(),
                form: None,
                form_due: rules.form_due,
                editable_until: rules.editable_until(student.campus),
                letter: None,
            },
            version: clearance.version,
        }
    }
}

fn step_answer(
    batch: &Batch,
    clearance: &Clearance,
    step: &Step,
    traits: &Traits,
    marks: &Marks,
    lang: Lang,
) -> StepAnswer {
    let student = &clearance.student;
    let state = batch.state(step, traits, marks);
    let record = clearance.records.get(&step.number);
    let office = batch.office_of(step, traits);
    StepAnswer {
        number: step.number.0,
        name: step.name.of(lang).to_owned(),
        office: office
            .map(|office| OfficeAnswer::of(office, office.desk_for(student.campus, &student.college), lang)),
        required: step.required_of(traits),
        after: numbers(&step.after),
        state,
        waiting_for: state.waiting_for().map(domain::clearance::WaitingFor::word),
        reason: record.and_then(|record| record.reason.clone()),
        amount_due: record.and_then(|record| record.amount_due).map(|fen| fen.0),
        parts: step
            .parts
            .iter()
            .map(|part| PartAnswer {
                id: part.id.to_string(),
                name: part.name.of(lang).to_owned(),
                applies: part.when.fits(traits),
                done: record.is_some_and(|record| record.parts.contains(&part.id)),
            })
            .collect(),
        decided_by: record.map(|record| record.by.to_string()),
        decided_at: record.map(|record| record.at),
        source: record.map(|record| record.source.word()),
        as_of: record.and_then(|record| record.as_of),
    }
}

/// One event of a student's history.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventAnswer {
    /// From 0, the enrolment.
    pub number: u64,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// Who.
    pub by: String,
    /// In which role.
    pub role: &'static str,
    /// `enrol`, `roster`, `pass`, `reject`, `waive` or `revoke`.
    pub action: &'static str,
    /// The step it is about.
    pub step: Option<u8>,
    /// Why.
    pub reason: Option<String>,
    /// From where.
    pub source: &'static str,
    /// The hash that the next event carries.
    pub hash: String,
}

impl From<&Event> for EventAnswer {
    fn from(event: &Event) -> Self {
        Self {
            number: event.number,
            at: event.at,
            by: event.by.to_string(),
            role: event.role.word(),
            action: event.fact.action(),
            step: event.fact.step().map(|step| step.0),
            reason: event.fact.reason().map(str::to_owned),
            source: event.source.word(),
            hash: event.hash.to_string(),
        }
    }
}

/// One operator.
#[derive(Debug, Serialize, ToSchema)]
pub struct OperatorAnswer {
    /// 工号.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Their roles.
    pub roles: Vec<&'static str>,
    /// The offices whose steps they decide.
    pub offices: Vec<String>,
    /// Within these colleges; `*` is all.
    pub colleges: Vec<String>,
}

impl From<&Operator> for OperatorAnswer {
    fn from(operator: &Operator) -> Self {
        let colleges = match &operator.grants.colleges {
            Colleges::All => vec!["*".to_owned()],
            Colleges::Only(names) => names.iter().cloned().collect(),
        };
        Self {
            id: operator.id.to_string(),
            name: operator.name.clone(),
            roles: operator.grants.roles.iter().copied().map(Role::word).collect(),
            offices: operator.grants.offices.iter().map(ToString::to_string).collect(),
            colleges,
        }
    }
}
