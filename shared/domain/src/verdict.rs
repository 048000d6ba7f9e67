//! What can be decided of a step.

use std::collections::BTreeSet;

use crate::ids::{Fen, ImportId, PartId};

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
