//! Bodies: bounded, and what is wrong with one is said with its place.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use http_body_util::BodyExt as _;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::problem::{BodyFault, Problem, Unit};

/// The most bytes of a JSON body: a hundred student numbers and a long reason are far less.
const MOST_JSON: usize = 64 * 1024;
/// The most bytes of a table: under the 6 MB of a Lambda's event, base64 and all.
pub const MOST_TABLE_BYTES: usize = 4 * 1024 * 1024;
/// How much of a body that is too large is still taken in, so that its sender hears the answer.
const MOST_DRAINED: usize = 64 * 1024 * 1024;

/// A JSON body that has arrived but isn't read yet: a handler checks rights first, so that who has
/// none learns nothing about shapes.
#[derive(Debug)]
pub struct JsonBody {
    is_json: bool,
    bytes: Bytes,
}

impl<S: Send + Sync> FromRequest<S> for JsonBody {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let is_json = content_type(&parts.headers).is_some_and(|kind| kind == "application/json");
        Ok(Self { is_json, bytes: read_bytes(body, MOST_JSON).await? })
    }
}

impl JsonBody {
    /// The body, whatever it says it is: for what no browser can be made to send from elsewhere.
    pub fn read_regardless<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        parse(&self.bytes)
    }

    /// The body, if it has this shape.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        if self.is_json {
            parse(&self.bytes)
        } else {
            Err(Problem::InvalidBody(BodyFault::ContentType { expected: "application/json" }))
        }
    }
}

/// The media type of a body, without its parameters, in small letters.
pub fn content_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some(value.split(';').next()?.trim().to_ascii_lowercase())
}

/// A whole body of at most `most` bytes.
pub async fn read_bytes(mut body: Body, most: usize) -> Result<Bytes, Problem> {
    let mut bytes = Vec::new();
    let mut seen = 0_usize;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Problem::InvalidBody(BodyFault::Incomplete))?;
        let Ok(data) = frame.into_data() else { continue };
        seen += data.len();
        if seen <= most {
            bytes.extend_from_slice(&data);
        } else {
            bytes = Vec::new();
        }
        if seen > MOST_DRAINED {
            break;
        }
    }
    if seen > most { Err(Problem::TooLarge { most, unit: Unit::Bytes }) } else { Ok(bytes.into()) }
}

pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    // serde accepts an array for a struct; we refuse it.
    if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[') {
        let expected = "an object with named fields".to_owned();
        return Err(Problem::InvalidBody(BodyFault::Shape { path: "body".to_owned(), expected }));
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        fault(path, error.inner())
    })?;
    json.end().map_err(|error| fault(String::new(), &error))?;
    Ok(value)
}

fn fault(path: String, error: &serde_json::Error) -> Problem {
    let fault = match error.classify() {
        Category::Data => {
            let path = if path.is_empty() || path == "." { "body".to_owned() } else { path };
            BodyFault::Shape { path, expected: without_position(&error.to_string()) }
        }
        _ => BodyFault::NotJson { line: error.line(), column: error.column() },
    };
    Problem::InvalidBody(fault)
}

/// The format's own words, without where it stopped and shortened to what a person can take in.
fn without_position(message: &str) -> String {
    let message = message.rfind(" at line ").and_then(|end| message.get(..end)).unwrap_or(message);
    message.chars().take(200).collect()
}
