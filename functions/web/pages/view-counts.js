// @ts-check
// How many of each college have handed in their form, and a reminder for those who haven't, to paste where they read it.

import { asProblem, get } from "./api.js";
import { some, WIDE } from "./desk.js";
import { fill, h } from "./dom.js";
import { problemNote } from "./shell.js";
import { end, now } from "./time.js";
import { toCopy } from "./to-copy.js";
import { w } from "./staff-words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./api.js").Schemas["MemberRow"]} Member */

/** As many calls of a hundred members are made to count them; of more nothing is said. */
const CALLS = 30;

/**
 * Every member in reach, or `null` if they are too many to be counted here.
 * @param {Desk} desk
 * @param {string} college
 */
async function everyMember(desk, college) {
  /** @type {Member[]} */
  const members = [];
  let cursor = null;
  for (let calls = 0; calls < CALLS; calls++) {
    const page = await get(`${desk.path}/party-forms`, { college, limit: 100, cursor });
    members.push(...page.members);
    cursor = page.next;
    if (!cursor) return members;
  }
  return null;
}

/**
 * The counts, and what draws them again. Who sees every college asks for them: that is hundreds of documents.
 * @param {Desk} desk
 * @param {string} college one college only
 */
export function formCounts(desk, college) {
  const element = h("div", { id: "counts" });
  let turn = 0;
  let asked = college !== "" || !some(desk.session, WIDE);
  const count = async () => {
    if (!asked) return;
    const mine = ++turn;
    try {
      const members = await everyMember(desk, college);
      if (mine === turn) fill(element, members ? drawCounts(desk, members) : h("p.note", {}, w.tooManyToCount));
    } catch (error) {
      if (mine === turn) fill(element, problemNote(asProblem(error), count));
    }
  };
  if (asked) fill(element, h("p.note", {}, w.counting));
  else fill(element, h("p", {}, h("button", { onclick: () => {
    asked = true;
    fill(element, h("p.note", {}, w.counting));
    void count();
  } }, w.countForms)));
  return { element, count };
}

/** @param {Desk} desk @param {Member[]} members */
function drawCounts(desk, members) {
  /** @type {Map<string, [number, number]>} */
  const colleges = new Map();
  for (const { college, state } of members) {
    const [done, all] = colleges.get(college) ?? [0, 0];
    colleges.set(college, [state === "missing" ? done : done + 1, all + 1]);
  }
  const missing = members.filter(({ state }) => state === "missing");
  return h("div.row", {},
    h("ul.counts", { "aria-label": w.formsByCollege }, [...colleges].map(([name, [done, all]]) =>
      h("li", { "data-college": name, "data-done": done === all }, h("span", { lang: "zh-CN" }, name), " ", h("b", {}, w.handedInOf(done, all)), done === all && h("span.done", { "aria-hidden": "true" }, " ✓")))),
    missing.length > 0 && h("button", { id: "remind", "aria-haspopup": "dialog", onclick: () => remind(desk, missing) }, w.remind(missing.length)));
}

/** The reminder's text, by deadline: members of different kinds may have different ones (N19). @param {Desk} desk @param {Member[]} missing @param {boolean} phones */
function reminder({ batch }, missing, phones) {
  const lines = [w.reminder(`${location.origin}/`)];
  const deadlines = new Map((batch.party?.editable_until ?? []).map(({ for: whom, until }) => [until, whom ?? ""]));
  for (const [until, whom] of deadlines) {
    const theirs = missing.filter((member) => member.editable_until === until);
    if (theirs.length === 0) continue;
    lines.push("", (now() < Date.parse(until) ? w.reminderUntil : w.reminderLate)(whom, end(until)));
    for (const { name, phone } of theirs) lines.push(phones && phone ? `${name} ${phone}` : name);
  }
  return lines.join("\n");
}

/** Shows the reminder, to be changed and copied. @param {Desk} desk @param {Member[]} missing */
const remind = (desk, missing) => toCopy({
  title: w.remindTitle(missing.length), label: w.reminderText, help: w.reminderHelp, choice: w.withPhones,
  write: (phones) => reminder(desk, missing, phones),
});
