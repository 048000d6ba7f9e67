import { readFileSync } from "node:fs";
import { ADMINISTRATOR, BATCH, COUNSELLOR, DECIDES, LIBRARY, MEMBER, PARTY_OFFICE, REGISTRAR, STUDENT, accessible, expect, signIn, test } from "./lixiao";

test("a counsellor sees who hasn't handed in, hands in on behalf, and takes the table away", async ({ page, server }) => {
  await signIn(page, server, COUNSELLOR, "/staff");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("党员信息表");
  const rows = page.locator("#view tbody tr");
  await expect(rows.nth(3)).toBeVisible();
  const missing = await rows.count();
  await accessible(page);
  const student = await rows.first().getAttribute("data-student");
  await rows.first().getByRole("button", { name: /^提交/ }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("抬头", { exact: true }).fill("昆明市人才服务中心");
  await dialog.getByLabel("去向", { exact: true }).fill("昆明市第一中学党委");
  await dialog.getByLabel("省内", { exact: true }).check();
  await expect(dialog.locator("[data-code=no-committee]")).toBeVisible();
  await dialog.getByLabel("已与学生本人和接收单位核实").check();
  await accessible(page);
  await dialog.getByRole("button", { name: "提交" }).click();
  await expect(rows).toHaveCount(missing - 1);
  const history = (await server.as(REGISTRAR, "GET", `${BATCH}/students/${student}/history`)).body.events;
  expect(history.at(-1)).toMatchObject({ action: "form", by: COUNSELLOR, role: "counsellor" });
  await page.getByLabel("显示").selectOption("to-check");
  await expect(rows).toHaveCount(1);
  await expect(rows.first()).toContainText("请向接收单位核实");
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "导出信息采集表" }).click()]);
  expect(readFileSync((await file.path()) ?? "").subarray(0, 2).toString()).toBe("PK");
  expect(file.suggestedFilename()).toBe("2018-01-party-forms.xlsx");
  const colleges = new Set(await rows.locator("td:nth-child(3)").allTextContents());
  expect([...colleges], "only their own").toEqual(["信息学院"]);
});

test("the party office issues with what looks odd first, prints, notes a receipt, re-issues with three papers", async ({ page, server }) => {
  const members = await server.members(4);
  for (const member of members.slice(0, 3)) await server.handIn(member);
  await server.handIn(members[3] ?? "", "昆明市人才服务中心");
  await signIn(page, server, PARTY_OFFICE, "/staff");
  const rows = page.locator("#view tbody tr");
  await expect(rows).toHaveCount(4);
  await expect(rows.first(), "what looks odd comes first").toHaveAttribute("data-state", "to-check");
  await accessible(page);
  await page.getByRole("button", { name: "选中本页可开具的" }).click();
  await expect(page.locator("#issue")).toHaveText("开具介绍信（3）");
  await rows.first().getByRole("checkbox").check();
  await page.locator("#issue").click();
  await expect(page.getByRole("dialog")).toContainText("其中 1 份有疑问");
  await accessible(page);
  const issue = page.getByRole("dialog").getByRole("button", { name: "开具" });
  await issue.click();
  await expect(page.getByRole("dialog"), "what looks odd is ticked one by one").toBeVisible();
  expect((await server.as(PARTY_OFFICE, "GET", `${BATCH}/letters`)).body.letters).toHaveLength(0);
  await expect(page.getByRole("dialog").locator("tbody tr")).toHaveCount(4);
  await page.getByRole("dialog").getByRole("checkbox").check();
  await issue.click();
  await expect(page.getByRole("heading", { name: "已开具 4 份" })).toBeVisible();
  await expect(page.locator(".outcomes tbody tr").first()).toContainText("第 0001 号");
  const print = page.getByRole("link", { name: "打印第 1–4 号" });
  const pdf = await page.evaluate(async (href) => new TextDecoder("latin1").decode((await (await fetch(href)).arrayBuffer()).slice(0, 5)), (await print.getAttribute("href")) ?? "");
  expect(pdf).toBe("%PDF-");

  await page.getByRole("link", { name: "介绍信", exact: true }).click();
  await expect(rows).toHaveCount(4);
  await accessible(page);
  const first = page.locator("[data-letter='1']");
  await first.getByRole("button", { name: /^补办/ }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("补办原因").fill("单位更名");
  await dialog.getByLabel("抬头", { exact: true }).fill("曲靖市人才中心");
  await expect(dialog.locator("[data-code=no-committee]"), "said before it is done").toBeVisible();
  await dialog.getByLabel("学院盖章的情况说明").check();
  await dialog.getByLabel("补办申请").check();
  await dialog.getByRole("button", { name: "补办" }).click();
  await expect(dialog.getByRole("alert").filter({ hasText: "补办材料" })).toBeVisible();
  await accessible(page);
  expect((await server.as(PARTY_OFFICE, "GET", `${BATCH}/letters`)).body.letters, "nothing half done").toHaveLength(4);
  await dialog.getByLabel("原介绍信").check();
  await dialog.getByLabel("我已与接收单位核实").check();
  await dialog.getByRole("button", { name: "补办" }).click();
  await expect(dialog.getByRole("alert").filter({ hasText: "请先核实黄色提示" })).toBeVisible();
  expect((await server.as(PARTY_OFFICE, "GET", `${BATCH}/letters`)).body.letters, "not before it was looked at").toHaveLength(4);
  await dialog.getByLabel("抬头", { exact: true }).fill("中共曲靖市委组织部");
  await dialog.getByLabel("我已与接收单位核实").check();
  await dialog.getByRole("button", { name: "补办" }).click();
  await expect(page.locator("[data-letter='5']")).toContainText("中共曲靖市委组织部");
  await expect(first).toContainText("已作废");

  await page.locator("[data-letter='2']").getByRole("button", { name: /^登记回执/ }).click();
  await dialog.getByLabel("接收日期").fill("2017-12-20");
  await dialog.getByLabel("签收单位").fill("昆明市第一中学党委");
  await dialog.getByRole("button", { name: "登记" }).click();
  await expect(page.locator("[data-letter='2']")).toContainText("回执已收");
  await page.locator("[data-letter='2']").getByRole("button", { name: /^登记回执/ }).click();
  await dialog.getByLabel("签收单位").fill("昆明市第一中学党委办公室");
  await dialog.getByRole("button", { name: "登记" }).click();
  await expect(page.locator("[data-letter='2']"), "a receipt can be corrected").toContainText("党委办公室");
  await page.getByLabel("查编号、学号或姓名").fill("3");
  await page.keyboard.press("Enter");
  await expect(rows).toHaveCount(1);
  await page.getByLabel("查编号、学号或姓名").fill("");
  await page.keyboard.press("Enter");
  // The view is drawn anew: what is typed before goes with the old one.
  await expect(rows).not.toHaveCount(1);
  await page.getByLabel("打印编号").fill("3");
  await page.getByLabel("到编号").fill("900");
  await page.getByRole("button", { name: "打印", exact: true }).click();
  await expect(page.getByRole("alert")).toContainText("一次最多打印 200 份");
  await page.getByLabel("显示").selectOption("missing");
  await expect(rows).toHaveCount(3);
  await page.getByLabel("显示").selectOption("soon");
  await expect(page.getByText("没有符合条件的介绍信")).toBeVisible();
});

test("a registrar sees the whole history, waives, and revokes with the cascade shown first", async ({ page, server }) => {
  for (const step of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) await server.pass(STUDENT, step);
  await signIn(page, server, REGISTRAR, "/staff");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("进度");
  await expect(page.locator(".bar")).toHaveCount(11 + 8);
  await accessible(page);
  const nine = page.locator("tr[data-step='9'] .figure");
  expect(await nine.allTextContents()).toEqual(["1", "0", "0", "399", "0"]);

  await page.getByRole("link", { name: "查学生" }).click();
  await page.getByLabel("查学号或姓名").fill(STUDENT);
  await page.keyboard.press("Enter");
  const step = (number: number) => page.locator(`#view tr[data-step='${number}']`);
  await expect(page.locator("[data-event]")).toHaveCount(11);
  await accessible(page);
  await step(9).getByRole("button", { name: /^撤销/ }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.locator("#cascade")).toContainText("10 退宿舍");
  await accessible(page);
  expect((await server.status(STUDENT)).version, "shown first, done later").toBe(10);
  await dialog.getByLabel("撤销原因").fill("缴费退回");
  await dialog.getByRole("button", { name: "一并撤销 2 个环节" }).click();
  await expect(step(10).locator(".chip")).toContainText("等前面环节");
  await expect(page.locator("[data-event]")).toHaveCount(13);

  await step(9).getByRole("button", { name: /^免办/ }).click();
  await dialog.getByLabel("免办原因").fill("学校统一减免");
  await dialog.getByRole("button", { name: "免办" }).click();
  await expect(step(9).locator(".chip")).toContainText("免办");
  await expect(page.locator("[data-event='13']")).toContainText("学校统一减免");
});

test("an administrator imports a roster, hears of each bad row, and sets an operator's rights", async ({ page, server }) => {
  await signIn(page, server, ADMINISTRATOR, "/staff#/2018-01/roster");
  await accessible(page);
  const head = "学号,姓名,性别,民族,出生日期,身份证号,培养层次,学习形式,校区,学院,专业,导师工号,住宿,政治面貌,组织关系在校,电话,邮箱";
  const row = (id: string, level: string) => `${id},新同学,女,汉族,1993-05-06,530102199305060027,${level},全日制,呈贡,信息学院,软件工程,20050007,是,群众,否,13800000000,a@example.edu`;
  const csv = `${head}\n${row("20151900001", "硕士")}\n${row("20151900002", "学士")}\n${row("12", "硕士")}\n`;
  await page.locator("#roster").setInputFiles({ name: "roster.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
  await expect(page.locator("#result [data-bad]")).toHaveCount(2);
  await expect(page.locator("[data-row='3']")).toContainText("培养层次");
  await expect(page.locator(".tile").first()).toContainText("1");
  await accessible(page);
  expect((await server.as(ADMINISTRATOR, "GET", `${BATCH}/students/20151900001`)).status, "nothing is written by choosing a file").toBe(404);
  await page.locator("#apply").click();
  await expect(page.getByRole("heading", { name: "已导入 1 行，2 行有问题" })).toBeVisible();
  expect((await server.status("20151900001")).student.name).toBe("新同学");
  const swapped = `${head}\n${row("20151900001", "硕士").replace("新同学", "另一人").replace("530102199305060027", "530102199305060043")}\n`;
  await page.locator("#roster").setInputFiles({ name: "roster.csv", mimeType: "text/csv", buffer: Buffer.from(swapped) });
  await expect(page.getByRole("alert")).toContainText("姓名和身份证号同时改变");
  await expect(page.locator("[data-row='2']")).toContainText("姓名、身份证号");
  await accessible(page);
  const columns = csv.replace(",学院,", ",");
  await page.locator("#roster").setInputFiles({ name: "roster.csv", mimeType: "text/csv", buffer: Buffer.from(columns) });
  await expect(page.locator("#result .problem")).toBeVisible();

  await page.getByRole("link", { name: "操作人员" }).click();
  await page.getByRole("button", { name: "添加操作人员" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("工号").fill("20151900001");
  await dialog.getByLabel("姓名").fill("何老师");
  await dialog.getByLabel("图书馆").check();
  await dialog.getByLabel("全部学院").check();
  await accessible(page);
  await dialog.getByRole("button", { name: "保存" }).click();
  await expect(dialog.getByRole("alert"), "a student is no operator").toBeVisible();
  await dialog.getByLabel("工号").fill("10000008");
  await dialog.getByRole("button", { name: "保存" }).click();
  await expect(dialog.getByRole("alert"), "adding replaces nobody").toContainText("10000008 在本批次已有权限");
  await dialog.getByLabel("工号").fill("20080123");
  await dialog.getByRole("button", { name: "保存" }).click();
  const operator = page.locator("[data-operator='20080123']");
  await expect(operator).toContainText("图书馆");
  await accessible(page);
  expect((await server.as("20080123", "PUT", `${BATCH}/students/${STUDENT}/steps/2`, { decision: "pass" })).status).toBe(200);
  await operator.getByRole("button", { name: /^取消权限/ }).click();
  await dialog.getByRole("button", { name: "取消权限" }).click();
  await expect(operator).toHaveCount(0);
});

test("an administrator sees who came to the door, and who was refused", async ({ page, server }) => {
  await server.as(LIBRARY, "GET", `${BATCH}/operators`);
  await signIn(page, server, ADMINISTRATOR, "/staff#/2018-01/door");
  const row = page.locator(`[data-person='${LIBRARY}']`);
  await expect(row).toContainText(LIBRARY);
  expect(await row.locator(".figure").allTextContents(), "refused once, and nothing of others").toEqual(["0", "1", "0", "0", "0", "0", "0"]);
  await accessible(page);
});

test("an advisor finds their own students, and nobody else's", async ({ page, server }) => {
  const status = (await server.as(ADMINISTRATOR, "GET", `${BATCH}/students/${MEMBER}/history`)).body;
  expect(status.events[0].action).toBe("enrol");
  await signIn(page, server, "20000001", "/staff");
  const rows = page.locator("tbody tr");
  await expect(rows).not.toHaveCount(0);
  await expect(page.locator("nav.views a")).toHaveCount(2);
  await rows.first().getByRole("button", { name: /^通过/ }).click();
  await expect(rows.first().locator(".chip")).toContainText("已通过");
  await accessible(page);
});

test("each sees only what they may use; what is asked for all the same is refused in words", async ({ page, server }) => {
  await signIn(page, server, LIBRARY, "/staff#/2018-01/operators");
  await expect(page.getByRole("heading", { level: 1 }), "not theirs: their beginning instead").toHaveText("逐个办理");
  await page.goto(`${server.base}/staff#/2018-01/list?step=7`);
  await page.reload();
  await expect(page.getByLabel("环节")).toHaveValue("2");
  await page.goto(`${server.base}/staff#/2018-01/record?student=20159999999`);
  await expect(page.getByRole("alert")).toContainText("本批次中没有这名学生");
  await accessible(page);
});

for (const [who, name] of [[DECIDES[2], "clerk"], [COUNSELLOR, "counsellor"], [PARTY_OFFICE, "party office"], [REGISTRAR, "registrar"], [ADMINISTRATOR, "administrator"]] as const)
  for (const [where, viewport, colorScheme, english] of [["on a phone, in the dark and in English", { width: 390, height: 844 }, "dark", true], ["on a desk, in the light and in Chinese", { width: 1280, height: 860 }, "light", false]] as const)
  test(`${where}, every view of the ${name} holds up @deployed`, async ({ page, server }) => {
    test.setTimeout(120_000);
    for (const member of await server.members(2)) await server.handIn(member);
    await server.as(PARTY_OFFICE, "POST", `${BATCH}/letters`, { students: await server.members(1) });
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await signIn(page, server, who ?? "", "/staff");
    if (english) await page.getByRole("button", { name: "English" }).click();
    await expect(page.locator("html")).toHaveAttribute("lang", english ? "en" : "zh-CN");
    await expect(page.locator("nav.views a").first()).toBeVisible();
    for (const link of await page.locator("nav.views a").all()) {
      await link.click();
      await expect(page.locator("#main")).not.toHaveAttribute("aria-busy", "true");
      await expect(page.locator("#view [aria-busy=true]")).toHaveCount(0);
      await accessible(page);
      // What can be ticked can be reached by a finger.
      const boxes = page.locator("#view tbody input[type=checkbox]");
      if (await boxes.count()) await boxes.first().check({ timeout: 5_000 });
    }
  });
