// Large text, narrow screens, English, and a system's own colours: nothing is cut off, nothing lies over something else,
// nothing is told by colour alone.
import type { Page } from "@playwright/test";
import { ADMINISTRATOR, BATCH, COUNSELLOR, LIBRARY, type Lixiao, MEMBER, PARTY_OFFICE, REGISTRAR, STUDENT, expect, signIn, test } from "./lixiao";

const WIDTHS = { desktop: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };

/** Text twice as large, as somebody's browser has it for every page. */
async function twice(page: Page) {
  await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
}

const inEnglish = async (page: Page) => {
  await page.getByRole("button", { name: "English" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(page.locator("#main")).not.toHaveAttribute("aria-busy", "true");
};

/** What is cut off, sticks out or lies over something else; boxes that scroll by themselves may hold more than they show. */
const misplaced = (page: Page) => page.evaluate(() => {
  const faults: string[] = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) faults.push(`the page scrolls sideways by ${root.scrollWidth - root.clientWidth}`);
  const dialog = document.querySelector("dialog[open]");
  const scope = dialog ?? document.body;
  if (dialog && dialog.scrollWidth > dialog.clientWidth) faults.push(`the dialog scrolls sideways by ${dialog.scrollWidth - dialog.clientWidth}`);
  const unseen = (element: Element) => element.closest(".unseen, .only-narrow, .skip, caption, .away, [hidden], noscript, option, .toasts, thead th") !== null;
  const name = (element: Element) => `${element.localName}.${[...element.classList].join(".")} “${element.textContent?.trim().slice(0, 24)}”`;
  const lines: { element: Element; rect: DOMRect }[] = [];
  const walker = document.createTreeWalker(scope, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!element || !node.textContent?.trim() || unseen(element)) continue;
    if (!element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) if (rect.width > 1) lines.push({ element, rect });
  }
  const scrolls = (element: Element) => element.closest(".scroll, .views") !== null;
  const width = root.clientWidth;
  for (const { element, rect } of lines) {
    if (!scrolls(element) && (rect.right > width + 1 || rect.left < -1)) faults.push(`beyond the screen: ${name(element)} ${Math.round(rect.left)}–${Math.round(rect.right)}`);
    const box = element.closest("button, .button, .chip, summary, .card, .hero, .stage, .tile, .window, .todo li, .problem, .warning, legend, td, th, label.choice");
    const around = box?.getBoundingClientRect();
    if (around && (rect.right > around.right + 1 || rect.left < around.left - 1 || rect.bottom > around.bottom + 4 || rect.top < around.top - 4)) faults.push(`sticks out of ${name(box as Element)}: ${name(element)}`);
  }
  // What floats over the page on purpose isn't over it by mistake.
  const still = lines.filter(({ element }) => !element.closest(".dialog-foot, .busy"));
  for (let i = 0; i < still.length; i++)
    for (let j = i + 1; j < Math.min(i + 60, still.length); j++) {
      const [a, b] = [still[i] as (typeof still)[0], still[j] as (typeof still)[0]];
      if (a.element === b.element) continue;
      const wide = Math.min(a.rect.right, b.rect.right) - Math.max(a.rect.left, b.rect.left);
      const high = Math.min(a.rect.bottom, b.rect.bottom) - Math.max(a.rect.top, b.rect.top);
      if (wide > 4 && high > 0.4 * Math.min(a.rect.height, b.rect.height)) faults.push(`one over the other: ${name(a.element)} and ${name(b.element)}`);
    }
  for (const element of scope.querySelectorAll("input:not([type=checkbox]):not([type=radio]), select, button, textarea, a.button")) {
    const rect = element.getBoundingClientRect();
    if (rect.width && !unseen(element) && !scrolls(element) && rect.right > width + 1) faults.push(`beyond the screen: ${name(element)}`);
  }
  return [...new Set(faults)];
});

/** A batch in which something has happened. */
async function live(server: Lixiao) {
  await server.as(LIBRARY, "PUT", `${BATCH}/students/${MEMBER}/steps/2`, { decision: "reject", reason: "《红楼梦》未还，请到图书馆一楼服务台", amount_due: 4550 });
  await server.pass(MEMBER, 3);
  await server.pass(MEMBER, 9);
  const members = (await server.members(4)).filter((member) => member !== MEMBER);
  for (const member of members) await server.handIn(member);
  await server.as(PARTY_OFFICE, "POST", `${BATCH}/letters`, { students: members.slice(0, 2) });
}

/** Each view, with what of it is opened first. */
const VIEWS: [string, string, string, ((page: Page) => Promise<unknown>)?][] = [
  ["student", MEMBER, "/", async (page) => {
    for (const summary of await page.locator("details.step summary").all()) await summary.click();
  }],
  ["help", MEMBER, "/", (page) => page.locator("#help-button").click()],
  ["list", LIBRARY, "/staff"],
  ["reject", LIBRARY, "/staff", (page) => page.locator("tbody tr").first().locator("button:not(.primary)").first().click()],
  ["bulk", LIBRARY, "/staff#/2018-01/bulk?step=2", async (page) => {
    await page.locator("#numbers").fill(`${STUDENT}\n20159999999\n${MEMBER}`);
    await page.locator("button[type=submit]").click();
    await page.locator("#apply").waitFor();
  }],
  ["members", COUNSELLOR, "/staff"],
  ["to issue", PARTY_OFFICE, "/staff"],
  ["letters", PARTY_OFFICE, "/staff#/2018-01/letters"],
  ["progress", REGISTRAR, "/staff#/2018-01/progress"],
  ["record", REGISTRAR, `/staff#/2018-01/record?student=${MEMBER}`],
  ["roster", ADMINISTRATOR, "/staff#/2018-01/roster"],
  ["operators", ADMINISTRATOR, "/staff#/2018-01/operators"],
  ["an operator", ADMINISTRATOR, "/staff#/2018-01/operators", (page) => page.locator("#view button.primary").first().click()],
];

for (const [width, viewport] of Object.entries(WIDTHS))
  for (const english of [false, true])
    test(`text of twice its size is whole on a ${width}, ${english ? "in English" : "in Chinese"} @deployed`, async ({ page, server }) => {
      test.setTimeout(180_000);
      await live(server);
      await page.setViewportSize(viewport);
      const found: Record<string, string[]> = {};
      let who = "";
      for (const [name, whose, path, open] of VIEWS) {
        if (whose !== who) await signIn(page, server, whose, path);
        else {
          await page.goto("about:blank");
          await page.goto(`${server.base}${path}`);
        }
        who = whose;
        await expect(page.locator("#main")).not.toHaveAttribute("aria-busy", "true");
        if (english && (await page.locator("html").getAttribute("lang")) !== "en") await inEnglish(page);
        await twice(page);
        await page.waitForLoadState("networkidle");
        await open?.(page);
        await page.waitForTimeout(150);
        if (process.env.LIXIAO_SHOTS) await page.screenshot({ path: `${process.env.LIXIAO_SHOTS}/large-${name.replace(" ", "-")}-${width}-${english ? "en" : "zh"}.png`, fullPage: (await page.locator("dialog[open]").count()) === 0 });
        const faults = await misplaced(page);
        if (faults.length) found[name] = faults;
      }
      expect(found).toEqual({});
    });

test("text is as large as the browser is told to write it", async ({ page, server }) => {
  const session = await page.context().newCDPSession(page);
  await session.send("Page.setFontSizes", { fontSizes: { standard: 32, fixed: 26 } });
  await page.setViewportSize(WIDTHS.desktop);
  await signIn(page, server, MEMBER);
  expect(await page.evaluate(() => getComputedStyle(document.body).fontSize)).toBe("32px");
  expect(await misplaced(page)).toEqual([]);
});

for (const [width, viewport] of Object.entries({ ...WIDTHS, small: { width: 320, height: 640 } }))
  test(`English words stay whole in a step's card on a ${width} @deployed`, async ({ page, server }) => {
    await live(server);
    await page.setViewportSize(viewport);
    await signIn(page, server, MEMBER);
    await inEnglish(page);
    const broken = await page.locator(".step .name").evaluateAll((names) => names.flatMap((name) => {
      const text = name.firstChild as Text;
      return [...text.data.matchAll(/[A-Za-z]+/g)].filter((word) => {
        const range = document.createRange();
        range.setStart(text, word.index);
        range.setEnd(text, word.index + word[0].length);
        return new Set([...range.getClientRects()].map((rect) => Math.round(rect.top))).size > 1;
      }).map((word) => word[0]);
    }));
    expect(broken).toEqual([]);
    expect(await misplaced(page)).toEqual([]);
    // A word as long as none should be, and the chip goes under the name.
    await page.locator(".step .name").first().evaluate((name) => (name.textContent = "Accommodationandequipmentreimbursement"));
    const [name, chip, card] = await Promise.all([".name", ".chip", ""].map((part) => page.locator(`.step ${part}`).first().boundingBox()));
    expect((chip?.y ?? 0) >= (name?.y ?? 0) + (name?.height ?? 0) - 1, "under the name").toBe(true);
    expect((chip?.x ?? 0) + (chip?.width ?? 0)).toBeLessThanOrEqual((card?.x ?? 0) + (card?.width ?? 9999));
    expect(await misplaced(page)).toEqual([]);
  });

test("in a system's own colours everything is told apart", async ({ page, server }) => {
  await live(server);
  await page.emulateMedia({ forcedColors: "active" });
  await signIn(page, server, MEMBER);
  const looks = (selector: string, properties: string[]) => page.locator(selector).first().evaluate((element, names) => names.map((name) => getComputedStyle(element).getPropertyValue(name)).join(" "), properties);
  const ring = ["stroke", "stroke-width"];
  expect(await looks(".ring-done", ring)).not.toBe(await looks(".ring-all", ring));
  for (const card of await page.locator(".chip").all()) await expect(card).toHaveText(/^[✓–!…○]?.+/);
  expect(await looks(".stage", ["border-top-style", "border-top-width"])).toBe("solid 2px");
  // The arrow between stages is one, not a box.
  const arrow = await page.locator(".stage").first().evaluate((stage) => {
    const { borderLeftColor, borderTopColor } = getComputedStyle(stage, "::after");
    return [borderLeftColor, borderTopColor];
  });
  expect(arrow[0]).toBe("rgba(0, 0, 0, 0)");
  expect(arrow[1]).toMatch(/^rgb\(/);
  const button = ["background-color", "color", "border-top-width"];
  expect(await looks(".party-form .primary", button)).not.toBe(await looks("#foot button", button));
  await page.locator(".party-form .primary").focus();
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Tab");
  const [outline, ground] = await page.locator(".party-form .primary").evaluate((element) => {
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
    return [`${outlineStyle} ${outlineWidth} ${outlineColor}`, getComputedStyle(document.body).backgroundColor];
  });
  expect(outline).toContain("solid 3px");
  expect(outline).not.toContain(ground);

  await signIn(page, server, REGISTRAR, "/staff#/2018-01/progress");
  const fills = async (selector: string) => page.locator(selector).evaluateAll((parts) => parts.map((part) => {
    const { fill, strokeDasharray, backgroundColor, backgroundImage, color } = getComputedStyle(part);
    return part.localName === "rect" ? `${fill} ${strokeDasharray}` : `${backgroundColor} ${backgroundImage} ${color}`;
  }));
  await expect(page.locator("tr[data-step='2'] .bar rect")).toHaveCount(5);
  const bar = await fills("tr[data-step='2'] .bar rect");
  expect(bar).toHaveLength(5);
  expect(new Set(bar).size, bar.join(" | ")).toBe(5);
  const swatches = await fills(".legend .swatch");
  expect(new Set(swatches).size, swatches.join(" | ")).toBe(5);
  const link = ["border-bottom-color", "border-bottom-style"];
  expect(await looks("nav.views a[aria-current]", link)).not.toBe(await looks("nav.views a:not([aria-current])", link));
  if (process.env.LIXIAO_SHOTS) await page.screenshot({ path: `${process.env.LIXIAO_SHOTS}/forced-progress.png` });
});
