//! Each built function behind a Runtime API of the bench's own: start, first call, warm calls, weight.

use std::fmt::Write as _;
use std::time::Duration;

use anyhow::anyhow;
use lambda_tests::Function;
use lambda_tests::measure::{Place, names, weight};

/// How often a start is measured.
const STARTS: usize = 20;
/// How many calls a warm function gets.
const CALLS: u32 = 500;

/// Times of one function.
pub(crate) async fn run(out: &mut String) -> anyhow::Result<()> {
    let place = Place::lay().await;
    writeln!(
        out,
        "| function | zip, bytes | program, bytes | start to first `/next`, p50 | first call | warm p50 | warm p99 | CPU a call | peak RSS at start | after {CALLS} calls | round trips | units |"
    )?;
    writeln!(out, "|---|---|---|---|---|---|---|---|---|---|---|---|")?;
    for name in names() {
        let mut starts = Vec::new();
        for _ in 0..STARTS {
            starts.push(Function::start(&name, &place.environment).await.until_next);
        }
        let function = Function::start(&name, &place.environment).await;
        let (at_start, event) = (function.peak_kb(), place.usual(&name));
        let (answered, first) = function.call(&event).await;
        answered.map_err(|error| anyhow!("{name}: {error}"))?;
        let (mut warm, before) = (Vec::new(), function.processor_time());
        for _ in 0..CALLS {
            warm.push(function.call(&event).await.1);
        }
        let each = (function.processor_time() - before) / CALLS;
        let cost = place.cost(&function, &event).await;
        let (zip, program) = weight(&name);
        writeln!(
            out,
            "| {name} | {zip} | {program} | {:.1?} | {first:.1?} | {:.2?} | {:.2?} | {each:.2?} | {:.1} MB | {:.1} MB | {} | {:.1} |",
            at(&mut starts, 50),
            at(&mut warm, 50),
            at(&mut warm, 99),
            mb(at_start),
            mb(function.peak_kb()),
            cost.round_trips,
            cost.units,
        )?;
    }
    writeln!(out)?;
    Ok(())
}

fn at(times: &mut [Duration], percent: usize) -> Duration {
    times.sort();
    times.get((times.len() * percent / 100).min(times.len().saturating_sub(1))).copied().unwrap_or_default()
}

fn mb(kb: u64) -> f64 {
    f64::from(u32::try_from(kb).unwrap_or(u32::MAX)) / 1024.0
}
