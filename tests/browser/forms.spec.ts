// Forms hide nothing: each fault at its field, what looks odd beside it, what was typed kept, and what comes next.
import { ADMINISTRATOR, BATCH, COUNSELLOR, LIBRARY, MEMBER, PARTY_OFFICE, REGISTRAR, STUDENT, accessible, drop, enter, expect, signIn, test, workbook } from "./lixiao";
import type { Locator, Page } from "@playwright/test";

/** Where the focus is: never nowhere. */
const focused = (page: Page) => page.evaluate(() => {
  const element = document.activeElement;
  const row = element?.closest("tr");
  return element === document.body ? "nowhere" : (row?.dataset.student ?? row?.dataset.step ?? row?.dataset.letter ?? row?.dataset.operator ?? element?.id ?? element?.localName);
});

/** What a screen reader says of a field beside its name. */
const described = (field: Locator) => field.evaluate((element) => (element.getAttribute("aria-describedby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent ?? "").join(" "));

async function fillForm(page: Page | Locator, heading: string, destination: string) {
  await page.getByLabel("抬头", { exact: true }).fill(heading);
  await page.getByLabel("去向", { exact: true }).fill(destination);
  await page.getByLabel("省内", { exact: true }).check();
}

test("an operator's dialog says each fault at its field and over the buttons, and leads to the first", async ({ page, server }) => {
  await signIn(page, server, ADMINISTRATOR, "/staff#/2018-01/operators");
  await page.getByRole("button", { name: "添加操作人员" }).click();
  const dialog = page.getByRole("dialog");
  const save = dialog.getByRole("button", { name: "保存" });
  await save.click();
  await expect(dialog.locator("[data-field=id] .fault")).toContainText("请填写工号");
  await expect(dialog.getByLabel("工号")).toBeFocused();

  await dialog.getByLabel("工号").fill("20080123");
  await save.click();
  await expect(dialog.locator("[data-field=id] .fault"), "what is mended is no longer said").toHaveCount(0);
  await expect(dialog.locator("[data-field=name] .fault")).toContainText("不能为空");
  await expect(dialog.locator("[data-field='grants[0].offices'] .fault")).toContainText("不能为空");
  await expect(dialog.locator("[data-field='grants[0].colleges'] .fault")).toContainText("不能为空");
  const name = dialog.getByLabel("姓名");
  await expect(name).toBeFocused();
  await expect(name).toHaveAttribute("aria-invalid", "true");
  expect(await described(name)).toContain("不能为空");
  expect(await described(dialog.getByLabel("图书馆"))).toContain("不能为空");
  const note = dialog.locator("[role=alert]");
  for (const field of ["姓名", "部门", "学院"]) await expect(note).toContainText(field);
  await accessible(page);
  if (process.env.LIXIAO_SHOTS) await page.screenshot({ path: `${process.env.LIXIAO_SHOTS}/operator-faults.png` });

  await name.fill("何老师");
  await dialog.getByLabel("全部学院").check();
  await save.click();
  await expect(dialog.locator("[data-field] .fault")).toHaveCount(1);
  await expect(name).not.toHaveAttribute("aria-invalid", "true");
  await expect(dialog.locator("[data-field='grants[0].offices'] input").first()).toBeFocused();
  expect((await server.as(ADMINISTRATOR, "GET", `${BATCH}/operators`)).body.operators.map(({ id }: { id: string }) => id)).not.toContain("20080123");
  await dialog.getByLabel("工号").fill("不是工号");
  await dialog.getByLabel("图书馆").check();
  await save.click();
  await expect(dialog.locator("[data-field=id] .fault")).toContainText("只能有字母、数字和");
  await dialog.getByLabel("工号").fill("20080123");
  await save.click();
  await expect(page.locator("[data-operator='20080123']")).toContainText("图书馆");
});

test("a bad telephone hides no warning, while one types and when one hands in", async ({ page, server }) => {
  await signIn(page, server, MEMBER);
  await fillForm(page, "昆明市人才服务中心", "昆明市第一中学党委");
  const warning = page.locator("#hint-heading [data-code=no-committee]");
  await expect(warning).toBeVisible();
  await page.getByLabel("接收单位电话").fill("打这个");
  await expect(page.locator("#hint-receiver_phone [data-code=not-a-telephone]")).toBeVisible();
  await expect(warning).toBeVisible();
  await page.getByLabel("我已与接收单位核实").check();
  await page.getByRole("button", { name: "提交" }).click();
  await expect(page.locator(".party-form [role=alert]")).toContainText("接收单位电话");
  await expect(page.getByLabel("接收单位电话")).toBeFocused();
  await expect(warning).toBeVisible();
  await accessible(page);
  if (process.env.LIXIAO_SHOTS) await page.locator("#party").screenshot({ path: `${process.env.LIXIAO_SHOTS}/phone-and-warning.png` });
});

test("a destination that is only a place is asked about", async ({ page, server }) => {
  await signIn(page, server, MEMBER);
  const warning = page.locator("#hint-destination [data-code=only-a-place]");
  for (const place of ["云南省", "昆明市", "昆明市五华区"]) {
    await fillForm(page, "中共昆明市委组织部", place);
    await expect(warning, place).toContainText("去向只写了地名");
    await page.getByLabel("去向", { exact: true }).fill("昆明市第一中学党委");
    await expect(warning).toHaveCount(0);
  }
});

test("what was typed survives a reload, and is gone once it is handed in or its writer has left", async ({ page, server }) => {
  await signIn(page, server, MEMBER);
  await fillForm(page, "中共曲靖市委组织部", "曲靖市第一中学党委");
  await page.getByLabel("接收单位联系人").fill("李老师");
  await page.reload();
  await expect(page.locator("#draft")).toBeVisible();
  await expect(page.getByLabel("抬头", { exact: true })).toHaveValue("中共曲靖市委组织部");
  await expect(page.getByLabel("去向", { exact: true })).toHaveValue("曲靖市第一中学党委");
  await expect(page.getByLabel("接收单位联系人")).toHaveValue("李老师");
  await expect(page.getByLabel("省内", { exact: true })).toBeChecked();
  await accessible(page);
  await page.getByRole("button", { name: "English" }).click();
  await expect(page.getByLabel("within the province", { exact: true }), "and a change of language").toBeChecked();
  await page.getByRole("button", { name: "中文" }).click();
  expect(await page.evaluate(() => JSON.stringify({ ...localStorage }))).not.toContain("曲靖");
  expect(page.url()).not.toContain(encodeURIComponent("曲靖"));
  await page.getByLabel("我已与接收单位核实").check();
  await page.getByRole("button", { name: "提交" }).click();
  await expect(page.locator("#next")).toBeVisible();
  expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage }))).not.toContain("曲靖");

  // What is written over an older form isn't brought back over a newer one.
  await page.getByLabel("去向", { exact: true }).fill("曲靖师范学院党委");
  await server.handIn(MEMBER);
  await page.reload();
  await expect(page.getByLabel("去向", { exact: true })).toHaveValue("昆明市第一中学党委");
  await page.getByLabel("去向", { exact: true }).fill("曲靖师范学院党委");
  await page.getByRole("button", { name: "退出" }).click();
  await expect(page.getByText("请先登录")).toBeVisible();
  expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage }))).not.toContain("曲靖");
});

test("a draft is its writer's: after a lapsed session it is there again, for somebody else it is gone", async ({ page, server }) => {
  await signIn(page, server, MEMBER);
  await fillForm(page, "中共曲靖市委组织部", "曲靖市第一中学党委");
  await page.context().clearCookies();
  await page.reload();
  await page.getByRole("link", { name: "登录", exact: true }).click();
  await enter(page, server, MEMBER);
  await expect(page.getByLabel("去向", { exact: true })).toHaveValue("曲靖市第一中学党委");
  await page.context().clearCookies();
  await signIn(page, server, LIBRARY, "/staff");
  expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage }))).not.toContain("曲靖");
});

test("after handing in it is said what comes next, and until when it can be changed", async ({ page, server }) => {
  await signIn(page, server, MEMBER);
  await fillForm(page, "中共昆明市委组织部", "昆明市第一中学党委");
  await page.getByLabel("我已与接收单位核实").check();
  await page.getByRole("button", { name: "提交" }).click();
  const next = page.locator("#next");
  await expect(next).toContainText("2017-12-22 16:30");
  await expect(next).toContainText("党委开具介绍信");
  await expect(next).toContainText("显示在这里");
  await expect(page.locator("#party-title")).toBeFocused();
  if (process.env.LIXIAO_SHOTS) await page.locator("#party").screenshot({ path: `${process.env.LIXIAO_SHOTS}/handed-in.png` });
});

test("a counsellor sees how many have handed in, and copies a reminder for the others", async ({ page, server }) => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const everybody = (await server.as(COUNSELLOR, "GET", `${BATCH}/party-forms?limit=100`)).body;
  expect(everybody.next, "one page of them").toBeFalsy();
  const members: { id: string; name: string; phone: string; college: string; facts: { campus: string } }[] = everybody.members;
  const [first, second, third] = members;
  for (const member of [first, second]) await server.handIn(member?.id ?? "");
  await signIn(page, server, COUNSELLOR, "/staff");
  const count = page.locator(`#counts [data-college='${first?.college}']`);
  await expect(count).toContainText(`2 / ${members.length} 已交`);
  await expect(page.locator("#counts li")).toHaveCount(new Set(members.map(({ college }) => college)).size);
  await accessible(page);
  if (process.env.LIXIAO_SHOTS) await page.screenshot({ path: `${process.env.LIXIAO_SHOTS}/counts.png` });

  await page.locator("#remind").click();
  const dialog = page.getByRole("dialog");
  await dialog.locator("#copy").click();
  await expect(dialog.getByRole("status")).toHaveText("✓ 已复制");
  await accessible(page);
  if (process.env.LIXIAO_SHOTS) await page.screenshot({ path: `${process.env.LIXIAO_SHOTS}/reminder.png` });
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  for (const { name, phone } of members.slice(2)) expect(copied).toContain(`${name} ${phone}`);
  expect(copied).not.toContain(first?.phone);
  const campuses = new Set(members.slice(2).map(({ facts }) => facts.campus));
  if (campuses.has("chenggong")) expect(copied).toContain("呈贡，请在 2017-12-22 16:30 前提交");
  if (campuses.has("lianhua")) expect(copied).toContain("莲华，请在 2017-12-22 17:00 前提交");
  await dialog.getByLabel("附上电话").uncheck();
  await expect(dialog.getByLabel("提醒内容")).not.toHaveValue(new RegExp(third?.phone ?? ""));
  await page.keyboard.press("Escape");
  await expect(page.locator("#remind")).toBeFocused();

  await page.getByRole("button", { name: "English" }).click();
  await expect(count).toContainText(`2 / ${members.length} handed in`);
  await page.locator("#remind").click();
  await expect(dialog.locator("#to-copy")).toHaveValue(/(Lianhua|Chenggong), by 2017-12-22 1[67]:[03]0/);
});

test("who sees every college has them counted when they ask, all of them or none", async ({ page, server }) => {
  const all: { college: string }[] = [];
  for (let cursor = ""; ; ) {
    const { members, next } = (await server.as(PARTY_OFFICE, "GET", `${BATCH}/party-forms?limit=100${cursor && `&cursor=${cursor}`}`)).body;
    all.push(...members);
    if (!next) break;
    cursor = next;
  }
  expect(all.length, "more than one call brings").toBeGreaterThan(100);
  await signIn(page, server, PARTY_OFFICE, "/staff#/2018-01/members?show=all");
  await page.getByRole("button", { name: "统计各学院提交情况" }).click();
  const colleges = [...new Set(all.map(({ college }) => college))];
  await expect(page.locator("#counts li")).toHaveCount(colleges.length);
  for (const college of colleges) await expect(page.locator(`#counts [data-college='${college}']`)).toContainText(`0 / ${all.filter((one) => one.college === college).length} 已交`);
  // A count that didn't come to its end is none.
  await page.route("**/party-forms?*cursor=*", (route) => route.fulfill({ status: 403, contentType: "application/problem+json", body: JSON.stringify({ type: "not-allowed", title: "没有权限", status: 403, detail: "请联系系统管理员。" }) }));
  await page.reload();
  await page.getByRole("button", { name: "统计各学院提交情况" }).click();
  await expect(page.locator("#counts [role=alert]")).toBeVisible();
  await expect(page.locator("#counts li")).toHaveCount(0);
});

test("after a decision the focus is on the row, also when it was refused", async ({ page, server }) => {
  await signIn(page, server, LIBRARY, "/staff");
  const row = page.locator(`[data-student='${STUDENT}']`);
  await expect(row).toBeVisible();
  await server.as(LIBRARY, "PUT", `${BATCH}/students/${STUDENT}/steps/2`, { decision: "reject", reason: "刚发现未还" });
  await row.getByRole("button", { name: /^通过/ }).click();
  await expect(page.getByRole("dialog")).toContainText("其他人刚刚改过同一条记录");
  await expect(row.locator(".chip")).toContainText("被退回");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect.poll(() => focused(page)).toBe(STUDENT);

  await signIn(page, server, REGISTRAR, `/staff#/2018-01/record?student=${STUDENT}`);
  const step = page.locator("#view tr[data-step='9']");
  await step.getByRole("button", { name: /^免办/ }).click();
  await page.getByLabel("免办原因").fill("学校统一减免");
  await page.getByRole("dialog").getByRole("button", { name: "免办" }).click();
  await expect(step.locator(".chip")).toContainText("免办");
  await expect.poll(() => focused(page)).toBe("9");
});

test("when a row leaves its list the focus goes to the next one", async ({ page, server }) => {
  await signIn(page, server, COUNSELLOR, "/staff");
  const rows = page.locator("#view tbody tr");
  await expect(rows.nth(3)).toBeVisible();
  const [first, next] = await Promise.all([0, 1].map((i) => rows.nth(i).getAttribute("data-student")));
  await rows.first().getByRole("button", { name: /^提交/ }).click();
  const dialog = page.getByRole("dialog");
  await fillForm(dialog, "中共昆明市委组织部", "昆明市第一中学党委");
  await dialog.getByLabel("已与学生本人和接收单位核实").check();
  await dialog.getByRole("button", { name: "提交" }).click();
  await expect(page.locator(`[data-student='${first}']`)).toHaveCount(0);
  await expect.poll(() => focused(page)).toBe(next);

  await signIn(page, server, ADMINISTRATOR, "/staff#/2018-01/operators");
  const operators = page.locator("[data-operator]");
  await expect(operators.nth(3)).toBeVisible();
  const [gone, after] = await Promise.all([1, 2].map((i) => operators.nth(i).getAttribute("data-operator")));
  await operators.nth(1).getByRole("button", { name: /^取消权限/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "取消权限" }).click();
  await expect(page.locator(`[data-operator='${gone}']`)).toHaveCount(0);
  await expect.poll(() => focused(page)).toBe(after);
});

test("an address that leads nowhere is answered with a page, and programs with a problem", async ({ page, server }) => {
  for (const path of ["/nothing-here", "/api/nothing", "/assets/nothing.js", "/staff/x", "/assets/a/b/c"]) {
    const answer = await page.goto(`${server.base}${path}`);
    expect([path, answer?.status(), answer?.headers()["content-type"]]).toEqual([path, 404, "text/html; charset=utf-8"]);
    await expect(page.getByRole("heading", { level: 1 })).toContainText("没有这个页面");
    await expect(page.locator("[lang=en]").first()).toHaveText("Page not found");
  }
  await accessible(page);
  expect(await page.evaluate(() => getComputedStyle(document.querySelector(".card") as Element).borderTopStyle), "with its style").toBe("solid");
  if (process.env.LIXIAO_SHOTS) await page.screenshot({ path: `${process.env.LIXIAO_SHOTS}/nowhere.png` });
  for (const accept of ["*/*", "application/json"]) {
    const answer = await fetch(`${server.base}/nothing-here`, { headers: { accept } });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([404, "application/problem+json"]);
    expect((await answer.json()).what).toBe("page");
  }
  const posted = await fetch(`${server.base}/nothing-here`, { method: "POST", body: "x" });
  expect(posted.status, "whatever is asked of it").toBe(404);
  await page.getByRole("link", { name: "回到首页" }).click();
  await expect(page.getByText("请先登录")).toBeVisible();
});

test("the page of a list is in the address: a reload and a shared link show the same", async ({ page, server }) => {
  await signIn(page, server, LIBRARY, "/staff#/2018-01/list?step=2&state=all");
  await page.getByRole("button", { name: "下一页" }).click();
  await expect(page.getByText("第 2 页")).toBeVisible();
  await page.getByRole("button", { name: "下一页" }).click();
  await expect(page.getByText("第 3 页")).toBeVisible();
  await expect(page).toHaveURL(/#\/2018-01\/list\?step=2&state=all&page=3$/);
  const first = (await page.locator("tbody tr").first().getAttribute("data-student")) ?? "";
  await page.reload();
  await expect(page.getByText("第 3 页")).toBeVisible();
  await expect(page.locator("tbody tr").first()).toHaveAttribute("data-student", first);
  // Whoever is decided about stays in sight.
  await page.locator("tbody tr").first().getByRole("button", { name: /^通过/ }).click();
  await expect(page.locator("tbody tr").first().locator(".chip")).toContainText("已通过");
  await page.getByRole("button", { name: "上一页" }).click();
  await page.getByRole("button", { name: "上一页" }).click();
  await expect(page).toHaveURL(/#\/2018-01\/list\?step=2&state=all$/);
  await page.goto(`${server.base}/staff#/2018-01/list?step=2&state=all&page=99`);
  await page.reload();
  await expect(page.getByText("第 8 页"), "the last there is").toBeVisible();
  await page.getByLabel("状态").selectOption("passed");
  await expect(page.locator("tbody tr")).toHaveCount(1);
  await expect(page, "another list begins at its beginning").not.toHaveURL(/page=/);
});

test("one note at a time says what is done, and a screen reader hears it", async ({ page, server }) => {
  await signIn(page, server, LIBRARY, "/staff");
  await expect(page.locator("tbody tr").nth(2)).toBeVisible();
  // It stands there before anything is said: what appears with its words isn't read out.
  await expect(page.locator(".toasts[role=status]")).toHaveCount(1);
  const said = page.locator(".toasts[role=status]:not([aria-hidden]) .toast");
  const names = await page.locator("tbody tr th").allTextContents();
  for (const i of [0, 1, 2]) {
    await page.locator("tbody tr").nth(i).getByRole("button", { name: /^通过/ }).click();
    await expect(page.locator("tbody tr").nth(i).locator(".chip")).toContainText("已通过");
    await expect(said).toHaveText([new RegExp(`^${names[i]}：“.*”已通过 撤回$`)]);
  }
});

test("a college's table goes in: what is odd is looked at, what is wrong isn't handed in", async ({ page, server }) => {
  await signIn(page, server, COUNSELLOR, "/staff#/2018-01/members?show=missing");
  await expect(page.locator("tr[data-student]").first()).toBeVisible();
  const missing = await page.locator("tr[data-student]").evaluateAll((rows) => rows.slice(0, 3).map((row) => [(row as HTMLElement).dataset.student ?? "", row.querySelector("th")?.firstChild?.textContent ?? ""]));
  const [[first, name], [second], [third]] = missing as [[string, string], [string, string], [string, string]];
  await page.locator("#forms-table summary").first().click();
  await accessible(page);
  const rows = [
    ["信息学院毕业生党员汇总表"], ["学号", "姓名", "抬头", "转入单位", "转接类型", "联系人电话"],
    [first, name, "中共昆明市委组织部", "昆明市第二中学党委", "省内", ""], [second, "", "昆明市第一中学", "昆明市第一中学", "省内", ""],
    [third, "查无此人", "中共昆明市委组织部", "昆明市第二中学党委", "省内", ""], ["20159999999", "", "某", "某", "省内", ""], [MEMBER, "", "中共某某支部", "某单位", "出国", "x"],
  ];
  await drop(page, "#forms-drop", "汇总表.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", workbook(rows));
  await expect(page.locator("#forms-title")).toContainText("可代交 2 份，其中 1 份有疑问", { timeout: 20_000 });
  await expect(page.locator("[data-row='4']")).toHaveAttribute("data-outcome", "odd");
  await expect(page.locator("[data-row='5']")).toContainText("名册中这个学号是");
  await expect(page.locator("[data-row='6']")).toContainText("不在应提交的党员名单中");
  await expect(page.locator("[data-row='7']")).toContainText("读到“出国”");
  await accessible(page);
  await page.locator("#forms-apply").click();
  await expect(page.getByText("请先核实并勾选。")).toBeVisible();
  expect((await server.status(first)).party?.form, "nothing is handed in yet").toBeNull();
  await page.locator("#forms-confirm").check();
  await page.locator("#forms-apply").click();
  await expect(page.locator("#forms-title")).toHaveText("已代交 2 份");
  expect((await server.status(first)).party?.form).toMatchObject({ destination: "昆明市第二中学党委", transfer_kind: "in-province" });
  expect((await server.status(third)).party?.form, "another name isn't handed in").toBeNull();

  // The same table again has nothing left to do.
  // What the member has corrected since is no small matter: it is said what would be replaced.
  await server.handIn(first, "中共昆明市委组织部");
  await page.locator("#forms-table").evaluate((details) => ((details as HTMLDetailsElement).open = true));
  await drop(page, "#forms-drop", "汇总表.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", workbook(rows.slice(0, 4)));
  await expect(page.locator("#forms-replace")).toContainText("其中 1 人已经交过");
  await expect(page.locator("[data-row='3']")).toContainText("将取代已交的：中共昆明市委组织部 → 昆明市第一中学党委");
  await expect(page.locator("#forms-title")).toContainText("可代交 1 份");
});
