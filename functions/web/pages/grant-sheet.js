// @ts-check
// Rights from a sheet: chosen, looked at row by row, and only then given.

import { Problem, asProblem, sendTable } from "./api.js";
import { ask } from "./decide.js";
import { h, toast } from "./dom.js";
import { inWords } from "./grants.js";
import { table } from "./table.js";
import { w } from "./staff-words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./api.js").Schemas["GivenRows"]} GivenRows */

const NAMES = new Map([["id", "工号"], ["name", "姓名"], ["office", "部门"], ["colleges", "学院"]]);

/** @param {Desk} desk @param {() => Promise<void>} load */
export async function grantFromSheet(desk, load) {
  const path = `${desk.path}/operators/sheet`;
  const input = h("input", { type: "file", id: "grant-sheet", required: true });
  /** @type {{ file: File, answer: GivenRows } | null} */
  const tried = await ask({
    title: w.grantSheet, button: w.preview,
    body: [h("div.field", { "data-field": "file" }, h("label", { for: "grant-sheet" }, w.grantSheetFile), h("p.note", {}, w.grantSheetHelp), input),
      h("p", {}, h("a.button", { href: `${desk.path}/exports/rights-template.xlsx`, download: "" }, w.rosterTemplate))],
    act: () => {
      const file = input.files?.[0];
      return file ? sendTable(`${path}?dry_run=true`, file).then(understoodOrNot).then((answer) => ({ file, answer }), named) : null;
    },
  });
  if (!tried) return;
  const { results, rows } = tried.answer;
  const going = results.filter(({ outcome }) => outcome === "changed");
  const done = await ask({
    title: w.grantSheetTitle(going.length, rows.length), button: going.length ? w.giveRights(going.length) : w.close,
    body: [h("p.note", {}, w.nothingWrittenYet, results.length > going.length && w.haveAll(results.length - going.length)),
      going.length > 0 && table(w.grantSheet, [w.staffNumber, w.name, w.rightsTitle], going.map((row) => h("tr", { "data-given": row.id }, h("td", {}, row.id), h("th", { scope: "row" }, row.name), h("td", {}, h("ul.rights", {}, row.grants.map((grant) => h("li", {}, inWords(desk, grant)))))))),
      rows.length > 0 && [h("h3", {}, w.badRows), table(w.badRows, [w.rowNumber, w.staffNumber, w.why], rows.map(({ row, id, problem }) => h("tr", { "data-row": row, "data-bad": true }, h("td.figure", {}, row), h("td", {}, id ?? ""), h("td", {}, problem.detail))))]],
    act: () => (going.length ? sendTable(path, tried.file) : Promise.resolve(tried.answer)),
  });
  if (!done || going.length === 0) return;
  toast(w.given(done.results.filter((/** @type {{ outcome: string }} */ { outcome }) => outcome === "changed").length));
  await load();
}

/** A table whose header isn't understood is told so. @param {GivenRows} answer */
function understoodOrNot(answer) {
  const { faults } = answer.table;
  if (faults.length) throw new Problem({ type: "invalid-fields", status: 422, title: w.badRows, detail: "", fields: faults });
  return answer;
}

/** What is wrong with the sheet as a whole, by the columns' own names. @param {unknown} error @returns {never} */
function named(error) {
  const problem = asProblem(error);
  problem.fields.forEach((fault) => Object.assign(fault, { message: `${NAMES.get(fault.field) ?? fault.field}${w.colon}${fault.message}`, field: "file" }));
  throw problem;
}
