// @ts-check
// Rights from a sheet: chosen, looked at row by row, mended where it wasn't understood, and only then given.

import { asProblem, sendTable } from "./api.js";
import { ask } from "./decide.js";
import { isIntroduction } from "./desk-papers.js";
import { byId, fill, h, toast } from "./dom.js";
import { inWords } from "./grants.js";
import { problemNote } from "./shell.js";
import { table } from "./table.js";
import { Mending, readingLine, understood } from "./table-read.js";
import { t } from "./table-words.js";
import { w } from "./staff-words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./api.js").Schemas["GivenRows"]} GivenRows */

/** What a column of the sheet may be. @type {[string, string][]} */
const COLUMNS = [["id", w.staffNumber], ["name", w.name], ["office", w.office], ["colleges", w.college]];

/** @param {Desk} desk @param {() => Promise<void>} load */
export async function grantFromSheet(desk, load) {
  const path = `${desk.path}/operators/sheet`;
  const mending = new Mending();
  const place = h("div", { "aria-live": "polite" });
  /** The sheet that was looked at, and how many people it gives something. @type {{ file: File, going: number } | null} */
  let tried = null;
  let turn = 0;
  /** @param {File} file */
  const preview = async (file) => {
    const mine = ++turn;
    tried = null;
    fill(place, readingLine(w.reading(file.name)).element);
    try {
      /** @type {GivenRows} */
      const answer = await mending.read((how) => sendTable(`${path}?dry_run=true`, file, how), ({ table }) => table, () => mine === turn);
      if (mine !== turn) return;
      const going = answer.results.filter(({ outcome }) => outcome === "changed").length;
      tried = { file, going };
      nothing.hidden = true;
      fill(place, h("p.note", {}, t.ownFile(file.name)), understood(answer.table, mending, COLUMNS, () => void preview(file)), whatComes(desk, answer, going));
      byId("grants-title").focus();
    } catch (error) {
      if (mine === turn) fill(place, problemNote(asProblem(error)));
    }
  };
  const input = h("input", { type: "file", id: "grant-sheet", required: true, onchange: () => {
    const file = input.files?.[0];
    // The same file, mended, can be chosen again.
    input.value = "";
    mending.nextFile();
    if (file) void preview(file);
  } });
  const nothing = h("p.fault", { role: "alert", hidden: true }, w.nothingToGive);
  const done = await ask({
    title: w.grantSheet, button: w.give,
    body: [h("div.field", { "data-field": "file" }, h("label", { for: "grant-sheet" }, w.grantSheetFile), h("p.note", {}, w.grantSheetHelp(desk.batch.papers.some(isIntroduction))), input),
      h("p", {}, h("a.button", { href: `${desk.path}/exports/rights-template.xlsx`, download: "" }, w.rosterTemplate)), place, nothing],
    act: () => {
      const going = tried?.going ? tried : null;
      nothing.hidden = going !== null;
      if (!going) input.focus();
      return going && sendTable(path, going.file, mending.how);
    },
  });
  if (!done) return;
  toast(w.given(done.results.filter((/** @type {{ outcome: string }} */ { outcome }) => outcome === "changed").length));
  await load();
}

/** What would come of it, row by row. @param {Desk} desk @param {GivenRows} answer @param {number} count */
function whatComes(desk, { results, rows }, count) {
  const going = results.filter(({ outcome }) => outcome === "changed");
  return [
    h("h3", { id: "grants-title", tabindex: -1 }, w.grantSheetTitle(count, rows.length)),
    h("p.note", {}, w.nothingWrittenYet, results.length > count && w.haveAll(results.length - count)),
    count > 0 && table(w.grantSheet, [w.staffNumber, w.name, w.rightsTitle], going.map((row) => h("tr", { "data-given": row.id }, h("td", {}, row.id), h("th", { scope: "row" }, row.name), h("td", {}, h("ul.rights", {}, row.grants.map((grant) => h("li", {}, inWords(desk, grant)))))))),
    rows.length > 0 && [h("h3", {}, w.badRows), table(w.badRows, [w.rowNumber, w.staffNumber, w.why], rows.map(({ row, id, problem }) => h("tr", { "data-row": row, "data-bad": true }, h("td.figure", {}, row), h("td", {}, id ?? ""), h("td", {}, problem.detail))))],
  ];
}
