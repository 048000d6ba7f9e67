//! Step completion (N11): passes a step, turns it down, excuses from it or takes that back, for one
//! student or for up to a hundred at once.

mod imports;
mod many;
mod one;

use domain::decide::command::DecisionRequest;
use domain::ids::Amount;
use domain::verdict::Cascade;
use edge::contract::{AmountDue, DecisionForOne, Parts, PastInstant, Reason, StateOfStep};
use serde::Deserialize;
use utoipa::ToSchema;

edge::function! {
    /// Step completion.
    Lambda: one::decide_one, many::decide_many, imports::read_import
}

/// A decision on a step.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DecisionBody {
    /// `pass`, `tick` (some of its parts), `reject`, `waive` or `revoke`.
    #[schema(value_type = DecisionForOne)]
    decision: String,
    /// Why: needed by all but `pass`; at most 500 characters.
    #[serde(default)]
    #[schema(value_type = Option<Reason>)]
    reason: Option<String>,
    /// What is owed, in the smallest unit of the currency; only with `reject`.
    #[serde(default)]
    #[schema(value_type = Option<AmountDue>)]
    amount_due: Option<i64>,
    /// The parts that are done; only with `pass`, which adds them to those ticked before, and `tick` (N10).
    #[serde(default)]
    #[schema(value_type = Option<Parts>)]
    parts: Option<Vec<String>>,
    /// Whether steps that depend on a revoked one are revoked with it; only with `revoke`.
    #[serde(default)]
    cascade: Option<bool>,
    /// When the fact was true, if earlier than now.
    #[serde(default)]
    #[schema(value_type = Option<PastInstant>)]
    as_of: Option<String>,
    /// The state in which the caller has seen the step: in any other nothing is done.
    #[serde(default)]
    #[schema(value_type = Option<StateOfStep>)]
    seen: Option<String>,
}

impl From<DecisionBody> for DecisionRequest {
    fn from(body: DecisionBody) -> Self {
        let DecisionBody { decision, reason, amount_due, parts, cascade, as_of, seen } = body;
        let cascade = cascade.unwrap_or_default().then_some(Cascade::Revoke);
        let parts = parts.unwrap_or_default();
        DecisionRequest {
            decision,
            reason,
            amount_due: amount_due.map(Amount),
            parts,
            cascade,
            as_of,
            import: None,
            seen,
        }
    }
}
