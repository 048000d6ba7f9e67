// @ts-check
// What the university's file says is known of students: columns of lists, and words for their values.

/** @typedef {import("./api.js").Batch} Batch */
/** @typedef {Batch["facts"][number]} Fact */

/** The facts that lists show. @param {Batch} batch */
export const listed = (batch) => batch.facts.filter((fact) => fact.list);

/** What people call somebody's value of a fact. @param {Fact} fact @param {Record<string, string>} facts */
export function valueOf(fact, facts) {
  const value = facts[fact.id] ?? "";
  return fact.values.find((one) => one.value === value)?.name ?? value;
}
