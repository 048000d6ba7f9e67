// @ts-check
// A list of students, sent a hundred at a time. What may pass is sent again and again: every decision
// is the same however often it arrives, so nothing is lost and nothing is done twice.

import { asProblem, wait } from "./api.js";
import { w } from "./words.js";

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
 * @property {"waiting" | "changed" | "unchanged" | "refused"} outcome
 * @property {{ type: string, title: string, detail: string } | null} problem
 */

/**
 * @typedef {object} Run
 * @property {(students: string[]) => Promise<any>} send one call
 * @property {(row: Row, result: any) => void} take what came of one student
 * @property {(done: number, all: number) => void} progress
 * @property {(problem: import("./api.js").Problem | null) => void} waiting trouble that may pass; `null` once it has
 * @property {(problem: import("./api.js").Problem) => Promise<boolean>} stuck trouble that somebody must see to; whether to go on
 */

/**
 * Sends every row that still waits. A number that is none is refused by itself.
 * @param {Row[]} rows
 * @param {Run} run
 * @returns {Promise<boolean>} whether it came to its end
 */
export async function sendAll(rows, run) {
  const left = rows.filter((row) => row.outcome === "waiting");
  const all = left.length;
  run.progress(0, all);
  while (left.length) {
    const chunk = left.slice(0, CHUNK);
    const sent = await sendChunk(chunk, run);
    if (sent === "stopped") return false;
    if (sent === "again") {
      left.splice(0, left.length, ...left.filter((row) => row.outcome === "waiting"));
    } else left.splice(0, chunk.length);
    run.progress(all - left.length, all);
  }
  return true;
}

/**
 * @param {Row[]} chunk
 * @param {Run} run
 * @returns {Promise<"done" | "again" | "stopped">}
 */
async function sendChunk(chunk, run) {
  const since = Date.now();
  for (let attempt = 0; ; attempt++) {
    try {
      const { results } = await run.send(chunk.map((row) => row.student));
      chunk.forEach((row, i) => run.take(row, results[i]));
      if (attempt) run.waiting(null);
      return "done";
    } catch (error) {
      const problem = asProblem(error);
      if (markBad(chunk, problem)) return "again";
      if (problem.passes && Date.now() - since < LONGEST) {
        run.waiting(problem);
        await wait(Math.min(500 * 2 ** attempt, 8_000));
      } else if (!(await run.stuck(problem))) return "stopped";
    }
  }
}

/**
 * The server refuses a call whose numbers are none and names them; those are set aside.
 * @param {Row[]} chunk
 * @param {import("./api.js").Problem} problem
 */
function markBad(chunk, problem) {
  const named = problem.fields.map(({ field, message }) => ({ at: /^students\[(\d+)\]$/.exec(field)?.[1], message }));
  if (problem.type !== "invalid-fields" || named.length === 0 || named.some(({ at }) => at === undefined)) return false;
  for (const { at, message } of named) {
    const row = chunk[Number(at)];
    if (row) Object.assign(row, { outcome: "refused", problem: { type: "invalid-fields", title: w.badNumber, detail: message } });
  }
  return true;
}

/**
 * The first cell of each line that looks like a number, or the first cell as it is.
 * @param {string} text
 * @returns {{ row: number, student: string }[]}
 */
export function readLines(text) {
  return text.split(/\r\n|\r|\n/).flatMap((line, i) => {
    const cells = line.split(/[\t,，;；、 \u3000]+/).map((cell) => cell.trim()).filter(Boolean);
    const first = cells.find((cell) => /^\d{6,}$/.test(cell)) ?? cells[0];
    // A line of several numbers is several students.
    const numbers = cells.filter((cell) => /^\d{9,20}$/.test(cell));
    return (numbers.length > 1 ? numbers : first ? [first] : []).map((student) => ({ row: i + 1, student }));
  });
}

/**
 * Rows that wait; a number that stands there again is said to.
 * @param {{ row: number, student: string }[]} lines
 * @param {{ type: string, title: string, detail: string }} twice
 * @returns {Row[]}
 */
export function rowsOf(lines, twice) {
  const seen = new Set();
  return lines.map(({ row, student }) => {
    const again = seen.has(student);
    seen.add(student);
    return { row, student, outcome: again ? "refused" : "waiting", problem: again ? twice : null };
  });
}
