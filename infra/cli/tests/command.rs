//! `lixiao` as its users start it: a process of its own, killed in the middle of its work.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Builder, Credentials, Region};
use aws_sdk_dynamodb::types::AttributeValue;
use futures::StreamExt as _;
use serde_json::{Value, json};
use tether::Tethered;

const BATCHES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../batches");
const LIXIAO: &str = env!("CARGO_BIN_EXE_lixiao");

/// A server in a process of its own.
struct Process {
    child: Tethered,
    base: String,
    dynamodb: String,
}

impl Process {
    fn start(data: &Path, demo: u32) -> Self {
        let mut command = tether::command(LIXIAO);
        command
            .args(["local", "--listen", "127.0.0.1:0", "--batches", BATCHES])
            .args(["--data", data.to_str().unwrap()])
            .args(["--at", "2017-12-20T09:00:00+08:00", "--demo", &demo.to_string()])
            .stdout(Stdio::piped());
        let mut child = tether::start(command).unwrap();
        let (mut base, mut dynamodb) = (None, None);
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            if let Some(address) = line.strip_prefix("dynamodb on ") {
                dynamodb = Some(address.to_owned());
            } else if let Some(address) = line.strip_prefix("listening on ") {
                base = Some(address.to_owned());
                break;
            }
        }
        Self { child, base: base.unwrap(), dynamodb: dynamodb.unwrap() }
    }

    /// SIGKILL: nothing is said, nothing is tidied up.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    async fn token(&self, sub: &str) -> String {
        let answer =
            reqwest::Client::new().post(format!("{}/dev/token", self.base)).json(&json!({"sub": sub}));
        let body: Value = answer.send().await.unwrap().json().await.unwrap();
        body["token"].as_str().unwrap().to_owned()
    }
}

#[test]
fn without_fonts_the_server_says_at_once_what_is_missing_and_how_to_get_it() {
    let mut command = tether::command(LIXIAO);
    command.args(["local", "--listen", "127.0.0.1:0", "--batches", BATCHES]).env("LIXIAO_FONTS", "/nowhere");
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = tether::start(command).unwrap();
    let said: Vec<String> =
        BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok).take(2).collect();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    assert!(lines.any(|line| line.starts_with("listening on ")), "and starts all the same");
    child.kill().unwrap();
    child.wait().unwrap();
    for line in &said {
        assert!(
            line.contains("/nowhere/NotoSerifSC_400Regular.ttf") && line.contains("make fonts"),
            "{said:?}"
        );
    }
    assert_eq!(said.len(), 2, "in both languages");
}

/// Starts a server that is given no demo, and says what it answers whoever asks to be anybody.
async fn anybody_at(args: &[&str], university: bool) -> (u16, u16) {
    let mut command = tether::command(LIXIAO);
    command
        .args(["local", "--listen", "127.0.0.1:0", "--batches", BATCHES])
        .args(args)
        .stdout(Stdio::piped());
    if university {
        command.envs([("LIXIAO_SIGN_IN", "cas"), ("LIXIAO_UNIVERSITY", "https://cas.invalid/cas")]);
    }
    let mut child = tether::start(command).unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let base = lines
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix("listening on ").map(str::to_owned))
        .unwrap();
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let token =
        http.post(format!("{base}/dev/token")).json(&json!({"sub": "10000001"})).send().await.unwrap();
    let form = http.post(format!("{base}/dev/session"));
    let form = form.header("content-type", "application/x-www-form-urlencoded").body("sub=10000001");
    let form = form.send().await.unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    (token.status().as_u16(), form.status().as_u16())
}

#[tokio::test(flavor = "multi_thread")]
async fn anybody_is_anybody_only_where_it_was_asked_for_and_never_with_a_university() {
    assert_eq!(anybody_at(&[], false).await, (404, 404));
    assert_eq!(anybody_at(&["--dev"], false).await, (200, 303));
    assert_eq!(anybody_at(&["--demo", "20"], false).await, (200, 303));
    for args in [&["--dev"][..], &["--demo", "20"]] {
        assert_eq!(anybody_at(args, true).await, (404, 404), "{args:?}");
    }
}

fn lixiao(args: &[&str]) -> Output {
    Command::new(LIXIAO).args(args).env_remove("LIXIAO_TABLE").output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_before_a_kill_is_there_with_its_event_and_nothing_is_half_there() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("lixiao.db");
    let server = Process::start(&data, 250);
    let (clerk, base) = (server.token("10000009").await, server.base.clone());
    // 1,000 decisions: four steps of 250 students, by 16 clients; the server dies half-way.
    let http = reqwest::Client::new();
    let dead = Arc::new(AtomicBool::new(false));
    let library = server.token("10000005").await;
    let calls = (0..1_000_u32).map(|i| {
        let (http, dead) = (http.clone(), dead.clone());
        let step = [2, 3, 4, 9][(i % 4) as usize];
        let student = format!("20151{:06}", i / 4 + 1);
        let url = format!("{base}/api/batches/2018-01/students/{student}/steps/{step}");
        let token = if step == 9 { clerk.clone() } else { library.clone() };
        async move {
            if dead.load(Ordering::SeqCst) {
                return None;
            }
            let answer =
                http.put(url).bearer_auth(token).json(&json!({"decision": "pass"})).send().await.ok()?;
            if answer.status() == 200 { Some((student, step)) } else { None }
        }
    });
    let mut answered = Vec::new();
    let mut stream = futures::stream::iter(calls).buffer_unordered(16);
    let mut server = Some(server);
    while let Some(one) = stream.next().await {
        answered.extend(one);
        if answered.len() == 400
            && let Some(server) = server.take()
        {
            dead.store(true, Ordering::SeqCst);
            server.kill();
        }
    }
    assert!((400..1_000).contains(&answered.len()), "{}", answered.len());

    let audited = lixiao(&["audit", "2018-01", "--data", data.to_str().unwrap()]);
    assert!(audited.status.success(), "{}", said(&audited));
    assert!(said(&audited).contains("250 students"), "{}", said(&audited));

    let server = Process::start(&data, 250);
    let registrar = server.token("10000002").await;
    for (student, step) in &answered {
        let url = format!("{}/api/batches/2018-01/students/{student}", server.base);
        let status = http.get(&url).bearer_auth(&registrar).send().await.unwrap();
        let status: Value = status.json().await.unwrap();
        assert_eq!(status["steps"][step - 1]["state"], "passed", "{student} {step}");
        let history = http.get(format!("{url}/history")).bearer_auth(&registrar).send().await.unwrap();
        let history: Value = history.json().await.unwrap();
        let events = history["events"].as_array().unwrap();
        assert_eq!(events.len() as u64, status["version"].as_u64().unwrap() + 1, "{student}");
        assert_eq!(events.iter().filter(|event| event["step"] == *step).count(), 1, "{student} {step}");
    }
    server.kill();
}

fn table_at(address: &str) -> Client {
    let config = Builder::new()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("local"))
        .endpoint_url(address)
        .credentials_provider(Credentials::new("any", "any", None, None, "test"));
    Client::from_conf(config.build())
}

/// The event of a pass as it could be, by somebody else.
const SOMEBODY_ELSE: &str = r#"{"number":1,"fact":{"at":"2017-12-20T09:00:00+08:00","by":"20080666","role":"operator","source":"operator","action":"pass","step":2}}"#;

#[tokio::test(flavor = "multi_thread")]
async fn an_audit_names_the_first_broken_link() {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    // Whoever can reach the table edits it; every edit shows.
    for (name, key, expression, values, expected) in [
        (
            "an event",
            "event#000001",
            "SET #body = :v",
            vec![(":v", text(SOMEBODY_ELSE))],
            "event 1 was edited",
        ),
        ("the outline", "clearance", "REMOVE outline.marks.#2", vec![], "what lists show"),
        ("the document", "clearance", "REMOVE #records.#2", vec![], "not what its events say"),
        (
            "a lost event",
            "event#000001",
            "",
            vec![],
            "events are missing at the end: there are 1, and the last should be event 1",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("lixiao.db");
        let server = Process::start(&data, 3);
        let token = server.token("10000005").await;
        let url = format!("{}/api/batches/2018-01/students/20151000002/steps/2", server.base);
        let put = reqwest::Client::new().put(url).bearer_auth(token).json(&json!({"decision": "pass"}));
        assert_eq!(put.send().await.unwrap().status(), 200);
        let table = table_at(&server.dynamodb);
        let pk = text("2018-01#20151000002");
        if expression.is_empty() {
            let delete = table.delete_item().table_name("lixiao").key("pk", pk).key("sk", text(key));
            delete.send().await.unwrap();
        } else {
            let names: &[(&str, &str)] = match key {
                "clearance" if name == "the outline" => &[("#2", "2")],
                "clearance" => &[("#records", "records"), ("#2", "2")],
                _ => &[("#body", "body")],
            };
            let update = table.update_item().table_name("lixiao").key("pk", pk).key("sk", text(key));
            let update = names.iter().fold(update, |u, (k, v)| u.expression_attribute_names(*k, *v));
            let update = values.into_iter().fold(update, |u, (k, v)| u.expression_attribute_values(k, v));
            update.update_expression(expression).send().await.unwrap();
        }
        server.kill();
        let audited = lixiao(&["audit", "2018-01", "--data", data.to_str().unwrap()]);
        assert_eq!(audited.status.code(), Some(1), "{name}: {}", said(&audited));
        let said = said(&audited);
        assert!(said.contains("2018-01#20151000002") && said.contains(expected), "{name}: {said}");
    }
}

#[test]
fn keys_are_a_pair_that_signs_and_verifies() {
    let output = lixiao(&["keys"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let key = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).unwrap().trim().to_owned();
    let signer = edge::token::Signer::of(&key("private ")).unwrap();
    assert_eq!(signer.public(), key("public "));
    assert_ne!(lixiao(&["keys"]).stdout, text.into_bytes(), "a new pair each time");
}

#[test]
fn a_slip_s_code_is_checked_without_asking_anybody() {
    let pair = edge::token::generate().unwrap();
    let signer = edge::token::SlipSigner::of(&pair.private).unwrap();
    let (batch, on) = ("2018-01".parse().unwrap(), "2017-12-25".parse().unwrap());
    let head = ledger::Head { version: 14, hash: ledger::Hash::genesis("somebody") };
    let paper = ("20151104027", "王小明");
    let claims = edge::token::SlipClaims::new(batch, ledger::Salt::new([7; 16]), paper, on, head);
    let token = signer.slip(&claims).unwrap();
    let address = format!("https://lixiao.example.edu/verify/{token}");
    for code in [&token, &address] {
        let paper = ["--number", "20151104027", "--name", "王小明"];
        let genuine = lixiao(&[&["verify", code, "--public-key", &pair.public][..], &paper].concat());
        assert!(genuine.status.success(), "{}", said(&genuine));
        assert!(said(&genuine).contains("2018-01 20151104027 王小明 2017-12-25"), "{}", said(&genuine));
    }
    let other = ["--number", "20151104028", "--name", "王小明"];
    let other = lixiao(&[&["verify", &token, "--public-key", &pair.public][..], &other].concat());
    assert_eq!(other.status.code(), Some(1), "another paper's code: {}", said(&other));
    // A checkpoint that holds the record, the one before it, one of another record, one that was meddled with.
    let folder = tempfile::tempdir().unwrap();
    let checkpoint = |version: u64, of: &str| {
        let mut heads = ledger::Heads::default();
        let hash = ledger::Hash::genesis(of);
        heads.insert("2018-01#20151104027".to_owned(), ledger::Head { version, hash });
        let taken = "2017-12-26T05:00:00+08:00".to_owned();
        let checkpoint = ledger::Checkpoint::of("lixiao/2018-01".to_owned(), taken, &heads);
        let file = folder.path().join(format!("{version}-{of}"));
        let signed = ledger::SignedCheckpoint { checkpoint, signatures: Vec::new(), heads };
        std::fs::write(&file, signed.text()).unwrap();
        file.to_str().unwrap().to_owned()
    };
    for (file, code, expected) in [
        (checkpoint(14, "somebody"), 0, "holds this record;"),
        (checkpoint(16, "else"), 0, "with 2 more events"),
        (checkpoint(13, "somebody"), 1, "holds another record"),
        (checkpoint(14, "else"), 1, "holds another record"),
    ] {
        let args =
            ["verify", &token, "--public-key", &pair.public, "--number", "20151104027", "--name", "王小明"];
        let verified = lixiao(&[&args[..], &["--checkpoint", &file]].concat());
        assert_eq!(verified.status.code(), Some(code), "{expected}: {}", said(&verified));
        assert!(said(&verified).replace('；', ";").contains(expected), "{expected}: {}", said(&verified));
    }
    // One key in sixty-four begins like an option: base64url has `-`.
    let foreign = std::iter::repeat_with(|| edge::token::generate().unwrap().public)
        .find(|public| public.starts_with('-'))
        .unwrap();
    for (code, key) in
        [(&token[..token.len() - 5], &pair.public), (&*token, &foreign), ("nonsense", &pair.public)]
    {
        let refused = lixiao(&["verify", code, "--public-key", key]);
        assert_eq!(refused.status.code(), Some(1), "{code}");
        assert!(said(&refused).contains("not genuine"), "{}", said(&refused));
    }
}

#[test]
fn commands_say_what_they_lack() {
    for (args, expected) in [
        (vec!["audit", "2018-01"], "--data FILE"),
        (vec!["audit", "2018-01", "--data", "/nowhere/lixiao.db"], "there is no file"),
        (vec!["audit", "Batch!", "--data", "x.db"], "the batch Batch!"),
        (vec!["local", "--at", "tomorrow"], "2017-12-20T09:00:00+08:00"),
        (vec!["local", "--campus", "the library"], "--campus"),
        (
            vec!["local", "--batches", lixiao::demo::OWN_BATCHES, "--administrator", "20151104027"],
            "20151104027 is no staff number",
        ),
    ] {
        let output = lixiao(&args);
        assert!(!output.status.success(), "{args:?}");
        assert!(said(&output).contains(expected), "{args:?}: {}", said(&output));
    }
    // A table on AWS, without anything that says who asks.
    let output = Command::new(LIXIAO)
        .args(["audit", "2018-01"])
        .env_clear()
        .env("LIXIAO_TABLE", "lixiao")
        .output()
        .unwrap();
    assert!(!output.status.success());
    assert!(said(&output).contains("lacks AWS_REGION"), "{}", said(&output));
    assert!(said(&output).contains("aws configure export-credentials"), "{}", said(&output));
}
