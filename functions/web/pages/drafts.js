// @ts-check
// A party form that is being written: it outlives a reload of its tab, and nobody else's sight of it. It is gone when it
// was handed in, when its writer signs out, or when somebody else is signed in.

/** @typedef {{ heading: string, destination: string, transfer_kind: string, receiver_contact: string | null, receiver_phone: string | null, confirmed: boolean }} Draft */

const PREFIX = "lixiao-form:";

/** @param {(storage: Storage) => unknown} work */
function inStorage(work) {
  try {
    return work(sessionStorage);
  } catch {
    // A browser that keeps nothing has nothing to bring back.
    return null;
  }
}

/** What a draft is called. @param {string} batch @param {string} student */
export const draftName = (batch, student) => `${batch}:${student}`;

/**
 * What was being written over the form that is in; over any other it is out of date.
 * @param {string} name
 * @param {unknown} form
 * @returns {Draft | null}
 */
export const readDraft = (name, form) => /** @type {Draft | null} */ (inStorage((storage) => {
  const { over, draft } = JSON.parse(storage.getItem(PREFIX + name) ?? "{}");
  return over === JSON.stringify(form) ? draft : null;
}));

/** @param {string} name @param {unknown} form @param {Draft} draft */
export const keepDraft = (name, form, draft) => inStorage((storage) => storage.setItem(PREFIX + name, JSON.stringify({ over: JSON.stringify(form), draft })));

/** @param {string} name */
export const dropDraft = (name) => inStorage((storage) => storage.removeItem(PREFIX + name));

/** Drops every draft but this person's. @param {string} [person] */
export const dropDrafts = (person) => inStorage((storage) => {
  for (const key of Object.keys(storage))
    if (key.startsWith(PREFIX) && !(person && key.endsWith(`:${person}`))) storage.removeItem(key);
});
