//! What one function needs around it to answer an event: a batch that is open today, its made-up students and staff,
//! a university and a mail server; and what the words `<…>` of the event files stand for.

use std::collections::BTreeMap;

use anyhow::{Context as _, ensure};
use api_tests::fleet::{Environment, Fleet};
use api_tests::lambda::{self, Deployed};
use api_tests::{Answer, Server};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{Days, NaiveDate, Utc};
use domain::ids::BatchId;
use edge::token::{LoginState, SlipClaims};
use lixiao::demo::{self, Demo};
use lixiao::local::Options;
use lixiao::new_batch;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::events::filled;
use crate::outside::{NONCE, University, post_office};

/// How many students the batch has.
const STUDENTS: u32 = 120;
/// The batch that today's is like.
const LIKE: &str = "2018-01";
/// The state of `events/login-callback.json`'s sign-in.
const STATE: &str = "a-state";
const PARTY_OFFICE: &str = "10000003";
/// Who decides each step of a master's student.
const DECIDE: [&str; 11] = [
    "10000004", "10000005", "10000005", "10000005", "10000006", "10000007", "10000008", "10000008",
    "10000009", "10000009", "10000006",
];

/// A system with a batch that is open today, and functions that are started when they are first asked.
pub struct Scene {
    server: Server,
    batch: BatchId,
    university: University,
    /// Today, in the batch's zone.
    today: NaiveDate,
    _folder: TempDir,
}

impl Scene {
    /// Lays it.
    pub async fn lay() -> anyhow::Result<Self> {
        let folder = api_tests::university();
        let batch = write_batch(&folder, edge::Clock::system().now().date_naive())?;
        let administrator = vec![demo::ADMINISTRATOR.parse()?];
        let batches = folder.path().to_owned();
        let running = lambda::start(Options { batches, administrator, ..Options::default() }).await;
        let app = &running.app;
        let open = app.batches.get(batch.as_str()).context("the batch that is open today")?;
        Demo::of_the_notice(open)?.fill(&app.store, open, STUDENTS, app.clock.now()).await?;
        // As the functions have it: in the university's zone it may be tomorrow already.
        let today = app.clock.now().date_naive();
        let university = University::open(&app.address).await?;
        let scene = Self { server: Server::of(running), batch, university, today, _folder: folder };
        scene.introduce(post_office().await?);
        Ok(scene)
    }

    /// Tells sign-in of its university, and the reminders of their mail server.
    fn introduce(&self, mail: String) {
        let deployed = self.deployed();
        let words = |pairs: &[(&str, &str)]| -> Environment {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let post =
            [("LIXIAO_MAIL_FROM", "lixiao@example.edu"), ("LIXIAO_STAFF_MAIL", "{id}@staff.example.edu")];
        let mut overrides = deployed.fleet.overrides.lock().unwrap();
        overrides.insert("sign-in".to_owned(), words(&self.university.environment()));
        overrides.insert("remind".to_owned(), words(&post));
        *deployed.mail.lock().unwrap() = mail;
    }

    /// The functions, and what stands around them.
    pub fn deployed(&self) -> &Deployed {
        self.server.running.deployed.as_ref().unwrap()
    }

    /// The functions.
    pub fn fleet(&self) -> &Fleet {
        &self.deployed().fleet
    }

    /// An event with everything filled in, and everything done that it stands on.
    pub async fn event(&self, text: &str) -> anyhow::Result<Value> {
        // A path stands in an event three times.
        let mut known: BTreeMap<String, String> = BTreeMap::new();
        let filled = filled(text, async |word| {
            if !known.contains_key(word) {
                let meaning = self.meaning(word).await.with_context(|| format!("<{word}>"))?;
                known.insert(word.to_owned(), meaning);
            }
            Ok(known[word].clone())
        });
        let mut event: Value = serde_json::from_str(&filled.await?)?;
        // API Gateway hands forms on in base64; in the file one stands as it can be read.
        if event["headers"]["content-type"] == "application/x-www-form-urlencoded" {
            event["body"] = json!(STANDARD.encode(event["body"].as_str().unwrap_or_default()));
            event["isBase64Encoded"] = json!(true);
        }
        Ok(event)
    }

    async fn meaning(&self, word: &str) -> anyhow::Result<String> {
        Ok(match word.split(' ').collect::<Vec<_>>()[..] {
            ["batch"] => self.batch.to_string(),
            ["today"] => self.today.to_string(),
            ["token", "of", who] => self.server.running.signer.begin(&who.parse()?, self.now())?,
            [student, "with", "a", "form"] => self.hand_in(student).await?,
            [student, "with", "a", "letter"] => self.issue(student).await.map(|_| student.to_owned())?,
            ["letter", "of", student] => self.issue(student).await?.to_string(),
            [student, "cleared"] => self.clear(student).await?,
            ["slip", "of", student] => self.slip(student).await?,
            ["import", "of", who] => self.import(who).await?,
            ["version", "of", "the", "pages"] => self.version().await?,
            ["login-state"] => self.login_state()?,
            ["university", "token", "of", who] => self.university.token(who)?,
            ["sign-out", "of", who] => self.university.sign_out(who)?,
            _ => anyhow::bail!("nobody knows what <{word}> stands for"),
        })
    }

    fn now(&self) -> domain::Timestamp {
        self.server.running.app.clock.now()
    }

    async fn put(&self, who: &str, path: &str, body: &Value) -> anyhow::Result<Value> {
        let path = format!("/api/batches/{}/{path}", self.batch);
        done(self.server.person(who).put(&path, body).await)
    }

    async fn post(&self, who: &str, path: &str, body: &Value) -> anyhow::Result<Value> {
        let path = format!("/api/batches/{}/{path}", self.batch);
        done(self.server.person(who).post(&path, body).await)
    }

    async fn hand_in(&self, student: &str) -> anyhow::Result<String> {
        let form = json!({"heading": "中共昆明市委组织部", "destination": "昆明市第一中学党委",
            "transfer_kind": "in-province", "confirmed": true});
        self.put(student, "students/me/party-form", &form).await?;
        Ok(student.to_owned())
    }

    async fn issue(&self, student: &str) -> anyhow::Result<u64> {
        self.hand_in(student).await?;
        let issued = self.post(PARTY_OFFICE, "letters", &json!({"students": [student]})).await?;
        issued["results"][0]["number"].as_u64().with_context(|| issued.to_string())
    }

    async fn clear(&self, student: &str) -> anyhow::Result<String> {
        for (step, who) in (1..).zip(DECIDE) {
            let parts = ["student-card", "registration-card", "certificates", "letter"];
            let mut pass = json!({"decision": "pass"});
            if step == DECIDE.len() {
                pass["parts"] = json!(parts);
            }
            self.put(who, &format!("students/{student}/steps/{step}"), &pass).await?;
        }
        Ok(student.to_owned())
    }

    async fn slip(&self, student: &str) -> anyhow::Result<String> {
        self.clear(student).await?;
        let student = student.parse()?;
        let app = &self.server.running.app;
        let clearance = app.store.clearance(&self.batch, &student).await?.context("the student")?;
        let claims = SlipClaims::of(&clearance, self.today).context("their personal data")?;
        let batch = app.batches.get(self.batch.as_str()).context("the batch")?;
        app.store.put_slip(batch, claims.id, &student).await?;
        Ok(self.server.running.slip_signer.slip(&claims)?)
    }

    async fn import(&self, who: &str) -> anyhow::Result<String> {
        let import = "a-sheet-of-theirs";
        let body = json!({"decision": "pass", "students": ["20151000007", "20151000008"], "import": import});
        self.post(who, "steps/3/decisions", &body).await?;
        Ok(import.to_owned())
    }

    /// What the page says that its files are of.
    async fn version(&self) -> anyhow::Result<String> {
        let page = done(self.server.bearer("").get("/").await)?;
        let page = page.as_str().context("the page is text")?;
        let (_, rest) = page.split_once("\"/assets/").context("the page names a file")?;
        Ok(rest.split('/').next().unwrap_or_default().to_owned())
    }

    fn login_state(&self) -> anyhow::Result<String> {
        let verifier = "a-verifier-of-forty-three-characters-at-the-least".to_owned();
        let state =
            LoginState::new(STATE.to_owned(), NONCE.to_owned(), verifier, "/".to_owned(), false, self.now());
        Ok(self.server.running.signer.login_state(&state)?)
    }
}

/// What was answered, if it is what was asked for.
fn done(answer: Answer) -> anyhow::Result<Value> {
    ensure!(answer.status.is_success(), "{} {}", answer.status, answer.body);
    Ok(answer.body)
}

/// The notice's batch as `lixiao new-batch` makes the next one: it opened yesterday, and its forms are due next week.
fn write_batch(folder: &TempDir, today: NaiveDate) -> anyhow::Result<BatchId> {
    let batches = Options::default().batches;
    let text = std::fs::read_to_string(batches.join(format!("{LIKE}.toml")))?;
    let batch: BatchId = Utc::now().format("%Y-%m").to_string().parse()?;
    let asked = new_batch::NewBatch {
        batch: batch.clone(),
        from: LIKE.parse()?,
        opens: today.checked_sub_days(Days::new(1)),
        closes: today.checked_add_days(Days::new(25)),
        batches,
    };
    std::fs::write(folder.path().join(format!("{batch}.toml")), new_batch::next(&asked, &text)?)?;
    Ok(batch)
}
