// @ts-check
// Imports of before, found again to be undone: those of this browser by themselves, any other by its
// number, which stands in its result and in every student's history.

import { asProblem, get, postOnce } from "./api.js";
import { sendAll } from "./chunks.js";
import { ask, reasonField } from "./decide.js";
import { inFront } from "./desk.js";
import { byId, fill, h, toast } from "./dom.js";
import { outcomes, progressLine } from "./outcomes.js";
import { problemNote } from "./shell.js";
import { moment, now } from "./time.js";
import { w } from "./staff-words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./desk.js").BatchStep} BatchStep */
/** @typedef {import("./chunks.js").Row} Row */
/** @typedef {{ id: string, batch: string, step: number, decision: string, count: number, at?: string, undone?: boolean }} Kept */

const KEY = "lixiao-imports";
/** As many are remembered, and nothing of any student. */
const MOST = 20;

/** @returns {Kept[]} */
function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "[]");
  } catch {
    return [];
  }
}

/** @param {Kept[]} imports */
function keepAll(imports) {
  try {
    localStorage.setItem(KEY, JSON.stringify(imports.slice(0, MOST)));
  } catch {
    // Its number is in the result all the same, and whoever opens it sees what of it stands.
  }
}

/** Remembers an import. @param {Kept} one */
export const keep = (one) => keepAll([{ ...one, at: new Date(now()).toISOString() }, ...kept()]);

/** Remembers that an import is undone. @param {string} id */
const keepUndone = (id) => keepAll(kept().map((one) => (one.id === id ? { ...one, undone: true } : one)));

/**
 * @param {Desk} desk
 * @param {BatchStep} step
 * @param {string | null} asked an import that the address names
 * @param {HTMLElement} result
 */
export function undoPanel(desk, step, asked, result) {
  const mine = kept().filter((one) => one.batch === desk.batch.id && one.step === step.number);
  const input = h("input", { id: "import", autocomplete: "off", spellcheck: false, maxlength: 40, value: asked ?? "" });
  const note = h("div");
  /** @param {string} id */
  const find = async (id) => {
    fill(note, h("p.note", {}, w.looking));
    try {
      await showImport(desk, step, id, result);
      fill(note);
    } catch (error) {
      fill(note, problemNote(asProblem(error)));
    }
  };
  const panel = h("details.card", { id: "undo-panel", open: asked !== null }, h("summary", {}, w.undoEarlier(`${step.number} ${step.name}`)),
    h("p.note", {}, w.undoEarlierHelp),
    mine.length > 0 && h("ul", {}, mine.map((one) => h("li", {}, h("button", { type: "button", onclick: () => find(one.id) },
      w.importOf(one.at ? moment(one.at) : "", w.decisions[one.decision] ?? one.decision, one.count)), one.undone && ` ${w.undoneAlready}`))),
    h("form.field", { onsubmit: (/** @type {Event} */ event) => {
      event.preventDefault();
      void find(input.value.trim().toLowerCase());
    } }, h("label", { for: "import" }, w.importNumber), h("div.row", {}, input, h("button", {}, w.find))),
    note);
  if (asked) void find(asked);
  return panel;
}

/** @param {Desk} desk @param {BatchStep} step @param {string} id @param {HTMLElement} result */
async function showImport(desk, step, id, result) {
  /** @type {import("./chunks.js").Row[]} */
  const rows = [];
  let cursor = null;
  do {
    const page = await get(`${desk.path}/steps/${step.number}/imports/${encodeURIComponent(id)}`, { cursor });
    for (const { id: student, name, stands } of page.students)
      rows.push({ row: null, student, name, outcome: stands ? "changed" : "unchanged", problem: null });
    cursor = page.next;
  } while (cursor);
  const standing = rows.filter((row) => row.outcome === "changed");
  const undo = h("button.primary", { id: "undo", disabled: standing.length === 0, onclick: () => undoAll(desk, step, id, rows, result) }, w.undoImport(standing.length));
  fill(result, h("h2", { tabindex: -1, id: "result-title" }, w.importTitle(`${step.number} ${step.name}`, rows.length)), h("p.note", {}, w.importNumber, h("code", {}, id)), h("p", {}, undo), outcomes(rows, w.stands));
  byId("result-title").focus();
}

/** Notes what came of one student. @param {Row} row @param {any} result */
export function take(row, result) {
  row.name = result.name ?? row.name;
  row.another = result.another_name ?? false;
  row.problem = result.problem ?? null;
  row.before = row.before ?? result.before ?? null;
  // What this very import did before an answer got lost is its own work.
  row.outcome = result.of_import ? "changed" : result.outcome;
}

/**
 * Takes back what an import did; what was decided since stays, and is listed.
 * @param {Desk} desk
 * @param {BatchStep} step
 * @param {string} id
 * @param {Row[]} rows
 * @param {HTMLElement} result
 */
export async function undoAll(desk, step, id, rows, result) {
  const reason = reasonField(w.undoReason, w.undoReasonUsual);
  const why = await ask({ title: w.undoTitle(`${step.number} ${step.name}`, rows.length), button: w.undo, body: [h("p", {}, w.undoHelp), reason.element], act: () => {
    const text = reason.read();
    return text ? Promise.resolve(text) : null;
  } });
  if (!why) return;
  const again = rows.map((row) => ({ ...row, outcome: /** @type {Row["outcome"]} */ ("waiting"), problem: null, before: null }));
  const line = progressLine(w.undoing, desk.session.id);
  fill(result);
  const send = (/** @type {string[]} */ students) => postOnce(`${desk.path}/steps/${step.number}/decisions`, { decision: "undo", reason: why, students, import: id });
  const whole = await inFront(line.element, () => sendAll(again, { send, take, ...line.run }));
  again.forEach((row) => (row.before = null));
  const undone = again.filter((row) => row.outcome === "changed");
  if (whole) keepUndone(id);
  fill(result, h("h2", { tabindex: -1, id: "result-title" }, whole ? w.undoneTitle(undone.length) : w.stoppedTitle(undone.length)),
    undone.length < again.length && h("p.note", {}, w.undoneHelp), outcomes(again, w.undone, { name: `${desk.batch.id}-${step.number}-${id.slice(0, 8)}-undo.csv`, id }));
  byId("result-title").focus();
  toast(w.undoneTitle(undone.length));
}
