//! Sheets to take away, read back as a spreadsheet reads them (N18).
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::io::Cursor;

use api_tests::{ADMINISTRATOR, BATCH, LIBRARY, Row, Server};
use calamine::{Data, Reader as _, Xlsx};
use reqwest::Method;
use serde_json::json;

const STUDENT: &str = "20150000001";
const PARTY_OFFICE: &str = "20080031";
const COUNSELLOR: &str = "20080032";

async fn settled() -> Server {
    let server = Server::staffed().await;
    for (id, role) in [(PARTY_OFFICE, "party-office"), (COUNSELLOR, "counsellor")] {
        let body = json!({"name": "老师", "roles": [role], "colleges": ["信息学院"]});
        server.person(ADMINISTRATOR).entitle(id, &body).await;
    }
    let member = |id: &str| Row { party: "中共党员", party_here: "是", ..Row::new(id) };
    let elsewhere = Row { college: "法学院", ..member("20150000003") };
    server.enrol(&[member(STUDENT), member("20150000002"), elsewhere, Row::new("20150000004")]).await;
    let form = json!({"heading": "=1+1 中共昆明市委组织部", "destination": "昆明市第一中学党委",
        "transfer_kind": "in-province", "confirmed": true});
    server.person(STUDENT).put(&format!("{BATCH}/students/me/party-form"), &form).await;
    server.person(PARTY_OFFICE).post(&format!("{BATCH}/letters"), &json!({"students": [STUDENT]})).await;
    server
}

/// A sheet's cells, as a spreadsheet reads them.
async fn sheet(server: &Server, who: &str, name: &str) -> Vec<Vec<Data>> {
    let response =
        server.person(who).request(Method::GET, &format!("{BATCH}/exports/{name}")).send().await.unwrap();
    assert_eq!(response.status(), 200, "{name}");
    let bytes = response.bytes().await.unwrap();
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    range.rows().map(<[Data]>::to_vec).collect()
}

fn text(cell: &Data) -> &str {
    match cell {
        Data::String(text) => text,
        other => panic!("{other:?} is no text"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_counsellor_takes_the_table_of_their_college_with_every_identifier_a_text() {
    let server = settled().await;
    let rows = sheet(&server, COUNSELLOR, "party-forms.xlsx").await;
    assert!(text(&rows[0][0]).starts_with("毕业生党员信息采集表"));
    assert_eq!(rows.len(), 2 + 2, "title, header, and the two members of the college");
    let [first, second] = [&rows[2], &rows[3]];
    assert_eq!(text(&first[2]), STUDENT);
    assert_eq!(text(&first[6]), "530***********0027", "masked, as everywhere but on the letter");
    assert_eq!(text(&first[8]), "=1+1 中共昆明市委组织部", "a text, never a formula");
    assert_eq!(text(&first[10]), "省内", "in words");
    assert_eq!((text(&first[14]), text(&second[14])), ("是", "否"));
    assert_eq!(text(&first[15]), "0001");
    let all = sheet(&server, PARTY_OFFICE, "party-forms.xlsx").await;
    assert_eq!(all.len(), 2 + 3);
    let one = sheet(&server, PARTY_OFFICE, "party-forms.xlsx?college=%E6%B3%95%E5%AD%A6%E9%99%A2").await;
    assert_eq!(one.len(), 2 + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_register_and_the_progress_can_be_taken_away() {
    let server = settled().await;
    let register = sheet(&server, PARTY_OFFICE, "letters.xlsx").await;
    let row = &register[2];
    assert_eq!([0, 1, 13].map(|column| text(&row[column])), ["0001", STUDENT, "已开出"]);
    assert_eq!(text(&row[6]), "省内", "in words");
    assert_eq!(text(&row[9]), "13800000000", "whom to call");
    assert_eq!(row[12], Data::Empty, "not printed yet");
    let progress = sheet(&server, LIBRARY, "progress.xlsx").await;
    assert_eq!(progress.len(), 2 + 11);
    assert_eq!(progress[3][5], Data::Float(4.0), "four students wait for step 2");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_takes_away_what_is_not_theirs() {
    let server = settled().await;
    let refused = async |who: &str, name: &str| {
        let answer = server.person(who).get(&format!("{BATCH}/exports/{name}")).await;
        (answer.status.as_u16(), answer.kind().to_owned())
    };
    let not_allowed = (403, "not-allowed".to_owned());
    assert_eq!(refused(STUDENT, "party-forms.xlsx").await, not_allowed);
    assert_eq!(refused(LIBRARY, "party-forms.xlsx").await, not_allowed);
    assert_eq!(refused(COUNSELLOR, "party-forms.xlsx?college=法学院").await, not_allowed);
    assert_eq!(refused(COUNSELLOR, "letters.xlsx").await, not_allowed);
    assert_eq!(refused(STUDENT, "progress.xlsx").await, not_allowed);
    assert_eq!(refused(PARTY_OFFICE, "secrets.xlsx").await, (404, "not-found".to_owned()));
}
