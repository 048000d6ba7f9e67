//! The members of the colleges in reach: who has handed in the form, who hasn't, what looks odd (N18).

use axum::Json;
use domain::batch::Batch;
use domain::clearance::Clearance;
use domain::decide::form::FormState;
use domain::ids::StudentId;
use domain::progress::Outline;
use edge::answer::{FormAnswer, LetterLine, WarningAnswer};
use edge::{Cursor, Problem, ProblemBody, Query, Reading, SignedIn};
use futures::TryStreamExt as _;
use serde::Serialize;
use utoipa::ToSchema;

use crate::place::{MOST_LOOKED_AT, Place};

/// How many students are read at once; about one in five is a member.
const PAGE: i32 = 200;

/// A page of members.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Members {
    members: Vec<MemberRow>,
    /// Where it goes on; a page can be short, or empty, and still go on.
    next: Option<String>,
}

/// One member with their form.
#[derive(Debug, Serialize, ToSchema)]
struct MemberRow {
    /// 学号.
    id: String,
    /// 姓名.
    name: String,
    /// 学院.
    college: String,
    /// `lianhua` or `chenggong`.
    campus: &'static str,
    /// `full` or `probationary`.
    party: &'static str,
    /// Their telephone, to chase a form with.
    phone: Option<String>,
    /// `missing`, `to-check`, `ready` or `issued`.
    state: &'static str,
    /// The form, once handed in.
    form: Option<FormAnswer>,
    /// What looks odd about it.
    warnings: Vec<WarningAnswer>,
    /// The letter, once issued.
    letter: Option<LetterLine>,
}

/// The members who must hand in a form, by college and number. Which of them there are comes from the
/// index; what is said of each is read from their document.
#[utoipa::path(
    get,
    path = "/api/batches/{batch}/party-forms",
    tag = "worklist",
    params(
        ("batch" = inline(edge::contract::Batch), Path, description = "The batch"),
        ("state" = inline(Option<edge::contract::StateOfForm>), Query, description = "`missing`, `to-check` (something looks odd), `ready` or `issued`"),
        ("college" = inline(Option<edge::contract::Search>), Query, description = "One college only"),
        ("q" = inline(Option<edge::contract::Search>), Query, description = "The beginning of a student number, or a part of a name"),
        ("limit" = inline(Option<edge::contract::Limit>), Query, description = "1 to 100, 50 unless said"),
        ("cursor" = inline(Option<edge::contract::Place>), Query, description = "`next` of the page before"),
    ),
    responses((status = 200, body = Members), (status = "4XX", body = ProblemBody, content_type = "application/problem+json", description = "A problem"))
)]
pub(crate) async fn list_members(reading: Reading, mut query: Query) -> Result<Json<Members>, Problem> {
    let state = query.word("state", FormState::read, &FormState::ALL.map(FormState::word));
    let college = query.search("college");
    let text = query.search("q");
    let limit = usize::try_from(query.limit(50)).unwrap_or(50);
    let from: Option<Place> = query.cursor();
    query.finish()?;
    let Reading { who, batch, .. } = &reading;
    let actor = who.actor();
    let within = actor.may_gather_forms(college.as_deref())?;

    let store = &who.app.store;
    let from = from.and_then(Place::in_colleges);
    let mut outlines = store.walk(batch.id(), &within, from, PAGE);
    let (mut members, mut looked_at) = (Vec::new(), 0);
    while let Some(page) = outlines.try_next().await? {
        let asked: Vec<StudentId> =
            page.iter().filter(|o| is_asked_for(o, text.as_deref())).map(|o| o.id.clone()).collect();
        let read = store.clearances(batch.id(), &asked).await?;
        for outline in &page {
            looked_at += 1;
            // The index can lag behind: who has just moved out of reach isn't shown.
            let seen = read.get(&outline.id).filter(|clearance| actor.may_see_party(&clearance.student));
            let row = seen.and_then(|clearance| row(who, batch, clearance, state));
            members.extend(row);
            if members.len() == limit || looked_at >= MOST_LOOKED_AT {
                let next = Some(Cursor::write(&Place::after(outline)));
                return Ok(Json(Members { members, next }));
            }
        }
    }
    Ok(Json(Members { members, next: None }))
}

fn is_asked_for(outline: &Outline, text: Option<&str>) -> bool {
    outline.traits.needs_party_form() && text.is_none_or(|text| outline.is_about(text))
}

fn row(who: &SignedIn, batch: &Batch, clearance: &Clearance, wanted: Option<FormState>) -> Option<MemberRow> {
    let student = &clearance.student;
    let (state, warnings) = FormState::of(clearance, &batch.party().home);
    wanted.is_none_or(|wanted| wanted == state).then(|| MemberRow {
        id: student.id.to_string(),
        name: student.name.clone(),
        college: student.college.clone(),
        campus: student.campus.word(),
        party: student.party.word(),
        phone: student.phone.clone(),
        state: state.word(),
        form: clearance.party_form.as_ref().map(FormAnswer::from),
        warnings: warnings.into_iter().map(|warning| WarningAnswer::of(warning, who.lang)).collect(),
        letter: clearance.letter.as_ref().map(|letter| LetterLine::of(letter, who.at.date_naive())),
    })
}
