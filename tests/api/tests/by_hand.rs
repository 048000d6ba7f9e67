//! One student by hand: added, moved, taken out and put back, and what everybody else sees of it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use api_tests::busy::{PARTY_OFFICE, busy};
use api_tests::{
    ADMINISTRATOR, ADVISOR, ALL_OFFICES, Answer, BATCH, COLLEGE, LAST, LIBRARY, REGISTRAR, Row, Server,
    answer, csv, inside, numbers, rows, two_batches,
};
use lixiao::local::Options;
use reqwest::Method;
use serde_json::{Value, json};

const STUDENT: &str = "20150000001";
const OTHER: &str = "20150000002";
const NEW: &str = "20159999999";

/// Somebody as a roster has them, by hand.
fn cells() -> Value {
    json!({"student_id": NEW, "name": "补录生", "college": "信息 学院", "campus": "莲华校区", "level": "硕士",
        "mode": "全日制", "party": "群众", "advisors": format!("{ADVISOR} 李老师")})
}

async fn amend(server: &Server, student: &str, body: Value) -> Answer {
    server.person(ADMINISTRATOR).put(&format!("{BATCH}/students/{student}"), &body).await
}

async fn leave(server: &Server, student: &str) -> Answer {
    let reason = json!({"reason": "延期毕业"});
    server.person(ADMINISTRATOR).post(&format!("{BATCH}/students/{student}/remove"), &reason).await
}

/// The students that a list has.
async fn listed(server: &Server, who: &str, path: &str) -> Vec<String> {
    let page = server.person(who).get(&format!("{BATCH}/{path}")).await;
    assert_eq!(page.status, 200, "{path}: {}", page.body);
    let rows = page.body["students"].as_array().or(page.body["members"].as_array()).unwrap().clone();
    rows.iter().map(|row| row["id"].as_str().or(row["student"].as_str()).unwrap().to_owned()).collect()
}

async fn whole(server: &Server) {
    lixiao::audit::audit(&server.running.app.store, &"2018-01".parse().unwrap()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_student_is_added_by_hand_as_a_roster_would_have_them() {
    let server = Server::staffed().await;
    server.enrol(&rows(1)).await;
    let administrator = server.person(ADMINISTRATOR);
    let add = async |body: Value| administrator.post(&format!("{BATCH}/students"), &body).await;
    let asked = |dry_run: bool| json!({"cells": cells(), "reason": "结业换证，补录", "dry_run": dry_run});

    let tried = add(asked(true)).await;
    assert_eq!((&tried.body["created"], tried.status.as_u16()), (&json!(true), 200), "{}", tried.body);
    assert_eq!(
        server.person(NEW).get(&format!("{BATCH}/students/me")).await.status,
        404,
        "nothing is written"
    );
    let added = add(asked(false)).await;
    assert_eq!(
        (&added.body["student"], &added.body["created"]),
        (&json!(NEW), &json!(true)),
        "{}",
        added.body
    );
    assert_eq!(added.body["new_college"], Value::Null, "it is the batch's college, in its own spelling");

    let status = server.person(NEW).get(&format!("{BATCH}/students/me")).await.body;
    assert_eq!(
        (&status["student"]["college"], &status["student"]["facts"]["campus"]["value"]),
        (&json!("信息学院"), &json!("lianhua"))
    );
    assert!(listed(&server, LIBRARY, "worklist?step=2").await.contains(&NEW.to_owned()));
    assert!(listed(&server, ADVISOR, "worklist?step=1").await.contains(&NEW.to_owned()));
    let history = server.person(REGISTRAR).get(&format!("{BATCH}/students/{NEW}/history")).await.body;
    let first = &history["events"][0];
    assert_eq!(
        (&first["action"], &first["reason"], &first["source"]),
        (&json!("enrol"), &json!("结业换证，补录"), &json!("operator"))
    );

    let again = add(asked(false)).await;
    assert_eq!(
        (&again.body["created"], again.status.as_u16()),
        (&json!(false), 200),
        "sent again, it is so already"
    );
    let mut other = asked(false);
    other["cells"]["name"] = json!("另一人");
    assert_eq!(add(other).await.problem(), (409, "student-exists"));
    whole(&server).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_what_is_given_is_said_cell_by_cell() {
    let server = Server::staffed().await;
    server.enrol(&rows(1)).await;
    let administrator = server.person(ADMINISTRATOR);
    let body = json!({"cells": {"student_id": "12", "name": "王\u{7}", "campus": "火星", "shoe_size": "43"}, "reason": "补录"});
    let unknown = administrator.post(&format!("{BATCH}/students"), &body).await;
    assert_eq!(
        (unknown.problem(), unknown.fields()),
        ((422, "invalid-fields"), vec!["shoe_size: one-of".to_owned()])
    );
    let mut known = body.clone();
    known["cells"].as_object_mut().unwrap().remove("shoe_size");
    let faults = administrator.post(&format!("{BATCH}/students"), &known).await;
    assert_eq!(faults.problem(), (422, "invalid-fields"));
    for field in ["student_id", "name", "campus", "college", "level", "mode", "party"] {
        assert!(
            faults.fields().iter().any(|fault| fault.starts_with(&format!("{field}:"))),
            "{field}: {}",
            faults.body
        );
    }
    let unexplained = amend(&server, STUDENT, json!({"cells": {"major": "法学"}, "reason": " "})).await;
    assert_eq!(
        (unexplained.problem(), unexplained.fields()),
        ((422, "invalid-fields"), vec!["reason: required".to_owned()])
    );
    let another = amend(&server, STUDENT, json!({"cells": {"student_id": OTHER}, "reason": "更正"})).await;
    assert_eq!(another.fields(), ["student_id: one-of"], "nobody becomes another");
    assert_eq!(
        amend(&server, "20150009999", json!({"cells": {}, "reason": "更正"})).await.problem(),
        (404, "not-found")
    );
    let long = "长".repeat(5_000);
    let long = amend(&server, STUDENT, json!({"cells": {"major": long}, "reason": "更正"})).await;
    assert_eq!(
        (long.problem(), long.fields()),
        ((422, "invalid-fields"), vec!["major: too-long".to_owned()])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moved_students_step_that_was_another_offices_is_named_before_and_after() {
    let server = Server::staffed().await;
    server.grant("20080051", "operator", &["college"], &["信息学院"]).await;
    let mut all = rows(2);
    all[1].college = "法学院";
    server.enrol(&all).await;
    for (who, step) in [(LIBRARY, 2), ("20080051", 5)] {
        assert_eq!(server.person(who).decide(STUDENT, step, "pass").await.status, 200);
    }
    let asked = |reopen: bool, dry_run: bool| json!({"cells": {"college": "法学院"}, "reason": "转学院", "reopen": reopen, "dry_run": dry_run});
    let tried = amend(&server, STUDENT, asked(false, true)).await;
    assert_eq!(tried.body["columns"], json!(["college"]), "{}", tried.body);
    let moved = tried.body["moved"].as_array().unwrap();
    assert_eq!((moved.len(), &moved[0]["step"], &moved[0]["state"]), (1, &json!(5), &json!("passed")));
    assert_eq!((&moved[0]["from"]["id"], &moved[0]["to"]["id"]), (&json!("college"), &json!("college")));
    let unchanged = server.person(STUDENT).get(&format!("{BATCH}/students/me")).await.body;
    assert_eq!((&unchanged["student"]["college"], &unchanged["version"]), (&json!("信息学院"), &json!(2)));

    let done = amend(&server, STUDENT, asked(true, false)).await;
    assert_eq!(done.body["reopened"], json!([{"number": 5, "name": "学院审核"}]), "{}", done.body);
    let now = server.person(STUDENT).get(&format!("{BATCH}/students/me")).await.body;
    assert_eq!(
        (&now["student"]["college"], &now["steps"][4]["state"], &now["steps"][1]["state"]),
        (&json!("法学院"), &json!("ready"), &json!("passed"))
    );
    assert_eq!(now["steps"][4]["revoked"]["reason"], "转学院");
    let gone = server.person("20080051").decide(STUDENT, 5, "pass").await;
    assert_eq!(gone.problem(), (403, "not-allowed"), "of another college now");
    assert_eq!(server.person(COLLEGE).decide(STUDENT, 5, "pass").await.status, 200);

    let again = amend(&server, STUDENT, asked(true, false)).await;
    assert_eq!((&again.body["columns"], &again.body["moved"]), (&json!([]), &json!([])), "it is so already");
    let mut late = json!({"cells": {"college": "信息学院"}, "reason": "转回", "seen": 1});
    assert_eq!(amend(&server, STUDENT, late.clone()).await.problem(), (409, "changed-meanwhile"));
    late["seen"] = server.person(STUDENT).get(&format!("{BATCH}/students/me")).await.body["version"].clone();
    assert_eq!(amend(&server, STUDENT, late).await.status, 200);
    whole(&server).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_would_leave_a_step_on_nothing_asks_first() {
    let server = Server::staffed().await;
    server.enrol(&rows(1)).await;
    let all = server.person(ALL_OFFICES);
    assert_eq!(server.person(ADVISOR).decide(STUDENT, 1, "pass").await.status, 200);
    for step in 2..=10 {
        assert_eq!(all.decide(STUDENT, step, "pass").await.status, 200, "step {step}");
    }
    let parts: Vec<Value> = all.status(STUDENT).await["steps"][10]["parts"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|part| part["applies"] == true)
        .map(|part| part["id"].clone())
        .collect();
    let pass = json!({"decision": "pass", "parts": parts});
    assert_eq!(all.put(&format!("{BATCH}/students/{STUDENT}/steps/11"), &pass).await.status, 200);
    let asked = |reopen: bool| json!({"cells": {"party": "中共党员", "party_here": "是"}, "reason": "党组织来函", "reopen": reopen});
    let refused = amend(&server, STUDENT, asked(false)).await;
    assert_eq!((refused.problem(), &refused.body["dependents"]), ((409, "dependents-passed"), &json!([11])));
    let done = amend(&server, STUDENT, asked(true)).await;
    assert_eq!(done.body["reopened"][0]["number"], 11, "{}", done.body);
    let slip = server.person(STUDENT).get(&format!("{BATCH}/students/me/slip.pdf")).await;
    assert_eq!(slip.problem(), (409, "not-cleared"));
    whole(&server).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_taken_out_is_on_no_list_and_comes_back_whole() {
    let server = busy(inside()).await;
    let before = server.person(STUDENT).get(&format!("{BATCH}/students/me")).await.body;
    let lists = [
        (LIBRARY, "worklist?step=3"),
        (ADVISOR, "worklist?step=1"),
        (REGISTRAR, "unfinished"),
        (PARTY_OFFICE, "party-forms"),
    ];
    let total =
        async || server.person(REGISTRAR).get(&format!("{BATCH}/progress")).await.body["students"].clone();
    let counted = total().await;
    let mut had = Vec::new();
    for (who, path) in lists {
        let students = listed(&server, who, path).await;
        assert!(students.contains(&STUDENT.to_owned()), "{path}: {students:?}");
        had.push(students);
    }

    let out = leave(&server, STUDENT).await;
    assert_eq!(
        (&out.body["id"], &out.body["removed"]["reason"]),
        (&json!(STUDENT), &json!("延期毕业")),
        "{}",
        out.body
    );
    assert_eq!(leave(&server, STUDENT).await.body, out.body, "they are out already");
    for (who, path) in lists {
        assert!(!listed(&server, who, path).await.contains(&STUDENT.to_owned()), "{path}");
    }
    assert_eq!(total().await, json!(counted.as_u64().unwrap() - 1));
    assert_eq!(listed(&server, ADMINISTRATOR, "removed").await, [STUDENT]);

    let by_number = listed(&server, LIBRARY, &format!("worklist?step=3&q={STUDENT}")).await;
    assert!(by_number.is_empty(), "nor by their number");

    for path in ["worklist?step=3", "unfinished", "party-forms"] {
        let among = if path.contains('?') { "&" } else { "?" };
        let by_name = listed(&server, REGISTRAR, &format!("{path}{among}college=*removed")).await;
        assert!(by_name.is_empty(), "{path}: nor by where they stand");
    }

    let own = server.person(STUDENT).get(&format!("{BATCH}/students/me")).await.body;
    assert_eq!((&own["removed"]["reason"], &own["cleared"]), (&json!("延期毕业"), &json!(false)));
    let of_all = server.person(ALL_OFFICES).get(&format!("{BATCH}/students/{STUDENT}")).await.body;
    assert!(
        of_all["steps"].as_array().unwrap().iter().all(|step| step["may"] == json!([])),
        "nothing may be done"
    );
    let taken_out = (409, "taken-out");
    assert_eq!(server.person(LIBRARY).decide(STUDENT, 3, "pass").await.problem(), taken_out);
    let slip = server.person(STUDENT).get(&format!("{BATCH}/students/me/slip.pdf")).await;
    assert_eq!(slip.problem(), taken_out);
    let form = json!({"heading": "中共昆明市委组织部", "destination": "昆明市第二中学党委", "transfer_kind": "in-province", "confirmed": true});
    assert_eq!(
        server.person(STUDENT).put(&format!("{BATCH}/students/me/party-form"), &form).await.kind(),
        "taken-out"
    );
    let many = json!({"decision": "pass", "students": [STUDENT, OTHER]});
    let rows = server.person(LIBRARY).post(&format!("{BATCH}/steps/3/decisions"), &many).await;
    assert_eq!(
        (&rows.body["results"][0]["problem"]["type"], &rows.body["results"][1]["outcome"]),
        (&json!("taken-out"), &json!("changed")),
        "{}",
        rows.body
    );
    let roster = server.person(ADMINISTRATOR).import(&csv(&[Row::new(STUDENT), Row::new(NEW)])).await;
    assert_eq!(
        (&roster.body["created"], &roster.body["rows"][0]["problem"]["type"]),
        (&json!(1), &json!("taken-out")),
        "{}",
        roster.body
    );
    whole(&server).await;

    let stale = json!({"reason": "误移出", "seen": 1});
    let refused =
        server.person(ADMINISTRATOR).post(&format!("{BATCH}/students/{STUDENT}/restore"), &stale).await;
    assert_eq!(refused.problem(), (409, "changed-meanwhile"));
    let reason = json!({"reason": "误移出"});
    let back =
        server.person(ADMINISTRATOR).post(&format!("{BATCH}/students/{STUDENT}/restore"), &reason).await;
    assert_eq!((back.status.as_u16(), &back.body["removed"]), (200, &Value::Null), "{}", back.body);
    let after = server.person(STUDENT).get(&format!("{BATCH}/students/me")).await.body;
    assert_eq!(
        (&after["steps"], &after["party"]),
        (&before["steps"], &before["party"]),
        "with all that was decided"
    );
    for ((who, path), had) in lists.into_iter().zip(had) {
        assert!(listed(&server, who, path).await.contains(&STUDENT.to_owned()), "{path}: {had:?}");
    }
    let history = server.person(REGISTRAR).get(&format!("{BATCH}/students/{STUDENT}/history")).await.body;
    let actions: Vec<&str> = history["events"]
        .as_array()
        .unwrap()
        .iter()
        .rev()
        .take(2)
        .map(|event| event["action"].as_str().unwrap())
        .collect();
    assert_eq!(actions, ["restore", "remove"]);
    whole(&server).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_original_of_a_letter_is_printed_for_who_was_taken_out() {
    let server = busy(inside()).await;
    let office = server.person(PARTY_OFFICE);
    let text = async |number: u32| {
        let request = office.request(Method::GET, &format!("{BATCH}/letters/{number}.pdf"));
        let bytes = request.send().await.unwrap().bytes().await.unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        let said = std::process::Command::new("pdftotext").arg(file.path()).arg("-").output().unwrap();
        String::from_utf8(said.stdout).unwrap().replace([' ', '\n'], "")
    };
    let original = text(3).await;
    assert!(!original.contains("核对"), "{original}");
    let students = office.get(&format!("{BATCH}/letters")).await.body["letters"].clone();
    let whose =
        students.as_array().unwrap().iter().find(|letter| letter["number"] == 3).unwrap()["student"].clone();
    leave(&server, whose["id"].as_str().or(whose.as_str()).unwrap()).await;
    let copy = text(3).await;
    assert!(copy.contains("核对"), "{copy}");
    let printed = office.post(&format!("{BATCH}/letters/printed"), &json!({"letters": [3]})).await;
    assert_eq!(printed.body["results"][0]["problem"]["type"], "taken-out", "{}", printed.body);
    let anew = office.post(&format!("{BATCH}/letters"), &json!({"students": numbers(1)})).await;
    assert_eq!(anew.status, 200);
    let receipt = json!({"received_on": "2017-12-20", "from": "昆明市第一中学党委"});
    assert_eq!(
        office.put(&format!("{BATCH}/letters/3/receipt"), &receipt).await.status,
        200,
        "what has come back has"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_those_taken_out_has_pages() {
    let server = Server::staffed().await;
    server.enrol(&rows(3)).await;
    for student in numbers(3) {
        assert_eq!(leave(&server, &student).await.status, 200);
    }
    let administrator = server.person(ADMINISTRATOR);
    let first = administrator.get(&format!("{BATCH}/removed?limit=2")).await.body;
    assert_eq!(first["students"].as_array().unwrap().len(), 2);
    let cursor = first["next"].as_str().unwrap();
    let second = administrator.get(&format!("{BATCH}/removed?limit=2&cursor={cursor}")).await.body;
    assert_eq!((second["students"][0]["id"].as_str(), &second["next"]), (Some("20150000003"), &Value::Null));
    assert_eq!(
        server.person(REGISTRAR).get(&format!("{BATCH}/removed")).await.problem(),
        (403, "not-allowed")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_taken_out_of_one_batch_sees_the_one_they_are_in() {
    let batches = two_batches();
    let options = Options { batches: batches.path().to_owned(), ..inside() };
    let server = Server::start(options).await;
    server.employ().await;
    let administrator = server.person(ADMINISTRATOR);
    let last = format!("/api/batches/{LAST}");
    for batch in [BATCH, last.as_str()] {
        let request = administrator.request(Method::POST, &format!("{batch}/roster"));
        assert_eq!(answer(request.body(csv(&rows(1)))).await.body["created"], 1);
    }
    let newest = async || server.person(STUDENT).get("/api/me").await.body["status"]["batch"]["id"].clone();
    assert_eq!(newest().await, "2018-01");
    assert_eq!(leave(&server, STUDENT).await.status, 200);
    assert_eq!(newest().await, LAST, "the one that they are in");
    let reason = json!({"reason": "延期毕业"});
    let out = administrator.post(&format!("{last}/students/{STUDENT}/remove"), &reason).await;
    assert_eq!((out.status.as_u16(), newest().await), (200, json!("2018-01")), "of neither: the newest");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_addition_leaves_no_college_behind() {
    let server = Server::staffed().await;
    server.enrol(&rows(1)).await;
    let mut body = json!({"cells": cells(), "reason": "补录"});
    body["cells"]["student_id"] = json!(STUDENT);
    body["cells"]["college"] = json!("信息学苑");
    let administrator = server.person(ADMINISTRATOR);
    let refused = administrator.post(&format!("{BATCH}/students"), &body).await;
    assert_eq!(refused.problem(), (409, "student-exists"));
    let colleges = server.running.app.store.colleges(&"2018-01".parse().unwrap()).await.unwrap();
    assert!(!colleges.contains("信息学苑"), "{colleges:?}");
    body["cells"]["student_id"] = json!(NEW);
    let added = administrator.post(&format!("{BATCH}/students"), &body).await;
    assert_eq!(added.body["new_college"], "信息学苑", "{}", added.body);
}
