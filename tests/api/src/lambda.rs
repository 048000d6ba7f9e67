//! The system as it is deployed: the built functions behind the Lambda Runtime API of `cargo lambda watch`,
//! and in front of them what API Gateway does with an HTTP API, by the routes of `template.yaml`.
//!
//! The clock of a deployed function can't be set, so libfaketime sets it from outside.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};

use domain::batch_file;
use edge::token::{Signer, SlipSigner, SlipVerifier, Verifier, generate};
use edge::{App, Batches, Clock, load_batches};
use lixiao::demo::{self, Demo};
use lixiao::local::Options;
use lixiao::table;
use store::{Cost, Store};
use tokio::net::TcpListener;

use crate::bucket::{self, Bucket};
use crate::fault_proxy::FaultProxy;
use crate::fleet::{Environment, Fleet};
use crate::gateway::{self, Gateway};
use crate::policy::Policy;
use crate::template::{functions, root};

const FAKETIME: &str = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";

/// What says how a university signs people in.
const OF_A_UNIVERSITY: [&str; 5] =
    ["LIXIAO_SIGN_IN", "LIXIAO_UNIVERSITY", "LIXIAO_CLIENT_ID", "LIXIAO_CLIENT_SECRET", "LIXIAO_CLAIMS"];

/// Whether the tests are to run against the built functions: `LIXIAO_TARGET=lambda`.
pub fn is_the_target() -> bool {
    std::env::var("LIXIAO_TARGET").is_ok_and(|target| target == "lambda")
}

/// A system that runs: `lixiao local`, or the built functions where `LIXIAO_TARGET=lambda` asks for them.
pub struct Running {
    /// Where it answers.
    pub address: SocketAddr,
    /// Where its embedded table listens.
    pub dynamodb: SocketAddr,
    /// Mints session tokens.
    pub signer: Arc<Signer>,
    /// Mints slips' codes.
    pub slip_signer: Arc<SlipSigner>,
    /// An application over the same table, for what a test wants to look at from inside.
    pub app: App,
    /// The functions and what stands around them.
    pub deployed: Option<Deployed>,
}

impl Running {
    /// What has been asked of the table so far by those who answer requests.
    pub fn spent(&self) -> Cost {
        match &self.deployed {
            Some(deployed) => deployed.network.spent(),
            None => self.app.store.meter().read(),
        }
    }
}

/// The whole system, built and deployed as far as that goes on one machine.
pub async fn start(mut options: Options) -> Running {
    let dynamodb = table::serve(table::open(options.data.as_deref()).unwrap(), options.dynamodb_listen);
    let dynamodb = dynamodb.await.unwrap();
    let network = FaultProxy::start().await;
    network.connect(dynamodb);
    network.enforce(
        functions().into_iter().map(|(function, _)| (function.clone(), Policy::of(&function))).collect(),
    );
    let listener = TcpListener::bind(options.listen).await.unwrap();
    let address = listener.local_addr().unwrap();

    let key = |given: &Option<String>| given.clone().unwrap_or_else(|| generate().unwrap().private);
    let (key, slip_key) = (key(&options.session_key), key(&options.slip_key));
    let signer = Arc::new(Signer::of(&key).unwrap());
    let slip_signer = Arc::new(SlipSigner::of(&slip_key).unwrap());
    let mail = Arc::<Mutex<String>>::default();
    let checkpoint_key = generate().unwrap();
    let secrets = gateway::secrets([key, slip_key, checkpoint_key.private], mail.clone()).await;
    let bucket = Bucket::open().await;
    let layer = tempfile::tempdir().unwrap();
    let batches = layer_of_batches(&options, layer.path());
    let demo = options.demo.map(|students| {
        let batch = demo::batch_of(&batches).unwrap();
        (Demo::of(&options.batches, batch).unwrap(), batch, students)
    });
    if let Some((demo, ..)) = &demo {
        options.administrator.push(demo.administrator().unwrap().said());
    }
    let clock = match options.at {
        None => Clock::system(),
        Some(at) if options.stand_still => Clock::standing(at),
        Some(at) => Clock::running_from(at),
    };
    let through = options.by_way_of.unwrap_or(network.address);
    let mut environment = environment(&options, through, secrets, address);
    environment.insert("AWS_ENDPOINT_URL_S3".to_owned(), format!("http://{}", bucket.address));
    environment.insert("LIXIAO_SESSION_KEYS".to_owned(), signer.public().to_owned());
    environment.insert("LIXIAO_SLIP_KEYS".to_owned(), slip_signer.public().to_owned());
    environment.insert("LIXIAO_BATCHES".to_owned(), layer.path().display().to_string());

    let store = Store::at_address(&format!("http://{dynamodb}"), table::TABLE.to_owned());
    if let Some((demo, batch, students)) = demo {
        demo.fill(&store, batch, students, clock.now()).await.unwrap();
    }
    let keys = (Verifier::of([signer.public()]).unwrap(), SlipVerifier::of([slip_signer.public()]).unwrap());
    let administrators: Vec<_> =
        options.administrator.iter().map(|text| batches.numbers().person(text).unwrap()).collect();
    let app = App::new(batches, store, keys, clock, administrators)
        .at_address(&format!("http://{address}"))
        .with_signer(signer.clone());
    let fleet = Arc::new(Fleet::new(|| environment));
    let gateway = Gateway::of_the_template(fleet.clone(), options.portal_origin.as_deref());
    let front = gateway.clone();
    tokio::spawn(async move { front.serve(listener).await });
    Running {
        address,
        dynamodb,
        signer,
        slip_signer,
        app,
        deployed: Some(Deployed {
            fleet,
            gateway,
            network,
            mail,
            bucket,
            checkpoint_key: checkpoint_key.public,
            layer,
        }),
    }
}

/// What only a deployed system has.
pub struct Deployed {
    /// Its functions.
    pub fleet: Arc<Fleet>,
    /// What stands in front of them.
    pub gateway: Gateway,
    /// The network between them and the table.
    pub network: FaultProxy,
    /// The mail server's address, as it stands in its secret.
    pub mail: Arc<Mutex<String>>,
    /// The bucket of checkpoints.
    pub bucket: Bucket,
    /// The public key of checkpoints.
    pub checkpoint_key: String,
    /// The layer of batch files.
    pub layer: tempfile::TempDir,
}

impl Drop for Deployed {
    /// A call that a policy refuses may pass unnoticed, as a count that is only logged; not here.
    fn drop(&mut self) {
        let denied = self.network.denied();
        if !std::thread::panicking() {
            assert!(denied.is_empty(), "the template's policies refuse {denied:?}");
        }
    }
}

/// The batch files of this server, with its own idea of a campus.
fn layer_of_batches(options: &Options, layer: &Path) -> Batches {
    const NETWORK: &str = "campus = [\"192.0.2.0/24\"]";
    let mut campus: Vec<String> = options.campus.iter().map(ToString::to_string).collect();
    if campus.is_empty() {
        campus = ["192.0.2.0/24", "127.0.0.0/8", "::1/128"].map(str::to_owned).to_vec();
    }
    for file in std::fs::read_dir(&options.batches).unwrap() {
        let file = file.unwrap().path();
        if file.extension().is_some_and(|extension| extension == "toml") {
            let text = std::fs::read_to_string(&file).unwrap();
            let text = text.replace(NETWORK, &format!("campus = {campus:?}"));
            std::fs::write(layer.join(file.file_name().unwrap()), text).unwrap();
        }
    }
    Batches::new(load_batches(layer, batch_file::read_sound).unwrap().batches)
}

/// The environment of every function.
fn environment(
    options: &Options,
    table_address: SocketAddr,
    secrets: SocketAddr,
    address: SocketAddr,
) -> Environment {
    let mut environment: Environment = [
        ("AWS_REGION", "cn-north-1"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
        ("AWS_LAMBDA_LOG_FORMAT", "JSON"),
        ("LIXIAO_TABLE", table::TABLE),
        ("LIXIAO_ADMINISTRATORS", &options.administrator.join(",")),
        ("LIXIAO_ADDRESS", &format!("http://{address}")),
        ("LIXIAO_SESSION_KEY_SECRET", "lixiao/session-key"),
        ("LIXIAO_SLIP_KEY_SECRET", "lixiao/slip-key"),
        ("LIXIAO_MAIL_SECRET", "lixiao/mail"),
        ("LIXIAO_CHECKPOINT_SECRET", "lixiao/checkpoint-key"),
        ("LIXIAO_CHECKPOINT_BUCKET", bucket::NAME),
        ("LIXIAO_SIGN_IN", "cas"),
        ("LIXIAO_UNIVERSITY", "https://cas.invalid/cas"),
        ("LIXIAO_FONTS", &root().join(".fonts").display().to_string()),
        ("AWS_ENDPOINT_URL_DYNAMODB", &format!("http://{table_address}")),
        ("AWS_ENDPOINT_URL_SECRETS_MANAGER", &format!("http://{secrets}")),
        ("SSL_CERT_FILE", "/etc/ssl/certs/ca-certificates.crt"),
        ("TZ", "UTC"),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect();
    // The university that a test has started, if it has.
    environment.extend(std::env::vars().filter(|(name, _)| OF_A_UNIVERSITY.contains(&name.as_str())));
    if let Some(at) = options.at {
        assert!(Path::new(FAKETIME).exists(), "libfaketime sets the functions' clock: apt install faketime");
        // A clock that runs is so many seconds behind, which is the same for every process.
        let behind = at.to_utc() - chrono::Utc::now();
        let set = match options.stand_still {
            true => at.to_utc().format("%Y-%m-%d %H:%M:%S").to_string(),
            false => format!("{:+}", behind.num_milliseconds() as f64 / 1000.0),
        };
        environment.insert("LD_PRELOAD".to_owned(), FAKETIME.to_owned());
        environment.insert("FAKETIME".to_owned(), set);
        environment.insert("FAKETIME_DONT_FAKE_MONOTONIC".to_owned(), "1".to_owned());
        environment.insert("DONT_FAKE_MONOTONIC".to_owned(), "1".to_owned());
    }
    environment
}
