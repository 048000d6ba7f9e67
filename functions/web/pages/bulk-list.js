// @ts-check
// Where the numbers of many students come from: pasted, dropped, or handed over by a list. A sheet, and what is copied out
// of one, the server reads, with the name, the amount and the reason beside each number.

import { asProblem, sendTable } from "./api.js";
import { isSheet, readLines } from "./chunks.js";
import { acceptDrop, fill, h } from "./dom.js";
import { problemNote } from "./shell.js";
import { Mending, faultTable, understood } from "./table-read.js";
import { t } from "./table-words.js";
import { w } from "./staff-words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./chunks.js").ListLine} ListLine */
/** @typedef {import("./api.js").Schemas["ListAnswer"]} ListAnswer */

/** What a column of a list may be. @type {import("./table-read.js").Names} */
const COLUMNS = [["student_id", w.number], ["name", w.name], ["amount_due", t.amount], ["reason", t.reason]];

/** @param {Desk} desk @param {() => void} changed */
export function listEntry(desk, changed) {
  let turn = 0;
  const mending = new Mending();
  /** What the server has read, until the text is changed. @type {ListAnswer | null} */
  let sheet = null;
  /** What is being read: nothing is decided of a list before that. @type {Promise<void>} */
  let reading = Promise.resolve();
  const note = h("div", { role: "status" });
  const seen = h("div");
  const text = h("textarea", { id: "numbers", rows: 8, spellcheck: false, autocomplete: "off", "aria-describedby": "numbers-help", oninput: () => {
    // What is still being read of an earlier text is no answer to this one.
    turn++;
    sheet = null;
    fill(seen);
    count();
    // What comes out of a sheet has more beside its numbers.
    if (isSheet(text.value)) reading = readSheet(new File([text.value], t.pasted, { type: "text/plain" }), false);
  } }, desk.numbers.join("\n"));
  const count = () => fill(note, h("p.note", {}, w.numbersRead(lines().length)));
  /** @returns {readonly ListLine[]} */
  const lines = () => sheet?.rows ?? readLines(text.value);
  /** @param {File} file @param {boolean} shown whether its numbers are written into the text */
  const readSheet = async (file, shown) => {
    const mine = ++turn;
    changed();
    fill(note, h("p.note", {}, w.reading(file.name)));
    try {
      /** @type {ListAnswer} */
      const answer = await mending.read((how) => sendTable(`${desk.path}/tables`, file, how), ({ table }) => table, () => mine === turn);
      if (mine !== turn) return;
      sheet = answer;
      if (shown) text.value = answer.rows.map(({ student }) => student).join("\n");
      show(file, answer, shown);
    } catch (error) {
      if (mine === turn) fill(note, problemNote(asProblem(error)));
    }
  };
  /** @param {File} file @param {ListAnswer} answer @param {boolean} shown */
  const show = (file, answer, shown) => {
    const { rows, table } = answer;
    const amounts = rows.filter(({ amount_due }) => amount_due);
    const unread = table.columns.filter(({ column, heading }) => !column && heading).map(({ heading }) => heading);
    fill(note, h("p.done", { id: "sheet-read" }, w.sheetRead(file.name, rows.length)),
      amounts.length > 0 && h("p.note", { id: "own-amounts" }, t.ownAmounts(amounts.length)), unread.length > 0 && h("p.note", { id: "unread" }, t.unread(unread.join(w.comma))));
    fill(seen, understood(table, mending, COLUMNS, () => (reading = readSheet(file, shown))),
      faultTable("list-faults", t.listFaults, t.listFaultsHelp, rows.map(({ row, faults = [] }) => ({ row, faults }))),
      faultTable("list-remarks", t.remarks, t.listRemarksHelp, rows.map(({ row, remarks = [] }) => ({ row, faults: remarks }))));
  };
  /** @param {File | undefined} file */
  const take = (file) => {
    if (!file) return;
    // The same file, mended, can be chosen again.
    input.value = "";
    mending.nextFile();
    reading = readSheet(file, true);
  };
  const input = h("input", { type: "file", id: "sheet", onchange: () => take(input.files?.[0]) });
  const element = h("div.field.drop", { id: "drop" },
    h("label", { for: "numbers" }, w.numbers), h("p.note", { id: "numbers-help" }, w.numbersHelp), text,
    h("p.row", {}, h("label", { for: "sheet" }, w.orSheet), input, h("a", { href: `${desk.path}/exports/list-template.xlsx`, download: "" }, w.rosterTemplate)), note, seen);
  acceptDrop(element, take);
  if (desk.numbers.length) count();
  return { element, lines, settled: () => reading, hidden: () => (mending.how.hidden ? 0 : (sheet?.table.hidden ?? 0)),
    unread: () => (sheet?.table.sheets ?? []).reduce((rows, { unread }) => rows + (unread ?? 0), 0) };
}
