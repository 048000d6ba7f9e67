//! The table itself, past everything that Lixiao knows: what somebody with write access to it can do.

use lixiao::table;
use serde_json::{Value, json};

use crate::Server;

/// A call to the table.
pub async fn call(server: &Server, action: &str, mut call: Value) -> Value {
    call["TableName"] = json!(table::TABLE);
    let answer = reqwest::Client::new()
        .post(format!("http://{}", server.running.dynamodb))
        .header("content-type", "application/x-amz-json-1.0")
        .header("x-amz-target", format!("DynamoDB_20120810.{action}"))
        .header("x-amz-date", "20171220T000000Z")
        .header("authorization", "AWS4-HMAC-SHA256 Credential=test/20171220/local/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0")
        .body(call.to_string())
        .send()
        .await
        .unwrap();
    let (status, body) = (answer.status(), answer.text().await.unwrap());
    assert!(status.is_success(), "{action}: {status} {body}");
    serde_json::from_str(&body).unwrap()
}

/// A key.
pub fn key(pk: &str, sk: &str) -> Value {
    json!({"pk": {"S": pk}, "sk": {"S": sk}})
}

/// An item, or null.
pub async fn item(server: &Server, pk: &str, sk: &str) -> Value {
    call(server, "GetItem", json!({"Key": key(pk, sk), "ConsistentRead": true})).await["Item"].clone()
}

/// Sets something of an item.
pub async fn set(server: &Server, pk: &str, sk: &str, path: &[&str], value: Value) {
    let names: serde_json::Map<String, Value> =
        path.iter().enumerate().map(|(i, name)| (format!("#n{i}"), json!(name))).collect();
    let path = (0..path.len()).map(|i| format!("#n{i}")).collect::<Vec<_>>().join(".");
    let update = json!({
        "Key": key(pk, sk),
        "UpdateExpression": format!("SET {path} = :value"),
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": {":value": value},
    });
    call(server, "UpdateItem", update).await;
}
