//! Functions that are killed with signal 9 at each call of a change: nothing lost, nothing twice.
#![allow(clippy::print_stdout, reason = "how often something was killed is what a reader wants to know")]

use api_tests::fault_proxy::Acts;
use api_tests::interruptions::{Change, Scene};
use api_tests::{Server, lambda};

/// Kills whoever makes changes at each call: before the table hears of it, after it has acted, and before it acts.
async fn kill(changes: Vec<Change>) {
    let scene = Scene::set(async |options| Server::of(lambda::start(options).await)).await;
    for change in changes {
        let mut kills = 0;
        for acts in [Acts::Never, Acts::AtOnce, Acts::Late] {
            kills += scene.kill(&change, acts).await;
        }
        println!("{}: {kills} kills", change.name);
        assert!(kills >= 3, "at least one call each");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_a_student_is_made_once_though_its_function_is_killed() {
    kill(Change::of_one_student()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_is_issued_once_though_its_function_is_killed() {
    kill(Change::of_letters()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_is_made_once_though_its_function_is_killed() {
    kill(Change::of_imports()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_is_given_once_though_its_function_is_killed() {
    kill(Change::of_grants()).await;
}
