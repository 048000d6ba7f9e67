//! `lixiao local`: the functions' own routers as one server over the embedded table.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use axum::extract::{ConnectInfo, Request};
use axum::http::header::{ACCEPT_LANGUAGE, AUTHORIZATION};
use axum::http::{HeaderValue, Method};
use axum::middleware::{self, Next};
use axum::response::Response;
use chrono::TimeDelta;
use clap::Args;
use domain::Timestamp;
use domain::batch::{Batch, Network};
use domain::batch_file;
use domain::ids::PersonId;
use domain::university::Numbers;
use domain::university_file;
use edge::token::{Signer, SlipSigner, SlipVerifier, Verifier, generate};
use edge::{App, Batches, Clock, SourceIp, load_batches};
use ipnet::IpNet;
use store::Store;
use tokio::net::TcpListener;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::demo::{self, Demo};
use crate::dev::{self, DevSignIn};
use crate::table;

/// Where batch files are, unless something else is said.
pub const BATCHES: &str = "infra/batches";
/// Where other universities' files stand, a folder each.
pub const SAMPLES: &str = "infra/samples";
/// When offices open.
const MORNING: TimeDelta = TimeDelta::hours(9);

/// How the local server is started.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// Where it listens.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Where the embedded table listens, for any DynamoDB client; a free port unless said.
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDR")]
    pub dynamodb_listen: SocketAddr,
    /// Keeps the table in this file.
    #[arg(long, value_name = "FILE", conflicts_with = "in_memory")]
    pub data: Option<PathBuf>,
    /// Keeps the table in memory, as it does without a file.
    #[arg(long)]
    pub in_memory: bool,
    /// The folder of batch files.
    #[arg(long, default_value = BATCHES, value_name = "DIR")]
    pub batches: PathBuf,
    /// Shows another university, by the name of its folder in infra/samples; the clock starts on its first morning.
    #[arg(long, value_name = "NAME", conflicts_with = "batches", value_parser = sample)]
    pub sample: Option<PathBuf>,
    /// Starts the clock there, e.g. 2017-12-20T09:00:00+08:00, and lets it run.
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub at: Option<Timestamp>,
    /// Holds the clock at --at, to look at one instant.
    #[arg(long, requires = "at")]
    pub stand_still: bool,
    /// Fills batch 2018-01 with this many made-up students and its staff.
    #[arg(long, value_name = "STUDENTS", value_parser = clap::value_parser!(u32).range(1..=500_000))]
    pub demo: Option<u32>,
    /// Lets anybody be anybody, as --demo does: a sign-in page of its own and POST /dev/token. Not with a university.
    #[arg(long)]
    pub dev: bool,
    /// Makes somebody an administrator.
    #[arg(long, value_name = "STAFF_NUMBER")]
    pub administrator: Vec<String>,
    /// The campus network, instead of this machine's loopback.
    #[arg(long, value_name = "CIDR")]
    pub campus: Vec<IpNet>,
    /// The portal's origin, whose pages may read a student's own status, e.g. http://127.0.0.1:8090.
    #[arg(long, value_name = "ORIGIN", value_parser = origin)]
    pub portal_origin: Option<String>,
    /// The private session key, as `lixiao keys` prints it, so that sessions outlive a restart; a new
    /// one at every start unless said.
    #[arg(long, env = "LIXIAO_PRIVATE_KEY", hide_env_values = true, value_name = "KEY")]
    pub session_key: Option<String>,
    /// The private key of slips, so that they outlive a restart; likewise.
    #[arg(long, env = "LIXIAO_PRIVATE_SLIP_KEY", hide_env_values = true, value_name = "KEY")]
    pub slip_key: Option<String>,
    /// Reaches the embedded table by way of this address; for tests that stand in between.
    #[arg(skip)]
    pub by_way_of: Option<SocketAddr>,
}

fn instant(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse_from_rfc3339(text).map_err(|_| "write it like 2017-12-20T09:00:00+08:00".to_owned())
}

fn staff(text: &str, numbers: &Numbers) -> anyhow::Result<PersonId> {
    let person = numbers.person(text).ok().filter(|person| !person.is_student());
    person.with_context(|| format!("--administrator: {text} is no staff number"))
}

fn sample(name: &str) -> Result<PathBuf, String> {
    let folder = Path::new(SAMPLES).join(name);
    if folder.join(university_file::FILE).is_file() {
        return Ok(folder);
    }
    let entries = std::fs::read_dir(SAMPLES).into_iter().flatten().flatten();
    let mut known: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    known.sort();
    Err(format!("{SAMPLES} has {}", known.join(", ")))
}

fn origin(text: &str) -> Result<String, String> {
    let host = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    let bare = host.is_some_and(|host| !host.is_empty() && !host.contains(['/', ' ', '*']));
    if bare { Ok(text.to_owned()) } else { Err("write it like https://portal.example.edu".to_owned()) }
}

impl Default for Options {
    fn default() -> Self {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        Self {
            listen: any,
            dynamodb_listen: any,
            data: None,
            in_memory: true,
            batches: PathBuf::from(demo::OWN_BATCHES),
            sample: None,
            at: None,
            stand_still: false,
            demo: None,
            dev: false,
            administrator: Vec::new(),
            campus: Vec::new(),
            portal_origin: None,
            session_key: None,
            slip_key: None,
            by_way_of: None,
        }
    }
}

/// A server that runs.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// Where the embedded table listens.
    pub dynamodb: SocketAddr,
    /// Mints session tokens.
    pub signer: Arc<Signer>,
    /// Mints slips' codes.
    pub slip_signer: Arc<SlipSigner>,
    /// The application, for what a test wants to look at from inside.
    pub app: App,
    server: tokio::task::JoinHandle<std::io::Result<()>>,
}

/// Runs the server until it is told to stop.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let wanted = std::env::var("LIXIAO_LOG").ok().and_then(|text| text.parse().ok());
    let quiet = || Targets::new().with_default(LevelFilter::WARN).with_target("dynoxide", LevelFilter::ERROR);
    let lines = tracing_subscriber::fmt::layer().json().flatten_event(true).with_writer(std::io::stderr);
    tracing_subscriber::registry().with(lines).with(wanted.unwrap_or_else(quiet)).init();
    if let Some(error) = print_slip::lacks() {
        eprintln!("不能打印：{error}；请运行 make fonts，或用 LIXIAO_FONTS 指出字体目录。其余照常。");
        eprintln!(
            "can't print: {error}. Run `make fonts`, or name their folder in LIXIAO_FONTS. All else works."
        );
    }
    let running = start(options).await?;
    println!("dynamodb on http://{}", running.dynamodb);
    println!("listening on http://{}", running.address);
    tokio::select! {
        stopped = running.server => stopped?.context("the server stopped"),
        asked = tokio::signal::ctrl_c() => asked.context("wait for Ctrl-C"),
    }
}

/// Starts the server and gives it back once it answers.
pub async fn start(mut options: Options) -> anyhow::Result<Running> {
    options.batches = options.sample.clone().unwrap_or(options.batches);
    let batches = read_batches(&options)?;
    if options.sample.is_some() {
        let first_morning = |batch: &Arc<Batch>| batch.window().opens + MORNING;
        options.at = options.at.or_else(|| batches.iter().next().map(first_morning));
    }
    let numbers = batches.numbers().clone();
    let administrators = options.administrator.iter().map(|text| staff(text, &numbers));
    let mut administrators: Vec<PersonId> = administrators.collect::<anyhow::Result<_>>()?;
    let dynamodb = table::serve(table::open(options.data.as_deref())?, options.dynamodb_listen).await?;
    let table_address = options.by_way_of.unwrap_or(dynamodb);
    let store = Store::at_address(&format!("http://{table_address}"), table::TABLE.to_owned());
    let clock = match options.at {
        None => Clock::system(),
        Some(at) if options.stand_still => Clock::standing(at),
        Some(at) => Clock::running_from(at),
    };
    let mut people = Vec::new();
    if let Some(students) = options.demo {
        let batch = demo::batch_of(&batches).context("the demo needs a batch")?;
        let demo = Demo::of(&options.batches, batch)?;
        demo.fill(&store, batch, students, clock.now()).await.context("fill the demo")?;
        administrators.push(demo.administrator()?);
        people = demo.people(students)?;
    }
    let given_or_new = |key: Option<String>| key.map_or_else(|| generate().map(|pair| pair.private), Ok);
    let signer = Arc::new(Signer::of(&given_or_new(options.session_key)?)?);
    let slip_signer = Arc::new(SlipSigner::of(&given_or_new(options.slip_key)?)?);
    let keys = (Verifier::of([signer.public()])?, SlipVerifier::of([slip_signer.public()])?);
    let listener =
        TcpListener::bind(options.listen).await.with_context(|| format!("listen on {}", options.listen))?;
    let address = listener.local_addr()?;
    let app = App::new(batches, store, keys, clock.clone(), administrators)
        .at_address(&format!("http://{address}"))
        .by_any_name()
        .with_signer(signer.clone())
        .with_slip_signer(slip_signer.clone());

    let routes = if sign_in::is_configured() { crate::routes() } else { crate::local_routes() };
    let routes = routes.merge(dev::routes(&DevSignIn {
        signer: signer.clone(),
        clock,
        languages: app.batches.languages().to_vec(),
        numbers,
        people: Arc::new(people),
        anybody: options.dev || options.demo.is_some(),
    }));
    let router = edge::serve(routes, app.clone()).layer(middleware::from_fn(source_ip));
    let router = match &options.portal_origin {
        Some(origin) => router.layer(for_portal(origin)?),
        None => router,
    };
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let server = tokio::spawn(async move { axum::serve(listener, service).await });
    Ok(Running { address, dynamodb, signer, slip_signer, app, server })
}

fn read_batches(options: &Options) -> anyhow::Result<Batches> {
    let folder = &options.batches;
    let loaded =
        load_batches(folder, batch_file::read).with_context(|| format!("read {}", folder.display()))?;
    if let Some((file, fault)) = loaded.faults.first() {
        bail!("{}:{fault}", file.display());
    }
    if loaded.batches.is_empty() {
        bail!("there is no batch file in {}", folder.display());
    }
    Ok(Batches::new(loaded.batches.into_iter().map(|batch| on_this_machine(batch, &options.campus))))
}

/// The batch, with this machine's loopback, or the networks that were named, as its campus.
fn on_this_machine(batch: Batch, named: &[IpNet]) -> Batch {
    let Network { mut campus, help } = batch.network().clone();
    if !named.is_empty() {
        campus = named.to_vec();
    } else if !campus.is_empty() {
        campus.extend(["127.0.0.0/8", "::1/128"].iter().filter_map(|text| text.parse::<IpNet>().ok()));
    }
    batch.with_network(Network { campus, help })
}

/// What API Gateway answers the portal's pages, as the template configures it: one origin, no cookies.
fn for_portal(origin: &str) -> anyhow::Result<CorsLayer> {
    let layer = CorsLayer::new()
        .allow_origin(AllowOrigin::list([origin.parse::<HeaderValue>().context("--portal-origin")?]))
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([AUTHORIZATION, ACCEPT_LANGUAGE])
        .max_age(Duration::from_secs(600));
    Ok(layer)
}

/// The address of whoever is connected; no header is believed.
async fn source_ip(ConnectInfo(peer): ConnectInfo<SocketAddr>, mut request: Request, next: Next) -> Response {
    request.extensions_mut().insert(SourceIp(peer.ip()));
    next.run(request).await
}
