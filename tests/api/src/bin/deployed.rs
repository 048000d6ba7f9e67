//! `deployed`: the system as it is deployed, for the browser's tests: built functions behind the gateway, started
//! with the options of `lixiao local`. It says where it listens, and mints sessions at an address of its own.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test's program may stop at the first surprise"
)]

use std::sync::Arc;

use api_tests::lambda;
use api_tests::throttle::Limit;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use clap::Parser;
use edge::Clock;
use edge::token::Signer;
use lixiao::local::Options;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// The system as it is deployed.
#[derive(Parser)]
struct Deployed {
    #[command(flatten)]
    options: Options,
    /// Requests a second, instead of the template's.
    #[arg(long, requires = "burst")]
    rate: Option<f64>,
    /// Requests at once, instead of the template's.
    #[arg(long, requires = "rate")]
    burst: Option<f64>,
}

#[tokio::main]
async fn main() {
    let Deployed { options, rate, burst } = Deployed::parse();
    let running = lambda::start(options).await;
    let deployed = running.deployed.as_ref().unwrap();
    if let (Some(rate), Some(burst)) = (rate, burst) {
        deployed.gateway.throttle.set(Limit { rate, burst });
    }
    let tokens = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("dynamodb on http://{}", running.dynamodb);
    println!("tokens on http://{}", tokens.local_addr().unwrap());
    println!("listening on http://{}", running.address);
    let router =
        Router::new().route("/dev/token", post(mint)).with_state((running.signer.clone(), running.app.clock));
    axum::serve(tokens, router).await.unwrap();
}

/// A session for anybody, as `lixiao local` gives it.
async fn mint(State((signer, clock)): State<(Arc<Signer>, Clock)>, body: Bytes) -> Json<Value> {
    let asked: Value = serde_json::from_slice(&body).unwrap();
    // The functions' clocks are set apart from this one, by a few milliseconds: a session that begins with the second isn't to
    // begin after it.
    let begun = clock.now() - chrono::Duration::seconds(5);
    let token = signer.begin(&asked["sub"].as_str().unwrap().parse().unwrap(), begun).unwrap();
    Json(json!({ "token": token }))
}
