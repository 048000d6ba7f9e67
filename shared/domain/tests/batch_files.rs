//! Every kind of mistake in a batch file is found, with its line and what to do.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use domain::batch_file::read;

const NOTICE: &str = include_str!("../../../infra/batches/2018-01.toml");

/// The faults after replacing one text by another, as `line-content ⇒ English`.
fn faults(from: &str, to: &str) -> Vec<(String, String)> {
    assert!(NOTICE.contains(from), "the notice has no {from:?}");
    let text = NOTICE.replacen(from, to, 1);
    let line = |n: usize| text.lines().nth(n - 1).unwrap_or("").to_owned();
    match read("2018-01", &text) {
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
fn the_notice_itself_is_sound_and_its_made_up_network_is_mentioned() {
    let read = read("2018-01", NOTICE).unwrap();
    assert_eq!(read.batch.steps().count(), 11);
    let advice: Vec<_> = read.advice.iter().map(|fault| fault.what.en.as_str()).collect();
    assert_eq!(advice.len(), 1);
    assert!(advice[0].contains("192.0.2.0/24 is a documentation range"), "{advice:?}");
}

#[test]
fn what_is_not_toml_or_has_strange_names_is_named() {
    assert_fault("id = \"2018-01\"", "id = \"2018-01", "id = \"2018-01", "");
    assert_fault("number = 3", "number = 3\ncolour = \"red\"", "colour", "unknown field");
    assert_fault("number = 3", "number = \"three\"", "three", "invalid type");
    assert_fault("decided_by = \"advisors\"", "decided_by = \"anyone\"", "anyone", "unknown variant");
}

#[test]
fn ids_and_names_are_checked() {
    assert_fault("id = \"2018-01\"", "id = \"2018-02\"", "2018-02", "differs from the file's name");
    assert_fault("id = \"library\"", "id = \"Library!\"", "Library!", "is no office id");
    assert_fault("id = \"library\"", "id = \"finance\"", "finance", "stands here twice");
    assert_fault("name = \"图书退还\"", "name = \"\"", "name = \"\"", "empty or too long a name");
    assert_fault("id = \"letter\"", "id = \"certificates\"", "certificates", "stands here twice");
}

#[test]
fn the_graph_is_checked() {
    assert_fault("after = [9]", "after = [12]", "after = [12]", "comes after step 12, which does not exist");
    assert_fault("after = [9]", "after = [10]", "after = [10]", "its own prerequisite");
    assert_fault("after = [9]", "after = [9, 9]", "after = [9, 9]", "stands here twice");
    assert_fault("after = [9]", "after = [11]", "number = 1", "cycle: 10 → 11 → 10");
    assert_fault("number = 4", "number = 3", "number = 3", "stands here twice");
    assert_fault(
        "office = \"laboratory\"",
        "office = \"kitchen\"",
        "kitchen",
        "there is no office \"kitchen\"",
    );
    assert_fault("office = \"degree\"", "office = \"dean\"", "dean", "there is no office \"dean\"");
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
    let faults = read("2018-01", &text).unwrap_err();
    assert!(faults.iter().any(|fault| fault.what.en.contains("cleared at once")), "{faults:?}");
}

#[test]
fn an_office_without_a_step_is_mentioned() {
    let text = NOTICE.replace("office = \"laboratory\"", "office = \"finance\"");
    let advice = read("2018-01", &text).unwrap().advice;
    assert!(advice.iter().any(|fault| fault.what.en.contains("office laboratory handles no step")));
}

#[test]
fn windows_and_deadlines_out_of_order_are_found() {
    assert_fault("closes = 2018-01-11", "closes = 2017-01-11", "closes = 2017", "closes is before opens");
    assert_fault("closes = 2018-01-11", "closes = 2017-12-15", "closes = 2017", "never open");
    assert_fault("readable_until = 2018-05", "readable_until = 2017-04", "readable", "before closes");
    assert_fault("retained_until = 2019", "retained_until = 2017", "retained", "before readable_until");
    assert_fault(
        "retained_until = 2019-01-11",
        "retained_until = 9999-12-31",
        "retained",
        "needs its offset",
    );
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
    assert_fault("chenggong = 2017-12-22T16:30:00+08:00", "", "editable_until", "lacks the campus chenggong");
}

#[test]
fn networks_are_checked() {
    assert_fault("192.0.2.0/24", "::ffff:10.0.0.0/104", "ffff", "as the IPv4 network it is");
    assert_fault("192.0.2.0/24", "192.0.2.0/33", "192.0.2.0/33", "is no network");
}
