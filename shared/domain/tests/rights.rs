//! What each role may do and see, right by right: every answer of `Actor`, also for whom it must not be yes.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

mod common;

use std::collections::BTreeSet;

use common::{at, noon, notice, person, student, student_with};
use domain::batch::Batch;
use domain::ids::StepNumber;
use domain::refusal::{Barrier, Refusal, What};
use domain::rights::{Actor, Reach};
use domain::role::{Colleges, Grant, Role};
use domain::student::Student;
use domain::verdict::Decision;

const OWN: &str = "信息学院";
const OTHER: &str = "法学院";

fn role(role: Role) -> Actor {
    person("20080001", &[role], &[], &["*"])
}

fn counsellor(college: &str) -> Actor {
    person("20080001", &[Role::Counsellor], &[], &[college])
}

fn clerk(office: &str, college: &str) -> Actor {
    person("20080001", &[Role::Operator], &[office], &[college])
}

fn nobody() -> Actor {
    person("20080001", &[], &[], &[])
}

fn advisor() -> Actor {
    person("20050007", &[], &[], &[])
}

fn myself() -> Actor {
    person("20151104027", &[], &[], &[])
}

fn only(college: &str) -> Colleges {
    Colleges::Only(BTreeSet::from([college.to_owned()]))
}

fn step(batch: &Batch, number: u8) -> &domain::batch::Step {
    batch.step(StepNumber(number)).unwrap()
}

fn barrier<T: std::fmt::Debug>(answer: Result<T, Refusal>) -> Barrier {
    match answer {
        Err(Refusal::NotAllowed(barrier)) => barrier,
        other => panic!("{other:?}"),
    }
}

#[test]
fn who_reads_a_student_does_so_in_the_first_of_their_roles() {
    let student = student();
    let read = |actor: Actor| actor.may_read(&notice(), &student);
    assert_eq!(read(myself()), Ok(Role::Student));
    assert_eq!(read(advisor()), Ok(Role::Advisor));
    assert_eq!(read(clerk("library", OWN)), Ok(Role::Operator));
    assert_eq!(read(counsellor(OWN)), Ok(Role::Counsellor));
    for wide in [Role::PartyOffice, Role::Registrar, Role::Administrator] {
        assert_eq!(read(role(wide)), Ok(wide));
    }
    for actor in [nobody(), clerk("library", OTHER), counsellor(OTHER), person("20151104028", &[], &[], &[])]
    {
        assert_eq!(read(actor), Err(Refusal::NotFound(What::Student)));
    }
    let advises_too = person("20050007", &[Role::Counsellor], &[], &[OTHER]);
    assert_eq!(advises_too.may_read(&notice(), &student), Ok(Role::Advisor), "outside their own college");
}

#[test]
fn each_task_has_its_roles_and_no_others() {
    type Task = fn(&Actor) -> bool;
    let tasks: [(&str, Task, &[Role]); 9] = [
        ("rosters", |a| a.may_import_rosters().is_ok(), &[Role::Administrator]),
        ("personal data", |a| a.may_keep_personal_data().is_ok(), &[Role::Administrator]),
        ("granting", |a| a.may_grant().is_ok(), &[Role::Administrator]),
        ("sign-ins", |a| a.may_read_sign_ins().is_ok(), &[Role::Administrator]),
        ("issuing", |a| a.may_issue_letters(notice().introduction().unwrap()).is_ok(), &[Role::PartyOffice]),
        (
            "keeping letters",
            |a| a.may_keep_letters(notice().introduction().unwrap()).is_ok(),
            &[Role::PartyOffice, Role::Registrar],
        ),
        (
            "reading letters",
            |a| a.may_read_letters(notice().introduction().unwrap()).is_ok(),
            &[Role::PartyOffice, Role::Registrar, Role::Administrator],
        ),
        (
            "gathering forms",
            |a| a.may_gather_forms(notice().introduction().unwrap(), None).is_ok(),
            &[Role::Counsellor, Role::PartyOffice, Role::Registrar, Role::Administrator],
        ),
        (
            "progress",
            |a| a.may_see_progress(&notice(), None).is_ok(),
            &[Role::Operator, Role::Counsellor, Role::PartyOffice, Role::Registrar, Role::Administrator],
        ),
    ];
    for (task, may, roles) in tasks {
        for one in [Role::Operator, Role::Counsellor, Role::PartyOffice, Role::Registrar, Role::Administrator]
        {
            assert_eq!(may(&role(one)), roles.contains(&one), "{task} as {one:?}");
        }
        for actor in [nobody(), advisor(), myself()] {
            assert!(!may(&actor), "{task} as {}", actor.id.said());
        }
    }
    assert_eq!(
        role(Role::PartyOffice).may_issue_letters(notice().introduction().unwrap()),
        Ok(Role::PartyOffice)
    );
    assert_eq!(role(Role::Registrar).may_keep_letters(notice().introduction().unwrap()), Ok(Role::Registrar));
}

#[test]
fn lists_are_for_everybody_but_students() {
    assert_eq!(barrier(myself().may_use_lists()), Barrier::Role);
    assert_eq!((nobody().may_use_lists(), advisor().may_use_lists()), (Ok(()), Ok(())));
}

#[test]
fn forms_are_gathered_and_progress_is_seen_within_ones_colleges() {
    let gathers = |actor: &Actor, college| actor.may_gather_forms(notice().introduction().unwrap(), college);
    assert_eq!(gathers(&counsellor(OWN), None), Ok(only(OWN)));
    assert_eq!(gathers(&counsellor(OWN), Some(OWN)), Ok(only(OWN)));
    assert_eq!(barrier(gathers(&counsellor(OWN), Some(OTHER))), Barrier::OtherCollege);
    assert_eq!(gathers(&role(Role::Registrar), None), Ok(Colleges::All));
    assert_eq!(gathers(&role(Role::Registrar), Some(OTHER)), Ok(only(OTHER)));
    let mut both = clerk("library", "*");
    both.grants.extend(counsellor(OWN).grants);
    assert_eq!(gathers(&both, None), Ok(only(OWN)), "a librarian of all colleges counsels one");
    assert_eq!(both.may_see_progress(&notice(), None), Ok(Colleges::All), "and sees how far all are");
    assert_eq!(counsellor(OWN).may_see_progress(&notice(), Some(OWN)), Ok(only(OWN)));
    assert_eq!(barrier(counsellor(OWN).may_see_progress(&notice(), Some(OTHER))), Barrier::OtherCollege);
}

#[test]
fn a_form_is_handed_in_by_these_and_seen_by_these() {
    let student = student();
    let hands = |actor: Actor| actor.may_hand_in(&notice(), &student);
    assert_eq!(hands(myself()), Ok(Role::Student));
    assert_eq!(hands(counsellor(OWN)), Ok(Role::Counsellor));
    assert_eq!(hands(role(Role::PartyOffice)), Ok(Role::PartyOffice));
    assert_eq!(hands(role(Role::Registrar)), Ok(Role::Registrar));
    for actor in [advisor(), clerk("library", OWN), role(Role::Administrator)] {
        assert_eq!(barrier(hands(actor)), Barrier::Role);
    }
    assert_eq!(hands(counsellor(OTHER)), Err(Refusal::NotFound(What::Student)));
    let sees = |actor: Actor| actor.may_see_party(&notice(), &student);
    for actor in [myself(), counsellor(OWN), role(Role::PartyOffice), role(Role::Administrator)] {
        assert!(sees(actor));
    }
    for actor in [advisor(), clerk("library", OWN), counsellor(OTHER), nobody()] {
        assert!(!sees(actor));
    }
}

#[test]
fn outside_the_window_only_an_administrator_changes_anything() {
    let batch = notice();
    let (opens, closes) = (batch.window().opens, batch.window().closes);
    let second = chrono::Duration::seconds(1);
    for (when, open) in [(opens - second, false), (opens, true), (closes - second, true), (closes, false)] {
        assert_eq!(role(Role::Registrar).may_change(&batch, when).is_ok(), open, "{when}");
        assert!(role(Role::Administrator).may_change(&batch, when).is_ok(), "{when}");
    }
}

#[test]
fn whoever_could_never_decide_a_step_hears_so_before_any_student_is_looked_up() {
    let batch = notice();
    let could = |actor: &Actor, number, decision| actor.could_decide(&batch, step(&batch, number), decision);
    assert_eq!(could(&clerk("library", OWN), 2, Decision::Pass), Ok(()));
    assert_eq!(barrier(could(&clerk("library", OWN), 7, Decision::Pass)), Barrier::OtherOffice);
    assert_eq!(barrier(could(&counsellor(OWN), 2, Decision::Pass)), Barrier::Role);
    assert_eq!(barrier(could(&role(Role::Registrar), 2, Decision::Pass)), Barrier::Role);
    assert_eq!(could(&role(Role::Registrar), 2, Decision::Waive), Ok(()));
    assert_eq!(could(&role(Role::Registrar), 2, Decision::Revoke), Ok(()));
    assert_eq!(could(&role(Role::Registrar), 2, Decision::Undo), Ok(()));
    assert_eq!(barrier(could(&clerk("library", OWN), 2, Decision::Waive)), Barrier::Role);
    assert_eq!(could(&nobody(), 1, Decision::Pass), Ok(()), "anybody may be somebody's advisor");
    assert_eq!(barrier(could(&myself(), 1, Decision::Pass)), Barrier::Role, "but no student");
    let touch = |actor: &Actor, number| actor.could_touch(&batch, step(&batch, number));
    assert_eq!((touch(&role(Role::Registrar), 2), touch(&clerk("library", OWN), 2)), (Ok(()), Ok(())));
    assert_eq!(barrier(touch(&clerk("library", OWN), 7)), Barrier::OtherOffice);
    assert_eq!(barrier(touch(&counsellor(OWN), 2)), Barrier::Role);
}

#[test]
fn who_works_a_list_sees_whom_it_is_about() {
    let batch = notice();
    let list = |actor: &Actor, number, college| actor.may_list(&batch, step(&batch, number), college);
    for wide in [Role::PartyOffice, Role::Registrar, Role::Administrator] {
        assert_eq!(list(&role(wide), 2, None), Ok(Reach::Colleges(Colleges::All)));
        assert_eq!(list(&role(wide), 2, Some(OWN)), Ok(Reach::Colleges(only(OWN))));
    }
    assert_eq!(list(&clerk("library", OWN), 2, None), Ok(Reach::Colleges(only(OWN))));
    assert_eq!(barrier(list(&clerk("library", OWN), 2, Some(OTHER))), Barrier::OtherCollege);
    assert_eq!(barrier(list(&clerk("library", OWN), 7, None)), Barrier::OtherOffice);
    assert_eq!(list(&counsellor(OWN), 2, None), Ok(Reach::Colleges(only(OWN))));
    assert_eq!(list(&advisor(), 1, None), Ok(Reach::OwnStudents));
    assert_eq!(barrier(list(&advisor(), 2, None)), Barrier::Role);
    let mut both = clerk("library", OWN);
    both.grants.extend(clerk("finance", OTHER).grants);
    assert_eq!(
        list(&both, 2, None),
        Ok(Reach::Colleges(only(OWN))),
        "another office's college is not this one's"
    );
    assert_eq!(list(&both, 7, None), Ok(Reach::Colleges(only(OTHER))));
}

/// The final step is one office's for master's students and another's for doctors: each list has its own, and
/// everybody is on a counsellor's and a registrar's.
#[test]
fn a_step_of_two_offices_lists_each_student_with_whoever_handles_them() {
    let batch = notice();
    let last = step(&batch, 11);
    let master = student();
    let doctor = student_with(&[("level", "doctor")]);
    let offices = [&master, &doctor].map(|student| last.office_id(&student.traits()).clone());
    assert_ne!(offices[0], offices[1], "the notice has two");
    let lists = |actor: &Actor, student: &Student| actor.lists(&batch, last, &student.traits());
    for (office, one, other) in [(&offices[0], &master, &doctor), (&offices[1], &doctor, &master)] {
        let clerk = clerk(office.as_str(), OWN);
        assert!(lists(&clerk, one) && !lists(&clerk, other), "{office}");
    }
    for actor in [counsellor(OWN), role(Role::Registrar), role(Role::PartyOffice), role(Role::Administrator)]
    {
        assert!(lists(&actor, &master) && lists(&actor, &doctor));
    }
    for actor in [nobody(), counsellor(OTHER), clerk(offices[0].as_str(), OTHER), advisor()] {
        assert!(!lists(&actor, &master) && !lists(&actor, &doctor));
    }
}

#[test]
fn a_number_that_is_nobody_sounds_like_somebody_elses() {
    assert_eq!(clerk("library", OWN).no_such_student(), Refusal::NotFound(What::Student));
    assert_eq!(nobody().no_such_student(), Refusal::NotAllowed(Barrier::NotTheirAdvisor));
}

#[test]
fn roles_and_grants_are_counted_once_and_only_while_they_hold() {
    let mut actor = clerk("library", OWN);
    actor.grants.extend(clerk("finance", OTHER).grants);
    actor.grants.push(Grant::of(Role::Registrar));
    assert_eq!(actor.roles(), BTreeSet::from([Role::Operator, Role::Registrar]));
    assert!(actor.is_staff() && !nobody().is_staff());
    assert!(actor.has(Role::Registrar) && !actor.has(Role::Counsellor));
    let from = Grant { from: Some(noon()), ..Grant::of(Role::Registrar) };
    let until = Grant { until: Some(noon()), ..Grant::of(Role::Registrar) };
    let before = at("2017-12-20T11:59:59+08:00");
    assert_eq!((from.holds(before), from.holds(noon())), (false, true));
    assert_eq!((until.holds(before), until.holds(noon())), (true, false));
}

#[test]
fn a_grant_joins_one_that_differs_in_its_offices_alone() {
    let one = |office: &str, college: &str| clerk(office, college).grants.remove(0);
    let joined = Grant::join(vec![one("library", OWN)], one("finance", OWN));
    assert_eq!((joined.len(), joined[0].offices.len()), (1, 2));
    for other in [
        one("finance", OTHER),
        Grant { role: Role::Counsellor, ..one("finance", OWN) },
        Grant { from: Some(noon()), ..one("finance", OWN) },
        Grant { until: Some(noon()), ..one("finance", OWN) },
    ] {
        assert_eq!(Grant::join(vec![one("library", OWN)], other).len(), 2);
    }
}

#[test]
fn colleges_are_all_or_those_named() {
    assert!(Colleges::All.include(OWN) && only(OWN).include(OWN) && !only(OWN).include(OTHER));
    assert!(!Colleges::default().include(OWN));
    assert_eq!(only(OWN).and(&Colleges::All), Colleges::All);
    assert_eq!(Colleges::All.and(&only(OWN)), Colleges::All);
    let both = only(OWN).and(&only(OTHER));
    assert!(both.include(OWN) && both.include(OTHER) && both != Colleges::All);
    let star = BTreeSet::from(["*".to_owned(), OWN.to_owned()]);
    assert_eq!(Colleges::from(star), Colleges::All);
    assert_eq!(BTreeSet::from(Colleges::All), BTreeSet::from(["*".to_owned()]));
    assert_eq!(BTreeSet::from(only(OWN)), BTreeSet::from([OWN.to_owned()]));
}
