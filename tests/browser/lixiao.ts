// What the tests share: a server of their own, people with sessions, pages that must not err.
import { AxeBuilder } from "@axe-core/playwright";
import { type Page, test as base, expect } from "@playwright/test";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { strToU8, zipSync } from "fflate";

const PROGRAM = new URL("../../target/debug/lixiao", import.meta.url).pathname;
const ROOT = new URL("../..", import.meta.url).pathname;

export const ADMINISTRATOR = "10000001";
export const REGISTRAR = "10000002";
export const PARTY_OFFICE = "10000003";
export const LIBRARY = "10000005";
export const COUNSELLOR = "10000011";
export const BATCH = "/api/batches/2018-01";
/** Who decides which step of a master's student. */
export const DECIDES: Record<number, string> = { 1: "10000004", 2: LIBRARY, 3: LIBRARY, 4: LIBRARY, 5: "10000006", 6: "10000007", 7: "10000008", 8: "10000008", 9: "10000009", 10: "10000009", 11: "10000006" };
/** A master's student and party member of the Chenggong campus. */
export const MEMBER = "20151000056";
export const STUDENT = "20151000001";

export interface Answer {
  status: number;
  body: any;
}

/** A running `lixiao local`. */
export class Lixiao {
  private process: ChildProcess | null = null;
  private begun = 0;
  base = "";

  constructor(
    private readonly args: string[],
    private readonly env: Record<string, string> = {},
  ) {}

  /** Starts it; once it has an address it keeps that. */
  async start() {
    const listen = this.base ? new URL(this.base).host : "127.0.0.1:0";
    // Started again, its clock goes on: time doesn't go back for whoever is signed in.
    this.begun ||= Date.now();
    const gone = Date.now() - this.begun;
    const args = this.args.map((arg, i) => (this.args[i - 1] === "--at" ? new Date(Date.parse(arg) + gone).toISOString() : arg));
    const child = spawn(PROGRAM, ["local", "--listen", listen, ...args], { cwd: ROOT, env: { ...process.env, LIXIAO_FONTS: `${ROOT}/.fonts`, ...this.env } });
    this.process = child;
    let said = "";
    child.stderr.on("data", (data) => (said += data));
    for await (const line of createInterface({ input: child.stdout })) {
      const [, address] = /^listening on (http:\S+)/.exec(line) ?? [];
      if (!address) continue;
      this.base = address;
      child.stdout.resume();
      return this;
    }
    throw new Error(`lixiao did not start: ${said}`);
  }

  /** Ends it as a power cut would. */
  async kill() {
    const child = this.process;
    this.process = null;
    if (!child || child.exitCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  /** One call as somebody. */
  async as(who: string, method: string, path: string, json?: unknown): Promise<Answer> {
    const { token } = await (await fetch(`${this.base}/dev/token`, { method: "POST", body: JSON.stringify({ sub: who }) })).json();
    const headers: Record<string, string> = { authorization: `Bearer ${token}` };
    if (json !== undefined) headers["content-type"] = "application/json";
    const response = await fetch(`${this.base}${path}`, { method, headers, body: json === undefined ? undefined : JSON.stringify(json) });
    const text = await response.text();
    return { status: response.status, body: text.startsWith("{") ? JSON.parse(text) : text };
  }

  /** Passes a step of a student, by whoever may. */
  async pass(student: string, step: number) {
    const parts = step === 11 ? ["student-card", "registration-card", "certificates", "letter"] : [];
    const done = await this.as(DECIDES[step] ?? "", "PUT", `${BATCH}/students/${student}/steps/${step}`, { decision: "pass", parts });
    expect(done.status, JSON.stringify(done.body)).toBe(200);
  }

  async status(student: string) {
    return (await this.as(REGISTRAR, "GET", `${BATCH}/students/${student}`)).body;
  }

  /** Hands in a member's form. */
  async handIn(student: string, heading = "中共昆明市委组织部") {
    const form = { heading, destination: "昆明市第一中学党委", transfer_kind: "in-province", confirmed: true };
    expect((await this.as(PARTY_OFFICE, "PUT", `${BATCH}/students/${student}/party-form`, form)).status).toBe(200);
  }

  /** Members who must hand in a form. */
  async members(limit: number): Promise<string[]> {
    const { body } = await this.as(PARTY_OFFICE, "GET", `${BATCH}/party-forms?limit=${limit}`);
    return body.members.map((member: { id: string }) => member.id);
  }
}

/** Runs the command line and gives back what it says. */
export const lixiao = (...args: string[]) => execFileSync(PROGRAM, args, { cwd: ROOT, encoding: "utf8" });

interface Options {
  /** How the server is started. */
  args: string[];
}

interface Fixtures {
  server: Lixiao;
}

export const test = base.extend<Options & Fixtures>({
  args: [["--demo", "400", "--at", "2017-12-20T09:00:00+08:00"], { option: true }],
  server: async ({ args }, use) => {
    const server = await new Lixiao(args).start();
    await use(server);
    await server.kill();
  },
  // No page may say anything on its console but what Chromium itself says of an answer that is no 200.
  page: async ({ page }, use) => {
    const said: string[] = [];
    // What a university's own pages say is theirs.
    const elsewhere = () => /\/cas\/|\/interaction\/|\/session\/end/.test(page.url());
    page.on("console", (message) => {
      if (elsewhere()) return;
      if (["error", "warning"].includes(message.type()) && !message.text().startsWith("Failed to load resource:")) said.push(message.text());
    });
    page.on("pageerror", (error) => elsewhere() || said.push(error.message));
    await use(page);
    expect(said).toEqual([]);
  },
});

export { expect };

/** Signs in as a person would, and comes to a page. */
export async function signIn(page: Page, server: Lixiao, who: string, path = "/") {
  await page.goto(`${server.base}/login?next=${encodeURIComponent(path)}`);
  await page.getByLabel("学号或工号").fill(who);
  await page.locator("form.card button").click();
  await expect(page.locator("#main")).not.toHaveAttribute("aria-busy", "true");
}

/** No violation of WCAG 2.2 AA that axe can find; and nothing wider than the screen. */
export async function accessible(page: Page) {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target.join(" ")} ${node.failureSummary}`).join(" | ")}`)).toEqual([]);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wide, "the page scrolls sideways").toBeLessThanOrEqual(0);
}

/** The page comes back into view, as when somebody returns from another one. */
export const comeBack = (page: Page) => page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));

/** A workbook of one sheet, as an office has it. */
export function workbook(rows: string[][]): Buffer {
  const column = (i: number) => String.fromCharCode(65 + i);
  const cell = (text: string, row: number, i: number) => `<c r="${column(i)}${row}" t="inlineStr"><is><t>${text}</t></is></c>`;
  const lines = rows.map((cells, i) => `<row r="${i + 1}">${cells.map((text, j) => cell(text, i + 1, j)).join("")}</row>`).join("");
  const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
  const relations = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"';
  const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  const kind = "application/vnd.openxmlformats-officedocument.spreadsheetml";
  return Buffer.from(zipSync({
    "[Content_Types].xml": strToU8(`<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${kind}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${kind}.worksheet+xml"/></Types>`),
    "_rels/.rels": strToU8(`<Relationships ${relations}><Relationship Id="r1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`),
    "xl/workbook.xml": strToU8(`<workbook ${main} xmlns:r="${office}"><sheets><sheet name="Sheet1" sheetId="1" r:id="r1"/></sheets></workbook>`),
    "xl/_rels/workbook.xml.rels": strToU8(`<Relationships ${relations}><Relationship Id="r1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`),
    "xl/worksheets/sheet1.xml": strToU8(`<worksheet ${main}><sheetData>${lines}</sheetData></worksheet>`),
  }));
}

/** Drops a file on an element. */
export async function drop(page: Page, selector: string, name: string, type: string, content: Buffer) {
  const transfer = await page.evaluateHandle(([name, type, bytes]) => {
    const data = new DataTransfer();
    const binary = Uint8Array.from(atob(bytes as string), (c) => c.charCodeAt(0));
    data.items.add(new File([binary], name as string, { type: type as string }));
    return data;
  }, [name, type, content.toString("base64")]);
  await page.dispatchEvent(selector, "drop", { dataTransfer: transfer });
}
