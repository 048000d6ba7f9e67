//! What a call costs: round trips and capacity units don't depend on the clock, so they are tests.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use api_tests::{ADVISOR, ALL_OFFICES, BATCH, LIBRARY, Server, numbers, rows};
use serde_json::json;
use store::Cost;

const STUDENT: &str = "20150000001";

async fn cost_of(server: &Server, call: impl Future<Output = api_tests::Answer>) -> Cost {
    let before = server.running.spent();
    let answer = call.await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    // What is counted after the answer has gone out is part of the cost, and of nobody's waiting.
    server.running.app.background.drain().await;
    if server.is_deployed() {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    server.running.spent() - before
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_is_one_round_trip_and_two_units_and_a_decision_two_round_trips() {
    let server = Server::staffed().await;
    server.enrol(&rows(100)).await;
    let me = server.person(STUDENT);
    let path = format!("{BATCH}/students/me");
    let cold = cost_of(&server, me.get(&path)).await;
    assert_eq!(cold, Cost { round_trips: 1, units: 2.0 }, "the document, and whether they signed out");
    assert_eq!(cost_of(&server, me.get(&path)).await, cold, "and again");
    assert_eq!(cost_of(&server, me.get("/api/me")).await, cold, "with all that a page shows");

    let library = server.person(LIBRARY);
    let decision = cost_of(&server, library.decide(STUDENT, 3, "pass")).await;
    assert_eq!(decision.round_trips, 2);
    assert!(decision.units <= 16.0, "{decision:?}");
    let unchanged = cost_of(&server, library.decide(STUDENT, 3, "pass")).await;
    assert_eq!(
        unchanged,
        Cost { round_trips: 1, units: 4.0 },
        "nothing to write: theirs in the batch and the university, sign-outs, the student"
    );

    let page = format!("{BATCH}/worklist?step=2&limit=50");
    let page = cost_of(&server, library.get(&page)).await;
    assert_eq!(page.round_trips, 4, "who asks, the colleges, their students; how many were shown");
    assert!(page.units <= 8.0, "{page:?}");
    let page = format!("{BATCH}/worklist?step=2&limit=50&college=信息学院");
    assert_eq!(cost_of(&server, library.get(&page)).await.round_trips, 3);
    let own =
        cost_of(&server, server.person(ADVISOR).get(&format!("{BATCH}/worklist?step=1&limit=20"))).await;
    assert_eq!(own.round_trips, 4, "who asks, the advisor's students, then their clearances; how many");

    let body = json!({"decision": "pass", "students": numbers(100)});
    let many = cost_of(&server, library.post(&format!("{BATCH}/steps/4/decisions"), &body)).await;
    assert_eq!(many.round_trips, 103, "who asks, how often, one read for all, one transaction each");
    let import = json!({"decision": "reject", "reason": "误", "students": numbers(100), "import": "one"});
    let named = cost_of(&server, library.post(&format!("{BATCH}/steps/4/decisions"), &import)).await;
    assert_eq!(named.round_trips, 105, "links go with each decision; one look at the import, which begins");
    assert!(named.units <= 1_010.0, "{named:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finished_student_still_costs_two_units() {
    let server = Server::staffed().await;
    server.enrol(&rows(1)).await;
    for step in 1..=11 {
        let reason = "备注".repeat(20);
        let mut body = json!({"decision": "pass", "reason": reason, "as_of": "2017-12-18T09:30:00+08:00"});
        if step == 11 {
            body["parts"] = json!(["student-card", "registration-card", "certificates"]);
        }
        let path = format!("{BATCH}/students/{STUDENT}/steps/{step}");
        assert_eq!(server.person(ALL_OFFICES).put(&path, &body).await.status, 200);
    }
    let me = server.person(STUDENT);
    let path = format!("{BATCH}/students/me");
    let cost = cost_of(&server, me.get(&path)).await;
    assert_eq!(cost, Cost { round_trips: 1, units: 2.0 });
}
