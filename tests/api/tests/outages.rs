//! A table that throttles, or a network that breaks: callers hear of it, and nothing is half done.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use api_tests::fault_proxy::{Fault, FaultProxy};
use api_tests::{ADMINISTRATOR, BATCH, LIBRARY, RESIDENCE, Server, inside, numbers, rows};
use lixiao::audit::audit;
use lixiao::local::Options;
use serde_json::json;

const STUDENT: &str = "20150000001";

async fn behind_a_fault_proxy(students: usize) -> (Server, FaultProxy) {
    let network = FaultProxy::start().await;
    let server = Server::start(Options { by_way_of: Some(network.address), ..inside() }).await;
    network.connect(server.running.dynamodb);
    server.employ().await;
    server.enrol(&rows(students)).await;
    (server, network)
}

async fn is_whole(server: &Server) {
    audit(&server.running.app.store, &"2018-01".parse().unwrap()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreachable_table_is_503_and_everything_is_well_again_when_it_is_back() {
    let (server, network) = behind_a_fault_proxy(1).await;
    let me = server.person(STUDENT);
    assert_eq!(me.get(&format!("{BATCH}/students/me")).await.status, 200);
    network.plan(|_, _| Fault::CutBefore);
    let gone = me.get(&format!("{BATCH}/students/me")).await;
    assert_eq!(gone.problem(), (503, "unavailable"));
    assert!(gone.headers.contains_key("retry-after"));
    assert_eq!(server.person(LIBRARY).decide(STUDENT, 2, "pass").await.problem(), (503, "unavailable"));
    network.plan(|_, _| Fault::None);
    assert_eq!(me.status("me").await["version"], 0, "nothing was half written");
    assert_eq!(server.person(LIBRARY).decide(STUDENT, 2, "pass").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_throttled_table_is_asked_again_and_then_given_up() {
    let (server, network) = behind_a_fault_proxy(1).await;
    server.person(STUDENT).status("me").await; // from now on it is known who signed out
    network.plan(|_, number| if number == 0 { Fault::Throttle } else { Fault::None });
    assert_eq!(server.person(STUDENT).status("me").await["version"], 0);
    assert_eq!(network.calls(), 2, "one more try was enough");
    network.plan(|_, _| Fault::Throttle);
    let refused = server.person(STUDENT).get(&format!("{BATCH}/students/me")).await;
    assert_eq!(refused.problem(), (503, "unavailable"));
    assert_eq!(network.calls(), 4, "and no more than four");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_gets_lost_after_the_table_acted_is_not_a_second_decision() {
    let (server, network) = behind_a_fault_proxy(1).await;
    let first = AtomicBool::new(true);
    network.plan(move |operation, _| {
        let lost = operation == "TransactWriteItems" && first.swap(false, Ordering::SeqCst);
        if lost { Fault::CutAfter } else { Fault::None }
    });
    let decided = server.person(LIBRARY).decide(STUDENT, 2, "pass").await;
    assert_eq!((decided.status.as_u16(), &decided.body["version"]), (200, &json!(1)));
    is_whole(&server).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unprocessed_keys_are_asked_for_again() {
    let (server, network) = behind_a_fault_proxy(5).await;
    network.plan(|operation, _| if operation == "BatchGetItem" { Fault::LeaveKeys } else { Fault::None });
    let body = json!({"decision": "pass", "students": numbers(5), "dry_run": true});
    let answer = server.person(RESIDENCE).post(&format!("{BATCH}/steps/9/decisions"), &body).await;
    let results = answer.body["results"].as_array().unwrap();
    assert!(results.iter().all(|row| row["outcome"] == "changed"), "{results:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bulk_call_on_a_failing_table_reports_per_row_and_can_simply_be_sent_again() {
    let (server, network) = behind_a_fault_proxy(40).await;
    // Every third write fails in one of three ways, the SDK's own retries among them.
    let hard = Arc::new(AtomicBool::new(true));
    let plan = hard.clone();
    network.plan(move |operation, number| match (operation, number % 3) {
        ("TransactWriteItems", _) if !plan.load(Ordering::SeqCst) => Fault::None,
        ("TransactWriteItems", 0) => Fault::CutAfter,
        ("TransactWriteItems", 1) => Fault::Throttle,
        ("TransactWriteItems", _) => Fault::CutBefore,
        _ => Fault::None,
    });
    let body = json!({"decision": "pass", "students": numbers(40)});
    let path = format!("{BATCH}/steps/2/decisions");
    let first = server.person(LIBRARY).post(&path, &body).await;
    assert_eq!(first.status, 200);
    let refused: Vec<_> = first.body["results"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["outcome"] == "refused")
        .map(|row| row["problem"]["type"].clone())
        .collect();
    assert!(refused.iter().all(|kind| kind == "unavailable"), "{refused:?}");
    hard.store(false, Ordering::SeqCst);
    let second = server.person(LIBRARY).post(&path, &body).await.body;
    let results = second["results"].as_array().unwrap();
    assert!(results.iter().all(|row| row["outcome"] != "refused"), "{results:?}");
    for student in numbers(40) {
        assert_eq!(server.person(&student).status("me").await["version"], 1, "{student}: once, not twice");
    }
    is_whole(&server).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_refused_hears_so_while_the_record_of_it_is_still_on_its_way() {
    let (server, network) = behind_a_fault_proxy(1).await;
    network.plan(|operation, _| if operation == "UpdateItem" { Fault::Hold } else { Fault::None });
    let refused = server.person(LIBRARY).get(&format!("{BATCH}/operators")).await;
    assert_eq!(refused.problem(), (403, "not-allowed"));
    network.release();
    let administrator = server.person(ADMINISTRATOR);
    for _ in 0..100 {
        let record = administrator.get("/api/sign-ins?day=2017-12-20").await.body;
        if record["people"][0]["refused"] == 1 {
            assert_eq!(record["people"][0]["id"], LIBRARY);
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the refusal was never recorded");
}
