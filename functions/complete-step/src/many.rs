//! Up to a hundred students: each by themselves, each with an outcome of their own.

use axum::Json;
use domain::batch::Batch;
use domain::clearance::Clearance;
use domain::decide::command::{Command, DecisionRequest};
use domain::decide::decide;
use domain::ids::{Source, StudentId};
use domain::import::Import;
use domain::refusal::{Refusal, What, read_students};
use domain::rights::Actor;
use domain::state::Mark;
use domain::verdict::Verdict;
use edge::answer::Outcome;
use edge::contract::{AmountDue, DecisionForMany, ImportName, Parts, PastInstant, Reason, Students};
use edge::{Budget, Changing, JsonBody, PathParams, Problem, ProblemBody, SignedIn, path};
use futures::StreamExt as _;
use serde::{Deserialize, Serialize};
use store::{AccessEvent, Clearances, Mode, Target};
use utoipa::ToSchema;

use crate::DecisionBody;

/// How many of them are written at the same time.
const AT_ONCE: usize = 16;

/// A decision on one step of many students.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ManyBody {
    /// 1 to 100 student numbers, each once.
    #[schema(value_type = Students)]
    students: Vec<String>,
    /// Only say what would happen.
    #[serde(default, rename = "dry_run")]
    #[schema(value_type = bool)]
    mode: Mode,
    /// As for one student, and `undo`: takes back what `import` decided, unless it was decided since.
    #[schema(value_type = DecisionForMany)]
    decision: String,
    #[serde(default)]
    #[schema(value_type = Option<Reason>)]
    reason: Option<String>,
    #[serde(default)]
    #[schema(value_type = Option<AmountDue>)]
    amount_due: Option<i64>,
    #[serde(default)]
    #[schema(value_type = Option<Parts>)]
    parts: Option<Vec<String>>,
    #[serde(default)]
    cascade: Option<bool>,
    #[serde(default)]
    #[schema(value_type = Option<PastInstant>)]
    as_of: Option<String>,
    /// The import that this call is part of: a name of the caller's own, such as a UUID, by which all
    /// of it can be undone. With `undo`, the import to take back.
    #[serde(default)]
    #[schema(value_type = Option<ImportName>)]
    import: Option<String>,
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
    /// 姓名, of students whom the caller may see.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// `changed`, `unchanged` or `refused`.
    #[schema(value_type = Outcome)]
    outcome: Outcome,
    /// What stood there before, if it was turned down, of students whom the caller may see: a pass takes
    /// its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<TurnedDown>,
    /// Whether what stands there is of this very import: a call that is sent again finds its own work.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    of_import: bool,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<ProblemBody>,
}

/// Why a step stood turned down.
#[derive(Debug, Serialize, ToSchema)]
struct TurnedDown {
    reason: Option<String>,
    /// In the smallest unit of the currency.
    amount_due: Option<i64>,
}

/// 学号.
type StudentNumber = String;

/// Decides one step of up to a hundred students. A refusal of one stops none of the others.
#[utoipa::path(
    post,
    path = "/api/batches/{batch}/steps/{step}/decisions",
    tag = "complete-step",
    params(path::Batch, path::Step),
    request_body = ManyBody,
    responses((status = 200, body = Outcomes), Problem)
)]
pub(crate) async fn decide_many(
    Changing { who, batch, .. }: Changing,
    names: PathParams,
    body: JsonBody,
) -> Result<Json<Outcomes>, Problem> {
    let actor = who.actor();
    let step = batch.step(names.step()?).ok_or(Refusal::NotFound(What::Step))?;
    actor.could_touch(&batch, step)?;
    let ManyBody { students, mode, decision, reason, amount_due, parts, cascade, as_of, import } =
        body.read()?;
    let students = read_students(&students)?;
    let asked: DecisionRequest =
        DecisionBody { decision, reason, amount_due, parts, cascade, as_of, seen: None }.into();
    let asked = DecisionRequest { import, ..asked };
    let command = Command::read(step, asked, who.source(Source::Import), who.at)?;
    actor.could_decide(&batch, step, command.verdict.decision())?;

    who.spend(Budget::Decisions).await?;

    let store = &who.app.store;
    let call = Call { who: &who, batch: &batch, actor, command: &command, mode };
    let read = async { Ok(store.clearances(batch.id(), &students).await?) };
    let (read, ()) = tokio::try_join!(read, call.keep_import())?;
    let outcomes = students.into_iter().map(|student| call.decide(&read, student));
    let results: Vec<(OutcomeRow, Counted)> =
        futures::stream::iter(outcomes).buffered(AT_ONCE).collect().await;
    let refused = results.iter().filter(|(_, counted)| *counted == Counted::AsRefused).count();
    who.count(AccessEvent::Refused, refused);
    Ok(Json(Outcomes { results: results.into_iter().map(|(row, _)| row).collect() }))
}

/// Whether a row counts as a refusal for want of a right in the sign-in record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Counted {
    No,
    AsRefused,
}

/// What is the same for every student of a call.
struct Call<'a> {
    who: &'a SignedIn,
    batch: &'a Batch,
    actor: &'a Actor,
    command: &'a Command,
    mode: Mode,
}

impl Call<'_> {
    /// Checks and records the call's import: its first call begins it; an undo ends it first, so that no later
    /// write can join it.
    async fn keep_import(&self) -> Result<(), Problem> {
        let Self { batch, actor, command, .. } = self;
        let (store, step) = (&self.who.app.store, command.step);
        let undone = match &command.verdict {
            Verdict::Undo { import, .. } => Some(import),
            _ => None,
        };
        let Some(name) = undone.or(command.import.as_ref()) else { return Ok(()) };
        let known = store.import(batch.id(), step, name).await?;
        let import = known.clone().unwrap_or_else(|| Import::begin(actor));
        match undone {
            Some(_) => import.may_undo(actor)?,
            None => import.may_go_on(actor)?,
        }
        if self.mode == Mode::Try {
            return Ok(());
        }
        match (undone, known) {
            (Some(_), Some(_)) => store.end_import(batch, step, name, import).await?,
            // Undone before its first call: begun as it ends, unless somebody has begun it this very moment.
            (Some(_), None) => {
                let ended = Import { undone: true, ..import };
                let there = store.begin_import(batch, step, name, ended).await?;
                there.may_undo(actor)?;
                if !there.undone {
                    store.end_import(batch, step, name, there).await?;
                }
            }
            (None, None) => store.begin_import(batch, step, name, import).await?.may_go_on(actor)?,
            (None, Some(_)) => {}
        }
        Ok(())
    }

    async fn decide(&self, read: &Clearances, student: StudentId) -> (OutcomeRow, Counted) {
        let found = read.get(&student);
        let before = found.ok().flatten();
        let mut counted = Counted::No;
        let changed = match found {
            Ok(before) => self.change(before, &student).await,
            Err(error) => Err(error.into()),
        };
        let (outcome, stands, problem) = match changed {
            Ok((outcome, stands)) => (outcome, stands, None),
            Err(problem) => {
                if matches!(problem, Problem::Refused(Refusal::NotAllowed(_))) {
                    counted = Counted::AsRefused;
                }
                (Outcome::Refused, None, Some(problem.in_words(self.who.voice())))
            }
        };
        let seen = before.filter(|clearance| self.actor.may_read(self.batch, &clearance.student).is_ok());
        let record = |clearance: &Clearance| clearance.records.get(&self.command.step).cloned();
        let turned_down = seen.and_then(record).filter(|record| record.mark == Mark::Rejected);
        let import = self.command.import.as_ref();
        let row = OutcomeRow {
            student: student.to_string(),
            name: seen.map(|clearance| clearance.student.personal().name.clone()),
            outcome,
            before: turned_down.map(|record| TurnedDown {
                reason: record.reason,
                amount_due: record.amount_due.map(|amount| amount.0),
            }),
            of_import: import.is_some()
                && stands.as_ref().and_then(record).is_some_and(|record| record.import.as_ref() == import),
            problem,
        };
        (row, counted)
    }

    /// Whether there was anything to change, and what stands now; of a dry run that is what stood before.
    async fn change(
        &self,
        read: Option<&Clearance>,
        student: &StudentId,
    ) -> Result<(Outcome, Option<Clearance>), Problem> {
        let Self { who, batch, actor, command, mode } = self;
        let read = read.ok_or_else(|| actor.no_such_student())?.clone();
        let target = Target::student(batch, student).as_read(Some(read));
        let decide = |clearance: &Clearance| decide(batch, clearance, actor, command, who.at);
        let changed = who.app.store.change(target, *mode, decide).await?;
        let outcome = Outcome::of(&changed);
        Ok(match mode {
            Mode::Do => (outcome, Some(changed.after)),
            Mode::Try => (outcome, changed.before),
        })
    }
}
