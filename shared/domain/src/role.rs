//! Roles, and what somebody has been granted.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::ids::OfficeId;
use crate::words;

words! {
    /// In which role somebody acts.
    Role {
        /// A student, on their own clearance.
        Student = "student",
        /// A student's own advisor (导师), named by the roster.
        Advisor = "advisor",
        /// 系统操作人员: decides the steps of their offices, within their colleges.
        Operator = "operator",
        /// 辅导员: looks after the students of their colleges.
        Counsellor = "counsellor",
        /// 研究生院党委.
        PartyOffice = "party-office",
        /// Waives, revokes and acts late, always with a reason.
        Registrar = "registrar",
        /// Rosters and operators, at any time.
        Administrator = "administrator",
    }
}

impl Role {
    /// The roles that an operator's entry can hold.
    pub const GRANTABLE: [Role; 5] =
        [Role::Operator, Role::Counsellor, Role::PartyOffice, Role::Registrar, Role::Administrator];

    /// Whether the role sees the students of every college, whatever the entry's colleges are.
    pub(crate) fn is_university_wide(self) -> bool {
        matches!(self, Role::PartyOffice | Role::Registrar | Role::Administrator)
    }
}

/// The colleges within which somebody acts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "BTreeSet<String>", into = "BTreeSet<String>")]
pub enum Colleges {
    /// Every college: `["*"]`.
    All,
    /// These, by name.
    Only(BTreeSet<String>),
}

impl Default for Colleges {
    fn default() -> Self {
        Colleges::Only(BTreeSet::new())
    }
}

impl Colleges {
    /// Whether a college is among them.
    pub fn include(&self, college: &str) -> bool {
        match self {
            Colleges::All => true,
            Colleges::Only(names) => names.contains(college),
        }
    }
}

impl From<BTreeSet<String>> for Colleges {
    fn from(names: BTreeSet<String>) -> Self {
        if names.contains("*") { Colleges::All } else { Colleges::Only(names) }
    }
}

impl From<Colleges> for BTreeSet<String> {
    fn from(colleges: Colleges) -> Self {
        match colleges {
            Colleges::All => BTreeSet::from(["*".to_owned()]),
            Colleges::Only(names) => names,
        }
    }
}

/// What somebody has been granted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grants {
    /// Their roles.
    pub roles: BTreeSet<Role>,
    /// The offices whose steps an operator decides.
    pub offices: BTreeSet<OfficeId>,
    /// Within which colleges.
    pub colleges: Colleges,
}
