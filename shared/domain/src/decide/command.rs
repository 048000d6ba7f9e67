//! A decision as it is asked for, read into a command: every field that breaks a rule is named.

use std::collections::BTreeSet;

use chrono::{Datelike, SubsecRound};

use crate::Timestamp;
use crate::batch::Step;
use crate::field::{FieldFault, FieldRule, Format, LONGEST_REASON, check_words, tidy_reason};
use crate::ids::{Amount, ImportId, PartId, Source, StepNumber};
use crate::refusal::Refusal;
use crate::state::State;
use crate::verdict::{Cascade, Decision, Verdict};

/// The most parts that a step has, and that a decision can tick.
pub const MOST_PARTS: usize = 20;

/// A decision as it is asked for, before anything is checked.
#[derive(Debug, Clone, Default)]
pub struct DecisionRequest {
    /// A word of [`Decision`].
    pub decision: String,
    /// Why.
    pub reason: Option<String>,
    /// What is owed.
    pub amount_due: Option<Amount>,
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
    pub as_of: Option<Timestamp>,
    /// From where.
    pub source: Source,
    /// The import it is part of.
    pub import: Option<ImportId>,
    /// The state in which whoever decides has seen the step; in any other nothing is done.
    pub seen: Option<State>,
}

impl Command {
    /// Reads what is asked for, the decision's word first and then what that decision takes: every field that
    /// breaks a rule is named, and so is every field that goes with another decision.
    pub fn read(step: &Step, asked: DecisionRequest, source: Source, at: Timestamp) -> Result<Self, Refusal> {
        let mut fields = Fields { asked, faults: Vec::new() };
        let Some(decision) = Decision::read(&fields.asked.decision) else {
            return Err(Refusal::InvalidFields(vec![FieldFault::new(
                "decision",
                FieldRule::one_of::<Decision>(),
            )]));
        };
        let verdict = fields.verdict(step, decision);
        let (as_of, seen) = (fields.as_of(at), fields.seen());
        let import = match decision {
            // What is revoked leaves nothing behind that could be undone, and a part is no decision.
            Decision::Revoke | Decision::Tick | Decision::Undo => None,
            Decision::Pass | Decision::Reject | Decision::Waive => fields.import(),
        };
        fields.name_what_is_left();
        match verdict {
            Some(verdict) if fields.faults.is_empty() => {
                Ok(Command { step: step.number, verdict, as_of, source, import, seen })
            }
            _ => Err(Refusal::InvalidFields(fields.faults)),
        }
    }
}

/// The fields of what is asked for: each is taken by the decision that it goes with.
struct Fields {
    asked: DecisionRequest,
    faults: Vec<FieldFault>,
}

impl Fields {
    /// The verdict, unless something that it needs is missing or wrong.
    fn verdict(&mut self, step: &Step, decision: Decision) -> Option<Verdict> {
        match decision {
            Decision::Pass => {
                let (reason, parts) = (self.reason(), self.parts(step));
                Some(Verdict::Pass { parts, reason })
            }
            Decision::Tick => {
                if self.asked.parts.is_empty() {
                    self.fault("parts", FieldRule::Required);
                }
                Some(Verdict::Tick { parts: self.parts(step) })
            }
            Decision::Reject => {
                let (reason, amount_due) = (self.required_reason(), self.amount_due());
                Some(Verdict::Reject { reason: reason?, amount_due })
            }
            Decision::Waive => Some(Verdict::Waive { reason: self.required_reason()? }),
            Decision::Revoke => {
                let cascade = self.asked.cascade.take().unwrap_or(Cascade::Refuse);
                Some(Verdict::Revoke { reason: self.required_reason()?, cascade })
            }
            Decision::Undo => {
                if self.asked.import.is_none() {
                    self.fault("import", FieldRule::Required);
                }
                let (reason, import) = (self.required_reason(), self.import());
                Some(Verdict::Undo { reason: reason?, import: import? })
            }
        }
    }

    fn fault(&mut self, field: impl Into<String>, rule: FieldRule) {
        self.faults.push(FieldFault::new(field, rule));
    }

    fn reason(&mut self) -> Option<String> {
        let reason = tidy_reason(self.asked.reason.take().as_deref())?;
        self.faults.extend(check_words("reason", &reason, LONGEST_REASON).err());
        Some(reason)
    }

    fn required_reason(&mut self) -> Option<String> {
        let reason = self.reason();
        if reason.is_none() {
            self.fault("reason", FieldRule::Required);
        }
        reason
    }

    fn amount_due(&mut self) -> Option<Amount> {
        let Amount(amount) = self.asked.amount_due.take()?;
        if !(1..=Amount::MOST.0).contains(&amount) {
            self.fault("amount_due", FieldRule::Between(1, Amount::MOST.0));
        }
        Some(Amount(amount))
    }

    fn parts(&mut self, step: &Step) -> BTreeSet<PartId> {
        let asked = std::mem::take(&mut self.asked.parts);
        let mut parts = BTreeSet::new();
        if asked.len() > MOST_PARTS {
            self.fault("parts", FieldRule::TooLong { most: MOST_PARTS });
            return parts;
        }
        for (i, word) in asked.iter().enumerate() {
            let field = || format!("parts[{i}]");
            match step.parts.iter().find(|part| part.id.as_str() == word) {
                Some(part) if parts.insert(part.id.clone()) => {}
                Some(_) => self.fault(field(), FieldRule::Duplicate),
                None => {
                    let known = step.parts.iter().map(|part| part.id.to_string()).collect();
                    self.fault(field(), FieldRule::OneOf(known));
                }
            }
        }
        parts
    }

    fn import(&mut self) -> Option<ImportId> {
        let import = self.asked.import.take()?.parse().ok();
        if import.is_none() {
            self.fault("import", FieldRule::Format(Format::ImportId));
        }
        import
    }

    fn as_of(&mut self, at: Timestamp) -> Option<Timestamp> {
        let text = self.asked.as_of.take()?;
        let rule = match Timestamp::parse_from_rfc3339(&text) {
            Ok(as_of) if as_of.year() < 2000 => FieldRule::Format(Format::Timestamp),
            Ok(as_of) if as_of <= at => {
                return Some(as_of.trunc_subsecs(3));
            }
            Ok(_) => FieldRule::InTheFuture,
            Err(_) => FieldRule::Format(Format::Timestamp),
        };
        self.fault("as_of", rule);
        None
    }

    fn seen(&mut self) -> Option<State> {
        let seen = State::read(&self.asked.seen.take()?);
        if seen.is_none() {
            self.fault("seen", FieldRule::one_of::<State>());
        }
        seen
    }

    /// What the decision hasn't taken goes with another one.
    fn name_what_is_left(&mut self) {
        let DecisionRequest { decision: _, reason, amount_due, parts, cascade, as_of: _, import, seen: _ } =
            &self.asked;
        let left = [
            (tidy_reason(reason.as_deref()).is_some(), "reason", FieldRule::OnlyWith("pass")),
            (amount_due.is_some(), "amount_due", FieldRule::OnlyWith("reject")),
            (cascade.is_some(), "cascade", FieldRule::OnlyWith("revoke")),
            (!parts.is_empty(), "parts", FieldRule::OnlyWith("pass")),
            (import.is_some(), "import", FieldRule::Unexpected),
        ];
        let left = left.into_iter().filter(|(given, ..)| *given);
        self.faults.extend(left.map(|(_, field, rule)| FieldFault::new(field, rule)));
    }
}
