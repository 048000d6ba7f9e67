//! The demo: made-up students and staff of a batch, the same on every run. Who they are stands in `demo/people.toml` beside
//! the batch files; without one they are made of the university's facts and the batch's offices.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use chrono::{Days, NaiveDate};
use domain::Timestamp;
use domain::batch::{Batch, Office};
use domain::cell::check_digit;
use domain::decide::operator::{appoint, grant};
use domain::decide::roster::enrol;
use domain::facts::Facts;
use domain::ids::{FactId, PersonId, PersonKind};
use domain::operator::{EntryRequest, GrantRequest, Operator, Scope};
use domain::rights::Actor;
use domain::role::{Grant, Role};
use domain::student::{Personal, Sex, Student};
use domain::text::Lang;
use domain::university::University;
use edge::Batches;
use futures::{StreamExt as _, TryStreamExt as _};
use ledger::{Private, Salt};
use serde::Deserialize;
use store::{Mode, Store, Target};

/// The batch that the demo fills, where there is one of that name; otherwise the newest.
pub const BATCH: &str = "2018-01";
/// The administrator of the first customer's demo.
pub const ADMINISTRATOR: &str = "10000001";
/// The project's own batch files.
pub const OWN_BATCHES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../batches");
/// Where the demo's people stand, beside the batch files.
pub const PEOPLE: &str = "demo/people.toml";

/// The same on every run.
const SALT: Salt = Salt::new(*b"lixiao-demo-salt");
/// Days that birth dates begin with.
const YOUNGEST: i32 = 1990;

/// The people of a demo, as a file has them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cast {
    student: String,
    staff: String,
    advisor: Option<String>,
    external: Option<String>,
    /// The beginning of made-up identity numbers; without it nobody has one.
    identity: Option<String>,
    ethnicity: Option<String>,
    surnames: Vec<String>,
    given: Vec<String>,
    #[serde(default)]
    colleges: Vec<College>,
    #[serde(default)]
    others: Vec<Other>,
    #[serde(default)]
    people: Vec<Member>,
    #[serde(default)]
    facts: BTreeMap<FactId, Turns>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct College {
    name: String,
    major: Option<String>,
}

/// A name of another form than a surname and a given name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Other {
    name: String,
    ethnicity: Option<String>,
}

/// Somebody of the staff: with a role, or an operator of an office.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Member {
    name: String,
    role: Option<Role>,
    office: Option<String>,
    college: Option<String>,
}

/// Values that take turns: the next one after so many steps.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Turns {
    every: u32,
    values: Vec<String>,
    /// The value of those who have a certain value of another fact.
    #[serde(default)]
    unless: BTreeMap<FactId, BTreeMap<String, String>>,
}

/// A demo of a batch.
#[derive(Debug, Clone)]
pub struct Demo {
    cast: Arc<Cast>,
    university: Arc<University>,
}

/// Somebody of the demo's staff, and what they are granted.
struct Granted {
    id: PersonId,
    name: String,
    grant: GrantRequest,
}

impl Demo {
    /// The demo of a batch whose file stands in a folder.
    pub fn of(folder: &Path, batch: &Batch) -> anyhow::Result<Self> {
        let file = folder.join(PEOPLE);
        let cast = match std::fs::read_to_string(&file) {
            Ok(text) => toml::from_str(&text).with_context(|| file.display().to_string())?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => made_of(batch),
            Err(error) => return Err(error).with_context(|| file.display().to_string()),
        };
        let university = batch.university().clone();
        for (id, turns) in &cast.facts {
            let fact = university.fact(id).with_context(|| format!("{}: no fact {id}", file.display()))?;
            let known = fact.values();
            let unknown =
                turns.values.iter().find(|value| !known.is_empty() && !known.contains(&value.as_str()));
            anyhow::ensure!(unknown.is_none(), "{}: {id} has no value {unknown:?}", file.display());
        }
        Ok(Self { cast: Arc::new(cast), university })
    }

    /// The demo of the project's own batch files.
    pub fn of_the_notice(batch: &Batch) -> anyhow::Result<Self> {
        Self::of(Path::new(OWN_BATCHES), batch)
    }

    /// The administrator's number.
    pub fn administrator(&self) -> anyhow::Result<PersonId> {
        Ok(PersonId::new(PersonKind::Staff, &number(&self.cast.staff, 1))?)
    }

    /// Fills a batch with students and its staff; who is there already stays as they are.
    pub async fn fill(
        &self,
        store: &Store,
        batch: &Batch,
        students: u32,
        at: Timestamp,
    ) -> anyhow::Result<()> {
        let grants = vec![Grant::of(Role::Administrator)];
        let administrator = Actor { id: self.administrator()?, name: None, grants };
        for Granted { id, name, grant: asked } in self.staff()? {
            let seen = |before: Option<&Operator>| before.map(|operator| operator.version);
            if asked.role == Role::Administrator.word() {
                let decide =
                    |before: Option<&_>| appoint(before, &id, &name, seen(before), &administrator, at);
                store.change_or_begin(Target::administrator(&id), Mode::Do, decide).await?;
            } else {
                let asked = EntryRequest { name, grants: vec![asked] };
                let entry = (Scope::Batch(batch.id().clone()), id.clone());
                let decide = |before: Option<&_>| {
                    grant(before, &entry, &asked, batch, seen(before), &administrator, at)
                };
                store.change_or_begin(Target::operator(batch, &id), Mode::Do, decide).await?;
            }
        }
        let colleges = self.cast.colleges.iter().map(|college| college.name.clone()).collect();
        store.add_colleges(batch, colleges).await?;
        let enrolments = (0..students).map(|i| {
            let administrator = &administrator;
            async move {
                let student = self.student(i).context("a demo student")?;
                // Taken for new, which saves a read of each at every start; who is there already is found by the conflict.
                let target = Target::student(batch, &student.id).as_read(None);
                let decide = |before: Option<&_>| match before {
                    None => enrol(batch, student.clone(), administrator, at),
                    Some(_) => Ok(Vec::new()),
                };
                store.change_or_begin(target, Mode::Do, decide).await?;
                anyhow::Ok(())
            }
        });
        futures::stream::iter(enrolments).buffer_unordered(32).try_collect().await
    }

    /// The staff of the file, then a counsellor of each college.
    fn staff(&self) -> anyhow::Result<Vec<Granted>> {
        let counsellors = self.cast.colleges.iter().map(|college| Member {
            name: match self.university.languages().first() {
                Some(Lang::En) => format!("Counsellor of {}", college.name),
                _ => format!("{}辅导员", college.name),
            },
            role: Some(Role::Counsellor),
            office: None,
            college: Some(college.name.clone()),
        });
        let people = self.cast.people.iter().cloned().chain(counsellors);
        let granted = (1..).zip(people).map(|(i, Member { name, role, office, college })| {
            let grant = GrantRequest {
                role: role.unwrap_or(Role::Operator).word().to_owned(),
                offices: office.into_iter().collect(),
                colleges: vec![college.unwrap_or_else(|| "*".to_owned())],
                ..GrantRequest::default()
            };
            let id = PersonId::new(PersonKind::Staff, &number(&self.cast.staff, i))?;
            Ok(Granted { id, name, grant })
        });
        granted.collect()
    }

    /// Who there is to sign in as: a number and who that is. Staff, a few advisors, students of every kind.
    pub fn people(&self, students: u32) -> anyhow::Result<Vec<(PersonId, String)>> {
        let mut people: Vec<_> = self.staff()?.into_iter().map(|one| (one.id, one.name)).collect();
        let (mut kinds, mut listed, mut advisors) = (BTreeSet::new(), Vec::new(), BTreeMap::new());
        let asked: Vec<&FactId> = self
            .university
            .facts()
            .iter()
            .filter(|fact| fact.list || fact.slip)
            .map(|fact| &fact.id)
            .collect();
        for (i, student) in (0..students).filter_map(|i| Some((i, self.student(i)?))) {
            let theirs = asked.iter().filter_map(|id| Some(((*id).clone(), student.facts.get(*id)?.clone())));
            let kind: Facts = theirs.collect();
            if let Some(advisor) = student.advisors.first() {
                let external = i.is_multiple_of(17);
                advisors.entry(external).or_insert_with(BTreeSet::new).insert(advisor.clone());
            }
            if kinds.insert(kind.clone()) {
                let words = kind.iter().filter_map(|(id, value)| {
                    let lang = self.university.first_language();
                    Some(self.university.fact(id)?.name_of(value, lang).to_owned())
                });
                let words = words.collect::<Vec<_>>().join("、");
                listed.push((student.id.clone().into(), format!("{}（{words}）", student.personal().name)));
            }
        }
        for (external, who) in [(false, "导师"), (true, "校外导师")] {
            let first = advisors.get(&external).and_then(|numbers| numbers.first());
            people.extend(first.map(|id| (id.clone(), who.to_owned())));
        }
        people.extend(listed);
        Ok(people)
    }

    /// The numbers of the demo's students, in order.
    pub fn numbers(&self, students: u32) -> impl Iterator<Item = String> {
        (0..students).filter_map(|i| self.student(i)).map(|student| student.id.to_string())
    }

    /// The demo's student number `i`: always the same one.
    fn student(&self, i: u32) -> Option<Student> {
        let Cast { surnames, given, colleges, others, .. } = &*self.cast;
        // Knuth's multiplicative hash: neighbours differ, and nothing is random.
        let mixed = (i + 1).wrapping_mul(2_654_435_761) >> 8;
        let other = others.get((mixed / 19 % 40) as usize);
        let name = other.map_or_else(
            || format!("{}{}", pick(surnames, mixed), pick(given, mixed / 20)),
            |o| o.name.clone(),
        );
        let first = NaiveDate::from_ymd_opt(YOUNGEST, 1, 1)?;
        let birth_date = first.checked_add_days(Days::new(u64::from(mixed % 1500)))?;
        let sex = if mixed.is_multiple_of(2) { Sex::Female } else { Sex::Male };
        let advisor = self.advisor(i, mixed);
        let college = colleges.get(i as usize % colleges.len().max(1))?;
        let ethnicity =
            other.and_then(|other| other.ethnicity.clone()).or_else(|| self.cast.ethnicity.clone());
        let personal = Personal {
            name,
            sex: Some(sex),
            ethnicity,
            birth_date: Some(birth_date),
            // The last digit but one says the sex.
            id_number: self.cast.identity.as_ref().map(|district| {
                let (born, male) = (birth_date.format("%Y%m%d"), u32::from(sex == Sex::Male));
                let places = format!("{district}{born}{:02}{}", i % 100, i / 100 % 5 * 2 + male);
                let last = check_digit(&places);
                format!("{places}{last}")
            }),
            phone: Some(format!("1390000{:04}", i % 10_000)),
            email: Some(format!("s{:06}@students.example.edu", i + 1)),
        };
        let advisors: Vec<PersonId> = advisor.iter().map(|(id, _)| id.clone()).collect();
        // Whatever kinds there are, whoever advises a made-up student is all of them.
        let kinds = self.university.people().iter().filter(|_| self.university.people().len() > 1);
        let people = kinds.map(|kind| (kind.id.clone(), advisors.clone())).collect();
        Some(Student {
            id: number(&self.cast.student, i + 1).parse().ok()?,
            personal: Private::seal(personal, SALT.derive(&i.to_string())),
            facts: self.facts(mixed),
            college: college.name.clone(),
            major: college.major.clone(),
            advisors,
            people,
            advisor_names: advisor.into_iter().collect(),
        })
    }

    /// A student's advisor: every seventeenth is from elsewhere.
    fn advisor(&self, i: u32, mixed: u32) -> Option<(PersonId, String)> {
        let Cast { surnames, given, advisor, external, .. } = &*self.cast;
        let (kind, pattern, of) = match external {
            Some(external) if i.is_multiple_of(17) => (PersonKind::External, external, i / 17 % 20),
            _ => (PersonKind::Staff, advisor.as_ref()?, mixed % 60),
        };
        let name = format!("{}{}", pick(surnames, of), pick(given, of + 7));
        Some((PersonId::new(kind, &number(pattern, of + 1)).ok()?, name))
    }

    fn facts(&self, mixed: u32) -> Facts {
        let mut facts = Facts::new();
        for fact in self.university.facts() {
            let turns = self.cast.facts.get(&fact.id);
            let value = turns.map(|turns| pick(&turns.values, mixed / turns.every.max(1)).to_owned());
            if let Some(value) = value.or_else(|| fact.default.clone()) {
                facts.insert(fact.id.clone(), value);
            }
        }
        for (id, turns) in &self.cast.facts {
            for (other, values) in &turns.unless {
                if let Some(value) = facts.get(other).and_then(|theirs| values.get(theirs)).cloned() {
                    facts.insert(id.clone(), value);
                }
            }
        }
        facts
    }
}

/// The batch that a demo fills.
pub fn batch_of(batches: &Batches) -> Option<&Arc<Batch>> {
    batches.get(BATCH).or_else(|| batches.iter().next())
}

/// One of `words`, by number.
fn pick(words: &[String], number: u32) -> &str {
    words.get(number as usize % words.len().max(1)).map_or("", String::as_str)
}

/// A number as a pattern has it: each `#` is a digit of the number, from the right.
fn number(pattern: &str, of: u32) -> String {
    let places = pattern.matches('#').count();
    let digits = format!("{of:0places$}");
    let mut digits = digits.chars();
    pattern.chars().filter_map(|c| if c == '#' { digits.next() } else { Some(c) }).collect()
}

/// The people of a batch that has no file of them: every value of a fact takes its turn, every office has somebody.
fn made_of(batch: &Batch) -> Cast {
    let university = batch.university();
    let lang = university.first_language();
    let words = |zh: [&str; 4], en: [&str; 4]| match lang {
        Lang::Zh => zh.map(str::to_owned).to_vec(),
        Lang::En => en.map(str::to_owned).to_vec(),
    };
    let one = |name: String, role, office: Option<&str>| Member {
        name,
        role,
        office: office.map(str::to_owned),
        college: None,
    };
    let [administrator, registrar] = match lang {
        Lang::Zh => ["系统管理员", "教务老师"],
        Lang::En => ["Administrator", "Registrar"],
    };
    let heads = [(administrator, Role::Administrator), (registrar, Role::Registrar)];
    let heads = heads.map(|(name, role)| one(name.to_owned(), Some(role), None));
    let clerks =
        batch.offices().map(|office| one(office.name.of(lang).to_owned(), None, Some(office.id.as_str())));
    let primes = [3, 5, 7, 11, 13, 17, 19, 23];
    let facts = university.facts().iter().zip(primes.into_iter().cycle()).filter_map(|(fact, every)| {
        let values: Vec<String> = fact.values().into_iter().map(str::to_owned).collect();
        (!values.is_empty()).then(|| (fact.id.clone(), Turns { every, values, unless: BTreeMap::new() }))
    });
    let advised = batch.offices().any(Office::by_advisors);
    let colleges =
        words(["甲学院", "乙学院", "丙学院", "丁学院"], ["Arts", "Science", "Engineering", "Medicine"]);
    Cast {
        student: "S######".to_owned(),
        staff: "E###".to_owned(),
        advisor: advised.then(|| "A###".to_owned()),
        external: None,
        identity: None,
        ethnicity: None,
        surnames: words(["王", "李", "张", "刘"], ["Amina ", "Lena ", "Priya ", "Juan "]),
        given: words(["小明", "思远", "雨桐", "静"], ["Haddad", "Kowalski", "Rao", "Santos"]),
        colleges: colleges.into_iter().map(|name| College { name, major: None }).collect(),
        others: Vec::new(),
        people: heads.into_iter().chain(clerks).collect(),
        facts: facts.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn demo() -> Demo {
        let folder = Path::new(OWN_BATCHES);
        let loaded = edge::load_batches(folder, domain::batch_file::read).unwrap();
        let batches = Batches::new(loaded.batches);
        Demo::of(folder, batch_of(&batches).unwrap()).unwrap()
    }

    #[test]
    fn the_demo_is_the_same_on_every_run_and_has_every_kind_of_student() {
        let demo = demo();
        let students: Vec<Student> = (0..1_200).map(|i| demo.student(i).unwrap()).collect();
        assert_eq!(students[0].id.as_str(), "20151000001");
        assert_eq!(students[41], demo.student(41).unwrap());
        let kinds: BTreeSet<_> = students.iter().map(|student| student.facts.clone()).collect();
        assert!(kinds.len() > 40, "{}", kinds.len());
        let fact =
            |student: &Student, id: &str| student.traits().fact(&id.parse().unwrap()).unwrap().to_owned();
        let odd =
            |student: &&Student| fact(student, "party") == "none" && fact(student, "party_here") != "no";
        assert_eq!(students.iter().find(odd), None);
    }

    #[test]
    fn staff_numbers_are_those_of_the_contract() {
        let staff = demo().staff().unwrap();
        let named = |i: usize| (staff[i].id.number(), Role::read(&staff[i].grant.role));
        assert_eq!(named(0), (ADMINISTRATOR, Some(Role::Administrator)));
        assert_eq!(named(1), ("10000002", Some(Role::Registrar)));
        assert_eq!(named(2), ("10000003", Some(Role::PartyOffice)));
        assert_eq!(named(4), ("10000005", Some(Role::Operator)));
        assert_eq!(staff.len(), 3 + 7 + 8);
    }

    #[test]
    fn a_number_has_its_place_in_a_pattern() {
        assert_eq!(number("20151######", 27), "20151000027");
        assert_eq!(number("T####-#", 1234), "T0123-4");
    }
}
