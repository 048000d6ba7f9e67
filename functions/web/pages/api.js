// @ts-check
// The public contract, over HTTP: bounded in time, problems as they come (RFC 9457), in the page's
// language.

import { languageTag, w } from "./words.js";

/** @typedef {import("../contract").components["schemas"]} Schemas */
/** @typedef {Schemas["StatusAnswer"]} Status */
/** @typedef {Schemas["StepAnswer"]} Step */
/** @typedef {Schemas["BatchAnswer"]} Batch */
/** @typedef {Schemas["BatchLine"]} BatchLine */
/** @typedef {Schemas["Session"]} Session */

const PATIENCE = 30_000;

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
    /** @type {Record<string, any>} */
    this.data = body;
  }

  /** Whether asking again may help: nothing was done, or what was done is found again. */
  get passes() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
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
  try {
    throw new Problem(JSON.parse(text));
  } catch (error) {
    if (error instanceof Problem) throw error;
    const { status } = response;
    throw new Problem({ type: "no-answer", status, title: w.noAnswer, detail: w.noAnswerDetail });
  }
}

/**
 * Fetches a document, so that a refusal can be said where it was asked for.
 * @param {string} path
 * @returns {Promise<Blob>}
 */
export const getFile = (path) => send("GET", path, { file: true });

/** @param {number} ms */
export const wait = (ms) => new Promise((done) => setTimeout(done, ms));

/**
 * Reads. What may pass is tried twice more.
 * @param {string} path
 * @param {Record<string, string | number | null | undefined>} [query]
 * @returns {Promise<any>}
 */
export async function get(path, query = {}) {
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== null && value !== undefined && value !== "") asked.set(name, String(value));
  const address = String(asked) ? `${path}?${asked}` : path;
  for (let attempt = 0; ; attempt++) {
    try {
      return await send("GET", address);
    } catch (error) {
      if (!(error instanceof Problem) || !error.passes || attempt === 2) throw error;
      await wait(400 * (attempt + 1));
    }
  }
}

/**
 * @param {string} path
 * @param {unknown} json
 * @returns {Promise<any>}
 */
export const put = (path, json) => send("PUT", path, { json });

/**
 * @param {string} path
 * @param {unknown} json
 * @returns {Promise<any>}
 */
export const post = (path, json) => send("POST", path, { json });

/**
 * @param {string} path
 * @returns {Promise<any>}
 */
export const remove = (path) => send("DELETE", path);

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/**
 * Sends a sheet, as what its name says it is.
 * @param {string} path
 * @param {File} file
 * @returns {Promise<any>}
 */
export function sendSheet(path, file) {
  const kind = /\.csv$/i.test(file.name) || file.type === "text/csv" ? "text/csv" : XLSX;
  return send("POST", path, { body: file, kind });
}

/** Ends the session and goes to the beginning. */
export async function signOut() {
  try {
    await send("POST", "/logout");
  } catch (error) {
    // Whoever walks away must know that they are still signed in.
    if (asProblem(error).type !== "not-signed-in") return alert(w.stillSignedIn);
  }
  location.assign("/");
}

/** Where one signs in and comes back here. */
export const signInAddress = () =>
  `/login?next=${encodeURIComponent(location.pathname + location.search + location.hash)}`;
