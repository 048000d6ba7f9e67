//! Letters are issued, issued anew, printed, and their receipts come back (N20–N22).

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use ledger::Private;

use super::chain::{chain, stamp_of};
use crate::Timestamp;
use crate::batch::Batch;
use crate::clearance::Clearance;
use crate::fact::{Event, StudentFact};
use crate::field::{FieldFault, FieldRule, check_line, is_printable};
use crate::ids::LetterNumber;
use crate::paper::template::Filling;
use crate::paper::{Layout, Paper, PartyRules, TextRules};
use crate::party::form::{FormRequest, HandedIn, LONGEST_LINE, PartyForm};
use crate::party::letter::{Content, Introduction, Letter, Printed, Receipt, TextContent};
use crate::refusal::{Refusal, given_reason, read_reason};
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

/// A letter to be issued: which paper, whose, under which number, by whom and when.
#[derive(Debug, Clone, Copy)]
pub struct Issuing<'a> {
    /// The batch.
    pub batch: &'a Batch,
    /// Which of its papers.
    pub paper: &'a Paper,
    /// Whose.
    pub clearance: &'a Clearance,
    /// By whom.
    pub actor: &'a Actor,
    /// The next number of the paper's register.
    pub number: LetterNumber,
    /// When.
    pub at: Timestamp,
}

/// Issues a student's letter under the next number. `None`: they have one.
pub fn issue(issuing: Issuing<'_>) -> Result<Option<LetterChange>, Refusal> {
    let Issuing { paper, clearance, actor, at, .. } = issuing;
    let student = &clearance.student;
    let role = actor.may_issue_letters_in(paper, &student.college)?;
    is_for(paper, clearance)?;
    clearance.must_be_in()?;
    if clearance.letter_of(paper.register()).is_some() {
        return Ok(None);
    }
    let form = match &paper.layout {
        Layout::PartyIntroduction(_) => Some(clearance.form().ok_or(Refusal::FormMissing)?),
        Layout::Text(rules) => {
            in_time(rules.issue_until(&student.traits()), at)?;
            None
        }
    };
    let letter = issuing.letter(form)?;
    let fact = StudentFact::Issue {
        paper: letter.paper.clone(),
        letter: letter.summary(),
        content: letter.content.digest(),
        replaces: None,
        reason: None,
    };
    let events = chain(clearance, &stamp_of(actor, role, at), vec![fact]);
    Ok(Some(LetterChange { events, letter, voided: None }))
}

/// Whether a student gets a paper.
fn is_for(paper: &Paper, clearance: &Clearance) -> Result<(), Refusal> {
    if paper.when.fits(&clearance.student.traits()) {
        return Ok(());
    }
    Err(if paper.party().is_some() { Refusal::FormNotNeeded } else { Refusal::PaperNotNeeded })
}

fn in_time(deadline: Option<Timestamp>, at: Timestamp) -> Result<(), Refusal> {
    match deadline {
        Some(deadline) if at >= deadline => Err(Refusal::DeadlinePassed { deadline }),
        _ => Ok(()),
    }
}

/// What a re-issue asks for.
#[derive(Debug, Clone)]
pub enum ReissueRequest {
    /// Of a party introduction (N22).
    Introduction(IntroductionAnew),
    /// Of another paper.
    Text {
        /// Why.
        reason: Option<String>,
    },
}

/// What the re-issue of a party introduction asks for (N22).
#[derive(Debug, Clone, Default)]
pub struct IntroductionAnew {
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

/// Issues a student's letter anew and voids the one before (N22). After a party introduction's deadline that is for
/// registrars alone.
pub fn reissue(issuing: Issuing<'_>, old: &Letter, asked: &ReissueRequest) -> Result<LetterChange, Refusal> {
    let Issuing { paper, clearance, actor, number, at, .. } = issuing;
    let student = &clearance.student;
    let deadline = match &paper.layout {
        Layout::PartyIntroduction(rules) => Some(rules.reissue_until),
        Layout::Text(rules) => rules.issue_until(&student.traits()),
    };
    let role = match in_time(deadline, at) {
        Err(_) if actor.has(Role::Registrar) => Role::Registrar,
        timely => {
            let role = actor.may_issue_letters_in(paper, &student.college)?;
            timely.map(|()| role)?
        }
    };
    if old.replaced_by.is_some() {
        return Err(Refusal::LetterVoid { replaced_by: old.replaced_by });
    }
    if old.receipt.is_some() {
        return Err(Refusal::LetterReturned { number: old.number });
    }
    is_for(paper, clearance)?;
    clearance.must_be_in()?;
    let (form, reason) = match asked {
        ReissueRequest::Introduction(asked) => {
            let (form, reason) = read_reissue(asked)?;
            (Some(form), reason)
        }
        ReissueRequest::Text { reason } => (None, given_reason(reason.as_deref())?),
    };
    let mut letter = issuing.letter(form.clone())?;
    letter.replaces = Some(old.number);
    let voided = Letter { replaced_by: Some(number), version: old.version + 1, ..old.clone() };
    let mut facts = Vec::new();
    if let Some(form) = form.filter(|form| clearance.form().as_ref() != Some(form)) {
        let form = HandedIn::seal(&form, clearance.salt_for("form")?);
        facts.push(StudentFact::Form { form: Box::new(form), reason: Some(reason.clone()) });
    }
    facts.push(StudentFact::Issue {
        paper: letter.paper.clone(),
        letter: letter.summary(),
        content: letter.content.digest(),
        replaces: Some(old.number),
        reason: Some(reason),
    });
    let events = chain(clearance, &stamp_of(actor, role, at), facts);
    Ok(LetterChange { events, letter, voided: Some(voided) })
}

fn read_reissue(asked: &IntroductionAnew) -> Result<(PartyForm, String), Refusal> {
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
fn may_note(paper: &Paper, letter: &Letter, actor: &Actor, at: Timestamp) -> Result<Role, Refusal> {
    let role = actor.may_issue_letters_in(paper, &letter.college)?;
    in_time(Some(paper.receipts_until), at)?;
    match letter.replaced_by {
        Some(_) => Err(Refusal::LetterVoid { replaced_by: letter.replaced_by }),
        None => Ok(role),
    }
}

/// Notes that a letter's original has been printed: of nobody who was taken out. `None`: it is noted already.
pub fn print(
    paper: &Paper,
    clearance: &Clearance,
    letter: &Letter,
    actor: &Actor,
    at: Timestamp,
) -> Result<Option<LetterChange>, Refusal> {
    let role = may_note(paper, letter, actor, at)?;
    clearance.must_be_in()?;
    if letter.printed.is_some() {
        return Ok(None);
    }
    let stamp = stamp_of(actor, role, at);
    let printed = Printed { at, by: stamp.by.clone(), by_name: stamp.by_name.clone() };
    let events = chain(
        clearance,
        &stamp,
        vec![StudentFact::Print { paper: letter.paper.clone(), number: letter.number }],
    );
    let letter = Letter { printed: Some(printed), version: letter.version + 1, ..letter.clone() };
    Ok(Some(LetterChange { events, letter, voided: None }))
}

/// Notes that a letter's receipt has come back. `None`: it is already noted so.
pub fn receive(
    paper: &Paper,
    clearance: &Clearance,
    letter: &Letter,
    actor: &Actor,
    receipt: Receipt,
    at: Timestamp,
) -> Result<Option<LetterChange>, Refusal> {
    let role = may_note(paper, letter, actor, at)?;
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
        paper: letter.paper.clone(),
        number: letter.number,
        received_on: receipt.received_on,
        from: receipt.from.clone(),
    };
    let events = chain(clearance, &stamp_of(actor, role, at), vec![fact]);
    let letter = Letter { receipt: Some(receipt), version: letter.version + 1, ..letter.clone() };
    Ok(Some(LetterChange { events, letter, voided: None }))
}

impl Issuing<'_> {
    /// Writes a letter from the roster and the form: what is missing for it is named by its column.
    fn letter(&self, form: Option<PartyForm>) -> Result<Letter, Refusal> {
        let Self { batch, paper, clearance, actor, number, at } = *self;
        let at = batch.university().here(at);
        let issued_on = at.date_naive();
        let valid_until = valid_until(issued_on, paper.valid_days);
        self.can_be_printed()?;
        let content = match (&paper.layout, form) {
            (Layout::PartyIntroduction(rules), Some(form)) => {
                Content::Introduction(Box::new(self.introduction(rules, form, issued_on, valid_until)?))
            }
            (Layout::PartyIntroduction(_), None) => return Err(Refusal::FormMissing),
            (Layout::Text(rules), _) => Content::Text(Box::new(self.text(rules, issued_on, valid_until)?)),
        };
        Ok(Letter {
            paper: paper.register().cloned(),
            number,
            student: clearance.student.id.clone(),
            college: clearance.student.college.clone(),
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

    /// Whether our fonts have every character of the student's own words: a paper with a gap in a name is none.
    fn can_be_printed(&self) -> Result<(), Refusal> {
        let student = &self.clearance.student;
        let said = [
            ("name", Some(student.personal().name.as_str())),
            ("ethnicity", student.personal().ethnicity.as_deref()),
            ("college", Some(student.college.as_str())),
            ("major", student.major.as_deref()),
        ];
        let odd = said.into_iter().filter_map(|(field, text)| {
            let odd = text?.chars().find(|c| !is_printable(*c))?;
            Some(FieldFault::new(field, FieldRule::Unprintable(odd)).reading(text?))
        });
        let faults: Vec<FieldFault> = odd.collect();
        if faults.is_empty() { Ok(()) } else { Err(Refusal::InvalidFields(faults)) }
    }

    fn introduction(
        &self,
        rules: &PartyRules,
        form: PartyForm,
        issued_on: NaiveDate,
        valid_until: NaiveDate,
    ) -> Result<Introduction, Refusal> {
        let student = &self.clearance.student;
        let personal = student.personal();
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
        Ok(Introduction {
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
            valid_days: self.paper.valid_days,
            issued_on,
            valid_until,
            phone: personal.phone.clone(),
            issuer: rules.issuer.clone(),
        })
    }

    fn text(
        &self,
        rules: &TextRules,
        issued_on: NaiveDate,
        valid_until: NaiveDate,
    ) -> Result<TextContent, Refusal> {
        let student = &self.clearance.student;
        let filling = Filling { student, university: self.batch.university(), issued_on, valid_until };
        Ok(TextContent {
            title: rules.title.clone(),
            text: rules.text.fill(&filling).map_err(Refusal::InvalidFields)?,
            name: student.personal().name.clone(),
            college: student.college.clone(),
            issued_on,
            valid_until,
            phone: student.personal().phone.clone(),
            issuer: rules.issuer.clone(),
        })
    }
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
