//! How the university signs people in: which protocol, where, and how its claims name a person.

use domain::ids::{MACHINE, PersonId, PersonKind};
use domain::university::Numbers;

use crate::cas::Cas;
use crate::openid::OpenId;
use crate::protocol::Protocol;
use crate::web::Web;

/// The university's identity provider: how it is spoken to, and how its claims name a person.
pub(crate) struct IdentityProvider {
    pub(crate) protocol: Box<dyn Protocol>,
    pub(crate) claims: NumberClaims,
}

/// Where a person's number stands, and by which claim it is known whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
struct NumberClaim {
    kind: PersonKind,
    /// The claim that holds the number.
    number: String,
    /// It is of this kind only if that claim says one of these words.
    only: Option<(String, Vec<String>)>,
}

/// Where people's numbers stand: claims in order, the first that says whose number it holds is it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NumberClaims(Vec<NumberClaim>);

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
    /// Reads `student=student_number,staff=user?role=teacher|clerk`.
    fn read(text: &str) -> Result<Self, String> {
        let one = |entry: &str| {
            let wrong = || {
                format!(
                    "LIXIAO_CLAIMS: {entry} is not student=CLAIM, staff=CLAIM or external=CLAIM, with ?CLAIM=WORD|WORD where another claim says whose number it is"
                )
            };
            let (kind, claim) = entry.trim().split_once('=').ok_or_else(wrong)?;
            let kind =
                PersonKind::read(kind).filter(|kind| *kind != PersonKind::Machine).ok_or_else(wrong)?;
            let (number, only) = match claim.split_once('?') {
                None => (claim, None),
                Some((number, condition)) => {
                    let (name, words) = condition.split_once('=').ok_or_else(wrong)?;
                    (number, Some((name.to_owned(), words.split('|').map(str::to_owned).collect())))
                }
            };
            Ok(NumberClaim { kind, number: number.to_owned(), only })
        };
        text.split(',').map(one).collect::<Result<_, _>>().map(Self)
    }

    /// Who it is, if the claims say so. A claim that holds the numbers of several kinds says nothing of whose it is: there
    /// what the university's numbers look like decides, if that leaves one.
    pub(crate) fn person(
        &self,
        numbers: &Numbers,
        claim: impl Fn(&str) -> Option<String>,
    ) -> Option<PersonId> {
        let holds = |one: &&NumberClaim| match &one.only {
            Some((name, words)) => {
                claim(name).is_some_and(|word| words.iter().any(|known| known == word.trim()))
            }
            None => true,
        };
        let named = self.0.iter().filter(holds).filter_map(|one| {
            let number = claim(&one.number)?;
            // A system of an office has a way in of its own.
            let is_person = !number.trim().to_ascii_lowercase().starts_with(MACHINE);
            Some((one, PersonId::new(one.kind, &number).ok().filter(|_| is_person)?))
        });
        let named: Vec<_> = named.collect();
        let (first, person) = named.first()?;
        let alike: Vec<_> = named.iter().filter(|(one, _)| one.number == first.number).collect();
        if alike.len() == 1 {
            return Some(person.clone());
        }
        let fitting = |(one, person): &&&(&NumberClaim, PersonId)| {
            numbers.of(one.kind).is_some_and(|pattern| pattern.fits(person.number()))
        };
        let mut fitting = alike.iter().filter(fitting);
        let (_, person) = fitting.next()?;
        fitting.next().is_none().then(|| person.clone())
    }
}

#[cfg(test)]
mod tests {
    use domain::university::Pattern;

    use super::*;

    fn person(config: &str, claims: &[(&str, &str)]) -> Option<String> {
        let find = |name: &str| claims.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        let numbers = Numbers {
            student: Pattern::read(r"[A-Z]{3}\d{5}|\d{9}"),
            staff: Pattern::read(r"\d{6,9}"),
            external: None,
        };
        NumberClaims::read(config).unwrap().person(&numbers, find).map(|person| person.said())
    }

    #[test]
    fn the_claim_says_whose_number_it_is_whatever_it_looks_like() {
        let config = "student=xh,staff=gh,external=wb";
        assert_eq!(person(config, &[("xh", "tce11005")]).as_deref(), Some("student:TCE11005"));
        assert_eq!(person(config, &[("gh", "200812")]).as_deref(), Some("staff:200812"));
        assert_eq!(person(config, &[("wb", "200812")]).as_deref(), Some("external:200812"), "somebody else");
        assert_eq!(person(config, &[("xh", "200812")]).as_deref(), Some("student:200812"), "likewise");
        assert_eq!(person(config, &[("gh", "feed-library")]), None, "a person is no machine");
        assert_eq!(person(config, &[("gh", "Feed-library")]), None, "however it is written");
        assert_eq!(person(config, &[("xh", ""), ("wb", "a b")]), None);
    }

    #[test]
    fn another_claim_may_say_whose_number_it_is() {
        let config = "student=user?role=student|pg,staff=user?role=teacher";
        assert_eq!(person(config, &[("user", "7"), ("role", "pg")]).as_deref(), Some("student:7"));
        assert_eq!(person(config, &[("user", "7"), ("role", "teacher")]).as_deref(), Some("staff:7"));
        assert_eq!(person(config, &[("user", "7"), ("role", "alumni")]), None);
        assert_eq!(person(config, &[("user", "7")]), None);
    }

    #[test]
    fn one_claim_for_all_is_told_apart_by_what_numbers_look_like_or_not_at_all() {
        let config = "student=user,staff=user,external=user";
        assert_eq!(person(config, &[("user", "TCE11005")]).as_deref(), Some("student:TCE11005"));
        assert_eq!(person(config, &[("user", "200812")]).as_deref(), Some("staff:200812"));
        assert_eq!(person(config, &[("user", "123456789")]), None, "a student's or of staff");
        assert_eq!(person(config, &[("user", "W0001")]), None, "nobody's here");
    }

    #[test]
    fn a_configuration_that_says_nothing_clear_is_refused() {
        for unclear in ["number=xh", "", "machine=user", "student=user?role"] {
            assert!(NumberClaims::read(unclear).is_err(), "{unclear}");
        }
    }
}
