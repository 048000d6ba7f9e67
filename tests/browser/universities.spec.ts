// Other universities: in one language alone, by other clocks, in another currency, with clerks who have an area.
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Lixiao, accessible, atUniversity, expect, signIn, test } from "./lixiao";

const SAMPLES = new URL("../../infra/samples/", import.meta.url).pathname;

/** A university in English alone, in Bahrain: dinars have three digits, and noon there is not noon here. */
function english() {
  const folder = mkdtempSync(join(tmpdir(), "lixiao-english-"));
  writeFileSync(join(folder, "university.toml"), `name = "University of the Gulf"
languages = ["en"]
time_zone = "Asia/Bahrain"
currency = { code = "BHD", digits = 3 }
registrar = "Registration"
[numbers]
student = 'S\\d{6}'
staff = 'E\\d{3}'
[[facts]]
id = "level"
name = "Level"
list = true
slip = true
[facts.values]
bachelor = "Bachelor"
master = "Master"
`);
  writeFileSync(join(folder, "2026-06.toml"), `id = "2026-06"
name = "Graduates of June 2026"
[window]
opens = 2026-06-01T00:00:00+03:00
closes = 2026-07-01T00:00:00+03:00
readable_until = 2026-09-01T00:00:00+03:00
retained_until = 2027-07-01T00:00:00+03:00
[[contacts]]
topic = "Clearance"
name = "Registration"
phone = "1712 3456"
[[offices]]
id = "library"
name = "Library"
[[offices]]
id = "registration"
name = "Registration"
[[steps]]
number = 1
name = "Library"
office = "library"
[[steps]]
number = 2
name = "Registration"
office = "registration"
after = [1]
`);
  return folder;
}

/** Chinese characters on a page, wherever somebody could read or hear them. */
const chinese = (text: string) => text.match(/[\u4e00-\u9fff]+/g) ?? [];

const start = (batches: string, at: string, target: "local" | "deployed", university: Parameters<typeof atUniversity>[0] | null) =>
  new Lixiao(["--demo", "12", "--at", at, "--batches", batches], university ? atUniversity(university) : {}, target).start();

test("a university in English alone has no second language, its own clocks and its own money", async ({ browser, page, target, university }) => {
  test.setTimeout(120_000);
  const server = await start(english(), "2026-06-10T12:00:00+03:00", target, university);
  try {
    await page.goto(server.base + "/nowhere-at-all");
    expect(chinese(await page.content())).toEqual([]);
    await signIn(page, server, "E003", "/staff");
    await expect(page.locator("html")).toHaveAttribute("lang", "en");
    await expect(page.getByRole("button", { name: "中文" })).toHaveCount(0);
    await expect(page.locator(".window")).toContainText("2026-06-30 24:00");
    const row = page.locator("tbody tr").first();
    await row.getByRole("button", { name: /Turn down/ }).click();
    const dialog = page.getByRole("dialog");
    await expect(dialog).toContainText("Amount due (BHD, optional)");
    await dialog.getByLabel(/Why|Reason/).first().fill("A book is missing");
    await dialog.getByLabel(/Amount due/).fill("4.5005");
    await dialog.getByRole("button", { name: /Turn down/ }).click();
    await expect(dialog.locator("#amount-hint")).toContainText("45.500");
    await dialog.getByLabel(/Amount due/).fill("4.500");
    await accessible(page);
    await dialog.getByRole("button", { name: /Turn down/ }).click();
    await expect(dialog).toBeHidden();
    await page.getByLabel("State").selectOption("rejected");
    await expect(page.locator("tbody tr").first()).toContainText("4.500 BHD");
    const student = await page.locator("tbody tr").first().getByRole("rowheader").or(page.locator("tbody tr td").nth(1)).first().textContent();
    expect(student).toMatch(/S\d{6}/);
    expect(chinese(await page.locator("body").innerText())).toEqual([]);
    await page.goto(server.base + "/staff#/2026-06/progress");
    await expect(page.locator("#view")).toContainText("Library");
    expect(chinese(await page.locator("body").innerText())).toEqual([]);

    const other = await browser.newPage({ locale: "zh-CN", timezoneId: "Asia/Shanghai" });
    await signIn(other, server, (student ?? "").match(/S\d{6}/)?.[0] ?? "", "/");
    await expect(other.locator("main")).toContainText("4.500 BHD");
    await other.locator("details.step").first().click();
    await expect(other.locator("details.step").first()).toContainText("2026-06-10 12:");
    expect(chinese(await other.locator("body").innerText())).toEqual([]);
    const said = await server.as("S000001", "GET", "/api/batches/2026-06/students/me/slip.pdf");
    expect(chinese(JSON.stringify(said.body))).toEqual([]);
    await other.close();
  } finally {
    await server.kill();
  }
});

test("an office issues a paper of words, prints, notes its receipt and issues it anew", async ({ browser, page, target, university }) => {
  test.setTimeout(120_000);
  const folder = english();
  const file = join(folder, "2026-06.toml");
  writeFileSync(file, `${readFileSync(file, "utf8")}
[[papers]]
id = "enrolment"
layout = "text"
name = "Certificate of enrolment"
when = { level = "master" }
keeper = "registration"
letter_valid_days = 30
text = "This is to certify that {name} ({number}) is a {level} student of the {college}."
`);
  const server = await start(folder, "2026-06-10T12:00:00+03:00", target, university);
  try {
    await signIn(page, server, "E004", "/staff#/2026-06/members");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Issue papers");
    await expect(page.locator(".window").last()).toContainText("Issued and re-issued until 2026-06-30 24:00");
    const rows = page.locator("#view > div:last-child tbody tr");
    await expect(rows.first()).toHaveAttribute("data-state", "ready");
    const count = await rows.count();
    const student = (await rows.first().getAttribute("data-student")) ?? "";
    await accessible(page);
    await rows.first().getByRole("checkbox").check();
    await page.getByRole("button", { name: "Help", exact: true }).click();
    await expect(page.getByRole("dialog")).toContainText("Only those whom the paper is for");
    await expect(page.getByRole("dialog")).not.toContainText("party");
    await page.keyboard.press("Escape");
    await page.locator("#issue").click();
    await expect(page.getByRole("dialog")).toContainText("Issue: Certificate of enrolment (1)");
    await accessible(page);
    await page.getByRole("dialog").getByRole("button", { name: "Issue" }).click();
    await expect(page.locator(".outcomes tbody tr").first()).toContainText("No. 0001");
    await expect(rows).toHaveCount(count - 1);
    const print = page.getByRole("link", { name: /0001|Print/ }).first();
    const pdf = await page.evaluate(async (href) => new TextDecoder("latin1").decode((await (await fetch(href)).arrayBuffer()).slice(0, 5)), (await print.getAttribute("href")) ?? "");
    expect(pdf).toBe("%PDF-");

    await page.getByRole("link", { name: "Papers issued" }).click();
    const letter = page.locator("tr[data-letter='1']");
    await expect(letter).toContainText(student);
    await accessible(page);
    await letter.getByRole("button", { name: /Note as printed/ }).click();
    await expect(letter.locator("[data-printed=true]")).toBeVisible();
    await letter.getByRole("button", { name: /^Re-issue/ }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox").fill("The name was spelled wrong");
    await accessible(page);
    await dialog.getByRole("button", { name: "Re-issue" }).click();
    await expect(page.locator("tr[data-letter='1']")).toHaveAttribute("data-state", "void");
    await page.locator("tr[data-letter='2']").getByRole("button", { name: /receipt/i }).click();
    await page.getByRole("dialog").locator("#received-from").fill("Immigration office");
    await page.getByRole("dialog").getByRole("button", { name: /Note/ }).click();
    await expect(page.locator("tr[data-letter='2']")).toHaveAttribute("data-state", "returned");
    expect(chinese(await page.locator("body").innerText())).toEqual([]);

    const context = await browser.newContext({ viewport: { width: 360, height: 740 }, locale: "en" });
    const phone = await context.newPage();
    await signIn(phone, server, student, "/");
    const card = phone.locator("[data-paper=enrolment]");
    await expect(card).toContainText("Certificate of enrolment");
    await expect(card).toContainText("No. 0002");
    await accessible(phone);
    await phone.locator("#history summary").click();
    await expect(phone.locator("#history")).toContainText("Certificate of enrolment issued");
    expect(await phone.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    await context.close();
  } finally {
    await server.kill();
  }
});

test("a university in Chinese alone, whose clerks have an area each", async ({ page, target, university }) => {
  test.setTimeout(120_000);
  const server = await start(join(SAMPLES, "b-two-rounds"), "2022-06-28T09:00:00+08:00", target, university);
  try {
    await signIn(page, server, "100004", "/staff#/2022-06/list?step=2&state=all");
    await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
    await expect(page.getByRole("button", { name: "English" })).toHaveCount(0);
    await expect(page.locator("tbody tr").first()).toContainText("南光");
    const areas = await page.locator("tbody tr").allInnerTexts();
    expect(areas.filter((row) => !row.includes("南光"))).toEqual([]);
    await expect(page.getByRole("navigation")).not.toContainText("介绍信");

    await signIn(page, server, "100001", "/staff#/2022-06/operators");
    await expect(page.locator("[data-operator='100004']")).toContainText("南光");
    await page.locator("[data-operator='100004']").getByRole("button", { name: /^修改/ }).click();
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByRole("group", { name: "办理范围：宿舍片区" }).getByLabel("南光")).toBeChecked();
    await dialog.getByRole("group", { name: "办理范围：宿舍片区" }).getByLabel("北区").check();
    await accessible(page);
    await dialog.getByRole("button", { name: "保存" }).click();
    await expect(page.locator("[data-operator='100004']")).toContainText("北区");

    await signIn(page, server, "100002", "/staff#/2022-06/list?step=1&state=all");
    await page.getByLabel("宿舍片区").selectOption("zhongqu");
    await expect(page.locator("tbody tr").first()).toContainText("中区");
    const rows = await page.locator("tbody tr").allInnerTexts();
    expect(rows.filter((row) => !row.includes("中区"))).toEqual([]);
  } finally {
    await server.kill();
  }
});

test("a number with a slash and letters is typed, listed and opened like any other", async ({ page, target, university }) => {
  test.setTimeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), "lixiao-slash-"));
  cpSync(join(SAMPLES, "c-nine-signatures"), folder, { recursive: true });
  const file = join(folder, "university.toml");
  writeFileSync(file, readFileSync(file, "utf8").replace("student = '[A-Z]\\d{7}'", "student = '\\d\\d/[A-Z]+/\\d+'\nstaff = '1\\d{3}'"));
  const people = join(folder, "demo/people.toml");
  writeFileSync(people, readFileSync(people, "utf8").replace('student = "T201####"', 'student = "15/CS/####"'));
  const server = await start(folder, "2016-06-25T09:00:00+08:00", target, university);
  try {
    await signIn(page, server, "1003", "/staff#/2016-06/list?step=1&state=all&q=15%2FCS%2F0003");
    await expect(page.locator("tbody tr")).toHaveCount(1);
    await expect(page.locator("tbody tr").first()).toContainText("15/CS/0003");
    await page.locator("tbody tr").first().getByRole("button", { name: /^通过/ }).click();
    await expect(page.locator("tbody tr").first()).toContainText("通过");
    await signIn(page, server, "1002", "/staff#/2016-06/record?student=15%2FCS%2F0003");
    await expect(page.locator("#view")).toContainText("系（所）老师");
    await signIn(page, server, "15/CS/0003", "/");
    await expect(page.locator("main")).toContainText("图书馆签字");
  } finally {
    await server.kill();
  }
});
