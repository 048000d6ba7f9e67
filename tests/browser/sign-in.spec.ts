import type { Page } from "@playwright/test";
import { ADMINISTRATOR, BATCH, type Lixiao, accessible, atCas, atOpenId, expect, test } from "./lixiao";
import { Liar, type Lie, OPENID, type University, cas, lixiaoAt, openid } from "./university";

const CAS = { LIXIAO_SIGN_IN: "cas", LIXIAO_CLAIMS: "student=xh,staff=gh,external=wb" };
const LIAR = { ...OPENID, LIXIAO_CLIENT_SECRET: "a-secret-of-ours-that-is-long-enough" };

const session = async (page: Page, server: Lixiao) => (await page.request.get(`${server.base}/api/session`)).status();

/** A page's own cookies, as a browser would send them. */
const cookies = async (page: Page) => (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");

/** A browser that sets out to sign in, and comes back without having been anywhere. */
async function setOut(server: Lixiao) {
  const begun = await fetch(`${server.base}/login`, { redirect: "manual" });
  const cookie = begun.headers.getSetCookie().map((one) => one.split(";")[0]).join("; ");
  const there = new URL(begun.headers.get("location") ?? "");
  const service = there.searchParams.get("service");
  const state = service ? new URL(service).searchParams.get("state") : there.searchParams.get("state");
  return { cookie, state, there: there.href };
}

const SERVERS = {
  CAS: { env: CAS, start: () => cas(), signIn: atCas, out: async (page: Page, university: University) => void (await page.goto(`${university.address}/logout`)) },
  "OpenID Connect": {
    env: OPENID, start: openid, signIn: atOpenId,
    out: async (page: Page, university: University) => {
      await page.goto(`${university.address}/session/end`);
      await page.locator("button[name=logout]").click();
    },
  },
};

for (const [name, { env, start, signIn, out }] of Object.entries(SERVERS)) {
  test.describe(name, () => {
    test.describe.configure({ mode: "serial" });
    let at: Awaited<ReturnType<typeof lixiaoAt>>;
    test.beforeAll(async ({ target }) => {
      at = await lixiaoAt(target, start, env);
    });
    test.afterAll(() => at.stop());

    test("a browser signs in, comes to the page it came for, stays, and is signed out from there", async ({ page }) => {
      const { server, university } = at;
      await page.goto(`${server.base}/staff#/2018-01/list?step=3`);
      await page.getByRole("link", { name: "登录", exact: true }).click();
      expect(page.url()).toContain(new URL(university.address).host);
      await signIn(page, "library");
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("逐个办理");
      await expect(page.getByLabel("环节")).toHaveValue("3");
      const [cookie] = (await page.context().cookies()).filter((one) => one.name === "__Host-lixiao");
      expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: "Lax", path: "/" });
      await page.reload();
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("逐个办理");

      // A second way in: from the portal, where one is signed in already, without a password.
      await page.context().clearCookies({ name: "__Host-lixiao" });
      await page.goto(`${server.base}/login?next=/staff`);
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("逐个办理");

      // Signed out at the university, one is signed out here, in every browser.
      const carried = await cookies(page);
      expect(await session(page, server)).toBe(200);
      await out(page, university);
      await expect.poll(async () => (await fetch(`${server.base}/api/session`, { headers: { cookie: carried } })).status).toBe(401);
      const record = (await server.as(ADMINISTRATOR, "GET", "/api/sign-ins")).body.people;
      expect(record.find((one: { id: string }) => one.id === "10000005")).toMatchObject({ signed_in: 2, refused: 0 });
    });

    test("students and external advisors come in by their numbers, guests by none", async ({ page, browser }) => {
      const { server } = at;
      await page.goto(`${server.base}/login`);
      await signIn(page, "zhang");
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("还有 11 个环节");
      for (const [who, text] of [["external", "逐个办理"], ["guest", "没有登录成功"]] as const) {
        const other = await (await browser.newContext()).newPage();
        await other.goto(`${server.base}/login`);
        await signIn(other, who);
        await expect(other.getByRole("heading", { level: 1 })).toContainText(text);
        if (who === "guest") {
          await expect(other.getByRole("alert")).toContainText("没有学号、工号");
          await accessible(other);
          expect(await session(other, server)).toBe(401);
        }
        await other.context().close();
      }
    });

    test("what brings somebody in is worth one session, for the browser that set out for it", async ({ page }) => {
      const { server } = at;
      await page.goto(`${server.base}/login`);
      await signIn(page, "zhang");
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("还有 11 个环节");
      // The university knows this browser now; what it gives is caught before it is used.
      const [mine, another] = [await setOut(server), await setOut(server)];
      const given = await page.request.get(mine.there, { maxRedirects: 0 });
      const callback = given.headers().location ?? "";
      expect(callback).toContain("/login/callback?");
      const deliver = async (cookie: string, address = callback) => {
        const answer = await fetch(address, { headers: { cookie }, redirect: "manual" });
        return { status: answer.status, cookies: answer.headers.getSetCookie().join("; ") };
      };
      const edited = [...mine.cookie].map((character, i) => (i === 60 ? (character === "A" ? "B" : "A") : character)).join("");
      expect(await deliver(""), "no login state: somebody else's link").toMatchObject({ status: 401, cookies: "" });
      expect(await deliver(another.cookie), "another browser's login state").toMatchObject({ status: 401, cookies: "" });
      expect(await deliver(edited), "a login state that was edited").toMatchObject({ status: 401, cookies: "" });
      const [second, third] = [await setOut(server), await setOut(server)];
      const backFrom = async (there: string) => (await page.request.get(there, { maxRedirects: 0 })).headers().location ?? "";
      const mixed = new URL(await backFrom(second.there));
      mixed.searchParams.set("state", third.state ?? "");
      const tried = await deliver(third.cookie, mixed.href);
      expect([tried.status, tried.cookies.includes("__Host-lixiao=")], "what was given for another sign-in of the same browser").toEqual([401, false]);
      expect((await deliver(third.cookie, await backFrom(third.there))).status, "a login state is good for one try").toBe(401);
      const come = await deliver(mine.cookie);
      expect(come.status, "unspent all the while").toBe(303);
      expect(come.cookies).toContain("__Host-lixiao=ey");
      expect(come.cookies, "the login state is done").toContain("__Host-lixiao-login=;");
      expect((await deliver(mine.cookie)).status, "spent").toBe(401);
      // Whoever is signed in and comes back a second time is simply where they were.
      const cookie = come.cookies.split(";")[0] ?? "";
      const again = await fetch(callback, { headers: { cookie }, redirect: "manual" });
      expect([again.status, again.headers.get("location")]).toEqual([303, "/"]);
    });

    // A code is bound to our address by OpenID Connect's server itself; a ticket is ours to check.
    if (name === "CAS") test("a ticket for another service is worth nothing here", async ({ page }) => {
      const { server, university } = at;
      await page.goto(`${server.base}/login`);
      await signIn(page, "zhang");
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("还有 11 个环节");
      const asked = await page.request.get(`${university.address}/login?service=${encodeURIComponent("http://127.0.0.1:9/elsewhere")}`, { maxRedirects: 0 });
      const ticket = new URL(asked.headers().location ?? "").searchParams.get("ticket");
      expect(ticket).toMatch(/^ST-/);
      const { cookie, state } = await setOut(server);
      const back = await fetch(`${server.base}/login/callback?state=${state}&ticket=${ticket}`, { headers: { cookie }, redirect: "manual" });
      expect(back.status).toBe(401);
    });

    test("who wants to be somebody else is asked for credentials again; nobody is led elsewhere", async ({ page }) => {
      const { server, university } = at;
      await page.goto(`${server.base}/login?next=//evil.example/x`);
      await signIn(page, "zhang");
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("还有 11 个环节");
      expect(page.url()).toBe(`${server.base}/`);
      await page.goto(`${server.base}/login?renew=true`);
      expect(page.url()).toContain(new URL(university.address).host);
    });

    test("a word that somebody signed out must be the university's", async () => {
      const { server } = at;
      const say = async (form: Record<string, string>) => (await fetch(`${server.base}/login/callback`, { method: "POST", body: new URLSearchParams(form) })).status;
      expect(await say({})).toBe(400);
      expect(await say({ logoutRequest: "<x/>", logout_token: "a.b.c" })).toBe(400);
      expect(await say({ logoutRequest: "<!DOCTYPE r [<!ENTITY e 'x'>]><r>&e;</r>", logout_token: "" })).toBe(400);
      // Declarations of namespaces that each element's reader would look through: too long to be taken, or too many to be read.
      const bomb = (declared: number, children: number) => `<r${Array.from({ length: declared }, (_, i) => ` xmlns:a${i}='u:${i}'`).join("")}>${"<b xmlns:c='u'/>".repeat(children)}</r>`;
      expect(await say({ logoutRequest: bomb(1400, 2200) })).toBe(413);
      expect(await say({ logoutRequest: bomb(60, 40) })).toBe(400);
      const unknown = `<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"><samlp:SessionIndex>ST-unknown</samlp:SessionIndex></samlp:LogoutRequest>`;
      expect(await say({ logoutRequest: unknown, logout_token: "eyJhbGciOiJub25lIn0.e30." })).toBe(name === "CAS" ? 200 : 400);
    });

    test("when the university is down, one hears so and nothing hangs", async () => {
      const { server, university } = at;
      await university.stop();
      const { cookie, state } = await setOut(server);
      const query = `state=${state}&${name === "CAS" ? "ticket=ST-1" : "code=1"}`;
      const back = await fetch(`${server.base}/login/callback?${query}`, { headers: { cookie }, redirect: "manual" });
      expect(back.status).toBe(503);
      expect(await back.text()).toContain("学校统一身份认证没有应答");
    });
  });
}

test("offices' own systems come in by a token of their own, with the rights of their entry", async ({ target }) => {
  const { server, university, stop } = await lixiaoAt(target, openid, OPENID);
  try {
    const own = async (client: string, secret: string) => {
      const body = new URLSearchParams({ grant_type: "client_credentials", scope: "decide", resource: server.base });
      const authorization = `Basic ${Buffer.from(`${client}:${secret}`).toString("base64")}`;
      return (await (await fetch(`${university.address}/token`, { method: "POST", headers: { authorization }, body })).json()).access_token as string;
    };
    const come = async (assertion: string) => {
      const body = new URLSearchParams({ grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion });
      const answer = await fetch(`${server.base}/login/token`, { method: "POST", body });
      return { status: answer.status, body: await answer.json() };
    };
    const token = await own("library", "a-secret-of-theirs");
    expect((await come(token)).status, "no entry yet").toBe(403);
    const entry = { name: "图书馆业务系统", grants: [{ role: "operator", offices: ["library"], colleges: ["*"] }] };
    expect((await server.as(ADMINISTRATOR, "PUT", `${BATCH}/operators/feed-library`, entry)).status).toBe(200);
    const { body: session } = await come(token);
    expect(session).toMatchObject({ token_type: "Bearer", expires_in: 7200 });
    const decide = (step: number) =>
      fetch(`${server.base}${BATCH}/students/20151000001/steps/${step}`, { method: "PUT", headers: { authorization: `Bearer ${session.access_token}`, "content-type": "application/json" }, body: JSON.stringify({ decision: "pass", as_of: "2017-12-19T20:00:00+08:00" }) });
    const decided = await (await decide(2)).json();
    expect(decided.steps[1]).toMatchObject({ state: "passed", source: "feed", decided_by: "feed-library", as_of: "2017-12-19T20:00:00+08:00" });
    expect((await decide(7)).status, "finance's step").toBe(403);
    expect((await come(await own("unknown", "a-secret-of-nobody"))).status).toBe(403);
    for (const bad of ["", "a.b.c", session.access_token, token.slice(0, -2), `${token.split(".")[0]}.${token.split(".")[1]}.`]) expect((await come(bad)).status, bad.slice(0, 20)).toBe(401);
    const record = (await server.as(ADMINISTRATOR, "GET", "/api/sign-ins")).body.people;
    expect(record.find((one: { id: string }) => one.id === "feed-library")).toMatchObject({ signed_in: 1, refused: 2 });
  } finally {
    await stop();
  }
});

test.describe("an issuer that lies", () => {
  test.describe.configure({ mode: "serial" });
  let liar: Liar;
  let at: Awaited<ReturnType<typeof lixiaoAt>>;
  test.beforeAll(async ({ target }) => {
    liar = await new Liar().start();
    at = await lixiaoAt(target, async () => liar, LIAR);
  });
  test.afterAll(() => at.stop());

  /** What becomes of a sign-in. */
  async function come(page: Page, lie: Lie) {
    liar.lie = lie;
    await page.context().clearCookies();
    const answer = await page.goto(`${at.server.base}/login`);
    return answer?.status() === 200 ? session(page, at.server) : answer?.status();
  }

  test("is not believed", async ({ page, target }) => {
    expect(await come(page, {}), "an honest token").toBe(200);
    // Built functions have the batch's clock in everything; on this machine the libraries have the real one.
    const now = Math.floor((target === "deployed" ? Date.parse("2017-12-20T09:00:00+08:00") : Date.now()) / 1000);
    const lies: Record<string, Lie> = {
      "another issuer": { claims: { iss: "https://evil.example" } },
      "another audience": { claims: { aud: "somebody-else" } },
      "another nonce": { claims: { nonce: "another" } },
      "no nonce": { without: ["nonce"] },
      "no expiry": { without: ["exp"] },
      expired: { claims: { exp: now - 600, iat: now - 900 } },
      "no signature": { alg: "none" },
      "a shared secret": { alg: "HS256" },
      "a key of nobody": { key: "unknown" },
    };
    for (const [name, lie] of Object.entries(lies)) expect(await come(page, lie), name).toBe(401);
    expect(await come(page, { claims: { student_number: 20151000056 } }), "a number for a text").toBe(403);
    expect(await come(page, { claims: { student_number: "10000001" } }), "an administrator's number as a student's").toBe(200);
    const somebodyElse = await page.evaluate(async () => (await fetch("/api/session")).json());
    expect([somebodyElse.kind, somebodyElse.id, somebodyElse.administrator, somebodyElse.rights]).toEqual(["student", "10000001", false, []]);
  });

  test("is not believed about who signed out, or which system it is", async () => {
    const say = async (claims: Record<string, unknown>, lie: Lie = {}) => {
      liar.lie = lie;
      const events = { "http://schemas.openid.net/event/backchannel-logout": {} };
      const logout_token = await liar.token({ sid: "s", events, ...claims });
      return (await fetch(`${at.server.base}/login/callback`, { method: "POST", body: new URLSearchParams({ logout_token }) })).status;
    };
    expect(await say({}), "honest, about somebody who never came").toBe(200);
    expect(await say({ aud: "somebody-else" })).toBe(400);
    expect(await say({ iss: "https://evil.example" })).toBe(400);
    expect(await say({ nonce: "an identity token's" })).toBe(400);
    expect(await say({ events: {} })).toBe(400);
    expect(await say({}, { key: "unknown" })).toBe(400);
    expect(await say({}, { alg: "none" })).toBe(400);
    expect(await say({}, { alg: "HS256" })).toBe(400);

    const entry = { name: "图书馆业务系统", grants: [{ role: "operator", offices: ["library"], colleges: ["*"] }] };
    await at.server.as(ADMINISTRATOR, "PUT", `${BATCH}/operators/feed-library`, entry);
    const come = async (claims: Record<string, unknown>, lie: Lie = {}) => {
      liar.lie = lie;
      const assertion = await liar.token({ aud: at.server.base, client_id: "library", sub: "library", ...claims });
      const body = new URLSearchParams({ grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion });
      return (await fetch(`${at.server.base}/login/token`, { method: "POST", body })).status;
    };
    expect(await come({}), "honest").toBe(200);
    expect(await come({ sub: "zhang" }), "a person's token, got by that system").toBe(401);
    expect(await come({ aud: "lixiao" }), "an identity token's audience").toBe(401);
    expect(await come({}, { without: ["sub"] })).toBe(401);
    expect(await come({}, { without: ["exp"] })).toBe(401);
    expect(await come({}, { key: "unknown" })).toBe(401);
    expect(await come({ client_id: "10000001", sub: "10000001" }), "no system's name is a person's").toBe(403);
  });

  test("changes its keys, and is believed again once the new one is published", async ({ page }) => {
    expect(await come(page, { key: "new" })).toBe(401);
    liar.published = "new";
    await expect.poll(() => come(page, { key: "new" }), { timeout: 30_000, intervals: [3_000] }).toBe(200);
    expect(await come(page, { key: "known" }), "the old key is over").toBe(401);
  });

  test("is slow: a clear answer within seconds, and no hang", async ({ page }) => {
    liar.slow = 0;
    liar.lie = {};
    const since = Date.now();
    await page.context().clearCookies();
    const { cookie, state } = await setOut(at.server);
    liar.slow = 20_000;
    const back = await fetch(`${at.server.base}/login/callback?state=${state}&code=code-1`, { headers: { cookie }, redirect: "manual" });
    expect(back.status).toBe(503);
    expect(await back.text()).toContain("没有应答");
    expect(Date.now() - since).toBeLessThan(15_000);
    liar.slow = 0;
  });
});
