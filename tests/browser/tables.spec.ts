// Tables as offices have them: a registrar's export as it is, a list of who owes, everybody else, and who is left.
import { readFileSync } from "node:fs";
import { unzipSync, zipSync } from "fflate";
import { ADMINISTRATOR, BATCH, LIBRARY, accessible, drop, expect, signIn, test, workbook } from "./lixiao";

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/** A student of the demo, by their place. */
const student = (place: number) => `20151${String(place).padStart(6, "0")}`;

/** What a registrar's system exports: a web page called .xls, with a title, its own headings and its own words. */
function registrars(rows: string[][]): Buffer {
  const head = ["序号", "* 学 号", "姓  名", "性别", "民族名称", "出生日期（YYYY-MM-DD）", "证件号码", "层次", "学习方式", "所在校区", "学院名称", "专业名称", "导师职工号", "是否住校", "政治面貌", "组织关系是否在校", "手机号码", "电子邮件", "辅导员"];
  const line = (cells: string[], hidden = false) => `<tr${hidden ? " style='display:none'" : ""}>${cells.map((cell) => `<td style='mso-number-format:"\\@"'>${cell}</td>`).join("")}</tr>`;
  const body = rows.map((cells, i) => line([String(i + 1), ...cells], cells[1] === "藏起来"));
  return Buffer.from(`<html><head><meta charset="utf-8"></head><body><table><tr><td colspan=19>2018届毕业研究生名册</td></tr>${line(head)}${body.join("\n")}<tr><td>合计</td><td colspan=18>4 人</td></tr></table></body></html>`);
}

test("a registrar's export goes in as it is: what isn't understood is mended in the preview", async ({ page, server }) => {
  const row = (id: string, name: string, level: string, phone = "13900000000") => [id, name, "女性", "汉", "1992.03.04", "53999919920304012x", level, "普通全日制", "呈贡校区", "信息 学院", "软件工程", "20050007", "1", "群众", "", phone, "无", "李老师"];
  const file = registrars([row("20151900001", "王　明", "硕士研究生"), row("20151900002\u200b", "迪丽热巴・买买提", "学术型硕士", "13900000000、13800000000"), row("20151900003", "藏起来", "硕士"), row("20151900004", "李四", "工程硕士", "不详")]);
  await signIn(page, server, ADMINISTRATOR, "/staff#/2018-01/roster");
  await drop(page, "#drop", "导出.xls", "application/vnd.ms-excel", file);
  await expect(page.locator("#how-read")).toContainText("网页表格 · UTF-8 · 读到 3 行");
  await expect(page.locator("#header-row")).toHaveValue("2");
  await expect(page.locator("#hidden-rows")).toContainText("有 1 行被筛选或隐藏，没有读取：第 5 行");
  await expect(page.locator("#left-out")).toContainText("略过了 1 行");
  await expect(page.locator("#unread")).toContainText("序号、辅导员");
  await expect(page.locator(".tile").first()).toContainText("2");
  await expect(page.locator("#faults tbody tr")).toHaveCount(1);
  await expect(page.locator("#faults")).toContainText("读到“工程硕士”");
  await expect(page.locator("#remarks [data-code='taken-out']")).toContainText("U+200B");
  await expect(page.locator("#new-colleges")).toHaveCount(0);
  await accessible(page);

  // A word that nobody has declared: said once, kept for the next upload, and printed for the file.
  await page.getByLabel("“工程硕士”（1 行）是").selectOption({ label: "硕士" });
  await expect(page.locator(".tile").first()).toContainText("3");
  await expect(page.locator("#faults")).toHaveCount(0);
  await expect(page.locator("#remarks [data-code='left-out']"), "a telephone costs nobody their row").toContainText("不详");
  await page.locator("#words-to-keep summary").click();
  await expect(page.locator("#words-to-keep pre")).toContainText('master = { …, also = ["工程硕士"] }');
  await accessible(page);
  await page.locator("#apply").click();
  await expect(page.getByRole("heading", { name: "已导入 3 行，0 行有问题" })).toBeVisible();
  const status = await server.status("20151900002");
  expect(status.student).toMatchObject({ name: "迪丽热巴·买买提", college: "信息学院" });
  expect((await server.as(ADMINISTRATOR, "GET", `${BATCH}/students/20151900003`)).status, "nobody in a hidden row is imported").toBe(404);

  // The next file says the same word, and nobody is asked again.
  await drop(page, "#drop", "补充.xls", "application/vnd.ms-excel", registrars([row("20151900005", "赵六", "工程硕士")]));
  await expect(page.locator(".tile").first()).toContainText("1");
  await expect(page.locator("#faults")).toHaveCount(0);
});

test("a header, a column and a sheet that weren't found are said by hand", async ({ page, server }) => {
  await signIn(page, server, ADMINISTRATOR, "/staff#/2018-01/roster");
  const csv = "名单\n编号,姓名,培养层次,学习形式,校区,学院,政治面貌,组织关系在校\n20151900001,王明,硕士,全日制,呈贡,信息学院,群众,\n";
  await drop(page, "#drop", "名单.csv", "text/csv", Buffer.from(csv));
  await expect(page.locator("#understood .problem")).toContainText("学号");
  await page.getByLabel("A 编号 读作").selectOption({ label: "学号" });
  await expect(page.locator(".tile").first()).toContainText("1");
  await expect(page.locator("#understood .problem")).toHaveCount(0);
  // Another file with the same headings needs no hand.
  await drop(page, "#drop", "名单2.csv", "text/csv", Buffer.from(csv.replace("20151900001", "20151900002")));
  await expect(page.locator(".tile").first()).toContainText("1");
  await expect(page.locator("#apply")).toBeEnabled();
});

test("a library's day: who owes, everybody but these, two corrections, undone, who is left", async ({ page, server }) => {
  await signIn(page, server, LIBRARY, "/staff#/2018-01/bulk?step=2");
  const owes = [student(7), student(12), student(30)] as const;
  const rows = [["欠书名单"], ["读者证号", "姓名", "欠费金额（元）", "备注"], ...owes.map((id, i) => [id, "", ["12.50", "300", "45"][i] ?? "", ["《红楼梦》", "", "《辞海》"][i] ?? ""]), ["20159999999", "查无此人", "9", "x"]];
  await drop(page, "#drop", "debtors.xlsx", XLSX, workbook(rows));
  await expect(page.locator("#sheet-read")).toContainText("读到 4 行");
  await expect(page.locator("#own-amounts")).toContainText("4 行有金额");
  await page.getByLabel("除名单里的学生外，其余待办理的都通过").check();
  await page.getByLabel("退回的原因（用于名单里没有写原因的学生）").fill("有书未还");
  await accessible(page);
  await page.getByRole("button", { name: "预览", exact: true }).click();
  await expect(page.locator("#result-title")).toHaveText("预览：397 人将通过，3 人将退回，名单里 1 人不变", { timeout: 30_000 });
  // A number that is nobody's is most often somebody's who owes: that is looked at first.
  await expect(page.locator("#doubts")).toContainText("1 行在本批次找不到这个学号");
  await expect(page.locator("#unknown-numbers")).toContainText("20159999999");
  await expect(page.locator("#apply")).toBeDisabled();
  await accessible(page);
  await page.locator("#checked-all").check();
  await page.locator("#apply").click();
  await expect(page.getByRole("heading", { name: /完成/ })).toContainText("400 人", { timeout: 60_000 });
  const step = async (id: string) => (await server.status(id)).steps[1];
  expect(await step(owes[0])).toMatchObject({ state: "rejected", reason: "《红楼梦》", amount_due: 1250 });
  expect(await step(owes[1]), "the reason for all, where the row says none").toMatchObject({ state: "rejected", reason: "有书未还", amount_due: 30000 });
  expect(await step(student(1))).toMatchObject({ state: "passed", source: "import" });

  // One has paid, another turns out to owe.
  await server.as(LIBRARY, "PUT", `${BATCH}/students/${owes[0]}/steps/2`, { decision: "pass" });
  await server.as(LIBRARY, "PUT", `${BATCH}/students/${student(2)}/steps/2`, { decision: "reject", reason: "又借了一本" });
  await page.locator("#undo").click();
  await page.getByRole("dialog").getByRole("button", { name: "撤回" }).click();
  await expect(page.getByRole("heading", { name: "已撤回 398 人" })).toBeVisible({ timeout: 60_000 });
  expect((await step(owes[1])).state).toBe("ready");
  expect((await step(owes[0])).state, "what was decided since stays").toBe("passed");
  expect(await step(student(2))).toMatchObject({ state: "rejected" });

  // Who is left, to take away.
  await page.getByRole("link", { name: "逐个办理" }).click();
  await expect(page.locator("#take-away")).toBeVisible();
  const [left] = await Promise.all([page.waitForEvent("download"), page.locator("#take-away").click()]);
  expect(left.suggestedFilename()).toBe("2018-01-students.xlsx");
  expect(readFileSync((await left.path()) ?? "").subarray(0, 2).toString()).toBe("PK");
});

test("who is left by a list with another's name is looked at before everybody else passes", async ({ page, server }) => {
  await signIn(page, server, LIBRARY, "/staff#/2018-01/bulk?step=2");
  await drop(page, "#drop", "debtors.xlsx", XLSX, workbook([["学号", "姓名"], [student(7), "张冠李"], [student(12), ""]]));
  await page.getByLabel("除名单里的学生外，其余待办理的都通过").check();
  await page.getByLabel("不动").check();
  await page.getByRole("button", { name: "预览", exact: true }).click();
  await expect(page.locator("#doubts")).toContainText("名单里有 1 行的姓名和名册上的不同", { timeout: 30_000 });
  await expect(page.locator("#apply")).toBeDisabled();
  await page.locator("[data-group='another']").click();
  await expect(page.locator(".outcomes tbody tr")).toContainText("张冠李");
  await expect(page.locator("[data-group='unchanged']"), "whoever is left isn't said to pass").toContainText("1");
});

test("a sheet for each college: one is read, the others are named and never taken for the rest", async ({ page, server }) => {
  const row = (cells: string[]) => `<Row>${cells.map((cell) => `<Cell><Data ss:Type="String">${cell}</Data></Cell>`).join("")}</Row>`;
  const sheet = (name: string, rows: string[][]) => `<Worksheet ss:Name="${name}"><Table>${rows.map(row).join("")}</Table></Worksheet>`;
  const names = 'xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"';
  const book = `<?xml version="1.0"?><Workbook ${names}>${sheet("信息学院", [["学号", "欠费"], [student(7), "3"]])}${sheet("法学院", [["学号", "欠费"], [student(12), "4"], [student(13), "5"]])}</Workbook>`;
  await signIn(page, server, LIBRARY, "/staff#/2018-01/bulk?step=2");
  await drop(page, "#drop", "debtors.xls", "application/vnd.ms-excel", Buffer.from(book));
  await expect(page.locator("#unread-sheets")).toContainText("只读取了工作表“信息学院”。“法学院”（2 行）也有这样的表头");
  await accessible(page);
  await page.getByLabel("除名单里的学生外，其余待办理的都通过").check();
  await page.getByLabel("退回的原因（用于名单里没有写原因的学生）").fill("有书未还");
  await page.getByRole("button", { name: "预览", exact: true }).click();
  await expect(page.locator("#doubts")).toContainText("其他工作表里还有 2 行", { timeout: 30_000 });
  await expect(page.locator("#apply")).toBeDisabled();
  // The other sheet is chosen where it is named.
  await page.getByLabel("工作表").selectOption("法学院");
  await expect(page.locator("#own-amounts")).toContainText("2 行有金额");
});

test("what is pasted out of a sheet has its amounts, too", async ({ page, server }) => {
  await signIn(page, server, LIBRARY, "/staff#/2018-01/bulk?step=2");
  await page.getByLabel("学号", { exact: true }).fill(`学号\t姓名\t金额\t原因\n${student(3)}\t\t12.5\t《红楼梦》\n${student(4)}\t\t约 45\t\n`);
  await expect(page.locator("#own-amounts")).toContainText("1 行有金额");
  await expect(page.locator("#list-faults")).toContainText("约 45");
  await page.getByLabel("退回", { exact: true }).check();
  await page.locator("#reason").fill("有书未还");
  await page.getByRole("button", { name: "预览", exact: true }).click();
  await expect(page.locator("#apply")).toHaveText("退回“2 图书退还”：1 人");
  await page.locator("#apply").click();
  await expect(page.getByRole("heading", { name: /完成/ })).toBeVisible();
  expect((await server.status(student(3))).steps[1]).toMatchObject({ state: "rejected", reason: "《红楼梦》", amount_due: 1250 });
  expect((await server.status(student(4))).steps[1].state, "a row that can't be read is nobody's").toBe("ready");
});

test("what was pasted before is no answer to what stands there now", async ({ page, server }) => {
  await signIn(page, server, LIBRARY, "/staff#/2018-01/bulk?step=2");
  let late = () => {};
  const held = new Promise<void>((go) => (late = go));
  await page.route("**/tables", async (route) => {
    await held;
    await route.continue();
  });
  const numbers = page.getByLabel("学号", { exact: true });
  await numbers.fill(`学号\t姓名\n${student(3)}\t\n${student(4)}\t\n`);
  await numbers.fill(student(5));
  const answered = page.waitForResponse("**/tables");
  late();
  await answered;
  await page.getByRole("button", { name: "预览", exact: true }).click();
  await expect(page.locator("#apply")).toContainText("1 人");
  await expect(page.locator("#apply")).not.toContainText("2 人");
});

test("pictures don't count: a workbook of nine megabytes goes in, which the gateway wouldn't take", async ({ page, server }) => {
  const rows = [["学号", "姓名", "培养层次", "学习形式", "校区", "学院", "政治面貌", "组织关系在校"], ["20151900001", "王明", "硕士", "全日制", "呈贡", "信息学院", "群众", "否"]];
  const parts = unzipSync(workbook(rows));
  const photo = () => crypto.getRandomValues(new Uint8Array(65_536));
  parts["xl/media/image1.png"] = Buffer.concat(Array.from({ length: 144 }, photo));
  const large = Buffer.from(zipSync(parts, { level: 0 }));
  expect(large.length).toBeGreaterThan(9_000_000);
  await signIn(page, server, ADMINISTRATOR, "/staff#/2018-01/roster");
  await page.locator("#roster").setInputFiles({ name: "带照片.xlsx", mimeType: XLSX, buffer: large });
  await expect(page.locator(".tile").first()).toContainText("1");
  await page.locator("#apply").click();
  await expect(page.getByRole("heading", { name: "已导入 1 行，0 行有问题" })).toBeVisible();
  // What is as large and no workbook is told its limit.
  await page.locator("#roster").setInputFiles({ name: "large.csv", mimeType: "text/csv", buffer: Buffer.alloc(5_000_000, "学号,姓名\n") });
  await expect(page.locator("#result .problem")).toContainText("4");
});
