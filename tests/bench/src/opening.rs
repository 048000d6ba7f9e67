//! The opening minute, before and after, by the token bucket.

use std::fmt::Write as _;

use api_tests::opening::{FIRST_LOOK, FIRST_LOOK_BEFORE, Opening, play};
use api_tests::throttle::{Limit, usual};

/// A line for each crowd and each gateway.
pub(crate) fn run(out: &mut String) -> anyhow::Result<()> {
    let before = Limit { rate: 400.0, burst: 200.0 };
    writeln!(
        out,
        "| 5,000 students within | requests each | rate, burst | asks again | working page | turned away | slowest |"
    )?;
    writeln!(out, "|---|---|---|---|---|---|---|")?;
    for within in [60.0, 30.0, 10.0] {
        for (requests, limit, patient) in
            [(FIRST_LOOK_BEFORE, before, false), (FIRST_LOOK, before, true), (FIRST_LOOK, usual(), true)]
        {
            let opening = Opening { students: 5_000, within, requests, limit, patient };
            let outcome = play(&opening);
            let asks = if patient { "yes" } else { "no" };
            writeln!(
                out,
                "| {within:.0} s | {requests} | {:.0}, {:.0} | {asks} | {} % | {} | {:.1} s |",
                limit.rate,
                limit.burst,
                outcome.percent(&opening),
                outcome.turned_away,
                outcome.slowest,
            )?;
        }
    }
    writeln!(out)?;
    Ok(())
}
