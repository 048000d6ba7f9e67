//! One student.

use axum::Json;
use domain::clearance::Clearance;
use domain::decide::command::{Command, DecisionRequest};
use domain::decide::decide;
use domain::ids::Source;
use domain::refusal::{Refusal, What};
use edge::answer::StatusAnswer;
use edge::{Changing, JsonBody, PathParams, Problem, path};
use store::{Mode, Target};

use crate::DecisionBody;

/// Decides one step of one student: two round trips. Asking again for what is already so changes
/// nothing.
#[utoipa::path(
    put,
    path = "/api/batches/{batch}/students/{student}/steps/{step}",
    tag = "complete-step",
    params(path::Batch, path::Student, path::Step),
    request_body = DecisionBody,
    responses((status = 200, body = StatusAnswer), Problem)
)]
pub(crate) async fn decide_one(
    Changing { who, batch, found }: Changing,
    names: PathParams,
    body: JsonBody,
) -> Result<Json<StatusAnswer>, Problem> {
    let student = names.student(&who.person)?;
    let actor = who.actor();
    let step = batch.step(names.step()?).ok_or(Refusal::NotFound(What::Step))?;
    actor.could_touch(&batch, step)?;
    let asked: DecisionRequest = body.read::<DecisionBody>()?.into();
    let command = Command::read(step, asked, who.source(Source::Operator), who.at)?;
    actor.could_decide(&batch, step, command.verdict.decision())?;
    let read = found.ok_or_else(|| actor.no_such_student())?;
    let target = Target::student(&batch, &student).as_read(Some(read));
    let decide = |clearance: &Clearance| decide(&batch, clearance, actor, &command, who.at);
    let clearance = who.app.store.change(target, Mode::Do, decide).await?.after;
    Ok(Json(StatusAnswer::of(&batch, &clearance, actor, who.at, who.lang)))
}
