//! Operators (系统操作人员): who has been granted what, with a chain of events like a student's (N5).

use std::collections::BTreeSet;

use ledger::{Aggregate, Hash, Head};
use serde::{Deserialize, Serialize};

use crate::fact::{GrantEvent, GrantFact, Stamped};
use crate::field::{FieldFault, FieldRule, check_line};
use crate::ids::{OfficeId, PersonId};
use crate::refusal::Refusal;
use crate::role::{Grants, Role};

/// The most characters of a name, of a person or a college.
pub const LONGEST_NAME: usize = 60;

/// The most entries of each list of an operator's entry.
pub const MOST_GRANTED: usize = 200;

/// One operator's entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operator {
    /// Who.
    pub id: PersonId,
    /// Their name.
    pub name: String,
    /// What they may do; nothing once they are removed.
    pub grants: Grants,
    /// The number of the last event.
    pub version: u64,
    /// The hash of the last event.
    pub head: Hash,
}

impl Operator {
    /// What the chain of an operator's events hangs on.
    pub fn subject(id: &PersonId) -> String {
        format!("operator#{id}")
    }

    /// Whether they still may do anything. A removed operator's entry stays, for its chain.
    pub fn is_active(&self) -> bool {
        !self.grants.roles.is_empty()
    }
}

/// Replaying an operator's events from the first gives exactly their entry.
impl Aggregate for Operator {
    type Id = PersonId;
    type Fact = Stamped<GrantFact>;

    fn subject(id: &PersonId) -> String {
        Operator::subject(id)
    }

    /// Begins with the first grant.
    fn begin(id: &PersonId, first: &GrantEvent) -> Option<Self> {
        let GrantFact::Grant { name, grants } = &first.fact else { return None };
        let (name, grants) = (name.clone(), grants.clone());
        Some(Operator { id: id.clone(), name, grants, version: first.number(), head: first.hash() })
    }

    fn evolve(&mut self, event: &GrantEvent) {
        match &event.fact {
            GrantFact::Grant { name, grants } => {
                (self.name, self.grants) = (name.clone(), grants.clone());
            }
            GrantFact::Remove => self.grants = Grants::default(),
        }
        (self.version, self.head) = (event.number(), event.hash());
    }

    fn head(&self) -> Head {
        Head { version: self.version, hash: self.head }
    }
}

/// An operator's entry as it is asked for.
#[derive(Debug, Clone, Default)]
pub struct GrantsRequest {
    /// Their name.
    pub name: String,
    /// Words for roles.
    pub roles: Vec<String>,
    /// Ids of offices.
    pub offices: Vec<String>,
    /// Names of colleges, or `*`.
    pub colleges: Vec<String>,
}

impl GrantsRequest {
    /// Checks an entry against the offices there are.
    pub fn read(self, offices: &BTreeSet<OfficeId>) -> Result<(String, Grants), Refusal> {
        let mut faults = Vec::new();
        for (field, list) in
            [("roles", &self.roles), ("offices", &self.offices), ("colleges", &self.colleges)]
        {
            if list.len() > MOST_GRANTED {
                let rule = FieldRule::TooLong { most: MOST_GRANTED };
                return Err(Refusal::InvalidFields(vec![FieldFault::new(field, rule)]));
            }
        }
        faults.extend(check_line("name", &self.name, LONGEST_NAME).err());
        let mut roles = BTreeSet::new();
        for (i, word) in self.roles.iter().enumerate() {
            match Role::GRANTABLE.into_iter().find(|role| role.word() == word) {
                Some(role) => drop(roles.insert(role)),
                None => faults.push(FieldFault::new(
                    format!("roles[{i}]"),
                    FieldRule::OneOf(Role::GRANTABLE.map(|role| role.word().to_owned()).to_vec()),
                )),
            }
        }
        let mut granted = BTreeSet::new();
        for (i, id) in self.offices.iter().enumerate() {
            match offices.iter().find(|office| office.as_str() == id) {
                Some(office) => drop(granted.insert(office.clone())),
                None => faults.push(FieldFault::new(
                    format!("offices[{i}]"),
                    FieldRule::OneOf(offices.iter().map(ToString::to_string).collect()),
                )),
            }
        }
        for (i, college) in self.colleges.iter().enumerate() {
            faults.extend(check_line(&format!("colleges[{i}]"), college, LONGEST_NAME).err());
        }
        if roles.is_empty() && self.roles.is_empty() {
            faults.push(FieldFault::new("roles", FieldRule::Required));
        }
        if roles.contains(&Role::Operator) && self.offices.is_empty() {
            faults.push(FieldFault::new("offices", FieldRule::Required));
        }
        let bounded = roles.iter().any(|role| !role.is_university_wide());
        if bounded && self.colleges.is_empty() {
            faults.push(FieldFault::new("colleges", FieldRule::Required));
        }
        if !faults.is_empty() {
            return Err(Refusal::InvalidFields(faults));
        }
        let colleges: BTreeSet<String> = self.colleges.iter().map(|c| c.trim().to_owned()).collect();
        Ok((self.name.trim().to_owned(), Grants { roles, offices: granted, colleges: colleges.into() }))
    }
}
