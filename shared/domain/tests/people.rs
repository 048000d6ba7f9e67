//! Several kinds of people who decide for their own students: each its own steps, from a column of its own.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod common;

use std::sync::Arc;

use common::{at, enrolled, noon, person};
use domain::batch::{Batch, DecidedBy};
use domain::decide::roster::update_roster;
use domain::field::FieldRule;
use domain::header::ByHand;
use domain::ids::{PersonId, StepNumber};
use domain::refusal::{Barrier, Refusal};
use domain::rights::Actor;
use domain::role::Role;
use domain::roster::{Columns, read_row};
use domain::student::Student;
use domain::university::University;
use domain::verdict::Decision;
use domain::{batch_file, university_file};
use ledger::Salt;

const UNIVERSITY: &str = include_str!("two-kinds-of-people/university.toml");

const BATCH: &str = include_str!("two-kinds-of-people/2026-06.toml");

fn university() -> Arc<University> {
    Arc::new(university_file::read(UNIVERSITY).unwrap().university)
}

fn batch() -> Batch {
    batch_file::read(&university(), "2026-06", BATCH).unwrap().batch
}

fn row(header: &[&str], cells: &[&str]) -> Student {
    let university = university();
    let columns = Columns::find(&university, header.iter().copied(), &ByHand::new()).unwrap();
    assert!(columns.others().is_empty(), "every column is read: {:?}", columns.others());
    read_row(&columns, cells, at("2026-06-01T00:00:00+08:00").date_naive(), Salt::new([0; 16]))
        .unwrap()
        .student
}

fn numbers(people: &[PersonId]) -> Vec<&str> {
    people.iter().map(PersonId::number).collect()
}

const HEADER: [&str; 5] = ["学号", "姓名", "学院", "班主任", "指导教师"];

#[test]
fn each_kind_has_a_column_and_decides_its_own_steps_and_no_others() {
    let batch = batch();
    let student = row(&HEADER, &["2022001", "王小明", "信息学院", "1001 李老师", "2001;2002 陈总"]);
    assert_eq!(numbers(&student.advisors), ["1001", "2001", "2002"]);
    let may = |who: &Actor, number: u8| {
        let step = batch.step(StepNumber(number)).unwrap();
        who.may_decide(&batch, step, student.whom(), None, Decision::Pass)
    };
    let [teacher, tutor] = ["staff:1001", "staff:2002"].map(|id| person(id, &[], &[], &[]));
    assert_eq!(may(&teacher, 1), Ok(Role::Advisor));
    assert_eq!(may(&tutor, 2), Ok(Role::Advisor));
    let refused = Err(Refusal::NotAllowed(Barrier::NotTheirAdvisor));
    assert_eq!((may(&teacher, 2), may(&tutor, 1)), (refused.clone(), refused));
    for (who, theirs) in [(&teacher, [true, false]), (&tutor, [false, true])] {
        let listed =
            [1, 2].map(|n| who.lists_own(&batch, batch.step(StepNumber(n)).unwrap(), student.whom()));
        assert_eq!(listed, theirs);
        assert_eq!(who.may_read(&batch, &student), Ok(Role::Advisor), "the record is for both");
    }
    assert_eq!(student.advisor_names.len(), 2);
}

#[test]
fn who_is_of_both_kinds_stands_once_and_decides_both() {
    let batch = batch();
    let student = row(&HEADER, &["2022001", "王小明", "信息学院", "1001", "1001"]);
    assert_eq!(numbers(&student.advisors), ["1001"]);
    let who = person("staff:1001", &[], &[], &[]);
    for number in [1, 2] {
        let step = batch.step(StepNumber(number)).unwrap();
        assert_eq!(who.may_decide(&batch, step, student.whom(), None, Decision::Pass), Ok(Role::Advisor));
    }
}

#[test]
fn nobody_makes_themselves_one_of_another_kind() {
    let batch = batch();
    let teacher = person("staff:1001", &[Role::Administrator], &[], &["*"]);
    let theirs = row(&HEADER, &["2022001", "王小明", "信息学院", "1001", "2001"]);
    let (clearance, _) = enrolled(&batch, theirs);
    for (cells, field) in [(["1001", "2001;1001"], Some("tutor")), (["1001", "2003"], None)] {
        let [first, second] = cells;
        let asked = || row(&HEADER, &["2022001", "王小明", "信息学院", first, second]);
        let outcome = update_roster(&batch, &clearance, asked(), &teacher, noon());
        let found = match outcome {
            Err(Refusal::InvalidFields(faults)) => {
                assert_eq!(faults[0].rule, FieldRule::SelfAsAdvisor);
                assert_eq!(faults[0].name.as_ref().unwrap().zh, "导师");
                Some(faults[0].field.clone())
            }
            outcome => outcome.map(|events| assert_eq!(events.len(), 1)).map(|()| None).unwrap(),
        };
        assert_eq!(found.as_deref(), field);
    }
}

#[test]
fn a_column_that_a_later_roster_lacks_says_nothing() {
    let before = row(&HEADER, &["2022001", "王小明", "信息学院", "1001 李老师", "2001 陈总"]);
    let university = university();
    let header = ["学号", "姓名", "学院", "班主任"];
    let columns = Columns::find(&university, header, &ByHand::new()).unwrap();
    let later = row(&header, &["2022001", "王小明", "信息学院", "1003"]);
    let after = columns.with_what_was_known(later, &before);
    assert_eq!(numbers(&after.advisors), ["1003", "2001"]);
    let names: Vec<&str> = after.advisor_names.values().map(String::as_str).collect();
    assert_eq!(names, ["陈总"], "of whom there is no more, no name is kept");
    let wrong = read_row(
        &Columns::find(&university, HEADER, &ByHand::new()).unwrap(),
        &["2022001", "王小明", "信息学院", "1001", "王老师"],
        at("2026-06-01T00:00:00+08:00").date_naive(),
        Salt::new([0; 16]),
    );
    let (_, faults) = wrong.unwrap_err();
    assert_eq!(faults[0].field, "tutor");
    assert_eq!(faults[0].name.as_ref().unwrap().zh, "导师", "named as people know it");
}

#[test]
fn an_office_names_the_kind_where_there_are_several() {
    let decided = |batch: &Batch| -> Vec<DecidedBy> {
        batch.offices().map(|office| office.decided_by.clone()).collect()
    };
    let kinds = ["teacher", "tutor"].map(|id| DecidedBy::Advisors(Some(id.parse().unwrap())));
    assert_eq!(decided(&batch()), kinds);
    let generic = BATCH.replace("decided_by = \"tutor\"", "decided_by = \"advisors\"");
    let faults = batch_file::read(&university(), "2026-06", &generic).unwrap_err();
    assert!(faults[0].what.en.contains("there are operators, teacher, tutor"), "{}", faults[0].what.en);
    let own = UNIVERSITY.replace("id = \"tutor\"", "id = \"name\"");
    let faults = university_file::read(&own).unwrap_err();
    assert!(faults[0].what.en.contains("a column of every university's roster"), "{}", faults[0].what.en);
}

#[test]
fn whoever_lacks_somebody_of_one_kind_is_told_which() {
    let batch = batch();
    let lacks = |cells: [&str; 5]| {
        let student = row(&HEADER, &cells);
        let (step, kind) = batch.decided_by_nobody(&student)?;
        Some((step.number.0, kind?.name.zh.clone()))
    };
    assert_eq!(lacks(["2022001", "王小明", "信息学院", "1001", "2001"]), None);
    assert_eq!(lacks(["2022001", "王小明", "信息学院", "", "2001"]), Some((1, "班主任".to_owned())));
    assert_eq!(lacks(["2022001", "王小明", "信息学院", "1001", ""]), Some((2, "导师".to_owned())));
}
