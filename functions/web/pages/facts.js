// @ts-check
// What the university's file says is known of students: columns of lists, and words for their values.

import { w } from "./staff-words.js";
import { choice } from "./table.js";

/** @typedef {import("./api.js").Batch} Batch */
/** @typedef {Batch["facts"][number]} Fact */

/** The facts that lists show. @param {Batch} batch */
export const listed = (batch) => batch.facts.filter((fact) => fact.list);

/** What people call somebody's value of a fact. @param {Fact} fact @param {Record<string, string>} facts */
export function valueOf(fact, facts) {
  const value = facts[fact.id] ?? "";
  return fact.values.find((one) => one.value === value)?.name ?? value;
}

/** What a list is filtered by, as its address and its calls have it. @typedef {string} Asked */

/**
 * A choice for each fact that lists show, in the order of the university's file.
 * @param {Batch} batch
 * @param {Asked} asked
 * @param {(asked: Asked) => void} go
 */
export function factChoices(batch, asked, go) {
  const chosen = new Map(asked.split(",").filter(Boolean).map((pair) => /** @type {[string, string]} */ (pair.split(":"))));
  return listed(batch).filter(({ values }) => values.length > 0).map((fact) => {
    /** @type {[string, string][]} */
    const all = [["", w.everyOne(fact.name)], ...fact.values.map(({ value, name }) => /** @type {[string, string]} */ ([value, name]))];
    return choice(`fact-${fact.id}`, fact.name, all, chosen.get(fact.id) ?? "", (value) => {
      if (value) chosen.set(fact.id, value);
      else chosen.delete(fact.id);
      go([...chosen].map(([id, one]) => `${id}:${one}`).join(","));
    });
  });
}
