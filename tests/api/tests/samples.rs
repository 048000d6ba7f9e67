//! Each sample university from its roster to the slip: what its notice says is done, and no paper says anything else.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use api_tests::{Answer, Person, Server, answer};
use lixiao::local::Options;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};

/// The words of the first customer, which no other university's paper may have.
const FIRST_CUSTOMERS: [&str; 6] = ["莲华", "呈贡", "昆明", "硕士", "博士", "培养层次"];

struct Sample {
    server: Server,
    batch: String,
    administrator: Person,
    registrar: Person,
    /// Staff who decide, by office and bound.
    clerks: Vec<(String, Vec<String>, String)>,
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/samples").join(name)
}

impl Sample {
    async fn start(name: &str, at: &str) -> Self {
        let options = Options {
            batches: folder(name),
            at: Some(api_tests::at(at)),
            stand_still: true,
            demo: Some(12),
            ..Options::default()
        };
        let server = Server::start(options).await;
        let batch = server.running.app.batches.iter().next().unwrap().clone();
        let people = lixiao::demo::Demo::of(&folder(name), &batch).unwrap().people(0).unwrap();
        let [administrator, registrar] = [&people[0].0, &people[1].0].map(|id| server.person(&id.said()));
        let batch = format!("/api/batches/{}", batch.id());
        let listed = administrator.get(&format!("{batch}/operators?limit=100")).await;
        let mut clerks = Vec::new();
        for operator in listed.body["operators"].as_array().unwrap() {
            for grant in
                operator["grants"].as_array().unwrap().iter().filter(|grant| grant["role"] == "operator")
            {
                let texts = |list: &Value| {
                    list.as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect()
                };
                let office: Vec<String> = texts(&grant["offices"]);
                clerks.push((
                    office[0].clone(),
                    texts(&grant["colleges"]),
                    format!("staff:{}", operator["id"].as_str().unwrap()),
                ));
            }
        }
        Self { server, batch, administrator, registrar, clerks }
    }

    /// Imports the roster that lies beside the files.
    async fn roster(&self, name: &str) -> Answer {
        let csv = std::fs::read_to_string(folder(name).join("roster.csv")).unwrap();
        let request = self.administrator.request(Method::POST, &format!("{}/roster", self.batch));
        let done = answer(request.header(CONTENT_TYPE, "text/csv").body(csv)).await;
        assert_eq!((done.status.as_u16(), &done.body["rows"]), (200, &json!([])), "{}", done.body);
        assert_eq!(done.body["unread"], Value::Null, "every column is read: {}", done.body);
        done
    }

    async fn status(&self, student: &str) -> Value {
        let path = format!("{}/students/{}", self.batch, student.replace('/', "~"));
        let status = self.registrar.get(&path).await;
        assert_eq!(status.status, 200, "{}", status.body);
        status.body
    }

    /// What a student has to do: `number name → office`, in order.
    async fn duties(&self, student: &str) -> Vec<String> {
        let status = self.status(student).await;
        let steps = status["steps"].as_array().unwrap().iter().filter(|step| step["required"] == true);
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        steps
            .map(|step| {
                format!("{} {} → {}", step["number"], word(&step["name"]), word(&step["office"]["name"]))
            })
            .collect()
    }

    /// Every step by a clerk whose it is, in the order in which each becomes ready. The numbers, as they were passed.
    async fn clear(&self, student: &str, bound: &str) -> Vec<u64> {
        let mut passed = Vec::new();
        loop {
            let status = self.status(student).await;
            let steps = status["steps"].as_array().unwrap();
            let Some(step) = steps.iter().find(|step| step["state"] == "ready" && step["required"] == true)
            else {
                assert_eq!(status["cleared"], true, "{status}");
                return passed;
            };
            let number = step["number"].as_u64().unwrap();
            let parts: Vec<&Value> = step["parts"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|part| part["applies"] == true)
                .map(|part| &part["id"])
                .collect();
            let mut body = json!({"decision": "pass"});
            if !parts.is_empty() {
                body["parts"] = json!(parts);
            }
            let office = step["office"]["id"].as_str().unwrap();
            let advised = step["advisors"].as_array().unwrap();
            let path = format!("{}/students/{student}/steps/{number}", self.batch);
            let by: Vec<&String> = self
                .clerks
                .iter()
                .filter(|(of, within, _)| {
                    of == office
                        && within.iter().any(|one| {
                            one == "*" || one == bound || status["student"]["college"] == one.as_str()
                        })
                })
                .map(|(_, _, id)| id)
                .collect();
            let who = match by.first() {
                Some(clerk) => self.server.person(clerk),
                None => {
                    assert!(!advised.is_empty(), "nobody decides {office}");
                    self.server.person("staff:20080123")
                }
            };
            let done = who.put(&path, &body).await;
            assert_eq!(done.status, 200, "{number} {office}: {}", done.body);
            passed.push(number);
        }
    }

    /// The slip's text, as somebody reads it.
    async fn slip(&self, student: &str) -> String {
        let who = self.server.person(&format!("student:{student}"));
        let response =
            who.request(Method::GET, &format!("{}/students/me/slip.pdf", self.batch)).send().await.unwrap();
        assert_eq!(response.status(), 200);
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("slip-{student}.pdf"));
        std::fs::write(&file, response.bytes().await.unwrap()).unwrap();
        let output = Command::new("pdftotext").arg("-raw").arg(&file).arg("-").output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let foreign: Vec<_> = FIRST_CUSTOMERS.iter().filter(|word| text.contains(**word)).collect();
        assert!(foreign.is_empty(), "{foreign:?} on the slip: {text}");
        text
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_graduate_of_four_campuses_leaves_by_the_desk_of_their_campus() {
    let sample = Sample::start("a-four-campuses", "2026-06-29T10:00:00+08:00").await;
    sample.roster("a-four-campuses").await;
    let (borrower, other) = ("202313021002", "202313021001");
    assert_eq!(sample.duties(other).await.len(), 11, "who has no loan doesn't go to the loan centre");
    let with_loan = sample.duties(borrower).await;
    assert!(with_loan.contains(&"8 助学贷款手续 → 学生贷款中心".to_owned()), "{with_loan:?}");
    let place = async |student: &str| sample.status(student).await["steps"][5]["office"]["place"].clone();
    assert_eq!(place(borrower).await, "虎溪图书馆总服务台");
    assert_eq!(place(other).await, "A 区图书馆总服务台");
    let order = sample.clear(other, "").await;
    let at = |number: u64| order.iter().position(|one| *one == number).unwrap();
    assert!(at(1) < at(2) && order.last() == Some(&12), "{order:?}");
    let slip = sample.slip(other).await;
    for said in ["研究生离校单", "离校类型", "毕业", "A 区", "无需办理", "研究生院", "（盖章）"]
    {
        assert!(slip.contains(said), "{said}: {slip}");
    }
    // Late-comers have the whole year.
    let late = Sample::start("a-four-campuses", "2027-03-01T10:00:00+08:00").await;
    late.roster("a-four-campuses").await;
    late.clear(other, "").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undergraduate_leaves_by_the_desk_of_their_area_and_gets_what_is_due() {
    let sample = Sample::start("b-two-rounds", "2022-07-15T10:00:00+08:00").await;
    sample.roster("b-two-rounds").await;
    let (member, other) = ("TCE11005", "ENG11017");
    let clerk = |area: &str| {
        let found = sample.clerks.iter().find(|(_, within, _)| within.iter().any(|one| one == area));
        sample.server.person(&found.unwrap().2)
    };
    let path = format!("{}/students/{member}/steps/2", sample.batch);
    let parts = json!({"decision": "pass", "parts": ["room", "keys", "remote", "electricity"]});
    let refused = clerk("beiqu").put(&path, &parts).await;
    assert_eq!(refused.status, 403, "a clerk of another area: {}", refused.body);
    let listed = async |area: &str| {
        let list = clerk(area).get(&format!("{}/worklist?step=2&limit=100", sample.batch)).await;
        let rows = list.body["students"].as_array().unwrap().clone();
        rows.iter().map(|row| row["facts"]["area"].as_str().unwrap().to_owned()).collect::<BTreeSet<_>>()
    };
    assert_eq!(listed("nanguang").await, BTreeSet::from(["nanguang".to_owned()]));
    let filtered =
        sample.registrar.get(&format!("{}/worklist?step=2&facts=area:zhongqu", sample.batch)).await;
    let areas: BTreeSet<_> = filtered.body["students"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["facts"]["area"].to_string())
        .collect();
    assert_eq!(areas, BTreeSet::from(["\"zhongqu\"".to_owned()]));
    let counted = async |who: &Person| {
        let progress = who.get(&format!("{}/progress", sample.batch)).await;
        let colleges = progress.body["colleges"].as_array().unwrap();
        colleges.iter().map(|college| college["students"].as_u64().unwrap()).sum::<u64>()
    };
    let (all, one_area) = (counted(&sample.registrar).await, counted(&clerk("nanguang")).await);
    assert!(0 < one_area && one_area < all, "{one_area} of {all}");
    let unfinished = clerk("nanguang").get(&format!("{}/unfinished?limit=100", sample.batch)).await;
    assert_eq!(unfinished.body["students"].as_array().unwrap().len() as u64, one_area);
    let unknown =
        sample.registrar.get(&format!("{}/worklist?step=2&facts=campus:lianhua", sample.batch)).await;
    assert_eq!((unknown.status.as_u16(), unknown.fields()), (422, vec!["facts: one-of".to_owned()]));

    sample.clear(member, "nanguang").await;
    sample.clear(other, "zhongqu").await;
    let parts = async |student: &str| {
        let status = sample.status(student).await;
        let parts = status["steps"][2]["parts"].as_array().unwrap().clone();
        parts
            .iter()
            .filter(|part| part["done"] == true)
            .map(|part| part["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        parts(member).await,
        ["student-card", "diploma", "registration-card", "party-letter", "hukou"]
    );
    assert_eq!(parts(other).await, ["student-card", "diploma", "registration-card"]);
    let slip = sample.slip(member).await;
    for said in ["本科生离校单", "TCE11005", "教务处", "系 土木工程系", "（盖章）"] {
        assert!(slip.contains(said), "{said}: {slip}");
    }
    assert!(!slip.contains("研究生") && !slip.contains("党员"), "{slip}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nine_signatures_are_given_in_their_order_to_each_kind_of_student() {
    let sample = Sample::start("c-nine-signatures", "2016-06-25T10:00:00+08:00").await;
    sample.roster("c-nine-signatures").await;
    for (student, order, kind) in [
        ("T2013123", vec![1, 2, 3, 4, 5, 6, 7, 8, 9], "统招"),
        ("T2013124", vec![1, 2, 3, 4, 5, 6, 7, 8, 9], "定向"),
        ("T2013125", vec![1, 2, 3, 4, 7, 9], "MFA"),
        ("T2013126", vec![1, 2, 3, 7, 9], "同等学力"),
    ] {
        let early = sample.registrar.get(&format!("{}/students/{student}", sample.batch)).await;
        let ready: Vec<_> =
            early.body["steps"].as_array().unwrap().iter().filter(|step| step["state"] == "ready").collect();
        assert_eq!(ready.len(), 1, "{student}: one signature at a time");
        assert_eq!(sample.clear(student, "").await, order, "{student}");
        let slip = sample.slip(student).await;
        assert!(slip.contains("学生类别") && slip.contains(kind), "{slip}");
    }
    let of_residence = async |student: &str| sample.duties(student).await[4].clone();
    assert_eq!(of_residence("T2013123").await, "5 住宿签字 → 宿舍管理");
    assert_eq!(of_residence("T2013124").await, "5 住宿签字 → 总务处", "a non-resident");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_in_2026_registers_where_they_go_and_gets_no_card_that_is_gone() {
    let sample = Sample::start("2026", "2026-06-20T10:00:00+08:00").await;
    sample.roster("2026").await;
    let status = sample.status("20231104027").await;
    let parts: Vec<_> = status["steps"][10]["parts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| part["name"].to_string())
        .collect();
    assert!(parts.iter().any(|name| name.contains("去向登记")), "{parts:?}");
    assert!(!status.to_string().contains("报到证"), "{status}");
}
