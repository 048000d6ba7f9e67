// One student by hand: added, changed with a step that was another office's, taken out and put back.
import { ADMINISTRATOR, BATCH, LIBRARY, PARTY_OFFICE, STUDENT, accessible, expect, signIn, test } from "./lixiao";

const NEW = "20159999999";

test("an administrator adds a student whom no roster has", async ({ page, server }) => {
  await signIn(page, server, ADMINISTRATOR, "/staff#/2018-01/roster");
  await page.locator("#add-student").click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("姓名").fill("补录生");
  await dialog.getByLabel("学号").fill("12");
  await dialog.getByLabel("学院").fill("信息 学院");
  await dialog.getByLabel("校区").selectOption({ label: "莲华" });
  await accessible(page);
  await dialog.getByRole("button", { name: "预览" }).click();
  await expect(dialog.locator("#reason-hint")).toBeVisible();
  await dialog.getByLabel("加入的原因").fill("结业换证，补录");
  await dialog.getByRole("button", { name: "预览" }).click();
  // All that is wrong at once, each at its field.
  for (const field of ["student_id", "level", "mode", "party"]) await expect(dialog.locator(`[data-field=${field}] .fault`)).toBeVisible();
  await dialog.getByLabel("学号").fill(NEW);
  await dialog.getByLabel("培养层次").selectOption({ label: "硕士" });
  await dialog.getByLabel("学习形式").selectOption({ label: "全日制" });
  await dialog.getByLabel("政治面貌").selectOption({ label: "群众" });
  await dialog.getByRole("button", { name: "预览" }).click();
  await expect(dialog.getByRole("heading", { name: `加入 补录生 ${NEW}？` })).toBeVisible();
  await expect(dialog.locator("#said")).toContainText("校区：莲华");
  expect((await server.as(ADMINISTRATOR, "GET", `${BATCH}/students/${NEW}`)).status, "nothing is written yet").toBe(404);
  await accessible(page);
  await dialog.getByRole("button", { name: "加入" }).click();
  await expect(page.locator(".toast")).toContainText("已加入：补录生");
  expect((await server.status(NEW)).student).toMatchObject({ name: "补录生", college: "信息学院" });
});

test("who changes a student hears which decided steps were another's, and what becomes of them", async ({ page, server }) => {
  const advisor = "20050007";
  expect((await server.as(ADMINISTRATOR, "PUT", `${BATCH}/students/${STUDENT}`, { cells: { advisors: `${advisor} 李老师` }, reason: "导师名册" })).status).toBe(200);
  for (const [who, step] of [[advisor, 1], [LIBRARY, 2]]) expect((await server.as(String(who), "PUT", `${BATCH}/students/${STUDENT}/steps/${step}`, { decision: "pass" })).status).toBe(200);
  await signIn(page, server, ADMINISTRATOR, "/staff#/2018-01/record");
  await page.getByLabel("查学号或姓名").fill(STUDENT);
  await page.keyboard.press("Enter");
  await page.locator("#change").click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByLabel("校区")).not.toHaveValue("");
  await dialog.getByText("个人信息", { exact: true }).click();
  await dialog.getByLabel("导师工号").fill("20050099 赵老师");
  await dialog.getByLabel("更改的原因").fill("原导师退休");
  await accessible(page);
  await dialog.getByRole("button", { name: "预览" }).click();
  await expect(dialog.locator("#said")).toHaveText("导师工号：20050099 赵老师");
  await expect(dialog.locator("#moved tbody tr")).toHaveCount(1);
  await expect(dialog.locator("[data-moved='1']")).toContainText("导师审核");
  await accessible(page);
  await expect(dialog.locator("#reopened li")).toHaveText(["1 导师审核"]);
  // Whoever goes back finds what they typed.
  await dialog.getByRole("button", { name: "返回修改" }).click();
  await expect(dialog.getByLabel("更改的原因")).toHaveValue("原导师退休");
  await dialog.getByRole("button", { name: "预览" }).click();
  await dialog.getByLabel("一并重新办理以下 1 个已通过的环节").check();
  await dialog.getByRole("button", { name: "更改" }).click();
  await expect(page.locator(".toast")).toContainText("1 个环节重新办理");
  await expect(page.locator("[data-step='1']")).toHaveAttribute("data-state", "ready");
  await expect(page.locator("[data-step='2']")).toHaveAttribute("data-state", "passed");
  await expect(page.locator("[data-event]").first()).toContainText("原导师退休");
  await expect(page.locator("#change"), "the focus is where one goes on").toBeFocused();
  expect((await server.as(advisor, "GET", `${BATCH}/students/${STUDENT}`)).status, "no student of theirs any more").toBe(404);
});

test("a student is taken out, hears why, is on no list, and comes back", async ({ page, server }) => {
  await signIn(page, server, ADMINISTRATOR, `/staff#/2018-01/record?student=${STUDENT}`);
  await page.locator("#take-out").click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "移出", exact: true }).click();
  await expect(dialog.locator("#reason-hint")).toBeVisible();
  await dialog.getByLabel("移出的原因").fill("延期毕业");
  await accessible(page);
  await dialog.getByRole("button", { name: "移出", exact: true }).click();
  await expect(page.locator("#taken-out")).toContainText("延期毕业");
  await expect(page.locator("[data-step] button")).toHaveCount(0);
  await accessible(page);

  await signIn(page, server, LIBRARY, "/staff#/2018-01/list?step=2&state=ready");
  await expect(page.locator("tr[data-student]").first()).toBeVisible();
  await expect(page.locator(`tr[data-student='${STUDENT}']`)).toHaveCount(0);
  await signIn(page, server, STUDENT);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("您已不在本批次");
  await expect(page.locator("#taken-out")).toContainText("延期毕业");
  await expect(page.locator("#print, #no-slip, #for-you")).toHaveCount(0);
  await accessible(page);

  // Who stands on no list is still found by their number, and in the list of those who were taken out.
  await signIn(page, server, ADMINISTRATOR, "/staff#/2018-01/record");
  await page.getByLabel("查学号或姓名").fill(STUDENT);
  await page.keyboard.press("Enter");
  await expect(page.locator("#put-back")).toBeVisible();
  await page.goto(`${server.base}/staff#/2018-01/roster`);
  await page.locator("#out-list summary").click();
  await expect(page.locator(`#out-list tr[data-student='${STUDENT}']`)).toContainText("延期毕业");
  await accessible(page);
  await page.locator("#out-list tr button").click();
  await dialog.getByLabel("恢复的原因").fill("误移出");
  await dialog.getByRole("button", { name: "恢复", exact: true }).click();
  await expect(page.locator(".toast")).toContainText("已恢复");
  await expect(page.locator("#out-list")).toContainText("没有移出的学生。");
  await signIn(page, server, STUDENT);
  await expect(page.locator("#no-slip")).toBeVisible();
});

test("nobody but an administrator is offered any of it", async ({ page, server }) => {
  await signIn(page, server, PARTY_OFFICE, `/staff#/2018-01/record?student=${STUDENT}`);
  await expect(page.locator("[data-step='1']")).toBeVisible();
  await expect(page.locator("#change, #take-out, #put-back")).toHaveCount(0);
});
