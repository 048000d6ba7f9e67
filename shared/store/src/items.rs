//! Items to and from the domain's types.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use aws_sdk_dynamodb::types::AttributeValue;
use chrono::NaiveDate;
use domain::Timestamp;
use domain::clearance::{Clearance, Record, Removal, Revocation, Tick};
use domain::facts::Facts;
use domain::ids::{BatchId, ImportId, LetterNumber, PaperId, PartId, PersonId, StepNumber, StudentId};
use domain::operator::{Operator, Scope};
use domain::party::form::HandedIn;
use domain::party::letter::{Letter, LetterSummary};
use domain::progress::Outline;
use domain::role::Grant;
use domain::state::Mark;
use domain::student::{FirstFacts, OwnPeople, Student};
use ledger::{Event, Hash, Private, Sealed};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::{Listed, StoreError, Unreadable, UnreadableError};
use crate::format::{CLEARANCE, COUNTER, EVENT, Kind, LETTER, LINK, OPERATOR, OUTLINE, V};
use crate::keys::{self, BY_COLLEGE, Item, PK, SK, STUDENT_ID};

/// A clearance as it stands in the table, keys aside.
#[derive(Serialize, Deserialize)]
struct Document {
    outline: OutlineItem,
    student: Student,
    /// The student's personal data, whose digest is in `student`, until it is forgotten.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    personal: Option<Sealed>,
    records: BTreeMap<String, Record>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    ticked: BTreeMap<String, BTreeMap<PartId, Tick>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    revoked: BTreeMap<String, Revocation>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    party_form: Option<HandedIn>,
    /// Whom to ask at the form's receiver.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    receiver: Option<Sealed>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    letter: Option<LetterSummary>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    papers: BTreeMap<PaperId, LetterSummary>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    removed: Option<Removal>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    forgotten: Option<Timestamp>,
    version: u64,
    head: Hash,
}

/// What the index `by_college` projects: enough for a worklist and for progress, and no more.
#[derive(Serialize, Deserialize)]
struct OutlineItem {
    /// Its format: the index has no attribute beside it.
    v: u32,
    name: String,
    college: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    major: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    facts: Facts,
    advisors: Vec<PersonId>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    people: OwnPeople,
    marks: BTreeMap<String, Mark>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    days: BTreeMap<String, NaiveDate>,
    /// What the first format had in the place of `facts`.
    #[serde(flatten, skip_serializing)]
    first: FirstFacts,
}

/// A row of the index `by_college`.
#[derive(Deserialize)]
struct IndexRow {
    student_id: StudentId,
    outline: OutlineItem,
}

/// Steps are keys of maps, and keys of maps are texts.
fn by_text<T>(steps: impl IntoIterator<Item = (StepNumber, T)>) -> BTreeMap<String, T> {
    steps.into_iter().map(|(step, value)| (step.to_string(), value)).collect()
}

fn by_step<T>(steps: BTreeMap<String, T>) -> Option<BTreeMap<StepNumber, T>> {
    steps.into_iter().map(|(step, value)| Some((StepNumber(step.parse().ok()?), value))).collect()
}

pub(crate) fn from_clearance(clearance: &Clearance) -> Result<Item, StoreError> {
    let Clearance {
        batch,
        student,
        records,
        ticked,
        revoked,
        party_form,
        letter,
        papers,
        removed,
        forgotten,
        version,
        head,
    } = clearance.clone();
    let outline = OutlineItem {
        v: OUTLINE.format,
        name: student.personal().name.clone(),
        college: student.college.clone(),
        major: student.major.clone(),
        facts: student.facts.clone(),
        advisors: student.advisors.clone(),
        people: student.people.clone(),
        marks: by_text(clearance.marks()),
        days: by_text(Outline::of(clearance).days),
        first: FirstFacts::default(),
    };
    let mut keys = keys::clearance(&batch, &student.id);
    // No list has somebody who was taken out, but the one of those who were.
    let listed = match removed {
        Some(_) => keys::removed(&batch),
        None => keys::college(&batch, &student.college),
    };
    keys.insert(BY_COLLEGE.to_owned(), keys::text(listed));
    keys.insert(STUDENT_ID.to_owned(), keys::text(student.id.to_string()));
    let (records, ticked, revoked) = (by_text(records), by_text(ticked), by_text(revoked));
    let personal = student.personal.sealed().cloned();
    let receiver = party_form.as_ref().and_then(|form| form.receiver.sealed().cloned());
    let document = Document {
        outline,
        student,
        personal,
        records,
        ticked,
        revoked,
        party_form,
        receiver,
        letter,
        papers,
        removed,
        forgotten,
        version,
        head,
    };
    let mut item = CLEARANCE.item(&document)?;
    item.extend(keys);
    Ok(item)
}

/// An item of a clearance as an older format had it. In the second nothing was otherwise, but that nobody was taken out.
pub(crate) fn in_older_format(mut rebuilt: Item, older: &Item) -> Item {
    match older.get(V) {
        Some(v) if *v == keys::number(1) => in_first_format(rebuilt),
        v => {
            rebuilt.extend(v.map(|v| (V.to_owned(), v.clone())));
            rebuilt
        }
    }
}

/// The first had each fact as a key of its own, the major in no index.
fn in_first_format(mut item: Item) -> Item {
    let first = || keys::number(1);
    for (part, is_outline) in [("student", false), ("outline", true)] {
        let Some(AttributeValue::M(map)) = item.get_mut(part) else { continue };
        if let Some(AttributeValue::M(facts)) = map.remove("facts") {
            map.extend(facts);
        }
        if is_outline {
            map.remove("major");
            map.insert(V.to_owned(), first());
        }
    }
    item.insert(V.to_owned(), first());
    item
}

pub(crate) fn clearance(batch: &BatchId, item: Item) -> Result<Clearance, UnreadableError> {
    let Document {
        outline: _,
        mut student,
        personal,
        records,
        ticked,
        revoked,
        mut party_form,
        receiver,
        letter,
        papers,
        removed,
        forgotten,
        version,
        head,
    } = CLEARANCE.read(item)?;
    opened(CLEARANCE, &mut student.personal, personal)?;
    if let Some(form) = &mut party_form {
        opened(CLEARANCE, &mut form.receiver, receiver)?;
    }
    let maps = (by_step(records), by_step(ticked), by_step(revoked));
    let (Some(records), Some(ticked), Some(revoked)) = maps else {
        return Err(CLEARANCE.broken());
    };
    Ok(Clearance {
        batch: batch.clone(),
        student,
        records,
        ticked,
        revoked,
        party_form,
        letter,
        papers,
        removed,
        forgotten,
        version,
        head,
    })
}

/// Puts the data that stands beside a digest with it: broken, if it is other data.
fn opened<T: DeserializeOwned + Serialize>(
    kind: Kind,
    private: &mut Private<T>,
    sealed: Option<Sealed>,
) -> Result<(), UnreadableError> {
    if let Some(sealed) = sealed {
        *private = private.forgotten().open(sealed).map_err(|_| kind.other_data())?;
    }
    Ok(())
}

pub(crate) fn outline(mut item: Item) -> Result<Outline, UnreadableError> {
    let inside = item.get("outline").and_then(|outline| outline.as_m().ok());
    OUTLINE.check(inside.and_then(|outline| outline.get(V)))?;
    item.remove(V);
    let IndexRow { student_id, outline } = serde_dynamo::from_item(item).map_err(|_| OUTLINE.broken())?;
    let OutlineItem { v: _, name, college, major, facts, advisors, people, marks, days, first } = outline;
    let (Some(marks), Some(days)) = (by_step(marks), by_step(days)) else {
        return Err(OUTLINE.broken());
    };
    let facts = first.into_facts().into_iter().chain(facts).collect();
    Ok(Outline { id: student_id, name, college, major, facts, advisors, people, marks, days })
}

/// Whose clearance an item is, by its key in the index.
pub(crate) fn student_of(item: &Item) -> Result<StudentId, UnreadableError> {
    let id = item.get(STUDENT_ID).and_then(|id| id.as_s().ok()).and_then(|id| id.parse().ok());
    id.ok_or(CLEARANCE.broken())
}

/// A row of the index; one that can't be read is known by its key.
pub(crate) fn listed_outline(item: Item) -> Result<Listed<Outline, StudentId>, UnreadableError> {
    let place = student_of(&item)?;
    Ok(outline(item).map_err(|error| Unreadable { place, error }))
}

/// An item of a partition; one that can't be read is known by its sort key, after `prefix`.
pub(crate) fn listed<T, N: FromStr>(
    kind: Kind,
    prefix: &str,
    item: Item,
    read: impl Fn(Item) -> Result<T, UnreadableError>,
) -> Result<Listed<T, N>, UnreadableError> {
    let sort_key = item.get(SK).and_then(|sk| sk.as_s().ok()).and_then(|sk| sk.strip_prefix(prefix));
    let place = sort_key.and_then(|place| place.parse().ok()).ok_or(kind.broken())?;
    Ok(read(item).map_err(|error| Unreadable { place, error }))
}

/// An event of a page of a chain.
pub(crate) fn listed_event<F: DeserializeOwned>(
    item: Item,
) -> Result<Listed<Event<F>, u64>, UnreadableError> {
    listed(EVENT, keys::EVENT, item, event)
}

/// An entry of the list of operators.
pub(crate) fn listed_operator(
    scope: &Scope,
    item: Item,
) -> Result<Listed<Operator, PersonId>, UnreadableError> {
    let id = item.get(SK).and_then(|sk| sk.as_s().ok()).and_then(|sk| sk.parse().ok());
    let id: PersonId = id.ok_or(OPERATOR.broken())?;
    listed(OPERATOR, "", item, |item| operator(scope, &id, item))
}

/// A letter of a page of the register.
pub(crate) fn listed_letter(item: Item) -> Result<Listed<Letter, LetterNumber>, UnreadableError> {
    listed(LETTER, "", item, letter)
}

/// An event as it was hashed: its body, and the two ends of its link.
pub(crate) fn from_event<F>(subject: &str, event: &Event<F>) -> Result<Item, StoreError> {
    let mut item = EVENT.item(event)?;
    item.extend(keys::pair(subject, keys::event(event.number())));
    Ok(item)
}

pub(crate) fn event<F: DeserializeOwned>(item: Item) -> Result<Event<F>, UnreadableError> {
    EVENT.read(item)
}

/// An operator's entry as it stands in the table, keys aside.
#[derive(Serialize, Deserialize)]
struct OperatorItem {
    name: String,
    grants: Vec<Grant>,
    version: u64,
    head: Hash,
}

pub(crate) fn from_operator(operator: &Operator) -> Result<Item, StoreError> {
    let Operator { scope, id, name, grants, version, head } = operator.clone();
    let mut item = OPERATOR.item(&OperatorItem { name, grants, version, head })?;
    item.extend(keys::operator(&scope, &id));
    Ok(item)
}

pub(crate) fn operator(scope: &Scope, id: &PersonId, item: Item) -> Result<Operator, UnreadableError> {
    let OperatorItem { name, grants, version, head } = OPERATOR.read(item)?;
    Ok(Operator { scope: scope.clone(), id: id.clone(), name, grants, version, head })
}

/// A letter as it stands in the register, keys aside.
#[derive(Serialize, Deserialize)]
struct LetterItem {
    #[serde(flatten)]
    letter: Letter,
    /// What stands on it, whose digest is in `letter`, until it is forgotten.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    sealed: Option<Sealed>,
}

pub(crate) fn from_letter(batch: &BatchId, letter: &Letter) -> Result<Item, StoreError> {
    let sealed = letter.content.sealed().cloned();
    let mut item = LETTER.item(&LetterItem { letter: letter.clone(), sealed })?;
    item.extend(keys::letter(batch, letter.paper.as_ref(), letter.number));
    Ok(item)
}

pub(crate) fn letter(item: Item) -> Result<Letter, UnreadableError> {
    let LetterItem { mut letter, sealed } = LETTER.read(item)?;
    opened(LETTER, &mut letter.content, sealed)?;
    Ok(letter)
}

/// The counter of letters: the number that the next one will have.
pub(crate) fn from_counter(batch: &BatchId, register: Option<&PaperId>, next: LetterNumber) -> Item {
    let mut item = keys::next_letter(batch, register);
    item.insert(keys::NEXT_NUMBER.to_owned(), keys::number(next));
    COUNTER.written(item)
}

pub(crate) fn counter(item: &Item) -> Result<LetterNumber, UnreadableError> {
    COUNTER.check(item.get(V))?;
    let number =
        item.get(keys::NEXT_NUMBER).and_then(|next| next.as_n().ok()).and_then(|text| text.parse().ok());
    number.ok_or(COUNTER.broken())
}

/// The sort key of an item as a student number, for a list of links.
pub(crate) fn linked_student(item: &Item) -> Result<StudentId, UnreadableError> {
    LINK.check(item.get(V))?;
    let text = item.get(SK).and_then(|sk| sk.as_s().ok()).ok_or(LINK.broken())?;
    text.parse().map_err(|_| LINK.broken())
}

/// The advisors on whose lists a student stands: nobody's, once they were taken out.
pub(crate) fn linked_advisors(clearance: &Clearance) -> BTreeSet<PersonId> {
    let listed = clearance.removed.is_none();
    clearance.student.advisors.iter().filter(|_| listed).cloned().collect()
}

/// The link by which an advisor finds a student.
pub(crate) fn advisee(batch: &BatchId, advisor: &PersonId, student: &StudentId) -> Item {
    LINK.written(keys::pair(keys::advisor(batch, advisor), student.to_string()))
}

/// The key of an item.
pub(crate) fn key_of(item: &Item) -> Item {
    item.iter()
        .filter(|(name, _)| [PK, SK].contains(&name.as_str()))
        .map(|(n, v)| (n.clone(), v.clone()))
        .collect()
}

/// The link by which an import finds a student whose step it decided.
pub(crate) fn imported(batch: &BatchId, step: StepNumber, import: &ImportId, student: &StudentId) -> Item {
    LINK.written(keys::pair(keys::import(batch, step, import), student.to_string()))
}

/// Sets an item's TTL to the end of its batch's retention; without a batch it has none.
pub(crate) fn with_ttl(mut item: Item, batch: Option<&domain::batch::Batch>) -> Item {
    if let Some(batch) = batch {
        item.insert(keys::EXPIRES.to_owned(), keys::number(batch.window().retained_until.timestamp()));
    }
    item
}
