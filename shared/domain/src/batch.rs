//! A batch (批次): one graduating cohort with its window, networks, steps and party rules.
//!
//! A [`Batch`] only comes from [`crate::batch_file::read`], which refuses a file that isn't sound;
//! so the methods here may rely on what is promised there: every prerequisite exists, the step
//! graph has no cycle, every step has an office for every kind of student it applies to.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

use chrono::{NaiveDate, TimeDelta};
use ipnet::IpNet;

use crate::Timestamp;
use crate::facts::{Traits, When};
use crate::ids::{BatchId, FactId, OfficeId, PaperId, PartId, PeopleId, PersonId, StepNumber};
use crate::paper::{Paper, PartyRules};
use crate::party::letter::{Letter, LetterState};
use crate::refusal::{Refusal, What};
use crate::role::{Grant, Role};
use crate::state::{Mark, Marks, State};
use crate::student::{Student, Whom};
use crate::text::{Named, Text};
use crate::university::{Fact, People, University};

/// One batch, sound by construction.
#[derive(Debug, Clone)]
pub struct Batch {
    pub(crate) university: Arc<University>,
    pub(crate) id: BatchId,
    pub(crate) name: Text,
    pub(crate) window: Window,
    pub(crate) network: Network,
    pub(crate) contacts: Vec<Contact>,
    pub(crate) offices: BTreeMap<OfficeId, Office>,
    pub(crate) steps: BTreeMap<StepNumber, Step>,
    pub(crate) order: Vec<StepNumber>,
    pub(crate) papers: Vec<Paper>,
    pub(crate) reminders: Option<Reminders>,
    pub(crate) slip: SlipRules,
}

/// What stands on the slip of a finished student beside what everybody's has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlipRules {
    /// Its title.
    pub title: Text,
    /// What it is good for, in a line or two.
    pub note: Option<Text>,
}

/// When a batch may be changed and read (N4). Each end is the first instant outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first instant at which anything may be changed.
    pub opens: Timestamp,
    /// The first instant at which nothing may be changed any more.
    pub closes: Timestamp,
    /// The first instant at which nothing may be read any more, administrators aside.
    pub readable_until: Timestamp,
    /// When the table may forget the batch's personal data.
    pub retained_until: Timestamp,
}

/// From where a batch can be reached (N3).
#[derive(Debug, Clone, Default)]
pub struct Network {
    /// Campus networks; empty means that the batch can be reached from everywhere.
    pub campus: Vec<IpNet>,
    /// Why it is so and how to get onto the campus network, for those who aren't.
    pub help: Option<Text>,
}

/// Who to call about what (N13).
#[derive(Debug, Clone)]
pub struct Contact {
    /// What about, e.g. 系统使用.
    pub topic: Text,
    /// Who answers.
    pub name: Text,
    /// The kinds of students it is for.
    pub when: When,
    /// Where they sit.
    pub place: Option<Text>,
    /// Their telephone.
    pub phone: Option<String>,
    /// When they are there.
    pub hours: Option<Text>,
}

/// An office (办理部门) that handles steps.
#[derive(Debug, Clone)]
pub struct Office {
    /// Its id, e.g. `library`.
    pub id: OfficeId,
    /// Its name.
    pub name: Text,
    /// Who decides for it.
    pub decided_by: DecidedBy,
    /// By what its clerks' rights are bounded; by college, unless it is a fact.
    pub scope: Option<FactId>,
    /// Where, which telephone, which hours.
    pub desk: Desk,
    /// The same for some kinds of students, where it differs; the first that fits is used.
    pub elsewhere: Vec<(When, Desk)>,
}

/// Who decides the steps of an office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DecidedBy {
    /// Operators who hold a grant for the office (N5).
    Operators,
    /// The student's own people of a kind – of the only one, where none is named –, and operators who hold a grant.
    Advisors(Option<PeopleId>),
}

/// Where an office is found.
#[derive(Debug, Clone, Default)]
pub struct Desk {
    /// Building and room.
    pub place: Option<Text>,
    /// Telephone.
    pub phone: Option<String>,
    /// Opening hours.
    pub hours: Option<Text>,
}

/// One thing to be cleared (环节, N9).
#[derive(Debug, Clone)]
pub struct Step {
    /// Its number, from 1.
    pub number: StepNumber,
    /// Its name.
    pub name: Text,
    /// Who handles it, unless [`Step::office_for`] has somebody else for a kind of student.
    pub office: OfficeId,
    /// Who handles it for some kinds of students; the first that fits is used.
    pub office_for: Vec<(When, OfficeId)>,
    /// Whether it is required of those it applies to.
    pub required: bool,
    /// Prerequisites (前置环节, N8).
    pub after: BTreeSet<StepNumber>,
    /// The kinds of students it applies to.
    pub when: When,
    /// What must be ticked before it passes (N10).
    pub parts: Vec<Part>,
    /// What a student has to do for it, to bring or to know.
    pub help: Option<Text>,
    /// Where it can be done or read up.
    pub link: Option<String>,
}

/// One part of a step, e.g. the student card.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its id, e.g. `student-card`.
    pub id: PartId,
    /// Its name.
    pub name: Text,
    /// The kinds of students it applies to.
    pub when: When,
    /// What must be there before it can be ticked.
    pub needs: Option<Need>,
}

/// What a part needs before it can be ticked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// The student's introduction letter has been issued.
    Letter,
    /// Another paper of theirs has been issued.
    Paper(PaperId),
}

impl Batch {
    /// Its id.
    pub fn id(&self) -> &BatchId {
        &self.id
    }
    /// Whose it is.
    pub fn university(&self) -> &Arc<University> {
        &self.university
    }
    /// Its name.
    pub fn name(&self) -> &Text {
        &self.name
    }
    /// When it may be changed and read.
    pub fn window(&self) -> &Window {
        &self.window
    }
    /// From where it can be reached.
    pub fn network(&self) -> &Network {
        &self.network
    }
    /// The same batch, reachable from other networks; for a server that runs on one machine.
    pub fn with_network(mut self, network: Network) -> Self {
        self.network = network;
        self
    }
    /// Who to call about what.
    pub fn contacts(&self) -> &[Contact] {
        &self.contacts
    }
    /// Its offices, by id.
    pub fn offices(&self) -> impl Iterator<Item = &Office> {
        self.offices.values()
    }
    /// Its steps, in order of number.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.steps.values()
    }
    /// One step.
    pub fn step(&self, number: StepNumber) -> Option<&Step> {
        self.steps.get(&number)
    }
    /// The steps' numbers, each after all of its prerequisites.
    pub fn in_order(&self) -> &[StepNumber] {
        &self.order
    }
    /// How long before an end people are reminded of it; `None` writes to nobody.
    pub fn reminders(&self) -> Option<&Reminders> {
        self.reminders.as_ref()
    }
    /// What stands on its slips.
    pub fn slip(&self) -> &SlipRules {
        &self.slip
    }
    /// The papers that it gives.
    pub fn papers(&self) -> &[Paper] {
        &self.papers
    }
    /// One of its papers; without an id the party introduction, or else the first that it gives.
    pub fn paper(&self, id: Option<&PaperId>) -> Result<&Paper, Refusal> {
        let found = match id {
            Some(id) => self.papers.iter().find(|paper| paper.id == *id),
            None => self.introduction().or_else(|| self.papers.first()),
        };
        found.ok_or(Refusal::NotFound(What::Paper))
    }

    /// Its party introduction, if it gives one.
    pub fn introduction(&self) -> Option<&Paper> {
        self.papers.iter().find(|paper| paper.register().is_none())
    }

    /// The rules of its party letters, if it gives any.
    pub fn party(&self) -> Option<&PartyRules> {
        self.introduction()?.party()
    }

    /// The province's name and places in it, as its party letters know them.
    pub fn home(&self) -> &[String] {
        self.party().map_or(&[], |rules| &rules.home)
    }

    /// Whether a student must hand in a party form (N14).
    pub fn asks_for_a_form(&self, traits: &Traits<'_>) -> bool {
        self.introduction().is_some_and(|paper| paper.when.fits(traits))
    }

    /// The office that handles a step for a kind of student.
    pub fn office_of<'a>(&'a self, step: &'a Step, traits: &Traits<'_>) -> Option<&'a Office> {
        self.offices.get(step.office_id(traits))
    }

    /// By what fact the rights of an office's clerks are bounded; by none: by college.
    pub fn scope_of(&self, office: &OfficeId) -> Option<&Fact> {
        let scope = self.offices.get(office)?.scope.as_ref()?;
        self.university.fact(scope)
    }

    /// Within which bounds of an office's clerks a student is: a value of the office's scope, or their college.
    pub fn bound_of<'a>(&self, office: &OfficeId, traits: &Traits<'a>) -> &'a str {
        match self.scope_of(office) {
            Some(fact) => traits.fact(&fact.id).unwrap_or_default(),
            None => traits.college,
        }
    }

    /// Whether a grant's bounds are colleges, and not values of a fact.
    pub fn is_by_college(&self, grant: &Grant) -> bool {
        grant.role != Role::Operator || grant.offices.iter().all(|office| self.scope_of(office).is_none())
    }

    /// Steps with their names, for people to read.
    pub fn named(&self, numbers: impl IntoIterator<Item = StepNumber>) -> Vec<Named<StepNumber>> {
        let named = |number| self.step(number).map(|step| Named { id: number, name: step.name.clone() });
        numbers.into_iter().filter_map(named).collect()
    }

    /// A step that a student's own people decide, if there are none of them: then nobody of theirs can. With it their kind,
    /// if the university names any.
    pub fn decided_by_nobody(&self, student: &Student) -> Option<(&Step, Option<&People>)> {
        let traits = student.traits();
        self.steps.values().find_map(|step| {
            let DecidedBy::Advisors(kind) = &self.office_of(step, &traits)?.decided_by else { return None };
            let nobody = step.required_of(&traits) && student.whom().own(kind.as_ref()).is_empty();
            let mut people = self.university.people().iter();
            nobody.then(|| (step, people.find(|one| kind.as_ref().is_none_or(|kind| one.id == *kind))))
        })
    }

    /// The offices that handle a step for somebody.
    pub fn offices_of(&self, step: &Step) -> impl Iterator<Item = &Office> {
        std::iter::once(&step.office)
            .chain(step.office_for.iter().map(|(_, office)| office))
            .filter_map(|id| self.offices.get(id))
    }

    /// Every condition on which it depends what a student has to do, and what they get.
    pub(crate) fn conditions(&self) -> impl Iterator<Item = &When> {
        self.steps
            .values()
            .flat_map(|step| {
                let offices = step.office_for.iter().map(|(when, _)| when);
                std::iter::once(&step.when).chain(offices).chain(step.parts.iter().map(|part| &part.when))
            })
            .chain(self.papers.iter().flat_map(|paper| {
                std::iter::once(&paper.when).chain(paper.deadlines().iter().map(|(when, _)| when))
            }))
            .flat_map(When::parts)
    }

    /// The steps that name `number` as a prerequisite.
    pub fn dependents(&self, number: StepNumber) -> impl Iterator<Item = &Step> {
        self.steps.values().filter(move |step| step.after.contains(&number))
    }

    /// The state of one step, from what has been decided so far (N7, N8).
    pub fn state(&self, step: &Step, traits: &Traits<'_>, marks: &Marks) -> State {
        match marks.get(&step.number) {
            Some(Mark::Passed) => State::Passed,
            Some(Mark::Waived) => State::Waived,
            // Whatever a later roster says: what an office has turned down is for that office to end.
            Some(Mark::Rejected) => State::Rejected,
            None if !step.required_of(traits) => State::Waived,
            None if self.open_prerequisites(step, traits, marks).is_empty() => State::Ready,
            None => State::Blocked,
        }
    }

    /// The prerequisites of a step that are neither passed nor waived (N8).
    pub fn open_prerequisites(&self, step: &Step, traits: &Traits<'_>, marks: &Marks) -> Vec<StepNumber> {
        step.after
            .iter()
            .filter_map(|number| self.steps.get(number))
            .filter(|before| match marks.get(&before.number) {
                Some(Mark::Passed | Mark::Waived) => false,
                Some(Mark::Rejected) => true,
                None => before.required_of(traits),
            })
            .map(|before| before.number)
            .collect()
    }

    /// How many steps are left before the clearance is finished.
    pub fn remaining(&self, traits: &Traits<'_>, marks: &Marks) -> usize {
        self.steps.values().filter(|step| !self.state(step, traits, marks).is_done()).count()
    }

    /// Whether an address is on the campus network (N3).
    pub fn reachable_from(&self, address: Option<IpAddr>) -> Result<(), Refusal> {
        let networks = &self.network.campus;
        let inside =
            |address: IpAddr| networks.iter().any(|network| network.contains(&address.to_canonical()));
        if networks.is_empty() || address.is_some_and(inside) {
            Ok(())
        } else {
            Err(Refusal::OffCampus { help: self.network.help.clone() })
        }
    }
}

impl Window {
    /// Whether anything may be changed at an instant (N4).
    pub fn changeable(&self, at: Timestamp) -> Result<(), Refusal> {
        if at < self.opens {
            Err(Refusal::BatchNotOpen { opens: self.opens })
        } else if at >= self.closes {
            Err(Refusal::BatchClosed { closes: self.closes })
        } else {
            Ok(())
        }
    }

    /// Whether anything may be read at an instant: also before it opens, so that offices can prepare.
    pub fn readable(&self, at: Timestamp) -> Result<(), Refusal> {
        if at >= self.readable_until {
            Err(Refusal::BatchClosed { closes: self.readable_until })
        } else {
            Ok(())
        }
    }
}

impl Step {
    /// Whether this student must have the step passed or waived.
    pub fn required_of(&self, traits: &Traits<'_>) -> bool {
        self.required && self.when.fits(traits)
    }

    /// Whether it is this student's to do or to leave: it applies to them, and nothing waits for it.
    pub fn optional_for(&self, traits: &Traits<'_>) -> bool {
        !self.required && self.when.fits(traits)
    }

    /// The parts that apply to a student (N10).
    pub fn parts_for(&self, traits: &Traits<'_>) -> impl Iterator<Item = &Part> {
        self.parts.iter().filter(move |part| part.when.fits(traits))
    }

    /// The office that handles it for a kind of student.
    pub fn office_id(&self, traits: &Traits<'_>) -> &OfficeId {
        self.office_for.iter().find(|(when, _)| when.fits(traits)).map_or(&self.office, |(_, office)| office)
    }
}

impl Office {
    /// Whether it is a student's own people who decide for it.
    pub fn by_advisors(&self) -> bool {
        matches!(self.decided_by, DecidedBy::Advisors(_))
    }

    /// The student's own people who decide for it.
    pub fn own_people<'a>(&self, whom: Whom<'a>) -> &'a [PersonId] {
        match &self.decided_by {
            DecidedBy::Operators => &[],
            DecidedBy::Advisors(kind) => whom.own(kind.as_ref()),
        }
    }

    /// Where a student of this kind finds it (N13).
    pub fn desk_for(&self, traits: &Traits<'_>) -> &Desk {
        self.elsewhere.iter().find(|(when, _)| when.fits(traits)).map_or(&self.desk, |(_, desk)| desk)
    }
}

/// How long before an end people are reminded of it. A batch without this writes to nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reminders {
    /// Students with open steps: in this many days before the window closes.
    pub window_days: u32,
    /// Members whose letter's receipt is missing: in this many days before the letter expires.
    pub letter_days: u32,
}

impl Reminders {
    /// Whether the window's end is near enough to write to students.
    pub fn window_ends(&self, window: &Window, at: Timestamp) -> bool {
        window.changeable(at).is_ok() && window.closes - at <= TimeDelta::days(self.window_days.into())
    }

    /// Whether a letter's end is near and no receipt has come (N21).
    pub fn letter_ends(&self, letter: &Letter, today: NaiveDate) -> bool {
        letter.state(today) == LetterState::Issued
            && letter.valid_until - today <= TimeDelta::days(self.letter_days.into())
    }
}
