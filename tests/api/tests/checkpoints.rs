//! Checkpoints that write themselves: each day and at closing, each proving that the one before still holds, in a bucket
//! that gives nothing up; and nothing that an audit doubts.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::path::Path;
use std::time::{Duration, SystemTime};

use api_tests::bucket::{self, Bucket};
use api_tests::fleet::Invoked;
use api_tests::{ADMINISTRATOR, LIBRARY, Server, rows, standing_at, table};
use aws_sdk_s3::config::{BehaviorVersion, Builder, Credentials, Region};
use checkpoint::Keeper;
use edge::token::{NoteVerifier, generate};
use ledger::SignedCheckpoint;
use lixiao::local::Options;
use serde_json::{Value, json};

const STUDENT: &str = "20150000001";

/// A bucket with a key, over the same table on every day.
struct Vault {
    bucket: Bucket,
    private: String,
    public: String,
    folder: tempfile::TempDir,
}

impl Vault {
    async fn open() -> Self {
        let pair = generate().unwrap();
        let folder = tempfile::tempdir().unwrap();
        Self { bucket: Bucket::open().await, private: pair.private, public: pair.public, folder }
    }

    fn keeper(&self) -> Keeper {
        let config = Builder::new()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("local"))
            .endpoint_url(format!("http://{}", self.bucket.address))
            .credentials_provider(Credentials::new("a", "b", None, None, "test"));
        Keeper::of(config, bucket::NAME.to_owned(), &self.private, std::iter::empty()).unwrap()
    }

    /// The system at a moment, over what was left at the last one.
    async fn at(&self, time: &str) -> Server {
        let data = Some(self.data().to_owned());
        Server::start(Options { data, in_memory: false, ..standing_at(time) }).await
    }

    fn data(&self) -> std::path::PathBuf {
        Path::new(self.folder.path()).join("lixiao.db")
    }

    /// What the schedule's call did at a moment.
    async fn call(&self, server: &Server) -> Result<Value, String> {
        let until = SystemTime::now() + Duration::from_secs(120);
        let report = checkpoint::checkpoint(&server.running.app, &self.keeper(), until).await;
        report.map(|report| json!(report)).map_err(|error| error.to_string())
    }

    fn read(&self, name: &str) -> SignedCheckpoint {
        let signed = SignedCheckpoint::read(&self.bucket.text(name)).unwrap();
        let verifier = NoteVerifier::of([self.public.as_str()]).unwrap();
        assert!(verifier.verify(&signed.checkpoint.text(), &signed.signatures), "{name}");
        signed
    }
}

fn did(written: usize, already: usize) -> Result<Value, String> {
    Ok(json!({"written": written, "already": already, "left": 0}))
}

async fn begin(vault: &Vault) -> Server {
    let server = vault.at("2017-12-20T00:07:00+08:00").await;
    server.employ().await;
    server.enrol(&rows(3)).await;
    server
}

#[tokio::test(flavor = "multi_thread")]
async fn each_day_writes_one_and_closing_another_and_each_holds_the_one_before() {
    let vault = Vault::open().await;
    let server = begin(&vault).await;
    assert_eq!(vault.call(&server).await, did(1, 0));
    assert_eq!(vault.call(&server).await, did(0, 1), "the same day again");
    let first = vault.read("2018-01/2017-12-20.txt");
    assert_eq!(first.checkpoint.taken_at, "2017-12-20T00:07:00+08:00");
    assert_eq!(server.person(LIBRARY).decide(STUDENT, 2, "pass").await.status, 200);
    drop(server);

    let server = vault.at("2017-12-21T03:07:00+08:00").await;
    assert_eq!(vault.call(&server).await, did(1, 1));
    let second = vault.read("2018-01/2017-12-21.txt");
    let subject = format!("2018-01#{STUDENT}");
    let versions = [&first, &second].map(|signed| signed.heads.get(&subject).map(|head| head.version));
    assert_eq!(versions, [Some(0), Some(1)], "what was decided on one day is in the next one's");
    drop(server);

    let server = vault.at("2018-01-11T00:07:00+08:00").await;
    assert_eq!(vault.call(&server).await, did(2, 2));
    let names = vault.bucket.names();
    assert_eq!(names[2..], ["2018-01/2018-01-11-closed.txt", "2018-01/2018-01-11.txt"]);
    drop(server);
    let before = vault.at("2017-11-01T00:07:00+08:00").await;
    assert_eq!(vault.call(&before).await, did(0, 4), "before it opens nothing is due");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_history_that_was_cut_short_none_is_written_and_the_call_fails() {
    let vault = Vault::open().await;
    let server = begin(&vault).await;
    let subject = format!("2018-01#{STUDENT}");
    let before = table::item(&server, &subject, "clearance").await;
    server.person(LIBRARY).decide(STUDENT, 2, "reject").await;
    assert_eq!(vault.call(&server).await, did(1, 0));
    drop(server);
    // The debt is gone, and every chain is whole: only the checkpoint knows.
    let server = vault.at("2017-12-21T00:07:00+08:00").await;
    table::call(&server, "PutItem", json!({ "Item": before })).await;
    table::call(&server, "DeleteItem", json!({"Key": table::key(&subject, "event#000001")})).await;
    lixiao::audit::audit(&server.running.app.store, &"2018-01".parse().unwrap()).await.unwrap();
    let failed = vault.call(&server).await.unwrap_err();
    assert_eq!(failed, "no checkpoint of 2018-01: see `lixiao audit`");
    assert_eq!(vault.bucket.names(), ["2018-01/2017-12-20.txt"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_that_somebody_else_put_there_is_no_basis() {
    let vault = Vault::open().await;
    let server = begin(&vault).await;
    let other = Vault::open().await;
    assert_eq!(other.call(&server).await, did(1, 0));
    vault.bucket.smuggle("2018-01/2017-12-19.txt", &other.bucket.text("2018-01/2017-12-20.txt"));
    let failed = vault.call(&server).await.unwrap_err();
    assert_eq!(failed, "2018-01/2017-12-19.txt is not ours");
    vault.bucket.smuggle("2018-01/2017-12-19.txt", "nothing of the kind");
    let failed = vault.call(&server).await.unwrap_err();
    assert!(failed.starts_with("2018-01/2017-12-19.txt: not a checkpoint"), "{failed}");
    assert_eq!(vault.bucket.names().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_time_it_is_left_and_without_a_bucket_it_is_an_error() {
    let vault = Vault::open().await;
    let server = begin(&vault).await;
    let report =
        checkpoint::checkpoint(&server.running.app, &vault.keeper(), SystemTime::now()).await.unwrap();
    assert_eq!((report.written, report.left), (0, 1));
    let mut nowhere = vault;
    nowhere.bucket.address = "127.0.0.1:9".parse().unwrap();
    let failed = nowhere.call(&server).await.unwrap_err();
    assert!(failed.starts_with("list 2018-01/: "), "{failed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_writes_holds_the_students_and_its_log_names_nobody() {
    let server = Server::start(standing_at("2017-12-20T00:07:00+08:00")).await;
    server.employ().await;
    server.enrol(&rows(3)).await;
    let vault = Vault::open().await;
    let (report, bucket, public, log) = match &server.running.deployed {
        Some(deployed) => {
            let event = json!({"detail-type": "Scheduled Event", "source": "aws.events", "detail": {}});
            let answer = deployed.fleet.invoke("checkpoint", &event).await;
            let log = deployed.fleet.log("checkpoint");
            let Invoked::Answered(report) = answer else { panic!("{log}") };
            (report, &deployed.bucket, &deployed.checkpoint_key, log)
        }
        None => (vault.call(&server).await.unwrap(), &vault.bucket, &vault.public, String::new()),
    };
    assert_eq!(report["written"], 1);
    let signed = SignedCheckpoint::read(&bucket.text("2018-01/2017-12-20.txt")).unwrap();
    let verifier = NoteVerifier::of([public.as_str()]).unwrap();
    assert!(verifier.verify(&signed.checkpoint.text(), &signed.signatures));
    assert!(signed.heads.iter().any(|(subject, _)| subject.contains(STUDENT)));
    assert!(!log.contains(STUDENT) && !log.contains(ADMINISTRATOR), "{log}");
}
