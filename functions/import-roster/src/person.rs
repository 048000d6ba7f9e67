//! What is held of one person: taken out whole for them, or erased.

use axum::Json;
use chrono::NaiveDate;
use domain::Timestamp;
use domain::decide::forget::{WhileOpen, forget};
use domain::refusal::{Refusal, What};
use domain::student::{Personal, Sex};
use edge::answer::{EventAnswer, LetterAnswer, StatusAnswer};
use edge::contract::GivenReason;
use edge::{JsonBody, PathParams, Problem, Reading, path};
use serde::{Deserialize, Serialize};
use store::{AccessEvent, Mode};
use utoipa::ToSchema;

/// Everything that is held of a student in a batch.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PersonExport {
    personal: PersonalAnswer,
    status: StatusAnswer,
    /// What happened, from the enrolment on.
    events: Vec<EventAnswer>,
    /// Their letters, void ones among them.
    letters: Vec<LetterAnswer>,
}

/// Their personal data, whole; all empty once it has been erased.
#[derive(Debug, Serialize, ToSchema)]
struct PersonalAnswer {
    /// 姓名.
    name: String,
    /// 性别: `male` or `female`.
    #[schema(value_type = Option<String>)]
    sex: Option<Sex>,
    /// 民族.
    ethnicity: Option<String>,
    /// 出生日期.
    #[schema(value_type = Option<String>, format = Date)]
    birth_date: Option<NaiveDate>,
    /// 身份证号.
    id_number: Option<String>,
    /// 电话.
    phone: Option<String>,
    /// 电子邮箱.
    email: Option<String>,
    /// When it was erased.
    #[schema(value_type = Option<String>, format = DateTime)]
    forgotten_at: Option<Timestamp>,
}

/// Takes out everything that is held of a student, for whoever asks what that is.
#[utoipa::path(
    get,
    path = "/api/batches/{batch}/students/{student}/export",
    tag = "import-roster",
    params(path::Batch, path::Student),
    responses((status = 200, body = PersonExport), Problem)
)]
pub(crate) async fn export_person(
    Reading { who, batch, .. }: Reading,
    names: PathParams,
) -> Result<Json<PersonExport>, Problem> {
    let actor = who.actor();
    actor.may_keep_personal_data()?;
    let student = names.student(&who.person)?;
    let held = who.app.store.held(batch.id(), &student).await?;
    let held = held.ok_or(Refusal::NotFound(What::Student))?;
    who.count(AccessEvent::RecordRead, 1);
    let today = who.at.date_naive();
    let Personal { name, sex, ethnicity, birth_date, id_number, phone, email } =
        held.clearance.student.personal().clone();
    let forgotten_at = held.clearance.forgotten;
    Ok(Json(PersonExport {
        personal: PersonalAnswer { name, sex, ethnicity, birth_date, id_number, phone, email, forgotten_at },
        status: StatusAnswer::of(&batch, &held.clearance, actor, who.at, who.lang),
        events: held.events.iter().map(|event| EventAnswer::of(event, true)).collect(),
        letters: held.letters.iter().map(|letter| LetterAnswer::of(letter, today)).collect(),
    }))
}

/// Why somebody's personal data is erased.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ForgetBody {
    /// Why.
    #[schema(value_type = GivenReason)]
    reason: String,
    /// Also while the batch is open, for somebody who shouldn't be in it: they can finish nothing any more.
    #[serde(default)]
    while_open: bool,
}

/// What is left of somebody.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Forgotten {
    /// 学号.
    student: String,
    /// When their personal data was erased.
    #[schema(value_type = Option<String>, format = DateTime)]
    forgotten_at: Option<Timestamp>,
}

/// Erases a student's personal data, and what stands on their letters, once the batch has closed. What was decided of
/// them stays, under their number.
#[utoipa::path(
    post,
    path = "/api/batches/{batch}/students/{student}/forget",
    tag = "import-roster",
    params(path::Batch, path::Student),
    request_body = ForgetBody,
    responses((status = 200, body = Forgotten), Problem)
)]
pub(crate) async fn forget_person(
    Reading { who, batch, .. }: Reading,
    names: PathParams,
    body: JsonBody,
) -> Result<Json<Forgotten>, Problem> {
    let actor = who.actor();
    actor.may_keep_personal_data()?;
    let student = names.student(&who.person)?;
    let body: ForgetBody = body.read()?;
    let while_open = if body.while_open { WhileOpen::Yes } else { WhileOpen::No };
    let decide = |clearance: &_| forget(&batch, clearance, actor, Some(&body.reason), while_open, who.at);
    let after = who.app.store.forget(&batch, &student, Mode::Do, decide).await?.after;
    Ok(Json(Forgotten { student: student.to_string(), forgotten_at: after.forgotten }))
}
