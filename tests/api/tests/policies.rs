//! Each function may make the calls that its code makes, and no other: found in the sources, call by call,
//! from a function by way of `edge` to `store`. That keys fit too is seen when the built functions run.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use api_tests::policy::Policy;
use api_tests::template::functions;
use serde_json::Value;

type Names = BTreeSet<String>;

/// The SDK's calls, by what they look like in the store's source without spaces.
const CALLS: [(&str, &str); 10] = [
    (".get_item()", "GetItem"),
    (".query()", "Query"),
    (".batch_get_item()", "BatchGetItem"),
    (".put_item()", "PutItem"),
    (".delete_item()", "DeleteItem"),
    (".update_item()", "UpdateItem"),
    (".scan()", "Scan"),
    ("Put::builder()", "PutItem"),
    ("Delete::builder()", "DeleteItem"),
    ("ConditionCheck::builder()", "ConditionCheckItem"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Stands for the keyword `fn`, which other words end and begin with.
const FUNCTION: &str = "§";

/// A folder's sources without white space and comments, so that a call is one text.
fn source(folder: &str) -> String {
    let mut files: Vec<PathBuf> = std::fs::read_dir(root().join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    files.sort();
    let text: String = files.iter().map(|file| std::fs::read_to_string(file).unwrap() + "\n").collect();
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let word = |word| if word == "fn" { FUNCTION } else { word };
    lines.flat_map(|line| line.split(' ').map(word)).collect()
}

/// The functions of a source: name and body, up to the next one.
fn bodies(source: &str) -> BTreeMap<String, String> {
    let mut bodies: BTreeMap<String, String> = BTreeMap::new();
    for piece in source.split(FUNCTION).skip(1) {
        let name: String = piece.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        if !name.is_empty() {
            bodies.entry(name).or_default().push_str(piece);
        }
    }
    bodies
}

/// The names that follow a text and are called, such as `clearance` in `store.clearance(`.
fn called(source: &str, before: &str) -> Names {
    let after = source.split(before).skip(1);
    let names =
        after.map(|rest| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect());
    names.filter(|name: &String| !name.is_empty()).collect()
}

/// What each method of the store asks of the table, by itself or by another.
fn store() -> BTreeMap<String, Names> {
    let bodies = bodies(&source("shared/store/src"));
    let own = |body: &str| -> Names {
        CALLS.iter().filter(|(text, _)| body.contains(text)).map(|(_, call)| (*call).to_owned()).collect()
    };
    let mut calls: BTreeMap<String, Names> =
        bodies.iter().map(|(name, body)| (name.clone(), own(body))).collect();
    loop {
        let before = calls.clone();
        for (name, body) in &bodies {
            for other in called(body, "self.").union(&called(body, "store.")) {
                let more = before.get(other).cloned().unwrap_or_default();
                calls.get_mut(name).unwrap().extend(more);
            }
        }
        if calls == before {
            return calls;
        }
    }
}

/// The store's methods that a function's code leads to.
fn methods(function: &str) -> Names {
    let own = source(&format!("functions/{function}/src"));
    let mut methods = called(&own, "store.");
    // What rides along with a change is its aggregate's to say, and an operator has none.
    if own.contains("Target::student(") {
        methods.insert("links".to_owned());
    }
    if own.contains("of_table(") {
        methods.insert("partitions".to_owned());
    }
    let signed_in =
        ["SignedIn", "OnCampus", "Arriving", "Reading", "Changing"].iter().any(|guard| own.contains(guard));
    // What the front door and the guards of `edge` do, each as its own source says.
    let edge = bodies(&source("shared/edge/src"));
    let mut through = |name: &str| {
        let body = edge.get(name).unwrap_or_else(|| panic!("edge has no {name}"));
        let found = called(body, "store.");
        assert!(!found.is_empty(), "edge's {name} asks nothing");
        methods.extend(found);
    };
    if signed_in {
        through("admit");
        through("count_access");
    }
    if own.contains(".spend(") {
        through("spend");
    }
    if !own.contains("run_without_table") {
        through("connect");
    }
    if own.contains("end_sessions(") {
        through("end_sessions");
    }
    methods
}

#[test]
fn every_function_is_allowed_the_calls_of_its_code_and_no_others() {
    let store = store();
    for (function, _) in functions() {
        let asked: Names = methods(&function)
            .iter()
            .flat_map(|method| {
                store.get(method).unwrap_or_else(|| panic!("the store has no {method}")).clone()
            })
            .collect();
        assert_eq!(
            Policy::of(&function).actions(),
            asked,
            "{function}: template on the left, code on the right"
        );
    }
}

#[test]
fn what_linters_miss_of_lambda_and_api_gateway_is_within_their_limits() {
    let template = lixiao::table::template().unwrap();
    let globals = &template["Globals"]["Function"];
    let text = std::fs::read_to_string(root().join("infra/template.yaml")).unwrap();
    assert!(text.len() < 1_000_000 && template["Resources"].as_object().unwrap().len() < 200);
    let mut routes = 0;
    for (function, properties) in functions() {
        let number = |name: &str| properties[name].as_u64().or(globals[name].as_u64()).unwrap();
        let (memory, timeout) = (number("MemorySize"), number("Timeout"));
        assert!((128..=10_240).contains(&memory), "{function}");
        let events: Vec<&Value> = properties["Events"].as_object().unwrap().values().collect();
        let behind_api = events.iter().any(|event| event["Type"] == "HttpApi");
        // API Gateway gives up after 30 seconds; whoever is called by a schedule has 15 minutes.
        assert!(timeout <= if behind_api { 29 } else { 900 }, "{function}: {timeout} s");
        let variables = [&properties["Environment"]["Variables"], &globals["Environment"]["Variables"]];
        assert!(
            variables.iter().map(|variables| variables.to_string().len()).sum::<usize>() < 4_096,
            "{function}"
        );
        assert!(properties["Policies"].to_string().len() < 10_240, "{function}: an inline policy's most");
        routes += events.len();
    }
    assert!(routes <= 300, "an HTTP API's most");
    // A body of the largest roster, in base64, with its event around it, must fit an invocation.
    let most = edge::MOST_TABLE_BYTES;
    assert!(most * 4 / 3 + 64 * 1024 < 6 * 1024 * 1024, "{most} bytes of a roster");
}
