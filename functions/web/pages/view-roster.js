// @ts-check
// The roster: a sheet in, what came of it, and what is wrong with which row.

import { asProblem, sendSheet } from "./api.js";
import { inFront } from "./desk.js";
import { acceptDrop, byId, downloadCsv, fill, h, toast } from "./dom.js";
import { problemNote } from "./shell.js";
import { table } from "./table.js";
import { w } from "./staff-words.js";

/** The columns that every university's roster may have, by what they are called in a body. @type {Record<string, string>} */
const OWN = { student_id: "学号", name: "姓名", sex: "性别", ethnicity: "民族", birth_date: "出生日期", id_number: "身份证号", college: "学院", major: "专业", advisors: "导师工号", phone: "电话", email: "电子邮箱" };

/** What each column is called: a roster's own, then the university's facts. @param {Desk} desk @returns {Record<string, string>} */
const columnsOf = ({ batch }) => ({ ...OWN, ...Object.fromEntries(batch.facts.map(({ id, name }) => [id, name])) });

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./api.js").Schemas["Imported"]} Imported */

/** @param {HTMLElement} place @param {Desk} desk */
export async function show(place, desk) {
  const result = h("section", { id: "result" });
  let turn = 0;
  /** @param {File | undefined} file */
  const take = async (file) => {
    if (!file) return;
    const mine = ++turn;
    input.value = "";
    fill(result, working(w.reading(file.name)));
    try {
      const imported = await sendSheet(`${desk.path}/roster?dry_run=true`, file);
      if (mine === turn) showPreview(desk, result, file, imported);
    } catch (error) {
      if (mine === turn) fill(result, trouble(desk, asProblem(error)));
    }
  };
  const input = h("input", { type: "file", id: "roster", accept: ".xlsx,.csv", onchange: () => take(input.files?.[0]) });
  const drop = h("div.card.drop", { id: "drop" }, h("div.field", {}, h("label", { for: "roster" }, w.rosterFile), h("p.note", {}, w.rosterHelp), input),
    h("p", {}, h("button", { onclick: () => downloadCsv("roster.csv", [Object.values(columnsOf(desk))]) }, w.rosterTemplate)));
  acceptDrop(drop, take);
  fill(place, drop, result);
}

/** @param {string} words */
const working = (words) => h("div.card.working", {}, h("p", {}, words), h("progress", { "aria-label": words }));

/** What is wrong with the sheet as a whole, column by column. @param {Desk} desk @param {import("./api.js").Problem} problem */
const trouble = (desk, problem) => [problemNote(problem), h("ul", {}, problem.fields.map(({ field, message }) => h("li", {}, `${columnsOf(desk)[field] ?? field}${w.colon}${message}`)))];

/** @param {Imported} imported @param {boolean} done */
function tiles({ created, updated, unchanged, rows }, done) {
  const counts = /** @type {const} */ ([[created, w.created], [updated, w.updatedRows], [unchanged, w.unchanged], [rows.length, done ? w.refusedRows : w.badRows]]);
  return h("div.tiles", {}, counts.map(([count, words]) => h("div.tile", {}, h("b", {}, count), h("span", {}, words))));
}

/** What would come of it, before anything is written. @param {Desk} desk @param {HTMLElement} place @param {File} file @param {Imported} imported */
function showPreview(desk, place, file, imported) {
  const { created, updated, updates = [], unread = [] } = imported;
  const names = columnsOf(desk);
  // Another name with another identity number is most often another person in the wrong row.
  const swapped = updates.filter(({ columns }) => columns.includes("name") && columns.includes("id_number"));
  const go = h("button.primary", { id: "apply", disabled: created + updated === 0, onclick: () => apply(desk, place, file) }, w.importInto(created + updated, desk.batch.name));
  const lines = updates.slice(0, 300).map(({ row, student, columns }) => h("tr", { "data-row": row }, h("td.figure", {}, row), h("td", {}, student),
    h("td", {}, columns.map((column) => names[column] ?? column).join(w.comma), swapped.some((one) => one.row === row) && h("p.warning", {}, w.otherPerson))));
  fill(place, h("h2", { id: "result-title", tabindex: -1 }, w.previewTitle), h("p.note", {}, w.nothingWrittenYet), tiles(imported, false),
    unread.length > 0 && h("p.warning", { id: "unread" }, w.columnsUnread(unread.join(w.comma))),
    swapped.length > 0 && h("p.problem", { role: "alert" }, w.otherPeople(swapped.length)), h("p", {}, go),
    lines.length > 0 && [h("h3", {}, w.updatedRows), table(w.updatedRows, [w.rowNumber, w.number, w.columnsChanged], lines)], badRows(imported, file.name));
  byId("result-title").focus();
}

/** @param {Desk} desk @param {HTMLElement} place @param {File} file */
async function apply(desk, place, file) {
  try {
    const imported = await inFront(working(w.importing(file.name)), () => sendSheet(`${desk.path}/roster`, file));
    const { created, updated, unchanged, rows } = imported;
    const words = w.imported(created + updated + unchanged, rows.length);
    fill(place, h("h2", { id: "result-title", tabindex: -1 }, words), tiles(imported, true), rows.length === 0 && h("p.done", {}, w.everyRowTaken), badRows(imported, file.name));
    byId("result-title").focus();
    toast(words);
  } catch (error) {
    fill(place, trouble(desk, asProblem(error)));
  }
}

/** @param {Imported} imported @param {string} name */
function badRows({ rows }, name) {
  if (rows.length === 0) return null;
  const detail = rows.map(({ row, student, problem }) => /** @type {const} */ ([row, student ?? "", problem.detail]));
  return [h("h3", {}, w.badRows),
    h("p.row", {}, h("button", { onclick: () => downloadCsv(`${name}-problems.csv`, [[w.rowNumber, w.number, w.why], ...detail.map((cells) => [...cells])]) }, w.downloadResult)),
    table(w.badRows, [w.rowNumber, w.number, w.why], detail.slice(0, 300).map(([row, student, why]) => h("tr", { "data-row": row, "data-bad": true }, h("td.figure", {}, row), h("td", {}, student), h("td", {}, why))))];
}
