//! A cold start as Lambda gives it: the program starts at full speed until it asks for its first event, then runs
//! with the share of a processor that its memory buys (cgroup v1, `cpu.cfs_quota_us`), and reaches the table by TLS.
//! Programs in turn, the SDK alone beside them.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use api_tests::fleet::Environment;
use api_tests::template::program;
use lambda_tests::Function;
use lambda_tests::measure::{Place, names};
use serde_json::Value;

use crate::tls::Tls;

/// The control group whose processor share is set; it needs root.
const GROUP: &str = "/sys/fs/cgroup/cpu/lixiao-bench";
/// A period of the scheduler, in microseconds: as long as Lambda's.
const PERIOD: u32 = 20_000;
/// MB that buy a whole processor.
const WHOLE: u32 = 1_769;
/// What is chosen from.
const MEMORIES: [u32; 4] = [128, 256, 512, WHOLE];
/// How often each start is measured.
const STARTS: usize = 9;
/// How many calls a warm function gets, each a while after the last.
const CALLS: u32 = 10;

/// A program, as which function, and with what more in its environment.
struct Subject {
    name: String,
    program: PathBuf,
    event: Value,
    more: Option<(&'static str, &'static str)>,
}

/// What one start came to.
#[derive(Debug, Clone, Copy, Default)]
struct Sample {
    start: Duration,
    first: Duration,
    warm: Duration,
    cpu_start: Duration,
    cpu_first: Duration,
}

/// A line for each program and memory.
pub(crate) async fn run(out: &mut String) -> anyhow::Result<()> {
    let place = Place::lay().await;
    let tls = Tls::before(place.server.running.dynamodb)?;
    let mut environment = place.environment.clone();
    environment.insert("AWS_ENDPOINT_URL_DYNAMODB".to_owned(), tls.address.clone());
    environment.insert("SSL_CERT_FILE".to_owned(), tls.roots.clone());
    writeln!(
        out,
        "| program | MB | start | first answer | both | warm | CPU, start | CPU, first |\n|---|---|---|---|---|---|---|---|"
    )?;
    let mut subjects = beside(&place);
    subjects.extend(names().into_iter().map(|name| Subject {
        program: program(&name),
        event: place.usual(&name),
        name,
        more: None,
    }));
    for memory in MEMORIES {
        let mut samples = vec![Vec::new(); subjects.len()];
        for _ in 0..STARTS {
            for (subject, samples) in subjects.iter().zip(&mut samples) {
                samples.push(once(subject, &environment, memory).await?);
            }
        }
        for (subject, samples) in subjects.iter().zip(samples) {
            let of = |part: fn(&Sample) -> Duration| median(samples.iter().map(part));
            let both = of(|sample| sample.start + sample.first);
            writeln!(
                out,
                "| {} | {memory} | {:.1?} | {:.1?} | {both:.1?} | {:.1?} | {:.1?} | {:.1?} |",
                subject.name,
                of(|sample| sample.start),
                of(|sample| sample.first),
                of(|sample| sample.warm),
                of(|sample| sample.cpu_start),
                of(|sample| sample.cpu_first),
            )?;
        }
    }
    share(None)?;
    writeln!(out)?;
    Ok(())
}

/// The programs that the functions are measured beside: the SDK alone, and, where `LIXIAO_BEFORE` names one, the
/// function `status` of another day.
fn beside(place: &Place) -> Vec<Subject> {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/lambda");
    let event = place.usual("status");
    let subject =
        |name: &str, program, more| Subject { name: name.to_owned(), program, event: event.clone(), more };
    let floor = target.join("floor/bootstrap");
    let mut subjects = vec![
        subject("SDK alone", floor.clone(), None),
        subject("SDK alone, connects at its start", floor, Some(("FLOOR_CONNECTS", "1"))),
    ];
    if let Some(before) = std::env::var_os("LIXIAO_BEFORE") {
        subjects.push(subject("status, before", before.into(), None));
    }
    subjects
}

async fn once(subject: &Subject, environment: &Environment, memory: u32) -> anyhow::Result<Sample> {
    let mut environment = environment.clone();
    environment.extend(subject.more.map(|(name, value)| (name.to_owned(), value.to_owned())));
    share(None)?;
    // The key by which the table knows a caller is a function's; the SDK alone is nobody's.
    let name = if subject.program.ends_with("floor/bootstrap") {
        "status"
    } else {
        subject.name.split(',').next().unwrap_or_default()
    };
    let join = |process: u32| {
        let _ = std::fs::write(format!("{GROUP}/cgroup.procs"), process.to_string());
    };
    let function = Function::start_program(&subject.program, name, &environment, join).await;
    let cpu_start = function.processor_time();
    share(Some(memory))?;
    tokio::time::sleep(Duration::from_millis(50)).await;
    let (answered, first) = function.call(&subject.event).await;
    answered.map_err(|error| anyhow!("{}: {error}", subject.name))?;
    let cpu_first = function.processor_time().saturating_sub(cpu_start);
    let mut warm = Vec::new();
    for _ in 0..CALLS {
        tokio::time::sleep(Duration::from_millis(30)).await;
        warm.push(function.call(&subject.event).await.1);
    }
    Ok(Sample { start: function.until_next, first, warm: median(warm.into_iter()), cpu_start, cpu_first })
}

/// Gives the group the share of a processor that so much memory buys, or all of it.
fn share(memory: Option<u32>) -> anyhow::Result<()> {
    let quota = memory.map_or(-1, |memory| i64::from((PERIOD * memory / WHOLE).max(1_000)));
    std::fs::create_dir_all(GROUP).context("control groups (v1) need root")?;
    std::fs::write(format!("{GROUP}/cpu.cfs_quota_us"), "-1")?;
    std::fs::write(format!("{GROUP}/cpu.cfs_period_us"), PERIOD.to_string())?;
    std::fs::write(format!("{GROUP}/cpu.cfs_quota_us"), quota.to_string())?;
    Ok(())
}

fn median(times: impl Iterator<Item = Duration>) -> Duration {
    let mut times: Vec<Duration> = times.collect();
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
