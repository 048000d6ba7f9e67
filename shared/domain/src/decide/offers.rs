//! What somebody may do with a step as it stands, so that a page offers that and nothing else.

use super::case::standing_dependents;
use crate::Timestamp;
use crate::batch::{Batch, Step};
use crate::rights::Actor;
use crate::state::{Mark, Marks};
use crate::student::Whom;
use crate::verdict::Decision;

/// What an actor may do with a step of a student at an instant; `ticked` says whether some of its parts are done.
pub fn offers(
    batch: &Batch,
    step: &Step,
    (student, marks): (Whom<'_>, &Marks),
    ticked: bool,
    actor: &Actor,
    at: Timestamp,
) -> Vec<Decision> {
    if actor.may_change(batch, at).is_err() {
        return Vec::new();
    }
    let standing = marks.get(&step.number).copied();
    let may = |decision| actor.may_decide(batch, step, student, standing, decision).is_ok();
    let state = batch.state(step, &student.traits, marks);
    let blocked = !batch.open_prerequisites(step, &student.traits, marks).is_empty();
    let asked_for = step.required_of(&student.traits) || standing == Some(Mark::Rejected);
    let optional = standing.is_none() && step.when.fits(&student.traits);
    let passes = !blocked && (optional || standing == Some(Mark::Rejected));
    let stands = !standing_dependents(batch, step, &student.traits, marks).is_empty();
    let several = step.parts_for(&student.traits).nth(1).is_some();
    let sensible = |decision: &Decision| match decision {
        Decision::Pass => passes,
        Decision::Tick => passes && several,
        Decision::Reject => asked_for && !stands,
        Decision::Waive => asked_for && !state.is_done(),
        Decision::Revoke => standing.is_some() || ticked,
        // An import is undone from its own page.
        Decision::Undo => false,
    };
    Decision::ALL.into_iter().filter(|decision| sensible(decision) && may(*decision)).collect()
}
