//! A copy of the table in memory, for somebody who can write to all of it: tampering is found, or it isn't.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures::TryStreamExt as _;
use ledger::{Hash, Heads};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::audit::{Audit, Auditor, Expected};
use store::wire;

use crate::{ADMINISTRATOR, Server, table};

/// Items as DynamoDB's JSON, by key.
#[derive(Debug, Clone)]
pub struct Copy(BTreeMap<(String, String), Value>);

fn text(item: &Value, name: &str) -> String {
    item[name]["S"].as_str().unwrap_or_default().to_owned()
}

fn is_like(one: &Value, like: &Value, other: &Value) -> bool {
    match (one, like, other) {
        (Value::Object(one), Value::Object(like), Value::Object(other)) => {
            let here: BTreeSet<_> = one.keys().collect();
            let in_like = |name: &&String| like.get(*name).zip(other.get(*name));
            here == like.keys().collect()
                && here
                    .iter()
                    .all(|name| in_like(name).is_some_and(|(like, other)| is_like(&one[*name], like, other)))
        }
        _ if one.is_null() || like.is_null() => one == like,
        _ => one == like || like != other,
    }
}

fn sha256(parts: &[&[u8]]) -> String {
    let hash = parts.iter().fold(Sha256::new(), Digest::chain_update).finalize();
    URL_SAFE_NO_PAD.encode(hash)
}

impl Copy {
    /// All of a server's table.
    pub async fn of(server: &Server) -> Self {
        let partitions: Vec<_> = server.running.app.store.partitions().try_collect().await.unwrap();
        let items = partitions.iter().flat_map(|(_, items)| items);
        let items = items.map(|item| serde_json::from_str(&wire::to_line(item).unwrap()).unwrap());
        Self(items.map(|item: Value| ((text(&item, "pk"), text(&item, "sk")), item)).collect())
    }

    /// Makes a server's table this again.
    pub async fn restore(&self, server: &Server) {
        let now = Self::of(server).await;
        for ((pk, sk), _) in now.0.iter().filter(|(key, _)| !self.0.contains_key(*key)) {
            table::call(server, "DeleteItem", json!({ "Key": table::key(pk, sk) })).await;
        }
        for (_, item) in self.0.iter().filter(|(key, item)| now.0.get(*key) != Some(*item)) {
            table::call(server, "PutItem", json!({ "Item": item })).await;
        }
    }

    /// What is otherwise here than in `like` and in `other`, by key. What these two have differently may be anyhow: it is
    /// made up anew each time, as salts are.
    pub fn unlike(&self, like: &Self, other: &Self) -> Vec<String> {
        let keys: BTreeSet<_> = self.0.keys().chain(like.0.keys()).collect();
        let of = |copy: &Self, key: &(String, String)| copy.0.get(key).cloned().unwrap_or_default();
        let differs = |key: &&(String, String)| !is_like(&of(self, key), &of(like, key), &of(other, key));
        let tell = |key: &(String, String)| format!("{key:?}: {} and not {}", of(self, key), of(like, key));
        keys.into_iter().filter(differs).map(tell).collect()
    }

    /// Every item's key.
    pub fn keys(&self) -> Vec<(String, String)> {
        self.0.keys().cloned().collect()
    }

    /// An item.
    pub fn item(&mut self, pk: &str, sk: &str) -> &mut Value {
        self.0.get_mut(&(pk.to_owned(), sk.to_owned())).unwrap_or_else(|| panic!("no item {pk}/{sk}"))
    }

    /// Puts an item, under the key that it has.
    pub fn put(&mut self, item: Value) {
        self.0.insert((text(&item, "pk"), text(&item, "sk")), item);
    }

    /// Takes an item out.
    pub fn remove(&mut self, pk: &str, sk: &str) -> Value {
        self.0.remove(&(pk.to_owned(), sk.to_owned())).unwrap_or_else(|| panic!("no item {pk}/{sk}"))
    }

    /// Takes everything out that a test names.
    pub fn remove_all(&mut self, gone: impl Fn(&str, &str) -> bool) {
        self.0.retain(|(pk, sk), _| !gone(pk, sk));
    }

    /// An item under another key.
    pub fn copy(&mut self, from: (&str, &str), to: (&str, &str)) {
        let mut item = self.item(from.0, from.1).clone();
        item["pk"] = json!({ "S": to.0 });
        item["sk"] = json!({ "S": to.1 });
        self.put(item);
    }

    /// Changes the fact of an event, and leaves its hash as it was.
    pub fn edit(&mut self, pk: &str, event: u64, edit: impl FnOnce(&mut Value)) {
        let item = self.item(pk, &format!("event#{event:06}"));
        let mut body: Value = serde_json::from_str(&text(item, "body")).unwrap();
        edit(&mut body["fact"]);
        item["body"] = json!({ "S": body.to_string() });
    }

    /// Hashes a whole chain anew, and gives its document the new end.
    pub fn rehash(&mut self, subject: &str, document: (&str, &str)) {
        let mut prev = sha256(&[subject.as_bytes()]);
        let mut last = 0;
        let events = self.0.range_mut((subject.to_owned(), "event#".to_owned())..);
        for (number, (_, item)) in events.take_while(|((pk, _), _)| pk == subject).enumerate() {
            let body = text(item, "body");
            let hash = sha256(&[&URL_SAFE_NO_PAD.decode(&prev).unwrap(), body.as_bytes()]);
            (item["prev"], item["hash"]) = (json!({ "S": prev }), json!({ "S": hash }));
            (prev, last) = (hash, number);
        }
        let document = self.item(document.0, document.1);
        document["head"] = json!({ "S": prev });
        document["version"] = json!({ "N": last.to_string() });
    }

    /// Appends an event that somebody makes up to a chain, with the right hash; the document stays as it is.
    pub fn append(&mut self, subject: &str, document: (&str, &str), number: u64, fact: &Value) {
        let prev = text(self.item(document.0, document.1), "head");
        let body = json!({ "number": number, "fact": fact }).to_string();
        let hash = sha256(&[&URL_SAFE_NO_PAD.decode(&prev).unwrap(), body.as_bytes()]);
        let mut item = json!({
            "pk": { "S": subject }, "sk": { "S": format!("event#{number:06}") }, "v": { "N": "1" },
            "body": { "S": body }, "prev": { "S": prev }, "hash": { "S": hash },
        });
        if let Some(expires) = self.item(document.0, document.1).get("expires") {
            item["expires"] = expires.clone();
        }
        self.put(item);
    }

    /// What an audit finds, against an earlier checkpoint if there is one.
    pub fn audit(&self, since: Option<&Heads>) -> Audit {
        let batch = "2018-01".parse().unwrap();
        let administrators = BTreeSet::from([ADMINISTRATOR.parse().unwrap()]);
        let expected =
            Expected { batch: &batch, expires: None, administrators: Some(&administrators), since };
        let mut auditor = Auditor::new(expected);
        let mut partitions: BTreeMap<&str, Vec<_>> = BTreeMap::new();
        for ((pk, _), item) in &self.0 {
            partitions.entry(pk).or_default().push(wire::from_line(&item.to_string()).unwrap());
        }
        partitions.into_values().for_each(|items| auditor.take(items));
        auditor.finish()
    }

    /// Seals data anew, as somebody would who knows how.
    pub fn sealed(salt: &str, data: &Value) -> (Value, Value) {
        let text = data.to_string();
        let digest = sha256(&[&URL_SAFE_NO_PAD.decode(salt).unwrap(), text.as_bytes()]);
        let digest: String = Hash::try_from(digest).unwrap().into();
        (json!({ "M": { "salt": { "S": salt }, "text": { "S": text } } }), json!({ "S": digest }))
    }
}

impl Copy {
    /// One partition alone.
    pub fn only(&self, pk: &str) -> Self {
        Self(
            self.0
                .iter()
                .filter(|((of, _), _)| of == pk)
                .map(|(key, item)| (key.clone(), item.clone()))
                .collect(),
        )
    }

    /// Whether an audit finds nothing wrong with the chain itself: what hangs on it isn't there in a partition alone.
    pub fn chain_is_whole(&self) -> bool {
        use store::audit::Fault;
        let of_chain = |fault: &Fault| {
            matches!(fault, Fault::Chain(_) | Fault::Unreadable(_) | Fault::Misplaced | Fault::Attributes(_))
        };
        !self.audit(None).findings.iter().any(|finding| of_chain(&finding.fault))
    }
}
