//! Problems as they are sent (RFC 9457): each refusal's stable word, status, words for people, and the data needed to act.
//! The one place where the domain's refusals meet HTTP.

use std::collections::BTreeMap;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::field::FieldFault;
use domain::refusal::{Lack, Refusal};
use domain::text::{Lang, Named};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::openapi::{Content, Ref, RefOr, ResponseBuilder};

use crate::problem::{BodyFault, Problem, Unit};
use crate::words::{self, Voice};

/// The most fields that one problem names.
const MOST_FIELDS: usize = 100;
/// The media type of a problem.
const MEDIA_TYPE: &str = "application/problem+json";

domain::words! {
    /// What kind of problem it is: a stable word.
    ProblemKind {
        /// No session, or none that holds.
        NotSignedIn = "not-signed-in",
        /// A right is missing.
        NotAllowed = "not-allowed",
        /// The body isn't what it should be.
        InvalidBody = "invalid-body",
        /// More than is taken.
        TooLarge = "too-large",
        /// Nothing answers this method here.
        MethodNotAllowed = "method-not-allowed",
        /// The table is out of reach: try again.
        Unavailable = "unavailable",
        /// What it is about can't be read.
        Unreadable = "unreadable",
        /// What prints lacks something.
        CannotPrint = "cannot-print",
        /// As many calls as one person makes in a minute.
        OverBudget = "over-budget",
        /// Not from this network (N3).
        OffCampus = "off-campus",
        /// The window has not opened (N4).
        BatchNotOpen = "batch-not-open",
        /// The window has closed (N4).
        BatchClosed = "batch-closed",
        /// It waits until the batch has closed.
        BatchOpen = "batch-open",
        /// It isn't there, or isn't theirs to see.
        NotFound = "not-found",
        /// Another step comes first (N8).
        PrerequisiteOpen = "prerequisite-open",
        /// Steps stand that need this one.
        DependentsPassed = "dependents-passed",
        /// What stands turned down would vanish.
        StepRejected = "step-rejected",
        /// They were taken out of the batch.
        TakenOut = "taken-out",
        /// There is a student of this number.
        StudentExists = "student-exists",
        /// Parts are open (N10).
        PartsMissing = "parts-missing",
        /// Not asked of this student.
        StepNotRequired = "step-not-required",
        /// Too late (N18, N19, N22).
        DeadlinePassed = "deadline-passed",
        /// No form was handed in.
        FormMissing = "form-missing",
        /// This student fills in none (N14).
        FormNotNeeded = "form-not-needed",
        /// This student doesn't get the paper.
        PaperNotNeeded = "paper-not-needed",
        /// A letter was issued.
        LetterExists = "letter-exists",
        /// Its receipt has come back.
        LetterReturned = "letter-returned",
        /// Another letter replaces it.
        LetterVoid = "letter-void",
        /// Steps are left (N12).
        NotCleared = "not-cleared",
        /// Fields break a rule: each is named.
        InvalidFields = "invalid-fields",
        /// Somebody has decided since.
        DecidedSince = "decided-since",
        /// Nothing is added to it any more.
        ImportUndone = "import-undone",
        /// It isn't as the caller saw it, or others changed it again and again.
        ChangedMeanwhile = "changed-meanwhile",
    }
}

crate::contract::describe!(ProblemKind);

/// A problem as it is sent (RFC 9457), of a request or of one row of an answer.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ProblemBody {
    /// A stable word, such as `prerequisite-open`.
    #[serde(rename = "type")]
    kind: ProblemKind,
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

/// What is to be said of a field.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct FaultAnswer {
    /// Where: `reason`, `students[3]`, or a table's column such as `birth_date`.
    field: String,
    /// What people call it.
    name: String,
    /// A stable word for what it is.
    code: &'static str,
    /// The same in words, with what was read.
    message: String,
    /// What was read, with what nobody sees by its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    read: Option<String>,
}

impl FaultAnswer {
    /// Each of them, in the caller's language.
    pub fn all<'a>(faults: impl IntoIterator<Item = &'a FieldFault>, lang: Lang) -> Vec<Self> {
        let one = |fault: &FieldFault| Self {
            field: fault.field.clone(),
            name: words::field(fault, lang),
            code: fault.rule.code(),
            message: words::fault(fault, lang),
            read: fault.read.as_deref().map(str::to_owned),
        };
        faults.into_iter().map(one).collect()
    }
}

/// What is answered wherever somebody asks: a problem, that there were too many calls, that the table is out of reach.
impl utoipa::IntoResponses for Problem {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        let about = [
            ("4XX", "A problem"),
            (
                "429",
                "`over-budget`: as many calls as one person makes in a minute; `Retry-After` says in how many seconds to ask again",
            ),
            (
                "503",
                "`unavailable`: nothing, or all of it, was done; `Retry-After` says in how many seconds to ask again",
            ),
        ];
        let problem = |(status, description): (&str, &str)| {
            let body = Content::new(Some(Ref::from_schema_name("ProblemBody")));
            let response = ResponseBuilder::new().description(description).content(MEDIA_TYPE, body);
            (status.to_owned(), response.build().into())
        };
        about.into_iter().map(problem).collect()
    }
}

impl Unit {
    fn word(self) -> &'static str {
        match self {
            Unit::Bytes => "bytes",
            Unit::Rows => "rows",
            Unit::Words => "words",
            Unit::Letters => "letters",
            Unit::Unpacked => "unpacked-bytes",
            Unit::Elements => "elements",
        }
    }
}

impl Problem {
    /// Its kind.
    pub fn kind(&self) -> ProblemKind {
        match self {
            Problem::NotSignedIn => ProblemKind::NotSignedIn,
            Problem::ForeignOrigin | Problem::PastProxy { .. } => ProblemKind::NotAllowed,
            Problem::InvalidBody(_) => ProblemKind::InvalidBody,
            Problem::TooLarge { .. } => ProblemKind::TooLarge,
            Problem::MethodNotAllowed => ProblemKind::MethodNotAllowed,
            Problem::Unavailable => ProblemKind::Unavailable,
            Problem::Unreadable => ProblemKind::Unreadable,
            Problem::CannotPrint => ProblemKind::CannotPrint,
            Problem::OverBudget { .. } => ProblemKind::OverBudget,
            Problem::Refused(refusal) => match refusal {
                Refusal::OffCampus { .. } => ProblemKind::OffCampus,
                Refusal::BatchNotOpen { .. } => ProblemKind::BatchNotOpen,
                Refusal::BatchClosed { .. } => ProblemKind::BatchClosed,
                Refusal::BatchOpen { .. } => ProblemKind::BatchOpen,
                Refusal::NotAllowed(_) => ProblemKind::NotAllowed,
                Refusal::NotFound(_) => ProblemKind::NotFound,
                Refusal::PrerequisiteOpen { .. } => ProblemKind::PrerequisiteOpen,
                Refusal::DependentsPassed { .. } => ProblemKind::DependentsPassed,
                Refusal::RosterReopens { .. } | Refusal::MoveReopens { .. } => ProblemKind::DependentsPassed,
                Refusal::RosterClears { .. } => ProblemKind::StepRejected,
                Refusal::TakenOut { .. } => ProblemKind::TakenOut,
                Refusal::StudentExists => ProblemKind::StudentExists,
                Refusal::PartsMissing { .. } | Refusal::LetterNotIssued { .. } => ProblemKind::PartsMissing,
                Refusal::StepNotRequired => ProblemKind::StepNotRequired,
                Refusal::DeadlinePassed { .. } => ProblemKind::DeadlinePassed,
                Refusal::FormMissing => ProblemKind::FormMissing,
                Refusal::FormNotNeeded => ProblemKind::FormNotNeeded,
                Refusal::PaperNotNeeded => ProblemKind::PaperNotNeeded,
                Refusal::LetterExists { .. } => ProblemKind::LetterExists,
                Refusal::LetterReturned { .. } => ProblemKind::LetterReturned,
                Refusal::LetterVoid { .. } => ProblemKind::LetterVoid,
                Refusal::NotCleared { .. } => ProblemKind::NotCleared,
                Refusal::InvalidFields(_) => ProblemKind::InvalidFields,
                Refusal::DecidedSince { .. } => ProblemKind::DecidedSince,
                Refusal::ImportUndone => ProblemKind::ImportUndone,
                Refusal::ChangedMeanwhile => ProblemKind::ChangedMeanwhile,
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
            Problem::Unreadable | Problem::CannotPrint => StatusCode::INTERNAL_SERVER_ERROR,
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
                | Refusal::MoveReopens { .. }
                | Refusal::TakenOut { .. }
                | Refusal::StudentExists
                | Refusal::RosterClears { .. }
                | Refusal::PartsMissing { .. }
                | Refusal::LetterNotIssued { .. }
                | Refusal::StepNotRequired
                | Refusal::FormMissing
                | Refusal::FormNotNeeded
                | Refusal::PaperNotNeeded
                | Refusal::LetterExists { .. }
                | Refusal::LetterReturned { .. }
                | Refusal::LetterVoid { .. }
                | Refusal::NotCleared { .. }
                | Refusal::DecidedSince { .. }
                | Refusal::BatchOpen { .. }
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
                Refusal::BatchClosed { closes } | Refusal::BatchOpen { closes } => json!({"closes": closes}),
                Refusal::NotFound(what) => json!({"what": what.word()}),
                Refusal::PrerequisiteOpen { open } => json!({"open_prerequisites": ids(open)}),
                Refusal::DependentsPassed { dependents } => json!({"dependents": ids(dependents)}),
                Refusal::TakenOut { at } => json!({"taken_out_at": at}),
                Refusal::RosterReopens { steps } | Refusal::MoveReopens { steps } => {
                    json!({"dependents": ids(steps)})
                }
                Refusal::RosterClears { steps } => json!({"rejected": ids(steps)}),
                Refusal::PartsMissing { parts } => json!({"parts": ids(parts)}),
                Refusal::LetterNotIssued { parts, lack: Lack::Paper(paper) } => {
                    json!({"parts": ids(parts), "letter": "not-issued", "paper": paper.id})
                }
                Refusal::LetterNotIssued { parts, lack } => {
                    json!({"parts": ids(parts), "letter": "not-issued", "form": *lack == Lack::Letter})
                }
                Refusal::InvalidFields(faults) => {
                    json!({"fields": FaultAnswer::all(faults.iter().take(MOST_FIELDS), lang)})
                }
                Refusal::DeadlinePassed { deadline } => json!({"deadline": deadline}),
                Refusal::LetterExists { number } | Refusal::LetterReturned { number } => {
                    json!({"number": number})
                }
                Refusal::LetterVoid { replaced_by } => json!({"replaced_by": replaced_by}),
                Refusal::NotCleared { remaining } => json!({"remaining": remaining}),
                Refusal::DecidedSince { by, at } => json!({"decided_by": by.number(), "decided_at": at}),
                Refusal::OffCampus { .. }
                | Refusal::NotAllowed(_)
                | Refusal::StudentExists
                | Refusal::StepNotRequired
                | Refusal::FormMissing
                | Refusal::FormNotNeeded
                | Refusal::PaperNotNeeded
                | Refusal::ImportUndone
                | Refusal::ChangedMeanwhile => Value::Null,
            },
            Problem::NotSignedIn
            | Problem::ForeignOrigin
            | Problem::PastProxy { .. }
            | Problem::MethodNotAllowed
            | Problem::Unavailable
            | Problem::Unreadable
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
    pub fn in_words(&self, voice: Voice<'_>) -> ProblemBody {
        let lang = voice.lang;
        ProblemBody {
            kind: self.kind(),
            title: words::title(self, lang),
            status: self.status().as_u16(),
            detail: words::detail(self, voice),
            data: self.data(lang),
        }
    }

    /// The answer in the caller's language.
    pub(crate) fn answer(&self, voice: Voice<'_>) -> Response {
        let mut response = (self.status(), Json(self.in_words(voice))).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(words::tag(voice.lang)));
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
