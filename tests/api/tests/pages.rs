//! What the pages ask for beside the steps: who I am, the end of a session, the members' list, and
//! forms that are only tried out.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use api_tests::{ADMINISTRATOR, ADVISOR, BATCH, LIBRARY, REGISTRAR, Row, Server, answer, numbers};
use lixiao::local::Options;
use reqwest::Method;
use reqwest::header::{COOKIE, ORIGIN, SET_COOKIE};
use serde_json::{Value, json};
use store::Cost;

const MEMBER: &str = "20150000001";
const PARTY: &str = "20080012";
const COUNSELLOR: &str = "20080011";

fn member(id: &str) -> Row {
    Row { party: "中共党员", party_here: "是", ..Row::new(id) }
}

fn form(heading: &str) -> Value {
    json!({"heading": heading, "destination": "昆明市第一中学党委", "transfer_kind": "in-province", "confirmed": true})
}

/// A server with party office, a counsellor of one college, and members of two.
async fn with_members(count: usize) -> Server {
    let server = Server::staffed().await;
    for (id, role, colleges) in
        [(PARTY, "party-office", json!(["*"])), (COUNSELLOR, "counsellor", json!(["信息学院"]))]
    {
        let body = json!({"name": "某", "roles": [role], "offices": [], "colleges": colleges});
        server.person(ADMINISTRATOR).entitle(id, &body).await;
    }
    let mut roster: Vec<Row> = numbers(count).iter().map(|id| member(id)).collect();
    roster.push(Row { college: "法学院", ..member("20150009001") });
    roster.push(Row::new("20150009002"));
    server.enrol(&roster).await;
    server
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_says_who_it_is_in_one_round_trip() {
    let server = with_members(1).await;
    let before = server.running.spent();
    let student = server.person(MEMBER).get("/api/session").await.body;
    assert_eq!(server.running.spent() - before, Cost { round_trips: 1, units: 1.0 });
    let nothing = json!([]);
    assert_eq!(student["kind"], "student");
    assert_eq!(
        (&student["id"], &student["rights"], &student["name"]),
        (&json!(MEMBER), &nothing, &Value::Null)
    );
    assert_eq!(student["now"], "2017-12-20T12:00:00+08:00");
    let library = server.person(LIBRARY).get("/api/session").await.body;
    assert_eq!(
        (&library["kind"], &library["name"], &library["administrator"]),
        (&json!("staff"), &json!("老师"), &json!(false))
    );
    let grant =
        json!({"role": "operator", "offices": ["library"], "colleges": ["*"], "from": null, "until": null});
    assert_eq!(library["rights"], json!([{"batch": "2018-01", "grants": [grant]}]));
    let first = server.person(ADMINISTRATOR).get("/api/session").await.body;
    assert_eq!((&first["administrator"], &first["name"]), (&json!(true), &Value::Null), "without any entry");
    let advisor = server.person(ADVISOR).get("/api/session").await.body;
    assert_eq!((&advisor["kind"], &advisor["rights"]), (&json!("staff"), &nothing));
    assert_eq!(server.bearer("").get("/api/session").await.problem(), (401, "not-signed-in"));
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_the_cookie_and_only_our_own_page_can_ask_for_it() {
    let server = Server::staffed().await;
    let now = server.running.app.clock.now();
    let token = server.running.signer.begin(&LIBRARY.parse().unwrap(), now).unwrap();
    let host = server.running.address.to_string();
    let post = |origin: String| {
        let request = reqwest::Client::new().post(format!("http://{host}/logout"));
        answer(request.header(COOKIE, format!("__Host-lixiao={token}")).header(ORIGIN, origin))
    };
    assert_eq!(post("https://evil.example".to_owned()).await.problem(), (403, "not-allowed"));
    let ended = post(format!("http://{host}")).await;
    assert_eq!(ended.status, 204);
    let cookie = ended.headers[SET_COOKIE].to_str().unwrap();
    assert_eq!(cookie, "__Host-lixiao=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_tried_out_hears_everything_and_writes_nothing() {
    let server = with_members(1).await;
    let me = server.person(MEMBER);
    let path = format!("{BATCH}/students/me/party-form");
    let dry = |heading: &str| {
        let mut body = form(heading);
        body["dry_run"] = json!(true);
        body
    };
    let odd = me.put(&path, &dry("昆明市人才服务中心")).await;
    assert_eq!((odd.status.as_u16(), &odd.body["warnings"][0]["code"]), (200, &json!("no-committee")));
    assert_eq!(me.put(&path, &dry("信息学院党支部")).await.fields(), ["heading: branch"]);
    assert_eq!(me.status("me").await["version"], 0);
    assert_eq!(server.person(LIBRARY).put(&path.replace("me", MEMBER), &dry("某党委")).await.status, 403);
    assert_eq!(me.put(&path, &form("中共昆明市委组织部")).await.status, 200);
    let party = server.person(PARTY);
    party.post(&format!("{BATCH}/letters"), &json!({"students": [MEMBER]})).await;
    assert_eq!(me.put(&path, &dry("中共曲靖市委组织部")).await.problem(), (409, "letter-exists"));

    let mut again = dry("曲靖市人才服务中心");
    again["papers"] = json!(["statement", "application", "original"]);
    again["reason"] = json!("单位更名");
    let tried = party.post(&format!("{BATCH}/letters/1/reissue"), &again).await.body;
    assert_eq!((&tried["number"], &tried["warnings"][0]["code"]), (&json!(2), &json!("no-committee")));
    let register = party.get(&format!("{BATCH}/letters")).await.body;
    assert_eq!(register["letters"].as_array().unwrap().len(), 1, "nothing was issued");
    assert_eq!(register["letters"][0]["state"], "issued", "nor voided");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_members_list_says_who_has_handed_in_and_what_looks_odd() {
    let server = with_members(4).await;
    let party = server.person(PARTY);
    let list = format!("{BATCH}/party-forms");
    for (id, heading) in [
        ("20150000001", "中共昆明市委组织部"),
        ("20150000002", "某人才中心"),
        ("20150000003", "中共昆明市委组织部"),
    ] {
        assert_eq!(party.put(&format!("{BATCH}/students/{id}/party-form"), &form(heading)).await.status, 200);
    }
    party.post(&format!("{BATCH}/letters"), &json!({"students": ["20150000003"]})).await;
    let all = party.get(&list).await.body;
    let told = |body: &Value| -> Vec<String> {
        let row = |row: &Value| format!("{} {}", row["id"].as_str().unwrap(), row["state"].as_str().unwrap());
        body["members"].as_array().unwrap().iter().map(row).collect()
    };
    assert_eq!(
        told(&all),
        [
            "20150000001 ready",
            "20150000002 to-check",
            "20150000003 issued",
            "20150000004 missing",
            "20150009001 missing"
        ]
    );
    assert_eq!(all["members"][1]["warnings"][0]["code"], "no-committee");
    assert_eq!(all["members"][2]["letter"]["number"], 1);
    for (query, expected) in [
        ("?state=to-check", vec!["20150000002 to-check"]),
        ("?state=missing&college=法学院", vec!["20150009001 missing"]),
        ("?q=2015000900", vec!["20150009001 missing"]),
        ("?q=王小明&state=ready", vec!["20150000001 ready"]),
    ] {
        assert_eq!(told(&party.get(&format!("{list}{query}")).await.body), expected, "{query}");
    }
    // Page by page it is the same list.
    let (mut paged, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = party.get(&format!("{list}?limit=2{cursor}")).await.body;
        paged.extend(told(&page));
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(paged, told(&all));
    assert_eq!(told(&server.person(COUNSELLOR).get(&list).await.body).len(), 4, "their own college");
    let other = server.person(COUNSELLOR).get(&format!("{list}?college=法学院")).await;
    assert_eq!(other.problem(), (403, "not-allowed"));
    for person in [LIBRARY, MEMBER, ADVISOR] {
        assert_eq!(server.person(person).get(&list).await.problem(), (403, "not-allowed"), "{person}");
    }
    assert_eq!(server.person(REGISTRAR).get(&format!("{list}?state=lost")).await.fields(), ["state: one-of"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_roster_that_is_tried_out_says_what_would_change_and_writes_nothing() {
    let server = Server::staffed().await;
    server.enrol(&[Row::new(MEMBER)]).await;
    let admin = server.person(ADMINISTRATOR);
    let other = Row { name: "错误的人".to_owned(), college: "法学院", ..Row::new(MEMBER) };
    let sheet = api_tests::csv(&[other, Row::new("20150000002"), Row::new("x")]);
    let post = |query: &str| {
        let request = admin.request(Method::POST, &format!("{BATCH}/roster{query}"));
        answer(request.header("content-type", "text/csv").body(sheet.clone()))
    };
    let tried = post("?dry_run=true").await.body;
    assert_eq!(
        (&tried["created"], &tried["updated"], tried["rows"].as_array().unwrap().len()),
        (&json!(1), &json!(1), 1)
    );
    assert_eq!(tried["updates"], json!([{"row": 2, "student": MEMBER, "columns": ["name", "college"]}]));
    assert_eq!(admin.status(MEMBER).await["student"]["name"], "王小明");
    assert_eq!(admin.get(&format!("{BATCH}/students/20150000002")).await.status, 404);
    let colleges = admin.get(&format!("{BATCH}/progress")).await.body["colleges"].as_array().unwrap().len();
    assert_eq!(colleges, 1, "not even a college");
    assert_eq!(post("?dry_run=maybe").await.fields(), ["dry_run: one-of"]);
    assert_eq!(post("").await.body["updates"], tried["updates"]);
    assert_eq!(admin.status(MEMBER).await["student"]["name"], "错误的人");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_register_is_searched_by_number_student_name_and_college() {
    let server = with_members(2).await;
    let party = server.person(PARTY);
    let all = ["20150000001", "20150000002", "20150009001"];
    for id in all {
        party.put(&format!("{BATCH}/students/{id}/party-form"), &form("中共昆明市委组织部")).await;
    }
    party.post(&format!("{BATCH}/letters"), &json!({"students": all})).await;
    for (query, expected) in [
        ("q=2", vec![1, 2, 3]),
        ("q=3", vec![3]),
        ("q=20150000002", vec![2]),
        ("q=王小明&college=法学院", vec![3]),
        ("q=张三", vec![]),
    ] {
        let body = party.get(&format!("{BATCH}/letters?{query}")).await.body;
        let numbers: Vec<u64> = body["letters"]
            .as_array()
            .unwrap()
            .iter()
            .map(|letter| letter["number"].as_u64().unwrap())
            .collect();
        assert_eq!(numbers, expected, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pages_files_are_kept_by_their_version_and_the_page_itself_is_not() {
    let server = Server::start(api_tests::inside()).await;
    let get = async |path: &str| {
        let answer = server.person("1").get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        (
            answer.headers["cache-control"].to_str().unwrap().to_owned(),
            answer.body.as_str().unwrap().to_owned(),
        )
    };
    let (kept, page) = get("/").await;
    assert_eq!(kept, "no-cache");
    let style = page.split('"').find(|text| text.ends_with("/app.css")).unwrap().to_owned();
    assert!(style.starts_with("/assets/") && style.split('/').count() == 4, "{style}");
    let (kept, current) = get(&style).await;
    assert_eq!(kept, "public, max-age=31536000, immutable");
    let (kept, same) = get("/assets/another-version/app.css").await;
    assert_eq!(
        (kept.as_str(), &same),
        ("no-cache", &current),
        "while pages are being replaced, nothing is kept"
    );
    assert!(!page.contains("\"/assets/app.css\""), "no file goes by its bare name");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_file_arrives_as_what_it_is_and_no_header_twice() {
    let server = Server::start(api_tests::inside()).await;
    for (path, kind) in [
        ("/", "text/html; charset=utf-8"),
        ("/staff", "text/html; charset=utf-8"),
        ("/assets/student.js", "text/javascript; charset=utf-8"),
        ("/assets/staff.js", "text/javascript; charset=utf-8"),
        ("/assets/app.css", "text/css; charset=utf-8"),
        ("/assets/staff.css", "text/css; charset=utf-8"),
        ("/assets/icon.svg", "image/svg+xml"),
    ] {
        for encoding in ["identity", "gzip"] {
            let request = server.person("1").request(Method::GET, path).header("accept-encoding", encoding);
            let answer = request.send().await.unwrap();
            assert_eq!(
                (answer.status().as_u16(), &answer.headers()["content-type"]),
                (200, &kind.parse().unwrap())
            );
            for name in answer.headers().keys() {
                assert_eq!(answer.headers().get_all(name).iter().count(), 1, "{path}: {name}");
            }
            let bytes = answer.bytes().await.unwrap();
            assert_eq!(bytes.starts_with(&[0x1f, 0x8b]), encoding == "gzip", "{path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_gets_all_it_shows_in_one_call() {
    let server = with_members(1).await;
    let me = server.person(MEMBER).get("/api/me").await.body;
    assert_eq!((&me["session"]["id"], &me["session"]["kind"]), (&json!(MEMBER), &json!("student")));
    assert_eq!((&me["batches"][0]["id"], &me["batch"]["id"]), (&json!("2018-01"), &json!("2018-01")));
    assert_eq!(me["status"], server.person(MEMBER).status("me").await);
    assert!(!me["batch"]["contacts"].as_array().unwrap().is_empty() && me["problem"].is_null());
    let clerk = server.person(LIBRARY).get("/api/me").await.body;
    assert_eq!(
        (&clerk["session"]["rights"][0]["grants"][0]["role"], &clerk["batch"], &clerk["status"]),
        (&json!("operator"), &Value::Null, &Value::Null)
    );
    let stranger = server.person("20159999999").get("/api/me").await;
    assert_eq!(
        (stranger.status.as_u16(), &stranger.body["batch"], &stranger.body["problem"]),
        (200, &Value::Null, &Value::Null)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_not_read_their_status_here_or_now_hears_why_with_the_batch() {
    let elsewhere = Options { campus: vec!["198.51.100.0/24".parse().unwrap()], ..api_tests::inside() };
    let long_after = api_tests::standing_at("2018-06-01T12:00:00+08:00");
    for (options, kind) in [(elsewhere, "off-campus"), (long_after, "batch-closed")] {
        let server = Server::start(options).await;
        let batch = server.running.app.batches.get("2018-01").unwrap().clone();
        let (store, now) = (&server.running.app.store, server.running.app.clock.now());
        lixiao::demo::Demo::of_the_notice(&batch).unwrap().fill(store, &batch, 20, now).await.unwrap();
        let me = server.person("20151000001").get("/api/me").await.body;
        assert_eq!((&me["problem"]["type"], &me["status"]), (&json!(kind), &Value::Null), "{me}");
        assert_eq!(me["batch"]["id"], "2018-01", "with the telephones of that batch");
    }
}
