//! Who may do what, when and from where: every route × everybody × before, in and after the window ×
//! on and off campus, each asserted against the running system. `rights.txt` has a line a route; a new
//! route without one fails.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may stop, and say how much it tried"
)]

use std::collections::BTreeMap;
use std::path::Path;

use api_tests::{
    ADMINISTRATOR, ADVISOR, Answer, LAST, LIBRARY, REGISTRAR, RESIDENCE, Row, Server, answer, csv,
    standing_at, two_batches,
};
use lixiao::local::Options;
use reqwest::Method;
use serde_json::{Value, json};

const STUDENT: &str = "20150000001";
const OTHER: &str = "20150000002";
const IMPORT: &str = "6f1c2a34-0000-4000-8000-000000000001";

/// Everybody, in the order of the columns of `rights.txt`.
const PEOPLE: [(&str, &str); 17] = [
    ("nobody", ""),
    ("student, own", STUDENT),
    ("student, another", OTHER),
    ("advisor, own", ADVISOR),
    ("advisor, another", "20059999"),
    ("operator", LIBRARY),
    ("operator, other college", "20080041"),
    ("operator, other office", RESIDENCE),
    ("feed", "feed-library"),
    ("counsellor", "20080042"),
    ("counsellor, other college", "20080043"),
    ("party office", "20080044"),
    ("registrar", REGISTRAR),
    ("administrator", ADMINISTRATOR),
    ("held last batch only", HELD_LAST),
    (PORTAL, STUDENT),
    ("registrar, signed out", SIGNED_OUT),
];

const PORTAL: &str = "student, by the portal";
const SIGNED_OUT: &str = "20080045";
const HELD_LAST: &str = "20080046";

/// What somebody comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// In: whatever is said then is about the matter, no longer about the person.
    In,
    NotSignedIn,
    NotAllowed,
    /// As if it weren't there.
    Hidden,
    OffCampus,
    NotOpen,
    Closed,
}

/// What a route is, as far as window and network go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// For everybody, signed in or not.
    Public,
    /// For whoever is signed in, outside any batch.
    Outside,
    /// Of no batch, and on campus only.
    Campus,
    Reads,
    Changes,
}

#[derive(Debug, Clone, Copy)]
struct Time {
    name: &'static str,
    at: &'static str,
    reads: Option<Outcome>,
    changes: Option<Outcome>,
}

const TIMES: [Time; 4] = [
    Time { name: "before", at: "2017-12-14T12:00:00+08:00", reads: None, changes: Some(Outcome::NotOpen) },
    Time { name: "in", at: "2017-12-20T12:00:00+08:00", reads: None, changes: None },
    Time { name: "after", at: "2018-01-20T12:00:00+08:00", reads: None, changes: Some(Outcome::Closed) },
    Time {
        name: "long after",
        at: "2018-06-01T12:00:00+08:00",
        reads: Some(Outcome::Closed),
        changes: Some(Outcome::Closed),
    },
];

struct Line {
    kind: Kind,
    outcomes: Vec<Outcome>,
}

/// `GET /api/batches  outside  × ✓ ✓ …`
fn read_table() -> BTreeMap<String, Line> {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("rights.txt")).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    lines.map(read_line).collect()
}

fn read_line(line: &str) -> (String, Line) {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [method, path, kind, outcomes @ ..] = words.as_slice() else { panic!("{line}") };
    let kind = match *kind {
        "public" => Kind::Public,
        "outside" => Kind::Outside,
        "campus" => Kind::Campus,
        "reads" => Kind::Reads,
        "changes" => Kind::Changes,
        _ => panic!("{line}"),
    };
    let outcome = |word: &&str| match *word {
        "+" => Outcome::In,
        "401" => Outcome::NotSignedIn,
        "403" => Outcome::NotAllowed,
        "404" => Outcome::Hidden,
        _ => panic!("{line}"),
    };
    assert_eq!(outcomes.len(), PEOPLE.len(), "{line}");
    (format!("{method} {path}"), Line { kind, outcomes: outcomes.iter().map(outcome).collect() })
}

fn expected(line: &Line, person: usize, time: Time, on_campus: bool) -> Outcome {
    let own = line.outcomes[person];
    // Which sessions get where is said before anything of the batch is.
    let by_session =
        own == Outcome::NotSignedIn || (PEOPLE[person].0 == PORTAL && own == Outcome::NotAllowed);
    if matches!(line.kind, Kind::Public | Kind::Outside) || by_session {
        return own;
    }
    if !on_campus {
        return Outcome::OffCampus;
    }
    if line.kind == Kind::Campus {
        return own;
    }
    let window = if line.kind == Kind::Changes { time.changes } else { time.reads };
    let administrator = PEOPLE[person].0 == "administrator";
    window.filter(|_| !administrator).unwrap_or(own)
}

fn outcome_of(answer: &Answer) -> Outcome {
    let hidden = answer.kind() == "not-found"
        && ["student", "import"].contains(&answer.body["what"].as_str().unwrap_or(""));
    match (answer.status.as_u16(), answer.kind()) {
        (401, _) => Outcome::NotSignedIn,
        (403, "not-allowed") => Outcome::NotAllowed,
        (403, "off-campus") => Outcome::OffCampus,
        (403, "batch-not-open") => Outcome::NotOpen,
        (403, "batch-closed") => Outcome::Closed,
        (404, _) if hidden => Outcome::Hidden,
        (500.., _) => panic!("{}", answer.body),
        _ => Outcome::In,
    }
}

/// Every route of the system, signing out last: it would end what the others need.
fn every_route() -> Vec<(Method, String)> {
    let document = serde_json::to_value(lixiao::document()).unwrap();
    let mut routes = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        // This machine has a sign-in page of its own; `sign-in.spec.ts` tries the university's.
        if path.starts_with("/login") {
            continue;
        }
        for method in methods.as_object().unwrap().keys().filter(|key| *key != "parameters") {
            routes.push((Method::from_bytes(method.to_uppercase().as_bytes()).unwrap(), path.clone()));
        }
    }
    routes.sort_by_key(|(_, path)| path == "/logout");
    routes
}

fn form() -> Value {
    json!({"heading": "中共昆明市委组织部", "destination": "昆明市第一中学党委", "transfer_kind": "in-province", "confirmed": true})
}

/// A sound request, so that nothing but a right can stand in its way.
async fn call(server: &Server, (who, person): (&str, &str), method: &Method, path: &str) -> Answer {
    let query = if path.ends_with("/worklist") { "?step=2" } else { "" };
    let address = path
        .replace("exports/{file}", "exports/progress.xlsx")
        .replace("/assets/{file}", "/assets/app.css")
        .replace("/assets/{version}/{file}", "/assets/1/app.css")
        .replace("{batch}", "2018-01")
        .replace("{student}", STUDENT)
        .replace("{step}", "2")
        .replace("{number}", "7")
        .replace("{file}", "7.pdf")
        .replace("{import}", IMPORT)
        .replace("{token}", "x")
        .replace("{id}", "20080777");
    let caller = match (who, person) {
        (_, "") => server.bearer(""),
        (PORTAL, _) => server.by_portal(person),
        _ => server.person(person),
    };
    let request = caller.request(method.clone(), &format!("{address}{query}"));
    if path.ends_with("/operators/sheet") {
        let sheet = "工号,姓名,部门,学院\n20080777,新老师,图书馆,全部\n";
        return answer(request.header("content-type", "text/csv").body(sheet)).await;
    }
    if path.ends_with("/roster") || path.ends_with("/tables") || path.ends_with("/table") {
        return answer(request.header("content-type", "text/csv").body(csv(&[Row::new(STUDENT)]))).await;
    }
    let body = match (method.as_str(), path) {
        ("GET" | "DELETE", _) => return answer(request).await,
        ("PUT", path) if path.contains("/operators/") => {
            json!({"name": "新老师", "grants": [{"role": "operator", "offices": ["library"], "colleges": ["*"]}]})
        }
        ("PUT", path) if path.starts_with("/api/administrators") => json!({"name": "新老师"}),
        ("POST", path) if path.ends_with("/operators/copy") => json!({"from": "2018-01", "dry_run": true}),
        ("POST", path) if path.ends_with("/take-over") => {
            json!({"from": "20089998", "name": "接替老师", "seen": 0, "dry_run": true})
        }
        (_, path) if path.ends_with("/party-form") => form(),
        (_, path) if path.ends_with("/remove") || path.ends_with("/restore") => json!({"reason": "延期毕业"}),
        ("POST", path) if path.ends_with("/students") => {
            json!({"cells": {"student_id": STUDENT, "name": "王小明", "college": "信息学院"}, "reason": "补录", "dry_run": true})
        }
        ("PUT", path) if path.ends_with(&format!("/students/{STUDENT}")) => {
            json!({"cells": {"major": "软件工程"}, "reason": "更正", "dry_run": true})
        }
        (_, path) if path.ends_with("/forget") => json!({"reason": "本人要求"}),
        (_, path) if path.ends_with("/receipt") => json!({"received_on": "2017-12-14", "from": "某党委"}),
        (_, path) if path.ends_with("/reissue") => {
            let mut body = form();
            body["papers"] = json!(["statement", "application", "original"]);
            body["reason"] = json!("去向有变");
            body
        }
        (_, path) if path.ends_with("/printed") => json!({"letters": [7]}),
        (_, path) if path.ends_with("/letters") => json!({"students": [STUDENT]}),
        ("PUT", _) => json!({"decision": "pass"}),
        _ => json!({"decision": "pass", "students": [STUDENT]}),
    };
    answer(request.json(&body)).await
}

/// Everybody has their rights, and the students are there.
async fn peopled(time: Time, on_campus: bool) -> Server {
    let campus = if on_campus { vec![] } else { vec!["198.51.100.0/24".parse().unwrap()] };
    let batches = two_batches();
    let options = Options { campus, batches: batches.path().to_owned(), ..standing_at(time.at) };
    let server = Server::start(options).await;
    server.lift_throttle();
    server.employ().await;
    for (id, role, offices, colleges) in [
        ("20080041", "operator", &["library"][..], &["法学院"][..]),
        ("feed-library", "operator", &["library"], &["*"]),
        ("20080042", "counsellor", &[], &["信息学院"]),
        ("20080043", "counsellor", &[], &["法学院"]),
        ("20080044", "party-office", &[], &[]),
        (SIGNED_OUT, "registrar", &[], &[]),
    ] {
        server.grant(id, role, offices, colleges).await;
    }
    let offices = ["library", "finance", "residence", "college", "laboratory", "degree", "advisor"];
    server
        .grant_in(LAST, HELD_LAST, &["operator", "counsellor", "party-office", "registrar"], &offices, &["*"])
        .await;
    server.running.app.end_sessions(&SIGNED_OUT.parse().unwrap()).await.unwrap();
    // Nobody reaches a batch from elsewhere, so the students are put there from inside.
    let members = [Row::new(STUDENT), Row { advisors: "20050009", ..Row::new(OTHER) }];
    if on_campus {
        server.enrol(&members).await;
    }
    server
}

#[tokio::test(flavor = "multi_thread")]
async fn every_cell_of_the_table_holds() {
    let table = read_table();
    let routes = every_route();
    let named: Vec<String> = routes.iter().map(|(method, path)| format!("{method} {path}")).collect();
    for route in &named {
        assert!(table.contains_key(route), "{route} has no line in rights.txt");
    }
    for route in table.keys() {
        assert!(named.contains(route), "rights.txt has a line for {route}, which is no route");
    }
    let (mut cells, mut wrong) = (0, Vec::new());
    for time in TIMES {
        for on_campus in [true, false] {
            let server = peopled(time, on_campus).await;
            for ((method, path), name) in routes.iter().zip(&named) {
                // Backwards: the student signs out after the portal has asked in their name.
                for (person, &(who, id)) in PEOPLE.iter().enumerate().rev() {
                    let expected = expected(&table[name], person, time, on_campus);
                    let answer = call(&server, (who, id), method, path).await;
                    let outcome = outcome_of(&answer);
                    cells += 1;
                    if outcome != expected {
                        let place = if on_campus { "on campus" } else { "elsewhere" };
                        wrong.push(format!(
                            "{name}, {who}, {}, {place}: {outcome:?}, not {expected:?}: {}",
                            time.name, answer.body
                        ));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {cells} cells:\n{}", wrong.len(), wrong.join("\n"));
    println!("{cells} cells hold");
    assert_eq!(cells, routes.len() * PEOPLE.len() * TIMES.len() * 2);
}
