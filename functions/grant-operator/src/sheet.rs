//! Rights from a sheet: who is to decide for which office, as offices send it in, looked at before anything is written.

use axum::Json;
use axum::body::Body;
use axum::extract::Request;
use domain::decide::operator::give;
use domain::grant_sheet::{Columns, Given, MOST_ROWS, Person, by_person, headings, read_row};
use domain::ids::PersonId;
use domain::operator::{KnownColleges, Scope};
use domain::refusal::Refusal;
use edge::answer::{FaultAnswer, GrantAnswer, Outcome};
use edge::table::{TableAnswer, Upload};
use edge::{Budget, Flag, Problem, ProblemBody, Reading, path};
use futures::StreamExt as _;
use intake::{Limits, Row};
use serde::Serialize;
use store::{Mode, Target};
use utoipa::ToSchema;

use crate::copy::AT_ONCE;

/// A few hundred short rows.
const GRANTS: Limits =
    Limits { rows: MOST_ROWS, columns: 32, chars: 2_000, unpacked: 12 * 1024 * 1024, elements: 200_000 };

edge::query! {
    /// How.
    pub(crate) struct SheetQuery {
        /// `true`: only say what would come of it
        dry_run: Option<Flag>,
    }
}

/// What came of a sheet.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GivenRows {
    /// Person by person, in the order of their first row.
    results: Vec<GivenRow>,
    /// Rows that were not taken, and why.
    rows: Vec<RefusedGrant>,
    /// How the table was understood.
    table: TableAnswer,
}

/// What came of one person.
#[derive(Debug, Serialize, ToSchema)]
struct GivenRow {
    /// Their rows' numbers in the file.
    rows: Vec<usize>,
    /// 工号.
    id: String,
    /// Their name.
    name: String,
    /// `unchanged`: they have all of it already.
    #[schema(value_type = Outcome)]
    outcome: Outcome,
    /// All that they have then.
    grants: Vec<GrantAnswer>,
}

/// A row that was not taken.
#[derive(Debug, Serialize, ToSchema)]
struct RefusedGrant {
    /// Its number in the file; the header is row 1.
    row: usize,
    /// 工号, if the row has one.
    id: Option<String>,
    /// What is wrong, by column, and what to do.
    problem: ProblemBody,
}

/// Gives up to 500 people what a sheet says, beside what they have: the columns 工号, 姓名, 部门 and 学院.
#[utoipa::path(
    post,
    path = "/api/batches/{batch}/operators/sheet",
    tag = "grant-operator",
    params(path::Batch, SheetQuery),
    request_body(
        content(
            (edge::table::TableForm = "multipart/form-data"),
            (inline(edge::contract::Workbook) = "application/octet-stream"),
        ),
        description = "Any table of up to 500 rows; its kind is told by its first bytes",
    ),
    responses((status = 200, body = GivenRows), Problem)
)]
pub(crate) async fn grant_from_sheet(
    Reading { who, batch, .. }: Reading,
    asked: SheetQuery,
    request: Request<Body>,
) -> Result<Json<GivenRows>, Problem> {
    let mode = Mode::from(asked.dry_run == Some(Flag::True));
    let actor = who.actor();
    actor.may_grant()?;
    who.spend(Budget::Sheets).await?;
    let upload = Upload::of(request).await?;
    let is_header = |named: &[&str]| named.len() > 1;
    let table = upload.read(&headings(batch.university()), &is_header, &|_| false, &GRANTS)?;
    let columns = match Columns::find(table.header(), &upload.by_hand(), batch.university()) {
        Ok(columns) => columns.of_width(table.width()),
        // Whoever only looks is shown what was understood, and can mend it.
        Err(faults) if mode == Mode::Try => {
            let faults = FaultAnswer::all(&faults, who.lang);
            let table = table.answer(&table.none(), &[], faults);
            return Ok(Json(GivenRows { results: Vec::new(), rows: Vec::new(), table }));
        }
        Err(faults) => return Err(Refusal::InvalidFields(faults).into()),
    };
    let matched = columns.matched();
    let place = |id: &str| matched.iter().find(|(_, column)| *column == id).map(|(place, _)| *place);
    let who_it_is: Vec<usize> = ["id", "name"].into_iter().filter_map(place).collect();
    let rows = table.rows(place("id"), &who_it_is, |text| batch.university().numbers().person(text).is_ok());
    let mut refused: Vec<(usize, Option<PersonId>, Problem)> = Vec::new();
    let mut sound = Vec::new();
    let known = who.app.store.colleges(batch.id()).await?;
    let colleges = KnownColleges::of(&batch, &known);
    for Row { number, cells, .. } in &rows.rows {
        let read = read_row(&columns, cells, &batch).and_then(|mut given| {
            let settled = colleges.settle_grants(&mut given.grants);
            settled.map_err(|fault| (Some(given.id.clone()), vec![fault])).map(|()| given)
        });
        match read {
            Ok(given) => sound.push((*number, given)),
            Err((id, faults)) => refused.push((*number, id, Refusal::InvalidFields(faults).into())),
        }
    }
    let (people, others) = by_person(sound);
    let other = |(row, Given { id, .. }, fault)| (row, Some(id), Refusal::InvalidFields(vec![fault]).into());
    refused.extend(others.into_iter().map(other));

    let scope = Scope::Batch(batch.id().clone());
    let (store, scope, batch) = (&who.app.store, &scope, &batch);
    let gifts = people.into_iter().map(|Person { rows, given }| async move {
        let decide = |before: Option<&_>| give(before, scope, &given, actor, who.at);
        let done = store.change_or_begin(Target::operator(batch, &given.id), mode, decide).await;
        (rows, given.clone(), done)
    });
    let mut gifts = futures::stream::iter(gifts).buffered(AT_ONCE);
    let mut results = Vec::new();
    while let Some((rows, Given { id, name, .. }, done)) = gifts.next().await {
        match done {
            Ok(changed) => {
                let (outcome, grants) = (Outcome::of(&changed), changed.after.grants);
                let grants = grants.iter().map(GrantAnswer::from).collect();
                results.push(GivenRow { rows, id: id.number().to_owned(), name, outcome, grants });
            }
            Err(error) => {
                let problem = Problem::from(error);
                refused.extend(rows.into_iter().map(|row| (row, Some(id.clone()), problem.clone())));
            }
        }
    }
    refused.sort_by_key(|(row, ..)| *row);
    let refused = refused.into_iter().map(|(row, id, problem)| RefusedGrant {
        row,
        id: id.map(|id| id.number().to_owned()),
        problem: problem.in_words(who.voice()),
    });
    let table = table.answer(&rows, &matched, Vec::new());
    Ok(Json(GivenRows { results, rows: refused.collect(), table }))
}
