import { ADMINISTRATOR, BATCH, LIBRARY, MEMBER, PARTY_OFFICE, STUDENT, accessible, comeBack, enter, expect, signIn, test } from "./lixiao";

const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 900 };

for (const [name, viewport] of Object.entries({ phone: PHONE, desktop: DESKTOP })) {
  test(`a member's whole way on a ${name}`, async ({ page, server }) => {
    await page.setViewportSize(viewport);
    await signIn(page, server, MEMBER);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("还有 11 个环节");
    await expect(page.locator("details.step")).toHaveCount(11);
    await accessible(page);

    // The steps of a stage: side by side where there is room, one below the other where there isn't.
    const tops = await page.locator(".stage").first().locator(".step").evaluateAll((cards) => cards.map((card) => card.getBoundingClientRect().top));
    expect(new Set(tops).size === tops.length).toBe(name === "phone");
    await expect(page.locator("#no-slip")).toContainText("还有 11 个环节");
    await expect(page.locator("#print")).toHaveCount(0);

    // The form: what is wrong, then what looks odd, then handed in.
    await page.getByLabel("抬头", { exact: true }).fill("信息学院党支部");
    await expect(page.locator("#hint-heading [data-code=branch]")).toBeVisible();
    await page.getByLabel("抬头", { exact: true }).fill("昆明市人才服务中心");
    await page.getByLabel("去向", { exact: true }).fill("昆明市第一中学党委");
    await page.getByLabel("省内", { exact: true }).check();
    await expect(page.locator("#hint-heading [data-code=no-committee]")).toBeVisible();
    await accessible(page);
    expect((await server.status(MEMBER)).party.form, "typing writes nothing").toBeNull();
    await page.getByRole("button", { name: "提交" }).click();
    await expect(page.locator("#hint-confirmed [data-code=required]")).toBeVisible();
    await page.getByLabel("抬头", { exact: true }).fill("中共昆明市委组织部");
    await page.getByLabel("我已与接收单位核实").check();
    await page.getByRole("button", { name: "提交" }).click();
    await expect(page.getByText("✓ 已提交，截止前还可以修改。")).toBeVisible();
    expect((await server.status(MEMBER)).party.form.heading).toBe("中共昆明市委组织部");

    // What changes elsewhere shows when the page comes back into view.
    await server.as(LIBRARY, "PUT", `${BATCH}/students/${MEMBER}/steps/2`, { decision: "reject", reason: "《红楼梦》未还，请到一楼服务台", amount_due: 4550 });
    await comeBack(page);
    await expect(page.locator(".todo .yours").filter({ hasText: "红楼梦" })).toContainText("欠 45.50 元");
    const card = page.locator("[data-step='2']");
    await card.locator("summary").click();
    await expect(card).toContainText("图书馆");
    await expect(card.locator("dd").filter({ hasText: "红楼梦" })).toBeVisible();

    for (const step of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) await server.pass(MEMBER, step);
    await server.as(PARTY_OFFICE, "POST", `${BATCH}/letters`, { students: [MEMBER] });
    await server.pass(MEMBER, 11);
    await comeBack(page);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("离校手续已全部办结");
    await expect(page.locator(".letter")).toContainText("有效期至 2018-03-20");
    await accessible(page);
    const calendar = await page.evaluate((href) => fetch(href).then((answer) => answer.text()), await page.getByRole("link", { name: "加入日历提醒" }).getAttribute("href") ?? "");
    expect(calendar).toContain("BEGIN:VCALENDAR");
    const slip = await page.evaluate(async (href) => new TextDecoder("latin1").decode((await (await fetch(href)).arrayBuffer()).slice(0, 5)), await page.locator("#print").getAttribute("href") ?? "");
    expect(slip).toBe("%PDF-");
  });
}

test("English is one press away, and stays", async ({ page, server }) => {
  await signIn(page, server, MEMBER);
  await page.getByRole("button", { name: "English" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("11 steps left");
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(page.locator("[data-step='2']")).toContainText("Books returned");
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("11 steps left");
  await accessible(page);
});

test("a first look is four requests and 40 kB, a later one two, and nobody else is asked", async ({ page, server }) => {
  await signIn(page, server, MEMBER, "/");
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  let asked = new Map<string, string>();
  let bytes = 0;
  session.on("Network.requestWillBeSent", ({ requestId, request }) => request.url.startsWith("data:") || asked.set(requestId, request.url));
  session.on("Network.requestServedFromCache", ({ requestId }) => asked.delete(requestId));
  session.on("Network.responseReceived", ({ requestId, response }) => response.fromDiskCache && asked.delete(requestId));
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => asked.has(requestId) && (bytes += encodedDataLength));
  const look = async (cached: boolean) => {
    [asked, bytes] = [new Map(), 0];
    await session.send("Network.setCacheDisabled", { cacheDisabled: !cached });
    await page.goto("about:blank");
    await page.goto(`${server.base}/`, { waitUntil: "networkidle" });
    await expect(page.locator("details.step")).toHaveCount(11);
    console.log(`student page, ${cached ? "later" : "first"} look: ${asked.size} requests, ${bytes} bytes over the wire`);
    return [...asked.values()].map((address) => new URL(address).pathname.replace(/^\/assets\/[^/]+/, "")).sort();
  };
  expect(await look(false)).toEqual(["/", "/api/me", "/app.css", "/student.js"]);
  expect(bytes).toBeGreaterThan(5_000);
  expect(bytes).toBeLessThanOrEqual(40_000);
  expect([...asked.values()].filter((address) => !address.startsWith(server.base))).toEqual([]);
  expect(await look(true)).toEqual(["/", "/api/me"]);
});

test("pages bring a strict policy, a tag, and are compressed once", async ({ page, server }) => {
  const answer = await page.request.get(`${server.base}/`);
  const headers = answer.headers();
  expect(headers["content-security-policy"]).toContain("default-src 'none'");
  expect(headers["content-security-policy"]).not.toContain("unsafe");
  expect(headers["content-encoding"]).toBe("gzip");
  const again = await page.request.get(`${server.base}/`, { headers: { "if-none-match": headers.etag ?? "" } });
  expect(again.status()).toBe(304);
  expect((await page.request.get(`${server.base}/assets/../Cargo.toml`)).status()).toBe(404);
  expect((await page.request.get(`${server.base}/assets/nothing.js`)).status()).toBe(404);
});

test("who isn't signed in is shown where to, and comes back to the page", async ({ page, server }) => {
  await page.goto(`${server.base}/`);
  await expect(page.getByText("请先登录")).toBeVisible();
  await accessible(page);
  await page.getByRole("link", { name: "登录", exact: true }).click();
  await accessible(page);
  await enter(page, server, STUDENT);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("还有 11 个环节");
  await page.getByRole("button", { name: "退出" }).click();
  await expect(page.getByText("请先登录")).toBeVisible();
});

test("a student of no batch hears so, with telephones", async ({ page, server }) => {
  await signIn(page, server, "20159999999");
  await expect(page.getByText("请致电研究生院核对名册")).toBeVisible();
  await expect(page.locator("#foot")).toContainText("0871-65915868");
});

test("help says which office, where, and what the colours mean", async ({ page, server }) => {
  await signIn(page, server, STUDENT);
  await page.locator("#help-button").click();
  const help = page.getByRole("dialog");
  await expect(help).toContainText("怎么看这一页");
  await expect(help).toContainText("社区管理中心");
  await expect(help).toContainText("0871-65144174");
  await accessible(page);
  await page.keyboard.press("Escape");
  await expect(help).toHaveCount(0);
  await expect(page.locator("#help-button")).toBeFocused();
});

test("a form that is being written stays when something else changes, and when signing in again", async ({ page, server }) => {
  await signIn(page, server, MEMBER);
  await page.getByLabel("抬头", { exact: true }).fill("中共曲靖市委组织部");
  await server.pass(MEMBER, 3);
  await comeBack(page);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("还有 10 个环节");
  await expect(page.getByLabel("抬头", { exact: true })).toHaveValue("中共曲靖市委组织部");
  await page.context().clearCookies();
  await comeBack(page);
  await expect(page.locator("#stale")).toContainText("请先登录");
  await expect(page.getByLabel("抬头", { exact: true })).toHaveValue("中共曲靖市委组织部");
});

test.describe("before the batch opens", () => {
  test.use({ args: ["--demo", "60", "--at", "2017-12-14T23:59:52+08:00"] });
  test("the page says when, and opens by itself @local", async ({ page, server }) => {
    await signIn(page, server, MEMBER);
    await expect(page.locator(".window")).toContainText("2017-12-15 00:00 开放");
    await expect(page.getByText("批次尚未开放，届时再填。")).toBeVisible();
    await accessible(page);
    await expect(page.locator(".window")).toContainText("办理截止", { timeout: 20_000 });
    await expect(page.getByRole("button", { name: "提交" })).toBeVisible();
  });
});

test.describe("when the batch closes", () => {
  test.use({ args: ["--demo", "60", "--at", "2018-01-10T23:59:50+08:00"] });
  test("the page that is open says so @local", async ({ page, server }) => {
    await signIn(page, server, STUDENT);
    await expect(page.locator(".window")).toContainText("办理截止 2018-01-10 24:00");
    await expect(page.locator(".window")).toContainText("已于 2018-01-10 24:00 关闭", { timeout: 20_000 });
    await accessible(page);
  });
});

test.describe("when the form's deadline passes", () => {
  test.use({ args: ["--demo", "60", "--at", "2017-12-22T16:29:52+08:00"] });
  test("the form that is open locks @local", async ({ page, server }) => {
    await signIn(page, server, MEMBER);
    await expect(page.getByRole("button", { name: "提交" })).toBeVisible();
    await expect(page.getByText("已过截止时间，不能再改")).toBeVisible({ timeout: 20_000 });
    await expect(page.getByLabel("抬头", { exact: true })).toBeDisabled();
  });
});

test.describe("off campus", () => {
  test.use({ args: ["--demo", "60", "--at", "2017-12-20T09:00:00+08:00", "--campus", "198.51.100.0/24"] });
  test("the page says why, and how to get onto the network", async ({ page, server }) => {
    await signIn(page, server, STUDENT);
    await expect(page.getByText("请在校园网内使用")).toBeVisible();
    await expect(page.getByText("VPN")).toBeVisible();
    await expect(page.locator("#foot")).toContainText("0871-65915868");
    await accessible(page);
    await signIn(page, server, ADMINISTRATOR, "/staff");
    await expect(page.getByText("请在校园网内使用").first()).toBeVisible();
  });
});

test("the dark page has as much contrast as the light one", async ({ page, server }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await server.as(LIBRARY, "PUT", `${BATCH}/students/${MEMBER}/steps/2`, { decision: "reject", reason: "未还" });
  await server.pass(MEMBER, 3);
  await signIn(page, server, MEMBER);
  await accessible(page);
});
