//! Roles, and what somebody has been granted.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::Timestamp;
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
    /// The roles that somebody can be granted in a batch. Administrators are the university's.
    pub const IN_A_BATCH: [Role; 4] = [Role::Operator, Role::Counsellor, Role::PartyOffice, Role::Registrar];

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

impl Colleges {
    /// These and others.
    #[must_use]
    pub fn and(self, other: &Self) -> Self {
        match (self, other) {
            (Colleges::Only(names), Colleges::Only(others)) => Colleges::Only(&names | others),
            _ => Colleges::All,
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

/// One right of somebody in a batch: a role with where it holds, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// The offices whose steps an operator decides; nobody else has any.
    #[serde(skip_serializing_if = "BTreeSet::is_empty", default)]
    pub offices: BTreeSet<OfficeId>,
    /// Within which colleges: they belong to this role, and to no other that the same person has.
    #[serde(default)]
    pub colleges: Colleges,
    /// From when on; always, unless said.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub from: Option<Timestamp>,
    /// Until when, the first instant outside: two dates are a cover while somebody is away.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub until: Option<Timestamp>,
}

impl Grant {
    /// A role that holds everywhere and always.
    pub fn of(role: Role) -> Self {
        Self { role, offices: BTreeSet::new(), colleges: Colleges::All, from: None, until: None }
    }

    /// These rights with another: its offices join those of the same role, colleges and days.
    pub fn join(mut grants: Vec<Grant>, more: Grant) -> Vec<Grant> {
        let same = |one: &&mut Grant| {
            (one.role, &one.colleges, one.from, one.until)
                == (more.role, &more.colleges, more.from, more.until)
        };
        match grants.iter_mut().find(same) {
            Some(one) => one.offices.extend(more.offices),
            None => grants.push(more),
        }
        grants
    }

    /// As its role has it: only operators have offices, and who sees every college has no colleges of their own.
    #[must_use]
    pub fn as_its_role_has_it(self) -> Self {
        let offices = if self.role == Role::Operator { self.offices } else { BTreeSet::new() };
        let colleges = if self.role.is_university_wide() { Colleges::All } else { self.colleges };
        Self { offices, colleges, ..self }
    }

    /// Whether it holds at an instant.
    pub fn holds(&self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }
}
