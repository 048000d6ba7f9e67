//! A batch of 3,000 students over the embedded table in a file: how long things take on this machine,
//! and what they cost in round trips and capacity units.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use anyhow::ensure;
use api_tests::{
    ADMINISTRATOR, ADVISOR, ALL_OFFICES, Answer, BATCH, LIBRARY, Server, csv, inside, numbers, rows,
};
use futures::StreamExt as _;
use lixiao::local::Options;
use serde_json::json;
use store::Cost;

const STUDENTS: usize = 3_000;

/// What was measured of one kind of call.
struct Line {
    what: &'static str,
    took: Vec<Duration>,
    cost: Cost,
}

struct Bench {
    server: Server,
    lines: Vec<Line>,
}

/// The table of a batch of 3,000.
pub(crate) async fn run(out: &mut String) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let options = Options { data: Some(folder.path().join("lixiao.db")), in_memory: false, ..inside() };
    let server = Server::start(options).await;
    server.employ().await;
    let mut bench = Bench { server, lines: Vec::new() };
    bench.import().await?;
    bench.decide_all().await?;
    bench.single_calls().await?;
    bench.print().await?;
    let rate = bench.statuses_a_second().await;
    writeln!(out, "| what | calls | p50 | p99 | in all | round trips a call | units a call |")?;
    writeln!(out, "|---|---|---|---|---|---|---|")?;
    for line in &mut bench.lines {
        line.write(out)?;
    }
    writeln!(out, "\nPeak memory of it all, client, server and table: {}.", peak_memory())?;
    writeln!(out, "Statuses a second, 32 clients, client and server on the same two cores: {rate:.0}.\n")?;
    Ok(())
}

/// The most memory this process has had, as the system counts it.
fn peak_memory() -> String {
    tether::peak_kb("self").map_or("unknown".to_owned(), |kb| format!("{kb} kB"))
}

impl Line {
    fn write(&mut self, out: &mut String) -> std::fmt::Result {
        self.took.sort();
        let calls = self.took.len();
        let at = |percent: usize| {
            self.took.get((calls * percent / 100).min(calls - 1)).copied().unwrap_or_default()
        };
        let each = f64::from(u32::try_from(calls).unwrap_or(1));
        let trips = f64::from(u32::try_from(self.cost.round_trips).unwrap_or(u32::MAX)) / each;
        let (p50, p99, all) = (at(50), at(99), self.took.iter().sum::<Duration>());
        writeln!(
            out,
            "| {} | {calls} | {p50:.1?} | {p99:.1?} | {all:.2?} | {trips:.1} | {:.1} |",
            self.what,
            self.cost.units / each
        )
    }
}

impl Bench {
    fn spent(&self) -> Cost {
        self.server.running.spent()
    }

    /// Calls one after the other.
    async fn measure<F: Future<Output = Answer>>(
        &mut self,
        what: &'static str,
        calls: impl IntoIterator<Item = F>,
    ) -> anyhow::Result<()> {
        let before = self.spent();
        let mut took = Vec::new();
        for call in calls {
            let begun = Instant::now();
            let answer = call.await;
            took.push(begun.elapsed());
            ensure!(answer.status == 200, "{what}: {}", answer.body);
        }
        self.lines.push(Line { what, took, cost: self.spent() - before });
        Ok(())
    }

    async fn import(&mut self) -> anyhow::Result<()> {
        let admin = self.server.person(ADMINISTRATOR);
        let all = rows(STUDENTS);
        let rosters: Vec<String> = all.chunks(1_500).map(csv).collect();
        self.measure("import 1,500 new students", rosters.iter().map(|roster| admin.import(roster))).await?;
        self.measure("import the same again", rosters.iter().map(|roster| admin.import(roster))).await
    }

    async fn decide_all(&mut self) -> anyhow::Result<()> {
        let library = self.server.person(LIBRARY);
        let path = format!("{BATCH}/steps/2/decisions");
        let all = numbers(STUDENTS);
        let bodies: Vec<_> = all.chunks(100).map(|c| json!({"decision": "pass", "students": c})).collect();
        self.measure("decide a step of 100 students", bodies.iter().map(|body| library.post(&path, body)))
            .await?;
        self.measure("the same again, unchanged", bodies.iter().map(|body| library.post(&path, body))).await
    }

    async fn single_calls(&mut self) -> anyhow::Result<()> {
        let me = self.server.person("20150000042");
        let (library, admin) = (self.server.person(LIBRARY), self.server.person(ADMINISTRATOR));
        let status = format!("{BATCH}/students/me");
        self.measure("a student's own status", (0..1_000).map(|_| me.get(&status))).await?;
        let all = numbers(1_000);
        self.measure("a decision", all.iter().map(|student| library.decide(student, 3, "pass"))).await?;
        let page = format!("{BATCH}/worklist?step=2&limit=50");
        self.measure("a worklist page of 50", (0..200).map(|_| library.get(&page))).await?;
        let rare = format!("{BATCH}/worklist?step=2&limit=50&state=rejected");
        self.measure("a worklist page that finds nobody in 2,000", (0..20).map(|_| library.get(&rare)))
            .await?;
        let advisor = self.server.person(ADVISOR);
        let own = format!("{BATCH}/worklist?step=1&limit=20");
        self.measure("an advisor's page of 20", (0..200).map(|_| advisor.get(&own))).await?;
        let progress = format!("{BATCH}/progress");
        self.measure("progress of 3,000 students", (0..20).map(|_| admin.get(&progress))).await
    }

    /// Slips of a finished student, the first with its fonts still to be read; and letters.
    async fn print(&mut self) -> anyhow::Result<()> {
        let all = self.server.person(ALL_OFFICES);
        let student = "20150000042";
        for step in 1..=11 {
            let decided = all.decide(student, step, "pass").await;
            ensure!(decided.status == 200, "{}", decided.body);
        }
        let me = self.server.person(student);
        let slip = format!("{BATCH}/students/me/slip.pdf");
        self.measure("the first slip", [me.get(&slip)]).await?;
        self.measure("a later slip", (0..100).map(|_| me.get(&slip))).await
    }

    async fn statuses_a_second(&self) -> f64 {
        let path = format!("{BATCH}/students/me");
        let calls = 10_000_u32;
        let people: Vec<_> = numbers(100).iter().map(|id| self.server.person(id)).collect();
        let begun = Instant::now();
        futures::stream::iter((0..calls as usize).map(|i| people[i % people.len()].get(&path)))
            .buffer_unordered(32)
            .for_each(|_| async {})
            .await;
        f64::from(calls) / begun.elapsed().as_secs_f64()
    }
}
