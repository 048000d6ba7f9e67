//! Letters are issued, issued anew, printed, and their receipts come back (N20–N22).

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use ledger::Private;

use super::chain::{chain, stamp_of};
use crate::Timestamp;
use crate::batch::{Batch, PartyRules};
use crate::clearance::Clearance;
use crate::fact::{Event, StudentFact};
use crate::field::{FieldFault, FieldRule, check_line};
use crate::ids::LetterNumber;
use crate::party::form::{FormRequest, HandedIn, LONGEST_LINE, PartyForm};
use crate::party::letter::{Content, Letter, Printed, Receipt};
use crate::refusal::{Refusal, read_reason};
use crate::rights::Actor;
use crate::role::Role;

/// A change of the register, to be written with its events in one transaction.
#[derive(Debug, Clone)]
pub struct LetterChange {
    /// The student's events.
    pub events: Vec<Event>,
    /// The letter as it is now; a new one has version 0.
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
    at: Timestamp,
) -> Result<Option<LetterChange>, Refusal> {
    let role = actor.may_issue_letters_in(batch, &clearance.student.college)?;
    let rules = batch.party_of(&clearance.student.traits())?;
    if clearance.letter.is_some() {
        return Ok(None);
    }
    let form = clearance.form().ok_or(Refusal::FormMissing)?;
    let letter = write(rules, clearance, actor, form, number, batch.university().here(at))?;
    let fact = StudentFact::Issue {
        letter: letter.summary(),
        content: letter.content.digest(),
        replaces: None,
        reason: None,
    };
    let events = chain(clearance, &stamp_of(actor, role, at), vec![fact]);
    Ok(Some(LetterChange { events, letter, voided: None }))
}

/// What a re-issue asks for (N22).
#[derive(Debug, Clone, Default)]
pub struct ReissueRequest {
    /// The papers that lie there: `statement`, `application`, `original`.
    pub papers: Vec<String>,
    /// Why.
    pub reason: Option<String>,
    /// The form, as it is to be now.
    pub form: FormRequest,
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
    asked: &ReissueRequest,
    number: LetterNumber,
    at: Timestamp,
) -> Result<LetterChange, Refusal> {
    let registrar = actor.has(Role::Registrar);
    let deadline = batch.party().map(|rules| rules.reissue_until).filter(|deadline| at >= *deadline);
    let role = if deadline.is_some() && registrar {
        Role::Registrar
    } else {
        let role = actor.may_issue_letters_in(batch, &clearance.student.college)?;
        if let Some(deadline) = deadline {
            return Err(Refusal::DeadlinePassed { deadline });
        }
        role
    };
    if old.replaced_by.is_some() {
        return Err(Refusal::LetterVoid { replaced_by: old.replaced_by });
    }
    if old.receipt.is_some() {
        return Err(Refusal::LetterReturned { number: old.number });
    }
    let rules = batch.party_of(&clearance.student.traits())?;
    let (form, reason) = read_reissue(asked)?;
    let mut letter = write(rules, clearance, actor, form.clone(), number, batch.university().here(at))?;
    letter.replaces = Some(old.number);
    let voided = Letter { replaced_by: Some(number), version: old.version + 1, ..old.clone() };
    let mut facts = Vec::new();
    if clearance.form().as_ref() != Some(&form) {
        let form = HandedIn::seal(&form, clearance.salt_for("form")?);
        facts.push(StudentFact::Form { form: Box::new(form), reason: Some(reason.clone()) });
    }
    facts.push(StudentFact::Issue {
        letter: letter.summary(),
        content: letter.content.digest(),
        replaces: Some(old.number),
        reason: Some(reason),
    });
    let events = chain(clearance, &stamp_of(actor, role, at), facts);
    Ok(LetterChange { events, letter, voided: Some(voided) })
}

fn read_reissue(asked: &ReissueRequest) -> Result<(PartyForm, String), Refusal> {
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

/// Whether who keeps the letters may note something of a letter: of one that holds, as long as receipts come in.
fn may_note(batch: &Batch, letter: &Letter, actor: &Actor, at: Timestamp) -> Result<Role, Refusal> {
    let role = actor.may_issue_letters_in(batch, &letter.college)?;
    if let Some(deadline) = batch.party().map(|rules| rules.receipts_until).filter(|deadline| at >= *deadline)
    {
        return Err(Refusal::DeadlinePassed { deadline });
    }
    match letter.replaced_by {
        Some(_) => Err(Refusal::LetterVoid { replaced_by: letter.replaced_by }),
        None => Ok(role),
    }
}

/// Notes that a letter's original has been printed. `None`: it is noted already.
pub fn print(
    batch: &Batch,
    clearance: &Clearance,
    letter: &Letter,
    actor: &Actor,
    at: Timestamp,
) -> Result<Option<LetterChange>, Refusal> {
    let role = may_note(batch, letter, actor, at)?;
    if letter.printed.is_some() {
        return Ok(None);
    }
    let stamp = stamp_of(actor, role, at);
    let printed = Printed { at, by: stamp.by.clone(), by_name: stamp.by_name.clone() };
    let events = chain(clearance, &stamp, vec![StudentFact::Print { number: letter.number }]);
    let letter = Letter { printed: Some(printed), version: letter.version + 1, ..letter.clone() };
    Ok(Some(LetterChange { events, letter, voided: None }))
}

/// Notes that a letter's receipt has come back. `None`: it is already noted so.
pub fn receive(
    batch: &Batch,
    clearance: &Clearance,
    letter: &Letter,
    actor: &Actor,
    receipt: Receipt,
    at: Timestamp,
) -> Result<Option<LetterChange>, Refusal> {
    let role = may_note(batch, letter, actor, at)?;
    let mut faults = Vec::new();
    if receipt.received_on < letter.issued_on {
        faults.push(FieldFault::new("received_on", FieldRule::NotBefore(letter.issued_on)));
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
    let fact = StudentFact::Receipt {
        number: letter.number,
        received_on: receipt.received_on,
        from: receipt.from.clone(),
    };
    let events = chain(clearance, &stamp_of(actor, role, at), vec![fact]);
    let letter = Letter { receipt: Some(receipt), version: letter.version + 1, ..letter.clone() };
    Ok(Some(LetterChange { events, letter, voided: None }))
}

/// Writes a letter from the roster and the form: what is missing for it is named by its column.
fn write(
    rules: &PartyRules,
    clearance: &Clearance,
    actor: &Actor,
    form: PartyForm,
    number: LetterNumber,
    at: Timestamp,
) -> Result<Letter, Refusal> {
    let (student, personal) = (&clearance.student, clearance.student.personal());
    let issued_on = at.date_naive();
    let missing: Vec<FieldFault> = [
        ("sex", personal.sex.is_none()),
        ("ethnicity", personal.ethnicity.is_none()),
        ("birth_date", personal.birth_date.is_none()),
        ("id_number", personal.id_number.is_none()),
    ]
    .into_iter()
    .filter(|(_, missing)| *missing)
    .map(|(column, _)| FieldFault::new(column, FieldRule::Required))
    .collect();
    let (Some(sex), Some(ethnicity), Some(born), Some(id_number)) =
        (personal.sex, personal.ethnicity.clone(), personal.birth_date, personal.id_number.clone())
    else {
        return Err(Refusal::InvalidFields(missing));
    };
    let valid_until = valid_until(issued_on, rules.letter_valid_days);
    let content = Content {
        college: student.college.clone(),
        name: personal.name.clone(),
        sex,
        age: age(born, issued_on),
        ethnicity,
        party: rules.standing(&student.traits()),
        id_number,
        form,
        from: rules.issuer.from.clone(),
        dues_paid_up_to: rules.dues_paid_up_to,
        valid_days: rules.letter_valid_days,
        issued_on,
        valid_until,
        phone: personal.phone.clone(),
        issuer: rules.issuer.clone(),
    };
    Ok(Letter {
        number,
        student: student.id.clone(),
        college: student.college.clone(),
        issued_on,
        valid_until,
        content: Private::seal(content, clearance.salt_for("letter")?),
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
/// assert_eq!(domain::decide::letter::valid_until(day(2017, 12, 25), 90), day(2018, 3, 25));
/// ```
pub fn valid_until(issued_on: NaiveDate, days: u32) -> NaiveDate {
    issued_on.checked_add_days(Days::new(u64::from(days))).unwrap_or(issued_on)
}

/// Whole years on a day.
fn age(born: NaiveDate, on: NaiveDate) -> u32 {
    on.years_since(born).unwrap_or_default()
}
