//! Measures: what each built function weighs and takes, whether a status costs the same however many
//! students there are, and a batch of 3,000. Prints its tables and writes them to `docs/bench.md`.
#![allow(clippy::print_stdout, reason = "it prints tables")]

mod batch;
mod cold;
mod functions;
mod growth;
mod opening;
mod tls;

use std::fmt::Write as _;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut out =
        "# What was measured\n\nWritten by `make bench`; what it means stands in measurements.md.\n\n"
            .to_owned();
    writeln!(out, "## Each function, built for release, behind the Runtime API alone\n")?;
    functions::run(&mut out).await?;
    writeln!(out, "## Cold starts, at the share of a processor that memory buys, with TLS to the table\n")?;
    cold::run(&mut out).await?;
    writeln!(out, "## The opening minute: 5,000 first looks\n")?;
    opening::run(&mut out)?;
    writeln!(out, "## A status among more and more students\n")?;
    growth::run(&mut out).await?;
    writeln!(out, "## A batch of 3,000 students\n")?;
    batch::run(&mut out).await?;
    print!("{out}");
    std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/bench.md"), out)?;
    Ok(())
}
