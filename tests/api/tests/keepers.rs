//! A paper's keeper: an office whose clerks issue letters for the students of their own colleges, and of no others.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::path::Path;

use api_tests::{ADMINISTRATOR, BATCH, LIBRARY, Person, Row, Server, inside};
use lixiao::local::Options;
use reqwest::Method;
use serde_json::{Value, json};

/// Clerks of the office that keeps the letters, each of a college.
const OURS: &str = "20080041";
const THEIRS: &str = "20080042";
const STUDENT: &str = "20150000001";
const OTHER: &str = "20150000002";

/// The notice's batch, in which each college issues its own letters.
fn kept_by_colleges(folder: &Path) -> Options {
    let own = Path::new(lixiao::demo::OWN_BATCHES);
    std::fs::copy(own.join("university.toml"), folder.join("university.toml")).unwrap();
    let notice = std::fs::read_to_string(own.join("2018-01.toml")).unwrap();
    let layout = "layout = \"party-introduction\"";
    assert!(notice.contains(layout));
    let notice = notice.replacen(layout, &format!("keeper = \"college\"\n{layout}"), 1);
    std::fs::write(folder.join("2018-01.toml"), notice).unwrap();
    Options { batches: folder.to_owned(), ..inside() }
}

async fn letters(person: &Person) -> Vec<Value> {
    let listed = person.get(&format!("{BATCH}/letters")).await;
    assert_eq!(listed.status, 200, "{}", listed.body);
    listed.body["letters"].as_array().unwrap().iter().map(|letter| letter["student"].clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_college_issues_the_letters_of_its_own_students_and_of_no_others() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(kept_by_colleges(folder.path())).await;
    server.employ().await;
    server.grant(OURS, "operator", &["college"], &["信息学院"]).await;
    server.grant(THEIRS, "operator", &["college"], &["法学院"]).await;
    let member =
        |id: &str, college| Row { party: "中共党员", party_here: "是", college, ..Row::new(id) };
    server.enrol(&[member(STUDENT, "信息学院"), member(OTHER, "法学院")]).await;
    let line = server.person(OURS).get("/api/batches").await;
    assert_eq!(line.body["batches"][0]["papers"][0]["keeper"], "college");

    let (ours, theirs) = (server.person(OURS), server.person(THEIRS));
    let form = json!({"heading": "中共某某市委组织部", "destination": "某某市第一中学党委",
        "transfer_kind": "out-of-province", "confirmed": true});
    let hand_in = async |who: &Person, student: &str| {
        who.put(&format!("{BATCH}/students/{student}/party-form"), &form).await.status.as_u16()
    };
    assert_eq!(hand_in(&ours, STUDENT).await, 200, "on behalf of a student of theirs");
    assert!([403, 404].contains(&hand_in(&ours, OTHER).await), "of another college's");
    assert_eq!(hand_in(&theirs, OTHER).await, 200);
    let members = ours.get(&format!("{BATCH}/party-forms")).await;
    let listed: Vec<&Value> =
        members.body["members"].as_array().unwrap().iter().map(|row| &row["id"]).collect();
    assert_eq!(listed, [STUDENT]);

    let issue = async |who: &Person| {
        let done = who.post(&format!("{BATCH}/letters"), &json!({"students": [STUDENT]})).await;
        assert_eq!(done.status, 200, "{}", done.body);
        done.body["results"][0]["outcome"].clone()
    };
    assert_eq!(issue(&theirs).await, "refused", "another college's");
    assert_eq!(issue(&ours).await, "changed");
    let nobody =
        server.person(LIBRARY).post(&format!("{BATCH}/letters"), &json!({"students": [STUDENT]})).await;
    assert_eq!(nobody.problem(), (403, "not-allowed"), "an office that keeps none");
    assert_eq!(server.person(LIBRARY).get(&format!("{BATCH}/letters")).await.problem(), (403, "not-allowed"));
    assert_eq!(letters(&ours).await, [STUDENT]);
    assert_eq!(letters(&theirs).await, Vec::<Value>::new());

    let pdf = async |who: &Person| {
        who.request(Method::GET, &format!("{BATCH}/letters/1.pdf")).send().await.unwrap().status()
    };
    assert_eq!((pdf(&ours).await.as_u16(), pdf(&theirs).await.as_u16()), (200, 404));
    let receipt = json!({"received_on": "2017-12-20", "from": "某某市第一中学党委"});
    let path = format!("{BATCH}/letters/1/receipt");
    assert_eq!(theirs.put(&path, &receipt).await.problem(), (403, "not-allowed"));
    assert_eq!(ours.put(&path, &receipt).await.status, 200);
    let history = server.person(ADMINISTRATOR).get(&format!("{BATCH}/students/{STUDENT}/history")).await;
    let by: Vec<&Value> =
        history.body["events"].as_array().unwrap().iter().map(|event| &event["role"]).collect();
    assert_eq!(by, ["administrator", "operator", "operator", "operator"]);
    lixiao::audit::audit(&server.running.app.store, &"2018-01".parse().unwrap()).await.unwrap();
}
