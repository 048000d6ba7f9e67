//! The register: which letters are on their way, which came back, which are about to expire (N21).

use std::pin::pin;

use axum::Json;
use domain::cell::day;
use domain::decide::letter::receive;
use domain::field::{FieldFault, FieldRule, Format};
use domain::ids::LetterNumber;
use domain::party::letter::{LetterFilter, LetterState, Receipt};
use domain::refusal::Refusal;
use edge::answer::LetterAnswer;
use edge::contract::{Day, Signatory};
use edge::{
    Cursor, DaysAhead, JsonBody, Limit, Missing, PaperName, PaperQuery, PathParams, Problem, Reading, Search,
    path, read,
};
use futures::TryStreamExt as _;
use serde::{Deserialize, Serialize};
use store::{AccessEvent, Mode, every};
use utoipa::ToSchema;

/// The most letters looked at for one page.
const MOST_LOOKED_AT: usize = 2_000;
/// How many are read at once.
const PAGE: i32 = 200;

/// A page of the register.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LetterPage {
    letters: Vec<LetterAnswer>,
    /// Numbers of letters that can't be read.
    unreadable: Vec<LetterNumber>,
    /// Where it goes on; a page can be short, or empty, and still go on.
    next: Option<String>,
}

edge::query! {
    /// What of the register is asked for.
    pub(crate) struct LettersQuery {
        /// A paper of the batch; the party introduction unless said, or else the first that it gives
        paper: Option<PaperName>,
        /// `issued`, `returned`, `expired` or `void`
        state: Option<LetterState>,
        /// `missing`: issued or expired, and no receipt has come
        receipt: Option<Missing>,
        /// `missing`: issued, and nobody has said that its original is printed
        printed: Option<Missing>,
        /// Issued, and expiring within so many days
        expires_within: Option<DaysAhead>,
        /// One college only
        college: Option<Search>,
        /// A letter's number, the beginning of a student number, or a part of a name
        q: Option<Search>,
        /// 1 to 100, 50 unless said
        limit: Limit<50>,
        /// `next` of the page before
        cursor: Option<Cursor<LetterNumber>>,
    }
}

impl LettersQuery {
    fn filter(&self) -> LetterFilter<'_> {
        LetterFilter {
            state: self.state,
            without_receipt: self.receipt.is_some(),
            not_printed: self.printed.is_some(),
            expires_within: self.expires_within.map(|DaysAhead(days)| days),
            college: self.college.as_deref(),
            text: self.q.as_deref(),
        }
    }
}

/// The letters of a batch, in order of number.
#[utoipa::path(
    get,
    path = "/api/batches/{batch}/letters",
    tag = "issue-letter",
    params(path::Batch, LettersQuery),
    responses((status = 200, body = LetterPage), Problem)
)]
pub(crate) async fn list_letters(reading: Reading, asked: LettersQuery) -> Result<Json<LetterPage>, Problem> {
    let today = reading.who.at.date_naive();
    let paper = PaperName::of(asked.paper.as_ref(), &reading.batch)?;
    let within = reading.who.actor().may_read_letters(paper)?;

    let filter = asked.filter();
    let after = asked.cursor.as_ref().map(|Cursor(number)| *number);
    let (mut letters, mut unreadable, mut looked_at, mut next) = (Vec::new(), Vec::new(), 0, None);
    let store = &reading.who.app.store;
    let (batch, register) = (reading.batch.id(), paper.register());
    let mut register = pin!(every(after, |after| store.letters(batch, register, after, PAGE)));
    while let Some(listed) = register.try_next().await? {
        looked_at += 1;
        let number = match read(listed) {
            Ok(letter) => {
                if within.include(&letter.college) && filter.includes(&letter, today) {
                    letters.push(LetterAnswer::of(&letter, today));
                }
                letter.number
            }
            Err(number) => {
                unreadable.push(number);
                number
            }
        };
        if letters.len() == asked.limit.rows() || looked_at == MOST_LOOKED_AT {
            next = Some(Cursor(number).text());
            break;
        }
    }
    reading.who.count(AccessEvent::RowShown, letters.len());
    Ok(Json(LetterPage { letters, unreadable, next }))
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
    params(path::Batch, path::Letter, PaperQuery),
    request_body = ReceiptBody,
    responses((status = 200, body = LetterAnswer), Problem)
)]
pub(crate) async fn note_receipt(
    Reading { who, batch, .. }: Reading,
    names: PathParams,
    asked: PaperQuery,
    body: JsonBody,
) -> Result<Json<LetterAnswer>, Problem> {
    let actor = who.actor();
    let paper = asked.of(&batch)?;
    actor.may_keep_letters(paper)?;
    let body: ReceiptBody = body.read()?;
    let received_on = day(body.received_on.trim()).ok_or_else(|| {
        Refusal::InvalidFields(vec![FieldFault::new("received_on", FieldRule::Format(Format::Date))])
    })?;
    let receipt = Receipt { received_on, from: body.from.trim().to_owned() };
    let decide =
        |clearance: &_, letter: &_| receive(paper, clearance, letter, actor, receipt.clone(), who.at);
    let letter = who
        .app
        .store
        .change_letter(&batch, (paper.register(), names.letter()?), Mode::Do, decide)
        .await?
        .after;
    Ok(Json(LetterAnswer::of(&letter, who.at.date_naive())))
}
