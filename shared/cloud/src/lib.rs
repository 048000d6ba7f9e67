//! How a function reaches AWS: region, credentials and addresses from its environment alone. Lambda sets
//! all of them, so the chain of profiles, containers and instance roles that a laptop needs stays out of
//! the program, and nothing is asked of the network before the first event.

use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};

/// What every client of a function is built from.
pub fn config() -> SdkConfig {
    let credentials = EnvironmentVariableCredentialsProvider::new();
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(std::env::var("AWS_REGION").ok().map(Region::new))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .service_config(Environment)
        .build()
}

/// `AWS_ENDPOINT_URL_DYNAMODB` and its like: a service at another address, as a test has it.
#[derive(Debug)]
struct Environment;

impl LoadServiceConfig for Environment {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        let service = key.service_id().to_uppercase().replace(' ', "_");
        let asked = key.env() == "AWS_ENDPOINT_URL";
        asked.then(|| std::env::var(format!("AWS_ENDPOINT_URL_{service}")).ok()).flatten()
    }
}
