// @ts-check
// Everybody who isn't finished, with what each of them lacks and who it waits for.

import { fill, h } from "./dom.js";
import { MARKS } from "./steps.js";
import { choice, colleges, pages, searchBox, table } from "./table.js";
import { w } from "./staff-words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./api.js").Schemas["UnfinishedRow"]} Row */

/** @param {HTMLElement} place @param {Desk} desk */
export async function show(place, desk) {
  const now = { college: desk.asked.get("college") ?? "", q: desk.asked.get("q") ?? "" };
  /** @param {Partial<typeof now>} change */
  const go = (change) => (location.hash = desk.link("unfinished", { ...now, ...change }));
  const college = h("div.contents");
  const list = h("div");
  fill(place, h("div.filters", {}, college, searchBox(w.findStudent, now.q, (q) => go({ q }))), list);
  void colleges(desk.path).then((known) => fill(college, choice("college", w.college, known, now.college, (value) => go({ college: value }))));
  const names = new Map(desk.batch.steps.map((step) => [step.number, step.name]));
  await pages({
    place: list, path: `${desk.path}/unfinished`, empty: w.everybodyFinished, sources: [now],
    rows: (answer) => /** @type {Row[]} */ (answer.students),
    draw: (rows) => table(w.views.unfinished ?? "", [w.number, w.name, w.college, w.left_, w.lacks], rows.map((row) => line(desk, row, names))),
  });
}

/** @param {Desk} desk @param {Row} row @param {Map<number, string>} names */
function line(desk, row, names) {
  const lacks = row.lacks.map(({ step, state }) => h("li", { "data-lacks": step, "data-state": state },
    h("span.chip", { "data-state": state }, h("span", { "aria-hidden": "true" }, MARKS[state] ?? ""), `${step} ${names.get(step) ?? ""}`, h("span.unseen", {}, ` ${w.states[state] ?? state}`))));
  return h("tr", { "data-student": row.id },
    h("td", {}, h("a", { href: desk.link("record", { student: row.id }) }, row.id)), h("th", { scope: "row" }, row.name),
    h("td", {}, row.college), h("td.figure", {}, row.lacks.length), h("td", {}, h("ul.lacks", {}, lacks)));
}
