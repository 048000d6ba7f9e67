//! Every kind of mistake in a batch file is found, with its line and what to do.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

#[path = "batch_files/keys.rs"]
mod keys;
#[path = "batch_files/meanings.rs"]
mod meanings;
#[path = "batch_files/mistakes.rs"]
mod mistakes;
#[path = "batch_files/told.rs"]
mod told;

use std::sync::{Arc, LazyLock};

use domain::batch_file::{overlaps, read};
use domain::fault::Weight;
use domain::university::University;

fn university() -> Arc<University> {
    static READ: LazyLock<Arc<University>> = LazyLock::new(|| {
        let text = include_str!("../../../infra/batches/university.toml");
        Arc::new(domain::university_file::read(text).unwrap().university)
    });
    READ.clone()
}

const NOTICE: &str = include_str!("../../../infra/batches/2018-01.toml");

/// The notice's batch with what it doesn't name filled in: nothing is to be said of it.
fn deployable() -> String {
    let filled = [
        ("192.0.2.0/24", "202.203.16.0/20"),
        ("××大学研究生院党委", "昆明大学研究生院党委"),
        ("××省××市××路1号", "云南省昆明市一二一大街1号"),
        ("phone = \"0000-00000000\"", "phone = \"0871-65144174\""),
        ("0000-00000001", "0871-65144175"),
        ("000000", "650093"),
    ];
    filled.iter().fold(NOTICE.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "the notice has no {from:?}");
        text.replacen(from, to, 1)
    })
}

#[test]
fn the_notice_with_what_it_leaves_open_filled_in_is_sound_and_nothing_is_said_of_it() {
    let read = read(&university(), "2018-01", &deployable()).unwrap();
    assert_eq!(read.noted, []);
}

#[test]
fn the_sample_is_sound_and_what_is_made_up_in_it_is_mentioned() {
    let read = read(&university(), "2018-01", NOTICE).unwrap();
    assert_eq!(read.batch.steps().count(), 11);
    let of: Vec<_> = read
        .noted
        .iter()
        .map(|fault| (fault.weight, fault.what.en.split([':', ' ']).next().unwrap()))
        .collect();
    let made_up =
        ["192.0.2.0/24", "issuer.from", "issuer.address", "issuer.phone", "issuer.fax", "issuer.postcode"];
    assert_eq!(of, made_up.map(|what| (Weight::MadeUp, what)));
}

/// The faults after replacing one text by another, as `line-content ⇒ English`.
fn faults(from: &str, to: &str) -> Vec<(String, String)> {
    assert!(NOTICE.contains(from), "the notice has no {from:?}");
    let text = NOTICE.replacen(from, to, 1);
    let line = |n: usize| text.lines().nth(n - 1).unwrap_or("").to_owned();
    match read(&university(), "2018-01", &text) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.into_iter().map(|fault| (line(fault.line), fault.what.en)).collect(),
    }
}

fn assert_fault(from: &str, to: &str, line: &str, what: &str) {
    let found = faults(from, to);
    let hit = found.iter().any(|(at, said)| at.contains(line) && said.contains(what));
    assert!(hit, "{from:?} → {to:?}: expected {what:?} at {line:?}, found {found:#?}");
}

#[test]
fn a_step_or_part_for_nobody_is_found_by_the_rehearsal() {
    let nobody = "number = 3\nwhen = { level = [] }";
    assert_fault("number = 3", nobody, "number = 3", "applies to no kind of student");
    assert_fault(
        "party = [\"full\", \"probationary\"]",
        "party = []",
        "number = 11",
        "part letter of step 11 applies to no kind",
    );
}

#[test]
fn an_office_that_would_handle_a_step_for_nobody_and_a_student_without_steps_are_found() {
    for when in ["when = { level = [] }", "when = {}"] {
        assert_fault("when = { level = [\"doctor\"] }", when, "number = 11", "for nobody");
    }
    let text = NOTICE.replace("[[steps]]\n", "[[steps]]\nrequired = false\n");
    let faults = read(&university(), "2018-01", &text).unwrap_err();
    assert!(faults.iter().any(|fault| fault.what.en.contains("cleared at once")), "{faults:?}");
}

#[test]
fn an_office_without_a_step_is_mentioned() {
    let text = NOTICE.replace("office = \"laboratory\"", "office = \"finance\"");
    let noted = read(&university(), "2018-01", &text).unwrap().noted;
    assert!(noted.iter().any(|fault| fault.what.en.contains("office laboratory handles no step")));
}

#[test]
fn windows_and_deadlines_out_of_order_are_found() {
    assert_fault("closes = 2018-01-11", "closes = 2017-01-11", "closes = 2017", "closes is before opens");
    assert_fault("closes = 2018-01-11", "closes = 2017-12-15", "closes = 2017", "never open");
    assert_fault("readable_until = 2018-05", "readable_until = 2017-04", "readable", "before closes");
    assert_fault("retained_until = 2019", "retained_until = 2017", "retained", "before readable_until");
    assert_fault(
        "receipts_until = 2018-05-11",
        "receipts_until = 2019-05-11",
        "retained",
        "before receipts_until",
    );
    assert_fault("form_due = 2017-12-20", "form_due = 2017-12-01", "form_due", "form_due is before opens");
    assert_fault("form_due = 2017-12-20", "form_due = 2017-12-23", "lianhua =", "before form_due");
    assert_fault("reissue_until = 2018-01-10", "reissue_until = 2018-01-20", "reissue", "after closes");
    assert_fault(
        "reissue_until = 2018-01-10",
        "reissue_until = 2017-12-21",
        "reissue",
        "before editable_until",
    );
    assert_fault(
        "opens = 2017-12-15T00:00:00+08:00",
        "opens = 2017-12-15T00:00:00",
        "opens",
        "needs its offset",
    );
    assert_fault("receipts_until = 2018-05", "receipts_until = 2017-04", "receipts", "before reissue_until");
    assert_fault(
        "receipts_until = 2018-05-11",
        "receipts_until = 2018-04-10",
        "receipts",
        "before the last letter expires",
    );
    assert_fault(
        "phone = \"0000-00000000\"",
        "phone = \"0000-00000000 / 0000-00000001\"",
        "",
        "too long for a letter",
    );
    assert_fault("from = \"××大学研究生院党委\"", "from = \"\"", "", "issuer.from is empty");
    assert_fault("letter_valid_days = 90", "letter_valid_days = 91", "91", "must be 1 to 90");
    assert_fault("dues_paid_up_to = 2018-01-01", "dues_paid_up_to = 07:32:00", "dues", "must be a date");
    assert_fault("chenggong = 2017-12-22T16:30:00+08:00", "", "editable_until", "lacks chenggong");
}

#[test]
fn batches_that_are_open_at_the_same_time_are_named_with_each_other() {
    let again = |id: &str, opens: &str| {
        let text = NOTICE
            .replace("id = \"2018-01\"", &format!("id = \"{id}\""))
            .replace("opens = 2017-12-15", opens);
        read(&university(), id, &text).unwrap().batch
    };
    let (first, second) = (again("2018-01", "opens = 2017-12-15"), again("2018-02", "opens = 2017-12-16"));
    let [(id, what)] = overlaps([&second, &first]).try_into().unwrap();
    assert_eq!((id.as_str(), what.en.split(':').next().unwrap()), ("2018-02", "2018-02 overlaps 2018-01"));
    assert!(what.zh.contains("2018-02 的开放时间与 2018-01 重叠"));
    assert!(overlaps([&first]).is_empty());
}

#[test]
fn a_batch_whose_dates_are_all_a_year_off_is_named_by_its_id() {
    let a_year_on = |line: &str| match line.split_once(" = 20") {
        Some((key, date)) => {
            let (year, rest) = date.split_at(2);
            format!("{key} = 20{:02}{rest}", year.parse::<u8>().unwrap() + 1)
        }
        None => line.to_owned(),
    };
    let text = deployable().lines().map(a_year_on).collect::<Vec<_>>().join("\n");
    let noted = read(&university(), "2018-01", &text).unwrap().noted;
    assert_eq!(noted.len(), 1, "{noted:?}");
    assert!(
        noted[0].what.en.contains("2018-01 is open from 2018-12-15 to 2019-01-10, far from the month"),
        "{noted:?}"
    );
    assert!(noted[0].what.zh.contains("请核对年份") && noted[0].weight == Weight::Odd);
}
