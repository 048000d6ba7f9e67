// API Gateway's own answers, which no function has written: 429 and 503 with {"message": …}, and files that don't
// come. A page takes them for no answer, asks again, and says so in words when patience ends.
import type { Page, Route } from "@playwright/test";
import { BATCH, LIBRARY, Lixiao, MEMBER, STUDENT, accessible, atUniversity, enter, expect, signIn, test } from "./lixiao";

const TURNED_AWAY = { status: 429, contentType: "application/json", body: '{"message":"Too Many Requests"}' };
const NO_ROOM = { status: 503, contentType: "application/json", body: '{"message":"Service Unavailable"}' };
const TELEPHONE = "0871-65915868";

/** Answers the first calls as the gateway does, then lets the others through. */
function turnsAway(times: number, answer = TURNED_AWAY) {
  const seen = { calls: 0 };
  const handle = (route: Route) => (++seen.calls <= times ? route.fulfill(answer) : route.continue());
  return { seen, handle };
}

/** Time passes, in steps that let the page do its work in between. */
async function passTime(page: Page, seconds: number) {
  for (let i = 0; i < seconds; i++) {
    await page.clock.runFor(1_000);
    await page.evaluate(() => Promise.resolve());
  }
}

test("a page that was turned away asks again until it is let in, and says what it waits for", async ({ page, server }) => {
  await signIn(page, server, MEMBER);
  const { seen, handle } = turnsAway(3);
  await page.route("**/api/me", handle);
  await page.reload();
  await expect(page.locator("#busy")).toHaveText("现在人很多，正在自动重试…");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("还有 11 个环节", { timeout: 20_000 });
  await expect(page.locator("#busy")).toHaveCount(0);
  expect(seen.calls).toBe(4);
});

test("when patience ends it is said in words, with a button and the telephone", async ({ page, server }) => {
  await page.clock.install();
  await signIn(page, server, STUDENT);
  const { seen, handle } = turnsAway(7, NO_ROOM);
  await page.route("**/api/me", handle);
  await page.reload();
  await expect(async () => {
    await passTime(page, 5);
    await expect(page.locator(".problem[role=alert]:visible")).toContainText("现在人很多，服务器暂时没有响应", { timeout: 500 });
  }).toPass({ timeout: 30_000 });
  expect(seen.calls, "seven times in half a minute").toBe(7);
  await accessible(page);
  await page.getByRole("button", { name: "重试" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("还有 11 个环节");
});

test("a sheet of hundreds goes on through what the gateway turns away, and counts the tries", async ({ page, server }) => {
  await signIn(page, server, LIBRARY, "/staff#/2018-01/bulk?step=4");
  const numbers = Array.from({ length: 300 }, (_, i) => `2015100${String(i + 1).padStart(4, "0")}`);
  await page.getByLabel("学号", { exact: true }).fill(numbers.join("\n"));
  await page.getByRole("button", { name: "预览" }).click();
  await expect(page.locator("#apply")).toHaveText("通过“4 毕业论文提交”：300 人");
  let calls = 0;
  await page.route("**/steps/4/decisions", (route) => {
    calls++;
    return calls % 4 === 0 ? route.continue() : route.fulfill(calls % 2 ? TURNED_AWAY : NO_ROOM);
  });
  await page.locator("#apply").click();
  await expect(page.locator("#tried-again")).toContainText(/现在人很多，服务器暂时没有响应，正在第 \d 次自动重试/);
  await expect(page.getByRole("heading", { name: "完成：通过“4 毕业论文提交” 300 人" })).toBeVisible({ timeout: 50_000 });
  expect(calls).toBe(12);
  expect((await server.status("20151000300")).steps[3].state).toBe("passed");
});

test("a single decision that was turned away is sent again, and done once", async ({ page, server }) => {
  await signIn(page, server, LIBRARY, "/staff#/2018-01/list?step=2");
  const row = page.locator("tbody tr").first();
  const student = (await row.getAttribute("data-student")) ?? "";
  const { seen, handle } = turnsAway(2);
  await page.route(`**${BATCH}/students/${student}/steps/2`, handle);
  await row.getByRole("button", { name: /^通过/ }).click();
  await expect.poll(async () => (await server.status(student)).steps[1].state).toBe("passed");
  expect(seen.calls).toBe(3);
  expect((await server.status(student)).version).toBe(1);
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

for (const [what, file, ready] of [
  ["script", "**/student.js", "还有 11 个环节"],
  ["style", "**/app.css", "还有 11 个环节"],
] as const) {
  test(`a ${what} that doesn't arrive at first is asked for again`, async ({ page, server }) => {
    await signIn(page, server, STUDENT);
    const { seen, handle } = turnsAway(2);
    await page.route(file, handle);
    await page.goto("about:blank");
    await page.goto(`${server.base}/`);
    await expect.poll(() => seen.calls, { timeout: 15_000 }).toBe(3);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(ready, { timeout: 10_000 });
    await expect(page.locator("#trouble")).toBeHidden();
    await expect(page.locator("#retrying")).toBeHidden();
    expect(await page.evaluate(() => document.styleSheets.length)).toBe(1);
  });
}

for (const path of ["/", "/staff"]) {
  test(`a script that never arrives says so, with a button and the telephone: ${path}`, async ({ page, server }) => {
    await page.clock.install();
    let lost = true;
    await page.route(/\/(student|staff)\.js$/, (route) => (lost ? route.fulfill(TURNED_AWAY) : route.continue()));
    await page.goto(`${server.base}${path}`);
    await expect(page.locator("#retrying")).toBeVisible();
    await expect(async () => {
      await passTime(page, 10);
      await expect(page.locator("#trouble")).toBeVisible({ timeout: 500 });
    }).toPass({ timeout: 30_000 });
    await expect(page.locator("#opening")).toBeHidden();
    await expect(page.locator("#trouble")).toContainText(TELEPHONE);
    await expect(page.locator("#trouble").getByRole("link", { name: TELEPHONE })).toHaveAttribute("href", `tel:${TELEPHONE}`);
    await accessible(page);
    lost = false;
    await page.getByRole("button", { name: "重试 Try again" }).click();
    await expect(page.getByText("请先登录")).toBeVisible();
    await expect(page.locator("#trouble")).toBeHidden();
  });
}

test("a script that hangs is told of, and forgotten once it comes", async ({ page, server }) => {
  await page.clock.install();
  let come = () => {};
  const arrives = new Promise<void>((done) => (come = done));
  await page.route("**/student.js", async (route) => {
    await arrives;
    await route.continue();
  });
  await page.goto(`${server.base}/`, { waitUntil: "commit" });
  await expect(page.locator("#opening")).toBeVisible();
  await passTime(page, 26);
  await expect(page.locator("#trouble")).toContainText(TELEPHONE);
  come();
  await expect(page.getByText("请先登录")).toBeVisible();
  await expect(page.locator("#trouble")).toBeHidden();
});

test("half a dozen who come at once through a narrow gateway all get a working page @deployed", async ({ browser, university }) => {
  test.setTimeout(120_000);
  if (!university) throw new Error("the built functions have a university");
  // Of a page, its script and style, its data and the way through the sign-in, only every other request gets in.
  const server = await new Lixiao(["--demo", "60", "--at", "2017-12-20T09:00:00+08:00", "--rate", "4", "--burst", "12"], atUniversity(university), "deployed").start();
  const students = Array.from({ length: 6 }, (_, i) => `201510000${String(i + 10)}`);
  try {
    await Promise.all(students.map(async (student) => {
      const page = await (await browser.newContext({ locale: "zh-CN" })).newPage();
      // A page that was turned away itself has nothing of ours in it: whoever sees that asks again.
      const open = async (path: string) => {
        for (let tries = 0; tries < 30; tries++) {
          if ((await page.goto(`${server.base}${path}`))?.status() !== 429) return;
          await page.waitForTimeout(1_000);
        }
      };
      await open("/login?next=/");
      await enter(page, server, student);
      for (let tries = 0; tries < 30 && (await page.locator("#main").count()) === 0; tries++) {
        await page.waitForTimeout(1_000);
        await page.reload();
      }
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("还有 11 个环节", { timeout: 60_000 });
      await page.context().close();
    }));
  } finally {
    await server.kill();
  }
});
