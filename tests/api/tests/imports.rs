//! Imports: a list decided in one go, known by its name, undone as a whole; the sheet it comes from.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use api_tests::{
    ADMINISTRATOR, ADVISOR, ALL_OFFICES, BATCH, LIBRARY, Person, REGISTRAR, RESIDENCE, Row, Server, answer,
    numbers, rows,
};
use lixiao::audit::audit;
use reqwest::Method;
use serde_json::{Value, json};

const ONE: &str = "20150000001";
const TWO: &str = "20150000002";
const THREE: &str = "20150000003";
const IMPORT: &str = "6f1c2a34-1111-4000-8000-000000000001";
const LATER: &str = "6f1c2a34-2222-4000-8000-000000000002";

/// A call for several students; what came of each, as `student outcome` or `student type`.
async fn many(person: &Person, step: u8, body: Value) -> Vec<String> {
    let answer = person.post(&format!("{BATCH}/steps/{step}/decisions"), &body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let word = |row: &Value| row["problem"]["type"].as_str().or(row["outcome"].as_str()).unwrap().to_owned();
    let results = answer.body["results"].as_array().unwrap();
    results.iter().map(|row| format!("{} {}", row["student"].as_str().unwrap(), word(row))).collect()
}

fn pass(students: &[&str], import: &str) -> Value {
    json!({"decision": "pass", "students": students, "import": import})
}

fn undo(students: &[&str], import: &str) -> Value {
    json!({"decision": "undo", "students": students, "import": import, "reason": "名单有误"})
}

async fn step(server: &Server, student: &str, step: usize) -> Value {
    server.person(ADMINISTRATOR).status(student).await["steps"][step - 1].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_says_whether_its_name_is_anothers_to_whoever_may_see_the_student() {
    let server = Server::staffed().await;
    server.enrol(&rows(3)).await;
    let library = server.person(LIBRARY);
    let known = library.status(ONE).await["student"]["name"].as_str().unwrap().to_owned();
    let named = |student: &str, name: Value| json!({"student": student, "name": name, "decision": "pass"});
    let rows = [
        named(ONE, json!(known)),
        named(TWO, json!("查无此人")),
        named(THREE, json!(null)),
        named("20159999999", json!("查无此人")),
    ];
    let ask = async |dry: bool| {
        let body = json!({"rows": rows, "dry_run": dry});
        let answer = library.post(&format!("{BATCH}/steps/2/decisions"), &body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let results = answer.body["results"].as_array().unwrap().clone();
        results.iter().map(|row| row["another_name"] == json!(true)).collect::<Vec<_>>()
    };
    assert_eq!(ask(true).await, [false, true, false, false], "of nobody's number nothing is said");
    assert_eq!(step(&server, TWO, 2).await["state"], json!("ready"));
    // Whoever has looked at each number decides all the same.
    assert_eq!(ask(false).await, [false, true, false, false]);
    assert_eq!(step(&server, TWO, 2).await["state"], json!("passed"));
    let long = json!({"rows": [named(ONE, json!("王".repeat(101)))]});
    let long = library.post(&format!("{BATCH}/steps/2/decisions"), &long).await;
    let fault = &long.body["fields"][0];
    assert_eq!((&fault["field"], &fault["code"]), (&json!("rows[0].name"), &json!("too-long")));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undone_import_brings_old_debts_back_and_leaves_what_was_decided_since() {
    let server = Server::staffed().await;
    server.enrol(&rows(4)).await;
    let four = "20150000004";
    let library = server.person(LIBRARY);
    let debt = json!({"decision": "reject", "reason": "旧账", "amount_due": 1200});
    library.put(&format!("{BATCH}/students/{TWO}/steps/2"), &debt).await;
    library.decide(four, 2, "pass").await;
    let all = [ONE, TWO, THREE, four];
    let mut preview = pass(&all, IMPORT);
    preview["dry_run"] = json!(true);
    let preview = library.post(&format!("{BATCH}/steps/2/decisions"), &preview).await.body;
    let rows = preview["results"].as_array().unwrap();
    assert!(rows.iter().all(|row| row["of_import"].is_null()), "a dry run leaves nothing of it: {preview}");
    let done = many(&library, 2, pass(&all, IMPORT)).await;
    assert_eq!(done[..3], [ONE, TWO, THREE].map(|student| format!("{student} changed")));
    assert_eq!(done[3], format!("{four} unchanged"), "it was so before, and isn't the import's");
    library.decide(THREE, 2, "revoke").await;
    library.decide(THREE, 2, "pass").await;

    let dry =
        json!({"decision": "undo", "students": [ONE], "import": IMPORT, "reason": "试", "dry_run": true});
    assert_eq!(many(&library, 2, dry).await, [format!("{ONE} changed")]);
    assert_eq!(step(&server, ONE, 2).await["state"], "passed", "a dry run writes nothing");

    let undone = many(&library, 2, undo(&all, IMPORT)).await;
    let expected = [
        format!("{ONE} changed"),
        format!("{TWO} changed"),
        format!("{THREE} decided-since"),
        format!("{four} decided-since"),
    ];
    assert_eq!(undone, expected);
    assert_eq!(step(&server, ONE, 2).await["state"], "ready");
    let two = step(&server, TWO, 2).await;
    assert_eq!(
        (&two["state"], &two["reason"], &two["amount_due"]),
        (&json!("rejected"), &json!("旧账"), &json!(1200))
    );
    assert_eq!(step(&server, THREE, 2).await["state"], "passed");
    assert_eq!(step(&server, four, 2).await["state"], "passed");

    // Asked again it finds its own work.
    let again = many(&library, 2, undo(&[ONE, TWO], IMPORT)).await;
    assert_eq!(again, [format!("{ONE} unchanged"), format!("{TWO} unchanged")]);
    let batch = "2018-01".parse().unwrap();
    assert_eq!(audit(&server.running.app.store, &batch).await.unwrap().students, 4, "every chain is whole");
}

#[tokio::test(flavor = "multi_thread")]
async fn undoing_waits_for_what_stands_on_it_and_never_passes_anything() {
    let server = Server::staffed().await;
    server.enrol(&rows(2)).await;
    let residence = server.person(RESIDENCE);
    many(&residence, 9, pass(&[ONE, TWO], IMPORT)).await;
    residence.decide(ONE, 10, "pass").await;
    let undone = many(&residence, 9, undo(&[ONE, TWO], IMPORT)).await;
    assert_eq!(undone, [format!("{ONE} dependents-passed"), format!("{TWO} changed")]);

    // An import turned a passed step down. Undone, the step is open again, whatever it was before: an
    // import that was itself undone, or an office that has changed, must not pass anybody.
    let reject = json!({"decision": "reject", "reason": "钥匙未还", "students": [ONE], "import": LATER});
    assert_eq!(many(&residence, 10, reject).await, [format!("{ONE} changed")]);
    assert_eq!(many(&residence, 10, undo(&[ONE], LATER)).await, [format!("{ONE} changed")]);
    assert_eq!(step(&server, ONE, 10).await["state"], "ready");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_was_undone_writes_no_more_however_late() {
    let server = Server::staffed().await;
    server.enrol(&rows(3)).await;
    let library = server.person(LIBRARY);
    many(&library, 2, pass(&[ONE, TWO], IMPORT)).await;
    // Nobody else can end it, and a dry run doesn't.
    let dry =
        json!({"decision": "undo", "students": [ONE], "import": IMPORT, "reason": "试", "dry_run": true});
    many(&library, 2, dry).await;
    let refused =
        server.person(RESIDENCE).post(&format!("{BATCH}/steps/2/decisions"), &undo(&[ONE], IMPORT)).await;
    assert_eq!(refused.problem(), (403, "not-allowed"));
    assert_eq!(many(&library, 2, pass(&[THREE], IMPORT)).await, [format!("{THREE} changed")]);
    many(&library, 2, undo(&[ONE], IMPORT)).await;
    let late = library.post(&format!("{BATCH}/steps/2/decisions"), &pass(&[ONE], IMPORT)).await;
    assert_eq!(late.problem(), (409, "import-undone"));
    assert_eq!(step(&server, ONE, 2).await["state"], "ready");
    // The rest of it can still be undone; the same name on another step is another import.
    assert_eq!(many(&library, 2, undo(&[TWO], IMPORT)).await, [format!("{TWO} changed")]);
    assert_eq!(many(&library, 3, pass(&[ONE], IMPORT)).await, [format!("{ONE} changed")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_decides_twice_is_undone_as_a_whole() {
    let server = Server::staffed().await;
    server.enrol(&rows(1)).await;
    let library = server.person(LIBRARY);
    let debt = json!({"decision": "reject", "reason": "旧账", "amount_due": 1200});
    library.put(&format!("{BATCH}/students/{ONE}/steps/2"), &debt).await;
    let reject = json!({"decision": "reject", "reason": "误", "students": [ONE], "import": IMPORT});
    many(&library, 2, reject).await;
    many(&library, 2, pass(&[ONE], IMPORT)).await;
    many(&library, 2, undo(&[ONE], IMPORT)).await;
    let one = step(&server, ONE, 2).await;
    assert_eq!(
        (&one["state"], &one["reason"]),
        (&json!("rejected"), &json!("旧账")),
        "nothing of the import"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stood_turned_down_is_said_before_it_is_passed_over() {
    let server = Server::staffed().await;
    server.enrol(&rows(2)).await;
    let library = server.person(LIBRARY);
    let debt = json!({"decision": "reject", "reason": "旧账", "amount_due": 1200});
    library.put(&format!("{BATCH}/students/{ONE}/steps/2"), &debt).await;
    let dry = json!({"decision": "pass", "students": [ONE, TWO], "dry_run": true});
    let rows = library.post(&format!("{BATCH}/steps/2/decisions"), &dry).await.body;
    assert_eq!(rows["results"][0]["before"], json!({"reason": "旧账", "amount_due": 1200}));
    assert_eq!(rows["results"][1].get("before"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_on_what_has_changed_since_it_was_seen_is_refused() {
    let server = Server::staffed().await;
    server.enrol(&rows(1)).await;
    let path = format!("{BATCH}/students/{ONE}/steps/2");
    let library = server.person(LIBRARY);
    library.decide(ONE, 2, "reject").await;
    let stale = library.put(&path, &json!({"decision": "pass", "seen": "ready"})).await;
    assert_eq!(stale.problem(), (409, "changed-meanwhile"));
    assert_eq!(step(&server, ONE, 2).await["state"], "rejected");
    assert_eq!(library.put(&path, &json!({"decision": "pass", "seen": "rejected"})).await.status, 200);
    let again = library.put(&path, &json!({"decision": "pass", "seen": "rejected"})).await;
    assert_eq!((again.status.as_u16(), &again.body["version"]), (200, &json!(2)), "it finds its own work");
    let odd = library.put(&path, &json!({"decision": "pass", "seen": "lost"})).await;
    assert_eq!((odd.problem(), odd.fields()), ((422, "invalid-fields"), vec!["seen: one-of".to_owned()]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_sent_again_finds_its_own_work() {
    let server = Server::staffed().await;
    server.enrol(&rows(2)).await;
    let library = server.person(LIBRARY);
    library.decide(TWO, 2, "pass").await;
    many(&library, 2, pass(&[ONE], IMPORT)).await;
    let again = library.post(&format!("{BATCH}/steps/2/decisions"), &pass(&[ONE, TWO], IMPORT)).await.body;
    assert_eq!(
        again["results"][0],
        json!({"student": ONE, "name": "王小明", "outcome": "unchanged", "of_import": true})
    );
    assert_eq!(again["results"][1], json!({"student": TWO, "name": "王小明", "outcome": "unchanged"}));
    assert_eq!(server.person(ADMINISTRATOR).status(ONE).await["version"], 1, "nothing twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_is_listed_by_its_name_and_stands_in_the_history() {
    let server = Server::staffed().await;
    server.enrol(&rows(150)).await;
    let library = server.person(LIBRARY);
    let all = numbers(150);
    for chunk in all.chunks(100) {
        let chunk: Vec<&str> = chunk.iter().map(String::as_str).collect();
        many(&library, 3, pass(&chunk, IMPORT)).await;
    }
    library.decide(ONE, 3, "revoke").await;
    let path = format!("{BATCH}/steps/3/imports/{IMPORT}");
    let first = library.get(&path).await.body;
    assert_eq!(first["students"].as_array().unwrap().len(), 100);
    assert_eq!(first["students"][0], json!({"id": ONE, "name": "王小明", "state": "ready", "stands": false}));
    assert_eq!(first["students"][1]["stands"], true);
    let second = library.get(&format!("{path}?cursor={}", first["next"].as_str().unwrap())).await.body;
    assert_eq!((second["students"].as_array().unwrap().len(), &second["next"]), (50, &Value::Null));

    many(&library, 3, undo(&[TWO], IMPORT)).await;
    let history = server.person(ADMINISTRATOR).get(&format!("{BATCH}/students/{TWO}/history")).await.body;
    let events = history["events"].as_array().unwrap();
    let told: Vec<_> =
        events.iter().map(|event| (event["action"].as_str().unwrap(), event["import"].as_str())).collect();
    assert_eq!(told, [("enrol", None), ("pass", Some(IMPORT)), ("revoke", Some(IMPORT))]);

    for (path, what) in [
        (format!("{BATCH}/steps/4/imports/{IMPORT}"), "import"),
        (format!("{BATCH}/steps/3/imports/{LATER}"), "import"),
        (format!("{BATCH}/steps/3/imports/Not_One"), "import"),
        (format!("{BATCH}/steps/99/imports/{IMPORT}"), "step"),
    ] {
        let refused = server.person(ALL_OFFICES).get(&path).await;
        assert_eq!((refused.problem(), &refused.body["what"]), ((404, "not-found"), &json!(what)), "{path}");
    }
    assert_eq!(server.person(RESIDENCE).get(&path).await.problem(), (403, "not-allowed"), "another office's");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_of_somebody_else_is_as_unknown_as_one_that_never_was() {
    let server = Server::staffed().await;
    server.enrol(&[Row::new(ONE), Row { advisors: "20050009", ..Row::new(TWO) }, Row::new(THREE)]).await;
    many(&server.person(ADVISOR), 1, pass(&[ONE, TWO, THREE], IMPORT)).await;
    let real = format!("{BATCH}/steps/1/imports/{IMPORT}?limit=1");
    let stranger = server.person("20059999");
    let unknown = stranger.get(&real.replace(IMPORT, LATER)).await;
    let known = stranger.get(&real).await;
    assert_eq!(known.problem(), (404, "not-found"));
    assert_eq!(known.body, unknown.body);
    assert_eq!(server.person(ONE).get(&real).await.problem(), (403, "not-allowed"), "students have no lists");
    let colleague = server.person(ALL_OFFICES).get(&real).await;
    assert_eq!(colleague.body, unknown.body, "whoever else may decide the step");
    let first = server.person(ADVISOR).get(&real).await.body;
    assert_eq!(first["students"][0]["id"], ONE);
    let second =
        server.person(ADVISOR).get(&format!("{real}&cursor={}", first["next"].as_str().unwrap())).await.body;
    assert_eq!(
        (&second["students"][0]["id"], &second["next"]),
        (&json!(THREE), &Value::Null),
        "one's own only"
    );
    let all = server.person(REGISTRAR).get(&real.replace("?limit=1", "")).await.body;
    assert_eq!(all["students"].as_array().unwrap().len(), 2, "a registrar sees what it decided");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_whoever_may_still_decide_may_undo_and_sees_only_their_students() {
    let server = Server::staffed().await;
    server.enrol(&[Row::new(ONE), Row { college: "法学院", ..Row::new(TWO) }]).await;
    let grant = async |colleges: &[&str]| {
        let body = json!({"name": "某", "roles": ["operator"], "offices": ["library"], "colleges": colleges});
        server.person(ADMINISTRATOR).entitle("20080031", &body).await
    };
    grant(&["*"]).await;
    many(&server.person("20080031"), 2, pass(&[ONE, TWO], IMPORT)).await;
    grant(&["法学院"]).await;
    let law = server.person("20080031");
    let listed = law.get(&format!("{BATCH}/steps/2/imports/{IMPORT}")).await.body;
    assert_eq!(listed["students"].as_array().unwrap().len(), 1);
    let undone = many(&law, 2, undo(&[ONE, TWO], IMPORT)).await;
    assert_eq!(undone, [format!("{ONE} not-allowed"), format!("{TWO} changed")]);
    let refused =
        server.person(ADVISOR).post(&format!("{BATCH}/steps/2/decisions"), &undo(&[ONE], IMPORT)).await;
    assert_eq!(refused.problem(), (403, "not-allowed"));
    let one = law.post(&format!("{BATCH}/steps/2/decisions"), &pass(&[ONE], LATER)).await.body;
    assert_eq!(one["results"][0].get("name"), None, "not theirs to see");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_needs_a_reason_and_a_sound_name() {
    let server = Server::staffed().await;
    server.enrol(&rows(1)).await;
    let library = server.person(LIBRARY);
    let path = format!("{BATCH}/steps/2/decisions");
    for (body, field) in [
        (json!({"decision": "undo", "students": [ONE], "reason": "误"}), "import: required"),
        (json!({"decision": "undo", "students": [ONE], "import": IMPORT}), "reason: required"),
        (
            json!({"decision": "undo", "students": [ONE], "import": "A#B", "reason": "误"}),
            "import: not-an-import",
        ),
        (json!({"decision": "pass", "students": [ONE], "import": "a".repeat(41)}), "import: not-an-import"),
        (
            json!({"decision": "revoke", "students": [ONE], "import": IMPORT, "reason": "误"}),
            "import: one-of",
        ),
    ] {
        let refused = library.post(&path, &body).await;
        assert_eq!((refused.problem(), refused.fields()), ((422, "invalid-fields"), vec![field.to_owned()]));
    }
    let single = json!({"decision": "undo", "reason": "误"});
    let refused = library.put(&format!("{BATCH}/students/{ONE}/steps/2"), &single).await;
    assert_eq!(refused.problem(), (422, "invalid-fields"), "one student is no import");
}

async fn sheet(person: &Person, bytes: impl Into<reqwest::Body>) -> api_tests::Answer {
    let request = person.request(Method::POST, &format!("{BATCH}/tables"));
    answer(request.header("content-type", "application/octet-stream").body(bytes)).await
}

/// The rows of a list: number, name, amount, reason, and how many faults and remarks.
fn listed(answered: &api_tests::Answer) -> Vec<Value> {
    let rows = answered.body["rows"].as_array().cloned().unwrap_or_default();
    let count = |row: &Value, key: &str| row[key].as_array().map_or(0, Vec::len);
    let one = |row: &Value| {
        json!([
            row["row"],
            row["student"],
            row["name"],
            row["amount_due"],
            row["reason"],
            count(row, "faults")
        ])
    };
    rows.iter().map(one).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_gives_each_row_its_own_amount_and_reason() {
    let server = Server::staffed().await;
    let library = server.person(LIBRARY);
    let list = "\u{feff}姓名,学号,欠款（元）,备注,馆藏\n王,20150000001,12.50,《红楼梦》,A\n李,20150000002,300,,\n赵,20150000003,约 45,,\n,合计,357.5,,\n";
    let read = sheet(&library, list).await;
    let expected = [
        json!([2, ONE, "王", 1250, "《红楼梦》", 0]),
        json!([3, TWO, "李", 30_000, null, 0]),
        json!([4, "20150000003", "赵", null, null, 1]),
    ];
    assert_eq!(listed(&read), expected);
    let table = &read.body["table"];
    assert_eq!(
        (&table["header"], &table["rows"], &table["left_out"]),
        (&json!(1), &json!(3), &json!([{"row": 5, "text": "合计"}]))
    );
    let matched: Vec<&Value> =
        table["columns"].as_array().unwrap().iter().map(|column| &column["column"]).collect();
    assert_eq!(
        matched,
        [&json!("name"), &json!("student_id"), &json!("amount_due"), &json!("reason"), &Value::Null]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_list_leaves_unclear_is_refused_or_said_and_never_guessed() {
    let server = Server::staffed().await;
    let library = server.person(LIBRARY);
    // A comma without quotes moves an amount, and a quote that is never closed swallows whoever comes after it.
    let list = "学号,姓名,金额\n20150000001,王,1,234.50\n20150000002,\"李,3\n20150000003,赵,4\n";
    let read = sheet(&library, list).await;
    let faults = read.body["rows"].as_array().unwrap().iter();
    let codes: Vec<&Value> = faults.map(|row| &row["faults"][0]["code"]).collect();
    assert_eq!(codes, [&json!("too-many-cells"), &json!("torn-row")], "{}", read.body);
    // Of what was charged and what was paid only somebody knows what is owed.
    let list = "学号,应缴金额,已缴金额\n20150000001,5000,5000\n";
    let read = sheet(&library, list).await;
    let fault = &read.body["table"]["faults"][0];
    assert_eq!((&fault["field"], &fault["code"]), (&json!("amount_due"), &json!("which-of")), "{fault}");
    assert_eq!((&read.body["rows"], &read.body["table"]["left_out"]), (&json!([]), &json!([])));
    // A row for each book, and two of them the very same.
    let list = "学号,金额,备注\n20150000001,12.5,《红楼梦》\n20150000001,7.5,《呐喊》\n20150000002,3,x\n20150000002,3,x\n";
    let read = sheet(&library, list).await;
    assert_eq!(
        listed(&read),
        [
            json!([2, ONE, null, 2000, "《红楼梦》；《呐喊》", 0]),
            json!([4, TWO, null, 300, "x", 0]),
            json!([5, TWO, null, 300, "x", 0]),
        ]
    );
    assert_eq!(read.body["rows"][0]["remarks"][0]["code"], json!("added-up"));
    // A message with several numbers on a line, and a list of a library with headings of its own.
    let message = sheet(&library, "20150000001、20150000002\n20150000003\n").await;
    let numbers: Vec<&Value> =
        message.body["rows"].as_array().unwrap().iter().map(|row| &row["student"]).collect();
    assert_eq!(numbers, [ONE, TWO, THREE]);
    let own = sheet(&library, "条形码,姓名,金额\n20150000001,王,1\n").await;
    assert_eq!(listed(&own), [json!([2, ONE, "王", 100, null, 0])]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printout_s_headers_and_groups_are_nobody() {
    let server = Server::staffed().await;
    let list = "学号 Student No,姓名/Name,金额\n信息学院,,\n20150000001.0,王,1\n学号 Student No,姓名/Name,金额\n20150000002 李明,,2\n2.0151E+10,,\n";
    let read = sheet(&server.person(LIBRARY), list).await;
    let expected = [json!([3, ONE, "王", 100, null, 0]), json!([5, TWO, "李明", 200, null, 0])];
    assert_eq!(listed(&read)[..2], expected);
    // A number that something has broken is no group's name: whoever it is must not count as one of the others.
    assert_eq!(listed(&read)[2], json!([6, "2.0151E+10", null, null, null, 1]));
    let left_out = json!([{"row": 2, "text": "信息学院"}, {"row": 4, "text": "学号 Student No"}]);
    assert_eq!(read.body["table"]["left_out"], left_out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_may_be_bare_and_what_is_no_list_says_so() {
    let server = Server::staffed().await;
    let library = server.person(LIBRARY);
    let bare = sheet(&library, "20150000001\n20150000002\n").await;
    assert_eq!(listed(&bare), [json!([1, ONE, null, null, null, 0]), json!([2, TWO, null, null, null, 0])]);
    let long: String = (0..20_000).map(|i| format!("2015{i:07}\n")).collect();
    assert_eq!(listed(&sheet(&library, long.clone()).await).len(), 20_000);
    assert_eq!(sheet(&library, long + &"20159999999\n".repeat(40)).await.problem(), (413, "too-large"));
    let nobody = sheet(&library, "姓名\n王小明\n").await.body;
    assert_eq!(nobody["table"]["faults"][0]["code"], "missing-column");
    assert_eq!(nobody["rows"], json!([]));
    assert_eq!(sheet(&library, "").await.problem(), (400, "invalid-body"));
    assert_eq!(sheet(&library, "%PDF-1.7").await.problem(), (400, "invalid-body"));
    assert_eq!(sheet(&server.person(ONE), "1").await.problem(), (403, "not-allowed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_isn_t_understood_is_mended_by_hand() {
    let server = Server::staffed().await;
    let library = server.person(LIBRARY);
    let send = async |reading: Value| {
        let form = reqwest::multipart::Form::new()
            .part(
                "table",
                reqwest::multipart::Part::bytes("名单,x\n编号,应付\n20150000001,12\n".as_bytes().to_vec()),
            )
            .text("reading", reading.to_string());
        answer(library.request(Method::POST, &format!("{BATCH}/tables")).multipart(form)).await
    };
    let read = send(json!({"header": 2, "columns": {"1": "student_id", "2": "amount_due"}})).await;
    assert_eq!(listed(&read), [json!([3, ONE, null, 1200, null, 0])]);
    let read = send(json!({"header": 0})).await;
    assert_eq!(read.body["table"]["header"], Value::Null);
    assert_eq!(send(json!({"headers": 2})).await.problem(), (400, "invalid-body"), "no such field");
    assert_eq!(send(json!({"sheet": "名单"})).await.problem(), (400, "invalid-body"), "a text has no sheets");
    let request = library.request(Method::POST, &format!("{BATCH}/tables"));
    let form = reqwest::multipart::Form::new().text("reading", "{}");
    assert_eq!(answer(request.multipart(form)).await.problem(), (400, "invalid-body"), "no table in it");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_student_of_a_list_is_decided_by_themselves_and_undone_together() {
    let server = Server::staffed().await;
    server.enrol(&rows(3)).await;
    let library = server.person(LIBRARY);
    let path = format!("{BATCH}/steps/2/decisions");
    let body = json!({"import": IMPORT, "rows": [
        {"student": ONE, "decision": "reject", "reason": "《红楼梦》未还", "amount_due": 1250},
        {"student": TWO, "decision": "reject", "reason": "押金", "amount_due": 30_000},
        {"student": "20150000003", "decision": "pass"},
    ]});
    let done = library.post(&path, &body).await;
    let outcomes: Vec<&Value> =
        done.body["results"].as_array().unwrap().iter().map(|row| &row["outcome"]).collect();
    assert_eq!(outcomes, ["changed", "changed", "changed"]);
    for (student, state, due, reason) in [
        (ONE, "rejected", json!(1250), json!("《红楼梦》未还")),
        (TWO, "rejected", json!(30_000), json!("押金")),
        ("20150000003", "passed", Value::Null, Value::Null),
    ] {
        let step = library.status(student).await["steps"].as_array().unwrap()[1].clone();
        let stands = (&step["state"], step["amount_due"].clone(), step["reason"].clone());
        assert_eq!(stands, (&json!(state), due, reason), "{student}");
    }
    let undone = many(&library, 2, undo(&[ONE, TWO, "20150000003"], IMPORT)).await;
    assert!(undone.iter().all(|one| one.ends_with("changed")), "{undone:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_take_the_place_of_students_and_each_fault_names_its_row() {
    let server = Server::staffed().await;
    server.enrol(&rows(1)).await;
    let library = server.person(LIBRARY);
    let path = format!("{BATCH}/steps/2/decisions");
    let row = |decision: &str| json!({"student": ONE, "decision": decision, "reason": "误"});
    for (body, fields) in [
        (json!({"rows": []}), vec!["rows: required"]),
        (json!({"rows": [row("undo")]}), vec!["rows[0].decision: one-of"]),
        (json!({"rows": [row("revoke")]}), vec!["rows[0].decision: one-of"]),
        (json!({"rows": [row("reject"), row("reject")]}), vec!["rows[1]: duplicate"]),
        (json!({"rows": [{"student": "", "decision": "pass"}]}), vec!["rows[0]: not-a-student-number"]),
        (json!({"rows": [{"student": ONE, "decision": "reject"}]}), vec!["rows[0].reason: required"]),
        (
            json!({"rows": [{"student": ONE, "decision": "pass", "amount_due": 1}]}),
            vec!["rows[0].amount_due: only-with"],
        ),
        (
            json!({"rows": [row("reject")], "students": [ONE], "decision": "pass"}),
            vec!["students: one-of", "decision: one-of"],
        ),
    ] {
        let refused = library.post(&path, &body).await;
        let expected: Vec<String> = fields.into_iter().map(str::to_owned).collect();
        assert_eq!((refused.problem(), refused.fields()), ((422, "invalid-fields"), expected), "{body}");
    }
    let residence = server.person(RESIDENCE);
    assert_eq!(
        residence.post(&path, &json!({"rows": [row("reject")]})).await.problem(),
        (403, "not-allowed")
    );
    assert_eq!(library.post(&path, &json!({"rows": [row("waive")]})).await.problem(), (403, "not-allowed"));
}
