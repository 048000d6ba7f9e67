//! One student by hand: added, changed, taken out and put back, each with a reason.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use domain::batch::Batch;
use domain::clearance::Clearance;
use domain::decide::by_hand::{Amended, Amendment, MovedStep, Reopen, add, amend, remove, restore};
use domain::field::FieldFault;
use domain::ids::{OfficeId, PersonId, StepNumber, StudentId};
use domain::operator::Scope;
use domain::refusal::{Refusal, What, given_reason};
use domain::rights::Actor;
use domain::roster::{Cells, Colleges, read_by_hand};
use domain::state::{Mark, State};
use domain::student::Student;
use domain::text::Lang;
use edge::answer::{FaultAnswer, RemovedAnswer};
use edge::contract::{GivenReason, StateOfStep, StudentNumber};
use edge::{Changing, Cursor, JsonBody, Limit, PathParams, Problem, Reading, SignedIn, path, readable};
use serde::{Deserialize, Serialize};
use store::{AccessEvent, Changed, Mode, Target};
use utoipa::ToSchema;

/// A student whom no roster has.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddBody {
    /// What is known of them, by the ids of a roster's columns: `{"student_id": "20151104027", "name": "王小明", "college": "信息学院"}`.
    #[schema(value_type = BTreeMap<String, String>)]
    cells: Cells,
    /// Why.
    #[schema(value_type = GivenReason)]
    reason: String,
    /// Only say what would come of it.
    #[serde(default)]
    #[schema(value_type = bool)]
    dry_run: Mode,
}

/// What is to be changed of a student.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AmendBody {
    /// What is so now, by the ids of a roster's columns; whatever isn't named stays as it is: `{"campus": "呈贡"}`.
    #[schema(value_type = BTreeMap<String, String>)]
    cells: Cells,
    /// Why.
    #[schema(value_type = GivenReason)]
    reason: String,
    /// Whether passed steps that were another office's, or would stand on nothing, are opened again; without it the former
    /// stand, and the latter refuse the change.
    #[serde(default)]
    reopen: bool,
    /// `version` of the status that was seen.
    seen: Option<u64>,
    /// Only say what would come of it.
    #[serde(default)]
    #[schema(value_type = bool)]
    dry_run: Mode,
}

/// Why somebody is taken out, or put back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReasonBody {
    /// Why.
    #[schema(value_type = GivenReason)]
    reason: String,
    /// `version` of the status that was seen: of another one nothing is changed.
    seen: Option<u64>,
}

/// What came of a change by hand.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ByHand {
    /// 学号.
    student: String,
    /// Whether they are new.
    created: bool,
    /// The columns that say something else now.
    columns: Vec<String>,
    /// Those of them that say nothing any more.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    emptied: Vec<String>,
    /// What was taken out of a cell, left out, or looks wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    remarks: Vec<FaultAnswer>,
    /// Their college, if the batch didn't have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    new_college: Option<String>,
    /// Decided steps that were another office's, or somebody's who decides for others now.
    moved: Vec<MovedAnswer>,
    /// Passed steps that are open again.
    reopened: Vec<StepLine>,
}

/// A decided step of a moved student that was another office's.
#[derive(Debug, Serialize, ToSchema)]
struct MovedAnswer {
    /// Its number.
    step: u8,
    /// Its name.
    name: String,
    /// `passed` or `rejected`; `ready`, where only some of its parts are done.
    #[schema(value_type = StateOfStep)]
    state: State,
    /// The office that decided it.
    from: OfficeLine,
    /// The office that handles it now; the same, where its clerks' bounds or the student's own people are others.
    to: OfficeLine,
    /// Who decided it.
    decided_by_name: Option<String>,
}

/// An office by name.
#[derive(Debug, Serialize, ToSchema)]
struct OfficeLine {
    /// E.g. `library`.
    id: String,
    /// Its name.
    name: String,
}

/// A step by name.
#[derive(Debug, Serialize, ToSchema)]
struct StepLine {
    /// From 1.
    number: u8,
    /// Its name.
    name: String,
}

/// Adds one student whom no roster has. Administrators may at any time.
#[utoipa::path(
    post,
    path = "/api/batches/{batch}/students",
    tag = "import-roster",
    params(path::Batch),
    request_body = AddBody,
    responses((status = 200, body = ByHand), Problem)
)]
pub(crate) async fn add_student(
    Changing { who, batch, .. }: Changing,
    body: JsonBody,
) -> Result<Json<ByHand>, Problem> {
    let actor = who.actor();
    actor.may_import_rosters()?;
    let AddBody { cells, reason, dry_run } = body.read()?;
    let read = Read::of(&who, &batch, (&cells, &reason), None).await?;
    let target = Target::student(&batch, &read.student.id);
    let decide =
        |known: Option<&Clearance>| add(&batch, known, read.student.clone(), actor, Some(&reason), who.at);
    // A college comes into the batch with a student, and never by itself.
    let known = who.app.store.clearance(batch.id(), &read.student.id).await?;
    decide(known.as_ref())?;
    read.settle(&who, &batch, dry_run).await?;
    let target = target.as_read(known);
    let changed = who.app.store.change_or_begin(target, dry_run, decide).await?;
    let created = changed.is_change();
    Ok(Json(ByHand { created, ..read.answer(&batch, &changed, Amended::default(), who.lang) }))
}

/// Changes what is known of one student: moves them to another college or campus, corrects a name. Which decided steps were
/// another office's is said. Administrators may at any time.
#[utoipa::path(
    put,
    path = "/api/batches/{batch}/students/{student}",
    tag = "import-roster",
    params(path::Batch, path::Student),
    request_body = AmendBody,
    responses((status = 200, body = ByHand), Problem)
)]
pub(crate) async fn amend_student(
    Changing { who, batch, found }: Changing,
    names: PathParams,
    body: JsonBody,
) -> Result<Json<ByHand>, Problem> {
    let actor = who.actor();
    actor.may_import_rosters()?;
    let student = names.student(&who.person)?;
    let AmendBody { cells, reason, reopen, seen, dry_run } = body.read()?;
    let before = found.ok_or(Refusal::NotFound(What::Student))?;
    let read = Read::of(&who, &batch, (&cells, &reason), Some(&before.student)).await?;
    let deciders = deciders(&who, &batch, &before).await?;
    let reopen = if reopen { Reopen::Yes } else { Reopen::No };
    // What isn't given is read from what was known, so of somebody who was changed meanwhile nothing is written over.
    let seen = Some(seen.unwrap_or(before.version));
    let decide = |clearance: &Clearance| {
        let asked = Amendment { student: read.student.clone(), reason: Some(&reason), reopen, seen };
        amend(&batch, clearance, actor, asked, &deciders, who.at)
    };
    let amended = decide(&before)?;
    read.settle(&who, &batch, dry_run).await?;
    let target = Target::student(&batch, &student).as_read(Some(before));
    let changed = who.app.store.change(target, dry_run, |clearance| Ok(decide(clearance)?.events)).await?;
    let amended = if changed.is_change() { amended } else { Amended::default() };
    Ok(Json(read.answer(&batch, &changed, amended, who.lang)))
}

/// Takes one student out of the batch: nothing is decided of them any more, no list has them, and nothing is printed.
/// Administrators may at any time.
#[utoipa::path(
    post,
    path = "/api/batches/{batch}/students/{student}/remove",
    tag = "import-roster",
    params(path::Batch, path::Student),
    request_body = ReasonBody,
    responses((status = 200, body = RemovedStudent), Problem)
)]
pub(crate) async fn remove_student(
    changing: Changing,
    names: PathParams,
    body: JsonBody,
) -> Result<Json<RemovedStudent>, Problem> {
    leave_or_return(changing, &names, body, remove).await
}

/// Puts one student back who was taken out, with all that had been decided of them. Administrators may at any time.
#[utoipa::path(
    post,
    path = "/api/batches/{batch}/students/{student}/restore",
    tag = "import-roster",
    params(path::Batch, path::Student),
    request_body = ReasonBody,
    responses((status = 200, body = RemovedStudent), Problem)
)]
pub(crate) async fn restore_student(
    changing: Changing,
    names: PathParams,
    body: JsonBody,
) -> Result<Json<RemovedStudent>, Problem> {
    leave_or_return(changing, &names, body, restore).await
}

/// Either of the two.
type Decide =
    fn(&Clearance, &Actor, Option<&str>, domain::Timestamp) -> Result<Vec<domain::fact::Event>, Refusal>;

async fn leave_or_return(
    Changing { who, batch, found }: Changing,
    names: &PathParams,
    body: JsonBody,
    decide: Decide,
) -> Result<Json<RemovedStudent>, Problem> {
    let actor = who.actor();
    actor.may_import_rosters()?;
    let student = names.student(&who.person)?;
    let ReasonBody { reason, seen } = body.read()?;
    let target = Target::student(&batch, &student).as_read(found);
    let decide = |clearance: &Clearance| {
        let events = decide(clearance, actor, Some(&reason), who.at)?;
        let is_stale = seen.is_some_and(|seen| seen != clearance.version);
        if is_stale && !events.is_empty() { Err(Refusal::ChangedMeanwhile) } else { Ok(events) }
    };
    let after = who.app.store.change(target, Mode::Do, decide).await?.after;
    Ok(Json(RemovedStudent::of(&after)))
}

edge::query! {
    /// Which page.
    pub(crate) struct RemovedQuery {
        /// 1 to 100, 50 unless said
        limit: Limit<50>,
        /// `next` of the page before
        cursor: Option<Cursor<StudentId>>,
    }
}

/// A page of students who were taken out.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RemovedPage {
    students: Vec<RemovedStudent>,
    /// Students among them whose record can't be read: an administrator's business.
    #[schema(value_type = Vec<StudentNumber>)]
    unreadable: Vec<StudentId>,
    /// Where it goes on.
    next: Option<String>,
}

/// A student who was taken out, or is back.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RemovedStudent {
    /// 学号.
    id: String,
    /// 姓名.
    name: String,
    /// 学院.
    college: String,
    /// Why they were taken out, by whom and when; nothing once they are back.
    removed: Option<RemovedAnswer>,
}

impl RemovedStudent {
    fn of(clearance: &Clearance) -> Self {
        let student = &clearance.student;
        Self {
            id: student.id.to_string(),
            name: student.personal().name.clone(),
            college: student.college.clone(),
            removed: clearance.removed.as_ref().map(RemovedAnswer::from),
        }
    }
}

/// Who was taken out of the batch, in order of number. Administrators alone.
#[utoipa::path(
    get,
    path = "/api/batches/{batch}/removed",
    tag = "import-roster",
    params(path::Batch, RemovedQuery),
    responses((status = 200, body = RemovedPage), Problem)
)]
pub(crate) async fn list_removed(
    Reading { who, batch, .. }: Reading,
    asked: RemovedQuery,
) -> Result<Json<RemovedPage>, Problem> {
    who.actor().may_import_rosters()?;
    let after = asked.cursor.map(|Cursor(student)| student);
    let limit = i32::try_from(asked.limit.rows()).unwrap_or(i32::MAX);
    let page = who.app.store.removed(batch.id(), after, limit).await?;
    let next = page.next.map(|student| Cursor(student).text());
    let (outlines, mut unreadable) = readable(page.items);
    let ids: Vec<StudentId> = outlines.into_iter().map(|outline| outline.id).collect();
    let found = who.app.store.clearances(batch.id(), &ids).await?;
    unreadable.extend(found.unreadable.into_keys());
    // The index follows the documents a moment later.
    let out = found.read.values().filter(|clearance| clearance.removed.is_some());
    let students: Vec<_> = out.map(RemovedStudent::of).collect();
    who.count(AccessEvent::RowShown, students.len());
    Ok(Json(RemovedPage { students, unreadable, next }))
}

/// A student as somebody gives them by hand.
struct Read {
    student: Student,
    remarks: Vec<FieldFault>,
    is_new_college: bool,
}

impl Read {
    async fn of(
        who: &SignedIn,
        batch: &Batch,
        (cells, reason): (&Cells, &str),
        before: Option<&Student>,
    ) -> Result<Self, Problem> {
        let read = read_by_hand(batch.university(), cells, before, who.at.date_naive(), edge::salt()?);
        // All that is wrong at once.
        let read = match (read, given_reason(Some(reason))) {
            (Ok(read), Ok(_)) => read,
            (Err(mut faults), Err(Refusal::InvalidFields(of_reason))) => {
                faults.extend(of_reason);
                return Err(Refusal::InvalidFields(faults).into());
            }
            (Err(faults), _) => return Err(Refusal::InvalidFields(faults).into()),
            (_, Err(refusal)) => return Err(refusal.into()),
        };
        let known = who.app.store.colleges(batch.id()).await?;
        let mut student = read.student;
        (student.college, _) = Colleges::known(&known).settle(&student.college);
        let is_new_college = !known.contains(&student.college);
        Ok(Self { student, remarks: read.remarks, is_new_college })
    }

    /// A college that the batch doesn't have is there before its first student, so that no list leaves them out.
    async fn settle(&self, who: &SignedIn, batch: &Batch, mode: Mode) -> Result<(), Problem> {
        if self.is_new_college && mode == Mode::Do {
            let new = BTreeSet::from([self.student.college.clone()]);
            who.app.store.add_colleges(batch, new).await?;
        }
        Ok(())
    }

    fn answer(&self, batch: &Batch, changed: &Changed<Clearance>, amended: Amended, lang: Lang) -> ByHand {
        let student = &changed.after.student;
        let before = changed.before.as_ref().filter(|_| changed.is_change());
        let office = |id: &OfficeId| OfficeLine {
            id: id.to_string(),
            name: batch
                .offices()
                .find(|office| office.id == *id)
                .map(|office| office.name.of(lang).to_owned())
                .unwrap_or_default(),
        };
        let name =
            |step: StepNumber| batch.step(step).map(|step| step.name.of(lang).to_owned()).unwrap_or_default();
        let by = |step: &StepNumber| changed.before.as_ref()?.records.get(step)?.by_name.clone();
        let moved = |MovedStep { step, mark, from, to }: MovedStep| MovedAnswer {
            step: step.0,
            name: name(step),
            state: match mark {
                Some(Mark::Rejected) => State::Rejected,
                Some(_) => State::Passed,
                None => State::Ready,
            },
            from: office(&from),
            to: office(&to),
            decided_by_name: by(&step),
        };
        let mut reopened = amended.reopened;
        reopened.sort_unstable();
        ByHand {
            student: student.id.to_string(),
            created: false,
            columns: before.map(|before| before.student.differences(student)).unwrap_or_default(),
            emptied: before.map(|before| before.student.emptied(student)).unwrap_or_default(),
            remarks: FaultAnswer::all(&self.remarks, lang),
            new_college: Some(student.college.clone()).filter(|_| self.is_new_college),
            moved: amended.moved.into_iter().map(moved).collect(),
            reopened: reopened
                .into_iter()
                .map(|step| StepLine { number: step.0, name: name(step) })
                .collect(),
        }
    }
}

/// Those who decided steps of a student as operators, with their rights as they are now.
async fn deciders(
    who: &SignedIn,
    batch: &Batch,
    clearance: &Clearance,
) -> Result<BTreeMap<PersonId, Actor>, Problem> {
    let decided = clearance.records.values().map(|record| &record.by);
    let ticked = clearance.ticked.values().flat_map(|parts| parts.values().map(|tick| &tick.by));
    let by: BTreeSet<PersonId> = decided.chain(ticked).cloned().collect();
    let (by, scope) = (Vec::from_iter(by), Scope::Batch(batch.id().clone()));
    let entries = who.app.store.some_operators(&scope, &by).await?;
    let actor = |entry: domain::operator::Operator| {
        let actor = who.app.actor(
            &entry.id,
            Some(batch.id()),
            &BTreeMap::from([(scope.clone(), entry.clone())]),
            who.at,
        );
        (entry.id, actor)
    };
    // Of whoever can't be read it isn't known how far they went: their steps are named.
    Ok(readable(entries).0.into_iter().map(actor).collect())
}
