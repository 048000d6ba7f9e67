//! The kinds of students that a batch tells apart: of all that its university may know of somebody, only what some
//! condition asks.

use std::collections::{BTreeMap, BTreeSet};

use crate::batch::Batch;
use crate::facts::{Facts, Traits, When};
use crate::ids::FactId;
use crate::text::{Lang, Text};
use crate::university::University;

/// As many kinds are made one by one; of more, only enough that every two answers meet in one of them.
const MOST_KINDS: usize = 4_096;
/// What stands for a college, major or text that no condition names.
const ANOTHER: &str = "其他";

/// A kind of student.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kind {
    /// What is known of them: those facts that some condition asks.
    pub facts: Facts,
    /// Their college.
    pub college: String,
    /// Their major.
    pub major: Option<String>,
    /// Whether some condition asks for the college.
    college_is_asked: bool,
}

impl Kind {
    /// What decides which steps are for them.
    pub fn traits(&self) -> Traits<'_> {
        Traits { facts: &self.facts, college: &self.college, major: self.major.as_deref() }
    }

    /// What they are called: `培养层次 博士、校区 呈贡的学生`.
    pub fn described(&self, university: &University) -> Text {
        let words = |lang: Lang, comma: &str| {
            let facts = self.facts.iter().filter_map(|(id, value)| {
                let fact = university.fact(id)?;
                Some(format!("{} {}", fact.name.of(lang), fact.name_of(value, lang)))
            });
            let college = self.college_is_asked.then(|| self.college.clone());
            facts.chain(college).chain(self.major.clone()).collect::<Vec<_>>().join(comma)
        };
        match words(Lang::Zh, "、") {
            none if none.is_empty() => Text { zh: "学生".to_owned(), en: "a student".to_owned() },
            zh => Text { zh: format!("{zh}的学生"), en: format!("a student ({})", words(Lang::En, ", ")) },
        }
    }
}

/// What a condition may ask: one of the university's facts, the college, the major.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Question {
    Fact(FactId),
    College,
    Major,
}

/// The kinds of students that a batch tells apart.
pub fn kinds(batch: &Batch) -> Vec<Kind> {
    let asked = questions(batch);
    let answers: Vec<(Question, Vec<String>)> = asked
        .into_iter()
        .map(|(question, sets)| {
            let answers = told_apart(batch.university(), &question, &sets);
            (question, answers)
        })
        .collect();
    let many = answers.iter().try_fold(1_usize, |many, (_, answers)| many.checked_mul(answers.len()));
    let mut kinds: BTreeSet<Kind> = if many.is_some_and(|many| many <= MOST_KINDS) {
        every(&answers).iter().map(|chosen| kind(&answers, chosen)).collect()
    } else {
        pairs(&answers).iter().map(|chosen| kind(&answers, chosen)).collect()
    };
    kinds.extend(fitting(batch, &answers));
    kinds.into_iter().collect()
}

/// What the batch's conditions ask, and for which sets of answers.
fn questions(batch: &Batch) -> BTreeMap<Question, BTreeSet<BTreeSet<String>>> {
    let mut asked: BTreeMap<Question, BTreeSet<BTreeSet<String>>> = BTreeMap::new();
    for when in batch.conditions() {
        let facts = when.facts.iter().map(|(fact, values)| (Question::Fact(fact.clone()), values));
        let colleges = when.colleges.iter().map(|colleges| (Question::College, colleges));
        let majors = when.majors.iter().map(|majors| (Question::Major, majors));
        for (question, values) in facts.chain(colleges).chain(majors) {
            asked.entry(question).or_default().insert(values.clone());
        }
    }
    asked
}

/// One answer for each group of answers that no condition tells apart.
fn told_apart(
    university: &University,
    question: &Question,
    sets: &BTreeSet<BTreeSet<String>>,
) -> Vec<String> {
    let mut all: Vec<String> = match question {
        Question::Fact(id) => {
            let values = university.fact(id).map(|fact| fact.values()).unwrap_or_default();
            values.into_iter().map(str::to_owned).collect()
        }
        Question::College | Question::Major => Vec::new(),
    };
    if all.is_empty() {
        all = sets.iter().flatten().cloned().collect::<BTreeSet<_>>().into_iter().collect();
        all.push(ANOTHER.to_owned());
    }
    let mut groups: BTreeMap<Vec<bool>, String> = BTreeMap::new();
    for answer in all {
        let group = sets.iter().map(|set| set.contains(&answer)).collect();
        groups.entry(group).or_insert(answer);
    }
    groups.into_values().collect()
}

/// Every choice of one answer for each question.
fn every(answers: &[(Question, Vec<String>)]) -> Vec<Vec<usize>> {
    answers.iter().fold(vec![Vec::new()], |chosen, (_, answers)| {
        let with = |before: &Vec<usize>| {
            let before = before.clone();
            (0..answers.len()).map(move |answer| before.iter().copied().chain([answer]).collect())
        };
        chosen.iter().flat_map(with).collect()
    })
}

/// Choices among which every two answers of two questions meet; the others change from one to the next.
fn pairs(answers: &[(Question, Vec<String>)]) -> Vec<Vec<usize>> {
    let mut chosen = Vec::new();
    for (i, (_, first)) in answers.iter().enumerate() {
        for (j, (_, second)) in answers.iter().enumerate().skip(i + 1) {
            for a in 0..first.len() {
                for b in 0..second.len() {
                    let other = chosen.len();
                    let choice = answers.iter().enumerate().map(|(at, (_, answers))| match at {
                        _ if at == i => a,
                        _ if at == j => b,
                        _ => (other + at) % answers.len(),
                    });
                    chosen.push(choice.collect());
                }
            }
        }
    }
    chosen
}

fn kind(answers: &[(Question, Vec<String>)], chosen: &[usize]) -> Kind {
    let mut kind =
        Kind { facts: Facts::new(), college: ANOTHER.to_owned(), major: None, college_is_asked: false };
    for ((question, answers), chosen) in answers.iter().zip(chosen) {
        let Some(answer) = answers.get(*chosen).cloned() else { continue };
        match question {
            Question::Fact(fact) => drop(kind.facts.insert(fact.clone(), answer)),
            Question::College => (kind.college, kind.college_is_asked) = (answer, true),
            Question::Major => kind.major = Some(answer),
        }
    }
    kind
}

/// For each step with each of its parts and offices, a kind of student that it is for, if the conditions' own words
/// describe one: no condition is thought to be for nobody because few kinds were made.
fn fitting(batch: &Batch, answers: &[(Question, Vec<String>)]) -> Vec<Kind> {
    let mut kinds = Vec::new();
    for step in batch.steps() {
        let others =
            step.parts.iter().map(|part| &part.when).chain(step.office_for.iter().map(|(when, _)| when));
        for also in std::iter::once(&step.when).chain(others) {
            kinds.extend(both(answers, &step.when, also));
        }
    }
    kinds
}

/// A kind of which both conditions are true, as far as each question is asked by itself.
fn both(answers: &[(Question, Vec<String>)], one: &When, other: &When) -> Option<Kind> {
    let asks = |when: &When, question: &Question, answer: &String| match question {
        Question::Fact(fact) => when.facts.get(fact).is_none_or(|values| values.contains(answer)),
        Question::College => when.colleges.as_ref().is_none_or(|names| names.contains(answer)),
        Question::Major => when.majors.as_ref().is_none_or(|names| names.contains(answer)),
    };
    let chosen = answers.iter().map(|(question, answers)| {
        answers.iter().position(|answer| asks(one, question, answer) && asks(other, question, answer))
    });
    let chosen: Vec<usize> = chosen.collect::<Option<_>>()?;
    Some(kind(answers, &chosen))
}
