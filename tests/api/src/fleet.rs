//! The built functions, each in execution environments as Lambda would start them, behind the Lambda Runtime API of
//! `cargo lambda watch`.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use serde_json::Value;
use tether::Tethered;

use crate::template::{functions, program, root, timeout};

/// How many servers one test program may start.
const MOST_SERVERS: usize = 96;
/// A function of the tests' own that fails on demand.
pub const FAULTY: &str = "faulty";
/// How many execution environments of a function run at once, as Lambda would start them when requests overlap.
const MOST_ENVIRONMENTS: usize = 8;
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

/// What a function is started with.
pub type Environment = BTreeMap<String, String>;

/// The functions of one server, started when they are first asked.
pub struct Fleet {
    server: usize,
    environment: Environment,
    /// Programs of functions that the template doesn't have.
    pub programs: Mutex<HashMap<String, PathBuf>>,
    /// Variables of one function alone.
    pub overrides: Mutex<HashMap<String, Environment>>,
    /// Its execution environments.
    environments: Mutex<HashMap<String, Vec<Tethered>>>,
    busy: Mutex<HashMap<String, usize>>,
    /// Execution environments that ran out of time.
    lost: Mutex<HashMap<String, usize>>,
    /// What the functions log, a file each.
    pub logs: tempfile::TempDir,
    http: reqwest::Client,
}

impl Fleet {
    /// A fleet of a server of its own.
    pub(crate) fn new(environment: impl FnOnce() -> Environment) -> Self {
        let server = SERVERS.fetch_add(1, Ordering::SeqCst);
        assert!(server < MOST_SERVERS, "raise MOST_SERVERS");
        Self {
            server,
            environment: environment(),
            programs: Mutex::default(),
            overrides: Mutex::default(),
            environments: Mutex::default(),
            busy: Mutex::default(),
            lost: Mutex::default(),
            logs: tempfile::tempdir().unwrap(),
            http: reqwest::Client::new(),
        }
    }

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

    fn start_environment(&self, function: &str) -> Tethered {
        let log = self.logs.path().join(function);
        let log = std::fs::File::options().create(true).append(true).open(log).unwrap();
        let api = format!("http://127.0.0.1:{}/.rt/{}", emulator().port, self.name(function));
        let own = self.programs.lock().unwrap().get(function).cloned();
        let program = own.unwrap_or_else(|| program(function));
        let mut command = as_lambda_starts(tether::command(program), function, &self.environment, &api);
        if let Some(own) = self.overrides.lock().unwrap().get(function) {
            command.envs(own);
        }
        command.stdout(log.try_clone().unwrap()).stderr(log);
        tether::start(command).unwrap()
    }

    /// One more request is under way: another execution environment, if all are busy.
    fn make_room(&self, function: &str) -> UnderWay<'_> {
        let busy = {
            let mut busy = self.busy.lock().unwrap();
            let busy = busy.entry(function.to_owned()).or_default();
            *busy += 1;
            *busy
        };
        let mut environments = self.environments.lock().unwrap();
        let environments = environments.entry(function.to_owned()).or_default();
        environments.retain_mut(|one| one.try_wait().is_ok_and(|ended| ended.is_none()));
        let lost = self.lost.lock().unwrap().get(function).copied().unwrap_or(0);
        if environments.len() < busy.min(MOST_ENVIRONMENTS) + lost {
            environments.push(self.start_environment(function));
        }
        UnderWay { fleet: self, function: function.to_owned() }
    }

    /// Invokes a function as `cargo lambda invoke` does: its answer, or that it failed.
    pub async fn invoke(&self, function: &str, event: &Value) -> Invoked {
        let under_way = self.make_room(function);
        let url = format!(
            "http://127.0.0.1:{}/2015-03-31/functions/{}/invocations",
            emulator().port,
            self.name(function)
        );
        let patience = timeout(function);
        let answered = self.http.post(url).timeout(patience).body(event.to_string()).send().await;
        drop(under_way);
        match answered {
            Ok(answer) if answer.status().is_success() => match answer.json().await {
                Ok(answer) => Invoked::Answered(answer),
                Err(_) => Invoked::Failed,
            },
            Ok(_) => Invoked::Failed,
            Err(_) => {
                // Lambda ends an environment that ran out of time; here it is given up, and another takes its place.
                *self.lost.lock().unwrap().entry(function.to_owned()).or_default() += 1;
                Invoked::TimedOut
            }
        }
    }

    /// The most memory that any of a function's execution environments has had, in kB, as the system counts it.
    pub fn peak_kb(&self, function: &str) -> u64 {
        let environments = self.environments.lock().unwrap();
        let of = environments.get(function).into_iter().flatten();
        of.filter_map(Tethered::peak_kb).max().unwrap_or_default()
    }

    /// Ends every execution environment of a function, as Lambda does when it has idled.
    pub fn stop(&self, function: &str) {
        self.environments.lock().unwrap().remove(function);
        self.lost.lock().unwrap().remove(function);
    }

    /// Kills whatever runs of any function, as `kill -9` does, whatever it is at.
    pub fn kill(&self) {
        self.environments.lock().unwrap().clear();
        self.lost.lock().unwrap().clear();
    }

    /// Whether every execution environment of a function has ended.
    pub fn has_ended(&self, function: &str) -> bool {
        let mut environments = self.environments.lock().unwrap();
        let environments = environments.get_mut(function);
        environments.is_none_or(|environments| {
            environments.iter_mut().all(|one| one.try_wait().is_ok_and(|e| e.is_some()))
        })
    }
}

/// A request that a function is at, until it has answered or nobody waits any more.
struct UnderWay<'a> {
    fleet: &'a Fleet,
    function: String,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        *self.fleet.busy.lock().unwrap().get_mut(&self.function).unwrap() -= 1;
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
