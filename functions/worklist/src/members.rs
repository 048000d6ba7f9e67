//! Who gets a paper, of the colleges in reach; of members, who has handed in the form, who hasn't, what looks odd (N18).

use axum::Json;
use domain::Timestamp;
use domain::batch::Batch;
use domain::clearance::Clearance;
use domain::decide::form::{FormState, state_of};
use domain::facts::{Facts, When};
use domain::ids::StudentId;
use domain::paper::Paper;
use domain::party::letter::Standing;
use domain::progress::Outline;
use edge::answer::{FormAnswer, LetterLine, WarningAnswer};
use edge::contract::{StandingWord, StateOfForm, StudentNumber};
use edge::{Cursor, FactFilter, Limit, PaperName, Problem, Reading, Search, SignedIn, path, readable};
use futures::TryStreamExt as _;
use serde::Serialize;
use store::{AccessEvent, Clearances};
use utoipa::ToSchema;

use crate::place::{MOST_LOOKED_AT, Place};

/// How many students are read at once; about one in five is a member.
const PAGE: i32 = 200;

edge::query! {
    /// Whom, and which page.
    pub(crate) struct MembersQuery {
        /// A paper of the batch; the party introduction unless said, or else the first that it gives
        paper: Option<PaperName>,
        /// `missing`, `to-check` (something looks odd), `ready` or `issued`
        state: Option<FormState>,
        /// One college only
        college: Option<Search>,
        /// Only students with these values of facts: `campus:lianhua,level:doctor`
        facts: Option<FactFilter>,
        /// The beginning of a student number, or a part of a name
        q: Option<Search>,
        /// 1 to 100, 50 unless said
        limit: Limit<50>,
        /// `next` of the page before
        cursor: Option<Cursor<Place>>,
    }
}

/// A page of members.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Members {
    members: Vec<MemberRow>,
    /// Students of these colleges whose record can't be read: an administrator's business.
    #[schema(value_type = Vec<StudentNumber>)]
    unreadable: Vec<StudentId>,
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
    /// What else is known of them, of those facts that lists show: the values' ids.
    #[schema(value_type = BTreeMap<String, String>)]
    facts: Facts,
    /// `full` or `probationary`, of a party introduction.
    #[schema(value_type = Option<StandingWord>)]
    party: Option<Standing>,
    /// The first instant at which the form can't be changed any more (N19).
    #[schema(value_type = Option<String>, format = DateTime)]
    editable_until: Option<Timestamp>,
    /// Their telephone, to chase a form with.
    phone: Option<String>,
    /// `missing`, `to-check`, `ready` or `issued`.
    #[schema(value_type = StateOfForm)]
    state: FormState,
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
    params(path::Batch, MembersQuery),
    responses((status = 200, body = Members), Problem)
)]
pub(crate) async fn list_members(reading: Reading, asked: MembersQuery) -> Result<Json<Members>, Problem> {
    let MembersQuery { paper, state, college, facts, q, limit, cursor } = asked;
    let Reading { who, batch, .. } = &reading;
    let actor = who.actor();
    let paper = PaperName::of(paper.as_ref(), batch)?;
    let within = actor.may_gather_forms(paper, college.as_deref())?;
    let facts = FactFilter::of(facts.as_ref(), batch.university())?;

    let store = &who.app.store;
    let from = cursor.and_then(|Cursor(place)| place.in_colleges());
    let mut outlines = store.walk(batch.id(), &within, from, PAGE);
    let (mut members, mut unreadable, mut looked_at, mut next) = (Vec::new(), Vec::new(), 0, None);
    'pages: while let Some(page) = outlines.try_next().await? {
        let (page, broken) = readable(page);
        unreadable.extend(broken);
        let theirs: Vec<StudentId> = page
            .iter()
            .filter(|o| is_asked_for(paper, o, q.as_deref(), &facts))
            .map(|o| o.id.clone())
            .collect();
        let Clearances { read, unreadable: broken } = store.clearances(batch.id(), &theirs).await?;
        unreadable.extend(broken.into_keys());
        for outline in &page {
            looked_at += 1;
            // The index can lag behind: who has just moved out of reach isn't shown.
            let seen = read.get(&outline.id).filter(|clearance| {
                clearance.removed.is_none() && actor.may_see_letter(paper, &clearance.student)
            });
            let row = seen.and_then(|clearance| row(who, (batch, paper), clearance, state));
            members.extend(row);
            if members.len() == limit.rows() || looked_at >= MOST_LOOKED_AT {
                next = Some(Cursor(Place::after(outline)).text());
                break 'pages;
            }
        }
    }
    who.count(AccessEvent::RowShown, members.len());
    Ok(Json(Members { members, unreadable, next }))
}

fn is_asked_for(paper: &Paper, outline: &Outline, text: Option<&str>, facts: &When) -> bool {
    let traits = outline.traits();
    paper.when.fits(&traits) && facts.fits(&traits) && text.is_none_or(|text| outline.is_about(text))
}

fn row(
    who: &SignedIn,
    (batch, paper): (&Batch, &Paper),
    clearance: &Clearance,
    wanted: Option<FormState>,
) -> Option<MemberRow> {
    let student = &clearance.student;
    let (state, warnings) = state_of(paper, clearance);
    let rules = paper.party();
    let form = rules.and_then(|_| clearance.form());
    let letter = clearance.letter_of(paper.register());
    wanted.is_none_or(|wanted| wanted == state).then(|| MemberRow {
        id: student.id.to_string(),
        name: student.personal().name.clone(),
        college: student.college.clone(),
        facts: batch.university().listed(&student.facts),
        party: rules.map(|rules| rules.standing(&student.traits())),
        editable_until: rules.and_then(|rules| rules.editable_until(&student.traits())),
        phone: student.personal().phone.clone(),
        state,
        form: form.as_ref().map(FormAnswer::from),
        warnings: warnings.into_iter().map(|warning| WarningAnswer::of(warning, who.lang)).collect(),
        letter: letter.map(|letter| LetterLine::of(letter, who.at.date_naive())),
    })
}
