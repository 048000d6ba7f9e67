//! The state of a step: what was decided of it, and what that makes of it for the student.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::StepNumber;

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

/// The state of a step as a student sees it (N7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Cleared.
    Passed,
    /// Not required of this student, or excused.
    Waived,
    /// Turned down.
    Rejected,
    /// The office can decide it.
    Ready,
    /// A prerequisite is open.
    Blocked,
}

impl State {
    /// Every state.
    pub const ALL: [State; 5] = [State::Passed, State::Waived, State::Rejected, State::Ready, State::Blocked];

    /// The word in JSON and in queries.
    pub fn word(self) -> &'static str {
        match self {
            State::Passed => "passed",
            State::Waived => "waived",
            State::Rejected => "rejected",
            State::Ready => "ready",
            State::Blocked => "blocked",
        }
    }

    /// Reads the word.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

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

/// Who a step waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitingFor {
    /// The student: something must be returned, paid or handed in.
    You,
    /// The office.
    Office,
    /// Another step.
    Prerequisite,
}

impl WaitingFor {
    /// The word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            WaitingFor::You => "you",
            WaitingFor::Office => "office",
            WaitingFor::Prerequisite => "prerequisite",
        }
    }
}
