//! Problems as they are sent (RFC 9457): each refusal's stable word, status, words for people, and the data needed to act.
//! The one place where the domain's refusals meet HTTP.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::refusal::Refusal;
use domain::text::{Lang, Named};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::problem::{BodyFault, Problem, Unit};
use crate::words;

/// The most fields that one problem names.
const MOST_FIELDS: usize = 100;

/// A problem as it is sent (RFC 9457), of a request or of one row of an answer.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ProblemBody {
    /// A stable word, such as `prerequisite-open`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The problem in a few words.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What is wrong, where, what to do.
    detail: String,
    /// What is needed to act: `opens`, `open_prerequisites`, `fields` …
    #[serde(flatten)]
    #[schema(value_type = Object)]
    data: Map<String, Value>,
}

impl Unit {
    fn word(self) -> &'static str {
        match self {
            Unit::Bytes => "bytes",
            Unit::Rows => "rows",
            Unit::Letters => "letters",
            Unit::Unpacked => "unpacked-bytes",
            Unit::Elements => "elements",
        }
    }
}

impl Problem {
    /// The stable word.
    pub fn kind(&self) -> &'static str {
        match self {
            Problem::NotSignedIn => "not-signed-in",
            Problem::ForeignOrigin | Problem::PastProxy { .. } => "not-allowed",
            Problem::InvalidBody(_) => "invalid-body",
            Problem::TooLarge { .. } => "too-large",
            Problem::MethodNotAllowed => "method-not-allowed",
            Problem::Unavailable => "unavailable",
            Problem::CannotPrint => "cannot-print",
            Problem::OverBudget { .. } => "over-budget",
            Problem::Refused(refusal) => match refusal {
                Refusal::OffCampus { .. } => "off-campus",
                Refusal::BatchNotOpen { .. } => "batch-not-open",
                Refusal::BatchClosed { .. } => "batch-closed",
                Refusal::NotAllowed(_) => "not-allowed",
                Refusal::NotFound(_) => "not-found",
                Refusal::PrerequisiteOpen { .. } => "prerequisite-open",
                Refusal::DependentsPassed { .. } => "dependents-passed",
                Refusal::RosterReopens { .. } => "dependents-passed",
                Refusal::RosterClears { .. } => "step-rejected",
                Refusal::PartsMissing { .. } | Refusal::LetterNotIssued { .. } => "parts-missing",
                Refusal::StepNotRequired => "step-not-required",
                Refusal::DeadlinePassed { .. } => "deadline-passed",
                Refusal::FormMissing => "form-missing",
                Refusal::FormNotNeeded => "form-not-needed",
                Refusal::LetterExists { .. } => "letter-exists",
                Refusal::LetterReturned { .. } => "letter-returned",
                Refusal::LetterVoid { .. } => "letter-void",
                Refusal::NotCleared { .. } => "not-cleared",
                Refusal::InvalidFields(_) => "invalid-fields",
                Refusal::DecidedSince { .. } => "decided-since",
                Refusal::ImportUndone => "import-undone",
                Refusal::ChangedMeanwhile => "changed-meanwhile",
            },
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        match self {
            Problem::NotSignedIn => StatusCode::UNAUTHORIZED,
            Problem::ForeignOrigin | Problem::PastProxy { .. } => StatusCode::FORBIDDEN,
            Problem::InvalidBody(_) => StatusCode::BAD_REQUEST,
            Problem::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Problem::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Problem::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Problem::CannotPrint => StatusCode::INTERNAL_SERVER_ERROR,
            Problem::OverBudget { .. } => StatusCode::TOO_MANY_REQUESTS,
            Problem::Refused(refusal) => match refusal {
                Refusal::OffCampus { .. }
                | Refusal::BatchNotOpen { .. }
                | Refusal::BatchClosed { .. }
                | Refusal::DeadlinePassed { .. }
                | Refusal::NotAllowed(_) => StatusCode::FORBIDDEN,
                Refusal::NotFound(_) => StatusCode::NOT_FOUND,
                Refusal::PrerequisiteOpen { .. }
                | Refusal::DependentsPassed { .. }
                | Refusal::RosterReopens { .. }
                | Refusal::RosterClears { .. }
                | Refusal::PartsMissing { .. }
                | Refusal::LetterNotIssued { .. }
                | Refusal::StepNotRequired
                | Refusal::FormMissing
                | Refusal::FormNotNeeded
                | Refusal::LetterExists { .. }
                | Refusal::LetterReturned { .. }
                | Refusal::LetterVoid { .. }
                | Refusal::NotCleared { .. }
                | Refusal::DecidedSince { .. }
                | Refusal::ImportUndone
                | Refusal::ChangedMeanwhile => StatusCode::CONFLICT,
                Refusal::InvalidFields(_) => StatusCode::UNPROCESSABLE_ENTITY,
            },
        }
    }

    /// What the caller needs to act, beside the words.
    fn data(&self, lang: Lang) -> Map<String, Value> {
        let data = match self {
            Problem::TooLarge { most, unit } => json!({"most": most, "unit": unit.word()}),
            Problem::InvalidBody(BodyFault::NotJson { line, column }) => {
                json!({"line": line, "column": column})
            }
            Problem::InvalidBody(BodyFault::Shape { path, .. }) => json!({"at": path}),
            Problem::Refused(refusal) => match refusal {
                Refusal::BatchNotOpen { opens } => json!({"opens": opens}),
                Refusal::BatchClosed { closes } => json!({"closes": closes}),
                Refusal::NotFound(what) => json!({"what": what.word()}),
                Refusal::PrerequisiteOpen { open } => json!({"open_prerequisites": ids(open)}),
                Refusal::DependentsPassed { dependents } => json!({"dependents": ids(dependents)}),
                Refusal::RosterReopens { steps } => json!({"dependents": ids(steps)}),
                Refusal::RosterClears { steps } => json!({"rejected": ids(steps)}),
                Refusal::PartsMissing { parts } => json!({"parts": ids(parts)}),
                Refusal::LetterNotIssued { parts, form } => {
                    json!({"parts": ids(parts), "letter": "not-issued", "form": form})
                }
                Refusal::InvalidFields(faults) => {
                    let field = |fault: &domain::field::FieldFault| json!({"field": fault.field, "code": fault.rule.code(), "message": words::rule(&fault.rule, lang)});
                    json!({"fields": faults.iter().take(MOST_FIELDS).map(field).collect::<Vec<_>>()})
                }
                Refusal::DeadlinePassed { deadline } => json!({"deadline": deadline}),
                Refusal::LetterExists { number } | Refusal::LetterReturned { number } => {
                    json!({"number": number})
                }
                Refusal::LetterVoid { replaced_by } => json!({"replaced_by": replaced_by}),
                Refusal::NotCleared { remaining } => json!({"remaining": remaining}),
                Refusal::DecidedSince { by, at } => json!({"decided_by": by, "decided_at": at}),
                Refusal::OffCampus { .. }
                | Refusal::NotAllowed(_)
                | Refusal::StepNotRequired
                | Refusal::FormMissing
                | Refusal::FormNotNeeded
                | Refusal::ImportUndone
                | Refusal::ChangedMeanwhile => Value::Null,
            },
            Problem::NotSignedIn
            | Problem::ForeignOrigin
            | Problem::PastProxy { .. }
            | Problem::MethodNotAllowed
            | Problem::Unavailable
            | Problem::CannotPrint
            | Problem::OverBudget { .. }
            | Problem::InvalidBody(_) => Value::Null,
        };
        match data {
            Value::Object(data) => data,
            _ => Map::new(),
        }
    }

    /// The problem in the caller's language.
    pub fn in_words(&self, lang: Lang) -> ProblemBody {
        ProblemBody {
            kind: self.kind(),
            title: words::title(self, lang),
            status: self.status().as_u16(),
            detail: words::detail(self, lang),
            data: self.data(lang),
        }
    }

    /// The answer in the caller's language.
    pub(crate) fn answer(&self, lang: Lang) -> Response {
        let mut response = (self.status(), Json(self.in_words(lang))).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(words::tag(lang)));
        match self {
            Problem::Unavailable => drop(headers.insert(header::RETRY_AFTER, HeaderValue::from_static("2"))),
            Problem::OverBudget { seconds } => {
                drop(headers.insert(header::RETRY_AFTER, HeaderValue::from(*seconds)));
            }
            Problem::NotSignedIn => {
                drop(headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")));
            }
            _ => {}
        }
        response
    }
}

impl IntoResponse for Problem {
    /// Leaves the problem for the front door, which knows the caller's language.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

fn ids<T: Serialize>(things: &[Named<T>]) -> Vec<&T> {
    things.iter().map(|thing| &thing.id).collect()
}
