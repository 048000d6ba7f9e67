//! An item that this program can't read, because it is broken or a newer program wrote it, is that item's trouble
//! alone: its own page says so, lists name it, everybody else goes on, and nothing is written over it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use api_tests::{ADMINISTRATOR, ALL_OFFICES, BATCH, LIBRARY, REGISTRAR, Server, csv, rows};
use lixiao::{audit, table};
use serde_json::{Value, json};

const BROKEN: &str = "20150000002";
const WHOLE: &str = "20150000001";

/// A call to the table itself, past everything that Lixiao knows.
async fn table(server: &Server, action: &str, mut call: Value) -> Value {
    call["TableName"] = json!(table::TABLE);
    let answer = reqwest::Client::new()
        .post(format!("http://{}", server.running.dynamodb))
        .header("content-type", "application/x-amz-json-1.0")
        .header("x-amz-target", format!("DynamoDB_20120810.{action}"))
        .header("x-amz-date", "20171220T000000Z")
        .header("authorization", "AWS4-HMAC-SHA256 Credential=test/20171220/local/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0")
        .body(call.to_string())
        .send()
        .await
        .unwrap();
    let (status, body) = (answer.status(), answer.text().await.unwrap());
    assert!(status.is_success(), "{action}: {status} {body}");
    serde_json::from_str(&body).unwrap()
}

fn key(pk: &str, sk: &str) -> Value {
    json!({"pk": {"S": pk}, "sk": {"S": sk}})
}

async fn item(server: &Server, pk: &str, sk: &str) -> Value {
    table(server, "GetItem", json!({"Key": key(pk, sk), "ConsistentRead": true})).await["Item"].clone()
}

/// Sets something of an item.
async fn set(server: &Server, pk: &str, sk: &str, path: &[&str], value: Value) {
    let names: serde_json::Map<String, Value> =
        path.iter().enumerate().map(|(i, name)| (format!("#n{i}"), json!(name))).collect();
    let path = (0..path.len()).map(|i| format!("#n{i}")).collect::<Vec<_>>().join(".");
    let call = json!({
        "Key": key(pk, sk),
        "UpdateExpression": format!("SET {path} = :value"),
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": {":value": value},
    });
    table(server, "UpdateItem", call).await;
}

fn clearance(student: &str) -> String {
    format!("2018-01#{student}")
}

/// The ways in which a student's item can be out of reach of this program.
async fn damage(server: &Server, how: &str) {
    let pk = clearance(BROKEN);
    match how {
        "a newer format" => {
            set(server, &pk, "clearance", &["v"], json!({"N": "2"})).await;
            set(server, &pk, "clearance", &["outline", "v"], json!({"N": "2"})).await;
        }
        "no format" => {
            set(server, &pk, "clearance", &["v"], json!({"S": "one"})).await;
            set(server, &pk, "clearance", &["outline", "v"], json!({"N": "0"})).await;
        }
        "an unknown word" => {
            set(server, &pk, "clearance", &["student", "level"], json!({"S": "postdoc"})).await;
            set(server, &pk, "clearance", &["outline", "level"], json!({"S": "postdoc"})).await;
        }
        other => panic!("{other}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_item_says_in_which_format_it_was_written() {
    let server = Server::staffed().await;
    server.enrol(&rows(3)).await;
    server.person(LIBRARY).decide(WHOLE, 2, "pass").await;
    let all = table(&server, "Scan", json!({})).await;
    let items = all["Items"].as_array().unwrap();
    assert!(items.len() > 15);
    for item in items {
        assert_eq!(item["v"], json!({"N": "1"}), "{} {}", item["pk"], item["sk"]);
        if item["sk"]["S"] == "clearance" {
            assert_eq!(item["outline"]["M"]["v"], json!({"N": "1"}), "what the index shows");
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
