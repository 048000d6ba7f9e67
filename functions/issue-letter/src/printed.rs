//! That the originals of letters lie there on paper (N20).

use axum::Json;
use domain::decide::letter::print;
use domain::ids::LetterNumber;
use domain::refusal::read_letters;
use edge::answer::Outcome;
use edge::contract::Letters;
use edge::{JsonBody, PaperQuery, Problem, ProblemBody, Reading, path};
use futures::StreamExt;
use serde::{Deserialize, Serialize};
use store::Mode;
use utoipa::ToSchema;

/// How many letters are changed concurrently.
const AT_ONCE: usize = 16;

/// Which letters lie there on paper.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PrintedBody {
    /// 1 to 100 letters, each once.
    #[schema(value_type = Letters)]
    letters: Vec<LetterNumber>,
}

/// What came of each letter, in the order they were named.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PrintedRows {
    results: Vec<PrintedRow>,
}

/// What came of one letter.
#[derive(Debug, Serialize, ToSchema)]
struct PrintedRow {
    /// The letter's number.
    number: u32,
    /// `changed`, `unchanged` or `refused`.
    #[schema(value_type = Outcome)]
    outcome: Outcome,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<ProblemBody>,
}

/// Marks originals of letters as printed, once somebody has checked the paper: a printer can jam.
#[utoipa::path(
    post,
    path = "/api/batches/{batch}/letters/printed",
    tag = "issue-letter",
    params(path::Batch, PaperQuery),
    request_body = PrintedBody,
    responses((status = 200, body = PrintedRows), Problem)
)]
pub(crate) async fn note_printed(
    Reading { who, batch, .. }: Reading,
    asked: PaperQuery,
    body: JsonBody,
) -> Result<Json<PrintedRows>, Problem> {
    let actor = who.actor();
    let paper = asked.of(&batch)?;
    actor.may_issue_letters(paper)?;
    let letters = read_letters(&body.read::<PrintedBody>()?.letters)?;
    let (who, batch) = (&who, &*batch);
    let outcomes = letters.into_iter().map(|number| async move {
        let decide = |clearance: &_, letter: &_| print(paper, clearance, letter, actor, who.at);
        let letter = (paper.register(), number);
        let (outcome, problem) = match who.app.store.change_letter(batch, letter, Mode::Do, decide).await {
            Ok(changed) => (Outcome::of(&changed), None),
            Err(failure) => (Outcome::Refused, Some(Problem::from(failure).in_words(who.voice()))),
        };
        PrintedRow { number, outcome, problem }
    });
    let results = futures::stream::iter(outcomes).buffered(AT_ONCE).collect().await;
    Ok(Json(PrintedRows { results }))
}
