//! Where a page goes on.

use domain::ids::StudentId;
use domain::progress::Outline;
use serde::{Deserialize, Serialize};

/// The most students looked at for one page, so that something rare can't make a call endless.
pub(crate) const MOST_LOOKED_AT: usize = 2_000;

/// After this student, of this college or of somebody's own.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Place {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) college: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) after: Option<StudentId>,
}

impl Place {
    /// Right after a student.
    pub(crate) fn after(outline: &Outline) -> Self {
        Self { college: Some(outline.college.clone()), after: Some(outline.id.clone()) }
    }

    /// In a walk through colleges.
    pub(crate) fn in_colleges(self) -> Option<(String, StudentId)> {
        self.college.zip(self.after)
    }
}
