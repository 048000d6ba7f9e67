//! A college's table of its members' forms (N18): read, and nothing handed in; the sheet that is taken away goes in again.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use api_tests::busy::busy;
use api_tests::{Answer, BATCH, LIBRARY, Server, answer, inside};
use reqwest::Method;
use serde_json::json;

const COUNSELLOR: &str = "20080061";

async fn server() -> Server {
    let server = busy(inside()).await;
    server.grant(COUNSELLOR, "counsellor", &[], &["信息学院"]).await;
    server
}

async fn send(server: &Server, who: &str, table: Vec<u8>) -> Answer {
    let request = server.person(who).request(Method::POST, &format!("{BATCH}/party-forms/table"));
    answer(request.header("content-type", "application/octet-stream").body(table)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sheet_of_forms_goes_in_as_it_was_taken_away() {
    let server = server().await;
    let counsellor = server.person(COUNSELLOR);
    let request = counsellor.request(Method::GET, &format!("{BATCH}/exports/party-forms.xlsx"));
    let sheet = request.send().await.unwrap().bytes().await.unwrap().to_vec();
    let read = send(&server, COUNSELLOR, sheet).await;
    let rows = read.body["rows"].as_array().unwrap_or_else(|| panic!("{}", read.body));
    let whose: Vec<(&str, bool)> =
        rows.iter().map(|row| (row["student"].as_str().unwrap(), row["blank"].as_bool().unwrap())).collect();
    let handed_in = ["20150000001", "20150000002", "20150000003"].map(|id| (id, false));
    assert_eq!(whose, [&handed_in[..], &[("20150000005", true)]].concat(), "who hasn't is there too");
    let first = &rows[0];
    let form = counsellor.status("20150000001").await["party"]["form"].clone();
    for field in ["heading", "destination", "transfer_kind", "receiver_contact", "receiver_phone"] {
        assert_eq!(first[field], form[field], "{field}");
    }
    assert_eq!(read.body["table"]["faults"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_college_s_own_table_is_read_and_nothing_is_handed_in() {
    let server = server().await;
    let table = "信息学院毕业生党员汇总表,,,\n学号,姓名,抬头,转入单位,转接类型\n20150000005,王小明,中共昆明市委组织部,昆明市第二中学党委,转往省内\n20150000004,,某,某,出国\n合计,2,,,\n";
    let read = send(&server, COUNSELLOR, table.as_bytes().to_vec()).await;
    assert_eq!((read.status.as_u16(), &read.body["table"]["header"]), (200, &json!(2)), "{}", read.body);
    let rows = &read.body["rows"];
    assert_eq!((rows.as_array().unwrap().len(), &rows[0]["transfer_kind"]), (2, &json!("in-province")));
    assert_eq!(
        (&rows[1]["faults"][0]["field"], &rows[1]["faults"][0]["read"]),
        (&json!("transfer_kind"), &json!("出国"))
    );
    let counsellor = server.person(COUNSELLOR);
    assert_eq!(counsellor.status("20150000005").await["party"]["form"], json!(null), "nothing is handed in");
    let row = &rows[0];
    let body = json!({"heading": row["heading"], "destination": row["destination"], "transfer_kind": row["transfer_kind"], "confirmed": true});
    let path = format!("{BATCH}/students/20150000005/party-form");
    let named = |name: &str| {
        let mut body = body.clone();
        body["name"] = json!(name);
        body
    };
    let known = counsellor.status("20150000005").await["student"]["name"].as_str().unwrap().to_owned();
    for mode in [json!(true), json!(false)] {
        let mut others = named("查无此人");
        others["dry_run"] = mode;
        let refused = counsellor.put(&path, &others).await;
        assert_eq!(refused.problem(), (422, "invalid-fields"), "{}", refused.body);
        let fault = &refused.body["fields"][0];
        assert_eq!((&fault["field"], &fault["code"]), (&json!("name"), &json!("another-name")));
        assert!(fault["message"].as_str().unwrap().contains(&known), "{fault}");
    }
    let long = counsellor.put(&path, &named(&"王".repeat(101))).await;
    assert_eq!(long.body["fields"][0]["code"], json!("too-long"), "{}", long.body);
    let form = counsellor.status("20150000005").await["party"]["form"].clone();
    assert_eq!(form, json!(null), "another's is not handed in");
    let hidden: String = known.chars().take(1).chain(['*']).collect();
    assert_eq!(counsellor.put(&path, &named(&hidden)).await.status, 200, "each is handed in by itself");
    let elsewhere = format!("{BATCH}/students/20150000004/party-form");
    assert_eq!(counsellor.put(&elsewhere, &body).await.problem(), (404, "not-found"), "of another college");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_table_of_forms_is_said_so_and_to_nobody_else() {
    let server = server().await;
    let without = send(&server, COUNSELLOR, "学号,姓名\n20150000005,王小明\n".as_bytes().to_vec()).await;
    let missing: Vec<_> = without.body["table"]["faults"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| fault["field"].clone())
        .collect();
    assert_eq!(missing, ["heading", "destination", "transfer_kind"], "{}", without.body);
    let picture = send(&server, COUNSELLOR, b"\x89PNG\r\n\x1a\n0000".to_vec()).await;
    assert_eq!(picture.problem(), (400, "invalid-body"), "{}", picture.body);
    let many: String = (0..2_001).map(|i| format!("{},某,某,省内\n", 20_150_000_000_u64 + i)).collect();
    let many = send(&server, COUNSELLOR, format!("学号,抬头,去向,转往类别\n{many}").into_bytes()).await;
    assert_eq!((many.problem(), &many.body["most"]), ((413, "too-large"), &json!(2000)));
    for who in ["20150000001", LIBRARY] {
        assert_eq!(send(&server, who, b"x".to_vec()).await.problem(), (403, "not-allowed"), "{who}");
    }
}
