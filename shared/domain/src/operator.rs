//! Operators (系统操作人员): who has been granted what in a batch, and who administers the university, each with a chain
//! of events like a student's (N5).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use ledger::{Aggregate, Hash, Head};

use crate::Timestamp;
use crate::batch::Batch;
use crate::fact::{GrantEvent, GrantFact, Stamped};
use crate::field::{FieldFault, FieldRule, Format, check_line};
use crate::ids::{BatchId, FactId, OfficeId, PersonId};
use crate::refusal::Refusal;
use crate::role::{Colleges, Grant, Role};
use crate::text::{nearest_names, same_name};
use crate::university::Fact;

/// The most characters of a name, of a person or a college.
pub const LONGEST_NAME: usize = 60;

/// The most entries of each list of an operator's entry.
pub const MOST_GRANTED: usize = 200;

/// The most people who are named at once to be copied from an earlier batch.
pub const MOST_COPIED: usize = 2_000;

/// What rights are of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// A batch: a new one begins with nobody's.
    Batch(BatchId),
    /// The university: administrators, and nobody else.
    University,
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scope::Batch(batch) => write!(f, "{batch}"),
            Scope::University => f.write_str("university"),
        }
    }
}

/// One person's entry: whose, and of what.
pub type EntryId = (Scope, PersonId);

/// One operator's entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operator {
    /// Of what.
    pub scope: Scope,
    /// Who.
    pub id: PersonId,
    /// Their name.
    pub name: String,
    /// What they may do; nothing once they are removed.
    pub grants: Vec<Grant>,
    /// The number of the last event.
    pub version: u64,
    /// The hash of the last event.
    pub head: Hash,
}

impl Operator {
    /// What the chain of an entry's events hangs on.
    pub fn subject(scope: &Scope, id: &PersonId) -> String {
        match scope {
            Scope::Batch(batch) => format!("operator#{batch}#{}", id.key()),
            Scope::University => format!("administrator#{}", id.key()),
        }
    }

    /// Whether they still may do anything, now or later. A removed entry stays, for its chain.
    pub fn is_active(&self) -> bool {
        !self.grants.is_empty()
    }

    /// Those of their grants that hold at an instant.
    pub fn held(&self, at: Timestamp) -> Vec<Grant> {
        self.grants.iter().filter(|grant| grant.holds(at)).cloned().collect()
    }
}

/// Replaying an entry's events from the first gives exactly that.
impl Aggregate for Operator {
    type Id = EntryId;
    type Fact = Stamped<GrantFact>;

    fn subject((scope, id): &EntryId) -> String {
        Operator::subject(scope, id)
    }

    /// Begins with the first grant.
    fn begin((scope, id): &EntryId, first: &GrantEvent) -> Option<Self> {
        let GrantFact::Grant { name, grants, .. } = &first.fact else { return None };
        let (name, grants) = (name.clone(), grants.clone());
        let Head { version, hash: head } = first.head();
        Some(Operator { scope: scope.clone(), id: id.clone(), name, grants, version, head })
    }

    fn evolve(&mut self, event: &GrantEvent) {
        match &event.fact {
            GrantFact::Grant { name, grants, .. } => {
                (self.name, self.grants) = (name.clone(), grants.clone());
            }
            GrantFact::Remove { .. } => self.grants = Vec::new(),
        }
        (self.version, self.head) = (event.number(), event.hash());
    }

    fn head(&self) -> Head {
        Head { version: self.version, hash: self.head }
    }
}

/// An office for which nobody can decide, now or later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unheld {
    /// Which.
    pub office: OfficeId,
    /// The colleges of the batch, or the values of the office's scope, for whose students nobody does; none: for nobody's.
    pub colleges: BTreeSet<String>,
}

/// The offices of a batch that nobody holds, whole or for some of its colleges. Advisors are the roster's business.
pub fn unheld(
    batch: &Batch,
    entries: &[Operator],
    colleges: &BTreeSet<String>,
    at: Timestamp,
) -> Vec<Unheld> {
    let offices = batch.offices().filter(|office| !office.by_advisors());
    let missing = offices.filter_map(|office| {
        let goes_on = |grant: &&Grant| {
            grant.role == Role::Operator
                && grant.offices.contains(&office.id)
                && grant.until.is_none_or(|until| at < until)
        };
        let held = entries.iter().flat_map(|entry| &entry.grants).filter(goes_on);
        let within = held.map(|grant| grant.colleges.clone()).reduce(|within, more| within.and(&more));
        let scope = batch.scope_of(&office.id);
        let all = if scope.is_some() { fact_values(scope) } else { colleges.clone() };
        let left = match within {
            None => Some(BTreeSet::new()),
            Some(within) => {
                let left = all.iter().filter(|name| !within.include(name)).cloned().collect();
                Some(left).filter(|left: &BTreeSet<String>| !left.is_empty())
            }
        };
        left.map(|colleges| Unheld { office: office.id.clone(), colleges })
    });
    missing.collect()
}

/// Within what the rights in offices hold, as somebody writes it: colleges, or values of the fact by which all of these
/// offices are bounded, by id or by name.
pub(crate) fn bounds<'a>(
    batch: &Batch,
    offices: &BTreeSet<OfficeId>,
    names: impl IntoIterator<Item = &'a str>,
) -> Result<Colleges, FieldRule> {
    let names: BTreeSet<String> = names.into_iter().map(str::to_owned).collect();
    let Colleges::Only(names) = Colleges::from(names) else { return Ok(Colleges::All) };
    let scopes: BTreeSet<Option<&FactId>> =
        offices.iter().map(|office| batch.scope_of(office).map(|fact| &fact.id)).collect();
    let scope = match scopes.len() {
        0 | 1 => offices.first().and_then(|office| batch.scope_of(office)),
        _ => return Err(FieldRule::OneScope),
    };
    let Some(fact) = scope else { return Ok(Colleges::Only(names)) };
    let values = names.iter().map(|name| fact.named(name).ok_or_else(|| FieldRule::OneOf(fact.words())));
    Ok(Colleges::Only(values.collect::<Result<_, _>>()?))
}

/// The colleges that a batch has, by which rights name them.
#[derive(Debug)]
pub struct KnownColleges<'a> {
    batch: &'a Batch,
    names: &'a BTreeSet<String>,
    by_form: BTreeMap<String, &'a String>,
}

impl<'a> KnownColleges<'a> {
    /// The colleges of a batch.
    pub fn of(batch: &'a Batch, names: &'a BTreeSet<String>) -> Self {
        let by_form = names.iter().map(|name| (same_name(name), name)).collect();
        Self { batch, names, by_form }
    }

    /// Whether a right of offices is bounded by colleges, and not by the values of a fact; and whether there are any.
    fn bound<'o>(&self, offices: impl IntoIterator<Item = &'o OfficeId>) -> bool {
        !self.names.is_empty() && offices.into_iter().all(|office| self.batch.scope_of(office).is_none())
    }

    /// The name that the batch has for a college; one that it doesn't have is a fault.
    fn settle(&self, given: &str) -> Result<String, FieldFault> {
        if let Some(name) = self.by_form.get(&same_name(given)) {
            return Ok((*name).clone());
        }
        let near = nearest_names(given, self.names.iter().map(String::as_str));
        let rule = FieldRule::NoSuchCollege(near.into_iter().map(str::to_owned).collect());
        Err(FieldFault::new("colleges", rule).reading(given))
    }

    /// Gives each college of some rights the name that the batch has for it.
    pub fn settle_grants(&self, grants: &mut [Grant]) -> Result<(), FieldFault> {
        for grant in grants.iter_mut().filter(|grant| self.bound(&grant.offices)) {
            if let Colleges::Only(theirs) = &mut grant.colleges {
                *theirs = theirs.iter().map(|given| self.settle(given)).collect::<Result<_, _>>()?;
            }
        }
        Ok(())
    }

    /// The same of rights as they are asked for.
    pub fn settle_asked(&self, asked: &mut EntryRequest) -> Result<(), Refusal> {
        let mut faults = Vec::new();
        for (i, grant) in asked.grants.iter_mut().enumerate() {
            let offices: Vec<OfficeId> =
                grant.offices.iter().filter_map(|office| office.parse().ok()).collect();
            // How many there may be is asked where the right is read.
            if !self.bound(&offices) || grant.colleges.len() > MOST_GRANTED {
                continue;
            }
            for college in grant.colleges.iter_mut().filter(|college| !matches!(college.trim(), "" | "*")) {
                match self.settle(college) {
                    Ok(name) => *college = name,
                    Err(fault) => faults.push(FieldFault { field: format!("grants[{i}].colleges"), ..fault }),
                }
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(Refusal::InvalidFields(faults)) }
    }
}

/// The values of a fact, all of them.
fn fact_values(fact: Option<&Fact>) -> BTreeSet<String> {
    fact.into_iter().flat_map(Fact::values).map(str::to_owned).collect()
}

/// Reads the name of somebody who is granted something.
pub fn read_name(name: &str) -> Result<&str, Refusal> {
    let name = name.trim();
    check_line("name", name, LONGEST_NAME).map_err(|fault| Refusal::InvalidFields(vec![fault]))?;
    Ok(name)
}

/// An entry as it is asked for.
#[derive(Debug, Clone, Default)]
pub struct EntryRequest {
    /// Their name.
    pub name: String,
    /// What they are to have, all of it.
    pub grants: Vec<GrantRequest>,
}

/// One right as it is asked for.
#[derive(Debug, Clone, Default)]
pub struct GrantRequest {
    /// A word for a role.
    pub role: String,
    /// Ids of offices.
    pub offices: Vec<String>,
    /// Names of colleges, or `*`.
    pub colleges: Vec<String>,
    /// From when on, RFC 3339.
    pub from: Option<String>,
    /// Until when, likewise; the first instant outside.
    pub until: Option<String>,
}

impl EntryRequest {
    /// Reads an entry of a batch against its offices. An office that the batch no longer names is kept if the entry has it
    /// already, so that nobody loses what a page can't show.
    pub fn read(self, batch: &Batch, before: Option<&Operator>) -> Result<(String, Vec<Grant>), Refusal> {
        let mut faults = Vec::new();
        faults.extend(check_line("name", &self.name, LONGEST_NAME).err());
        if self.grants.is_empty() {
            faults.push(FieldFault::new("grants", FieldRule::Required));
        }
        if self.grants.len() > MOST_GRANTED {
            let rule = FieldRule::TooLong { most: MOST_GRANTED };
            return Err(Refusal::InvalidFields(vec![FieldFault::new("grants", rule)]));
        }
        let had = before.into_iter().flat_map(|operator| &operator.grants).flat_map(|grant| &grant.offices);
        let known: BTreeSet<OfficeId> =
            batch.offices().map(|office| &office.id).chain(had).cloned().collect();
        let mut grants = Vec::new();
        for (i, asked) in self.grants.into_iter().enumerate() {
            match asked.read(&format!("grants[{i}]"), batch, &known) {
                Ok(grant) => grants.push(grant),
                Err(wrong) => faults.extend(wrong),
            }
        }
        if faults.is_empty() {
            Ok((self.name.trim().to_owned(), grants))
        } else {
            Err(Refusal::InvalidFields(faults))
        }
    }
}

impl GrantRequest {
    fn read(self, field: &str, batch: &Batch, known: &BTreeSet<OfficeId>) -> Result<Grant, Vec<FieldFault>> {
        let mut faults = Vec::new();
        for (list, length) in [("offices", self.offices.len()), ("colleges", self.colleges.len())] {
            if length > MOST_GRANTED {
                let rule = FieldRule::TooLong { most: MOST_GRANTED };
                return Err(vec![FieldFault::new(format!("{field}.{list}"), rule)]);
            }
        }
        let role = Role::IN_A_BATCH.into_iter().find(|role| role.word() == self.role);
        if role.is_none() {
            let rule = FieldRule::OneOf(Role::IN_A_BATCH.map(|role| role.word().to_owned()).to_vec());
            faults.push(FieldFault::new(format!("{field}.role"), rule));
        }
        let mut granted = BTreeSet::new();
        for (i, id) in self.offices.iter().enumerate() {
            match known.iter().find(|office| office.as_str() == id) {
                Some(office) => drop(granted.insert(office.clone())),
                None => faults.push(FieldFault::new(
                    format!("{field}.offices[{i}]"),
                    FieldRule::OneOf(batch.offices().map(|office| office.id.to_string()).collect()),
                )),
            }
        }
        for (i, college) in self.colleges.iter().enumerate() {
            faults.extend(check_line(&format!("{field}.colleges[{i}]"), college, LONGEST_NAME).err());
        }
        if role == Some(Role::Operator) && self.offices.is_empty() {
            faults.push(FieldFault::new(format!("{field}.offices"), FieldRule::Required));
        }
        if role.is_some_and(|role| !role.is_university_wide()) && self.colleges.is_empty() {
            faults.push(FieldFault::new(format!("{field}.colleges"), FieldRule::Required));
        }
        let mut instant = |name: &str, text: Option<&str>| {
            let read = text.map(|text| Timestamp::parse_from_rfc3339(text.trim()));
            read.transpose().unwrap_or_else(|_| {
                faults.push(FieldFault::new(format!("{field}.{name}"), FieldRule::Format(Format::Timestamp)));
                None
            })
        };
        let from = instant("from", self.from.as_deref());
        let until = instant("until", self.until.as_deref());
        if from.zip(until).is_some_and(|(from, until)| until <= from) {
            faults.push(FieldFault::new(format!("{field}.until"), FieldRule::AfterFrom));
        }
        match role {
            Some(role) if faults.is_empty() => {
                let within = |rule| vec![FieldFault::new(format!("{field}.colleges"), rule)];
                let names = self.colleges.iter().map(|name| name.trim());
                let colleges = bounds(batch, &granted, names).map_err(within)?;
                Ok(Grant { role, offices: granted, colleges, from, until }.as_its_role_has_it())
            }
            _ => Err(faults),
        }
    }
}
