//! What is printed, over the contract: slips, letters, the code's page, the calendar (N12, N20, N21).
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::process::Command;

use api_tests::{ADMINISTRATOR, ALL_OFFICES, BATCH, REGISTRAR, Row, Server, answer, csv};
use reqwest::Method;
use serde_json::json;

const STUDENT: &str = "20150000001";
const OTHER: &str = "20150000002";
const PARTY_OFFICE: &str = "20080031";

async fn settled() -> Server {
    let server = Server::staffed().await;
    let body = json!({"name": "党委老师", "roles": ["party-office"]});
    server.person(ADMINISTRATOR).entitle(PARTY_OFFICE, &body).await;
    let member = |id: &str| Row { party: "中共党员", party_here: "是", ..Row::new(id) };
    server.enrol(&[member(STUDENT), member(OTHER)]).await;
    let form = json!({"heading": "中共昆明市委组织部", "destination": "昆明市第一中学党委",
        "transfer_kind": "in-province", "confirmed": true});
    for student in [STUDENT, OTHER] {
        server.person(student).put(&format!("{BATCH}/students/me/party-form"), &form).await;
    }
    let students = json!({"students": [STUDENT, OTHER]});
    server.person(PARTY_OFFICE).post(&format!("{BATCH}/letters"), &students).await;
    for step in 1..=11 {
        let decided = server.person(ALL_OFFICES).decide(STUDENT, step, "pass").await;
        assert_eq!(decided.status, 200, "{}", decided.body);
    }
    server
}

/// A file, as bytes.
async fn file(server: &Server, who: &str, path: &str) -> (u16, String, Vec<u8>) {
    let response = server.person(who).request(Method::GET, path).send().await.unwrap();
    let kind = response.headers()["content-type"].to_str().unwrap().to_owned();
    (response.status().as_u16(), kind, response.bytes().await.unwrap().to_vec())
}

fn text_of(pdf: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.pdf");
    std::fs::write(&path, pdf).unwrap();
    let output = Command::new("pdftotext").arg(&path).arg("-").output().unwrap();
    String::from_utf8(output.stdout).unwrap().split_whitespace().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finished_student_prints_the_slip_and_its_code_proves_it() {
    let server = settled().await;
    let slip = format!("{BATCH}/students/me/slip.pdf");
    let unfinished = server.person(OTHER).get(&slip).await;
    assert_eq!((unfinished.problem(), &unfinished.body["remaining"]), ((409, "not-cleared"), &json!(11)));
    let (status, kind, pdf) = file(&server, STUDENT, &slip).await;
    assert_eq!((status, kind.as_str()), (200, "application/pdf"));
    let text = text_of(&pdf);
    for said in ["研究生离校单", "王小明", "2018-01-20150000001", "退宿舍", "2017年12月20日全部办结"]
    {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert!(!text.contains("530102199305060024"), "no identity number on a slip");
    let foreign = server.person(OTHER).get(&format!("{BATCH}/students/{STUDENT}/slip.pdf")).await;
    assert_eq!(foreign.problem(), (404, "not-found"));

    // The code itself: what the printed address opens.
    let (batch, student) = ("2018-01".parse().unwrap(), STUDENT.parse().unwrap());
    let clearance = server.running.app.store.clearance(&batch, &student).await.unwrap().unwrap();
    let of_day = |day: &str| {
        let claims = edge::token::SlipClaims::of(&clearance, day.parse().unwrap()).unwrap();
        server.running.slip_signer.slip(&claims).unwrap()
    };
    let token = of_day("2017-12-20");
    let open = async |token: &str| {
        let url = format!("http://{}/verify/{token}", server.running.address);
        answer(reqwest::Client::new().get(url)).await
    };
    let genuine = open(&token).await;
    let html = genuine.body.as_str().unwrap();
    assert!(
        genuine.status == 200
            && html.contains("真实有效")
            && html.contains("王小明")
            && !html.contains(STUDENT),
        "{html}"
    );
    assert!(genuine.headers["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
    let session =
        server.running.signer.begin(&STUDENT.parse().unwrap(), server.running.app.clock.now()).unwrap();
    for forged in ["nonsense", "%ff", &token[..token.len() - 4], &session, "a.b.c"] {
        let page = open(forged).await;
        assert!(page.status == 404 && page.body.as_str().unwrap().contains("Not a slip"), "{forged}");
    }
    assert_eq!(open(&of_day("2017-12-19")).await.status, 410, "no such slip was printed");
    let renamed =
        Row {
            name: "王<b>晓明".to_owned(), party: "中共党员", party_here: "是", ..Row::new(STUDENT)
        };
    assert_eq!(server.person(ADMINISTRATOR).import(&csv(&[renamed])).await.body["updated"], 1);
    let corrected = open(&token).await;
    let html = corrected.body.as_str().unwrap();
    assert!(
        corrected.status == 410 && html.contains("姓名已更正") && html.contains("王&lt;b&gt;晓明"),
        "{html}"
    );
    let again = Row { party: "中共党员", party_here: "是", ..Row::new(STUDENT) };
    server.person(ADMINISTRATOR).import(&csv(&[again])).await;
    assert_eq!(open(&token).await.status, 200, "the same name again");
    let body = json!({"decision": "revoke", "reason": "图书未还", "cascade": true});
    server.person(REGISTRAR).put(&format!("{BATCH}/students/{STUDENT}/steps/2"), &body).await;
    let revoked = open(&token).await;
    assert!(revoked.status == 410 && revoked.body.as_str().unwrap().contains("已失效"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_party_office_prints_originals_and_a_member_a_copy_of_their_own() {
    let server = settled().await;
    let (status, kind, pdf) = file(&server, PARTY_OFFICE, &format!("{BATCH}/letters/1.pdf")).await;
    assert_eq!((status, kind.as_str()), (200, "application/pdf"));
    let text = text_of(&pdf);
    assert!(text.contains("第0001号") && text.contains("玖拾") && !text.contains("副本"), "{text}");
    let (_, _, both) = file(&server, PARTY_OFFICE, &format!("{BATCH}/letters/1-200.pdf")).await;
    let text = text_of(&both);
    assert!(text.contains("第0001号") && text.contains("第0002号"), "{text}");
    let (_, _, copy) = file(&server, STUDENT, &format!("{BATCH}/letters/1.pdf")).await;
    assert!(text_of(&copy).contains("副本，仅供核对"));
    for (who, name) in [
        (STUDENT, "2.pdf"),
        (ALL_OFFICES, "1.pdf"),
        (PARTY_OFFICE, "3.pdf"),
        (PARTY_OFFICE, "x.pdf"),
        (PARTY_OFFICE, "0.pdf"),
        (PARTY_OFFICE, "2-1.pdf"),
        (PARTY_OFFICE, "1"),
    ] {
        let refused = server.person(who).get(&format!("{BATCH}/letters/{name}")).await;
        assert_eq!(refused.problem(), (404, "not-found"), "{who} {name}");
    }
    let huge = server.person(PARTY_OFFICE).get(&format!("{BATCH}/letters/1-201.pdf")).await;
    assert_eq!(huge.problem(), (413, "too-large"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_s_last_day_can_go_into_a_calendar() {
    let server = settled().await;
    let (status, kind, ics) = file(&server, STUDENT, &format!("{BATCH}/students/me/letter.ics")).await;
    assert_eq!((status, kind.as_str()), (200, "text/calendar; charset=utf-8"));
    let ics = String::from_utf8(ics).unwrap();
    for said in [
        "BEGIN:VCALENDAR",
        "DTSTART;VALUE=DATE:20180320",
        "DTEND;VALUE=DATE:20180321",
        "BEGIN:VALARM",
        "TRIGGER",
        "-P",
    ] {
        assert!(ics.contains(said), "{said}: {ics}");
    }
    let unfolded = ics.replace("\r\n ", "");
    assert_eq!(
        unfolded.matches("BEGIN:VALARM").count(),
        5,
        "two weeks, one week, three days, a day before, and the day"
    );
    assert!(unfolded.contains("还有 14 天到期") && unfolded.contains("今天是最后一天"), "{unfolded}");
    assert!(!unfolded.contains("今天之前"), "the last day is inside");
    let library = server.person(api_tests::LIBRARY);
    assert_eq!(
        library.get(&format!("{BATCH}/students/{STUDENT}/letter.ics")).await.status,
        404,
        "not theirs to see"
    );
    let seen = library.status(STUDENT).await;
    assert_eq!((&seen["party"]["form"], &seen["party"]["letter"]), (&json!(null), &json!(null)));
    server.enrol(&[Row::new("20150000009")]).await;
    let none = server.person("20150000009").get(&format!("{BATCH}/students/me/letter.ics")).await;
    assert_eq!((none.problem(), &none.body["what"]), ((404, "not-found"), &json!("letter")));
}
