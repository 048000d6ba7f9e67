//! What staff see: a student's history, operators.

use std::collections::BTreeSet;

use domain::Timestamp;
use domain::fact::{Action, Event, StudentFact};
use domain::ids::{PersonKind, Source};
use domain::operator::Operator;
use domain::role::{Grant, Role};
use serde::Serialize;
use utoipa::ToSchema;

use super::party::FormAnswer;
use crate::contract::{self, ActionWord, RoleWord, SourceWord};

/// One event of a student's history.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventAnswer {
    /// From 0, the enrolment.
    pub number: u64,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who: their number.
    pub by: String,
    /// Whose number it is: the same of another kind is somebody else's.
    #[schema(value_type = contract::PersonKind)]
    pub by_kind: PersonKind,
    /// Their name as it was then, where the system knows it.
    pub by_name: Option<String>,
    /// In which role.
    #[schema(value_type = RoleWord)]
    pub role: Role,
    /// `enrol`, `roster`, `pass`, `tick`, `reject`, `waive`, `revoke`, `form`, `issue`, `print`, `receipt` or `forget`.
    #[schema(value_type = ActionWord)]
    pub action: Action,
    /// The step it is about.
    pub step: Option<u8>,
    /// Which paper an issue, a print or a receipt is about; null: the party introduction.
    pub paper: Option<String>,
    /// The parts that were ticked.
    pub parts: Vec<String>,
    /// The step whose revocation took this one with it.
    pub because_of: Option<u8>,
    /// Why.
    pub reason: Option<String>,
    /// From where.
    #[schema(value_type = SourceWord)]
    pub source: Source,
    /// The import it was part of, or that it undid.
    pub import: Option<String>,
    /// What is owed, in the smallest unit of the currency, of a step turned down.
    pub amount_due: Option<i64>,
    /// The party form that was handed in, for those whose business it is.
    pub form: Option<FormAnswer>,
    /// The hash that the next event carries.
    pub hash: String,
}

impl EventAnswer {
    /// One event, as somebody may see it.
    pub fn of(event: &Event, sees_party: bool) -> Self {
        let (amount_due, form) = match &event.fact {
            StudentFact::Reject { amount_due, .. } => (amount_due.map(|amount| amount.0), None),
            StudentFact::Form { form, .. } if sees_party => (None, Some(FormAnswer::from(&form.form()))),
            _ => (None, None),
        };
        let parts = match &event.fact {
            StudentFact::Pass { parts, .. } | StudentFact::Tick { parts, .. } => {
                parts.iter().map(ToString::to_string).collect()
            }
            _ => Vec::new(),
        };
        let because_of = match &event.fact {
            StudentFact::Revoke { because_of, .. } => because_of.map(|step| step.0),
            _ => None,
        };
        Self {
            parts,
            because_of,
            by_name: event.stamp.by_name.clone(),
            amount_due,
            form,
            number: event.number(),
            at: event.stamp.at,
            by: event.stamp.by.number().to_owned(),
            by_kind: event.stamp.by.kind(),
            role: event.stamp.role,
            action: event.fact.action(),
            step: event.fact.step().map(|step| step.0),
            paper: event.fact.paper().map(ToString::to_string),
            reason: event.fact.reason().map(str::to_owned),
            source: event.stamp.source,
            import: event.stamp.import.as_ref().or(event.fact.undoes()).map(ToString::to_string),
            hash: event.hash().to_string(),
        }
    }
}

/// Somebody with rights in a batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct OperatorAnswer {
    /// Their number.
    pub id: String,
    /// Whose number it is: the same of another kind is somebody else's.
    #[schema(value_type = contract::PersonKind)]
    pub kind: PersonKind,
    /// Their name.
    pub name: String,
    /// What they may do, now or later.
    pub grants: Vec<GrantAnswer>,
    /// Which version of the entry this is: whoever changes it says so.
    pub version: u64,
}

/// One right of somebody.
#[derive(Debug, Serialize, ToSchema)]
pub struct GrantAnswer {
    /// The role.
    #[schema(value_type = RoleWord)]
    pub role: Role,
    /// The offices whose steps an operator decides.
    pub offices: Vec<String>,
    /// Within these colleges; `*` is all.
    pub colleges: Vec<String>,
    /// From when on.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub from: Option<Timestamp>,
    /// Until when: the first instant outside.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
}

impl From<&Grant> for GrantAnswer {
    fn from(grant: &Grant) -> Self {
        Self {
            role: grant.role,
            offices: grant.offices.iter().map(ToString::to_string).collect(),
            colleges: BTreeSet::from(grant.colleges.clone()).into_iter().collect(),
            from: grant.from,
            until: grant.until,
        }
    }
}

impl From<&Operator> for OperatorAnswer {
    fn from(operator: &Operator) -> Self {
        Self {
            id: operator.id.number().to_owned(),
            kind: operator.id.kind(),
            name: operator.name.clone(),
            grants: operator.grants.iter().map(GrantAnswer::from).collect(),
            version: operator.version,
        }
    }
}
