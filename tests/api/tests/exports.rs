//! Sheets to take away, read back as a spreadsheet reads them (N18).
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::io::Cursor;

use api_tests::{ADMINISTRATOR, BATCH, LIBRARY, Row, Server, answer};
use calamine::{Data, Reader as _, Xlsx};
use lixiao::local::Options;
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
    assert_eq!(text(&first[6]), "530***********0024", "masked, as everywhere but on the letter");
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
async fn forms_and_letters_are_taken_away_with_the_filters_of_their_page() {
    let server = settled().await;
    server.lift_throttle();
    let taken = async |name: &str| sheet(&server, PARTY_OFFICE, name).await;
    for (asked, rows) in [
        ("party-forms.xlsx?form=missing", 2),
        ("party-forms.xlsx?form=issued", 1),
        ("party-forms.xlsx?form=open", 0),
        ("party-forms.xlsx?q=0001", 1),
        ("party-forms.xlsx?facts=campus:lianhua", 0),
        ("letters.xlsx?letter=issued", 1),
        ("letters.xlsx?letter=void", 0),
        ("letters.xlsx?receipt=missing&printed=missing", 1),
        ("letters.xlsx?expires_within=1", 0),
        ("letters.xlsx?expires_within=200", 1),
        ("letters.xlsx?q=查无此人", 0),
        ("letters.xlsx?college=法学院", 0),
    ] {
        let sheet = taken(asked).await;
        assert_eq!(sheet.len(), 2 + rows, "{asked}");
        let unit = if asked.starts_with("party") { "人" } else { "份" };
        assert!(text(&sheet[0][0]).contains(&format!("共 {rows} {unit}")), "{:?}", sheet[0][0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_other_list_is_taken_away_and_rights_go_in_again() {
    let server = settled().await;
    server.lift_throttle();
    let administrator = server.person(ADMINISTRATOR);
    let operators = sheet(&server, ADMINISTRATOR, "operators.xlsx").await;
    let of_library = operators.iter().find(|row| row[0] == Data::String(LIBRARY.to_owned())).unwrap();
    assert_eq!([1, 2, 3].map(|column| text(&of_library[column])), ["老师", "图书馆", "全部"]);
    let request = administrator.request(Method::GET, &format!("{BATCH}/exports/operators.xlsx"));
    let bytes = request.send().await.unwrap().bytes().await.unwrap().to_vec();
    let request = administrator.request(Method::POST, &format!("{BATCH}/operators/sheet?dry_run=true"));
    let again = answer(request.body(bytes)).await.body;
    assert_eq!(again["rows"], json!([]), "{again}");
    let outcomes = again["results"].as_array().unwrap();
    assert!(outcomes.len() > 4 && outcomes.iter().all(|row| row["outcome"] == "unchanged"), "{again}");

    let reason = json!({"reason": "延期毕业"});
    administrator.post(&format!("{BATCH}/students/{STUDENT}/remove"), &reason).await;
    let removed = sheet(&server, ADMINISTRATOR, "removed.xlsx").await;
    assert_eq!((text(&removed[0][0]), removed.len()), ("已移出的学生（2018年1月毕业研究生，共 1 人）", 3));
    assert_eq!([2, 4].map(|column| text(&removed[2][column])), [STUDENT, "延期毕业"]);
    let members = sheet(&server, PARTY_OFFICE, "members.xlsx").await;
    assert!(members[2..].iter().all(|row| text(&row[2]) != STUDENT), "nobody who was taken out");
    assert_eq!(sheet(&server, PARTY_OFFICE, "members.xlsx?form=missing").await.len(), members.len());
    let door = sheet(&server, ADMINISTRATOR, "sign-ins.xlsx?day=2017-12-20").await;
    assert!(text(&door[0][0]).starts_with("使用记录（2017-12-20，共 "), "{:?}", door[0]);
    assert_eq!(text(&door[1][0]), "用户名");
    for name in ["operators.xlsx", "removed.xlsx", "sign-ins.xlsx"] {
        let refused = server.person(LIBRARY).get(&format!("{BATCH}/exports/{name}")).await;
        assert_eq!(refused.problem(), (403, "not-allowed"), "{name}");
    }
    let refused = server.person(LIBRARY).get(&format!("{BATCH}/exports/members.xlsx")).await;
    assert_eq!(refused.problem(), (403, "not-allowed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_left_for_a_step_is_taken_away_with_reason_amount_and_telephone() {
    let server = settled().await;
    let owes = json!({"decision": "reject", "reason": "《红楼梦》未还", "amount_due": 1250});
    server.person(LIBRARY).put(&format!("{BATCH}/students/{STUDENT}/steps/2"), &owes).await;
    server.person(LIBRARY).decide("20150000002", 2, "pass").await;
    let left = sheet(&server, LIBRARY, "students.xlsx?step=2&state=rejected").await;
    assert_eq!(text(&left[0][0]), "2 图书退还：退回（2018年1月毕业研究生，1 人，欠款合计 12.50 CNY）");
    let row = &left[2];
    assert_eq!([1, 2, 3].map(|column| text(&row[column])), ["信息学院", STUDENT, "王小明"]);
    let [.., state, _, reason, amount, phone, email] = row.as_slice() else { panic!("{row:?}") };
    assert_eq!(
        [state, reason, phone, email].map(text),
        ["退回", "《红楼梦》未还", "13800000000", "a@example.edu"]
    );
    assert_eq!(*amount, Data::Float(12.5));
    assert_eq!(sheet(&server, LIBRARY, "students.xlsx?step=2&state=ready").await.len(), 2 + 2);
    assert_eq!(sheet(&server, LIBRARY, "students.xlsx?step=2&college=法学院").await.len(), 2 + 1);
    assert_eq!(sheet(&server, LIBRARY, "students.xlsx?step=2&q=0002").await.len(), 2 + 1);
    let unfinished = sheet(&server, COUNSELLOR, "students.xlsx").await;
    assert_eq!(unfinished.len(), 2 + 3, "of the counsellor's college");
    assert!(
        unfinished[2].iter().any(|cell| matches!(cell, Data::String(lacks) if lacks.contains("图书退还")))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_comes_back_with_nobody_in_it() {
    let server = settled().await;
    let send = async |who: &str, template: &str, path: &str| {
        let got =
            server.person(who).request(Method::GET, &format!("{BATCH}/exports/{template}")).send().await;
        let bytes = got.unwrap().bytes().await.unwrap();
        let request = server.person(who).request(Method::POST, &format!("{BATCH}/{path}"));
        answer(request.header("content-type", "application/octet-stream").body(bytes)).await
    };
    let roster = send(ADMINISTRATOR, "roster-template.xlsx", "roster?dry_run=true").await.body;
    assert_eq!(
        (&roster["created"], &roster["rows"], &roster["table"]["faults"]),
        (&json!(0), &json!([]), &json!([]))
    );
    assert_eq!(roster["table"]["left_out"][0]["text"], "例：20150000001");
    assert_eq!(roster["unread"], json!(null), "every column of it is one that is read");
    let list = send(LIBRARY, "list-template.xlsx", "tables").await.body;
    assert_eq!((&list["rows"], list["table"]["left_out"].as_array().unwrap().len()), (&json!([]), 1));
    let matched: Vec<_> =
        list["table"]["columns"].as_array().unwrap().iter().map(|one| one["column"].clone()).collect();
    assert_eq!(matched, ["student_id", "name", "amount_due", "reason"]);
    let rights = send(ADMINISTRATOR, "rights-template.xlsx", "operators/sheet?dry_run=true").await.body;
    assert_eq!((&rights["results"], &rights["rows"]), (&json!([]), &json!([])));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_takes_away_what_is_not_theirs() {
    let server = settled().await;
    server.lift_throttle();
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
    assert_eq!(refused(STUDENT, "students.xlsx?step=2").await, not_allowed);
    assert_eq!(refused(STUDENT, "students.xlsx").await, not_allowed);
    assert_eq!(refused(LIBRARY, "students.xlsx?step=7").await, not_allowed, "another office's step");
    assert_eq!(refused(COUNSELLOR, "students.xlsx?step=2&college=法学院").await, not_allowed);
    assert_eq!(refused(LIBRARY, "roster-template.xlsx").await, not_allowed);
    assert_eq!(refused(LIBRARY, "rights-template.xlsx").await, not_allowed);
    assert_eq!(refused(STUDENT, "list-template.xlsx").await, not_allowed);
    assert_eq!(refused(PARTY_OFFICE, "secrets.xlsx").await, (404, "not-found".to_owned()));
}

/// The first customer's files, as of a university that speaks English alone, has schools and no cents.
async fn english() -> Server {
    let folder = api_tests::university();
    let file = folder.path().join("university.toml");
    let own = std::fs::read_to_string(&file).unwrap();
    let currency = own.lines().find(|line| line.starts_with("currency")).unwrap().to_owned();
    let own = own.replace(&currency, "currency = { code = \"CLP\", digits = 0 }\ncollege = \"School\"");
    std::fs::write(&file, own.replace("languages = [\"zh\", \"en\"]", "languages = [\"en\"]")).unwrap();
    std::fs::write(folder.path().join("2018-01.toml"), api_tests::notice()).unwrap();
    let options = Options { batches: folder.path().to_owned(), ..api_tests::inside() };
    let server = Server::start(options).await;
    server.employ().await;
    server.grant("20080031", "party-office", &[], &["*"]).await;
    drop(folder);
    server
}

#[tokio::test(flavor = "multi_thread")]
async fn a_university_that_speaks_english_alone_takes_nothing_chinese_away() {
    let server = english().await;
    server.lift_throttle();
    let chinese = |text: &str| text.chars().any(|c| ('\u{3000}'..='\u{9fff}').contains(&c));
    for (who, name) in [
        (ADMINISTRATOR, "roster-template.xlsx"),
        (ADMINISTRATOR, "rights-template.xlsx"),
        (ADMINISTRATOR, "operators.xlsx"),
        (ADMINISTRATOR, "removed.xlsx"),
        (LIBRARY, "list-template.xlsx"),
        (LIBRARY, "students.xlsx?step=2"),
        (LIBRARY, "progress.xlsx"),
        (PARTY_OFFICE, "letters.xlsx"),
        (PARTY_OFFICE, "members.xlsx"),
    ] {
        let path = format!("{BATCH}/exports/{name}");
        let response = server.person(who).request(Method::GET, &path).send().await.unwrap();
        assert_eq!(response.status(), 200, "{name}");
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(response.bytes().await.unwrap())).unwrap();
        let sheets = book.worksheets();
        let names = sheets.iter().map(|(name, _)| name.clone());
        let cells = sheets.iter().flat_map(|(_, sheet)| sheet.rows().flatten().map(ToString::to_string));
        // What people are called is nobody's to translate.
        let said: Vec<String> = names.chain(cells).filter(|text| chinese(text) && text != "老师").collect();
        assert_eq!(said, [""; 0], "{name}");
    }
    let roster = sheet(&server, ADMINISTRATOR, "roster-template.xlsx").await;
    let heads: Vec<&str> = roster[0].iter().map(text).collect();
    assert!(heads.contains(&"*School") && !heads.contains(&"*College"), "{heads:?}");
    let list = sheet(&server, LIBRARY, "list-template.xlsx").await;
    assert_eq!([&list[0][2], &list[1][2]].map(text), ["Amount (CLP)", "12"]);
}
