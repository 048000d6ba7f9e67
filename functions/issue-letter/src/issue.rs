//! Letters for one student or for many, each with the next number.

use axum::Json;
use domain::decide::letter::{Issuing, issue};
use domain::refusal::read_students;
use edge::answer::Outcome;
use edge::contract::Students;
use edge::{Changing, JsonBody, PaperQuery, Problem, ProblemBody, path};
use serde::{Deserialize, Serialize};
use store::Mode;
use utoipa::ToSchema;

/// Whom to issue letters to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct IssueBody {
    /// 1 to 100 student numbers, each once.
    #[schema(value_type = Students)]
    students: Vec<String>,
}

/// What came of each student, in the order they were named.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IssuedRows {
    results: Vec<IssuedRow>,
}

/// What came of one student.
#[derive(Debug, Serialize, ToSchema)]
struct IssuedRow {
    /// 学号.
    student: String,
    /// `changed`, `unchanged` or `refused`.
    #[schema(value_type = Outcome)]
    outcome: Outcome,
    /// The letter's number, new or as before.
    number: Option<u32>,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<ProblemBody>,
}

/// Issues letters. Whoever has one keeps it: asking again gives the same number.
#[utoipa::path(
    post,
    path = "/api/batches/{batch}/letters",
    tag = "issue-letter",
    params(path::Batch, PaperQuery),
    request_body = IssueBody,
    responses((status = 200, body = IssuedRows), Problem)
)]
pub(crate) async fn issue_letters(
    Changing { who, batch, .. }: Changing,
    asked: PaperQuery,
    body: JsonBody,
) -> Result<Json<IssuedRows>, Problem> {
    let actor = who.actor();
    let paper = asked.of(&batch)?;
    actor.may_issue_letters(paper)?;
    let mut results = Vec::new();
    // One after the other: every letter wants the same counter.
    for student in read_students(&body.read::<IssueBody>()?.students)? {
        let decide = |clearance: &_, number| {
            issue(Issuing { batch: &batch, paper, clearance, actor, number, at: who.at })
        };
        let issued = who.app.store.issue(&batch, paper.register(), &student, Mode::Do, decide).await;
        let (outcome, number, problem) = match issued {
            Ok(changed) => (Outcome::of(&changed), Some(changed.after), None),
            Err(failure) => (Outcome::Refused, None, Some(Problem::from(failure).in_words(who.voice()))),
        };
        results.push(IssuedRow { student: student.to_string(), outcome, number, problem });
    }
    Ok(Json(IssuedRows { results }))
}
