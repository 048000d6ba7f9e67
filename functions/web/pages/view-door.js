// @ts-check
// Who did what on a day: signed in, was refused, signed out; read, printed or took away others' personal data. For administrators.

import { fill, h } from "./dom.js";
import { exported, pages, table } from "./table.js";
import { t } from "./table-words.js";
import { moment, today } from "./time.js";
import { w } from "./staff-words.js";

/** @typedef {import("./api.js").Schemas["SignInRow"]} Row */

/** @param {HTMLElement} place @param {import("./desk.js").Desk} desk */
export async function show(place, desk) {
  const day = desk.asked.get("day") ?? today();
  const list = h("div");
  const choose = h("input", { id: "day", type: "date", value: day, max: today(), onchange: () => choose.value && (location.hash = desk.link("door", { day: choose.value })) });
  fill(place, h("div.filters", {}, h("div.field", {}, h("label", { for: "day" }, w.day), choose), h("a.button", { id: "take-away", href: exported(desk, "sign-ins", { day }), download: "" }, t.takeAway)), list);
  await pages({
    place: list, path: "/api/sign-ins", sources: [{ day }], empty: w.nobodyCame,
    rows: (answer) => /** @type {Row[]} */ (answer.people),
    draw: (rows) => table(w.views.door ?? "", [w.userName, w.timesIn, w.timesRefused, w.timesOut, w.recordsRead, w.rowsShown_, w.printedCount, w.rowsTaken, w.lastTime], rows.map((row) =>
      h("tr", { "data-person": row.id }, h("th", { scope: "row" }, row.id), h("td.figure", {}, row.signed_in), h("td.figure", {}, row.refused), h("td.figure", {}, row.signed_out), h("td.figure", {}, row.records_read), h("td.figure", {}, row.rows_shown), h("td.figure", {}, row.printed), h("td.figure", {}, row.rows_taken), h("td", {}, moment(row.last))))),
  });
}
