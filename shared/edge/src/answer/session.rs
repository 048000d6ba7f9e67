//! Whose session it is.

use domain::Timestamp;
use domain::operator::Operator;
use domain::role::Role;
use serde::Serialize;
use utoipa::ToSchema;

use super::staff::OperatorAnswer;
use crate::contract::RoleWord;
use crate::guard::SignedIn;

domain::words! {
    /// Whose session it is.
    PersonKind {
        /// A student's.
        Student = "student",
        /// Anybody else's: an operator's, an advisor's.
        Staff = "staff",
    }
}

crate::contract::describe!(PersonKind);

/// Who is signed in, and what they may do.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionAnswer {
    /// Their user name (N2).
    pub id: String,
    /// `student`, or `staff`: operators, advisors and everybody else.
    #[schema(value_type = PersonKind)]
    pub kind: PersonKind,
    /// Their name, if they are operators.
    pub name: Option<String>,
    /// Their roles; advisors need none.
    #[schema(value_type = Vec<RoleWord>)]
    pub roles: Vec<Role>,
    /// The offices whose steps they decide.
    pub offices: Vec<String>,
    /// Within these colleges; `*` is all.
    pub colleges: Vec<String>,
    /// What time it is here: pages count down by this clock, not by their own.
    #[schema(value_type = String, format = DateTime)]
    pub now: Timestamp,
    /// Whether `GET /api/session` would renew it now.
    pub renewable: bool,
}

impl From<&SignedIn> for SessionAnswer {
    fn from(who: &SignedIn) -> Self {
        let (id, now) = (who.person.to_string(), who.at);
        let renewable = who.by_cookie && who.session.renewed(who.at).is_some();
        if who.person.is_student() {
            let (roles, offices, colleges) = (Vec::new(), Vec::new(), Vec::new());
            return Self {
                id,
                kind: PersonKind::Student,
                name: None,
                roles,
                offices,
                colleges,
                now,
                renewable,
            };
        }
        let entry = who.operator.as_ref().filter(|operator: &&Operator| operator.is_active());
        let (name, offices, colleges) = match entry.map(OperatorAnswer::from) {
            Some(OperatorAnswer { name, offices, colleges, .. }) => (Some(name), offices, colleges),
            None => (None, Vec::new(), Vec::new()),
        };
        // From the actor, since a stack's first administrators have no entry.
        let roles = who.actor().grants.roles.iter().copied().collect();
        Self { id, kind: PersonKind::Staff, name, roles, offices, colleges, now, renewable }
    }
}
