//! What a batch says of itself: what its file says, for each kind of student.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

mod common;

use std::collections::BTreeSet;

use common::{at, notice, read, student, student_with, when};
use domain::batch::{Desk, Office, Reminders, Step};
use domain::facts::{Traits, When};
use domain::ids::StepNumber;
use domain::state::{Mark, Marks, State};
use domain::student::Student;

const NOTICE: &str = include_str!("../../../infra/batches/2018-01.toml");

fn step(number: u8) -> Step {
    notice().step(StepNumber(number)).unwrap().clone()
}

fn doctor() -> Student {
    student_with(&[("level", "doctor")])
}

fn numbers<'a>(steps: impl IntoIterator<Item = &'a Step>) -> Vec<u8> {
    steps.into_iter().map(|step| step.number.0).collect()
}

fn ids<'a>(offices: impl IntoIterator<Item = &'a Office>) -> Vec<String> {
    offices.into_iter().map(|office| office.id.to_string()).collect()
}

#[test]
fn it_says_what_stands_in_its_file() {
    let batch = notice();
    assert_eq!(
        (batch.id().to_string(), batch.name().zh.clone()),
        ("2018-01".into(), "2018年1月毕业研究生".into())
    );
    assert_eq!(batch.network().campus.iter().map(ToString::to_string).collect::<Vec<_>>(), ["192.0.2.0/24"]);
    let contacts: Vec<_> = batch.contacts().iter().map(|contact| contact.phone.clone().unwrap()).collect();
    assert_eq!(contacts, ["0871-65915868", "0871-65144174", "0871-65915648"]);
    let offices = ["advisor", "college", "degree", "finance", "laboratory", "library", "residence"];
    assert_eq!(ids(batch.offices()), offices);
    assert_eq!(numbers(batch.steps()), (1..=11).collect::<Vec<u8>>());
    let order: Vec<u8> = batch.in_order().iter().map(|number| number.0).collect();
    assert_eq!(order.iter().collect::<BTreeSet<_>>().len(), 11, "each once: {order:?}");
    for one in batch.steps() {
        let place = |number: &StepNumber| batch.in_order().iter().position(|step| step == number).unwrap();
        assert!(one.after.iter().all(|before| place(before) < place(&one.number)), "{order:?}");
    }
    assert_eq!(batch.reminders(), Some(&Reminders { window_days: 5, letter_days: 14 }));
    assert_eq!(batch.introduction().unwrap().valid_days, 90);
    let quiet = NOTICE.replacen("[reminders]", "", 1).replacen("window_days = 5", "", 1).replacen(
        "letter_days = 14",
        "",
        1,
    );
    assert_eq!(read(&quiet).reminders(), None, "and nobody is written to");
}

#[test]
fn each_kind_of_student_has_the_office_of_their_step() {
    let batch = notice();
    let office = |number, traits: &Traits<'_>| batch.office_of(&step(number), traits).unwrap().id.to_string();
    assert_eq!(
        (office(2, &student().traits()), office(2, &doctor().traits())),
        ("library".into(), "library".into())
    );
    assert_eq!(
        (office(11, &student().traits()), office(11, &doctor().traits())),
        ("college".into(), "degree".into())
    );
    assert_eq!(step(11).office_id(&doctor().traits()).as_str(), "degree");
    assert_eq!(step(11).office_id(&student().traits()).as_str(), "college");
    assert_eq!(ids(batch.offices_of(&step(11))), ["college", "degree"]);
    assert_eq!(ids(batch.offices_of(&step(2))), ["library"]);
    assert_eq!(numbers(batch.dependents(StepNumber(9))), [10, 11]);
    assert_eq!(numbers(batch.dependents(StepNumber(11))), [0_u8; 0]);
}

#[test]
fn an_office_sends_a_student_to_the_desk_of_their_campus_and_college() {
    let desk = |phone: &str| Desk { phone: Some(phone.to_owned()), ..Desk::default() };
    let at = |campus: &[&str], college: Option<&str>| When {
        colleges: college.map(|college| BTreeSet::from([college.to_owned()])),
        ..if campus.is_empty() { When::default() } else { when(&[("campus", campus)]) }
    };
    let elsewhere = vec![
        (at(&["lianhua"], Some("法学院")), desk("both")),
        (at(&["lianhua"], None), desk("campus")),
        (at(&[], Some("文学院")), desk("college")),
    ];
    let library = notice().offices().find(|office| office.id.as_str() == "library").unwrap().clone();
    let library = Office { desk: desk("main"), elsewhere, ..library };
    let phone = |campus: &str, college: &str| {
        let student = Student { college: college.to_owned(), ..student_with(&[("campus", campus)]) };
        library.desk_for(&student.traits()).phone.clone().unwrap()
    };
    assert_eq!(phone("lianhua", "法学院"), "both");
    assert_eq!(phone("lianhua", "文学院"), "campus", "the first that fits");
    assert_eq!(phone("chenggong", "文学院"), "college");
    assert_eq!(phone("chenggong", "法学院"), "main");
}

#[test]
fn a_kind_of_student_is_told_by_each_of_its_traits() {
    let student = Student { major: Some("软件工程".to_owned()), ..student() };
    let traits = student.traits();
    assert!(When::default().fits(&traits), "what isn't said is not asked");
    let one = |text: &str| Some(BTreeSet::from([text.to_owned()]));
    let kinds = |is_theirs: bool| {
        let of = usize::from(!is_theirs);
        [
            when(&[("level", &[["master", "doctor"][of]])]),
            when(&[("campus", &[["chenggong", "lianhua"][of]])]),
            when(&[("resident", &[["yes", "no"][of]])]),
            When { colleges: one(["信息学院", "法学院"][of]), ..When::default() },
            When { majors: one(["软件工程", "法律"][of]), ..When::default() },
            When { not: Some(Box::new(when(&[("level", &[["doctor", "master"][of]])]))), ..When::default() },
        ]
    };
    for kind in kinds(true) {
        assert!(kind.fits(&traits), "{kind:?}");
    }
    for kind in kinds(false) {
        assert!(!kind.fits(&traits), "{kind:?}");
    }
    assert!(when(&[("level", &["doctor", "master"])]).fits(&traits), "one of several");
    assert!(!when(&[("level", &["master"]), ("resident", &["no"])]).fits(&traits), "each that is asked");
    assert!(!when(&[("shoe_size", &["42"])]).fits(&traits), "of whom nothing is known");
    let unknown = Student { major: None, ..student.clone() };
    assert!(!When { majors: one("软件工程"), ..When::default() }.fits(&unknown.traits()));
}

#[test]
fn a_step_stands_as_its_mark_its_kind_and_its_prerequisites_say() {
    let batch = notice();
    let student = student();
    let traits = student.traits();
    let state = |number, marks: &Marks| batch.state(&step(number), &traits, marks);
    let one = |number, mark| Marks::from([(StepNumber(number), mark)]);
    let none = Marks::new();
    assert_eq!([state(9, &none), state(10, &none)], [State::Ready, State::Blocked]);
    for (mark, then) in
        [(Mark::Passed, State::Ready), (Mark::Waived, State::Ready), (Mark::Rejected, State::Blocked)]
    {
        assert_eq!(state(10, &one(9, mark)), then, "{mark:?}");
    }
    let of = |mark| state(9, &one(9, mark));
    assert_eq!(
        [of(Mark::Passed), of(Mark::Waived), of(Mark::Rejected)],
        [State::Passed, State::Waived, State::Rejected]
    );
    let optional = Step { required: false, ..step(9) };
    assert!(!optional.required_of(&traits) && step(9).required_of(&traits));
    assert_eq!(batch.state(&optional, &traits, &none), State::Waived);
    assert_eq!(
        batch.state(&optional, &traits, &one(9, Mark::Rejected)),
        State::Rejected,
        "for that office to end"
    );
    let of_doctors = Step { when: when(&[("level", &["doctor"])]), ..step(9) };
    assert!(!of_doctors.required_of(&traits) && of_doctors.required_of(&doctor().traits()));
    assert_eq!(batch.remaining(&traits, &none), 11);
    assert_eq!(batch.remaining(&traits, &one(2, Mark::Passed)), 10);
    assert_eq!(batch.remaining(&traits, &one(2, Mark::Rejected)), 11);
    assert_eq!(batch.open_prerequisites(&step(10), &traits, &none), [StepNumber(9)]);
    let parts: Vec<String> = step(11).parts_for(&traits).map(|part| part.id.to_string()).collect();
    assert_eq!(parts, ["student-card", "registration-card", "certificates"], "the letter is for members");
}

#[test]
fn a_reminder_is_due_in_the_last_days_of_the_window() {
    let (reminders, window) = (*notice().reminders().unwrap(), *notice().window());
    let due = |text| reminders.window_ends(&window, at(text));
    assert!(!due("2018-01-05T23:59:59+08:00"));
    assert!(due("2018-01-06T00:00:00+08:00"), "five days before");
    assert!(due("2018-01-10T23:59:59+08:00"));
    assert!(!due("2018-01-11T00:00:00+08:00"), "it is over");
    let always = Reminders { window_days: 400, ..reminders };
    assert!(!always.window_ends(&window, at("2017-12-14T12:00:00+08:00")), "it hasn't begun");
}
