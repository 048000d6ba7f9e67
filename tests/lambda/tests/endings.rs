//! Nothing that a test or a command starts outlives it, however that ends.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]
#![allow(clippy::print_stdout, reason = "a program that is killed says when it may be")]

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use api_tests::template::program;
use lambda_tests::Function;
use lambda_tests::measure::Place;
use tether::Tethered;

/// A process, and when it began: numbers come again.
type Process = (u32, String);

/// What the system says of a process after its name: state, parent, and more.
fn stat(process: u32) -> Option<Vec<String>> {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, rest) = text.rsplit_once(") ")?;
    Some(rest.split(' ').map(str::to_owned).collect())
}

/// A process that still runs; one that only waits to be looked at doesn't.
fn living(process: u32) -> Option<Process> {
    stat(process).filter(|stat| stat[0] != "Z").map(|stat| (process, stat[19].clone()))
}

/// The numbers of all processes.
fn processes() -> Vec<u32> {
    let entries = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
}

/// All that a process has started, and what they have.
fn below(process: u32) -> BTreeSet<Process> {
    let all = processes();
    let mut found = BTreeSet::new();
    let mut parents = vec![process];
    while let Some(parent) = parents.pop() {
        let own = all.iter().filter(|id| stat(**id).is_some_and(|stat| stat[1] == parent.to_string()));
        for child in own.filter_map(|id| living(*id)) {
            parents.push(child.0);
            found.insert(child);
        }
    }
    found
}

fn names(processes: &BTreeSet<Process>) -> Vec<String> {
    let name = |(id, _): &Process| std::fs::read_to_string(format!("/proc/{id}/comm")).unwrap_or_default();
    processes.iter().map(|process| name(process).trim().to_owned()).collect()
}

/// Sends a signal, and sees that all of them end.
fn ends_with(signal: &str, to: u32, processes: &BTreeSet<Process>) {
    let sent = Command::new("/bin/sh").args(["-c", &format!("kill -{signal} {to}")]).status().unwrap();
    assert!(sent.success());
    let left = || processes.iter().filter(|p| living(p.0).as_ref() == Some(p)).cloned().collect();
    patiently(left, &format!("{signal} to {to}"));
}

/// Waits until there is nothing left.
fn patiently(left: impl Fn() -> BTreeSet<Process>, what: &str) {
    let begun = Instant::now();
    while !left().is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(3), "{what} leaves {:?}", names(&left()));
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Starts something, and waits until it says a word: the process, and the line.
fn started(mut command: Command, word: &str) -> (Tethered, String) {
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    let mut process = tether::start(command).unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map_while(Result::ok);
    let line = lines.find(|line| line.contains(word)).unwrap_or_else(|| panic!("it never said {word}"));
    // Whoever can't write any more might end by that alone.
    std::thread::spawn(move || lines.count());
    (process, line)
}

/// This program, with a test that only waits.
fn waiting(wrapped: &str) -> Command {
    let this = std::env::current_exe().unwrap();
    let mut command = tether::command("/bin/sh");
    let test = "--exact --ignored --nocapture it_starts_everything_there_is_and_waits";
    command.args(["-c", &wrapped.replace("{}", &format!("{} {test}", this.display()))]);
    command
}

/// What the tests below kill.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "it never ends by itself"]
async fn it_starts_everything_there_is_and_waits() {
    let place = Place::lay().await;
    let _measured = Function::start("worklist", &place.environment).await;
    println!("waiting");
    std::future::pending::<()>().await;
}

#[test]
fn a_test_program_that_is_killed_leaves_nothing() {
    for signal in ["KILL", "TERM", "INT"] {
        let (test, _) = started(waiting("exec {}"), "waiting");
        let processes = below(test.id());
        let names = names(&processes);
        for name in ["cargo-lambda", "complete-step", "import-roster", "worklist"] {
            assert!(names.iter().any(|n| n == name), "{name} runs: {names:?}");
        }
        ends_with(signal, test.id(), &processes);
    }
}

#[test]
fn a_test_program_ends_with_cargo() {
    // The shell stands for cargo, which says by this variable that it has started something.
    let (cargo, _) = started(waiting("export CARGO=cargo; {} & wait"), "waiting");
    let processes = below(cargo.id());
    assert!(processes.len() > 4, "{:?}", names(&processes));
    ends_with("KILL", cargo.id(), &processes);
}

#[test]
fn a_test_program_that_ends_in_peace_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "--ignored", "it_starts_everything_there_is"]).env("TMPDIR", folder.path());
    assert!(command.status().unwrap().success());
    patiently(|| with_in_their_environment(folder.path()), "a test program");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0, "no file either");
}

/// The processes whose environment names a folder.
fn with_in_their_environment(folder: &Path) -> BTreeSet<Process> {
    let folder = folder.to_string_lossy();
    let names_it = |id: &u32| {
        let environment = std::fs::read(format!("/proc/{id}/environ")).unwrap_or_default();
        String::from_utf8_lossy(&environment).contains(&*folder)
    };
    processes().into_iter().filter(names_it).filter_map(living).collect()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "for the test before it"]
async fn it_starts_everything_there_is() {
    Place::lay().await;
}

#[test]
fn the_deployed_system_that_is_killed_leaves_nothing() {
    let mut command = tether::command(program("deployed"));
    command.args(["--listen", "127.0.0.1:0", "--demo", "5", "--at", "2017-12-20T09:00:00+08:00"]);
    command.current_dir("../..");
    let (deployed, line) = started(command, "listening on http://");
    let mut page = TcpStream::connect(line.trim_start_matches("listening on http://")).unwrap();
    page.write_all(b"GET /staff HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
    assert!(std::io::read_to_string(page).unwrap().starts_with("HTTP/1.1 200"));
    let processes = below(deployed.id());
    assert_eq!(processes.len(), 2, "the function and its Runtime API: {:?}", names(&processes));
    ends_with("KILL", deployed.id(), &processes);
}

#[test]
fn invoke_that_is_killed_or_interrupted_leaves_nothing() {
    for signal in ["KILL", "INT"] {
        let folder = tempfile::tempdir().unwrap();
        let mut command = tether::command(env!("CARGO_BIN_EXE_invoke"));
        command.arg("--write").arg(folder.path()).current_dir("../..");
        let (invoke, _) = started(command, "has every event");
        let processes = below(invoke.id());
        assert!(processes.len() > 4, "{:?}", names(&processes));
        ends_with(signal, invoke.id(), &processes);
    }
}

/// The files of a kind below a folder, those aside that others have written.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let (folders, here): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let others = |folder: &PathBuf| {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with('.') || ["target", "node_modules"].contains(&&*name)
    };
    let own = folders.iter().filter(|folder| !others(folder));
    let below = own.flat_map(|folder| files(folder, ending));
    here.into_iter().filter(|file| file.extension().is_some_and(|e| e == ending)).chain(below).collect()
}

#[test]
fn processes_are_started_in_one_place_of_each_language_and_measured_in_one() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let starts = |ending: &str, word: &str| -> Vec<String> {
        let files = files(&root, ending).into_iter();
        let files = files.filter(|file| std::fs::read_to_string(file).unwrap().contains(word));
        let mut names: Vec<String> =
            files.map(|file| file.strip_prefix(&root).unwrap().display().to_string()).collect();
        names.sort();
        names
    };
    let word = concat!(".spa", "wn()");
    assert_eq!(starts("rs", word), ["tests/lambda/src/lib.rs", "tests/tether/src/lib.rs"]);
    assert_eq!(starts("ts", concat!(" spa", "wn(")), ["tests/browser/tether.ts"]);
}
