//! Reminders, by a real mail server: one mail a person and day, with what waits for them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::path::Path;
use std::time::{Duration, SystemTime};

use api_tests::{ADMINISTRATOR, ALL_OFFICES, BATCH, Row, Server, csv, standing_at};
use chrono::SecondsFormat;
use domain::Timestamp;
use edge::Caller;
use lixiao::local::Options;
use mail_parser::MessageParser;
use remind::Post;
use serde_json::{Value, json};
use store::Cost;
use tether::Tethered;

const PARTY: &str = "20080012";
const FROM: &str = "离校系统 <lixiao@example.edu>";
const STAFF: &str = "{id}@staff.example.edu";

/// A university's mail server, and what it has taken.
struct University {
    _process: Tethered,
    port: u16,
    folder: tempfile::TempDir,
}

/// A mail as its reader sees it.
#[derive(Debug)]
struct Mail {
    to: String,
    subject: String,
    body: String,
}

impl University {
    fn open() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = tempfile::tempdir().unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut server = tether::command(root.join("../../.venv/bin/python"));
        server.args(["-m", "aiosmtpd", "--nosetuid", "--listen", &format!("127.0.0.1:{port}"), "--class"]);
        server.arg("university.Post").arg(folder.path().join("box")).env("PYTHONPATH", root.join("mail"));
        let university = Self { _process: tether::start(server).unwrap(), port, folder };
        for _ in 0..200 {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return university;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("the mail server did not start")
    }

    fn address(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// What has come since it was last looked at, in order of addresses and subjects.
    fn mails(&self) -> Vec<Mail> {
        let mut mails = Vec::new();
        for file in std::fs::read_dir(self.folder.path().join("box/new")).unwrap() {
            let file = file.unwrap().path();
            let bytes = std::fs::read(&file).unwrap();
            std::fs::remove_file(&file).unwrap();
            let mail = MessageParser::default().parse(&bytes).unwrap();
            assert_eq!(mail.from().unwrap().first().unwrap().name(), Some("离校系统"));
            assert_eq!(mail.header_raw("Auto-Submitted").map(str::trim), Some("auto-generated"));
            mails.push(Mail {
                to: mail.to().unwrap().first().unwrap().address().unwrap().to_owned(),
                subject: mail.subject().unwrap().to_owned(),
                body: mail.body_text(0).unwrap().replace("\r\n", "\n"),
            });
        }
        mails.sort_by_key(|mail| (mail.to.clone(), mail.subject.clone(), mail.body.clone()));
        mails
    }
}

/// A morning: the function's report, or nothing if it failed.
async fn morning(server: &Server, smtp: &str) -> Option<Value> {
    let now = server.running.app.clock.now();
    called(server, smtp, &scheduled(now), Caller::Schedule(now)).await
}

/// The report of a call of the schedule's, or of somebody's by hand.
async fn called(server: &Server, smtp: &str, event: &Value, caller: Caller) -> Option<Value> {
    let Some(deployed) = &server.running.deployed else {
        let site = format!("http://{}", server.running.address);
        let post = Some(Post::new(FROM, STAFF, smtp, &site).unwrap());
        let until = SystemTime::now() + Duration::from_secs(120);
        let report = remind::when_called(&server.running.app, &post, until, caller).await.ok()?;
        return Some(serde_json::to_value(report).unwrap());
    };
    smtp.clone_into(&mut deployed.mail.lock().unwrap());
    let own = [("LIXIAO_MAIL_FROM", FROM), ("LIXIAO_STAFF_MAIL", STAFF)];
    let own = own.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    deployed.fleet.overrides.lock().unwrap().insert("remind".to_owned(), own);
    match deployed.fleet.invoke("remind", event).await {
        api_tests::fleet::Invoked::Answered(report) => Some(report),
        _ => None,
    }
}

/// What EventBridge sends.
fn scheduled(time: Timestamp) -> Value {
    json!({
        "version": "0", "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa", "detail-type": "Scheduled Event",
        "source": "aws.events", "account": "123456789012", "time": time.to_utc().to_rfc3339_opts(SecondsFormat::Secs, true),
        "region": "cn-north-1", "resources": ["arn:aws-cn:events:cn-north-1:123456789012:rule/morning"], "detail": {},
    })
}

/// A server over a file, so that another morning can begin with what the one before left.
async fn on(time: &str, folder: &Path) -> Server {
    let data = Some(folder.join("lixiao.db"));
    Server::start(Options { data, in_memory: false, ..standing_at(time) }).await
}

fn counts(report: &Value) -> (u64, u64, u64, u64) {
    let count = |name: &str| report[name].as_u64().unwrap();
    (count("sent"), count("already"), count("without_address"), count("failed"))
}

fn row(id: &str, name: &str) -> Row {
    Row { name: name.to_owned(), ..Row::new(id) }
}

/// Two students with a library step open, one who has finished, one whose step was turned down.
async fn three_students(server: &Server) {
    server.employ().await;
    server
        .enrol(&[row("20150000001", "王小明"), row("20150000002", "李华"), row("20150000003", "张三")])
        .await;
    let all = server.person(ALL_OFFICES);
    for step in 1..=11 {
        assert_eq!(all.decide("20150000003", step, "pass").await.status, 200);
        if step != 2 && step != 11 {
            assert_eq!(all.decide("20150000001", step, "pass").await.status, 200);
        }
    }
    assert_eq!(all.decide("20150000001", 2, "reject").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn near_the_end_everybody_is_told_once_of_everything_that_waits_for_them() {
    let (university, folder) = (University::open(), tempfile::tempdir().unwrap());
    let server = on("2018-01-08T08:00:00+08:00", folder.path()).await;
    three_students(&server).await;
    // The library, whoever holds every office, and the advisor; two students.
    assert_eq!(counts(&morning(&server, &university.address()).await.unwrap()), (7, 0, 0, 0));
    let mails = university.mails();
    let to: Vec<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
    let staff = ["20050007", "20080001", "20080002", "20080003", "20080009"]
        .map(|id| format!("{id}@staff.example.edu"));
    assert_eq!(to[..5], staff.each_ref().map(String::as_str));
    assert_eq!(to[5..], ["a@example.edu"; 2], "nobody who has finished");
    let rejected = mails.iter().find(|mail| mail.body.contains("王小明")).unwrap();
    assert_eq!(rejected.subject, "离校手续还有 2 个环节未办 / 2 clearance steps left");
    let body = rejected.body.replace(&server.running.address.to_string(), "[address]");
    assert!(!body.contains("有书未还"), "no reason in a mail");
    insta::assert_snapshot!("a_students_mail", body);
    let library = &mails[1];
    insta::assert_snapshot!(
        "an_operators_mail",
        library.body.replace(&server.running.address.to_string(), "[address]")
    );

    assert_eq!(
        counts(&morning(&server, &university.address()).await.unwrap()),
        (0, 7, 0, 0),
        "never twice a day"
    );
    assert!(university.mails().is_empty());
    let next_day = on("2018-01-09T08:00:00+08:00", folder.path()).await;
    assert_eq!(counts(&morning(&next_day, &university.address()).await.unwrap()), (7, 0, 0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn before_the_last_days_only_staff_are_told_and_after_the_end_nobody() {
    let (university, folder) = (University::open(), tempfile::tempdir().unwrap());
    let server = on("2018-01-05T08:00:00+08:00", folder.path()).await;
    three_students(&server).await;
    assert_eq!(counts(&morning(&server, &university.address()).await.unwrap()).0, 5);
    assert!(university.mails().iter().all(|mail| mail.to.ends_with("@staff.example.edu")));
    let over = on("2018-01-11T08:00:00+08:00", folder.path()).await;
    assert_eq!(counts(&morning(&over, &university.address()).await.unwrap()), (0, 0, 0, 0));
    assert!(university.mails().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_is_brought_to_mind_before_it_expires_and_its_receipt_to_the_party_office_after() {
    let (university, folder) = (University::open(), tempfile::tempdir().unwrap());
    let member = "20150000001";
    let issuing = on("2017-12-20T12:00:00+08:00", folder.path()).await;
    let body = json!({"name": "党委", "roles": ["party-office"], "offices": [], "colleges": ["*"]});
    issuing.person(ADMINISTRATOR).entitle(PARTY, &body).await;
    let row = Row { party: "中共党员", party_here: "是", ..row(member, "王小明") };
    issuing.enrol(&[row]).await;
    let form = json!({"heading": "中共昆明市委组织部", "destination": "昆明市第一中学党委", "transfer_kind": "in-province", "confirmed": true});
    let path = format!("{BATCH}/students/me/party-form");
    assert_eq!(issuing.person(member).put(&path, &form).await.status, 200);
    let letters = json!({"students": [member]});
    assert_eq!(issuing.person(PARTY).post(&format!("{BATCH}/letters"), &letters).await.status, 200);

    let early = on("2018-03-05T08:00:00+08:00", folder.path()).await;
    assert_eq!(counts(&morning(&early, &university.address()).await.unwrap()).0, 0, "15 days before");
    let soon = on("2018-03-06T08:00:00+08:00", folder.path()).await;
    assert_eq!(counts(&morning(&soon, &university.address()).await.unwrap()).0, 1, "14 days before");
    let mails = university.mails();
    assert_eq!(mails[0].subject, "组织关系介绍信即将到期 / your introduction letter expires soon");
    assert!(
        mails[0].body.contains("第 1 号") && mails[0].body.contains("2018年3月20日"),
        "{}",
        mails[0].body
    );
    assert!(mails[0].body.contains("20 March 2018"));
    let late = on("2018-03-21T08:00:00+08:00", folder.path()).await;
    assert_eq!(counts(&morning(&late, &university.address()).await.unwrap()).0, 1);
    let mails = university.mails();
    assert_eq!(mails[0].to, format!("{PARTY}@staff.example.edu"));
    assert!(
        mails[0].body.contains("尚未收到回执：1\n") && mails[0].subject.starts_with("1 份介绍信"),
        "{mails:?}"
    );
    let receipt = json!({"received_on": "2018-03-19", "from": "昆明市第一中学党委"});
    assert_eq!(late.person(PARTY).put(&format!("{BATCH}/letters/1/receipt"), &receipt).await.status, 200);
    let next = on("2018-03-22T08:00:00+08:00", folder.path()).await;
    assert_eq!(counts(&morning(&next, &university.address()).await.unwrap()).0, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_refuses_for_now_is_tried_again_and_what_it_refuses_for_good_is_not() {
    let university = University::open();
    let server = Server::start(standing_at("2018-01-08T08:00:00+08:00")).await;
    let roster = csv(&[row("20150000001", "甲"), row("20150000002", "乙"), row("20150000003", "丙")]);
    let roster = roster.replacen("a@example.edu", "later@example.edu", 1).replacen(
        "a@example.edu",
        "gone@example.edu",
        1,
    );
    let roster = roster.replacen("a@example.edu", "", 1);
    assert_eq!(server.person(ADMINISTRATOR).import(&roster).await.status, 200);
    // Their advisor is told; one is refused for now, one for good, one has no address.
    assert_eq!(counts(&morning(&server, &university.address()).await.unwrap()), (1, 0, 1, 2));
    assert_eq!(
        counts(&morning(&server, &university.address()).await.unwrap()),
        (0, 2, 1, 1),
        "only who may yet get it"
    );
    assert_eq!(university.mails().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_that_do_not_exist_stop_nobody_behind_them_and_external_advisors_have_none() {
    let university = University::open();
    let server = Server::start(standing_at("2018-01-08T08:00:00+08:00")).await;
    let people: Vec<Row> =
        (1..=20).map(|i| Row { advisors: "W0001", ..row(&format!("201500000{i:02}"), "甲") }).collect();
    let mut roster = csv(&people);
    for _ in 0..19 {
        roster = roster.replacen("a@example.edu", "gone@example.edu", 1);
    }
    assert_eq!(server.person(ADMINISTRATOR).import(&roster).await.status, 200);
    assert_eq!(counts(&morning(&server, &university.address()).await.unwrap()), (1, 0, 1, 19));
    assert_eq!(university.mails()[0].to, "a@example.edu");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_is_down_is_an_error_and_marks_nobody() {
    let server = Server::start(standing_at("2018-01-08T08:00:00+08:00")).await;
    server.enrol(&[row("20150000001", "甲")]).await;
    assert!(morning(&server, "smtp://127.0.0.1:9").await.is_none());
    let university = University::open();
    if let Some(deployed) = &server.running.deployed {
        // A copy that runs has read its secret; Lambda begins another sooner or later.
        deployed.fleet.stop("remind");
    }
    assert_eq!(counts(&morning(&server, &university.address()).await.unwrap()), (2, 0, 0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_sender_nothing_is_even_read() {
    let server = Server::start(standing_at("2018-01-08T08:00:00+08:00")).await;
    server.enrol(&[row("20150000001", "甲")]).await;
    let before = server.running.spent();
    let report = match &server.running.deployed {
        Some(deployed) => {
            match deployed.fleet.invoke("remind", &scheduled(server.running.app.clock.now())).await {
                api_tests::fleet::Invoked::Answered(report) => report,
                other => panic!("{other:?}"),
            }
        }
        None => json!(remind::remind(&server.running.app, &None, SystemTime::now()).await.unwrap()),
    };
    assert_eq!(counts(&report), (0, 0, 0, 0));
    assert_eq!(server.running.spent() - before, Cost::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_left_when_time_runs_out_is_told_by_the_next_call() {
    let university = University::open();
    let server = Server::start(standing_at("2018-01-08T08:00:00+08:00")).await;
    server.enrol(&[row("20150000001", "甲"), row("20150000002", "乙")]).await;
    let post = Some(Post::new(FROM, STAFF, &university.address(), "https://lixiao.example.edu").unwrap());
    let over = remind::remind(&server.running.app, &post, SystemTime::now()).await.unwrap();
    assert_eq!((over.sent, over.left), (0, 3), "an advisor and two students");
    assert!(university.mails().is_empty());
    assert_eq!(counts(&morning(&server, &university.address()).await.unwrap()), (3, 0, 0, 0));
}

/// The schedule calls every hour of the day; eight is by the university's clock, and by when the call was due.
#[tokio::test(flavor = "multi_thread")]
async fn the_schedule_reminds_in_the_university_s_morning_and_anybody_else_at_any_hour() {
    for (time, due, sent) in [
        ("2018-01-08T07:59:59+08:00", Some("2018-01-08T07:59:59+08:00"), 0),
        ("2018-01-08T08:20:00+08:00", Some("2018-01-08T00:20:00Z"), 2),
        ("2018-01-08T09:10:00+08:00", Some("2018-01-08T08:59:59+08:00"), 2),
        ("2018-01-08T09:00:00+08:00", Some("2018-01-08T09:00:00+08:00"), 0),
        ("2018-01-08T15:00:00+08:00", None, 2),
    ] {
        let university = University::open();
        let server = Server::start(standing_at(time)).await;
        server.enrol(&[row("20150000001", "甲")]).await;
        let due = due.map(api_tests::at);
        let event = due.map_or_else(|| json!({}), scheduled);
        let caller = due.map_or(Caller::Somebody, Caller::Schedule);
        let report = called(&server, &university.address(), &event, caller).await.unwrap();
        assert_eq!(counts(&report).0, sent, "{time} {caller:?}");
    }
}
