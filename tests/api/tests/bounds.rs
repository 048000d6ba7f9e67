//! What `docs/openapi.json` says of values is what the system does: each bound is taken, its neighbour outside is refused
//! by name; and who must say who they are is told so.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use api_tests::{ADMINISTRATOR, Answer, BATCH, Person, Row, Server, answer, numbers};
use reqwest::Method;
use serde_json::{Value, json};

const MEMBER: &str = "20150000001";
/// Holds every role, so that nothing but a bound refuses.
const EVERYBODY: &str = "20080030";
const IMPORT: &str = "6f1c2a34-0000-4000-8000-000000000001";

const PARTS: [&str; 4] = ["student-card", "registration-card", "certificates", "letter"];

fn document() -> Value {
    serde_json::to_value(lixiao::document()).unwrap()
}

/// Every operation: its method, its path with names filled in, and what the document says of it.
fn operations() -> Vec<(Method, String, Value)> {
    let mut operations = Vec::new();
    for (path, methods) in document()["paths"].as_object().unwrap() {
        let path = path
            .replace("exports/{file}", "exports/students.xlsx")
            .replace("{batch}", "2018-01")
            .replace("{student}", MEMBER)
            .replace("{step}", "11")
            .replace("{number}", "1")
            .replace("{import}", IMPORT)
            .replace("{file}", "1.pdf")
            .replace("{id}", "20080777");
        for (method, operation) in methods.as_object().unwrap() {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            operations.push((method, path.clone(), operation.clone()));
        }
    }
    operations
}

/// A schema, wherever it stands; of one that may be null, the other.
fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    if let Some(place) = schema["$ref"].as_str() {
        return resolved(document, document.pointer(place.trim_start_matches('#')).unwrap());
    }
    match schema["oneOf"].as_array() {
        Some(one_of) => resolved(document, one_of.iter().find(|one| one["type"] != "null").unwrap()),
        None => schema,
    }
}

/// Values at each bound of a schema and beside it, and whether each is inside.
fn neighbours(document: &Value, schema: &Value) -> Vec<(Value, bool)> {
    let schema = resolved(document, schema);
    let mut values = Vec::new();
    for (bound, outward) in [("minimum", -1), ("maximum", 1)] {
        if let Some(bound) = schema[bound].as_i64() {
            values.extend([(json!(bound), true), (json!(bound + outward), false)]);
        }
    }
    if let Some(most) = schema["maxLength"].as_u64() {
        let most = usize::try_from(most).unwrap();
        values.extend([(json!("学".repeat(most)), true), (json!("学".repeat(most + 1)), false)]);
    }
    if let Some(words) = schema["enum"].as_array() {
        values.extend(words.iter().map(|word| (word.clone(), true)));
        values.push((json!("something-else"), false));
    }
    let of = |count: u64| (0..count).map(|i| entry(document, schema, i)).collect::<Vec<_>>();
    if let Some(least) = schema["minItems"].as_u64() {
        values.extend([(json!(of(least)), true), (json!(of(least - 1)), false)]);
    }
    if let Some(most) = schema["maxItems"].as_u64() {
        values.extend([(json!(of(most)), true), (json!(of(most + 1)), false)]);
    }
    if schema["uniqueItems"] == true {
        let one = of(1).remove(0);
        values.push((json!([one.clone(), one]), false));
    }
    values
}

/// The entry of a list with a number: a word of its enumeration, as long as there are any, or another that fits.
fn entry(document: &Value, list: &Value, i: u64) -> Value {
    let item = resolved(document, &list["items"]);
    let at = usize::try_from(i).unwrap();
    let words = item["enum"].as_array().cloned().unwrap_or_default();
    match item["pattern"].as_str() {
        _ if item["type"] == "integer" => json!(i + 1),
        _ if !words.is_empty() && list["uniqueItems"] != true => words[at % words.len()].clone(),
        _ if at < words.len() => words[at].clone(),
        _ if item["properties"]["decision"].is_object() => row(&format!("2015{i:07}")),
        // The first of a body's own list, which is sound.
        _ if item["type"] == "object" => grant(),
        Some(domain::pattern::NUMBER) => json!(format!("2015{i:07}")),
        // Of parts the batch knows which there are.
        Some(domain::pattern::WORD) if at < PARTS.len() => json!(PARTS[at]),
        _ => json!(format!("w{i}")),
    }
}

/// One right of somebody.
fn grant() -> Value {
    json!({"role": "operator", "offices": ["library"], "colleges": ["*"], "from": null, "until": null})
}

/// A decision of one student among others.
fn row(student: &str) -> Value {
    json!({"student": student, "name": "王明", "decision": "reject", "reason": "有书未还", "amount_due": 1})
}

/// The fields of a body, and those of the first entry of each of its lists.
fn fields(document: &Value, schema: &Value) -> Vec<(String, Value)> {
    let mut fields = Vec::new();
    for (name, schema) in schema["properties"].as_object().unwrap() {
        fields.push((name.clone(), schema.clone()));
        let entry = resolved(document, &resolved(document, schema)["items"]);
        if let Some(properties) = entry["properties"].as_object() {
            fields.extend(
                properties.iter().map(|(part, schema)| (format!("{name}[0].{part}"), schema.clone())),
            );
        }
    }
    fields
}

/// Whether an answer says that a field is out of bounds; other rules look at two fields together, or at the clock.
fn is_refused_for(answer: &Answer, field: &str) -> bool {
    let named = |name: &str| {
        name.strip_prefix(field).is_some_and(|rest| rest.is_empty() || rest.starts_with(['[', '.']))
    };
    let shape = answer.kind() == "invalid-body" && answer.body["at"].as_str().is_some_and(named);
    let fields = answer.body["fields"].as_array().cloned().unwrap_or_default();
    let bound = |fault: &Value| {
        let code = fault["code"].as_str().unwrap();
        named(fault["field"].as_str().unwrap())
            && match code {
                "too-long" | "out-of-range" | "required" | "duplicate" => true,
                // The batch knows which parts and offices there are, the document doesn't.
                "one-of" => !["parts", "offices"].iter().any(|list| field.ends_with(list)),
                _ => false,
            }
    };
    shape || fields.iter().any(bound)
}

async fn everybody(server: &Server) -> Person {
    let roles = ["operator", "counsellor", "party-office", "registrar"];
    let offices = ["library", "finance", "residence", "college", "laboratory", "degree"];
    let body = json!({"name": "全能老师", "roles": roles, "offices": offices, "colleges": ["*"]});
    let granted = server.person(ADMINISTRATOR).entitle(EVERYBODY, &body).await;
    assert_eq!(granted.status, 200, "{}", granted.body);
    let body = json!({"name": "全能老师"});
    let path = format!("/api/administrators/{EVERYBODY}");
    assert_eq!(server.person(ADMINISTRATOR).put(&path, &body).await.status, 200);
    server.person(EVERYBODY)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bound_of_every_query_is_what_the_document_says() {
    let server = Server::staffed().await;
    // Exports have a narrow throttle of their own, and a 429 would stand for no bound.
    server.lift_throttle();
    server.enrol(&[Row::new(MEMBER)]).await;
    let (document, person) = (document(), everybody(&server).await);
    let mut sent = 0;
    for (method, path, operation) in operations().into_iter().filter(|(method, ..)| *method == Method::GET) {
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap();
            // A cursor is what a page before gave; its length alone is the document's to say.
            // Of facts the university says which there are.
            if parameter["in"] != "query" || path.starts_with("/login") || name == "facts" {
                continue;
            }
            for (value, inside) in neighbours(&document, &parameter["schema"]) {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                let beside = if path.ends_with("/worklist") && name != "step" { "step=2&" } else { "" };
                let got = person.get(&format!("{path}?{beside}{name}={text}")).await;
                assert_eq!(
                    is_refused_for(&got, name),
                    !inside,
                    "{method} {path}?{name}={text}: {}",
                    got.body
                );
                sent += 1;
            }
        }
    }
    assert!(sent > 80, "{sent}");
}

/// A sound body for an operation, which leaves things as they are where that can be asked for.
fn body_for(path: &str) -> Option<Value> {
    let mut form = json!({"heading": "中共昆明市委组织部", "destination": "昆明市第一中学党委",
        "transfer_kind": "in-province", "confirmed": true, "dry_run": true});
    Some(match path {
        path if path.contains("/operators/2008") && !path.ends_with("/take-over") => {
            json!({"name": "新老师", "grants": [grant()]})
        }
        path if path.starts_with("/api/administrators") => json!({"name": "新老师"}),
        path if path.ends_with("/operators/copy") => json!({"from": "2018-01", "dry_run": true}),
        path if path.ends_with("/take-over") => {
            json!({"from": EVERYBODY, "name": "接替老师", "seen": 0, "dry_run": true})
        }
        path if path.ends_with("/party-form") => form,
        path if path.ends_with("/remove") || path.ends_with("/restore") => json!({"reason": "延期毕业"}),
        path if path.ends_with("/students") => {
            json!({"cells": {"student_id": MEMBER}, "reason": "补录", "dry_run": true})
        }
        path if path.ends_with(&format!("/students/{MEMBER}")) => {
            json!({"cells": {"major": "软件工程"}, "reason": "更正", "dry_run": true})
        }
        path if path.ends_with("/forget") => json!({"reason": "本人要求"}),
        path if path.ends_with("/receipt") => json!({"received_on": "2017-12-20", "from": "某党委"}),
        path if path.ends_with("/reissue") => {
            form["papers"] = json!(["statement", "application", "original"]);
            form["reason"] = json!("去向有变");
            form
        }
        path if path.ends_with("/printed") => json!({"letters": [1]}),
        path if path.ends_with("/letters") => json!({"students": [MEMBER]}),
        path if path.ends_with("/decisions") => {
            json!({"decision": "reject", "reason": "有书未还", "students": [MEMBER], "dry_run": true})
        }
        path if path.ends_with("/steps/11") => json!({"decision": "reject", "reason": "有书未还"}),
        _ => return None,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bound_of_every_body_is_what_the_document_says() {
    let server = Server::staffed().await;
    let members: Vec<Row> =
        numbers(2).iter().map(|id| Row { party: "中共党员", party_here: "是", ..Row::new(id) }).collect();
    server.enrol(&members).await;
    let (document, person) = (document(), everybody(&server).await);
    let form = body_for("/party-form").map(|mut form| {
        form["dry_run"] = json!(false);
        form
    });
    let handed_in = person.put(&format!("{BATCH}/students/{MEMBER}/party-form"), &form.unwrap()).await;
    assert_eq!(handed_in.status, 200, "{}", handed_in.body);
    person.post(&format!("{BATCH}/letters"), &json!({"students": [MEMBER]})).await;

    let (mut sent, mut bodies) = (0, 0);
    // Backwards, since a letter whose receipt has come back isn't issued anew.
    for (method, path, operation) in operations().into_iter().rev() {
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        if schema.is_null() {
            continue;
        }
        let sound = body_for(&path).unwrap_or_else(|| panic!("{method} {path}: a sound body"));
        bodies += 1;
        for (name, schema) in fields(&document, resolved(&document, schema)) {
            let pointer = format!("/{}", name.replace(['[', '.'], "/").replace(']', ""));
            for (value, inside) in neighbours(&document, &schema) {
                let rows = json!({"rows": [row(MEMBER)], "dry_run": true});
                let mut body = if name.starts_with("rows") { rows } else { sound.clone() };
                match body.pointer_mut(&pointer) {
                    Some(place) => *place = value.clone(),
                    None => match name.strip_prefix("rows[0].") {
                        Some(of_row) => body["rows"][0][of_row] = value.clone(),
                        None => body[&name] = value.clone(),
                    },
                }
                if name == "parts" {
                    body["decision"] = json!("pass");
                }
                let got = answer(person.request(method.clone(), &path).json(&body)).await;
                assert_ne!(got.status, 403, "{method} {path}: {}", got.body);
                assert_ne!(got.status, 429, "{method} {path}: {}", got.body);
                // Who was taken out has no bounds any more.
                if path.ends_with("/remove") {
                    let back = json!({"reason": "恢复"});
                    person.post(&path.replace("/remove", "/restore"), &back).await;
                }
                assert_eq!(
                    is_refused_for(&got, &name),
                    !inside,
                    "{method} {path} {name}={value}: {}",
                    got.body
                );
                sent += 1;
            }
        }
    }
    assert!(bodies == 16 && sent > 80, "{bodies} bodies, {sent} values");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_must_say_who_they_are_is_what_the_document_says() {
    let server = Server::staffed().await;
    let document = document();
    assert!(!document["security"].as_array().unwrap().is_empty());
    let (mut open, mut closed) = (0, 0);
    for (method, path, operation) in operations() {
        let said = operation["security"].as_array().unwrap_or(document["security"].as_array().unwrap());
        let must = said.iter().all(|one| !one.as_object().unwrap().is_empty());
        *(if must { &mut closed } else { &mut open }) += 1;
        // What signs in proves itself, and leads to the university.
        if !path.starts_with("/login") {
            let got = answer(server.bearer("").request(method.clone(), &path)).await;
            assert_eq!(got.status == 401, must, "{method} {path}: {}", got.body);
        }
    }
    assert!(open >= 5 && closed >= 30, "{open} open, {closed} closed");
}
