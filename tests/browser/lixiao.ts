// What the tests share: a server of their own, people with sessions, pages that must not err.
import { AxeBuilder } from "@axe-core/playwright";
import { type Page, test as base, expect } from "@playwright/test";
import { strToU8, zipSync } from "fflate";
import { Lixiao, type Target } from "./system";
import { type University, cas } from "./university";

export * from "./system";

export interface Options {
  /** How the server is started. */
  args: string[];
}

export interface WorkerOptions {
  /** What it is. */
  target: Target;
}

interface Fixtures {
  server: Lixiao;
}

interface WorkerFixtures {
  /** The university at which one signs in to the built functions. */
  university: University | null;
}

export const test = base.extend<Options & Fixtures, WorkerOptions & WorkerFixtures>({
  target: ["local", { option: true, scope: "worker" }],
  university: [async ({ target }, use) => {
    const university = target === "deployed" ? await cas() : null;
    await use(university);
    await university?.stop();
  }, { scope: "worker" }],
  args: [["--demo", "400", "--at", "2017-12-20T09:00:00+08:00"], { option: true }],
  server: async ({ args, target, university }, use) => {
    const server = await new Lixiao(args, university ? atUniversity(university) : {}, target).start();
    await use(server);
    await server.kill();
  },
  // No page may say anything on its console but what Chromium itself says of an answer that is no 200.
  page: async ({ page }, use) => {
    const said: string[] = [];
    // What a university's own pages say is theirs.
    const elsewhere = () => /\/cas\/|\/interaction\/|\/session\/end|\/\.well-known\//.test(page.url());
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

/** How functions find a CAS server where everybody's number is their user name. */
export const atUniversity = ({ address }: University) => ({ LIXIAO_SIGN_IN: "cas", LIXIAO_UNIVERSITY: address, LIXIAO_CLAIMS: "student=user,staff=user,external=user" });

/** Signs in at CAS's own form. */
export async function atCas(page: Page, who: string) {
  await page.locator("#id_username").fill(who);
  await page.locator("#id_password").fill("password");
  await page.locator("button[type=submit], input[type=submit]").first().click();
}

/** Signs in at OpenID Connect's own form. */
export async function atOpenId(page: Page, who: string) {
  await page.locator("input[name=login]").fill(who);
  await page.locator("input[name=password]").fill("any");
  await page.locator("button[type=submit]").click();
  await page.locator("button[type=submit]").click();
}

/** Gives the page of the sign-in, whichever it is, what it asks for. */
export async function enter(page: Page, server: Lixiao, who: string) {
  if (server.target === "local") {
    await page.locator("#sub").fill(who);
    await page.locator("form.card button").click();
  } else {
    await atCas(page, who);
  }
}

/** Signs in as a person would, and comes to a page. */
export async function signIn(page: Page, server: Lixiao, who: string, path = "/") {
  // Whoever was signed in at the university before, in this browser, isn't any more.
  if (server.target === "deployed") await page.context().clearCookies();
  await page.goto(`${server.base}/login?next=${encodeURIComponent(path)}`);
  await enter(page, server, who);
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
