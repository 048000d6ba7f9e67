//! Sessions: they go on while they are used, end everywhere when somebody signs out, and leave a record.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::time::{Duration, Instant};

use api_tests::{ADMINISTRATOR, BATCH, LIBRARY, Server, answer, at, rows};
use edge::token::{
    LoginState, Session, SessionScope, Signer, SlipClaims, SlipSigner, SlipVerifier, Verifier, generate,
};
use edge::{App, Batches};
use lixiao::local::Options;
use reqwest::Method;
use reqwest::header::{COOKIE, SET_COOKIE};
use serde_json::json;
use store::{AccessEvent, Cost, Store};

const STUDENT: &str = "20150000001";
/// A clock that runs: a session that begins after another has ended is a later one.
async fn running() -> Server {
    let administrator = vec![ADMINISTRATOR.parse().unwrap()];
    let options = Options { at: Some(at("2017-12-20T12:00:00+08:00")), administrator, ..Options::default() };
    let server = Server::start(options).await;
    server.employ().await;
    server.enrol(&rows(1)).await;
    server
}

/// Another process over the same table, as another function is.
fn elsewhere(server: &Server) -> App {
    let store =
        Store::at_address(&format!("http://{}", server.running.dynamodb), lixiao::table::TABLE.to_owned());
    let keys = (
        Verifier::of([server.running.signer.public()]).unwrap(),
        SlipVerifier::of([server.running.slip_signer.public()]).unwrap(),
    );
    App::new(Batches::default(), store, keys, server.running.app.clock.clone(), [])
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_every_session_everywhere_at_once_and_a_new_one_holds() {
    let server = running().await;
    let other = elsewhere(&server);
    let now = server.running.app.clock.now();
    let session = Session::begin(LIBRARY.parse().unwrap(), SessionScope::Whole, now);
    assert!(other.admit(&session, &[], &[]).await.unwrap().is_some(), "read once");
    let (phone, desk) = (server.person(LIBRARY), server.person(LIBRARY));
    assert_eq!(phone.get("/api/session").await.status, 200);
    assert_eq!(answer(desk.request(Method::POST, "/logout")).await.status, 204);
    for ended in [&phone, &desk] {
        assert_eq!(ended.get("/api/session").await.problem(), (401, "not-signed-in"));
        assert_eq!(ended.get("/api/me").await.problem(), (401, "not-signed-in"));
        assert_eq!(ended.decide(STUDENT, 2, "pass").await.problem(), (401, "not-signed-in"));
    }
    assert!(other.admit(&session, &[], &[]).await.unwrap().is_none(), "nothing is remembered");
    assert_eq!(server.person(LIBRARY).get("/api/session").await.status, 200, "signed in again");
    assert_eq!(server.person(STUDENT).get("/api/session").await.status, 200, "nobody else's session ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_process_pays_nothing_for_everybody_who_signed_out_before() {
    let server = running().await;
    let (store, now) = (&server.running.app.store, server.running.app.clock.now());
    for i in 0..1_200_u32 {
        let at = now - chrono::TimeDelta::hours(9) + chrono::TimeDelta::seconds(i64::from(i));
        store.sign_out(&format!("2015{i:07}").parse().unwrap(), at).await.unwrap();
    }
    let began = |person: &str, hours: i64| {
        Session::begin(person.parse().unwrap(), SessionScope::Whole, now - chrono::TimeDelta::hours(hours))
    };
    let own = ("2018-01".parse().unwrap(), STUDENT.parse().unwrap());
    let other = elsewhere(&server);
    let cold = other.admit(&began(STUDENT, 1), &[], &[own]).await.unwrap();
    assert!(cold.is_some(), "came back since");
    assert_eq!(other.store.meter().read(), Cost { round_trips: 1, units: 2.0 });
    for person in ["20150000000", "20150001199"] {
        assert!(
            other.admit(&began(person, 10), &[], &[]).await.unwrap().is_none(),
            "{person} signed out hours ago"
        );
        assert!(
            other.admit(&began(person, 1), &[], &[]).await.unwrap().is_some(),
            "{person} has come back since"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_earlier_sign_out_that_arrives_late_ends_nothing_less() {
    let server = running().await;
    let (store, now) = (&server.running.app.store, server.running.app.clock.now());
    let person = LIBRARY.parse().unwrap();
    store.sign_out(&person, now).await.unwrap();
    store.sign_out(&person, now - chrono::TimeDelta::minutes(5)).await.unwrap();
    assert_eq!(store.admit(&person, &[], &[]).await.unwrap().signed_out_at, Some(now));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_university_calls_a_session_is_good_once() {
    let server = running().await;
    let (store, now) = (&server.running.app.store, server.running.app.clock.now());
    let person = LIBRARY.parse().unwrap();
    store.put_provider_session("digest", &person, now).await.unwrap();
    assert_eq!(store.take_provider_session("digest").await.unwrap(), Some(person));
    assert_eq!(store.take_provider_session("digest").await.unwrap(), None, "its end can't be said twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_that_is_taken_away_is_gone_everywhere_at_once() {
    let server = running().await;
    let library = server.person(LIBRARY);
    assert_eq!(library.decide(STUDENT, 2, "pass").await.status, 200);
    let path = format!("{BATCH}/operators/{LIBRARY}?seen=0");
    assert_eq!(answer(server.person(ADMINISTRATOR).request(Method::DELETE, &path)).await.status, 204);
    assert_eq!(library.decide(STUDENT, 3, "pass").await.problem(), (403, "not-allowed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_in_use_is_renewed_by_its_cookie_and_by_nothing_else() {
    let server = running().await;
    let now = server.running.app.clock.now();
    let url = format!("http://{}/api/session", server.running.address);
    let ask = |minutes: i64, auth_time: i64, person: &str, cookie: bool| {
        let session = Session {
            person: person.parse().unwrap(),
            auth_time: now - chrono::TimeDelta::minutes(auth_time),
            since: now - chrono::TimeDelta::minutes(minutes),
            scope: SessionScope::Whole,
        };
        let token = server.running.signer.session(&session).unwrap();
        let request = reqwest::Client::new().get(&url);
        answer(if cookie {
            request.header(COOKIE, format!("__Host-lixiao={token}"))
        } else {
            request.bearer_auth(token)
        })
    };
    let renewed = ask(60, 60, LIBRARY, true).await;
    let cookie = renewed.headers[SET_COOKIE].to_str().unwrap();
    assert!(
        cookie.starts_with("__Host-lixiao=ey")
            && cookie.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax")
    );
    let token = cookie.trim_start_matches("__Host-lixiao=").split(';').next().unwrap();
    let session = server.running.app.verifier.verify(token, now).unwrap();
    assert_eq!(session.auth_time, now - chrono::TimeDelta::minutes(60), "it began when it began");
    for (minutes, auth_time, person, cookie, why) in [
        (5, 5, LIBRARY, true, "young"),
        (60, 60, LIBRARY, false, "a program asks for a new one itself"),
        (60, 60, "feed-library", true, "a machine too"),
    ] {
        let answer = ask(minutes, auth_time, person, cookie).await;
        assert_eq!((answer.status.as_u16(), answer.headers.get(SET_COOKIE)), (200, None), "{why}");
    }
    assert_eq!(ask(30, 601, LIBRARY, true).await.status, 401, "the working day is over");
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_counted_by_person_and_day_and_only_an_administrator_sees_them() {
    let server = running().await;
    for _ in 0..3 {
        server.person(LIBRARY).get(&format!("{BATCH}/operators")).await;
    }
    server.person(LIBRARY).decide(STUDENT, 7, "pass").await;
    server.person(LIBRARY).decide(STUDENT, 2, "pass").await;
    server.person(STUDENT).get(&format!("{BATCH}/progress")).await;
    let expected = json!([[LIBRARY, 4], [STUDENT, 1]]);
    // Nobody waits for the count, so it may come a moment after the answer.
    let since = Instant::now();
    loop {
        let seen = server.person(ADMINISTRATOR).get("/api/sign-ins?day=2017-12-20").await.body;
        let people = seen["people"].as_array().unwrap();
        let people: Vec<_> = people.iter().map(|p| json!([p["id"], p["refused"]])).collect();
        if json!(people) == expected {
            break;
        }
        assert!(since.elapsed() < Duration::from_secs(5), "{people:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(
        server.person(ADMINISTRATOR).get("/api/sign-ins?day=2017-12-19").await.body["people"],
        json!([])
    );
    assert_eq!(
        server.person(ADMINISTRATOR).get("/api/sign-ins?day=yesterday").await.fields(),
        ["day: not-a-date"]
    );
    assert_eq!(server.person(LIBRARY).get("/api/sign-ins").await.problem(), (403, "not-allowed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_days_record_is_one_list_however_many_shards_hold_it() {
    let server = running().await;
    let (store, now) = (&server.running.app.store, server.running.app.clock.now());
    let people: Vec<String> = (1..=120_u32).map(|i| format!("2016{i:07}")).collect();
    for person in &people {
        store.count_access(&person.parse().unwrap(), AccessEvent::SignedIn, 1, now).await.unwrap();
    }
    let (mut listed, mut next) = (Vec::new(), String::new());
    loop {
        let page = format!("/api/sign-ins?day=2017-12-20&limit=50{next}");
        let page = server.person(ADMINISTRATOR).get(&page).await.body;
        let rows = page["people"].as_array().unwrap();
        assert!(rows.len() <= 50);
        listed.extend(rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["next"].as_str() else { break };
        next = format!("&cursor={cursor}");
    }
    assert_eq!(listed, people, "everybody once, in the order of their numbers");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machines_decisions_are_marked_as_a_feeds() {
    let server = running().await;
    let body =
        json!({"name": "图书馆系统", "roles": ["operator"], "offices": ["library"], "colleges": ["*"]});
    server.person(ADMINISTRATOR).entitle("feed-library", &body).await;
    let now = server.running.app.clock.now();
    let session = Session::begin("feed-library".parse().unwrap(), SessionScope::Whole, now);
    let machine = server.bearer(&server.running.signer.session(&session).unwrap());
    machine.decide(STUDENT, 2, "pass").await;
    let many = json!({"decision": "pass", "students": [STUDENT]});
    machine.post(&format!("{BATCH}/steps/3/decisions"), &many).await;
    let steps = server.person(ADMINISTRATOR).status(STUDENT).await["steps"].clone();
    assert_eq!((&steps[1]["source"], &steps[2]["source"]), (&json!("feed"), &json!("feed")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_does_not_hold_is_refused_before_the_table_is_asked_anything() {
    let server = running().await;
    let now = server.running.app.clock.now();
    let (signer, person) = (&server.running.signer, LIBRARY.parse().unwrap());
    let sound = signer.begin(&person, now).unwrap();
    let [head, body, seal] = sound.split('.').collect::<Vec<_>>().try_into().unwrap();
    let own_key = generate().unwrap().private;
    let other = Signer::of(&own_key).unwrap();
    let words = || String::from("x");
    let state = LoginState::new(words(), words(), words(), words(), false, now);
    let last = ledger::Head { version: 1, hash: ledger::Hash::genesis("somebody") };
    let (salt, paper) = (ledger::Salt::new([7; 16]), (STUDENT, "x"));
    let slip = SlipClaims::new("2018-01".parse().unwrap(), salt, paper, now.date_naive(), last);
    let mut bad = vec![
        String::new(),
        "nonsense".to_owned(),
        format!("eyJhbGciOiJub25lIn0.{body}."),
        format!("eyJhbGciOiJIUzI1NiJ9.{body}.{seal}"),
        format!("{head}.{body}."),
        format!("{head}.{body}"),
        other.begin(&person, now).unwrap(),
        signer.begin(&person, now - chrono::TimeDelta::hours(3)).unwrap(),
        signer.begin(&person, now + chrono::TimeDelta::hours(1)).unwrap(),
        signer.login_state(&state).unwrap(),
        server.running.slip_signer.slip(&slip).unwrap(),
        SlipSigner::of(&own_key).unwrap().slip(&slip).unwrap(),
        "a".repeat(3_000),
    ];
    for i in (0..sound.len()).step_by(7) {
        let mut bytes = sound.clone().into_bytes();
        bytes[i] = if bytes[i] == b'A' { b'B' } else { b'A' };
        bad.push(String::from_utf8(bytes).unwrap());
    }
    let before = server.running.spent();
    for token in &bad {
        let refused = server.bearer(token).get(&format!("{BATCH}/students/{STUDENT}")).await;
        assert_eq!(refused.problem(), (401, "not-signed-in"), "{token:.60}");
    }
    assert_eq!(server.running.spent() - before, Cost::default(), "{} tokens", bad.len());
    let huge = server.bearer(&"a".repeat(1 << 20)).get(&format!("{BATCH}/students/{STUDENT}")).await;
    assert!(huge.status.is_client_error(), "{}", huge.status);
    assert_eq!(server.bearer(&sound).get(&format!("{BATCH}/students/{STUDENT}")).await.status, 200);
}
