// @ts-check
// The staff's page: which views somebody has, which one the address names, and the batch they work in
// (N6). Each view is a module of its own; all of them come in one script.

import { asProblem, get } from "./api.js";
import { byId, clearToasts, fill, h, restoreDrafts } from "./dom.js";
import { inBatch, isBusy, some, takeOver } from "./desk.js";
import { helpOf, paperAsked, papersOf, viewName } from "./desk-papers.js";
import { arrive, setHelp, showProblem, topBar, windowLine } from "./shell.js";
import * as bulk from "./view-bulk.js";
import * as door from "./view-door.js";
import * as letters from "./view-letters.js";
import * as list from "./view-list.js";
import * as members from "./view-members.js";
import * as operators from "./view-operators.js";
import * as progress from "./view-progress.js";
import * as record from "./view-record.js";
import * as roster from "./view-roster.js";
import * as unfinished from "./view-unfinished.js";
import { moment, now } from "./time.js";
import { w } from "./staff-words.js";

/** @typedef {import("./api.js").Batch} Batch */
/** @typedef {import("./api.js").BatchLine} BatchLine */
/** @typedef {import("./desk.js").Session} Session */

/** The views, what shows them, and for whom: the page shows what may be of use, the server decides what may be done. */
const VIEWS = /** @type {const} */ ([
  ["list", list.show, () => true],
  ["bulk", bulk.show, (/** @type {Session} */ s) => s.roles.length === 0 || some(s, ["operator", "registrar"])],
  ["record", record.show, (/** @type {Session} */ s) => s.roles.length > 0],
  ["members", members.show, (/** @type {Session} */ s) => papersOf(s, "members").length > 0],
  ["letters", letters.show, (/** @type {Session} */ s) => papersOf(s, "letters").length > 0],
  ["progress", progress.show, (/** @type {Session} */ s) => s.roles.length > 0],
  ["unfinished", unfinished.show, (/** @type {Session} */ s) => s.roles.length > 0],
  ["roster", roster.show, (/** @type {Session} */ s) => some(s, ["administrator"])],
  ["operators", operators.show, (/** @type {Session} */ s) => some(s, ["administrator"])],
  ["door", door.show, (/** @type {Session} */ s) => some(s, ["administrator"])],
]);

/** Where each kind of staff begins. @type {[import("./api.js").Role, string][]} */
const BEGINNINGS = [
  ["operator", "list"],
  ["administrator", "progress"],
  ["registrar", "progress"],
  ["party-office", "members"],
  ["counsellor", "members"],
];

/** @type {{ session: import("./api.js").Session, batches: BatchLine[] }} */
let known;

/** `#/2018-01/list?step=2` */
function readAddress() {
  const [path = "", query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const [batch = "", view = ""] = path.split("/");
  return { batch, view, asked: new URLSearchParams(query) };
}

/** @param {string} batch @param {string} view @param {Record<string, string | number>} [asked] */
function address(batch, view, asked = {}) {
  const query = new URLSearchParams(Object.entries(asked).map(([name, value]) => [name, String(value)]));
  return `#/${encodeURIComponent(batch)}/${view}${String(query) ? `?${query}` : ""}`;
}

/** @type {Map<string, Batch>} */
const batches = new Map();
let turn = 0;

/** The address that is shown. */
let shown = "";

async function show() {
  // Long work stays in front; the address follows what is shown.
  if (isBusy()) return history.replaceState(null, "", shown || location.hash);
  const mine = ++turn;
  const main = byId("main");
  const { batch: named, view: wanted, asked } = readAddress();
  const line = known.batches.find(({ id }) => id === named) ?? known.batches[0];
  if (!line) return fill(main, h("h1", {}, w.noBatch), h("p", {}, w.noBatchDetail));
  const session = inBatch(known.session, line);
  const views = VIEWS.filter(([, , forWhom]) => forWhom(session)).map(([name]) => String(name));
  const beginning = BEGINNINGS.find(([role]) => session.roles.includes(role))?.[1] ?? "list";
  const view = views.includes(wanted) ? wanted : beginning;
  if (view !== wanted || line.id !== named) return location.replace(address(line.id, view, view === wanted ? Object.fromEntries(asked) : {}));
  const held = document.activeElement?.id ?? "";
  main.setAttribute("aria-busy", "true");
  try {
    const batch = batches.get(line.id) ?? (await get(`/api/batches/${line.id}`));
    batches.set(line.id, batch);
    if (mine !== turn) return;
    document.title = `${viewName(session, view)} · ${batch.name} · ${w.brand}`;
    fill(byId("top"), topBar(session, batchChoice(line.id, view)), navigation(session, views, view, line.id));
    setHelp(batch, [{ title: viewName(session, view), lines: helpOf(session, view) }, { title: w.everywhere, lines: w.staffHelp }]);
    const place = h("div", { id: "view" });
    const title = h("h1", { tabindex: -1, id: "title" }, viewName(session, view));
    /** @type {import("./desk.js").Desk} */
    const desk = { session, batch, path: `/api/batches/${batch.id}`, asked, numbers: takeOver(), link: (to, what) => address(line.id, to, what), has: (role) => session.roles.includes(role) };
    fill(main, title, printedHead(session, batch), windowLine(batch, () => {}, view === "letters" ? Date.parse(paperAsked(desk, view).receipts_until) : null), place);
    main.removeAttribute("aria-busy");
    document.querySelector("[aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
    const sameView = shown.split("?")[0] === location.hash.split("?")[0];
    shown = location.hash;
    clearToasts();
    if (mine > 1 && !sameView) title.focus();
    await VIEWS.find(([name]) => name === view)?.[1](place, desk);
    // Who has changed a filter goes on from there.
    if (sameView && document.activeElement === document.body) document.getElementById(held)?.focus();
    restoreDrafts(main);
  } catch (error) {
    if (mine === turn) showProblem(main, asProblem(error));
  }
}

/** What paper lacks otherwise: of which batch it is, of when and whose. @param {Session} session @param {Batch} batch */
const printedHead = (session, batch) => h("p.printed", {}, w.printedHead(batch.name, moment(new Date(now()).toISOString()), session.name ?? session.id));

/** @param {string} id @param {string} view */
function batchChoice(id, view) {
  const options = known.batches.map((batch) => h("option", { value: batch.id, selected: batch.id === id }, batch.name));
  const choose = (/** @type {Event} */ event) => (location.hash = address(/** @type {HTMLSelectElement} */ (event.target).value, view));
  return h("label.batch", {}, h("span.unseen", {}, w.batch), h("select", { onchange: choose, id: "batch" }, options));
}

/** @param {Session} session @param {string[]} views @param {string} current @param {string} batch */
function navigation(session, views, current, batch) {
  if (views.length < 2) return null;
  const links = views.map((view) => h("li", {}, h("a", { href: address(batch, view), "aria-current": view === current ? "page" : null }, viewName(session, view))));
  return h("nav.views", { "aria-label": w.whatToDo }, h("ul", {}, links));
}

async function begin() {
  const me = await arrive();
  if (!me) return;
  if (me.session.kind === "student") return location.replace("/");
  known = me;
  window.addEventListener("hashchange", show);
  await show();
}

void begin();
