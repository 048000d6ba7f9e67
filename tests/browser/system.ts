// The system that a test runs against: its process, calls to it as anybody, and what a test brings about.
import { expect } from "@playwright/test";
import { type ChildProcess, execFileSync } from "node:child_process";
import { createPrivateKey, sign } from "node:crypto";
import type { Readable } from "node:stream";
import { createInterface } from "node:readline";
import { end, tethered } from "./tether";

const PROGRAM = new URL("../../target/debug/lixiao", import.meta.url).pathname;
/** The built functions behind the gateway, as `tests/api/src/bin/deployed.rs` starts them. */
const DEPLOYED = new URL("../../target/debug/deployed", import.meta.url).pathname;
const ROOT = new URL("../..", import.meta.url).pathname;

export const ADMINISTRATOR = "10000001";
export const REGISTRAR = "10000002";
export const PARTY_OFFICE = "10000003";
export const LIBRARY = "10000005";
export const COUNSELLOR = "10000011";
export const BATCH = "/api/batches/2018-01";
/** Who decides which step of a master's student. */
export const DECIDES: Record<number, string> = { 1: "10000004", 2: LIBRARY, 3: LIBRARY, 4: LIBRARY, 5: "10000006", 6: "10000007", 7: "10000008", 8: "10000008", 9: "10000009", 10: "10000009", 11: "10000006" };
/** A master's student and party member of the Chenggong campus. */
export const MEMBER = "20151000056";
export const STUDENT = "20151000001";

let key = "";
/** The private session key of systems whose sessions the tests sign. */
const KEY = () => (key ||= /^private (\S+)$/m.exec(lixiao("keys"))?.[1] ?? "");

export interface Answer {
  status: number;
  body: any;
}

/** What the tests run against: `lixiao local`, or the built functions behind the gateway. */
export type Target = "local" | "deployed";

/** A running system. */
export class Lixiao {
  private process: ChildProcess | null = null;
  private begun = 0;
  base = "";
  /** Where a session for anybody is had. */
  private tokens = "";

  constructor(
    private readonly args: string[],
    private readonly env: Record<string, string> = {},
    readonly target: Target = "local",
  ) {}

  /** Starts it; once it has an address it keeps that. */
  async start() {
    const listen = this.base ? new URL(this.base).host : "127.0.0.1:0";
    // Started again, its clock goes on: time doesn't go back for whoever is signed in.
    this.begun ||= Date.now();
    const gone = Date.now() - this.begun;
    const args = this.args.map((arg, i) => (this.args[i - 1] === "--at" ? new Date(Date.parse(arg) + gone).toISOString() : arg));
    const own = this.target === "local" && this.env.LIXIAO_UNIVERSITY ? { LIXIAO_PRIVATE_KEY: KEY() } : {};
    const env = { ...process.env, ...own, LIXIAO_FONTS: `${ROOT}/.fonts`, LIXIAO_PROGRAMS: "target/debug", ...this.env };
    const [program, command] = this.target === "local" ? [PROGRAM, ["local"]] : [DEPLOYED, []];
    const child = tethered(program, [...command, "--listen", listen, ...args], { cwd: ROOT, env });
    this.process = child;
    let said = "";
    child.stderr?.on("data", (data) => (said += data));
    const stdout = child.stdout as Readable;
    for await (const line of createInterface({ input: stdout })) {
      const [, what, address] = /^(listening|tokens) on (http:\S+)/.exec(line) ?? [];
      if (what === "tokens") this.tokens = address ?? "";
      if (what !== "listening" || !address) continue;
      this.base = address;
      if (this.target === "local") this.tokens = address;
      stdout.resume();
      return this;
    }
    throw new Error(`lixiao did not start: ${said}`);
  }

  /** Ends it as a power cut would. */
  async kill() {
    const child = this.process;
    this.process = null;
    if (child) await end(child);
  }

  /** A session of somebody's. With a university `lixiao local` gives none, so the tests sign one with its key. */
  private async token(who: string): Promise<string> {
    if (this.target === "local" && this.env.LIXIAO_UNIVERSITY) return this.signed(who);
    const answer = await fetch(`${this.tokens}/dev/token`, { method: "POST", body: JSON.stringify({ sub: who }) });
    return (await answer.json()).token;
  }

  private signed(who: string): string {
    const at = this.args[this.args.indexOf("--at") + 1];
    const now = Math.floor((at ? Date.parse(at) + Date.now() - this.begun : Date.now()) / 1000) - 5;
    const claims = { iss: "lixiao", aud: "session", sub: who, iat: now, nbf: now, exp: now + 3600, auth_time: now * 1000, kind: /^\d{9,}$/.test(who) ? "student" : "staff" };
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const text = `${part({ typ: "session+jwt", alg: "EdDSA" })}.${part(claims)}`;
    // Node reads PKCS #8 without the public key only: the seed is what both have.
    const seed = Buffer.from(KEY(), "base64url").subarray(16, 48);
    const pkcs8 = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
    const key = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
    return `${text}.${sign(null, Buffer.from(text), key).toString("base64url")}`;
  }

  /** One call as somebody. */
  async as(who: string, method: string, path: string, json?: unknown): Promise<Answer> {
    const token = await this.token(who);
    const headers: Record<string, string> = { authorization: `Bearer ${token}` };
    if (json !== undefined) headers["content-type"] = "application/json";
    const response = await fetch(`${this.base}${path}`, { method, headers, body: json === undefined ? undefined : JSON.stringify(json) });
    const text = await response.text();
    return { status: response.status, body: text.startsWith("{") ? JSON.parse(text) : text };
  }

  /** Passes a step of a student, by whoever may. */
  async pass(student: string, step: number) {
    const parts = step === 11 ? ["student-card", "registration-card", "certificates", "letter"] : [];
    const done = await this.as(DECIDES[step] ?? "", "PUT", `${BATCH}/students/${student}/steps/${step}`, { decision: "pass", parts });
    expect(done.status, JSON.stringify(done.body)).toBe(200);
  }

  async status(student: string) {
    return (await this.as(REGISTRAR, "GET", `${BATCH}/students/${student}`)).body;
  }

  /** Hands in a member's form. */
  async handIn(student: string, heading = "中共昆明市委组织部") {
    const form = { heading, destination: "昆明市第一中学党委", transfer_kind: "in-province", confirmed: true };
    expect((await this.as(PARTY_OFFICE, "PUT", `${BATCH}/students/${student}/party-form`, form)).status).toBe(200);
  }

  /** Members who must hand in a form. */
  async members(limit: number): Promise<string[]> {
    const { body } = await this.as(PARTY_OFFICE, "GET", `${BATCH}/party-forms?limit=${limit}`);
    return body.members.map((member: { id: string }) => member.id);
  }
}

/** Runs the command line and gives back what it says. */
export const lixiao = (...args: string[]) => execFileSync(PROGRAM, args, { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
