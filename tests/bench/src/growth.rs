//! A status costs the same among a hundred students and among a hundred thousand.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use api_tests::{BATCH, Server, inside};
use lixiao::demo::Demo;
use lixiao::local::Options;

/// How many statuses are asked for.
const CALLS: u32 = 2_000;

/// A line for each size of a batch.
pub(crate) async fn run(out: &mut String) -> anyhow::Result<()> {
    writeln!(out, "| students | p50 | p99 | round trips a call | units a call |")?;
    writeln!(out, "|---|---|---|---|---|")?;
    for students in [100, 10_000, 100_000] {
        let folder = tempfile::tempdir()?;
        let data = Some(folder.path().join("lixiao.db"));
        let server =
            Server::start(Options { data, in_memory: false, demo: Some(students), ..inside() }).await;
        let ids: Vec<String> = Demo::of_the_notice(
            server.running.app.batches.get("2018-01").ok_or_else(|| anyhow::anyhow!("no batch"))?,
        )?
        .numbers(students)
        .collect();
        let path = format!("{BATCH}/students/me");
        let mut took: Vec<Duration> = Vec::new();
        let people: Vec<_> =
            ids.iter().step_by((ids.len() / 100).max(1)).map(|id| server.person(id)).collect();
        people.first().ok_or_else(|| anyhow::anyhow!("nobody"))?.get(&path).await;
        let before = server.running.spent();
        for person in people.iter().cycle().take(CALLS as usize) {
            let begun = Instant::now();
            let answer = person.get(&path).await;
            took.push(begun.elapsed());
            anyhow::ensure!(answer.status == 200, "{}", answer.body);
        }
        let spent = server.running.spent() - before;
        took.sort();
        let at = |percent: usize| took.get(took.len() * percent / 100).copied().unwrap_or_default();
        let (p50, p99) = (at(50), at(99));
        let trips = f64::from(u32::try_from(spent.round_trips).unwrap_or(u32::MAX)) / f64::from(CALLS);
        writeln!(
            out,
            "| {students} | {p50:.1?} | {p99:.1?} | {trips:.1} | {:.1} |",
            spent.units / f64::from(CALLS)
        )?;
    }
    writeln!(out)?;
    Ok(())
}
