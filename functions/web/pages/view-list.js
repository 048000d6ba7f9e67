// @ts-check
// The students of a step: one press passes, another asks for a reason. By keyboard: up and down go
// from row to row, P passes, R turns down, Z takes back what was just done, Enter opens the student.

import { get, inPath } from "./api.js";
import { askReject, askRevoke, doing, pass, takingBack } from "./decide.js";
import { fill, h, pressToast } from "./dom.js";
import { factChoices, listed, valueOf } from "./facts.js";
import { handOver, ownSteps, seenSteps } from "./desk.js";
import { chip } from "./steps.js";
import { choice, colleges, pages, searchBox, table, takeAway } from "./table.js";
import { telephones } from "./shell.js";
import { money } from "./time.js";
import { w } from "./staff-words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./desk.js").BatchStep} BatchStep */
/** @typedef {import("./api.js").Schemas["WorklistRow"]} Row */

/** Hears digits typed anywhere while a list is shown. @type {AbortController | null} */
let listening = null;

/** @param {HTMLElement} place @param {Desk} desk */
export async function show(place, desk) {
  const steps = seenSteps(desk);
  const own = ownSteps(desk);
  const first = own[0] ?? steps[0];
  if (!first) return fill(place, noRights(desk));
  const step = steps.find((one) => one.number === Number(desk.asked.get("step"))) ?? first;
  const now = { step: String(step.number), state: desk.asked.get("state") ?? "ready", college: desk.asked.get("college") ?? "", facts: desk.asked.get("facts") ?? "", q: desk.asked.get("q") ?? "" };
  /** @param {Partial<typeof now>} change */
  const go = (change) => (location.hash = desk.link("list", { ...now, ...change }));
  const list = h("div");
  const above = h("div");
  /** Who was found, to be gone to by a second Enter. @type {Row[]} */
  let found = [];
  /** @param {string} q */
  const search = (q) => {
    const only = found.length === 1 && q === now.q ? list.querySelector("tbody tr") : null;
    if (only instanceof HTMLElement) only.focus();
    else if (q === now.q) void show(place, desk);
    else go({ q, state: q ? "all" : "ready" });
  };
  const states = /** @type {[string, string][]} */ ([["all", w.everyState], ...Object.entries(w.states)]);
  const college = h("div.contents");
  fill(place, h("h2", { id: "which-step" }, `${step.number} ${step.name}`), h("div.filters", {},
    choice("step", w.step, steps.map((one) => [String(one.number), `${one.number} ${one.name}`]), now.step, (value) => go({ step: value })),
    choice("state", w.state, states, now.state, (value) => go({ state: value })),
    college, factChoices(desk.batch, now.facts, (facts) => go({ facts })), searchBox(w.findStudent, now.q, search)), above,
    h("p", {}, takeAway(desk.path, { ...now, state: now.state === "all" ? null : now.state })), list);
  typedAnywhere(place, now.q);
  if (desk.session.roles.length)
    void colleges(desk.path).then((known) => fill(college, choice("college", w.college, known, now.college, (value) => go({ college: value }))));
  const mine = own.includes(step);
  // All of the list is counted beside its first page, not before it.
  /** @type {Awaited<ReturnType<typeof totals>>} */
  let counts = null;
  const counting = totals(above, desk, { step: step.number, college: now.college, facts: now.facts }, go).then((known) => (counts = known));
  // Staff who may decide nothing and advise nobody read that, instead of an empty list.
  if (desk.session.roles.length === 0 && (await counting)?.none) return fill(place, noRights(desk));
  await pages({
    place: list, path: `${desk.path}/worklist`, empty: now.q ? w.nobodyLike(now.q) : w.nobody,
    sources: [{ step: step.number, state: now.state === "all" ? null : now.state, college: now.college, facts: now.facts, q: now.q }],
    rows: (answer) => /** @type {Row[]} */ (answer.students),
    draw: (rows) => drawRows(desk, step, mine, (found = rows), (before, after) => counts?.moved(before, after)),
  });
  toSearch();
}

/** The field that a scanner types into, with what stands there chosen, so that the next number takes its place. */
function toSearch() {
  const input = document.getElementById("search");
  // On a phone it would open the keyboard over the list.
  if (!(input instanceof HTMLInputElement) || !matchMedia("(pointer: fine)").matches || document.querySelector("dialog[open]")) return;
  input.focus();
  input.select();
}

/** What is typed while a list is shown: a number goes into the search, in the place of the one before. @param {HTMLElement} place @param {string} q */
function typedAnywhere(place, q) {
  listening?.abort();
  listening = new AbortController();
  document.addEventListener("keydown", (event) => {
    if (!place.isConnected) return listening?.abort();
    const input = document.getElementById("search");
    if (!(input instanceof HTMLInputElement) || event.ctrlKey || event.metaKey || event.altKey) return;
    const found = place.querySelector("tbody tr");
    if (event.target === input && event.key === "ArrowDown" && found instanceof HTMLElement) {
      event.preventDefault();
      return found.focus();
    }
    if (!/^[0-9０-９]$/.test(event.key)) return;
    // The number that was searched for is done with, wherever the cursor stands in it.
    if (event.target === input && q !== "" && input.value === q) return input.select();
    if (event.target instanceof Element && event.target.closest("input, textarea, select, dialog")) return;
    event.preventDefault();
    input.focus();
    input.value = event.key;
  }, { signal: listening.signal });
}

/** @param {Desk} desk */
const noRights = ({ batch, session }) => h("div.card", { id: "no-rights" }, h("p", {}, h("strong", {}, w.noRights(session.id))), h("p", {}, session.roles.length ? w.noneOfYours : w.whoGrants), h("p", {}, w.callUs, w.colon, telephones(batch)));

/**
 * How many there are, above the list: each a link to exactly those.
 * @param {HTMLElement} place
 * @param {Desk} desk
 * @param {{ step: number, college: string, facts: string }} asked
 * @param {(change: { state: string, q: string }) => void} go
 */
async function totals(place, desk, asked, go) {
  /** @type {import("./api.js").Schemas["Worklist"] | null} */
  const answer = await get(`${desk.path}/worklist`, { ...asked, limit: 1, totals: "yes" }).catch(() => null);
  const known = answer?.totals;
  if (!known) return null;
  const counts = { ...known };
  const update = () => fill(place, h("ul.totals", { "aria-label": w.totals },
    [["ready", counts.ready, w.states.ready], ["rejected", counts.rejected, w.states.rejected]].map(([state, count, words]) =>
      h("li", { "data-total": state }, h("button.plain", { onclick: () => go({ state: String(state), q: "" }) }, h("b", {}, count), " ", words))),
    h("li", { "data-total": "today" }, h("b", {}, counts.done_today), " ", w.doneToday)));
  update();
  /** @param {string} state */
  const done = (state) => state === "passed" || state === "waived";
  return {
    none: known.ready + known.rejected + known.blocked + known.passed + known.waived === 0,
    /** @param {string} before @param {string} after */
    moved: (before, after) => {
      if (before === after) return;
      for (const [state, by] of /** @type {[keyof typeof counts, number][]} */ ([[before, -1], [after, 1]])) counts[state] += by;
      counts.done_today = Math.max(0, counts.done_today + Number(done(after)) - Number(done(before)));
      update();
    },
  };
}

/** @typedef {(before: string, after: string) => void} Moved */

/** @param {Desk} desk @param {BatchStep} step @param {boolean} mine @param {Row[]} rows @param {Moved} moved */
function drawRows(desk, step, mine, rows, moved) {
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
  const lines = rows.map((row, i) => line({ desk, step, mine, row, box: boxes[i], moved }));
  const heads = [mine && h("th", { scope: "col" }, h("label.choice", { for: "choose-all" }, all, h("span.only-narrow", {}, w.chooseAll))), w.number, w.name, w.college, ...listed(desk.batch).map((fact) => fact.name), w.state, w.left_, w.actions].filter((head) => head !== false);
  return [
    h("div.row", {}, mine && many, mine && h("span.note.keys", {}, w.keys)),
    table(w.studentsOf(step.name), heads, lines),
  ];
}

/** @param {{ desk: Desk, step: BatchStep, mine: boolean, row: Row, box: HTMLInputElement | undefined, moved: Moved }} of */
function line({ desk, step, mine, row, box, moved }) {
  const state = h("td");
  const left = h("td");
  const actions = h("td.actions");
  const record = desk.link("record", { student: row.id });
  const update = () => {
    fill(state, chip(row.state), row.state === "rejected" && h("div", {}, row.reason ?? "", row.amount_due ? h("strong", {}, ` ${w.owes(money(row.amount_due))}`) : ""));
    fill(left, row.remaining);
    fill(actions, buttons());
    element.dataset.state = row.state;
  };
  /** @param {() => Promise<import("./api.js").Status | null>} work @param {string} done @param {boolean} [undoable] */
  const act = async (work, done, undoable = false) => {
    if (element.hasAttribute("aria-busy")) return;
    element.setAttribute("aria-busy", "true");
    const stood = { ...row };
    /** @param {import("./api.js").Status} status */
    const undo = (status) => {
      const back = undoable ? takingBack(desk.path, stood, step, status) : null;
      return back && (() => act(back, w.takenBack(row.name)));
    };
    /** @type {import("./api.js").Status | null} */
    const status = (await doing(work, done, undo)) ?? (await get(`${desk.path}/students/${inPath(row.id)}`).catch(() => null));
    element.removeAttribute("aria-busy");
    if (!status) return;
    const before = row.state;
    const now = status.steps.find((one) => one.number === step.number);
    if (now) Object.assign(row, { state: now.state, may: now.may, reason: now.reason, amount_due: now.amount_due });
    row.remaining = status.remaining;
    moved(before, row.state);
    update();
    element.focus();
    // Who was looked for is done with, and the next number goes where numbers go; who goes from row to row stays there.
    if (before !== row.state && desk.asked.get("q")) toSearch();
  };
  const may = (/** @type {import("./api.js").DecisionWord} */ what) => row.may.includes(what);
  const offers = () => may("pass") || may("tick");
  const doPass = () => act(() => pass(desk.path, row, step, row.state), w.passedOne(row.name, step.name), true);
  const doReject = () => act(() => askReject(desk.path, row, step, row.state), w.rejectedOne(row.name, step.name), true);
  const doRevoke = () => act(() => askRevoke(desk.path, row, step, desk.batch.steps), w.revokedOne(row.name, step.name));
  /** Each button keeps its place, so that a second press never meets another one. @param {string} kind @param {boolean} on @param {string} words @param {string} label @param {() => void} press */
  const button = (kind, on, words, label, press) =>
    h("button", { class: `small ${kind}${on ? "" : " away"}`, disabled: !on, onclick: press, "aria-label": `${label} ${row.name}` }, words);
  const buttons = () => mine && [
    button("primary", offers(), step.parts.length || row.state === "rejected" ? w.passDots : w.pass, w.pass, doPass),
    button("", may("reject"), w.rejectDots, w.reject, doReject),
    button("", may("revoke"), w.revokeDots, w.revoke, doRevoke),
  ];
  const number = desk.session.roles.length ? h("a", { href: record }, row.id) : row.id;
  const element = h("tr", { tabindex: 0, "data-student": row.id, "aria-label": `${row.name} ${row.id}` },
    mine && h("td", {}, box), h("td", {}, number), h("th", { scope: "row" }, row.name), h("td", {}, row.college), listed(desk.batch).map((fact) => h("td", {}, valueOf(fact, row.facts))), state, left, actions);
  update();
  byKeyboard(element, {
    p: () => offers() && doPass(),
    r: () => may("reject") && doReject(),
    z: pressToast,
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
