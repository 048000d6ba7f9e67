//! What somebody once got away with: each attack again, by the interface, on both targets.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::time::{Duration, Instant};

use api_tests::{
    ADMINISTRATOR, ADVISOR, BATCH, LIBRARY, Person, REGISTRAR, RESIDENCE, Row, Server, answer, csv, inside,
    notice, numbers, rows,
};
use lixiao::local::Options;
use reqwest::Method;
use serde_json::{Value, json};
use store::Cost;

const ONE: &str = "20150000001";
const TWO: &str = "20150000002";
const IMPORT: &str = "6f1c2a34-1111-4000-8000-000000000001";

/// A system whose step 9 is for residents only.
async fn with_residents_step(folder: &tempfile::TempDir) -> Server {
    let notice = notice();
    let step = "en = \"Accommodation paid\" }\noffice = \"residence\"\n";
    assert!(notice.contains(step));
    let batch = notice.replace(step, &format!("{step}when = {{ resident = \"yes\" }}\n"));
    std::fs::write(folder.path().join("2018-01.toml"), batch).unwrap();
    let server = Server::start(Options { batches: folder.path().to_owned(), ..inside() }).await;
    server.employ().await;
    server
}

async fn import(server: &Server, csv: &str, dry_run: bool) -> Value {
    let administrator = server.person(ADMINISTRATOR);
    let request = administrator.request(Method::POST, &format!("{BATCH}/roster?dry_run={dry_run}"));
    answer(request.header("content-type", "text/csv").body(csv.to_owned())).await.body
}

#[tokio::test(flavor = "multi_thread")]
async fn a_debt_stands_whatever_a_roster_says() {
    let folder = api_tests::university();
    let server = with_residents_step(&folder).await;
    server.enrol(&rows(2)).await;
    let debt = json!({"decision": "reject", "reason": "住宿费未缴", "amount_due": 500_000});
    let residence = server.person(RESIDENCE);
    let path = format!("{BATCH}/students/{ONE}/steps/9");
    assert_eq!(residence.put(&path, &debt).await.status, 200);

    let moved_out = csv(&rows(2)).replace(",是,群众", ",否,群众");
    for dry_run in [true, false] {
        let imported = import(&server, &moved_out, dry_run).await;
        assert_eq!(imported["updated"], 1, "who owes nothing: {imported}");
        let refused = &imported["rows"][0];
        assert_eq!((&refused["row"], &refused["student"]), (&json!(2), &json!(ONE)), "{imported}");
        assert_eq!(refused["problem"]["type"], "step-rejected");
        assert_eq!(refused["problem"]["rejected"], json!([9]));
    }
    let step = |status: &Value, number: usize| status["steps"][number - 1].clone();
    let one = server.person(ADMINISTRATOR).status(ONE).await;
    let nine = step(&one, 9);
    assert_eq!(
        (&nine["state"], &nine["reason"], &nine["amount_due"]),
        (&json!("rejected"), &json!("住宿费未缴"), &json!(500_000))
    );
    assert_eq!(step(&server.person(ADMINISTRATOR).status(TWO).await, 9)["state"], "waived");

    // Once the office has settled it, the roster may say so.
    assert_eq!(residence.decide(ONE, 9, "pass").await.status, 200);
    assert_eq!(import(&server, &moved_out, false).await["updated"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_belongs_to_who_began_it() {
    let server = Server::staffed().await;
    server.enrol(&[Row::new(ONE), Row { college: "法学院", ..Row::new(TWO) }]).await;
    let law = json!({"name": "某", "roles": ["operator"], "offices": ["library"], "colleges": ["法学院"]});
    server.person(ADMINISTRATOR).entitle("20080031", &law).await;
    let decisions = format!("{BATCH}/steps/2/decisions");
    let pass = |student: &str| json!({"decision": "pass", "students": [student], "import": IMPORT});
    let undo =
        |student: &str| json!({"decision": "undo", "students": [student], "import": IMPORT, "reason": "误"});
    let (library, law) = (server.person(LIBRARY), server.person("20080031"));
    let outcome = |answer: api_tests::Answer| answer.body["results"][0]["outcome"].clone();
    assert_eq!(outcome(library.post(&decisions, &pass(ONE)).await), "changed");

    // A colleague of the same office, for a student of their own: neither ends it nor adds to it nor reads it.
    for body in [undo(TWO), pass(TWO), undo(ONE)] {
        let refused = law.post(&decisions, &body).await;
        assert_eq!(refused.problem(), (403, "not-allowed"), "{}", refused.body);
        let dry = law
            .post(&decisions, &{
                let mut body = body;
                body["dry_run"] = json!(true);
                body
            })
            .await;
        assert_eq!(dry.problem(), (403, "not-allowed"), "a dry run says so too");
    }
    let listed = law.get(&format!("{BATCH}/steps/2/imports/{IMPORT}")).await;
    assert_eq!((listed.problem(), &listed.body["what"]), ((404, "not-found"), &json!("import")));
    assert_eq!(
        outcome(library.post(&decisions, &pass(TWO)).await),
        "changed",
        "it goes on as if nothing had been"
    );

    // A registrar undoes it for whoever has left; then it is over for its owner too.
    assert_eq!(outcome(server.person(REGISTRAR).post(&decisions, &undo(ONE)).await), "changed");
    assert_eq!(library.post(&decisions, &pass(ONE)).await.problem(), (409, "import-undone"));
    assert_eq!(outcome(library.post(&decisions, &undo(TWO)).await), "changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_begin_the_same_name_at_once_and_one_of_them_has_it() {
    let server = Server::staffed().await;
    server.enrol(&rows(20)).await;
    let decisions = format!("{BATCH}/steps/2/decisions");
    let name = |i: usize| json!({"decision": "pass", "students": [numbers(20)[i]], "import": IMPORT});
    let library = json!({"name": "某", "roles": ["operator"], "offices": ["library"], "colleges": ["*"]});
    let people = ["20080041", "20080042", "20080043", "20080044"];
    for person in people {
        server.person(ADMINISTRATOR).entitle(person, &library).await;
    }
    let calls = people.iter().enumerate().map(|(i, person)| {
        let (person, body) = (server.person(person), name(i));
        let decisions = &decisions;
        async move { person.post(decisions, &body).await.status.as_u16() }
    });
    let mut came = futures::future::join_all(calls).await;
    came.sort_unstable();
    assert_eq!(came, [200, 403, 403, 403]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_student_decides_for_nobody_and_nothing_is_read() {
    let server = Server::staffed().await;
    server.enrol(&rows(100)).await;
    let body = json!({"decision": "pass", "students": numbers(100)});
    let before = server.running.spent();
    let refused = server.person(ONE).post(&format!("{BATCH}/steps/1/decisions"), &body).await;
    assert_eq!(refused.problem(), (403, "not-allowed"));
    let asked = server.running.spent() - before;
    // Who they are; the refusal's own count may have come meanwhile.
    assert!(asked.round_trips <= 2 && asked.units <= 2.0, "{asked:?}");
    refused_are(&server, &[(ONE, 1)]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_rows_are_counted_like_refused_calls() {
    let server = Server::staffed().await;
    server.enrol(&rows(30)).await;
    // Staff may be somebody's advisor; of these students they are not.
    let body = json!({"decision": "pass", "students": numbers(30)});
    let tried = server.person("20059999").post(&format!("{BATCH}/steps/1/decisions"), &body).await;
    assert_eq!(tried.status, 200);
    let own = server.person(ADVISOR).post(&format!("{BATCH}/steps/1/decisions"), &body).await;
    assert_eq!(own.status, 200);
    refused_are(&server, &[("20059999", 30)]).await;
}

/// Who was refused today, and how often, within a moment: nobody waits for the count.
async fn refused_are(server: &Server, expected: &[(&str, u64)]) {
    let since = Instant::now();
    loop {
        let seen = server.person(ADMINISTRATOR).get("/api/sign-ins?day=2017-12-20").await.body;
        let people: Vec<(String, u64)> = seen["people"]
            .as_array()
            .unwrap()
            .iter()
            .map(|p| (p["id"].as_str().unwrap().to_owned(), p["refused"].as_u64().unwrap()))
            .filter(|(_, refused)| *refused > 0)
            .collect();
        if people.iter().map(|(id, refused)| (id.as_str(), *refused)).eq(expected.iter().copied()) {
            return;
        }
        assert!(since.elapsed() < Duration::from_secs(5), "{people:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn sheet(person: &Person) -> api_tests::Answer {
    let request = person.request(Method::POST, &format!("{BATCH}/tables"));
    answer(request.header("content-type", "text/csv").body("20150000001\n")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_has_so_many_calls_a_minute_and_others_notice_nothing() {
    let server = Server::staffed().await;
    server.enrol(&rows(1)).await;
    // The gateway's own throttle is narrower, and for everybody together.
    server.lift_throttle();
    let library = server.person(LIBRARY);
    for _ in 0..edge::CALLS_PER_MINUTE {
        assert_eq!(sheet(&library).await.status, 200);
    }
    let refused = sheet(&library).await;
    assert_eq!(refused.problem(), (429, "over-budget"));
    assert_eq!(refused.headers["retry-after"], "60", "the clock stands at a full minute");
    assert_eq!(sheet(&server.person(RESIDENCE)).await.status, 200, "somebody else");

    let body = json!({"decision": "pass", "students": [ONE], "dry_run": true});
    let path = format!("{BATCH}/steps/2/decisions");
    for _ in 0..edge::CALLS_PER_MINUTE {
        assert_eq!(library.post(&path, &body).await.status, 200);
    }
    let before = server.running.spent();
    assert_eq!(library.post(&path, &body).await.problem(), (429, "over-budget"));
    let spent = server.running.spent() - before;
    assert_eq!(spent.round_trips, 2, "who asks, and how often: no student is read");
    assert!(spent.units < Cost { round_trips: 0, units: 4.0 }.units, "{spent:?}");
    assert_eq!(library.decide(ONE, 2, "pass").await.status, 200, "one student at a time goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_makes_nobody_an_advisor_of_their_own() {
    let server = Server::staffed().await;
    let own = vec![Row { advisors: ADMINISTRATOR, ..Row::new(ONE) }, Row::new(TWO)];
    let imported = import(&server, &csv(&own), false).await;
    assert_eq!(imported["created"], 1);
    assert_eq!(imported["rows"][0]["problem"]["fields"][0]["code"], "self-as-advisor", "{imported}");
    server.enrol(&rows(2)).await;
    let again = import(&server, &csv(&own), false).await;
    assert_eq!(again["rows"][0]["problem"]["fields"][0]["code"], "self-as-advisor", "{again}");
    assert_eq!(server.person(ADMINISTRATOR).decide(ONE, 1, "pass").await.problem(), (403, "not-allowed"));

    // Another administrator may: who decides and who says who decides are two people.
    server.person(ADMINISTRATOR).put("/api/administrators/10000009", &json!({"name": "某"})).await;
    let request = server.person("10000009").request(Method::POST, &format!("{BATCH}/roster"));
    let by_other = answer(request.header("content-type", "text/csv").body(csv(&own))).await;
    assert_eq!(by_other.body["updated"], 1, "{}", by_other.body);
    assert_eq!(
        import(&server, &csv(&own), false).await["unchanged"],
        2,
        "what is so already may be said again"
    );
}
