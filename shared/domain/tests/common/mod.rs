//! What the tests of the rules share: the real batch, people, and a clearance to work on.
#![allow(dead_code, reason = "each test file uses its own share")]
#![allow(clippy::needless_pass_by_value, reason = "a test hands over what it has just written")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use domain::Timestamp;
use domain::batch::Batch;
use domain::clearance::Clearance;
use domain::decide::command::{Command, DecisionRequest};
use domain::decide::decide;
use domain::decide::roster::enrol;
use domain::fact::Event;
use domain::facts::{Facts, When};
use domain::ids::{OfficeId, Source, StepNumber};
use domain::refusal::{Refusal, What};
use domain::rights::Actor;
use domain::role::{Colleges, Grant, Role};
use domain::student::{Personal, Student};
use domain::university::University;
use ledger::{Aggregate as _, Private, Salt};

pub fn at(text: &str) -> Timestamp {
    Timestamp::parse_from_rfc3339(text).unwrap()
}

pub fn noon() -> Timestamp {
    at("2017-12-20T12:00:00+08:00")
}

pub const NOTICE: &str = include_str!("../../../../infra/batches/2018-01.toml");

/// The first customer.
pub fn university() -> Arc<University> {
    static READ: LazyLock<Arc<University>> = LazyLock::new(|| {
        let text = include_str!("../../../../infra/batches/university.toml");
        Arc::new(domain::university_file::read(text).unwrap().university)
    });
    READ.clone()
}

/// A batch of theirs.
pub fn read(text: &str) -> Batch {
    domain::batch_file::read(&university(), "2018-01", text).unwrap().batch
}

pub fn notice() -> Batch {
    read(NOTICE)
}

/// Values of facts, as a condition or a student has them.
pub fn facts(values: &[(&str, &str)]) -> Facts {
    values.iter().map(|(fact, value)| (fact.parse().unwrap(), (*value).to_owned())).collect()
}

/// Whoever has one of these values of each fact.
pub fn when(asked: &[(&str, &[&str])]) -> When {
    let values = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
    let facts = asked.iter().map(|(fact, these)| (fact.parse().unwrap(), values(these)));
    When { facts: facts.collect(), ..When::default() }
}

/// The notice's batch with one more line for step 8, which stands on nothing and nothing but the last on it.
pub fn with_step_eight(line: &str) -> Batch {
    let step = "en = \"Advances repaid\" }\noffice = \"finance\"";
    assert!(NOTICE.contains(step), "the notice has another step 8");
    let text = NOTICE.replacen(step, &format!("{step}\n{line}"), 1);
    read(&text)
}

pub fn person(id: &str, roles: &[Role], offices: &[&str], colleges: &[&str]) -> Actor {
    let offices: BTreeSet<OfficeId> = offices.iter().map(|office| office.parse().unwrap()).collect();
    let colleges: BTreeSet<String> = colleges.iter().map(|c| (*c).to_owned()).collect();
    let grant = |role: &Role| Grant {
        offices: offices.clone(),
        colleges: Colleges::from(colleges.clone()),
        ..Grant::of(*role)
    };
    Actor { id: id.parse().unwrap(), name: None, grants: roles.iter().map(grant).collect() }
}

pub fn clerk(offices: &[&str]) -> Actor {
    person("20080001", &[Role::Operator], offices, &["*"])
}

pub fn everybody(batch: &Batch) -> Actor {
    let offices: Vec<String> = batch.offices().map(|office| office.id.to_string()).collect();
    let offices: Vec<&str> = offices.iter().map(String::as_str).collect();
    person("20080009", &[Role::Operator, Role::Registrar, Role::Administrator], &offices, &["*"])
}

/// Personal data under a salt that is none.
pub fn sealed(personal: Personal) -> Private<Personal> {
    Private::seal(personal, Salt::new([7; 16]))
}

pub fn student() -> Student {
    Student {
        id: "20151104027".parse().unwrap(),
        personal: sealed(Personal {
            name: "王小明".to_owned(),
            id_number: Some("530102199305060027".to_owned()),
            ..Personal::default()
        }),
        facts: facts(&[
            ("level", "master"),
            ("mode", "full-time"),
            ("campus", "chenggong"),
            ("resident", "yes"),
            ("party", "none"),
            ("party_here", "no"),
        ]),
        college: "信息学院".to_owned(),
        major: None,
        advisors: vec!["20050007".parse().unwrap()],
        people: BTreeMap::new(),
        advisor_names: BTreeMap::new(),
    }
}

/// A student of whom the roster says something else.
pub fn student_with(values: &[(&str, &str)]) -> Student {
    with(student(), values)
}

pub fn with(mut student: Student, values: &[(&str, &str)]) -> Student {
    student.facts.extend(facts(values));
    student
}

pub fn enrolled(batch: &Batch, student: Student) -> (Clearance, Vec<Event>) {
    let id = (batch.id().clone(), student.id.clone());
    let events = enrol(batch, student, &everybody(batch), noon()).unwrap();
    (ledger::replay(&id, &events).unwrap(), events)
}

pub fn asked(decision: &str) -> DecisionRequest {
    let reason = (decision != "pass").then(|| "有书未还".to_owned());
    DecisionRequest { decision: decision.to_owned(), reason, ..DecisionRequest::default() }
}

/// One decision; what it brought about is applied.
pub fn tell(
    batch: &Batch,
    clearance: &mut Clearance,
    actor: &Actor,
    step: u8,
    asked: DecisionRequest,
) -> Result<Vec<Event>, Refusal> {
    let step = batch.step(StepNumber(step)).ok_or(Refusal::NotFound(What::Step))?;
    let command = Command::read(step, asked, Source::Operator, noon())?;
    let events = decide(batch, clearance, actor, &command, noon())?;
    events.iter().for_each(|event| clearance.evolve(event));
    Ok(events)
}
