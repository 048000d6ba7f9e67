//! An item that this program can't read, because it is broken or a newer program wrote it, is that item's trouble
//! alone: its own page says so, lists name it, everybody else goes on, and nothing is written over it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use api_tests::table::{call, item, set};
use api_tests::{ADMINISTRATOR, ADVISOR, ALL_OFFICES, BATCH, LIBRARY, REGISTRAR, Server, csv, rows};
use lixiao::audit;
use serde_json::json;

const BROKEN: &str = "20150000002";
const WHOLE: &str = "20150000001";

fn clearance(student: &str) -> String {
    format!("2018-01#{student}")
}

/// The ways in which a student's item can be out of reach of this program.
async fn damage(server: &Server, how: &str) {
    let pk = clearance(BROKEN);
    match how {
        "a newer format" => {
            set(server, &pk, "clearance", &["v"], json!({"N": "4"})).await;
            set(server, &pk, "clearance", &["outline", "v"], json!({"N": "3"})).await;
        }
        "no format" => {
            set(server, &pk, "clearance", &["v"], json!({"S": "one"})).await;
            set(server, &pk, "clearance", &["outline", "v"], json!({"N": "0"})).await;
        }
        "an unknown word" => {
            set(server, &pk, "clearance", &["records", "2"], json!({"M": {"mark": {"S": "doubtful"}}})).await;
            set(server, &pk, "clearance", &["outline", "marks", "2"], json!({"S": "doubtful"})).await;
        }
        other => panic!("{other}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_item_says_in_which_format_it_was_written() {
    let server = Server::staffed().await;
    server.enrol(&rows(3)).await;
    server.person(LIBRARY).decide(WHOLE, 2, "pass").await;
    let all = call(&server, "Scan", json!({})).await;
    let items = all["Items"].as_array().unwrap();
    assert!(items.len() > 15);
    for item in items {
        let sort_key = item["sk"]["S"].as_str().unwrap();
        let since = if sort_key == "clearance" || sort_key.starts_with("event#") { "3" } else { "1" };
        assert_eq!(item["v"], json!({ "N": since }), "{} {}", item["pk"], item["sk"]);
        if item["sk"]["S"] == "clearance" {
            assert_eq!(item["outline"]["M"]["v"], json!({"N": "2"}), "what the index shows");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_unreadable_student_stops_no_list_and_is_named_in_each() {
    for how in ["a newer format", "no format", "an unknown word"] {
        let server = Server::staffed().await;
        server.enrol(&rows(4)).await;
        damage(&server, how).await;
        let registrar = server.person(REGISTRAR);
        let list = registrar.get(&format!("{BATCH}/worklist?step=2&totals=yes")).await;
        assert_eq!(list.status, 200, "{how}: {}", list.body);
        assert_eq!(list.body["students"].as_array().unwrap().len(), 3, "{how}");
        assert_eq!(list.body["unreadable"], json!([BROKEN]), "{how}");
        assert_eq!(list.body["totals"]["unreadable"], 1, "{how}");
        let unfinished = registrar.get(&format!("{BATCH}/unfinished")).await;
        assert_eq!(unfinished.body["unreadable"], json!([BROKEN]), "{how}: {}", unfinished.body);
        let members = registrar.get(&format!("{BATCH}/party-forms")).await;
        assert_eq!((members.status.as_u16(), &members.body["unreadable"]), (200, &json!([BROKEN])), "{how}");
        let progress = registrar.get(&format!("{BATCH}/progress")).await;
        assert_eq!(
            (&progress.body["students"], &progress.body["unreadable"]),
            (&json!(3), &json!(1)),
            "{how}"
        );
        for sheet in ["party-forms.xlsx", "progress.xlsx"] {
            assert_eq!(
                registrar.get(&format!("{BATCH}/exports/{sheet}")).await.status,
                200,
                "{how}: {sheet}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreadable_student_is_answered_so_and_never_written_over() {
    for how in ["a newer format", "no format", "an unknown word"] {
        let server = Server::staffed().await;
        server.enrol(&rows(3)).await;
        damage(&server, how).await;
        let before = item(&server, &clearance(BROKEN), "clearance").await;
        let library = server.person(ALL_OFFICES);
        let status = server.person(REGISTRAR).get(&format!("{BATCH}/students/{BROKEN}")).await;
        assert_eq!(status.problem(), (500, "unreadable"), "{how}: {}", status.body);
        let decided = library.decide(BROKEN, 2, "pass").await;
        assert_eq!(decided.problem(), (500, "unreadable"), "{how}: {}", decided.body);
        let many = json!({"decision": "pass", "students": [WHOLE, BROKEN]});
        let many = library.post(&format!("{BATCH}/steps/2/decisions"), &many).await;
        let outcomes: Vec<_> =
            many.body["results"].as_array().unwrap().iter().map(|row| row["outcome"].clone()).collect();
        assert_eq!(outcomes, ["changed", "refused"], "{how}: {}", many.body);
        assert_eq!(many.body["results"][1]["problem"]["type"], "unreadable", "{how}");
        let mut moved = rows(3);
        moved.iter_mut().for_each(|row| row.college = "法学院");
        let imported = server.person(ADMINISTRATOR).import(&csv(&moved)).await;
        assert_eq!(imported.body["updated"], 2, "{how}: {}", imported.body);
        assert_eq!(imported.body["rows"][0]["problem"]["type"], "unreadable", "{how}");
        assert_eq!(item(&server, &clearance(BROKEN), "clearance").await, before, "{how}: as it was");
        let batch = "2018-01".parse().unwrap();
        let audited = audit::audit(&server.running.app.store, &batch).await.unwrap_err();
        assert!(format!("{audited:#}").contains(BROKEN), "{how}: {audited:#}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn events_operators_and_sign_ins_that_cannot_be_read_are_named_in_their_lists() {
    let server = Server::staffed().await;
    server.enrol(&rows(2)).await;
    server.person(LIBRARY).decide(WHOLE, 2, "pass").await;
    let event = item(&server, &clearance(WHOLE), "event#000001").await;
    let body = event["body"]["S"].as_str().unwrap().replace("\"pass\"", "\"from-the-future\"");
    set(&server, &clearance(WHOLE), "event#000001", &["body"], json!({"S": body})).await;
    let history = server.person(REGISTRAR).get(&format!("{BATCH}/students/{WHOLE}/history")).await;
    assert_eq!(
        (history.status.as_u16(), &history.body["unreadable"]),
        (200, &json!([1])),
        "{}",
        history.body
    );
    assert_eq!(history.body["events"].as_array().unwrap().len(), 1);

    set(&server, "operators#2018-01", LIBRARY, &["v"], json!({"N": "9"})).await;
    let operators = server.person(ADMINISTRATOR).get(&format!("{BATCH}/operators")).await;
    assert_eq!((operators.status.as_u16(), &operators.body["unreadable"]), (200, &json!([LIBRARY])));
    assert_eq!(server.person(LIBRARY).decide(WHOLE, 2, "pass").await.problem(), (500, "unreadable"));
    assert_eq!(server.person(ALL_OFFICES).decide(BROKEN, 2, "pass").await.status, 200, "others go on");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreadable_student_of_an_advisor_is_named_in_their_own_list() {
    let server = Server::staffed().await;
    server.enrol(&rows(3)).await;
    damage(&server, "an unknown word").await;
    let list = server.person(ADVISOR).get(&format!("{BATCH}/worklist?step=1&totals=yes")).await;
    assert_eq!((list.status.as_u16(), &list.body["unreadable"]), (200, &json!([BROKEN])), "{}", list.body);
    assert_eq!(list.body["totals"]["unreadable"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_no_document_knows_is_said_to_be_one_and_no_conflict_for_ever() {
    let server = Server::staffed().await;
    server.enrol(&rows(2)).await;
    let mut orphan = item(&server, &clearance(BROKEN), "event#000000").await;
    orphan["sk"] = json!({"S": "event#000001"});
    call(&server, "PutItem", json!({"Item": orphan})).await;
    let decided = server.person(LIBRARY).decide(BROKEN, 2, "pass").await;
    assert_eq!(decided.problem(), (500, "unreadable"), "{}", decided.body);
    assert_eq!(server.person(LIBRARY).decide(WHOLE, 2, "pass").await.status, 200);
}
