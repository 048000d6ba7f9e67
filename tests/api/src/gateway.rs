//! What API Gateway does with an HTTP API, as its documentation says: payload format 2.0, routes by method and
//! path and a `$default`, single-valued headers, 10 kB of them and 10 MB of a body in and 6 MB out, 30 seconds,
//! preflights, a token bucket, and its own words – no problem's – when any of that fails.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{ConnectInfo, MatchedPath, RawPathParams, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::StreamExt as _;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::fleet::{Fleet, Invoked};
use crate::policy::{secrets_of, signer_of};
use crate::template::{functions, template};
use crate::throttle::Throttle;

/// The most bytes of a request's body.
const MOST_IN: usize = 10_000_000;
/// The most bytes of a request's line and headers together.
const MOST_HEADERS: usize = 10_240;
/// How long a function is waited for.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The most bytes of what a function answers.
const MOST_OUT: usize = 6 * 1024 * 1024;

/// Functions by route, `GET /api/batches`, or `$default`.
type Targets = BTreeMap<String, String>;

/// The front of a deployed system.
#[derive(Clone)]
pub struct Gateway {
    fleet: Arc<Fleet>,
    targets: Arc<Targets>,
    /// What it holds back.
    pub throttle: Arc<Throttle>,
    /// The origin whose pages may ask, as the parameter `PortalOrigin` says.
    portal: Option<Arc<str>>,
}

/// The routes of the template, each with the function that answers it.
pub fn routes_of_the_template() -> Targets {
    let mut targets = Targets::new();
    for (function, properties) in functions() {
        for event in properties["Events"].as_object().into_iter().flat_map(|events| events.values()) {
            let place = &event["Properties"];
            match (event["Type"].as_str(), place["Method"].as_str(), place["Path"].as_str()) {
                (Some("HttpApi"), Some(method), Some(path)) => {
                    targets.insert(format!("{method} {path}"), function.clone());
                }
                // SAM's event without path and method is the route for everything else.
                (Some("HttpApi"), ..) => drop(targets.insert("$default".to_owned(), function.clone())),
                _ => {}
            }
        }
    }
    targets
}

impl Gateway {
    /// The front of these functions.
    pub fn of_the_template(fleet: Arc<Fleet>, portal: Option<&str>) -> Self {
        let (targets, throttle) = (Arc::new(routes_of_the_template()), Arc::new(Throttle::of_the_template()));
        Self { fleet, targets, throttle, portal: portal.map(Arc::from) }
    }

    /// Serves until the program ends.
    pub async fn serve(self, listener: TcpListener) {
        let paths: std::collections::BTreeSet<&str> =
            self.targets.keys().filter_map(|route| route.split_once(' ')).map(|(_, path)| path).collect();
        let mut router = Router::new();
        for path in paths {
            router = router.route(path, any(pass));
        }
        let service =
            router.fallback(pass).with_state(self).into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(listener, service).await.unwrap();
    }
}

async fn pass(
    State(gateway): State<Gateway>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    path: Option<MatchedPath>,
    names: Result<RawPathParams, RawPathParamsRejection>,
    request: Request,
) -> Response {
    let cors = gateway.portal.as_deref().map(|portal| Cors::of_the_template(portal, request.headers()));
    if let Some(cors) = &cors
        && is_preflight(&request)
    {
        return cors.preflight();
    }
    let route = path.map(|path| format!("{} {}", request.method(), path.as_str()));
    let route = route.filter(|route| gateway.targets.contains_key(route)).unwrap_or("$default".to_owned());
    let names: BTreeMap<&str, &str> = names.iter().flat_map(RawPathParams::iter).collect();
    let mut response = gateway.answer(&route, &names, peer.ip(), request).await;
    if let Some(cors) = cors {
        cors.mark(response.headers_mut());
    }
    response
}

impl Gateway {
    async fn answer(
        &self,
        route: &str,
        names: &BTreeMap<&str, &str>,
        from: IpAddr,
        request: Request,
    ) -> Response {
        let Some(function) = self.targets.get(route) else {
            return words(StatusCode::NOT_FOUND, "Not Found");
        };
        if size_of_head(&request) > MOST_HEADERS {
            return words(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "Request Header Fields Too Large");
        }
        if !self.throttle.takes(route) {
            return words(StatusCode::TOO_MANY_REQUESTS, "Too Many Requests");
        }
        let (parts, body) = request.into_parts();
        let Some(body) = whole(body).await else {
            return words(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large");
        };
        let event = event(&parts, &body, route, names, from);
        match tokio::time::timeout(TIMEOUT, self.fleet.invoke(function, &event)).await {
            Ok(invoked) => reply(invoked),
            Err(_) => words(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable"),
        }
    }
}

/// The bytes of a request's line and headers.
fn size_of_head(request: &Request) -> usize {
    let line = request.uri().path_and_query().map_or(0, |path| path.as_str().len());
    request.headers().iter().map(|(name, value)| name.as_str().len() + value.len()).sum::<usize>() + line
}

fn is_preflight(request: &Request) -> bool {
    let asks = |name: &str| request.headers().contains_key(name);
    request.method() == Method::OPTIONS && asks("origin") && asks("access-control-request-method")
}

/// What a page from elsewhere may ask, as the template configures it: API Gateway answers preflights itself
/// and marks every answer to the one origin; functions hear and say nothing of it.
struct Cors {
    origin: Option<String>,
    config: &'static Value,
}

impl Cors {
    fn of_the_template(portal: &str, headers: &HeaderMap) -> Self {
        let config = &template()["Resources"]["Api"]["Properties"]["CorsConfiguration"]["!If"][1];
        let origin = headers.get("origin").and_then(|value| value.to_str().ok());
        Self { origin: origin.filter(|origin| *origin == portal).map(str::to_owned), config }
    }

    fn preflight(&self) -> Response {
        let mut response = StatusCode::NO_CONTENT.into_response();
        if self.origin.is_some() {
            let list = |name: &str| -> String {
                let words = self.config[name].as_array().unwrap().iter().map(|word| word.as_str().unwrap());
                words.collect::<Vec<_>>().join(",")
            };
            let headers = response.headers_mut();
            headers.insert("access-control-allow-methods", list("AllowMethods").parse().unwrap());
            headers.insert("access-control-allow-headers", list("AllowHeaders").parse().unwrap());
            headers.insert("access-control-max-age", self.config["MaxAge"].to_string().parse().unwrap());
            self.mark(headers);
        }
        response
    }

    fn mark(&self, headers: &mut HeaderMap) {
        if let Some(origin) = &self.origin {
            headers.insert("access-control-allow-origin", origin.parse().unwrap());
        }
    }
}

/// The event of a request, payload format 2.0.
pub fn event(parts: &Parts, body: &[u8], route: &str, names: &BTreeMap<&str, &str>, from: IpAddr) -> Value {
    let (text, is_base64) = match std::str::from_utf8(body) {
        Ok(text) if is_text(&parts.headers) => (text.to_owned(), false),
        _ => (STANDARD.encode(body), true),
    };
    let query = parts.uri.query().unwrap_or_default();
    json!({
        "version": "2.0",
        "routeKey": route,
        "rawPath": parts.uri.path(),
        "rawQueryString": query,
        "cookies": cookies(&parts.headers),
        "headers": joined(&parts.headers),
        "queryStringParameters": parameters(query),
        "pathParameters": names,
        "requestContext": {
            "accountId": "123456789012", "apiId": "local", "stage": "$default", "routeKey": route,
            "requestId": "local", "domainName": "localhost", "domainPrefix": "localhost",
            "time": "20/Dec/2017:04:00:00 +0000", "timeEpoch": 1_513_742_400_000_u64,
            "http": {
                "method": parts.method.as_str(), "path": parts.uri.path(), "protocol": "HTTP/1.1",
                "sourceIp": from.to_string(), "userAgent": "tests",
            },
        },
        "body": if body.is_empty() { Value::Null } else { Value::String(text) },
        "isBase64Encoded": is_base64 && !body.is_empty(),
    })
}

/// What API Gateway makes of an invocation.
pub fn reply(invoked: Invoked) -> Response {
    let failed = || words(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error");
    match invoked {
        Invoked::Answered(answer) if answer.to_string().len() > MOST_OUT => failed(),
        Invoked::Answered(answer) => said(&answer).unwrap_or_else(failed),
        Invoked::Failed | Invoked::TimedOut => failed(),
    }
}

/// A body, unless it is too large; read to its end either way, so that the sender hears the answer.
async fn whole(body: Body) -> Option<Vec<u8>> {
    let mut pieces = body.into_data_stream();
    let mut read = Vec::new();
    let mut size = 0;
    while let Some(Ok(piece)) = pieces.next().await {
        size += piece.len();
        if size <= MOST_IN {
            read.extend_from_slice(&piece);
        }
    }
    (size <= MOST_IN).then_some(read)
}

/// API Gateway's own answers.
fn words(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({ "message": message }))).into_response()
}

fn is_text(headers: &HeaderMap) -> bool {
    let kind = headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or("text/plain");
    kind.starts_with("text/") || ["json", "xml", "javascript"].iter().any(|word| kind.contains(word))
}

fn cookies(headers: &HeaderMap) -> Option<Vec<&str>> {
    let values = headers.get_all("cookie").iter().filter_map(|value| value.to_str().ok());
    let cookies: Vec<&str> = values.flat_map(|value| value.split("; ")).collect();
    (!cookies.is_empty()).then_some(cookies)
}

/// Headers with lower-case names, those that come twice with commas between.
fn joined(headers: &HeaderMap) -> BTreeMap<&str, String> {
    let mut joined: BTreeMap<&str, String> = BTreeMap::new();
    for (name, value) in headers.iter().filter(|(name, _)| *name != "cookie") {
        let value = String::from_utf8_lossy(value.as_bytes());
        let entry = joined.entry(name.as_str()).or_default();
        *entry = if entry.is_empty() { value.into_owned() } else { format!("{entry},{value}") };
    }
    joined
}

fn parameters(query: &str) -> Option<BTreeMap<String, String>> {
    let mut parameters: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let entry = parameters.entry(name.into_owned()).or_default();
        *entry = if entry.is_empty() { value.into_owned() } else { format!("{entry},{value}") };
    }
    (!parameters.is_empty()).then_some(parameters)
}

/// The response that a function's answer describes.
fn said(answer: &Value) -> Option<Response> {
    let body = answer["body"].as_str().unwrap_or_default();
    let body = match answer["isBase64Encoded"].as_bool() {
        Some(true) => STANDARD.decode(body).ok()?,
        _ => body.as_bytes().to_vec(),
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(answer["statusCode"].as_u64()?.try_into().ok()?).ok()?;
    let headers = response.headers_mut();
    for (name, value) in answer["headers"].as_object().into_iter().flatten() {
        let name: HeaderName = name.parse().ok()?;
        headers.insert(name, HeaderValue::from_str(value.as_str()?).ok()?);
    }
    for cookie in answer["cookies"].as_array().into_iter().flatten() {
        headers.append("set-cookie", HeaderValue::from_str(cookie.as_str()?).ok()?);
    }
    Some(response)
}

/// A stand-in for Secrets Manager: the private keys, and the address of a mail server, to those whose
/// policy names them.
pub async fn secrets([key, slip_key, checkpoint_key]: [String; 3], mail: Arc<Mutex<String>>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let give = move |function: &str, asked: Value| {
        let name = asked["SecretId"].as_str().unwrap_or_default();
        if !secrets_of(function).iter().any(|allowed| allowed == name) {
            return (
                StatusCode::BAD_REQUEST,
                Json(json!({"__type": "AccessDeniedException", "message": "no"})),
            );
        }
        let text = match name {
            "lixiao/session-key" => key.clone(),
            "lixiao/slip-key" => slip_key.clone(),
            "lixiao/checkpoint-key" => checkpoint_key.clone(),
            _ => mail.lock().unwrap().clone(),
        };
        (StatusCode::OK, Json(json!({ "Name": name, "SecretString": text })))
    };
    let answer = async move |headers: HeaderMap, body: axum::body::Bytes| {
        let signed = headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
        give(signer_of(signed), serde_json::from_slice(&body).unwrap_or_default())
    };
    let router = Router::new().route("/", axum::routing::post(answer));
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}
