//! Secrets, from Secrets Manager: the private key and the mail server's address. Read once, when a function
//! that needs one starts, and kept in its memory. A crate of its own, so that no other function carries
//! the client that could ask for them.

use std::time::Duration;

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::config::timeout::TimeoutConfig;

/// Why there is no secret. Says which secret, never what is in it.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The environment names no secret.
    #[error("the environment lacks {0}")]
    Unnamed(&'static str),
    /// Secrets Manager doesn't give it out, or it isn't a text.
    #[error("the secret {0} can't be read")]
    Unreadable(String),
}

/// The private key of sessions, as `lixiao keys` printed it, from the secret that `LIXIAO_SESSION_KEY_SECRET` names.
pub async fn session_key() -> Result<String, SecretError> {
    secret("LIXIAO_SESSION_KEY_SECRET").await
}

/// The private key of slips, from the secret that `LIXIAO_SLIP_KEY_SECRET` names.
pub async fn slip_key() -> Result<String, SecretError> {
    secret("LIXIAO_SLIP_KEY_SECRET").await
}

/// The text of the secret that a variable of the environment names.
pub async fn secret(variable: &'static str) -> Result<String, SecretError> {
    let name = std::env::var(variable).map_err(|_| SecretError::Unnamed(variable))?;
    read(&Client::new(&aws_env::config()), &name).await
}

/// One secret's text, within seconds or not at all.
async fn read(client: &Client, name: &str) -> Result<String, SecretError> {
    let limits = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .operation_timeout(Duration::from_secs(5))
        .build();
    let config = aws_sdk_secretsmanager::config::Config::builder().timeout_config(limits);
    let asked = client.get_secret_value().secret_id(name).customize().config_override(config).send().await;
    let text = asked.ok().and_then(|answer| answer.secret_string);
    text.map(|text| text.trim().to_owned()).ok_or_else(|| SecretError::Unreadable(name.to_owned()))
}

#[cfg(test)]
mod tests {
    use aws_sdk_secretsmanager::config::{BehaviorVersion, Credentials, Region};
    use axum::Router;
    use axum::routing::post;

    use super::*;

    /// A client of something that answers as Secrets Manager does.
    async fn client(status: u16, body: &'static str) -> Client {
        let answer = move || async move { (axum::http::StatusCode::from_u16(status).unwrap(), body) };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, Router::new().route("/", post(answer))).await });
        let config = aws_sdk_secretsmanager::config::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("local"))
            .endpoint_url(address)
            .credentials_provider(Credentials::new("a", "b", None, None, "test"));
        Client::from_conf(config.build())
    }

    #[tokio::test]
    async fn the_key_is_the_secrets_text() {
        let client = client(200, r#"{"Name":"lixiao/session-key","SecretString":" MFECAQ \n"}"#).await;
        assert_eq!(read(&client, "lixiao/session-key").await.unwrap(), "MFECAQ");
    }

    #[tokio::test]
    async fn what_cannot_be_read_is_named_and_nothing_of_it_said() {
        for (status, body) in [
            (400, r#"{"__type":"ResourceNotFoundException","message":"hush"}"#),
            (400, r#"{"__type":"AccessDeniedException","message":"hush"}"#),
            (200, r#"{"Name":"lixiao/session-key","SecretBinary":"aHVzaA=="}"#),
        ] {
            let error = read(&client(status, body).await, "lixiao/session-key").await.unwrap_err();
            assert_eq!(error.to_string(), "the secret lixiao/session-key can't be read");
        }
    }
}
