// @ts-check
// One student by hand, for administrators: added, changed, taken out and put back. What would come of it is shown first.

import { asProblem, get, inPath, post, put } from "./api.js";
import { b, rosterColumns } from "./by-hand-words.js";
import { ask, reasonField } from "./decide.js";
import { attempt } from "./desk.js";
import { h, toast } from "./dom.js";
import { chip } from "./steps.js";
import { colleges, exported, pages, table } from "./table.js";
import { t } from "./table-words.js";
import { moment } from "./time.js";
import { w } from "./staff-words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./api.js").Status} Status */
/** @typedef {import("./api.js").Schemas["ByHand"]} ByHand */
/** @typedef {import("./api.js").Schemas["RemovedStudent"]} Removed */
/** @typedef {Record<string, string>} Cells */

/** The columns of a person that nobody reads back here: what is typed takes the place of what is known. */
const PERSONAL = ["sex", "ethnicity", "birth_date", "id_number", "phone", "email"];

/** What each column of a roster is called in a batch. @param {Desk} desk @returns {Cells} */
export const columnNames = ({ batch }) => ({
  ...rosterColumns, ...Object.fromEntries(batch.facts.map(({ id, name }) => [id, name])), ...Object.fromEntries(batch.people.map(({ column, name }) => [column, b.numberOf(name)])),
});

/**
 * Fields for all that a roster may say of a student. `known` is what is shown to begin with; what isn't changed isn't sent.
 * @param {Desk} desk
 * @param {Cells} known
 * @param {boolean} isNew
 */
function fieldsFor(desk, known, isNew) {
  /** @type {[string, HTMLInputElement | HTMLSelectElement][]} */
  const inputs = [];
  const names = columnNames(desk);
  /** @param {string} id @param {HTMLInputElement | HTMLSelectElement} input */
  const field = (id, input) => {
    inputs.push([id, input]);
    return h("div.field", { "data-field": id }, h("label", { for: input.id }, names[id] ?? id), input);
  };
  /** @param {string} id @param {Record<string, unknown>} [more] */
  const text = (id, more = {}) => field(id, h("input", { id: `hand-${id}`, value: known[id] ?? "", autocomplete: "off", maxlength: 200, placeholder: isNew || known[id] !== undefined ? null : b.unchanged, ...more }));
  const listed = h("datalist", { id: "hand-colleges" });
  void colleges(desk.path).then((all) => listed.append(...all.slice(1).map(([name]) => h("option", { value: name }))));
  const own = [text(isNew ? "student_id" : "name", { autofocus: true }), isNew && text("name"), text("college", { list: "hand-colleges" }), listed, text("major")];
  const facts = desk.batch.facts.map((fact) => {
    const now = known[fact.id] ?? "";
    if (fact.values.length === 0) return text(fact.id, { maxlength: 100 });
    const others = now && !fact.values.some(({ value }) => value === now) && h("option", { value: now, selected: true }, now);
    return field(fact.id, h("select", { id: `hand-${fact.id}` }, !now && h("option", { value: "" }, isNew ? b.notSaid : b.unchanged), others, fact.values.map(({ value, name }) => h("option", { value, selected: value === now }, name))));
  });
  const people = desk.batch.people.map(({ column }) => text(column));
  const element = h("div", {}, h("div.hand", {}, own, facts), h("details", { open: isNew }, h("summary", {}, b.personal), !isNew && h("p.note", {}, b.personalHelp), h("div.hand", {}, people, PERSONAL.map((id) => text(id)))));
  /** @returns {Cells} */
  const read = () => Object.fromEntries(inputs.map(([id, input]) => /** @type {[string, string]} */ ([id, input.value.trim()])).filter(([id, value]) => value !== (known[id] ?? "")));
  return { element, read };
}

/** A value as people read it. @param {Desk} desk @param {string} id @param {string} value */
const inWords = (desk, id, value) => desk.batch.facts.find((fact) => fact.id === id)?.values.find((one) => one.value === value)?.name ?? value;

/** What was said of each column, and what it was, as far as that is known. @param {Desk} desk @param {Cells} cells @param {Cells} known */
function said(desk, cells, known) {
  const names = columnNames(desk);
  return h("ul", { id: "said" }, Object.entries(cells).map(([id, value]) => h("li", {}, `${names[id] ?? id}${w.colon}`, known[id] ? `${inWords(desk, id, known[id])} → ` : "", inWords(desk, id, value))));
}

/**
 * What would come of it, before it is done: what was understood, which decided steps were another office's.
 * @param {Desk} desk
 * @param {ByHand} tried
 */
function remarks(desk, { emptied = [], remarks: said = [], new_college: college }) {
  const names = columnNames(desk);
  return [
    emptied.length > 0 && h("p.warning", {}, b.emptied(emptied.map((id) => names[id] ?? id).join(w.comma))),
    college && h("p.warning", { id: "new-college" }, b.newCollege(college)),
    said.map(({ name, message, read }) => h("p.warning", {}, `${name}${w.colon}${read ?? ""} ${message}`)),
  ];
}

/**
 * What becomes of decided steps: those that were another office's, and those that would be opened again.
 * @param {ByHand} tried
 * @param {ByHand["reopened"]} opened all that are opened again, if that is chosen or must be
 * @param {boolean} must whether some can't stand
 * @param {HTMLInputElement} reopen
 */
function steps({ moved }, opened, must, reopen) {
  const rows = moved.map((one) => h("tr", { "data-moved": one.step }, h("th", { scope: "row" }, `${one.step} ${one.name}`), h("td", {}, chip(one.state)), h("td", {}, one.from.name, one.decided_by_name ? ` ${one.decided_by_name}` : ""), h("td", {}, one.to.name)));
  const list = h("ul", { id: "reopened" }, opened.map(({ number, name }) => h("li", {}, `${number} ${name}`)));
  return [
    rows.length > 0 && h("div", { id: "moved" }, h("p", {}, h("strong", {}, b.moved(rows.length))), table(b.moved(rows.length), [w.step, w.state, b.was, b.is], rows)),
    moved.some(({ state }) => state === "rejected") && h("p.note", {}, b.debtsStay),
    must ? h("div.problem", { id: "must-reopen" }, h("p", {}, b.mustReopen), list)
      : opened.length > 0 && h("div.card", {}, h("label.choice", {}, reopen, b.reopen(opened.length)), list),
  ];
}

/**
 * Asks for something in two steps: what is typed, then what would come of it. Whoever goes back finds what they typed.
 * @template Tried
 * @param {{ title: string, body: import("./dom.js").Child, tryIt: () => Promise<Tried> | null }} first
 * @param {(tried: Tried) => { title: string, button: string, body: import("./dom.js").Child, act: () => Promise<ByHand> } | null} second
 */
async function inTwoSteps({ title, body, tryIt }, second) {
  for (;;) {
    const tried = await ask({ title, button: w.preview, body, act: tryIt });
    if (tried === null) return null;
    const question = second(tried);
    if (!question) return null;
    let goesBack = false;
    /** @type {HTMLButtonElement} */
    const back = h("button", { type: "button", onclick: () => {
      goesBack = true;
      back.closest("dialog")?.close();
    } }, b.goBack);
    const done = await ask({ ...question, also: back });
    if (done || !goesBack) return done;
  }
}

/** A reason that doesn't draw the focus from the first field. @param {string} label */
function quietReason(label) {
  const reason = reasonField(label);
  reason.element.querySelector("textarea")?.removeAttribute("autofocus");
  return reason;
}

/** @param {Desk} desk @param {string} id @param {() => void} again */
export async function change(desk, id, again) {
  const path = `${desk.path}/students/${inPath(id)}`;
  /** @type {Status} */
  const status = await get(path);
  const { student, version } = status;
  const facts = Object.fromEntries(Object.entries(student.facts).map(([fact, { value }]) => [fact, value]));
  const known = /** @type {Cells} */ ({ name: student.name, college: student.college, major: student.major ?? "", ...facts });
  const fields = fieldsFor(desk, known, false);
  const reason = quietReason(b.reason);
  const called = `${student.name} ${student.id}`;
  const nothing = h("p.fault", { role: "alert", hidden: true }, b.nothingChanged);
  /** What is sent, as it was when it was looked at. @type {{ cells: Cells, reason: string }} */
  let asked = { cells: {}, reason: "" };
  /** @param {boolean} dry @param {boolean} reopen @returns {Promise<ByHand>} */
  const send = (dry, reopen) => put(path, { ...asked, reopen, seen: version, dry_run: dry });
  const tryIt = () => {
    const why = reason.read();
    asked = { cells: fields.read(), reason: why };
    nothing.hidden = Object.keys(asked.cells).length > 0;
    return why && nothing.hidden ? look(send) : null;
  };
  const done = await inTwoSteps({ title: b.changeTitle(called), body: [fields.element, reason.element, nothing], tryIt }, ({ tried, opened, must }) => {
    const reopen = h("input", { type: "checkbox", id: "reopen" });
    return {
      title: b.confirmTitle(called), button: must ? b.changeAndReopen : b.change,
      body: [said(desk, asked.cells, known), tried.columns.length === 0 && h("p.note", {}, b.nothingChanged), remarks(desk, tried), steps(tried, opened, must, reopen), h("p.note", {}, w.nothingWrittenYet)],
      act: () => send(false, must || reopen.checked),
    };
  });
  if (!done) return;
  toast(b.changed(student.name, done.reopened.length));
  again();
}

/**
 * What a change would come to, with passed steps left as they are where that can be, and which would be opened again.
 * @param {(dry: boolean, reopen: boolean) => Promise<ByHand>} send
 */
async function look(send) {
  /** @type {ByHand | null} */
  const stands = await send(true, false).catch((error) => {
    const problem = asProblem(error);
    if (problem.type !== "dependents-passed") throw problem;
    return null;
  });
  const tried = stands && !stands.moved.some(({ state }) => state === "passed") ? stands : await send(true, true);
  return { tried, opened: tried.reopened, must: stands === null };
}

/** @param {Desk} desk @param {() => void} again */
async function add(desk, again) {
  const fields = fieldsFor(desk, {}, true);
  const reason = quietReason(b.addReason);
  /** @type {{ cells: Cells, reason: string }} */
  let asked = { cells: {}, reason: "" };
  /** @param {boolean} dry @returns {Promise<ByHand>} */
  const send = (dry) => post(`${desk.path}/students`, { ...asked, dry_run: dry });
  const tryIt = () => {
    asked = { cells: fields.read(), reason: reason.read() };
    return asked.reason ? send(true) : null;
  };
  const name = () => asked.cells.name ?? "";
  const done = await inTwoSteps({ title: b.addTitle, body: [h("p.note", {}, b.addHelp), fields.element, reason.element], tryIt }, (tried) => {
    if (!tried.created) {
      toast(b.isIn(name()));
      return null;
    }
    return { title: b.confirmAdd(`${name()} ${tried.student}`), button: b.add, body: [said(desk, asked.cells, {}), remarks(desk, tried), h("p.note", {}, w.nothingWrittenYet)], act: () => send(false) };
  });
  if (!done) return;
  toast(b.added(name()));
  again();
}

/** @param {Desk} desk @param {Status} status @param {() => void} again */
export async function takeOut(desk, { student, party, papers, version }, again) {
  const reason = reasonField(b.outReason);
  const letters = [party?.letter, ...papers.map(({ letter }) => letter)].filter((letter) => letter?.state === "issued").map((letter) => letter?.number ?? 0);
  const done = await ask({
    title: b.outTitle(`${student.name} ${student.id}`), button: b.out,
    body: [h("p", {}, b.outHelp), letters.length > 0 && h("p.problem", { id: "letters-out" }, b.letterOut(letters.map(w.letterNumber).join(w.comma))), reason.element, h("p.note", {}, w.studentSees)],
    act: () => {
      const why = reason.read();
      return why ? post(`${desk.path}/students/${inPath(student.id)}/remove`, { reason: why, seen: version }) : null;
    },
  });
  if (!done) return;
  toast(b.isOut(student.name));
  again();
}

/** @param {Desk} desk @param {{ id: string, name: string }} student @param {() => void} again @param {number | null} [seen] the version that is shown */
export async function putBack(desk, student, again, seen = null) {
  const reason = reasonField(b.backReason);
  const done = await ask({
    title: b.backTitle(`${student.name} ${student.id}`), button: b.back, body: [h("p", {}, b.backHelp), reason.element],
    act: () => {
      const why = reason.read();
      return why ? post(`${desk.path}/students/${inPath(student.id)}/restore`, { reason: why, seen }) : null;
    },
  });
  if (!done) return;
  toast(b.isBack(student.name));
  again();
}

/** What an administrator may do with a student. @param {Desk} desk @param {Status} status @param {() => Promise<unknown>} load */
export function byHand(desk, status, load) {
  if (!desk.has("administrator")) return null;
  const { student, removed } = status;
  // Drawn anew, the page has other buttons: the first of them takes the focus.
  const again = () => void load().then(() => document.querySelector(/** @type {"button"} */ ("#put-back, #change"))?.focus());
  /** One press opens one dialog. @param {() => Promise<void>} work */
  const once = (work) => (/** @type {Event} */ event) => {
    const button = /** @type {HTMLButtonElement} */ (event.currentTarget);
    if (button.getAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true");
    attempt(note, work).finally(() => button.removeAttribute("aria-busy"));
  };
  const note = h("div", { role: "status" });
  const buttons = removed ? [h("button", { id: "put-back", onclick: once(() => putBack(desk, student, again, status.version)) }, b.backDots)]
    : [h("button", { id: "change", onclick: once(() => change(desk, student.id, again)) }, b.changeDots), h("button", { id: "take-out", onclick: once(() => takeOut(desk, status, again)) }, b.outDots)];
  return [h("p.row", {}, buttons), note];
}

/** That somebody was taken out, why and by whom. @param {Status["removed"]} removed */
export const whyOut = (removed) => removed && h("p.problem", { id: "taken-out" }, h("strong", {}, b.wasOut), " ", removed.reason, " ", h("small", {}, `${moment(removed.at)} ${removed.by_name ?? removed.by}`));

/** One student beside a roster, and who was taken out. @param {Desk} desk */
export function oneByOne(desk) {
  const list = h("div");
  const load = () => attempt(list, () => pages({
    place: list, path: `${desk.path}/removed`, sources: [{}], empty: b.nobodyOut,
    rows: (answer) => /** @type {Removed[]} */ (answer.students),
    draw: (students) => table(b.outList, [w.number, w.name, w.college, w.reason, w.decided, w.actions], students.map((one) => h("tr", { "data-student": one.id },
      h("td", {}, h("a", { href: desk.link("record", { student: one.id }) }, one.id)), h("th", { scope: "row" }, one.name), h("td", {}, one.college), h("td", {}, one.removed?.reason ?? ""), h("td", {}, one.removed && `${moment(one.removed.at)} ${one.removed.by_name ?? one.removed.by}`),
      h("td.actions", {}, h("button.small", { onclick: () => putBack(desk, one, load), "aria-label": `${b.back} ${one.name}` }, b.backDots))))),
  }));
  const details = h("details", { id: "out-list", ontoggle: () => details.open && !list.hasChildNodes() && void load() }, h("summary", {}, b.outList), list, h("p", {}, h("a.button", { href: exported(desk, "removed", {}), download: "" }, t.takeAway)));
  return h("section", { "aria-labelledby": "one-title" }, h("h2", { id: "one-title" }, b.oneByOne), h("p.note", {}, b.oneHelp),
    h("p.row", {}, h("button", { id: "add-student", onclick: () => add(desk, () => details.open && void load()) }, b.addDots), h("a.button", { href: desk.link("record") }, b.find)), details);
}
