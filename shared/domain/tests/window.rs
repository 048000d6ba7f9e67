//! The window and the network of a batch, to the instant and to the address (N3, N4).
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

mod common;

use common::{at, notice};
use domain::batch::Network;
use domain::refusal::Refusal;

#[test]
fn the_first_and_the_last_instant_are_exact() {
    let window = *notice().window();
    let changeable = |text| window.changeable(at(text));
    assert!(matches!(changeable("2017-12-14T23:59:59.999+08:00"), Err(Refusal::BatchNotOpen { .. })));
    assert_eq!(changeable("2017-12-15T00:00:00+08:00"), Ok(()));
    assert_eq!(changeable("2018-01-10T23:59:59.999+08:00"), Ok(()));
    assert!(matches!(changeable("2018-01-11T00:00:00+08:00"), Err(Refusal::BatchClosed { .. })));
    assert_eq!(changeable("2018-01-10T15:59:59.999Z"), Ok(()), "the same instant, said from London");
    assert!(changeable("2018-01-10T16:00:00Z").is_err());
}

#[test]
fn reading_stays_open_until_the_batch_says_so() {
    let window = *notice().window();
    assert_eq!(window.readable(at("2017-12-01T00:00:00+08:00")), Ok(()), "offices prepare");
    assert_eq!(window.readable(at("2018-05-10T23:59:59.999+08:00")), Ok(()));
    assert!(window.readable(at("2018-05-11T00:00:00+08:00")).is_err());
}

#[test]
fn only_a_campus_address_reaches_the_batch() {
    let batch = notice();
    let reachable = |address: Option<&str>| batch.reachable_from(address.map(|a| a.parse().unwrap())).is_ok();
    assert!(reachable(Some("192.0.2.7")));
    assert!(reachable(Some("::ffff:192.0.2.7")), "the same address, mapped");
    assert!(!reachable(Some("198.51.100.7")));
    assert!(!reachable(None), "an unknown address is outside");
    let everywhere = notice().with_network(Network::default());
    assert!(everywhere.reachable_from(None).is_ok(), "no networks, no rule");
}
