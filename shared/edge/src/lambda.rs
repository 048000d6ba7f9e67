//! The Lambda runtime: the same front door, fed with API Gateway's events.

use std::time::{Duration, SystemTime};

use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::response::Response;
use domain::Timestamp;
use lambda_http::Adapter;
use lambda_http::request::RequestContext;
use lambda_runtime::layers::TracingLayer;
use lambda_runtime::tower::layer::layer_fn;
use lambda_runtime::tower::util::MapFuture;
use lambda_runtime::{LambdaEvent, Runtime, service_fn};
use serde::{Deserialize, Serialize};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::app::{App, Routes, StartError};
use crate::background::BackgroundTasks;
use crate::front::{SourceIp, serve};
use crate::function::Function;

/// Why a function ended.
pub type RuntimeError = lambda_runtime::Error;

/// Runs a function until Lambda ends it. What can't be read at start stops it there, with a line
/// in the log that says where.
pub async fn run<F: Function>() -> Result<(), RuntimeError> {
    init_tracing();
    let app = App::from_env().inspect_err(cannot_start)?;
    app.connect().await;
    serve_lambda(F::routes(), app).await
}

/// The same for a function that asks nothing of the table; what it prepares is prepared at a start's full speed.
pub async fn run_without_table<F: Function>(prepare: impl FnOnce(&App)) -> Result<(), RuntimeError> {
    init_tracing();
    let app = App::from_env().inspect_err(cannot_start)?;
    prepare(&app);
    serve_lambda(F::routes(), app).await
}

/// The same for a function that signs: its private key comes from where it is kept.
pub async fn run_signing<F: Function>(
    key: impl Future<Output = Result<String, impl Into<RuntimeError> + std::fmt::Display>>,
    signing: impl FnOnce(App, &str) -> Result<App, StartError>,
) -> Result<(), RuntimeError> {
    init_tracing();
    let app = App::from_env().inspect_err(cannot_start)?;
    let (key, ()) = tokio::join!(key, app.connect());
    let key = key.inspect_err(cannot_start).map_err(Into::into)?;
    let app = signing(app, &key).inspect_err(cannot_start)?;
    serve_lambda(F::routes(), app).await
}

/// Runs a scheduled function: it gets its deadline instead of an HTTP request, and returns a report.
pub async fn run_scheduled<T, R: Serialize>(
    prepared: impl Future<Output = Result<T, impl Into<RuntimeError> + std::fmt::Display>>,
    work: impl AsyncFn(&App, &T, SystemTime, Caller) -> Result<R, RuntimeError>,
) -> Result<(), RuntimeError> {
    init_tracing();
    let app = App::from_env().inspect_err(cannot_start)?;
    let (prepared, ()) = tokio::join!(prepared, app.connect());
    let prepared = prepared.inspect_err(cannot_start).map_err(Into::into)?;
    let (app, prepared, work) = (&app, &prepared, &work);
    lambda_runtime::run(service_fn(move |event: LambdaEvent<Option<Occasion>>| async move {
        work(app, prepared, until(event.context.deadline()), Occasion::caller(event.payload.as_ref()))
            .await
            .inspect_err(|error| {
                tracing::error!(%error, "the schedule's work was not done");
            })
    }))
    .await
}

/// Who calls a function that works on a schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// The schedule, at the time that it was due: a call that is tried again later is still of that time.
    Schedule(Timestamp),
    /// An administrator of the stack, by hand.
    Somebody,
}

/// What is read of the event: who sends it, and when it was due.
#[derive(Deserialize)]
struct Occasion {
    source: Option<String>,
    time: Option<Timestamp>,
}

impl Occasion {
    fn caller(event: Option<&Self>) -> Caller {
        match event {
            Some(Self { source: Some(source), time: Some(time) }) if source == "aws.events" => {
                Caller::Schedule(*time)
            }
            _ => Caller::Somebody,
        }
    }
}

/// How long an event may be worked at whose deadline can't be true.
const WITHOUT_DEADLINE: Duration = Duration::from_secs(120);

/// The deadline; `cargo lambda` writes one of 1970.
fn until(deadline: SystemTime) -> SystemTime {
    let now = SystemTime::now();
    if deadline > now { deadline } else { now + WITHOUT_DEADLINE }
}

fn init_tracing() {
    let wanted = std::env::var("LIXIAO_LOG").ok().and_then(|text| text.parse().ok());
    let filter: Targets = wanted.unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO));
    let lines = tracing_subscriber::fmt::layer().json().flatten_event(true).without_time();
    tracing_subscriber::registry().with(lines).with(filter).init();
}

fn cannot_start(error: &impl std::fmt::Display) {
    tracing::error!(%error, "the function can't start");
}

/// Serves one invocation at a time. Background tasks are awaited between a response and the next invocation:
/// the runtime has posted the response when the inner service completes.
async fn serve_lambda(routes: Routes, app: App) -> Result<(), RuntimeError> {
    let background = app.background.clone();
    let service = serve(routes, app).layer(middleware::from_fn(source_ip));
    let after = layer_fn(move |service| {
        let background = background.clone();
        MapFuture::new(service, move |invocation| finished(invocation, background.clone()))
    });
    let runtime = Runtime::new(Adapter::from(service)).layer(after).layer(TracingLayer::new());
    runtime.run().await
}

async fn finished(
    invocation: impl Future<Output = Result<(), RuntimeError>>,
    background: BackgroundTasks,
) -> Result<(), RuntimeError> {
    let done = invocation.await;
    background.drain().await;
    done
}

/// Takes the caller's address from API Gateway. The request's id is in every line of the log
/// already: the runtime's own span carries it.
async fn source_ip(mut request: Request, next: Next) -> Response {
    let address = match request.extensions().get::<RequestContext>() {
        Some(RequestContext::ApiGatewayV2(context)) => {
            context.http.source_ip.as_deref().and_then(|text| text.parse().ok())
        }
        _ => None,
    };
    if let Some(address) = address {
        request.extensions_mut().insert(SourceIp(address));
    }
    next.run(request).await
}
