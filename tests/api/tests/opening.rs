//! The opening minute: what the template's figures let in, by arithmetic at full size and with real requests at a
//! smaller one. Browsers behind a narrow gateway are in `tests/browser/gateway.spec.ts`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::time::{Duration, Instant};

use api_tests::opening::{FIRST_LOOK, FIRST_LOOK_BEFORE, Opening, play};
use api_tests::throttle::{Limit, usual};
use api_tests::{Person, Server, inside, numbers, rows};
use reqwest::Method;

const STUDENTS: usize = 5_000;

#[test]
fn five_thousand_first_looks_in_a_minute_are_all_let_in_at_once() {
    let opening =
        Opening { students: STUDENTS, within: 60.0, requests: FIRST_LOOK, limit: usual(), patient: false };
    let outcome = play(&opening);
    assert_eq!((outcome.working, outcome.turned_away), (STUDENTS, 0), "{outcome:?}");
}

#[test]
fn whoever_comes_in_a_crowd_waits_a_little_and_gets_a_working_page() {
    let opening =
        Opening { students: STUDENTS, within: 30.0, requests: FIRST_LOOK, limit: usual(), patient: true };
    let outcome = play(&opening);
    assert_eq!(outcome.working, STUDENTS, "{outcome:?}");
    assert!(outcome.turned_away > 0 && outcome.slowest < 60.0, "{outcome:?}");
}

#[test]
fn the_figures_of_before_served_a_quarter_of_them() {
    let limit = Limit { rate: 400.0, burst: 200.0 };
    let opening =
        Opening { students: STUDENTS, within: 60.0, requests: FIRST_LOOK_BEFORE, limit, patient: false };
    assert!(play(&opening).percent(&opening) < 30);
}

/// One first look, with as many requests as a browser makes; two of the page's own stand for the way out to the
/// sign-in and back, which has no university here. Whether it shows what is left to do.
async fn look(student: Person) -> bool {
    let get = async |path: String| {
        let answer = student.request(Method::GET, &path).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let (status, page) = get("/".to_owned()).await;
    let files: Vec<String> =
        page.split('"').filter(|text| text.starts_with("/assets/")).map(str::to_owned).collect();
    let mut whole = status == 200 && files.len() == 2;
    for file in files {
        whole &= get(file).await.0 == 200;
    }
    whole &= get("/staff".to_owned()).await.0 == 200;
    whole &= get("/api/session".to_owned()).await.0 == 200;
    whole &= get("/".to_owned()).await.0 == 200;
    let (status, me) = get("/api/me".to_owned()).await;
    whole && status == 200 && me.contains("\"remaining\":11")
}

/// What share of everything comes, and for how many seconds: a fifth for a moment, or, in `make soak`, all of it
/// for the whole minute.
fn size() -> (f64, f64) {
    if std::env::var_os("LIXIAO_SOAK").is_some() { (1.0, 60.0) } else { (0.2, 9.0) }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_crowd_of_the_opening_all_gets_a_working_page() {
    let (scale, seconds) = size();
    let students = (STUDENTS as f64 / 60.0 * scale * seconds) as usize;
    let server = Server::start(inside()).await;
    for rows in rows(students).chunks(1_500) {
        server.enrol(rows).await;
    }
    if let Some(deployed) = &server.running.deployed {
        let Limit { rate, burst } = usual();
        deployed.gateway.throttle.set(Limit { rate: rate * scale, burst: burst * scale });
    }
    let since = Instant::now();
    let looks: Vec<_> = numbers(students)
        .into_iter()
        .enumerate()
        .map(|(i, number)| {
            let student = server.person(&number);
            let comes = Duration::from_secs_f64(seconds * i as f64 / students as f64);
            tokio::spawn(async move {
                tokio::time::sleep_until((since + comes).into()).await;
                look(student).await
            })
        })
        .collect();
    let mut working = 0;
    for look in looks {
        working += usize::from(look.await.unwrap());
    }
    assert_eq!(working, students);
}
