//! A university whose students have two kinds of people of their own: each decides the steps of their kind.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::path::Path;

use api_tests::{ADMINISTRATOR, Server, answer, at};
use lixiao::local::Options;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};

const STUDENT: &str = "2022001";
const TEACHER: &str = "staff:1001";
const TUTOR: &str = "staff:2001";

#[tokio::test(flavor = "multi_thread")]
async fn each_of_a_student_s_own_people_sees_and_decides_the_steps_of_their_kind() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/domain/tests/two-kinds-of-people");
    let server = Server::start(Options {
        batches: folder,
        at: Some(at("2026-06-10T12:00:00+08:00")),
        stand_still: true,
        administrator: vec![ADMINISTRATOR.to_owned()],
        ..Options::default()
    })
    .await;
    let batch = "/api/batches/2026-06";
    let administrator = server.person(&format!("staff:{ADMINISTRATOR}"));
    let roster = "学号,姓名,学院,班主任,导师\n2022001,王小明,信息学院,1001 李老师,2001 陈总\n2022002,李四,信息学院,1001 李老师,2002 赵总";
    let request = administrator.request(Method::POST, &format!("{batch}/roster"));
    let done = answer(request.header(CONTENT_TYPE, "text/csv").body(roster)).await;
    assert_eq!((&done.body["created"], &done.body["unread"]), (&json!(2), &Value::Null), "{}", done.body);

    let (teacher, tutor) = (server.person(TEACHER), server.person(TUTOR));
    for (who, lists) in [(&teacher, [vec![STUDENT, "2022002"], vec![]]), (&tutor, [vec![], vec![STUDENT]])] {
        for (step, wanted) in [1, 2].into_iter().zip(lists) {
            let listed = who.get(&format!("{batch}/worklist?step={step}&totals=yes")).await;
            let rows = listed.body["students"].as_array().unwrap_or_else(|| panic!("{}", listed.body));
            let ids: Vec<&Value> = rows.iter().map(|row| &row["id"]).collect();
            assert_eq!(ids, wanted, "step {step}: {}", listed.body);
        }
    }
    let status = teacher.get(&format!("{batch}/students/{STUDENT}")).await.body;
    let named = |i: usize| status["steps"][i]["advisors"].clone();
    assert_eq!((named(0), named(1)), (json!(["李老师"]), json!(["陈总"])));
    assert_eq!(status["steps"][1]["may"], json!([]), "the tutor's step is none of the teacher's");

    let decide = async |who: &api_tests::Person, step: u8| {
        who.put(&format!("{batch}/students/{STUDENT}/steps/{step}"), &json!({"decision": "pass"})).await
    };
    assert_eq!(decide(&teacher, 2).await.problem(), (403, "not-allowed"));
    assert_eq!(decide(&tutor, 1).await.problem(), (403, "not-allowed"));
    assert_eq!(decide(&teacher, 1).await.status, 200);
    let cleared = decide(&tutor, 2).await;
    assert_eq!((cleared.status.as_u16(), &cleared.body["cleared"]), (200, &json!(true)), "{}", cleared.body);

    // Another tutor, and the first one's rights are gone with the roster.
    let roster = "学号,姓名,学院,导师\n2022001,王小明,信息学院,2002 赵总";
    let request = administrator.request(Method::POST, &format!("{batch}/roster"));
    let done = answer(request.header(CONTENT_TYPE, "text/csv").body(roster)).await;
    assert_eq!(done.body["updated"], 1, "{}", done.body);
    assert_eq!(tutor.get(&format!("{batch}/students/{STUDENT}")).await.problem(), (404, "not-found"));
    assert_eq!(teacher.get(&format!("{batch}/students/{STUDENT}")).await.status, 200, "as before");
    lixiao::audit::audit(&server.running.app.store, &"2026-06".parse().unwrap()).await.unwrap();
}
