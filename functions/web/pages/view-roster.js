// @ts-check
// The roster: any table in, what was understood of it, what would come of it, and what is wrong with which rows. A long one
// is one file and one press; the server goes on from a row.

import { asProblem, sendTable } from "./api.js";
import { columnNames, oneByOne } from "./by-hand.js";
import { inFront } from "./desk.js";
import { acceptDrop, byId, downloadCsv, fill, h, toast } from "./dom.js";
import { problemNote } from "./shell.js";
import { table } from "./table.js";
import { Mending, faultTable, meanings, readingLine, understood } from "./table-read.js";
import { t } from "./table-words.js";
import { w } from "./staff-words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./api.js").Schemas["Imported"]} Imported */
/** @typedef {import("./table-read.js").Fault} Fault */

/**
 * What came of a whole roster, call by call.
 * @typedef {object} Whole
 * @property {number} created
 * @property {number} updated
 * @property {number} unchanged
 * @property {NonNullable<Imported["updates"]>} updates
 * @property {NonNullable<Imported["new_colleges"]>} colleges
 * @property {NonNullable<Imported["remarks"]>} remarks
 * @property {Imported["rows"]} rows
 * @property {Imported} last
 * @property {number | null} next where to go on
 */

/** @param {HTMLElement} place @param {Desk} desk */
export async function show(place, desk) {
  const result = h("section", { id: "result" });
  const mending = new Mending();
  let turn = 0;
  /** @param {File} file */
  const preview = async (file) => {
    const mine = ++turn;
    const line = readingLine(w.reading(file.name));
    fill(result, line.element);
    const isMine = () => mine === turn;
    try {
      const whole = await mending.read(() => run(desk, file, mending, true, line.progress, isMine), (read) => read?.last.table, isMine);
      if (whole && isMine()) showPreview({ desk, place: result, file, mending, again: () => preview(file) }, whole);
    } catch (error) {
      if (isMine()) fill(result, problemNote(asProblem(error), () => preview(file)));
    }
  };
  /** @param {File | undefined} file */
  const take = (file) => {
    if (!file) return;
    // The same file, mended, can be chosen again.
    input.value = "";
    mending.nextFile();
    void preview(file);
  };
  const input = h("input", { type: "file", id: "roster", onchange: () => take(input.files?.[0]) });
  const drop = h("div.card.drop", { id: "drop" }, h("div.field", {}, h("label", { for: "roster" }, w.rosterFile), h("p.note", {}, w.rosterHelp), input),
    h("p", {}, h("a.button", { href: `${desk.path}/exports/roster-template.xlsx`, download: "" }, w.rosterTemplate)));
  acceptDrop(drop, take);
  fill(place, drop, result, oneByOne(desk));
}

/**
 * Sends the roster until the server has been through all of it, or somebody has gone on to another.
 * @param {Desk} desk
 * @param {File} file
 * @param {Mending} mending
 * @param {boolean} dry
 * @param {(done: number, all: number) => void} progress
 * @param {() => boolean} goesOn
 * @param {Whole} [before]
 * @returns {Promise<Whole | null>}
 */
async function run(desk, file, mending, dry, progress, goesOn, before) {
  /** @type {Whole} */
  const whole = before ?? { created: 0, updated: 0, unchanged: 0, updates: [], colleges: [], remarks: [], rows: [], last: /** @type {any} */ (null), next: null };
  do {
    const asked = new URLSearchParams({ ...(dry ? { dry_run: "true" } : {}), ...(whole.next ? { from: String(whole.next) } : {}) });
    /** @type {Imported} */
    const answer = await sendTable(`${desk.path}/roster?${asked}`, file, mending.how);
    if (!goesOn()) return null;
    whole.created += answer.created;
    whole.updated += answer.updated;
    whole.unchanged += answer.unchanged;
    whole.updates.push(...(answer.updates ?? []));
    whole.remarks.push(...(answer.remarks ?? []));
    whole.rows.push(...answer.rows);
    for (const college of answer.new_colleges ?? []) {
      const known = whole.colleges.find(({ name }) => name === college.name);
      if (known) known.rows += college.rows;
      else whole.colleges.push({ ...college });
    }
    whole.last = answer;
    whole.next = answer.next ?? null;
    const done = whole.created + whole.updated + whole.unchanged + whole.rows.length;
    progress(done, answer.table.rows);
  } while (whole.next);
  return whole;
}

/** @param {Whole} whole @param {boolean} done */
function tiles({ created, updated, unchanged, rows }, done) {
  const counts = /** @type {const} */ ([[created, w.created], [updated, w.updatedRows], [unchanged, w.unchanged], [rows.length, done ? w.refusedRows : w.badRows]]);
  return h("div.tiles", {}, counts.map(([count, words]) => h("div.tile", {}, h("b", {}, count), h("span", {}, words))));
}

/** What is wrong with a row, by column where that is said. @param {Imported["rows"][number]} row */
function marked({ row, problem }) {
  const fields = /** @type {Fault[] | undefined} */ (/** @type {any} */ (problem).fields);
  return { row, faults: fields ?? [/** @type {Fault} */ ({ field: "row", name: problem.title, code: problem.type, message: problem.detail })] };
}

/**
 * A file that is looked at.
 * @typedef {object} Look
 * @property {Desk} desk
 * @property {HTMLElement} place
 * @property {File} file
 * @property {Mending} mending
 * @property {() => void} again
 */

/** What would come of it, before anything is written. @param {Look} look @param {Whole} whole */
function showPreview(look, whole) {
  const { desk, place, file, mending, again } = look;
  const { created, updated, updates, colleges, remarks, rows, last } = whole;
  const names = columnNames(desk);
  const unread = last.unread ?? [];
  // Another name with another identity number is most often another person in the wrong row.
  const swapped = updates.filter(({ columns }) => columns.includes("name") && columns.includes("id_number"));
  const emptied = updates.filter((update) => (update.emptied ?? []).length > 0);
  const go = h("button.primary", { id: "apply", disabled: created + updated === 0, onclick: () => apply(look) }, w.importInto(created + updated, desk.batch.name));
  const lines = updates.slice(0, 300).map(({ row, student, columns, emptied: gone }) => h("tr", { "data-row": row }, h("td.figure", {}, row), h("td", {}, student),
    h("td", {}, columns.map((column) => names[column] ?? column).join(w.comma), (gone ?? []).length > 0 && h("p.warning", { "data-emptied": true }, t.emptied((gone ?? []).map((column) => names[column] ?? column).join(w.comma))), swapped.some((one) => one.row === row) && h("p.warning", {}, w.otherPerson))));
  const bad = rows.map(marked);
  fill(place, h("h2", { id: "result-title", tabindex: -1 }, w.previewTitle), h("p.note", {}, t.ownFile(file.name), " ", w.nothingWrittenYet), tiles(whole, false),
    understood(last.table, mending, Object.entries(names), again),
    unread.length > 0 && h("p.warning", { id: "unread" }, w.columnsUnread(unread.join(w.comma))),
    colleges.length > 0 && h("div.warning", { id: "new-colleges" }, h("p", {}, t.newColleges(colleges.length)), h("ul", {}, colleges.map(({ name, rows: count, like }) => h("li", {}, t.newCollege(name, count), like && h("strong", {}, t.likeCollege(like)))))),
    emptied.length > 0 && h("p.warning", { id: "emptied" }, t.willEmpty(emptied.length)),
    swapped.length > 0 && h("p.problem", { role: "alert" }, w.otherPeople(swapped.length)),
    meanings(bad, desk.batch.facts, mending, again), h("p", {}, go),
    faultTable("faults", t.faults, t.faultsHelp, bad), badRows(rows, file.name),
    faultTable("remarks", t.remarks, t.remarksHelp, remarks.map(({ row, remarks: faults }) => ({ row, faults }))),
    lines.length > 0 && [h("h3", {}, w.updatedRows), table(w.updatedRows, [w.rowNumber, w.number, w.columnsChanged], lines)]);
  byId("result-title").focus();
}

/** @param {Look} look @param {Whole} [before] */
async function apply(look, before) {
  const { desk, place, file, mending } = look;
  const line = readingLine(w.importing(file.name));
  // What was taken in stays so when a later call fails: it is gone on from there.
  /** @type {Whole} */
  const whole = before ?? { created: 0, updated: 0, unchanged: 0, updates: [], colleges: [], remarks: [], rows: [], last: /** @type {any} */ (null), next: null };
  try {
    await inFront(line.element, () => run(desk, file, mending, false, line.progress, () => true, whole));
    const { created, updated, unchanged, rows } = whole;
    const words = w.imported(created + updated + unchanged, rows.length);
    fill(place, h("h2", { id: "result-title", tabindex: -1 }, words), tiles(whole, true), rows.length === 0 && h("p.done", {}, w.everyRowTaken),
      faultTable("faults", t.faults, t.faultsHelp, rows.map(marked)), badRows(rows, file.name));
    byId("result-title").focus();
    toast(words);
  } catch (error) {
    fill(place, problemNote(asProblem(error)), whole.next && h("p.warning", {}, t.stoppedAt(whole.next)),
      h("p", {}, h("button.primary", { id: "go-on", onclick: () => apply(look, whole) }, t.goOn)));
  }
}

/** Row by row, to take away. @param {Imported["rows"]} rows @param {string} name */
function badRows(rows, name) {
  if (rows.length === 0) return null;
  const detail = rows.map(({ row, student, problem }) => /** @type {const} */ ([row, student ?? "", problem.detail]));
  return h("details", { id: "bad-rows" }, h("summary", {}, `${w.badRows}${w.colon}${rows.length}`),
    h("p.row", {}, h("button", { onclick: () => downloadCsv(`${name}-problems.csv`, [[w.rowNumber, w.number, w.why], ...detail.map((cells) => [...cells])]) }, w.downloadResult)),
    table(w.badRows, [w.rowNumber, w.number, w.why], detail.slice(0, 300).map(([row, student, why]) => h("tr", { "data-row": row, "data-bad": true }, h("td.figure", {}, row), h("td", {}, student), h("td", {}, why)))));
}
