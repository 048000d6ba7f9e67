//! A paper of words beside the party introduction: its own register, its own numbers, its keeper's alone.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::path::Path;

use api_tests::{ADMINISTRATOR, BATCH, LIBRARY, Person, REGISTRAR, Row, Server, inside};
use lixiao::local::Options;
use reqwest::Method;
use serde_json::{Value, json};

/// Clerks of the office that keeps it, each of a college.
const OURS: &str = "20080041";
const THEIRS: &str = "20080042";
const PARTY_OFFICE: &str = "20080043";
const STUDENT: &str = "20150000001";
const OTHER: &str = "20150000002";
const DOCTOR: &str = "20150000003";

const PAPER: &str = r#"
[[papers]]
id = "transfer"
layout = "text"
name = { zh = "户口迁移介绍信", en = "Household transfer letter" }
when = { level = ["master"] }
keeper = "college"
letter_valid_days = 30
text = "兹介绍{name}（学号{number}）前来办理户口迁移，{campus}校区，{valid_until}前有效。"
issue_until = 2018-01-08T00:00:00+08:00
"#;

fn with_a_paper(folder: &Path) -> Options {
    let own = Path::new(lixiao::demo::OWN_BATCHES);
    std::fs::copy(own.join("university.toml"), folder.join("university.toml")).unwrap();
    let notice = std::fs::read_to_string(own.join("2018-01.toml")).unwrap();
    std::fs::write(folder.join("2018-01.toml"), format!("{notice}{PAPER}")).unwrap();
    Options { batches: folder.to_owned(), ..inside() }
}

async fn start(folder: &Path) -> Server {
    let server = Server::start(with_a_paper(folder)).await;
    server.employ().await;
    server.grant(OURS, "operator", &["college"], &["信息学院"]).await;
    server.grant(THEIRS, "operator", &["college"], &["法学院"]).await;
    server.grant(PARTY_OFFICE, "party-office", &[], &[]).await;
    let row = |id: &str, college, level| Row { college, level, ..Row::new(id) };
    server
        .enrol(&[
            row(STUDENT, "信息学院", "硕士"),
            row(OTHER, "法学院", "硕士"),
            row(DOCTOR, "信息学院", "博士"),
        ])
        .await;
    server
}

async fn issue(who: &Person, students: &[&str]) -> Vec<Value> {
    let done = who.post(&format!("{BATCH}/letters?paper=transfer"), &json!({ "students": students })).await;
    assert_eq!(done.status, 200, "{}", done.body);
    done.body["results"].as_array().unwrap().clone()
}

async fn register(who: &Person, paper: &str) -> Vec<Value> {
    let listed = who.get(&format!("{BATCH}/letters?paper={paper}")).await;
    assert_eq!(listed.status, 200, "{}", listed.body);
    listed.body["letters"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keeper_issues_it_from_a_register_of_its_own_and_nobody_else_does() {
    let folder = tempfile::tempdir().unwrap();
    let server = start(folder.path()).await;
    let (ours, theirs, registrar) = (server.person(OURS), server.person(THEIRS), server.person(REGISTRAR));

    let batches = ours.get("/api/batches").await;
    let papers = batches.body["batches"][0]["papers"].as_array().unwrap();
    let ids: Vec<&Value> = papers.iter().map(|paper| &paper["id"]).collect();
    assert_eq!(ids, ["party-letter", "transfer"]);
    assert_eq!((&papers[1]["layout"], &papers[1]["keeper"]), (&json!("text"), &json!("college")));

    let wanted = ours.get(&format!("{BATCH}/party-forms?paper=transfer")).await;
    let listed: Vec<&Value> =
        wanted.body["members"].as_array().unwrap().iter().map(|row| &row["id"]).collect();
    assert_eq!(listed, [STUDENT], "those of their college whom it is for: {}", wanted.body);
    assert_eq!(wanted.body["members"][0]["state"], "ready");

    let rows = issue(&ours, &[STUDENT, OTHER, DOCTOR]).await;
    assert_eq!((&rows[0]["outcome"], &rows[0]["number"]), (&json!("changed"), &json!(1)));
    assert_eq!(rows[1]["problem"]["type"], "not-allowed", "another college's");
    assert_eq!(rows[2]["problem"]["type"], "paper-not-needed", "not for doctoral students");
    assert_eq!(issue(&ours, &[STUDENT]).await[0]["outcome"], "unchanged");
    assert_eq!(issue(&theirs, &[OTHER]).await[0]["number"], 2);
    for nobody in [PARTY_OFFICE, LIBRARY, REGISTRAR] {
        let refused = server
            .person(nobody)
            .post(&format!("{BATCH}/letters?paper=transfer"), &json!({"students": [STUDENT]}))
            .await;
        assert_eq!(refused.problem(), (403, "not-allowed"), "{nobody}");
    }
    let of = |letters: Vec<Value>| -> Vec<Value> {
        letters.iter().map(|letter| letter["student"].clone()).collect()
    };
    assert_eq!(of(register(&ours, "transfer").await), [STUDENT]);
    assert_eq!(of(register(&theirs, "transfer").await), [OTHER]);
    assert_eq!(of(register(&registrar, "transfer").await), [STUDENT, OTHER]);
    assert_eq!(
        of(register(&registrar, "party-letter").await),
        Vec::<Value>::new(),
        "the introductions' is empty"
    );
    let refused = server.person(PARTY_OFFICE).get(&format!("{BATCH}/letters?paper=transfer")).await;
    assert_eq!(refused.problem(), (403, "not-allowed"));
    let unknown = registrar.get(&format!("{BATCH}/letters?paper=tranfer")).await;
    assert_eq!(unknown.problem(), (422, "invalid-fields"));
    assert_eq!(unknown.body["fields"][0]["field"], "paper");
    assert!(unknown.body["fields"][0]["message"].as_str().unwrap().contains("transfer"), "{}", unknown.body);

    let me = server.person(STUDENT).get("/api/me").await;
    let paper = &me.body["status"]["papers"][0];
    assert_eq!((&paper["id"], &paper["letter"]["number"]), (&json!("transfer"), &json!(1)), "{}", me.body);
    assert_eq!(paper["office"]["id"], "college");
    let seen_by_library = server.person(LIBRARY).get(&format!("{BATCH}/students/{STUDENT}")).await;
    assert_eq!(seen_by_library.body["papers"], json!([]), "no business of other offices");

    lixiao::audit::audit(&server.running.app.store, &"2018-01".parse().unwrap()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_printed_noted_and_issued_anew_and_the_audit_follows() {
    let folder = tempfile::tempdir().unwrap();
    let server = start(folder.path()).await;
    let (ours, theirs) = (server.person(OURS), server.person(THEIRS));
    issue(&ours, &[STUDENT]).await;

    let pdf = async |who: &Person, query: &str| {
        let path = format!("{BATCH}/letters/1.pdf{query}");
        who.request(Method::GET, &path).send().await.unwrap().status().as_u16()
    };
    assert_eq!(pdf(&ours, "?paper=transfer").await, 200);
    assert_eq!(pdf(&theirs, "?paper=transfer").await, 404, "another college's");
    assert_eq!(pdf(&server.person(STUDENT), "?paper=transfer").await, 200, "a copy of their own");
    assert_eq!(pdf(&server.person(STUDENT), "").await, 404, "they have no introduction");

    let printed =
        ours.post(&format!("{BATCH}/letters/printed?paper=transfer"), &json!({"letters": [1]})).await;
    assert_eq!(printed.body["results"][0]["outcome"], "changed", "{}", printed.body);

    let anew = |reason: Value| {
        let ours = &ours;
        async move { ours.post(&format!("{BATCH}/letters/1/reissue?paper=transfer"), &reason).await }
    };
    let form = json!({"reason": "污损", "papers": ["statement"], "heading": "x"});
    assert_eq!(anew(form).await.status, 400, "a paper of words has no form");
    assert_eq!(anew(json!({"reason": " "})).await.problem(), (422, "invalid-fields"));
    let tried = anew(json!({"reason": "污损", "dry_run": true})).await;
    assert_eq!((tried.status.as_u16(), &tried.body["number"]), (200, &json!(2)), "{}", tried.body);
    let done = anew(json!({"reason": "污损"})).await;
    assert_eq!((&done.body["number"], &done.body["replaces"]), (&json!(2), &json!(1)), "{}", done.body);
    assert_eq!(anew(json!({"reason": "污损"})).await.problem(), (409, "letter-void"));

    let receipt = json!({"received_on": "2017-12-20", "from": "××派出所"});
    let path = format!("{BATCH}/letters/2/receipt?paper=transfer");
    assert_eq!(theirs.put(&path, &receipt).await.problem(), (403, "not-allowed"));
    assert_eq!(ours.put(&path, &receipt).await.status, 200);
    let states: Vec<Value> =
        register(&ours, "transfer").await.iter().map(|letter| letter["state"].clone()).collect();
    assert_eq!(states, ["void", "returned"]);

    let history = server.person(ADMINISTRATOR).get(&format!("{BATCH}/students/{STUDENT}/history")).await;
    let events = history.body["events"].as_array().unwrap();
    let seen: Vec<(&Value, &Value)> =
        events.iter().map(|event| (&event["action"], &event["paper"])).collect();
    let transfer = json!("transfer");
    for action in ["issue", "print", "receipt"] {
        assert!(seen.contains(&(&json!(action), &transfer)), "{action}: {seen:?}");
    }
    let sheet = async |query: &str| {
        let path = format!("{BATCH}/exports/letters.xlsx{query}");
        ours.request(Method::GET, &path).send().await.unwrap().status().as_u16()
    };
    assert_eq!((sheet("?paper=transfer").await, sheet("").await), (200, 403));

    let found = lixiao::audit::audit(&server.running.app.store, &"2018-01".parse().unwrap()).await.unwrap();
    assert_eq!(found.letters, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_its_deadline_it_is_issued_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let options =
        Options { at: Some(api_tests::at("2018-01-08T00:00:00+08:00")), ..with_a_paper(folder.path()) };
    let server = Server::start(options).await;
    server.employ().await;
    server.grant(OURS, "operator", &["college"], &["信息学院"]).await;
    server.enrol(&[Row { level: "硕士", ..Row::new(STUDENT) }]).await;
    let rows = issue(&server.person(OURS), &[STUDENT]).await;
    assert_eq!(rows[0]["problem"]["type"], "deadline-passed", "{rows:?}");
    assert_eq!(rows[0]["problem"]["deadline"], "2018-01-08T00:00:00+08:00");
}
