// @ts-check
// A member's letter: its number, where it goes, and a last day that is hard to miss (N20, N21).

import { inPath } from "./api.js";
import { h } from "./dom.js";
import { countdown, midnight, nextDay, now } from "./time.js";
import { w } from "./words.js";

/** How long before its last day a letter is pressing, in milliseconds: as long as a journey home may be put off. */
const PRESSING = 14 * 86_400_000;

/** @typedef {import("./api.js").Schemas["LetterLine"]} Letter */

/** The first instant at which a letter isn't valid any more. @param {Letter} letter */
export const lastInstant = (letter) => midnight(nextDay(letter.valid_until));

/** Whether a letter must be delivered within days, or should have been. @param {Letter} letter */
export const isPressing = (letter) => Date.parse(lastInstant(letter)) - now() <= PRESSING;

/**
 * @param {string} batch
 * @param {string} student
 * @param {import("./api.js").Schemas["LetterLine"]} letter
 * @param {import("./api.js").Schemas["FormAnswer"] | null} form
 */
export function letterCard(batch, student, letter, form) {
  const issued = letter.state === "issued";
  const base = `/api/batches/${batch}`;
  return h("div.card.letter", { "data-state": letter.state },
    h("p", {}, h("strong", {}, w.letterNumber(letter.number)), " ", h("span.chip", { "data-state": letter.state }, w.letterStates[letter.state] ?? letter.state)),
    form && h("dl", {}, h("dt", {}, w.heading), h("dd", { lang: "zh-CN" }, form.heading), h("dt", {}, w.destination), h("dd", { lang: "zh-CN" }, form.destination),
      h("dt", {}, w.transferKind), h("dd", {}, w.kinds[form.transfer_kind] ?? form.transfer_kind)),
    h("p", {}, w.validUntil(letter.issued_on, letter.valid_until), " ", issued && countdown(lastInstant(letter), w.left, w.over)),
    issued && h("p.note", {}, w.carryLetter),
    letter.state === "expired" && h("p.problem", {}, w.letterExpired),
    h("p.row", {},
      issued && h("a.button", { href: `${base}/students/${inPath(student)}/letter.ics` }, w.toCalendar),
      h("a.button", { href: `${base}/letters/${letter.number}.pdf`, target: "_blank" }, w.letterCopy)));
}
