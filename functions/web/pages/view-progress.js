// @ts-check
// How far a batch is: by step and by college, as bars with the numbers beside them.

import { get } from "./api.js";
import { attempt } from "./desk.js";
import { draw, fill, h } from "./dom.js";
import { MARKS } from "./steps.js";
import { table } from "./table.js";
import { w } from "./staff-words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./api.js").Schemas["Progress"]} Progress */

const STATES = /** @type {const} */ (["passed", "waived", "rejected", "ready", "blocked"]);

/** @param {HTMLElement} place @param {Desk} desk */
export async function show(place, desk) {
  await attempt(place, async () => {
    /** @type {Progress} */
    const progress = await get(`${desk.path}/progress`);
    const open = progress.students - progress.cleared;
    fill(place, progress.unreadable > 0 && h("p.soon", { role: "alert" }, w.recordsUnreadable(progress.unreadable)),
      h("div.tiles", {}, tile(progress.students, w.students), tile(progress.cleared, w.finished), tile(open, w.unfinished)),
      h("div.row", {}, h("a.button", { href: `${desk.path}/exports/progress.xlsx`, download: "" }, w.exportProgress),
        h("button", { onclick: () => show(place, desk) }, w.countAgain)),
      h("p", {}, h("a", { href: desk.link("unfinished"), id: "who-is-left" }, w.whoIsLeft(open))),
      h("h2", {}, w.bySteps), legend(), bySteps(desk, progress),
      h("h2", {}, w.byColleges), byColleges(desk, progress));
  });
}

/** The head of a column of figures. @param {string} words */
const figure = (words) => h("th.figure", { scope: "col" }, words);

/** @param {number} number @param {string} words */
const tile = (number, words) => h("div.tile", {}, h("b", {}, number), h("span", {}, words));

const legend = () => h("ul.legend", { "aria-label": w.legend }, STATES.map((state) =>
  h("li", {}, h("span.swatch", { "data-state": state, "aria-hidden": "true" }, MARKS[state]), w.states[state])));

/**
 * A bar of parts, each as wide as its share.
 * @param {[string, number][]} parts
 * @param {string} words
 */
function bar(parts, words) {
  const all = parts.reduce((sum, [, count]) => sum + count, 0) || 1;
  let x = 0;
  const blocks = parts.map(([state, count]) => {
    const width = (100 * count) / all;
    const block = draw("rect", { "data-state": state, x, y: 0, width, height: 10 });
    x += width;
    return block;
  });
  return draw("svg", { class: "bar", viewBox: "0 0 100 10", preserveAspectRatio: "none", role: "img", "aria-label": words }, blocks);
}

/** @param {Desk} desk @param {Progress} progress */
function bySteps(desk, progress) {
  const names = new Map(desk.batch.steps.map((step) => [step.number, step.name]));
  const rows = progress.steps.map((step) => {
    const parts = STATES.map((state) => /** @type {[string, number]} */ ([state, step[state]]));
    const words = parts.map(([state, count]) => `${w.states[state]} ${count}`).join(w.comma);
    return h("tr", { "data-step": step.number }, h("th", { scope: "row" }, h("a", { href: desk.link("list", { step: step.number, state: "all" }) }, `${step.number} ${names.get(step.number) ?? ""}`)),
      h("td.wide-cell", {}, bar(parts, words)), parts.map(([state, count]) => h("td.figure", {}, count ? h("a", { href: desk.link("list", { step: step.number, state }) }, count) : 0)));
  });
  return table(w.bySteps, [w.step, w.share, ...STATES.map((state) => figure(w.states[state] ?? state))], rows);
}

/** Never a whole that isn't one, nor nothing that is something. @param {number} part @param {number} all */
export function percent(part, all) {
  if (all === 0) return "–";
  const share = Math.floor((100 * part) / all);
  return share === 0 && part > 0 ? "<1%" : `${share}%`;
}

/** @param {Desk} desk @param {Progress} progress */
function byColleges(desk, progress) {
  const rows = progress.colleges.map(({ name, students, cleared }) =>
    h("tr", { "data-college": name }, h("th", { scope: "row" }, name),
      h("td.wide-cell", {}, bar([["passed", cleared], ["blocked", students - cleared]], w.doneOf(cleared, students))),
      h("td.figure", {}, students), h("td.figure", {}, cleared),
      h("td.figure", {}, students - cleared ? h("a", { href: desk.link("unfinished", { college: name }) }, students - cleared) : 0), h("td.figure", {}, percent(cleared, students))));
  return table(w.byColleges, [w.college, w.share, figure(w.students), figure(w.finished), figure(w.unfinished), figure("%")], rows);
}
