//! Party forms, letters and receipts over the contract (N14–N22): exact to the number, whatever
//! happens at the same time or fails in between.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};

use api_tests::fault_proxy::{Fault, FaultProxy};
use api_tests::{
    ADMINISTRATOR, Answer, BATCH, COLLEGE, REGISTRAR, Row, Server, inside, numbers, standing_at,
};
use futures::future::join_all;
use lixiao::audit::audit;
use lixiao::local::Options;
use serde_json::{Value, json};

const STUDENT: &str = "20150000001";
const PARTY_OFFICE: &str = "20080031";
const COUNSELLOR: &str = "20080032";

fn form(heading: &str) -> Value {
    json!({"heading": heading, "destination": "昆明市第一中学党委", "transfer_kind": "in-province",
        "receiver_contact": "李书记", "receiver_phone": "0871-60000000", "confirmed": true})
}

fn member(id: &str) -> Row {
    Row { party: "中共党员", party_here: "是", ..Row::new(id) }
}

/// Staff, and members of the party.
async fn settle(server: &Server, members: usize) {
    server.employ().await;
    for (id, role) in [(PARTY_OFFICE, "party-office"), (COUNSELLOR, "counsellor")] {
        let body = json!({"name": "老师", "roles": [role], "colleges": ["信息学院"]});
        server.person(ADMINISTRATOR).entitle(id, &body).await;
    }
    let members: Vec<Row> = numbers(members).iter().map(|id| member(id)).collect();
    server.enrol(&members).await;
}

async fn hand_in(server: &Server, who: &str, student: &str, body: &Value) -> Answer {
    server.person(who).put(&format!("{BATCH}/students/{student}/party-form"), body).await
}

async fn issue(server: &Server, students: &[String]) -> Vec<Value> {
    let body = json!({ "students": students });
    let answer = server.person(PARTY_OFFICE).post(&format!("{BATCH}/letters"), &body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body["results"].as_array().unwrap().clone()
}

async fn register(server: &Server, query: &str) -> Vec<u64> {
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("{BATCH}/letters?limit=60{query}{cursor}");
        let answer = server.person(PARTY_OFFICE).get(&path).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let letters = answer.body["letters"].as_array().unwrap().iter();
        found.extend(letters.map(|letter| letter["number"].as_u64().unwrap()));
        match answer.body["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_s_whole_way_from_the_form_to_the_receipt() {
    let server = Server::start(inside()).await;
    settle(&server, 2).await;
    let handed_in = hand_in(&server, STUDENT, "me", &form("昆明市人才服务中心")).await;
    insta::assert_json_snapshot!("a_form_with_a_warning", handed_in.body);
    let mended = hand_in(&server, STUDENT, "me", &form("中共昆明市委组织部")).await;
    assert_eq!(mended.body["warnings"], json!([]));

    let other = form("中共昆明市委组织部");
    assert_eq!(hand_in(&server, COUNSELLOR, "20150000002", &other).await.status, 200, "on behalf (N18)");
    assert_eq!(hand_in(&server, STUDENT, "20150000002", &other).await.problem(), (404, "not-found"));
    assert_eq!(hand_in(&server, COLLEGE, STUDENT, &other).await.problem(), (403, "not-allowed"));

    let rows = issue(&server, &[STUDENT.to_owned()]).await;
    assert_eq!((&rows[0]["number"], &rows[0]["outcome"]), (&json!(1), &json!("changed")));
    let again = issue(&server, &[STUDENT.to_owned()]).await;
    assert_eq!((&again[0]["number"], &again[0]["outcome"]), (&json!(1), &json!("unchanged")));
    let status = server.person(STUDENT).status("me").await;
    insta::assert_json_snapshot!("a_member_with_a_letter", status["party"]);
    let refused = hand_in(&server, STUDENT, "me", &form("中共曲靖市委组织部")).await;
    assert_eq!((refused.problem(), &refused.body["number"]), ((409, "letter-exists"), &json!(1)));

    let mut reissue = form("中共曲靖市委组织部");
    reissue["papers"] = json!(["statement", "application"]);
    reissue["reason"] = json!("单位更名");
    let path = format!("{BATCH}/letters/1/reissue");
    let refused = server.person(PARTY_OFFICE).post(&path, &reissue).await;
    assert_eq!(refused.fields(), ["papers.original: required"]);
    reissue["papers"] = json!(["statement", "application", "original"]);
    let second = server.person(PARTY_OFFICE).post(&path, &reissue).await;
    insta::assert_json_snapshot!("a_letter_issued_anew", second.body);
    let void = server.person(PARTY_OFFICE).post(&path, &reissue).await;
    assert_eq!((void.problem(), &void.body["replaced_by"]), ((409, "letter-void"), &json!(2)));
    assert_eq!(register(&server, "&state=void").await, [1]);

    let receipt = |number: u32, day: &str| {
        let body = json!({"received_on": day, "from": "中共曲靖市委组织部"});
        let path = format!("{BATCH}/letters/{number}/receipt");
        let person = server.person(PARTY_OFFICE);
        async move { person.put(&path, &body).await }
    };
    assert_eq!(receipt(1, "2017-12-20").await.problem(), (409, "letter-void"));
    assert_eq!(receipt(2, "2017-12-19").await.fields(), ["received_on: too-early"]);
    assert_eq!(receipt(2, "2017-12-21").await.fields(), ["received_on: in-the-future"]);
    assert_eq!(receipt(2, "soon").await.fields(), ["received_on: not-a-date"]);
    assert_eq!(receipt(3, "2017-12-20").await.problem(), (404, "not-found"));
    assert_eq!(receipt(2, "2017-12-20").await.body["state"], "returned");
    let status = server.person(STUDENT).status("me").await;
    assert_eq!(status["party"]["letter"]["state"], "returned");
    let history = server.person(PARTY_OFFICE).get(&format!("{BATCH}/students/{STUDENT}/history")).await.body;
    let actions: Vec<_> = history["events"].as_array().unwrap().iter().map(|e| e["action"].clone()).collect();
    assert_eq!(actions, ["enrol", "form", "form", "issue", "form", "issue", "receipt"]);
    assert!(!history.to_string().contains("530102199305060024"), "an identity number is nobody's to see");
    audit(&server.running.app.store, &"2018-01".parse().unwrap()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lies_there_on_paper_is_said_by_whoever_printed_it() {
    let server = Server::start(inside()).await;
    settle(&server, 3).await;
    let students = numbers(3);
    for student in &students {
        hand_in(&server, student, "me", &form("中共昆明市委组织部")).await;
    }
    issue(&server, &students).await;
    let mut anew = form("中共曲靖市委组织部");
    anew["papers"] = json!(["statement", "application", "original"]);
    anew["reason"] = json!("单位更名");
    server.person(PARTY_OFFICE).post(&format!("{BATCH}/letters/3/reissue"), &anew).await;
    let path = format!("{BATCH}/letters/printed");
    let note = |who: &str, letters: Value| {
        let (person, body) = (server.person(who), json!({ "letters": letters }));
        let path = path.clone();
        async move { person.post(&path, &body).await }
    };
    assert_eq!(register(&server, "&printed=missing").await, [1, 2, 4], "what is void is no paper to print");
    let noted = note(PARTY_OFFICE, json!([1, 3, 9])).await;
    let rows: Vec<_> = noted.body["results"].as_array().unwrap().iter().collect();
    let said: Vec<_> = rows.iter().map(|row| (&row["outcome"], &row["problem"]["type"])).collect();
    let expected = [json!("changed"), json!("refused"), json!("refused")];
    assert_eq!(
        said.iter().map(|(outcome, _)| *outcome).collect::<Vec<_>>(),
        expected.iter().collect::<Vec<_>>()
    );
    assert_eq!((said[1].1, said[2].1), (&json!("letter-void"), &json!("not-found")));
    assert_eq!(note(PARTY_OFFICE, json!([1])).await.body["results"][0]["outcome"], "unchanged");
    assert_eq!(register(&server, "&printed=missing").await, [2, 4]);
    let letters =
        server.person(REGISTRAR).get(&format!("{BATCH}/letters?limit=1")).await.body["letters"].clone();
    assert_eq!(
        (&letters[0]["printed"]["by"], &letters[0]["printed"]["by_name"], &letters[0]["receiver_phone"]),
        (&json!(PARTY_OFFICE), &json!("老师"), &json!("0871-60000000"))
    );
    for who in [STUDENT, COUNSELLOR, REGISTRAR, ADMINISTRATOR] {
        assert_eq!(note(who, json!([2])).await.problem(), (403, "not-allowed"), "{who}");
    }
    assert_eq!(note(PARTY_OFFICE, json!([])).await.fields(), ["letters: required"]);
    assert_eq!(note(PARTY_OFFICE, json!([2, 2])).await.fields(), ["letters[1]: duplicate"]);
    let many: Vec<u32> = (1..=101).collect();
    assert_eq!(note(PARTY_OFFICE, json!(many)).await.fields(), ["letters: too-long"]);
    assert_eq!(note(PARTY_OFFICE, json!(["2"])).await.status, 400);
    audit(&server.running.app.store, &"2018-01".parse().unwrap()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_issued_is_refused_by_row() {
    let server = Server::start(inside()).await;
    settle(&server, 1).await;
    server.enrol(&[Row::new("20150000009")]).await;
    let students = [STUDENT, "20150000009", "20159999999"].map(str::to_owned);
    let rows = issue(&server, &students).await;
    let kinds: Vec<_> = rows.iter().map(|row| row["problem"]["type"].clone()).collect();
    assert_eq!(kinds, ["form-missing", "form-not-needed", "not-found"]);
    assert_eq!(register(&server, "").await, [0; 0]);
    let not_needed = hand_in(&server, "20150000009", "me", &form("中共昆明市委组织部")).await;
    assert_eq!(not_needed.problem(), (409, "form-not-needed"));
    let body = json!({"students": [STUDENT]});
    for who in [STUDENT, COUNSELLOR, REGISTRAR, ADMINISTRATOR] {
        let refused = server.person(who).post(&format!("{BATCH}/letters"), &body).await;
        assert_eq!(refused.problem(), (403, "not-allowed"), "{who}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_taken_until_the_campus_s_deadline_and_then_only_from_a_registrar() {
    let server = Server::start(standing_at("2017-12-22T16:29:59+08:00")).await;
    settle(&server, 1).await;
    assert_eq!(hand_in(&server, STUDENT, "me", &form("中共昆明市委组织部")).await.status, 200);
    let server = Server::start(standing_at("2017-12-22T16:30:00+08:00")).await;
    settle(&server, 1).await;
    let refused = hand_in(&server, STUDENT, "me", &form("中共昆明市委组织部")).await;
    assert_eq!(refused.problem(), (403, "deadline-passed"));
    assert_eq!(refused.body["deadline"], "2017-12-22T16:30:00+08:00");
    let mut late = form("中共昆明市委组织部");
    assert_eq!(hand_in(&server, REGISTRAR, STUDENT, &late).await.fields(), ["reason: required"]);
    late["reason"] = json!("住院");
    assert_eq!(hand_in(&server, REGISTRAR, STUDENT, &late).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_final_step_s_letter_can_be_ticked_once_it_is_issued() {
    let server = Server::start(inside()).await;
    settle(&server, 1).await;
    let all = server.person(api_tests::ALL_OFFICES);
    for step in 1..=10 {
        all.decide(STUDENT, step, "pass").await;
    }
    let refused = all.decide(STUDENT, 11, "pass").await;
    assert_eq!((refused.problem(), &refused.body["parts"]), ((409, "parts-missing"), &json!(["letter"])));
    assert_eq!((&refused.body["letter"], &refused.body["form"]), (&json!("not-issued"), &json!(false)));
    assert!(refused.body["detail"].as_str().unwrap().contains("再由开具部门开具"), "{}", refused.body);
    hand_in(&server, STUDENT, "me", &form("中共昆明市委组织部")).await;
    issue(&server, &[STUDENT.to_owned()]).await;
    assert_eq!(all.decide(STUDENT, 11, "pass").await.body["cleared"], true);
}

/// Issues letters to everybody by eight clients at once, each asking until it has them all.
async fn by_eight_clients(server: &Server, students: &[String]) -> BTreeSet<u64> {
    let clients = students.chunks(students.len() / 8).map(|own| async move {
        let mut numbers = BTreeSet::new();
        for _ in 0..20 {
            let body = json!({ "students": own });
            let answer = server.person(PARTY_OFFICE).post(&format!("{BATCH}/letters"), &body).await;
            // A function that fights a failing table may run out of its time; asked again, it goes on.
            assert!(
                answer.status == 200 || (server.is_deployed() && answer.status == 500),
                "{}",
                answer.body
            );
            let rows = answer.body["results"].as_array().cloned().unwrap_or_default();
            numbers.extend(rows.iter().filter_map(|row| row["number"].as_u64()));
            if numbers.len() == own.len() {
                break;
            }
        }
        numbers
    });
    join_all(clients).await.into_iter().flatten().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_letters_by_eight_clients_are_numbered_without_gap_or_repeat() {
    let server = Server::start(inside()).await;
    settle(&server, 200).await;
    let students = numbers(200);
    for student in &students {
        hand_in(&server, student, "me", &form("中共昆明市委组织部")).await;
    }
    assert_eq!(by_eight_clients(&server, &students).await, (1..=200).collect());
    assert_eq!(register(&server, "").await, (1..=200).collect::<Vec<_>>());
    audit(&server.running.app.store, &"2018-01".parse().unwrap()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_have_no_gap_when_the_table_fails_on_the_way() {
    let network = FaultProxy::start().await;
    let server = Server::start(Options { by_way_of: Some(network.address), ..inside() }).await;
    network.connect(server.running.dynamodb);
    settle(&server, 64).await;
    let students = numbers(64);
    for student in &students {
        hand_in(&server, student, "me", &form("中共昆明市委组织部")).await;
    }
    // Half of all writes fail, in one of three ways, by a generator that is the same on every run.
    let seed = AtomicU64::new(20_180_110);
    network.plan(move |operation, _| {
        let drawn = seed.fetch_add(1, Ordering::SeqCst).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
        match (operation, drawn % 6) {
            ("TransactWriteItems", 0) => Fault::Throttle,
            ("TransactWriteItems", 1) => Fault::CutBefore,
            ("TransactWriteItems", 2) => Fault::CutAfter,
            _ => Fault::None,
        }
    });
    let issued = by_eight_clients(&server, &students).await;
    network.plan(|_, _| Fault::None);
    assert_eq!(issued, (1..=64).collect());
    assert_eq!(register(&server, "").await, (1..=64).collect::<Vec<_>>());
    audit(&server.running.app.store, &"2018-01".parse().unwrap()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_register_finds_what_must_be_followed_up() {
    let folder = tempfile::tempdir().unwrap();
    let on = |time: &str| Options {
        data: Some(folder.path().join("lixiao.db")),
        in_memory: false,
        ..standing_at(time)
    };
    let server = Server::start(on("2017-12-20T12:00:00+08:00")).await;
    settle(&server, 3).await;
    for student in numbers(3) {
        hand_in(&server, &student, "me", &form("中共昆明市委组织部")).await;
    }
    issue(&server, &numbers(3)).await;
    let receipt = json!({"received_on": "2017-12-20", "from": "中共昆明市委组织部"});
    server.person(PARTY_OFFICE).put(&format!("{BATCH}/letters/2/receipt"), &receipt).await;
    assert_eq!(register(&server, "&expires_within=89").await, [0; 0]);
    assert_eq!(register(&server, "&expires_within=90").await, [1, 3]);
    assert_eq!(register(&server, "&receipt=missing").await, [1, 3]);
    assert_eq!(register(&server, "&state=returned").await, [2]);

    // In March the window has long closed; letters expire, and receipts can still be noted.
    let server = Server::start(on("2018-03-21T09:00:00+08:00")).await;
    assert_eq!(register(&server, "&state=expired").await, [1, 3]);
    let late = json!({"received_on": "2018-03-15", "from": "中共昆明市委组织部"});
    let noted = server.person(PARTY_OFFICE).put(&format!("{BATCH}/letters/1/receipt"), &late).await;
    assert_eq!((noted.status.as_u16(), &noted.body["state"]), (200, &json!("returned")));
    assert_eq!(register(&server, "&state=expired").await, [3]);
}
