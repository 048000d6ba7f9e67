// @ts-check
// The students of a step: one press passes, another asks for a reason. By keyboard: up and down go
// from row to row, P passes, R turns down, Enter opens the student.

import { get } from "./api.js";
import { askReject, askRevoke, doing, pass } from "./decide.js";
import { fill, h } from "./dom.js";
import { handOver, ownSteps, seenSteps } from "./desk.js";
import { chip } from "./steps.js";
import { choice, colleges, pages, searchBox, table } from "./table.js";
import { w } from "./staff-words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./desk.js").BatchStep} BatchStep */
/** @typedef {import("./api.js").Schemas["WorklistRow"]} Row */

/** In which states a button is offered; whether it works is the server's to say. */
const CAN_PASS = ["ready", "rejected"];
const CAN_REJECT = ["ready", "blocked", "passed"];

/** @param {HTMLElement} place @param {Desk} desk */
export async function show(place, desk) {
  const steps = seenSteps(desk);
  const own = ownSteps(desk);
  const first = own[0] ?? steps[0];
  if (!first) return fill(place, h("p.empty", {}, w.noStepsOfYours));
  const step = steps.find((one) => one.number === Number(desk.asked.get("step"))) ?? first;
  const now = { step: String(step.number), state: desk.asked.get("state") ?? "ready", college: desk.asked.get("college") ?? "", q: desk.asked.get("q") ?? "" };
  /** @param {Partial<typeof now>} change */
  const go = (change) => (location.hash = desk.link("list", { ...now, ...change }));
  const list = h("div");
  const states = /** @type {[string, string][]} */ ([["all", w.everyState], ...Object.entries(w.states)]);
  const college = h("div.contents");
  fill(place, h("div.filters", {},
    choice("step", w.step, steps.map((one) => [String(one.number), `${one.number} ${one.name}`]), now.step, (value) => go({ step: value })),
    choice("state", w.state, states, now.state, (value) => go({ state: value })),
    college, searchBox(w.findStudent, now.q, (q) => go({ q, state: q ? "all" : "ready" }))), list);
  if (desk.session.roles.length)
    void colleges(desk.path).then((known) => fill(college, choice("college", w.college, known, now.college, (value) => go({ college: value }))));
  const mine = own.includes(step);
  await pages({
    place: list, path: `${desk.path}/worklist`, empty: w.nobody,
    sources: [{ step: step.number, state: now.state === "all" ? null : now.state, college: now.college, q: now.q }],
    rows: (answer) => /** @type {Row[]} */ (answer.students),
    draw: (rows) => drawRows(desk, step, mine, rows),
  });
}

/** @param {Desk} desk @param {BatchStep} step @param {boolean} mine @param {Row[]} rows */
function drawRows(desk, step, mine, rows) {
  /** @type {Set<string>} */
  const chosen = new Set();
  const many = h("button", { disabled: true, onclick: () => {
    handOver([...chosen]);
    location.hash = desk.link("bulk", { step: step.number });
  } }, w.decideChosen(0));
  const count = () => {
    many.disabled = chosen.size === 0;
    many.textContent = w.decideChosen(chosen.size);
  };
  const boxes = rows.map((row) => h("input", { type: "checkbox", "aria-label": w.choose(row.name, row.id), onchange: (/** @type {Event} */ event) => {
    if (/** @type {HTMLInputElement} */ (event.target).checked) chosen.add(row.id);
    else chosen.delete(row.id);
    count();
  } }));
  const all = h("input", { type: "checkbox", id: "choose-all", onchange: () => {
    boxes.forEach((box) => {
      if (box.checked !== all.checked) box.click();
    });
  } });
  const lines = rows.map((row, i) => line(desk, step, mine, row, boxes[i]));
  const heads = [mine && h("th", { scope: "col" }, h("label.choice", { for: "choose-all" }, all, h("span.only-narrow", {}, w.chooseAll))), w.number, w.name, w.college, w.level, w.state, w.left_, w.actions].filter((head) => head !== false);
  return [
    h("div.row", {}, mine && many, mine && h("span.note.keys", {}, w.keys)),
    table(w.studentsOf(step.name), heads, lines),
  ];
}

/** @param {Desk} desk @param {BatchStep} step @param {boolean} mine @param {Row} row @param {HTMLInputElement | undefined} box */
function line(desk, step, mine, row, box) {
  const state = h("td");
  const left = h("td");
  const actions = h("td.actions");
  const record = desk.link("record", { student: row.id });
  const update = () => {
    fill(state, chip(row.state));
    fill(left, row.remaining);
    fill(actions, buttons());
    element.dataset.state = row.state;
  };
  /** @param {() => Promise<import("./api.js").Status | null>} work @param {string} done */
  const act = async (work, done) => {
    if (element.hasAttribute("aria-busy")) return;
    element.setAttribute("aria-busy", "true");
    /** @type {import("./api.js").Status | null} */
    const status = (await doing(work, done)) ?? (await get(`${desk.path}/students/${row.id}`).catch(() => null));
    element.removeAttribute("aria-busy");
    if (!status) return;
    row.state = status.steps.find((one) => one.number === step.number)?.state ?? row.state;
    row.remaining = status.remaining;
    update();
    element.focus();
  };
  const doPass = () => act(() => pass(desk.path, row, step, row.state), w.passedOne(row.name));
  const doReject = () => act(() => askReject(desk.path, row, step, row.state), w.rejectedOne(row.name));
  const doRevoke = () => act(() => askRevoke(desk.path, row, step, desk.batch.steps), w.revokedOne(row.name));
  /** Each button keeps its place, so that a second press never meets another one. @param {string} kind @param {boolean} on @param {string} words @param {string} label @param {() => void} press */
  const button = (kind, on, words, label, press) =>
    h("button", { class: `small ${kind}${on ? "" : " away"}`, disabled: !on, onclick: press, "aria-label": `${label} ${row.name}` }, words);
  const buttons = () => mine && [
    button("primary", CAN_PASS.includes(row.state), step.parts.length ? w.passDots : w.pass, w.pass, doPass),
    button("", CAN_REJECT.includes(row.state), w.rejectDots, w.reject, doReject),
    button("", ["passed", "rejected"].includes(row.state), w.revokeDots, w.revoke, doRevoke),
  ];
  const number = desk.session.roles.length ? h("a", { href: record }, row.id) : row.id;
  const element = h("tr", { tabindex: 0, "data-student": row.id, "aria-label": `${row.name} ${row.id}` },
    mine && h("td", {}, box), h("td", {}, number), h("th", { scope: "row" }, row.name), h("td", {}, row.college), h("td", {}, w.levels[row.level] ?? row.level), state, left, actions);
  update();
  byKeyboard(element, {
    p: () => mine && CAN_PASS.includes(row.state) && doPass(),
    r: () => mine && CAN_REJECT.includes(row.state) && doReject(),
    enter: () => desk.session.roles.length > 0 && (location.hash = record),
  });
  return element;
}

/**
 * A row that has the focus hears its keys: up and down go on to the next.
 * @param {HTMLElement} element
 * @param {Record<string, () => unknown>} actions
 */
function byKeyboard(element, actions) {
  element.addEventListener("keydown", (event) => {
    if (event.target !== element || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.toLowerCase();
    const next = { arrowdown: element.nextElementSibling, arrowup: element.previousElementSibling }[key];
    if (next instanceof HTMLElement) next.focus();
    else if (!actions[key]?.()) return;
    event.preventDefault();
  });
}
