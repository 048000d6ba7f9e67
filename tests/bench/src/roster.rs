//! A roster of 8,000 students as one workbook, sent as the page sends it: the built function behind the gateway, call by call.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use api_tests::{ADMINISTRATOR, BATCH, HEADER, Person, Server, answer, inside, lambda, rows};
use lixiao::local::Options;
use reqwest::Method;
use rust_xlsxwriter::Workbook;

const STUDENTS: usize = 8_000;
const FUNCTION: &str = "import-roster";

/// A table with a line for the preview and for each time that it is written.
pub(crate) async fn run(out: &mut String) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let options = Options { data: Some(folder.path().join("lixiao.db")), in_memory: false, ..inside() };
    let server = Server::of(lambda::start(options).await);
    server.employ().await;
    let file = workbook()?;
    writeln!(out, "A workbook of {STUDENTS} rows and 17 columns, {:.1} MB.\n", file.len() as f64 / 1e6)?;
    writeln!(
        out,
        "| what | calls | longest call | in all | round trips | units | the function's memory at its largest |"
    )?;
    writeln!(out, "|---|---|---|---|---|---|---|")?;
    let administrator = server.person(ADMINISTRATOR);
    for (what, dry) in [("preview", true), ("written", false), ("sent again, unchanged", false)] {
        let before = server.running.spent();
        let took = send(&administrator, &file, dry).await?;
        let cost = server.running.spent() - before;
        let deployed = server.running.deployed.as_ref().context("no functions")?;
        writeln!(
            out,
            "| {what} | {} | {:.2?} | {:.2?} | {} | {:.0} | {:.1} MB |",
            took.len(),
            took.iter().max().copied().unwrap_or_default(),
            took.iter().sum::<Duration>(),
            cost.round_trips,
            cost.units,
            deployed.fleet.peak_kb(FUNCTION) as f64 / 1024.0,
        )?;
    }
    Ok(writeln!(out)?)
}

/// Call after call, until the server has been through all of it.
async fn send(who: &Person, file: &[u8], dry: bool) -> anyhow::Result<Vec<Duration>> {
    let (mut took, mut from, mut seen) = (Vec::new(), None::<u64>, 0);
    loop {
        let from_row = from.map(|row| format!("&from={row}")).unwrap_or_default();
        let request = who.request(Method::POST, &format!("{BATCH}/roster?dry_run={dry}{from_row}"));
        let begun = Instant::now();
        let got =
            answer(request.header("content-type", "application/octet-stream").body(file.to_vec())).await;
        took.push(begun.elapsed());
        ensure!(got.status == 200, "{}", got.body);
        let count = |name: &str| got.body[name].as_u64().unwrap_or_default();
        seen += count("created") + count("unchanged");
        from = got.body["next"].as_u64();
        if from.is_none() {
            ensure!(seen == STUDENTS as u64, "{seen} of {STUDENTS}: {}", got.body);
            return Ok(took);
        }
    }
}

fn workbook() -> anyhow::Result<Vec<u8>> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let header = HEADER.split(',').map(str::to_owned).collect();
    let mut lines = vec![header];
    lines.extend(rows(STUDENTS).iter().map(|row| row.cells().to_vec()));
    for (row, cells) in (0..).zip(lines) {
        for (column, cell) in (0..).zip(cells) {
            sheet.write_string(row, column, cell)?;
        }
    }
    Ok(book.save_to_buffer()?)
}
