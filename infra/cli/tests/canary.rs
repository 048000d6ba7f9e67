//! Personal data of a made-up student through every route, with every kind of answer; then every line
//! of the log is searched for it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::Stdio;

use serde_json::json;

const STUDENT: &str = "20159990001";
const ADMINISTRATOR: &str = "10000001";
const PARTY: &str = "10000003";
/// What must be in no log: name, identity number, telephone, e-mail, what was written of them, secrets.
const CANARIES: [&str; 9] = [
    "金丝雀",
    "530102199305061234",
    "13912345678",
    "canary@example.edu",
    "金丝雀乡党委",
    "去金丝雀的路",
    "canary-reason",
    "canary-ticket",
    "canary-contact",
];

#[tokio::test(flavor = "multi_thread")]
async fn no_personal_data_is_in_any_line_of_the_log() {
    let mut command = tether::command(env!("CARGO_BIN_EXE_lixiao"));
    command
        .args(["local", "--listen", "127.0.0.1:0", "--demo", "20", "--at", "2017-12-20T12:00:00+08:00"])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
        .env("LIXIAO_LOG", "info")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = tether::start(command).unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let base = lines
        .map(Result::unwrap)
        .find_map(|line| line.strip_prefix("listening on ").map(str::to_owned))
        .unwrap();
    let mut stderr = child.stderr.take().unwrap();
    let log = std::thread::spawn(move || {
        let mut text = String::new();
        stderr.read_to_string(&mut text).unwrap();
        text
    });
    let calls = send_everything(&base).await;
    child.kill().unwrap();
    let log = log.join().unwrap();
    assert!(log.lines().count() >= calls, "a line a request: {} for {calls}", log.lines().count());
    for canary in CANARIES {
        assert_eq!(log.matches(canary).count(), 0, "{canary} is in the log");
    }
    for number in [STUDENT, "eyJ"] {
        assert_eq!(log.matches(number).count(), 0, "{number} is in the log");
    }
}

/// Every route of the system, with sound bodies, broken bodies, foreign names; as five people.
async fn send_everything(base: &str) -> usize {
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let mut tokens = Vec::new();
    for who in [ADMINISTRATOR, "10000002", PARTY, "10000005", STUDENT] {
        let body = json!({"sub": who}).to_string();
        let answer = http.post(format!("{base}/dev/token")).body(body).send().await.unwrap();
        let answer: serde_json::Value = answer.json().await.unwrap();
        tokens.push(answer["token"].as_str().unwrap().to_owned());
    }
    let header = "学号,姓名,性别,民族,出生日期,身份证号,培养层次,学习形式,校区,学院,专业,导师工号,住宿,政治面貌,组织关系在校,电话,邮箱";
    let row = format!(
        "{STUDENT},金丝雀,女,汉族,1993-05-06,530102199305061234,硕士,全日制,呈贡,信息学院,软件,20050007,是,中共党员,是,13912345678,canary@example.edu"
    );
    let bad = row.replace("硕士", "金丝雀").replace(STUDENT, "canary-reason");
    let roster = format!("{header}\n{row}\n{bad}\n");
    let form = json!({"heading": "金丝雀乡党委", "destination": "去金丝雀的路", "transfer_kind": "in-province", "confirmed": true, "receiver_contact": "canary-contact"});
    let mut reissue = form.clone();
    reissue["papers"] = json!(["statement", "application", "original"]);
    reissue["reason"] = json!("canary-reason");
    let document = serde_json::to_value(lixiao::document()).unwrap();
    let mut calls = 0;
    for round in 0..2 {
        for (path, methods) in document["paths"].as_object().unwrap() {
            for method in methods.as_object().unwrap().keys().filter(|key| *key != "parameters") {
                let wrong = if round == 1 { "金丝雀" } else { "party-forms.xlsx" };
                let address = path
                    .replace("{batch}", "2018-01")
                    .replace("{student}", STUDENT)
                    .replace("{step}", "2")
                    .replace("{number}", "1")
                    .replace("letters/{file}", "letters/1.pdf")
                    .replace("{file}", wrong)
                    .replace("{import}", "canary-reason")
                    .replace("{token}", "canary-ticket")
                    .replace("{id}", "20080777");
                for token in &tokens {
                    let query =
                        if round == 1 { "?q=金丝雀&ticket=canary-ticket&state=canary-ticket" } else { "" };
                    let method = reqwest::Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
                    let request =
                        http.request(method.clone(), format!("{base}{address}{query}")).bearer_auth(token);
                    let request = match (method.as_str(), path.as_str(), round) {
                        ("GET" | "DELETE", ..) => request,
                        (_, "/logout", _) => continue,
                        (_, path, _) if path.ends_with("roster") || path.ends_with("tables") => {
                            request.header("content-type", "text/csv").body(roster.clone())
                        }
                        (.., 1) => request.header("content-type", "application/json").body("{\"金丝雀\": canary-reason"),
                        (_, path, _) if path.ends_with("party-form") => request.json(&form),
                        (_, path, _) if path.ends_with("reissue") => request.json(&reissue),
                        (_, path, _) if path.ends_with("receipt") => request.json(&json!({"received_on": "2017-12-20", "from": "金丝雀乡党委"})),
                        (_, path, _) if path.ends_with("printed") => request.json(&json!({"letters": [1]})),
                        (_, path, _) if path.ends_with("letters") => request.json(&json!({"students": [STUDENT]})),
                        (_, path, _) if path.ends_with("{id}") => request.json(&json!({"name": "金丝雀", "roles": ["operator"], "offices": ["library"], "colleges": ["*"]})),
                        (_, path, _) if path.ends_with("decisions") => request.json(&json!({"decision": "reject", "reason": "canary-reason", "students": [STUDENT], "import": "canary-reason"})),
                        _ => request.json(&json!({"decision": "reject", "reason": "canary-reason"})),
                    };
                    request.send().await.unwrap();
                    calls += 1;
                }
            }
        }
    }
    calls
}
