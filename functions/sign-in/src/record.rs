//! Who came to the door on a day: how often they signed in, were refused, signed out. For administrators.

use axum::Json;
use domain::field::{FieldFault, FieldRule, Form};
use domain::refusal::Refusal;
use domain::role::Role;
use domain::roster::read_date;
use edge::{Cursor, OnCampus, Problem, ProblemBody, Query};
use serde::Serialize;
use store::SignInRecord;
use utoipa::ToSchema;

/// A page of a day's record.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SignIns {
    people: Vec<SignInRow>,
    next: Option<String>,
}

/// What one person did at the door on a day.
#[derive(Debug, Serialize, ToSchema)]
struct SignInRow {
    /// Their user name.
    id: String,
    signed_in: u64,
    refused: u64,
    signed_out: u64,
    /// The last time any of it happened.
    #[schema(format = DateTime)]
    last: String,
}

impl From<SignInRecord> for SignInRow {
    fn from(record: SignInRecord) -> Self {
        let SignInRecord { person, signed_in, refused, signed_out, last } = record;
        Self { id: person.to_string(), signed_in, refused, signed_out, last }
    }
}

/// Who signed in on a day, was refused, or signed out.
#[utoipa::path(
    get,
    path = "/api/sign-ins",
    tag = "sign-in",
    params(
        ("day" = inline(Option<edge::contract::Day>), Query, description = "E.g. 2017-12-20; today unless said"),
        ("limit" = inline(Option<edge::contract::Limit>), Query, description = "1 to 100, 50 unless said"),
        ("cursor" = inline(Option<edge::contract::Place>), Query, description = "`next` of the page before"),
    ),
    responses((status = 200, body = SignIns), (status = "4XX", body = ProblemBody, content_type = "application/problem+json", description = "A problem"))
)]
pub(crate) async fn list_sign_ins(
    OnCampus(who): OnCampus,
    mut query: Query,
) -> Result<Json<SignIns>, Problem> {
    let day = query.text("day", 20);
    let limit = i32::try_from(query.limit(50)).unwrap_or(50);
    let after = query.cursor();
    query.finish()?;
    who.actor().must_hold(&[Role::Administrator])?;
    let wrong = || Refusal::InvalidFields(vec![FieldFault::new("day", FieldRule::Form(Form::Date))]);
    let day = match day {
        Some(day) => read_date(&day).ok_or_else(wrong)?,
        None => who.at.date_naive(),
    };
    let page = who.app.store.sign_ins(day, after, limit).await?;
    let next = page.next.map(|person| Cursor::write(&person));
    Ok(Json(SignIns { people: page.items.into_iter().map(SignInRow::from).collect(), next }))
}
