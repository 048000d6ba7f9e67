//! Batches, their steps, offices and contacts.

use domain::Timestamp;
use domain::batch::{Batch, Contact, Desk, Office, Step};
use domain::facts::When;
use domain::ids::StepNumber;
use domain::paper::{Layout, LayoutName, Paper};
use domain::roster::ADVISORS;
use domain::text::{Lang, Text};
use domain::university::Fact;
use serde::Serialize;
use utoipa::ToSchema;

use crate::contract::LayoutWord;

/// A batch in a line.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchLine {
    /// E.g. `2018-01`.
    pub id: String,
    /// Its name in the caller's language.
    pub name: String,
    /// The first instant at which anything may be changed.
    #[schema(value_type = String, format = DateTime)]
    pub opens: Timestamp,
    /// The first instant at which nothing may be changed any more.
    #[schema(value_type = String, format = DateTime)]
    pub closes: Timestamp,
    /// The papers that it gives.
    pub papers: Vec<PaperAnswer>,
}

/// A paper that a batch gives.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaperAnswer {
    /// E.g. `party-letter`.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// `party-introduction` or `text`.
    #[schema(value_type = LayoutWord)]
    pub layout: LayoutName,
    /// The office whose clerks issue it; a party introduction's beside the party office.
    pub keeper: Option<String>,
    /// A text can be issued, and issued anew, before this: for everybody, or for each kind of student.
    pub issue_until: Vec<DeadlineAnswer>,
    /// Receipts can be noted before this.
    #[schema(value_type = String, format = DateTime)]
    pub receipts_until: Timestamp,
}

impl PaperAnswer {
    fn of(batch: &Batch, paper: &Paper, lang: Lang) -> Self {
        let until: &[_] = match &paper.layout {
            Layout::PartyIntroduction(_) => &[],
            Layout::Text(rules) => &rules.issue_until,
        };
        Self {
            id: paper.id.to_string(),
            name: paper.name.of(lang).to_owned(),
            layout: paper.layout_name(),
            keeper: paper.keeper.as_ref().map(ToString::to_string),
            issue_until: until.iter().map(|until| DeadlineAnswer::of(batch, until, lang)).collect(),
            receipts_until: paper.receipts_until,
        }
    }
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
            papers: batch.papers().iter().map(|paper| PaperAnswer::of(batch, paper, lang)).collect(),
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
    /// The fact by which its clerks' rights are bounded, e.g. `campus`; by college, unless it is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Building and room, if the batch says so.
    pub place: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// When it is open.
    pub hours: Option<String>,
}

impl OfficeAnswer {
    pub(super) fn of(office: &Office, desk: &Desk, lang: Lang) -> Self {
        Self {
            id: office.id.to_string(),
            name: office.name.of(lang).to_owned(),
            scope: office.scope.as_ref().map(ToString::to_string),
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
    pub readable_until: Timestamp,
    /// Why it can only be reached from some networks, and how to get there (N3).
    pub network_help: Option<String>,
    /// What is known of its students, in the order of the university's file.
    pub facts: Vec<FactOfBatch>,
    /// Who decides for their own students, each a column of a roster.
    pub people: Vec<PeopleOfBatch>,
    /// Its steps.
    pub steps: Vec<BatchStep>,
    /// Its offices.
    pub offices: Vec<OfficeAnswer>,
    /// Who to call about what.
    pub contacts: Vec<ContactAnswer>,
    /// The deadlines of party forms and letters, where there are any.
    pub party: Option<PartyDeadlines>,
}

/// The deadlines of party forms and letters, each the first instant outside (N18–N22).
#[derive(Debug, Serialize, ToSchema)]
pub struct PartyDeadlines {
    /// Colleges hand in (N18).
    #[schema(value_type = String, format = DateTime)]
    pub form_due: Timestamp,
    /// Forms can be changed (N19): for everybody, or for each kind of member.
    pub editable_until: Vec<DeadlineAnswer>,
    /// Letters can be issued anew (N22).
    #[schema(value_type = String, format = DateTime)]
    pub reissue_until: Timestamp,
    /// Receipts can be noted (N21).
    #[schema(value_type = String, format = DateTime)]
    pub receipts_until: Timestamp,
}

impl PartyDeadlines {
    fn of(batch: &Batch, paper: &Paper, lang: Lang) -> Option<Self> {
        let rules = paper.party()?;
        Some(Self {
            form_due: rules.form_due,
            editable_until: rules
                .editable_until
                .iter()
                .map(|until| DeadlineAnswer::of(batch, until, lang))
                .collect(),
            reissue_until: rules.reissue_until,
            receipts_until: paper.receipts_until,
        })
    }
}

/// A deadline, and for whom it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeadlineAnswer {
    /// Whom it is for, in words; none: everybody.
    pub r#for: Option<String>,
    /// The first instant outside.
    #[schema(value_type = String, format = DateTime)]
    pub until: Timestamp,
}

impl DeadlineAnswer {
    fn of(batch: &Batch, (when, until): &(When, Timestamp), lang: Lang) -> Self {
        Self { r#for: batch.university().described(when, lang), until: *until }
    }
}

/// What is known of a student in one respect.
#[derive(Debug, Serialize, ToSchema)]
pub struct FactAnswer {
    /// The value's id, e.g. `chenggong`.
    pub value: String,
    /// What people call it.
    pub name: String,
}

/// Something that is known of students.
#[derive(Debug, Serialize, ToSchema)]
pub struct FactOfBatch {
    /// E.g. `campus`.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it may be, in order; none where it is a text.
    pub values: Vec<FactAnswer>,
    /// Whether lists of students show it.
    pub list: bool,
}

impl FactOfBatch {
    fn of(fact: &Fact, lang: Lang) -> Self {
        let answer =
            |value: &str| FactAnswer { value: value.to_owned(), name: fact.name_of(value, lang).to_owned() };
        Self {
            id: fact.id.to_string(),
            name: fact.name.of(lang).to_owned(),
            values: fact.values().into_iter().map(answer).collect(),
            list: fact.list,
        }
    }
}

/// People who decide for their own students.
#[derive(Debug, Serialize, ToSchema)]
pub struct PeopleOfBatch {
    /// The roster's column that says who they are; of the first kind `advisors`.
    pub column: String,
    /// What people call them.
    pub name: String,
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
    /// Whether it is a student's own advisors who decide it.
    pub by_advisors: bool,
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
    /// Whom it is for, in words; none: everybody.
    pub r#for: Option<String>,
    /// Where they sit.
    pub place: Option<String>,
    /// Their telephone.
    pub phone: Option<String>,
    /// When they are there.
    pub hours: Option<String>,
}

impl ContactAnswer {
    pub(super) fn of(batch: &Batch, contact: &Contact, lang: Lang) -> Self {
        Self {
            topic: contact.topic.of(lang).to_owned(),
            name: contact.name.of(lang).to_owned(),
            r#for: batch.university().described(&contact.when, lang),
            place: said(contact.place.as_ref(), lang),
            phone: contact.phone.clone(),
            hours: said(contact.hours.as_ref(), lang),
        }
    }
}

pub(super) fn numbers<'a>(steps: impl IntoIterator<Item = &'a StepNumber>) -> Vec<u8> {
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
            by_advisors: batch.offices_of(step).any(Office::by_advisors),
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
            facts: batch.university().facts().iter().map(|fact| FactOfBatch::of(fact, lang)).collect(),
            people: batch
                .university()
                .people()
                .iter()
                .enumerate()
                .map(|(i, people)| PeopleOfBatch {
                    column: if i == 0 { ADVISORS.to_owned() } else { people.id.to_string() },
                    name: people.name.of(lang).to_owned(),
                })
                .collect(),
            steps: batch.steps().map(step).collect(),
            offices: batch.offices().map(|office| OfficeAnswer::of(office, &office.desk, lang)).collect(),
            contacts: batch
                .contacts()
                .iter()
                .map(|contact| ContactAnswer::of(batch, contact, lang))
                .collect(),
            party: batch.introduction().and_then(|paper| PartyDeadlines::of(batch, paper, lang)),
        }
    }
}
