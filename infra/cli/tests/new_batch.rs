//! `lixiao new-batch`, as an administrator runs it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::path::Path;
use std::process::{Command, Output};

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let batches = Path::new(env!("CARGO_MANIFEST_DIR")).join("../batches");
    for file in ["university.toml", "2018-01.toml"] {
        std::fs::copy(batches.join(file), folder.path().join(file)).unwrap();
    }
    folder
}

fn new_batch(folder: &Path, arguments: &[&str]) -> Output {
    let mut lixiao = Command::new(env!("CARGO_BIN_EXE_lixiao"));
    lixiao.arg("new-batch").args(arguments).args(["--batches", folder.to_str().unwrap()]).output().unwrap()
}

#[test]
fn the_next_batch_is_the_last_one_with_its_dates_moved_and_is_sound() {
    let folder = folder();
    let made = new_batch(folder.path(), &["2018-06", "--from", "2018-01", "--closes", "2018-06-20"]);
    let said = String::from_utf8(made.stdout).unwrap();
    assert!(made.status.success(), "{said}{}", String::from_utf8_lossy(&made.stderr));
    let text = std::fs::read_to_string(folder.path().join("2018-06.toml")).unwrap();
    for line in [
        "id = \"2018-06\"",
        "name = { zh = \"2018年6月毕业研究生\", en = \"Graduate students of June 2018\" }",
        "opens = 2018-05-15T00:00:00+08:00",
        "closes = 2018-06-21T00:00:00+08:00",
        "chenggong = 2018-05-22T16:30:00+08:00",
        "dues_paid_up_to = 2018-06-01                    # N20",
    ] {
        assert!(text.lines().any(|have| have == line), "{line}\n{text}");
        assert!(said.contains(&format!("+ {line}")), "the diff shows {line}");
    }
    let old = std::fs::read_to_string(folder.path().join("2018-01.toml")).unwrap();
    assert!(
        !text.contains("2017") && !text.contains("2018-01"),
        "nothing of the old dates is left, comments included"
    );
    assert_eq!(old.matches("[[steps]]").count(), text.matches("[[steps]]").count());
    assert!(text.contains("# ── 环节 steps (N9)"), "comments stay");
    assert!(
        said.contains("window.closes") && said.contains("星期三 Wed"),
        "deadlines with their weekday: {said}"
    );
    let checked = Command::new(env!("CARGO_BIN_EXE_lixiao"))
        .args(["check", "--sample"])
        .arg(folder.path())
        .output()
        .unwrap();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
}

/// What a paper says of the month would be true of the last batch only; who may be issued one ends with the window.
#[test]
fn papers_say_the_new_month_and_end_with_the_window() {
    let folder = tempfile::tempdir().unwrap();
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples/2026");
    for file in ["university.toml", "2026-06.toml"] {
        std::fs::copy(sample.join(file), folder.path().join(file)).unwrap();
    }
    let old = std::fs::read_to_string(sample.join("2026-06.toml")).unwrap();
    let by_campus = "[papers.issue_until.campus]\nlianhua = 2026-07-10T00:00:00+08:00\nchenggong = 2026-07-09T00:00:00+08:00\n";
    let (before, after) = old.split_once("\nissue_until = 2026-07-10T00:00:00+08:00\n").unwrap();
    std::fs::write(folder.path().join("2026-06.toml"), format!("{before}\n{after}\n{by_campus}")).unwrap();
    let made = new_batch(folder.path(), &["2026-12", "--from", "2026-06"]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let text = std::fs::read_to_string(folder.path().join("2026-12.toml")).unwrap();
    for said in [
        "将于2026年12月毕业",
        "in December 2026.",
        "reissue_until = 2027-01-10",
        "lianhua = 2027-01-10",
        "chenggong = 2027-01-09",
        "lianhua = 2026-12-22",
    ] {
        assert!(text.contains(said), "{said}\n{text}");
    }
    assert!(!text.contains("June 2026") && !text.contains("2026年6月"), "{text}");
}

#[test]
fn what_cannot_be_made_is_said_and_nothing_is_written() {
    let folder = folder();
    for (arguments, why) in [
        (&["2018-01", "--from", "2018-01"][..], "is there already"),
        (&["2018-06", "--from", "2017-06"], "2017-06.toml"),
        (
            &["2018-06", "--from", "2018-01", "--opens", "2018-06-01", "--closes", "2018-05-01"],
            "before --opens",
        ),
        (&["2018-spring", "--from", "2018-01"], "give --opens and --closes"),
        (&["2018-6", "--from", "2018-01"], "give --opens and --closes"),
        (&["spring", "--from", "2018-01"], "invalid value"),
    ] {
        let made = new_batch(folder.path(), arguments);
        let said = String::from_utf8(made.stderr).unwrap();
        assert!(!made.status.success() && said.contains(why), "{arguments:?}: {said}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "the university and the old file");
}

#[test]
fn an_end_that_is_no_midnight_keeps_its_hour_and_months_of_different_length_lose_no_day() {
    let folder = folder();
    let file = folder.path().join("2018-01.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("closes = 2018-01-11T00:00:00", "closes = 2018-01-10T17:00:00"))
        .unwrap();
    let closes = |batch: &str, more: &[&str]| {
        let made = new_batch(folder.path(), &[&[batch, "--from", "2018-01"], more].concat());
        let said = String::from_utf8_lossy(&made.stdout).into_owned();
        let text = std::fs::read_to_string(folder.path().join(format!("{batch}.toml"))).unwrap_or(said);
        text.lines().find_map(|line| line.strip_prefix("closes = ").map(str::to_owned)).unwrap()
    };
    assert_eq!(closes("2018-06", &["--closes", "2018-06-20"]), "2018-06-20T17:00:00+08:00");
    std::fs::write(&file, text.replace("closes = 2018-01-11", "closes = 2018-02-01")).unwrap();
    assert_eq!(
        closes("2018-02", &[]),
        "2018-03-01T00:00:00+08:00",
        "31 January is the last day, so 28 February is"
    );
}
