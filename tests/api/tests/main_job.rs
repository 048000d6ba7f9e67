//! The main job: a student is brought in from a roster, every office clears its step in the right
//! order, and the student watches it happen (N7–N12).
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use api_tests::{ADMINISTRATOR, ADVISOR, ALL_OFFICES, BATCH, COLLEGE, LIBRARY, RESIDENCE, Row, Server};
use insta::assert_json_snapshot;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};

const STUDENT: &str = "20151104027";

fn five() -> Vec<Row> {
    let member = |id: &str| Row { party: "中共党员", party_here: "是", ..Row::new(id) };
    vec![
        Row::new(STUDENT),
        member("20151104028"),
        Row { level: "博士", ..Row::new("20151104029") },
        Row { name: "迪丽热巴·买买提".to_owned(), college: "法学院", ..Row::new("20151104030") },
        Row { advisors: "W0001;20050007", ..Row::new("20151104031") },
    ]
}

fn xlsx(rows: &[Row]) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in api_tests::HEADER.split(',').enumerate() {
        sheet.write(0, u16::try_from(column).unwrap(), name).unwrap();
    }
    let date = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
    for (i, row) in rows.iter().enumerate() {
        let line = u32::try_from(i).unwrap() + 1;
        for (column, cell) in row.cells().iter().enumerate() {
            let column = u16::try_from(column).unwrap();
            match column {
                // As people leave them: the student number a number, the birthday a date.
                0 => drop(sheet.write(line, column, cell.parse::<f64>().unwrap()).unwrap()),
                4 => {
                    let day = rust_xlsxwriter::ExcelDateTime::parse_from_str(cell).unwrap();
                    sheet.write_with_format(line, column, day, &date).unwrap();
                }
                _ => drop(sheet.write(line, column, cell.as_str()).unwrap()),
            }
        }
    }
    book.save_to_buffer().unwrap()
}

/// How many were created, updated, unchanged and refused.
fn counts(imported: &Value) -> [u64; 4] {
    let count = |key: &str| imported[key].as_u64().unwrap();
    let refused = imported["rows"].as_array().unwrap().len();
    [count("created"), count("updated"), count("unchanged"), refused.try_into().unwrap()]
}

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

#[tokio::test(flavor = "multi_thread")]
async fn a_student_is_cleared_from_the_roster_to_the_last_part() {
    let server = Server::staffed().await;
    let created = server.enrol(&five()).await.body;
    assert_eq!(counts(&created), [5, 0, 0, 0]);

    let me = server.person(STUDENT);
    assert_json_snapshot!("a_new_student", me.status("me").await);
    let english = me.get_in_english(&format!("{BATCH}/students/me")).await.body;
    assert_eq!(english["steps"][10]["parts"][3]["name"], "Introduction letter handed out");
    assert_eq!(english["steps"][10]["parts"][3]["applies"], false, "N10: not a member");

    // Step 10 before 9, and 11 before everything.
    let refused = server.person(RESIDENCE).decide(STUDENT, 10, "pass").await;
    assert_json_snapshot!("step_10_before_9", refused.body);
    assert_eq!(refused.status, 409);
    let refused = server.person(COLLEGE).decide(STUDENT, 11, "pass").await;
    assert_eq!(refused.problem(), (409, "prerequisite-open"));
    assert_eq!(refused.body["open_prerequisites"], json!([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]));

    // A book is missing; it comes back later.
    let body = json!({"decision": "reject", "reason": "《红楼梦》未还，请到一楼服务台", "amount_due": 4500});
    let path = format!("{BATCH}/students/{STUDENT}/steps/2");
    let status = server.person(LIBRARY).put(&path, &body).await.body;
    let step = &status["steps"][1];
    assert_eq!((step["state"].as_str(), step["waiting_for"].as_str()), (Some("rejected"), Some("you")));
    assert_eq!(step["amount_due"], 4500);

    assert_eq!(server.person(ADVISOR).decide(STUDENT, 1, "pass").await.status, 200);
    for step in 2..=10 {
        assert_eq!(server.person(ALL_OFFICES).decide(STUDENT, step, "pass").await.status, 200, "step {step}");
    }
    assert_eq!(me.status("me").await["remaining"], 1);
    let body = json!({"decision": "pass", "parts": ["student-card"]});
    let refused = server.person(COLLEGE).put(&format!("{BATCH}/students/{STUDENT}/steps/11"), &body).await;
    assert_eq!(refused.problem(), (409, "parts-missing"));
    assert_eq!(refused.body["parts"], json!(["registration-card", "certificates"]));
    server.person(COLLEGE).decide(STUDENT, 11, "pass").await;

    let done = me.status("me").await;
    assert_eq!(
        (&done["cleared"], &done["remaining"], &done["version"]),
        (&json!(true), &json!(0), &json!(12))
    );
    let history = server.person(ADMINISTRATOR).get(&format!("{BATCH}/students/{STUDENT}/history")).await.body;
    assert_json_snapshot!("history", history, {".events[].hash" => "[hash]"});
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workbook_says_the_same_as_a_csv() {
    let server = Server::staffed().await;
    let post = || server.person(ADMINISTRATOR).request(Method::POST, &format!("{BATCH}/roster"));
    let by_xlsx = api_tests::answer(post().header(CONTENT_TYPE, XLSX).body(xlsx(&five()))).await;
    assert_eq!(counts(&by_xlsx.body), [5, 0, 0, 0]);
    let by_csv = server.enrol(&five()).await.body;
    assert_eq!(counts(&by_csv), [0, 0, 5, 0]);
    assert_eq!(server.person(STUDENT).status("me").await["version"], 0, "nothing was written again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_roster_brings_up_to_date_and_leaves_steps_alone() {
    let server = Server::staffed().await;
    server.enrol(&five()).await;
    server.person(LIBRARY).decide(STUDENT, 2, "pass").await;
    let moved = Row { college: "法学院", name: "王晓明".to_owned(), ..Row::new(STUDENT) };
    assert_eq!(server.enrol(&[moved]).await.body["updated"], 1);
    let status = server.person(STUDENT).status("me").await;
    assert_eq!(
        (&status["student"]["name"], &status["student"]["college"]),
        (&json!("王晓明"), &json!("法学院"))
    );
    assert_eq!((&status["steps"][1]["state"], &status["version"]), (&json!("passed"), &json!(2)));
    let listed = list(&server, LIBRARY, "step=2&college=法学院").await;
    assert!(listed.contains(&STUDENT.to_owned()), "{listed:?}");
    assert!(!list(&server, LIBRARY, "step=2&college=信息学院").await.contains(&STUDENT.to_owned()));
}

async fn list(server: &Server, who: &str, query: &str) -> Vec<String> {
    let answer = server.person(who).get(&format!("{BATCH}/worklist?{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let ids = answer.body["students"].as_array().unwrap().iter();
    ids.map(|student| student["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worklist_shows_whose_step_waits_for_the_office() {
    let server = Server::staffed().await;
    server.enrol(&five()).await;
    server.person(LIBRARY).decide(STUDENT, 2, "pass").await;
    assert_eq!(list(&server, LIBRARY, "step=2&state=passed").await, [STUDENT]);
    assert_eq!(list(&server, LIBRARY, "step=2&state=ready").await.len(), 4);
    assert_eq!(list(&server, LIBRARY, "step=2&q=买买提").await, ["20151104030"]);
    assert_eq!(list(&server, LIBRARY, "step=2&q=20151104031").await, ["20151104031"]);
    assert_eq!(list(&server, LIBRARY, "step=2&q=2015110402").await.len(), 3);
    let of_doctors = list(&server, COLLEGE, "step=11").await;
    assert!(!of_doctors.contains(&"20151104029".to_owned()), "a doctor's last step is the degree office's");
    assert_eq!(list(&server, "W0001", "step=1").await, ["20151104031"], "an advisor's own students");
    let also =
        json!({"name": "也是操作员", "roles": ["operator"], "offices": ["finance"], "colleges": ["*"]});
    server.person(ADMINISTRATOR).entitle(ADVISOR, &also).await;
    assert_eq!(list(&server, ADVISOR, "step=1").await.len(), 5, "an operator elsewhere is still an advisor");
    assert_eq!(list(&server, ADVISOR, "step=1&college=法学院").await, ["20151104030"]);

    let first = server.person(LIBRARY).get(&format!("{BATCH}/worklist?step=2&limit=3")).await.body;
    assert_eq!(first["students"].as_array().unwrap().len(), 3);
    let rest = format!("step=2&limit=3&cursor={}", first["next"].as_str().unwrap());
    assert_eq!(list(&server, LIBRARY, &rest).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_students_are_decided_at_once_each_with_an_outcome_of_their_own() {
    let server = Server::staffed().await;
    server.enrol(&five()).await;
    server.person(LIBRARY).decide(STUDENT, 2, "pass").await;
    let path = format!("{BATCH}/steps/10/decisions");
    server.person(RESIDENCE).decide("20151104028", 9, "pass").await;
    let body =
        json!({"decision": "pass", "students": [STUDENT, "20151104028", "20159999999"], "dry_run": true});
    let rehearsed = server.person(RESIDENCE).post(&path, &body).await.body;
    let outcomes = |body: &Value| -> Vec<String> {
        let rows = body["results"].as_array().unwrap().iter();
        rows.map(|row| format!("{} {}", row["outcome"].as_str().unwrap(), row["problem"]["type"])).collect()
    };
    let expected = ["refused \"prerequisite-open\"", "changed null", "refused \"not-found\""];
    assert_eq!(outcomes(&rehearsed), expected);
    assert_eq!(server.person("20151104028").status("me").await["version"], 1, "a rehearsal writes nothing");
    let body = json!({"decision": "pass", "students": [STUDENT, "20151104028", "20159999999"]});
    assert_eq!(outcomes(&server.person(RESIDENCE).post(&path, &body).await.body), expected);
    let again = server.person(RESIDENCE).post(&path, &body).await.body;
    assert_eq!(outcomes(&again)[1], "unchanged null");
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_counts_by_step_and_by_college() {
    let server = Server::staffed().await;
    server.enrol(&five()).await;
    server.person(LIBRARY).decide(STUDENT, 2, "pass").await;
    let progress = server.person(ADMINISTRATOR).get(&format!("{BATCH}/progress")).await.body;
    assert_json_snapshot!("progress", progress);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_shows_its_steps_offices_and_contacts() {
    let server = Server::start(api_tests::inside()).await;
    let anybody = server.person(STUDENT);
    assert_json_snapshot!("batches", anybody.get("/api/batches").await.body);
    assert_json_snapshot!("batch", anybody.get_in_english(BATCH).await.body);
}
