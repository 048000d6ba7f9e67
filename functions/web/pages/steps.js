// @ts-check
// The steps as the notice draws them: stages in colours with arrows between, the steps of a stage side
// by side, each opening to office, place, telephone, hours and what was said.

import { draw, h } from "./dom.js";
import { phone, someoneToCall } from "./shell.js";
import { moment, money } from "./time.js";
import { w } from "./words.js";

/** @typedef {import("./api.js").Step} Step */

/**
 * Stages: a step stands one after the last of its prerequisites. Where it stands is all that is
 * worked out here; whether it can pass is the server's to say.
 * @template {{ number: number, after: number[] }} T
 * @param {T[]} steps
 * @returns {T[][]}
 */
export function stagesOf(steps) {
  const byNumber = new Map(steps.map((step) => [step.number, step]));
  /** @type {Map<number, number>} */
  const depth = new Map();
  /** @param {T} step @returns {number} */
  const depthOf = (step) => {
    const known = depth.get(step.number);
    if (known !== undefined) return known;
    const before = step.after.map((number) => byNumber.get(number)).filter((one) => one !== undefined);
    const own = before.length ? 1 + Math.max(...before.map(depthOf)) : 0;
    depth.set(step.number, own);
    return own;
  };
  /** @type {T[][]} */
  const stages = [];
  for (const step of steps) (stages[depthOf(step)] ??= []).push(step);
  return stages;
}

/** Whether a step counts: one that is asked of them, or that somebody has decided. @param {Step} step */
export const isAsked = (step) => step.state !== "waived" || !!step.decided_by;

/** Whether a step is theirs to do or to leave, and open. @param {Step} step */
export const isOptional = (step) => step.optional && !isAsked(step);

/** What is said of a step that nobody has decided and nobody waits for. @param {Step} step */
export const unasked = (step) => (isOptional(step) ? w.optional : isAsked(step) ? undefined : w.notNeeded);

/** A state's mark: never by colour alone. @type {Record<string, string>} */
export const MARKS = { passed: "✓", waived: "–", rejected: "!", ready: "…", blocked: "○" };

/** @param {string} state @param {string} [words] */
export const chip = (state, words = w.states[state] ?? state) =>
  h("span.chip", { "data-state": state }, h("span", { "aria-hidden": "true" }, MARKS[state] ?? ""), words);

/**
 * @param {Step[]} steps
 * @param {Set<number>} open numbers of the steps that are folded out; kept up to date
 */
export function drawStages(steps, open) {
  const stages = stagesOf(steps);
  return h("ol.stages", {}, stages.map((stage, i) => {
    const asked = stage.filter(isAsked);
    const done = asked.filter((step) => step.state === "passed" || step.state === "waived").length;
    return h("li.stage", { "data-stage": i % 4, "data-done": done === asked.length },
      h("div.stage-head", {}, h("h3", {}, w.stage(i + 1)), h("span", {}, stage.length > 1 ? w.together : i ? w.afterwards : ""),
        h("span.count", {}, asked.length > 0 && w.doneOf(done, asked.length))),
      h("div.cards", {}, stage.map((step) => card(step, steps, open))));
  }));
}

/**
 * @param {Step} step
 * @param {Step[]} steps
 * @param {Set<number>} open
 */
function card(step, steps, open) {
  const details = h("details.step", { "data-state": step.state, "data-step": step.number, open: open.has(step.number) },
    h("summary", {}, h("span.number", { "aria-hidden": "true" }, step.number),
      h("span.title", {}, h("span.name", {}, step.name), chip(step.state, unasked(step))), brief(step, steps)),
    h("div.more", {}, facts(step, steps)));
  details.addEventListener("toggle", () => (details.open ? open.add(step.number) : open.delete(step.number)));
  return details;
}

/**
 * What one must know without opening it.
 * @param {Step} step
 * @param {Step[]} steps
 */
function brief(step, steps) {
  const text = {
    rejected: () => [step.reason, step.amount_due ? ` ${w.owes(money(step.amount_due))}` : ""].join(""),
    ready: () => (step.revoked ? w.revokedNow(step.revoked.reason) : w.waitsFor(whoHandles(step))),
    blocked: () => (step.revoked ? w.revokedNow(step.revoked.reason) : w.needsFirst(open(step, steps))),
    passed: () => (step.decided_at ? moment(step.decided_at).slice(0, 10) : ""),
    waived: () => (step.reason ?? ""),
  }[/** @type {string} */ (step.state)];
  return h("span.brief", {}, text?.() ?? "");
}

/** The office, and of advisors who they are. @param {Step} step */
export const whoHandles = ({ office, advisors }) => [office?.name, advisors.join(w.comma)].filter(Boolean).join(" ");

/** @param {Step} step @param {Step[]} steps */
function open(step, steps) {
  const left = steps.filter((one) => step.after.includes(one.number) && one.waiting_for !== null);
  return left.map((one) => `${one.number} ${one.name}`);
}

/** @param {Step} step @param {Step[]} steps */
function facts(step, steps) {
  const { office } = step;
  const waits = step.state === "blocked" ? open(step, steps).join(w.comma) : null;
  const parts = step.parts.filter((part) => part.applies);
  /** @type {[string, import("./dom.js").Child][]} */
  const rows = [
    [w.office, whoHandles(step)],
    [w.place, office?.place],
    [w.telephone, phone(office?.phone) ?? (someoneToCall() ? w.phoneNotGiven : null)],
    [w.hours, office?.hours],
    [w.stepHelp, step.help || step.link ? [step.help ?? "", " ", step.link && h("a", { href: step.link, target: "_blank", rel: "noopener" }, w.moreAbout)] : null],
    [w.reason, step.reason],
    [w.revoked, step.revoked && [step.revoked.reason, h("br"), h("small", {}, w.revokedBy(moment(step.revoked.at), step.revoked.by_name ?? step.revoked.by))]],
    [w.amountDue, step.amount_due ? money(step.amount_due) : null],
    [w.waitsForSteps, waits],
    [w.decided, step.decided_at && `${moment(step.decided_at)} · ${step.decided_by_name ?? step.decided_by}`],
  ];
  return [
    h("dl", {}, rows.filter(([, value]) => value).map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
    parts.length > 0 && h("ul.parts", { "aria-label": w.parts }, parts.map((part) =>
      h("li", {}, h("span", { "aria-hidden": "true" }, part.done ? "☑ " : "☐ "), part.name, h("span.unseen", {}, part.done ? w.partDone : w.partOpen),
        part.waits && !part.done && h("small", {}, ` ${part.waits}`)))),
  ];
}

/**
 * How much is done, as a ring with the number in it.
 * @param {number} done
 * @param {number} all
 */
export function ring(done, all) {
  const around = 2 * Math.PI * 42;
  const part = all ? done / all : 1;
  return draw("svg", { viewBox: "0 0 100 100", class: "ring", role: "img", "aria-label": w.doneOf(done, all) },
    draw("circle", { class: "ring-all", cx: 50, cy: 50, r: 42 }),
    draw("circle", { class: "ring-done", cx: 50, cy: 50, r: 42, transform: "rotate(-90 50 50)", "stroke-dasharray": `${around * part} ${around}` }),
    draw("text", { x: 50, y: 58, "text-anchor": "middle" }, `${done}/${all}`));
}
