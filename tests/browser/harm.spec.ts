// What once harmed or misled somebody: each of these was done on the pages, and failed.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BATCH, DECIDES, LIBRARY, Lixiao, MEMBER, PARTY_OFFICE, REGISTRAR, STUDENT, accessible, atUniversity, drop, expect, signIn, test, workbook } from "./lixiao";

/** The folder of the notice's batch, with some of its lines changed. */
function batches(...changes: [string, string][]) {
  const folder = mkdtempSync(join(tmpdir(), "lixiao-batch-"));
  let text = readFileSync(new URL("../../infra/batches/2018-01.toml", import.meta.url), "utf8");
  for (const [from, to] of changes) {
    expect(text, from).toContain(from);
    text = text.replace(from, to);
  }
  writeFileSync(join(folder, "2018-01.toml"), text);
  for (const file of ["university.toml", "demo"]) cpSync(new URL(`../../infra/batches/${file}`, import.meta.url), join(folder, file), { recursive: true });
  return folder;
}

const decide = (server: Lixiao, who: string, student: string, step: number, decision: object) => server.as(who, "PUT", `${BATCH}/students/${student}/steps/${step}`, decision);

/** Passes all but the last step. */
async function upToTheLast(server: Lixiao, student: string) {
  for (const step of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) await server.pass(student, step);
}

async function issue(server: Lixiao, ...students: string[]) {
  for (const student of students) await server.handIn(student);
  expect((await server.as(PARTY_OFFICE, "POST", `${BATCH}/letters`, { students })).status).toBe(200);
}

test.describe("a letter", () => {
  test("stands first, with its day and where it goes, until the receipt is in", async ({ page, server }) => {
    await issue(server, MEMBER);
    await signIn(page, server, MEMBER);
    const first = page.locator("#for-you li").first();
    await expect(first).toContainText("2018-03-20");
    await expect(first).toContainText("昆明市第一中学党委");
    await expect(first, "three months are no alarm").not.toHaveClass(/pressing/);
    await accessible(page);
    expect((await server.as(PARTY_OFFICE, "PUT", `${BATCH}/letters/1/receipt`, { received_on: "2017-12-20", from: "昆明市第一中学党委" })).status).toBe(200);
    await page.reload();
    await expect(page.locator(".letter-due")).toHaveCount(0);
  });

  for (const [when, at, words] of [
    ["five days before its last day, the batch long closed", "2018-03-15T09:00:00+08:00", "还剩 5 天"],
    ["on its last day", "2018-03-20T20:00:00+08:00", "今天是最后一天"],
    ["five days after it", "2018-03-25T09:00:00+08:00", "过期"],
  ] as const)
    test(`is the first thing on the first screen ${when}`, async ({ page, target, university }) => {
      const data = join(mkdtempSync(join(tmpdir(), "lixiao-data-")), "lixiao.db");
      const env = university ? atUniversity(university) : {};
      const before = await new Lixiao(["--data", data, "--demo", "400", "--at", "2017-12-20T09:00:00+08:00"], env, target).start();
      await issue(before, MEMBER);
      await upToTheLast(before, MEMBER);
      await before.pass(MEMBER, 11);
      await before.kill();
      const server = await new Lixiao(["--data", data, "--demo", "400", "--at", at], env, target).start();
      await page.setViewportSize({ width: 390, height: 844 });
      await signIn(page, server, MEMBER);
      const first = page.locator("#for-you li").first();
      await expect(first).toContainText(words);
      await expect(first).toHaveClass(/pressing/);
      await expect(first).toBeInViewport();
      if (when.startsWith("five days after")) await expect(first.locator("a[href^='tel:']").first()).toBeVisible();
      await accessible(page);
      await server.kill();
    });
});

test.describe("the final step", () => {
  test("has no dead end: parts are kept, and the letter's says why it waits", async ({ page, server }) => {
    await upToTheLast(server, MEMBER);
    await signIn(page, server, DECIDES[11] ?? "", `/staff#/2018-01/list?step=11&state=all&q=${MEMBER}`);
    const row = page.locator(`tr[data-student='${MEMBER}']`);
    const dialog = page.getByRole("dialog");
    await row.getByRole("button", { name: /^通过/ }).click();
    const letter = dialog.getByRole("checkbox", { name: /介绍信/ });
    await expect(letter).toBeDisabled();
    await expect(dialog).toContainText("介绍信还没有开出");
    await accessible(page);
    await dialog.getByRole("checkbox", { name: /学生证/ }).check();
    await dialog.getByRole("button", { name: "保存已勾选的 1 项" }).click();
    await expect(dialog).toHaveCount(0);
    await row.getByRole("button", { name: /^通过/ }).click();
    await expect(dialog.getByRole("checkbox", { name: /学生证/ }), "kept from before").toBeChecked();
    await page.keyboard.press("Escape");
    await issue(server, MEMBER);
    await row.getByRole("button", { name: /^通过/ }).click();
    await expect(dialog.locator(".parts").getByRole("checkbox")).toHaveCount(4);
    await expect(dialog.getByLabel("以下 3 项都已办妥"), "by one press").toBeFocused();
    await page.keyboard.press("Space");
    await dialog.getByRole("button", { name: "通过" }).click();
    await expect(row).toHaveAttribute("data-state", "passed");
    expect((await server.status(MEMBER)).cleared).toBe(true);
  });

  test("keeps who waits for a letter as a group of their own, in a list", async ({ page, server }) => {
    await upToTheLast(server, MEMBER);
    await upToTheLast(server, STUDENT);
    await signIn(page, server, DECIDES[11] ?? "", "/staff#/2018-01/bulk?step=11");
    await page.getByLabel("学号", { exact: true }).fill(`${MEMBER}\n${STUDENT}`);
    await page.getByRole("button", { name: "预览" }).click();
    const group = page.locator("[data-group='not-issued']");
    await expect(group).toContainText("介绍信还没有开出 1");
    await group.click();
    await expect(page.locator(".outcomes tbody tr")).toHaveCount(1);
    await expect(page.locator(".outcomes tbody tr").first()).toHaveAttribute("data-student", MEMBER);
    const text = page.locator("#to-copy");
    await page.locator("#hand-over").click();
    await expect(text).toHaveValue(new RegExp(`信息采集表未交，请先联系学生：\\n.* ${MEMBER}$`));
    await accessible(page);
    await page.keyboard.press("Escape");
    await server.handIn(MEMBER);
    await page.getByRole("button", { name: "预览" }).click();
    await page.locator("#hand-over").click();
    await expect(text).toHaveValue(new RegExp(`信息采集表已交，请开具介绍信：\\n.* ${MEMBER}$`));
  });
});

test("the register says whom to call, and what lies there on paper", async ({ page, server }) => {
  const members = await server.members(3);
  await issue(server, ...members);
  await signIn(page, server, PARTY_OFFICE, "/staff#/2018-01/letters?show=unprinted");
  const rows = page.locator("#view tbody tr");
  await expect(rows).toHaveCount(3);
  await expect(rows.first().locator("a[href^='tel:']").first(), "the member's").toHaveText(/^1390000/);
  await rows.first().getByRole("button", { name: /^记为已打印/ }).click();
  await expect(rows, "no longer among those that aren't").toHaveCount(2);
  await page.getByLabel("打印编号").fill("1");
  await page.getByLabel("到编号").fill("3");
  const opened = page.waitForEvent("popup");
  await page.getByRole("button", { name: "打印", exact: true }).click();
  await (await opened).close();
  await expect(page.locator("#printed")).toContainText("第 1–3 号");
  await accessible(page);
  await page.locator("#note-printed").click();
  await expect(page.locator(".toast")).toHaveText("已登记打印 3 份");
  await page.getByLabel("显示").selectOption("all");
  await expect(page.locator("[data-printed='true']")).toHaveCount(3);
  await expect(page.locator("[data-printed='true']").first()).toContainText("党委");
  await accessible(page);
  expect((await server.as(MEMBER, "POST", `${BATCH}/letters/printed`, { letters: [1] })).status).toBe(403);
});

test.describe("what was just pressed", () => {
  const list = (state: string) => `/staff#/2018-01/list?step=2&state=${state}&q=${STUDENT}`;
  test("is taken back by the message that says so, and the student reads why", async ({ page, server }) => {
    await signIn(page, server, LIBRARY, list("all"));
    const row = page.locator(`tr[data-student='${STUDENT}']`);
    await row.getByRole("button", { name: /^通过/ }).click();
    await expect(row).toHaveAttribute("data-state", "passed");
    await accessible(page);
    await page.locator(".toast").getByRole("button", { name: "撤回" }).click();
    await expect(row).toHaveAttribute("data-state", "ready");
    await expect(page.locator(".toast"), "what is taken back isn't offered again").not.toContainText("误");
    await expect(page.locator(".toast button")).toHaveCount(0);
    const [, library] = (await server.status(STUDENT)).steps;
    expect(library.revoked.reason).toBe("误操作，立即撤回");
  });

  test("a debt that was passed by mistake stands as it stood, by one key", async ({ page, server }) => {
    await decide(server, LIBRARY, STUDENT, 2, { decision: "reject", reason: "《红楼梦》未还", amount_due: 4500 });
    await signIn(page, server, LIBRARY, list("all"));
    const row = page.locator(`tr[data-student='${STUDENT}']`);
    await row.getByRole("button", { name: /^通过/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "通过" }).click();
    await expect(row).toHaveAttribute("data-state", "passed");
    await row.focus();
    await page.keyboard.press("z");
    await expect(row).toHaveAttribute("data-state", "rejected");
    const [, library] = (await server.status(STUDENT)).steps;
    expect([library.reason, library.amount_due]).toEqual(["《红楼梦》未还", 4500]);
  });

  test("isn't taken back from under somebody who has decided since, nor after ten seconds", async ({ page, server }) => {
    await signIn(page, server, LIBRARY, list("all"));
    const row = page.locator(`tr[data-student='${STUDENT}']`);
    await row.getByRole("button", { name: /^通过/ }).click();
    await expect(row).toHaveAttribute("data-state", "passed");
    await decide(server, LIBRARY, STUDENT, 2, { decision: "reject", reason: "有书未还" });
    await page.locator(".toast").getByRole("button", { name: "撤回" }).click();
    await expect(page.getByRole("dialog")).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(row, "shown as it is").toHaveAttribute("data-state", "rejected");
    expect((await server.status(STUDENT)).steps[1].reason).toBe("有书未还");
    await page.clock.install();
    await row.getByRole("button", { name: /^退回/ }).click();
    await page.getByLabel("原因，以及学生该怎么做").fill("两本书未还");
    await page.getByRole("dialog").getByRole("button", { name: "退回" }).click();
    await expect(page.locator(".toast button")).toBeVisible();
    await page.clock.fastForward(10_500);
    await expect(page.locator(".toast")).toHaveCount(0);
  });
});

test("a student sees why a step is open again, who decided, and all that happened", async ({ page, server }) => {
  for (const step of [9, 10]) await server.pass(STUDENT, step);
  const revoke = { decision: "revoke", reason: "银行退回了缴费", cascade: true };
  expect((await decide(server, DECIDES[9] ?? "", STUDENT, 9, revoke)).status).toBe(200);
  await server.pass(STUDENT, 2);
  await signIn(page, server, STUDENT);
  const [advisor] = (await server.status(STUDENT)).steps[0].advisors;
  expect(advisor, "the roster's name of them").toMatch(/^\p{Script=Han}+$/u);
  await expect(page.locator("[data-step='1'] .brief")).toContainText(advisor);
  for (const step of [9, 10]) await expect(page.locator(`#for-you [data-revoked='${step}']`)).toContainText("银行退回了缴费");
  await page.locator("[data-step='9'] summary").click();
  await expect(page.locator("[data-step='9'] dl")).toContainText("银行退回了缴费");
  await page.locator("[data-step='2'] summary").click();
  const { decided_by_name: who } = (await server.status(STUDENT)).steps[1];
  expect(who, "by name").toBeTruthy();
  await expect(page.locator("[data-step='2'] dl")).toContainText(who);
  await page.locator("#history summary").click();
  await expect(page.locator("#history li").first()).toContainText(who);
  await expect(page.locator("#history li").filter({ hasText: "撤销" })).toHaveCount(2);
  await accessible(page);
  await server.pass(STUDENT, 9);
  await page.reload();
  await expect(page.locator("#for-you [data-revoked='9']"), "decided again").toHaveCount(0);
  await expect(page.locator("#for-you [data-revoked='10']")).toBeVisible();
});

test("a scanner's numbers go where numbers go, one after the other", async ({ page, server }) => {
  await signIn(page, server, LIBRARY, "/staff#/2018-01/list?step=2");
  const search = page.locator("#search");
  const row = (student: string) => page.locator(`tr[data-student='${student}']`);
  const scan = async (number: string) => {
    await page.keyboard.type(number);
    await page.keyboard.press("Enter");
    await expect(page.locator("#view tbody tr")).toHaveCount(1);
  };
  await expect(search, "on arrival").toBeFocused();
  await scan("20151000001");
  await expect(row("20151000001")).toBeVisible();
  await expect(search, "after a search").toBeFocused();
  await page.keyboard.press("End");
  await scan("20151000009");
  await expect(row("20151000009"), "the second takes the first's place, wherever the cursor stands").toBeVisible();
  await page.keyboard.press("Enter");
  await expect(row("20151000009"), "Enter on one hit goes to its row").toBeFocused();
  await page.keyboard.press("p");
  await expect(row("20151000009")).toHaveAttribute("data-state", "passed");
  await expect(search, "after a decision").toBeFocused();
  await page.locator("#title").click();
  await scan("20151000017");
  await expect(row("20151000017"), "typed anywhere").toBeVisible();
  for (const [typed, found] of [["２０１５１０００００１", "20151000001"], ["000009", "20151000009"]] as const) {
    await search.fill(typed);
    await page.keyboard.press("Enter");
    await expect(row(found), typed).toBeVisible();
  }
});

test("no debt is passed over: it is shown, and asked about", async ({ page, server }) => {
  await decide(server, LIBRARY, STUDENT, 2, { decision: "reject", reason: "《红楼梦》未还", amount_due: 4500 });
  await signIn(page, server, LIBRARY, "/staff#/2018-01/list?step=2&state=rejected");
  const row = page.locator(`tr[data-student='${STUDENT}']`);
  await expect(row).toContainText("《红楼梦》未还");
  await expect(row).toContainText("45.00 元");
  await row.getByRole("button", { name: /^通过/ }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("欠 45.00 元已缴？");
  await accessible(page);
  await page.keyboard.press("Escape");
  expect((await server.status(STUDENT)).steps[1].state).toBe("rejected");
  await row.getByRole("button", { name: /^通过/ }).click();
  await dialog.getByRole("button", { name: "通过" }).click();
  await expect(row).toHaveAttribute("data-state", "passed");
});

test("who is left has an answer: totals, exactly those, and what each lacks", async ({ page, server }) => {
  await decide(server, LIBRARY, STUDENT, 2, { decision: "reject", reason: "有书未还" });
  await signIn(page, server, LIBRARY, "/staff#/2018-01/list?step=2");
  const total = (state: string) => page.locator(`[data-total='${state}'] b`);
  await expect(total("rejected")).toHaveText("1");
  const ready = Number(await total("ready").textContent());
  const today = Number(await total("today").textContent());
  await page.locator("#view tbody tr").first().getByRole("button", { name: /^通过/ }).click();
  await expect(total("ready")).toHaveText(String(ready - 1));
  await expect(total("today")).toHaveText(String(today + 1));
  await page.locator("[data-total='rejected'] button").click();
  await expect(page.locator("#view tbody tr")).toHaveCount(1);
  await expect(total("today"), "the server counts the same").toHaveText(String(today + 1));

  await signIn(page, server, REGISTRAR, "/staff#/2018-01/progress");
  const college = page.locator("tr[data-college]").first();
  const name = (await college.getAttribute("data-college")) ?? "";
  await college.locator("a").click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("未办结名单");
  await expect(page.locator("#view tbody tr").first()).toContainText(name);
  await expect(page.locator("#view tbody tr").first().locator("[data-lacks]").first()).toBeVisible();
  await page.evaluate(() => (window.print = () => document.body.setAttribute("data-printed", "")));
  const [, all = ""] = /unfinished.*college=([^&]*)/.exec(page.url()) ?? [];
  expect(decodeURIComponent(all.replaceAll("+", " "))).toBe(name);
  await page.goto(`${server.base}/staff#/2018-01/unfinished`);
  await page.evaluate(() => (window.print = () => document.body.setAttribute("data-printed", "")));
  await page.locator("#print-whole").click();
  await expect(page.locator("body")).toHaveAttribute("data-printed", "");
  await page.emulateMedia({ media: "print" });
  await expect(page.locator("#whole-list [data-whole]"), "on paper is everybody, not the first page").toHaveCount(400);
  await expect(page.locator("#whole-list h2")).toContainText("未办结 400 人");
  await expect(page.locator("#view tr[data-student]").first()).toBeHidden();
  await page.emulateMedia({ media: null });
  await accessible(page);
});

test("a chart says what is true, and paper is whole: who, when, which batch", async ({ page, server }) => {
  await page.route(`**${BATCH}/progress`, async (route) => {
    const answer = await route.fetch();
    const progress = await answer.json();
    Object.assign(progress.colleges[0], { students: 150, cleared: 1 });
    Object.assign(progress.colleges[1], { students: 150, cleared: 149 });
    Object.assign(progress.colleges[2], { students: 150, cleared: 0 });
    await route.fulfill({ response: answer, json: progress });
  });
  await signIn(page, server, REGISTRAR, "/staff#/2018-01/progress");
  const shares = page.locator("tr[data-college] td:last-child");
  await expect(shares.nth(0)).toHaveText("<1%");
  await expect(shares.nth(1)).toHaveText("99%");
  await expect(shares.nth(2)).toHaveText("0%");
  const colour = (what: string, property: string) => page.locator(what).first().evaluate((one, name) => getComputedStyle(one).getPropertyValue(name), property);
  const track = await colour(".bar", "background-color");
  expect(await colour("tr[data-college] rect[data-state='blocked']", "fill"), "waiting is empty track").toBe(track);
  expect(await colour("tr[data-college] rect[data-state='passed']", "fill")).not.toBe(track);
  const paper = join(mkdtempSync(join(tmpdir(), "lixiao-paper-")), "progress.pdf");
  await page.pdf({ path: paper, format: "A4" });
  const text = execFileSync("pdftotext", ["-layout", paper, "-"], { encoding: "utf8" });
  expect(text).toContain("统计时间 2017-12-20");
  const { batch, steps } = await server.status(STUDENT);
  for (const words of [batch.name, ...steps.map((step: { name: string }) => step.name)])
    // A long name goes on in the next line, behind the figures.
    expect(text.replaceAll(/\s/g, ""), words).toContain(words.replaceAll(/\s/g, "").slice(0, 12));
  await page.emulateMedia({ media: "print" });
  await page.setViewportSize({ width: 720, height: 1000 });
  const cut = await page.locator("#view table").evaluateAll((tables) => tables.filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1).length);
  expect(cut, "no table is wider than the page").toBe(0);
});

test("a screen reader is told what is Chinese on an English page", async ({ page, server }) => {
  await page.addInitScript(() => localStorage.setItem("lixiao-language", "en"));
  await signIn(page, server, LIBRARY, "/staff#/2018-01/list?step=2");
  const name = page.locator("#view tbody tr th").first();
  await expect(name.locator("[lang='zh-CN']")).toHaveText(/\p{Script=Han}/u);
  await expect(page.locator("#college option[lang='zh-CN']").first()).toBeAttached();
});

test.describe("outside the window", () => {
  test.use({ args: ["--demo", "200", "--at", "2018-01-20T09:00:00+08:00"] });
  test("nobody is offered what they may not do", async ({ page, server }) => {
    await signIn(page, server, LIBRARY, "/staff#/2018-01/list?step=2&state=all");
    await expect(page.locator("#view tbody tr").first()).toBeVisible();
    await expect(page.locator("#view tbody tr button:not(.away)")).toHaveCount(0);
    await signIn(page, server, STUDENT);
    await expect(page.locator(".window a[href^='tel:']").first(), "closed: with a telephone").toBeVisible();
    await signIn(page, server, PARTY_OFFICE, "/staff#/2018-01/letters");
    await expect(page.locator(".window")).toContainText("回执可登记到");
  });
});

test("staff without any right read that, and whom to ask", async ({ page, server }) => {
  await signIn(page, server, "20990001", "/staff");
  await expect(page.locator("#no-rights")).toContainText("20990001");
  await expect(page.locator("#no-rights a[href^='tel:']").first()).toBeVisible();
  await accessible(page);
});

test("before sign-in there is somebody to call", async ({ page, server }) => {
  await page.goto(server.base);
  await expect(page.locator("#foot a[href^='tel:']").first()).toBeVisible();
});

test.describe("off campus", () => {
  test.use({ args: ["--demo", "20", "--at", "2017-12-20T09:00:00+08:00", "--campus", "203.0.113.0/24"] });
  test("there is a telephone, and a button for when the VPN is on", async ({ page, server }) => {
    await signIn(page, server, STUDENT);
    await expect(page.getByRole("button", { name: "已连上校园网，再试一次" })).toBeVisible();
    await expect(page.locator("#main a[href^='tel:']").first()).toBeVisible();
  });
});

test("what a step wants of its student stands there, apart from what others are at", async ({ page, target, university }) => {
  const folder = batches(['en = "Books returned" }\n', 'en = "Books returned" }\nhelp = { zh = "把书还到一楼服务台", en = "Return the books to the ground floor" }\nlink = "https://lib.example.edu.cn/return"\n']);
  const server = await new Lixiao(["--demo", "50", "--at", "2017-12-20T09:00:00+08:00", "--batches", folder], university ? atUniversity(university) : {}, target).start();
  await signIn(page, server, STUDENT);
  const come = page.locator("#for-you li").filter({ hasText: "图书退还" });
  await expect(come).toContainText("把书还到一楼服务台");
  await expect(come.getByRole("link", { name: "办理说明" })).toHaveAttribute("href", "https://lib.example.edu.cn/return");
  await expect(page.locator("#at-work")).not.toContainText("图书退还");
  await expect(page.locator("#at-work")).toContainText("图书欠款清还");
  await accessible(page);
  await server.kill();
});

test("a sheet says what is read of it, and another name than the roster's is left out", async ({ page, server }) => {
  const [first, second, third] = ["20151000001", "20151000009", "20151000017"] as const;
  const names = await Promise.all([first, second, third].map(async (id) => (await server.status(id)).student.name as string));
  await signIn(page, server, LIBRARY, "/staff#/2018-01/bulk?step=2");
  const rows = [["学号", "姓名", "欠款", "备注", "馆藏地"], [first, names[0] ?? "", "45", "有书未还", "呈贡"], [second, "张冠李", "", ""], [third, `${(names[2] ?? "")[0]}某某`, "", ""]];
  await drop(page, "#drop", "library.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", workbook(rows));
  await expect(page.locator("#unread")).toContainText("馆藏地");
  await expect(page.locator("#own-amounts")).toContainText("1 行有金额");
  await page.getByRole("button", { name: "预览" }).click();
  await expect(page.locator("#owing"), "whoever owes isn't passed unseen").toContainText("1 行写着金额");
  await expect(page.locator("#others")).toContainText("有 1 行");
  await expect(page.locator("#apply")).toHaveText("通过“2 图书退还”：2 人");
  await expect(page.locator("[data-group='another']")).toContainText("姓名不符 1");
  await page.locator("[data-group='another']").click();
  await expect(page.locator(".outcomes tbody tr")).toContainText("张冠李");
  await page.locator("#apply").click();
  await expect(page.getByRole("heading", { name: /完成/ })).toBeVisible();
  expect((await server.status(second)).steps[1].state, "left out").toBe("ready");
});
