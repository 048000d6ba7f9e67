//! Somebody who can write to the table changes it by hand: every edit is found, by name. Where nothing but an earlier
//! checkpoint can know, that does.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::fmt::Write as _;

use api_tests::busy::{LEFT, busy};
use api_tests::copy::Copy;
use api_tests::{ALL_OFFICES, LIBRARY, REGISTRAR, inside};
use serde_json::{Value, json};

const ONE: &str = "2018-01#20150000001";
const TWO: &str = "2018-01#20150000002";
const DOCUMENT: (&str, &str) = (ONE, "clearance");
const LETTERS: &str = "2018-01#letters";
const IMPORT: &str = "2018-01#begun#2#sheet-1";

fn set(item: &mut Value, path: &str, value: Value) {
    *item.pointer_mut(path).unwrap_or_else(|| panic!("nothing at {path}")) = value;
}

fn drop_attribute(item: &mut Value, name: &str) {
    assert!(item.as_object_mut().unwrap().remove(name).is_some(), "no attribute {name}");
}

fn pass(by: &str, role: &str, step: u8) -> Value {
    json!({"at": "2017-12-20T13:00:00.000+08:00", "by": by, "role": role, "source": "operator", "action": "pass", "step": step})
}

fn grant(by: &str, role: &str) -> Value {
    json!({"at": "2017-12-20T13:00:00.000+08:00", "by": by, "role": "administrator", "source": "operator", "action": "grant",
        "name": "鬼", "grants": [{"role": role, "colleges": ["*"]}]})
}

/// Makes up an entry, with a chain that hashes: an administrator of the university, or an operator of the batch.
fn ghost(table: &mut Copy, (pk, subject): (&str, &str), id: &str, fact: &Value) {
    let (subject, document) = (format!("{subject}#{id}"), (pk, id));
    let role = fact["grants"][0]["role"].clone();
    let grants = json!({"L": [{"M": {"role": {"S": role}, "colleges": {"L": [{"S": "*"}]}}}]});
    let mut item = json!({"pk": {"S": pk}, "sk": {"S": id}, "v": {"N": "1"}, "name": {"S": "鬼"},
        "grants": grants, "version": {"N": "0"}, "head": {"S": "A".repeat(43)}});
    if pk != "administrators" {
        item["expires"] = table.item(ONE, "clearance")["expires"].clone();
    }
    table.put(item);
    table.remove_all(|pk, sk| pk == subject && sk.starts_with("event#"));
    table.append(&subject, document, 0, fact);
    table.rehash(&subject, document);
}

const UNIVERSITY: (&str, &str) = ("administrators", "administrator");
const OF_BATCH: (&str, &str) = ("operators#2018-01", "operator#2018-01");

type Edit = (&'static str, fn(&mut Copy), &'static str);

/// What is done to the table, and a word of what an audit says of it.
#[rustfmt::skip]
const EDITS: &[Edit] = &[
    // Documents
    ("out of the index, with every step marked passed", |t| { let d = t.item(ONE, "clearance"); drop_attribute(d, "by_college"); }, "the index doesn't find it"),
    ("in another college's list", |t| set(t.item(ONE, "clearance"), "/by_college/S", json!("2018-01#法学院")), "the index doesn't find it"),
    ("in the list of those who were taken out", |t| set(t.item(ONE, "clearance"), "/by_college/S", json!("2018-01#*removed")), "the index doesn't find it"),
    ("taken out without a word", |t| { let d = t.item(ONE, "clearance"); d["removed"] = json!({"M": {"reason": {"S": "x"}, "by": {"S": "20080055"}, "at": {"S": "2017-12-20T12:00:00.000+08:00"}}}); d["by_college"]["S"] = json!("2018-01#*removed"); }, "the document is not what"),
    ("another number in the list", |t| set(t.item(ONE, "clearance"), "/student_id/S", json!("20150000009")), "the index doesn't find it"),
    ("a list that shows a step as passed", |t| set(t.item(ONE, "clearance"), "/outline/M/marks/M/2/S", json!("passed")), "what lists show"),
    ("a list that shows another name", |t| set(t.item(ONE, "clearance"), "/outline/M/name/S", json!("别人")), "what lists show"),
    ("a debt marked as passed", |t| set(t.item(ONE, "clearance"), "/records/M/2/M/mark/S", json!("passed")), "not what its events say"),
    ("an amount gone", |t| drop_attribute(t.item(ONE, "clearance").pointer_mut("/records/M/2/M").unwrap(), "amount_due"), "not what its events say"),
    ("another reason", |t| set(t.item(ONE, "clearance"), "/records/M/2/M/reason/S", json!("已还")), "not what its events say"),
    ("a decision in another name", |t| set(t.item(ONE, "clearance"), "/records/M/2/M/by/S", json!(REGISTRAR)), "not what its events say"),
    ("a record taken out", |t| drop_attribute(t.item(ONE, "clearance").pointer_mut("/records/M").unwrap(), "2"), "not what its events say"),
    ("a version raised", |t| set(t.item(ONE, "clearance"), "/version/N", json!("99")), "events are missing at the end"),
    ("another head", |t| { let head = t.item(TWO, "clearance")["head"].clone(); t.item(ONE, "clearance")["head"] = head; }, "not what its events say"),
    ("a document deleted", |t| drop(t.remove(ONE, "clearance")), "events without a document"),
    ("somebody else's document", |t| t.copy((TWO, "clearance"), (ONE, "clearance")), "attributes that don't go with"),
    ("a document with something more", |t| t.item(ONE, "clearance")["vip"] = json!({"BOOL": true}), "attributes that don't go with"),
    ("personal data gone", |t| drop_attribute(t.item(ONE, "clearance"), "personal"), "personal data is gone"),
    ("another name in the personal data", |t| { let p = t.item(ONE, "clearance").pointer_mut("/personal/M/text/S").unwrap(); *p = json!(p.as_str().unwrap().replace("王小明", "李小明")); }, "personal data is not what its digest says"),
    ("personal data sealed anew", |t| {
        let (sealed, digest) = Copy::sealed(&"A".repeat(22), &json!({"name": "李小明"}));
        t.item(ONE, "clearance")["personal"] = sealed;
        set(t.item(ONE, "clearance"), "/student/M/personal", digest);
        set(t.item(ONE, "clearance"), "/outline/M/name/S", json!("李小明"));
    }, "not what its events say"),
    ("a document that expires tomorrow", |t| set(t.item(ONE, "clearance"), "/expires/N", json!("1513900000")), "expires on another day"),
    ("a document that never expires", |t| drop_attribute(t.item(ONE, "clearance"), "expires"), "expires on another day"),
    ("a document of a newer format", |t| set(t.item(ONE, "clearance"), "/v/N", json!("4")), "it has format 4"),
    ("a document without a format", |t| drop_attribute(t.item(ONE, "clearance"), "v"), "it is broken"),
    ("a word that nobody knows", |t| set(t.item(ONE, "clearance"), "/records/M/2/M/mark/S", json!("doubtful")), "it is broken"),
    // Events
    ("an event in the middle deleted", |t| drop(t.remove(ONE, "event#000001")), "is missing"),
    ("the last event deleted", |t| drop(t.remove(ONE, "event#000005")), "events are missing at the end"),
    ("the first event deleted", |t| drop(t.remove(ONE, "event#000000")), "is missing"),
    ("an event in another clerk's name", |t| t.edit(ONE, 1, |fact| fact["by"] = json!(ALL_OFFICES)), "was edited"),
    ("another time", |t| t.edit(ONE, 1, |fact| fact["at"] = json!("2017-12-19T12:00:00.000+08:00")), "was edited"),
    ("another action", |t| t.edit(ONE, 1, |fact| fact["action"] = json!("from-the-future")), "it is broken"),
    ("an orphan event after the last", |t| t.append(ONE, DOCUMENT, 6, &pass(LIBRARY, "operator", 2)), "after the last that the document knows"),
    ("an orphan event far off", |t| t.append(ONE, DOCUMENT, 50, &pass(LIBRARY, "operator", 2)), "after the last that the document knows"),
    ("two events that changed places", |t| { let (a, b) = (t.remove(ONE, "event#000001"), t.remove(ONE, "event#000002")); let (mut a, mut b) = (a, b); (a["sk"], b["sk"]) = (b["sk"].clone(), a["sk"].clone()); t.put(a); t.put(b); }, "its key says another number"),
    ("somebody else's event", |t| t.copy((TWO, "event#000001"), (ONE, "event#000001")), "does not follow"),
    ("an event that expires tomorrow", |t| set(t.item(ONE, "event#000001"), "/expires/N", json!("1513900000")), "expires on another day"),
    ("an event with something more", |t| t.item(ONE, "event#000001")["note"] = json!({"S": "x"}), "attributes that don't go with"),
    ("an event under a key of its own making", |t| t.copy((ONE, "event#000001"), (ONE, "event#1")), "no kind of item"),
    ("a decision by somebody without the role", |t| {
        t.append(ONE, DOCUMENT, 6, &pass("20080055", "operator", 3));
        t.item(ONE, "clearance")["records"]["M"]["3"] = json!({"M": {"mark": {"S": "passed"}, "by": {"S": "20080055"}, "role": {"S": "operator"},
            "at": {"S": "2017-12-20T13:00:00+08:00"}, "source": {"S": "operator"}}});
        t.rehash(ONE, DOCUMENT);
    }, "who didn't have that role"),
    ("an enrolment by somebody who is no administrator", |t| { t.edit(ONE, 0, |fact| fact["by"] = json!("20080055")); t.rehash(ONE, DOCUMENT); }, "who didn't have that role"),
    // Letters
    ("a letter's name, identity number and heading replaced", |t| {
        let text = t.item(LETTERS, "000002").pointer("/sealed/M/text/S").unwrap().as_str().unwrap().to_owned();
        let mut content: Value = serde_json::from_str(&text).unwrap();
        (content["name"], content["id_number"], content["form"]["heading"]) = (json!("李小明"), json!("530102199305060043"), json!("中共大理州委组织部"));
        let (sealed, digest) = Copy::sealed(&"A".repeat(22), &content);
        (t.item(LETTERS, "000002")["sealed"], t.item(LETTERS, "000002")["content"]) = (sealed, digest);
    }, "the letter isn't what its events say"),
    ("a letter's text edited", |t| { let p = t.item(LETTERS, "000002").pointer_mut("/sealed/M/text/S").unwrap(); *p = json!(p.as_str().unwrap().replace("王小明", "李小明")); }, "personal data is not what its digest says"),
    ("a letter's text gone", |t| drop_attribute(t.item(LETTERS, "000002"), "sealed"), "personal data is gone"),
    ("a letter taken off the register", |t| drop(t.remove(LETTERS, "000002")), "the letter isn't in the register"),
    ("the last letter taken off, and the counter set back", |t| { t.remove(LETTERS, "000004"); set(t.item(LETTERS, "next"), "/next/N", json!("4")); }, "the letter isn't in the register"),
    ("a letter that nobody issued", |t| { t.copy((LETTERS, "000003"), (LETTERS, "000005")); set(t.item(LETTERS, "000005"), "/number/N", json!("5")); set(t.item(LETTERS, "next"), "/next/N", json!("6")); }, "a letter that nobody issued"),
    ("a counter set back", |t| set(t.item(LETTERS, "next"), "/next/N", json!("3")), "the counter isn't"),
    ("a counter gone", |t| drop(t.remove(LETTERS, "next")), "the counter isn't"),
    ("a receipt that never came", |t| t.item(LETTERS, "000003")["receipt"] = json!({"M": {"received_on": {"S": "2017-12-20"}, "from": {"S": "某党委"}}}), "the letter isn't what its events say"),
    ("a letter that is valid longer", |t| set(t.item(LETTERS, "000003"), "/valid_until/S", json!("2019-01-01")), "the letter isn't what its events say"),
    ("a void letter that holds again", |t| drop_attribute(t.item(LETTERS, "000001"), "replaced_by"), "the letter isn't what its events say"),
    ("somebody else's letter", |t| set(t.item(LETTERS, "000003"), "/student/S", json!("20150000005")), "the letter isn't what its events say"),
    ("a letter of another college", |t| set(t.item(LETTERS, "000003"), "/college/S", json!("法学院")), "the letter isn't what its events say"),
    // Colleges, links, imports
    ("a college taken off the list", |t| set(t.item("2018-01", "colleges"), "/names/SS", json!(["法学院"])), "isn't in the list of colleges"),
    ("the list of colleges gone", |t| drop(t.remove("2018-01", "colleges")), "isn't in the list of colleges"),
    ("an advisor's link gone", |t| drop(t.remove("2018-01#advisor#20050007", "20150000001")), "the link by which it is found is missing"),
    ("an advisor's link too many", |t| t.copy(("2018-01#advisor#20050007", "20150000001"), ("2018-01#advisor#20050008", "20150000001")), "a link that nothing stands behind"),
    ("an import's link gone", |t| drop(t.remove("2018-01#import#2#sheet-1", "20150000002")), "the link by which it is found is missing"),
    ("an import's link too many", |t| t.copy(("2018-01#import#2#sheet-1", "20150000002"), ("2018-01#import#2#sheet-1", "20150000004")), "a link that nothing stands behind"),
    ("an import gone", |t| drop(t.remove(IMPORT, "import")), "the import that decided it is missing"),
    ("an import of somebody else", |t| set(t.item(IMPORT, "import"), "/by/S", json!(LIBRARY)), "the import isn't of whoever"),
    ("an undone import opened again", |t| set(t.item(IMPORT, "import"), "/undone/BOOL", json!(false)), "reads as open"),
    // Operators
    ("an operator with another office", |t| set(t.item(OF_BATCH.0, LIBRARY), "/grants/L/0/M/offices/L", json!([{"S": "finance"}])), "not what its events say"),
    ("an operator's event deleted", |t| drop(t.remove(&format!("{}#{LIBRARY}", OF_BATCH.1), "event#000000")), "events are missing at the end"),
    ("an operator's entry deleted", |t| drop(t.remove(OF_BATCH.0, LIBRARY)), "events without a document"),
    ("a removal taken back", |t| { t.remove(&format!("{}#{LEFT}", OF_BATCH.1), "event#000001"); set(t.item(OF_BATCH.0, LEFT), "/version/N", json!("0")); }, "not what its events say"),
    ("an operator who expires tomorrow", |t| t.item(OF_BATCH.0, LIBRARY)["expires"] = json!({"N": "1513900000"}), "expires on another day"),
    ("an operator under another number", |t| { let id = LIBRARY; t.copy((OF_BATCH.0, id), (OF_BATCH.0, "20080056")); }, "events are missing at the end"),
    ("a ghost who made themselves administrator", |t| ghost(t, UNIVERSITY, "20080066", &grant("20080066", "administrator")), "who was no administrator"),
    ("an operator's chain replaced by a ghost administrator's", |t| ghost(t, OF_BATCH, LIBRARY, &grant("20080066", "registrar")), "who was no administrator"),
    ("two ghosts who made each other administrators", |t| { ghost(t, UNIVERSITY, "20080066", &grant("20080067", "administrator")); ghost(t, UNIVERSITY, "20080067", &grant("20080066", "administrator")); }, "who was no administrator"),
    ("a whole operator deleted", |t| { t.remove(OF_BATCH.0, LIBRARY); t.remove_all(|pk, _| pk == format!("{}#{LIBRARY}", OF_BATCH.1)); }, "who didn't have that role"),
    // Whatever there is besides
    ("an item of no kind", |t| t.put(json!({"pk": {"S": "backdoor"}, "sk": {"S": "x"}})), "no kind of item"),
    ("an item of no kind beside a student", |t| t.put(json!({"pk": {"S": ONE}, "sk": {"S": "pass"}})), "no kind of item"),
    ("a batch's item of no kind", |t| t.put(json!({"pk": {"S": "2018-01#waived#all"}, "sk": {"S": "x"}})), "no kind of item"),
];

/// What leaves the table whole in itself: only an earlier checkpoint knows.
#[rustfmt::skip]
const SINCE: &[Edit] = &[
    ("the last event deleted and the document set back", |t| {
        // A debt that was the last thing to happen is gone, without any hashing.
        let last = t.remove("2018-01#20150000005", "event#000001");
        let document = t.item("2018-01#20150000005", "clearance");
        document["head"] = last["prev"].clone();
        document["version"] = json!({"N": "0"});
        document["records"] = json!({"M": {}});
        set(document, "/outline/M/marks/M", json!({}));
        drop_attribute(document.pointer_mut("/outline/M").unwrap(), "days");
    }, "shorter than in the checkpoint"),
    ("a chain hashed anew, in another clerk's name", |t| {
        t.edit(ONE, 1, |fact| fact["by"] = json!(ALL_OFFICES));
        set(t.item(ONE, "clearance"), "/records/M/2/M/by/S", json!(ALL_OFFICES));
        t.rehash(ONE, DOCUMENT);
    }, "not the chain of the checkpoint"),
    ("a student deleted with everything that led to them", |t| {
        t.remove_all(|pk, sk| pk == "2018-01#20150000005" || (sk == "20150000005" && pk.starts_with("2018-01#")));
    }, "in the checkpoint, and gone"),
    ("an operator deleted who never did anything", |t| {
        t.remove(OF_BATCH.0, LEFT);
        t.remove_all(|pk, _| pk == format!("{}#{LEFT}", OF_BATCH.1));
    }, "in the checkpoint, and gone"),
];

fn said(table: &Copy, since: Option<&ledger::Heads>) -> Vec<String> {
    table.audit(since).findings.iter().map(ToString::to_string).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_edit_of_the_table_is_found_by_name() {
    let table = Copy::of(&busy(inside()).await).await;
    let whole = table.audit(None);
    assert_eq!(said(&table, None), [""; 0], "the table as it should be");
    assert_eq!((whole.students, whole.letters), (5, 4));
    let (mut missed, mut report) = (Vec::new(), String::new());
    for (since, (name, edit, word)) in
        EDITS.iter().map(|edit| (false, edit)).chain(SINCE.iter().map(|edit| (true, edit)))
    {
        let mut table = table.clone();
        edit(&mut table);
        if since && !said(&table, None).is_empty() {
            missed.push(format!("{name}: found without a checkpoint: {:?}", said(&table, None)));
        }
        let found = said(&table, since.then_some(&whole.heads));
        writeln!(report, "| {name} | {} |", found.join("<br>")).unwrap();
        if !found.iter().any(|finding| finding.contains(word)) {
            missed.push(format!("{name}: no {word:?} in {found:#?}"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    let document = format!(
        "# What an audit says of a table that was tampered with\n\n\
         Written by `tests/api/tests/tampering.rs`, which makes each of these {} edits in a copy of a busy batch and audits it. The last {} leave\n\
         the table whole in itself: only `--since` an earlier checkpoint finds them. `LIXIAO_WRITE_DOCS=1 cargo test -p api-tests --test tampering` writes this anew.\n\n\
         | what was done to the table | what `lixiao audit` said |\n|---|---|\n{report}",
        EDITS.len() + SINCE.len(),
        SINCE.len()
    );
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/tampering.md");
    if std::env::var_os("LIXIAO_WRITE_DOCS").is_some() {
        std::fs::write(file, &document).unwrap();
    }
    assert!(
        std::fs::read_to_string(file).unwrap() == document,
        "docs/tampering.md is out of date: LIXIAO_WRITE_DOCS=1"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_single_bit_of_a_stored_history_is_guarded() {
    let table = Copy::of(&busy(inside()).await).await;
    let (mut flipped, mut missed) = (0, Vec::new());
    for event in 0..=5 {
        let sk = format!("event#{event:06}");
        for attribute in ["body", "prev", "hash"] {
            let text = table.clone().item(ONE, &sk)[attribute]["S"].as_str().unwrap().to_owned();
            for bit in 0..text.len() * 8 {
                let mut bytes = text.clone().into_bytes();
                bytes[bit / 8] ^= 1 << (bit % 8);
                // What isn't UTF-8 can't be stored.
                let Ok(edited) = String::from_utf8(bytes) else { continue };
                let mut one = table.only(ONE);
                one.item(ONE, &sk)[attribute] = json!({ "S": edited });
                flipped += 1;
                if one.chain_is_whole() {
                    missed.push(format!("{sk} {attribute} bit {bit}"));
                }
            }
        }
    }
    assert!(missed.is_empty() && flipped > 10_000, "{flipped} {missed:#?}");
}
