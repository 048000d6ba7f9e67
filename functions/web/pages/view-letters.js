// @ts-check
// The register of letters: what is on its way, what came back, what expires soon; receipts, re-issues,
// prints.

import { Problem, asProblem, get, getFile, inPath, post, put } from "./api.js";
import { ask, reasonField } from "./decide.js";
import { fill, h, toast } from "./dom.js";
import { formFields, liveHints, showHints } from "./party-form.js";
import { isIntroduction, paperAsked, paperChoice } from "./desk-papers.js";
import { ofPaper } from "./papers.js";
import { askPrinted, lettersFile, notePrinted } from "./prints.js";
import { phone, problemNote } from "./shell.js";
import { choice, colleges, exported, pages, searchBox, table } from "./table.js";
import { t } from "./table-words.js";
import { end, midnight, moment, nextDay, now as present, span, today } from "./time.js";
import { w } from "./staff-words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./desk.js").Paper} Paper */
/** @typedef {import("./api.js").Schemas["LetterAnswer"]} Letter */

/** The lists there are, as the register is asked for them. @type {Record<string, Record<string, string | number>>} */
const LISTS = {
  all: {},
  unprinted: { printed: "missing" },
  missing: { receipt: "missing" },
  soon: { expires_within: 14 },
  issued: { state: "issued" },
  expired: { state: "expired" },
  returned: { state: "returned" },
  void: { state: "void" },
};
const PAPERS = ["statement", "application", "original"];

/** @param {HTMLElement} place @param {Desk} desk */
export async function show(place, desk) {
  const paper = paperAsked(desk, "letters");
  const introduces = isIntroduction(paper);
  /** @type {Record<string, string>} */
  const named = introduces ? {} : { paper: paper.id };
  const now = { ...named, show: desk.asked.get("show") ?? "all", college: desk.asked.get("college") ?? "", q: desk.asked.get("q") ?? "" };
  /** @param {Partial<typeof now>} change */
  const go = (change) => (location.hash = desk.link("letters", { ...now, ...change }));
  const ofAnother = (/** @type {string} */ id) => (location.hash = desk.link("letters", { paper: id }));
  const heads = [introduces ? w.letter : w.paperNumber, w.name, w.college, ...(introduces ? [w.form] : []), w.valid, w.paper, w.state, w.actions];
  const until = introduces ? w.reissueUntil(end(desk.batch.party?.reissue_until ?? "")) : paper.issue_until.map((one) => w.issueUntil(one.for ?? "", end(one.until))).join(" ");
  const college = h("div.contents");
  const list = h("div");
  const printed = h("div");
  /** @type {Record<string, string>} */
  const listNames = w.letterLists;
  const names = Object.keys(LISTS).map((name) => /** @type {[string, string]} */ ([name, listNames[name]]));
  const load = () => pages({
    place: list, path: `${desk.path}/letters`, empty: introduces ? w.noLetters : w.noPapers(paper.name), sources: [{ ...named, ...LISTS[now.show], college: now.college, q: now.q }],
    rows: (answer) => /** @type {Letter[]} */ (answer.letters),
    draw: (letters) => table(paper.name, heads, letters.map((letter) => line(desk, paper, letter, printed, load))),
  });
  const { state = "", ...others } = /** @type {Record<string, string>} */ (LISTS[now.show] ?? {});
  const sheet = exported(desk, "letters", { ...named, ...others, letter: state, college: now.college, q: now.q });
  fill(place, h("div.filters", {}, paperChoice(desk, "letters", paper, ofAnother), choice("show", w.show, names, now.show, (value) => go({ show: value })), college, searchBox(w.findLetter, now.q, (q) => go({ q })), printRange(desk, paper, printed, load)), printed,
    h("p.note", {}, until, " ", w.receiptsUntil(end(paper.receipts_until))),
    h("p.row", {}, h("a.button", { href: exported(desk, "letters", named), download: "" }, w.exportRegister), h("a.button", { id: "take-away", href: sheet, download: "" }, t.takeAway)), list);
  void colleges(desk.path).then((known) => fill(college, choice("college", w.college, known, now.college, (value) => go({ college: value }))));
  await load();
}

/** From a number to a number, as one document. @param {Desk} desk @param {Paper} paper @param {HTMLElement} printed @param {() => Promise<void>} load */
function printRange(desk, paper, printed, load) {
  const first = h("input", { id: "first", type: "number", min: 1, required: true });
  const last = h("input", { id: "last", type: "number", min: 1, "aria-label": w.toNumber });
  const note = h("div");
  const print = async (/** @type {Event} */ event) => {
    event.preventDefault();
    fill(note);
    const page = window.open("", "_blank");
    const [from, to] = [Number(first.value), Number(last.value || first.value)];
    try {
      const address = URL.createObjectURL(await getFile(lettersFile(desk, paper, from, to)));
      if (page) page.location.href = address;
      askPrinted(desk, paper, printed, from, to, load);
    } catch (error) {
      page?.close();
      fill(note, problemNote(asProblem(error)));
    }
  };
  return h("form.field.range", { onsubmit: print }, h("label", { for: "first" }, w.printFrom), h("div.row", {}, first, "–", last, h("button", {}, w.print)), note);
}

/** Its original: noted by whom and when, or a press that notes it. @param {Desk} desk @param {Paper} of @param {Letter} letter @param {HTMLElement} place @param {() => Promise<void>} load */
function original(desk, of, letter, place, load) {
  const { printed, state, number } = letter;
  if (printed) return [w.printedOn(moment(printed.at)), h("br"), h("small", {}, printed.by_name ?? printed.by)];
  if (state !== "issued") return "";
  const note = async () => {
    if (await notePrinted(desk, of, [number], place)) await load();
  };
  return [w.notPrinted, h("br"), of.keeps && h("button.small", { onclick: note, "aria-label": `${w.notePrinted(1)} ${letter.name}` }, w.notePrinted(1))];
}

/** Whom to ask at the receiver. @param {Letter} letter */
const receiver = ({ receiver_contact, receiver_phone }) => (receiver_contact || receiver_phone) && [h("br"), w.receiverIs, receiver_contact ?? "", " ", phone(receiver_phone)];

/** @param {Desk} desk @param {Paper} paper @param {Letter} letter @param {HTMLElement} printed @param {() => Promise<void>} load */
function line(desk, paper, letter, printed, load) {
  const left = Date.parse(midnight(nextDay(letter.valid_until))) - present();
  const issued = letter.state === "issued";
  const keeps = paper.keeps || desk.has("registrar");
  const alive = (issued || letter.state === "expired") && keeps;
  return h("tr", { "data-letter": letter.number, "data-state": letter.state },
    h("td", {}, h("a", { href: lettersFile(desk, paper, letter.number, letter.number), target: "_blank" }, w.letterNumber(letter.number))),
    h("th", { scope: "row" }, letter.name, h("br"), h("a", { href: desk.link("record", { student: letter.student }) }, letter.student), letter.phone && [h("br"), h("small", {}, phone(letter.phone))]),
    h("td", {}, letter.college),
    isIntroduction(paper) && h("td", {}, letter.heading, h("br"), `→ ${letter.destination}`, receiver(letter)),
    h("td", {}, letter.issued_on, h("br"), w.until(letter.valid_until), issued && h("small", { class: left < 14 * 86_400_000 ? "soon" : null }, ` ${w.left(span(left))}`)),
    h("td", { "data-printed": String(Boolean(letter.printed)) }, original(desk, paper, letter, printed, load)),
    h("td", {}, h("span.chip", { "data-state": letter.state }, w.letterStates[letter.state] ?? letter.state),
      letter.receipt && h("small", {}, ` ${letter.receipt.received_on} ${letter.receipt.from}`),
      letter.replaced_by && h("small", {}, ` ${w.replacedBy(letter.replaced_by)}`), letter.replaces && h("small", {}, ` ${w.replaces(letter.replaces)}`)),
    h("td.actions", {},
      (alive || (letter.state === "returned" && paper.keeps)) && h("button.small", { onclick: () => receipt(desk, paper, letter, load), "aria-label": `${w.receipt} ${letter.name}` }, letter.receipt ? w.correctReceipt : w.receiptDots),
      alive && h("button.small", { onclick: () => (isIntroduction(paper) ? reissue(desk, letter, load) : reissueText(desk, paper, letter, load)), "aria-label": `${w.reissue} ${letter.name}` }, w.reissueDots)));
}

/** @param {Desk} desk @param {Paper} paper @param {Letter} letter @param {() => Promise<void>} load */
async function receipt(desk, paper, letter, load) {
  const on = h("input", { id: "received-on", type: "date", value: letter.receipt?.received_on ?? today(), min: letter.issued_on, max: today(), required: true });
  const from = h("input", { id: "received-from", value: letter.receipt?.from ?? "", list: "receivers", maxlength: 60, required: true, autocomplete: "off" });
  const likely = h("datalist", { id: "receivers" }, [letter.destination, letter.heading].filter(Boolean).map((value) => h("option", { value })));
  const done = await ask({
    title: w.receiptTitle(letter.number, letter.name), button: w.noteReceipt,
    body: [h("div.field", { "data-field": "received_on" }, h("label", { for: "received-on" }, w.receivedOn), on), h("div.field", { "data-field": "from" }, h("label", { for: "received-from" }, w.receivedFrom), from, likely, h("p.note", {}, w.asOnReceipt))],
    act: () => put(`${desk.path}/letters/${letter.number}/receipt${ofPaper(paper)}`, { received_on: on.value, from: from.value }),
  });
  if (!done) return;
  toast(w.receiptNoted(letter.number));
  await load();
}

/** A paper of words, for a reason. @param {Desk} desk @param {Paper} paper @param {Letter} letter @param {() => Promise<void>} load */
async function reissueText(desk, paper, letter, load) {
  const reason = reasonField(w.reissueReason);
  const done = await ask({
    title: w.reissueTitle(letter.number, letter.name), button: w.reissue,
    body: [reason.element, h("p.note", {}, w.reissueHelp)],
    act: () => {
      const why = reason.read();
      return why ? post(`${desk.path}/letters/${letter.number}/reissue${ofPaper(paper)}`, { reason: why }) : null;
    },
  });
  if (!done) return;
  toast(w.reissued(done.number));
  await load();
}

/** With the three papers; what looks odd must be looked at before it is done. @param {Desk} desk @param {Letter} letter @param {() => Promise<void>} load */
async function reissue(desk, letter, load) {
  const { party } = await get(`${desk.path}/students/${inPath(letter.student)}`);
  const { heading, destination, transfer_kind } = letter;
  const fields = formFields({ receiver_contact: null, receiver_phone: null, ...party.form, heading, destination, transfer_kind, confirmed: false });
  const papers = PAPERS.map((paper) => ({ paper, input: h("input", { type: "checkbox", name: paper }) }));
  const reason = reasonField(w.reissueReason);
  const note = h("div");
  const looked = h("input", { type: "checkbox", id: "looked" });
  const odd = h("label.choice", { for: "looked", hidden: true }, looked, w.looked);
  const path = `${desk.path}/letters/${letter.number}/reissue`;
  const body = () => ({ ...fields.read(), papers: papers.filter(({ input }) => input.checked).map(({ paper }) => paper) });
  const hints = liveHints(fields, (typed) => post(path, { ...typed, papers: PAPERS, reason: w.trial, dry_run: true }), (problem) => fill(note, problem && !problem.passes && problemNote(problem)));
  hints.typed();
  const send = async (/** @type {string} */ why) => {
    try {
      const { warnings } = await post(path, { ...body(), reason: why, dry_run: true });
      odd.hidden = warnings.length === 0;
      showHints(fields, [], warnings);
      if (warnings.length && !looked.checked) throw new Problem({ type: "look", status: 422, title: w.lookFirst, detail: w.lookFirstDetail });
      return await post(path, { ...body(), reason: why });
    } catch (error) {
      const problem = asProblem(error);
      if (problem.fields.length) await hints.explain(problem);
      throw problem;
    }
  };
  const done = await ask({
    title: w.reissueTitle(letter.number, letter.name), button: w.reissue,
    body: [h("fieldset", { "data-field": "papers" }, h("legend", {}, w.threePapers), papers.map(({ paper, input }) => h("label.choice", {}, input, w.papers[paper]))),
      reason.element, h("div", { oninput: hints.typed }, fields.all), note, odd, h("p.note", {}, w.reissueHelp)],
    act: () => {
      const why = reason.read();
      hints.stop();
      return why ? send(why) : null;
    },
  });
  if (!done) return;
  toast(w.reissued(done.number));
  await load();
}
