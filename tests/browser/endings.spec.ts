// Nothing that a test has started outlives Playwright, also when that is killed.
import { readFileSync, readdirSync } from "node:fs";
import type { Readable } from "node:stream";
import { createInterface } from "node:readline";
import { expect, test } from "./lixiao";
import { tethered } from "./tether";

const HERE = new URL(".", import.meta.url).pathname;

/** What the system says of a process: name, state, parent, and when it began, since numbers come again. */
function look(id: number) {
  try {
    const [, name = "", rest = ""] = /\((.*)\) (.*)/s.exec(readFileSync(`/proc/${id}/stat`, "utf8")) ?? [];
    const words = rest.split(" ");
    return words[0] === "Z" ? null : { id, name, parent: Number(words[1]), began: words[19] };
  } catch {
    return null;
  }
}

type Process = NonNullable<ReturnType<typeof look>>;

/** All that a process has started, and what they have. */
function below(id: number): Process[] {
  const all = readdirSync("/proc").map(Number).filter(Number.isInteger).map(look).filter((process) => process !== null);
  const of = (parent: number): Process[] => all.filter((process) => process.parent === parent).flatMap((process) => [process, ...of(process.id)]);
  return of(id);
}

test("nothing that a test has started outlives Playwright @local", async () => {
  test.setTimeout(90_000);
  // What tells a worker of this run that it is one, is no business of the other's.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(TEST_|PW_|PLAYWRIGHT_)/.test(name)));
  const runner = tethered(process.execPath, ["node_modules/@playwright/test/cli.js", "test", "--config", "endings/playwright.config.ts"], { cwd: HERE, env, stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  for await (const line of createInterface({ input: runner.stdout as Readable })) {
    said += `${line}\n`;
    if (line.includes("everything has started")) break;
  }
  const started = below(runner.pid ?? 0);
  const names = started.map(({ name }) => name);
  for (const name of ["lixiao", "deployed", "cargo-lambda", "web", "python", "node", "chromium"]) expect(names, said).toContainEqual(expect.stringContaining(name));
  runner.kill("SIGKILL");
  const left = () => started.filter(({ id, began }) => look(id)?.began === began).map(({ name }) => name);
  await expect.poll(left, { timeout: 10_000 }).toEqual([]);
});
