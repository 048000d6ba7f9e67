//! Up to a hundred students: each by themselves, each with an outcome of their own.

use std::collections::BTreeSet;

use axum::Json;
use domain::batch::{Batch, Step};
use domain::clearance::Clearance;
use domain::decide::command::{Command, DecisionRequest};
use domain::decide::decide;
use domain::field::{FieldFault, FieldRule};
use domain::ids::{ImportId, Source, StudentId};
use domain::import::Import;
use domain::refusal::{Refusal, What, read_rows, read_students};
use domain::rights::Actor;
use domain::sheet::check_listed_name;
use domain::state::Mark;
use domain::text::is_another_name;
use domain::verdict::{Decision, FOR_ROWS, Verdict};
use edge::answer::Outcome;
use edge::contract::{
    AmountDue, DecisionForMany, DecisionForRow, ImportName, ListedName, Parts, PastInstant, Reason,
    StudentNumber as Student, Students,
};
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
    #[serde(default)]
    #[schema(value_type = Option<Students>)]
    students: Option<Vec<String>>,
    /// Or 1 to 100 students, each with a decision of its own, in the place of `students`, `decision`, `reason` and
    /// `amount_due`; `parts` is for those that pass.
    #[serde(default)]
    #[schema(min_items = 1, max_items = 100)]
    rows: Option<Vec<RowBody>>,
    /// Only say what would happen.
    #[serde(default, rename = "dry_run")]
    #[schema(value_type = bool)]
    mode: Mode,
    /// As for one student, and `undo`: takes back what `import` decided, unless it was decided since.
    #[serde(default)]
    #[schema(value_type = Option<DecisionForMany>)]
    decision: Option<String>,
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

/// A student with a decision of its own.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RowBody {
    /// 学号.
    #[schema(value_type = Student)]
    student: String,
    /// The name beside it in the caller's list, to be compared with the roster's.
    #[serde(default)]
    #[schema(value_type = Option<ListedName>)]
    name: Option<String>,
    /// `pass`, `reject` or `waive`.
    #[schema(value_type = DecisionForRow)]
    decision: String,
    #[serde(default)]
    #[schema(value_type = Option<Reason>)]
    reason: Option<String>,
    #[serde(default)]
    #[schema(value_type = Option<AmountDue>)]
    amount_due: Option<i64>,
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
    /// Whether the name beside the number in the caller's list is another one, most often since the number is another
    /// person's; of students whom the caller may see.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    another_name: bool,
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
    let Many { mode, each, import } = Many::read(body.read()?, step, &who)?;
    let decisions: BTreeSet<Decision> = each.iter().map(|asked| asked.command.verdict.decision()).collect();
    decisions.into_iter().try_for_each(|decision| actor.could_decide(&batch, step, decision))?;

    who.spend(Budget::Decisions).await?;

    let store = &who.app.store;
    let call = Call { who: &who, batch: &batch, actor, step, import: import.as_ref(), mode };
    let students: Vec<StudentId> = each.iter().map(|asked| asked.student.clone()).collect();
    let read = async { Ok(store.clearances(batch.id(), &students).await?) };
    let (read, ()) = tokio::try_join!(read, call.keep_import())?;
    let outcomes = each.into_iter().map(|asked| call.decide(&read, asked));
    let results: Vec<(OutcomeRow, Counted)> =
        futures::stream::iter(outcomes).buffered(AT_ONCE).collect().await;
    let refused = results.iter().filter(|(_, counted)| *counted == Counted::AsRefused).count();
    who.count(AccessEvent::Refused, refused);
    Ok(Json(Outcomes { results: results.into_iter().map(|(row, _)| row).collect() }))
}

/// What is asked of many students, read.
struct Many {
    mode: Mode,
    each: Vec<Asked>,
    /// The import that it is part of, or that it takes back.
    import: Option<(ImportId, Purpose)>,
}

/// What is asked of one student.
struct Asked {
    student: StudentId,
    /// The name beside the number.
    name: Option<String>,
    command: Command,
}

/// What an import is named for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    GoOn,
    Undo,
}

impl Many {
    fn read(body: ManyBody, step: &Step, who: &SignedIn) -> Result<Self, Problem> {
        let ManyBody { students, rows, mode, decision, reason, amount_due, parts, cascade, as_of, import } =
            body;
        let shared = |decision, reason, amount_due, parts| DecisionRequest {
            import: import.clone(),
            ..DecisionBody { decision, reason, amount_due, parts, cascade, as_of: as_of.clone(), seen: None }
                .into()
        };
        let read = |asked| Command::read(step, asked, who.source(Source::Import), who.at);
        let each: Vec<Asked> = if let Some(rows) = rows {
            let instead = [
                ("students", students.is_some()),
                ("decision", decision.is_some()),
                ("reason", reason.is_some()),
                ("amount_due", amount_due.is_some()),
            ];
            let instead = instead.into_iter().filter(|(_, there)| *there);
            let of_row = |i: usize, fault: FieldFault| FieldFault {
                field: format!("rows[{i}].{}", fault.field),
                ..fault
            };
            let mut faults: Vec<_> =
                instead.map(|(field, _)| FieldFault::new(field, FieldRule::Unexpected)).collect();
            let numbers: Vec<String> = rows.iter().map(|row| row.student.clone()).collect();
            let students = read_rows(&numbers).map_err(|found| faults.extend(found)).unwrap_or_default();
            let mut commands = Vec::with_capacity(rows.len());
            for (i, RowBody { name, decision, reason, amount_due, .. }) in rows.into_iter().enumerate() {
                if let Some(Err(fault)) = name.as_deref().map(check_listed_name) {
                    faults.push(of_row(i, fault));
                }
                if !FOR_ROWS.iter().any(|known| known.word() == decision) {
                    let words = FOR_ROWS.map(|known| known.word().to_owned()).to_vec();
                    faults.push(FieldFault::new(format!("rows[{i}].decision"), FieldRule::OneOf(words)));
                    continue;
                }
                let parts = if decision == Decision::Pass.word() { parts.clone() } else { None };
                match read(shared(decision, reason, amount_due, parts)) {
                    Ok(command) => commands.push((name, command)),
                    Err(Refusal::InvalidFields(found)) => {
                        faults.extend(found.into_iter().map(|fault| of_row(i, fault)));
                    }
                    Err(refusal) => return Err(refusal.into()),
                }
            }
            if !faults.is_empty() {
                return Err(Refusal::InvalidFields(faults).into());
            }
            let each = students.into_iter().zip(commands);
            each.map(|(student, (name, command))| Asked { student, name, command }).collect()
        } else {
            let students = read_students(&students.unwrap_or_default())?;
            let command = read(shared(decision.unwrap_or_default(), reason, amount_due, parts))?;
            let each = students.into_iter();
            each.map(|student| Asked { student, name: None, command: command.clone() }).collect()
        };
        let import = each.first().and_then(|Asked { command, .. }| match &command.verdict {
            Verdict::Undo { import, .. } => Some((import.clone(), Purpose::Undo)),
            _ => Some((command.import.clone()?, Purpose::GoOn)),
        });
        Ok(Self { mode, each, import })
    }
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
    step: &'a Step,
    import: Option<&'a (ImportId, Purpose)>,
    mode: Mode,
}

impl Call<'_> {
    /// Checks and records the call's import: its first call begins it; an undo ends it first, so that no later
    /// write can join it.
    async fn keep_import(&self) -> Result<(), Problem> {
        let Self { batch, actor, .. } = self;
        let (store, step) = (&self.who.app.store, self.step.number);
        let Some((name, purpose)) = self.import else { return Ok(()) };
        let known = store.import(batch.id(), step, name).await?;
        let import = known.clone().unwrap_or_else(|| Import::begin(actor));
        match purpose {
            Purpose::Undo => import.may_undo(actor)?,
            Purpose::GoOn => import.may_go_on(actor)?,
        }
        if self.mode == Mode::Try {
            return Ok(());
        }
        match (purpose, known) {
            (Purpose::Undo, Some(_)) => store.end_import(batch, step, name, import).await?,
            // Undone before its first call: begun as it ends, unless somebody has begun it this very moment.
            (Purpose::Undo, None) => {
                let ended = Import { undone: true, ..import };
                let there = store.begin_import(batch, step, name, ended).await?;
                there.may_undo(actor)?;
                if !there.undone {
                    store.end_import(batch, step, name, there).await?;
                }
            }
            (Purpose::GoOn, None) => store.begin_import(batch, step, name, import).await?.may_go_on(actor)?,
            (Purpose::GoOn, Some(_)) => {}
        }
        Ok(())
    }

    async fn decide(&self, read: &Clearances, asked: Asked) -> (OutcomeRow, Counted) {
        let Asked { student, name, command } = asked;
        let found = read.get(&student);
        let before = found.ok().flatten();
        let mut counted = Counted::No;
        let changed = match found {
            Ok(before) => self.change(before, &student, &command).await,
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
        let record = |clearance: &Clearance| clearance.records.get(&self.step.number).cloned();
        let turned_down = seen.and_then(record).filter(|record| record.mark == Mark::Rejected);
        let import = command.import.as_ref();
        let known = seen.map(|clearance| clearance.student.personal().name.clone());
        let row = OutcomeRow {
            student: student.to_string(),
            another_name: name.zip(known.as_ref()).is_some_and(|(said, known)| is_another_name(&said, known)),
            name: known,
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
        command: &Command,
    ) -> Result<(Outcome, Option<Clearance>), Problem> {
        let Self { who, batch, actor, mode, .. } = self;
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
