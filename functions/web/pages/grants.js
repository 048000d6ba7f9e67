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

/** The fact by which offices bound their clerks' rights; none: by college. @param {Desk} desk @param {string[]} offices */
export function scopeOf(desk, offices) {
  const scope = desk.batch.offices.find((office) => offices.includes(office.id) && office.scope)?.scope;
  return desk.batch.facts.find((fact) => fact.id === scope) ?? null;
}

/** One right in words: role, offices, colleges, and when. @param {Desk} desk @param {Grant} grant */
export function inWords(desk, grant) {
  const offices = grant.offices.map((id) => officeName(desk, id)).join(w.comma);
  const scope = scopeOf(desk, grant.offices);
  const named = (/** @type {string} */ name) => scope?.values.find(({ value }) => value === name)?.name ?? name;
  const within = BOUNDED.includes(grant.role) ? grant.colleges.map((name) => (name === "*" ? (scope ? w.everybody : w.everyCollege) : named(name))).join(w.comma) : "";
  const when = grant.from || grant.until ? w.between(grant.from ? grant.from.slice(0, 10) : "", grant.until ? end(grant.until) : "") : "";
  return [w.roles[grant.role] ?? grant.role, offices, within, when].filter(Boolean).join(" · ");
}

/** Names the offices that nobody holds. @param {HTMLElement} place @param {Desk} desk */
export async function showUnheld(place, desk) {
  const { offices } = await get(`${desk.path}/unheld-offices`);
  const lines = offices.map((/** @type {Unheld} */ { office, colleges }) => h("li", { "data-unheld": office }, officeName(desk, office), colleges.length > 0 && w.onlyFor(colleges.map((/** @type {string} */ one) => scopeOf(desk, [office])?.values.find(({ value }) => value === one)?.name ?? one).join(w.comma))));
  fill(place, lines.length > 0 && h("div.warning", {}, h("strong", {}, w.unheld(lines.length)), h("ul", {}, lines)));
}
