// The portal: a page of another origin, whose user's token of the university's is traded for their own status.
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import { BATCH, type Lixiao, MEMBER, atOpenId, expect, test } from "./lixiao";
import { OPENID, freePort, lixiaoAt, openid } from "./university";

const CARD = new URL("../../docs/samples/portal/card.js", import.meta.url);

/** A portal: it signs its user in at the university, gets a token for Lixiao, and shows the card. */
class Portal {
  origin = "";
  university = "";
  lixiao = "";
  /** The token that its user's page holds. */
  token = "";
  private readonly verifier = randomBytes(32).toString("base64url");

  async start() {
    const port = await freePort();
    this.origin = `http://127.0.0.1:${port}`;
    const server = createServer((request, response) => void this.answer(request, response)).listen(port, "127.0.0.1");
    await once(server, "listening");
    return { stop: () => server.close() };
  }

  private async answer(request: IncomingMessage, response: ServerResponse) {
    const asked = new URL(request.url ?? "/", this.origin);
    const say = (kind: string, body: string) => response.writeHead(200, { "content-type": kind }).end(body);
    if (asked.pathname === "/card.js") return say("text/javascript", readFileSync(CARD, "utf8"));
    if (asked.pathname === "/callback") {
      this.token = await this.exchange(asked.searchParams.get("code") ?? "");
      return response.writeHead(303, { location: "/" }).end();
    }
    if (!this.token) return response.writeHead(303, { location: this.signIn() }).end();
    const script = `import { showClearance } from "/card.js"; showClearance(document.getElementById("card"), ${JSON.stringify(this.lixiao)}, async () => ${JSON.stringify(this.token)});`;
    return say("text/html; charset=utf-8", `<!doctype html><html lang="zh"><title>门户</title><h1>门户</h1><section id="card"></section><script type="module">${script}</script></html>`);
  }

  private signIn() {
    const challenge = createHash("sha256").update(this.verifier).digest("base64url");
    const query = { client_id: "portal", response_type: "code", scope: "openid read", resource: this.lixiao, redirect_uri: `${this.origin}/callback`, code_challenge: challenge, code_challenge_method: "S256" };
    return `${this.university}/auth?${new URLSearchParams(query)}`;
  }

  private async exchange(code: string) {
    const body = new URLSearchParams({ grant_type: "authorization_code", code, redirect_uri: `${this.origin}/callback`, code_verifier: this.verifier, resource: this.lixiao });
    const authorization = `Basic ${Buffer.from("portal:a-secret-of-the-portals").toString("base64")}`;
    return (await (await fetch(`${this.university}/token`, { method: "POST", headers: { authorization }, body })).json()).access_token as string;
  }
}

/** Trades a token, as the card does. */
async function trade(server: Lixiao, token: string, more: Record<string, string> = {}) {
  const form = { grant_type: "urn:ietf:params:oauth:grant-type:token-exchange", subject_token: token, subject_token_type: "urn:ietf:params:oauth:token-type:access_token", ...more };
  const answer = await fetch(`${server.base}/login/token`, { method: "POST", body: new URLSearchParams(form) });
  return { status: answer.status, body: await answer.json() };
}

test.describe("a portal", () => {
  test.describe.configure({ mode: "serial" });
  const portal = new Portal();
  let at: Awaited<ReturnType<typeof lixiaoAt>>;
  let shut = () => {};
  test.beforeAll(async ({ target }) => {
    shut = (await portal.start()).stop;
    at = await lixiaoAt(target, (back) => openid(back, portal.origin), OPENID, ["--portal-origin", portal.origin]);
    [portal.university, portal.lixiao] = [at.university.address, at.server.base];
  });
  test.afterAll(async () => {
    shut();
    await at.stop();
  });

  test("shows how far its user is, in a page of another origin, and leads to the page itself", async ({ page }) => {
    const { server } = at;
    await server.as("10000005", "PUT", `${BATCH}/students/${MEMBER}/steps/2`, { decision: "reject", reason: "《红楼梦》未还" });
    await page.goto(portal.origin);
    await atOpenId(page, "zhang");
    expect(page.url()).toBe(`${portal.origin}/`);
    const card = page.locator("#card");
    await expect(card).toContainText("还有 11 个环节。");
    await expect(card.getByRole("listitem")).toHaveText("图书退还：《红楼梦》未还");
    if (process.env.LIXIAO_SHOWN) await page.screenshot({ path: `${process.env.LIXIAO_SHOWN}/portal-card-${server.target}.png` });
    // The university knows this browser: it asks for no password, only whether Lixiao may know who this is.
    await card.getByRole("link", { name: "打开离校系统" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Authorize");
    await page.locator("button[type=submit]").click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("还有 11 个环节");
  });

  test("its session reads the own status and nothing else", async () => {
    const { server } = at;
    const { status, body } = await trade(server, portal.token);
    expect([status, body.token_type, body.expires_in, body.scope]).toEqual([200, "Bearer", 900, "own-status"]);
    const ask = async (method: string, path: string) => (await fetch(`${server.base}${path}`, { method, headers: { authorization: `Bearer ${body.access_token}` } })).status;
    expect(await ask("GET", "/api/me")).toBe(200);
    expect(await ask("GET", `${BATCH}/students/me`)).toBe(200);
    for (const [method, path] of [["GET", "/api/batches"], ["GET", "/api/session"], ["GET", `${BATCH}/students/20151000001`], ["GET", `${BATCH}/students/me/slip.pdf`], ["PUT", `${BATCH}/students/me/party-form`], ["POST", "/logout"], ["GET", `${BATCH}/worklist?step=2`]] as const)
      expect(await ask(method, path), `${method} ${path}`).toBe(403);
  });

  test("no other token is worth anything, and no other origin reads an answer", async ({ page }) => {
    const { server, university } = at;
    const [head = "", body = "", seal = ""] = portal.token.split(".");
    for (const bad of ["", "a.b.c", `${head}.${body}.`, `${head}.${body}.${seal.slice(0, -4)}AAAA`, (await trade(server, portal.token)).body.access_token]) expect((await trade(server, bad)).status, bad.slice(0, 30)).toBe(401);
    expect((await trade(server, portal.token, { subject_token_type: "urn:ietf:params:oauth:token-type:saml2" })).status).toBe(401);
    expect((await trade(server, portal.token, { grant_type: "password" })).status).toBe(401);
    const own = new URLSearchParams({ grant_type: "client_credentials", scope: "decide", resource: server.base });
    const authorization = `Basic ${Buffer.from("library:a-secret-of-theirs").toString("base64")}`;
    const machine = (await (await fetch(`${university.address}/token`, { method: "POST", headers: { authorization }, body: own })).json()).access_token;
    expect((await trade(server, machine)).status, "a program is no person").toBe(401);
    await page.goto(`${university.address}/.well-known/openid-configuration`);
    const read = await page.evaluate(async (address) => fetch(`${address}/api/me`, { headers: { authorization: "Bearer x" } }).then(() => "read", () => "refused"), server.base);
    expect(read).toBe("refused");
  });
});
