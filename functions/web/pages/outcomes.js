// @ts-check
// What would become, or became, of each row of a list: counted, filtered, to take away. And how far a
// long piece of work is.

import { Problem, get } from "./api.js";
import { downloadCsv, fill, h, say } from "./dom.js";
import { problemNote } from "./shell.js";
import { table } from "./table.js";
import { money } from "./time.js";
import { w } from "./staff-words.js";

/** @typedef {import("./chunks.js").Row} Row */

/** As many rows are drawn at once. */
const SHOWN = 200;

/** What a row belongs to: its outcome, or why it was refused; what was turned down before is a group of its own. @param {Row} row */
const groupOf = (row) => (row.outcome === "refused" ? (row.problem?.letter ?? row.problem?.type ?? "refused") : row.another ? "another" : row.outcome === "changed" && row.before ? "overrides" : row.outcome);

/** Why it stood turned down. @param {Row} row */
const before = ({ before }) => (before ? w.wasTurnedDown(before.reason ?? "", before.amount_due ? money(before.amount_due) : "") : "");

/**
 * @param {Row[]} rows
 * @param {Record<string, string>} words for `changed`, `unchanged` and `waiting`
 * @param {{ name: string, id: string } | null} [file] what the list is called when it is taken away
 */
export function outcomes(rows, words, file = null) {
  const list = h("div");
  /** @param {Row} row */
  const said = (row) => (row.outcome === "refused" ? (row.problem?.title ?? "") : ((row.outcome === "changed" && words[groupOf(row)]) || (words[row.outcome] ?? row.outcome)));
  /** @param {Row} row */
  const why = (row) => [row.another ? w.saidAnother(row.said ?? "") : "", row.problem?.detail ?? before(row)].filter(Boolean).join(w.semicolon);
  /** @param {string} group @param {number} most */
  const draw = (group, most) => {
    const chosen = rows.filter((row) => group === "all" || groupOf(row) === group);
    const lines = chosen.slice(0, most).map((row) => h("tr", { "data-student": row.student, "data-outcome": groupOf(row) },
      h("td", {}, row.row ?? ""), h("td", {}, row.student), row.name ? h("th", { scope: "row" }, row.name) : h("td", {}, row.said ?? ""),
      h("td", {}, h("span.chip", { "data-state": row.outcome }, said(row)), row.outcome === "changed" && row.own && ` ${w.decisions[row.own.decision] ?? ""}`), h("td", {}, why(row))));
    fill(list, table(w.perRow, [w.rowNumber, w.number, w.name, w.outcome, w.why], lines),
      chosen.length > most && h("p", {}, h("button", { type: "button", onclick: () => draw(group, most + SHOWN) }, w.showMore(chosen.length - most))));
  };
  /** @type {Map<string, Row[]>} */
  const groups = new Map();
  for (const first of ["another", "overrides", "changed", "unchanged", "waiting"]) if (rows.some((row) => groupOf(row) === first)) groups.set(first, []);
  for (const row of rows) groups.set(groupOf(row), [...(groups.get(groupOf(row)) ?? []), row]);
  const tabs = [["all", w.allRows, rows.length], ...[...groups].map(([group, theirs]) => [group, words[group] ?? (theirs[0] ? said(theirs[0]) : ""), theirs.length])];
  draw("all", SHOWN);
  return h("div.outcomes", {},
    h("div.row.tabs", { role: "group", "aria-label": w.filter }, tabs.map(([group, name, count], i) => h("label.choice.tab", { "data-group": group },
      h("input", { type: "radio", name: "group", checked: i === 0, onchange: () => draw(String(group), SHOWN) }), `${name} ${count}`))),
    file && h("p", {}, h("button", { type: "button", id: "download", onclick: () => downloadCsv(file.name, [
      [w.rowNumber, w.number, w.name, w.outcome, w.why, w.importNumber],
      ...rows.map((row) => [row.row ?? "", row.student, row.name ?? "", said(row), why(row), file.id]),
    ]) }, w.downloadResult)),
    list);
}

/**
 * A line that says how far it is, what it waits for, and asks when somebody must help. Whoever then
 * goes on must be who has begun.
 * @param {string} title
 * @param {string} who
 */
export function progressLine(title, who) {
  const bar = h("progress", { max: 1, value: 0, "aria-label": title });
  const count = h("span.count");
  const note = h("div", { role: "status" });
  let quarter = 0;
  const element = h("div.card.working", {}, h("p", {}, h("strong", {}, title), " ", count), bar, note);
  return {
    element,
    run: {
      /** @param {number} done @param {number} all */
      progress: (done, all) => {
        bar.max = Math.max(all, 1);
        bar.value = done;
        count.textContent = `${done} / ${all}`;
        const reached = Math.floor((4 * done) / Math.max(all, 1));
        if (reached > quarter) say(w.doneOf(done, all));
        quarter = reached;
      },
      /** @param {import("./api.js").Problem | null} problem @param {number} tries */
      waiting: (problem, tries) => fill(note, problem && h("p.warning", { id: "tried-again" }, w.retrying(problem.title, tries))),
      /** @param {import("./api.js").Problem} problem @returns {Promise<boolean>} */
      stuck: (problem) => new Promise((answer) => {
        /** @param {boolean} on */
        const goOn = async (on) => {
          const now = on ? await get("/api/session").catch((error) => error) : { id: who };
          if (now instanceof Problem) return ask(now);
          if (now.id !== who) return ask(new Problem({ type: "not-allowed", status: 403, title: w.somebodyElse, detail: w.somebodyElseDetail(who) }));
          fill(note);
          answer(on);
        };
        /** @param {Problem} why */
        const ask = (why) =>
          fill(note, problemNote(why), h("p.row", {}, h("button.primary", { type: "button", onclick: () => goOn(true) }, w.goOn), h("button", { type: "button", onclick: () => goOn(false) }, w.stopHere)));
        ask(problem);
      }),
    },
  };
}
