//! The system as it is deployed: the built functions behind the Lambda Runtime API of `cargo lambda watch`,
//! and in front of them what API Gateway does with an HTTP API, by the routes of `template.yaml`.
//!
//! The clock of a deployed function can't be set, so libfaketime sets it from outside.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use domain::batch_file;
use edge::token::{Signer, SlipSigner, SlipVerifier, Verifier, generate};
use edge::{App, Batches, Clock, load_batches};
use lixiao::local::Options;
use lixiao::{demo, table};
use serde_json::Value;
use store::Store;
use tether::Tethered;
use tokio::net::TcpListener;

use crate::Running;
use crate::gateway::{self, Gateway};
use crate::policy::Policy;
use crate::unruly::Unruly;

/// How many servers one test program may start.
const MOST_SERVERS: usize = 96;
/// A function of the tests' own that fails on demand.
pub const FAULTY: &str = "faulty";
/// How many copies of a function run at once, as Lambda would start them when requests overlap.
const MOST_COPIES: usize = 8;
const FAKETIME: &str = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";

/// What says how a university signs people in.
const OF_A_UNIVERSITY: [&str; 5] =
    ["LIXIAO_SIGN_IN", "LIXIAO_UNIVERSITY", "LIXIAO_CLIENT_ID", "LIXIAO_CLIENT_SECRET", "LIXIAO_CLAIMS"];

/// Whether the tests are to run against the built functions: `LIXIAO_TARGET=lambda`.
pub fn is_the_target() -> bool {
    std::env::var("LIXIAO_TARGET").is_ok_and(|target| target == "lambda")
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The program of a function: as `make zips` unpacked it, or, where `LIXIAO_PROGRAMS` names a folder, as
/// cargo put it there.
pub fn program(function: &str) -> PathBuf {
    let program = match std::env::var_os("LIXIAO_PROGRAMS") {
        Some(folder) => root().join(folder).join(function),
        None => root().join("target/lambda").join(function).join("bootstrap"),
    };
    assert!(program.exists(), "{} is missing: `make zips` builds it", program.display());
    program
}

/// The template, read once for all servers of a test program.
pub fn template() -> &'static Value {
    static TEMPLATE: OnceLock<Value> = OnceLock::new();
    TEMPLATE.get_or_init(|| table::template().unwrap())
}

/// The functions of the template: name of the folder, and its properties.
pub fn functions() -> Vec<(String, Value)> {
    let resources = template()["Resources"].as_object().unwrap();
    let functions = resources.values().filter(|resource| resource["Type"] == "AWS::Serverless::Function");
    let folder = |properties: &Value| {
        let code = properties["CodeUri"].as_str().unwrap();
        code.trim_start_matches("../target/lambda/").trim_end_matches("/bootstrap.zip").to_owned()
    };
    functions.map(|f| (folder(&f["Properties"]), f["Properties"].clone())).collect()
}

/// `cargo lambda watch` without functions of its own: it hands events to whoever asks for them. One for
/// all servers of a test program; each has names of its own.
struct Emulator {
    port: u16,
    _process: Tethered,
}

static SERVERS: AtomicUsize = AtomicUsize::new(0);

fn emulator() -> &'static Emulator {
    static EMULATOR: OnceLock<Emulator> = OnceLock::new();
    EMULATOR.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let mut manifest =
            "[package]\nname = \"emulated\"\nversion = \"0.0.0\"\nedition = \"2024\"\n".to_owned();
        for server in 0..MOST_SERVERS {
            for function in functions().into_iter().map(|(function, _)| function).chain([FAULTY.to_owned()]) {
                manifest += &format!("[[bin]]\nname = \"s{server}-{function}\"\npath = \"main.rs\"\n");
            }
        }
        std::fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
        std::fs::write(folder.path().join("main.rs"), "fn main() {}\n").unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let program = root().join(".venv/bin/cargo-lambda");
        assert!(program.exists(), "{} is missing: `make functions` installs it", program.display());
        let mut watch = tether::command(program);
        watch.args(["lambda", "watch", "--only-lambda-apis", "--ignore-changes", "--disable-cors"]);
        watch.args(["--invoke-address", "127.0.0.1", "--invoke-port", &port.to_string()]);
        watch.current_dir(folder.path()).stdout(Stdio::null()).stderr(Stdio::null());
        let process = tether::start(watch).unwrap();
        // It has read its folder once it listens: a folder kept as long as this would never go.
        for _ in 0..200 {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Emulator { port, _process: process };
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("cargo lambda watch did not start")
    })
}

/// How long a function may take, by the template.
fn timeout(function: &str) -> Duration {
    static TIMEOUTS: OnceLock<(HashMap<String, u64>, u64)> = OnceLock::new();
    let (own, usual) = TIMEOUTS.get_or_init(|| {
        let usual = template()["Globals"]["Function"]["Timeout"].as_u64().unwrap();
        let own = functions().into_iter().filter_map(|(name, p)| Some((name, p["Timeout"].as_u64()?)));
        (own.collect(), usual)
    });
    Duration::from_secs(own.get(function).copied().unwrap_or(*usual))
}

/// What a function is started with.
pub type Environment = BTreeMap<String, String>;

/// The functions of one server, started when they are first asked.
pub struct Fleet {
    server: usize,
    environment: Environment,
    /// Programs of functions that the template doesn't have.
    pub programs: Mutex<HashMap<String, PathBuf>>,
    /// Variables of one function alone.
    pub peculiar: Mutex<HashMap<String, Environment>>,
    copies: Mutex<HashMap<String, Vec<Tethered>>>,
    busy: Mutex<HashMap<String, usize>>,
    /// Copies that ran out of time.
    lost: Mutex<HashMap<String, usize>>,
    /// What the functions log, a file each.
    pub logs: tempfile::TempDir,
    http: reqwest::Client,
}

impl Fleet {
    fn name(&self, function: &str) -> String {
        format!("s{}-{function}", self.server)
    }

    /// What every function is started with.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// Everything a function has logged.
    pub fn log(&self, function: &str) -> String {
        std::fs::read_to_string(self.logs.path().join(function)).unwrap_or_default()
    }

    fn start_copy(&self, function: &str) -> Tethered {
        let log = self.logs.path().join(function);
        let log = std::fs::File::options().create(true).append(true).open(log).unwrap();
        let api = format!("http://127.0.0.1:{}/.rt/{}", emulator().port, self.name(function));
        let own = self.programs.lock().unwrap().get(function).cloned();
        let program = own.unwrap_or_else(|| program(function));
        let mut command = as_lambda_starts(tether::command(program), function, &self.environment, &api);
        if let Some(own) = self.peculiar.lock().unwrap().get(function) {
            command.envs(own);
        }
        command.stdout(log.try_clone().unwrap()).stderr(log);
        tether::start(command).unwrap()
    }

    /// One more request is under way: a copy more, if all are busy.
    fn make_room(&self, function: &str) {
        let busy = {
            let mut busy = self.busy.lock().unwrap();
            let busy = busy.entry(function.to_owned()).or_default();
            *busy += 1;
            *busy
        };
        let mut copies = self.copies.lock().unwrap();
        let copies = copies.entry(function.to_owned()).or_default();
        copies.retain_mut(|copy| copy.try_wait().is_ok_and(|ended| ended.is_none()));
        let lost = self.lost.lock().unwrap().get(function).copied().unwrap_or(0);
        if copies.len() < busy.min(MOST_COPIES) + lost {
            copies.push(self.start_copy(function));
        }
    }

    /// Invokes a function as `cargo lambda invoke` does: its answer, or that it failed.
    pub async fn invoke(&self, function: &str, event: &Value) -> Invoked {
        self.make_room(function);
        let url = format!(
            "http://127.0.0.1:{}/2015-03-31/functions/{}/invocations",
            emulator().port,
            self.name(function)
        );
        let patience = timeout(function);
        let answered = self.http.post(url).timeout(patience).body(event.to_string()).send().await;
        *self.busy.lock().unwrap().get_mut(function).unwrap() -= 1;
        match answered {
            Ok(answer) if answer.status().is_success() => match answer.json().await {
                Ok(answer) => Invoked::Answered(answer),
                Err(_) => Invoked::Failed,
            },
            Ok(_) => Invoked::Failed,
            Err(_) => {
                // Lambda ends a copy that ran out of time; here it is given up, and another takes its place.
                *self.lost.lock().unwrap().entry(function.to_owned()).or_default() += 1;
                Invoked::TimedOut
            }
        }
    }

    /// Ends every copy of a function, as Lambda does when it has idled.
    pub fn stop(&self, function: &str) {
        self.copies.lock().unwrap().remove(function);
        self.lost.lock().unwrap().remove(function);
    }

    /// Whether every copy of a function has ended.
    pub fn has_ended(&self, function: &str) -> bool {
        let mut copies = self.copies.lock().unwrap();
        let copies = copies.get_mut(function);
        copies.is_none_or(|copies| copies.iter_mut().all(|copy| copy.try_wait().is_ok_and(|e| e.is_some())))
    }
}

/// A function's program as it is begun, with its environment, and where it finds its events.
pub fn as_lambda_starts(
    mut command: Command,
    function: &str,
    environment: &Environment,
    api: &str,
) -> Command {
    command.env_clear().envs(environment).env("AWS_LAMBDA_RUNTIME_API", api);
    // By its key the network knows whose policy a call is held against.
    command.env("AWS_LAMBDA_FUNCTION_NAME", function).env("AWS_ACCESS_KEY_ID", function);
    command
}

/// What became of an invocation.
#[derive(Debug)]
pub enum Invoked {
    /// The function answered.
    Answered(Value),
    /// It failed.
    Failed,
    /// It gave no answer in time.
    TimedOut,
}

/// The whole system, built and deployed as far as that goes on one machine.
pub async fn start(mut options: Options) -> Running {
    if options.demo.is_some() {
        options.administrator.push(demo::ADMINISTRATOR.parse().unwrap());
    }
    let server = SERVERS.fetch_add(1, Ordering::SeqCst);
    assert!(server < MOST_SERVERS, "raise MOST_SERVERS");
    let dynamodb = table::serve(table::open(options.data.as_deref()).unwrap(), options.dynamodb_listen);
    let dynamodb = dynamodb.await.unwrap();
    let network = Unruly::start().await;
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
    let secrets = gateway::secrets(key, slip_key, mail.clone()).await;
    let layer = tempfile::tempdir().unwrap();
    let batches = layer_of_batches(&options, layer.path());
    let clock = match options.at {
        None => Clock::System,
        Some(at) if options.stand_still => Clock::Standing(at),
        Some(at) => Clock::running_from(at),
    };
    let through = options.by_way_of.unwrap_or(network.address);
    let mut environment = environment(&options, through, secrets, address);
    environment.insert("LIXIAO_SESSION_KEYS".to_owned(), signer.public().to_owned());
    environment.insert("LIXIAO_SLIP_KEYS".to_owned(), slip_signer.public().to_owned());
    environment.insert("LIXIAO_BATCHES".to_owned(), layer.path().display().to_string());

    let store = Store::at_address(&format!("http://{dynamodb}"), table::TABLE.to_owned());
    if let Some(students) = options.demo {
        let batch = batches.get(demo::BATCH).unwrap();
        demo::fill(&store, batch, students, clock.now()).await.unwrap();
    }
    let keys = (Verifier::of([signer.public()]).unwrap(), SlipVerifier::of([slip_signer.public()]).unwrap());
    let app = App::new(batches, store, keys, clock, options.administrator.clone())
        .at_address(&format!("http://{address}"))
        .with_signer(signer.clone());
    let fleet = Arc::new(Fleet {
        server,
        environment,
        programs: Mutex::default(),
        peculiar: Mutex::default(),
        copies: Mutex::default(),
        busy: Mutex::default(),
        lost: Mutex::default(),
        logs: tempfile::tempdir().unwrap(),
        http: reqwest::Client::new(),
    });
    let gateway = Gateway::of_the_template(fleet.clone(), options.portal_origin.as_deref());
    let front = gateway.clone();
    tokio::spawn(async move { front.serve(listener).await });
    Running {
        address,
        dynamodb,
        signer,
        slip_signer,
        app,
        deployed: Some(Deployed { fleet, gateway, network, mail, layer }),
    }
}

/// What only a deployed system has.
pub struct Deployed {
    /// Its functions.
    pub fleet: Arc<Fleet>,
    /// What stands in front of them.
    pub gateway: Gateway,
    /// The network between them and the table.
    pub network: Unruly,
    /// The mail server's address, as it stands in its secret.
    pub mail: Arc<Mutex<String>>,
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
    let administrators: Vec<String> = options.administrator.iter().map(ToString::to_string).collect();
    let mut environment: Environment = [
        ("AWS_REGION", "cn-north-1"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
        ("AWS_LAMBDA_LOG_FORMAT", "JSON"),
        ("LIXIAO_TABLE", table::TABLE),
        ("LIXIAO_ADMINISTRATORS", &administrators.join(",")),
        ("LIXIAO_ADDRESS", &format!("http://{address}")),
        ("LIXIAO_SESSION_KEY_SECRET", "lixiao/session-key"),
        ("LIXIAO_SLIP_KEY_SECRET", "lixiao/slip-key"),
        ("LIXIAO_MAIL_SECRET", "lixiao/mail"),
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
