//! The mail server: where mail goes out, and what certainly did.

use std::time::Duration;

use domain::ids::PersonKind;
use domain::text::Lang;
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::transport::smtp::AsyncSmtpTransport;
use lettre::{Address, AsyncTransport as _, Message, Tokio1Executor};
use url::Url;

use crate::gather::Digest;
use crate::words;

/// How long one command to the server may take.
const TIMEOUT: Duration = Duration::from_secs(15);

/// What became of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sent {
    /// The server took it.
    Yes,
    /// Another call is sending it, or has.
    Already,
    /// There is nowhere to send it.
    NoAddress,
    /// The server certainly didn't take it, and may later: 4xx, or it couldn't be reached.
    NotNow,
    /// It will never take it: 5xx.
    Never,
    /// Its answer was lost: perhaps it took it.
    Unknown,
}

/// Why no mail can go out. Says what is wrong with the configuration, never what is in the secret.
#[derive(Debug, thiserror::Error)]
pub enum MailConfigError {
    /// `LIXIAO_MAIL_FROM` is no address.
    #[error("LIXIAO_MAIL_FROM is no address: write it like 离校系统 <lixiao@example.edu>")]
    From,
    /// `LIXIAO_STAFF_MAIL` has no place for the number.
    #[error("LIXIAO_STAFF_MAIL is no pattern of addresses: write it like {{id}}@example.edu")]
    Staff,
    /// The secret can't be had.
    #[error("the mail server's address: {0}")]
    Secret(String),
    /// The secret is no address of a server.
    #[error(
        "the secret that LIXIAO_MAIL_SECRET names is no address: write it like smtps://user:password@mail.example.edu"
    )]
    Address,
    /// It would send mail unencrypted.
    #[error("the mail server's address must ask for TLS: smtps://…, or smtp://…?tls=required")]
    Open,
}

/// The way mail goes out.
pub struct Post {
    server: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    /// Staff's addresses, with `{id}` for the number; empty writes to no staff.
    staff: String,
    /// Where the system is found.
    site: String,
}

impl Post {
    /// What the environment says: `LIXIAO_MAIL_FROM` (empty: nobody is reminded), `LIXIAO_STAFF_MAIL`,
    /// `LIXIAO_ADDRESS`, and the server's address from its secret.
    pub async fn from_env<E: std::fmt::Display>(
        secret: impl Future<Output = Result<String, E>>,
    ) -> Result<Option<Self>, MailConfigError> {
        let variable = |name| std::env::var(name).unwrap_or_default();
        let from = variable("LIXIAO_MAIL_FROM");
        if from.is_empty() {
            return Ok(None);
        }
        let address = secret.await.map_err(|error| MailConfigError::Secret(error.to_string()))?;
        Self::new(&from, &variable("LIXIAO_STAFF_MAIL"), address.trim(), &variable("LIXIAO_ADDRESS"))
            .map(Some)
    }

    /// Mail from somebody, to staff by a pattern such as `{id}@example.edu`, by a server, about a site.
    pub fn new(from: &str, staff: &str, server: &str, site: &str) -> Result<Self, MailConfigError> {
        let from: Mailbox = from.parse().map_err(|_| MailConfigError::From)?;
        let example = staff.replace("{id}", "20080123");
        if !staff.is_empty() && (example == staff || example.parse::<Address>().is_err()) {
            return Err(MailConfigError::Staff);
        }
        // Only a server on this very machine may be spoken to in the open: the tests'.
        let url = Url::parse(server).map_err(|_| MailConfigError::Address)?;
        let asks_for_tls = url.query_pairs().any(|(name, value)| name == "tls" && value == "required");
        if url.scheme() != "smtps" && !asks_for_tls && url.host_str() != Some("127.0.0.1") {
            return Err(MailConfigError::Open);
        }
        let server =
            AsyncSmtpTransport::<Tokio1Executor>::from_url(server).map_err(|_| MailConfigError::Address)?;
        let (staff, site) = (staff.to_owned(), site.trim_end_matches('/').to_owned());
        Ok(Self { server: server.timeout(Some(TIMEOUT)).build(), from, staff, site })
    }

    /// Whether the server answers; if not, nobody is marked as reminded.
    pub(crate) async fn is_reachable(&self) -> Result<(), Unreachable> {
        let answered = self.server.test_connection().await;
        if answered.unwrap_or(false) { Ok(()) } else { Err(Unreachable) }
    }

    /// The mail of a digest, if there is somewhere to send it.
    pub(crate) fn message(&self, digest: &Digest, spoken: &[Lang]) -> Option<Message> {
        let to = match &digest.email {
            Some(email) => email.clone(),
            // Only staff numbers make addresses; external advisors have theirs elsewhere.
            None if self.staff.is_empty() || digest.person.kind() != PersonKind::Staff => return None,
            None => self.staff.replace("{id}", digest.person.number()),
        };
        let to: Address = to.parse().ok()?;
        let (subject, body) = words::write(digest, &self.site, spoken);
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(subject)
            // Nobody's holiday notice comes back to it (RFC 3834).
            .raw_header(auto_submitted())
            .header(ContentType::TEXT_PLAIN)
            .body(body)
            .ok()
    }

    pub(crate) async fn send(&self, message: Message) -> Sent {
        match self.server.send(message).await {
            Ok(_) => Sent::Yes,
            // Its text may quote the address, so only its kind is logged.
            Err(error) if error.is_transient() || never_reached(&error) => {
                tracing::warn!(code = error.status().map(u16::from), "the mail server took no mail");
                Sent::NotNow
            }
            Err(error) if error.is_permanent() => {
                tracing::warn!(
                    code = error.status().map(u16::from),
                    "the mail server will never take a mail"
                );
                Sent::Never
            }
            Err(error) => {
                tracing::warn!(timeout = error.is_timeout(), "a mail's answer was lost");
                Sent::Unknown
            }
        }
    }
}

/// Whether an error came before anything was said: nobody listens there, or its certificate isn't right.
fn never_reached(error: &lettre::transport::smtp::Error) -> bool {
    use std::io::ErrorKind;
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        if let Some(io) = inner.downcast_ref::<std::io::Error>() {
            return matches!(
                io.kind(),
                ErrorKind::ConnectionRefused | ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable
            );
        }
        source = inner.source();
    }
    error.is_tls()
}

fn auto_submitted() -> lettre::message::header::HeaderValue {
    use lettre::message::header::{HeaderName, HeaderValue};
    HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned())
}

/// The mail server doesn't answer.
#[derive(Debug, thiserror::Error)]
#[error("the mail server does not answer")]
pub(crate) struct Unreachable;

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(from: &str, staff: &str, server: &str) -> String {
        match Post::new(from, staff, server, "") {
            Ok(_) => "taken".to_owned(),
            Err(error) => error.to_string(),
        }
    }

    // The pool of connections wants a runtime.
    #[tokio::test]
    async fn mail_goes_out_encrypted_or_not_at_all() {
        let to = |server| refused("离校系统 <lixiao@example.edu>", "{id}@example.edu", server);
        for open in [
            "smtp://mail.example.edu",
            "SMTP://u:p@mail.example.edu:25",
            "smtp://127.0.0.1.example.edu:25",
            "smtp://u:tls=required@mail.example.edu",
        ] {
            assert!(to(open).contains("must ask for TLS"), "{open}");
        }
        for safe in ["smtps://u:p@mail.example.edu", "smtp://u:p@mail.example.edu:587?tls=required"] {
            assert_eq!(to(safe), "taken", "{safe}");
        }
        assert!(!to("ftp://user:hush@example.edu").contains("hush"), "a secret stays one");
    }

    #[tokio::test]
    async fn a_configuration_that_would_write_to_nobody_is_refused() {
        let server = "smtps://mail.example.edu";
        assert!(refused("nobody", "", server).starts_with("LIXIAO_MAIL_FROM"));
        assert!(refused("a@example.edu", "staff@example.edu", server).starts_with("LIXIAO_STAFF_MAIL"));
        assert!(refused("a@example.edu", "{id}", server).starts_with("LIXIAO_STAFF_MAIL"));
        assert_eq!(refused("a@example.edu", "", server), "taken", "students only");
    }
}
