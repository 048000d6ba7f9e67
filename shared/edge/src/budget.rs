//! Rate limits: how many expensive calls one person may make in a minute. Pages wait for the next minute by
//! themselves; a program in an endless loop slows nobody else down.

use chrono::Timelike;

use crate::guard::SignedIn;
use crate::problem::Problem;

/// What costs much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Budget {
    /// Decisions for up to a hundred students a call.
    Decisions,
    /// Sheets that are read, and those that are written.
    Sheets,
    /// PDFs.
    Prints,
}

impl Budget {
    fn word(self) -> &'static str {
        match self {
            Budget::Decisions => "decisions",
            Budget::Sheets => "sheets",
            Budget::Prints => "prints",
        }
    }
}

/// How many calls a minute: more than one person's pages make at their quickest, and of sheets so few that they
/// keep no more than half of the execution environments busy that are reserved for them.
pub const CALLS_PER_MINUTE: u32 = 240;

impl SignedIn {
    /// Counts a call against its caller's budget of this minute. Asked once rights are known and before anything else
    /// is read or done.
    pub async fn spend(&self, budget: Budget) -> Result<(), Problem> {
        let Self { app, person, at, .. } = self;
        if app.store.spend(person, budget.word(), CALLS_PER_MINUTE, *at).await? {
            Ok(())
        } else {
            Err(Problem::OverBudget { seconds: 60 - at.second().min(59) })
        }
    }
}
