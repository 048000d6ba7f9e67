// @ts-check
// A student's page: what is done, what waits for whom, what to do next; the party form and the letter;
// the slip. What changes elsewhere shows when the page comes back into view.

import { Problem, asProblem, get } from "./api.js";
import { byId, fill, h, restoreDrafts, say } from "./dom.js";
import { draftName } from "./drafts.js";
import { ownHistory } from "./history.js";
import { isPressing, lastInstant, letterCard } from "./letter.js";
import { papersPart } from "./papers.js";
import { partyForm } from "./party-form.js";
import { arrive, phone, problemNote, setHelp, showProblem, telephones, topBar, windowLine } from "./shell.js";
import { drawStages, isAsked, isOptional, ring, whoHandles } from "./steps.js";
import { countdown, end, moment, now, today, money } from "./time.js";
import { w } from "./words.js";

/** @typedef {import("./api.js").Status} Status */
/** @typedef {import("./api.js").Batch} Batch */
/** @typedef {import("./api.js").Step} Step */

const main = byId("main");
/** @type {Set<number>} */
const open = new Set();
/** @type {{ session: import("./api.js").Session, status: Status, batch: Batch } | null} */
let shown = null;

async function begin() {
  const me = await arrive();
  if (!me) return;
  const { session, status, batch } = me;
  if (session.kind !== "student") return location.replace("/staff");
  if (!status || !batch) return explain(me);
  shown = { session, status, batch };
  fill(byId("top"), topBar({ ...session, name: status.student.name }, h("span.batch", {}, batch.name)));
  setHelp(batch, helpOf(batch));
  render();
  restoreDrafts(main);
}

/** A page that can't be shown says why, and whom to call. @param {import("./api.js").Me} me */
async function explain({ batch, batches, problem }) {
  const [newest] = batches;
  if (batch) {
    setHelp(batch, helpOf(batch));
    return showProblem(main, new Problem(problem ?? {}), windowLine(batch, () => {}));
  }
  if (!newest) return showProblem(main, new Problem({ type: "not-found", status: 404, title: w.noBatch, detail: w.noBatchDetail }));
  showProblem(main, new Problem({ type: "not-found", status: 404, title: w.notInBatch, detail: w.notOnRoster }), windowLine(newest, () => {}));
  setHelp(await get(`/api/batches/${newest.id}`).catch(() => null), helpOf(newest));
}

/** How the page is used; of members' forms only where there are any. @param {{ papers: { layout: string }[] }} batch */
function helpOf({ papers }) {
  const introduces = papers.some(({ layout }) => layout === "party-introduction");
  return w.helpStudent.map((topic) => ({ ...topic, lines: [...topic.lines, ...(introduces ? [w.helpMember] : [])] }));
}

let turn = 0;

/** Reads again, and shows what is new. */
async function refresh() {
  if (!shown || document.visibilityState !== "visible") return;
  try {
    const path = `/api/batches/${shown.status.batch.id}`;
    const mine = ++turn;
    const status = await get(`${path}/students/me`);
    if (mine !== turn) return;
    const before = JSON.stringify({ ...shown.status, version: 0 });
    shown.status = status;
    byId("stale").hidden = true;
    if (JSON.stringify({ ...status, version: 0 }) !== before) {
      render();
      say(w.updated);
    }
  } catch (error) {
    const note = byId("stale");
    note.hidden = false;
    fill(note, problemNote(asProblem(error), refresh));
  }
}

function render() {
  if (!shown) return;
  const { status, batch } = shown;
  main.removeAttribute("aria-busy");
  document.title = `${status.removed ? w.takenOut : status.cleared ? w.cleared : w.remaining(status.remaining)} · ${w.brand}`;
  const party = status.removed ? null : partySection(status);
  fill(main,
    windowLine(batch, turned),
    h("div", { id: "stale", hidden: true }),
    summary(status),
    h("section", { "aria-labelledby": "steps-title" }, h("h2", { id: "steps-title" }, w.yourSteps), h("p.note", {}, w.tapForMore), drawStages(status.steps, open)),
    party, papersPart(batch.id, status.papers), ownHistory(`/api/batches/${batch.id}/students/me/history`, status, status.steps, status.papers));
}

/** The window has opened or closed while somebody looked. */
function turned() {
  render();
  void refresh();
}

/** @param {Status} status */
function summary(status) {
  const { student, steps } = status;
  const asked = steps.filter(isAsked);
  const done = asked.length - status.remaining;
  return h("section.hero", { "aria-labelledby": "hello", "data-cleared": status.cleared },
    h("div.hero-head", {}, ring(done, asked.length), h("div", {},
      h("h1", { id: "hello" }, status.removed ? w.takenOut : status.cleared ? w.cleared : w.remaining(status.remaining)),
      h("p.note", { lang: "zh-CN" }, `${student.name} · ${student.id} · ${student.college}${student.major ? ` · ${student.major}` : ""}`))),
    status.removed ? h("div.problem", { id: "taken-out" }, h("p", {}, h("strong", {}, w.reason), w.colon, status.removed.reason), h("p", {}, w.takenOutHelp, telephones(status))) : [slip(status), todo(status)]);
}

/** @param {Step} step */
const named = (step) => h("strong", {}, `${step.number} ${step.name}`);

/** @param {Step} step */
const atOffice = (step) => [whoHandles(step), " ", phone(step.office?.phone)];

/**
 * What to do, the letter first, since nobody reminds of it but this page (N21); then what waits for nobody but the
 * student; then who is at work.
 * @param {Status} status
 */
function todo(status) {
  const { steps, party } = status;
  const turnedDown = steps.filter((step) => step.waiting_for === "you").map((step) =>
    h("li.yours", {}, named(step), w.colon, step.reason ?? "", step.amount_due ? ` ${w.owes(money(step.amount_due))}` : "", " → ", atOffice(step)));
  const open = steps.filter((step) => step.waiting_for === "office");
  const takenBack = steps.filter((step) => step.revoked && step.waiting_for !== null && step.waiting_for !== "you").map((step) =>
    h("li.yours", { "data-revoked": step.number }, named(step), w.colon, w.revokedNow(step.revoked?.reason ?? ""), " → ", atOffice(step)));
  const come = open.filter((step) => !step.revoked && (step.help || step.link)).map((step) =>
    h("li.yours.come", {}, named(step), w.colon, step.help ?? w.toDoFor(step.office?.name ?? ""), " ", moreAbout(step), " → ", atOffice(step)));
  const optional = steps.filter(isOptional).filter((step) => step.help || step.link).map((step) =>
    h("li", { "data-optional": step.number }, named(step), w.colon, step.help ?? w.toDoFor(step.office?.name ?? ""), " ", moreAbout(step)));
  const due = party?.form_required && !party.form && !party.letter && now() >= Date.parse(status.batch.opens);
  const form = due && (now() < Date.parse(party.editable_until ?? party.form_due)
    ? h("li.yours", {}, h("a", { href: "#party" }, w.handInForm), " ", w.handInBy(end(party.editable_until ?? party.form_due)), " ", countdown(party.editable_until ?? "", w.left, ""),
      now() < Date.parse(party.form_due) && h("div", { id: "college-due" }, w.collegeDue(end(party.form_due))))
    : h("li.yours", {}, w.formMissed));
  const yours = [letterToDeliver(status), ...turnedDown, ...takenBack, form, ...come].filter(Boolean);
  /** @type {Map<string, Step[]>} */
  const offices = new Map();
  for (const step of open.filter((one) => !one.revoked && !one.help && !one.link)) {
    const name = whoHandles(step);
    offices.set(name, [...(offices.get(name) ?? []), step]);
  }
  const waiting = [...offices].map(([name, theirs]) =>
    h("li", {}, h("strong", {}, w.waitsFor(name)), w.colon, theirs.map((step) => step.name).join(w.comma)));
  return [
    yours.length > 0 && h("h2", {}, w.forYou),
    yours.length > 0 && h("ul.todo", { id: "for-you" }, yours),
    waiting.length > 0 && h("h2", {}, w.beingDone),
    waiting.length > 0 && h("ul.todo", { id: "at-work" }, waiting),
    optional.length > 0 && h("h2", {}, w.optionalTitle),
    optional.length > 0 && h("ul.todo", { id: "optional" }, optional),
  ];
}

/** @param {Step} step */
const moreAbout = (step) => step.link && h("a", { href: step.link, target: "_blank", rel: "noopener" }, w.moreAbout);

/** The letter until its receipt is in: by when, to whom; once it has expired, whom to call. @param {Status} status */
function letterToDeliver(status) {
  const { letter = null, form = null } = status.party ?? {};
  if (!letter || (letter.state !== "issued" && letter.state !== "expired")) return null;
  const expired = letter.state === "expired";
  const number = h("a", { href: "#party" }, w.letterNumber(letter.number));
  return h(`li.yours.letter-due${isPressing(letter) ? ".pressing" : ""}`, { "data-state": letter.state },
    h("strong", {}, number), w.colon,
    expired ? [w.letterOver(letter.valid_until), telephones(status)]
      : [w.letterDue(letter.valid_until, form?.destination ?? w.receiverOfLetter), " ", letter.valid_until === today() && h("strong", {}, w.lastDay), " ", countdown(lastInstant(letter), w.left, w.over, render)]);
}

/** Only when it works; what is missing otherwise (N12). @param {Status} status */
function slip(status) {
  if (status.cleared) {
    const address = `/api/batches/${status.batch.id}/students/me/slip.pdf`;
    return h("p", {}, h("a.button.primary", { href: address, target: "_blank", id: "print" }, w.printSlip));
  }
  return h("p.note", { id: "no-slip" }, w.noSlipYet(status.remaining));
}

/** The form is in: what is there now is shown, and read out from its beginning. */
async function saved() {
  await refresh();
  byId("party-title").focus();
}

/** @type {{ about: string, section: HTMLElement } | null} */
let keptForm = null;

/** The form and the letter; a form that is being written in stays. @param {Status} status */
function partySection(status) {
  const { party, batch } = status;
  if (!party?.form_required) return null;
  const until = party.editable_until ?? party.form_due;
  const late = Date.parse(until) <= now() || Date.parse(batch.closes) <= now();
  const locked = now() < Date.parse(batch.opens) ? w.formNotYet : late ? w.formClosed : null;
  const about = JSON.stringify([party, locked]);
  if (keptForm?.about === about) return keptForm.section;
  const section = h("section", { id: "party", "aria-labelledby": "party-title" }, h("h2", { id: "party-title", tabindex: -1 }, w.partyTitle));
  keptForm = { about, section };
  if (party.letter) {
    section.append(letterCard(batch.id, "me", party.letter, party.form ?? null));
    return section;
  }
  section.append(
    h("p.note", {}, w.whyForm),
    h("p", { id: party.form ? "next" : null }, w.formUntil(moment(until)), " ", countdown(until, w.left, w.over, render), party.form && w.formNext),
    partyForm({ path: `/api/batches/${batch.id}/students/me/party-form`, form: party.form ?? null, locked, reason: false, draft: draftName(batch.id, status.student.id), saved }));
  return section;
}

document.addEventListener("visibilitychange", refresh);
window.addEventListener("online", refresh);
window.addEventListener("pageshow", (event) => event.persisted && refresh());
void begin();
