//! How the university signs people in: which protocol, where, and how its claims name a person.

use domain::ids::PersonId;

use crate::cas::Cas;
use crate::openid::OpenId;
use crate::protocol::Protocol;
use crate::web::Web;

/// What begins the name of an office's own system, so that it can't be taken for a person.
pub(crate) const MACHINE: &str = "feed-";

/// The university's identity provider: how it is spoken to, and how its claims name a person.
pub(crate) struct IdentityProvider {
    pub(crate) protocol: Box<dyn Protocol>,
    pub(crate) claims: NumberClaims,
}

/// What kind of number a claim holds (N2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Student,
    Staff,
    External,
}

/// Where a person's number stands: claims in order, the first that holds one of its kind is it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NumberClaims(Vec<(Kind, String)>);

impl IdentityProvider {
    /// What the environment says; `None` without `LIXIAO_SIGN_IN`.
    pub(crate) fn from_env() -> Result<Option<Self>, String> {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let Some(protocol) = variable("LIXIAO_SIGN_IN") else { return Ok(None) };
        let university = variable("LIXIAO_UNIVERSITY").ok_or("LIXIAO_UNIVERSITY is missing")?;
        let claims =
            variable("LIXIAO_CLAIMS").unwrap_or_else(|| "student=user,staff=user,external=user".to_owned());
        let claims = NumberClaims::read(&claims)?;
        let web = Web::new().map_err(|error| error.to_string())?;
        let protocol: Box<dyn Protocol> = match protocol.as_str() {
            "cas" => Box::new(Cas { university: university.trim_end_matches('/').to_owned(), web }),
            // An issuer is compared to the letter, a slash at its end included.
            "oidc" => {
                let client = variable("LIXIAO_CLIENT_ID").ok_or("LIXIAO_CLIENT_ID is missing")?;
                let secret = variable("LIXIAO_CLIENT_SECRET").unwrap_or_default();
                Box::new(OpenId::new(university, client, secret, web))
            }
            other => return Err(format!("LIXIAO_SIGN_IN is cas or oidc, not {other}")),
        };
        Ok(Some(Self { protocol, claims }))
    }
}

impl NumberClaims {
    /// Reads `student=student_number,staff=employee_number`.
    fn read(text: &str) -> Result<Self, String> {
        let one = |entry: &str| {
            let (kind, claim) = entry.trim().split_once('=').unwrap_or_default();
            let kind = match kind {
                "student" => Kind::Student,
                "staff" => Kind::Staff,
                "external" => Kind::External,
                _ => return Err(format!("LIXIAO_CLAIMS: {entry} is not student=…, staff=… or external=…")),
            };
            Ok((kind, claim.to_owned()))
        };
        text.split(',').map(one).collect::<Result<_, _>>().map(Self)
    }

    /// Who it is, if any of the claims names somebody in the way it should.
    pub(crate) fn person(&self, claim: impl Fn(&str) -> Option<String>) -> Option<PersonId> {
        self.0.iter().find_map(|(kind, name)| {
            let person: PersonId = claim(name)?.trim().parse().ok()?;
            kind.fits(&person).then_some(person)
        })
    }
}

impl Kind {
    fn fits(self, person: &PersonId) -> bool {
        let (staff, student) = (person.is_staff_number(), person.is_student());
        match self {
            Kind::Student => student,
            Kind::Staff => staff,
            Kind::External => !staff && !student && !person.as_str().starts_with(MACHINE),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(config: &str, claims: &[(&str, &str)]) -> Option<String> {
        let find = |name: &str| claims.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        NumberClaims::read(config).unwrap().person(find).map(|person| person.to_string())
    }

    #[test]
    fn a_number_counts_only_as_what_its_claim_says_it_is() {
        let config = "student=xh,staff=gh,external=user";
        assert_eq!(person(config, &[("xh", "20151104027")]).as_deref(), Some("20151104027"));
        assert_eq!(person(config, &[("gh", "20080123")]).as_deref(), Some("20080123"));
        assert_eq!(person(config, &[("user", "W0001")]).as_deref(), Some("W0001"));
        assert_eq!(person(config, &[("xh", "20080123")]), None, "a staff number as a student's");
        assert_eq!(person(config, &[("gh", "20151104027")]), None, "a student's as a staff number");
        assert_eq!(person(config, &[("user", "20080123")]), None, "a user name that looks like staff");
        assert_eq!(person(config, &[("user", "feed-library")]), None, "a person is no machine");
        assert_eq!(person(config, &[("xh", ""), ("user", "a b")]), None);
    }

    #[test]
    fn a_configuration_that_says_nothing_clear_is_refused() {
        assert!(NumberClaims::read("number=xh").is_err());
        assert!(NumberClaims::read("").is_err());
    }
}
