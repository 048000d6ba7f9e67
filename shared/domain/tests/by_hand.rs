//! One student by hand: who may, what is said, and what never happens.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{
    asked, clerk, enrolled, everybody, noon, notice, person, student, student_with, tell, university,
};
use domain::batch::Batch;
use domain::clearance::Clearance;
use domain::decide::by_hand::{Amended, Amendment, Reopen, add, amend, remove, restore};
use domain::decide::command::DecisionRequest;
use domain::decide::roster::update_roster;
use domain::fact::{Action, Event};
use domain::field::FieldRule;
use domain::ids::{PartId, PersonId, Source, StepNumber};
use domain::refusal::{Barrier, Refusal};
use domain::rights::Actor;
use domain::role::Role;
use domain::roster::{Cells, read_by_hand};
use domain::state::Mark;
use domain::student::Student;
use ledger::{Aggregate as _, Salt};

const WHY: Option<&str> = Some("学院来函更正");

fn admin() -> Actor {
    person("10000001", &[Role::Administrator], &[], &[])
}

fn passed(clearance: &Clearance, step: u8) -> bool {
    clearance.marks().get(&StepNumber(step)) == Some(&Mark::Passed)
}

/// A student whose steps these clerks passed, each with a step.
fn cleared_by(batch: &Batch, steps: &[(u8, &Actor)]) -> Clearance {
    let (mut clearance, _) = enrolled(batch, student());
    for (step, by) in steps {
        let parts = match step {
            11 => batch.step(StepNumber(11)).unwrap().parts.iter().map(|part| part.id.to_string()).collect(),
            _ => Vec::new(),
        };
        let applies = |part: &String| {
            let id: PartId = part.parse().unwrap();
            let traits = clearance.student.traits();
            batch.step(StepNumber(11)).unwrap().parts_for(&traits).any(|part| part.id == id)
        };
        let parts = parts.into_iter().filter(applies).collect();
        let asked = DecisionRequest { parts, ..asked("pass") };
        tell(batch, &mut clearance, by, *step, asked).unwrap();
    }
    clearance
}

/// All the steps of a student, each by its own office.
fn all_cleared(batch: &Batch) -> Clearance {
    let all = everybody(batch);
    let advisor = person("20050007", &[], &[], &[]);
    let steps: Vec<(u8, &Actor)> =
        (1..=11).map(|step| (step, if step == 1 { &advisor } else { &all })).collect();
    cleared_by(batch, &steps)
}

fn try_to(
    batch: &Batch,
    clearance: &Clearance,
    student: Student,
    reopen: Reopen,
    deciders: &[&Actor],
) -> Result<Amended, Refusal> {
    let deciders: BTreeMap<PersonId, Actor> =
        deciders.iter().map(|one| (one.id.clone(), (*one).clone())).collect();
    let asked = Amendment { student, reason: WHY, reopen, seen: None };
    amend(batch, clearance, &admin(), asked, &deciders, noon())
}

fn steps(amended: &Amended) -> Vec<u8> {
    amended.moved.iter().map(|moved| moved.step.0).collect()
}

/// Every passed step stands on passed or waived ones after each event.
fn stands_after_each(batch: &Batch, clearance: &Clearance, events: &[Event]) -> Clearance {
    let mut clearance = clearance.clone();
    for event in events {
        clearance.evolve(event);
        let (traits, marks) = (clearance.student.traits(), clearance.marks());
        for step in batch.steps().filter(|step| marks.get(&step.number) == Some(&Mark::Passed)) {
            let open = batch.open_prerequisites(step, &traits, &marks);
            assert!(open.is_empty(), "step {} after event {}", step.number, event.number());
        }
    }
    clearance
}

#[test]
fn whoever_adds_moves_or_takes_out_is_an_administrator_and_says_why() {
    let batch = notice();
    let (clearance, _) = enrolled(&batch, student());
    let registrar = person("20080009", &[Role::Registrar, Role::Operator], &["library"], &["*"]);
    let moved = || Student { college: "法学院".to_owned(), ..student() };
    let all = |actor: &Actor, why: Option<&str>| {
        let asked = Amendment { student: moved(), reason: why, reopen: Reopen::No, seen: None };
        [
            add(&batch, None, student(), actor, why, noon()),
            amend(&batch, &clearance, actor, asked, &BTreeMap::new(), noon()).map(|amended| amended.events),
            remove(&clearance, actor, why, noon()),
            restore(&clearance, actor, why, noon()),
        ]
    };
    for refused in all(&registrar, WHY) {
        assert_eq!(refused, Err(Refusal::NotAllowed(Barrier::Role)));
    }
    for unexplained in all(&admin(), Some("  ")) {
        let Err(Refusal::InvalidFields(faults)) = unexplained else { panic!("{unexplained:?}") };
        assert_eq!((faults[0].field.as_str(), &faults[0].rule), ("reason", &FieldRule::Required));
    }
    let counts: Vec<usize> = all(&admin(), WHY).into_iter().map(|events| events.unwrap().len()).collect();
    assert_eq!(counts, [1, 1, 1, 0], "who is in isn't put back");
}

#[test]
fn what_is_done_by_hand_has_its_reason_and_comes_from_a_person() {
    let batch = notice();
    let events = add(&batch, None, student(), &admin(), WHY, noon()).unwrap();
    let event = &events[0];
    assert_eq!(
        (event.fact.action(), event.fact.reason(), event.stamp.source),
        (Action::Enrol, WHY, Source::Operator)
    );
    let (clearance, _) = enrolled(&batch, student());
    let moved = Student { college: "法学院".to_owned(), ..student() };
    let amended = try_to(&batch, &clearance, moved, Reopen::No, &[]).unwrap();
    let event = &amended.events[0];
    assert_eq!(
        (event.fact.action(), event.fact.reason(), event.stamp.source),
        (Action::Roster, WHY, Source::Operator)
    );
    assert_eq!(clearance.after(&amended.events).student.college, "法学院");
}

#[test]
fn who_is_there_is_not_added_again() {
    let batch = notice();
    let (clearance, _) = enrolled(&batch, student());
    let again = |student: Student| add(&batch, Some(&clearance), student, &admin(), WHY, noon());
    assert_eq!(again(student()), Ok(vec![]), "a call that is sent again");
    let other = Student { college: "法学院".to_owned(), ..student() };
    assert_eq!(again(other), Err(Refusal::StudentExists));
    let out = clearance.clone().after(&remove(&clearance, &admin(), WHY, noon()).unwrap());
    let refused = add(&batch, Some(&out), student(), &admin(), WHY, noon());
    assert_eq!(refused, Err(Refusal::TakenOut { at: noon() }));
}

#[test]
fn a_moved_students_steps_of_another_office_are_named_and_stand() {
    let batch = notice();
    let clearance = all_cleared(&batch);
    let doctor = student_with(&[("level", "doctor")]);
    let amended = try_to(&batch, &clearance, doctor, Reopen::No, &[&everybody(&batch)]).unwrap();
    let moved = &amended.moved;
    assert_eq!((moved.len(), moved[0].step, moved[0].mark), (1, StepNumber(11), Some(Mark::Passed)));
    assert_eq!((moved[0].from.as_str(), moved[0].to.as_str()), ("college", "degree"));
    assert_eq!((amended.reopened, amended.events.len()), (vec![], 1));
    assert!(passed(&clearance.after(&amended.events), 11));
}

#[test]
fn they_are_opened_again_where_that_is_asked_for() {
    let batch = notice();
    let clearance = all_cleared(&batch);
    let doctor = student_with(&[("level", "doctor")]);
    let amended = try_to(&batch, &clearance, doctor, Reopen::Yes, &[&everybody(&batch)]).unwrap();
    assert_eq!(amended.reopened, [StepNumber(11)]);
    let actions: Vec<Action> = amended.events.iter().map(|event| event.fact.action()).collect();
    assert_eq!(actions, [Action::Revoke, Action::Roster]);
    let after = stands_after_each(&batch, &clearance, &amended.events);
    assert!(!passed(&after, 11) && passed(&after, 10));
    assert_eq!(after.revoked[&StepNumber(11)].reason, WHY.unwrap());
}

#[test]
fn a_college_is_another_office_to_those_whose_rights_end_at_it() {
    let batch = notice();
    let theirs = person("20080011", &[Role::Operator], &["college"], &["信息学院"]);
    let library = clerk(&["library"]);
    let clearance = cleared_by(&batch, &[(2, &library), (5, &theirs)]);
    let moved = || Student { college: "法学院".to_owned(), ..student() };
    let named =
        |deciders: &[&Actor]| steps(&try_to(&batch, &clearance, moved(), Reopen::No, deciders).unwrap());
    assert_eq!(named(&[&library, &theirs]), [5], "the library's clerk has every college");
    assert_eq!(named(&[&library]), [5]);
    assert_eq!(named(&[]), [2, 5], "of whoever has no rights any more it isn't known");
    // The dean of the new college may have been the one who decided.
    let both = person("20080011", &[Role::Operator], &["college"], &["信息学院", "法学院"]);
    assert!(named(&[&library, &both]).is_empty());
}

#[test]
fn an_advisors_approval_is_named_when_the_advisor_is_another() {
    let batch = notice();
    let advisor = person("20050007", &[], &[], &[]);
    let clearance = cleared_by(&batch, &[(1, &advisor)]);
    let anew = Student { advisors: vec!["20050008".parse().unwrap()], ..student() };
    let amended = try_to(&batch, &clearance, anew, Reopen::Yes, &[]).unwrap();
    assert_eq!((steps(&amended), &amended.reopened), (vec![1], &vec![StepNumber(1)]));
    let beside =
        Student { advisors: ["20050007", "20050008"].map(|id| id.parse().unwrap()).to_vec(), ..student() };
    assert!(steps(&try_to(&batch, &clearance, beside, Reopen::Yes, &[]).unwrap()).is_empty());
}

#[test]
fn a_passed_step_is_never_left_on_something_open() {
    let batch = notice();
    let clearance = all_cleared(&batch);
    let member = student_with(&[("party", "full"), ("party_here", "yes")]);
    let refused = try_to(&batch, &clearance, member.clone(), Reopen::No, &[&everybody(&batch)]);
    assert_eq!(refused.unwrap_err(), Refusal::MoveReopens { steps: batch.named([StepNumber(11)]) });
    let amended = try_to(&batch, &clearance, member, Reopen::Yes, &[&everybody(&batch)]).unwrap();
    assert_eq!(amended.reopened, [StepNumber(11)]);
    stands_after_each(&batch, &clearance, &amended.events);
}

#[test]
fn what_is_passed_on_a_reopened_step_is_opened_with_it_the_last_first() {
    let batch = notice();
    let clearance = all_cleared(&batch);
    let anew = Student { advisors: vec!["20050008".parse().unwrap()], ..student() };
    let amended = try_to(&batch, &clearance, anew, Reopen::Yes, &[&everybody(&batch)]).unwrap();
    assert_eq!(amended.reopened, [StepNumber(11), StepNumber(1)]);
    let after = stands_after_each(&batch, &clearance, &amended.events);
    assert_eq!(after.records.len(), 9);
}

#[test]
fn parts_that_another_office_has_ticked_are_its_decision_too() {
    let batch = notice();
    let college = clerk(&["college"]);
    let mut clearance = cleared_by(&batch, &[]);
    let all = everybody(&batch);
    let advisor = person("20050007", &[], &[], &[]);
    tell(&batch, &mut clearance, &advisor, 1, asked("pass")).unwrap();
    for step in 2..=10 {
        tell(&batch, &mut clearance, &all, step, asked("pass")).unwrap();
    }
    let tick = DecisionRequest { parts: vec!["student-card".to_owned()], reason: None, ..asked("tick") };
    tell(&batch, &mut clearance, &college, 11, tick).unwrap();
    let doctor = || student_with(&[("level", "doctor")]);
    let deciders = [&college, &all];
    let stands = try_to(&batch, &clearance, doctor(), Reopen::No, &deciders).unwrap();
    assert_eq!((stands.moved[0].step, stands.moved[0].mark), (StepNumber(11), None));
    assert!(clearance.clone().after(&stands.events).ticked.contains_key(&StepNumber(11)));
    let opened = try_to(&batch, &clearance, doctor(), Reopen::Yes, &deciders).unwrap();
    assert_eq!(opened.reopened, [StepNumber(11)]);
    let after = stands_after_each(&batch, &clearance, &opened.events);
    assert!(!after.ticked.contains_key(&StepNumber(11)), "the degree office ticks them itself");
    let refused = update_roster(&batch, &clearance, doctor(), &admin(), noon());
    assert_eq!(refused, Err(Refusal::RosterReopens { steps: batch.named([StepNumber(11)]) }));
}

#[test]
fn a_debt_follows_whoever_is_moved() {
    let batch = notice();
    let (mut clearance, _) = enrolled(&batch, student());
    tell(&batch, &mut clearance, &clerk(&["residence"]), 9, asked("reject")).unwrap();
    for reopen in [Reopen::No, Reopen::Yes] {
        let anew = Student {
            college: "法学院".to_owned(),
            ..student_with(&[("campus", "lianhua"), ("level", "doctor")])
        };
        let amended = try_to(&batch, &clearance, anew, reopen, &[]).unwrap();
        let after = stands_after_each(&batch, &clearance, &amended.events);
        assert_eq!(after.records[&StepNumber(9)], clearance.records[&StepNumber(9)]);
        assert_eq!((amended.moved[0].mark, &amended.reopened), (Some(Mark::Rejected), &vec![]));
    }
}

#[test]
fn what_was_not_seen_is_not_changed() {
    let batch = notice();
    let (mut clearance, _) = enrolled(&batch, student());
    let seen = Some(clearance.version);
    tell(&batch, &mut clearance, &clerk(&["library"]), 2, asked("pass")).unwrap();
    let anew = |student: Student, seen| {
        let asked = Amendment { student, reason: WHY, reopen: Reopen::No, seen };
        amend(&batch, &clearance, &admin(), asked, &BTreeMap::new(), noon())
            .map(|amended| amended.events.len())
    };
    let moved = || Student { college: "法学院".to_owned(), ..student() };
    assert_eq!(anew(moved(), seen), Err(Refusal::ChangedMeanwhile));
    assert_eq!(anew(moved(), Some(clearance.version)), Ok(1));
    assert_eq!(anew(student(), seen), Ok(0), "a call that is sent again finds its own work");
}

#[test]
fn of_whoever_was_taken_out_nothing_is_decided_until_they_are_back() {
    let batch = notice();
    let (mut clearance, _) = enrolled(&batch, student());
    let library = clerk(&["library"]);
    tell(&batch, &mut clearance, &library, 2, asked("pass")).unwrap();
    let events = remove(&clearance, &admin(), Some("延期毕业"), noon()).unwrap();
    let out = clearance.clone().after(&events);
    let taken_out = Refusal::TakenOut { at: noon() };
    assert_eq!(out.removed.as_ref().unwrap().reason, "延期毕业");
    for (actor, step, decision) in
        [(&library, 3, "pass"), (&library, 2, "revoke"), (&everybody(&batch), 7, "waive")]
    {
        assert_eq!(tell(&batch, &mut out.clone(), actor, step, asked(decision)), Err(taken_out.clone()));
    }
    assert_eq!(out.completed_at(&batch), Err(taken_out.clone()));
    let roster = Student { college: "法学院".to_owned(), ..student() };
    assert_eq!(update_roster(&batch, &out, roster.clone(), &admin(), noon()), Err(taken_out.clone()));
    assert_eq!(
        update_roster(&batch, &out, student(), &admin(), noon()),
        Err(taken_out.clone()),
        "nor is it the same"
    );
    assert_eq!(try_to(&batch, &out, roster, Reopen::No, &[]).unwrap_err(), taken_out);
    assert_eq!(remove(&out, &admin(), WHY, noon()), Ok(vec![]), "they are out already");

    let back = out.clone().after(&restore(&out, &admin(), WHY, noon()).unwrap());
    assert_eq!((&back.removed, &back.records), (&None, &clearance.records));
    tell(&batch, &mut back.clone(), &library, 3, asked("pass")).unwrap();
}

#[test]
fn somebody_without_a_right_hears_that_and_not_who_was_taken_out() {
    let batch = notice();
    let (clearance, _) = enrolled(&batch, student());
    let mut out = clearance.clone().after(&remove(&clearance, &admin(), WHY, noon()).unwrap());
    let refused = tell(&batch, &mut out, &clerk(&["finance"]), 2, asked("pass"));
    assert_eq!(refused, Err(Refusal::NotAllowed(Barrier::OtherOffice)));
}

fn cells(cells: &[(&str, &str)]) -> Cells {
    cells.iter().map(|(id, cell)| ((*id).to_owned(), (*cell).to_owned())).collect()
}

fn given(
    these: &[(&str, &str)],
    before: Option<&Student>,
) -> Result<Student, BTreeSet<(String, &'static str)>> {
    let read = read_by_hand(&university(), &cells(these), before, noon().date_naive(), Salt::new([7; 16]));
    let named = |faults: Vec<domain::field::FieldFault>| {
        faults.into_iter().map(|fault| (fault.field.clone(), fault.rule.code())).collect()
    };
    read.map(|read| read.student).map_err(named)
}

#[test]
fn whatever_is_not_given_stays_as_it_was() {
    let before = student();
    let moved = given(&[("college", "法学院"), ("campus", "莲华校区")], Some(&before)).unwrap();
    assert_eq!(before.differences(&moved), ["college", "campus"]);
    assert_eq!(moved.facts[&"campus".parse().unwrap()], "lianhua");
    let named = given(&[("name", "王晓明")], Some(&before)).unwrap();
    assert_eq!(before.differences(&named), ["name"]);
    assert_eq!(named.personal().id_number, before.personal().id_number);
    let without = given(&[("id_number", ""), ("advisors", "")], Some(&before)).unwrap();
    assert_eq!(
        before.emptied(&without),
        ["id_number", "advisors"],
        "an empty cell says that there is nothing"
    );
    assert_eq!(before.differences(&given(&[], Some(&before)).unwrap()), Vec::<String>::new());
}

#[test]
fn what_is_given_by_hand_is_read_as_a_roster_is() {
    let faults = |these: &[(&str, &str)], before: Option<&Student>| given(these, before).unwrap_err();
    let fault = |field: &str, code| (field.to_owned(), code);
    let before = student();
    assert_eq!(faults(&[("campus", "火星")], Some(&before)), BTreeSet::from([fault("campus", "one-of")]));
    assert_eq!(faults(&[("name", "")], Some(&before)), BTreeSet::from([fault("name", "required")]));
    assert_eq!(faults(&[("shoe_size", "43")], Some(&before)), BTreeSet::from([fault("shoe_size", "one-of")]));
    assert_eq!(
        faults(&[("student_id", "20150000001")], Some(&before)),
        BTreeSet::from([fault("student_id", "one-of")]),
        "nobody becomes another"
    );
    let missing: Vec<String> = faults(&[], None).into_iter().map(|(field, _)| field).collect();
    assert_eq!(missing, ["campus", "college", "level", "mode", "name", "party", "student_id"]);
    let whole = [
        ("student_id", "20159999999"),
        ("name", "补录生"),
        ("college", "信息学院"),
        ("campus", "莲华"),
        ("level", "硕士"),
        ("mode", "全日制"),
        ("party", "群众"),
    ];
    assert_eq!(given(&whole, None).unwrap().id.as_str(), "20159999999");
}
