//! Rights of a batch as an administrator gives them (N5): one by one, from a sheet, from the batch before, from one person to another.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use api_tests::{
    ADMINISTRATOR, Answer, BATCH, LAST, LIBRARY, Person, Row, Server, answer, entry, inside, rows,
    standing_at, two_batches,
};
use lixiao::local::Options;
use reqwest::Method;
use serde_json::{Value, json};

const STUDENT: &str = "20150000001";
const NEW: &str = "20080777";

fn library() -> Value {
    entry(&json!({"name": "新老师", "roles": ["operator"], "offices": ["library"], "colleges": ["*"]}))
}

async fn put(person: &Person, id: &str, body: &Value) -> Answer {
    person.put(&format!("{BATCH}/operators/{id}"), body).await
}

async fn send_sheet(person: &Person, query: &str, sheet: &str) -> Answer {
    let request = person.request(Method::POST, &format!("{BATCH}/operators/sheet{query}"));
    answer(request.header("content-type", "text/csv").body(sheet.to_owned())).await
}

/// Both batches; whoever is employed has rights in the later one only.
async fn with_the_last_one() -> Server {
    let batches = two_batches();
    let options = Options { batches: batches.path().to_owned(), ..inside() };
    let server = Server::start(options).await;
    server.enrol(&rows(1)).await;
    server
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_batch_begins_with_nobodys_rights_and_the_last_ones_are_copied_after_a_look() {
    let server = with_the_last_one().await;
    server.grant_in(LAST, LIBRARY, &["operator"], &["library"], &["*"]).await;
    server.grant_in(LAST, NEW, &["counsellor"], &[], &["信息学院"]).await;
    let (administrator, clerk) = (server.person(ADMINISTRATOR), server.person(LIBRARY));
    assert_eq!(clerk.decide(STUDENT, 2, "pass").await.problem(), (403, "not-allowed"), "held last time only");
    assert_eq!(administrator.get(&format!("{BATCH}/operators")).await.body["operators"], json!([]));

    let copy = |body: Value| {
        let administrator = &administrator;
        async move { administrator.post(&format!("{BATCH}/operators/copy"), &body).await }
    };
    let preview = copy(json!({"from": LAST, "dry_run": true})).await;
    let outcomes = |answer: &Answer| -> Vec<(String, String)> {
        let rows = answer.body["results"].as_array().unwrap_or_else(|| panic!("{}", answer.body));
        let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
        rows.iter().map(|row| (text(row, "id"), text(row, "outcome"))).collect()
    };
    let both = [(LIBRARY.to_owned(), "changed".to_owned()), (NEW.to_owned(), "changed".to_owned())];
    assert_eq!(outcomes(&preview), both);
    assert_eq!(preview.body["results"][0]["grants"][0]["offices"], json!(["library"]));
    assert_eq!(clerk.decide(STUDENT, 2, "pass").await.status, 403, "a preview gives nothing");

    copy(json!({"from": LAST, "people": [LIBRARY]})).await;
    assert_eq!(clerk.decide(STUDENT, 2, "pass").await.status, 200);
    let listed = administrator.get(&format!("{BATCH}/operators")).await.body;
    assert_eq!(listed["operators"].as_array().map(Vec::len), Some(1), "only who was chosen: {listed}");
    let again = copy(json!({"from": LAST})).await;
    assert_eq!(outcomes(&again)[0].1, "unchanged", "who has rights keeps them as they are");
    assert_eq!(copy(json!({"from": "1999-01"})).await.problem(), (404, "not-found"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cover_holds_between_its_two_dates_and_not_a_moment_longer() {
    let cover = |from: &str, until: &str| {
        json!({"name": "代班老师", "grants": [
            {"role": "operator", "offices": ["library"], "colleges": ["*"], "from": from, "until": until}]})
    };
    let to_come = cover("2017-12-20T12:00:01+08:00", "2018-01-03T00:00:00+08:00");
    let over = cover("2017-12-18T00:00:00+08:00", "2017-12-20T12:00:00+08:00");
    let now = cover("2017-12-20T12:00:00+08:00", "2017-12-20T12:00:01+08:00");
    let server = Server::start(standing_at("2017-12-20T12:00:00+08:00")).await;
    server.enrol(&rows(1)).await;
    let administrator = server.person(ADMINISTRATOR);
    for (id, cover, expected) in [("20080771", to_come, 403), ("20080772", over, 403), ("20080773", now, 200)]
    {
        assert_eq!(put(&administrator, id, &cover).await.status, 200);
        let clerk = server.person(id);
        assert_eq!(clerk.decide(STUDENT, 2, "pass").await.status, expected, "{id}");
        let rights = clerk.get("/api/session").await.body["rights"].as_array().map(Vec::len);
        assert_eq!(rights, Some(usize::from(expected == 200)), "{id}");
    }
    let backwards = cover("2018-01-03T00:00:00+08:00", "2017-12-20T00:00:00+08:00");
    let refused = put(&administrator, "20080774", &backwards).await;
    assert_eq!(refused.fields(), ["grants[0].until: not-after-from"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_college_that_is_nowhere_is_refused_with_the_nearest_name() {
    let server = Server::start(inside()).await;
    server.enrol(&rows(1)).await;
    let administrator = server.person(ADMINISTRATOR);
    let of =
        |college: &str| json!({"name": "辅导员", "grants": [{"role": "counsellor", "colleges": [college]}]});
    let refused = put(&administrator, NEW, &of("信息学苑")).await;
    assert_eq!(refused.fields(), ["grants[0].colleges: no-such-college"]);
    assert!(refused.body["fields"][0]["message"].as_str().unwrap().contains("是否应为“信息学院”"));
    // However it is written, it is the college that the batch has.
    let given = put(&administrator, NEW, &of("信息 学院")).await;
    assert_eq!(given.body["grants"][0]["colleges"], json!(["信息学院"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_librarian_who_counsels_one_college_is_no_counsellor_of_all() {
    let server = Server::start(inside()).await;
    let of_law = Row { college: "法学院", ..Row::new("20150000009") };
    server.enrol(&[rows(1), vec![of_law]].concat()).await;
    let both = json!({"name": "两用老师", "grants": [
        {"role": "operator", "offices": ["library"], "colleges": ["*"]},
        {"role": "counsellor", "colleges": ["法学院"]}]});
    assert_eq!(put(&server.person(ADMINISTRATOR), NEW, &both).await.status, 200);
    let person = server.person(NEW);
    assert_eq!(person.decide(STUDENT, 2, "pass").await.status, 200, "a librarian of every college");
    let forms = person.get(&format!("{BATCH}/party-forms?college=信息学院")).await;
    assert_eq!(forms.status, 403, "{}", forms.body);
    assert_eq!(person.get(&format!("{BATCH}/party-forms?college=法学院")).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_leaves_another_takes_over_in_one_step() {
    let server = Server::staffed().await;
    server.enrol(&rows(1)).await;
    let (administrator, old, new) =
        (server.person(ADMINISTRATOR), server.person(LIBRARY), server.person(NEW));
    let path = format!("{BATCH}/operators/{NEW}/take-over");
    let body = json!({"from": LIBRARY, "name": "新老师", "seen": 0});
    let mut tried = body.clone();
    tried["dry_run"] = json!(true);
    assert_eq!(administrator.post(&path, &tried).await.status, 200);
    assert_eq!(old.decide(STUDENT, 2, "pass").await.status, 200, "tried out only");
    let stale = json!({"from": LIBRARY, "name": "新老师", "seen": 7});
    assert_eq!(administrator.post(&path, &stale).await.problem(), (409, "changed-meanwhile"));
    let taken = administrator.post(&path, &body).await;
    assert_eq!((taken.status.as_u16(), &taken.body["grants"][0]["offices"]), (200, &json!(["library"])));
    assert_eq!(old.decide(STUDENT, 3, "pass").await.status, 403);
    assert_eq!(new.decide(STUDENT, 3, "pass").await.status, 200);
    let nobody = json!({"from": "20089998", "name": "新老师"});
    assert_eq!(administrator.post(&path, &nobody).await.problem(), (404, "not-found"));
    let student = format!("{BATCH}/operators/{STUDENT}/take-over");
    assert_eq!(
        administrator.post(&student, &json!({"from": NEW, "name": "学生", "seen": 0})).await.status,
        403
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_administrators_who_saw_the_same_one_changes_it() {
    let server = Server::staffed().await;
    let administrator = server.person(ADMINISTRATOR);
    let change = |offices: &'static [&'static str]| {
        let mut body = entry(
            &json!({"name": "图书馆老师", "roles": ["operator"], "offices": offices, "colleges": ["*"]}),
        );
        body["seen"] = json!(0);
        let administrator = &administrator;
        async move { put(administrator, LIBRARY, &body).await }
    };
    let (one, other) = tokio::join!(change(&["library", "finance"]), change(&["library", "college"]));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    let unseen = put(&administrator, LIBRARY, &library()).await;
    assert_eq!(unseen.problem(), (409, "changed-meanwhile"), "added over somebody who is there");
    let remove = |query: &'static str| {
        administrator.request(Method::DELETE, &format!("{BATCH}/operators/{LIBRARY}{query}"))
    };
    assert_eq!(answer(remove("?seen=0")).await.problem(), (409, "changed-meanwhile"));
    assert_eq!(answer(remove("?seen=1")).await.status, 204);
    assert_eq!(server.person(LIBRARY).get(&format!("{BATCH}/worklist?step=2")).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn rights_come_from_a_sheet_looked_at_first_and_take_nothing_away() {
    let server = Server::staffed().await;
    server.enrol(&rows(1)).await;
    let administrator = server.person(ADMINISTRATOR);
    let sheet = format!(
        "\u{feff}备注,工号,姓名,部门,学院\n,{NEW},新老师,图书馆、财务处,全部\n,{NEW},新老师,辅导员,信息学院\n,{LIBRARY},老师,财务处,全部\n\
         ,{LIBRARY},另一位,财务处,全部\n,20080778,牛老师,食堂,全部\n,,无号老师,图书馆,全部\n,{STUDENT},王小明,图书馆,全部\n,20080779,朱老师,辅导员,神学院\n"
    );
    let tried = send_sheet(&administrator, "?dry_run=true", &sheet).await;
    assert_eq!(tried.status, 200, "{}", tried.body);
    let refused = |answer: &Answer| -> Vec<(u64, String)> {
        let rows = answer.body["rows"].as_array().unwrap();
        let of = |row: &Value| {
            let what = row["problem"]["fields"][0]["field"].as_str().unwrap_or("");
            (row["row"].as_u64().unwrap(), format!("{} {what}", row["problem"]["type"].as_str().unwrap()))
        };
        rows.iter().map(of).collect()
    };
    let expected = [
        (5, "invalid-fields name"),
        (6, "invalid-fields office"),
        (7, "invalid-fields id"),
        (8, "not-allowed "),
        (9, "invalid-fields colleges"),
    ];
    assert_eq!(refused(&tried), expected.map(|(row, what)| (row, what.to_owned())));
    let nowhere = &tried.body["rows"][4]["problem"]["fields"][0];
    assert_eq!((&nowhere["code"], &nowhere["read"]), (&json!("no-such-college"), &json!("神学院")));
    assert_eq!(tried.body["results"][0]["rows"], json!([2, 3]));
    let grants = &tried.body["results"][0]["grants"];
    assert_eq!(
        (&grants[0]["offices"], &grants[1]["role"]),
        (&json!(["finance", "library"]), &json!("counsellor"))
    );
    assert_eq!(server.person(NEW).decide(STUDENT, 2, "pass").await.status, 403, "a preview gives nothing");

    let done = send_sheet(&administrator, "", &sheet).await;
    assert_eq!((refused(&done), &done.body["results"]), (refused(&tried), &tried.body["results"]));
    assert_eq!(server.person(NEW).decide(STUDENT, 2, "pass").await.status, 200);
    assert_eq!(server.person(LIBRARY).decide(STUDENT, 3, "pass").await.status, 200, "what they had stays");
    assert_eq!(server.person(LIBRARY).decide(STUDENT, 7, "pass").await.status, 200, "and what was added");
    let again = send_sheet(&administrator, "", &sheet).await;
    let outcomes: Vec<&Value> =
        again.body["results"].as_array().unwrap().iter().map(|row| &row["outcome"]).collect();
    assert_eq!(outcomes, ["unchanged"; 2]);

    let bare = send_sheet(&administrator, "", "工号,姓名\n20080777,新老师\n").await;
    assert_eq!(bare.fields(), ["office: missing-column", "colleges: missing-column"]);
    let many = format!("工号,姓名,部门,学院\n{}", "20080777,新老师,图书馆,全部\n".repeat(501));
    assert_eq!(send_sheet(&administrator, "", &many).await.problem(), (413, "too-large"));
    assert_eq!(send_sheet(&server.person(LIBRARY), "?dry_run=true", &sheet).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_that_nobody_holds_is_named() {
    let server = Server::start(inside()).await;
    server.enrol(&rows(1)).await;
    let administrator = server.person(ADMINISTRATOR);
    let missing = |office: &'static str| {
        let administrator = &administrator;
        async move {
            let answer = administrator.get(&format!("{BATCH}/unheld-offices")).await;
            assert_eq!(answer.status, 200, "{}", answer.body);
            let offices = answer.body["offices"].as_array().unwrap().clone();
            offices.into_iter().find(|one| one["office"] == office).map(|one| one["colleges"].clone())
        }
    };
    assert_eq!(missing("library").await, Some(json!([])));
    assert_eq!(missing("advisor").await, None, "advisors are the roster's");
    server.grant(LIBRARY, "operator", &["library"], &["法学院"]).await;
    assert_eq!(missing("library").await, Some(json!(["信息学院"])), "there are students of this one");
    server.grant(NEW, "operator", &["library"], &["信息学院"]).await;
    assert_eq!(missing("library").await, None);
    assert_eq!(server.person(LIBRARY).get(&format!("{BATCH}/unheld-offices")).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_are_the_universitys_and_none_dismisses_themselves() {
    let server = with_the_last_one().await;
    let (first, second) = (server.person(ADMINISTRATOR), server.person("10000009"));
    let path = "/api/administrators/10000009";
    assert_eq!(second.get("/api/administrators").await.status, 403);
    assert_eq!(first.put(path, &json!({"name": "第二位"})).await.status, 200);
    let listed = second.get("/api/administrators").await.body;
    assert_eq!(listed["administrators"][0]["name"], "第二位");
    for batch in ["2018-01", LAST] {
        assert_eq!(second.get(&format!("/api/batches/{batch}/operators")).await.status, 200, "{batch}");
    }
    assert_eq!(second.get("/api/session").await.body["administrator"], true);
    let dismiss = |person: &Person, query: &str| person.request(Method::DELETE, &format!("{path}{query}"));
    assert_eq!(answer(dismiss(&second, "?seen=0")).await.problem(), (403, "not-allowed"), "themselves");
    assert_eq!(answer(dismiss(&first, "?seen=4")).await.problem(), (409, "changed-meanwhile"));
    assert_eq!(answer(dismiss(&first, "?seen=0")).await.status, 204);
    assert_eq!(second.get("/api/administrators").await.status, 403, "at once");
}
