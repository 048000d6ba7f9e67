//! Rights from a sheet (N5): one row gives one person an office, or a role, within colleges. A sheet adds and takes nothing
//! away: whoever isn't in it keeps what they have.

use std::collections::BTreeSet;

use crate::batch::{Batch, Office};
use crate::cell;
use crate::field::{FieldFault, FieldRule, check_line};
use crate::header::{ByHand, Column, Headings, torn};
use crate::ids::{OfficeId, PersonId};
use crate::operator::{LONGEST_NAME, MOST_GRANTED, bounds};
use crate::role::{Colleges, Grant, Role};
use crate::text::{Lang, tidy_name, tidy_place};
use crate::university::University;

/// The most rows of one sheet.
pub const MOST_ROWS: usize = 500;

/// The columns: the English and the Chinese name of each, and what others call it.
pub const COLUMNS: [(&str, &str, &[&str]); 4] = [
    ("id", "工号", &["职工号", "教工号", "教职工号", "人员编号", "Staff number", "Staff ID"]),
    ("name", "姓名", &["教师姓名", "职工姓名"]),
    ("office", "部门", &["办理部门", "所属部门", "科室", "Department", "Role"]),
    ("colleges", "学院", &["院系", "所属学院", "负责学院", "管理学院", "College"]),
];

/// The headings of a sheet of rights; that of colleges also by what the university calls them.
pub fn headings(university: &University) -> Headings<'_> {
    let own = university.college().map(|name| [name.zh.as_str(), &name.en]);
    let column = |(id, name, usual)| {
        let own = own.into_iter().flatten().filter(|_| id == "colleges");
        Column { id, names: std::iter::once(name).chain(own).collect(), usual, required: true }
    };
    Headings::new(COLUMNS.into_iter().map(column).collect())
}

/// What stands in the place of an office for those who have a role and no office; the registrar's also by the name that
/// the university gives it.
const ROLES: [(Role, &str); 3] =
    [(Role::Counsellor, "辅导员"), (Role::PartyOffice, "党委"), (Role::Registrar, "教务")];

/// What a cell of colleges says for all of them.
const EVERY_COLLEGE: [&str; 11] = [
    "*",
    "全部",
    "全部学院",
    "所有",
    "所有学院",
    "各学院",
    "全校",
    "全校各学院",
    "all",
    "every",
    "all colleges",
];

/// Where each column stands in a file.
#[derive(Debug, Clone)]
pub struct Columns {
    at: [usize; COLUMNS.len()],
    width: Option<usize>,
}

impl Columns {
    /// Finds the columns in a header, in any order; all must be there.
    pub fn find<'a>(
        header: impl IntoIterator<Item = &'a str>,
        by_hand: &ByHand,
        university: &University,
    ) -> Result<Self, Vec<FieldFault>> {
        let found = headings(university).find(header, by_hand)?.at;
        let at = std::array::from_fn(|column| found.get(column).copied().flatten().unwrap_or_default());
        Ok(Self { at, width: None })
    }

    /// The same of a text, in which a row with more cells than its header has been split by a comma.
    pub fn of_width(self, width: Option<usize>) -> Self {
        Self { width, ..self }
    }

    /// The columns, each with its place.
    pub fn matched(&self) -> [(usize, &'static str); COLUMNS.len()] {
        std::array::from_fn(|column| {
            (self.at.get(column).copied().unwrap_or_default(), COLUMNS.get(column).map_or("", |(id, ..)| id))
        })
    }
}

/// What a row gives to whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// To whom.
    pub id: PersonId,
    /// Their name.
    pub name: String,
    /// What.
    pub grants: Vec<Grant>,
}

/// Reads one row against a batch: its offices, which are found by their id or by either name, its university's numbers,
/// and what that calls the registrar.
pub fn read_row<S: AsRef<str>>(
    columns: &Columns,
    cells: &[S],
    batch: &Batch,
) -> Result<Given, (Option<PersonId>, Vec<FieldFault>)> {
    if let Some(torn) = columns.width.and_then(|width| torn(cells, width)) {
        return Err((None, vec![torn]));
    }
    let [id, name, office, colleges] =
        columns.at.map(|column| cells.get(column).map_or("", |cell| cell.as_ref().trim()));
    let told = [("id", id), ("name", name), ("office", office), ("colleges", colleges)];
    let unusable = told.into_iter().filter_map(|(column, cell)| {
        cell::unusable(cell).map(|rule| FieldFault::new(column, rule).reading(cell))
    });
    let mut faults: Vec<FieldFault> = unusable.collect();
    if !faults.is_empty() {
        return Err((None, faults));
    }
    let read = || batch.university().numbers().person(&cell::number(id)?.text);
    let person = if id.is_empty() { Err(FieldRule::Required) } else { read() };
    let person = person.map_err(|rule| faults.push(FieldFault::new("id", rule).reading(id))).ok();
    let name = &tidy_name(name);
    faults.extend(check_line("name", name, LONGEST_NAME).err());
    let given = read_offices(office, batch).map_err(|fault| faults.push(fault)).unwrap_or_default();
    let within = read_colleges(colleges).map_err(|fault| faults.push(fault)).unwrap_or_default();
    let unbounded = within == Colleges::default();
    if unbounded && given.iter().any(|(role, _)| !role.is_university_wide()) && faults.is_empty() {
        faults.push(FieldFault::new("colleges", FieldRule::Required));
    }
    match person {
        Some(id) if faults.is_empty() => {
            let grants = given.into_iter().map(|(role, offices)| {
                let colleges = match &within {
                    Colleges::All => Colleges::All,
                    Colleges::Only(names) => bounds(batch, &offices, names.iter().map(String::as_str))?,
                };
                Ok(Grant { role, offices, colleges, from: None, until: None }.as_its_role_has_it())
            });
            match grants.collect() {
                Ok(grants) => Ok(Given { id, name: name.clone(), grants }),
                Err(rule) => Err((Some(id), vec![FieldFault::new("colleges", rule)])),
            }
        }
        person => Err((person, faults)),
    }
}

/// The offices of a cell as an operator's, and its roles.
fn read_offices(cell: &str, batch: &Batch) -> Result<Vec<(Role, BTreeSet<OfficeId>)>, FieldFault> {
    let registrar = batch.university().registrar();
    let mut theirs = BTreeSet::new();
    let mut given = Vec::new();
    for one in listed(cell) {
        let is_named = |office: &&Office| {
            let names = [office.id.as_str(), &office.name.zh, &office.name.en];
            names.iter().any(|name| name.eq_ignore_ascii_case(one))
        };
        let named = ROLES.iter().find(|(role, chinese)| *chinese == one || role.word() == one);
        let is_registrar = [&registrar.zh, &registrar.en].iter().any(|name| name.eq_ignore_ascii_case(one));
        let role = named.map(|(role, _)| *role).or(is_registrar.then_some(Role::Registrar));
        match (batch.offices().find(is_named), role) {
            (Some(office), _) => drop(theirs.insert(office.id.clone())),
            (None, Some(role)) => given.push((role, BTreeSet::new())),
            (None, None) => {
                let names = batch.offices().map(|office| office.name.zh.as_str());
                let roles = ROLES.iter().map(|(role, chinese)| match role {
                    Role::Registrar => registrar.zh.as_str(),
                    _ => *chinese,
                });
                let known = names.chain(roles);
                return Err(FieldFault::new("office", FieldRule::OneOf(known.map(str::to_owned).collect())));
            }
        }
    }
    if !theirs.is_empty() {
        given.push((Role::Operator, theirs));
    }
    if given.is_empty() { Err(FieldFault::new("office", FieldRule::Required)) } else { Ok(given) }
}

fn read_colleges(cell: &str) -> Result<Colleges, FieldFault> {
    let names: BTreeSet<String> = listed(cell).map(tidy_place).collect();
    if names.iter().any(|name| EVERY_COLLEGE.contains(&name.to_ascii_lowercase().as_str())) {
        return Ok(Colleges::All);
    }
    if names.len() > MOST_GRANTED {
        return Err(FieldFault::new("colleges", FieldRule::TooLong { most: MOST_GRANTED }));
    }
    names.iter().try_for_each(|name| check_line("colleges", name, LONGEST_NAME))?;
    Ok(Colleges::Only(names))
}

/// Several of one cell, however they are set apart.
fn listed(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(['、', ';', '；', ',', '，', '\n']).map(str::trim).filter(|one| !one.is_empty())
}

/// A right as a row of a sheet has it, 部门 and 学院, so that what is taken away can be sent again.
pub fn cells_of(grant: &Grant, batch: &Batch) -> [String; 2] {
    let university = batch.university();
    let lang = university.first_language();
    let office = |id: &OfficeId| {
        let office = batch.offices().find(|office| office.id == *id);
        office.map_or_else(|| id.to_string(), |office| office.name.of(lang).to_owned())
    };
    let offices: Vec<String> = grant.offices.iter().map(office).collect();
    let chinese = ROLES.iter().find(|(role, _)| *role == grant.role).map(|(_, chinese)| *chinese);
    let role = match (grant.role, lang) {
        (Role::Registrar, _) => university.registrar().of(lang),
        (_, Lang::Zh) => chinese.unwrap_or(grant.role.word()),
        (_, Lang::En) => grant.role.word(),
    };
    let scope = grant.offices.first().and_then(|office| batch.scope_of(office));
    let bound = |name: &String| match scope {
        Some(fact) => fact.name_of(name, lang).to_owned(),
        None => name.clone(),
    };
    let colleges = match (&grant.colleges, lang) {
        (Colleges::All, Lang::Zh) => "全部".to_owned(),
        (Colleges::All, Lang::En) => "all".to_owned(),
        (Colleges::Only(names), _) => names.iter().map(bound).collect::<Vec<_>>().join("、"),
    };
    [if offices.is_empty() { role.to_owned() } else { offices.join("、") }, colleges]
}

/// What one person is given by all of their rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The rows' numbers in the file.
    pub rows: Vec<usize>,
    /// What they are given.
    pub given: Given,
}

/// Puts each person's rows together, in the order of their first. A row that has another name for the same number is for
/// somebody else, and refused.
pub fn by_person(
    rows: impl IntoIterator<Item = (usize, Given)>,
) -> (Vec<Person>, Vec<(usize, Given, FieldFault)>) {
    let mut people: Vec<Person> = Vec::new();
    let mut others = Vec::new();
    for (row, given) in rows {
        match people.iter_mut().find(|person| person.given.id == given.id) {
            None => people.push(Person { rows: vec![row], given }),
            Some(person) if person.given.name != given.name => {
                let fault = FieldFault::new("name", FieldRule::OneOf(vec![person.given.name.clone()]));
                others.push((row, given, fault));
            }
            Some(person) => {
                person.rows.push(row);
                person.given.grants.extend(given.grants);
            }
        }
    }
    (people, others)
}
