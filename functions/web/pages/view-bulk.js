// @ts-check
// Many at once: a column of numbers or a sheet, what would become of each, then it is done, with what
// came of each to take away, and all of it can be undone.

import { asProblem, postOnce, sendSheet } from "./api.js";
import { isAnother, readLines, rowsOf, sendAll } from "./chunks.js";
import { amountField, reasonField } from "./decide.js";
import { handOver, inFront, ownSteps } from "./desk.js";
import { acceptDrop, byId, fill, h, toast } from "./dom.js";
import { outcomes, progressLine } from "./outcomes.js";
import { problemNote } from "./shell.js";
import { choice } from "./table.js";
import { toCopy } from "./to-copy.js";
import { keep, take, undoAll, undoPanel } from "./undo.js";
import { w } from "./staff-words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./desk.js").BatchStep} BatchStep */
/** @typedef {import("./chunks.js").Row} Row */
/** @typedef {{ decision: string, reason: string | null, amount_due: number | null, parts: string[] }} Decision */

/** @param {HTMLElement} place @param {Desk} desk */
export async function show(place, desk) {
  const own = ownSteps(desk);
  const steps = desk.has("registrar") ? desk.batch.steps : own;
  const step = steps.find((one) => one.number === Number(desk.asked.get("step"))) ?? steps[0];
  if (!step) return fill(place, h("p.empty", {}, w.noStepsOfYours));
  const result = h("section", { id: "result", "aria-live": "off" });
  // What was shown for another list or another decision must not be pressed any more.
  const outdated = () => fill(result);
  const entry = listEntry(desk, outdated);
  const decision = decisionEntry(desk, step, own.includes(step));
  const preview = h("button.primary", { type: "submit" }, w.preview);
  const chooseStep = (/** @type {string} */ value) => {
    handOver(entry.read().map(({ student }) => student));
    location.hash = desk.link("bulk", { step: value });
  };
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const decided = decision.read();
    const lines = entry.read();
    if (!decided) return;
    if (lines.length === 0) return fill(result, h("p.problem", { role: "alert" }, w.noNumbers));
    fields.disabled = true;
    await showPreview({ desk, step, decision: decided, rows: rowsOf(lines, w.twice), result });
    fields.disabled = false;
  };
  const fields = h("fieldset.bare", {},
    choice("step", w.step, steps.map((one) => [String(one.number), `${one.number} ${one.name}`]), String(step.number), chooseStep),
    entry.element, decision.element, h("p", {}, preview, " ", h("span.note", {}, w.previewHelp)));
  const form = h("form.card", { novalidate: true, onsubmit: submit, oninput: outdated, onchange: outdated }, fields);
  fill(place, form, result, undoPanel(desk, step, desk.asked.get("import"), result));
}

/** Where the numbers come from: pasted, dropped, or handed over by a list. @param {Desk} desk @param {() => void} changed */
function listEntry(desk, changed) {
  let turn = 0;
  /** @type {{ row: number, student: string, name?: string | null }[] | null} */
  let sheet = null;
  const note = h("div", { role: "status" });
  const text = h("textarea", { id: "numbers", rows: 8, spellcheck: false, autocomplete: "off", "aria-describedby": "numbers-help", oninput: () => {
    sheet = null;
    count();
  } }, desk.numbers.join("\n"));
  const count = () => fill(note, h("p.note", {}, w.numbersRead(read().length)));
  const read = () => sheet ?? readLines(text.value);
  /** @param {File | undefined} file */
  const take = async (file) => {
    if (!file) return;
    const mine = ++turn;
    changed();
    fill(note, h("p.note", {}, w.reading(file.name)));
    // The same file, mended, can be chosen again.
    input.value = "";
    try {
      const { students, unread } = await sendSheet(`${desk.path}/student-numbers`, file);
      if (mine !== turn) return;
      text.value = students.map((/** @type {{ student: string }} */ { student }) => student).join("\n");
      sheet = students;
      fill(note, h("p.done", { id: "sheet-read" }, w.sheetRead(file.name, students.length)),
        unread.length > 0 && h("p.warning", { id: "unread" }, w.unread(unread.join(w.comma))));
    } catch (error) {
      if (mine === turn) fill(note, problemNote(asProblem(error)));
    }
  };
  const input = h("input", { type: "file", id: "sheet", accept: ".xlsx,.csv", onchange: () => take(input.files?.[0]) });
  const element = h("div.field.drop", { id: "drop" },
    h("label", { for: "numbers" }, w.numbers), h("p.note", { id: "numbers-help" }, w.numbersHelp), text,
    h("p.row", {}, h("label", { for: "sheet" }, w.orSheet), input), note);
  acceptDrop(element, take);
  if (desk.numbers.length) count();
  return { element, read };
}

/** What is decided of all of them. @param {Desk} desk @param {BatchStep} step @param {boolean} own */
function decisionEntry(desk, step, own) {
  const offered = [...(own ? ["pass", "reject"] : []), ...(desk.has("registrar") ? ["waive"] : [])];
  const reason = reasonField(w.reasonForAll);
  const amount = amountField();
  const boxes = step.parts.map((part) => ({ id: part.id, input: h("input", { type: "checkbox", checked: true }), name: part.name }));
  const parts = h("fieldset", {}, h("legend", {}, w.parts), h("p.note", {}, w.partsForAll), boxes.map(({ input, name }) => h("label.choice", {}, input, name)));
  const chosen = () => /** @type {HTMLInputElement | null} */ (element.querySelector("[name=decision]:checked"))?.value ?? "pass";
  const update = () => {
    reason.element.hidden = chosen() === "pass";
    amount.element.hidden = chosen() !== "reject";
    parts.hidden = chosen() !== "pass" || boxes.length === 0;
  };
  const element = h("fieldset", { onchange: update }, h("legend", {}, w.decision),
    h("div.row", {}, offered.map((one, i) => h("label.choice", {}, h("input", { type: "radio", name: "decision", value: one, checked: i === 0 }), w.decisions[one]))),
    reason.element, amount.element, parts);
  update();
  /** @returns {Decision | null} */
  const read = () => {
    const decision = chosen();
    const why = decision === "pass" ? null : reason.read();
    const { ok, amount: due } = decision === "reject" ? amount.read() : { ok: true, amount: null };
    const ticked = decision === "pass" ? boxes.filter(({ input }) => input.checked).map(({ id }) => id) : [];
    return why === "" || !ok ? null : { decision, reason: why, amount_due: due, parts: ticked };
  };
  return { element, read };
}

/**
 * One import, from its preview to its undoing.
 * @typedef {object} Job
 * @property {Desk} desk
 * @property {BatchStep} step
 * @property {Decision} decision
 * @property {Row[]} rows
 * @property {HTMLElement} result
 */

/** E.g. 通过：2 图书退还. @param {Job} job */
const whatOf = ({ decision, step }) => w.decisionOn(w.decisions[decision.decision] ?? decision.decision, `${step.number} ${step.name}`);

/** @param {Job} job */
async function showPreview(job) {
  const { desk, step, decision, rows, result } = job;
  const line = progressLine(w.previewing, desk.session.id);
  fill(result, line.element);
  const send = (/** @type {string[]} */ students) => postOnce(`${desk.path}/steps/${step.number}/decisions`, { ...decision, students, dry_run: true });
  if (!(await sendAll(rows, { send, take, ...line.run }))) return fill(result);
  const will = rows.filter((row) => row.outcome === "changed");
  // Another name beside a number is most often another person.
  const others = will.filter(isAnother);
  // A debt that was entered is never passed over unseen.
  const debts = decision.decision === "reject" ? [] : will.filter((row) => row.before && !isAnother(row));
  const them = h("input", { type: "checkbox", id: "include-others", onchange: () => update() });
  const include = h("input", { type: "checkbox", id: "include", onchange: () => update() });
  const go = h("button.primary", { id: "apply", type: "button" });
  const chosen = () => will.filter((row) => (include.checked || !debts.includes(row)) && (them.checked || !others.includes(row)));
  const update = () => {
    go.textContent = w.applyTo(whatOf(job), chosen().length);
    go.disabled = chosen().length === 0;
  };
  go.addEventListener("click", () => apply(job, chosen()));
  update();
  fill(result, h("h2", { tabindex: -1, id: "result-title" }, w.previewTitle), h("p.note", {}, w.nothingWrittenYet),
    others.length > 0 && h("div.problem", { id: "others" }, h("p", {}, h("strong", {}, w.others(others.length))), h("label.choice", { for: "include-others" }, them, w.includeOthers(others.length))),
    debts.length > 0 && h("div.problem", {}, h("p", {}, h("strong", {}, w.debts(debts.length))), h("label.choice", { for: "include" }, include, w.includeDebts(debts.length))),
    h("p", {}, go), withoutLetter(job), outcomes(rows, w.willBe));
  byId("result-title").focus();
}

/** Whoever still has no letter to take along is the party office's to help: a list to hand on (N20). @param {Job} job */
function withoutLetter({ desk, rows }) {
  const without = rows.filter(({ problem }) => problem?.letter);
  const handedIn = (/** @type {Row} */ { problem }) => problem?.form === true;
  const names = (/** @type {string} */ head, /** @type {Row[]} */ them) => them.length > 0 && ["", head, ...them.map(({ student, name }) => `${name ?? ""} ${student}`.trim())];
  const write = () => [w.lettersWanted(desk.batch.name), names(w.lettersToIssue, without.filter(handedIn)), names(w.formsFirst, without.filter((row) => !handedIn(row)))]
    .flat().filter((one) => one !== false).join("\n");
  return without.length > 0 && h("p", {}, h("button", { type: "button", id: "hand-over", "aria-haspopup": "dialog",
    onclick: () => toCopy({ title: w.toPartyOffice(without.length), label: w.listText, help: w.toPartyOfficeHelp, write }) }, w.toPartyOffice(without.length)));
}

/** @param {Job} job @param {Row[]} all */
async function apply(job, all) {
  const { desk, step, decision, result } = job;
  const id = crypto.randomUUID();
  all.forEach((row) => (row.outcome = "waiting"));
  keep({ id, batch: desk.batch.id, step: step.number, decision: decision.decision, count: all.length });
  const line = progressLine(w.applying(whatOf(job)), desk.session.id);
  fill(result);
  const send = (/** @type {string[]} */ students) => postOnce(`${desk.path}/steps/${step.number}/decisions`, { ...decision, students, import: id });
  const whole = await inFront(line.element, () => sendAll(all, { send, take, ...line.run }));
  showResult({ ...job, rows: job.rows.filter((row) => all.includes(row) || row.outcome !== "changed") }, id, all, whole);
}

/** @param {Job} job @param {string} id @param {Row[]} all @param {boolean} whole */
function showResult(job, id, all, whole) {
  const { desk, step, result } = job;
  all.forEach((row) => (row.before = null));
  const done = all.filter((row) => row.outcome === "changed");
  const title = whole ? w.resultTitle(whatOf(job), done.length) : w.stoppedTitle(done.length);
  const undo = h("button", { id: "undo", type: "button", disabled: done.length === 0, onclick: () => undoAll(desk, step, id, done, result) }, w.undoImport(done.length));
  fill(result, h("h2", { tabindex: -1, id: "result-title" }, title),
    h("p.note", {}, w.importNumber, h("code", {}, id)), h("p.row", {}, undo), withoutLetter(job),
    outcomes(job.rows, w.became, { name: `${desk.batch.id}-${step.number}-${id.slice(0, 8)}.csv`, id }));
  byId("result-title").focus();
  toast(title);
}
