//! Nobody in who doesn't belong: tokens, networks, windows, offices, colleges (N1–N5).
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use api_tests::{
    ADMINISTRATOR, ADVISOR, BATCH, LIBRARY, REGISTRAR, RESIDENCE, Row, Server, answer, csv, inside, rows,
    standing_at,
};
use lixiao::local::Options;
use reqwest::Method;
use reqwest::header::{COOKIE, ORIGIN};
use serde_json::{Value, json};

const STUDENT: &str = "20150000001";
const OTHER: &str = "20150000002";
const IMPORT: &str = "6f1c2a34-0000-4000-8000-000000000001";

/// Every route of the system, as the OpenAPI document has it, with names filled in.
fn every_route() -> Vec<(Method, String)> {
    let document = serde_json::to_value(lixiao::document()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let mut routes = Vec::new();
    for (path, methods) in paths {
        let path = path
            .replace("exports/{file}", "exports/progress.xlsx")
            .replace("{batch}", "2018-01")
            .replace("{student}", STUDENT)
            .replace("{step}", "2")
            .replace("{number}", "7")
            .replace("{import}", IMPORT)
            .replace("{file}", "7.pdf");
        // What a slip's code opens is for everybody, `prints.rs` says what it shows; so are the pages; and
        // one can't be signed in before one has signed in.
        let public = ["/verify/", "/assets/", "/login", "/staff"].iter().any(|open| path.starts_with(open));
        if public || path == "/" {
            continue;
        }
        for method in methods.as_object().unwrap().keys().filter(|key| key.as_str() != "parameters") {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let query = if path.ends_with("/worklist") { "?step=2" } else { "" };
            routes.push((method, format!("{}{query}", path.replace("{id}", "20080777"))));
        }
    }
    routes
}

/// A sound body for a route, so that nothing but the guard can refuse.
fn body_for(method: &Method, path: &str) -> Value {
    match (method.as_str(), path) {
        ("PUT", path) if path.contains("/operators/") => {
            json!({"name": "新老师", "grants": [{"role": "operator", "offices": ["library"], "colleges": ["*"]}]})
        }
        ("PUT", path) if path.starts_with("/api/administrators") => json!({"name": "新老师"}),
        ("POST", path) if path.ends_with("/operators/copy") => json!({"from": "2018-01", "dry_run": true}),
        ("POST", path) if path.ends_with("/take-over") => {
            json!({"from": "20089998", "name": "接替老师", "seen": 0, "dry_run": true})
        }
        ("PUT", path) if path.ends_with("/party-form") => form(),
        ("POST", path) if path.ends_with("/forget") => json!({"reason": "本人要求"}),
        ("PUT", path) if path.ends_with("/receipt") => json!({"received_on": "2017-12-20", "from": "某党委"}),
        ("POST", path) if path.ends_with("/reissue") => {
            let mut body = form();
            body["papers"] = json!(["statement", "application", "original"]);
            body["reason"] = json!("去向有变");
            body
        }
        ("POST", path) if path.ends_with("/printed") => json!({"letters": [7]}),
        ("POST", path) if path.ends_with("/letters") => json!({"students": [STUDENT]}),
        ("PUT", _) => json!({"decision": "pass"}),
        _ => json!({"decision": "pass", "students": [STUDENT]}),
    }
}

fn form() -> Value {
    json!({"heading": "中共昆明市委组织部", "destination": "昆明市第一中学党委", "transfer_kind": "in-province",
        "confirmed": true})
}

async fn call(person: &api_tests::Person, method: &Method, path: &str) -> api_tests::Answer {
    let request = person.request(method.clone(), path);
    if path.ends_with("/operators/sheet") {
        let sheet = "工号,姓名,部门,学院\n20080777,新老师,图书馆,全部\n";
        return answer(request.header("content-type", "text/csv").body(sheet)).await;
    }
    if path.ends_with("/roster") || path.ends_with("/tables") || path.ends_with("/table") {
        return answer(request.header("content-type", "text/csv").body(csv(&rows(1)))).await;
    }
    if *method == Method::GET {
        answer(request).await
    } else {
        answer(request.json(&body_for(method, path))).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_asks_for_a_session_first() {
    let server = Server::staffed().await;
    server.enrol(&rows(1)).await;
    assert!(every_route().len() >= 12);
    for (method, path) in every_route() {
        for token in ["", "nonsense", "a.b.c"] {
            let refused = call(&server.bearer(token), &method, &path).await;
            assert_eq!(refused.problem(), (401, "not-signed-in"), "{method} {path} with {token:?}");
        }
        assert_ne!(call(&server.person(ADMINISTRATOR), &method, &path).await.status, 401, "{method} {path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_of_a_batch_and_every_right_can_only_be_reached_from_its_networks() {
    let elsewhere = Options { campus: vec!["10.0.0.0/8".parse().unwrap()], ..inside() };
    let server = Server::start(elsewhere).await;
    for (method, path) in every_route() {
        let reached = call(&server.person(ADMINISTRATOR), &method, &path).await;
        let on_campus = [&format!("{BATCH}/"), "/api/administrators", "/api/sign-ins"];
        let on_campus = on_campus.iter().any(|begin| path.starts_with(*begin));
        assert_eq!(reached.kind() == "off-campus", on_campus, "{method} {path}: {}", reached.body);
        if on_campus {
            assert_eq!(reached.status, 403);
            assert!(reached.body["detail"].as_str().unwrap().contains("校园网"), "it says why");
        }
    }
    let forwarded = server.person(STUDENT).request(Method::GET, &format!("{BATCH}/students/me"));
    let refused =
        answer(forwarded.header("x-forwarded-for", "10.1.2.3").header("forwarded", "for=10.1.2.3")).await;
    assert_eq!(refused.problem(), (403, "off-campus"), "no header is believed");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_each_role_may_call_is_this_and_no_more() {
    let server = Server::staffed().await;
    server.enrol(&rows(2)).await;
    let grant = |role: &str| json!({"name": "某", "roles": [role], "offices": [], "colleges": ["信息学院"]});
    for (id, role) in [("20080011", "counsellor"), ("20080012", "party-office")] {
        server.person(ADMINISTRATOR).entitle(id, &grant(role)).await;
    }
    let people = [
        ("student", STUDENT),
        ("other", OTHER),
        ("advisor", ADVISOR),
        ("library", LIBRARY),
        ("residence", RESIDENCE),
        ("counsellor", "20080011"),
        ("party", "20080012"),
        ("registrar", REGISTRAR),
        ("admin", ADMINISTRATOR),
    ];
    let mut table = String::new();
    for (method, path) in every_route() {
        let mut line = format!("{method} {path}:");
        for (name, id) in people {
            let status = call(&server.person(id), &method, &path).await.status.as_u16();
            line.push_str(&format!(" {name} {status}"));
        }
        table.push_str(&line);
        table.push('\n');
    }
    insta::assert_snapshot!("who_may_call_what", table);
}

#[tokio::test(flavor = "multi_thread")]
async fn outside_the_window_nobody_but_an_administrator_changes_anything() {
    for (instant, kind) in [
        ("2017-12-14T23:59:59.999+08:00", "batch-not-open"),
        ("2017-12-15T00:00:00+08:00", ""),
        ("2018-01-10T23:59:59.999+08:00", ""),
        ("2018-01-11T00:00:00+08:00", "batch-closed"),
    ] {
        let server = Server::start(standing_at(instant)).await;
        server.employ().await;
        assert_eq!(server.enrol(&rows(2)).await.body["created"], 2, "administrators import at any time");
        let decided = server.person(LIBRARY).decide(STUDENT, 2, "pass").await;
        assert_eq!(decided.kind(), kind, "{instant}: {}", decided.body);
        let many = json!({"decision": "pass", "students": [OTHER]});
        let decided = server.person(LIBRARY).post(&format!("{BATCH}/steps/2/decisions"), &many).await;
        assert_eq!(decided.kind(), kind, "{instant}");
        let waived = server.person(REGISTRAR).decide(OTHER, 3, "waive").await;
        assert_eq!(waived.kind(), kind, "{instant}: a registrar is no administrator");
        let version = server.person(STUDENT).status("me").await["version"].clone();
        assert_eq!(version, u64::from(kind.is_empty()), "{instant}: reading stays open");
        if kind == "batch-not-open" {
            assert_eq!(waived.body["opens"], "2017-12-15T00:00:00+08:00");
        } else if kind == "batch-closed" {
            assert_eq!(waived.body["closes"], "2018-01-11T00:00:00+08:00");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_readable_until_only_administrators_read() {
    let server = Server::start(standing_at("2018-05-11T00:00:00+08:00")).await;
    server.enrol(&rows(1)).await;
    let refused = server.person(STUDENT).get(&format!("{BATCH}/students/me")).await;
    assert_eq!(refused.problem(), (403, "batch-closed"));
    assert_eq!(server.person(ADMINISTRATOR).status(STUDENT).await["version"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_student_is_as_unknown_as_one_who_does_not_exist() {
    let server = Server::staffed().await;
    server.enrol(&rows(2)).await;
    let me = server.person(STUDENT);
    let other = me.get(&format!("{BATCH}/students/{OTHER}")).await;
    let nobody = me.get(&format!("{BATCH}/students/20159999999")).await;
    assert_eq!(other.problem(), (404, "not-found"));
    assert_eq!((other.status, &other.body), (nobody.status, &nobody.body));
    // Nor can numbers be tried out by deciding an advisor's step.
    let other = me.decide(OTHER, 1, "pass").await;
    let nobody = me.decide("20159999999", 1, "pass").await;
    assert_eq!(other.problem(), (403, "not-allowed"));
    assert_eq!((other.status, &other.body), (nobody.status, &nobody.body));
    let own = me.decide(STUDENT, 2, "pass").await;
    assert_eq!(own.problem(), (403, "not-allowed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_stays_within_office_and_college() {
    let server = Server::staffed().await;
    server.enrol(&[Row::new(STUDENT), Row { college: "法学院", ..Row::new(OTHER) }]).await;
    let body =
        json!({"name": "研教办", "roles": ["operator"], "offices": ["college"], "colleges": ["信息学院"]});
    server.person(ADMINISTRATOR).entitle("20080021", &body).await;
    let clerk = server.person("20080021");
    assert_eq!(clerk.decide(STUDENT, 5, "pass").await.status, 200);
    assert_eq!(clerk.decide(OTHER, 5, "pass").await.problem(), (403, "not-allowed"), "another college");
    assert_eq!(clerk.decide(STUDENT, 2, "pass").await.problem(), (403, "not-allowed"), "another office");
    let many = json!({"decision": "pass", "students": [STUDENT, OTHER]});
    let rows = clerk.post(&format!("{BATCH}/steps/5/decisions"), &many).await.body;
    assert_eq!(rows["results"][0]["outcome"], "unchanged");
    assert_eq!(rows["results"][1]["problem"]["type"], "not-allowed");
    let refused = clerk.post(&format!("{BATCH}/steps/2/decisions"), &many).await;
    assert_eq!(refused.problem(), (403, "not-allowed"));
    assert_eq!(clerk.get(&format!("{BATCH}/students/{OTHER}")).await.status, 404);
    assert_eq!(clerk.get(&format!("{BATCH}/worklist?step=2")).await.status, 403);
    assert_eq!(clerk.get(&format!("{BATCH}/worklist?step=5&college=法学院")).await.status, 403);
    let progress = clerk.get(&format!("{BATCH}/progress")).await.body;
    assert_eq!(progress["students"], 1, "only their college is counted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_that_is_taken_away_is_gone() {
    let server = Server::staffed().await;
    server.enrol(&rows(1)).await;
    assert_eq!(server.person(LIBRARY).decide(STUDENT, 2, "pass").await.status, 200);
    let path = format!("{BATCH}/operators/{LIBRARY}");
    let unseen = answer(server.person(ADMINISTRATOR).request(Method::DELETE, &path)).await;
    assert_eq!(unseen.problem(), (409, "changed-meanwhile"), "whoever writes says what they have seen");
    let seen = format!("{path}?seen=0");
    let gone = answer(server.person(ADMINISTRATOR).request(Method::DELETE, &seen)).await;
    assert_eq!(gone.status, 204);
    assert_eq!(server.person(LIBRARY).decide(STUDENT, 3, "pass").await.problem(), (403, "not-allowed"));
    let again = answer(server.person(ADMINISTRATOR).request(Method::DELETE, &path)).await;
    assert_eq!(again.status, 204, "asking again changes nothing");
    let never = server.person(ADMINISTRATOR).request(Method::DELETE, &format!("{BATCH}/operators/20089999"));
    assert_eq!(answer(never).await.problem(), (404, "not-found"));
    let body = json!({"name": "回来", "roles": ["operator"], "offices": ["library"], "colleges": ["*"]});
    assert_eq!(server.person(ADMINISTRATOR).entitle(LIBRARY, &body).await.status, 200);
    assert_eq!(server.person(LIBRARY).decide(STUDENT, 3, "pass").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_changes_things_only_from_our_own_page() {
    let server = Server::staffed().await;
    server.enrol(&rows(1)).await;
    let now = server.running.app.clock.now();
    let token = server.running.signer.begin(&LIBRARY.parse().unwrap(), now).unwrap();
    let host = server.running.address.to_string();
    let url = format!("http://{host}{BATCH}/students/{STUDENT}/steps/2");
    let put = |origin: Option<String>| {
        let request = reqwest::Client::new().put(&url).header(COOKIE, format!("a=b; __Host-lixiao={token}"));
        let request = request.json(&json!({"decision": "pass"}));
        answer(match origin {
            Some(origin) => request.header(ORIGIN, origin),
            None => request,
        })
    };
    assert_eq!(put(None).await.problem(), (403, "not-allowed"));
    assert_eq!(put(Some("https://evil.example".to_owned())).await.problem(), (403, "not-allowed"));
    assert_eq!(put(Some(format!("http://{host}.evil.example"))).await.problem(), (403, "not-allowed"));
    assert_eq!(put(Some(format!("https://{host}"))).await.problem(), (403, "not-allowed"), "another scheme");
    assert_eq!(put(Some(format!("http://{host}"))).await.status, 200);
}
