// @ts-check
// The roster: a sheet in, what came of it, and what is wrong with which row.

import { asProblem, sendSheet } from "./api.js";
import { acceptDrop, downloadCsv, fill, h, toast } from "./dom.js";
import { problemNote } from "./shell.js";
import { table } from "./table.js";
import { w } from "./words.js";

/** The columns, as the server knows them; all must be there. */
const COLUMNS = ["学号", "姓名", "性别", "民族", "出生日期", "身份证号", "培养层次", "学习形式", "校区", "学院", "专业", "导师工号", "住宿", "政治面貌", "组织关系在校", "电话", "电子邮箱"];

/** @param {HTMLElement} place @param {import("./desk.js").Desk} desk */
export async function show(place, desk) {
  const result = h("section", { id: "result", "aria-live": "polite" });
  /** @param {File | undefined} file */
  const take = async (file) => {
    if (!file) return;
    input.disabled = true;
    fill(result, h("div.card.working", {}, h("p", {}, w.importing(file.name)), h("progress", { "aria-label": w.importing(file.name) })));
    try {
      showImported(result, await sendSheet(`${desk.path}/roster`, file), file.name);
    } catch (error) {
      const problem = asProblem(error);
      fill(result, problemNote(problem, () => take(file)), h("ul", {}, problem.fields.map(({ field, message }) => h("li", {}, `${field}${w.colon}${message}`))));
    }
    input.disabled = false;
    input.value = "";
  };
  const input = h("input", { type: "file", id: "roster", accept: ".xlsx,.csv", onchange: () => take(input.files?.[0]) });
  const drop = h("div.card.drop", { id: "drop" }, h("div.field", {}, h("label", { for: "roster" }, w.rosterFile), h("p.note", {}, w.rosterHelp), input),
    h("p", {}, h("button", { onclick: () => downloadCsv("roster.csv", [COLUMNS]) }, w.rosterTemplate)));
  acceptDrop(drop, take);
  fill(place, drop, result);
}

/** @param {HTMLElement} place @param {import("./api.js").Schemas["Imported"]} imported @param {string} name */
function showImported(place, { created, updated, unchanged, rows }, name) {
  const detail = rows.map(({ row, student, problem }) => [row, student ?? "", problem.detail]);
  fill(place,
    h("div.tiles", {}, [[created, w.created], [updated, w.updatedRows], [unchanged, w.unchanged], [rows.length, w.refusedRows]].map(([count, words]) => h("div.tile", {}, h("b", {}, count ?? 0), h("span", {}, words)))),
    rows.length > 0 && [
      h("p.row", {}, h("button", { onclick: () => downloadCsv(`${name}-problems.csv`, [[w.rowNumber, w.number, w.why], ...detail]) }, w.downloadResult)),
      table(w.refusedRows, [w.rowNumber, w.number, w.why], detail.slice(0, 300).map(([row, student, why]) => h("tr", { "data-row": row }, h("td.figure", {}, row), h("td", {}, student), h("td", {}, why))))],
    rows.length === 0 && h("p.done", {}, w.everyRowTaken));
  toast(w.imported(created + updated + unchanged, rows.length));
}
