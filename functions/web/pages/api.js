// @ts-check
// The public contract, over HTTP: bounded in time, problems as they come (RFC 9457), in the page's
// language.

import { h } from "./dom.js";
import { dropDrafts } from "./drafts.js";
import { slim } from "./slim.js";
import { languageTag, w } from "./words.js";

/** @typedef {import("../contract").components["schemas"]} Schemas */
/** @typedef {Schemas["StatusAnswer"]} Status */
/** @typedef {Schemas["StepAnswer"]} Step */
/** @typedef {Schemas["BatchAnswer"]} Batch */
/** @typedef {Schemas["BatchLine"]} BatchLine */
/** @typedef {Schemas["SessionAnswer"]} Session */
/** @typedef {Schemas["RoleWord"]} Role */
/** @typedef {Schemas["DecisionWord"]} DecisionWord */
/** @typedef {Schemas["MeAnswer"]} Me */

const PATIENCE = 30_000;
/** How often what was turned away is asked again before somebody is told: some half a minute in all. */
const TRIES = 7;

/** Why there is no answer, in words and with what is needed to act. */
export class Problem extends Error {
  /** @param {Record<string, any>} body */
  constructor(body) {
    super(body.title);
    /** @type {string} */
    this.type = body.type;
    /** @type {string} */
    this.title = body.title;
    /** @type {string} */
    this.detail = body.detail;
    /** @type {number} */
    this.status = body.status;
    /** In how many milliseconds the server would like to be asked again. @type {number} */
    this.after = body.after ?? 0;
    /** @type {Record<string, any>} */
    this.data = body;
  }

  /** Whether nothing heard of it: the gateway turned it away, and it can be sent again whatever it asks for. */
  get turnedAway() {
    return this.status === 429;
  }

  /** Whether asking again may help: nothing was done, or what was done is found again. What the server itself calls broken stays so. */
  get passes() {
    return this.type === "no-answer" || this.status === 429 || this.status === 503;
  }

  /**
   * What is wrong with each field.
   * @returns {{ field: string, code: string, message: string }[]}
   */
  get fields() {
    return this.data.fields ?? [];
  }
}

/** @param {unknown} error */
export function asProblem(error) {
  if (error instanceof Problem) return error;
  console.error(error);
  return new Problem({ type: "page", status: -1, title: w.pageBroke, detail: w.pageBrokeDetail });
}

/**
 * One call. Throws a {@link Problem}.
 * @param {string} method
 * @param {string} path
 * @param {{ json?: unknown, body?: BodyInit, kind?: string, file?: boolean }} [what]
 * @returns {Promise<any>}
 */
async function send(method, path, { json, body, kind, file } = {}) {
  /** @type {Record<string, string>} */
  const headers = { "accept-language": languageTag };
  if (json !== undefined) headers["content-type"] = "application/json";
  else if (kind) headers["content-type"] = kind;
  /** @type {Response} */
  let response;
  /** @type {string} */
  let text;
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    const sent = json === undefined ? body : JSON.stringify(json);
    response = await fetch(path, { method, headers, body: sent, signal, cache: "no-store" });
    if (file && response.ok) return await response.blob();
    text = await response.text();
  } catch {
    throw new Problem({ type: "no-answer", status: 0, title: w.noAnswer, detail: w.noAnswerDetail });
  }
  if (response.ok) return text ? JSON.parse(text) : null;
  throw new Problem(problemOf(response, text));
}

/**
 * What an answer says that is none: our own problem, or a gateway's word for it, which has no type.
 * @param {Response} response
 * @param {string} text
 * @returns {Record<string, any>}
 */
function problemOf(response, text) {
  const { status } = response;
  const after = 1000 * Number(response.headers.get("retry-after") ?? 0) || 0;
  try {
    const body = JSON.parse(text);
    if (typeof body.type === "string") return { ...body, after };
  } catch {
    // A gateway's page, or half an answer.
  }
  const busy = status === 429 || status === 503;
  return { type: "no-answer", status, after, title: busy ? w.tooBusy : w.noAnswer, detail: busy ? w.tooBusyDetail : w.noAnswerDetail };
}

/** @param {number} ms */
export const wait = (ms) => new Promise((done) => setTimeout(done, ms));

/**
 * How long to wait before the next try, in milliseconds: longer each time, and spread, so that those who were
 * turned away together don't come back together.
 * @param {number} attempt from 0
 * @param {Problem} problem
 */
export const pauseAfter = (attempt, problem) => Math.max(Math.min(500 * 2 ** attempt, 8_000) * (0.5 + Math.random()), Math.min(problem.after, 30_000));

let waiting = 0;

/** Says that the server is busy, for as long as anything waits to be asked again. @param {Promise<unknown>} pause */
async function sayBusy(pause) {
  if (waiting++ === 0) document.body.append(h("p.busy", { id: "busy", role: "status" }, w.busy));
  await pause;
  if (--waiting === 0) document.getElementById("busy")?.remove();
}

/**
 * Asks until there is an answer, as far as that is safe and patience lasts.
 * @param {() => Promise<any>} ask
 * @param {(problem: Problem) => boolean} safe whether a second time does no harm
 */
async function patiently(ask, safe) {
  for (let attempt = 0; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Problem) || !safe(error) || attempt + 1 === TRIES) throw error;
      await sayBusy(wait(pauseAfter(attempt, error)));
    }
  }
}

/** A read can always be asked again. @param {Problem} problem */
const mayPass = (problem) => problem.passes;
/** A write only if nothing heard of it: what was done meanwhile isn't known. @param {Problem} problem */
const turnedAway = (problem) => problem.turnedAway;

/**
 * Fetches a document, so that a refusal can be said where it was asked for.
 * @param {string} path
 * @returns {Promise<Blob>}
 */
export const getFile = (path) => patiently(() => send("GET", path, { file: true }), mayPass);

/**
 * Reads. What may pass is tried again.
 * @param {string} path
 * @param {Record<string, string | number | null | undefined>} [query]
 * @returns {Promise<any>}
 */
export async function get(path, query = {}) {
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== null && value !== undefined && value !== "") asked.set(name, String(value));
  const address = String(asked) ? `${path}?${asked}` : path;
  return patiently(() => send("GET", address), mayPass);
}

/** A number in a path: one of its own slashes would end the name there. @param {string} number */
export const inPath = (number) => encodeURIComponent(number.trim().replaceAll("/", "~"));

/** Whose number it is, where the number alone doesn't say it. @param {{ id: string, kind: string }} person */
export const said = ({ id, kind }) => `${kind}:${id}`;

/**
 * @param {string} path
 * @param {unknown} json
 * @returns {Promise<any>}
 */
export const put = (path, json) => patiently(() => send("PUT", path, { json }), turnedAway);

/**
 * @param {string} path
 * @param {unknown} json
 * @returns {Promise<any>}
 */
export const post = (path, json) => patiently(() => send("POST", path, { json }), turnedAway);

/**
 * Asks once, for who counts the tries and shows them.
 * @param {string} path
 * @param {unknown} json
 * @returns {Promise<any>}
 */
export const postOnce = (path, json) => send("POST", path, { json });

/**
 * @param {string} path
 * @returns {Promise<any>}
 */
export const remove = (path) => patiently(() => send("DELETE", path), turnedAway);

/**
 * Sends a table as it is: what it is, the server sees by itself. Never as a text of its own, which the gateway would
 * take for UTF-8 whatever it is.
 * @param {string} path
 * @param {Blob} file
 * @param {Schemas["HowToRead"]} [reading] how it is to be read, where it wasn't understood by itself
 * @returns {Promise<any>}
 */
export async function sendTable(path, file, reading) {
  const body = new FormData();
  body.append("table", await slim(file));
  if (reading) body.append("reading", JSON.stringify(reading));
  return patiently(() => send("POST", path, { body }), turnedAway);
}

/** Ends the session and goes to the beginning. */
export async function signOut() {
  try {
    await patiently(() => send("POST", "/logout"), mayPass);
  } catch (error) {
    // Whoever walks away must know that they are still signed in.
    if (asProblem(error).type !== "not-signed-in") return alert(w.stillSignedIn);
  }
  dropDrafts();
  location.assign("/");
}

/** Where one signs in and comes back here. */
export const signInAddress = () =>
  `/login?next=${encodeURIComponent(location.pathname + location.search + location.hash)}`;
