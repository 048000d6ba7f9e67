//! Up to a hundred students: each by themselves, each with an outcome of their own.

use std::collections::BTreeMap;

use axum::Json;
use domain::batch::Batch;
use domain::clearance::{Clearance, Source};
use domain::decide::{Asked, Command, decide};
use domain::ids::StudentId;
use domain::refusal::{Refusal, What, read_students};
use domain::rights::Actor;
use edge::{Changing, JsonBody, PathNames, Problem, ProblemBody, SignedIn};
use futures::StreamExt as _;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::DecisionBody;

/// How many of them are written at the same time.
const AT_ONCE: usize = 16;

/// A decision on one step of many students.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ManyBody {
    /// 1 to 100 student numbers, each once.
    students: Vec<String>,
    /// Only say what would happen.
    #[serde(default)]
    dry_run: bool,
    decision: String,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    amount_due: Option<i64>,
    #[serde(default)]
    parts: Option<Vec<String>>,
    #[serde(default)]
    cascade: Option<bool>,
    #[serde(default)]
    #[schema(format = DateTime)]
    as_of: Option<String>,
}

/// What came of each student, in the order they were named.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Outcomes {
    results: Vec<OutcomeRow>,
}

/// What came of one student.
#[derive(Debug, Serialize, ToSchema)]
struct OutcomeRow {
    student: StudentNumber,
    /// `changed`, `unchanged` or `refused`.
    outcome: &'static str,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<ProblemBody>,
}

/// 学号.
type StudentNumber = String;

/// Decides one step of up to a hundred students. A refusal of one stops none of the others.
#[utoipa::path(
    post,
    path = "/api/batches/{batch}/steps/{step}/decisions",
    tag = "complete-step",
    params(
        ("batch" = String, Path, description = "The batch"),
        ("step" = u8, Path, description = "The step's number"),
    ),
    request_body = ManyBody,
    responses((status = 200, body = Outcomes), (status = "4XX", body = ProblemBody, content_type = "application/problem+json", description = "A problem of the body as a whole"))
)]
pub(crate) async fn decide_many(
    Changing { who, batch }: Changing,
    names: PathNames,
    body: JsonBody,
) -> Result<Json<Outcomes>, Problem> {
    let actor = who.actor().await?;
    let step = batch.step(names.step()?).ok_or(Refusal::NotFound(What::Step))?;
    actor.could_touch(&batch, step)?;
    let ManyBody { students, dry_run, decision, reason, amount_due, parts, cascade, as_of } = body.read()?;
    let students = read_students(&students)?;
    let asked: Asked = DecisionBody { decision, reason, amount_due, parts, cascade, as_of }.into();
    let command = Command::read(&batch, step.number, &asked, Source::Import, who.at)?;
    actor.could_decide(&batch, step, &command.verdict)?;

    let read = who.app.store.clearances(batch.id(), &students).await?;
    let call = Call { who: &who, batch: &batch, actor: &actor, command: &command, dry_run };
    let outcomes = students.into_iter().map(|student| call.decide(&read, student));
    let results = futures::stream::iter(outcomes).buffered(AT_ONCE).collect().await;
    Ok(Json(Outcomes { results }))
}

/// What is the same for every student of a call.
struct Call<'a> {
    who: &'a SignedIn,
    batch: &'a Batch,
    actor: &'a Actor,
    command: &'a Command,
    dry_run: bool,
}

impl Call<'_> {
    async fn decide(&self, read: &BTreeMap<StudentId, Clearance>, student: StudentId) -> OutcomeRow {
        let (outcome, problem) = match self.change(read.get(&student), &student).await {
            Ok(true) => ("changed", None),
            Ok(false) => ("unchanged", None),
            Err(problem) => ("refused", Some(problem.in_words(self.who.lang))),
        };
        OutcomeRow { student: student.to_string(), outcome, problem }
    }

    /// Whether there was anything to change.
    async fn change(&self, read: Option<&Clearance>, student: &StudentId) -> Result<bool, Problem> {
        let clearance = read.ok_or_else(|| self.actor.no_such_student())?;
        let decide =
            |clearance: &Clearance| decide(self.batch, clearance, self.actor, self.command, self.who.at);
        if self.dry_run {
            return Ok(!decide(clearance)?.is_empty());
        }
        let changed = self.who.app.store.change(self.batch, student, Some(clearance.clone()), decide).await?;
        Ok(!changed.events.is_empty())
    }
}
