//! One strongly consistent read behind the runtime and nothing of ours: what a function can't be quicker than. With
//! `FLOOR_CONNECTS` it opens its connection while it starts, as the functions do; without, at its first call.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use lambda_http::{Body, Error, Request, Response, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let client = Client::new(&aws_env::config());
    if std::env::var_os("FLOOR_CONNECTS").is_some() {
        read(&client, "start").await?;
    }
    let client = &client;
    run(service_fn(move |_: Request| async move {
        let found = read(client, "2018-01#20150000001").await?;
        let body = serde_json::json!({ "found": found }).to_string();
        Ok::<_, Error>(Response::new(Body::from(body)))
    }))
    .await
}

/// Whether a clearance is there.
async fn read(client: &Client, pk: &str) -> Result<bool, Error> {
    let table = std::env::var("LIXIAO_TABLE")?;
    let key = |text: &str| AttributeValue::S(text.to_owned());
    let asked = client.get_item().table_name(table).key("pk", key(pk)).key("sk", key("clearance"));
    Ok(asked.consistent_read(true).send().await?.item.is_some())
}
