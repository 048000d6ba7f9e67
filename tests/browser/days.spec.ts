// Days at work, by keyboard alone and counted in presses: what is typed or scanned counts once, each key counts.
// docs/measurements.md has the table; the bounds here are what it says.
import type { Locator, Page } from "@playwright/test";
import { ADMINISTRATOR, BATCH, COUNSELLOR, DECIDES, LIBRARY, type Lixiao, MEMBER, PARTY_OFFICE, REGISTRAR, STUDENT, expect, signIn, test } from "./lixiao";

/** Somebody at a keyboard. */
class Hands {
  presses = 0;
  constructor(private readonly page: Page) {}

  async press(key: string) {
    this.presses++;
    await this.page.keyboard.press(key);
  }

  async type(text: string) {
    this.presses++;
    await this.page.keyboard.insertText(text);
  }

  /** A scanner types and presses Enter by itself. */
  async scan(number: string) {
    await this.page.keyboard.type(number);
    await this.page.keyboard.press("Enter");
  }

  /** Goes on with Tab until something has the focus. */
  async tabTo(target: Locator, key = "Tab") {
    await target.waitFor();
    for (let i = 0; i < 60; i++) {
      if (await target.evaluate((one) => one === document.activeElement)) return;
      await this.press(key);
    }
    throw new Error(`not reached by ${key}: ${target}`);
  }
}

/** Whatever is counted stands in the report. */
function counted(what: string, presses: number, most: number) {
  test.info().annotations.push({ type: "presses", description: `${what}: ${presses}` });
  if (process.env.LIXIAO_PRESSES) console.log(`presses: ${what}: ${presses}`);
  expect(presses, what).toBeLessThanOrEqual(most);
}

const numbers = (from: number, count: number) => Array.from({ length: count }, (_, i) => `20151${String(from + i).padStart(6, "0")}`);

/** Passes all but the last step, of many. */
async function upToTheLast(server: Lixiao, students: string[]) {
  for (const step of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect((await server.as(DECIDES[step] ?? "", "POST", `${BATCH}/steps/${step}/decisions`, { decision: "pass", students })).status).toBe(200);
}

/** Fills in a party form and sends it, by its own keys. */
async function writeForm(hands: Hands, form: Locator) {
  await hands.tabTo(form.getByLabel("抬头", { exact: true }));
  await hands.type("中共昆明市委组织部");
  await hands.press("Tab");
  await hands.type("昆明市第一中学党委");
  await hands.tabTo(form.getByRole("radio").first());
  await hands.press("Space");
  await hands.tabTo(form.getByRole("checkbox"));
  await hands.press("Space");
  await hands.press("Enter");
}

test("a clerk with a scanner: twenty students, two of them owe @deployed", async ({ page, server }) => {
  await signIn(page, server, LIBRARY, "/staff#/2018-01/list?step=2");
  await expect(page.locator("#search")).toBeFocused();
  const hands = new Hands(page);
  const students = numbers(1, 20);
  for (const student of students) {
    const owes = student.endsWith("7");
    const row = page.locator(`tr[data-student='${student}']`);
    await hands.scan(student);
    await expect(page.locator("#view tbody tr")).toHaveCount(1);
    await expect(row).toBeVisible();
    await hands.press("Enter");
    await expect(row).toBeFocused();
    await hands.press(owes ? "r" : "p");
    if (owes) {
      await expect(page.locator("#reason")).toBeFocused();
      await hands.type("有书未还");
      await hands.press("Tab");
      await hands.type("12.50");
      await hands.press("Enter");
    }
    await expect(row).toHaveAttribute("data-state", owes ? "rejected" : "passed");
    await expect(page.locator("#search"), "ready for the next").toBeFocused();
  }
  counted("twenty scans, eighteen passed and two turned down with an amount", hands.presses, 48);
});

test("a college office: eighty last steps, one by one as they come, or as a list @deployed", async ({ page, server }) => {
  test.setTimeout(120_000);
  const all = numbers(1, 200);
  const read = await server.as(DECIDES[11] ?? "", "GET", `${BATCH}/worklist?step=11&limit=100`);
  const rows = read.body.students as { id: string }[];
  const theirs = rows.map(({ id }) => id).filter((id) => all.includes(id)).slice(0, 80);
  await upToTheLast(server, theirs.slice(0, 40));
  await upToTheLast(server, theirs.slice(40));
  const withoutLetter: string[] = [];
  for (const id of theirs) if ((await server.status(id)).party.form_required) withoutLetter.push(id);
  for (const id of withoutLetter) await server.handIn(id);
  if (withoutLetter.length) await server.as(PARTY_OFFICE, "POST", `${BATCH}/letters`, { students: withoutLetter });
  await signIn(page, server, DECIDES[11] ?? "", "/staff#/2018-01/list?step=11");
  await expect(page.locator("#search")).toBeFocused();
  const hands = new Hands(page);
  for (const student of theirs.slice(0, 8)) {
    const row = page.locator(`tr[data-student='${student}']`);
    await hands.scan(student);
    await expect(page.locator("#view tbody tr")).toHaveCount(1);
    await expect(row).toBeVisible();
    await hands.press("Enter");
    await expect(row).toBeFocused();
    await hands.press("p");
    await expect(page.locator("#all-parts")).toBeFocused();
    await hands.press("Space");
    await hands.press("Enter");
    await expect(row).toHaveAttribute("data-state", "passed");
  }
  counted("eight last steps with all their parts, one by one", hands.presses, 32);

  await page.goto(`${server.base}/staff#/2018-01/bulk?step=11`);
  await expect(page.locator("#numbers")).toBeVisible();
  const list = new Hands(page);
  await page.locator("#title").focus();
  await list.tabTo(page.locator("#numbers"));
  await list.type(theirs.slice(8).join("\n"));
  await list.tabTo(page.getByRole("button", { name: "预览" }));
  await list.press("Enter");
  await expect(page.locator("#result-title")).toBeFocused();
  await list.tabTo(page.locator("#apply"));
  await list.press("Enter");
  await expect(page.getByRole("heading", { name: /^完成/ })).toBeVisible();
  counted("seventy-two last steps as a list", list.presses, 20);
  const left = await server.as(DECIDES[11] ?? "", "GET", `${BATCH}/worklist?step=11&state=passed&limit=100`);
  expect(left.body.students).toHaveLength(theirs.length);
});

test("the party office: sixty letters issued, printed, noted @deployed", async ({ page, server }) => {
  test.setTimeout(120_000);
  const members = await server.members(60);
  for (const member of members) await server.handIn(member);
  await signIn(page, server, PARTY_OFFICE, "/staff");
  const hands = new Hands(page);
  let first = 1;
  while (first <= 60) {
    await page.locator("#title").focus();
    await hands.tabTo(page.getByRole("button", { name: "选中本页可开具的" }));
    await hands.press("Enter");
    await hands.tabTo(page.locator("#issue"));
    await hands.press("Enter");
    const issue = page.getByRole("dialog").getByRole("button", { name: "开具" });
    await hands.tabTo(issue);
    await hands.press("Enter");
    const print = page.getByRole("link", { name: /^打印第/ });
    await hands.tabTo(print);
    const opened = page.waitForEvent("popup");
    await hands.press("Enter");
    await (await opened).close();
    await page.bringToFront();
    await hands.tabTo(page.locator("#note-printed"));
    await hands.press("Enter");
    await expect(page.locator("#printed")).toHaveCount(0);
    first += 50;
  }
  counted("sixty letters issued, opened for print and noted as printed", hands.presses, 60);
  const { letters } = (await server.as(PARTY_OFFICE, "GET", `${BATCH}/letters?printed=missing&limit=100`)).body;
  expect(letters).toHaveLength(0);
});

test("a counsellor explains to one student what is missing, and hands in a form for another @deployed", async ({ page, server }) => {
  await server.as(LIBRARY, "PUT", `${BATCH}/students/${MEMBER}/steps/2`, { decision: "reject", reason: "《红楼梦》未还", amount_due: 4_500 });
  const { college, name } = (await server.status(MEMBER)).student;
  const { operators } = (await server.as(ADMINISTRATOR, "GET", `${BATCH}/operators?limit=100`)).body as { operators: { id: string; grants: { role: string; colleges: string[] }[] }[] };
  const counsellor = operators.find((one) => one.grants.some(({ role, colleges }) => role === "counsellor" && colleges.includes(college)))?.id ?? COUNSELLOR;
  await signIn(page, server, counsellor, "/staff");
  const hands = new Hands(page);
  await page.locator("#title").focus();
  await hands.tabTo(page.getByRole("link", { name: "查学生" }), "Shift+Tab");
  await hands.press("Enter");
  await hands.tabTo(page.locator("#search"));
  await hands.type(MEMBER);
  await hands.press("Enter");
  await expect(page.getByRole("heading", { name: new RegExp(name) })).toBeVisible();
  await expect(page.locator("tr[data-step='2']")).toContainText("《红楼梦》未还");
  await expect(page.locator("tr[data-step='2']")).toContainText("45.00 元");
  counted("one student explained to", hands.presses, 12);
  await hands.tabTo(page.getByRole("link", { name: "党员信息表" }), "Shift+Tab");
  await hands.press("Enter");
  const row = page.locator(`tr[data-student='${MEMBER}']`);
  await page.locator("#search").waitFor();
  await hands.tabTo(page.locator("#search"));
  await hands.type(MEMBER);
  await hands.press("Enter");
  await hands.tabTo(row.getByRole("button"));
  await hands.press("Enter");
  const dialog = page.getByRole("dialog");
  await writeForm(hands, dialog);
  await expect(row).toContainText("昆明市第一中学党委");
});

test("a registrar takes the chart to a meeting, and excuses somebody @deployed", async ({ page, server }) => {
  await signIn(page, server, REGISTRAR, "/staff");
  await expect(page.locator("tr[data-step='1']")).toBeVisible();
  const hands = new Hands(page);
  counted("the meeting's chart on the projector", hands.presses, 0);
  await page.locator("#title").focus();
  await hands.tabTo(page.getByRole("link", { name: "查学生" }), "Shift+Tab");
  await hands.press("Enter");
  await hands.tabTo(page.locator("#search"));
  await hands.type(STUDENT);
  await hands.press("Enter");
  await hands.tabTo(page.locator("tr[data-step='4']").getByRole("button", { name: /^免办/ }));
  await hands.press("Enter");
  await expect(page.locator("#reason")).toBeFocused();
  await hands.type("论文涉密，另行存档");
  await hands.tabTo(page.getByRole("dialog").getByRole("button", { name: "免办" }));
  await hands.press("Enter");
  await expect(page.locator("tr[data-step='4']")).toHaveAttribute("data-state", "waived");
  counted("one student excused from a step", hands.presses, 50);
});

test("an administrator gives a clerk their rights @deployed", async ({ page, server }) => {
  await signIn(page, server, ADMINISTRATOR, "/staff#/2018-01/operators");
  const hands = new Hands(page);
  const add = page.getByRole("button", { name: "添加操作人员" });
  await add.waitFor();
  await page.locator("#title").focus();
  await hands.tabTo(add);
  await hands.press("Enter");
  const dialog = page.getByRole("dialog");
  await hands.tabTo(dialog.getByLabel("工号"));
  await hands.type("20080777");
  await hands.tabTo(dialog.getByLabel("姓名"));
  await hands.type("新老师");
  await hands.tabTo(dialog.getByRole("checkbox", { name: /图书馆/ }));
  await hands.press("Space");
  await hands.tabTo(dialog.getByRole("checkbox", { name: /全部学院/ }));
  await hands.press("Space");
  await hands.press("Enter");
  await expect(dialog).toHaveCount(0);
  const { operators } = (await server.as(ADMINISTRATOR, "GET", `${BATCH}/operators?limit=100`)).body as { operators: { id: string }[] };
  expect(operators.map(({ id }) => id)).toContain("20080777");
  counted("one clerk entered", hands.presses, 60);
});

test("a student hands in the form and reads what is left @deployed", async ({ page, server }) => {
  await signIn(page, server, MEMBER);
  const hands = new Hands(page);
  await hands.tabTo(page.getByRole("link", { name: /^填写《毕业生党员信息采集表》/ }));
  await hands.press("Enter");
  await writeForm(hands, page.locator("#party"));
  await expect(page.locator("#next")).toBeVisible();
  counted("a student's form", hands.presses, 60);
});
