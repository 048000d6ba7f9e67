//! The state of a step: what was decided of it, and what that makes of it for the student.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::StepNumber;
use crate::words;

/// What was decided of a step, without the details.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// Passed by its office.
    Passed,
    /// Excused by a named person.
    Waived,
    /// Turned down with a reason.
    Rejected,
}

/// The marks of one student; a step without one is undecided.
pub type Marks = BTreeMap<StepNumber, Mark>;

words! {
    /// The state of a step as a student sees it (N7).
    State {
        /// Cleared.
        Passed = "passed",
        /// Not required of this student, or excused.
        Waived = "waived",
        /// Turned down.
        Rejected = "rejected",
        /// The office can decide it.
        Ready = "ready",
        /// A prerequisite is open.
        Blocked = "blocked",
    }
}

impl State {
    /// Whether nothing is left to do.
    pub fn is_done(self) -> bool {
        matches!(self, State::Passed | State::Waived)
    }

    /// Who must act.
    pub fn waiting_for(self) -> Option<WaitingFor> {
        match self {
            State::Passed | State::Waived => None,
            State::Rejected => Some(WaitingFor::You),
            State::Ready => Some(WaitingFor::Office),
            State::Blocked => Some(WaitingFor::Prerequisite),
        }
    }
}

words! {
    /// Who a step waits for.
    WaitingFor {
        /// The student: something must be returned, paid or handed in.
        You = "you",
        /// The office.
        Office = "office",
        /// Another step.
        Prerequisite = "prerequisite",
    }
}
