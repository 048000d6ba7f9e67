//! A proxy in front, as a stack with `ProxySecret` has it: it alone is answered, and its word on where a caller is
//! counts for the campus rule (N3). And what pages from elsewhere may ask.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use api_tests::{Answer, BATCH, Person, Server, answer, inside, rows};
use edge::Proxy;
use lixiao::local::Options;
use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderValue, ORIGIN};
use tokio::net::TcpListener;

const STUDENT: &str = "20150000001";
const SECRET: &str = "a-secret-of-the-proxy";
const HEADER: &str = "x-lixiao-source";
/// Of the campus that the tests' batch has, and of none.
const CAMPUS: &str = "198.51.100.7";
const ELSEWHERE: &str = "203.0.113.7";

/// A system behind a proxy, with a campus that isn't this machine.
async fn proxied() -> (Server, Person) {
    let campus = vec!["198.51.100.0/24".parse().unwrap()];
    let server = Server::start(Options { campus, ..inside() }).await;
    let batch = server.running.app.batches.get("2018-01").unwrap().clone();
    let (store, now) = (&server.running.app.store, server.running.app.clock.now());
    lixiao::demo::Demo::of_the_notice(&batch).unwrap().fill(store, &batch, 20, now).await.unwrap();
    let student = server.person("20151000001");
    if let Some(deployed) = &server.running.deployed {
        let variables = [("LIXIAO_PROXY_SECRET", SECRET), ("LIXIAO_PROXY_HEADER", HEADER)];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        deployed.fleet.overrides.lock().unwrap().insert("status".to_owned(), variables.into_iter().collect());
        return (server, student);
    }
    let app = server.running.app.clone().behind(Some(Proxy::new(SECRET, HEADER).unwrap()));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let student = student.at(listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, edge::serve(lixiao::routes(), app)).await });
    (server, student)
}

async fn ask(student: &Person, headers: &[(&'static str, &str)]) -> Answer {
    let headers: HeaderMap = headers
        .iter()
        .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_str(value).unwrap()))
        .collect();
    answer(student.request(Method::GET, &format!("{BATCH}/students/me")).headers(headers)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_proxy_is_answered_and_only_its_word_says_where_somebody_is() {
    let (_server, student) = proxied().await;
    let past = ask(&student, &[]).await;
    assert_eq!(past.problem(), (403, "not-allowed"));
    assert!(past.body["detail"].as_str().unwrap().contains("http://127.0.0.1"), "where to go: {}", past.body);
    let forged = ask(&student, &[("x-lixiao-proxy", "a-secret-of-somebody"), (HEADER, CAMPUS)]).await;
    assert_eq!(forged.problem(), (403, "not-allowed"));
    let through = |source| [("x-lixiao-proxy", SECRET), (HEADER, source)];
    assert_eq!(ask(&student, &through(CAMPUS)).await.status, 200);
    assert_eq!(ask(&student, &through(ELSEWHERE)).await.problem(), (403, "off-campus"));
    assert_eq!(ask(&student, &through("nobody knows")).await.problem(), (403, "off-campus"));
    assert_eq!(
        ask(&student, &[("x-lixiao-proxy", SECRET)]).await.problem(),
        (403, "off-campus"),
        "it says nothing"
    );
    let claimed = [("x-lixiao-proxy", SECRET), (HEADER, ELSEWHERE), ("x-forwarded-for", CAMPUS)];
    assert_eq!(ask(&student, &claimed).await.problem(), (403, "off-campus"), "no other header is believed");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_proxy_no_header_is_believed() {
    let campus = vec!["198.51.100.0/24".parse().unwrap()];
    let server = Server::start(Options { campus, ..inside() }).await;
    let claimed = [("x-lixiao-proxy", SECRET), (HEADER, CAMPUS), ("x-forwarded-for", CAMPUS)];
    assert_eq!(ask(&server.person(STUDENT), &claimed).await.problem(), (403, "off-campus"));
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_the_portals_origin_may_read_and_no_others() {
    const PORTAL: &str = "http://portal.example.edu";
    let server = Server::start(Options { portal_origin: Some(PORTAL.to_owned()), ..inside() }).await;
    server.enrol(&rows(1)).await;
    let student = server.by_portal(STUDENT);
    let allowed = |answer: &Answer| {
        answer.headers.get("access-control-allow-origin").map(|value| value.to_str().unwrap().to_owned())
    };
    for path in ["/api/me", &format!("{BATCH}/students/me")] {
        let get = |origin: &'static str| answer(student.request(Method::GET, path).header(ORIGIN, origin));
        let theirs = get(PORTAL).await;
        assert_eq!((theirs.status.as_u16(), allowed(&theirs).as_deref()), (200, Some(PORTAL)), "{path}");
        assert!(!theirs.headers.contains_key("access-control-allow-credentials"), "never with cookies");
        assert_eq!(allowed(&get("https://evil.example").await), None, "{path}");
    }
    let preflight = |origin: &'static str| {
        let request = server.bearer("").request(Method::OPTIONS, "/api/me").header(ORIGIN, origin);
        let request = request.header("access-control-request-method", "GET");
        answer(request.header("access-control-request-headers", "authorization"))
    };
    let theirs = preflight(PORTAL).await;
    assert!(theirs.status.is_success());
    let listed = |name: &str| theirs.headers[name].to_str().unwrap().to_ascii_lowercase();
    assert_eq!(listed("access-control-allow-methods"), "get,post");
    assert!(listed("access-control-allow-headers").contains("authorization"));
    assert_eq!(allowed(&preflight("https://evil.example").await), None);
}
