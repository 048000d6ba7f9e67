//! The template, the routers and `docs/openapi.json` say the same; functions stay small.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The routes of an OpenAPI document, as `GET /api/batches`.
fn routes_of(document: &Value) -> BTreeSet<String> {
    let mut routes = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys().filter(|key| *key != "parameters") {
            routes.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    routes
}

#[test]
fn the_openapi_document_is_the_one_that_is_checked_in() {
    let document = lixiao::document().to_pretty_json().unwrap() + "\n";
    let file = root().join("docs/openapi.json");
    if std::env::var_os("LIXIAO_WRITE_OPENAPI").is_some() {
        fs::write(&file, &document).unwrap();
    }
    let checked_in = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        checked_in == document,
        "docs/openapi.json is out of date: look at what changed, then `make openapi`"
    );
}

#[test]
fn a_problem_and_an_unreachable_table_are_documented_wherever_somebody_asks() {
    let document = serde_json::to_value(lixiao::document()).unwrap();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            for status in ["4XX", "503"] {
                let answer = &operation["responses"][status];
                assert!(answer["content"].is_object(), "{method} {path}: {status}");
            }
        }
    }
}

#[test]
fn the_template_routes_every_request_to_the_function_that_answers_it() {
    let mut in_template = BTreeSet::new();
    for (folder, properties) in api_tests::template::functions() {
        let name = &folder;
        let routes = routes_of_function(&folder);
        let mut own = BTreeSet::new();
        for event in properties["Events"].as_object().unwrap().values() {
            let (method, path) = (&event["Properties"]["Method"], &event["Properties"]["Path"]);
            match (event["Type"].as_str().unwrap(), method.as_str(), path.as_str()) {
                ("HttpApi", Some(method), Some(path)) => drop(own.insert(format!("{method} {path}"))),
                // What is no route is answered in both languages, and a schedule has none.
                ("HttpApi", None, None) => assert_eq!(folder, "web"),
                ("Schedule", None, None) => assert!(["remind", "checkpoint"].contains(&&*folder)),
                other => panic!("{name}: {other:?}"),
            }
        }
        assert_eq!(own, routes, "{name}");
        in_template.extend(own);
    }
    let document = serde_json::to_value(lixiao::document()).unwrap();
    assert_eq!(in_template, routes_of(&document));
}

/// The routes that carry a function's tag: each handler names its function.
fn routes_of_function(folder: &str) -> BTreeSet<String> {
    let document = serde_json::to_value(lixiao::document()).unwrap();
    let mut routes = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            if operation["tags"][0] == folder {
                routes.insert(format!("{} {path}", method.to_uppercase()));
            }
        }
    }
    routes
}

#[test]
fn every_function_is_a_folder_a_crate_and_an_entry_of_the_template() {
    let folders: BTreeSet<String> = fs::read_dir(root().join("functions"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let built: BTreeSet<String> =
        api_tests::template::functions().into_iter().map(|(folder, _)| folder).collect();
    assert_eq!(folders, built);
    for folder in folders {
        let main = fs::read_to_string(root().join("functions").join(&folder).join("src/main.rs")).unwrap();
        assert!(main.lines().count() <= 15, "{folder}: a main is at most 15 lines");
        let manifest = fs::read_to_string(root().join("functions").join(&folder).join("Cargo.toml")).unwrap();
        assert!(manifest.contains(&format!("name = \"{folder}\"")), "{folder}");
        assert!(!manifest.contains("dynoxide"), "{folder}: the embedded table stays out of functions");
    }
}

#[test]
fn the_rules_know_no_http_no_table_and_no_runtime() {
    let manifest = fs::read_to_string(root().join("shared/domain/Cargo.toml")).unwrap();
    for stranger in ["tokio", "axum", "aws", "http", "tracing", "edge", "store"] {
        assert!(!manifest.lines().any(|line| line.starts_with(stranger)), "{stranger}");
    }
}
