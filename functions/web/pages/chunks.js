// @ts-check
// A list of students, sent a hundred at a time. What may pass is sent again and again: every decision
// is the same however often it arrives, so nothing is lost and nothing is done twice.

import { Problem, asProblem, pauseAfter, wait } from "./api.js";
import { w } from "./staff-words.js";

/** The most students of a call. */
const CHUNK = 100;
/** How long one chunk is tried before somebody is asked. */
const LONGEST = 180_000;

/**
 * A student of a list, and what came of them.
 * @typedef {object} Row
 * @property {number | null} row its line in the sheet
 * @property {string} student
 * @property {string} [name]
 * @property {{ decision: string, reason: string | null, amount_due: number | null }} [own] what is decided of this one, where each has a decision of its own
 * @property {string | null} [said] the name that the sheet has beside the number
 * @property {boolean} [another] whether the roster has another name
 * @property {"waiting" | "changed" | "unchanged" | "refused"} outcome
 * @property {{ reason?: string | null, amount_due?: number | null } | null} [before] why it stood turned down
 * @property {{ type: string, title: string, detail: string, letter?: string, form?: boolean } | null} problem a part that waits for a letter says so in `letter`
 */

/**
 * @typedef {object} Run
 * @property {(students: string[], rows: Row[]) => Promise<any>} send one call
 * @property {(row: Row, result: any) => void} take what came of one student
 * @property {(done: number, all: number) => void} progress
 * @property {(problem: import("./api.js").Problem | null, tries: number) => void} waiting trouble that may pass, and how often it was tried; `null` once it has
 * @property {(problem: import("./api.js").Problem) => Promise<boolean>} stuck trouble that somebody must see to; whether to go on
 */

/**
 * Sends every row that still waits. A number that is none is refused by itself.
 * @param {Row[]} rows
 * @param {Run} run
 * @returns {Promise<boolean>} whether it came to its end
 */
export async function sendAll(rows, run) {
  let left = rows.filter((row) => row.outcome === "waiting");
  const all = left.length;
  run.progress(0, all);
  while (left.length) {
    if ((await sendChunk(left.slice(0, CHUNK), run)) === "stopped") return false;
    left = left.filter((row) => row.outcome === "waiting");
    run.progress(all - left.length, all);
  }
  return true;
}

/**
 * @param {Row[]} chunk
 * @param {Run} run
 * @returns {Promise<"again" | "stopped">}
 */
async function sendChunk(chunk, run) {
  let since = Date.now();
  for (let attempt = 0; ; attempt++) {
    try {
      const { results } = await run.send(chunk.map((row) => row.student), chunk);
      // By its number, never by its place: a row without an answer goes on waiting.
      const answers = new Map(results.map((/** @type {{ student: string }} */ result) => [result.student, result]));
      for (const row of chunk) if (answers.has(row.student)) run.take(row, answers.get(row.student));
      if (chunk.every((row) => row.outcome === "waiting")) throw new Problem({ type: "no-answer", status: 0, title: w.noAnswer, detail: w.noAnswerDetail });
      if (attempt) run.waiting(null, attempt);
      return "again";
    } catch (error) {
      const problem = asProblem(error);
      if (markBad(chunk, problem)) return "again";
      if (problem.passes && Date.now() - since < LONGEST) {
        run.waiting(problem, attempt + 1);
        await wait(pauseAfter(attempt, problem));
        continue;
      }
      if (!(await run.stuck(problem))) return "stopped";
      [since, attempt] = [Date.now(), 0];
    }
  }
}

/**
 * The server refuses a call whose numbers are none and names them; those are set aside.
 * @param {Row[]} chunk
 * @param {import("./api.js").Problem} problem
 */
function markBad(chunk, problem) {
  const named = problem.fields.map(({ field, message }) => ({ at: /^(?:students|rows)\[(\d+)\]/.exec(field)?.[1], message }));
  if (problem.type !== "invalid-fields" || named.length === 0 || named.some(({ at }) => at === undefined)) return false;
  for (const { at, message } of named) {
    const row = chunk[Number(at)];
    if (row) Object.assign(row, { outcome: "refused", problem: { type: "invalid-fields", title: w.badNumber, detail: message } });
  }
  return true;
}

/**
 * One student a line: the first cell with digits in it, or the first cell as it is. What comes out of a sheet, with
 * other columns beside it, the server reads ({@link isSheet}).
 * @param {string} text
 * @returns {ListLine[]}
 */
export function readLines(text) {
  return text.split(/\r\n|\r|\n/).flatMap((line, i) => {
    const cells = line.split(/[\t,，;；、 \u3000]+/).map((cell) => cell.trim()).filter(Boolean);
    const several = cells.length > 1 && cells.every((cell) => /\d/.test(cell));
    const first = cells.find((cell) => /\d/.test(cell)) ?? cells[0];
    return (several ? cells : first ? [first] : []).map((student) => ({ row: i + 1, student }));
  });
}

/** Whether a text was copied out of a sheet with several columns. @param {string} text */
export const isSheet = (text) => text.includes("\t");

/**
 * A line of a list: a student, and what stands beside the number.
 * @typedef {{ row: number, student: string, name?: string | null, amount_due?: number | null, reason?: string | null, faults?: readonly { message: string, name: string }[] }} ListLine
 */

/** A number as it is compared: its case says nothing. @param {string} number */
export const plainNumber = (number) => number.normalize("NFKC").replace(/\s/g, "").toUpperCase();

/**
 * Rows that wait; a number that stands there again is said to, and a line of which something can't be read is left to
 * whoever has the list.
 * @param {readonly ListLine[]} lines
 * @param {{ type: string, title: string, detail: string }} twice
 * @param {(line: ListLine) => Row["own"]} [own]
 * @returns {Row[]}
 */
export function rowsOf(lines, twice, own) {
  const seen = new Set();
  return lines.map((line) => {
    const { row, student, name, faults = [] } = line;
    const number = plainNumber(student);
    const again = seen.has(number);
    seen.add(number);
    const unread = faults.length > 0 ? { type: "invalid-fields", title: w.badNumber, detail: faults.map((fault) => `${fault.name}${w.colon}${fault.message}`).join(w.semicolon) } : null;
    const problem = again ? twice : unread;
    return { row, student, said: name ?? null, outcome: problem ? "refused" : "waiting", problem, own: own?.(line) };
  });
}
