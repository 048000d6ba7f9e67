//! A table that throttles and lines that break at each call of a change: nothing lost, nothing twice.
#![allow(clippy::print_stdout, reason = "how often something was interrupted is what a reader wants to know")]

use api_tests::Server;
use api_tests::fault_proxy::Fault;
use api_tests::interruptions::{Change, Scene};
use futures::future::join_all;

/// Interrupts changes at each call, once by each fault, and by one that lasts.
async fn interrupt(changes: Vec<Change>) {
    join_all(changes.iter().map(async |change| {
        let scene = Scene::set(Server::start).await;
        let mut interruptions = 0;
        for fault in [Fault::Throttle, Fault::CutBefore, Fault::CutAfter, Fault::CutLate] {
            interruptions += scene.disturb(change, fault, false).await;
        }
        // Until whoever asked gives up: the table acts, and nobody hears of it.
        interruptions += scene.disturb(change, Fault::CutAfter, true).await;
        println!("{}: {interruptions} interruptions", change.name);
        assert!(interruptions >= 5, "at least one call of each fault");
    }))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_a_student_is_made_once_whatever_interrupts_it() {
    interrupt(Change::of_one_student()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_is_issued_once_whatever_interrupts_it() {
    interrupt(Change::of_letters()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_is_made_once_whatever_interrupts_it() {
    interrupt(Change::of_imports()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_is_given_once_whatever_interrupts_it() {
    interrupt(Change::of_grants()).await;
}
