//! How a deployed function fails: what the caller sees, what the log says, which alarm it sets off.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::path::PathBuf;
use std::time::{Duration, Instant};

use api_tests::fault_proxy::{Fault, FaultProxy};
use api_tests::fleet::{FAULTY, Fleet, Invoked};
use api_tests::lambda;
use api_tests::throttle::Limit;
use api_tests::{ADMINISTRATOR, ALL_OFFICES, BATCH, LIBRARY, Person, Row, Server, answer, inside, rows};
use axum::http::Method;
use lambda_tests::event;
use lixiao::local::Options;
use serde_json::{Value, json};

const STUDENT: &str = "20150000001";

/// A deployed system, whatever else the tests run against.
async fn deployed(options: Options) -> Server {
    Server::of(lambda::start(options).await)
}

fn fleet(server: &Server) -> &Fleet {
    &server.running.deployed.as_ref().unwrap().fleet
}

/// A page of the log: the lines that were written as errors.
fn errors(server: &Server, function: &str) -> Vec<Value> {
    let log = fleet(server).log(function);
    let lines = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    lines.filter(|line| line["level"] == "ERROR").collect()
}

async fn faulty(server: &Server, path: &str) -> (u16, Value) {
    let fleet = fleet(server);
    fleet.programs.lock().unwrap().insert(FAULTY.to_owned(), PathBuf::from(env!("CARGO_BIN_EXE_faulty")));
    let event = event(&Method::GET, path, path, "", "");
    let reply = api_tests::gateway::reply(fleet.invoke(FAULTY, &event).await);
    let status = reply.status().as_u16();
    let body = axum::body::to_bytes(reply.into_body(), 10_000).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap())
}

fn gateway_says() -> Value {
    json!({"message": "Internal Server Error"})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_is_one_failed_request_and_the_function_goes_on() {
    let server = deployed(inside()).await;
    for _ in 0..2 {
        assert_eq!(faulty(&server, "/panic").await, (500, gateway_says()));
    }
    assert!(!fleet(&server).has_ended(FAULTY), "the runtime reports the panic and takes the next event");
    let log = fleet(&server).log(FAULTY);
    assert!(log.contains("a fault in a handler") && log.contains("tests/lambda/src/main.rs"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_that_never_answers_is_ended_after_its_time_and_the_next_request_finds_another() {
    let server = deployed(inside()).await;
    let begun = Instant::now();
    assert_eq!(faulty(&server, "/hang").await, (500, gateway_says()));
    let took = begun.elapsed();
    assert!(
        took >= Duration::from_secs(15) && took < Duration::from_secs(20),
        "the template's timeout: {took:?}"
    );
    assert_eq!(faulty(&server, "/panic").await.0, 500, "a new copy answers");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_batch_file_stops_every_start_and_says_where_in_the_log_alone() {
    let server = deployed(inside()).await;
    let layer = server.running.deployed.as_ref().unwrap().layer.path().join("2018-01.toml");
    let sound = std::fs::read_to_string(&layer).unwrap();
    std::fs::write(&layer, sound.replace("closes = 2018-01-11", "closes = 2017-01-11")).unwrap();
    let event = event(&Method::GET, "/api/batches", "/api/batches", "", "");
    let invoked =
        tokio::time::timeout(Duration::from_secs(3), fleet(&server).invoke("list-batches", &event)).await;
    assert!(!matches!(invoked, Ok(Invoked::Answered(_))), "nothing answers");
    assert!(fleet(&server).has_ended("list-batches"));
    let errors = errors(&server, "list-batches");
    // The words that the template's metric filter looks for, and with it the alarm StartAlarm.
    assert_eq!(errors[0]["message"], "the function can't start");
    let why = errors[0]["error"].as_str().unwrap();
    assert!(why.contains("2018-01.toml:15:") && why.contains("closes is before opens"), "{why}");
    let template = std::fs::read_to_string("../../infra/template.yaml").unwrap();
    assert!(template.contains("$.message = \"the function can''t start\""), "the filter has the log's words");
    // Mended, the next start is a start.
    std::fs::write(&layer, sound).unwrap();
    assert_eq!(server.person(ADMINISTRATOR).get("/api/batches").await.status, 200);
}

async fn asks(person: &Person) -> (u16, String) {
    let answer = person.get(&format!("{BATCH}/students/me")).await;
    (answer.status.as_u16(), answer.kind().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_table_a_function_says_503_and_is_well_again_when_the_table_is() {
    let network = FaultProxy::start().await;
    let server = deployed(Options { by_way_of: Some(network.address), ..inside() }).await;
    network.connect(server.running.dynamodb);
    server.employ().await;
    server.enrol(&rows(1)).await;
    let me = server.person(STUDENT);
    assert_eq!(asks(&me).await.0, 200);
    network.plan(|_, _| Fault::CutBefore);
    assert_eq!(asks(&me).await, (503, "unavailable".to_owned()));
    let refused = server.person(LIBRARY).decide(STUDENT, 2, "pass").await;
    assert_eq!(refused.problem(), (503, "unavailable"));
    let said = errors(&server, "status").pop().unwrap();
    assert!(
        said["error"].as_str().unwrap().starts_with("could not read what a request stands on: "),
        "{said}"
    );
    assert!(!said.to_string().contains(STUDENT), "nobody's number in a log");
    network.plan(|_, _| Fault::None);
    assert_eq!(asks(&me).await.0, 200);
    assert_eq!(server.person(LIBRARY).decide(STUDENT, 2, "pass").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_key_that_is_not_ours_stops_the_functions_that_sign_and_no_other() {
    let other = edge::token::generate().unwrap();
    let server = deployed(inside()).await;
    let keys = [("LIXIAO_SESSION_KEYS".to_owned(), other.public)].into();
    fleet(&server).overrides.lock().unwrap().insert("sign-in".to_owned(), keys);
    let event = event(&Method::GET, "/login", "/login", "", "");
    let invoked =
        tokio::time::timeout(Duration::from_secs(3), fleet(&server).invoke("sign-in", &event)).await;
    assert!(!matches!(invoked, Ok(Invoked::Answered(_))));
    let why = errors(&server, "sign-in").remove(0);
    assert!(why["error"].as_str().unwrap().contains("was a rotation left half done?"), "{why}");
    assert_eq!(server.person(ADMINISTRATOR).get("/api/batches").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_fonts_a_print_is_a_fault_that_says_so_and_nothing_to_wait_for() {
    let server = deployed(inside()).await;
    server.employ().await;
    server.enrol(&[Row::new(STUDENT)]).await;
    for step in 1..=11 {
        assert_eq!(server.person(ALL_OFFICES).decide(STUDENT, step, "pass").await.status, 200, "{step}");
    }
    let nowhere = [("LIXIAO_FONTS".to_owned(), "/nowhere".to_owned())].into();
    fleet(&server).overrides.lock().unwrap().insert("print-slip".to_owned(), nowhere);
    let slip = server.person(STUDENT).get(&format!("{BATCH}/students/me/slip.pdf")).await;
    assert_eq!(slip.problem(), (500, "cannot-print"));
    assert!(
        !slip.headers.contains_key("retry-after") && slip.body["detail"].as_str().unwrap().contains("字体")
    );
    let why = errors(&server, "print-slip").pop().unwrap();
    assert!(why["error"].as_str().unwrap().contains("/nowhere"), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_gateway_says_itself_has_no_type_and_reaches_no_function() {
    let server = deployed(inside()).await;
    let gateway = &server.running.deployed.as_ref().unwrap().gateway;
    let somebody = server.bearer("");
    let page = || somebody.request(Method::GET, "/");
    let large = somebody.request(Method::POST, "/login/token").body(vec![b'a'; 10_000_001]);
    let wide = page().header("x-wide", "a".repeat(10_240));
    gateway.throttle.set(Limit { rate: 0.0, burst: 2.0 });
    for (request, status, message) in
        [(large, 413, "Request Entity Too Large"), (wide, 431, "Request Header Fields Too Large")]
    {
        let said = answer(request).await;
        assert_eq!((said.status.as_u16(), said.body), (status, json!({ "message": message })));
    }
    assert_eq!(answer(page()).await.status, 200);
    assert_eq!(answer(page()).await.status, 200);
    let turned_away = answer(page()).await;
    assert_eq!(turned_away.status, 429);
    assert_eq!(turned_away.body, json!({"message": "Too Many Requests"}));
    assert!(!turned_away.headers.contains_key("retry-after"), "API Gateway says no when");
}
