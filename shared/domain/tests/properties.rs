//! Random graphs and random sequences of decisions; what must hold after every single event.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

mod common;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use common::{enrolled, everybody, noon, person, student, student_with};
use domain::batch::Batch;
use domain::clearance::Clearance;
use domain::decide::command::{Command, DecisionRequest};
use domain::decide::decide;
use domain::decide::roster::update_roster;
use domain::fact::Event;
use domain::ids::{Source, StepNumber};
use domain::rights::Actor;
use domain::role::Role;
use domain::state::{Mark, Marks};
use domain::verdict::Cascade;
use ledger::Aggregate as _;
use proptest::prelude::*;

/// A step of a random batch, in the words of the test rather than of the domain.
#[derive(Debug, Clone)]
struct Sketch {
    after: BTreeSet<u8>,
    required: bool,
    residents_only: bool,
    part_for_members: bool,
}

fn sketches() -> impl Strategy<Value = Vec<Sketch>> {
    (2u8..9)
        .prop_flat_map(|steps| {
            let step = |number: u8| {
                let after = proptest::collection::btree_set(1..number.max(2), 0..4);
                (after, prop::bool::weighted(0.85), prop::bool::weighted(0.2), prop::bool::weighted(0.2))
                    .prop_map(move |(after, required, residents_only, part_for_members)| Sketch {
                        after: after.into_iter().filter(|before| *before < number).collect(),
                        required,
                        residents_only,
                        part_for_members,
                    })
            };
            (1..=steps).map(step).collect::<Vec<_>>()
        })
        .prop_map(|mut sketches| {
            // A batch of which somebody needs nothing is refused; so the first step is for everybody.
            sketches[0].required = true;
            sketches[0].residents_only = false;
            sketches
        })
}

/// The sketch as a batch file, so that reading is tested with it.
fn batch(sketches: &[Sketch]) -> Batch {
    let notice = include_str!("../../../infra/batches/2018-01.toml");
    let (head, rest) = notice.split_once("[[steps]]").unwrap();
    let (_, party) = rest.split_once("[[papers]]").unwrap();
    let mut text = head.to_owned();
    for (number, sketch) in (1..).zip(sketches) {
        let Sketch { after, required, residents_only, part_for_members } = sketch;
        write!(
            text,
            "[[steps]]\nnumber = {number}\nname = {{ zh = \"环节\", en = \"step\" }}\noffice = \"library\"\n"
        )
        .unwrap();
        let after: Vec<u8> = after.iter().copied().collect();
        writeln!(text, "required = {required}\nafter = {after:?}").unwrap();
        if *residents_only {
            text.push_str("when = { resident = \"yes\" }\n");
        }
        if *part_for_members {
            text.push_str("[[steps.parts]]\nid = \"letter\"\nname = \"介绍信\"\n");
            text.push_str("when = { party = [\"full\"] }\n");
        }
    }
    text.push_str("[[papers]]");
    text.push_str(party);
    domain::batch_file::read(&common::university(), "2018-01", &text)
        .unwrap_or_else(|faults| panic!("{faults:?}\n{text}"))
        .batch
}

#[derive(Debug, Clone)]
enum Move {
    Decide {
        step: u8,
        decision: &'static str,
        cascade: bool,
        ticked: bool,
        import: Option<&'static str>,
        who: usize,
    },
    Roster {
        resident: bool,
        member: bool,
    },
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let decision = prop::sample::select(vec![
        "pass", "pass", "pass", "reject", "waive", "revoke", "revoke", "undo", "undo",
    ]);
    let import = prop::sample::select(vec![None, Some("a"), Some("b")]);
    let decide = (1u8..10, decision, any::<bool>(), any::<bool>(), import, 0usize..3).prop_map(
        |(step, decision, cascade, ticked, import, who)| Move::Decide {
            step,
            decision,
            cascade,
            ticked,
            import,
            who,
        },
    );
    let roster =
        (any::<bool>(), any::<bool>()).prop_map(|(resident, member)| Move::Roster { resident, member });
    proptest::collection::vec(prop_oneof![9 => decide, 1 => roster], 1..60)
}

fn people(batch: &Batch) -> [Actor; 3] {
    [everybody(batch), common::clerk(&["library"]), person("20080002", &[Role::Registrar], &[], &[])]
}

fn play(batch: &Batch, clearance: &Clearance, one: &Move) -> Vec<Event> {
    match one {
        Move::Roster { resident, member } => {
            let resident = if *resident { "yes" } else { "no" };
            let party = if *member { "full" } else { "none" };
            let student = student_with(&[("resident", resident), ("party", party)]);
            update_roster(batch, clearance, student, &everybody(batch), noon()).unwrap_or_default()
        }
        Move::Decide { step, decision, cascade, ticked, import, who } => {
            let number = StepNumber(*step);
            let asked = DecisionRequest {
                decision: (*decision).to_owned(),
                reason: Some("理由".to_owned()),
                cascade: (*cascade && *decision == "revoke").then_some(Cascade::Revoke),
                parts: batch
                    .step(number)
                    .filter(|_| *ticked && *decision == "pass")
                    .map(|step| step.parts.iter().map(|part| part.id.to_string()).collect())
                    .unwrap_or_default(),
                import: import.map(str::to_owned),
                ..DecisionRequest::default()
            };
            let Some(step) = batch.step(number) else { return Vec::new() };
            let Ok(command) = Command::read(step, asked, Source::Operator, noon()) else {
                return Vec::new();
            };
            decide(batch, clearance, &people(batch)[*who], &command, noon()).unwrap_or_default()
        }
    }
}

/// No step is passed with a prerequisite open: said from the sketch, not from the domain.
fn passed_steps_stand_on_done_ones(sketches: &[Sketch], clearance: &Clearance) -> Result<(), TestCaseError> {
    let is = |fact: &str, value: &str| clearance.student.traits().fact(&fact.parse().unwrap()) == Some(value);
    let resident = is("resident", "yes");
    let mark = |number: u8| clearance.records.get(&StepNumber(number)).map(|record| record.mark);
    for (number, sketch) in (1..).zip(sketches) {
        if mark(number) != Some(Mark::Passed) {
            continue;
        }
        for &before in &sketch.after {
            let needed = &sketches[usize::from(before) - 1];
            let needed = needed.required && (resident || !needed.residents_only);
            let done = matches!(mark(before), Some(Mark::Passed | Mark::Waived));
            prop_assert!(done || !needed, "step {number} is passed, its prerequisite {before} is open");
        }
        let ticked = &clearance.records[&StepNumber(number)].parts;
        let due = sketch.part_for_members && is("party", "full");
        prop_assert!(!due || ticked.len() == 1, "step {number} is passed without its letter");
    }
    Ok(())
}

/// An undo passes nobody, and what it took back is gone.
fn undone_leaves_nothing(
    before: &Marks,
    clearance: &Clearance,
    step: StepNumber,
    import: &str,
) -> Result<(), TestCaseError> {
    let now = clearance.marks();
    let newly = now.iter().find(|(number, mark)| **mark == Mark::Passed && before.get(number) != Some(mark));
    prop_assert!(newly.is_none(), "an undo passed {newly:?}");
    if *before != now {
        let record = clearance.records.get(&step);
        let stands =
            record.and_then(|record| record.import.as_ref()).is_some_and(|own| own.as_str() == import);
        prop_assert!(!stands, "{import} stands on step {step} after it was undone");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_step_is_ever_passed_with_a_prerequisite_open(sketches in sketches(), moves in moves()) {
        let batch = batch(&sketches);
        let (mut clearance, mut events) = enrolled(&batch, student());
        for one in &moves {
            let before = clearance.marks();
            for event in play(&batch, &clearance, one) {
                clearance.evolve(&event);
                passed_steps_stand_on_done_ones(&sketches, &clearance)?;
                events.push(event);
            }
            if let Move::Decide { step, decision: "undo", import: Some(import), .. } = one {
                undone_leaves_nothing(&before, &clearance, StepNumber(*step), import)?;
            }
        }
        // Replaying the events from the start gives the document, and the chain is whole.
        let id = (batch.id().clone(), clearance.student.id.clone());
        prop_assert_eq!(ledger::audit(&id, &clearance, &events), Ok(()));
        prop_assert_eq!(clearance.version + 1, events.len() as u64);
    }

    #[test]
    fn what_was_just_decided_changes_nothing_when_asked_again(sketches in sketches(), moves in moves()) {
        let batch = batch(&sketches);
        let (mut clearance, _) = enrolled(&batch, student());
        for one in &moves {
            play(&batch, &clearance, one).iter().for_each(|event| clearance.evolve(event));
            prop_assert_eq!(play(&batch, &clearance, one), vec![]);
        }
    }

    #[test]
    fn any_edit_of_a_stored_event_is_noticed(moves in moves(), place in any::<prop::sample::Index>(), bit in any::<prop::sample::Index>()) {
        let batch = common::notice();
        let (mut clearance, mut events) = enrolled(&batch, student());
        for one in &moves {
            for event in play(&batch, &clearance, one) {
                clearance.evolve(&event);
                events.push(event);
            }
        }
        let i = place.index(events.len());
        let mut stored = serde_json::to_vec(&events[i]).unwrap();
        let at = bit.index(stored.len() * 8);
        stored[at / 8] ^= 1 << (at % 8);
        let id = (batch.id().clone(), clearance.student.id.clone());
        let noticed = match serde_json::from_slice::<Event>(&stored) {
            Err(_) => true,
            Ok(edited) => {
                events[i] = edited;
                ledger::audit(&id, &clearance, &events).is_err()
            }
        };
        prop_assert!(noticed, "bit {at} of {}", String::from_utf8_lossy(&stored));
        let other = (batch.id().clone(), "20151104028".parse().unwrap());
        prop_assert!(ledger::verify::<Clearance>(&other, &events).is_err(), "another student's");
    }
}

#[test]
fn the_hash_of_a_known_event_is_this_for_good() {
    let batch = common::notice();
    let (_, events) = enrolled(&batch, student());
    let body = concat!(
        r#"{"number":0,"fact":{"at":"2017-12-20T12:00:00+08:00","by":"20080009","role":"administrator","source":"import","#,
        r#""action":"enrol","student":{"id":"20151104027","personal":"jGR7ABlJhoeV1QV4jN5cBMxFLV5cqiINbdV2JWOBTB4","facts":{"#,
        r#""campus":"chenggong","level":"master","mode":"full-time","party":"none","party_here":"no","resident":"yes"},"#,
        r#""college":"信息学院","advisors":["20050007"]}}}"#
    );
    assert_eq!(events[0].body(), body);
    assert_eq!(events[0].prev().to_string(), "FIvKUqV0zAj4iWzIPAAKQ-aaOSiRzMyG26SIRjjssbY");
    assert_eq!(events[0].hash().to_string(), "64CXxalp4H0nhAySm8Jlk3GMWZVddaIOnArA4uGq_aI");
}
