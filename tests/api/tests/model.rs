//! Random decisions against the real system and against a model of clearance in a page: after each,
//! both say the same. The model knows the notice's eleven steps and nothing of our code.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::collections::BTreeMap;

use api_tests::{ALL_OFFICES, BATCH, REGISTRAR, Row, Server};
use lixiao::audit::audit;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

#[derive(Debug, Clone)]
struct Op {
    step: u8,
    decision: &'static str,
    cascade: bool,
    ticked: bool,
}

/// What the model keeps of a student: the steps that were decided, and how often anything changed.
#[derive(Debug, Default)]
struct Model {
    steps: BTreeMap<u8, &'static str>,
    version: u64,
}

impl Model {
    fn done(&self, step: u8) -> bool {
        matches!(self.steps.get(&step), Some(&"passed" | &"waived"))
    }

    fn before(step: u8) -> Vec<u8> {
        match step {
            10 => vec![9],
            11 => (1..=10).collect(),
            _ => vec![],
        }
    }

    fn open(&self, step: u8) -> bool {
        Self::before(step).into_iter().any(|before| !self.done(before))
    }

    /// The passed steps that stand on this one, if it is done.
    fn standing_on(&self, step: u8) -> Vec<u8> {
        let on = |upper: &u8, lower: u8| {
            self.steps.get(upper) == Some(&"passed") && Self::before(*upper).contains(&lower)
        };
        let direct: Vec<u8> = (1..=11).filter(|upper| on(upper, step)).collect();
        if direct.contains(&10) && on(&11, 10) && !direct.contains(&11) { vec![10, 11] } else { direct }
    }

    /// What the answer ought to be: `200`, or the type of a problem.
    fn decide(&mut self, op: &Op) -> &'static str {
        let standing = self.steps.get(&op.step).copied();
        match op.decision {
            "pass" if self.done(op.step) => return "200",
            "pass" if self.open(op.step) => return "prerequisite-open",
            "pass" if op.step == 11 && !op.ticked => return "parts-missing",
            "pass" => drop(self.steps.insert(op.step, "passed")),
            "reject" if standing == Some("waived") => return "not-allowed",
            "reject" if standing == Some("rejected") => return "200",
            "reject" if !self.standing_on(op.step).is_empty() => return "dependents-passed",
            "reject" => drop(self.steps.insert(op.step, "rejected")),
            "waive" if self.done(op.step) => return "200",
            "waive" => drop(self.steps.insert(op.step, "waived")),
            _ if standing.is_none() => return "200",
            _ => {
                let dependents = self.standing_on(op.step);
                if !dependents.is_empty() && !op.cascade {
                    return "dependents-passed";
                }
                for step in dependents {
                    self.steps.remove(&step);
                    self.version += 1;
                }
                self.steps.remove(&op.step);
            }
        }
        self.version += 1;
        "200"
    }

    fn states(&self) -> Vec<&'static str> {
        let state = |step| {
            self.steps.get(&step).copied().unwrap_or(if self.open(step) { "blocked" } else { "ready" })
        };
        (1..=11).map(state).collect()
    }
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    // Many steps passed at first, so that the final one is often in reach.
    let decision = prop::sample::select(vec!["pass", "pass", "pass", "pass", "reject", "waive", "revoke"]);
    let step = prop_oneof![3 => 1u8..=11, 2 => 9u8..=11];
    let op = (step, decision, any::<bool>(), prop::bool::weighted(0.8))
        .prop_map(|(step, decision, cascade, ticked)| Op { step, decision, cascade, ticked });
    let prelude = prop::bool::ANY.prop_map(|all| {
        let pass = |step| Op { step, decision: "pass", cascade: false, ticked: true };
        (1..=if all { 11 } else { 8 }).map(pass).collect::<Vec<_>>()
    });
    (prelude, proptest::collection::vec(op, 1..25)).prop_map(|(prelude, ops)| [prelude, ops].concat())
}

fn body(op: &Op) -> Value {
    let mut body = json!({"decision": op.decision, "cascade": op.decision == "revoke" && op.cascade});
    if op.decision != "pass" {
        body["reason"] = json!("理由");
    } else if op.step == 11 && op.ticked {
        body["parts"] = json!(["student-card", "registration-card", "certificates"]);
    }
    body
}

async fn play(server: &Server, student: &str, ops: &[Op]) -> Result<(), TestCaseError> {
    server.enrol(&[Row::new(student)]).await;
    let mut model = Model::default();
    for op in ops {
        // Excusing, and taking an excuse back, is the registrar's; so is a cascade beyond an office.
        let who = if matches!(op.decision, "waive" | "revoke") { REGISTRAR } else { ALL_OFFICES };
        let path = format!("{BATCH}/students/{student}/steps/{}", op.step);
        let answer = server.person(who).put(&path, &body(op)).await;
        let expected = model.decide(op);
        let found = if answer.status == 200 { "200" } else { answer.kind() };
        prop_assert_eq!(found, expected, "{:?} in {:?}", op, model);
        let status = server.person(student).status("me").await;
        let steps = status["steps"].as_array().unwrap().iter();
        let states: Vec<&str> = steps.map(|step| step["state"].as_str().unwrap()).collect();
        prop_assert_eq!(states, model.states(), "after {:?}", op);
        prop_assert_eq!(status["version"].as_u64().unwrap(), model.version, "after {:?}", op);
    }
    Ok(())
}

#[test]
fn the_system_and_a_page_of_model_say_the_same() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let server = runtime.block_on(Server::staffed());
    let config = Config { cases: 60, failure_persistence: None, ..Config::default() };
    let mut students = 20_160_000_000_u64..;
    let students = std::cell::RefCell::new(&mut students);
    let played = TestRunner::new(config).run(&ops(), |ops| {
        let student = students.borrow_mut().next().unwrap().to_string();
        runtime.block_on(play(&server, &student, &ops))
    });
    played.unwrap_or_else(|error| panic!("{error}"));
    let audited = runtime.block_on(audit(&server.running.app.store, &"2018-01".parse().unwrap())).unwrap();
    assert!(audited.students >= 60);
}
