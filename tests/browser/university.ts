// Universities to sign in at: a real CAS, a real OpenID Connect server, and one that lies on demand.
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import { type AddressInfo, createServer as createSocket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CryptoKey, SignJWT, exportJWK, generateKeyPair } from "jose";
import { Lixiao, type Target } from "./system";
import { end, tethered } from "./tether";

const HERE = new URL("./universities", import.meta.url).pathname;
const PYTHON = new URL("../../.venv/bin/python", import.meta.url).pathname;

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const socket = createSocket().listen(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address() as AddressInfo;
  socket.close();
  await once(socket, "close");
  return port;
}

/** Waits until an address answers. */
async function answers(address: string) {
  for (let attempt = 0; attempt < 150; attempt++) {
    const answer = await fetch(address, { redirect: "manual" }).catch(() => null);
    if (answer && answer.status < 500) return;
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new Error(`${address} does not answer`);
}

export interface University {
  address: string;
  stop: () => Promise<unknown>;
}

/** django-cas-server. */
export async function cas(): Promise<University> {
  const port = await freePort();
  const data = join(mkdtempSync(join(tmpdir(), "cas-")), "cas.db");
  const child = tethered(PYTHON, ["serve.py", String(port)], { cwd: join(HERE, "cas"), env: { ...process.env, CAS_DATA: data }, stdio: "ignore" });
  const address = `http://127.0.0.1:${port}/cas`;
  await answers(`${address}/login`);
  return { address, stop: () => end(child) };
}

/** How a system finds it, as `openid.mjs` knows it. */
export const OPENID = { LIXIAO_SIGN_IN: "oidc", LIXIAO_CLIENT_ID: "lixiao", LIXIAO_CLIENT_SECRET: "a-secret-of-ours", LIXIAO_CLAIMS: "student=student_number,staff=staff_number,external=external_number" };

/** oidc-provider. */
export async function openid(back: string, portal?: string): Promise<University> {
  const port = await freePort();
  const child = tethered(process.execPath, ["openid.mjs", String(port), back, ...(portal ? [portal] : [])], { cwd: HERE, stdio: process.env.LIXIAO_LOUD ? "inherit" : "ignore" });
  const address = `http://127.0.0.1:${port}`;
  await answers(`${address}/.well-known/openid-configuration`);
  return { address, stop: () => end(child) };
}

/** A server on an address of its own, which a university is told before it starts. */
export async function lixiaoAt(target: Target, universityOf: (back: string) => Promise<University>, env: Record<string, string>, args: string[] = []) {
  const back = `http://127.0.0.1:${await freePort()}`;
  const university = await universityOf(back);
  const server = new Lixiao(["--demo", "60", "--at", "2017-12-20T09:00:00+08:00", ...args], { LIXIAO_UNIVERSITY: university.address, ...env }, target);
  server.base = back;
  await server.start();
  return { server, university, stop: async () => Promise.all([server.kill(), university.stop()]) };
}

/** What an identity token says, and how it is signed, unless a test says otherwise. */
export interface Lie {
  claims?: Record<string, unknown>;
  without?: string[];
  key?: "known" | "new" | "unknown";
  alg?: "RS256" | "none" | "HS256";
}

/** An issuer that says what it is told to say. */
export class Liar implements University {
  address = "";
  lie: Lie = {};
  /** How long it thinks before it answers. */
  slow = 0;
  published: "known" | "new" = "known";
  asked: string[] = [];
  private nonces = new Map<string, string>();
  private keys: Record<string, { privateKey: CryptoKey; publicKey: CryptoKey }> = {};
  private readonly server = createServer((request, response) => {
    // Whoever has asked may be gone before a slow answer is there.
    this.answer(request, response).catch(() => response.destroy());
  });

  async start(): Promise<this> {
    for (const name of ["known", "new", "unknown"]) this.keys[name] = await generateKeyPair("RS256", { extractable: true });
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    this.address = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }

  stop = async () => {
    this.server.closeAllConnections();
    this.server.close();
  };

  private async answer(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url ?? "/", this.address);
    this.asked.push(url.pathname);
    if (this.slow) await new Promise((done) => setTimeout(done, this.slow));
    const json = (body: unknown) => response.setHeader("content-type", "application/json").end(JSON.stringify(body));
    if (url.pathname === "/.well-known/openid-configuration")
      return json({ issuer: this.address, authorization_endpoint: `${this.address}/auth`, token_endpoint: `${this.address}/token`, jwks_uri: `${this.address}/jwks`, response_types_supported: ["code"], subject_types_supported: ["public"], id_token_signing_alg_values_supported: ["RS256", "HS256", "none"], token_endpoint_auth_methods_supported: ["client_secret_basic"] });
    if (url.pathname === "/jwks") {
      const key = this.keys[this.published];
      return json({ keys: key ? [{ ...(await exportJWK(key.publicKey)), kid: this.published, alg: "RS256", use: "sig" }] : [] });
    }
    if (url.pathname === "/auth") {
      const code = `code-${this.nonces.size}`;
      this.nonces.set(code, url.searchParams.get("nonce") ?? "");
      const back = new URL(url.searchParams.get("redirect_uri") ?? "");
      back.searchParams.set("code", code);
      back.searchParams.set("state", url.searchParams.get("state") ?? "");
      return response.writeHead(302, { location: back.href }).end();
    }
    if (url.pathname === "/token") {
      let body = "";
      for await (const chunk of request) body += chunk;
      const code = new URLSearchParams(body).get("code") ?? "";
      return json({ access_token: "x", token_type: "Bearer", id_token: await this.token({ nonce: this.nonces.get(code), ...this.lie.claims }) });
    }
    response.writeHead(404).end();
  }

  /** A token as the present lie has it. */
  async token(claims: Record<string, unknown>): Promise<string> {
    const { key = "known", alg = "RS256", without = [] } = this.lie;
    const now = Math.floor(Date.now() / 1000);
    const all: Record<string, unknown> = { iss: this.address, aud: "lixiao", sub: "zhang", iat: now, exp: now + 300, student_number: "20151000056", ...claims };
    for (const name of without) delete all[name];
    if (alg === "none") {
      const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
      return `${part({ alg: "none" })}.${part(all)}.`;
    }
    const secret = new TextEncoder().encode("a-secret-of-ours-that-is-long-enough");
    const signer = alg === "HS256" ? secret : this.keys[key]?.privateKey;
    if (!signer) throw new Error(`no key ${key}`);
    return new SignJWT(all).setProtectedHeader({ alg, kid: key, typ: "JWT" }).sign(signer);
  }
}
