// @ts-check
// Many at once: a column of numbers or a sheet, what would become of each, then it is done, with what
// came of each to take away, and all of it can be undone.

import { asProblem, get, postOnce } from "./api.js";
import { listEntry } from "./bulk-list.js";
import { plainNumber, rowsOf, sendAll } from "./chunks.js";
import { amountField, reasonField } from "./decide.js";
import { handOver, inFront, ownSteps } from "./desk.js";
import { byId, fill, h, toast } from "./dom.js";
import { outcomes, progressLine } from "./outcomes.js";
import { problemNote } from "./shell.js";
import { choice } from "./table.js";
import { readingLine } from "./table-read.js";
import { t } from "./table-words.js";
import { toCopy } from "./to-copy.js";
import { keep, take, undoAll, undoPanel } from "./undo.js";
import { w } from "./staff-words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./desk.js").BatchStep} BatchStep */
/** @typedef {import("./chunks.js").Row} Row */
/** @typedef {import("./chunks.js").ListLine} ListLine */
/** What is decided: of those on the list, and in `but` of everybody else. @typedef {{ decision: string, reason: string | null, amount_due: number | null, parts: string[], but: boolean, listed: string }} Decision */

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
    handOver(entry.lines().map(({ student }) => student));
    location.hash = desk.link("bulk", { step: value });
  };
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    await entry.settled();
    const lines = entry.lines();
    const decided = decision.read(lines);
    if (!decided) return;
    if (lines.length === 0) return fill(result, h("p.problem", { role: "alert" }, w.noNumbers));
    fields.disabled = true;
    const rows = rowsOf(lines, w.twice, (line) => ownDecision(decided, line));
    const owing = decided.decision === "reject" || decided.but ? 0 : lines.filter(({ amount_due }) => amount_due).length;
    const job = { desk, step, decision: decided, rows, result, hidden: entry.hidden(), inOtherSheets: entry.unread(), owing };
    try {
      await (decided.but ? previewBut(job) : showPreview(job));
    } catch (error) {
      fill(result, problemNote(asProblem(error)));
    }
    fields.disabled = false;
  };
  const fields = h("fieldset.bare", {},
    choice("step", w.step, steps.map((one) => [String(one.number), `${one.number} ${one.name}`]), String(step.number), chooseStep),
    entry.element, decision.element, h("p", {}, preview, " ", h("span.note", {}, w.previewHelp)));
  const form = h("form.card", { novalidate: true, onsubmit: submit, oninput: outdated, onchange: outdated }, fields);
  fill(place, form, result, undoPanel(desk, step, desk.asked.get("import"), result));
}

/** What is decided of a line: its own amount and reason, where it has any. @param {Decision} decision @param {ListLine} line */
function ownDecision({ decision, reason, amount_due, but, listed }, line) {
  const verdict = but ? listed : decision;
  if (verdict !== "reject") return { decision: verdict, reason, amount_due: null };
  return { decision: verdict, reason: line.reason || reason, amount_due: line.amount_due ?? amount_due };
}

/** What is decided of all of them. @param {Desk} desk @param {BatchStep} step @param {boolean} own */
function decisionEntry(desk, step, own) {
  const offered = [...(own ? ["pass", "reject"] : []), ...(desk.has("registrar") ? ["waive"] : [])];
  const reason = reasonField(w.reasonForAll);
  const label = reason.element.querySelector("label");
  const amount = amountField();
  const boxes = step.parts.map((part) => ({ id: part.id, input: h("input", { type: "checkbox", checked: true }), name: part.name }));
  const parts = h("fieldset", {}, h("legend", {}, w.parts), h("p.note", {}, w.partsForAll), boxes.map(({ input, name }) => h("label.choice", {}, input, name)));
  /** @param {string} name @param {string} usual */
  const chosen = (name, usual) => /** @type {HTMLInputElement | null} */ (element.querySelector(`[name=${name}]:checked`))?.value ?? usual;
  const isBut = () => chosen("whom", "these") === "but";
  const verdict = () => (isBut() ? chosen("listed", "reject") : chosen("decision", offered[0] ?? "pass"));
  /** @param {string} name @param {[string, string | undefined][]} options */
  const radios = (name, options) => h("div.row", {}, options.map(([value, words], i) => h("label.choice", {}, h("input", { type: "radio", name, value, checked: i === 0 }), words)));
  const decisions = h("div", {}, radios("decision", offered.map((one) => [one, w.decisions[one]])));
  const listed = h("fieldset", { id: "of-the-listed" }, h("legend", {}, t.theListed), radios("listed", [["reject", t.rejectListed], ["leave", t.leaveListed]]), h("p.note", {}, t.butHelp));
  const update = () => {
    decisions.hidden = isBut();
    listed.hidden = !isBut();
    reason.element.hidden = verdict() === "pass" || verdict() === "leave";
    if (label) label.textContent = isBut() ? t.reasonForListed : w.reasonForAll;
    amount.element.hidden = verdict() !== "reject";
    parts.hidden = (!isBut() && verdict() !== "pass") || boxes.length === 0;
  };
  const element = h("fieldset", { onchange: update }, h("legend", {}, w.decision),
    own && h("div.field", { role: "radiogroup", "aria-label": t.whom }, radios("whom", [["these", t.these], ["but", t.but]])),
    decisions, listed, reason.element, amount.element, parts);
  update();
  /** @param {readonly ListLine[]} lines @returns {Decision | null} */
  const read = (lines) => {
    const decision = verdict();
    // A list may say each reason itself.
    const needed = decision === "waive" || (decision === "reject" && lines.some((line) => !line.reason));
    const typed = /** @type {HTMLTextAreaElement} */ (reason.element.querySelector("textarea")).value.trim();
    const why = needed ? reason.read() : typed || null;
    const { ok, amount: due } = decision === "reject" ? amount.read() : { ok: true, amount: null };
    const ticked = decision === "pass" || isBut() ? boxes.filter(({ input }) => input.checked).map(({ id }) => id) : [];
    return why === "" || !ok ? null : { decision: isBut() ? "pass" : decision, reason: why, amount_due: due, parts: ticked, but: isBut(), listed: decision };
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
 * @property {number} owing how many of the list have an amount beside them and are to pass
 * @property {number} hidden how many rows of the sheet were passed over since they are hidden
 * @property {number} inOtherSheets how many rows stand on sheets of the file that weren't read
 */

/** E.g. 通过：2 图书退还. @param {Job} job */
const whatOf = ({ decision, step }) => w.decisionOn(w.decisions[decision.decision] ?? decision.decision, `${step.number} ${step.name}`);

/** Sends rows, each with its own decision. @param {Job} job @param {Record<string, unknown>} how */
function sending({ desk, step, decision: { parts } }, how) {
  return (/** @type {string[]} */ _, /** @type {Row[]} */ rows) => postOnce(`${desk.path}/steps/${step.number}/decisions`, { parts, ...how,
    rows: rows.map(({ student, said, own }) => ({ student, name: said || null, ...own })) });
}

/** @param {Job} job */
async function showPreview(job) {
  const { desk, decision, rows, result } = job;
  const line = progressLine(w.previewing, desk.session.id);
  fill(result, line.element);
  if (!(await sendAll(rows, { send: sending(job, { dry_run: true }), take, ...line.run }))) return fill(result);
  const will = rows.filter((row) => row.outcome === "changed");
  // Another name beside a number is most often another person.
  const others = will.filter(({ another }) => another);
  // A debt that was entered is never passed over unseen.
  const debts = decision.decision === "reject" ? [] : will.filter((row) => row.before && !row.another);
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
    job.owing > 0 && h("p.problem", { id: "owing", role: "alert" }, h("strong", {}, t.owing(job.owing, w.decisions[decision.decision] ?? ""))),
    others.length > 0 && h("div.problem", { id: "others" }, h("p", {}, h("strong", {}, w.others(others.length))), h("label.choice", { for: "include-others" }, them, w.includeOthers(others.length))),
    debts.length > 0 && h("div.problem", {}, h("p", {}, h("strong", {}, w.debts(debts.length))), h("label.choice", { for: "include" }, include, w.includeDebts(debts.length))),
    h("p", {}, go), withoutLetter(job), outcomes(rows, w.willBe));
  byId("result-title").focus();
}

/**
 * Everybody but these: who is ready in this step and isn't on the list passes; who is on it is turned down, or left.
 * @param {Job} job
 */
async function previewBut(job) {
  const { desk, step, decision, rows, result } = job;
  const gathering = readingLine(t.gathering);
  fill(result, gathering.element);
  const listed = new Set(rows.map(({ student }) => plainNumber(student)));
  /** @type {Row[]} */
  const others = [];
  let cursor = null;
  do {
    const page = await get(`${desk.path}/worklist`, { step: step.number, state: "ready", limit: 100, cursor });
    for (const { id, name } of page.students)
      if (!listed.has(plainNumber(id))) others.push({ row: null, student: id, name, outcome: "waiting", problem: null, own: { decision: "pass", reason: null, amount_due: null } });
    cursor = page.next;
    gathering.count(t.gathered(others.length));
  } while (cursor);
  const line = progressLine(w.previewing, desk.session.id);
  fill(result, line.element);
  // Who is to be left is looked at too: a number that is nobody's is most often somebody's who owes.
  const looked = rows.map((row) => (decision.listed === "leave" && row.own ? { ...row, own: { decision: "pass", reason: null, amount_due: null } } : row));
  const all = [...looked, ...others];
  if (!(await sendAll(all, { send: sending(job, { dry_run: true }), take, ...line.run }))) return fill(result);
  if (decision.listed === "leave") for (const row of looked) if (row.outcome === "changed") Object.assign(row, { outcome: "unchanged", own: undefined });
  const unknown = looked.filter(({ problem }) => problem?.type === "not-found");
  const unread = looked.filter(({ problem }) => problem?.type === "invalid-fields");
  const down = decision.listed === "reject" ? looked.filter((row) => row.outcome === "changed") : [];
  const pass = others.filter((row) => row.outcome === "changed");
  const debts = pass.filter((row) => row.before);
  const going = [...down, ...pass.filter((row) => !debts.includes(row))];
  // Whoever is named so is left or turned down in another's place, whatever stands in that one's step.
  const wrongName = looked.filter(({ another }) => another);
  const doubts = [job.hidden > 0 && t.hiddenInList(job.hidden), job.inOtherSheets > 0 && t.inOtherSheets(job.inOtherSheets), unknown.length > 0 && t.unknown(unknown.length), unread.length > 0 && t.unreadInList(unread.length), wrongName.length > 0 && t.othersInList(wrongName.length)].filter((one) => one !== false);
  const sure = h("input", { type: "checkbox", id: "checked-all", onchange: () => (go.disabled = !sure.checked) });
  const go = h("button.primary", { id: "apply", type: "button", disabled: doubts.length > 0 || going.length === 0 }, t.applyBut(`${step.number} ${step.name}`, going.length - down.length, down.length));
  go.addEventListener("click", () => apply({ ...job, rows: all }, going));
  fill(result, h("h2", { tabindex: -1, id: "result-title" }, t.butTitle(going.length - down.length, down.length, looked.length - down.length)), h("p.note", {}, w.nothingWrittenYet),
    doubts.length > 0 && h("div.problem", { id: "doubts", role: "alert" }, doubts.map((words) => h("p", {}, h("strong", {}, words))), h("label.choice", { for: "checked-all" }, sure, t.checkedAll)),
    unknown.length > 0 && h("details", { open: true, id: "unknown-numbers" }, h("summary", {}, `${t.unknownRows}${w.colon}${unknown.length}`), h("ul", {}, unknown.map(({ row, student, said }) => h("li", {}, `${row ?? ""} ${student} ${said ?? ""}`)))),
    h("p", {}, go), withoutLetter({ ...job, rows: all }), outcomes(all, w.willBe));
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
  const whole = await inFront(line.element, () => sendAll(all, { send: sending(job, { import: id }), take, ...line.run }));
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
