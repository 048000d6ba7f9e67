//! Items as text, in DynamoDB's own JSON: one form for one item, so that archives can be compared byte by byte.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::ids::BatchId;
use serde_json::{Map, Value, json};

use crate::keys::Item;
use crate::place::{Place, name_of};

/// An item as one line of JSON, attributes in order of their names.
pub fn to_line(item: &Item) -> Option<String> {
    let sorted: BTreeMap<&String, &AttributeValue> = item.iter().collect();
    let map: Option<Map<String, Value>> =
        sorted.into_iter().map(|(name, value)| Some((name.clone(), to_json(value)?))).collect();
    Some(Value::Object(map?).to_string())
}

/// Reads what [`to_line`] wrote.
pub fn from_line(line: &str) -> Option<Item> {
    let Value::Object(map) = serde_json::from_str(line).ok()? else { return None };
    map.iter().map(|(name, value)| Some((name.clone(), from_json(value)?))).collect()
}

fn to_json(value: &AttributeValue) -> Option<Value> {
    Some(match value {
        AttributeValue::S(text) => json!({ "S": text }),
        AttributeValue::N(number) => json!({ "N": number }),
        AttributeValue::Bool(truth) => json!({ "BOOL": truth }),
        AttributeValue::Null(_) => json!({ "NULL": true }),
        AttributeValue::Ss(texts) => {
            let mut texts = texts.clone();
            texts.sort();
            json!({ "SS": texts })
        }
        AttributeValue::L(values) => {
            json!({ "L": values.iter().map(to_json).collect::<Option<Vec<_>>>()? })
        }
        AttributeValue::M(map) => {
            let sorted: BTreeMap<&String, &AttributeValue> = map.iter().collect();
            let map: Option<Map<String, Value>> =
                sorted.into_iter().map(|(name, value)| Some((name.clone(), to_json(value)?))).collect();
            json!({ "M": map? })
        }
        // Nothing here is ever written so.
        _ => return None,
    })
}

fn from_json(value: &Value) -> Option<AttributeValue> {
    let (kind, value) = value.as_object().filter(|map| map.len() == 1)?.iter().next()?;
    Some(match (kind.as_str(), value) {
        ("S", Value::String(text)) => AttributeValue::S(text.clone()),
        ("N", Value::String(number)) => AttributeValue::N(number.clone()),
        ("BOOL", Value::Bool(truth)) => AttributeValue::Bool(*truth),
        ("NULL", Value::Bool(true)) => AttributeValue::Null(true),
        ("SS", Value::Array(texts)) => AttributeValue::Ss(
            texts.iter().map(|text| text.as_str().map(str::to_owned)).collect::<Option<_>>()?,
        ),
        ("L", Value::Array(values)) => {
            AttributeValue::L(values.iter().map(from_json).collect::<Option<_>>()?)
        }
        ("M", Value::Object(map)) => {
            let read = |(name, value): (&String, &Value)| Some((name.clone(), from_json(value)?));
            AttributeValue::M(map.iter().map(read).collect::<Option<_>>()?)
        }
        _ => return None,
    })
}

/// Whether an archive of a batch keeps an item: what is the batch's, operators with their chains, and what nobody knows.
pub fn is_kept(batch: &BatchId, item: &Item) -> bool {
    match Place::of(item) {
        None => true,
        Some(Place::Passing) => false,
        Some(place) => place.batch().is_none_or(|of| of == batch),
    }
}

/// Where an item stands, as an audit names it.
pub fn place(item: &Item) -> String {
    name_of(item)
}
