//! Decisions, one by one: given a clearance, when somebody decides, then this.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

mod common;

use common::{
    asked, at, clerk, enrolled, everybody, noon, notice, person, sealed, student, student_with, tell,
    with_step_eight,
};
use domain::clearance::Clearance;
use domain::decide::command::{Command, DecisionRequest, MOST_PARTS};
use domain::decide::decide;
use domain::decide::forget::{WhileOpen, forget};
use domain::decide::roster::{enrol, update_roster};
use domain::fact::{Event, StudentFact};
use domain::field::FieldRule;
use domain::ids::{Amount, Source, StepNumber};
use domain::refusal::{Barrier, Lack, Refusal, What};
use domain::rights::Actor;
use domain::role::Role;
use domain::state::State;
use domain::student::{Personal, Student};
use domain::text::Named;
use domain::verdict::Cascade;
use ledger::{Aggregate as _, Private, Salt};

fn n(numbers: &[u8]) -> Vec<StepNumber> {
    numbers.iter().copied().map(StepNumber).collect()
}

fn named(numbers: &[u8]) -> Vec<Named<StepNumber>> {
    notice().named(n(numbers))
}

fn missing(id: &str) -> Refusal {
    let batch = notice();
    let part = batch.step(StepNumber(11)).unwrap().parts.iter().find(|part| part.id.as_str() == id).unwrap();
    Refusal::PartsMissing { parts: vec![Named { id: part.id.clone(), name: part.name.clone() }] }
}

fn parts(ids: &[&str]) -> DecisionRequest {
    DecisionRequest { parts: ids.iter().map(|id| (*id).to_owned()).collect(), ..asked("pass") }
}

fn member() -> Student {
    student_with(&[("party", "full"), ("party_here", "yes")])
}

/// A clearance with the given steps passed.
fn given(student: Student, passed: &[u8]) -> Clearance {
    let batch = notice();
    let (mut clearance, _) = enrolled(&batch, student);
    for &step in passed {
        let all = parts(&["student-card", "registration-card", "certificates", "letter"]);
        let asked = if step == 11 { all } else { asked("pass") };
        tell(&batch, &mut clearance, &everybody(&batch), step, asked).unwrap();
    }
    clearance
}

const ONE_TO_TEN: [u8; 10] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

fn state(clearance: &Clearance, step: u8) -> State {
    let batch = notice();
    let step = batch.step(StepNumber(step)).unwrap();
    batch.state(step, &clearance.student.traits(), &clearance.marks())
}

#[test]
fn a_new_student_has_eleven_steps_left_of_which_nine_are_ready() {
    let clearance = given(student(), &[]);
    assert_eq!(clearance.remaining(&notice()), 11);
    assert_eq!(clearance.version, 0, "the enrolment is event 0");
    for step in 1..=9 {
        assert_eq!(state(&clearance, step), State::Ready, "step {step}");
    }
    assert_eq!([state(&clearance, 10), state(&clearance, 11)], [State::Blocked, State::Blocked]);
}

#[test]
fn the_room_can_not_be_handed_back_before_accommodation_is_paid() {
    let mut clearance = given(student(), &[]);
    let refused = tell(&notice(), &mut clearance, &clerk(&["residence"]), 10, asked("pass"));
    assert_eq!(refused, Err(Refusal::PrerequisiteOpen { open: named(&[9]) }));
    assert_eq!(clearance.version, 0);
}

#[test]
fn whoever_has_nothing_left_is_done_since_the_last_of_their_decisions() {
    let mut clearance = given(student(), &ONE_TO_TEN);
    assert_eq!(clearance.completed_at(&notice()), Err(Refusal::NotCleared { remaining: 1 }));
    let all = parts(&["student-card", "registration-card", "certificates"]);
    let (batch, later) = (notice(), at("2017-12-21T09:30:00+08:00"));
    let command = Command::read(batch.step(StepNumber(11)).unwrap(), all, Source::Operator, later).unwrap();
    let events = decide(&batch, &clearance, &everybody(&batch), &command, later).unwrap();
    events.iter().for_each(|event| clearance.evolve(event));
    assert_eq!(clearance.completed_at(&batch), Ok(Some(later)));
}

#[test]
fn the_final_step_waits_for_every_other() {
    let mut clearance = given(student(), &[1, 2, 3]);
    let refused = tell(&notice(), &mut clearance, &clerk(&["college"]), 11, asked("pass"));
    assert_eq!(refused, Err(Refusal::PrerequisiteOpen { open: named(&[4, 5, 6, 7, 8, 9, 10]) }));
}

#[test]
fn the_final_step_passes_only_with_each_part_that_applies() {
    let three = ["student-card", "registration-card", "certificates"];
    let mut outsider = given(student(), &ONE_TO_TEN);
    let refused = tell(&notice(), &mut outsider, &clerk(&["college"]), 11, parts(&three[..2]));
    assert_eq!(refused, Err(missing("certificates")));
    tell(&notice(), &mut outsider, &clerk(&["college"]), 11, parts(&three)).unwrap();
    assert_eq!(outsider.remaining(&notice()), 0);

    let mut member = given(member(), &ONE_TO_TEN);
    let refused = tell(&notice(), &mut member, &clerk(&["college"]), 11, parts(&three));
    assert_eq!(refused, Err(missing("letter")), "N10");
    // Ticked, and yet there is none to hand out: said as what it is.
    let all = ["student-card", "registration-card", "certificates", "letter"];
    let refused = tell(&notice(), &mut member, &clerk(&["college"]), 11, parts(&all));
    let Err(Refusal::LetterNotIssued { parts: named, lack: Lack::Form }) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(named.iter().map(|part| part.id.as_str()).collect::<Vec<_>>(), ["letter"]);
}

fn tick(ids: &[&str]) -> DecisionRequest {
    DecisionRequest { decision: "tick".to_owned(), ..parts(ids) }
}

#[test]
fn parts_are_kept_one_by_one_and_the_step_passes_with_the_last() {
    let batch = notice();
    let college = clerk(&["college"]);
    let mut clearance = given(student(), &ONE_TO_TEN);
    assert_eq!(tell(&batch, &mut clearance, &college, 11, tick(&["student-card"])).unwrap().len(), 1);
    assert_eq!(tell(&batch, &mut clearance, &college, 11, tick(&["student-card"])), Ok(vec![]), "as it was");
    assert_eq!(state(&clearance, 11), State::Ready, "the others are still open");
    assert_eq!(
        tell(&batch, &mut clearance, &college, 11, tick(&["registration-card", "student-card"]))
            .unwrap()
            .len(),
        1
    );
    let refused = tell(&batch, &mut clearance, &college, 11, asked("pass"));
    assert_eq!(refused, Err(missing("certificates")), "what was ticked needs no second tick");
    tell(&batch, &mut clearance, &college, 11, parts(&["certificates"])).unwrap();
    assert_eq!(clearance.remaining(&batch), 0);
    // Taken back as a whole: nobody can know which parts came back.
    tell(&batch, &mut clearance, &college, 11, asked("revoke")).unwrap();
    assert_eq!(tell(&batch, &mut clearance, &college, 11, parts(&["certificates"])).unwrap_err(), {
        let both = [missing("student-card"), missing("registration-card")];
        let named = both.into_iter().flat_map(|one| match one {
            Refusal::PartsMissing { parts } => parts,
            other => panic!("{other:?}"),
        });
        Refusal::PartsMissing { parts: named.collect() }
    });
}

#[test]
fn parts_are_ticked_by_who_may_pass_the_step_and_when_it_can_pass() {
    let batch = notice();
    let mut early = given(student(), &[1]);
    let refused = tell(&batch, &mut early, &clerk(&["college"]), 11, tick(&["student-card"]));
    assert!(matches!(refused, Err(Refusal::PrerequisiteOpen { .. })), "{refused:?}");
    let mut clearance = given(member(), &ONE_TO_TEN);
    let refused = tell(&batch, &mut clearance, &clerk(&["library"]), 11, tick(&["student-card"]));
    assert_eq!(refused, Err(Refusal::NotAllowed(Barrier::OtherOffice)));
    let refused = tell(&batch, &mut clearance, &clerk(&["college"]), 11, tick(&["letter"]));
    assert!(matches!(refused, Err(Refusal::LetterNotIssued { .. })), "{refused:?}");
    for (asked, field) in [
        (tick(&[]), "parts"),
        (DecisionRequest { reason: Some("x".to_owned()), ..tick(&["letter"]) }, "reason"),
    ] {
        let refused = tell(&batch, &mut clearance, &clerk(&["college"]), 11, asked);
        let Err(Refusal::InvalidFields(faults)) = refused else { panic!("{refused:?}") };
        assert_eq!(faults.first().unwrap().field, field);
    }
    // A part ticked by mistake is taken back like a decision.
    tell(&batch, &mut clearance, &clerk(&["college"]), 11, tick(&["student-card"])).unwrap();
    tell(&batch, &mut clearance, &clerk(&["college"]), 11, asked("revoke")).unwrap();
    assert!(clearance.ticked.is_empty());
}

#[test]
fn why_a_step_is_open_again_stands_there_until_it_is_decided_anew() {
    let batch = notice();
    let mut clearance = given(student(), &[9, 10]);
    let residence = Actor { name: Some("何老师".to_owned()), ..clerk(&["residence"]) };
    let revoke = DecisionRequest { cascade: Some(Cascade::Revoke), ..asked("revoke") };
    tell(&batch, &mut clearance, &residence, 9, revoke).unwrap();
    let said = |step: u8| {
        clearance
            .revoked
            .get(&StepNumber(step))
            .map(|one| (one.reason.clone(), one.by_name.clone(), one.because_of))
    };
    let (why, who) = ("有书未还".to_owned(), Some("何老师".to_owned()));
    assert_eq!(said(9), Some((why.clone(), who.clone(), None)));
    assert_eq!(said(10), Some((why, who, Some(StepNumber(9)))));
    tell(&batch, &mut clearance, &residence, 9, asked("pass")).unwrap();
    assert_eq!(clearance.revoked.keys().collect::<Vec<_>>(), [&StepNumber(10)]);
}

#[test]
fn what_is_offered_is_what_would_be_done() {
    let batch = notice();
    let late = batch.window().closes;
    for (clearance, step) in [
        (given(student(), &[]), 2),
        (given(student(), &[9]), 9),
        (given(student(), &[9, 10]), 9),
        (given(student(), &ONE_TO_TEN), 11),
        (given(student(), &[1]), 11),
    ] {
        for actor in [
            clerk(&["library"]),
            clerk(&["residence", "college"]),
            everybody(&batch),
            person("20151104027", &[], &[], &[]),
        ] {
            let one = batch.step(StepNumber(step)).unwrap();
            let marks = clearance.marks();
            let offered = |at| {
                domain::decide::offers(&batch, one, (clearance.student.whom(), &marks), false, &actor, at)
            };
            let offered_now: Vec<_> =
                offered(noon()).into_iter().map(domain::verdict::Decision::word).collect();
            for decision in ["pass", "tick", "reject", "waive", "revoke"] {
                let ids = ["student-card", "registration-card", "certificates"];
                let given = if step == 11 && matches!(decision, "pass" | "tick") {
                    parts(&ids)
                } else {
                    asked(decision)
                };
                let cascade = (decision == "revoke").then_some(Cascade::Revoke);
                let reason = given.reason.filter(|_| decision != "tick");
                let given = DecisionRequest { decision: decision.to_owned(), cascade, reason, ..given };
                let done = tell(&batch, &mut clearance.clone(), &actor, step, given);
                let does = done.is_ok_and(|events| !events.is_empty());
                assert_eq!(
                    offered_now.contains(&decision),
                    does,
                    "{decision} of step {step} by {}",
                    actor.id.said()
                );
            }
            let administers = actor.has(Role::Administrator);
            assert!(
                administers || offered(late).is_empty(),
                "outside the window nobody else changes anything"
            );
        }
    }
}

#[test]
fn a_step_that_is_not_required_is_not_turned_down_but_may_be_passed() {
    let batch = with_step_eight("required = false");
    let (clearance, _) = enrolled(&batch, student());
    let (whom, marks) = (clearance.student.whom(), clearance.marks());
    let step = batch.step(StepNumber(8)).unwrap();
    let offered = domain::decide::offers(&batch, step, (whom, &marks), false, &everybody(&batch), noon());
    assert_eq!(offered.into_iter().map(domain::verdict::Decision::word).collect::<Vec<_>>(), ["pass"]);
    let refused = tell(&batch, &mut clearance.clone(), &everybody(&batch), 8, asked("reject"));
    assert_eq!(refused, Err(Refusal::StepNotRequired));
}

#[test]
fn a_doctor_s_final_step_is_the_degree_office_s() {
    let doctor = student_with(&[("level", "doctor")]);
    let mut clearance = given(doctor, &ONE_TO_TEN);
    let three = || parts(&["student-card", "registration-card", "certificates"]);
    let refused = tell(&notice(), &mut clearance, &clerk(&["college"]), 11, three());
    assert_eq!(refused, Err(Refusal::NotAllowed(Barrier::OtherOffice)));
    assert!(tell(&notice(), &mut clearance, &clerk(&["degree"]), 11, three()).is_ok());
}

#[test]
fn the_same_decision_again_changes_nothing() {
    let mut clearance = given(student(), &[2]);
    let library = clerk(&["library"]);
    assert_eq!(tell(&notice(), &mut clearance, &library, 2, asked("pass")), Ok(vec![]));
    tell(&notice(), &mut clearance, &library, 3, asked("reject")).unwrap();
    assert_eq!(tell(&notice(), &mut clearance, &library, 3, asked("reject")), Ok(vec![]));
    let other = DecisionRequest { amount_due: Some(Amount(1250)), ..asked("reject") };
    assert_eq!(tell(&notice(), &mut clearance, &library, 3, other).unwrap().len(), 1, "another amount");
    assert_eq!(tell(&notice(), &mut clearance, &library, 4, asked("revoke")), Ok(vec![]));
}

#[test]
fn what_has_changed_since_it_was_seen_is_not_decided_unless_it_is_as_asked_for() {
    let mut clearance = given(student(), &[]);
    let library = clerk(&["library"]);
    let seeing =
        |decision: &str, state: &str| DecisionRequest { seen: Some(state.to_owned()), ..asked(decision) };
    let mut decide =
        |step, request| tell(&notice(), &mut clearance, &library, step, request).map(|events| events.len());
    assert_eq!(decide(2, seeing("pass", "ready")), Ok(1));
    assert_eq!(decide(2, seeing("pass", "ready")), Ok(0), "sent again it finds its own work");
    assert_eq!(decide(2, seeing("reject", "ready")), Err(Refusal::ChangedMeanwhile));
    assert_eq!(decide(2, seeing("revoke", "ready")), Err(Refusal::ChangedMeanwhile));
    assert_eq!(decide(2, seeing("revoke", "passed")), Ok(1));
    assert_eq!(decide(2, seeing("revoke", "passed")), Ok(0));
    assert_eq!(decide(2, seeing("reject", "ready")), Ok(1));
    assert_eq!(decide(2, seeing("reject", "ready")), Ok(0));
    let other = DecisionRequest { amount_due: Some(Amount(1250)), ..seeing("reject", "ready") };
    assert_eq!(decide(2, other), Err(Refusal::ChangedMeanwhile), "another amount");
}

#[test]
fn a_rejection_waits_for_the_student_and_can_be_passed_later() {
    let mut clearance = given(student(), &[]);
    let library = clerk(&["library"]);
    tell(&notice(), &mut clearance, &library, 3, asked("reject")).unwrap();
    assert_eq!(state(&clearance, 3).waiting_for().unwrap().word(), "you");
    tell(&notice(), &mut clearance, &library, 3, asked("pass")).unwrap();
    assert_eq!(state(&clearance, 3), State::Passed);
}

#[test]
fn a_revocation_names_what_depends_on_it_and_takes_it_along_when_told_to() {
    let mut clearance = given(student(), &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    let all = everybody(&notice());
    let refused = tell(&notice(), &mut clearance, &all, 9, asked("revoke"));
    assert_eq!(refused, Err(Refusal::DependentsPassed { dependents: named(&[10, 11]) }));

    let residence = clerk(&["residence"]);
    let cascade = || DecisionRequest { cascade: Some(Cascade::Revoke), ..asked("revoke") };
    let refused = tell(&notice(), &mut clearance, &residence, 9, cascade());
    assert_eq!(refused, Err(Refusal::NotAllowed(Barrier::OtherOffice)), "step 11 isn't theirs");

    let events = tell(&notice(), &mut clearance, &all, 9, cascade()).unwrap();
    let steps: Vec<_> = events.iter().map(|event| event.fact.step().unwrap()).collect();
    assert_eq!(steps, n(&[11, 10, 9]), "the last first");
    assert_eq!(state(&clearance, 10), State::Blocked);
}

#[test]
fn what_goes_along_with_a_revocation_is_named_each_before_what_stands_on_it() {
    let batch = with_step_eight("after = [9, 10]");
    let (mut clearance, _) = enrolled(&batch, student());
    for step in [9, 10, 8] {
        tell(&batch, &mut clearance, &everybody(&batch), step, asked("pass")).unwrap();
    }
    let refused = tell(&batch, &mut clearance, &everybody(&batch), 9, asked("revoke"));
    assert_eq!(refused, Err(Refusal::DependentsPassed { dependents: batch.named(n(&[10, 8])) }));
    let all = DecisionRequest { cascade: Some(Cascade::Revoke), ..asked("revoke") };
    let events = tell(&batch, &mut clearance, &everybody(&batch), 9, all).unwrap();
    let steps: Vec<_> = events.iter().map(|event| event.fact.step().unwrap()).collect();
    assert_eq!(steps, n(&[8, 10, 9]), "the last first");
}

#[test]
fn a_cascade_records_the_role_that_allows_each_part_of_it() {
    let mut clearance = given(student(), &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    let both = person("20080005", &[Role::Operator, Role::Registrar], &["library"], &["*"]);
    let cascade = DecisionRequest { cascade: Some(Cascade::Revoke), ..asked("revoke") };
    let events = tell(&notice(), &mut clearance, &both, 2, cascade).unwrap();
    let roles: Vec<_> = events.iter().map(|event| event.stamp.role).collect();
    assert_eq!(roles, [Role::Registrar, Role::Operator], "step 11 as registrar, step 2 as the library");
}

#[test]
fn nobody_decides_about_themselves() {
    let mut clearance = given(Student { advisors: vec!["20151104027".parse().unwrap()], ..student() }, &[]);
    let refused = tell(&notice(), &mut clearance, &person("20151104027", &[], &[], &[]), 1, asked("pass"));
    assert_eq!(refused, Err(Refusal::NotAllowed(Barrier::Role)));
}

#[test]
fn what_is_passed_can_not_be_turned_down_under_what_depends_on_it() {
    let mut clearance = given(student(), &[9, 10]);
    let refused = tell(&notice(), &mut clearance, &clerk(&["residence"]), 9, asked("reject"));
    assert_eq!(refused, Err(Refusal::DependentsPassed { dependents: named(&[10]) }));
}

#[test]
fn only_a_registrar_excuses_and_only_a_registrar_takes_that_back() {
    let mut clearance = given(student(), &[]);
    let registrar = person("20080002", &[Role::Registrar], &[], &[]);
    let residence = clerk(&["residence"]);
    let refused = tell(&notice(), &mut clearance, &residence, 9, asked("waive"));
    assert_eq!(refused, Err(Refusal::NotAllowed(Barrier::Role)));
    tell(&notice(), &mut clearance, &registrar, 9, asked("waive")).unwrap();
    assert_eq!(state(&clearance, 9), State::Waived);
    assert_eq!(tell(&notice(), &mut clearance, &residence, 9, asked("pass")), Ok(vec![]));
    for decision in ["reject", "revoke"] {
        let refused = tell(&notice(), &mut clearance, &residence, 9, asked(decision));
        assert_eq!(refused, Err(Refusal::NotAllowed(Barrier::Excused)), "{decision}");
    }
    tell(&notice(), &mut clearance, &residence, 10, asked("pass")).unwrap();
    let refused = tell(&notice(), &mut clearance, &registrar, 9, asked("revoke"));
    assert_eq!(refused, Err(Refusal::DependentsPassed { dependents: named(&[10]) }));
}

#[test]
fn nobody_decides_beyond_their_office_their_college_or_their_own_students() {
    let batch = notice();
    let mut clearance = given(student(), &[]);
    let mut refused = |actor, step| tell(&batch, &mut clearance, &actor, step, asked("pass")).unwrap_err();
    let not = Refusal::NotAllowed;
    assert_eq!(refused(clerk(&["finance"]), 2), not(Barrier::OtherOffice));
    let elsewhere = person("20080003", &[Role::Operator], &["college"], &["法学院"]);
    assert_eq!(refused(elsewhere, 5), not(Barrier::OtherCollege));
    assert_eq!(refused(person("20050008", &[], &[], &[]), 1), not(Barrier::NotTheirAdvisor));
    assert_eq!(refused(person("20151104027", &[], &[], &[]), 2), not(Barrier::Role), "the student");
    assert_eq!(refused(person("20151104027", &[], &[], &[]), 1), not(Barrier::Role));
    assert_eq!(refused(person("20151104028", &[], &[], &[]), 1), not(Barrier::Role), "another");
    for role in [Role::Registrar, Role::Administrator, Role::Counsellor, Role::PartyOffice] {
        assert_eq!(
            refused(person("20080004", &[role], &["library"], &["*"]), 2),
            not(Barrier::Role),
            "{role:?}"
        );
    }
    let advisor = person("20050007", &[], &[], &[]);
    assert!(tell(&batch, &mut clearance, &advisor, 1, asked("pass")).is_ok());
}

#[test]
fn a_student_is_seen_by_themselves_their_advisor_and_staff_in_reach_and_by_nobody_else() {
    let student = student();
    let batch = notice();
    let sees = |actor: &Actor| actor.may_read(&batch, &student);
    let gone = Err(Refusal::NotFound(What::Student));
    assert_eq!(sees(&person("20151104027", &[], &[], &[])), Ok(Role::Student));
    assert_eq!(sees(&person("20050007", &[], &[], &[])), Ok(Role::Advisor));
    assert_eq!(sees(&person("20151104028", &[], &[], &[])), gone);
    assert_eq!(sees(&person("20080001", &[Role::Counsellor], &[], &["法学院"])), gone);
    assert_eq!(sees(&person("20080001", &[Role::Counsellor], &[], &["信息学院"])), Ok(Role::Counsellor));
    assert_eq!(sees(&person("20080001", &[Role::Registrar], &[], &[])), Ok(Role::Registrar));
}

#[test]
fn every_wrong_field_of_a_decision_is_named() {
    let batch = notice();
    let mut clearance = given(student(), &[]);
    let all = everybody(&batch);
    let mut codes = |step, asked| match tell(&batch, &mut clearance, &all, step, asked) {
        Err(Refusal::InvalidFields(faults)) => {
            faults.into_iter().map(|f| format!("{}: {}", f.field, f.rule.code())).collect::<Vec<_>>()
        }
        other => panic!("{other:?}"),
    };
    let long = DecisionRequest { reason: Some("长".repeat(501)), ..asked("reject") };
    assert_eq!(codes(2, long), ["reason: too-long"]);
    assert_eq!(
        codes(2, DecisionRequest { reason: Some("  ".into()), ..asked("waive") }),
        ["reason: required"]
    );
    assert_eq!(
        codes(2, DecisionRequest { reason: Some("a\u{0}".into()), ..asked("reject") }),
        ["reason: control-characters"]
    );
    assert_eq!(
        codes(2, DecisionRequest { amount_due: Some(Amount(5)), ..asked("pass") }),
        ["amount_due: only-with"]
    );
    assert_eq!(
        codes(2, DecisionRequest { amount_due: Some(Amount(0)), ..asked("reject") }),
        ["amount_due: out-of-range"]
    );
    assert_eq!(
        codes(2, DecisionRequest { cascade: Some(Cascade::Revoke), ..asked("pass") }),
        ["cascade: only-with"]
    );
    assert_eq!(codes(2, asked("approve")), ["decision: one-of"]);
    assert_eq!(codes(11, parts(&["letter", "letter", "hat"])), ["parts[1]: duplicate", "parts[2]: one-of"]);
    let tomorrow = Some("2017-12-21T12:00:00+08:00".to_owned());
    assert_eq!(codes(2, DecisionRequest { as_of: tomorrow, ..asked("pass") }), ["as_of: in-the-future"]);
    let words = Some("yesterday".to_owned());
    assert_eq!(codes(2, DecisionRequest { as_of: words, ..asked("pass") }), ["as_of: not-an-instant"]);
}

#[test]
fn a_fact_is_as_old_as_this_century_and_no_younger_than_now() {
    let batch = notice();
    let read = |as_of: &str| {
        let asked = DecisionRequest { as_of: Some(as_of.to_owned()), ..asked("pass") };
        Command::read(batch.step(StepNumber(2)).unwrap(), asked, Source::Operator, noon())
    };
    let taken = |as_of: &str| read(as_of).unwrap().as_of.unwrap().to_rfc3339();
    assert_eq!(taken("2017-12-20T11:59:59.0009+08:00"), "2017-12-20T11:59:59+08:00", "to the millisecond");
    assert_eq!(taken("2017-12-20T04:00:00Z"), "2017-12-20T04:00:00+00:00", "now");
    assert_eq!(taken("2000-01-01T00:00:00+08:00"), "2000-01-01T00:00:00+08:00");
    let rule = |as_of: &str| match read(as_of) {
        Err(Refusal::InvalidFields(faults)) => faults[0].rule.code(),
        other => panic!("{as_of}: {other:?}"),
    };
    assert_eq!(rule("2017-12-20T12:00:00.001+08:00"), "in-the-future");
    assert_eq!(rule("1999-12-31T23:59:59+08:00"), rule("yesterday"), "no instant that is meant");
}

#[test]
fn a_decision_ticks_as_many_parts_as_a_step_can_have_and_no_more() {
    let batch = notice();
    let rules = |count: usize| {
        let words: Vec<&str> = std::iter::repeat_n("student-card", count).collect();
        match Command::read(batch.step(StepNumber(11)).unwrap(), parts(&words), Source::Operator, noon()) {
            Err(Refusal::InvalidFields(faults)) => faults,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(rules(MOST_PARTS).len(), MOST_PARTS - 1, "each but the first is there twice");
    for count in [MOST_PARTS + 1, MOST_PARTS + 2] {
        let faults = rules(count);
        assert_eq!((faults.len(), &faults[0].rule), (1, &FieldRule::TooLong { most: MOST_PARTS }));
    }
}

#[test]
fn whoever_is_forgotten_has_decisions_and_no_name() {
    let mut clearance = given(student(), &[2]);
    let batch = notice();
    let closed = batch.window().closes;
    let try_to = |clearance: &Clearance, actor: &Actor, reason, while_open, at| {
        forget(&batch, clearance, actor, reason, while_open, at)
    };
    let administrator = person("10000001", &[Role::Administrator], &[], &[]);
    let (why, no) = (Some("本人要求"), WhileOpen::No);
    let refused = try_to(&clearance, &clerk(&["library"]), why, no, closed);
    assert!(matches!(refused, Err(Refusal::NotAllowed(_))));
    let early = try_to(&clearance, &administrator, why, no, noon());
    assert_eq!(early, Err(Refusal::BatchOpen { closes: closed }));
    assert_eq!(try_to(&clearance, &administrator, why, WhileOpen::Yes, noon()).unwrap().len(), 1);
    let unexplained = try_to(&clearance, &administrator, None, no, closed);
    assert!(matches!(unexplained, Err(Refusal::InvalidFields(faults)) if faults[0].field == "reason"));
    let events = try_to(&clearance, &administrator, why, no, closed).unwrap();
    events.iter().for_each(|event| clearance.evolve(event));
    assert_eq!((clearance.forgotten, state(&clearance, 2)), (Some(closed), State::Passed));
    assert_eq!(clearance.student.personal(), &Personal::default());
    assert_eq!(try_to(&clearance, &administrator, why, no, closed), Ok(vec![]), "already");
}

#[test]
fn a_rejection_stands_whatever_the_roster_says_until_its_office_or_a_registrar_ends_it() {
    let text = include_str!("../../../infra/batches/2018-01.toml");
    let step = "en = \"Accommodation paid\" }\noffice = \"residence\"\n";
    let residents = text.replace(step, &format!("{step}when = {{ resident = \"yes\" }}\n"));
    let batch = common::read(&residents);
    let admin = everybody(&batch);
    let residence = clerk(&["residence"]);
    let (mut clearance, _) = enrolled(&batch, student());
    let debt = DecisionRequest { amount_due: Some(Amount(500_000)), ..asked("reject") };
    tell(&batch, &mut clearance, &residence, 9, debt).unwrap();
    let moved_out = student_with(&[("resident", "no")]);
    let clears = Err(Refusal::RosterClears { steps: named(&[9]) });
    assert_eq!(update_roster(&batch, &clearance, moved_out.clone(), &admin, noon()), clears);

    // Even where the student has become one who doesn't need the step, as when the batch's file has changed.
    clearance.student = moved_out;
    let stands = |clearance: &Clearance, number| {
        let step = batch.step(StepNumber(number)).unwrap();
        batch.state(step, &clearance.student.traits(), &clearance.marks())
    };
    assert_eq!(stands(&clearance, 9), State::Rejected);
    assert_eq!(stands(&clearance, 10), State::Blocked);
    let refused = tell(&batch, &mut clearance, &clerk(&["library"]), 9, asked("pass"));
    assert_eq!(refused, Err(Refusal::NotAllowed(Barrier::OtherOffice)));
    for (actor, decision, after) in [
        (&residence, "pass", State::Passed),
        (&residence, "reject", State::Rejected),
        (&admin, "waive", State::Waived),
        (&residence, "revoke", State::Waived),
    ] {
        let mut clearance = clearance.clone();
        assert_eq!(tell(&batch, &mut clearance, actor, 9, asked(decision)).unwrap().len(), 1, "{decision}");
        assert_eq!(stands(&clearance, 9), after, "{decision}");
    }
}

#[test]
fn a_rejection_stays_with_the_office_that_gave_it() {
    let batch = notice();
    let mut clearance = given(student(), &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    tell(&batch, &mut clearance, &clerk(&["college"]), 11, asked("reject")).unwrap();
    let doctor = student_with(&[("level", "doctor")]);
    let clears = Err(Refusal::RosterClears { steps: named(&[11]) });
    assert_eq!(update_roster(&batch, &clearance, doctor, &everybody(&batch), noon()), clears);
}

#[test]
fn the_roster_can_not_reopen_what_a_passed_step_stands_on() {
    let batch = notice();
    let clearance = given(student(), &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    let admin = everybody(&batch);
    let reopens = Err(Refusal::RosterReopens { steps: named(&[11]) });
    let refused = update_roster(&batch, &clearance, member(), &admin, noon());
    assert_eq!(refused, reopens, "the letter was never handed out");
    let doctor = student_with(&[("level", "doctor")]);
    let refused = update_roster(&batch, &clearance, doctor, &admin, noon());
    assert_eq!(refused, reopens, "another office would have had to decide");
    let renamed = Student {
        personal: sealed(Personal { name: "王晓明".to_owned(), ..student().personal().clone() }),
        ..student()
    };
    assert_eq!(update_roster(&batch, &clearance, renamed, &admin, noon()).unwrap().len(), 1);
    assert_eq!(update_roster(&batch, &clearance, student(), &admin, noon()), Ok(vec![]));
    let nobody = clerk(&["college"]);
    let refused = update_roster(&batch, &clearance, member(), &nobody, noon());
    assert_eq!(refused, Err(Refusal::NotAllowed(Barrier::Role)));
}

#[test]
fn a_roster_keeps_the_digest_of_what_it_says_again_and_comes_by_import() {
    let batch = notice();
    let admin = person("10000001", &[Role::Administrator], &[], &["*"]);
    let mut clearance = given(student(), &[]);
    tell(&batch, &mut clearance, &everybody(&batch), 2, asked("reject")).unwrap();
    let anew = |name: &str| {
        let personal = Personal { name: name.to_owned(), ..student().personal().clone() };
        let personal = Private::seal(personal, Salt::new([9; 16]));
        Student { college: "法学院".to_owned(), personal, ..student() }
    };
    let update = |student| update_roster(&batch, &clearance, student, &admin, noon()).unwrap();
    let digest = |events: &[Event]| match &events[0].fact {
        StudentFact::Roster { student, .. } => student.personal.digest(),
        other => panic!("{other:?}"),
    };
    let moved = update(anew("王小明"));
    assert_eq!(digest(&moved), clearance.student.personal.digest(), "though a step stands turned down");
    assert_ne!(digest(&update(anew("王晓明"))), clearance.student.personal.digest());
    let by = &moved[0].stamp;
    assert_eq!((by.source, by.role), (Source::Import, Role::Administrator));
}

#[test]
fn nobody_makes_themselves_an_advisor() {
    let batch = notice();
    let advisor = person("20050007", &[Role::Administrator], &[], &["*"]);
    let refused = |outcome: Result<Vec<Event>, Refusal>| match outcome {
        Err(Refusal::InvalidFields(faults)) => faults[0].rule == FieldRule::SelfAsAdvisor,
        _ => false,
    };
    assert!(refused(enrol(&batch, student(), &advisor, noon())));
    let theirs = given(student(), &[]);
    let moved = || Student { college: "法学院".to_owned(), ..student() };
    assert_eq!(
        update_roster(&batch, &theirs, moved(), &advisor, noon()).unwrap().len(),
        1,
        "they are one already"
    );
    let nobodys = given(Student { advisors: vec![], ..student() }, &[]);
    assert!(refused(update_roster(&batch, &nobodys, moved(), &advisor, noon())));
}
