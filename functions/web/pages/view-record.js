// @ts-check
// One student: every step with what may be done about it, the form and the letter, and the whole
// history.

import { get, inPath } from "./api.js";
import { byHand, whyOut } from "./by-hand.js";
import { askReject, askRevoke, askWaive, doing, pass, takingBack } from "./decide.js";
import { attempt, ownSteps } from "./desk.js";
import { fill, h } from "./dom.js";
import { letterCard } from "./letter.js";
import { papersPart } from "./papers.js";
import { phone } from "./shell.js";
import { chip, unasked, whoHandles } from "./steps.js";
import { cannotRead, keepRow, searchBox, table } from "./table.js";
import { moment, money } from "./time.js";
import { w } from "./staff-words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./api.js").Status} Status */
/** @typedef {import("./api.js").Step} Step */
/** @typedef {import("./api.js").Schemas["EventAnswer"]} Event_ */

/** @param {HTMLElement} place @param {Desk} desk */
export async function show(place, desk) {
  const student = desk.asked.get("student");
  const found = h("div");
  const record = h("div");
  fill(place, searchBox(w.findStudent, student ?? "", (q) => find(desk, q, found)), found, record);
  if (student) await attempt(record, () => load(record, desk, student));
}

/** What may be a number, which somebody who stands on no list has too. */
const NUMBER = /^(?=.*\d)[A-Za-z0-9._/-]{1,32}$/;

/** From a list to choose from; by a whole number at once. @param {Desk} desk @param {string} q @param {HTMLElement} place */
async function find(desk, q, place) {
  const steps = ownSteps(desk)[0] ?? desk.batch.steps[0];
  await attempt(place, async () => {
    let cursor = null;
    /** @type {import("./api.js").Schemas["WorklistRow"][]} */
    const rows = [];
    /** @type {string[]} */
    const unreadable = [];
    do {
      const page = await get(`${desk.path}/worklist`, { step: steps?.number, q, limit: 20, cursor });
      rows.push(...page.students);
      unreadable.push(...page.unreadable);
      cursor = page.next;
    } while (cursor && rows.length < 20);
    const whole = rows.find(({ id }) => id === q.trim().toUpperCase() || id === q.trim())?.id ?? (rows.length === 0 && NUMBER.test(q.trim()) ? q.trim() : null);
    if (whole) return void (location.hash = desk.link("record", { student: whole }));
    fill(place, unreadable.length > 0 && cannotRead(unreadable), rows.length ? h("ul.found", {}, rows.map((row) => h("li", {}, h("a", { href: desk.link("record", { student: row.id }) }, `${row.name} ${row.id}`), ` ${row.college}`))) : h("p.empty", {}, w.nobody));
  });
}

/** @param {HTMLElement} place @param {Desk} desk @param {string} id */
async function load(place, desk, id) {
  const base = `${desk.path}/students/${inPath(id)}`;
  /** @type {[Status, { events: Event_[], unreadable: number[], next: string | null }]} */
  const [status, history] = await Promise.all([get(base), get(`${base}/history`)]);
  const draw = () => attempt(place, () => load(place, desk, id));
  const again = () => keepRow(place, draw);
  const { student, party } = status;
  fill(place,
    h("div.hero.small", { "data-cleared": status.cleared }, h("div", {},
      h("h2", {}, `${student.name} ${student.id}`),
      h("p", {}, [student.college, student.major, ...desk.batch.facts.map(({ id }) => student.facts[id]?.name), student.id_number].filter(Boolean).join(" · ")),
      h("p", {}, !status.removed && h("strong", {}, status.cleared ? w.cleared : w.remainingOf(status.remaining)), " ",
        status.cleared && h("a.button", { href: `${base}/slip.pdf`, target: "_blank" }, w.printSlip)), byHand(desk, status, draw))),
    whyOut(status.removed),
    table(w.steps, [w.step, w.office, w.state, w.reason, w.decided, w.actions], status.steps.map((step) => line(desk, status, step, again))),
    party?.form_required && partyPart(desk, status, party), papersPart(desk.batch.id, status.papers),
    h("h2", {}, w.history), historyTable(desk, base, history));
}

/** @param {Desk} desk @param {Status} status @param {Step} step @param {() => void} again */
function line(desk, status, step, again) {
  const may = (/** @type {import("./api.js").DecisionWord} */ what) => step.may.includes(what);
  const { student, steps } = status;
  /** @param {() => Promise<Status | null>} work @param {string} words @param {boolean} [undoable] */
  const act = async (work, words, undoable = false) => {
    const before = { id: student.id, state: step.state, reason: step.reason, amount_due: step.amount_due };
    /** @param {Status} now */
    const undo = (now) => {
      const back = undoable ? takingBack(desk.path, before, step, now) : null;
      return back && (() => act(back, w.takenBack(student.name)));
    };
    if (await doing(work, words, undo)) again();
  };
  return h("tr", { "data-step": step.number, "data-state": step.state },
    h("th", { scope: "row" }, `${step.number} ${step.name}`), h("td", {}, whoHandles(step), step.office?.phone && [h("br"), h("small", {}, phone(step.office.phone))]), h("td", {}, chip(step.state, unasked(step))),
    h("td", {}, step.reason ?? "", step.amount_due ? ` ${w.owes(money(step.amount_due))}` : "", step.revoked && h("p.note", {}, w.revokedNow(step.revoked.reason))),
    h("td", {}, step.decided_at ? `${moment(step.decided_at)} ${step.decided_by_name ?? step.decided_by}` : ""),
    h("td.actions", {},
      may("pass") && h("button.small.primary", { onclick: () => act(() => pass(desk.path, student, step, step.state), w.passedOne(student.name, step.name), true), "aria-label": `${w.pass} ${step.name}` }, w.pass),
      may("reject") && step.state !== "rejected" && h("button.small", { onclick: () => act(() => askReject(desk.path, student, step, step.state), w.rejectedOne(student.name, step.name), true), "aria-label": `${w.reject} ${step.name}` }, w.rejectDots),
      may("waive") && h("button.small", { onclick: () => act(() => askWaive(desk.path, student, step), w.waivedOne(student.name, step.name)), "aria-label": `${w.waive} ${step.name}` }, w.waiveDots),
      may("revoke") && h("button.small", { onclick: () => act(() => askRevoke(desk.path, student, step, steps), w.revokedOne(student.name, step.name)), "aria-label": `${w.revoke} ${step.name}` }, w.revokeDots)));
}

/** @param {Desk} desk @param {Status} status @param {NonNullable<Status["party"]>} party */
function partyPart(desk, { student }, party) {
  const { letter, form } = party;
  return h("section", {}, h("h2", {}, w.partyTitle),
    letter ? letterCard(desk.batch.id, student.id, letter, form ?? null)
      : form ? h("dl.card", {}, h("dt", {}, w.heading), h("dd", {}, form.heading), h("dt", {}, w.destination), h("dd", {}, form.destination), h("dt", {}, w.transferKind), h("dd", {}, w.kinds[form.transfer_kind] ?? ""))
      : h("p.note", {}, w.noFormYet));
}

/** The newest first; what came before is fetched when asked for. @param {Desk} desk @param {string} base @param {{ events: Event_[], unreadable: number[], next: string | null }} page */
function historyTable(desk, base, page) {
  const names = new Map(desk.batch.steps.map((step) => [step.number, step.name]));
  const papers = new Map(desk.batch.papers.map((paper) => [paper.id, paper.name]));
  const place = h("div");
  const { events, unreadable } = page;
  const rows = () => events.map((event) => h("tr", { "data-event": event.number },
    h("td.figure", {}, event.number), h("td", {}, moment(event.at)), h("td", {}, event.by_name ?? "", " ", h("small", {}, `${event.by} (${w.roles[event.role] ?? event.role})`)),
    h("th", { scope: "row" }, event.paper ? w.paperAction(event.action, papers.get(event.paper) ?? event.paper) : (w.actionWords[event.action] ?? event.action), event.step ? ` ${event.step} ${names.get(event.step) ?? ""}` : ""),
    h("td", {}, event.reason ?? "", event.amount_due ? ` ${w.owes(money(event.amount_due))}` : "",
      event.form && h("div", {}, event.form.heading, h("br"), `→ ${event.form.destination}`, h("small", {}, ` ${w.kinds[event.form.transfer_kind] ?? ""}`))),
    h("td", {}, event.step ? (w.sources[event.source] ?? event.source) : "", event.import && h("br"),
      event.import && (event.step ? h("a", { href: desk.link("bulk", { step: event.step, import: event.import }) }, h("code", {}, event.import.slice(0, 8))) : h("code", {}, event.import)))));
  const update = () => fill(place, unreadable.length > 0 && cannotRead(unreadable), table(w.history, ["#", w.when, w.by, w.whatHappened, w.reason, w.source], rows().reverse()),
    page.next && h("p", {}, h("button", { onclick: (/** @type {Event} */ event) => later(/** @type {HTMLButtonElement} */ (event.target)) }, w.later)));
  /** @param {HTMLButtonElement} button */
  const later = async (button) => {
    button.disabled = true;
    const more = await doing(() => get(`${base}/history`, { cursor: page.next }), w.updated);
    button.disabled = false;
    if (!more) return;
    events.push(...more.events);
    unreadable.push(...more.unreadable);
    page.next = more.next;
    update();
  };
  update();
  return place;
}
