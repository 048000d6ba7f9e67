//! A decision as it is asked for, read into a command: every field that breaks a rule is named.

use std::collections::BTreeSet;

use chrono::{Datelike, SubsecRound};

use crate::Instant;
use crate::batch::{Batch, Step};
use crate::field::{FieldFault, FieldRule, Form, LONGEST_REASON, check_words, tidy_reason};
use crate::ids::{Fen, ImportId, PartId, Source, StepNumber};
use crate::refusal::{Refusal, What};
use crate::state::State;
use crate::verdict::{Cascade, Verdict};

/// The most parts that a step has, and that a decision can tick.
pub const MOST_PARTS: usize = 20;

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
