// Pictures of every page as the built functions serve it behind the gateway, both widths, both themes: `make screens`
// puts them into docs/screens.
import { ADMINISTRATOR, BATCH, COUNSELLOR, DECIDES, LIBRARY, MEMBER, PARTY_OFFICE, REGISTRAR, type Lixiao, expect, signIn, test } from "./lixiao";
import type { Page } from "@playwright/test";

const FOLDER = new URL("../../docs/screens", import.meta.url).pathname;
const WIDTHS = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 860 } };
/** Cleared by now. */
const DONE = "20151000010";

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => `20151${String(from + i).padStart(6, "0")}`);

/** A few days into the batch: some offices are quick, some students owe. */
async function live(server: Lixiao) {
  const shares: [number, number][] = [[1, 240], [2, 320], [3, 310], [4, 200], [5, 150], [6, 380], [7, 290], [8, 390], [9, 260], [10, 140]];
  for (const [step, last] of shares)
    for (let from = 1; from <= last; from += 100)
      await server.as(DECIDES[step] ?? "", "POST", `${BATCH}/steps/${step}/decisions`, { decision: "pass", students: numbers(from, Math.min(from + 99, last)) });
  const reject = (student: string, step: number, reason: string, amount_due: number | null) =>
    server.as(DECIDES[step] ?? "", "PUT", `${BATCH}/students/${student}/steps/${step}`, { decision: "reject", reason, amount_due });
  for (const student of numbers(330, 341)) await reject(student, 2, "有 2 册图书未还，请到图书馆一楼服务台", null);
  for (const student of numbers(300, 309)) await reject(student, 7, "2017 学年学费未缴清，请到财务处二楼", 400_000);
  await server.as(DECIDES[4] ?? "", "PUT", `${BATCH}/students/${MEMBER}/steps/4`, { decision: "revoke", reason: "论文版本有误" });
  await reject(MEMBER, 4, "提交的论文缺少导师签名页，请补交一份", null);
  await server.as(DECIDES[9] ?? "", "PUT", `${BATCH}/students/${MEMBER}/steps/9`, { decision: "revoke", reason: "水电费漏算", cascade: true });
  await reject(MEMBER, 9, "12 月水电费未结清", 4_550);
  const members = (await server.members(30)).filter((member) => member !== MEMBER);
  for (const member of members.slice(0, 12)) await server.handIn(member);
  for (const member of members.slice(12, 15)) await server.handIn(member, "昆明市人才服务中心");
  await server.as(PARTY_OFFICE, "POST", `${BATCH}/letters`, { students: members.slice(0, 6) });
  await server.as(PARTY_OFFICE, "PUT", `${BATCH}/letters/2/receipt`, { received_on: "2017-12-20", from: "昆明市第一中学党委" });
  const college = (await server.status(DONE)).student.level === "doctor" ? "10000010" : "10000006";
  const parts = ["student-card", "registration-card", "certificates", "letter"];
  if ((await server.status(DONE)).party.form_required) {
    await server.handIn(DONE);
    await server.as(PARTY_OFFICE, "POST", `${BATCH}/letters`, { students: [DONE] });
  }
  const last = await server.as(college, "PUT", `${BATCH}/students/${DONE}/steps/11`, { decision: "pass", parts });
  expect(last.status, JSON.stringify(last.body)).toBe(200);
}

/** A page as far down as tells something; a dialog as it stands on the screen. */
async function picture(page: Page, name: string) {
  const open = (await page.locator("dialog[open]").count()) > 0;
  const { width, height } = await page.evaluate(() => ({ width: innerWidth, height: document.documentElement.scrollHeight }));
  const clip = { x: 0, y: 0, width, height: Math.min(height, 1_800) };
  await page.screenshot({ path: `${FOLDER}/${name}.jpg`, type: "jpeg", quality: 80, fullPage: !open, ...(open ? {} : { clip }) });
}

interface Shot {
  name: string;
  who: string;
  path: string;
  prepare?: (page: Page) => Promise<unknown>;
}

const SHOTS: Shot[] = [
  { name: "student", who: MEMBER, path: "/", prepare: (page) => page.locator("[data-step='9'] summary").click() },
  { name: "student-finished", who: DONE, path: "/" },
  { name: "list", who: LIBRARY, path: "/staff" },
  { name: "bulk", who: LIBRARY, path: "/staff#/2018-01/bulk?step=4", prepare: async (page) => {
    await page.locator("#numbers").fill([...numbers(190, 215), "20159999999", "12345"].join("\n"));
    await page.getByRole("button", { name: "预览" }).click();
    await page.locator("#apply").waitFor();
  } },
  { name: "members-of-a-college", who: COUNSELLOR, path: "/staff" },
  { name: "members-to-issue", who: PARTY_OFFICE, path: "/staff" },
  { name: "letters", who: PARTY_OFFICE, path: "/staff#/2018-01/letters" },
  { name: "reissue", who: PARTY_OFFICE, path: "/staff#/2018-01/letters", prepare: async (page) => {
    await page.locator("[data-letter='1']").getByRole("button", { name: /^补办/ }).click();
    await page.getByRole("dialog").getByLabel("抬头", { exact: true }).fill("昆明市人才服务中心");
    await page.locator("[data-code=no-committee]").waitFor();
  } },
  { name: "progress", who: REGISTRAR, path: "/staff" },
  { name: "record", who: REGISTRAR, path: `/staff#/2018-01/record?student=${MEMBER}` },
  { name: "revoke", who: REGISTRAR, path: "/staff#/2018-01/record?student=20151000003", prepare: async (page) => {
    await page.locator("tr[data-step='9']").getByRole("button", { name: /^撤销/ }).click();
    await page.locator("#cascade").waitFor();
  } },
  { name: "issue", who: PARTY_OFFICE, path: "/staff", prepare: async (page) => {
    await page.locator("#view tbody input[type=checkbox]").first().check();
    await page.getByRole("button", { name: "选中本页可开具的" }).click();
    await page.locator("#issue").click();
  } },
  { name: "roster", who: ADMINISTRATOR, path: "/staff#/2018-01/roster", prepare: async (page) => {
    const head = "学号,姓名,性别,民族,出生日期,身份证号,培养层次,学习形式,校区,学院,专业,导师工号,住宿,政治面貌,组织关系在校,电话,邮箱";
    const row = (id: string, level: string) => `${id},新同学,女,汉族,1993-05-06,530102199305060027,${level},全日制,呈贡,信息学院,软件工程,20050007,是,群众,否,13800000000,a@example.edu`;
    const csv = [head, row("20151900001", "硕士"), row("20151000020", "硕士"), row("20151900002", "学士")].join("\n");
    await page.locator("#roster").setInputFiles({ name: "roster.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
    await page.locator("#apply").waitFor();
  } },
  { name: "door", who: ADMINISTRATOR, path: "/staff#/2018-01/door" },
  { name: "operators", who: ADMINISTRATOR, path: "/staff#/2018-01/operators" },
  { name: "turned-away", who: MEMBER, path: "/", prepare: async (page) => {
    await page.clock.install();
    await page.route("**/student.js", (route) => route.fulfill({ status: 429, contentType: "application/json", body: '{"message":"Too Many Requests"}' }));
    const home = page.url();
    await page.goto("about:blank");
    await page.goto(home);
    for (let second = 0; second < 60 && !(await page.locator("#trouble").isVisible()); second++) await page.clock.runFor(1_000);
    await page.locator("#trouble").waitFor();
  } },
  { name: "help", who: MEMBER, path: "/", prepare: (page) => page.locator("#help-button").click() },
];

test("pictures of every page", async ({ browser, server }) => {
  test.setTimeout(600_000);
  await live(server);
  for (const [width, viewport] of Object.entries(WIDTHS))
    for (const colorScheme of ["light", "dark"] as const)
      for (const { name, who, path, prepare } of SHOTS) {
        const context = await browser.newContext({ viewport, colorScheme, locale: "zh-CN", reducedMotion: "reduce" });
        const page = await context.newPage();
        page.setDefaultTimeout(15_000);
        await signIn(page, server, who, path);
        await page.waitForLoadState("networkidle");
        await prepare?.(page);
        await page.waitForTimeout(150);
        await picture(page, `${name}-${width}-${colorScheme}`);
        await context.close();
      }
});

test.describe("from elsewhere", () => {
  test.use({ args: ["--demo", "60", "--at", "2017-12-20T09:00:00+08:00", "--campus", "198.51.100.0/24"] });
  test("pictures of what can't be reached", async ({ browser, server }) => {
    for (const [width, viewport] of Object.entries(WIDTHS))
      for (const colorScheme of ["light", "dark"] as const) {
        const page = await (await browser.newContext({ viewport, colorScheme, locale: "zh-CN" })).newPage();
        await signIn(page, server, MEMBER);
        await picture(page, `off-campus-${width}-${colorScheme}`);
      }
  });
});
