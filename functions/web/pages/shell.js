// @ts-check
// What surrounds every page: who I am, which batch, until when; the other language; help; and what to
// do when a page can't be shown.

import { Problem, asProblem, get, signInAddress, signOut } from "./api.js";
import { byId, fill, h, keepDrafts } from "./dom.js";
import { dropDrafts } from "./drafts.js";
import { countdown, end, moment, now, setClock } from "./time.js";
import { hasOther, lang, switchLanguage, w } from "./words.js";

/** @typedef {import("./api.js").Batch} Batch */
/** @typedef {import("./api.js").BatchLine} BatchLine */
/** @typedef {import("./api.js").Me} Me */
/** @typedef {import("./api.js").Session} Session */

/** How often a page in use asks for its session, in milliseconds. */
const KEPT_ALIVE = 10 * 60_000;
/** How soon a page that has just opened renews an older session: not among its first requests. */
const FIRST_RENEWAL = 30_000;

// The script is here: whatever was said of its not arriving is over.
document.documentElement.toggleAttribute("data-started", true);
for (const id of ["trouble", "retrying"]) document.getElementById(id)?.toggleAttribute("hidden", true);

/**
 * Who is signed in and all that their page shows first; `null` when nobody is, and then the page says where
 * to sign in.
 * @returns {Promise<Me | null>}
 */
export async function arrive() {
  fill(byId("top"), topBar(null, null));
  fill(byId("foot"), contactLine(null));
  try {
    /** @type {Me} */
    const me = await get("/api/me");
    const { session } = me;
    setClock(session.now);
    dropDrafts(session.id);
    fill(byId("top"), topBar(session, null));
    const look = () => keepAlive(session.id);
    setInterval(look, KEPT_ALIVE);
    if (session.renewable) setTimeout(look, FIRST_RENEWAL);
    document.addEventListener("visibilitychange", look);
    return me;
  } catch (error) {
    showProblem(byId("main"), asProblem(error));
    return null;
  }
}

/**
 * A page that is looked at keeps its session: the server renews it, up to a working day. If somebody
 * else has signed in meanwhile, in another tab, the page becomes theirs before they press anything.
 * @param {string} id
 */
async function keepAlive(id) {
  if (document.visibilityState !== "visible") return;
  const session = await get("/api/session").catch(() => null);
  if (session && session.id !== id) location.reload();
  else if (session) setClock(session.now);
}

/**
 * @param {Session | null} session
 * @param {Node | null} batch
 */
export function topBar(session, batch) {
  const name = session?.name ?? session?.id;
  return [
    h("a.brand", { href: session && session.kind !== "student" ? "/staff" : "/" }, w.brand),
    batch,
    h("span.gap"),
    session && h("span.who", {}, h("span.unseen", {}, w.signedInAs), name, session.name && h("small", {}, session.id)),
    hasOther && h("button.plain", { lang: lang === "en" ? "zh-CN" : "en", onclick: () => {
      keepDrafts();
      switchLanguage();
    } }, w.otherLanguage),
    h("button.plain", { id: "help-button", onclick: openHelp, "aria-haspopup": "dialog" }, w.help),
    session && h("button.plain", { onclick: signOut }, w.signOut),
  ];
}

/**
 * Until when anything can be changed; said in words, and again when it changes.
 * @param {BatchLine | Batch} batch
 * @param {() => void} changed
 * @param {number | null} [receipts] until when receipts are noted, where that is what is done: they come in after the window
 */
export function windowLine(batch, changed, receipts = null) {
  const line = h("p.window", { role: "status" });
  const update = () => {
    const opens = Date.parse(batch.opens);
    const closes = Date.parse(batch.closes);
    const at = now();
    line.className = `window ${at < opens ? "early" : at >= closes ? "late" : "open"}`;
    const turn = () => {
      update();
      changed();
    };
    if (at < opens)
      fill(line, h("strong", {}, w.opensAt(moment(batch.opens))), " ", countdown(batch.opens, w.opensIn, "", turn));
    else if (at >= closes && receipts !== null && at < receipts) fill(line, w.closedButReceipts(end(batch.closes), end(new Date(receipts).toISOString())));
    else if (at >= closes) fill(line, h("strong", {}, w.closedAt(end(batch.closes))), " ", someoneToCall() && [w.closedHelp, " ", telephones("contacts" in batch ? batch : null)]);
    else fill(line, w.openUntil(end(batch.closes)), " ", countdown(batch.closes, w.left, "", turn));
  };
  update();
  return line;
}

/** @type {{ batch: Batch | null, topics: { title: string, lines: string[] }[] }} */
const helpAbout = { batch: null, topics: [] };

/**
 * Sets what the help is about: a batch's offices and contacts (N13), and how this page is used.
 * @param {Batch | null} batch
 * @param {{ title: string, lines: string[] }[]} topics
 */
export function setHelp(batch, topics) {
  helpAbout.batch = batch ?? helpAbout.batch;
  helpAbout.topics = topics;
  fill(byId("foot"), contactLine(helpAbout.batch));
}

/**
 * Whom to call, in a line: those of a batch, or of one student; before any batch is known, those that came with the page.
 * @param {{ contacts: Batch["contacts"] } | null} of
 */
export function telephones(of) {
  const known = (of?.contacts ?? []).filter((one) => one.phone);
  if (known.length === 0) return [...(document.getElementById("telephones")?.cloneNode(true).childNodes ?? [])];
  return known.map((one, i) => [i > 0 && w.semicolon, one.topic, w.colon, one.name, one.for ? w.onlyFor(one.for) : "", " ", phone(one.phone), one.hours ? ` ${one.hours}` : ""]);
}

/** Whether the foot of the page has a number to call. */
export const someoneToCall = () => (helpAbout.batch ? helpAbout.batch.contacts.some((one) => one.phone) : (document.getElementById("telephones")?.textContent ?? "").trim() !== "");

/** @param {Batch | null} batch */
function contactLine(batch) {
  if (!batch) return someoneToCall() ? [h("p.contacts", {}, w.contacts, w.colon, telephones(null))] : [];
  const lines = (batch?.contacts ?? []).map((contact) =>
    h("li", {}, contact.topic, w.colon, contact.name, contact.for ? w.onlyFor(contact.for) : "", " ", phone(contact.phone), contact.hours ? ` ${contact.hours}` : ""),
  );
  return [h("ul.contacts", { "aria-label": w.contacts }, lines), h("button.plain", { onclick: openHelp }, w.helpMore)];
}

/** @param {string | null | undefined} number */
export const phone = (number) => (number ? h("a", { href: `tel:${number.replaceAll(" ", "")}` }, number) : null);

/** The help of this page. */
export function openHelp() {
  const { batch, topics } = helpAbout;
  const offices = (batch?.offices ?? []).map((office) => {
    const steps = batch?.steps.filter((step) => step.offices.includes(office.id)) ?? [];
    const where = [office.place, phone(office.phone), office.hours].filter(Boolean).flatMap((one) => [" · ", one]);
    return [h("dt", {}, office.name), h("dd", {}, steps.map((step) => `${step.number} ${step.name}`).join(w.comma), where)];
  });
  dialog(w.help, [
    topics.map(({ title, lines }) => h("section", {}, h("h3", {}, title), h("ul", {}, lines.map((line) => h("li", {}, line))))),
    someoneToCall() && h("section", {}, h("h3", {}, w.whoToAsk), contactLine(batch)[0]),
    batch && h("section", {}, h("h3", {}, w.offices), h("dl", {}, offices)),
    batch?.network_help && h("section", {}, h("h3", {}, w.network), h("p", {}, batch.network_help)),
  ], []);
}

/**
 * A dialog that is gone once it is closed; Escape and the cross close it.
 * @param {string} title
 * @param {import("./dom.js").Child} body
 * @param {Node[]} buttons
 */
export function dialog(title, body, buttons) {
  const row = document.activeElement?.closest("tr");
  const closed = () => {
    box.remove();
    // What had the focus before may have been drawn anew meanwhile: its row, or the page, takes it.
    if (document.activeElement !== document.body) return;
    const next = row?.isConnected ? row : byId("main");
    if (!next.hasAttribute("tabindex")) next.setAttribute("tabindex", "-1");
    next.focus();
  };
  const box = h("dialog.dialog", { "aria-labelledby": "dialog-title", onclose: closed },
    h("div.dialog-head", {}, h("h2", { id: "dialog-title" }, title),
      h("button.plain.close", { type: "button", "aria-label": w.close, onclick: () => box.close() }, "✕")),
    h("div.dialog-body", {}, body),
    buttons.length > 0 && h("div.dialog-foot", {}, buttons));
  document.body.append(box);
  box.showModal();
  return box;
}

/**
 * What can't be done, and what to do about it.
 * @param {Problem} problem
 * @param {(() => void) | null} [again]
 */
export function problemNote(problem, again = null) {
  const signIn = problem.type === "not-signed-in";
  return h("div.problem", { role: "alert", "data-type": problem.type }, h("strong", {}, problem.title), h("p", {}, problem.detail),
    signIn && h("p", {}, h("a.button.primary", { href: signInAddress() }, w.signIn), " ",
      h("a", { href: signInAddress(), target: "_blank", rel: "opener" }, w.signInElsewhere)),
    again && problem.passes && h("p", {}, h("button", { onclick: again }, w.tryAgain)));
}

/**
 * A problem in the place of a whole page.
 * @param {HTMLElement} main
 * @param {Problem} problem
 * @param {import("./dom.js").Child} [more]
 */
export function showProblem(main, problem, more = null) {
  main.removeAttribute("aria-busy");
  // Whoever comes for the first time has done nothing wrong.
  if (problem.type === "not-signed-in") {
    const welcome = h("div.card", { "data-type": problem.type }, h("p", {}, h("strong", {}, problem.title)), h("p", {}, w.signInFirst), h("p", {}, h("a.button.primary", { href: signInAddress() }, w.signIn), " ", h("a", { href: `${signInAddress()}&renew=true` }, w.asSomebodyElse)), h("p.note", {}, w.sharedComputer));
    return fill(main, h("h1", {}, w.welcome), welcome);
  }
  // Once the VPN is on, the same page opens: nobody needs to know that it is to be loaded again.
  const again = problem.type === "off-campus" && h("p", {}, h("button.primary", { onclick: () => location.reload() }, w.vpnIsOn));
  const call = someoneToCall() && h("p", {}, w.callUs, w.colon, telephones(helpAbout.batch));
  fill(main, h("h1", {}, w.cannotShow), problemNote(problem, () => location.reload()), again, call, more);
}
