//! A harness that speaks the Lambda Runtime API to one built function, with nothing else between: for
//! what a function weighs, how soon it asks for its first event, and what a call costs.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests may stop at the first surprise")]

pub mod events;
pub mod measure;
pub mod outside;
pub mod sam;
pub mod scene;

use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use api_tests::fleet::{Environment, as_lambda_starts};
use api_tests::gateway;
use api_tests::template::program;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{Method, Request, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::{Notify, oneshot};

/// One function that runs, fed by hand.
pub struct Function {
    process: Child,
    api: Arc<Api>,
    /// From its start until it asked for an event.
    pub until_next: Duration,
}

/// What a function answers, or how it failed.
type Outcome = Result<Value, String>;

#[derive(Default)]
struct Api {
    waiting: Mutex<VecDeque<(Value, oneshot::Sender<Outcome>)>>,
    current: Mutex<Option<oneshot::Sender<Outcome>>>,
    asked: Notify,
    came: Notify,
}

impl Drop for Function {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Function {
    /// Starts a function, and waits until it asks for its first event.
    pub async fn start(name: &str, environment: &Environment) -> Self {
        Self::start_program(&program(name), name, environment, |_| ()).await
    }

    /// Starts any program as that function; `begun` is told its process as soon as there is one.
    pub async fn start_program(
        program: &Path,
        name: &str,
        environment: &Environment,
        begun: impl FnOnce(u32),
    ) -> Self {
        let api = Arc::<Api>::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/response", post(response))
            .route("/2018-06-01/runtime/invocation/{id}/error", post(error))
            .with_state(api.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        // By itself, as its start is measured: it ends as soon as its Runtime API has.
        let mut command = as_lambda_starts(Command::new(program), name, environment, &address.to_string());
        let since = Instant::now();
        let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        begun(process.id());
        tokio::time::timeout(Duration::from_secs(10), api.asked.notified())
            .await
            .unwrap_or_else(|_| panic!("{name} never asked for an event"));
        Self { process, api, until_next: since.elapsed() }
    }

    /// Gives it an event: its answer, or how it failed; and how long that took.
    pub async fn call(&self, event: &Value) -> (Outcome, Duration) {
        let (sender, answer) = oneshot::channel();
        let begun = Instant::now();
        self.api.waiting.lock().unwrap().push_back((event.clone(), sender));
        self.api.came.notify_one();
        let answered = tokio::time::timeout(Duration::from_secs(30), answer).await.unwrap().unwrap();
        (answered, begun.elapsed())
    }

    /// The most memory it has had, in kB, as the system counts it.
    pub fn peak_kb(&self) -> u64 {
        tether::peak_kb(&self.process.id().to_string()).unwrap()
    }

    /// The processor time it has had.
    pub fn processor_time(&self) -> Duration {
        // Nanoseconds on a processor, for its one thread and what others it may have had.
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.process.id())).unwrap();
        let of = |task: std::path::PathBuf| -> u64 {
            let stat = std::fs::read_to_string(task.join("schedstat")).unwrap_or_default();
            stat.split(' ').next().and_then(|text| text.parse().ok()).unwrap_or(0)
        };
        Duration::from_nanos(tasks.map(|task| of(task.unwrap().path())).sum())
    }
}

async fn next(State(api): State<Arc<Api>>) -> Response {
    api.asked.notify_one();
    loop {
        let event = api.waiting.lock().unwrap().pop_front();
        if let Some((event, sender)) = event {
            *api.current.lock().unwrap() = Some(sender);
            let headers = [
                ("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd".to_owned()),
                ("lambda-runtime-deadline-ms", "4102444800000".to_owned()),
                (
                    "lambda-runtime-invoked-function-arn",
                    "arn:aws:lambda:cn-north-1:123456789012:function:f".to_owned(),
                ),
            ];
            return (headers, event.to_string()).into_response();
        }
        api.came.notified().await;
    }
}

async fn response(State(api): State<Arc<Api>>, body: Bytes) -> StatusCode {
    finish(&api, Ok(serde_json::from_slice(&body).unwrap_or_default()))
}

async fn error(State(api): State<Arc<Api>>, body: Bytes) -> StatusCode {
    finish(&api, Err(String::from_utf8_lossy(&body).into_owned()))
}

fn finish(api: &Api, outcome: Outcome) -> StatusCode {
    if let Some(sender) = api.current.lock().unwrap().take() {
        let _ = sender.send(outcome);
    }
    StatusCode::ACCEPTED
}

/// The event of a request, as API Gateway would write it.
pub fn event(method: &Method, route: &str, path: &str, token: &str, body: &str) -> Value {
    let request = Request::builder().method(method).uri(path).header("host", "localhost");
    let request = request.header("authorization", format!("Bearer {token}"));
    let (parts, ()) = request.header("content-type", "application/json").body(()).unwrap().into_parts();
    let names = names(route, path);
    let names = names.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    gateway::event(
        &parts,
        body.as_bytes(),
        &format!("{method} {route}"),
        &names,
        IpAddr::V4(Ipv4Addr::LOCALHOST),
    )
}

fn names(route: &str, path: &str) -> BTreeMap<String, String> {
    let path = path.split('?').next().unwrap_or_default();
    let pairs = route.split('/').zip(path.split('/'));
    let named = pairs.filter_map(|(pattern, part)| {
        let name = pattern.strip_prefix('{')?.strip_suffix('}')?;
        Some((name.to_owned(), part.to_owned()))
    });
    named.collect()
}
