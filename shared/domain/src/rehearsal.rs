//! A rehearsal of a batch before it opens: synthetic students of every kind walk through its steps.
//!
//! Reading a batch file finds what is broken by itself; walking finds what only shows when somebody
//! of some kind tries to get through, with the very rules that will be used on the day.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use ledger::{Aggregate as _, Private, Salt, replay};

use crate::Timestamp;
use crate::batch::Batch;
use crate::clearance::Clearance;
use crate::decide::command::Command;
use crate::decide::decide;
use crate::decide::form::hand_in;
use crate::decide::letter::{Issuing, issue};
use crate::decide::roster::enrol;
use crate::facts::Traits;
use crate::ids::{FactId, OfficeId, PartId, PersonId, PersonKind, Source, StepNumber, StudentId};
use crate::kinds::{Kind, kinds};
use crate::paper::Paper;
use crate::party::form::{FormRequest, TransferKind};
use crate::refusal::{Lack, Refusal};
use crate::rights::Actor;
use crate::role::{Grant, Role};
use crate::student::{Personal, Sex, Student};
use crate::text::{Named, Text};
use crate::verdict::Verdict;

/// What a kind of student trips over.
#[derive(Debug)]
pub struct Stuck {
    /// At which step.
    pub step: StepNumber,
    /// How, and what to do.
    pub what: Text,
}

/// Walks every kind of student through the batch, and says what they trip over.
pub fn rehearse(batch: &Batch) -> Vec<Stuck> {
    let Some(everybody) = stand_in(batch) else { return Vec::new() };
    let kinds = kinds(batch);
    let mut found = Vec::new();
    for kind in &kinds {
        if let Err(stuck) = walk(batch, &everybody, kind) {
            found.push(stuck);
            break;
        }
    }
    let is_idle = |kind: &&Kind| !batch.steps().any(|step| step.required_of(&kind.traits()));
    if let Some(first) = batch.in_order().first()
        && let Some(idle) = kinds.iter().find(is_idle)
    {
        let idle = idle.described(batch.university());
        let what = Text {
            zh: format!("{}没有任何必办环节，一入学籍名册就算办完：请检查 required 与 when", idle.zh),
            en: format!(
                "no step is required of {}, who would be cleared at once: look at `required` and `when`",
                idle.en
            ),
        };
        found.push(Stuck { step: *first, what });
    }
    let any = |fits: &dyn Fn(&Traits<'_>) -> bool| kinds.iter().any(|kind| fits(&kind.traits()));
    for step in batch.steps() {
        let theirs =
            |office: &OfficeId| any(&|traits| step.when.fits(traits) && step.office_id(traits) == office);
        for office in batch.offices_of(step).filter(|office| !theirs(&office.id)) {
            let what = Text {
                zh: format!(
                    "环节{}写了部门 {}，却没有哪类学生归它办：请检查 office_for 的 when",
                    step.number, office.id
                ),
                en: format!(
                    "step {} names office {}, which would handle it for nobody: look at `office_for`",
                    step.number, office.id
                ),
            };
            found.push(Stuck { step: step.number, what });
        }
        if !any(&|traits| step.when.fits(traits)) {
            found.push(nobody(step.number, None));
        }
        for part in &step.parts {
            if !any(&|traits| step.when.fits(traits) && part.when.fits(traits)) {
                found.push(nobody(step.number, Some(part.id.as_str())));
            }
        }
    }
    found
}

fn nobody(step: StepNumber, part: Option<&str>) -> Stuck {
    let (zh, en) = match part {
        None => (format!("环节{step}不适用于任何学生"), format!("step {step} applies to no kind of student")),
        Some(part) => (
            format!("环节{step}的“{part}”不适用于任何学生"),
            format!("part {part} of step {step} applies to no kind of student"),
        ),
    };
    Stuck {
        step, what: Text { zh: format!("{zh}：请检查 when"), en: format!("{en}: look at its `when`") }
    }
}

/// Somebody who may decide everything, so that only the batch itself can stand in the way.
fn stand_in(batch: &Batch) -> Option<Actor> {
    let roles = [Role::PartyOffice, Role::Registrar, Role::Administrator];
    let offices = batch.offices().map(|office| office.id.clone()).collect();
    let operator = Grant { offices, ..Grant::of(Role::Operator) };
    let id = PersonId::new(PersonKind::Staff, "rehearsal").ok()?;
    Some(Actor { id, name: None, grants: roles.map(Grant::of).into_iter().chain([operator]).collect() })
}

fn walk(batch: &Batch, everybody: &Actor, kind: &Kind) -> Result<(), Stuck> {
    let at = batch.window().opens;
    let stuck = |step: StepNumber, why: String| {
        let who = kind.described(batch.university());
        let what = Text {
            zh: format!("演练：{}在环节{step}受阻（{why}）", who.zh),
            en: format!("rehearsal: {} is stuck at step {step} ({why})", who.en),
        };
        Stuck { step, what }
    };
    let first = batch.in_order().first().copied().unwrap_or(StepNumber(1));
    let student = synthetic(kind).ok_or_else(|| stuck(first, "no synthetic student".to_owned()))?;
    let student = with_whatever_papers_say(batch, student);
    let student_id = student.id.clone();
    let enrolled =
        enrol(batch, student, everybody, at).map_err(|refusal| stuck(first, refusal.to_string()))?;
    let id = (batch.id().clone(), student_id);
    let mut clearance =
        replay::<Clearance>(&id, &enrolled).ok_or_else(|| stuck(first, "not enrolled".to_owned()))?;
    for paper in batch.papers().iter().filter(|paper| paper.when.fits(&kind.traits())) {
        clearance = letter(batch, paper, everybody, clearance, at)
            .map_err(|refusal| stuck(first, format!("{}: {refusal}", paper.id)))?;
    }
    for &number in batch.in_order() {
        let Some(step) = batch.step(number) else { continue };
        let parts = step.parts.iter().map(|part| part.id.clone()).collect();
        let verdict = Verdict::Pass { parts, reason: None };
        let (as_of, source, import, seen) = (None, Source::Operator, None, None);
        let command = Command { step: number, verdict, as_of, source, import, seen };
        let events = decide(batch, &clearance, everybody, &command, at).map_err(|refusal| match refusal {
            Refusal::LetterNotIssued { parts, lack } => not_for_them(batch, kind, number, &parts, &lack),
            refusal => stuck(number, refusal.to_string()),
        })?;
        clearance = clearance.after(&events);
    }
    match clearance.remaining(batch) {
        0 => Ok(()),
        left => Err(stuck(first, format!("{left} steps left at the end"))),
    }
}

/// A part that asks for a paper which this kind of student doesn't get.
fn not_for_them(batch: &Batch, kind: &Kind, step: StepNumber, parts: &[Named<PartId>], lack: &Lack) -> Stuck {
    let who = kind.described(batch.university());
    let part = parts.first().map(|part| part.id.to_string()).unwrap_or_default();
    let paper = match lack {
        Lack::Paper(paper) => paper.id.to_string(),
        Lack::Form | Lack::Letter => {
            batch.introduction().map(|paper| paper.id.to_string()).unwrap_or_default()
        }
    };
    let what = Text {
        zh: format!(
            "环节{step}的“{part}”要有文书 {paper} 才能办，{}却得不到它：给这一项写上与 [[papers]] 相同的 when",
            who.zh
        ),
        en: format!(
            "part {part} of step {step} needs paper {paper}, which {} doesn't get: give the part the `when` of the paper",
            who.en
        ),
    };
    Stuck { step, what }
}

/// The same student with something of all that no condition asks for: a paper may say it.
fn with_whatever_papers_say(batch: &Batch, mut student: Student) -> Student {
    let asked: BTreeSet<&FactId> = batch.conditions().flat_map(|when| when.facts.keys()).collect();
    for fact in batch.university().facts().iter().filter(|fact| !asked.contains(&fact.id)) {
        let value = fact.values().first().copied().unwrap_or("演练").to_owned();
        student.facts.entry(fact.id.clone()).or_insert(value);
    }
    student.major = student.major.or_else(|| Some("演练".to_owned()));
    student
}

/// A student's letter of a paper, with the form for it, which the final step may ask for (N10).
fn letter(
    batch: &Batch,
    paper: &Paper,
    everybody: &Actor,
    clearance: Clearance,
    at: Timestamp,
) -> Result<Clearance, Refusal> {
    let mut clearance = clearance;
    if paper.party().is_some() {
        let form = FormRequest {
            heading: "中共某市委组织部".to_owned(),
            destination: "某单位党委".to_owned(),
            transfer_kind: TransferKind::InProvince.word().to_owned(),
            confirmed: true,
            reason: Some("演练".to_owned()),
            ..FormRequest::default()
        };
        let handed_in = hand_in(batch, &clearance, everybody, &form, at)?;
        clearance = clearance.after(&handed_in);
    }
    let issued = issue(Issuing { batch, paper, clearance: &clearance, actor: everybody, number: 1, at })?;
    Ok(clearance.after(&issued.map(|issued| issued.events).unwrap_or_default()))
}

/// A student of a kind, with nothing about them but that.
pub(crate) fn synthetic(kind: &Kind) -> Option<Student> {
    let personal = Personal {
        name: "演练".to_owned(),
        sex: Some(Sex::Female),
        ethnicity: Some("汉族".to_owned()),
        birth_date: NaiveDate::from_ymd_opt(1990, 1, 1),
        id_number: Some("000000199001010000".to_owned()),
        phone: None,
        email: None,
    };
    Some(Student {
        id: "20170000001".parse::<StudentId>().ok()?,
        personal: Private::seal(personal, Salt::new([0; 16])),
        facts: kind.facts.clone(),
        college: kind.college.clone(),
        major: kind.major.clone(),
        advisors: Vec::new(),
        people: BTreeMap::new(),
        advisor_names: BTreeMap::new(),
    })
}
