//! The introduction letter (组织关系介绍信, N20–N22): what it says, its number, its receipt.
//!
//! The register holds each letter whole, as it was printed: what the roster says later changes no
//! letter. Numbers come from the store's counter; the rules here only take them.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::form::{AskedForm, LONGEST_LINE, PartyForm, read_reason, stamp_of};
use crate::Instant;
use crate::batch::{Batch, Issuer};
use crate::clearance::Clearance;
use crate::decide::chain;
use crate::event::{Event, Fact};
use crate::ids::{PersonId, StudentId};
use crate::refusal::{FieldFault, FieldRule, Refusal, check_line};
use crate::rights::{Actor, Role};
use crate::student::{Party, Sex};

/// A letter's number in its batch, from 1 and without gaps.
pub type LetterNumber = u32;

/// What a clearance keeps of its current letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterSummary {
    /// Its number.
    pub number: LetterNumber,
    /// The day of issue.
    pub issued_on: NaiveDate,
    /// The last day on which it is valid.
    pub valid_until: NaiveDate,
    /// When the receipt's sender had received it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub received_on: Option<NaiveDate>,
}

/// The state of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LetterState {
    /// On its way.
    Issued,
    /// The receipt has come back.
    Returned,
    /// Its days are over and no receipt has come.
    Expired,
    /// Another letter replaces it.
    Void,
}

impl LetterState {
    /// Every state.
    pub const ALL: [LetterState; 4] =
        [LetterState::Issued, LetterState::Returned, LetterState::Expired, LetterState::Void];

    /// The word in JSON and in queries.
    pub fn word(self) -> &'static str {
        match self {
            LetterState::Issued => "issued",
            LetterState::Returned => "returned",
            LetterState::Expired => "expired",
            LetterState::Void => "void",
        }
    }

    /// Reads the word.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

impl LetterSummary {
    /// Its state on a day.
    pub fn state(&self, today: NaiveDate) -> LetterState {
        if self.received_on.is_some() {
            LetterState::Returned
        } else if today > self.valid_until {
            LetterState::Expired
        } else {
            LetterState::Issued
        }
    }
}

/// What stands on a letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// 姓名.
    pub name: String,
    /// 性别.
    pub sex: Sex,
    /// Age in whole years on the day of issue.
    pub age: u32,
    /// 民族.
    pub ethnicity: String,
    /// 中共党员 or 中共预备党员.
    pub party: Party,
    /// 身份证号: whole here, and nowhere else.
    pub id_number: String,
    /// The form: heading, destination, transfer kind.
    pub form: PartyForm,
    /// From where the relation moves.
    pub from: String,
    /// Up to when dues are paid.
    pub dues_paid_up_to: NaiveDate,
    /// Days it is valid.
    pub valid_days: u32,
    /// The day of issue.
    pub issued_on: NaiveDate,
    /// The last day on which it is valid.
    pub valid_until: NaiveDate,
    /// The member's telephone.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub phone: Option<String>,
    /// The issuing committee's address, telephone, fax and postcode.
    pub issuer: Issuer,
}

/// A receipt (回执) that came back (N21).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// When the relation was received.
    pub received_on: NaiveDate,
    /// Who signed it.
    pub from: String,
}

/// That a letter's original lies there on paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Printed {
    /// When somebody said so.
    pub at: Instant,
    /// Who.
    pub by: PersonId,
    /// Their name as it was then, where the system knows it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub by_name: Option<String>,
}

/// A letter in the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// Its number.
    pub number: LetterNumber,
    /// 学号.
    pub student: StudentId,
    /// 学院.
    pub college: String,
    /// What stands on it.
    pub content: Content,
    /// When it was issued.
    pub issued_at: Instant,
    /// By whom.
    pub issued_by: PersonId,
    /// The letter it replaces.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub replaces: Option<LetterNumber>,
    /// The letter that replaces it, which makes it void.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub replaced_by: Option<LetterNumber>,
    /// Its original on paper.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub printed: Option<Printed>,
    /// Its receipt.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub receipt: Option<Receipt>,
    /// How often the entry has changed since it was issued.
    pub version: u64,
}

impl Letter {
    /// Its state on a day.
    pub fn state(&self, today: NaiveDate) -> LetterState {
        if self.replaced_by.is_some() { LetterState::Void } else { self.summary().state(today) }
    }

    /// What the student's clearance keeps of it.
    pub fn summary(&self) -> LetterSummary {
        LetterSummary {
            number: self.number,
            issued_on: self.content.issued_on,
            valid_until: self.content.valid_until,
            received_on: self.receipt.as_ref().map(|receipt| receipt.received_on),
        }
    }
}

/// A change of the register, to be written with its events in one transaction.
#[derive(Debug, Clone)]
pub struct Issued {
    /// The student's events.
    pub events: Vec<Event>,
    /// The new letter.
    pub letter: Letter,
    /// The letter that is void now.
    pub voided: Option<Letter>,
}

/// Issues a student's letter under the next number. `None`: they have one.
pub fn issue(
    batch: &Batch,
    clearance: &Clearance,
    actor: &Actor,
    number: LetterNumber,
    at: Instant,
) -> Result<Option<Issued>, Refusal> {
    let role = actor.must_hold(&[Role::PartyOffice])?;
    if !clearance.student.traits().needs_party_form() {
        return Err(Refusal::FormNotNeeded);
    }
    if clearance.letter.is_some() {
        return Ok(None);
    }
    let form = clearance.party_form.clone().ok_or(Refusal::FormMissing)?;
    let letter = write(batch, clearance, actor, form, number, at)?;
    let fact = Fact::Issue { letter: letter.summary(), replaces: None, reason: None };
    let events = chain(clearance, &stamp_of(actor, role, at), vec![fact]);
    Ok(Some(Issued { events, letter, voided: None }))
}

/// What a re-issue asks for (N22).
#[derive(Debug, Clone, Default)]
pub struct AskedReissue {
    /// The papers that lie there: `statement`, `application`, `original`.
    pub papers: Vec<String>,
    /// Why.
    pub reason: Option<String>,
    /// The form, as it is to be now.
    pub form: AskedForm,
}

/// The three papers of a re-issue (N22): the statement stamped by the college, the application, the
/// original letter.
pub const PAPERS: [&str; 3] = ["statement", "application", "original"];

/// Issues a student's letter anew and voids the one before (N22).
pub fn reissue(
    batch: &Batch,
    clearance: &Clearance,
    old: &Letter,
    actor: &Actor,
    asked: &AskedReissue,
    number: LetterNumber,
    at: Instant,
) -> Result<Issued, Refusal> {
    let registrar = actor.has(Role::Registrar);
    let late = at >= batch.party().reissue_until;
    let role = if late && registrar {
        Role::Registrar
    } else {
        let role = actor.must_hold(&[Role::PartyOffice])?;
        if late {
            return Err(Refusal::DeadlinePassed { deadline: batch.party().reissue_until });
        }
        role
    };
    if old.replaced_by.is_some() {
        return Err(Refusal::LetterVoid { replaced_by: old.replaced_by });
    }
    if old.receipt.is_some() {
        return Err(Refusal::LetterReturned { number: old.number });
    }
    if !clearance.student.traits().needs_party_form() {
        return Err(Refusal::FormNotNeeded);
    }
    let (form, reason) = read_reissue(asked)?;
    let mut letter = write(batch, clearance, actor, form.clone(), number, at)?;
    letter.replaces = Some(old.number);
    let voided = Letter { replaced_by: Some(number), version: old.version + 1, ..old.clone() };
    let mut facts = Vec::new();
    if clearance.party_form.as_ref() != Some(&form) {
        facts.push(Fact::Form { form: Box::new(form), reason: Some(reason.clone()) });
    }
    facts.push(Fact::Issue { letter: letter.summary(), replaces: Some(old.number), reason: Some(reason) });
    let events = chain(clearance, &stamp_of(actor, role, at), facts);
    Ok(Issued { events, letter, voided: Some(voided) })
}

fn read_reissue(asked: &AskedReissue) -> Result<(PartyForm, String), Refusal> {
    let mut faults = Vec::new();
    let papers: BTreeSet<&str> = asked.papers.iter().map(String::as_str).collect();
    for (i, paper) in asked.papers.iter().enumerate() {
        if !PAPERS.contains(&paper.as_str()) {
            let known = PAPERS.map(str::to_owned).to_vec();
            faults.push(FieldFault::new(format!("papers[{i}]"), FieldRule::OneOf(known)));
        }
    }
    let missing = PAPERS.iter().filter(|paper| !papers.contains(**paper));
    faults.extend(missing.map(|paper| FieldFault::new(format!("papers.{paper}"), FieldRule::Required)));
    let reason = read_reason(asked.reason.as_deref())?;
    if reason.is_none() {
        faults.push(FieldFault::new("reason", FieldRule::Required));
    }
    match (asked.form.read(), reason) {
        (Ok(form), Some(reason)) if faults.is_empty() => return Ok((form, reason)),
        (Err(Refusal::InvalidFields(of_form)), _) => faults.extend(of_form),
        _ => {}
    }
    Err(Refusal::InvalidFields(faults))
}

/// Whether the party office may note something of a letter: of one that holds, as long as receipts come in.
fn may_note(batch: &Batch, letter: &Letter, actor: &Actor, at: Instant) -> Result<Role, Refusal> {
    let role = actor.must_hold(&[Role::PartyOffice])?;
    if at >= batch.party().receipts_until {
        return Err(Refusal::DeadlinePassed { deadline: batch.party().receipts_until });
    }
    match letter.replaced_by {
        Some(_) => Err(Refusal::LetterVoid { replaced_by: letter.replaced_by }),
        None => Ok(role),
    }
}

/// Notes that a letter's original lies there on paper. `None`: it is noted already.
pub fn print(
    batch: &Batch,
    clearance: &Clearance,
    letter: &Letter,
    actor: &Actor,
    at: Instant,
) -> Result<Option<(Vec<Event>, Letter)>, Refusal> {
    let role = may_note(batch, letter, actor, at)?;
    if letter.printed.is_some() {
        return Ok(None);
    }
    let stamp = stamp_of(actor, role, at);
    let printed = Printed { at, by: stamp.by.clone(), by_name: stamp.by_name.clone() };
    let events = chain(clearance, &stamp, vec![Fact::Print { number: letter.number }]);
    let letter = Letter { printed: Some(printed), version: letter.version + 1, ..letter.clone() };
    Ok(Some((events, letter)))
}

/// Notes that a letter's receipt has come back. `None`: it is already noted so.
pub fn receive(
    batch: &Batch,
    clearance: &Clearance,
    letter: &Letter,
    actor: &Actor,
    receipt: Receipt,
    at: Instant,
) -> Result<Option<(Vec<Event>, Letter)>, Refusal> {
    let role = may_note(batch, letter, actor, at)?;
    let mut faults = Vec::new();
    if receipt.received_on < letter.content.issued_on {
        faults.push(FieldFault::new("received_on", FieldRule::NotBefore(letter.content.issued_on)));
    } else if receipt.received_on > at.date_naive() {
        faults.push(FieldFault::new("received_on", FieldRule::InTheFuture));
    }
    faults.extend(check_line("from", &receipt.from, LONGEST_LINE).err());
    if !faults.is_empty() {
        return Err(Refusal::InvalidFields(faults));
    }
    if letter.receipt.as_ref() == Some(&receipt) {
        return Ok(None);
    }
    let fact =
        Fact::Receipt { number: letter.number, received_on: receipt.received_on, from: receipt.from.clone() };
    let events = chain(clearance, &stamp_of(actor, role, at), vec![fact]);
    let letter = Letter { receipt: Some(receipt), version: letter.version + 1, ..letter.clone() };
    Ok(Some((events, letter)))
}

/// Writes a letter from the roster and the form: what is missing for it is named by its column.
fn write(
    batch: &Batch,
    clearance: &Clearance,
    actor: &Actor,
    form: PartyForm,
    number: LetterNumber,
    at: Instant,
) -> Result<Letter, Refusal> {
    let student = &clearance.student;
    let rules = batch.party();
    let issued_on = at.with_timezone(&crate::shanghai()).date_naive();
    let missing: Vec<FieldFault> = [
        ("sex", student.sex.is_none()),
        ("ethnicity", student.ethnicity.is_none()),
        ("birth_date", student.birth_date.is_none()),
        ("id_number", student.id_number.is_none()),
    ]
    .into_iter()
    .filter(|(_, missing)| *missing)
    .map(|(column, _)| FieldFault::new(column, FieldRule::Required))
    .collect();
    let (Some(sex), Some(ethnicity), Some(born), Some(id_number)) =
        (student.sex, student.ethnicity.clone(), student.birth_date, student.id_number.clone())
    else {
        return Err(Refusal::InvalidFields(missing));
    };
    let content = Content {
        name: student.name.clone(),
        sex,
        age: age(born, issued_on),
        ethnicity,
        party: student.party,
        id_number,
        form,
        from: rules.issuer.from.clone(),
        dues_paid_up_to: rules.dues_paid_up_to,
        valid_days: rules.letter_valid_days,
        issued_on,
        valid_until: valid_until(issued_on, rules.letter_valid_days),
        phone: student.phone.clone(),
        issuer: rules.issuer.clone(),
    };
    Ok(Letter {
        number,
        student: student.id.clone(),
        college: student.college.clone(),
        content,
        issued_at: at,
        issued_by: actor.id.clone(),
        replaces: None,
        replaced_by: None,
        printed: None,
        receipt: None,
        version: 0,
    })
}

/// The day of issue plus its days: a letter of 2017-12-25 is valid until 2018-03-25 (N20).
///
/// ```
/// use chrono::NaiveDate;
/// let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
/// assert_eq!(domain::party::letter::valid_until(day(2017, 12, 25), 90), day(2018, 3, 25));
/// ```
pub fn valid_until(issued_on: NaiveDate, days: u32) -> NaiveDate {
    issued_on.checked_add_days(Days::new(u64::from(days))).unwrap_or(issued_on)
}

/// Whole years on a day.
fn age(born: NaiveDate, on: NaiveDate) -> u32 {
    on.years_since(born).unwrap_or_default()
}
