//! Rights from a sheet: who is to decide for which office, as offices send it in, looked at before anything is written.

use std::collections::BTreeSet;

use axum::Json;
use axum::body::Body;
use axum::extract::Request;
use domain::decide::operator::give;
use domain::grant_sheet::{Columns, Given, MOST_ROWS, Person, by_person, read_row};
use domain::ids::PersonId;
use domain::operator::Scope;
use domain::refusal::Refusal;
use domain::sheet::TableError;
use edge::answer::{GrantAnswer, Outcome};
use edge::{Budget, Flag, MOST_TABLE_BYTES, Problem, ProblemBody, Reading, content_type, path, read_bytes};
use futures::StreamExt as _;
use intake::{Kind, Limits, Row};
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
    /// Colleges of the sheet that no student of the batch is of, if the batch has students.
    unknown_colleges: Vec<String>,
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
            (String = "text/csv"),
            (inline(edge::contract::Workbook) = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ),
        description = "UTF-8 CSV or XLSX; at most 500 rows",
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
    let kind = Kind::of(content_type(request.headers()).as_deref()).ok_or(Problem::NO_TABLE)?;
    let bytes = read_bytes(request.into_body(), MOST_TABLE_BYTES).await?;
    let mut rows = intake::read(kind, &bytes, &GRANTS)?.into_iter();
    let header = rows.next().ok_or(TableError::NotATable)?.cells;
    let columns = Columns::find(header.iter().map(String::as_str)).map_err(Refusal::InvalidFields)?;
    let mut refused: Vec<(usize, Option<PersonId>, Problem)> = Vec::new();
    let mut sound = Vec::new();
    for Row { number, cells } in rows {
        match read_row(&columns, &cells, &batch) {
            Ok(given) => sound.push((number, given)),
            Err((id, faults)) => refused.push((number, id, Refusal::InvalidFields(faults).into())),
        }
    }
    let (people, others) = by_person(sound);
    let other = |(row, Given { id, .. }, fault)| (row, Some(id), Refusal::InvalidFields(vec![fault]).into());
    refused.extend(others.into_iter().map(other));

    let scope = Scope::Batch(batch.id().clone());
    let (store, scope, batch) = (&who.app.store, &scope, &batch);
    let known = store.colleges(batch.id()).await?;
    let named: BTreeSet<String> = people.iter().flat_map(|person| person.given.colleges()).collect();
    let unknown_colleges =
        if known.is_empty() { Vec::new() } else { (&named - &known).into_iter().collect() };
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
    Ok(Json(GivenRows { results, rows: refused.collect(), unknown_colleges }))
}
