//! Who came to the door on a day: how often they signed in, were refused, signed out. For administrators.

use axum::Json;
use chrono::NaiveDate;
use domain::ids::{PersonId, PersonKind};
use edge::contract;
use edge::{Cursor, Limit, OnCampus, Problem, people, readable};
use serde::Serialize;
use store::AccessRecord;
use utoipa::ToSchema;

edge::query! {
    /// Which day, which page.
    pub(crate) struct SignInsQuery {
        /// E.g. 2017-12-20; today unless said
        day: Option<NaiveDate>,
        /// 1 to 100, 50 unless said
        limit: Limit<50>,
        /// `next` of the page before
        cursor: Option<Cursor<PersonId>>,
    }
}

/// A page of a day's record.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SignIns {
    people: Vec<SignInRow>,
    /// People whose record can't be read.
    unreadable: Vec<String>,
    next: Option<String>,
}

/// What one person did at the door on a day.
#[derive(Debug, Serialize, ToSchema)]
struct SignInRow {
    /// Their number.
    id: String,
    /// Whose number it is: the same of another kind is somebody else's.
    #[schema(value_type = contract::PersonKind)]
    kind: PersonKind,
    signed_in: u64,
    refused: u64,
    signed_out: u64,
    /// Records of others that they read.
    records_read: u64,
    /// Rows of others that lists showed them.
    rows_shown: u64,
    /// Letters and slips of others that they printed.
    printed: u64,
    /// Rows of others that they took away in sheets.
    rows_taken: u64,
    /// The last time any of it happened.
    #[schema(format = DateTime)]
    last: String,
}

impl From<AccessRecord> for SignInRow {
    fn from(record: AccessRecord) -> Self {
        Self {
            id: record.person.number().to_owned(),
            kind: record.person.kind(),
            signed_in: record.signed_in,
            refused: record.refused,
            signed_out: record.signed_out,
            records_read: record.records_read,
            rows_shown: record.rows_shown,
            printed: record.printed,
            rows_taken: record.rows_taken,
            last: record.last,
        }
    }
}

/// Who signed in on a day, was refused, or signed out.
#[utoipa::path(
    get,
    path = "/api/sign-ins",
    tag = "sign-in",
    params(SignInsQuery),
    responses((status = 200, body = SignIns), Problem)
)]
pub(crate) async fn list_sign_ins(
    OnCampus(who): OnCampus,
    asked: SignInsQuery,
) -> Result<Json<SignIns>, Problem> {
    who.actor().may_read_sign_ins()?;
    let SignInsQuery { day, limit, cursor } = asked;
    let (day, after) = (day.unwrap_or_else(|| who.at.date_naive()), cursor.map(|Cursor(person)| person));
    let page = who.app.store.sign_ins(day, after, limit.items()).await?;
    let next = page.next.map(|person| Cursor(person).text());
    let (records, unreadable) = readable(page.items);
    let rows = records.into_iter().map(SignInRow::from).collect();
    Ok(Json(SignIns { people: rows, unreadable: people(&unreadable), next }))
}
