//! How a function reaches AWS: region, credentials and addresses from its environment alone. Lambda sets
//! all of them, so the chain of profiles, containers and instance roles that a laptop needs stays out of
//! the program, and nothing is asked of the network before the first event.

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, Result, SharedCredentialsProvider, future};
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_types::SdkConfig;
use aws_types::region::Region;
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};

/// What every client of a function is built from.
pub fn config() -> SdkConfig {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(variable(REGION).map(Region::new))
        .credentials_provider(SharedCredentialsProvider::new(Environment))
        .service_config(Environment)
        .build()
}

/// What it takes to reach AWS and isn't there.
pub fn missing() -> Option<&'static str> {
    [REGION, KEY, SECRET].into_iter().find(|name| variable(name).is_none())
}

const REGION: &str = "AWS_REGION";
const KEY: &str = "AWS_ACCESS_KEY_ID";
const SECRET: &str = "AWS_SECRET_ACCESS_KEY";

/// The variables that Lambda sets, and an administrator by `aws configure export-credentials --format env`.
#[derive(Debug)]
struct Environment;

impl ProvideCredentials for Environment {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::ready(credentials())
    }
}

fn credentials() -> Result {
    let required = |name: &'static str| {
        variable(name).ok_or_else(|| CredentialsError::not_loaded(format!("the environment lacks {name}")))
    };
    Ok(Credentials::new(
        required(KEY)?,
        required(SECRET)?,
        variable("AWS_SESSION_TOKEN"),
        None,
        "environment",
    ))
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// `AWS_ENDPOINT_URL_DYNAMODB` and its like: a service at another address, as a test has it.
impl LoadServiceConfig for Environment {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        let service = key.service_id().to_uppercase().replace(' ', "_");
        let asked = key.env() == "AWS_ENDPOINT_URL";
        asked.then(|| std::env::var(format!("AWS_ENDPOINT_URL_{service}")).ok()).flatten()
    }
}
