//! Personal data stands once, in the document: events commit to it and don't hold it, so that it can be corrected and
//! forgotten while every chain still verifies.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use api_tests::table::call;
use api_tests::{ADMINISTRATOR, BATCH, REGISTRAR, Row, Server, csv};
use lixiao::audit::audit;
use serde_json::{Value, json};

const STUDENT: &str = "20150000001";
const PARTY_OFFICE: &str = "20080031";
const ID_NUMBER: &str = "530102199305060024";
const CORRECTED: &str = "530102199305060035";

fn form() -> Value {
    json!({"heading": "中共昆明市委组织部", "destination": "昆明市第一中学党委", "transfer_kind": "in-province",
        "receiver_contact": "李书记", "receiver_phone": "0871-60000000", "confirmed": true})
}

/// Every item of the table as text.
async fn items(server: &Server) -> Vec<(String, String)> {
    let all = call(server, "Scan", json!({})).await;
    assert!(all["LastEvaluatedKey"].is_null(), "one page is enough for a test");
    let items = all["Items"].as_array().unwrap().iter();
    items.map(|item| (format!("{}/{}", item["pk"]["S"], item["sk"]["S"]), item.to_string())).collect()
}

async fn settle(server: &Server) {
    server.employ().await;
    let body = json!({"name": "老师", "roles": ["party-office"], "colleges": ["信息学院"]});
    server.person(ADMINISTRATOR).entitle(PARTY_OFFICE, &body).await;
    let member = Row { party: "中共党员", party_here: "是", ..Row::new(STUDENT) };
    server.enrol(&[member]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_event_holds_personal_data() {
    let server = Server::start(api_tests::inside()).await;
    settle(&server).await;
    let handed_in =
        server.person(STUDENT).put(&format!("{BATCH}/students/{STUDENT}/party-form"), &form()).await;
    assert_eq!(handed_in.status, 200, "{}", handed_in.body);
    let issued =
        server.person(PARTY_OFFICE).post(&format!("{BATCH}/letters"), &json!({"students": [STUDENT]})).await;
    assert_eq!(issued.body["results"][0]["outcome"], "changed", "{}", issued.body);
    for (key, item) in items(&server).await {
        if key.contains("event#") {
            for private in ["王小明", ID_NUMBER, "1993-05-06", "李书记", "0871-60000000", "汉族"] {
                assert!(!item.contains(private), "{key} holds {private}: {item}");
            }
        }
    }
    let letter = server.person(PARTY_OFFICE).get(&format!("{BATCH}/letters")).await;
    assert_eq!(
        (&letter.body["letters"][0]["name"], &letter.body["letters"][0]["receiver_contact"]),
        (&json!("王小明"), &json!("李书记"))
    );
    audit(&server.running.app.store, &"2018-01".parse().unwrap()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrected_identity_number_leaves_no_trace_of_the_wrong_one() {
    let server = Server::start(api_tests::inside()).await;
    settle(&server).await;
    let roster = csv(&[Row { party: "中共党员", party_here: "是", ..Row::new(STUDENT) }]);
    let again = server.person(ADMINISTRATOR).import(&roster).await;
    assert_eq!(again.body["unchanged"], 1, "another salt is no change: {}", again.body);
    let corrected = server.person(ADMINISTRATOR).import(&roster.replace(ID_NUMBER, CORRECTED)).await;
    assert_eq!(corrected.body["updates"][0]["columns"], json!(["id_number"]), "{}", corrected.body);
    for (key, item) in items(&server).await {
        assert!(!item.contains(ID_NUMBER), "{key}: {item}");
    }
    let status = server.person(REGISTRAR).get(&format!("{BATCH}/students/{STUDENT}")).await;
    assert_eq!(status.body["student"]["id_number"], "530***********0035", "{}", status.body);
    audit(&server.running.app.store, &"2018-01".parse().unwrap()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_prints_or_takes_away_what_is_others_is_counted_by_day() {
    let server = Server::start(api_tests::inside()).await;
    settle(&server).await;
    server.person(STUDENT).put(&format!("{BATCH}/students/me/party-form"), &form()).await;
    let office = server.person(PARTY_OFFICE);
    office.post(&format!("{BATCH}/letters"), &json!({"students": [STUDENT]})).await;
    let registrar = server.person(REGISTRAR);
    for path in ["students/20150000001", "worklist?step=2", "unfinished", "party-forms"] {
        assert_eq!(registrar.get(&format!("{BATCH}/{path}")).await.status, 200, "{path}");
    }
    let pdf = office.request(reqwest::Method::GET, &format!("{BATCH}/letters/1.pdf")).send().await.unwrap();
    assert_eq!(pdf.status(), 200);
    let sheet =
        office.request(reqwest::Method::GET, &format!("{BATCH}/exports/letters.xlsx")).send().await.unwrap();
    assert_eq!(sheet.status(), 200);
    // A student's own is nobody's business.
    server.person(STUDENT).get(&format!("{BATCH}/students/me")).await;
    let counted = async || {
        let record = server.person(ADMINISTRATOR).get("/api/sign-ins").await.body;
        let people = record["people"].as_array().unwrap().clone();
        let of = |id: &str| people.iter().find(|person| person["id"] == id).cloned().unwrap_or_default();
        let (registrar, office) = (of(REGISTRAR), of(PARTY_OFFICE));
        let numbers =
            [&registrar["records_read"], &registrar["rows_shown"], &office["printed"], &office["rows_taken"]];
        (numbers.map(|number| number.as_u64().unwrap_or_default()), of(STUDENT))
    };
    // Counted beside the answers: a moment later it is there.
    let mut found = counted().await;
    for _ in 0..100 {
        if found.0 == [1, 3, 1, 1] {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        found = counted().await;
    }
    assert_eq!(found, ([1, 3, 1, 1], Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_taken_out_whole_and_forgotten_and_every_chain_still_verifies() {
    let server = Server::start(api_tests::inside()).await;
    settle(&server).await;
    server.person(STUDENT).put(&format!("{BATCH}/students/me/party-form"), &form()).await;
    server.person(PARTY_OFFICE).post(&format!("{BATCH}/letters"), &json!({"students": [STUDENT]})).await;
    let administrator = server.person(ADMINISTRATOR);
    let export = administrator.get(&format!("{BATCH}/students/{STUDENT}/export")).await;
    assert_eq!(export.status, 200, "{}", export.body);
    assert_eq!(
        (&export.body["personal"]["id_number"], &export.body["letters"][0]["receiver_contact"]),
        (&json!(ID_NUMBER), &json!("李书记"))
    );
    assert_eq!(export.body["events"].as_array().unwrap().len(), 3);
    assert_eq!(
        administrator.get(&format!("{BATCH}/students/20150000099/export")).await.problem(),
        (404, "not-found")
    );

    let path = format!("{BATCH}/students/{STUDENT}/forget");
    let early = administrator.post(&path, &json!({"reason": "本人要求"})).await;
    assert_eq!(early.problem(), (409, "batch-open"), "{}", early.body);
    let silent = administrator.post(&path, &json!({"reason": " ", "while_open": true})).await;
    assert_eq!(silent.problem(), (422, "invalid-fields"));
    let body = json!({"reason": "误录入名册", "while_open": true});
    let forgotten = administrator.post(&path, &body).await;
    assert_eq!(forgotten.status, 200, "{}", forgotten.body);
    assert_eq!(administrator.post(&path, &body).await.body, forgotten.body, "asked again it is so already");
    for (key, item) in items(&server).await {
        for private in ["王小明", ID_NUMBER, "1993-05-06", "李书记", "0871-60000000", "汉族", "13800000000"]
        {
            assert!(!item.contains(private), "{key} holds {private}: {item}");
        }
    }
    audit(&server.running.app.store, &"2018-01".parse().unwrap()).await.unwrap();
    let status = server.person(REGISTRAR).get(&format!("{BATCH}/students/{STUDENT}")).await;
    assert_eq!(
        (status.status.as_u16(), &status.body["student"]["name"]),
        (200, &json!("")),
        "{}",
        status.body
    );
    let register = server.person(PARTY_OFFICE).get(&format!("{BATCH}/letters")).await;
    let letter = &register.body["letters"][0];
    assert_eq!(
        (&letter["number"], &letter["name"], &letter["transfer_kind"]),
        (&json!(1), &json!(""), &Value::Null)
    );
    let pdf = server.person(PARTY_OFFICE).get(&format!("{BATCH}/letters/1.pdf")).await;
    assert_eq!(pdf.problem(), (404, "not-found"), "what was forgotten isn't printed");
    let anew = server.person(STUDENT).put(&format!("{BATCH}/students/me/party-form"), &form()).await;
    assert_eq!(anew.problem(), (409, "letter-exists"), "{}", anew.body);

    // A roster that still has them brings them back, and the register keeps what it lost.
    let roster = csv(&[Row { party: "中共党员", party_here: "是", ..Row::new(STUDENT) }]);
    assert_eq!(server.person(ADMINISTRATOR).import(&roster).await.body["updated"], 1);
    audit(&server.running.app.store, &"2018-01".parse().unwrap()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_answers_for_the_data_does_the_same_by_the_command_line() {
    use lixiao::person::{Person, Whom, run};
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("lixiao.db");
    let options =
        lixiao::local::Options { data: Some(data.clone()), in_memory: false, ..api_tests::inside() };
    let server = Server::start(options).await;
    settle(&server).await;
    let whom = Whom { batch: "2018-01".to_owned(), student: STUDENT.to_owned(), data: Some(data) };
    run(&Person::Export(whom.clone())).await.unwrap();
    let batches = api_tests::BATCHES.into();
    let forget = Person::Forget {
        whom: whom.clone(),
        reason: "本人要求".to_owned(),
        by: ADMINISTRATOR.to_owned(),
        while_open: false,
        batches,
    };
    run(&forget).await.unwrap();
    let held = server
        .running
        .app
        .store
        .held(&"2018-01".parse().unwrap(), &STUDENT.parse().unwrap())
        .await
        .unwrap()
        .unwrap();
    assert!(held.clearance.student.personal.get().is_none() && held.clearance.forgotten.is_some());
    let nobody = Person::Export(Whom { student: "20150000099".to_owned(), ..whom });
    assert!(run(&nobody).await.unwrap_err().to_string().contains("is nobody in batch"));
}
