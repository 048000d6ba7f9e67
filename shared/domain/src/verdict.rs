//! What can be decided of a step.

use std::collections::BTreeSet;

use crate::ids::{Amount, ImportId, PartId};
use crate::words;

words! {
    /// The kinds of verdicts: what rights and offers are asked by, before anything is known of the details.
    Decision {
        /// Passing the step.
        Pass = "pass",
        /// Ticking some of its parts.
        Tick = "tick",
        /// Turning it down.
        Reject = "reject",
        /// Excusing from it.
        Waive = "waive",
        /// Taking the last decision back.
        Revoke = "revoke",
        /// Taking back what one import decided.
        Undo = "undo",
    }
}

/// What may be decided of each student of a list by themselves: what an import can take back as a whole.
pub const FOR_ROWS: [Decision; 3] = [Decision::Pass, Decision::Reject, Decision::Waive];

impl Decision {
    /// Whether it takes a decision back.
    pub fn takes_back(self) -> bool {
        matches!(self, Decision::Revoke | Decision::Undo)
    }
}

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
        amount_due: Option<Amount>,
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
    /// Its kind.
    pub fn decision(&self) -> Decision {
        match self {
            Verdict::Pass { .. } => Decision::Pass,
            Verdict::Tick { .. } => Decision::Tick,
            Verdict::Reject { .. } => Decision::Reject,
            Verdict::Waive { .. } => Decision::Waive,
            Verdict::Revoke { .. } => Decision::Revoke,
            Verdict::Undo { .. } => Decision::Undo,
        }
    }
}
