//! Bad input gets a clear answer, in both languages, and nothing is written.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use api_tests::{ADMINISTRATOR, BATCH, HEADER, LIBRARY, Row, Server, answer, csv, numbers, rows};
use reqwest::Method;
use reqwest::header::{ACCEPT_LANGUAGE, CONTENT_TYPE};
use serde_json::{Value, json};

const STUDENT: &str = "20150000001";

/// A server with one student, to which nothing may happen.
async fn untouched() -> Server {
    let server = Server::staffed().await;
    server.enrol(&rows(1)).await;
    server
}

async fn nothing_happened(server: &Server) {
    assert_eq!(server.person(STUDENT).status("me").await["version"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_no_decision_says_where_it_is_wrong() {
    let server = untouched().await;
    let one = format!("{BATCH}/students/{STUDENT}/steps/2");
    let many = format!("{BATCH}/steps/2/decisions");
    let send = |method: Method, path: &str, body: &str| {
        let request = server.person(LIBRARY).request(method, path).header(CONTENT_TYPE, "application/json");
        answer(request.header(ACCEPT_LANGUAGE, "en").body(body.to_owned()))
    };
    let mut said = Vec::new();
    for body in [
        "{\"decision\": \"pass\"",
        "{\"decision\": \"pass\",}",
        "[]",
        "{}",
        "{\"decision\": \"pass\", \"colour\": \"red\"}",
        "{\"decision\": 5}",
        "{\"decision\": \"pass\", \"amount_due\": \"12\"}",
        "{\"decision\": \"pass\"} {}",
        "",
    ] {
        let answer = send(Method::PUT, &one, body).await;
        assert_eq!(answer.problem(), (400, "invalid-body"), "{body}: {}", answer.body);
        said.push(json!({"sent": body, "detail": answer.body["detail"], "at": answer.body["at"], "line": answer.body["line"]}));
    }
    let answer = send(Method::POST, &many, "{\"decision\": \"pass\", \"students\": [1]}").await;
    assert_eq!(answer.body["at"], "students[0]");
    insta::assert_json_snapshot!("bodies_that_are_no_decision", said);
    let form = server
        .person(LIBRARY)
        .request(Method::PUT, &one)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body("decision=pass");
    assert_eq!(answer_of(form).await, (400, "invalid-body".to_owned()));
    nothing_happened(&server).await;
}

async fn answer_of(request: reqwest::RequestBuilder) -> (u16, String) {
    let answer = answer(request).await;
    (answer.status.as_u16(), answer.kind().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_that_break_a_rule_are_each_named() {
    let server = untouched().await;
    let library = server.person(LIBRARY);
    let many = format!("{BATCH}/steps/2/decisions");
    let fields = async |body: Value| {
        let answer = library.post(&many, &body).await;
        assert_eq!(answer.problem(), (422, "invalid-fields"), "{}", answer.body);
        answer.fields()
    };
    let pass = |students: &[String]| json!({"decision": "pass", "students": students});
    assert_eq!(fields(pass(&numbers(101))).await, ["students: too-long"]);
    assert_eq!(fields(pass(&[])).await, ["students: required"]);
    let twice = [numbers(1), numbers(1)].concat();
    assert_eq!(fields(pass(&twice)).await, ["students[1]: duplicate"]);
    assert_eq!(fields(pass(&["王小明".to_owned()])).await, ["students[0]: not-a-student-number"]);
    let reject = |reason: String| json!({"decision": "reject", "students": [STUDENT], "reason": reason});
    assert_eq!(fields(reject("长".repeat(10_000))).await, ["reason: too-long"]);
    assert_eq!(fields(reject(String::new())).await, ["reason: required"]);
    assert_eq!(fields(json!({"decision": "approve", "students": [STUDENT]})).await, ["decision: one-of"]);
    nothing_happened(&server).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_exist_is_not_found() {
    let server = untouched().await;
    let admin = server.person(ADMINISTRATOR);
    for (path, what) in [
        ("/api/batches/2099-01/students/me", "batch"),
        ("/api/batches/2099-01", "batch"),
        ("/api/batches/2018-01/students/20159999999", "student"),
        ("/api/batches/2018-01/students/王小明", "student"),
        ("/api/batches/2018-01/students/..%2f..%2foperators", "student"),
        ("/api/nothing", "page"),
        ("/assets/nothing.js", "page"),
    ] {
        let answer = admin.get(path).await;
        assert_eq!(answer.problem(), (404, "not-found"), "{path}: {}", answer.body);
        assert_eq!(answer.body["what"], what, "{path}");
    }
    for step in ["12", "0", "-1", "300", "two"] {
        let path = format!("{BATCH}/students/{STUDENT}/steps/{step}");
        let answer = server.person(LIBRARY).put(&path, &json!({"decision": "pass"})).await;
        assert_eq!(answer.problem(), (404, "not-found"), "{step}");
    }
    let answer = answer(admin.request(Method::PATCH, "/api/administrators")).await;
    // API Gateway sends what is no route to the pages, which know of no other function's methods.
    assert_eq!(answer.status, if server.is_deployed() { 404 } else { 405 });
    nothing_happened(&server).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn queries_are_read_or_refused() {
    let server = untouched().await;
    let library = server.person(LIBRARY);
    for (query, fields) in [
        ("", vec!["step: required"]),
        ("step=two", vec!["step: one-of"]),
        ("step=2&state=done&limit=0", vec!["state: one-of", "limit: out-of-range"]),
        ("step=2&cursor=nonsense", vec!["cursor: not-a-cursor"]),
        ("step=2&step=3", vec!["step: duplicate"]),
        ("step=2&colour=red", vec!["colour: one-of"]),
    ] {
        let answer = library.get(&format!("{BATCH}/worklist?{query}")).await;
        assert_eq!(
            (answer.status.as_u16(), answer.fields()),
            (422, fields.iter().map(ToString::to_string).collect()),
            "{query}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_rows_of_a_roster_are_named_and_good_ones_are_taken() {
    let server = untouched().await;
    let good = Row::new("20150000002");
    let mut bad: Vec<[String; 17]> = Vec::new();
    for (column, text) in
        [(0, "20080123"), (4, "1993-02-30"), (6, "本科"), (9, ""), (11, "老师"), (5, "5.3E+17")]
    {
        let mut cells = Row::new(format!("2015111{column:04}")).cells();
        cells[column] = text.to_owned();
        bad.push(cells);
    }
    let bad = bad.iter().map(|cells| cells.join(",")).collect::<Vec<_>>().join("\n");
    let roster = format!("{}\n{bad}\n{}", csv(std::slice::from_ref(&good)), good.cells().join(","));
    let answer = server.person(ADMINISTRATOR).import(&roster).await;
    assert_eq!(answer.status, 200);
    assert_eq!((&answer.body["created"], &answer.body["unchanged"]), (&json!(1), &json!(0)));
    insta::assert_json_snapshot!("bad_rows", answer.body["rows"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quote_that_is_never_closed_swallows_nobody_silently() {
    let server = untouched().await;
    let open = Row::new("20150000002").cells().join(",").replace("软件工程", "\"软件工程");
    let roster = format!("{HEADER}\n{open}\n{}", Row::new("20150000003").cells().join(","));
    let answer = server.person(ADMINISTRATOR).import(&roster).await;
    assert_eq!(answer.body["created"], 0);
    assert_eq!(answer.body["rows"][0]["row"], 2);
    assert_eq!(answer.body["rows"][0]["problem"]["fields"][0]["code"], "torn-row");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_right_hears_that_before_anything_about_the_body() {
    let server = untouched().await;
    let put = server.person(STUDENT).request(Method::PUT, &format!("{BATCH}/students/{STUDENT}/steps/2"));
    let put = put.header(CONTENT_TYPE, "application/json").body("{nope");
    assert_eq!(answer_of(put).await, (403, "not-allowed".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_roster_that_is_none_is_refused_as_a_whole() {
    let server = untouched().await;
    let admin = server.person(ADMINISTRATOR);
    let missing = HEADER.replace(",学院", "");
    let answer = admin.import(&format!("{missing}\n")).await;
    assert_eq!(
        (answer.problem(), answer.fields()),
        ((422, "invalid-fields"), vec!["college: missing-column".to_owned()])
    );
    let doubled = HEADER.replace("民族", "姓名");
    let answer = admin.import(&doubled).await;
    assert_eq!(answer.fields(), ["姓名: duplicate"], "who is of which people needn't be said");
    assert_eq!(admin.import("").await.problem(), (400, "invalid-body"));
    let many = format!("{HEADER}\n{}", "20150000009,王\n".repeat(20_040));
    assert_eq!(admin.import(&many).await.problem(), (413, "too-large"));
    let post = || admin.request(Method::POST, &format!("{BATCH}/roster"));
    assert_eq!(answer_of(post().header(CONTENT_TYPE, "application/pdf").body("%PDF")).await.0, 400);
    let form = post().header(CONTENT_TYPE, "multipart/form-data; boundary=x").body("--y");
    assert_eq!(answer_of(form).await, (400, "invalid-body".to_owned()));
    // Whoever only looks is shown what was understood, and what wasn't.
    let looked = post().query(&[("dry_run", "true")]).body(format!("{missing}\n"));
    let looked = api_tests::answer(looked).await.body;
    let fault = &looked["table"]["faults"][0];
    assert_eq!((&fault["field"], &fault["code"]), (&json!("college"), &json!("missing-column")));
    let progress = admin.get(&format!("{BATCH}/progress")).await.body;
    assert_eq!(progress["students"], 1, "nobody else came in");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_roster_is_one_file_and_several_calls() {
    let server = untouched().await;
    let admin = server.person(ADMINISTRATOR);
    let mut all = rows(2_003);
    // Somebody who stands in it twice is found although the two are in different calls.
    all.push(Row { name: "王二".to_owned(), ..all[0].clone() });
    let roster = csv(&all);
    let call = async |query: &[(&str, &str)]| {
        answer(admin.request(Method::POST, &format!("{BATCH}/roster")).query(query).body(roster.clone()))
            .await
            .body
    };
    for dry in ["true", "false"] {
        let first = call(&[("dry_run", dry)]).await;
        // One of them has been there before.
        assert_eq!((&first["created"], &first["unchanged"]), (&json!(1_999), &json!(1)));
        assert_eq!((&first["next"], &first["table"]["rows"]), (&json!(2_002), &json!(2_004)));
        let second = call(&[("dry_run", dry), ("from", "2002")]).await;
        assert_eq!((&second["created"], &second["next"]), (&json!(3), &Value::Null));
        assert_eq!(second["rows"][0]["problem"]["fields"][0]["code"], "duplicate");
    }
    let nought = admin.request(Method::POST, &format!("{BATCH}/roster?from=0")).body(roster.clone());
    assert_eq!(answer_of(nought).await, (422, "invalid-fields".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_become_empty_or_is_a_new_college_is_said_before() {
    let server = untouched().await;
    let admin = server.person(ADMINISTRATOR);
    let one = Row::new("20150000002");
    admin.import(&csv(std::slice::from_ref(&one))).await;
    let mut cells = one.cells();
    cells[15] = String::new();
    cells[9] = "信息 学院".to_owned();
    let two = Row { college: "信息学苑", ..Row::new("20150000003") };
    let roster = format!("{HEADER}\n{}\n{}\n", cells.join(","), two.cells().join(","));
    let request = admin.request(Method::POST, &format!("{BATCH}/roster?dry_run=true"));
    let preview = answer(request.body(roster)).await.body;
    assert_eq!(
        preview["updates"],
        json!([{"row": 2, "student": "20150000002", "columns": ["phone"], "emptied": ["phone"]}])
    );
    assert_eq!(preview["new_colleges"], json!([{"name": "信息学苑", "rows": 1, "like": "信息学院"}]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_word_means_and_hidden_rows_are_somebody_s_to_say() {
    let server = untouched().await;
    let admin = server.person(ADMINISTRATOR);
    let one = Row { level: "研究生", ..Row::new("20150000002") };
    let send = async |reading: Value| {
        let file = reqwest::multipart::Part::bytes(csv(std::slice::from_ref(&one)).into_bytes());
        let form = reqwest::multipart::Form::new().part("table", file).text("reading", reading.to_string());
        let request = admin.request(Method::POST, &format!("{BATCH}/roster?dry_run=true"));
        answer(request.multipart(form)).await.body
    };
    let asked = send(json!({})).await;
    let fault = &asked["rows"][0]["problem"]["fields"][0];
    assert_eq!((&fault["code"], &fault["read"]), (&json!("one-of"), &json!("研究生")));
    let told = send(json!({"words": {"level": {"研究生": "master"}}})).await;
    assert_eq!((&told["created"], &told["rows"]), (&json!(1), &json!([])));
    let wrong = send(json!({"words": {"level": {"研究生": "bachelor"}}})).await;
    assert_eq!(wrong["rows"][0]["problem"]["fields"][0]["code"], "one-of", "no value of the file's");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_fifty_megabytes_hears_that_it_is_too_large() {
    let server = untouched().await;
    let huge = vec![b' '; 50 * 1024 * 1024];
    let put = server.person(LIBRARY).request(Method::PUT, &format!("{BATCH}/students/{STUDENT}/steps/2"));
    let put = put.header(CONTENT_TYPE, "application/json").body(huge.clone());
    // API Gateway takes ten megabytes and says in its own words what is more.
    let kind = if server.is_deployed() { "" } else { "too-large" };
    assert_eq!(answer_of(put).await, (413, kind.to_owned()));
    let post = server.person(ADMINISTRATOR).request(Method::POST, &format!("{BATCH}/roster"));
    let post = post.header(CONTENT_TYPE, "text/csv").body(huge);
    assert_eq!(answer_of(post).await, (413, kind.to_owned()));
    let put = server.person(LIBRARY).request(Method::PUT, &format!("{BATCH}/students/{STUDENT}/steps/2"));
    let put = put.header(CONTENT_TYPE, "application/json").body(vec![b' '; 100 * 1024]);
    assert_eq!(answer_of(put).await, (413, "too-large".to_owned()));
    nothing_happened(&server).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_s_entry_is_checked() {
    let server = untouched().await;
    let put = async |body: Value| server.person(ADMINISTRATOR).entitle("20080555", &body).await.fields();
    let entry = |roles: Value, offices: Value, colleges: Value| json!({"name": "某", "roles": roles, "offices": offices, "colleges": colleges});
    assert_eq!(put(entry(json!(["king"]), json!([]), json!(["*"]))).await, ["grants[0].role: one-of"]);
    assert_eq!(put(entry(json!([]), json!([]), json!(["*"]))).await, ["grants: required"]);
    assert_eq!(
        put(entry(json!(["operator"]), json!(["kitchen"]), json!(["*"]))).await,
        ["grants[0].offices[0]: one-of"]
    );
    assert_eq!(
        put(entry(json!(["operator"]), json!([]), json!(["*"]))).await,
        ["grants[0].offices: required"]
    );
    assert_eq!(
        put(entry(json!(["counsellor"]), json!([]), json!([]))).await,
        ["grants[0].colleges: required"]
    );
    let cover = |from: &str, until: &str| json!({"name": "某", "grants": [{"role": "registrar", "from": from, "until": until}]});
    let path = format!("{BATCH}/operators/20080555");
    let backwards = cover("2017-12-20T00:00:00+08:00", "2017-12-19T00:00:00+08:00");
    assert_eq!(
        server.person(ADMINISTRATOR).put(&path, &backwards).await.fields(),
        ["grants[0].until: not-after-from"]
    );
    let never = cover("soon", "2017-12-19T00:00:00+08:00");
    assert_eq!(
        server.person(ADMINISTRATOR).put(&path, &never).await.fields(),
        ["grants[0].from: not-an-instant"]
    );
    let own = format!("/api/administrators/{ADMINISTRATOR}");
    assert_eq!(server.person(ADMINISTRATOR).put(&own, &json!({"name": "某"})).await.status, 200);
    let dismissed =
        answer(server.person(ADMINISTRATOR).request(Method::DELETE, &format!("{own}?seen=0"))).await;
    assert_eq!(dismissed.problem(), (403, "not-allowed"), "somebody must be left");
    let demoted = entry(json!(["registrar"]), json!([]), json!([]));
    let student = server.person(ADMINISTRATOR).entitle(STUDENT, &demoted).await;
    assert_eq!(student.problem(), (403, "not-allowed"), "students are no operators");
    let listed = server.person(ADMINISTRATOR).get(&format!("{BATCH}/operators")).await.body;
    assert!(!listed.to_string().contains("20080555"));
}

#[tokio::test(flavor = "multi_thread")]
async fn advisors_who_are_nobody_are_said_before() {
    let server = untouched().await;
    let admin = server.person(ADMINISTRATOR);
    let roster = async |csv: String, query: &str| {
        answer(admin.request(Method::POST, &format!("{BATCH}/roster{query}")).body(csv)).await.body
    };
    let said = |answer: &Value| -> Vec<(u64, String, String)> {
        let rows = answer["remarks"].as_array().unwrap_or_else(|| panic!("{answer}")).iter();
        let one = |row: &Value, remark: &Value| {
            let word = |field: &str| remark[field].as_str().unwrap().to_owned();
            (row["row"].as_u64().unwrap(), word("code"), word("message"))
        };
        rows.flat_map(|row| row["remarks"].as_array().unwrap().iter().map(move |remark| one(row, remark)))
            .collect()
    };
    let named = |advisors: &'static str, id: &str| Row { advisors, ..Row::new(id) };
    let all = csv(&[
        named("20050007 李老师", "20150000002"),
        named("20050007 李 老师", "20150000003"),
        named("20050007 赵老师", "20150000004"),
        named("", "20150000005"),
    ]);
    let tried = roster(all.clone(), "?dry_run=true").await;
    let remarks = said(&tried);
    let codes: Vec<_> = remarks.iter().map(|(row, code, _)| (*row, code.as_str())).collect();
    assert_eq!(codes, [(4, "called-otherwise"), (5, "nobody-decides")]);
    assert!(remarks[0].2.contains("李老师") && remarks[1].2.contains("导师审核"), "{remarks:?}");
    assert_eq!(roster(all, "").await["created"], 4, "they are taken all the same");

    // A roster without the column says nothing of whoever is there, and of whoever is new that they have nobody.
    let row = |id: &str| format!("{id},王小明,硕士,全日制,呈贡,信息学院,群众,否\n");
    let head = "学号,姓名,培养层次,学习形式,校区,学院,政治面貌,组织关系在校\n";
    let tried = roster(format!("{head}{}{}", row("20150000002"), row("20150000009")), "?dry_run=true").await;
    assert_eq!(said(&tried).into_iter().map(|(row, ..)| row).collect::<Vec<_>>(), [3], "{tried}");
}
