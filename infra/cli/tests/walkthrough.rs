//! The walkthrough's transcript works as printed: each command is run, each line of its answer compared.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::io::Write as _;
use std::process::Stdio;

use lixiao::local::{Options, start};

const LIXIAO: &str = env!("CARGO_BIN_EXE_lixiao");
const WALKTHROUGH: &str = include_str!("../../../docs/walkthrough.md");
/// Stands before each command's answer.
const MARK: &str = "@@@";

/// The transcript, command by command with its answer.
fn transcript() -> Vec<(String, String)> {
    let blocks = WALKTHROUGH.split("```console\n").skip(1).map(|block| block.split("```").next().unwrap());
    let mut steps: Vec<(String, String)> = Vec::new();
    for line in blocks.flat_map(str::lines) {
        match line.strip_prefix("$ ") {
            Some(command) => steps.push((command.to_owned(), String::new())),
            None => {
                let (_, answer) = steps.last_mut().unwrap();
                answer.push_str(line);
                answer.push('\n');
            }
        }
    }
    steps
}

#[tokio::test(flavor = "multi_thread")]
async fn the_transcript_works_as_printed() {
    let at = domain::Timestamp::parse_from_rfc3339("2017-12-20T09:00:00+08:00").unwrap();
    let server = start(Options { at: Some(at), demo: Some(1_200), ..Options::default() }).await.unwrap();
    let steps = transcript();
    assert!(steps.len() > 15);
    let mut script = String::new();
    for (command, _) in &steps {
        let command = command
            .replace("http://127.0.0.1:8080", &format!("http://{}", server.address))
            .replace("cargo run -q -p lixiao --", &format!("setpriv --pdeathsig KILL -- {LIXIAO}"));
        script.push_str(&format!("{command}\necho {MARK}\n"));
    }
    let answers = tokio::task::spawn_blocking(move || {
        let mut command = tether::command("bash");
        command.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut bash = tether::start(command).unwrap();
        bash.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
        std::io::read_to_string(bash.stdout.take().unwrap()).unwrap()
    });
    let answers = answers.await.unwrap();
    let answers: Vec<&str> = answers.split(&format!("{MARK}\n")).collect();
    for ((command, expected), answer) in steps.iter().zip(answers) {
        // `as` ends each answer with a line of its own, which a transcript doesn't show.
        assert_eq!(answer.trim(), expected.trim(), "$ {command}");
    }
}
