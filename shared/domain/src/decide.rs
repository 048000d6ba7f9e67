//! Decisions on steps: `decide(state, command) → events`, and nothing is done here.

mod case;
mod offers;

use std::collections::BTreeSet;

use chrono::{Datelike, SubsecRound};

use self::case::Case;
pub use self::offers::{Offer, offers};
use crate::Instant;
use crate::batch::{Batch, Step};
use crate::clearance::{Clearance, Mark, Source, State};
use crate::event::{Event, Fact, Hash, Stamp};
use crate::ids::{Fen, ImportId, PartId, PersonId, StepNumber};
use crate::refusal::{FieldFault, FieldRule, Form, Refusal, What, check_words};
use crate::rights::{Actor, Role};
use crate::student::Student;

/// The most characters a reason may have.
pub const LONGEST_REASON: usize = 500;

/// The most parts that a step has, and that a decision can tick.
pub const MOST_PARTS: usize = 20;

/// What to do with the steps that need the one revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cascade {
    /// Refuse, and name them.
    Refuse,
    /// Revoke them with it.
    Revoke,
}

/// What is decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The step is cleared.
    Pass {
        /// The parts that were ticked (N10).
        parts: BTreeSet<PartId>,
        /// A remark.
        reason: Option<String>,
    },
    /// Some of its parts are done; it stays open until all are (N10).
    Tick {
        /// The parts.
        parts: BTreeSet<PartId>,
    },
    /// The step is turned down (N11).
    Reject {
        /// Why, and what to do.
        reason: String,
        /// What is owed.
        amount_due: Option<Fen>,
    },
    /// The student is excused.
    Waive {
        /// Why.
        reason: String,
    },
    /// The last decision is taken back.
    Revoke {
        /// Why.
        reason: String,
        /// What about the steps that need it.
        cascade: Cascade,
    },
    /// What one import decided is taken back, and what it had taken the place of stands again.
    Undo {
        /// Why.
        reason: String,
        /// The import.
        import: ImportId,
    },
}

impl Verdict {
    /// Whether it takes a decision back.
    pub fn takes_back(&self) -> bool {
        matches!(self, Verdict::Revoke { .. } | Verdict::Undo { .. })
    }
}

/// A decision as it is asked for, before anything is checked.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// `pass`, `tick`, `reject`, `waive`, `revoke` or `undo`.
    pub decision: String,
    /// Why.
    pub reason: Option<String>,
    /// What is owed.
    pub amount_due: Option<Fen>,
    /// Parts that were ticked.
    pub parts: Vec<String>,
    /// Whether steps that need the revoked one go with it.
    pub cascade: Option<Cascade>,
    /// When the fact was true, as RFC 3339.
    pub as_of: Option<String>,
    /// The import it is part of, or that is undone.
    pub import: Option<String>,
    /// The state in which whoever decides has seen the step.
    pub seen: Option<String>,
}

/// A decision on one step, with every field in order.
#[derive(Debug, Clone)]
pub struct Command {
    /// The step.
    pub step: StepNumber,
    /// What is decided.
    pub verdict: Verdict,
    /// When the fact was true, if earlier than now.
    pub as_of: Option<Instant>,
    /// From where.
    pub source: Source,
    /// The import it is part of.
    pub import: Option<ImportId>,
    /// The state in which whoever decides has seen the step; in any other nothing is done.
    pub seen: Option<State>,
}

impl Command {
    /// Reads what is asked for: every field that breaks a rule is named.
    pub fn read(
        batch: &Batch,
        number: StepNumber,
        asked: &Asked,
        source: Source,
        at: Instant,
    ) -> Result<Self, Refusal> {
        let step = batch.step(number).ok_or(Refusal::NotFound(What::Step))?;
        let mut faults = Vec::new();
        let reason = tidy_reason(asked.reason.as_deref());
        if let Some(reason) = &reason {
            faults.extend(check_words("reason", reason, LONGEST_REASON).err());
        } else if matches!(asked.decision.as_str(), "reject" | "waive" | "revoke" | "undo") {
            faults.push(FieldFault::new("reason", FieldRule::Required));
        }
        if let Some(Fen(fen)) = asked.amount_due {
            if asked.decision != "reject" {
                faults.push(FieldFault::new("amount_due", FieldRule::OnlyWith("reject")));
            } else if !(1..=Fen::MOST.0).contains(&fen) {
                faults.push(FieldFault::new("amount_due", FieldRule::Between(1, Fen::MOST.0)));
            }
        }
        if asked.cascade.is_some() && asked.decision != "revoke" {
            faults.push(FieldFault::new("cascade", FieldRule::OnlyWith("revoke")));
        }
        if !asked.parts.is_empty() && !matches!(asked.decision.as_str(), "pass" | "tick") {
            faults.push(FieldFault::new("parts", FieldRule::OnlyWith("pass")));
        } else if asked.parts.is_empty() && asked.decision == "tick" {
            faults.push(FieldFault::new("parts", FieldRule::Required));
        }
        if reason.is_some() && asked.decision == "tick" {
            faults.push(FieldFault::new("reason", FieldRule::OnlyWith("pass")));
        }
        let parts = read_parts(step, &asked.parts, &mut faults);
        let as_of = read_as_of(asked.as_of.as_deref(), at, &mut faults);
        let mut import = read_import(asked, &mut faults);
        let seen = read_seen(asked.seen.as_deref(), &mut faults);
        let verdict = match (asked.decision.as_str(), reason) {
            ("pass", reason) => Verdict::Pass { parts, reason },
            ("tick", _) => Verdict::Tick { parts },
            ("reject", reason) => {
                Verdict::Reject { reason: reason.unwrap_or_default(), amount_due: asked.amount_due }
            }
            ("waive", reason) => Verdict::Waive { reason: reason.unwrap_or_default() },
            ("revoke", reason) => Verdict::Revoke {
                reason: reason.unwrap_or_default(),
                cascade: asked.cascade.unwrap_or(Cascade::Refuse),
            },
            ("undo", reason) => match import.take() {
                Some(import) => Verdict::Undo { reason: reason.unwrap_or_default(), import },
                None => return Err(Refusal::InvalidFields(faults)),
            },
            _ => {
                let words = ["pass", "tick", "reject", "waive", "revoke", "undo"].map(str::to_owned).to_vec();
                return Err(Refusal::InvalidFields(vec![FieldFault::new(
                    "decision",
                    FieldRule::OneOf(words),
                )]));
            }
        };
        if faults.is_empty() {
            Ok(Command { step: number, verdict, as_of, source, import, seen })
        } else {
            Err(Refusal::InvalidFields(faults))
        }
    }
}

/// A reason without what surrounds it, its lines ended alike; none if there is nothing in it.
pub(crate) fn tidy_reason(reason: Option<&str>) -> Option<String> {
    reason.map(|reason| reason.replace("\r\n", "\n").trim().to_owned()).filter(|reason| !reason.is_empty())
}

fn read_as_of(text: Option<&str>, at: Instant, faults: &mut Vec<FieldFault>) -> Option<Instant> {
    let rule = match Instant::parse_from_rfc3339(text?) {
        Ok(as_of) if as_of.year() < 2000 => FieldRule::Form(Form::Instant),
        Ok(as_of) if as_of <= at => return Some(as_of.with_timezone(&crate::shanghai()).trunc_subsecs(3)),
        Ok(_) => FieldRule::InTheFuture,
        Err(_) => FieldRule::Form(Form::Instant),
    };
    faults.push(FieldFault::new("as_of", rule));
    None
}

/// The import's name; to undo one, there must be one.
fn read_import(asked: &Asked, faults: &mut Vec<FieldFault>) -> Option<ImportId> {
    let rule = match asked.import.as_deref() {
        None if asked.decision == "undo" => FieldRule::Required,
        None => return None,
        // What is revoked leaves nothing behind that could be undone, and a part is no decision.
        Some(_) if matches!(asked.decision.as_str(), "revoke" | "tick") => FieldRule::OneOf(Vec::new()),
        Some(text) => match text.parse() {
            Ok(import) => return Some(import),
            Err(_) => FieldRule::Form(Form::ImportId),
        },
    };
    faults.push(FieldFault::new("import", rule));
    None
}

fn read_seen(text: Option<&str>, faults: &mut Vec<FieldFault>) -> Option<State> {
    let state = State::read(text?);
    if state.is_none() {
        let words = State::ALL.map(|state| state.word().to_owned()).to_vec();
        faults.push(FieldFault::new("seen", FieldRule::OneOf(words)));
    }
    state
}

fn read_parts(step: &Step, asked: &[String], faults: &mut Vec<FieldFault>) -> BTreeSet<PartId> {
    let mut parts = BTreeSet::new();
    if asked.len() > MOST_PARTS {
        faults.push(FieldFault::new("parts", FieldRule::TooLong { most: MOST_PARTS }));
        return parts;
    }
    for (i, word) in asked.iter().enumerate() {
        let field = || format!("parts[{i}]");
        match step.parts.iter().find(|part| part.id.as_str() == word) {
            Some(part) if parts.insert(part.id.clone()) => {}
            Some(_) => faults.push(FieldFault::new(field(), FieldRule::Duplicate)),
            None => {
                let known = step.parts.iter().map(|part| part.id.to_string()).collect();
                faults.push(FieldFault::new(field(), FieldRule::OneOf(known)));
            }
        }
    }
    parts
}

/// Decides one step of one student. No events: it is already so, and nothing changes.
pub fn decide(
    batch: &Batch,
    clearance: &Clearance,
    actor: &Actor,
    command: &Command,
    at: Instant,
) -> Result<Vec<Event>, Refusal> {
    let step = batch.step(command.step).ok_or(Refusal::NotFound(What::Step))?;
    let standing = clearance.records.get(&step.number).map(|record| record.mark);
    let role = actor.may_decide(batch, step, clearance.student.whom(), standing, &command.verdict)?;
    let (traits, marks) = (clearance.student.traits(), clearance.marks());
    // Somebody else was here since the caller looked: what they decided isn't overwritten unseen.
    if command.seen.is_some_and(|seen| seen != batch.state(step, &traits, &marks)) {
        return Err(Refusal::ChangedMeanwhile);
    }
    let case = Case { batch, clearance, actor, role, step, traits, marks };
    let own = |fact: Option<Fact>| fact.map(|fact| (role, fact)).into_iter().collect();
    let facts = match &command.verdict {
        Verdict::Pass { parts, reason } => own(case.pass(parts, reason.as_ref())?),
        Verdict::Tick { parts } => own(case.tick(parts)?),
        Verdict::Reject { reason, amount_due } => own(case.reject(reason, *amount_due)?),
        Verdict::Waive { reason } => own(case.waive(reason)),
        Verdict::Revoke { reason, cascade } => case.revoke(reason, *cascade)?,
        Verdict::Undo { reason, import } => own(case.undo(reason, import)?),
    };
    let (source, as_of, import) = (command.source, command.as_of, command.import.clone());
    // An advisor has no entry as an operator: their name is the roster's.
    let by_name = actor.name.clone().or_else(|| clearance.student.advisor_names.get(&actor.id).cloned());
    let stamp = Stamp { at, by: actor.id.clone(), by_name, role, source, as_of, import };
    Ok(chain_in_roles(clearance, &stamp, facts))
}

/// Enrols a student of the roster: the first event of their chain.
pub fn enrol(batch: &Batch, student: Student, actor: &Actor, at: Instant) -> Result<Event, Refusal> {
    let stamp = roster_stamp(actor, at)?;
    not_their_own_advisor(actor, &student, &[])?;
    let genesis = Hash::genesis(&Clearance::subject(batch.id(), &student.id));
    Ok(Event::next(0, genesis, &stamp, Fact::Enrol { student: Box::new(student) }))
}

/// Takes over what the roster now says of a student. It never touches a step's state, so it is
/// refused where it would leave a step passed whose prerequisite or part has thereby become open, or
/// which is now another office's; and where a step that stands turned down would no longer be asked of
/// the student, or of that office.
pub fn update_roster(
    batch: &Batch,
    clearance: &Clearance,
    student: Student,
    actor: &Actor,
    at: Instant,
) -> Result<Vec<Event>, Refusal> {
    let stamp = roster_stamp(actor, at)?;
    if clearance.student == student {
        return Ok(Vec::new());
    }
    not_their_own_advisor(actor, &student, &clearance.student.advisors)?;
    let (before, traits, marks) = (clearance.student.traits(), student.traits(), clearance.marks());
    let moves = |step: &Step| step.office_id(&traits) != step.office_id(&before);
    let cleared = |step: &&Step| {
        marks.get(&step.number) == Some(&Mark::Rejected)
            && (moves(step) || (step.required_of(&before) && !step.required_of(&traits)))
    };
    let steps = batch.named(batch.steps().filter(cleared).map(|step| step.number));
    if !steps.is_empty() {
        return Err(Refusal::RosterClears { steps });
    }
    let undone = |step: &&Step| {
        let record = clearance.records.get(&step.number).filter(|record| record.mark == Mark::Passed);
        record.is_some_and(|record| {
            !batch.open_prerequisites(step, &traits, &marks).is_empty()
                || step.parts_for(&traits).any(|part| !record.parts.contains(&part.id))
                || moves(step)
        })
    };
    let steps = batch.named(batch.steps().filter(undone).map(|step| step.number));
    if steps.is_empty() {
        Ok(chain(clearance, &stamp, vec![Fact::Roster { student: Box::new(student) }]))
    } else {
        Err(Refusal::RosterReopens { steps })
    }
}

/// Rosters come from administrators, advisors decide: nobody makes themselves one.
fn not_their_own_advisor(actor: &Actor, student: &Student, before: &[PersonId]) -> Result<(), Refusal> {
    if student.advisors.contains(&actor.id) && !before.contains(&actor.id) {
        let fault = FieldFault::new("advisors", FieldRule::SelfAsAdvisor);
        return Err(Refusal::InvalidFields(vec![fault]));
    }
    Ok(())
}

fn roster_stamp(actor: &Actor, at: Instant) -> Result<Stamp, Refusal> {
    let role = actor.must_hold(&[Role::Administrator])?;
    let (by, by_name) = (actor.id.clone(), actor.name.clone());
    Ok(Stamp { at, by, by_name, role, source: Source::Import, as_of: None, import: None })
}

pub(crate) fn chain(clearance: &Clearance, stamp: &Stamp, facts: Vec<Fact>) -> Vec<Event> {
    chain_in_roles(clearance, stamp, facts.into_iter().map(|fact| (stamp.role, fact)).collect())
}

/// The same, each fact in the role that allows it: a cascade can need more than one.
fn chain_in_roles(clearance: &Clearance, stamp: &Stamp, facts: Vec<(Role, Fact)>) -> Vec<Event> {
    let mut prev = clearance.head;
    (clearance.version + 1..)
        .zip(facts)
        .map(|(number, (role, fact))| {
            let event = Event::next(number, prev, &Stamp { role, ..stamp.clone() }, fact);
            prev = event.hash;
            event
        })
        .collect()
}
