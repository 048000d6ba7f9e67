//! The register: which letters are on their way, which came back, which are about to expire (N21).

use std::pin::pin;

use axum::Json;
use chrono::{Days, NaiveDate};
use domain::decide::letter::receive;
use domain::field::{FieldFault, FieldRule, Form};
use domain::ids::LetterNumber;
use domain::party::letter::{Letter, LetterState, Receipt};
use domain::refusal::Refusal;
use domain::roster::read_date;
use edge::answer::LetterAnswer;
use edge::contract::{Day, MOST_DAYS_AHEAD, Signatory};
use edge::{Cursor, JsonBody, PathNames, Problem, ProblemBody, Query, Reading};
use futures::TryStreamExt as _;
use serde::{Deserialize, Serialize};
use store::{Mode, every};
use utoipa::ToSchema;

/// The most letters looked at for one page.
const MOST_LOOKED_AT: usize = 2_000;
/// How many are read at once.
const PAGE: i32 = 200;

/// A page of the register.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Register {
    letters: Vec<LetterAnswer>,
    /// Where it goes on; a page can be short, or empty, and still go on.
    next: Option<String>,
}

/// What of the register is asked for.
struct Wanted {
    state: Option<LetterState>,
    missing_receipt: bool,
    not_printed: bool,
    expires_by: Option<NaiveDate>,
    college: Option<String>,
    text: Option<String>,
    today: NaiveDate,
}

impl Wanted {
    fn includes(&self, letter: &Letter) -> bool {
        let state = letter.state(self.today);
        let open = matches!(state, LetterState::Issued | LetterState::Expired);
        let expiring = |by| state == LetterState::Issued && letter.content.valid_until <= by;
        self.state.is_none_or(|wanted| wanted == state)
            && (!self.missing_receipt || open)
            && (!self.not_printed || (state == LetterState::Issued && letter.printed.is_none()))
            && self.expires_by.is_none_or(expiring)
            && self.college.as_ref().is_none_or(|college| *college == letter.college)
            && self.text.as_ref().is_none_or(|text| is_about(letter, text))
    }
}

/// Whether a letter is what somebody looks for: by its number, its student's, or their name.
fn is_about(letter: &Letter, text: &str) -> bool {
    text.parse() == Ok(letter.number)
        || domain::text::is_about(letter.student.as_str(), &letter.content.name, text)
}

/// The letters of a batch, in order of number.
#[utoipa::path(
    get,
    path = "/api/batches/{batch}/letters",
    tag = "issue-letter",
    params(
        ("batch" = inline(edge::contract::Batch), Path, description = "The batch"),
        ("state" = inline(Option<edge::contract::StateOfLetter>), Query, description = "`issued`, `returned`, `expired` or `void`"),
        ("receipt" = inline(Option<edge::contract::Missing>), Query, description = "`missing`: issued or expired, and no receipt has come"),
        ("printed" = inline(Option<edge::contract::Missing>), Query, description = "`missing`: issued, and nobody has said that its original is printed"),
        ("expires_within" = inline(Option<edge::contract::DaysAhead>), Query, description = "Issued, and expiring within so many days"),
        ("college" = inline(Option<edge::contract::Search>), Query, description = "One college only"),
        ("q" = inline(Option<edge::contract::Search>), Query, description = "A letter's number, the beginning of a student number, or a part of a name"),
        ("limit" = inline(Option<edge::contract::Limit>), Query, description = "1 to 100, 50 unless said"),
        ("cursor" = inline(Option<edge::contract::Place>), Query, description = "`next` of the page before"),
    ),
    responses((status = 200, body = Register), (status = "4XX", body = ProblemBody, content_type = "application/problem+json", description = "A problem"))
)]
pub(crate) async fn list_letters(reading: Reading, mut query: Query) -> Result<Json<Register>, Problem> {
    let today = reading.who.at.date_naive();
    let state = query.word("state", LetterState::read, &LetterState::ALL.map(LetterState::word));
    let mut missing =
        |name| query.word(name, |word| (word == "missing").then_some(()), &["missing"]).is_some();
    let (missing_receipt, not_printed) = (missing("receipt"), missing("printed"));
    let days = query.number("expires_within", 0..=MOST_DAYS_AHEAD, -1);
    let (college, text) = (query.search("college"), query.search("q"));
    let limit = usize::try_from(query.limit(50)).unwrap_or(50);
    let after: Option<LetterNumber> = query.cursor();
    query.finish()?;
    reading.who.actor().may_read_letters()?;

    let expires_by = u64::try_from(days).ok().and_then(|days| today.checked_add_days(Days::new(days)));
    let wanted = Wanted { state, missing_receipt, not_printed, expires_by, college, text, today };
    let (mut letters, mut looked_at) = (Vec::new(), 0);
    let store = &reading.who.app.store;
    let mut register = pin!(every(after, |after| store.letters(reading.batch.id(), after, PAGE)));
    while let Some(letter) = register.try_next().await? {
        looked_at += 1;
        if wanted.includes(&letter) {
            letters.push(LetterAnswer::of(&letter, today));
        }
        if letters.len() == limit || looked_at == MOST_LOOKED_AT {
            return Ok(Json(Register { letters, next: Some(Cursor::write(&letter.number)) }));
        }
    }
    Ok(Json(Register { letters, next: None }))
}

/// A receipt that came back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReceiptBody {
    /// When the relation was received, e.g. `2018-02-01`.
    #[schema(value_type = Day)]
    received_on: String,
    /// Who signed it.
    #[schema(value_type = Signatory)]
    from: String,
}

/// Notes that a letter's receipt has come back. Letters outlive the window, so this can be noted
/// until the batch's `receipts_until`.
#[utoipa::path(
    put,
    path = "/api/batches/{batch}/letters/{number}/receipt",
    tag = "issue-letter",
    params(
        ("batch" = inline(edge::contract::Batch), Path, description = "The batch"),
        ("number" = inline(edge::contract::LetterNumber), Path, description = "The letter"),
    ),
    request_body = ReceiptBody,
    responses((status = 200, body = LetterAnswer), (status = "4XX", body = ProblemBody, content_type = "application/problem+json", description = "A problem"))
)]
pub(crate) async fn note_receipt(
    Reading { who, batch, .. }: Reading,
    names: PathNames,
    body: JsonBody,
) -> Result<Json<LetterAnswer>, Problem> {
    let actor = who.actor();
    actor.may_keep_letters()?;
    let body: ReceiptBody = body.read()?;
    let received_on = read_date(body.received_on.trim()).ok_or_else(|| {
        Refusal::InvalidFields(vec![FieldFault::new("received_on", FieldRule::Form(Form::Date))])
    })?;
    let receipt = Receipt { received_on, from: body.from.trim().to_owned() };
    let decide =
        |clearance: &_, letter: &_| receive(&batch, clearance, letter, actor, receipt.clone(), who.at);
    let letter = who.app.store.change_letter(&batch, names.letter()?, Mode::Do, decide).await?.after;
    Ok(Json(LetterAnswer::of(&letter, who.at.date_naive())))
}
