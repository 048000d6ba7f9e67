//! Tables as offices have them: 184 files, each after a public report, with what is right of each and what happens now.
//!
//! `tables/expected.tsv` is the list. Its column `now` is written by this test under `LIXIAO_WRITE_ANSWERS`, and read by
//! it otherwise: no file is skipped, and nothing that happens to one changes unseen.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use api_tests::{ADMINISTRATOR, Answer, BATCH, LIBRARY, Person, Server, answer, inside};
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::Value;

/// A line of the list.
struct Case {
    id: String,
    file: String,
    what: String,
    right: String,
    now: String,
    /// Why it is as it is, where right was judged differently.
    why: String,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tables")
}

fn cases() -> Vec<Case> {
    let list = std::fs::read_to_string(folder().join("expected.tsv")).unwrap();
    let cases = list.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        let cell = |i: usize| cells.get(i).copied().unwrap_or_default().to_owned();
        Case { id: cell(0), file: cell(1), what: cell(2), right: cell(3), now: cell(4), why: cell(5) }
    });
    cases.collect()
}

async fn send(who: &Person, path: &str, bytes: Vec<u8>) -> Answer {
    let request = who.request(Method::POST, path);
    answer(request.header(CONTENT_TYPE, "application/octet-stream").body(bytes)).await
}

fn texts<'a>(value: &'a Value, key: &str) -> Vec<&'a str> {
    value.as_array().into_iter().flatten().filter_map(|one| one[key].as_str()).collect()
}

/// What happened to a file, in a line.
fn told(answered: &Answer) -> String {
    let body = &answered.body;
    if answered.status != 200 {
        return format!("refused: {}", body["detail"].as_str().unwrap_or_default());
    }
    let table = &body["table"];
    let mut said = Vec::new();
    if let Some(rows) = body["created"].as_u64() {
        let count = |key: &str| body[key].as_u64().unwrap_or_default();
        let taken = rows + count("updated") + count("unchanged");
        let refused = body["rows"].as_array().map_or(0, Vec::len);
        said.push(format!("{taken} taken, {refused} refused"));
        for row in body["rows"].as_array().into_iter().flatten() {
            said.push(format!(
                "row {}: {}",
                row["row"],
                row["problem"]["detail"].as_str().unwrap_or_default()
            ));
        }
    } else {
        let rows = body["rows"].as_array().map(Vec::as_slice).unwrap_or_default();
        let of = |row: &Value| {
            let number = row["student"].as_str().unwrap_or_default().to_owned();
            let amount = row["amount_due"].as_i64().map(|amount| format!(" {amount}")).unwrap_or_default();
            number + &amount
        };
        let first: Vec<String> = rows.iter().take(4).map(of).collect();
        said.push(format!("{} listed ({})", rows.len(), first.join(", ")));
        let faults = rows.iter().flat_map(|row| texts(&row["faults"], "message"));
        said.extend(faults.take(3).map(str::to_owned));
    }
    for fault in table["faults"].as_array().into_iter().flatten() {
        said.push(format!(
            "{}: {}",
            fault["name"].as_str().unwrap_or_default(),
            fault["message"].as_str().unwrap_or_default()
        ));
    }
    let mut remarks: BTreeMap<String, usize> = BTreeMap::new();
    for row in body["remarks"].as_array().or(body["rows"].as_array()).into_iter().flatten() {
        for remark in row["remarks"].as_array().into_iter().flatten() {
            let text = format!(
                "{}{}",
                remark["name"].as_str().unwrap_or_default(),
                remark["message"].as_str().unwrap_or_default()
            );
            *remarks.entry(text).or_default() += 1;
        }
    }
    said.extend(remarks.into_iter().take(4).map(|(text, count)| format!("said ×{count}: {text}")));
    let mut read: Vec<String> = Vec::new();
    read.extend(
        ["kind", "encoding", "separator", "sheet"]
            .iter()
            .filter_map(|key| table[*key].as_str())
            .map(str::to_owned),
    );
    read.extend(table["header"].as_u64().map(|row| format!("header {row}")));
    let hidden = table["hidden"].as_u64().unwrap_or_default();
    read.extend((hidden > 0).then(|| format!("{hidden} hidden")));
    let merged = table["merged"].as_u64().unwrap_or_default();
    read.extend((merged > 0).then(|| format!("{merged} merged")));
    read.extend(texts(&table["left_out"], "text").into_iter().map(|text| format!("left out {text}")));
    said.push(format!("[{}]", read.join(" ").replace('\t', "⇥")));
    let new = texts(&body["new_colleges"], "name");
    if new.iter().any(|name| *name != "信息学院") {
        said.push(format!("new colleges {}", new.join(", ")));
    }
    said.join("; ").replace(['\t', '\n'], " ")
}

/// What is now held of the first student of a roster, where it isn't what most of the files say.
async fn kept(administrator: &Person, answered: &Answer) -> String {
    let table = &answered.body["table"];
    let column = table["columns"]
        .as_array()
        .and_then(|columns| columns.iter().find(|one| one["column"] == "student_id"));
    let rows = table["first_rows"].as_array().map(Vec::as_slice).unwrap_or_default();
    let below = rows.iter().find(|row| row["row"].as_u64() > table["header"].as_u64());
    let (Some(column), Some(below)) = (column.and_then(|one| one["number"].as_u64()), below) else {
        return String::new();
    };
    let number = below["cells"][usize::try_from(column - 1).unwrap()].as_str().unwrap_or_default();
    let Ok(number) = domain::cell::number(number) else { return String::new() };
    let held = administrator.get(&format!("{BATCH}/students/{}/export", number.text)).await.body;
    let usual = [
        ("name", "测试乙"),
        ("sex", "female"),
        ("ethnicity", "汉族"),
        ("birth_date", "1992-03-04"),
        ("id_number", "53999919920304012X"),
        ("phone", "13900000000"),
    ];
    let mut odd = Vec::new();
    for (key, usual) in usual {
        let value = held["personal"][key].as_str().unwrap_or("nothing");
        if value != usual {
            odd.push(format!("{key} {value}"));
        }
    }
    let email = held["personal"]["email"].as_str().unwrap_or("nothing");
    if !email.starts_with(&number.text) {
        odd.push(format!("email {email}"));
    }
    let student = &held["status"]["student"];
    if student["college"] != "信息学院" {
        odd.push(format!("college {}", student["college"]));
    }
    if student["major"] != "软件工程" {
        odd.push(format!("major {}", student["major"]));
    }
    let steps = held["status"]["steps"].as_array();
    let advisors =
        steps.into_iter().flatten().flat_map(|step| step["advisors"].as_array().into_iter().flatten());
    let advisors: Vec<&str> = advisors.filter_map(Value::as_str).collect();
    if advisors != ["20000001"] {
        odd.push(format!("advisors {}", advisors.join(" ")));
    }
    if odd.is_empty() || held["personal"].is_null() {
        String::new()
    } else {
        format!("; kept: {}", odd.join(", ")).replace('\n', " ")
    }
}

#[tokio::test]
async fn every_file_that_an_office_has_is_taken_or_clearly_refused() {
    let server = Server::start(inside()).await;
    server.lift_throttle();
    server.employ().await;
    let administrator = server.person(ADMINISTRATOR);
    let clerk = server.person(LIBRARY);
    let cases = cases();
    let mut now = Vec::new();
    for case in &cases {
        let bytes = std::fs::read(folder().join(&case.file)).unwrap();
        let answered = if case.id.starts_with('N') {
            send(&clerk, &format!("{BATCH}/tables"), bytes).await
        } else {
            send(&administrator, &format!("{BATCH}/roster"), bytes).await
        };
        now.push(told(&answered) + &kept(&administrator, &answered).await);
    }
    if std::env::var_os("LIXIAO_WRITE_ANSWERS").is_some() {
        let lines = cases.iter().zip(&now).map(|(case, now)| {
            format!("{}\t{}\t{}\t{}\t{now}\t{}\n", case.id, case.file, case.what, case.right, case.why)
        });
        let list = "id\tfile\twhat it is\tright\tnow\twhy not as it was judged\n".to_owned()
            + &lines.collect::<String>();
        std::fs::write(folder().join("expected.tsv"), list).unwrap();
        return;
    }
    for (case, now) in cases.iter().zip(now) {
        assert_eq!(now, case.now, "{} {}", case.id, case.what);
        case.is_right();
    }
}

impl Case {
    /// Whether what happens is what was judged right, unless it says why not.
    fn is_right(&self) {
        let Case { id, what, right, now, why, .. } = self;
        let taken = !now.starts_with('0') && !now.starts_with("refused") && !now.contains("; row ");
        let refused = now.starts_with("refused: ") || now.contains("; row ");
        let right = match right.split([':', ',', ' ']).next().unwrap_or_default() {
            "refused" => refused,
            "hidden" => taken && now.contains(" hidden"),
            _ => taken,
        };
        assert!(right || !why.is_empty(), "{id} {what}: {now}");
    }
}
