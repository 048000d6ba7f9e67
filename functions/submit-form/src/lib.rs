//! Information form submission (N14–N19): a member, a counsellor or the party office hands in where
//! the relation is to go, and hears what looks odd.

use axum::Json;
use domain::clearance::Clearance;
use domain::decide::form::hand_in;
use domain::party::form::FormRequest;
use domain::refusal::{Refusal, What};
use edge::answer::{FormAnswer, WarningAnswer};
use edge::contract::{AddressLine, ListedName, Reason, ReceiverContact, ReceiverPhone, TransferKindWord};
use edge::{Changing, JsonBody, PathParams, Problem, path};
use serde::{Deserialize, Serialize};
use store::{Mode, Target};
use utoipa::ToSchema;

edge::function! {
    /// Information form submission.
    Lambda: submit_form
}

/// A party form.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FormBody {
    /// The name beside the student's number, where it comes from a list: `another-name`, if the roster has another.
    #[serde(default)]
    #[schema(value_type = Option<ListedName>)]
    name: Option<String>,
    /// 抬头: whom the letter addresses, at most 60 characters.
    #[schema(value_type = AddressLine)]
    heading: String,
    /// 去向: where the relation lands, at most 60 characters.
    #[schema(value_type = AddressLine)]
    destination: String,
    /// `in-province`, `out-of-province` or `on-campus`.
    #[schema(value_type = TransferKindWord)]
    transfer_kind: String,
    /// Whom to ask at the receiver.
    #[serde(default)]
    #[schema(value_type = Option<ReceiverContact>)]
    receiver_contact: Option<String>,
    /// Their telephone.
    #[serde(default)]
    #[schema(value_type = Option<ReceiverPhone>)]
    receiver_phone: Option<String>,
    /// Whether the receiver agreed to both texts; must be true (N15).
    confirmed: bool,
    /// Why, when a registrar hands in late or for somebody else.
    #[serde(default)]
    #[schema(value_type = Option<Reason>)]
    reason: Option<String>,
    /// Only say what would come of it.
    #[serde(default, rename = "dry_run")]
    #[schema(value_type = bool)]
    mode: Mode,
}

impl From<FormBody> for FormRequest {
    fn from(body: FormBody) -> Self {
        let FormBody {
            name,
            heading,
            destination,
            transfer_kind,
            receiver_contact,
            receiver_phone,
            confirmed,
            reason,
            mode: _,
        } = body;
        FormRequest {
            name,
            heading,
            destination,
            transfer_kind,
            receiver_contact,
            receiver_phone,
            confirmed,
            reason,
        }
    }
}

/// What was handed in, and what looks odd about it.
#[derive(Debug, Serialize, ToSchema)]
struct HandedInAnswer {
    form: FormAnswer,
    warnings: Vec<WarningAnswer>,
}

/// Hands in, or changes, a party form; or, in a dry run, says what is wrong with it and what looks odd,
/// so that a page can say so while it is being written.
#[utoipa::path(
    put,
    path = "/api/batches/{batch}/students/{student}/party-form",
    tag = "submit-form",
    params(path::Batch, path::Student),
    request_body = FormBody,
    responses((status = 200, body = HandedInAnswer), Problem)
)]
async fn submit_form(
    Changing { who, batch, found }: Changing,
    names: PathParams,
    body: JsonBody,
) -> Result<Json<HandedInAnswer>, Problem> {
    let student = names.student(&who.person)?;
    let actor = who.actor();
    let body = body.read::<FormBody>()?;
    let mode = body.mode;
    let asked = FormRequest::from(body);
    let decide = |clearance: &Clearance| hand_in(&batch, clearance, actor, &asked, who.at);
    let missing = || Refusal::NotFound(What::Student);
    let target = Target::student(&batch, &student).as_read(found);
    let clearance = who.app.store.change(target, mode, decide).await?.after;
    let form = clearance.form().ok_or_else(missing)?;
    let warnings = form.warnings(batch.home(), &clearance.student);
    let warnings = warnings.into_iter().map(|warning| WarningAnswer::of(warning, who.lang)).collect();
    Ok(Json(HandedInAnswer { form: FormAnswer::from(&form), warnings }))
}
