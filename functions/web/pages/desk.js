// @ts-check
// What every view of the staff shares: the desk it is given, which steps are somebody's, and how
// trouble is shown where it happens.

import { asProblem } from "./api.js";
import { fill, h } from "./dom.js";
import { problemNote } from "./shell.js";
import { w } from "./staff-words.js";

/** @typedef {import("./api.js").Batch} Batch */
/** @typedef {import("./api.js").BatchLine} BatchLine */
/** @typedef {import("./api.js").Session & { roles: import("./api.js").Role[], offices: string[], papers: Paper[] }} Session whose, with what they have in the batch now, and what they may do with its papers */
/** @typedef {import("./api.js").Schemas["PaperAnswer"] & { keeps: boolean, reads: boolean, gathers: boolean }} Paper a paper, whether they issue it, read its register, see who gets one */
/** @typedef {Schemas["BatchStep"]} BatchStep */
/** @typedef {import("./api.js").Schemas} Schemas */

/**
 * What every view is given.
 * @typedef {object} Desk
 * @property {Session} session who works here
 * @property {Batch} batch in which batch
 * @property {string} path where the batch's interface begins
 * @property {URLSearchParams} asked what the address asks for
 * @property {string[]} numbers student numbers that another view hands over
 * @property {(view: string, asked?: Record<string, string | number>) => string} link an address of a view
 * @property {(role: import("./api.js").Role) => boolean} has whether they hold a role
 */

/** The roles that see every college. */
export const WIDE = /** @type {const} */ (["party-office", "registrar", "administrator"]);

/**
 * Somebody as they work in a batch: with what they have been granted there.
 * @param {import("./api.js").Session} session
 * @param {BatchLine} batch
 * @returns {Session}
 */
export function inBatch(session, { id, papers }) {
  const grants = session.rights.find((one) => one.batch === id)?.grants ?? [];
  /** @type {import("./api.js").Role[]} */
  const roles = [...new Set(grants.map(({ role }) => role)), ...(session.administrator ? /** @type {const} */ (["administrator"]) : [])];
  const offices = [...new Set(grants.flatMap((grant) => grant.offices))];
  const theirs = papers.map((paper) => {
    const keeps = (paper.layout === "party-introduction" && roles.includes("party-office")) || offices.includes(paper.keeper ?? "");
    const reads = keeps || roles.includes("registrar") || roles.includes("administrator");
    return { ...paper, keeps, reads, gathers: reads || roles.includes("counsellor") };
  });
  return { ...session, roles, offices, papers: theirs };
}

/** @param {Session} session @param {readonly import("./api.js").Role[]} roles */
export const some = (session, roles) => roles.some((role) => session.roles.includes(role));

/**
 * The steps that somebody may decide, as far as a page needs to know to offer them: those of their
 * offices, then the advisors', which are anybody's whose students there are.
 * @param {Desk} desk
 */
export function ownSteps({ session, batch }) {
  const offices = batch.steps.filter((step) => step.offices.some((office) => session.offices.includes(office)));
  const advises = session.roles.length === 0 || session.roles.includes("operator");
  const advised = batch.steps.filter((step) => advises && step.by_advisors && !offices.includes(step));
  return [...offices, ...advised];
}

/** The steps that somebody may look at. @param {Desk} desk */
export const seenSteps = (desk) => (some(desk.session, ["counsellor", ...WIDE]) ? desk.batch.steps : ownSteps(desk));

/** @type {string[]} */
let handedOver = [];

/** Hands student numbers to the view that is opened next. @param {string[]} numbers */
export function handOver(numbers) {
  handedOver = numbers;
}

/** What was handed over, once. */
export function takeOver() {
  const numbers = handedOver;
  handedOver = [];
  return numbers;
}

/**
 * Runs something that asks the server, and shows what went wrong in a place of its own.
 * @param {HTMLElement} place
 * @param {() => Promise<void>} work
 */
export async function attempt(place, work) {
  place.setAttribute("aria-busy", "true");
  try {
    await work();
  } catch (error) {
    fill(place, problemNote(asProblem(error), () => attempt(place, work)));
  } finally {
    place.removeAttribute("aria-busy");
  }
}

let busy = 0;

/** Whether a long piece of work is under way, from which one must not walk off. */
export const isBusy = () => busy > 0;

/**
 * Shows long work in a box that stays in front until it is done; leaving the page is asked about.
 * @template T
 * @param {Node} line
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function inFront(line, work) {
  const box = h("dialog.dialog", { "aria-label": w.atWork, oncancel: stay }, h("div.dialog-body", {}, line, h("p.note", {}, w.stayHere)));
  document.body.append(box);
  box.showModal();
  window.addEventListener("beforeunload", stay);
  busy++;
  try {
    return await work();
  } finally {
    busy--;
    window.removeEventListener("beforeunload", stay);
    box.remove();
  }
}

/** @param {Event} event */
const stay = (event) => event.preventDefault();
