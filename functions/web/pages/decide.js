// @ts-check
// One decision on one student: the press that passes, the question for a reason, the parts of the last
// step, and what a revocation takes along, shown before it is done.

import { Problem, asProblem, get, inPath, post, put } from "./api.js";
import { fill, h, toast } from "./dom.js";
import { clearFaults, showFaults } from "./faults.js";
import { dialog, problemNote } from "./shell.js";
import { w } from "./staff-words.js";
import { money, moment } from "./time.js";
import { university } from "./university.js";
import { lang } from "./words.js";

/** @typedef {import("./api.js").Status} Status */
/** @typedef {{ decision: string, reason?: string | null, amount_due?: number | null, parts?: string[], cascade?: boolean, seen?: string }} Decision */

/**
 * @param {string} path
 * @param {string} student
 * @param {number} step
 * @param {Decision} decision
 * @returns {Promise<Status>}
 */
export const decideOne = (path, student, step, decision) => put(`${path}/students/${inPath(student)}/steps/${step}`, decision);

/** By name and number: a batch has several of one name. @param {{ id: string, name: string }} student */
const called = ({ id, name }) => `${name} ${id}`;

/**
 * An amount as somebody types it, in the smallest unit of the currency; `null` if it is none.
 * @param {string} text
 */
export function amountOf(text) {
  const [, whole, part = ""] = /^\s*(\d{1,8})(?:[.．](\d+))?\s*$/.exec(text) ?? [];
  const { digits } = university;
  return whole === undefined || part.length > digits ? null : Number(whole) * 10 ** digits + Number(part.padEnd(digits, "0"));
}

/**
 * Asks in a dialog, does it, and gives back what it came to; `null` if nothing was done. What the server finds wrong
 * is said over the buttons, and at each part of the body that names its field in `data-field`.
 * @template T
 * @param {object} question
 * @param {string} question.title
 * @param {import("./dom.js").Child} question.body
 * @param {string} question.button
 * @param {() => Promise<T> | null} question.act `null` while something is still missing
 * @param {HTMLButtonElement} [question.also] another way to answer
 * @returns {Promise<T | null>}
 */
export function ask({ title, body, button, act, also }) {
  return new Promise((answer) => {
    const note = h("div");
    const ok = h("button.primary", { type: "submit" }, button);
    const cancel = h("button", { type: "button", onclick: () => box.close() }, w.cancel);
    let pending = false;
    /** @type {T | null} */
    let done = null;
    const submit = async (/** @type {Event} */ event) => {
      event.preventDefault();
      fill(note);
      clearFaults(form);
      const work = pending ? null : act();
      if (!work) return;
      pending = ok.disabled = cancel.disabled = true;
      try {
        done = await work;
        box.close();
      } catch (error) {
        const problem = asProblem(error);
        fill(note, problemNote(problem));
        showFaults(form, problem.fields);
      }
      pending = ok.disabled = cancel.disabled = false;
    };
    const form = h("form", { novalidate: true, onsubmit: submit }, body, h("div.dialog-foot", {}, note, cancel, also, ok));
    const box = dialog(title, form, []);
    // What is on its way can't be called back, so the box stays until it is known what came of it.
    box.addEventListener("cancel", (event) => pending && event.preventDefault());
    box.querySelector(".close")?.addEventListener("click", (event) => pending && event.stopImmediatePropagation(), { capture: true });
    box.addEventListener("close", () => answer(done));
  });
}

/**
 * A reason to be typed; says that it is missing when it is.
 * @param {string} label
 * @param {string} [text]
 */
export function reasonField(label, text = "") {
  const input = h("textarea", { id: "reason", rows: 3, maxlength: 500, required: true, autofocus: true, "aria-describedby": "reason-hint" }, text);
  const hint = h("p.fault", { id: "reason-hint", hidden: true, role: "alert" }, w.reasonMissing);
  const read = () => {
    const reason = input.value.trim();
    hint.hidden = reason !== "";
    if (!reason) input.focus();
    return reason;
  };
  return { element: h("div.field", { "data-field": "reason" }, h("label", { for: "reason" }, label), input, hint), read };
}

/** An amount to be typed, in the currency's whole unit; may be empty. */
export function amountField() {
  const input = h("input", { id: "amount", inputmode: "decimal", autocomplete: "off", "aria-describedby": "amount-hint", maxlength: 12 });
  const hint = h("p.fault", { id: "amount-hint", hidden: true, role: "alert" }, w.amountWrong((45.5).toFixed(university.digits)));
  const read = () => {
    const empty = input.value.trim() === "";
    const amount = amountOf(input.value);
    hint.hidden = empty || amount !== null;
    if (!hint.hidden) input.focus();
    return { ok: hint.hidden, amount: empty ? null : amount };
  };
  return { element: h("div.field", { "data-field": "amount_due" }, h("label", { for: "amount" }, w.amountLabel(university.money[lang])), input, hint), read };
}

/**
 * @param {string} path
 * @param {{ id: string, name: string }} student
 * @param {{ number: number, name: string }} step
 * @param {string} seen the state that is shown: in any other nothing is done
 */
export function askReject(path, student, step, seen) {
  const reason = reasonField(w.rejectReason);
  const amount = amountField();
  return ask({
    title: w.rejectTitle(called(student), step.name), button: w.reject, body: [reason.element, amount.element, h("p.note", {}, w.studentSees)],
    act: () => {
      const why = reason.read();
      const { ok, amount: due } = amount.read();
      return why && ok ? decideOne(path, student.id, step.number, { decision: "reject", reason: why, amount_due: due, seen }) : null;
    },
  });
}

/** @param {string} path @param {{ id: string, name: string }} student @param {{ number: number, name: string }} step */
export function askWaive(path, student, step) {
  const reason = reasonField(w.waiveReason);
  return ask({
    title: w.waiveTitle(called(student), step.name), button: w.waive, body: [reason.element, h("p.note", {}, w.studentSees)],
    act: () => {
      const why = reason.read();
      return why ? decideOne(path, student.id, step.number, { decision: "waive", reason: why }) : null;
    },
  });
}

/**
 * Passes a step; a debt that stands is asked about first (N11), and of a step with parts those that are done are kept
 * while others wait (N10).
 * @param {string} path
 * @param {{ id: string, name: string, reason?: string | null, amount_due?: number | null }} student with why the step stands turned down
 * @param {{ number: number, name: string, parts: unknown[] }} step
 * @param {string} seen the state that is shown: in any other nothing is done
 * @returns {Promise<Status | null>}
 */
export async function pass(path, student, step, seen) {
  const debt = seen === "rejected" ? debtOf(student) : null;
  if (step.parts.length > 0) return passParts(path, student, step, seen, debt);
  const act = () => decideOne(path, student.id, step.number, { decision: "pass", seen });
  return debt ? ask({ title: w.passTitle(called(student), step.name), button: w.pass, body: debt, act }) : act();
}

/** What is asked before a rejection goes. @param {{ reason?: string | null, amount_due?: number | null }} before */
const debtOf = ({ reason, amount_due }) => h("div.problem", { id: "debt" },
  h("strong", {}, amount_due ? w.paid(money(amount_due)) : w.settled), h("p", {}, w.wasTurnedDown(reason ?? "", "")));

/**
 * @param {string} path
 * @param {{ id: string, name: string }} student
 * @param {{ number: number, name: string }} step
 * @param {string} seen
 * @param {Node | null} debt
 * @returns {Promise<Status | null>}
 */
async function passParts(path, student, step, seen, debt) {
  /** @type {Status} */
  const status = await get(`${path}/students/${inPath(student.id)}`);
  const parts = status.steps.find((one) => one.number === step.number)?.parts.filter((part) => part.applies) ?? [];
  const boxes = parts.map((part) => ({ part, input: h("input", { type: "checkbox", checked: part.done, disabled: part.done || part.waits, "aria-describedby": `part-${part.id}` }) }));
  const ticked = () => boxes.filter(({ input }) => input.checked);
  const ids = () => ticked().filter(({ part }) => !part.done).map(({ part }) => part.id);
  let keeps = false;
  /** @type {HTMLButtonElement} */
  const keep = h("button", { type: "button", onclick: () => {
    keeps = true;
    keep.form?.requestSubmit();
  } });
  const update = () => {
    keep.textContent = w.keepParts(ids().length);
    keep.hidden = ids().length === 0 || ticked().length === parts.length;
  };
  update();
  const offered = boxes.filter(({ input }) => !input.disabled);
  const all = h("input", { type: "checkbox", id: "all-parts", autofocus: true, onchange: () => offered.forEach(({ input }) => (input.checked = all.checked)) });
  const line = (/** @type {typeof boxes[number]} */ { part, input }) => h("li", {}, h("label.choice", {}, input, part.name),
    h("small", { id: `part-${part.id}` }, part.waits && !part.done ? part.waits : part.at ? w.partDoneBy(moment(part.at), part.by_name ?? part.by ?? "") : ""));
  return ask({
    title: w.partsTitle(called(student)), button: w.pass, also: keep,
    body: [debt, h("p", {}, w.partsHelp), h("div", { onchange: update }, offered.length > 1 && h("label.choice", { for: "all-parts" }, all, w.allParts(offered.length)), h("ul.parts", {}, boxes.map(line)))],
    act: () => {
      const decision = keeps ? "tick" : "pass";
      keeps = false;
      return decideOne(path, student.id, step.number, { decision, seen, parts: ids() });
    },
  });
}

/**
 * Takes a decision back. What would go with it is asked for first and shown.
 * @param {string} path
 * @param {{ id: string, name: string }} student
 * @param {{ number: number, name: string }} step
 * @param {{ number: number, name: string }[]} steps
 */
export async function askRevoke(path, student, step, steps) {
  const trial = { students: [student.id], decision: "revoke", reason: w.trial, dry_run: true };
  const { results } = await post(`${path}/steps/${step.number}/decisions`, trial);
  const problem = results[0]?.problem;
  if (problem && problem.type !== "dependents-passed") throw new Problem(problem);
  /** @type {number[]} */
  const along = problem?.dependents ?? [];
  const reason = reasonField(w.revokeReason);
  const names = along.map((number) => h("li", {}, `${number} ${steps.find((one) => one.number === number)?.name ?? ""}`));
  return ask({
    title: w.revokeTitle(called(student), step.name), button: along.length ? w.revokeAll(along.length + 1) : w.revoke,
    body: [along.length > 0 && h("div.problem", { id: "cascade" }, h("strong", {}, w.cascade), h("ul", {}, names)), reason.element, h("p.note", {}, w.revokeHelp, w.studentSees)],
    act: () => {
      const why = reason.read();
      return why ? decideOne(path, student.id, step.number, { decision: "revoke", reason: why, cascade: along.length > 0 }) : null;
    },
  });
}

/**
 * How a decision that was just made is taken back, so that what stood before stands again; `null` where that can't be
 * had: parts that were ticked on another day would go with it.
 * @param {string} path
 * @param {{ id: string, state: string, reason?: string | null, amount_due?: number | null }} before
 * @param {{ number: number }} step
 * @param {Status} status as it is now
 * @returns {(() => Promise<Status>) | null}
 */
export function takingBack(path, before, step, status) {
  const now = status.steps.find((one) => one.number === step.number);
  const decided = now?.state === "passed" || now?.state === "rejected";
  if (!now || !decided || now.parts.some((part) => part.at)) return null;
  /** @param {Decision} decision */
  const put = (decision) => () => decideOne(path, before.id, step.number, { ...decision, seen: now.state });
  if (before.state === "rejected" && now.may.includes("reject")) return put({ decision: "reject", reason: before.reason ?? null, amount_due: before.amount_due ?? null });
  const open = before.state === "ready" || before.state === "blocked";
  return open && now.may.includes("revoke") ? put({ decision: "revoke", reason: w.pressedWrongly }) : null;
}

/**
 * Does something that may be refused, and says either way.
 * @template T
 * @param {() => Promise<T | null>} work
 * @param {string} done
 * @param {(result: T) => (() => unknown) | null} [undo] how it is taken back, if it can be
 * @returns {Promise<T | null>}
 */
export async function doing(work, done, undo) {
  try {
    const result = await work();
    if (result !== null) {
      const press = undo?.(result) ?? null;
      toast(done, press && { words: w.takeBack, press });
    }
    return result;
  } catch (error) {
    const problem = asProblem(error);
    dialog(problem.title, problemNote(problem), []);
    return null;
  }
}
