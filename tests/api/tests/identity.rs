//! Who somebody is, is a kind and a number: whose number is somebody else's of another kind is a different person, in
//! rights, records, sessions and keys.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::path::Path;
use std::time::{Duration, Instant};

use api_tests::{ADMINISTRATOR, ADVISOR, Answer, BATCH, LIBRARY, Row, Server, answer, inside};
use lixiao::local::Options;
use reqwest::Method;
use serde_json::{Value, json};

const STUDENT: &str = "20150000001";

fn told(answer: &Answer, list: &str, of: &[&str]) -> Vec<Vec<String>> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let rows = answer.body[list].as_array().unwrap();
    rows.iter().map(|row| of.iter().map(|name| text(&row[*name])).collect()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_of_another_kind_has_nothing_of_its_namesakes() {
    let server = Server::staffed().await;
    server.enrol(&[Row::new(STUDENT)]).await;
    for kind in ["student", "external", "machine"] {
        let namesake = server.person(&format!("{kind}:{LIBRARY}"));
        let list = namesake.get(&format!("{BATCH}/worklist?step=2")).await;
        assert_eq!(list.problem(), (403, "not-allowed"), "{kind}");
        let decided = namesake.decide(STUDENT, 2, "pass").await;
        assert!([403, 404].contains(&decided.status.as_u16()), "{kind}: {}", decided.body);
        let session = namesake.get("/api/session").await;
        assert_eq!((&session.body["kind"], &session.body["rights"]), (&json!(kind), &json!([])));
        let administrator = server.person(&format!("{kind}:{ADMINISTRATOR}"));
        assert_eq!(administrator.get("/api/administrators").await.problem(), (403, "not-allowed"), "{kind}");
    }
    for kind in ["staff", "external", "machine"] {
        let namesake = server.person(&format!("{kind}:{STUDENT}"));
        for path in ["me", STUDENT] {
            let status = namesake.get(&format!("{BATCH}/students/{path}")).await;
            assert_eq!(status.problem(), (404, "not-found"), "{kind}: {path}");
        }
        assert_eq!(namesake.get("/api/me").await.body["status"], Value::Null, "{kind}");
        let form = namesake.put(&format!("{BATCH}/students/{STUDENT}/party-form"), &json!({})).await;
        assert_ne!(form.status, 200, "{kind}");
    }
    assert_eq!(server.person(LIBRARY).decide(STUDENT, 2, "pass").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_advisor_is_the_one_of_the_kind_that_the_roster_names() {
    let server = Server::staffed().await;
    let external = Box::leak(format!("external:{ADVISOR} 陈总").into_boxed_str());
    server.enrol(&[Row { advisors: external, ..Row::new(STUDENT) }]).await;
    let same_number = server.person(ADVISOR);
    assert_eq!(same_number.decide(STUDENT, 1, "pass").await.problem(), (403, "not-allowed"));
    assert_eq!(same_number.get(&format!("{BATCH}/worklist?step=1")).await.body["students"], json!([]));
    let advisor = server.person(&format!("external:{ADVISOR}"));
    let listed = advisor.get(&format!("{BATCH}/worklist?step=1")).await;
    assert_eq!(told(&listed, "students", &["id"]), [[STUDENT]]);
    assert_eq!(advisor.decide(STUDENT, 1, "pass").await.status, 200);
    let history = server.person(ADMINISTRATOR).get(&format!("{BATCH}/students/{STUDENT}/history")).await;
    let by = told(&history, "events", &["by_kind", "by", "role"]);
    assert_eq!(by.last().unwrap(), &["external", ADVISOR, "advisor"]);
    lixiao::audit::audit(&server.running.app.store, &"2018-01".parse().unwrap()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_sessions_and_counts_are_each_ones_own() {
    let server = Server::staffed().await;
    let (administrator, of) = (server.person(ADMINISTRATOR), format!("external:{LIBRARY}"));
    let grants = json!([{"role": "operator", "offices": ["residence"], "colleges": ["*"]}]);
    let entry = json!({"name": "周工", "grants": grants});
    let put = administrator.put(&format!("{BATCH}/operators/{of}"), &entry).await;
    assert_eq!((put.status.as_u16(), &put.body["kind"]), (200, &json!("external")), "{}", put.body);
    let listed = administrator.get(&format!("{BATCH}/operators?limit=100")).await;
    let entries: Vec<_> = told(&listed, "operators", &["kind", "id", "name"]);
    let entries: Vec<_> = entries.iter().filter(|entry| entry[1] == LIBRARY).collect();
    assert_eq!(entries, [&["staff", LIBRARY, "老师"], &["external", LIBRARY, "周工"]]);

    let (clerk, other) = (server.person(LIBRARY), server.person(&of));
    assert_eq!(answer(other.request(Method::POST, "/logout")).await.status, 204);
    assert_eq!(other.get("/api/session").await.status, 401, "signed out");
    assert_eq!(clerk.get("/api/session").await.status, 200, "somebody else");
    assert_eq!(clerk.get("/api/administrators").await.status, 403);
    // Nobody waits for the count, so it may come a moment after the answer.
    let since = Instant::now();
    loop {
        let record = administrator.get("/api/sign-ins").await;
        let seen = told(&record, "people", &["kind", "id", "signed_out", "refused"]);
        let counted = |row: [&str; 4]| seen.contains(&row.map(str::to_owned).to_vec());
        if counted(["staff", LIBRARY, "0", "1"]) && counted(["external", LIBRARY, "1", "0"]) {
            break;
        }
        assert!(since.elapsed() < Duration::from_secs(5), "{seen:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let taken = json!({"from": of, "name": "吴工", "seen": 0});
    let path = format!("{BATCH}/operators/external:W0009/take-over");
    assert_eq!(administrator.post(&path, &taken).await.body["kind"], "external");
    assert_eq!(clerk.get(&format!("{BATCH}/worklist?step=2")).await.status, 200, "the namesake lost nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slip_of_the_pen_is_caught_by_what_numbers_look_like() {
    let server = Server::staffed().await;
    let administrator = server.person(ADMINISTRATOR);
    let entry = json!({"name": "老师", "grants": [{"role": "registrar", "offices": [], "colleges": []}]});
    let put = administrator.put(&format!("{BATCH}/operators/2008-0001"), &entry).await;
    assert_eq!((put.status.as_u16(), put.fields()), (422, vec!["id: not-a-user-name".to_owned()]));
    assert!(put.body["detail"].as_str().unwrap().contains(r"\d{8}"), "{}", put.body);
    let student = administrator.put(&format!("{BATCH}/operators/{STUDENT}"), &entry).await;
    assert_eq!(student.problem(), (403, "not-allowed"), "a student's number");
}

/// A university with numbers of its own forms.
fn elsewhere(folder: &Path) -> Options {
    let own = Path::new(lixiao::demo::OWN_BATCHES);
    let university = std::fs::read_to_string(own.join("university.toml")).unwrap();
    let numbers = "student = '\\d\\d/[A-Z]+/\\d+|\\d{4}-\\d-\\d+'\nstaff = 'HOD-[A-Z]+|\\d{8}'\n";
    let (before, rest) = university.split_once("[numbers]").unwrap();
    let (_, after) = rest.split_once("# ──").unwrap();
    std::fs::write(folder.join("university.toml"), format!("{before}[numbers]\n{numbers}\n# ──{after}"))
        .unwrap();
    std::fs::copy(own.join("2018-01.toml"), folder.join("2018-01.toml")).unwrap();
    Options { batches: folder.to_owned(), ..inside() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_may_have_letters_dots_and_slashes_and_is_read_in_one_case() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(elsewhere(folder.path())).await;
    let (number, head) = ("15/CS/101", "HOD-CS");
    server
        .enrol(&[Row { advisors: "hod-cs 王老师", ..Row::new("15/cs/101") }, Row::new("2021-1-00123")])
        .await;
    let student = server.person(&format!("student:{number}"));
    let own = student.get(&format!("{BATCH}/students/me")).await;
    assert_eq!((own.status.as_u16(), &own.body["student"]["id"]), (200, &json!(number)), "{}", own.body);
    let advisor = server.person(&format!("staff:{head}"));
    for path in ["15~CS~101", "15%2FCS%2F101", "15~cs~101"] {
        let status = advisor.get(&format!("{BATCH}/students/{path}")).await;
        assert_eq!((status.status.as_u16(), &status.body["student"]["id"]), (200, &json!(number)), "{path}");
    }
    let passed = advisor.decide("15~CS~101", 1, "pass").await;
    assert_eq!(passed.status, 200, "{}", passed.body);
    assert_eq!(passed.body["steps"][0]["decided_by"], head);
    let dashed = advisor.get(&format!("{BATCH}/students/2021-1-00123")).await;
    assert_eq!(dashed.problem(), (404, "not-found"), "somebody else's student");
    let slip = student.get(&format!("{BATCH}/students/me/history")).await;
    assert_eq!(told(&slip, "events", &["by"]).last().unwrap(), &[head]);
    lixiao::audit::audit(&server.running.app.store, &"2018-01".parse().unwrap()).await.unwrap();
}
