// @ts-check
// What happened to a student's own clearance: who decided what, when and why, fetched when it is asked for.

import { asProblem, get } from "./api.js";
import { fill, h } from "./dom.js";
import { problemNote } from "./shell.js";
import { moment, money } from "./time.js";
import { w } from "./words.js";

/** @typedef {import("./api.js").Schemas["EventAnswer"]} Event_ */

let isOpen = false;

/**
 * @param {string} path
 * @param {{ version: number }} status
 * @param {{ number: number, name: string }[]} steps
 * @param {{ id: string, name: string }[]} papers
 */
export function ownHistory(path, status, steps, papers) {
  const names = new Map([...steps.map((step) => /** @type {[string, string]} */ ([String(step.number), step.name])), ...papers.map((paper) => /** @type {[string, string]} */ ([paper.id, paper.name]))]);
  const list = h("div", { "aria-live": "polite" });
  const load = async () => {
    fill(list, h("p.loading", {}, w.opening));
    try {
      /** @type {Event_[]} */
      const events = [];
      /** @type {number[]} */
      const unreadable = [];
      let cursor = null;
      do {
        const page = await get(path, { cursor });
        events.push(...page.events);
        unreadable.push(...page.unreadable);
        cursor = page.next;
      } while (cursor);
      fill(list, unreadable.length > 0 && h("p.soon", { role: "alert" }, w.eventsUnreadable(unreadable.length)), h("ol.history", { reversed: true }, events.reverse().map((event) => line(event, names))));
    } catch (error) {
      fill(list, problemNote(asProblem(error), load));
    }
  };
  const details = h("details.card", { id: "history", open: isOpen, "data-version": status.version }, h("summary", {}, h("h2", {}, w.ownHistory)), list);
  details.addEventListener("toggle", () => {
    isOpen = details.open;
    if (details.open && !list.hasChildNodes()) void load();
  });
  return details;
}

/** @param {Event_} event @param {Map<string, string>} names of steps by their numbers, of papers by their ids */
function line(event, names) {
  const what = event.step ? `${event.step} ${names.get(String(event.step)) ?? ""}` : "";
  const did = event.paper ? w.paperAction(event.action, names.get(event.paper) ?? event.paper) : (w.did[event.action] ?? event.action);
  return h("li", { "data-event": event.number, value: event.number }, h("time", { datetime: event.at }, moment(event.at)), " ",
    h("strong", {}, what, what && w.colon, did), " ",
    event.reason ?? "", event.amount_due ? ` ${w.owes(money(event.amount_due))}` : "", " ",
    h("small", {}, event.by_name ?? event.by));
}
