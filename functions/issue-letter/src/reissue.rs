//! A letter issued anew, with the three papers (N22).

use axum::Json;
use domain::decide::letter::{IntroductionAnew, Issuing, ReissueRequest, reissue};
use domain::paper::LayoutName;
use domain::party::form::FormRequest;
use domain::party::letter::Content;
use edge::answer::{LetterAnswer, WarningAnswer};
use edge::contract::{AddressLine, GivenReason, Papers, ReceiverContact, ReceiverPhone, TransferKindWord};
use edge::{Changing, JsonBody, PaperQuery, PathParams, Problem, path};
use serde::{Deserialize, Serialize};
use store::Mode;
use utoipa::ToSchema;

/// What the re-issue of a paper of words needs.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TextReissueBody {
    /// Why.
    #[schema(value_type = GivenReason)]
    reason: String,
    /// Only say what would come of it: the letter has the number it would have by now.
    #[serde(default, rename = "dry_run")]
    #[schema(value_type = bool)]
    mode: Mode,
}

/// What a re-issue needs, by the paper's layout.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "each layout reads its own body; together they are the contract")]
#[serde(untagged)]
pub(crate) enum AnyReissueBody {
    /// Of a party introduction.
    Introduction(ReissueBody),
    /// Of a paper of words.
    Text(TextReissueBody),
}

/// What the re-issue of a party introduction needs (N22).
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReissueBody {
    /// `statement`, `application`, `original`: all three.
    #[schema(value_type = Papers)]
    papers: Vec<String>,
    /// Why.
    #[schema(value_type = GivenReason)]
    reason: String,
    /// 抬头.
    #[schema(value_type = AddressLine)]
    heading: String,
    /// 去向.
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
    /// Only say what would come of it: the letter has the number it would have by now.
    #[serde(default, rename = "dry_run")]
    #[schema(value_type = bool)]
    mode: Mode,
}

impl From<ReissueBody> for IntroductionAnew {
    fn from(body: ReissueBody) -> Self {
        let ReissueBody { papers, reason, heading, destination, transfer_kind, .. } = body;
        let form = FormRequest {
            name: None,
            heading,
            destination,
            transfer_kind,
            receiver_contact: body.receiver_contact,
            receiver_phone: body.receiver_phone,
            confirmed: body.confirmed,
            reason: None,
        };
        IntroductionAnew { papers, reason: Some(reason), form }
    }
}

/// The new letter, and what looks odd about it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Reissued {
    #[serde(flatten)]
    letter: LetterAnswer,
    warnings: Vec<WarningAnswer>,
}

/// Issues a letter anew and voids the one before; both name each other.
#[utoipa::path(
    post,
    path = "/api/batches/{batch}/letters/{number}/reissue",
    tag = "issue-letter",
    params(path::Batch, path::Letter, PaperQuery),
    request_body = AnyReissueBody,
    responses((status = 200, body = Reissued), Problem)
)]
pub(crate) async fn reissue_letter(
    Changing { who, batch, .. }: Changing,
    names: PathParams,
    asked: PaperQuery,
    body: JsonBody,
) -> Result<Json<Reissued>, Problem> {
    let actor = who.actor();
    let paper = asked.of(&batch)?;
    actor.may_keep_letters(paper)?;
    let (mode, asked) = match paper.layout_name() {
        LayoutName::PartyIntroduction => {
            let body = body.read::<ReissueBody>()?;
            (body.mode, ReissueRequest::Introduction(body.into()))
        }
        LayoutName::Text => {
            let TextReissueBody { reason, mode } = body.read()?;
            (mode, ReissueRequest::Text { reason: Some(reason) })
        }
    };
    let decide = |clearance: &_, old: &_, number| {
        reissue(Issuing { batch: &batch, paper, clearance, actor, number, at: who.at }, old, &asked)
    };
    let old = (paper.register(), names.letter()?);
    let letter = who.app.store.reissue(&batch, old, mode, decide).await?.after;
    let content = letter.content.get();
    let introduction = content.and_then(Content::introduction);
    let warnings = introduction.map(|content| content.form.letter_warnings(batch.home()));
    let warnings =
        warnings.into_iter().flatten().map(|warning| WarningAnswer::of(warning, who.lang)).collect();
    Ok(Json(Reissued { letter: LetterAnswer::of(&letter, who.at.date_naive()), warnings }))
}
