// Processes that end with this one, also when it is killed: as `tests/tether` does it, and for the same reasons.
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";

const UNLESS_ALONE = '[ "$PPID" = "$0" ] && exec "$@"';

/** Starts a program that ends with whoever has started it. */
export const tethered = (program: string, args: string[], options: SpawnOptions): ChildProcess =>
  spawn("/usr/bin/setpriv", ["--pdeathsig", "KILL", "--", "/bin/sh", "-c", UNLESS_ALONE, String(process.pid), program, ...args], options);

/** Ends it as a power cut would, and with it all that it has started. */
export async function end(child: ChildProcess) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((done) => child.once("exit", done));
  child.kill("SIGKILL");
  await ended;
}
