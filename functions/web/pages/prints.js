// @ts-check
// Letters on their way to paper: opened as one document; once they lie there, somebody says so.

import { asProblem, post } from "./api.js";
import { fill, h, toast } from "./dom.js";
import { ofPaper } from "./papers.js";
import { problemNote } from "./shell.js";
import { w } from "./staff-words.js";

/** @typedef {import("./desk.js").Desk} Desk */

/** As many letters are noted in one call. */
const MOST = 100;

/** @typedef {import("./desk.js").Paper} Paper */

/** Letters in a row as a document. @param {Desk} desk @param {Paper} paper @param {number} first @param {number} last */
export const lettersFile = (desk, paper, first, last) => `${desk.path}/letters/${first === last ? first : `${first}-${last}`}.pdf${ofPaper(paper)}`;

/**
 * Asks whether what was opened lies there on paper: a printer jams, and only who stands beside it knows.
 * @param {Desk} desk
 * @param {Paper} paper
 * @param {HTMLElement} place
 * @param {number} first
 * @param {number} last
 * @param {() => unknown} noted what is shown anew then
 */
export function askPrinted(desk, paper, place, first, last, noted) {
  if (!paper.keeps) return;
  const numbers = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const yes = h("button.primary", { type: "button", id: "note-printed", onclick: async () => {
    yes.disabled = true;
    if (await notePrinted(desk, paper, numbers, place)) noted();
  } }, w.notePrinted(numbers.length));
  fill(place, h("div.card", { id: "printed", role: "group", "aria-label": w.allPrinted(first, last) }, h("p", {}, w.allPrinted(first, last)),
    h("p.row", {}, yes, h("button", { type: "button", onclick: () => fill(place) }, w.notPrintedYet))));
}

/**
 * Notes that letters are printed, and says how many; those that can't be are listed with the reason.
 * @param {Desk} desk
 * @param {Paper} paper
 * @param {number[]} numbers
 * @param {HTMLElement} place
 */
export async function notePrinted(desk, paper, numbers, place) {
  /** @type {import("./api.js").Schemas["PrintedRow"][]} */
  const rows = [];
  try {
    for (let i = 0; i < numbers.length; i += MOST) rows.push(...(await post(`${desk.path}/letters/printed${ofPaper(paper)}`, { letters: numbers.slice(i, i + MOST) })).results);
  } catch (error) {
    fill(place, problemNote(asProblem(error)));
    return false;
  }
  const refused = rows.filter(({ problem }) => problem);
  toast(w.printedNoted(rows.length - refused.length));
  fill(place, refused.length > 0 && h("div.warning", { id: "not-noted" }, h("p", {}, w.notNoted),
    h("ul", {}, refused.map(({ number, problem }) => h("li", {}, w.letterNumber(number), w.colon, problem?.title ?? "")))));
  return true;
}
