import { readFileSync } from "node:fs";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ADMINISTRATOR, BATCH, DECIDES, LIBRARY, Lixiao, REGISTRAR, STUDENT, accessible, drop, expect, lixiao, signIn, test, workbook } from "./lixiao";

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/** Student numbers of the demo. */
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => `20151${String(from + i).padStart(6, "0")}`);

test("a clerk passes one, turns one down with an amount, and takes one back", async ({ page, server }) => {
  await signIn(page, server, LIBRARY, "/staff");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("逐个办理");
  await expect(page.locator("tbody tr")).toHaveCount(50);
  await accessible(page);

  await page.getByLabel("查学号或姓名").fill(STUDENT);
  await page.keyboard.press("Enter");
  const row = page.locator(`[data-student='${STUDENT}']`);
  await expect(page.locator("tbody tr")).toHaveCount(1);
  await row.getByRole("button", { name: /^通过/ }).click();
  await expect(row.locator(".chip")).toContainText("已通过");
  await expect(page.locator("#search"), "for the next number").toBeFocused();
  expect((await server.status(STUDENT)).steps[1].state).toBe("passed");

  await row.getByRole("button", { name: /^撤销/ }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "撤销" }).click();
  await expect(dialog.getByText("请写明原因")).toBeVisible();
  await accessible(page);
  await dialog.getByLabel("撤销原因").fill("点错了");
  await dialog.getByRole("button", { name: "撤销" }).click();
  await expect(row.locator(".chip")).toContainText("待办理");

  await row.getByRole("button", { name: /^退回/ }).click();
  await dialog.getByLabel("原因，以及学生该怎么做").fill("《红楼梦》未还");
  await dialog.getByLabel("欠款金额").fill("45.5元");
  await dialog.getByRole("button", { name: "退回", exact: true }).click();
  await expect(dialog.getByText("请按 45 或 45.50 的格式填写")).toBeVisible();
  await dialog.getByLabel("欠款金额").fill("45.5");
  await dialog.getByRole("button", { name: "退回", exact: true }).click();
  await expect(row.locator(".chip")).toContainText("被退回");
  const step = (await server.status(STUDENT)).steps[1];
  expect([step.state, step.amount_due, step.reason]).toEqual(["rejected", 4550, "《红楼梦》未还"]);
});

test("everything by keyboard: from row to row, pass, turn down", async ({ page, server }) => {
  await signIn(page, server, LIBRARY, "/staff#/2018-01/list?step=3&state=ready");
  const rows = page.locator("tbody tr");
  await rows.first().focus();
  await page.keyboard.press("ArrowDown");
  await expect(rows.nth(1)).toBeFocused();
  await page.keyboard.press("p");
  await expect(rows.nth(1).locator(".chip")).toContainText("已通过");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("r");
  await expect(page.getByLabel("原因，以及学生该怎么做")).toBeFocused();
  await page.keyboard.type("欠款未清");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(rows.nth(2).locator(".chip")).toContainText("被退回");
  await expect(rows.nth(2)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("查学生");
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
});

test("names, states, colleges and pages narrow the list", async ({ page, server }) => {
  await server.pass(STUDENT, 2);
  await signIn(page, server, LIBRARY, "/staff");
  await page.getByLabel("状态").selectOption("passed");
  await expect(page.locator("tbody tr")).toHaveCount(1);
  await page.getByLabel("状态").selectOption("all");
  await page.getByLabel("学院").selectOption("法学院");
  await expect(page.locator("tbody tr td:nth-child(4)")).toHaveText(Array(50).fill("法学院"));
  await page.getByLabel("学院").selectOption("");
  await expect(page.getByText("第 1 页")).toBeVisible();
  const first = await page.locator("tbody tr").first().getAttribute("data-student");
  await page.getByRole("button", { name: "下一页" }).click();
  await expect(page.getByText("第 2 页")).toBeVisible();
  expect(await page.locator("tbody tr").first().getAttribute("data-student")).not.toBe(first);
  await page.getByRole("button", { name: "上一页" }).click();
  await expect(page.locator("tbody tr").first()).toHaveAttribute("data-student", first ?? "");
  await page.getByLabel("查学号或姓名").fill("扎西");
  await page.keyboard.press("Enter");
  await expect(page.locator("tbody tr").first()).toContainText("扎西顿珠");
});

test("the last step asks for its parts, of those that are for the student", async ({ page, server }) => {
  for (const step of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) await server.pass(STUDENT, step);
  await signIn(page, server, DECIDES[11] ?? "", `/staff#/2018-01/list?step=11&state=ready`);
  const row = page.locator(`[data-student='${STUDENT}']`);
  await row.getByRole("button", { name: /^通过/ }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.locator(".parts").getByRole("checkbox")).toHaveCount(3);
  await dialog.getByLabel("注销学生证").check();
  await dialog.getByRole("button", { name: "通过" }).click();
  await expect(dialog.getByRole("alert")).toContainText("有事项未勾选");
  await accessible(page);
  for (const part of ["领取报到证（就业指导中心）", "领取毕业证、学位证"]) await dialog.getByLabel(part).check();
  await dialog.getByRole("button", { name: "通过" }).click();
  await expect(row.locator(".chip")).toContainText("已通过");
  expect((await server.status(STUDENT)).cleared).toBe(true);
});

test("300 by a dropped sheet: preview, done, taken away, undone but for what was changed since", async ({ page, server }) => {
  const [rejected, passed, since] = ["20151000007", "20151000008", "20151000009"] as const;
  const path = (student: string) => `${BATCH}/students/${student}/steps/2`;
  await server.as(LIBRARY, "PUT", path(rejected), { decision: "reject", reason: "旧账", amount_due: 1200 });
  await server.as(LIBRARY, "PUT", path(passed), { decision: "pass" });
  await signIn(page, server, LIBRARY, "/staff#/2018-01/bulk?step=2");
  await accessible(page);
  const rows = [["姓名", "学号"], ...numbers(1, 300).map((id) => ["某某", id]), ["不在册", "20159999999"], ["不是学号", "＝1+1"], ["重复", STUDENT]];
  await drop(page, "#drop", "library.xlsx", XLSX, workbook(rows));
  await expect(page.locator("#sheet-read")).toContainText("读到 303 行");
  await page.getByRole("button", { name: "预览" }).click();
  // Who had been turned down is left out until that has been looked at.
  await expect(page.locator("#apply")).toHaveText("通过“2 图书退还”：298 人");
  await expect(page.locator("[data-group='overrides']")).toContainText("将覆盖退回 1");
  await page.locator("[data-group='overrides']").click();
  await expect(page.locator(".outcomes tbody tr")).toContainText("旧账（欠 12.00 元）");
  await page.getByLabel("连同这 1 人一起办理").check();
  await expect(page.locator("#apply")).toHaveText("通过“2 图书退还”：299 人");
  await expect(page.locator("[data-group='unchanged']")).toContainText("无变化 1");
  await expect(page.locator("[data-group='not-found']")).toContainText("未找到 1");
  await expect(page.locator("[data-group='invalid-fields']")).toContainText("1");
  await expect(page.locator("[data-group='twice']")).toContainText("重复 1");
  await accessible(page);
  await page.locator("[data-group='invalid-fields']").click();
  await expect(page.locator(".outcomes tbody tr")).toHaveCount(1);
  await expect(page.locator(".outcomes tbody tr")).toContainText("303");
  expect((await server.status(STUDENT)).version, "a preview writes nothing").toBe(0);

  await page.locator("#apply").click();
  await expect(page.getByRole("heading", { name: "完成：通过“2 图书退还” 299 人" })).toBeVisible({ timeout: 30_000 });
  expect((await server.status(STUDENT)).steps[1]).toMatchObject({ state: "passed", source: "import" });
  const [file] = await Promise.all([page.waitForEvent("download"), page.locator("#download").click()]);
  const lines = readFileSync((await file.path()) ?? "", "utf8").trim().split("\r\n");
  expect(lines).toHaveLength(304);
  expect(lines[1]).toMatch(/^"2","20151000001","[^"]+","已办理",""/);
  expect(lines[302], "a spreadsheet takes a full-width sign for a formula too").toContain(`"303","'=1+1"`);

  // Somebody takes one back by hand and turns another down; both stay as they are.
  await server.as(LIBRARY, "PUT", path(since), { decision: "reject", reason: "又借了一本" });
  await page.locator("#undo").click();
  await page.getByRole("dialog").getByRole("button", { name: "撤回" }).click();
  await expect(page.getByRole("heading", { name: "已撤回 298 人" })).toBeVisible({ timeout: 30_000 });
  await expect(page.locator("[data-group='decided-since']")).toContainText("1");
  await page.locator("[data-group='decided-since']").click();
  await expect(page.locator(".outcomes tbody tr")).toHaveAttribute("data-student", since);
  await accessible(page);
  const state = async (student: string) => (await server.status(student)).steps[1];
  expect((await state(STUDENT)).state).toBe("ready");
  expect(await state(since)).toMatchObject({ state: "rejected", reason: "又借了一本" });
  expect(await state(passed), "it was so before").toMatchObject({ state: "passed" });
  expect(await state(rejected), "the old debt stands again").toMatchObject({ state: "rejected", reason: "旧账", amount_due: 1200 });
});

test("a pasted column says for each row what stands in the way; an import is found again by its number", async ({ page, server }) => {
  const entry = { name: "研教办", grants: [{ role: "operator", offices: ["residence"], colleges: ["信息学院"] }] };
  await server.as(ADMINISTRATOR, "PUT", `${BATCH}/operators/20080021`, entry);
  await server.pass("20151000001", 9);
  await signIn(page, server, "20080021", "/staff#/2018-01/bulk?step=10");
  await page.getByLabel("学号", { exact: true }).fill("20151000001\t吴嘉怡\n20151000002\t某某\r\n\n20151000009");
  await page.getByRole("button", { name: "预览" }).click();
  const outcome = (student: string) => page.locator(`.outcomes [data-student='${student}']`);
  await expect(outcome("20151000001")).toHaveAttribute("data-outcome", "changed");
  await expect(outcome("20151000002")).toContainText("不在您负责的范围");
  await expect(outcome("20151000009")).toContainText("请先完成环节 9");
  await page.locator("#apply").click();
  await expect(page.getByRole("heading", { name: "完成：通过“10 退宿舍” 1 人" })).toBeVisible();
  const id = await page.locator("#result code").textContent();

  // On another machine: by the number, from a student's history.
  await signIn(page, server, REGISTRAR, "/staff#/2018-01/record?student=20151000001");
  await page.getByRole("link", { name: id?.slice(0, 8) }).click();
  await expect(page.getByRole("heading", { name: "这次批量办理了 1 人" })).toBeVisible();
  await page.locator("#undo").click();
  await page.getByRole("dialog").getByRole("button", { name: "撤回" }).click();
  await expect(page.getByRole("heading", { name: "已撤回 1 人" })).toBeVisible();
});

test("bad sheets get a clear answer, and nothing happens", async ({ page, server }) => {
  await signIn(page, server, LIBRARY, "/staff#/2018-01/bulk?step=2");
  await drop(page, "#drop", "old.csv", "text/csv", Buffer.from([0xd1, 0xa7, 0xba, 0xc5, 0x0a, 0x31]));
  await expect(page.locator("#sheet-read"), "as Chinese Windows saves it").toContainText("读到 1 行");
  await expect(page.locator("#how-read")).toContainText("GBK");
  await drop(page, "#drop", "list.pdf", "application/pdf", Buffer.from("%PDF-1.7"));
  await expect(page.locator("#drop .problem")).toContainText("这是 PDF");
  await drop(page, "#drop", "broken.xlsx", XLSX, Buffer.from("PK\x03\x04 not a workbook"));
  await expect(page.locator("#drop .problem")).toContainText("无法读出表格");
  await drop(page, "#drop", "names.csv", "text/csv", Buffer.from("姓名\n王小明\n"));
  await expect(page.locator("#drop .problem")).toContainText("学号");
  await page.getByRole("button", { name: "预览" }).click();
  await expect(page.locator("#result")).toContainText("请先粘贴学号或选择文件");
});

test.describe("when the window closes while the list is open", () => {
  test.use({ args: ["--demo", "60", "--at", "2018-01-10T23:59:52+08:00"] });
  test("a press says so and changes nothing", async ({ page, server }) => {
    await signIn(page, server, LIBRARY, "/staff");
    await expect(page.locator(".window")).toContainText("关闭", { timeout: 20_000 });
    await page.locator("tbody tr").first().getByRole("button", { name: /^通过/ }).click();
    await expect(page.getByRole("dialog")).toContainText("批次已经关闭");
    await accessible(page);
    await page.getByRole("button", { name: "关闭" }).click();
    const student = (await page.locator("tbody tr").first().getAttribute("data-student")) ?? "";
    expect((await server.as(ADMINISTRATOR, "GET", `${BATCH}/students/${student}`)).body.version).toBe(0);
  });
});

test("the server dies in the middle of an import and comes back: nothing lost, nothing doubled", async ({ page }) => {
  test.setTimeout(120_000);
  const data = join(mkdtempSync(join(tmpdir(), "lixiao-")), "table.db");
  const key = /private (\S+)/.exec(lixiao("keys"))?.[1] ?? "";
  const args = ["--data", data, "--at", "2017-12-20T09:00:00+08:00"];
  const server = await new Lixiao([...args, "--demo", "320"], { LIXIAO_PRIVATE_KEY: key }).start();
  try {
    await signIn(page, server, LIBRARY, "/staff#/2018-01/bulk?step=4");
    await page.getByLabel("学号", { exact: true }).fill(numbers(1, 300).join("\n"));
    await page.getByRole("button", { name: "预览" }).click();
    await expect(page.locator("#apply")).toHaveText("通过“4 毕业论文提交”：300 人");
    // The second hundred is written, but its answer never comes; then the server is dead for a while.
    let calls = 0;
    await page.route("**/steps/4/decisions", async (route) => {
      if (++calls !== 2) return route.continue();
      await route.fetch();
      await server.kill();
      await route.abort();
    });
    await page.locator("#apply").click();
    await expect(page.locator("#tried-again")).toContainText(/第 \d+ 次自动重试/, { timeout: 30_000 });
    await accessible(page);
    await server.start();
    await expect(page.getByRole("heading", { name: "完成：通过“4 毕业论文提交” 300 人" })).toBeVisible({ timeout: 60_000 });
    expect(calls).toBeGreaterThan(3);
    for (const student of numbers(1, 300).filter((_, i) => i % 7 === 0)) {
      const status = await server.status(student);
      expect([status.steps[3].state, status.version], student).toEqual(["passed", 1]);
    }
    await page.locator("#undo").click();
    await page.getByRole("dialog").getByRole("button", { name: "撤回" }).click();
    await expect(page.getByRole("heading", { name: "已撤回 300 人" })).toBeVisible({ timeout: 30_000 });
    await server.kill();
    expect(lixiao("audit", "2018-01", "--data", data)).toContain("every chain is whole");
  } finally {
    await server.kill();
  }
});

test("a session that ends in the middle of an import waits for somebody to sign in, and goes on", async ({ page, server }) => {
  await signIn(page, server, LIBRARY, "/staff#/2018-01/bulk?step=4");
  await page.getByLabel("学号", { exact: true }).fill(numbers(1, 150).join("\n"));
  await page.getByRole("button", { name: "预览" }).click();
  await expect(page.locator("#apply")).toHaveText("通过“4 毕业论文提交”：150 人");
  const cookies = await page.context().cookies();
  await page.context().clearCookies();
  await page.locator("#apply").click();
  await expect(page.locator(".working")).toContainText("请先登录");
  await page.context().addCookies(cookies);
  await page.getByRole("button", { name: "继续" }).click();
  await expect(page.getByRole("heading", { name: "完成：通过“4 毕业论文提交” 150 人" })).toBeVisible({ timeout: 30_000 });
  expect((await server.status("20151000150")).steps[3]).toMatchObject({ state: "passed", source: "import" });
});

test("whoever goes on with a list must be who has begun it", async ({ page, server }) => {
  await signIn(page, server, LIBRARY, "/staff#/2018-01/bulk?step=4");
  await page.getByLabel("学号", { exact: true }).fill(numbers(1, 20).join("\n"));
  await page.getByRole("button", { name: "预览" }).click();
  await expect(page.locator("#apply")).toBeEnabled();
  const cookies = await page.context().cookies();
  await page.context().clearCookies();
  await page.locator("#apply").click();
  await expect(page.locator(".working")).toContainText("请先登录");
  const other = await page.context().newPage();
  await signIn(other, server, REGISTRAR, "/staff");
  await page.getByRole("button", { name: "继续" }).click();
  await expect(page.locator(".working")).toContainText("登录的是另一位用户");
  expect((await server.status("20151000001")).version).toBe(0);
  await page.context().clearCookies();
  await page.context().addCookies(cookies);
  await page.getByRole("button", { name: "继续" }).click();
  await expect(page.getByRole("heading", { name: "20 人" })).toBeVisible();
});

test("a preview that no longer fits what is asked can't be pressed, and the list outlives a change of step", async ({ page, server }) => {
  await signIn(page, server, LIBRARY, "/staff#/2018-01/bulk?step=2");
  const list = page.getByLabel("学号", { exact: true });
  await list.fill(numbers(51, 55).join("\n"));
  await page.getByRole("button", { name: "预览" }).click();
  await expect(page.locator("#apply")).toBeVisible();
  await list.fill(numbers(61, 62).join("\n"));
  await expect(page.locator("#apply")).toHaveCount(0);
  await page.getByRole("button", { name: "预览" }).click();
  await expect(page.locator("#apply")).toBeVisible();
  await page.getByLabel("退回", { exact: true }).check();
  await expect(page.locator("#apply")).toHaveCount(0);
  await page.getByLabel("环节").selectOption("3");
  await expect(page.getByLabel("环节")).toHaveValue("3");
  await expect(list).toHaveValue(numbers(61, 62).join("\n"));
  await page.getByRole("button", { name: "English" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(page.locator("#numbers")).toHaveValue(numbers(61, 62).join("\n"));
});

test("what a colleague has just turned down isn't passed over from an old list", async ({ page, server }) => {
  await signIn(page, server, LIBRARY, "/staff");
  const row = page.locator(`[data-student='${STUDENT}']`);
  await expect(row).toBeVisible();
  await server.as(LIBRARY, "PUT", `${BATCH}/students/${STUDENT}/steps/2`, { decision: "reject", reason: "刚发现未还", amount_due: 100 });
  await row.getByRole("button", { name: /^通过/ }).click();
  await expect(page.getByRole("dialog")).toContainText("其他人刚刚改过同一条记录");
  await page.keyboard.press("Escape");
  await expect(row.locator(".chip")).toContainText("被退回");
  expect((await server.status(STUDENT)).steps[1].state).toBe("rejected");
});

test("two quick presses are one; a second one never lands on another button", async ({ page, server }) => {
  await signIn(page, server, LIBRARY, "/staff");
  const button = page.locator(`[data-student='${STUDENT}']`).getByRole("button", { name: /^通过/ });
  const box = await button.boundingBox();
  if (!box) throw new Error("no button");
  await page.mouse.click(box.x + 5, box.y + 5);
  await expect(page.locator(`[data-student='${STUDENT}'] .chip`)).toContainText("已通过");
  await page.mouse.click(box.x + 5, box.y + 5);
  await expect(page.getByRole("dialog")).toHaveCount(0);
  expect((await server.status(STUDENT)).version).toBe(1);
});
