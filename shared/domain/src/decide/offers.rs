//! What somebody may do with a step as it stands, so that a page offers that and nothing else.

use std::collections::BTreeSet;

use super::case::standing_dependents;
use crate::Instant;
use crate::batch::{Batch, Step};
use crate::rights::Actor;
use crate::state::{Mark, Marks};
use crate::student::Whom;
use crate::verdict::{Cascade, Verdict};

/// A decision that is open to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offer {
    /// Passing the step.
    Pass,
    /// Ticking some of its parts.
    Tick,
    /// Turning it down.
    Reject,
    /// Excusing from it.
    Waive,
    /// Taking the last decision back.
    Revoke,
}

impl Offer {
    /// The word in JSON: that of the decision.
    pub fn word(self) -> &'static str {
        match self {
            Offer::Pass => "pass",
            Offer::Tick => "tick",
            Offer::Reject => "reject",
            Offer::Waive => "waive",
            Offer::Revoke => "revoke",
        }
    }
}

/// What an actor may do with a step of a student at an instant; `ticked` says whether some of its parts are done.
pub fn offers(
    batch: &Batch,
    step: &Step,
    (student, marks): (Whom<'_>, &Marks),
    ticked: bool,
    actor: &Actor,
    at: Instant,
) -> Vec<Offer> {
    if actor.may_change(batch, at).is_err() {
        return Vec::new();
    }
    let standing = marks.get(&step.number).copied();
    let may = |verdict: &Verdict| actor.may_decide(batch, step, student, standing, verdict).is_ok();
    let state = batch.state(step, &student.traits, marks);
    let blocked = !batch.open_prerequisites(step, &student.traits, marks).is_empty();
    let asked_for = step.required_of(&student.traits) || standing == Some(Mark::Rejected);
    let optional = standing.is_none() && step.when.fits(&student.traits);
    let passes = !blocked && (optional || standing == Some(Mark::Rejected));
    let stands = !standing_dependents(batch, step, &student.traits, marks).is_empty();
    let reason = String::new;
    let several = step.parts_for(&student.traits).nth(1).is_some();
    [
        (Offer::Pass, passes, Verdict::Pass { parts: BTreeSet::new(), reason: None }),
        (Offer::Tick, passes && several, Verdict::Tick { parts: BTreeSet::new() }),
        (Offer::Reject, asked_for && !stands, Verdict::Reject { reason: reason(), amount_due: None }),
        (Offer::Waive, asked_for && !state.is_done(), Verdict::Waive { reason: reason() }),
        (
            Offer::Revoke,
            standing.is_some() || ticked,
            Verdict::Revoke { reason: reason(), cascade: Cascade::Revoke },
        ),
    ]
    .into_iter()
    .filter(|(_, sensible, verdict)| *sensible && may(verdict))
    .map(|(offer, ..)| offer)
    .collect()
}
