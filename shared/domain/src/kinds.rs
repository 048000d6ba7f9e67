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
    /// For which values each of its facts stands: those that no condition tells apart.
    alike: BTreeMap<FactId, BTreeSet<String>>,
    /// For which colleges and majors it stands, likewise.
    colleges: Vec<String>,
    majors: Vec<String>,
}

impl Kind {
    /// What decides which steps are for them.
    pub fn traits(&self) -> Traits<'_> {
        Traits { facts: &self.facts, college: &self.college, major: self.major.as_deref() }
    }

    /// What they are called: `培养层次 博士、校区 呈贡的学生`.
    pub fn described(&self, university: &University) -> Text {
        self.group().described(university)
    }

    /// The group that is this kind alone.
    pub fn group(&self) -> Group {
        Group { facts: self.alike.clone(), colleges: self.colleges.clone(), majors: self.majors.clone() }
    }
}

/// Kinds of students together: of each fact that matters, the values that they may have.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group {
    facts: BTreeMap<FactId, BTreeSet<String>>,
    colleges: Vec<String>,
    majors: Vec<String>,
}

impl Group {
    /// What they are called; a fact with many values by its first ones.
    pub fn described(&self, university: &University) -> Text {
        let words = |lang: Lang, comma: &str| {
            let facts = self.facts.iter().filter_map(|(id, values)| {
                let fact = university.fact(id)?;
                // In the order of the file, as people know them.
                let order = fact.values();
                let place = |value: &&String| order.iter().position(|known| known == value);
                let mut values: Vec<&String> = values.iter().collect();
                values.sort_by_key(place);
                let names: Vec<&str> = values.iter().map(|value| fact.name_of(value, lang)).collect();
                Some(format!("{} {}", fact.name.of(lang), either(&names, lang)))
            });
            let places = [
                (&self.colleges, "其他学院", "another college"),
                (&self.majors, "其他专业", "another major"),
            ];
            let places = places.into_iter().filter(|(names, ..)| !names.is_empty()).map(|(names, zh, en)| {
                let other = match lang {
                    Lang::Zh => zh,
                    Lang::En => en,
                };
                let names = names.iter().map(|name| if name == ANOTHER { other } else { name.as_str() });
                either(&names.collect::<Vec<_>>(), lang)
            });
            facts.chain(places).collect::<Vec<_>>().join(comma)
        };
        match words(Lang::Zh, "、") {
            none if none.is_empty() => Text { zh: "学生".to_owned(), en: "a student".to_owned() },
            zh => Text { zh: format!("{zh}的学生"), en: format!("a student ({})", words(Lang::En, ", ")) },
        }
    }

    /// Both as one, where they differ in the values of one fact and nothing else; a fact that can then have every value
    /// doesn't matter.
    fn with(&self, other: &Self, university: &University) -> Option<Self> {
        let keys = self.facts.keys().eq(other.facts.keys());
        if !keys || (&self.colleges, &self.majors) != (&other.colleges, &other.majors) {
            return None;
        }
        let mut differ = self.facts.iter().filter(|(id, values)| other.facts.get(*id) != Some(*values));
        let (id, values) = differ.next()?;
        if differ.next().is_some() {
            return None;
        }
        let together: BTreeSet<String> = values.union(other.facts.get(id)?).cloned().collect();
        let all = university.fact(id).map(|fact| fact.values().len()).unwrap_or_default();
        let mut facts = self.facts.clone();
        if together.len() == all {
            facts.remove(id);
        } else {
            facts.insert(id.clone(), together);
        }
        Some(Self { facts, ..self.clone() })
    }
}

/// Kinds in as few groups as their facts allow.
pub fn grouped(kinds: &[Kind], university: &University) -> Vec<Group> {
    let mut groups: Vec<Group> = kinds.iter().map(Kind::group).collect();
    loop {
        let found = (0..groups.len()).find_map(|i| {
            let (one, rest) = (groups.get(i)?, groups.get(i + 1..)?);
            let with = |(j, other): (usize, &Group)| Some((i + 1 + j, one.with(other, university)?));
            rest.iter().enumerate().find_map(with).map(|(j, together)| (i, j, together))
        });
        let Some((i, j, together)) = found else { return groups };
        groups.remove(j);
        groups.remove(i);
        groups.insert(i, together);
    }
}

/// The most values of a fact that are named.
const MOST_VALUES_NAMED: usize = 3;

/// One of these.
fn either(names: &[&str], lang: Lang) -> String {
    let or = match lang {
        Lang::Zh => "或",
        Lang::En => " or ",
    };
    match names {
        [first, second, ..] if names.len() > MOST_VALUES_NAMED => match lang {
            Lang::Zh => format!("{first}、{second}等 {} 种之一", names.len()),
            Lang::En => format!("{first}, {second} or {} others", names.len() - 2),
        },
        names => names.join(or),
    }
}

/// A question with its answers: of those that no condition tells apart the first stands for all.
type Answers = (Question, Vec<Vec<String>>);

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
    let answers: Vec<Answers> = asked
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
) -> Vec<Vec<String>> {
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
    let mut groups: BTreeMap<Vec<bool>, Vec<String>> = BTreeMap::new();
    for answer in all {
        let group = sets.iter().map(|set| set.contains(&answer)).collect();
        groups.entry(group).or_default().push(answer);
    }
    groups.into_values().collect()
}

/// Every choice of one answer for each question.
fn every(answers: &[Answers]) -> Vec<Vec<usize>> {
    answers.iter().fold(vec![Vec::new()], |chosen, (_, answers)| {
        let with = |before: &Vec<usize>| {
            let before = before.clone();
            (0..answers.len()).map(move |answer| before.iter().copied().chain([answer]).collect())
        };
        chosen.iter().flat_map(with).collect()
    })
}

/// Choices among which every two answers of two questions meet; the others change from one to the next.
fn pairs(answers: &[Answers]) -> Vec<Vec<usize>> {
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

fn kind(answers: &[Answers], chosen: &[usize]) -> Kind {
    let mut kind = Kind {
        facts: Facts::new(),
        college: ANOTHER.to_owned(),
        major: None,
        alike: BTreeMap::new(),
        colleges: Vec::new(),
        majors: Vec::new(),
    };
    for ((question, answers), chosen) in answers.iter().zip(chosen) {
        let Some(alike) = answers.get(*chosen) else { continue };
        let Some(answer) = alike.first().cloned() else { continue };
        match question {
            Question::Fact(fact) => {
                kind.alike.insert(fact.clone(), alike.iter().cloned().collect());
                kind.facts.insert(fact.clone(), answer);
            }
            Question::College => (kind.college, kind.colleges) = (answer, alike.clone()),
            Question::Major => (kind.major, kind.majors) = (Some(answer), alike.clone()),
        }
    }
    kind
}

/// For each step with each of its parts and offices, a kind of student that it is for, if the conditions' own words
/// describe one: no condition is thought to be for nobody because few kinds were made.
fn fitting(batch: &Batch, answers: &[Answers]) -> Vec<Kind> {
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
fn both(answers: &[Answers], one: &When, other: &When) -> Option<Kind> {
    let asks = |when: &When, question: &Question, answer: &String| match question {
        Question::Fact(fact) => when.facts.get(fact).is_none_or(|values| values.contains(answer)),
        Question::College => when.colleges.as_ref().is_none_or(|names| names.contains(answer)),
        Question::Major => when.majors.as_ref().is_none_or(|names| names.contains(answer)),
    };
    let chosen = answers.iter().map(|(question, answers)| {
        answers.iter().position(|alike| {
            alike.first().is_some_and(|answer| asks(one, question, answer) && asks(other, question, answer))
        })
    });
    let chosen: Vec<usize> = chosen.collect::<Option<_>>()?;
    Some(kind(answers, &chosen))
}
