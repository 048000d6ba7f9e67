//! One call of every function, and what it costs: for the budgets, which are tests, and for `make bench`.

use std::collections::BTreeMap;

use api_tests::fault_proxy::FaultProxy;
use api_tests::fleet::Environment;
use api_tests::lambda;
use api_tests::template::{functions, program};
use api_tests::{ADMINISTRATOR, ALL_OFFICES, BATCH, LIBRARY, Server, rows};
use axum::http::Method;
use chrono::Datelike as _;
use lixiao::local::Options;
use serde_json::{Value, json};
use store::Cost;

use crate::{Function, event};

/// A student with everything done, as far as it goes without a letter.
pub const STUDENT: &str = "20150000001";

/// A table with a hundred students, and what functions over it are started with.
pub struct Place {
    pub server: Server,
    pub environment: Environment,
    pub network: FaultProxy,
    _folder: tempfile::TempDir,
}

/// The notice's batch with its window around today, so that no clock has to be set for it.
fn open_today() -> tempfile::TempDir {
    let folder = api_tests::university();
    let text = api_tests::notice();
    let year = chrono::Utc::now().year();
    let moved = [(2017, year - 1), (2018, year + 1), (2019, year + 2)];
    let text =
        moved.iter().fold(text, |text, (old, new)| text.replace(&format!("= {old}-"), &format!("= {new}-")));
    std::fs::write(folder.path().join("2018-01.toml"), text).unwrap();
    folder
}

impl Place {
    /// The usual staff, a hundred students, one of them finished; by the machine's own clock.
    pub async fn lay() -> Self {
        let folder = open_today();
        let administrator = vec![ADMINISTRATOR.parse().unwrap()];
        let batches = folder.path().to_owned();
        let server =
            Server::of(lambda::start(Options { batches, administrator, ..Options::default() }).await);
        server.employ().await;
        server.enrol(&rows(100)).await;
        for step in 1..=11 {
            let decided = server.person(ALL_OFFICES).decide(STUDENT, step, "pass").await;
            assert_eq!(decided.status, 200, "{}", decided.body);
        }
        let deployed = server.running.deployed.as_ref().unwrap();
        let (environment, network) = (deployed.fleet.environment().clone(), deployed.network.clone());
        Self { server, environment, network, _folder: folder }
    }

    /// The usual call of a function.
    pub fn usual(&self, function: &str) -> Value {
        let of = |person: &str, method: Method, route: &str, path: &str, body: Value| {
            let now = self.server.running.app.clock.now();
            let token = self.server.running.signer.begin(&person.parse().unwrap(), now).unwrap();
            let body = if body.is_null() { String::new() } else { body.to_string() };
            event(&method, route, path, &token, &body)
        };
        let read = |person: &str, route: &str, path: &str| of(person, Method::GET, route, path, Value::Null);
        let batch = "/api/batches/{batch}";
        match function {
            "status" => {
                read(STUDENT, &format!("{batch}/students/{{student}}"), &format!("{BATCH}/students/me"))
            }
            "complete-step" => {
                // Asked for again and again, it is already so: a read and no write.
                let path = format!("{BATCH}/students/{STUDENT}/steps/2");
                of(
                    LIBRARY,
                    Method::PUT,
                    &format!("{batch}/students/{{student}}/steps/{{step}}"),
                    &path,
                    json!({"decision": "pass"}),
                )
            }
            "submit-form" => {
                let form = json!({"heading": "中共昆明市委组织部", "destination": "某党委", "transfer_kind": "in-province", "confirmed": true, "dry_run": true});
                let path = format!("{BATCH}/students/me/party-form");
                of(STUDENT, Method::PUT, &format!("{batch}/students/{{student}}/party-form"), &path, form)
            }
            "issue-letter" => read(ADMINISTRATOR, &format!("{batch}/letters"), &format!("{BATCH}/letters")),
            "print-slip" => read(
                STUDENT,
                &format!("{batch}/students/{{student}}/slip.pdf"),
                &format!("{BATCH}/students/me/slip.pdf"),
            ),
            "verify-slip" => read(STUDENT, "/verify/{token}", "/verify/nonsense"),
            "list-batches" => read(STUDENT, "/api/batches", "/api/batches"),
            "read-table" => {
                let path = format!("{BATCH}/tables");
                let mut event = of(LIBRARY, Method::POST, &format!("{batch}/tables"), &path, Value::Null);
                event["headers"]["content-type"] = json!("text/csv");
                event["body"] = json!(api_tests::csv(&rows(100)));
                event
            }
            "import-roster" => {
                let path = format!("{BATCH}/roster?dry_run=true");
                let mut event =
                    of(ADMINISTRATOR, Method::POST, &format!("{batch}/roster"), &path, Value::Null);
                event["headers"]["content-type"] = json!("text/csv");
                event["body"] = json!(api_tests::csv(&rows(100)));
                event
            }
            "grant-operator" => {
                read(ADMINISTRATOR, &format!("{batch}/operators"), &format!("{BATCH}/operators"))
            }
            "worklist" => {
                read(LIBRARY, &format!("{batch}/worklist"), &format!("{BATCH}/worklist?step=2&limit=50"))
            }
            "progress" => read(ADMINISTRATOR, &format!("{batch}/progress"), &format!("{BATCH}/progress")),
            "sign-in" => read(LIBRARY, "/api/session", "/api/session"),
            "web" => read(STUDENT, "/", "/"),
            "remind" | "checkpoint" => {
                json!({"detail-type": "Scheduled Event", "source": "aws.events", "detail": {}})
            }
            other => panic!("what does {other} usually do?"),
        }
    }

    /// What a warm call costs at the table.
    pub async fn cost(&self, function: &Function, event: &Value) -> Cost {
        let before = self.network.spent();
        let (answered, _) = function.call(event).await;
        answered.unwrap();
        self.network.spent() - before
    }
}

/// What a function weighs, in bytes: its zip, and its program.
pub fn weight(function: &str) -> (u64, u64) {
    let program = program(function);
    let size = |path: &std::path::Path| std::fs::metadata(path).map_or(0, |metadata| metadata.len());
    (size(&program.with_file_name("bootstrap.zip")), size(&program))
}

/// Every function of the template, by name.
pub fn names() -> Vec<String> {
    let names: BTreeMap<String, Value> = functions().into_iter().collect();
    names.into_keys().collect()
}
