//! `lixiao check`, as an administrator runs it before a deploy.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::path::Path;
use std::process::{Command, Output};

const BATCHES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../batches");

fn lixiao(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_lixiao")).args(args).env_remove("LIXIAO_TABLE").output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn notice() -> String {
    std::fs::read_to_string(format!("{BATCHES}/2018-01.toml")).unwrap()
}

/// The notice with what it leaves open filled in.
fn deployable() -> String {
    let filled = [
        ("192.0.2.0/24", "202.203.16.0/20"),
        ("××大学研究生院党委", "昆明大学研究生院党委"),
        ("××省××市××路1号", "云南省昆明市一二一大街1号"),
        ("0000-00000000", "0871-65144174"),
        ("0000-00000001", "0871-65144175"),
        ("000000", "650093"),
    ];
    filled.iter().fold(notice(), |text, (from, to)| text.replacen(from, to, 1))
}

/// A folder with the first customer's file and these.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(format!("{BATCHES}/university.toml"), folder.path().join("university.toml")).unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn check(folder: &Path, options: &[&str]) -> (Option<i32>, String) {
    let output = lixiao(&[&["check", folder.to_str().unwrap()], options].concat());
    (output.status.code(), said(&output))
}

#[test]
fn our_own_sample_is_refused_for_a_deploy_and_taken_as_a_sample() {
    let (code, deploy) = check(Path::new(BATCHES), &[]);
    assert_eq!(code, Some(1), "{deploy}");
    let line = 1 + notice().lines().take_while(|line| !line.starts_with("from = ")).count();
    for part in [
        &format!("2018-01.toml:{line}: issuer.from 的“××大学研究生院党委”是示例"),
        "192.0.2.0/24 is a documentation range",
        "6 faults",
        "--sample",
    ] {
        assert!(deploy.contains(part), "{part}: {deploy}");
    }
    let (code, sample) = check(Path::new(BATCHES), &["--sample"]);
    assert_eq!(code, Some(0), "{sample}");
    assert!(
        sample.contains("注意：192.0.2.0/24 是示例网段") && sample.contains("note: issuer.from"),
        "{sample}"
    );
    assert!(sample.contains("2018-01: 无误 / sound: 11 steps"), "{sample}");
    assert!(!sample.contains("closed"), "a sample's dates are as old as they are: {sample}");
    let (code, one_file) = check(&Path::new(BATCHES).join("2018-01.toml"), &["--sample"]);
    assert_eq!((code, one_file), (Some(0), sample.clone()));
}

#[test]
fn every_batch_is_shown_with_its_first_and_last_days_and_their_weekdays() {
    let folder = folder(&[("2018-01.toml", &deployable())]);
    let (code, shown) = check(folder.path(), &[]);
    assert_eq!(code, Some(0), "{shown}");
    let lines: Vec<String> =
        shown.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    let days = [
        "2018-01: 2018年1月毕业研究生 / Graduate students of January 2018",
        "window.opens 2017-12-15 星期五 Fri 第一天 / the first day",
        "party-letter.form_due 2017-12-19 星期二 Tue 最后一天 / the last day",
        "party-letter.editable_until.campus.chenggong 2017-12-22 星期五 Fri 16:30:00 之前 / before 16:30:00",
        "party-letter.editable_until.campus.lianhua 2017-12-22 星期五 Fri 17:00:00 之前 / before 17:00:00",
        "party-letter.reissue_until 2018-01-09 星期二 Tue 最后一天 / the last day",
        "window.closes 2018-01-10 星期三 Wed 最后一天 / the last day",
        "window.readable_until 2018-05-10 星期四 Thu 最后一天 / the last day",
        "party-letter.receipts_until 2018-05-10 星期四 Thu 最后一天 / the last day",
        "window.retained_until 2019-01-10 星期四 Thu 最后一天 / the last day",
    ];
    assert_eq!(lines.get(..days.len()), Some(&days.map(str::to_owned)[..]), "{shown}");
    assert!(shown.contains("已关闭 / closed") && shown.contains("every batch has closed"), "{shown}");
}

#[test]
fn a_broken_file_stops_check_and_local_with_its_line() {
    let broken = notice().replace("after = [9]", "after = [11]");
    let folder = folder(&[("2018-01.toml", &broken)]);
    let line = 1 + broken.lines().take_while(|line| *line != "number = 10").count();
    for command in ["check", "check --sample", "local --listen 127.0.0.1:0 --batches"] {
        let mut args: Vec<&str> = command.split(' ').collect();
        args.push(folder.path().to_str().unwrap());
        let refused = lixiao(&args);
        assert_eq!(refused.status.code(), Some(1), "{command}");
        let said = said(&refused);
        assert!(said.contains(&format!("2018-01.toml:{line}: ")), "{command}: {said}");
        assert!(said.contains("10 → 11 → 10"), "{command}: {said}");
    }
    assert_eq!(lixiao(&["check", "/nowhere"]).status.code(), Some(1));
}

#[test]
fn what_locks_everybody_out_or_in_is_refused_of_a_sample_too() {
    for (network, why) in [("10.0.0.0/8", "private"), ("0.0.0.0/0", "everybody would be on campus")] {
        let folder = folder(&[("2018-01.toml", &notice().replace("192.0.2.0/24", network))]);
        for options in [&[][..], &["--sample"]] {
            let (code, said) = check(folder.path(), options);
            assert!(code == Some(1) && said.contains(why), "{network} {options:?}: {said}");
        }
    }
}

#[test]
fn files_that_are_no_batches_are_left_alone_and_those_meant_to_be_are_named() {
    let right = deployable();
    let beside =
        [("2018-01.toml.bak", "?"), ("2018-01.toml~", "?"), (".2018-01.toml.swp", "?"), ("notes.md", "?")];
    let batch = ("2018-01.toml", right.as_str());
    let (code, quiet) = check(folder(&[&beside[..], &[batch]].concat()).path(), &[]);
    assert!(code == Some(0) && !quiet.contains(".bak") && !quiet.contains('~'), "{quiet}");
    let (code, named) = check(folder(&[batch, ("2018-06.toml.txt", "?"), ("2018-07.TOML", "?")]).path(), &[]);
    assert_eq!(code, Some(0));
    assert!(named.contains("2018-06.toml.txt: 注意") && named.contains("2018-07.TOML: 注意"), "{named}");
    for (name, text) in [
        ("2018-02.toml", right.as_str()),
        ("2018-01.toml.toml", &right),
        ("copy.toml", "# nothing\n"),
        ("x.toml", "?"),
    ] {
        let (code, refused) = check(folder(&[batch, (name, text)]).path(), &[]);
        assert!(code == Some(1) && refused.contains(&format!("{name}:")), "{name}: {refused}");
    }
}

#[test]
fn a_file_of_another_encoding_is_named_with_its_line() {
    let folder = folder(&[]);
    let gbk = b"id = \"2018-01\"\nname = \"\xd0\xd5\xc3\xfb\"";
    std::fs::write(folder.path().join("2018-01.toml"), gbk).unwrap();
    let (code, said) = check(folder.path(), &[]);
    assert_eq!(code, Some(1));
    assert!(said.contains("2018-01.toml:2: 文件不是 UTF-8") && said.contains("not UTF-8"), "{said}");
}

#[test]
fn batches_open_at_the_same_time_are_mentioned() {
    let again = deployable()
        .replace("id = \"2018-01\"", "id = \"2018-02\"")
        .replace("opens = 2017-12-15", "opens = 2017-12-16");
    let line = 1 + again.lines().take_while(|line| !line.starts_with("opens = ")).count();
    let (code, said) =
        check(folder(&[("2018-01.toml", &deployable()), ("2018-02.toml", &again)]).path(), &[]);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains(&format!("2018-02.toml:{line}: 注意：2018-02 的开放时间与 2018-01 重叠")),
        "{said}"
    );
    assert!(said.contains("note: 2018-02 overlaps 2018-01"), "{said}");
}
