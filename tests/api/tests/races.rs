//! Many at once: nothing is lost, nothing happens twice.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]
#![allow(clippy::print_stdout, reason = "a long run says how far it came")]

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use api_tests::{ALL_OFFICES, BATCH, LIBRARY, Person, REGISTRAR, Row, Server, csv, numbers, rows};
use domain::fact::StudentFact;
use futures::future::join_all;
use lixiao::audit::audit;
use serde_json::json;

const STUDENT: &str = "20150000001";

async fn is_whole(server: &Server) -> usize {
    audit(&server.running.app.store, &"2018-01".parse().unwrap()).await.unwrap().events
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_decisions_on_ten_steps_of_one_student_all_land() {
    let server = Server::staffed().await;
    server.enrol(&rows(1)).await;
    let all = server.person(ALL_OFFICES);
    // Step 10 waits for 9, so 9 comes first and the others race.
    all.decide(STUDENT, 9, "pass").await;
    let steps = [1, 2, 3, 4, 5, 6, 7, 8, 10];
    let decisions = (0..64).map(|i| {
        let all = all.clone();
        async move { all.decide(STUDENT, steps[i % steps.len()], "pass").await.status.as_u16() }
    });
    let statuses = join_all(decisions).await;
    assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
    let status = server.person(STUDENT).status("me").await;
    assert_eq!((&status["remaining"], &status["version"]), (&json!(1), &json!(10)));
    is_whole(&server).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_decision_sent_sixty_four_times_at_once_lands_once() {
    let server = Server::staffed().await;
    server.enrol(&rows(1)).await;
    let before = is_whole(&server).await;
    let library = server.person(LIBRARY);
    let decisions = (0..64).map(|_| library.decide(STUDENT, 2, "pass"));
    let statuses: Vec<_> = join_all(decisions).await.iter().map(|answer| answer.status.as_u16()).collect();
    assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
    assert_eq!(server.person(STUDENT).status("me").await["version"], 1);
    assert_eq!(is_whole(&server).await, before + 1);
}

/// What has happened to a student after an event, as far as it ends a change: what a revocation takes along comes before it.
async fn ends_of_changes(server: &Server, student: &str, after: u64) -> BTreeSet<u64> {
    let (batch, student) = ("2018-01".parse().unwrap(), student.parse().unwrap());
    let page = server.running.app.store.history(&batch, &student, Some(after), 200).await.unwrap();
    assert!(page.next.is_none(), "all that happened in a round");
    let events = page.items.into_iter().map(Result::unwrap);
    let ends = events.filter(|event| !matches!(&event.fact, StudentFact::Revoke { because_of: Some(_), .. }));
    ends.map(|event| event.number()).collect()
}

/// Takes back whatever stands of a student's steps, so that there is something to decide.
async fn open_again(registrar: &Person, student: &str) -> u64 {
    for step in (1..=10).rev() {
        let body = json!({"decision": "revoke", "reason": "再来", "cascade": true});
        let answer = registrar.put(&format!("{BATCH}/students/{student}/steps/{step}"), &body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    registrar.status(student).await["version"].as_u64().unwrap()
}

/// `LIXIAO_RACES=10000` for as many rounds as wanted: in each, 64 decisions of every kind meet on one student.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_sixty_four_people_decide_at_once_each_change_is_answered_once() {
    let rounds: usize = std::env::var("LIXIAO_RACES").map_or(8, |text| text.parse().unwrap());
    let server = Server::staffed().await;
    let students = numbers(50);
    server.enrol(&rows(students.len())).await;
    let (all, registrar) = (server.person(ALL_OFFICES), server.person(REGISTRAR));
    let (begun, mut changes, mut answers) = (Instant::now(), 0, BTreeMap::<u16, u64>::new());
    for round in 0..rounds {
        let student = &students[round % students.len()];
        let before = open_again(&registrar, student).await;
        let decisions = (0..64).map(|i| {
            // Each round another mix: who, which step, what.
            let turn = i * 31 + round * 17;
            let step = [1, 2, 3, 4, 5, 9, 10][turn % 7];
            let body = match turn % 5 {
                0 | 1 => json!({"decision": "pass"}),
                2 => json!({"decision": "reject", "reason": format!("原因{}", turn % 3)}),
                3 => json!({"decision": "revoke", "reason": "误", "cascade": turn % 2 == 0}),
                _ => json!({"decision": "waive", "reason": "另行处理"}),
            };
            let who = if turn % 5 == 4 { &registrar } else { &all };
            async move { who.put(&format!("{BATCH}/students/{student}/steps/{step}"), &body).await }
        });
        let answered = join_all(decisions).await;
        for answer in &answered {
            let status = answer.status.as_u16();
            assert!([200, 403, 409].contains(&status), "round {round}: {}", answer.body);
            *answers.entry(status).or_default() += 1;
        }
        let versions: BTreeSet<u64> =
            answered.iter().filter_map(|answer| answer.body["version"].as_u64()).collect();
        let said: BTreeSet<u64> = versions.into_iter().filter(|version| *version > before).collect();
        let happened = ends_of_changes(&server, student, before).await;
        assert_eq!(said, happened, "round {round}: a change for each answer, an answer for each change");
        changes += happened.len();
    }
    println!("{rounds} rounds of 64 in {:.1?}: {changes} changes, answers {answers:?}", begun.elapsed());
    assert!(changes > rounds * 7, "people do change something");
    is_whole(&server).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_roster_imported_eight_times_at_once_enrols_each_student_once() {
    let server = Server::staffed().await;
    let administrator = server.person(api_tests::ADMINISTRATOR);
    let roster = csv(&rows(100));
    let imports = join_all((0..8).map(|_| administrator.import(&roster))).await;
    let created: u64 = imports.iter().map(|answer| answer.body["created"].as_u64().unwrap()).sum();
    assert_eq!(created, 100);
    let refused: usize = imports.iter().map(|answer| answer.body["rows"].as_array().unwrap().len()).sum();
    assert_eq!(refused, 0, "whoever came second sees that it is so already");
    let again = administrator.import(&roster).await.body;
    assert_eq!(again["unchanged"], 100);
    is_whole(&server).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_colleges_named_at_once_are_both_known() {
    let server = Server::staffed().await;
    let of = |i: usize, college| [Row { college, ..Row::new(numbers(9)[i].clone()) }];
    let (law, arts) = (of(1, "法学院"), of(2, "文学院"));
    tokio::join!(server.enrol(&law), server.enrol(&arts));
    let progress = server.person(api_tests::ADMINISTRATOR).get(&format!("{BATCH}/progress")).await.body;
    assert_eq!(progress["colleges"].as_array().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn six_hundred_students_are_decided_by_calls_of_a_hundred_and_every_page_is_followed() {
    let server = Server::staffed().await;
    for chunk in rows(600).chunks(300) {
        server.enrol(chunk).await;
    }
    for chunk in numbers(600).chunks(100) {
        let body = json!({"decision": "pass", "students": chunk});
        let answer = server.person(LIBRARY).post(&format!("{BATCH}/steps/2/decisions"), &body).await;
        let results = answer.body["results"].as_array().unwrap().clone();
        assert!(results.iter().all(|row| row["outcome"] == "changed"), "{results:?}");
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("{BATCH}/worklist?step=2&state=passed&limit=70{cursor}");
        let page = server.person(LIBRARY).get(&path).await.body;
        let ids = page["students"].as_array().unwrap().iter().map(|s| s["id"].as_str().unwrap().to_owned());
        seen.extend(ids);
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, numbers(600), "each once, in order");
    is_whole(&server).await;
}
