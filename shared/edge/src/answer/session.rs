//! Whose session it is.

use domain::Timestamp;
use domain::ids::PersonKind;
use domain::operator::{Operator, Scope};
use domain::role::Role;
use serde::Serialize;
use utoipa::ToSchema;

use super::staff::GrantAnswer;
use crate::contract;
use crate::guard::SignedIn;

/// Who is signed in, and what they may do.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionAnswer {
    /// Their number (N2).
    pub id: String,
    /// Whose number it is: the same of another kind is somebody else's.
    #[schema(value_type = contract::PersonKind)]
    pub kind: PersonKind,
    /// Their name, if they are operators.
    pub name: Option<String>,
    /// Whether they administer the university.
    pub administrator: bool,
    /// What they may do now, batch by batch; advisors need nothing.
    pub rights: Vec<BatchRights>,
    /// What time it is here: pages count down by this clock, not by their own.
    #[schema(value_type = String, format = DateTime)]
    pub now: Timestamp,
    /// Whether `GET /api/session` would renew it now.
    pub renewable: bool,
}

/// What somebody may do in a batch now.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchRights {
    /// The batch.
    pub batch: String,
    /// Their grants in it.
    pub grants: Vec<GrantAnswer>,
}

impl From<&SignedIn> for SessionAnswer {
    fn from(who: &SignedIn) -> Self {
        let (id, now) = (who.person.number().to_owned(), who.at);
        let renewable = who.by_cookie && who.session.renewed(who.at).is_some();
        let active = who.operators.iter().rev().filter(|(_, operator)| operator.is_active());
        let rights = |(scope, operator): (&Scope, &Operator)| match scope {
            Scope::Batch(batch) => {
                let grants: Vec<_> = operator.held(now).iter().map(GrantAnswer::from).collect();
                (!grants.is_empty()).then(|| BatchRights { batch: batch.to_string(), grants })
            }
            Scope::University => None,
        };
        Self {
            id,
            kind: who.person.kind(),
            name: active.clone().next().map(|(_, operator)| operator.name.clone()),
            // From the actor, since a stack's first administrators have no entry.
            administrator: who.actor().has(Role::Administrator),
            rights: active.filter_map(rights).collect(),
            now,
            renewable,
        }
    }
}
