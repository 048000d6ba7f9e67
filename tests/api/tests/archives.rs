//! Checkpoints, archives and what comes back from them, by the command line over a table in a file.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::path::{Path, PathBuf};

use api_tests::busy::busy;
use api_tests::{ADMINISTRATOR, BATCHES, LIBRARY, inside, table};
use lixiao::archive::ArchiveArgs;
use lixiao::audit_command::AuditArgs;
use lixiao::local::Options;
use lixiao::notes::{Keys, KnownKeys};
use lixiao::restore::RestoreArgs;
use lixiao::retain::RetainArgs;
use lixiao::{archive, audit_command, restore, retain};
use serde_json::{Value, json};

struct Files {
    folder: tempfile::TempDir,
}

impl Files {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// A busy batch in a table in a file.
async fn settle() -> (api_tests::Server, Files) {
    let files = Files { folder: tempfile::tempdir().unwrap() };
    let server = busy(Options { data: Some(files.path("lixiao.db")), in_memory: false, ..inside() }).await;
    (server, files)
}

fn audited(data: &Path) -> AuditArgs {
    AuditArgs {
        batch: "2018-01".to_owned(),
        data: Some(data.to_owned()),
        archive: None,
        since: None,
        checkpoint: None,
        administrators: vec![ADMINISTRATOR.to_owned()],
        keys: Keys::default(),
    }
}

fn archived(data: &Path, out: &Path) -> ArchiveArgs {
    ArchiveArgs {
        batch: "2018-01".to_owned(),
        out: out.to_owned(),
        data: Some(data.to_owned()),
        batches: BATCHES.into(),
        even_if_broken: false,
        keys: Keys::default(),
    }
}

/// A key pair: the private one in a file.
fn keys(files: &Files, name: &str) -> Keys {
    let pair = edge::token::generate().unwrap();
    std::fs::write(files.path(name), pair.private).unwrap();
    Keys { signing_key: Some(files.path(name)), known: KnownKeys { public_key: vec![pair.public] } }
}

/// What went wrong, in words.
fn said(done: anyhow::Result<()>) -> String {
    done.map_or_else(|error| format!("{error:#}"), |()| String::new())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_is_signed_and_what_is_in_it_must_stay() {
    let (server, files) = settle().await;
    let data = files.path("lixiao.db");
    let ours = keys(&files, "checkpoint.key");
    let checkpoint = files.path("first");
    let first = AuditArgs { checkpoint: Some(checkpoint.clone()), keys: ours.clone(), ..audited(&data) };
    assert_eq!(said(audit_command::run(&first).await), "");
    let text = std::fs::read_to_string(&checkpoint).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!((lines[0], lines[1]), ("lixiao/2018-01", "12"), "{text}");
    assert!(lines[3].starts_with("taken ") && lines[5].starts_with("\u{2014} lixiao/2018-01 "), "{text}");
    assert!(said(audit_command::run(&first).await).contains("write"), "never over another");

    let since = AuditArgs { since: Some(checkpoint.clone()), keys: ours.clone(), ..audited(&data) };
    server.person(LIBRARY).decide("20150000004", 2, "pass").await;
    assert_eq!(said(audit_command::run(&since).await), "", "chains that go on are whole");
    let other = AuditArgs { keys: keys(&files, "other.key"), ..since.clone() };
    assert!(said(audit_command::run(&other).await).contains("signature is none of"));
    for (what, edited, expected) in [
        ("a head", text.replacen(" 0 ", " 1 ", 1), "its heads are not those it commits to"),
        ("a time", text.replacen("taken 2", "taken 3", 1), "signature is none of"),
        (
            "another batch's",
            text.replacen("lixiao/2018-01", "lixiao/2018-07", 1),
            "is a checkpoint of lixiao/2018-07",
        ),
        ("no checkpoint", "hello".to_owned(), "not a checkpoint"),
    ] {
        let forged = files.path("forged");
        std::fs::write(&forged, edited).unwrap();
        let args = AuditArgs { since: Some(forged), ..since.clone() };
        let said = said(audit_command::run(&args).await);
        assert!(said.contains(expected), "{what}: {said}");
    }
    // The last event of somebody goes, and their document is set back: whole in itself, and found all the same.
    let later = files.path("later");
    let args = AuditArgs { checkpoint: Some(later.clone()), keys: ours, ..since };
    assert_eq!(said(audit_command::run(&args).await), "");
    let (pk, sk) = ("2018-01#20150000004", "event#000002");
    let last = table::item(&server, pk, sk).await;
    table::call(&server, "DeleteItem", json!({"Key": table::key(pk, sk)})).await;
    table::set(&server, pk, "clearance", &["head"], last["prev"].clone()).await;
    table::set(&server, pk, "clearance", &["version"], json!({"N": "1"})).await;
    table::set(&server, pk, "clearance", &["records"], json!({"M": {}})).await;
    table::set(&server, pk, "clearance", &["outline", "marks"], json!({"M": {}})).await;
    let remove = json!({"Key": table::key(pk, "clearance"), "UpdateExpression": "REMOVE outline.days"});
    table::call(&server, "UpdateItem", remove).await;
    assert_eq!(said(audit_command::run(&audited(&data)).await), "", "nothing else knows");
    let args = AuditArgs { checkpoint: None, since: Some(later), ..args };
    assert_eq!(said(audit_command::run(&args).await), "2018-01: 1 findings");
    drop(server);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_is_audited_alone_and_comes_back_byte_for_byte() {
    use std::os::unix::fs::PermissionsExt as _;
    let (server, files) = settle().await;
    let (data, out) = (files.path("lixiao.db"), files.path("2018-01.archive"));
    let args = archived(&data, &out);
    assert_eq!(said(archive::run(&args).await), "");
    assert_eq!(std::fs::metadata(&out).unwrap().permissions().mode() & 0o777, 0o600);
    let text = std::fs::read_to_string(&out).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&lines[0]["lixiao_archive"], &lines[0]["batch"]), (&json!(1), &json!("2018-01")));
    assert!(lines[0]["batch_file"].as_str().unwrap().contains("[window]"), "with its batch file");
    assert!(lines[0]["university_file"].as_str().unwrap().contains("[[facts]]"), "and the university's");
    let last = lines.last().unwrap();
    assert_eq!(last["items"], lines.len() - 2);
    assert!(last["checkpoint"].as_str().unwrap().starts_with("lixiao/2018-01\n12\n"), "{last}");
    assert!(said(archive::run(&args).await).contains("write"), "never over another");
    drop(server);

    let alone = AuditArgs { data: None, archive: Some(out.clone()), ..audited(&data) };
    assert_eq!(said(audit_command::run(&alone).await), "");
    let restored = files.path("restored.db");
    let restore_args = RestoreArgs {
        archive: out.clone(),
        data: Some(restored.clone()),
        even_if_broken: false,
        keys: KnownKeys::default(),
    };
    assert_eq!(said(restore::run(&restore_args).await), "");
    assert!(said(restore::run(&restore_args).await).contains("isn't empty"));
    let again = files.path("again.archive");
    assert_eq!(said(archive::run(&archived(&restored, &again)).await), "");
    let items = |file: &Path| {
        let text = std::fs::read_to_string(file).unwrap();
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines[..lines.len() - 1].to_vec()
    };
    assert!(items(&out) == items(&again), "the same bytes");

    for (what, edited, expected) in [
        ("a letter's name", text.replacen("王小明", "李小明", 1), "has been changed"),
        (
            "a line taken out",
            text.lines().enumerate().filter(|(i, _)| *i != 3).map(|(_, line)| format!("{line}\n")).collect(),
            "has been changed",
        ),
        ("cut off", text[..text.len() / 2].to_owned(), "cut off"),
        ("something behind it", format!("{text}{{}}\n"), "goes on after its last line"),
        ("a newer format", text.replacen("\"lixiao_archive\":1", "\"lixiao_archive\":2", 1), "has format 2"),
        ("no archive", "hello\n".to_owned(), "is no archive of Lixiao"),
    ] {
        let forged = files.path("forged.archive");
        std::fs::write(&forged, edited).unwrap();
        let audit = AuditArgs { archive: Some(forged.clone()), ..alone.clone() };
        let audit = said(audit_command::run(&audit).await);
        assert!(audit.contains(expected), "{what}: {audit}");
        let into = files.path("never.db");
        let restore = RestoreArgs {
            archive: forged,
            data: Some(into.clone()),
            even_if_broken: false,
            keys: KnownKeys::default(),
        };
        assert!(said(restore::run(&restore).await).contains(expected), "{what}");
        assert!(!into.exists(), "{what}: nothing was written");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_that_somebody_else_closed_is_not_believed() {
    let (server, files) = settle().await;
    let (data, out) = (files.path("lixiao.db"), files.path("2018-01.archive"));
    drop(server);
    let (ours, theirs) = (keys(&files, "ours"), keys(&files, "theirs"));
    let closed_by = |keys: &Keys| ArchiveArgs { keys: keys.clone(), ..archived(&data, &out) };
    let none = "signature is none of the public keys";
    for (by, expected) in [(&ours, ""), (&theirs, none), (&Keys::default(), none)] {
        assert_eq!(said(archive::run(&closed_by(by)).await), "");
        let reader = Keys { signing_key: None, known: ours.known.clone() };
        let alone = AuditArgs { data: None, archive: Some(out.clone()), keys: reader, ..audited(&data) };
        let audit = said(audit_command::run(&alone).await);
        assert!(audit.contains(expected) && audit.is_empty() == expected.is_empty(), "{audit}");
        let into = files.path("restored.db");
        let restore = RestoreArgs {
            archive: out.clone(),
            data: Some(into.clone()),
            even_if_broken: true,
            keys: ours.known.clone(),
        };
        let restored = said(restore::run(&restore).await);
        assert!(restored.contains(expected), "{restored}");
        assert_eq!(into.exists(), expected.is_empty(), "nothing was written");
        std::fs::remove_file(&out).unwrap();
        let _ = std::fs::remove_file(&into);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_batch_is_archived_only_when_asked_and_says_what_is_broken() {
    let (server, files) = settle().await;
    let (data, out) = (files.path("lixiao.db"), files.path("2018-01.archive"));
    table::set(&server, "2018-01#20150000001", "clearance", &["outline", "name"], json!({"S": "别人"})).await;
    let args = archived(&data, &out);
    assert!(said(archive::run(&args).await).contains("1 findings; --even-if-broken"));
    assert!(!out.exists(), "nothing half written");
    assert_eq!(said(archive::run(&ArchiveArgs { even_if_broken: true, ..args }).await), "");
    let text = std::fs::read_to_string(&out).unwrap();
    let last: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert!(last["findings"][0].as_str().unwrap().starts_with("2018-01#20150000001/clearance: "), "{last}");
    let into = Some(files.path("restored.db"));
    let restore_args =
        RestoreArgs { archive: out, data: into, even_if_broken: false, keys: KnownKeys::default() };
    assert!(said(restore::run(&restore_args).await).contains("1 findings"));
    assert_eq!(said(restore::run(&RestoreArgs { even_if_broken: true, ..restore_args }).await), "");
    drop(server);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_is_kept_longer_keeps_everything_longer() {
    let (server, files) = settle().await;
    let data = files.path("lixiao.db");
    let batch = std::fs::read_to_string(format!("{BATCHES}/2018-01.toml")).unwrap();
    let longer: String = batch
        .lines()
        .map(|line| {
            if line.starts_with("retained_until") {
                "retained_until = 2030-01-01T00:00:00+08:00"
            } else {
                line
            }
        })
        .map(|line| format!("{line}\n"))
        .collect();
    let folder = files.path("batches");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("2018-01.toml"), &longer).unwrap();
    std::fs::copy(format!("{BATCHES}/university.toml"), folder.join("university.toml")).unwrap();
    let args = RetainArgs { batch: "2018-01".to_owned(), batches: folder, data: Some(data.clone()) };
    assert_eq!(said(retain::run(&args).await), "");
    assert_eq!(said(audit_command::run(&audited(&data)).await), "", "all of it");
    assert!(said(retain::run(&args).await).contains("already"));
    let one = table::item(&server, "2018-01#20150000001", "event#000000").await;
    assert_eq!(one["expires"], json!({"N": "1893427200"}));
    drop(server);
}
