//! How far a batch is: counts over the outlines of its students.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::batch::{Batch, Step};
use crate::clearance::Clearance;
use crate::facts::{Facts, Traits};
use crate::ids::{PersonId, StepNumber, StudentId};
use crate::state::{Marks, State};
use crate::student::{OwnPeople, Whom};
use crate::text;

/// What a worklist or a count needs to know of a student, and no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// 学号.
    pub id: StudentId,
    /// 姓名.
    pub name: String,
    /// 学院.
    pub college: String,
    /// 专业.
    pub major: Option<String>,
    /// What else is known of them.
    pub facts: Facts,
    /// 导师.
    pub advisors: Vec<PersonId>,
    /// Of which kind each is, where the university has several.
    pub people: OwnPeople,
    /// What has been decided.
    pub marks: Marks,
    /// On which day.
    pub days: BTreeMap<StepNumber, NaiveDate>,
}

impl Outline {
    /// The outline of a clearance.
    pub fn of(clearance: &Clearance) -> Self {
        let student = &clearance.student;
        Self {
            id: student.id.clone(),
            name: student.personal().name.clone(),
            college: student.college.clone(),
            major: student.major.clone(),
            facts: student.facts.clone(),
            advisors: student.advisors.clone(),
            people: student.people.clone(),
            marks: clearance.marks(),
            days: clearance.records.iter().map(|(step, record)| (*step, record.at.date_naive())).collect(),
        }
    }

    /// What rights ask of the student.
    pub fn whom(&self) -> Whom<'_> {
        Whom { id: &self.id, advisors: &self.advisors, people: &self.people, traits: self.traits() }
    }

    /// What decides which steps are for the student.
    pub fn traits(&self) -> Traits<'_> {
        Traits { facts: &self.facts, college: &self.college, major: self.major.as_deref() }
    }

    /// Whether somebody who types this looks for them.
    pub fn is_about(&self, text: &str) -> bool {
        text::is_about(self.id.as_str(), &self.name, text)
    }
}

/// How many students a step stands at, by state.
pub type StepCount = BTreeMap<State, usize>;

/// The counts of one batch.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// All students.
    pub students: usize,
    /// Those with nothing left.
    pub cleared: usize,
    /// By step.
    pub steps: BTreeMap<StepNumber, StepCount>,
    /// By college: students, and how many of them are cleared.
    pub colleges: BTreeMap<String, (usize, usize)>,
}

impl Tally {
    /// Counts one more student.
    pub fn add(&mut self, batch: &Batch, outline: &Outline) {
        let mut open = 0;
        for step in batch.steps() {
            let state = batch.state(step, &outline.traits(), &outline.marks);
            *self.steps.entry(step.number).or_default().entry(state).or_default() += 1;
            open += usize::from(!state.is_done());
        }
        let cleared = usize::from(open == 0);
        self.students += 1;
        self.cleared += cleared;
        let college = self.colleges.entry(outline.college.clone()).or_default();
        college.0 += 1;
        college.1 += cleared;
    }

    /// The counts of two disjoint groups of students together.
    pub fn merged(mut self, other: Tally) -> Tally {
        self.students += other.students;
        self.cleared += other.cleared;
        for (step, counts) in other.steps {
            let mine = self.steps.entry(step).or_default();
            counts.into_iter().for_each(|(state, n)| *mine.entry(state).or_default() += n);
        }
        for (name, (students, cleared)) in other.colleges {
            let mine = self.colleges.entry(name).or_default();
            *mine = (mine.0 + students, mine.1 + cleared);
        }
        self
    }

    /// How many students a step stands at in a state.
    pub fn count(&self, step: StepNumber, state: State) -> usize {
        self.steps.get(&step).and_then(|counts| counts.get(&state)).copied().unwrap_or(0)
    }
}

/// What stands above a list: how many of its students a step stands at, by state, and what was done today.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListTotals {
    /// By state.
    pub states: StepCount,
    /// Passed or excused on the day itself.
    pub done_today: usize,
}

impl ListTotals {
    /// Counts one more student.
    pub fn add(&mut self, batch: &Batch, step: &Step, outline: &Outline, today: NaiveDate) {
        let state = batch.state(step, &outline.traits(), &outline.marks);
        *self.states.entry(state).or_default() += 1;
        let on = outline.days.get(&step.number).filter(|_| state.is_done());
        self.done_today += usize::from(on == Some(&today));
    }

    /// The totals of two disjoint groups of students together.
    pub fn merged(mut self, other: Self) -> Self {
        other.states.into_iter().for_each(|(state, n)| *self.states.entry(state).or_default() += n);
        self.done_today += other.done_today;
        self
    }
}
