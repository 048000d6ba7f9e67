//! The files of `events/`: one for each route, as the gateway would write it, and each answered as its route is for.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};
use std::process::{Command, Output};

use api_tests::fleet::Invoked;
use api_tests::gateway;
use api_tests::template::functions;
use axum::http::Request;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lambda_tests::events::{all, folder};
use lambda_tests::sam;
use lambda_tests::scene::Scene;
use serde_json::{Value, json};

/// The routes of `docs/openapi.json`, each with the status that its document begins with: what it is for.
fn routes() -> BTreeMap<String, u16> {
    let text = std::fs::read_to_string("../../docs/openapi.json").unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    let mut routes = BTreeMap::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap().iter().filter(|(key, _)| *key != "parameters")
        {
            let status = operation["responses"].as_object().unwrap().keys().next().unwrap().parse().unwrap();
            routes.insert(format!("{} {path}", method.to_uppercase()), status);
        }
    }
    routes
}

#[test]
fn every_route_has_one_event_every_event_a_route_and_every_function_an_event() {
    let events = all().unwrap();
    let mut named: Vec<String> = events.iter().filter_map(|event| event.route.clone()).collect();
    named.sort();
    assert_eq!(named, routes().into_keys().collect::<Vec<_>>());
    let asked: BTreeSet<String> = events.into_iter().map(|event| event.function).collect();
    assert_eq!(asked, functions().into_iter().map(|(function, _)| function).collect());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_is_as_the_gateway_writes_it_and_gets_the_answer_that_its_route_is_for() {
    let scene = Scene::lay().await.unwrap();
    for event in all().unwrap() {
        let filled =
            scene.event(&event.text).await.unwrap_or_else(|error| panic!("{}: {error:#}", event.name));
        let Invoked::Answered(answer) = scene.fleet().invoke(&event.function, &filled).await else {
            panic!("{}: {}", event.name, scene.fleet().log(&event.function));
        };
        match event.route {
            Some(route) => {
                assert_eq!(filled, written(&filled), "{}", event.name);
                assert_eq!(answer["statusCode"], routes()[&route], "{}: {answer}", event.name);
            }
            None if event.function == "checkpoint" => assert_eq!(answer["written"], 1, "{answer}"),
            None => assert!(answer["sent"].as_u64() > Some(10) && answer["failed"] == 0, "{answer}"),
        }
    }
}

/// The same request as the gateway writes it; where nothing stands API Gateway writes nothing.
fn written(event: &Value) -> Value {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let query = text(&event["rawQueryString"]);
    let query = if query.is_empty() { query } else { format!("?{query}") };
    let http = &event["requestContext"]["http"];
    let mut request = Request::builder()
        .method(http["method"].as_str().unwrap())
        .uri(format!("{}{query}", event["rawPath"].as_str().unwrap()));
    for (name, value) in event["headers"].as_object().unwrap() {
        request = request.header(name, value.as_str().unwrap());
    }
    for cookie in event["cookies"].as_array().into_iter().flatten() {
        request = request.header("cookie", cookie.as_str().unwrap());
    }
    let (parts, ()) = request.body(()).unwrap().into_parts();
    let names = event["pathParameters"].as_object().cloned().unwrap_or_default();
    let names = names.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
    let (body, route) = (text(&event["body"]).into_bytes(), text(&event["routeKey"]));
    let body = if event["isBase64Encoded"] == true { STANDARD.decode(body).unwrap() } else { body };
    let from = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let mut written = gateway::event(&parts, &body, &route, &names, from);
    written["requestContext"]["http"]["userAgent"] = json!("events");
    let path = names.iter().fold(route, |path, (name, value)| path.replace(&format!("{{{name}}}"), value));
    assert_eq!(path.split_once(' ').unwrap().1, parts.uri.path(), "the path is the route's");
    written.as_object_mut().unwrap().retain(|_, value| !value.is_null() && *value != json!({}));
    written
}

#[test]
fn every_word_of_an_event_stands_in_their_readme_and_no_other() {
    let readme = std::fs::read_to_string(folder().join("README.md")).unwrap();
    let said: BTreeSet<&str> =
        readme.lines().filter_map(|line| Some(line.strip_prefix("| `<")?.split_once(">`")?.0)).collect();
    let mut used = BTreeSet::new();
    for text in all().unwrap().iter().map(|event| &event.text) {
        for word in text.split('<').skip(1).map(|rest| rest.split('>').next().unwrap()) {
            let word = word.split(' ').map(|part| if part.parse::<u64>().is_ok() { "N" } else { part });
            used.insert(word.collect::<Vec<_>>().join(" "));
        }
    }
    assert_eq!(said, used.iter().map(String::as_str).collect());
}

fn invoke(args: &[&str], programs: &str) -> (Output, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_invoke"));
    let said = command.args(args).current_dir("../..").env("LIXIAO_PROGRAMS", programs).output().unwrap();
    let text = String::from_utf8_lossy(&said.stdout).into_owned() + &String::from_utf8_lossy(&said.stderr);
    (said, text)
}

#[test]
fn a_newcomer_sees_what_there_is_the_answer_and_what_went_wrong() {
    let (listed, text) = invoke(&[], "target/debug");
    assert!(listed.status.success());
    for event in all().unwrap() {
        assert!(text.contains(&format!("events/{}.json", event.name)), "{text}");
    }
    let readme = std::fs::read_to_string("../../README.md").unwrap();
    let (_, command) = readme.split_once("`make invoke F=").unwrap();
    let (function, event) = command.split_once('`').unwrap().0.split_once(" E=").unwrap();
    let (answered, text) = invoke(&[function, event], "target/debug");
    assert!(answered.status.success(), "{text}");
    let said = String::from_utf8_lossy(&answered.stdout).into_owned();
    assert!(said.starts_with("200\n") && said.contains("\n  \"remaining\": 11,\n"), "{said}");
    let log = String::from_utf8_lossy(&answered.stderr).into_owned();
    assert!(log.contains("\"route\":\"/api/batches/{batch}/students/{student}\""), "{log}");

    let (wrong, text) = invoke(&["status", "events/worklist.json"], "target/debug");
    assert_eq!(wrong.status.code(), Some(1));
    assert!(text.contains("events/worklist.json is for worklist: make invoke F=worklist"), "{text}");
    let broken = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink("/bin/false", broken.path().join("status")).unwrap();
    let (failed, text) = invoke(&["status", "events/status.json"], broken.path().to_str().unwrap());
    assert_eq!(failed.status.code(), Some(1));
    assert!(text.contains("status failed: its log is above"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn for_sam_everything_is_filled_in_and_every_function_is_there() {
    let scene = Scene::lay().await.unwrap();
    let out = tempfile::tempdir().unwrap();
    sam::write(&scene, out.path()).await.unwrap();
    let read = |name: &str| std::fs::read_to_string(out.path().join(name)).unwrap();
    for event in all().unwrap() {
        assert!(!read(&format!("{}.json", event.name)).contains('<'), "{}", event.name);
    }
    let template: Value = serde_json::from_str(&read("template.json")).unwrap();
    let resources = template["Resources"].as_object().unwrap();
    assert_eq!(resources.len(), functions().len() + 2, "and two layers");
    let status = &resources["StatusFunction"]["Properties"];
    assert_eq!(status["CodeUri"], "../lambda/status/bootstrap.zip");
    assert_eq!(status["Environment"]["Variables"]["AWS_ACCESS_KEY_ID"], "status");
    assert_eq!(
        std::fs::read_dir(out.path().join("layer/batches")).unwrap().count(),
        2,
        "the university and the batch"
    );
}
