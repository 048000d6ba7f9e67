// @ts-check
// Everybody who isn't finished, with what each of them lacks and who it waits for; all of them on paper.

import { get } from "./api.js";
import { attempt } from "./desk.js";
import { fill, h } from "./dom.js";
import { factChoices } from "./facts.js";
import { MARKS } from "./steps.js";
import { cannotRead, choice, colleges, pages, searchBox, table, takeAway } from "./table.js";
import { w } from "./staff-words.js";

/** As many are printed at once: forty pages. */
const MOST_ON_PAPER = 2_000;

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./api.js").Schemas["UnfinishedRow"]} Row */

/** @param {HTMLElement} place @param {Desk} desk */
export async function show(place, desk) {
  const now = { college: desk.asked.get("college") ?? "", facts: desk.asked.get("facts") ?? "", q: desk.asked.get("q") ?? "" };
  /** @param {Partial<typeof now>} change */
  const go = (change) => (location.hash = desk.link("unfinished", { ...now, ...change }));
  const college = h("div.contents");
  const list = h("div");
  const whole = h("section", { id: "whole-list" });
  const names = new Map(desk.batch.steps.map((step) => [step.number, step.name]));
  fill(place, h("div.filters", {}, college, factChoices(desk.batch, now.facts, (facts) => go({ facts })), searchBox(w.findStudent, now.q, (q) => go({ q }))), legend(),
    h("p.row", {}, h("button", { id: "print-whole", onclick: () => attempt(whole, () => printWhole(desk, now, names, whole)) }, w.printWhole), takeAway(desk.path, now)), whole, list);
  void colleges(desk.path).then((known) => fill(college, choice("college", w.college, known, now.college, (value) => go({ college: value }))));
  await pages({
    place: list, path: `${desk.path}/unfinished`, empty: w.everybodyFinished, sources: [now],
    rows: (answer) => /** @type {Row[]} */ (answer.students),
    draw: (rows) => table(w.views.unfinished ?? "", [w.number, w.name, w.college, w.left_, w.lacks], rows.map((row) => line(desk, row, names))),
  });
}

const legend = () => h("ul.legend", { "aria-label": w.legend }, ["rejected", "ready", "blocked"].map((state) =>
  h("li", {}, h("span.chip", { "data-state": state }, h("span", { "aria-hidden": "true" }, MARKS[state] ?? ""), w.states[state] ?? state))));

/**
 * Everybody of the list, however many pages that are, as lines for paper: a meeting that reads the first fifty takes
 * them for all.
 * @param {Desk} desk
 * @param {{ college: string, facts: string, q: string }} asked
 * @param {Map<number, string>} names
 * @param {HTMLElement} place
 */
async function printWhole(desk, asked, names, place) {
  /** @type {Row[]} */
  const rows = [];
  /** @type {string[]} */
  const unreadable = [];
  let cursor = null;
  do {
    const page = await get(`${desk.path}/unfinished`, { ...asked, limit: 100, cursor });
    rows.push(...page.students);
    unreadable.push(...page.unreadable);
    cursor = page.next;
    fill(place, h("p.note", { role: "status" }, w.gathering(rows.length)));
  } while (cursor && rows.length < MOST_ON_PAPER);
  const used = [...new Set(rows.flatMap(({ lacks }) => lacks.map(({ step }) => step)))].sort((a, b) => a - b);
  fill(place, h("h2", {}, w.unfinishedOf(asked.college || w.everyCollege, rows.length, cursor !== null)), unreadable.length > 0 && cannotRead(unreadable),
    h("p.note", {}, used.map((step) => `${step} ${names.get(step) ?? ""}`).join(w.semicolon)),
    table(w.views.unfinished ?? "", [w.number, w.name, w.college, w.left_, w.lacks], rows.map((row) => h("tr", { "data-whole": row.id },
      h("td", {}, row.id), h("th", { scope: "row" }, row.name), h("td", {}, row.college), h("td.figure", {}, row.lacks.length),
      h("td", {}, row.lacks.map(({ step, state }) => `${step}${MARKS[state] ?? ""}`).join(" "))))));
  place.classList.add("paper");
  print();
}

/** @param {Desk} desk @param {Row} row @param {Map<number, string>} names */
function line(desk, row, names) {
  const lacks = row.lacks.map(({ step, state }) => h("li", { "data-lacks": step, "data-state": state },
    h("span.chip", { "data-state": state }, h("span", { "aria-hidden": "true" }, MARKS[state] ?? ""), `${step} ${names.get(step) ?? ""}`, h("span.unseen", {}, ` ${w.states[state] ?? state}`))));
  return h("tr", { "data-student": row.id },
    h("td", {}, h("a", { href: desk.link("record", { student: row.id }) }, row.id)), h("th", { scope: "row" }, row.name),
    h("td", {}, row.college), h("td.figure", {}, row.lacks.length), h("td", {}, h("ul.lacks", {}, lacks)));
}
