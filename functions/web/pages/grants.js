// @ts-check
// Somebody's rights in words, and what is missing among a batch's.

import { get } from "./api.js";
import { fill, h } from "./dom.js";
import { end } from "./time.js";
import { w } from "./staff-words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./api.js").Schemas["GrantAnswer"]} Grant */
/** @typedef {import("./api.js").Schemas["UnheldOffice"]} Unheld */

/** Roles that belong to colleges. */
export const BOUNDED = ["operator", "counsellor"];

/** @param {Desk} desk @param {string} id */
const officeName = (desk, id) => desk.batch.offices.find((office) => office.id === id)?.name ?? id;

/** One right in words: role, offices, colleges, and when. @param {Desk} desk @param {Grant} grant */
export function inWords(desk, grant) {
  const offices = grant.offices.map((id) => officeName(desk, id)).join(w.comma);
  const within = BOUNDED.includes(grant.role) ? grant.colleges.map((name) => (name === "*" ? w.everyCollege : name)).join(w.comma) : "";
  const when = grant.from || grant.until ? w.between(grant.from ? grant.from.slice(0, 10) : "", grant.until ? end(grant.until) : "") : "";
  return [w.roles[grant.role] ?? grant.role, offices, within, when].filter(Boolean).join(" · ");
}

/** Names the offices that nobody holds. @param {HTMLElement} place @param {Desk} desk */
export async function showUnheld(place, desk) {
  const { offices } = await get(`${desk.path}/unheld-offices`);
  const lines = offices.map((/** @type {Unheld} */ { office, colleges }) => h("li", { "data-unheld": office }, officeName(desk, office), colleges.length > 0 && w.onlyFor(colleges.join(w.comma))));
  fill(place, lines.length > 0 && h("div.warning", {}, h("strong", {}, w.unheld(lines.length)), h("ul", {}, lines)));
}
