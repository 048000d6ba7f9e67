//! A stand-in for a bucket with Object Lock: it lists, gives, and takes what has its checksum and a name that is free.
//! Nothing can be changed or deleted.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use tokio::net::TcpListener;

/// What the bucket is called.
pub const NAME: &str = "checkpoints";

/// A bucket.
#[derive(Debug, Clone)]
pub struct Bucket {
    /// Where it answers.
    pub address: SocketAddr,
    objects: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
}

impl Bucket {
    /// An empty one.
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let bucket = Self { address: listener.local_addr().unwrap(), objects: Arc::default() };
        let router = Router::new().fallback(answer).with_state(bucket.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        bucket
    }

    /// The names in it.
    pub fn names(&self) -> Vec<String> {
        self.objects.lock().unwrap().keys().cloned().collect()
    }

    /// What it holds under a name.
    pub fn text(&self, name: &str) -> String {
        String::from_utf8(self.objects.lock().unwrap()[name].clone()).unwrap()
    }

    /// Puts something into it that no function wrote.
    pub fn smuggle(&self, name: &str, text: &str) {
        self.objects.lock().unwrap().insert(name.to_owned(), text.as_bytes().to_vec());
    }
}

async fn answer(
    State(bucket): State<Bucket>,
    method: Method,
    uri: Uri,
    Query(asked): Query<BTreeMap<String, String>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = uri.path().trim_start_matches('/').to_owned();
    let Some(key) = path.strip_prefix(NAME).map(|key| key.trim_start_matches('/')) else {
        return refused(StatusCode::NOT_FOUND, "NoSuchBucket");
    };
    let mut objects = bucket.objects.lock().unwrap();
    match (method.as_str(), key) {
        ("GET", "") => listed(&objects, asked.get("prefix").map_or("", String::as_str)),
        ("GET", key) => match objects.get(key) {
            Some(bytes) => bytes.clone().into_response(),
            None => refused(StatusCode::NOT_FOUND, "NoSuchKey"),
        },
        ("PUT", key) => {
            let sum = headers.get("x-amz-checksum-sha256").and_then(|sum| sum.to_str().ok());
            if sum != Some(&*STANDARD.encode(Sha256::digest(&body))) {
                return refused(StatusCode::BAD_REQUEST, "InvalidRequest");
            }
            let only_if_free = headers.get("if-none-match").is_some_and(|value| value == "*");
            if objects.contains_key(key) && only_if_free {
                return refused(StatusCode::PRECONDITION_FAILED, "PreconditionFailed");
            }
            assert!(!objects.contains_key(key), "{key} is locked");
            objects.insert(key.to_owned(), body.to_vec());
            StatusCode::OK.into_response()
        }
        _ => refused(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed"),
    }
}

fn listed(objects: &BTreeMap<String, Vec<u8>>, prefix: &str) -> Response {
    let found = objects.keys().filter(|key| key.starts_with(prefix));
    let contents: String = found.map(|key| format!("<Contents><Key>{key}</Key></Contents>")).collect();
    let head = r#"<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">"#;
    format!("{head}<Name>{NAME}</Name><IsTruncated>false</IsTruncated>{contents}</ListBucketResult>")
        .into_response()
}

fn refused(status: StatusCode, code: &str) -> Response {
    (status, format!("<Error><Code>{code}</Code><Message>{code}</Message></Error>")).into_response()
}
