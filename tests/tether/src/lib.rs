//! Processes that end with whoever started them, also when that is killed: what tests, benches and `make invoke`
//! start. The kernel sees to it (`PR_SET_PDEATHSIG`), by way of util-linux's `setpriv`, so no destructor has to run.
//!
//! A program that starts something here and was itself started by cargo ends with cargo, too: cargo that is killed
//! leaves its test programs running.

use std::ffi::OsStr;
use std::io;
use std::ops::{Deref, DerefMut};
use std::os::unix::process::parent_id;
use std::process::{Child, Command};
use std::sync::OnceLock;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

const SETPRIV: &str = "/usr/bin/setpriv";
/// Whoever is killed before `setpriv` has asked for the signal never causes it; then nothing is begun.
const UNLESS_ALONE: &str = r#"[ "$PPID" = "$0" ] && exec "$@""#;
/// How often a program looks whether cargo is still there.
const LOOKS: Duration = Duration::from_millis(200);

/// A process that ends with whoever started it, or with this.
#[derive(Debug)]
pub struct Tethered(Child);

impl Tethered {
    /// The most memory it has had, in kB; none of a process that has ended.
    pub fn peak_kb(&self) -> Option<u64> {
        peak_kb(&self.0.id().to_string())
    }
}

/// The most memory that a process of `/proc` has had, in kB, as the system counts it: a number, or `self`.
pub fn peak_kb(process: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").trim().parse().ok()
}

impl Drop for Tethered {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Deref for Tethered {
    type Target = Child;
    fn deref(&self) -> &Child {
        &self.0
    }
}

impl DerefMut for Tethered {
    fn deref_mut(&mut self) -> &mut Child {
        &mut self.0
    }
}

/// A program to be started by [`start`]. Its process has the number that `start` gives back.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(SETPRIV);
    command.args(["--pdeathsig", "KILL", "--", "/bin/sh", "-c", UNLESS_ALONE]);
    command.arg(std::process::id().to_string()).arg(program);
    command
}

/// Starts a program that [`command`] has begun.
///
/// # Errors
/// As [`Command::spawn`]'s. A program that isn't there ends at once with 127.
pub fn start(command: Command) -> io::Result<Tethered> {
    let (reply, started) = channel();
    let gone = |_| io::Error::other("the thread that starts processes has ended");
    starter().send((command, reply)).map_err(|_| gone(()))?;
    started.recv().map_err(|_| gone(()))?.map(Tethered)
}

type Order = (Command, Sender<io::Result<Child>>);

/// The kernel's parent is a thread, and the threads of tests end early: this one ends with the program.
fn starter() -> &'static Sender<Order> {
    static STARTER: OnceLock<Sender<Order>> = OnceLock::new();
    STARTER.get_or_init(|| {
        end_with_cargo();
        let (sender, orders) = channel::<Order>();
        std::thread::spawn(move || {
            for (mut command, reply) in orders {
                let _ = reply.send(command.spawn());
            }
        });
        sender
    })
}

fn end_with_cargo() {
    if std::env::var_os("CARGO").is_none() {
        return;
    }
    let cargo = parent_id();
    std::thread::spawn(move || {
        while parent_id() == cargo {
            std::thread::sleep(LOOKS);
        }
        eprintln!("whoever started this has ended, so it ends");
        std::process::exit(1);
    });
}
