//! Changes that are interrupted: at each of their calls to the table, in every way a network, a table or a machine can.
//! Whatever happens, once it is asked again the table is as though nothing had: nothing lost, nothing twice.

use std::ops::AsyncFn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use lixiao::audit::audit;
use lixiao::local::Options;
use reqwest::Method;
use serde_json::{Value, json};

use crate::busy::PARTY_OFFICE;
use crate::copy::Copy;
use crate::fault_proxy::{Acts, Fault, FaultProxy};
use crate::{
    ADMINISTRATOR, ALL_OFFICES, Answer, BATCH, LAST, LIBRARY, RESIDENCE, Row, Server, answer, csv, inside,
    numbers, two_batches,
};

/// Somebody without any rights yet.
const NEW: &str = "20080777";
/// More calls than any of these changes makes.
const MOST_CALLS: usize = 100;

/// A change as somebody asks for it.
pub struct Change {
    /// What it is.
    pub name: &'static str,
    by: String,
    method: Method,
    path: String,
    body: Body,
    /// The type of the problem that says to whoever asks again that it is done: a letter that has been issued anew is
    /// void, and names the new one.
    known_by: Option<&'static str>,
}

enum Body {
    Json(Value),
    Csv(String),
}

fn form(heading: &str) -> Value {
    json!({"heading": heading, "destination": "昆明市第一中学党委", "transfer_kind": "in-province",
        "receiver_contact": "李书记", "receiver_phone": "0871-60000000", "confirmed": true})
}

fn member(id: &String) -> Row {
    Row { party: "中共党员", party_here: "是", ..Row::new(id) }
}

impl Change {
    fn new(name: &'static str, by: &str, method: Method, path: &str, body: Body) -> Self {
        Self { name, by: by.to_owned(), method, path: format!("{BATCH}/{path}"), body, known_by: None }
    }

    fn json(name: &'static str, by: &str, method: Method, path: &str, body: Value) -> Self {
        Self::new(name, by, method, path, Body::Json(body))
    }

    /// One student: a decision, and a form.
    pub fn of_one_student() -> Vec<Self> {
        let students = numbers(6);
        let step = format!("students/{}/steps/2", students[0]);
        vec![
            Self::json(
                "a decision",
                LIBRARY,
                Method::PUT,
                &step,
                json!({"decision": "pass", "seen": "ready"}),
            ),
            Self::json(
                "a form",
                &students[5],
                Method::PUT,
                "students/me/party-form",
                form("中共昆明市委组织部"),
            ),
        ]
    }

    /// Letters: three at once, one anew, a receipt.
    pub fn of_letters() -> Vec<Self> {
        let mut anew = form("中共曲靖市委组织部");
        anew["papers"] = json!(["statement", "application", "original"]);
        anew["reason"] = json!("单位更名");
        let receipt = json!({"received_on": "2017-12-20", "from": "昆明市第一中学党委"});
        let three = json!({ "students": numbers(3) });
        vec![
            Self::json("letters", PARTY_OFFICE, Method::POST, "letters", three),
            Self {
                known_by: Some("letter-void"),
                ..Self::json("a letter anew", PARTY_OFFICE, Method::POST, "letters/1/reissue", anew)
            },
            Self::json("a receipt", PARTY_OFFICE, Method::PUT, "letters/1/receipt", receipt),
        ]
    }

    /// Imports: a list, its undoing, a roster.
    pub fn of_imports() -> Vec<Self> {
        let pass = json!({"decision": "pass", "students": numbers(4), "import": "sheet-2"});
        let undo = json!({"decision": "undo", "students": &numbers(6)[4..], "import": "sheet-1", "reason": "名单有误"});
        let mut roster: Vec<Row> = numbers(9)[5..].iter().map(member).collect();
        (roster[0].college, roster[3].college) = ("法学院", "文学院");
        vec![
            Self::json("an import", LIBRARY, Method::POST, "steps/2/decisions", pass),
            Self::json("an import undone", ALL_OFFICES, Method::POST, "steps/2/decisions", undo),
            Self::new("a roster", ADMINISTRATOR, Method::POST, "roster", Body::Csv(csv(&roster))),
        ]
    }

    /// Grants: one, a sheet of them, last time's, somebody else's, none any more.
    pub fn of_grants() -> Vec<Self> {
        let librarian = json!([{"role": "operator", "offices": ["library"], "colleges": ["*"]}]);
        let sheet = format!(
            "工号,姓名,部门,学院\n{NEW},新老师,图书馆、财务处,全部\n20080778,牛老师,辅导员,信息学院\n"
        );
        let over = json!({"from": LIBRARY, "name": "新老师", "seen": 0});
        let (administrator, new) = (ADMINISTRATOR, format!("operators/{NEW}"));
        vec![
            Self::json(
                "a grant",
                administrator,
                Method::PUT,
                &new,
                json!({"name": "新老师", "grants": librarian}),
            ),
            Self::new("a sheet of grants", administrator, Method::POST, "operators/sheet", Body::Csv(sheet)),
            Self::json(
                "last time's grants",
                administrator,
                Method::POST,
                "operators/copy",
                json!({ "from": LAST }),
            ),
            Self::json("a hand over", administrator, Method::POST, &format!("{new}/take-over"), over),
            Self::json(
                "a removal",
                administrator,
                Method::DELETE,
                &format!("operators/{RESIDENCE}?seen=0"),
                Value::Null,
            ),
        ]
    }

    /// Asks for it, a second later each time that the gateway says too much is asked at once.
    async fn ask(&self, server: &Server) -> Answer {
        loop {
            let answer = self.ask_now(server).await;
            if answer.body["message"] != "Too Many Requests" {
                return answer;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }

    async fn ask_now(&self, server: &Server) -> Answer {
        let request = server.person(&self.by).request(self.method.clone(), &self.path);
        answer(match &self.body {
            Body::Json(Value::Null) => request,
            Body::Json(body) => request.json(body),
            Body::Csv(text) => request.header("content-type", "text/csv").body(text.clone()),
        })
        .await
    }
}

/// Whether all that was asked for is done, or was so already.
fn is_done(answer: &Answer) -> bool {
    let rows = |name: &str| answer.body[name].as_array().cloned().unwrap_or_default();
    let refused = |row: &Value| row["outcome"] == "refused" || row["problem"].is_object();
    answer.status.is_success() && !rows("results").iter().any(refused) && rows("rows").is_empty()
}

/// The table but for how often somebody has asked lately: whoever asks twice has.
async fn without_budgets(server: &Server) -> Copy {
    let mut table = Copy::of(server).await;
    table.remove_all(|pk, _| pk.starts_with("budget#"));
    table
}

/// A table in which each of the changes can be made.
pub struct Scene {
    /// Who answers.
    pub server: Server,
    network: FaultProxy,
    before: Copy,
    _batches: tempfile::TempDir,
}

/// How the table stands after a change that nothing interrupted, twice: what differs is made up anew each time.
struct Done(Copy, Copy);

impl Scene {
    /// The scene, on a server that `start` starts.
    pub async fn set(start: impl AsyncFn(Options) -> Server) -> Self {
        let (network, batches) = (FaultProxy::start().await, two_batches());
        let through = Some(network.address);
        let options = Options { batches: batches.path().to_owned(), by_way_of: through, ..inside() };
        let server = start(options).await;
        network.connect(server.running.dynamodb);
        server.employ().await;
        server.grant(PARTY_OFFICE, "party-office", &[], &["*"]).await;
        for id in [NEW, "20080778"] {
            server.grant_in(LAST, id, &["operator"], &["library"], &["*"]).await;
        }
        let rows: Vec<Row> = numbers(6).iter().map(member).collect();
        server.enrol(&rows).await;
        for student in &numbers(4) {
            let heading = if student.ends_with('4') {
                "中共玉溪市委组织部"
            } else {
                "中共昆明市委组织部"
            };
            let path = format!("{BATCH}/students/me/party-form");
            assert_eq!(server.person(student).put(&path, &form(heading)).await.status, 200);
        }
        let office = server.person(PARTY_OFFICE);
        let issued = office.post(&format!("{BATCH}/letters"), &json!({ "students": &numbers(4)[3..] })).await;
        let pass = json!({"decision": "pass", "students": &numbers(6)[4..], "import": "sheet-1"});
        let imported = server.person(ALL_OFFICES).post(&format!("{BATCH}/steps/2/decisions"), &pass).await;
        assert!(is_done(&issued) && is_done(&imported), "{} {}", issued.body, imported.body);
        let before = without_budgets(&server).await;
        Self { server, network, before, _batches: batches }
    }

    fn calm(&self) {
        self.network.plan(|_, _| Fault::None);
    }

    /// Makes the change, and makes it again from the start.
    async fn undisturbed(&self, change: &Change) -> Done {
        let mut tables = Vec::new();
        for _ in 0..2 {
            self.before.restore(&self.server).await;
            let done = change.ask(&self.server).await;
            assert!(is_done(&done), "{}: {} {}", change.name, done.status, done.body);
            tables.push(without_budgets(&self.server).await);
        }
        let [one, other] = tables.try_into().unwrap();
        assert!(!one.unlike(&self.before, &self.before).is_empty(), "{} changes nothing", change.name);
        Done(one, other)
    }

    /// Asks again where need be, and holds the table against what it should be.
    async fn is_made_once(&self, change: &Change, first: Option<Answer>, done: &Done, how: &str) {
        let what = format!("{}, {how}", change.name);
        self.is_whole(&what).await;
        let acknowledged = first.as_ref().is_some_and(is_done);
        if acknowledged {
            let lost = without_budgets(&self.server).await.unlike(&done.0, &done.1);
            assert!(lost.is_empty(), "{what}: said to be done: {lost:#?}");
        } else if let Some(said) = &first {
            let not_now = said.kind() == "unavailable" || said.body.to_string().contains("\"unavailable\"");
            assert!(not_now, "{what}: {} {}", said.status, said.body);
        }
        let again = change.ask(&self.server).await;
        let known = change.known_by == Some(again.kind());
        assert!(is_done(&again) || known, "{what}, asked again: {} {}", again.status, again.body);
        self.network.let_late_calls_through().await;
        let otherwise = without_budgets(&self.server).await.unlike(&done.0, &done.1);
        assert!(otherwise.is_empty(), "{what}, asked again: {otherwise:#?}");
        self.is_whole(&what).await;
    }

    async fn is_whole(&self, what: &str) {
        let whole = audit(&self.server.running.app.store, &"2018-01".parse().unwrap()).await;
        assert!(whole.is_ok(), "{what}: {whole:?}");
    }

    /// Lets `fault` happen at each call of a change in turn, at that one alone or at all from there. How often it did.
    pub async fn disturb(&self, change: &Change, fault: Fault, lasts: bool) -> usize {
        self.calm();
        let done = self.undisturbed(change).await;
        for call in 0..MOST_CALLS {
            self.before.restore(&self.server).await;
            let met = Arc::new(AtomicBool::new(false));
            let seen = met.clone();
            self.network.plan(move |_, number| {
                let meets = number == call || (lasts && number > call);
                seen.fetch_or(meets, Ordering::SeqCst);
                if meets { fault } else { Fault::None }
            });
            let first = change.ask(&self.server).await;
            self.calm();
            let how = format!("{fault:?} at call {call}{}", if lasts { " and all after it" } else { "" });
            self.is_made_once(change, Some(first), &done, &how).await;
            if !met.load(Ordering::SeqCst) {
                return call;
            }
        }
        panic!("{}: more than {MOST_CALLS} calls", change.name)
    }

    /// Kills every function with signal 9 as soon as a change has made a call, each in turn. How often it did.
    pub async fn kill(&self, change: &Change, acts: Acts) -> usize {
        self.calm();
        let done = self.undisturbed(change).await;
        let fleet = &self.server.running.deployed.as_ref().unwrap().fleet;
        for call in 0..MOST_CALLS {
            self.before.restore(&self.server).await;
            fleet.kill();
            self.network
                .plan(move |_, number| if number == call { Fault::Silence(acts) } else { Fault::None });
            let first = tokio::select! {
                answer = change.ask(&self.server) => Some(answer),
                () = self.network.silenced() => None,
            };
            let is_over = first.is_some();
            fleet.kill();
            self.calm();
            let how = format!("killed at call {call}, on which the table acts {acts:?}");
            self.is_made_once(change, first, &done, &how).await;
            if is_over {
                return call;
            }
        }
        panic!("{}: more than {MOST_CALLS} calls", change.name)
    }
}
