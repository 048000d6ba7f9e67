//! CAS 3.0: the login URL, ticket validation and single logout.

use std::collections::HashMap;

use async_trait::async_trait;
use edge::token::LoginState;
use roxmltree::{Document, Node, ParsingOptions};

use crate::protocol::{Callback, Identity, Protocol, SessionName, USER};
use crate::web::{SignInError, Web, field};

const CAS: &str = "http://www.yale.edu/tp/cas";
const SAML: &str = "urn:oasis:names:tc:SAML:2.0:protocol";

/// The most bytes of an answer or a word of the university's.
const MOST_BYTES: usize = 64 * 1024;
/// The most elements, attributes and declarations of a namespace in it, each far more than CAS writes.
const MOST_ELEMENTS: usize = 1_000;
const MOST_ATTRIBUTES: usize = 2_000;
const MOST_NAMESPACES: usize = 32;

/// A CAS server at its address, such as `https://cas.example.edu/cas`.
pub(crate) struct Cas {
    pub(crate) university: String,
    pub(crate) web: Web,
}

/// The service that a ticket is for: CAS has no place for a state but the address.
fn service(callback: &str, login: &LoginState) -> String {
    format!("{callback}?state={}", login.state)
}

/// What the university calls a session: the ticket it began with.
fn named(ticket: String) -> SessionName {
    SessionName { kind: "ticket", name: ticket }
}

#[async_trait]
impl Protocol for Cas {
    async fn sign_in_address(&self, login: &LoginState, callback: &str) -> Result<String, SignInError> {
        Ok(sign_in_address(&self.university, &service(callback, login), login.renew))
    }

    fn proof(&self, brought: Callback) -> Option<String> {
        brought.ticket
    }

    /// Asks what a ticket is worth. It is good once, for this service only.
    async fn identify(
        &self,
        login: &LoginState,
        ticket: &str,
        callback: &str,
    ) -> Result<Identity, SignInError> {
        let service = service(callback, login);
        let asked = [("service", service.as_str()), ("ticket", ticket)];
        let address = address(&self.university, "p3/serviceValidate", &asked, login.renew);
        let claims = read_validation(&self.web.get(&address).await?).ok_or(SignInError::Refused)?;
        Ok(Identity { claims, sessions: vec![named(ticket.to_owned())] })
    }

    async fn read_logout(&self, form: &[u8]) -> Result<Vec<SessionName>, SignInError> {
        let ticket = field(form, "logoutRequest").and_then(|request| read_logout(&request));
        Ok(vec![named(ticket.ok_or(SignInError::Refused)?)])
    }
}

/// An address below the university's, with what is asked of it.
fn address(university: &str, path: &str, asked: &[(&str, &str)], renew: bool) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(asked);
    if renew {
        query.append_pair("renew", "true");
    }
    format!("{university}/{path}?{}", query.finish())
}

fn sign_in_address(university: &str, service: &str, renew: bool) -> String {
    address(university, "login", &[("service", service)], renew)
}

/// Parses untrusted XML, within limits checked first: the parser searches all namespaces in scope at each element, so
/// its time grows with their product. A DTD is refused, so there are no entities, and counting `<`, `=` and `xmlns` in
/// the text bounds elements, attributes and namespaces.
fn read(text: &str) -> Option<Document<'_>> {
    let count = |byte: u8| text.bytes().filter(|b| *b == byte).count();
    let small = text.len() <= MOST_BYTES
        && count(b'<') <= 2 * MOST_ELEMENTS
        && count(b'=') <= MOST_ATTRIBUTES
        && text.matches("xmlns").count() <= MOST_NAMESPACES;
    let options = ParsingOptions { allow_dtd: false, ..ParsingOptions::default() };
    if small { Document::parse_with_options(text, options).ok() } else { None }
}

/// Reads an answer: one success with one user, in CAS's own namespace, and nothing that could be
/// taken for another. A document type, and with it every entity, is refused by the reader.
fn read_validation(text: &str) -> Option<HashMap<String, String>> {
    let document = read(text)?;
    let root = document.root_element();
    if !root.has_tag_name((CAS, "serviceResponse")) {
        return None;
    }
    let success = only(root, "authenticationSuccess")?;
    if root.children().filter(Node::is_element).count() != 1 {
        return None;
    }
    let user = text_of(only(success, "user")?)?;
    let mut claims = HashMap::new();
    let attributes = success.children().filter(|node| node.has_tag_name((CAS, "attributes")));
    for attribute in attributes.flat_map(|node| node.children()).filter(Node::is_element) {
        if let Some(text) = text_of(attribute) {
            claims.entry(attribute.tag_name().name().to_owned()).or_insert(text);
        }
    }
    claims.insert(USER.to_owned(), user);
    Some(claims)
}

/// The one child of this name; none if there are two.
fn only<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    let mut found = node.children().filter(|child| child.has_tag_name((CAS, name)));
    found.next().filter(|_| found.next().is_none())
}

/// The text of a node that holds nothing else: no element, no comment that would cut it in two.
fn text_of(node: Node<'_, '_>) -> Option<String> {
    let mut children = node.children();
    let text = children.next().filter(Node::is_text)?.text()?.trim().to_owned();
    (children.next().is_none() && !text.is_empty()).then_some(text)
}

/// The ticket whose session the university says has ended.
fn read_logout(text: &str) -> Option<String> {
    let document = read(text)?;
    let root = document.root_element();
    if !root.has_tag_name((SAML, "LogoutRequest")) {
        return None;
    }
    let mut index = root.children().filter(|node| node.has_tag_name((SAML, "SessionIndex")));
    let ticket = text_of(index.next()?)?;
    index.next().is_none().then_some(ticket)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(inside: &str) -> String {
        format!("<cas:serviceResponse xmlns:cas='{CAS}'>{inside}</cas:serviceResponse>")
    }

    fn user(text: &str) -> Option<String> {
        read_validation(text)?.remove(USER)
    }

    const SUCCESS: &str = "<cas:authenticationSuccess><cas:user> 20151104027 </cas:user><cas:attributes>\
        <cas:xh>20151104027</cas:xh><cas:user>20080123</cas:user></cas:attributes></cas:authenticationSuccess>";

    #[test]
    fn a_success_names_its_user_and_attributes() {
        let read = read_validation(&answer(SUCCESS)).unwrap();
        assert_eq!(
            read.get("user").map(String::as_str),
            Some("20151104027"),
            "an attribute can't stand in for the user"
        );
        assert_eq!(read.get("xh").map(String::as_str), Some("20151104027"));
        assert_eq!(read.get("nothing"), None);
    }

    #[test]
    fn what_is_no_plain_success_is_none() {
        let wrapped = format!("<x>{}</x>", answer(SUCCESS));
        let foreign = answer(SUCCESS).replace(CAS, "urn:elsewhere");
        let entity = format!(
            "<!DOCTYPE r [<!ENTITY e '20080123'>]>{}",
            answer("<cas:authenticationSuccess><cas:user>&e;</cas:user></cas:authenticationSuccess>")
        );
        let external = format!(
            "<!DOCTYPE r [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>{}",
            answer("<cas:authenticationSuccess><cas:user>&e;</cas:user></cas:authenticationSuccess>")
        );
        let bomb = "<!DOCTYPE r [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]><r>&b;</r>"
            .to_owned();
        for text in [
            answer("<cas:authenticationFailure code='INVALID_TICKET'>no</cas:authenticationFailure>"),
            answer(&format!("{SUCCESS}{SUCCESS}")),
            answer(&format!("<cas:authenticationFailure/>{SUCCESS}")),
            answer(&format!("<cas:wrapper>{SUCCESS}</cas:wrapper>")),
            answer(
                "<cas:authenticationSuccess><cas:user>1</cas:user><cas:user>2</cas:user></cas:authenticationSuccess>",
            ),
            answer(
                "<cas:authenticationSuccess><cas:user>2008<!-- -->0123</cas:user></cas:authenticationSuccess>",
            ),
            answer(
                "<cas:authenticationSuccess><cas:user><b>20080123</b></cas:user></cas:authenticationSuccess>",
            ),
            answer("<cas:authenticationSuccess><user>20080123</user></cas:authenticationSuccess>"),
            answer(""),
            wrapped,
            foreign,
            entity,
            external,
            bomb,
            "<html>busy</html>".to_owned(),
            String::new(),
        ] {
            assert_eq!(user(&text), None, "{text}");
        }
    }

    #[test]
    fn a_logout_names_one_ticket() {
        let request = |inside: &str| {
            format!("<samlp:LogoutRequest xmlns:samlp='{SAML}' ID='1'>{inside}</samlp:LogoutRequest>")
        };
        let one = "<samlp:SessionIndex>ST-1</samlp:SessionIndex>";
        assert_eq!(read_logout(&request(one)).as_deref(), Some("ST-1"));
        assert_eq!(read_logout(&request(&format!("{one}{one}"))), None);
        assert_eq!(read_logout(&request("")), None);
        assert_eq!(read_logout("<!DOCTYPE r []><r/>"), None);
    }

    #[test]
    fn what_would_take_long_to_read_is_not_read() {
        let many = |n: usize, one: &dyn Fn(usize) -> String| (0..n).map(one).collect::<String>();
        let declared = |n| many(n, &|i| format!(" xmlns:a{i}='urn:{i}'"));
        let logout = |attributes: &str, inside: &str| {
            format!(
                "<samlp:LogoutRequest xmlns:samlp='{SAML}'{attributes}><samlp:SessionIndex>ST-1</samlp:SessionIndex>{inside}</samlp:LogoutRequest>"
            )
        };
        assert_eq!(read_logout(&logout(&declared(20), "")).as_deref(), Some("ST-1"), "more than CAS writes");
        for (what, text) in [
            (
                "namespaces and children that declare one",
                logout(&declared(1_400), &"<b xmlns:c='urn:c'/>".repeat(2_200)),
            ),
            ("namespaces alone", logout(&declared(MOST_NAMESPACES), "")),
            ("children that declare one", logout("", &"<b xmlns:c='urn:c'/>".repeat(MOST_NAMESPACES))),
            ("elements", logout("", &"<b/>".repeat(2 * MOST_ELEMENTS))),
            ("elements in elements", logout("", &format!("{}{}", "<b>".repeat(1_000), "</b>".repeat(1_000)))),
            ("attributes", logout(&many(MOST_ATTRIBUTES, &|i| format!(" a{i}=''")), "")),
            ("text", logout("", &"x".repeat(MOST_BYTES))),
        ] {
            assert!(read(&text).is_none(), "{what}");
            assert_eq!(read_logout(&text), None, "{what}");
        }
        let many_claims = many(MOST_ELEMENTS, &|i| format!("<cas:a{i}>1</cas:a{i}>"));
        assert_eq!(
            user(&answer(&SUCCESS.replace("</cas:attributes>", &format!("{many_claims}</cas:attributes>")))),
            None
        );
    }

    #[test]
    fn what_goes_into_an_address_is_written_as_it_must_be() {
        let address = sign_in_address(
            "https://cas.example.edu/cas",
            "https://a.example/login/callback?state=a&b",
            true,
        );
        assert_eq!(
            address,
            "https://cas.example.edu/cas/login?service=https%3A%2F%2Fa.example%2Flogin%2Fcallback%3Fstate%3Da%26b&renew=true"
        );
    }
}
