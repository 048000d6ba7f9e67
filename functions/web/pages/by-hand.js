// @ts-check
// One student by hand, for administrators: added, changed, taken out and put back. What would come of it is shown first.

import { asProblem, inPath, post, put } from "./api.js";
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
const PERSONAL = ["sex", "ethnicity", "birth_date", "id_number", "advisors", "phone", "email"];

/** @param {string} id @param {string} name @param {HTMLInputElement | HTMLSelectElement} input @param {import("./dom.js").Child} [note] */
const field = (id, name, input, note) => h("div.field", { "data-field": id }, h("label", { for: input.id }, name), input, note);

/**
 * Fields for all that a roster may say of a student. `known` is what is shown to begin with; what isn't changed isn't sent.
 * @param {Desk} desk
 * @param {Cells} known
 * @param {[string, string][]} listed the batch's colleges
 * @param {boolean} isNew
 */
function fieldsFor(desk, known, listed, isNew) {
  /** @type {[string, HTMLInputElement | HTMLSelectElement][]} */
  const inputs = [];
  /** @param {string} id @param {Record<string, unknown>} [more] */
  const text = (id, more = {}) => {
    const hidden = PERSONAL.includes(id) && !isNew;
    const input = h("input", { id: `hand-${id}`, value: known[id] ?? "", autocomplete: "off", maxlength: 200, placeholder: hidden ? b.unchanged : null, ...more });
    inputs.push([id, input]);
    return field(id, rosterColumns[id] ?? id, input);
  };
  const names = h("datalist", { id: "hand-colleges" }, listed.slice(1).map(([name]) => h("option", { value: name })));
  const own = [isNew && text("student_id"), text("name"), text("college", { list: "hand-colleges" }), names, text("major")];
  const facts = desk.batch.facts.map((fact) => {
    const now = known[fact.id] ?? "";
    const input = fact.values.length === 0 ? h("input", { id: `hand-${fact.id}`, value: now, autocomplete: "off", maxlength: 100, placeholder: isNew ? null : b.unchanged })
      : h("select", { id: `hand-${fact.id}` }, !now && h("option", { value: "" }, isNew ? b.notSaid : b.unchanged), fact.values.map(({ value, name }) => h("option", { value, selected: value === now }, name)));
    inputs.push([fact.id, input]);
    return field(fact.id, fact.name, input);
  });
  const element = h("div", {}, h("div.hand", {}, own, facts), h("details", { open: isNew }, h("summary", {}, b.personal), !isNew && h("p.note", {}, b.personalHelp), h("div.hand", {}, PERSONAL.map((id) => text(id)))));
  /** @returns {Cells} */
  const read = () => Object.fromEntries(inputs.map(([id, input]) => /** @type {[string, string]} */ ([id, input.value.trim()])).filter(([id, value]) => value !== (known[id] ?? "")));
  return { element, read };
}

/** What each column is called. @param {Desk} desk @param {string[]} columns */
const named = (desk, columns) => columns.map((id) => rosterColumns[id] ?? desk.batch.facts.find((fact) => fact.id === id)?.name ?? id).join(w.comma);

/**
 * What would come of it, before it is done: what was understood, which decided steps were another office's.
 * @param {Desk} desk
 * @param {ByHand} tried
 * @param {HTMLInputElement} reopen
 * @param {number[]} must the steps that can't stand
 */
function whatComes(desk, tried, reopen, must) {
  const { columns, emptied = [], remarks = [], moved, new_college: college } = tried;
  const standing = moved.filter(({ state }) => state === "passed");
  const rows = moved.map((one) => h("tr", { "data-moved": one.step }, h("th", { scope: "row" }, `${one.step} ${one.name}`), h("td", {}, chip(one.state)), h("td", {}, one.from.name, one.decided_by_name ? ` ${one.decided_by_name}` : ""), h("td", {}, one.to.name)));
  const nameOf = (/** @type {number} */ number) => `${number} ${desk.batch.steps.find((step) => step.number === number)?.name ?? ""}`;
  return [
    columns.length > 0 && h("p", { id: "changes" }, b.changes(named(desk, columns))),
    emptied.length > 0 && h("p.warning", {}, b.emptied(named(desk, emptied))),
    college && h("p.warning", { id: "new-college" }, b.newCollege(college)),
    remarks.map(({ name, message, read }) => h("p.warning", {}, `${name}${w.colon}${read ?? ""} ${message}`)),
    rows.length > 0 && h("div", { id: "moved" }, h("p", {}, h("strong", {}, b.moved(rows.length))), table(b.moved(rows.length), [w.step, w.state, b.was, b.is], rows)),
    must.length > 0 ? h("div.problem", { id: "must-reopen" }, h("p", {}, b.mustReopen), h("ul", {}, must.map((number) => h("li", {}, nameOf(number))))) : null,
    moved.some(({ state }) => state === "rejected") && h("p.note", {}, b.debtsStay),
    must.length === 0 && standing.length > 0 && h("label.choice", {}, reopen, b.reopen(standing.length)),
  ];
}

/** @param {Desk} desk @param {Status} status @param {() => void} again */
export async function change(desk, status, again) {
  const { student, version } = status;
  const facts = Object.fromEntries(Object.entries(student.facts).map(([id, { value }]) => [id, value]));
  const known = /** @type {Cells} */ ({ name: student.name, college: student.college, major: student.major ?? "", ...facts });
  const fields = fieldsFor(desk, known, await colleges(desk.path), false);
  const reason = reasonField(b.reason);
  const path = `${desk.path}/students/${inPath(student.id)}`;
  /** @param {boolean} dry @param {boolean} reopen @returns {Promise<ByHand>} */
  const send = (dry, reopen) => put(path, { cells: fields.read(), reason: reason.read(), reopen, seen: version, dry_run: dry });
  /** @type {number[]} */
  let must = [];
  const tried = await ask({
    title: b.changeTitle(`${student.name} ${student.id}`), button: w.preview, body: [fields.element, reason.element],
    act: () => {
      if (!reason.read()) return null;
      must = [];
      return send(true, false).catch((error) => {
        const problem = asProblem(error);
        if (problem.type !== "dependents-passed") throw problem;
        must = problem.data.dependents;
        return send(true, true);
      });
    },
  });
  if (!tried) return;
  if (tried.columns.length === 0) return toast(b.nothingChanged);
  const reopen = h("input", { type: "checkbox", id: "reopen" });
  const done = await ask({
    title: b.confirmTitle(`${student.name} ${student.id}`), button: must.length ? b.changeAndReopen : b.change,
    body: [whatComes(desk, tried, reopen, must), h("p.note", {}, w.nothingWrittenYet)],
    act: () => send(false, must.length > 0 || reopen.checked),
  });
  if (!done) return;
  toast(b.changed(student.name, done.reopened.length));
  again();
}

/** @param {Desk} desk @param {() => void} again */
async function add(desk, again) {
  const fields = fieldsFor(desk, {}, await colleges(desk.path), true);
  const reason = reasonField(b.addReason);
  /** @param {boolean} dry @returns {Promise<ByHand>} */
  const send = (dry) => post(`${desk.path}/students`, { cells: fields.read(), reason: reason.read(), dry_run: dry });
  const tried = await ask({ title: b.addTitle, button: w.preview, body: [h("p.note", {}, b.addHelp), fields.element, reason.element], act: () => (reason.read() ? send(true) : null) });
  if (!tried) return;
  const cells = fields.read();
  if (!tried.created) return toast(b.isIn(cells.name ?? tried.student));
  const said = Object.entries(cells).map(([id, value]) => h("li", {}, `${named(desk, [id])}${w.colon}${desk.batch.facts.find((fact) => fact.id === id)?.values.find((one) => one.value === value)?.name ?? value}`));
  const done = await ask({
    title: b.confirmAdd(`${cells.name} ${tried.student}`), button: b.add,
    body: [h("ul", { id: "said" }, said), whatComes(desk, tried, h("input"), []), h("p.note", {}, w.nothingWrittenYet)], act: () => send(false),
  });
  if (!done) return;
  toast(b.added(cells.name ?? done.student));
  again();
}

/** @param {Desk} desk @param {Status} status @param {() => void} again */
export async function takeOut(desk, { student, party, papers }, again) {
  const reason = reasonField(b.outReason);
  const letters = [party?.letter, ...papers.map(({ letter }) => letter)].filter((letter) => letter?.state === "issued").map((letter) => letter?.number ?? 0);
  const done = await ask({
    title: b.outTitle(`${student.name} ${student.id}`), button: b.out,
    body: [h("p", {}, b.outHelp), letters.length > 0 && h("p.problem", { id: "letters-out" }, b.letterOut(letters.map(w.letterNumber).join(w.comma))), reason.element, h("p.note", {}, w.studentSees)],
    act: () => (reason.read() ? post(`${desk.path}/students/${inPath(student.id)}/remove`, { reason: reason.read() }) : null),
  });
  if (!done) return;
  toast(b.isOut(student.name));
  again();
}

/** @param {Desk} desk @param {{ id: string, name: string }} student @param {() => void} again */
export async function putBack(desk, student, again) {
  const reason = reasonField(b.backReason);
  const done = await ask({
    title: b.backTitle(`${student.name} ${student.id}`), button: b.back, body: [h("p", {}, b.backHelp), reason.element],
    act: () => (reason.read() ? post(`${desk.path}/students/${inPath(student.id)}/restore`, { reason: reason.read() }) : null),
  });
  if (!done) return;
  toast(b.isBack(student.name));
  again();
}

/** What an administrator may do with a student. @param {Desk} desk @param {Status} status @param {() => void} again */
export function byHand(desk, status, again) {
  if (!desk.has("administrator")) return null;
  const { student, removed } = status;
  if (removed) return h("p.row", {}, h("button", { id: "put-back", onclick: () => putBack(desk, student, again) }, b.backDots));
  return h("p.row", {}, h("button", { id: "change", onclick: () => change(desk, status, again) }, b.changeDots), h("button", { id: "take-out", onclick: () => takeOut(desk, status, again) }, b.outDots));
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
