//! A proxy that makes faults on demand, between the server and its table: it throttles, cuts the line
//! before or after the table has acted, or leaves keys of a batch unprocessed.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, Response, StatusCode};
use axum::response::IntoResponse;
use serde_json::{Value, json};
use store::Cost;
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};

use crate::policy::{self, Policy, signer_of};

/// What happens to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It goes through.
    None,
    /// The table says that there are too many.
    Throttle,
    /// The line is cut before the table hears of it.
    CutBefore,
    /// The table acts, then the line is cut.
    CutAfter,
    /// Of a batch of keys only the first is read.
    LeaveKeys,
    /// It waits until [`FaultProxy::release`].
    Hold,
    /// The line is cut, and the table acts all the same: after [`FaultProxy::release`].
    CutLate,
    /// Whoever asks hears nothing any more: time to end them.
    Silence(Acts),
}

/// When the table acts on a call that nobody hears an answer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acts {
    /// It hears of nothing.
    Never,
    /// Before [`FaultProxy::silenced`] says that it has come to that.
    AtOnce,
    /// After [`FaultProxy::release`].
    Late,
}

/// Decides what happens to a call, from the name of its operation and its number.
pub type Plan = Box<dyn Fn(&str, usize) -> Fault + Send + Sync>;

/// The proxy.
#[derive(Clone)]
pub struct FaultProxy {
    pub address: SocketAddr,
    inner: Arc<Inner>,
}

struct Inner {
    table: Mutex<Option<SocketAddr>>,
    plan: Mutex<Plan>,
    calls: AtomicUsize,
    released: Notify,
    silenced: Notify,
    /// Late calls, and how many of them are still to come.
    late: watch::Sender<usize>,
    /// Calls that only opened a connection.
    opened: AtomicUsize,
    /// The connections that calls came by.
    peers: Mutex<HashSet<SocketAddr>>,
    spent: Mutex<Cost>,
    policies: Mutex<HashMap<String, Policy>>,
    denied: Mutex<Vec<String>>,
    http: reqwest::Client,
}

impl FaultProxy {
    /// A proxy that only passes calls on, until it is told not to. [`FaultProxy::connect`] says where the table is.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let inner = Arc::new(Inner {
            table: Mutex::new(None),
            plan: Mutex::new(Box::new(|_, _| Fault::None)),
            calls: AtomicUsize::new(0),
            released: Notify::new(),
            silenced: Notify::new(),
            late: watch::Sender::default(),
            opened: AtomicUsize::new(0),
            peers: Mutex::default(),
            spent: Mutex::default(),
            policies: Mutex::default(),
            denied: Mutex::default(),
            http: reqwest::Client::new(),
        });
        let router = Router::new().fallback(pass_on).with_state(inner.clone());
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        Self { address, inner }
    }

    pub fn connect(&self, table: SocketAddr) {
        *self.inner.table.lock().unwrap() = Some(table);
    }

    /// From now on, calls fare like this.
    pub fn plan(&self, plan: impl Fn(&str, usize) -> Fault + Send + Sync + 'static) {
        self.inner.calls.store(0, Ordering::SeqCst);
        *self.inner.plan.lock().unwrap() = Box::new(plan);
    }

    /// Lets a call that is held go on, now or as soon as there is one.
    pub fn release(&self) {
        self.inner.released.notify_one();
    }

    /// Waits until a call has met silence.
    pub async fn silenced(&self) {
        self.inner.silenced.notified().await;
    }

    /// Lets the table act on a late call, if there is one, and waits until it has.
    pub async fn let_late_calls_through(&self) {
        let mut late = self.inner.late.subscribe();
        if *late.borrow_and_update() > 0 {
            self.release();
            late.wait_for(|to_come| *to_come == 0).await.unwrap();
        }
    }

    /// Holds every call against the policy of the function that makes it.
    pub fn enforce(&self, policies: HashMap<String, Policy>) {
        *self.inner.policies.lock().unwrap() = policies;
    }

    /// What policies have refused.
    pub fn denied(&self) -> Vec<String> {
        self.inner.denied.lock().unwrap().clone()
    }

    /// What has been asked of the table since the start, as its answers say; opening connections aside.
    pub fn spent(&self) -> Cost {
        *self.inner.spent.lock().unwrap()
    }

    /// How many calls there have been since the start that only open a connection.
    pub fn opened(&self) -> usize {
        self.inner.opened.load(Ordering::SeqCst)
    }

    /// How many connections calls have come by since the start.
    pub fn connections(&self) -> usize {
        self.inner.peers.lock().unwrap().len()
    }

    /// How many calls there have been since the plan, those aside that only open a connection.
    pub fn calls(&self) -> usize {
        self.inner.calls.load(Ordering::SeqCst)
    }
}

async fn pass_on(
    State(inner): State<Arc<Inner>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    inner.peers.lock().unwrap().insert(peer);
    let target = headers.get("x-amz-target").and_then(|value| value.to_str().ok()).unwrap_or("").to_owned();
    let operation = target.rsplit('.').next().unwrap_or("").to_owned();
    if let Some(refused) = refused(&inner, &headers, &operation, &body) {
        inner.denied.lock().unwrap().push(refused);
        return (StatusCode::BAD_REQUEST, policy::denial().to_string()).into_response();
    }
    // A cold start opens its connection by a read; it isn't counted, and no plan applies to it.
    if serde_json::from_slice::<Value>(&body).is_ok_and(|call| call["Key"]["pk"]["S"] == "start") {
        inner.opened.fetch_add(1, Ordering::SeqCst);
        return forward(&inner, &headers, body).await;
    }
    let number = inner.calls.fetch_add(1, Ordering::SeqCst);
    let mischief = (inner.plan.lock().unwrap())(&operation, number);
    match mischief {
        Fault::None => forward_and_count(&inner, &headers, body).await,
        Fault::Throttle => {
            let body =
                json!({"__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException", "message": "slow"});
            (StatusCode::BAD_REQUEST, body.to_string()).into_response()
        }
        Fault::CutBefore => cut(),
        Fault::CutAfter => {
            forward_and_count(&inner, &headers, body).await;
            cut()
        }
        Fault::Hold => {
            inner.released.notified().await;
            forward_and_count(&inner, &headers, body).await
        }
        Fault::LeaveKeys => leave_keys(&inner, &headers, &body).await,
        Fault::CutLate => {
            act_late(inner, headers, body);
            cut()
        }
        Fault::Silence(acts) => {
            match acts {
                Acts::Never => {}
                Acts::AtOnce => drop(forward_and_count(&inner, &headers, body).await),
                Acts::Late => act_late(inner.clone(), headers, body),
            }
            inner.silenced.notify_one();
            std::future::pending().await
        }
    }
}

/// The call is on its way, and whoever made it needn't live to see it arrive.
fn act_late(inner: Arc<Inner>, headers: HeaderMap, body: Bytes) {
    inner.late.send_modify(|to_come| *to_come += 1);
    tokio::spawn(async move {
        inner.released.notified().await;
        forward_and_count(&inner, &headers, body).await;
        inner.late.send_modify(|to_come| *to_come -= 1);
    });
}

/// What a function's policy has against a call.
fn refused(inner: &Inner, headers: &HeaderMap, operation: &str, body: &[u8]) -> Option<String> {
    let function = signer_of(headers.get("authorization")?.to_str().ok()?);
    let policies = inner.policies.lock().unwrap();
    let refused = policies.get(function)?.refuses(operation, &serde_json::from_slice(body).ok()?)?;
    Some(format!("{function}: {refused}"))
}

/// An answer that breaks off at once, as a cut line does.
fn cut() -> Response<Body> {
    let broken = futures::stream::once(async { Err::<Bytes, _>(std::io::Error::other("cut")) });
    Response::new(Body::from_stream(broken))
}

async fn forward(inner: &Inner, headers: &HeaderMap, body: Bytes) -> Response<Body> {
    let table = inner.table.lock().unwrap().unwrap();
    let mut request = inner.http.post(format!("http://{table}/")).body(body);
    for name in ["x-amz-target", "content-type", "authorization", "x-amz-date"] {
        if let Some(value) = headers.get(name) {
            request = request.header(name, value);
        }
    }
    let answer = request.send().await.unwrap();
    let mut response = Response::new(Body::empty());
    *response.status_mut() = answer.status();
    for name in ["content-type", "x-amzn-requestid", "x-amz-crc32"] {
        if let Some(value) = answer.headers().get(name) {
            response.headers_mut().insert(name, value.clone());
        }
    }
    let body = answer.bytes().await.unwrap();
    *response.body_mut() = Body::from(body);
    response
}

/// Hands a call of somebody's on, and counts what it took.
async fn forward_and_count(inner: &Inner, headers: &HeaderMap, body: Bytes) -> Response<Body> {
    let (parts, body) = forward(inner, headers, body).await.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let mut spent = inner.spent.lock().unwrap();
    *spent = Cost { round_trips: spent.round_trips + 1, units: spent.units + units(&body) };
    Response::from_parts(parts, Body::from(body))
}

/// The capacity units that an answer says it took.
fn units(answer: &[u8]) -> f64 {
    let answer: Value = serde_json::from_slice(answer).unwrap_or_default();
    let consumed = &answer["ConsumedCapacity"];
    let consumed = consumed.as_array().cloned().unwrap_or_else(|| vec![consumed.clone()]);
    consumed.iter().filter_map(|capacity| capacity["CapacityUnits"].as_f64()).sum()
}

/// Reads the first key only and hands the others back unprocessed, as a busy table may.
async fn leave_keys(inner: &Inner, headers: &HeaderMap, body: &Bytes) -> Response<Body> {
    let mut request: Value = serde_json::from_slice(body).unwrap();
    let asked = request["RequestItems"].as_object_mut().unwrap();
    let (table, wanted) = asked.iter_mut().next().unwrap();
    let table = table.clone();
    let keys = wanted["Keys"].as_array().unwrap().clone();
    wanted["Keys"] = json!([keys[0]]);
    let answered = forward_and_count(inner, headers, request.to_string().into()).await;
    let bytes = axum::body::to_bytes(answered.into_body(), usize::MAX).await.unwrap();
    let mut answer: Value = serde_json::from_slice(&bytes).unwrap();
    if keys.len() > 1 {
        answer["UnprocessedKeys"] = json!({ table: {"Keys": keys[1..]} });
    }
    ([("content-type", "application/x-amz-json-1.0")], answer.to_string()).into_response()
}
