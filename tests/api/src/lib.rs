//! What the tests of the contract share: a running server, people with sessions, rosters, and a
//! proxy between the server and its table that makes faults.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests may stop at the first surprise")]

pub mod bucket;
pub mod busy;
pub mod copy;
pub mod fault_proxy;
pub mod fleet;
pub mod gateway;
pub mod interruptions;
pub mod lambda;
pub mod opening;
pub mod policy;
pub mod table;
pub mod template;
pub mod throttle;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;

use domain::decide::operator::grant;
use domain::operator::{EntryRequest, GrantRequest, Operator, Scope};
use domain::rights::Actor;
use edge::token::{Session, SessionScope};
use lixiao::local::{self, Options};
use reqwest::header::{ACCEPT_LANGUAGE, CONTENT_TYPE};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use store::{Mode, Target};

pub use crate::lambda::Running;

pub const ADMINISTRATOR: &str = "10000001";
pub const REGISTRAR: &str = "10000002";
pub const LIBRARY: &str = "20080001";
pub const RESIDENCE: &str = "20080002";
pub const COLLEGE: &str = "20080003";
pub const ADVISOR: &str = "20050007";
/// Holds every office.
pub const ALL_OFFICES: &str = "20080009";
pub const BATCH: &str = "/api/batches/2018-01";
/// The batch before.
pub const LAST: &str = "2017-07";

/// Starts what the tests are to run against.
pub async fn start(options: Options) -> Running {
    if lambda::is_the_target() {
        return lambda::start(options).await;
    }
    let local::Running { address, dynamodb, signer, slip_signer, app, .. } =
        local::start(options).await.unwrap();
    Running { address, dynamodb, signer, slip_signer, app, deployed: None }
}

/// A server with its administrator, and nobody else yet.
pub struct Server {
    pub running: Running,
    http: reqwest::Client,
}

/// Somebody who is signed in.
#[derive(Clone)]
pub struct Person {
    base: String,
    token: String,
    http: reqwest::Client,
}

/// An answer: status and body.
pub struct Answer {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
}

pub fn at(text: &str) -> domain::Timestamp {
    domain::Timestamp::parse_from_rfc3339(text).unwrap()
}

/// A clock that stands inside the window.
pub fn inside() -> Options {
    standing_at("2017-12-20T12:00:00+08:00")
}

pub fn standing_at(text: &str) -> Options {
    let administrator = vec![ADMINISTRATOR.to_owned()];
    Options { at: Some(at(text)), stand_still: true, administrator, ..Options::default() }
}

impl Server {
    pub async fn start(options: Options) -> Self {
        Self::of(start(options).await)
    }

    /// A server that runs already.
    pub fn of(running: Running) -> Self {
        Self { running, http: reqwest::Client::new() }
    }

    /// A server inside the window, with a registrar and operators of a few offices.
    pub async fn staffed() -> Self {
        let server = Self::start(inside()).await;
        server.employ().await;
        server
    }

    /// Grants the usual people their rights.
    pub async fn employ(&self) {
        let offices = ["advisor", "library", "college", "laboratory", "finance", "residence", "degree"];
        for (id, role, offices) in [
            (REGISTRAR, "registrar", &[][..]),
            (LIBRARY, "operator", &["library"][..]),
            (RESIDENCE, "operator", &["residence"][..]),
            (COLLEGE, "operator", &["college"][..]),
            (ALL_OFFICES, "operator", &offices[..]),
        ] {
            self.grant(id, role, offices, &["*"]).await;
        }
    }

    /// Grants somebody a role from inside: by the interface nobody does off campus.
    pub async fn grant(&self, id: &str, role: &str, offices: &[&str], colleges: &[&str]) {
        self.grant_in("2018-01", id, &[role], offices, colleges).await;
    }

    /// Grants somebody roles in a batch from inside, each with the same offices and colleges.
    pub async fn grant_in(&self, batch: &str, id: &str, roles: &[&str], offices: &[&str], colleges: &[&str]) {
        let app = &self.running.app;
        let list = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let grant_of = |role: &&str| GrantRequest {
            role: (*role).to_owned(),
            offices: list(offices),
            colleges: list(colleges),
            ..GrantRequest::default()
        };
        let asked = EntryRequest { name: "老师".to_owned(), grants: roles.iter().map(grant_of).collect() };
        let batch = app.batches.get(batch).unwrap();
        let entry = (Scope::Batch(batch.id().clone()), id.parse().unwrap());
        let (administrator, at) = (self.administrator(), app.clock.now());
        let decide = |before: Option<&Operator>| {
            grant(before, &entry, &asked, batch, before.map(|entry| entry.version), &administrator, at)
        };
        app.store.change_or_begin(Target::operator(batch, &entry.1), Mode::Do, decide).await.unwrap();
    }

    /// Takes everything away from somebody, from inside.
    pub async fn remove(&self, id: &str) {
        let app = &self.running.app;
        let (administrator, at) = (self.administrator(), app.clock.now());
        let remove = |before: &Operator| {
            domain::decide::operator::remove(before, Some(before.version), &administrator, at)
        };
        let batch = app.batches.get("2018-01").unwrap();
        let target = Target::operator(batch, &id.parse().unwrap());
        app.store.change(target, Mode::Do, remove).await.unwrap();
    }

    fn administrator(&self) -> Actor {
        let app = &self.running.app;
        app.actor(&ADMINISTRATOR.parse().unwrap(), None, &BTreeMap::new(), app.clock.now())
    }

    /// Whether the built functions answer, each a process of its own behind API Gateway.
    pub fn is_deployed(&self) -> bool {
        self.running.deployed.is_some()
    }

    /// The gateway holds nothing back any more, for a test that asks more than anybody would.
    pub fn lift_throttle(&self) {
        if let Some(deployed) = &self.running.deployed {
            deployed.gateway.throttle.lift();
        }
    }

    pub fn person(&self, id: &str) -> Person {
        let now = self.running.app.clock.now();
        let token = self.running.signer.begin(&id.parse().unwrap(), now).unwrap();
        Person { base: format!("http://{}", self.running.address), token, http: self.http.clone() }
    }

    /// A student by a session that the portal traded for them.
    pub fn by_portal(&self, id: &str) -> Person {
        let session =
            Session::begin(id.parse().unwrap(), SessionScope::OwnStatus, self.running.app.clock.now());
        self.bearer(&self.running.signer.session(&session).unwrap())
    }

    /// Somebody with a token of their own making.
    pub fn bearer(&self, token: &str) -> Person {
        Person { token: token.to_owned(), ..self.person("1") }
    }

    /// Imports students by the administrator.
    pub async fn enrol(&self, rows: &[Row]) -> Answer {
        let answer = self.person(ADMINISTRATOR).import(&csv(rows)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer
    }
}

impl Person {
    /// The same person, at another address.
    pub fn at(self, address: SocketAddr) -> Self {
        Self { base: format!("http://{address}"), ..self }
    }

    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base)).bearer_auth(&self.token)
    }

    pub async fn get(&self, path: &str) -> Answer {
        answer(self.request(Method::GET, path)).await
    }

    pub async fn get_in_english(&self, path: &str) -> Answer {
        answer(self.request(Method::GET, path).header(ACCEPT_LANGUAGE, "en-GB,en;q=0.9")).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        answer(self.request(Method::PUT, path).json(body)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        answer(self.request(Method::POST, path).json(body)).await
    }

    pub async fn import(&self, csv: &str) -> Answer {
        let request = self.request(Method::POST, &format!("{BATCH}/roster"));
        answer(request.header(CONTENT_TYPE, "text/csv").body(csv.to_owned())).await
    }

    /// Sets what somebody may do in the batch: `roles`, each with the same `offices` and `colleges`, over whatever
    /// they have.
    pub async fn entitle(&self, id: &str, asked: &Value) -> Answer {
        let path = format!("{BATCH}/operators");
        let listed = self.get(&format!("{path}?limit=100")).await;
        let entries = listed.body["operators"].as_array().cloned().unwrap_or_default();
        let seen = entries.iter().find(|entry| entry["id"] == id).map(|entry| entry["version"].clone());
        let mut body = entry(asked);
        if let Some(seen) = seen {
            body["seen"] = seen;
        }
        self.put(&format!("{path}/{id}"), &body).await
    }

    /// One decision without any more ado.
    pub async fn decide(&self, student: &str, step: u8, decision: &str) -> Answer {
        let mut body = json!({"decision": decision});
        if decision != "pass" {
            body["reason"] = json!("有书未还");
        } else if step == 11 {
            body["parts"] = json!(["student-card", "registration-card", "certificates", "letter"]);
        }
        self.put(&format!("{BATCH}/students/{student}/steps/{step}"), &body).await
    }

    pub async fn status(&self, student: &str) -> Value {
        let answer = self.get(&format!("{BATCH}/students/{student}")).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body
    }
}

/// Sends a request; a body that isn't JSON comes back as a text.
pub async fn answer(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let text = response.text().await.unwrap();
    let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
    Answer { status, headers, body }
}

impl Answer {
    pub fn kind(&self) -> &str {
        self.body["type"].as_str().unwrap_or("")
    }

    /// Status and type of a problem.
    pub fn problem(&self) -> (u16, &str) {
        (self.status.as_u16(), self.kind())
    }

    /// The codes of the fields of a problem, as `field: code`.
    pub fn fields(&self) -> Vec<String> {
        let fields = self.body["fields"].as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
        fields.iter().map(|field| format!("{}: {}", text(&field["field"]), text(&field["code"]))).collect()
    }
}

/// A row of a roster, with what a test cares about; the rest is as everybody's.
#[derive(Clone)]
pub struct Row {
    pub id: String,
    pub name: String,
    pub level: &'static str,
    pub college: &'static str,
    pub advisors: &'static str,
    pub party: &'static str,
    pub party_here: &'static str,
}

impl Row {
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            name: "王小明".to_owned(),
            level: "硕士",
            college: "信息学院",
            advisors: ADVISOR,
            party: "群众",
            party_here: "否",
        }
    }

    pub fn cells(&self) -> [String; 17] {
        let Row { id, name, level, college, advisors, party, party_here } = self;
        [
            id,
            name,
            "女",
            "汉族",
            "1993-05-06",
            "530102199305060024",
            level,
            "全日制",
            "呈贡",
            college,
            "软件工程",
            advisors,
            "是",
            party,
            party_here,
            "13800000000",
            "a@example.edu",
        ]
        .map(str::to_owned)
    }
}

/// The project's own batch files.
pub const BATCHES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../infra/batches");

pub const HEADER: &str = "学号,姓名,性别,民族,出生日期,身份证号,培养层次,学习形式,校区,学院,专业,导师工号,住宿,政治面貌,组织关系在校,电话,电子邮箱";

pub fn csv(rows: &[Row]) -> String {
    let lines = rows.iter().map(|row| row.cells().join(","));
    std::iter::once(HEADER.to_owned()).chain(lines).collect::<Vec<_>>().join("\n")
}

/// Student numbers in a row: 20150000001, …
pub fn numbers(count: usize) -> Vec<String> {
    (1..=count).map(|i| format!("2015{i:07}")).collect()
}

pub fn rows(count: usize) -> Vec<Row> {
    numbers(count).into_iter().map(Row::new).collect()
}

/// A folder with the batch, and the one before it, with the same steps and days.
/// A folder with the first customer's file and no batch.
pub fn university() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let file = Path::new(BATCHES).join("university.toml");
    std::fs::copy(file, folder.path().join("university.toml")).unwrap();
    folder
}

/// The text of the notice's batch.
pub fn notice() -> String {
    std::fs::read_to_string(Path::new(BATCHES).join("2018-01.toml")).unwrap()
}

pub fn two_batches() -> tempfile::TempDir {
    let folder = university();
    let text = notice();
    for batch in ["2018-01", LAST] {
        std::fs::write(folder.path().join(format!("{batch}.toml")), text.replacen("2018-01", batch, 1))
            .unwrap();
    }
    folder
}

/// The entry of somebody with `roles`, each with the same `offices` and `colleges`.
pub fn entry(asked: &Value) -> Value {
    let list = |name: &str| asked.get(name).cloned().unwrap_or_else(|| json!([]));
    let grant =
        |role: &Value| json!({"role": role, "offices": list("offices"), "colleges": list("colleges")});
    let roles = asked["roles"].as_array().cloned().unwrap_or_default();
    json!({"name": asked["name"], "grants": roles.iter().map(grant).collect::<Vec<_>>()})
}
