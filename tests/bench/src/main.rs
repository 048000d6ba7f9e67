//! Measures: what each built function weighs and takes, whether a status costs the same however many
//! students there are, and a batch of 3,000. Prints its tables and writes them to `docs/bench.md`.
#![allow(clippy::print_stdout, reason = "it prints tables")]

mod batch;
mod cold;
mod functions;
mod growth;
mod opening;
mod roster;
mod tls;

use std::fmt::Write as _;

/// The parts, by the names that pick one of them.
const PARTS: [(&str, &str); 6] = [
    ("functions", "Each function, built for release, behind the Runtime API alone"),
    ("cold", "Cold starts, at the share of a processor that memory buys, with TLS to the table"),
    ("opening", "The opening minute, by the token bucket"),
    ("growth", "A status among more and more students"),
    ("batch", "A batch of 3,000 students"),
    ("roster", "A roster of 8,000 students as one file, by the built function"),
];

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let picked: Vec<String> = std::env::args().skip(1).collect();
    let mut out =
        "# What was measured\n\nWritten by `make bench`; what it means stands in measurements.md.\n\n"
            .to_owned();
    for (name, title) in
        PARTS.iter().filter(|(name, _)| picked.is_empty() || picked.iter().any(|p| p == name))
    {
        writeln!(out, "## {title}\n")?;
        match *name {
            "functions" => functions::run(&mut out).await?,
            "cold" => cold::run(&mut out).await?,
            "opening" => opening::run(&mut out)?,
            "growth" => growth::run(&mut out).await?,
            "batch" => batch::run(&mut out).await?,
            _ => roster::run(&mut out).await?,
        }
    }
    print!("{out}");
    // One part alone is only looked at.
    if picked.is_empty() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/bench.md"), out)?;
    }
    Ok(())
}
