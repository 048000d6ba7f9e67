//! What the template lets a function do at the table, evaluated as IAM does: an allowance counts if it
//! names the action, covers the table or its index, and every leading key fits one of its patterns.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::template::{functions, template};

/// One allowance.
#[derive(Debug, Clone)]
struct Allowance {
    actions: BTreeSet<String>,
    index: bool,
    keys: Option<Vec<String>>,
}

/// A function's allowances at the table.
#[derive(Debug, Clone, Default)]
pub struct Policy(Vec<Allowance>);

/// What a call asks for.
#[derive(Debug, PartialEq, Eq)]
struct Access {
    action: String,
    index: bool,
    keys: Vec<String>,
}

impl Policy {
    /// What the template says of a function.
    pub fn of(function: &str) -> Self {
        let found = functions().into_iter().find(|(folder, _)| folder == function);
        let (_, properties) = found.unwrap_or_else(|| panic!("{function} is no function"));
        let mut allowances = Vec::new();
        for policy in properties["Policies"].as_array().into_iter().flatten() {
            for statement in policy["Statement"].as_array().unwrap() {
                assert_eq!(statement["Effect"], "Allow", "{function}: what isn't allowed is denied");
                let actions: BTreeSet<String> = texts(&statement["Action"]).into_iter().collect();
                if actions.iter().all(|action| action.starts_with("dynamodb:")) {
                    let condition = &statement["Condition"];
                    let keys = &condition["ForAllValues:StringLike"]["dynamodb:LeadingKeys"];
                    assert!(condition.is_null() || !keys.is_null(), "{function}: a condition nobody knows");
                    let index = covers_index(function, &statement["Resource"]);
                    let keys = (!keys.is_null()).then(|| patterns(keys));
                    allowances.push(Allowance { actions, index, keys });
                }
            }
        }
        Self(allowances)
    }

    /// Every action it allows on some key, such as `GetItem`.
    pub fn actions(&self) -> BTreeSet<String> {
        let actions = self.0.iter().flat_map(|allowance| &allowance.actions);
        actions.map(|action| action.trim_start_matches("dynamodb:").to_owned()).collect()
    }

    /// What of a call isn't allowed.
    pub fn refuses(&self, operation: &str, call: &Value) -> Option<String> {
        let refused =
            accesses(operation, call).into_iter().find(|access| !self.0.iter().any(|a| a.allows(access)));
        refused.map(|access| format!("{access:?}"))
    }
}

impl Allowance {
    fn allows(&self, access: &Access) -> bool {
        let fits =
            |key: &String| self.keys.as_ref().is_none_or(|patterns| patterns.iter().any(|p| like(p, key)));
        self.actions.contains(&format!("dynamodb:{}", access.action))
            && (self.index || !access.index)
            && access.keys.iter().all(fits)
    }
}

/// Whether a resource is the table with its index, rather than the table alone; it is nothing else.
fn covers_index(function: &str, resource: &Value) -> bool {
    let name = json!({"Name": {"!If": ["OwnTable", {"!Ref": "Table"}, {"!Ref": "TableName"}]}});
    let arn = "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${Name}";
    let table = json!({"!Sub": [arn, name]});
    let index = json!({"!Sub": [format!("{arn}/index/by_college"), name]});
    let both = json!([&table, &index]);
    assert!(*resource == table || *resource == both, "{function}: {resource} is not the table");
    *resource == both
}

/// The names of the secrets that the template lets a function read, by the parameters that hold them.
pub fn secrets_of(function: &str) -> Vec<String> {
    let found = functions().into_iter().find(|(folder, _)| folder == function);
    let policies = found.map(|(_, properties)| properties["Policies"].clone()).unwrap_or_default();
    let statements =
        policies.as_array().into_iter().flatten().flat_map(|policy| policy["Statement"].as_array());
    let secrets = statements.flatten().filter(|s| s["Action"] == "secretsmanager:GetSecretValue");
    let parameter = |resource: &Value| {
        let name = resource["!Sub"].as_str()?.strip_prefix(
            "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:${",
        )?;
        let parameter = name.strip_suffix("}-??????")?;
        template()["Parameters"][parameter]["Default"].as_str().map(str::to_owned)
    };
    secrets.filter_map(|statement| parameter(&statement["Resource"])).collect()
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(values) => values.iter().map(|value| value.as_str().unwrap().to_owned()).collect(),
        one => vec![one.as_str().unwrap().to_owned()],
    }
}

/// A list of patterns, or the one that `!FindInMap` leads to.
fn patterns(keys: &Value) -> Vec<String> {
    match keys.get("!FindInMap").map(texts).as_deref() {
        Some([map, first, second]) => texts(&template()["Mappings"][map][first][second]),
        _ => texts(keys),
    }
}

/// IAM's `StringLike`, as far as the template uses it: a `*` at the end.
fn like(pattern: &str, text: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(beginning) => text.starts_with(beginning),
        None => text == pattern,
    }
}

/// What a call asks for: one thing, or one for each part of a transaction.
fn accesses(operation: &str, call: &Value) -> Vec<Access> {
    let pk = |item: &Value| item["pk"]["S"].as_str().unwrap_or_default().to_owned();
    let one =
        |action: &str, keys| Access { action: action.to_owned(), index: call["IndexName"].is_string(), keys };
    match operation {
        "Query" => {
            let key = &call["ExpressionAttributeValues"][":pk"]["S"];
            vec![one("Query", vec![key.as_str().unwrap_or_default().to_owned()])]
        }
        "BatchGetItem" => {
            let tables = call["RequestItems"].as_object().into_iter().flat_map(|tables| tables.values());
            let keys = tables.flat_map(|table| table["Keys"].as_array().cloned().unwrap_or_default());
            vec![one("BatchGetItem", keys.map(|key| pk(&key)).collect())]
        }
        "TransactWriteItems" => {
            let parts = call["TransactItems"].as_array().into_iter().flatten();
            let parts = parts.flat_map(|part| part.as_object().into_iter().flatten());
            parts
                .map(|(kind, part)| {
                    let action = if kind == "ConditionCheck" {
                        "ConditionCheckItem".to_owned()
                    } else {
                        format!("{kind}Item")
                    };
                    one(&action, vec![pk(part.get("Item").unwrap_or(&part["Key"]))])
                })
                .collect()
        }
        other => vec![one(other, vec![pk(call.get("Item").unwrap_or(&call["Key"]))])],
    }
}

/// DynamoDB's word for what isn't allowed.
pub fn denial() -> Value {
    json!({"__type": "com.amazon.coral.service#AccessDeniedException", "message": "not authorized"})
}

/// Who signed a call to AWS: each function has its name for a key.
pub fn signer_of(authorization: &str) -> &str {
    let credential = authorization.split_once("Credential=").map(|(_, rest)| rest);
    credential.and_then(|rest| rest.split('/').next()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_held_against_every_part_of_a_call() {
        let policy = Policy::of("complete-step");
        let put = |pk: &str| json!({"Put": {"Item": {"pk": {"S": pk}, "sk": {"S": "x"}}}});
        let call = |parts: Value| policy.refuses("TransactWriteItems", &json!({ "TransactItems": parts }));
        assert_eq!(call(json!([put("2018-01#20150000001")])), None);
        assert!(call(json!([put("2018-01#20150000001"), put("operators")])).unwrap().contains("operators"));
        assert!(policy.refuses("Scan", &json!({})).is_some());
        let read = json!({"RequestItems": {"lixiao": {"Keys": [{"pk": {"S": "signed-out#20080001"}}]}}});
        assert_eq!(policy.refuses("BatchGetItem", &read), None);
        assert!(Policy::of("web").refuses("BatchGetItem", &read).is_some());
    }
}
