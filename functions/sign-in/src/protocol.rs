//! A protocol by which a university signs people in: one trait, spoken as CAS and as OpenID Connect.

use std::collections::HashMap;

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use edge::token::LoginState;
use sha2::{Digest, Sha256};

use crate::web::SignInError;

/// The claim that stands for the user name itself: CAS's user, OpenID Connect's subject.
pub(crate) const USER: &str = "user";

/// What the university calls a session or a person, so that it can say later that they signed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SessionName {
    /// In which way: a ticket, a session's id, a subject.
    pub(crate) kind: &'static str,
    pub(crate) name: String,
}

impl SessionName {
    /// It is a secret of the university's: only a digest of it is kept.
    pub(crate) fn digest(&self) -> String {
        digest(self.kind, &self.name)
    }
}

/// The digest of what is kept under no name of its own.
pub(crate) fn digest(kind: &str, name: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!("{kind} {name}").as_bytes()))
}

/// Whom the university names.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    /// Claims by name; under [`USER`] the user name.
    pub(crate) claims: HashMap<String, String>,
    /// What it calls the session, and the person.
    pub(crate) sessions: Vec<SessionName>,
}

impl Identity {
    /// A claim by its name.
    pub(crate) fn claim(&self, name: &str) -> Option<String> {
        self.claims.get(name).cloned()
    }
}

/// What a browser brings back from the university.
#[derive(Debug, Default)]
pub(crate) struct Callback {
    /// CAS's ticket.
    pub(crate) ticket: Option<String>,
    /// OpenID Connect's code.
    pub(crate) code: Option<String>,
}

/// A protocol. `callback` is the address that the university sends browsers back to.
#[async_trait]
pub(crate) trait Protocol: Send + Sync {
    /// Where a browser is sent to sign in.
    async fn sign_in_address(&self, login: &LoginState, callback: &str) -> Result<String, SignInError>;

    /// What of a callback proves who came back.
    fn proof(&self, brought: Callback) -> Option<String>;

    /// Whom a proof was given for. It is good once, and only to the browser that set out for it.
    async fn identify(
        &self,
        login: &LoginState,
        proof: &str,
        callback: &str,
    ) -> Result<Identity, SignInError>;

    /// Whose session the university says has ended, by its back channel.
    async fn read_logout(&self, form: &[u8]) -> Result<Vec<SessionName>, SignInError>;

    /// Which office's system holds a token of its own that was given for this audience. CAS has none.
    async fn read_machine(&self, _token: &str, _audience: &str) -> Result<String, SignInError> {
        Err(SignInError::Refused)
    }

    /// Whom a person's token names that was given for this audience. CAS has none.
    async fn read_person(&self, _token: &str, _audience: &str) -> Result<Identity, SignInError> {
        Err(SignInError::Refused)
    }
}
