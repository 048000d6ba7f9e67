//! What a built function may weigh and cost. Nothing here depends on the clock; times are `make bench`'s.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use lambda_tests::Function;
use lambda_tests::measure::{Place, names, weight};
use store::Cost;

/// Bytes of a zip. The libraries alone, TLS among them, are two thirds of it: docs/measurements.md.
const LARGEST_ZIP: u64 = 4_000_000;
/// The same where PDFs are printed, sheets are written, the university's sign-in is spoken, another store is written to.
const LARGEST_ZIP_WITH_MORE: u64 = 4_600_000;
/// The same where tables are read: eight formats and the encodings of East Asia; and the one that also writes them.
const LARGEST_ZIP_WITH_TABLES: u64 = 4_800_000;
/// The most memory at the first event, and after a hundred calls.
const MOST_KB: u64 = 10 * 1024 + 512;
/// The same with fonts at hand.
const MOST_KB_WITH_FONTS: u64 = 11 * 1024 + 512;
/// The functions that hold more in memory for what they do: fonts, sheets, a walk through everybody.
const HOLD_MORE: [&str; 4] = ["print-slip", "progress", "import-roster", "sign-in"];

#[tokio::test(flavor = "multi_thread")]
async fn no_function_outgrows_its_budget() {
    let place = Place::lay().await;
    for name in names() {
        let (zip, program) = weight(&name);
        let most = match name.as_str() {
            "print-slip" | "progress" | "sign-in" | "checkpoint" => LARGEST_ZIP_WITH_MORE,
            "import-roster" | "read-table" | "grant-operator" => LARGEST_ZIP_WITH_TABLES,
            _ => LARGEST_ZIP,
        };
        assert!(zip > 0 && zip <= most, "{name}: {zip} bytes zipped, {program} unpacked");
        let function = Function::start(&name, &place.environment).await;
        let most = if name == "print-slip" { MOST_KB_WITH_FONTS } else { MOST_KB };
        assert!(function.peak_kb() <= most, "{name}: {} kB at its start", function.peak_kb());
        let event = place.usual(&name);
        for _ in 0..100 {
            function.call(&event).await.0.unwrap();
        }
        if !HOLD_MORE.contains(&name.as_str()) {
            assert!(
                function.peak_kb() <= MOST_KB + 2 * 1024,
                "{name}: {} kB after a hundred calls",
                function.peak_kb()
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_opens_one_connection_to_its_table_before_it_asks_for_its_first_event() {
    let place = Place::lay().await;
    for name in names() {
        let counts = || (place.network.opened(), place.network.connections());
        let (spent, before) = (place.network.spent(), counts());
        let _function = Function::start(&name, &place.environment).await;
        // The pages ask nothing of the table.
        let opens = usize::from(name != "web");
        let after = counts();
        assert_eq!((after.0 - before.0, after.1 - before.1), (opens, opens), "{name}");
        assert_eq!(place.network.spent() - spent, Cost::default(), "{name}: and nothing else");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_asks_the_table_no_more_than_it_must() {
    let place = Place::lay().await;
    for (name, round_trips, units) in [
        ("status", 1, 2.0),
        // The document, the sign-out, what the caller may do in the batch and whether they are an administrator.
        ("complete-step", 1, 4.0),
        ("verify-slip", 0, 0.0),
        ("list-batches", 1, 2.0),
        ("web", 0, 0.0),
        // The rights of whoever asks, the document, and the checkpoint that the slip names.
        ("print-slip", 3, 4.0),
        ("worklist", 3, 7.0),
        ("progress", 3, 12.0),
        ("grant-operator", 2, 4.0),
        ("issue-letter", 2, 4.0),
    ] {
        let connections = place.network.connections();
        let function = Function::start(name, &place.environment).await;
        let event = place.usual(name);
        let cost = place.cost(&function, &event).await;
        let opened = place.network.connections() - connections;
        assert!(opened <= 1, "{name}: the first call found the connection of the start: {opened}");
        assert_eq!(cost.round_trips, round_trips, "{name}: {cost:?}");
        assert!(cost.units <= units, "{name}: {cost:?}");
    }
}
