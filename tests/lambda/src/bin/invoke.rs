//! `invoke`: one built function and one event, with everything around it that it needs; says what it answers and
//! what it logs. `make invoke` and `make events` call it.
#![allow(clippy::print_stdout, reason = "a command line answers on standard output")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use api_tests::fleet::{Fleet, Invoked};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Parser;
use lambda_tests::events::{Event, all};
use lambda_tests::sam;
use lambda_tests::scene::Scene;
use serde_json::Value;

/// One built function, one event. Without both: what there is.
#[derive(Parser)]
struct Invoke {
    /// The function, e.g. status.
    #[arg(requires = "event")]
    function: Option<String>,
    /// The event, e.g. events/status.json.
    event: Option<PathBuf>,
    /// Writes every event, filled in, into this folder, for `sam local invoke`; and waits, with the table, for Ctrl-C.
    #[arg(long, value_name = "DIR", conflicts_with = "function")]
    write: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let asked = Invoke::parse();
    let work = async {
        match (&asked.function, &asked.event, &asked.write) {
            (Some(function), Some(event), _) => Box::pin(invoke(function, event)).await,
            (_, _, Some(folder)) => Box::pin(write(folder)).await,
            _ => list(),
        }
    };
    let done = tokio::select! {
        done = work => done,
        // What was started ends with this program; what it laid in the folder for temporary files goes first.
        _ = tokio::signal::ctrl_c() => Ok(ExitCode::from(130)),
    };
    done.unwrap_or_else(|error| {
        eprintln!("invoke: {error:#}");
        ExitCode::FAILURE
    })
}

fn list() -> anyhow::Result<ExitCode> {
    println!("make invoke F=status E=events/status.json\n");
    println!("{:<18} {:<36} the route", "F=", "E=");
    let mut events = all()?;
    events.sort_by(|a, b| (&a.function, &a.name).cmp(&(&b.function, &b.name)));
    for Event { name, route, function, .. } in events {
        println!(
            "{function:<18} {:<36} {}",
            format!("events/{name}.json"),
            route.unwrap_or("by schedule".to_owned())
        );
    }
    Ok(ExitCode::SUCCESS)
}

async fn write(folder: &Path) -> anyhow::Result<ExitCode> {
    let scene = lay().await?;
    sam::write(&scene, folder).await?;
    let folder = folder.display();
    println!(
        "{folder} has every event, filled in, and the template. They hold for two hours, and until Ctrl-C."
    );
    println!(
        "make zips layers; sam local invoke --docker-network host --template {folder}/template.json StatusFunction --event {folder}/status.json"
    );
    std::future::pending().await
}

async fn lay() -> anyhow::Result<Scene> {
    eprintln!("· a table with a batch that is open today, its students and staff");
    Scene::lay().await
}

async fn invoke(function: &str, file: &Path) -> anyhow::Result<ExitCode> {
    let event = Event::read(file)?;
    ensure!(
        event.function == function,
        "{} is for {}: make invoke F={} E={}",
        file.display(),
        event.function,
        event.function,
        file.display()
    );
    let scene = lay().await?;
    eprintln!("· what {} stands on", file.display());
    let filled = scene.event(&event.text).await?;
    // What it was asked on the way is not what is looked at.
    scene.fleet().stop(function);
    let before = scene.fleet().log(function).len();
    eprintln!("· {function}\n");
    let invoked = tokio::select! {
        invoked = scene.fleet().invoke(function, &filled) => invoked,
        () = ending(scene.fleet(), function) => Invoked::Failed,
    };
    let log = scene.fleet().log(function);
    eprintln!("{}", log.get(before..).unwrap_or(&log).trim_end());
    let denied = scene.deployed().network.denied();
    let code = match invoked {
        Invoked::Answered(answer) => say(&event.name, &answer)?,
        Invoked::Failed => bail!("{function} failed: its log is above"),
        Invoked::TimedOut => bail!("{function} gave no answer in the time that the template gives it"),
    };
    if let Some(denied) = denied.first() {
        std::mem::forget(scene);
        bail!("the template's policy doesn't allow a call at the table: {denied}");
    }
    Ok(code)
}

/// Until a function that was started has ended without having been told to.
async fn ending(fleet: &Fleet, function: &str) {
    loop {
        tokio::time::sleep(Duration::from_millis(300)).await;
        if fleet.has_ended(function) {
            return;
        }
    }
}

/// Prints an answer; one of 500 and more is a failure.
fn say(event: &str, answer: &Value) -> anyhow::Result<ExitCode> {
    let Some(status) = answer["statusCode"].as_u64() else {
        println!("{answer:#}");
        return Ok(ExitCode::SUCCESS);
    };
    println!("{status}");
    for (name, value) in answer["headers"].as_object().into_iter().flatten() {
        println!("{name}: {}", value.as_str().unwrap_or_default());
    }
    for cookie in answer["cookies"].as_array().into_iter().flatten() {
        println!("set-cookie: {}", cookie.as_str().unwrap_or_default());
    }
    let body = answer["body"].as_str().unwrap_or_default();
    if answer["isBase64Encoded"] == true {
        let (bytes, file) = (STANDARD.decode(body)?, format!("target/events/{event}.answer"));
        std::fs::create_dir_all("target/events")?;
        std::fs::write(&file, &bytes).with_context(|| file.clone())?;
        println!("\n{} bytes, in {file}", bytes.len());
    } else {
        let json = serde_json::from_str::<Value>(body);
        println!("\n{}", json.map_or(body.to_owned(), |json| format!("{json:#}")));
    }
    Ok(if status < 500 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
