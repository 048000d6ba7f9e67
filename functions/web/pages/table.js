// @ts-check
// A list with filters and pages, as every view of the staff has one.

import { get } from "./api.js";
import { fill, h, say } from "./dom.js";
import { attempt } from "./desk.js";
import { t } from "./table-words.js";
import { w } from "./staff-words.js";

/** A page can be short and still go on; so many calls are made before somebody is asked to press on. */
const CALLS = 12;
/** The last page that an address can name: each before it is asked for on the way. */
const FURTHEST = 100;

/**
 * A table in a region that scrolls by itself on a narrow screen.
 * @param {string} caption
 * @param {import("./dom.js").Child[]} heads
 * @param {import("./dom.js").Child} rows
 */
export function table(caption, heads, rows) {
  const cells = heads.map((head) => (head instanceof HTMLElement && head.tagName === "TH" ? head : h("th", { scope: "col" }, head)));
  const element = h("table", {}, h("caption.unseen", {}, caption), h("thead", {}, h("tr", {}, cells)), h("tbody", {}, rows));
  stackable(element, cells.map((cell) => cell.textContent ?? ""));
  return h("div.scroll", { role: "region", "aria-label": caption, tabindex: 0 }, element);
}

/** What each part of a table is, said outright: on a phone it is drawn as cards and would be forgotten. */
const ROLES = { "thead, tbody": "rowgroup", tr: "row", "thead th": "columnheader", "tbody th": "rowheader", td: "cell" };

/** @param {HTMLTableElement} element @param {string[]} names */
function stackable(element, names) {
  element.setAttribute("role", "table");
  for (const [parts, role] of Object.entries(ROLES)) element.querySelectorAll(parts).forEach((part) => part.setAttribute("role", role));
  for (const row of element.tBodies[0]?.rows ?? []) [...row.cells].forEach((cell, i) => (cell.dataset.label = names[i] ?? ""));
}

/**
 * A choice with a label over it.
 * @param {string} id
 * @param {string} label
 * @param {[string, string][]} options value and words
 * @param {string} chosen
 * @param {(value: string) => void} choose
 */
export function choice(id, label, options, chosen, choose) {
  const select = h("select", { id, onchange: () => choose(select.value) },
    options.map(([value, words]) => h("option", { value, selected: value === chosen }, words)));
  return h("div.field", {}, h("label", { for: id }, label), select);
}

/**
 * A search box: Enter searches.
 * @param {string} label
 * @param {string} text
 * @param {(text: string) => void} search
 */
export function searchBox(label, text, search) {
  const input = h("input", { id: "search", type: "search", value: text, autocomplete: "off", maxlength: 60 });
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    search(input.value.trim());
  };
  return h("form.field.search", { role: "search", onsubmit: submit }, h("label", { for: "search" }, label),
    h("div.row", {}, input, h("button", {}, w.search)));
}

/** What a row is about, so that it is known again in a list that was drawn anew. @param {Element} row */
const keyOf = (row) => (row instanceof HTMLElement ? (row.dataset.student ?? row.dataset.letter ?? row.dataset.operator ?? row.dataset.step) : undefined);

/**
 * The row that has the focus, then those after it, then those before it: where the focus goes when the list is drawn
 * anew and some of them have left it.
 * @param {HTMLElement} place
 */
function heldRows(place) {
  const row = place.contains(document.activeElement) ? document.activeElement?.closest("tbody tr") : null;
  if (!row) return [];
  const all = [...(row.parentElement?.children ?? [])];
  const at = all.indexOf(row);
  return [...all.slice(at), ...all.slice(0, at).reverse()].map(keyOf);
}

/** @param {HTMLElement} place @param {(string | undefined)[]} keys */
function holdAgain(place, keys) {
  const rows = [...place.querySelectorAll("tbody tr")];
  const row = keys.map((key) => rows.find((one) => key !== undefined && keyOf(one) === key)).find(Boolean);
  const target = /** @type {HTMLElement | null} */ (row ?? place.querySelector(".scroll") ?? document.getElementById("title"));
  if (row && !row.hasAttribute("tabindex")) row.setAttribute("tabindex", "-1");
  target?.focus();
}

/** Whether what had the focus is gone: then it is nowhere, or on the page as a whole. */
const isLost = () => document.activeElement === document.body || document.activeElement?.id === "main";

/**
 * Draws something anew, and leaves the focus on the row where it was, or on the next if that one is gone.
 * @param {HTMLElement} place
 * @param {() => Promise<unknown>} work
 */
export async function keepRow(place, work) {
  const held = heldRows(place);
  await work();
  if (held.length && isLost()) holdAgain(place, held);
}

/** The page that the address names, from 0. */
function pageAsked() {
  const page = Number(new URLSearchParams(location.hash.split("?")[1]).get("page"));
  return Number.isInteger(page) && page > 1 && page <= FURTHEST ? page - 1 : 0;
}

/** The address with a page in it, by its number alone: where it begins would be a student. @param {number} page */
function addressOf(page) {
  const [path = "", query = ""] = location.hash.split("?");
  const asked = new URLSearchParams(query);
  asked.delete("page");
  if (page) asked.set("page", String(page + 1));
  return String(asked) ? `${path}?${asked}` : path;
}

/** What of a list can't be read, and whom to tell. @param {(string | number)[]} which */
export const cannotRead = (which) => h("p.soon", { role: "alert", "data-unreadable": which.length }, w.cannotRead(which.join("、"), which.length));

/**
 * Pages of a list. Each source is asked until it has no more, then the next. The address names the page.
 * @template Row
 * @param {object} list
 * @param {HTMLElement} list.place
 * @param {string} list.path
 * @param {Record<string, string | number | null>[]} list.sources queries, one after the other
 * @param {(answer: any) => Row[]} list.rows
 * @param {(rows: Row[]) => import("./dom.js").Child} list.draw
 * @param {import("./dom.js").Child} list.empty
 */
export async function pages({ place, path, sources, rows, draw, empty }) {
  const LIMIT = 50;
  /** Where each page begins: a source and its cursor. @type {[number, string | null][]} */
  const begins = [[0, null]];
  const body = h("div.list");
  const foot = h("div.row.pager");
  const held = heldRows(place);
  const address = addressOf(0);
  fill(place, body, foot);

  /** @param {number} page */
  const turn = (page) => attempt(body, () => load(page).catch((error) => {
    fill(foot);
    throw error;
  }));
  /** @param {number} page */
  const read = async (page) => {
    let [source, cursor] = begins[page] ?? [0, null];
    /** @type {Row[]} */
    const found = [];
    /** What of the list can't be read, by number: left out in silence it would be missed by nobody. @type {(string | number)[]} */
    const unreadable = [];
    let calls = 0;
    while (source < sources.length && found.length < LIMIT && calls++ < CALLS) {
      const answer = await get(path, { ...sources[source], limit: LIMIT - found.length, cursor });
      found.push(...rows(answer));
      unreadable.push(...(answer.unreadable ?? []));
      cursor = answer.next;
      if (!cursor) source++;
    }
    begins[page + 1] = [source, cursor];
    return { found, unreadable, more: source < sources.length };
  };
  /** @param {number} wanted */
  const load = async (wanted) => {
    fill(foot, h("span.note", {}, w.looking));
    // On the way to a page are those before it; a list that has become shorter ends earlier.
    let page = Math.min(wanted, begins.length - 1);
    let { found, unreadable, more } = await read(page);
    while (page < wanted && more) ({ found, unreadable, more } = await read(++page));
    // What was promised as one more page may hold nobody: then the one before is the last.
    const ended = page > 0 && found.length === 0 && !more;
    if (ended) ({ found, unreadable } = await read(--page));
    if (!place.isConnected || addressOf(0) !== address) return;
    history.replaceState(history.state, "", addressOf(page));
    fill(body, unreadable.length > 0 && cannotRead(unreadable), found.length ? draw(found) : h("p.empty", {}, more ? w.noneYet : empty));
    say(w.rowsShown(found.length));
    fill(foot,
      page > 0 && h("button", { onclick: () => turn(page - 1) }, w.previousPage),
      (page > 0 || more) && h("span", {}, w.pageNumber(page + 1)),
      more && h("button", { onclick: () => turn(page + 1) }, w.nextPage), more && h("span.printed", {}, w.goesOn), ended && h("span", {}, w.noMorePages));
    if (turned) place.scrollIntoView({ block: "start" });
    if (document.activeElement === document.body && turned) /** @type {HTMLElement | null} */ (body.querySelector(".scroll"))?.focus();
    turned = true;
  };
  let turned = false;
  await turn(pageAsked());
  if (held.length && isLost()) holdAgain(place, held);
}

/**
 * The colleges within somebody's reach, for a choice; none if they may not ask.
 * @param {string} path
 * @returns {Promise<[string, string][]>}
 */
export async function colleges(path) {
  try {
    const { colleges: known } = await get(`${path}/progress`);
    return [["", w.everyCollege], ...known.map((/** @type {{ name: string }} */ { name }) => /** @type {[string, string]} */ ([name, name]))];
  } catch {
    return [["", w.everyCollege]];
  }
}

/**
 * Where a list is as a sheet, with what is asked for.
 * @param {{ path: string }} desk
 * @param {string} name
 * @param {Record<string, string>} asked
 */
export function exported({ path }, name, asked) {
  const query = new URLSearchParams(Object.entries(asked).filter(([, value]) => value !== ""));
  return `${path}/exports/${name}.xlsx${String(query) ? `?${query}` : ""}`;
}

/**
 * A list as a sheet, with the filters that the page shows.
 * @param {string} path
 * @param {Record<string, string | number | null>} asked
 */
export function takeAway(path, asked) {
  const said = Object.entries(asked).filter(([, value]) => value !== null && value !== "").map(([name, value]) => /** @type {[string, string]} */ ([name, String(value)]));
  return h("a.button", { id: "take-away", href: `${path}/exports/students.xlsx?${new URLSearchParams(said)}`, download: "" }, t.takeAway);
}
