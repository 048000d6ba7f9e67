//! Personal data stands once, in the document: events commit to it and don't hold it, so that it can be corrected and
//! forgotten while every chain still verifies.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use api_tests::table::call;
use api_tests::{ADMINISTRATOR, BATCH, REGISTRAR, Row, Server, csv};
use lixiao::audit::audit;
use serde_json::{Value, json};

const STUDENT: &str = "20150000001";
const PARTY_OFFICE: &str = "20080031";
const ID_NUMBER: &str = "530102199305060027";
const CORRECTED: &str = "530102199305060035";

fn form() -> Value {
    json!({"heading": "中共昆明市委组织部", "destination": "昆明市第一中学党委", "transfer_kind": "in-province",
        "receiver_contact": "李书记", "receiver_phone": "0871-60000000", "confirmed": true})
}

/// Every item of the table as text.
async fn items(server: &Server) -> Vec<(String, String)> {
    let all = call(server, "Scan", json!({})).await;
    assert!(all["LastEvaluatedKey"].is_null(), "one page is enough for a test");
    let items = all["Items"].as_array().unwrap().iter();
    items.map(|item| (format!("{}/{}", item["pk"]["S"], item["sk"]["S"]), item.to_string())).collect()
}

async fn settle(server: &Server) {
    server.employ().await;
    let body = json!({"name": "老师", "roles": ["party-office"], "colleges": ["信息学院"]});
    server.person(ADMINISTRATOR).put(&format!("/api/operators/{PARTY_OFFICE}"), &body).await;
    let member = Row { party: "中共党员", party_here: "是", ..Row::new(STUDENT) };
    server.enrol(&[member]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_event_holds_personal_data() {
    let server = Server::start(api_tests::inside()).await;
    settle(&server).await;
    let handed_in =
        server.person(STUDENT).put(&format!("{BATCH}/students/{STUDENT}/party-form"), &form()).await;
    assert_eq!(handed_in.status, 200, "{}", handed_in.body);
    let issued =
        server.person(PARTY_OFFICE).post(&format!("{BATCH}/letters"), &json!({"students": [STUDENT]})).await;
    assert_eq!(issued.body["results"][0]["outcome"], "changed", "{}", issued.body);
    for (key, item) in items(&server).await {
        if key.contains("event#") {
            for private in ["王小明", ID_NUMBER, "1993-05-06", "李书记", "0871-60000000", "汉族"] {
                assert!(!item.contains(private), "{key} holds {private}: {item}");
            }
        }
    }
    let letter = server.person(PARTY_OFFICE).get(&format!("{BATCH}/letters")).await;
    assert_eq!(
        (&letter.body["letters"][0]["name"], &letter.body["letters"][0]["receiver_contact"]),
        (&json!("王小明"), &json!("李书记"))
    );
    audit(&server.running.app.store, &"2018-01".parse().unwrap()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrected_identity_number_leaves_no_trace_of_the_wrong_one() {
    let server = Server::start(api_tests::inside()).await;
    settle(&server).await;
    let roster = csv(&[Row { party: "中共党员", party_here: "是", ..Row::new(STUDENT) }]);
    let again = server.person(ADMINISTRATOR).import(&roster).await;
    assert_eq!(again.body["unchanged"], 1, "another salt is no change: {}", again.body);
    let corrected = server.person(ADMINISTRATOR).import(&roster.replace(ID_NUMBER, CORRECTED)).await;
    assert_eq!(corrected.body["updates"][0]["columns"], json!(["id_number"]), "{}", corrected.body);
    for (key, item) in items(&server).await {
        assert!(!item.contains(ID_NUMBER), "{key}: {item}");
    }
    let status = server.person(REGISTRAR).get(&format!("{BATCH}/students/{STUDENT}")).await;
    assert_eq!(status.body["student"]["id_number"], "530***********0035", "{}", status.body);
    audit(&server.running.app.store, &"2018-01".parse().unwrap()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_prints_or_takes_away_what_is_others_is_counted_by_day() {
    let server = Server::start(api_tests::inside()).await;
    settle(&server).await;
    server.person(STUDENT).put(&format!("{BATCH}/students/me/party-form"), &form()).await;
    let office = server.person(PARTY_OFFICE);
    office.post(&format!("{BATCH}/letters"), &json!({"students": [STUDENT]})).await;
    let registrar = server.person(REGISTRAR);
    for path in ["students/20150000001", "worklist?step=2", "unfinished", "party-forms"] {
        assert_eq!(registrar.get(&format!("{BATCH}/{path}")).await.status, 200, "{path}");
    }
    let pdf = office.request(reqwest::Method::GET, &format!("{BATCH}/letters/1.pdf")).send().await.unwrap();
    assert_eq!(pdf.status(), 200);
    let sheet =
        office.request(reqwest::Method::GET, &format!("{BATCH}/exports/letters.xlsx")).send().await.unwrap();
    assert_eq!(sheet.status(), 200);
    // A student's own is nobody's business.
    server.person(STUDENT).get(&format!("{BATCH}/students/me")).await;
    let counted = async || {
        let record = server.person(ADMINISTRATOR).get("/api/sign-ins").await.body;
        let people = record["people"].as_array().unwrap().clone();
        let of = |id: &str| people.iter().find(|person| person["id"] == id).cloned().unwrap_or_default();
        let (registrar, office) = (of(REGISTRAR), of(PARTY_OFFICE));
        let numbers =
            [&registrar["records_read"], &registrar["rows_shown"], &office["printed"], &office["rows_taken"]];
        (numbers.map(|number| number.as_u64().unwrap_or_default()), of(STUDENT))
    };
    // Counted beside the answers: a moment later it is there.
    let mut found = counted().await;
    for _ in 0..100 {
        if found.0 == [1, 3, 1, 1] {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        found = counted().await;
    }
    assert_eq!(found, ([1, 3, 1, 1], Value::Null));
}
