// @ts-check
// The members and their forms: who has handed in and who hasn't, what looks odd first; on behalf, as a
// sheet, and the letters issued from them.

import { inPath, postOnce } from "./api.js";
import { rowsOf, sendAll } from "./chunks.js";
import { ask } from "./decide.js";
import { inFront, some } from "./desk.js";
import { isIntroduction, paperAsked, paperChoice } from "./desk-papers.js";
import { fill, h } from "./dom.js";
import { factChoices, listed, valueOf } from "./facts.js";
import { outcomes, progressLine } from "./outcomes.js";
import { ofPaper } from "./papers.js";
import { partyForm } from "./party-form.js";
import { formsTable } from "./party-table.js";
import { askPrinted, lettersFile } from "./prints.js";
import { dialog, phone } from "./shell.js";
import { choice, colleges, exported, pages, searchBox, table } from "./table.js";
import { t } from "./table-words.js";
import { countdown, end, now } from "./time.js";
import { formCounts } from "./view-counts.js";
import { w } from "./staff-words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./desk.js").Paper} Paper */
/** @typedef {import("./api.js").Schemas["MemberRow"]} Member */

/** The lists there are, and the states that each is made of, one after the other. @type {Record<string, (string | null)[]>} */
const LISTS = { open: ["to-check", "ready"], missing: ["missing"], "to-check": ["to-check"], ready: ["ready"], issued: ["issued"], all: [null] };

/** Those of a paper that needs no form. @type {Record<string, (string | null)[]>} */
const LISTS_WITHOUT_FORM = { open: ["ready"], issued: ["issued"], all: [null] };

/** @param {HTMLElement} place @param {Desk} desk */
export async function show(place, desk) {
  const paper = paperAsked(desk, "members");
  const introduces = isIntroduction(paper);
  const [lists, names] = introduces ? [LISTS, w.memberLists] : [LISTS_WITHOUT_FORM, w.paperLists];
  /** @type {Record<string, string>} */
  const named = introduces ? {} : { paper: paper.id };
  const wanted = { ...named, show: desk.asked.get("show") ?? (paper.keeps || !introduces ? "open" : "missing"), college: desk.asked.get("college") ?? "", facts: desk.asked.get("facts") ?? "", q: desk.asked.get("q") ?? "" };
  /** @param {Partial<typeof wanted>} change */
  const go = (change) => (location.hash = desk.link("members", { ...wanted, ...change }));
  const ofAnother = (/** @type {string} */ id) => (location.hash = desk.link("members", { paper: id }));
  const list = h("div");
  const result = h("section", { id: "result" });
  const college = h("div.contents");
  const counts = introduces ? formCounts(desk, wanted.college) : null;
  const empty = introduces && wanted.show === "open" ? [w.noneToIssue, " ", h("a", { href: desk.link("members", { ...wanted, show: "missing" }) }, w.whoIsMissing)] : w.nobody;
  const sheet = exported(desk, introduces ? "party-forms" : "members", { ...named, college: wanted.college, facts: wanted.facts, q: wanted.q, form: wanted.show === "all" ? "" : wanted.show });
  const options = Object.keys(lists).map((name) => /** @type {[string, string]} */ ([name, names[name]]));
  fill(place, h("div.filters", {}, paperChoice(desk, "members", paper, ofAnother), choice("show", w.show, options, wanted.show, (value) => go({ show: value })), college, factChoices(desk.batch, wanted.facts, (facts) => go({ facts })),
    searchBox(introduces ? w.findMember : w.findStudent, wanted.q, (q) => go({ q, show: q ? "all" : wanted.show }))),
    deadlines(desk, paper), h("p.row", {}, introduces && h("a.button", { href: exported(desk, "party-forms", { college: wanted.college }), download: "" }, w.exportForms), h("a.button", { id: "take-away", href: sheet, download: "" }, t.takeAway)), counts?.element, introduces && some(desk.session, ["counsellor", "party-office", "registrar"]) && formsTable(desk, () => load()), result, list);
  void colleges(desk.path).then((known) => fill(college, choice("college", w.college, known, wanted.college, (value) => go({ college: value }))));
  const load = () => {
    void counts?.count();
    return pages({
      place: list, path: `${desk.path}/party-forms`, empty,
      sources: (lists[wanted.show] ?? [null]).map((state) => ({ ...named, state, college: wanted.college, facts: wanted.facts, q: wanted.q })),
      rows: (answer) => /** @type {Member[]} */ (answer.members),
      draw: (members) => drawMembers(desk, paper, members, result, load),
    });
  };
  await load();
}

/** Until when, and for whom: what a counsellor chases against (N18, N19). @param {Desk} desk @param {Paper} paper */
function deadlines({ batch }, paper) {
  if (!isIntroduction(paper)) return h("p.window", {}, paper.issue_until.map((one) => [w.issueUntil(one.for ?? "", end(one.until)), " ", countdown(one.until, w.left, w.over), " "]));
  if (!batch.party) return null;
  const { form_due, editable_until } = batch.party;
  const until = editable_until.map((one) => h("span", {}, w.changeableUntil(one.for ?? "", end(one.until)), " ", countdown(one.until, w.left, w.over)));
  return h("p.window", {}, w.formDue(end(form_due)), now() >= Date.parse(form_due) && ` ${w.over}`, until.map((one) => [" · ", one]));
}

/** @param {Desk} desk @param {Paper} paper @param {Member[]} members @param {HTMLElement} result @param {() => Promise<void>} load */
function drawMembers(desk, paper, members, result, load) {
  const issues = paper.keeps;
  /** @type {Set<Member>} */
  const chosen = new Set();
  const issueWords = (/** @type {number} */ count) => (isIntroduction(paper) ? w.issueChosen(count) : w.issuePaper(paper.name, count));
  const open = members.filter((one) => one.state === "to-check" || one.state === "ready");
  const issue = h("button.primary", { id: "issue", disabled: true, onclick: () => issueAll(desk, paper, [...chosen], result, load) }, issueWords(0));
  const count = () => {
    issue.disabled = chosen.size === 0;
    issue.textContent = issueWords(chosen.size);
  };
  const boxes = new Map(open.map((member) => [member, h("input", { type: "checkbox", "aria-label": w.choose(member.name, member.id), onchange: (/** @type {Event} */ event) => {
    if (/** @type {HTMLInputElement} */ (event.target).checked) chosen.add(member);
    else chosen.delete(member);
    count();
  } })]));
  // All at once only those about which there is nothing to ask.
  const ready = h("button", { onclick: () => boxes.forEach((box, member) => member.state === "ready" && !box.checked && box.click()) }, w.chooseReady);
  const heads = [issues && w.chosen, w.number, w.name, w.college, ...listed(desk.batch).map((fact) => fact.name), w.state, ...(isIntroduction(paper) ? [w.form, w.actions] : [])].filter((head) => head !== false);
  return [
    issues && open.length > 0 && h("div.row", {}, ready, issue),
    table(isIntroduction(paper) ? w.members : paper.name, heads, members.map((member) => line(desk, paper, member, boxes.get(member), load))),
  ];
}

/** @param {Desk} desk @param {Paper} paper @param {Member} member @param {HTMLInputElement | undefined} box @param {() => Promise<void>} load */
function line(desk, paper, member, box, load) {
  const { form, letter } = member;
  const introduces = isIntroduction(paper);
  const may = (paper.keeps || some(desk.session, ["counsellor", "registrar"])) && !letter;
  return h("tr", { "data-student": member.id, "data-state": member.state },
    paper.keeps && h("td", {}, box),
    h("td", {}, h("a", { href: desk.link("record", { student: member.id }) }, member.id)),
    h("th", { scope: "row" }, member.name, h("small", {}, ` ${w.parties[member.party ?? ""] ?? ""}`), h("br"), phone(member.phone)),
    h("td", {}, member.college), listed(desk.batch).map((fact) => h("td", {}, valueOf(fact, member.facts))),
    h("td", {}, h("span.chip", { "data-state": member.state }, w.formStates[member.state] ?? member.state), form && !letter && !isLate(member) && h("small", {}, ` ${w.mayChangeUntil(end(member.editable_until ?? ""))}`), letter && h("small", {}, ` ${w.letterNumber(letter.number)}`)),
    introduces && h("td", {}, form && h("div", {}, form.heading, h("br"), `→ ${form.destination}`, h("small", {}, ` ${w.kinds[form.transfer_kind] ?? ""}`)),
      member.warnings.map((warning) => h("p.warning", { "data-code": warning.code }, h("span", { "aria-hidden": "true" }, "⚠ "), warning.message))),
    introduces && h("td.actions", {}, may && h("button.small", { onclick: () => onBehalf(desk, member, load), "aria-label": `${form ? w.changeForm : w.handIn} ${member.name}` }, form ? w.changeForm : w.onBehalf)));
}

/** @param {Desk} desk @param {Member} member @param {() => Promise<void>} load */
function onBehalf(desk, member, load) {
  const late = isLate(member);
  const form = partyForm({
    path: `${desk.path}/students/${inPath(member.id)}/party-form`, form: member.form ?? null, reason: desk.has("registrar"), confirm: w.confirmedFor,
    locked: late && !desk.has("registrar") ? w.onBehalfLate : null,
    saved: () => {
      box.close();
      void load();
    },
  });
  const box = dialog(w.formOf(member.name, member.id), [h("p.note", {}, w.onBehalfHelp), form], []);
}

/** Whether their deadline has passed. @param {Member} member */
const isLate = ({ editable_until }) => !!editable_until && now() >= Date.parse(editable_until);

/** What is about to be written, letter by letter: nobody issues a number of letters unread. @param {Paper} paper @param {Member[]} members */
async function askIssue(paper, members) {
  if (!isIntroduction(paper)) {
    const lines = members.map((member) => h("tr", {}, h("th", { scope: "row" }, `${member.name} ${member.id}`), h("td", {}, member.college)));
    const title = w.issuePaper(paper.name, members.length);
    return ask({ title, button: w.issue, body: [h("p", {}, w.issuePaperHelp), table(title, [w.name, w.college], lines)], act: () => Promise.resolve(true) });
  }
  const early = members.filter((member) => !isLate(member));
  const looked = members.filter((member) => member.state === "to-check").map((member) => ({ member, input: h("input", { type: "checkbox", required: true }) }));
  const lines = members.map((member) => h("tr", {}, h("th", { scope: "row" }, `${member.name} ${member.id}`), h("td", {}, member.form?.heading), h("td", {}, member.form?.destination), h("td", {}, w.kinds[member.form?.transfer_kind ?? ""] ?? "")));
  return ask({
    title: w.issueTitle(members.length), button: w.issue,
    body: [h("p", {}, w.issueHelp), early.length > 0 && h("p.warning", {}, w.issueEarly(early.length)),
      looked.length > 0 && h("div.problem", {}, h("strong", {}, w.issueOdd(looked.length)), looked.map(({ member, input }) =>
        h("label.choice", {}, input, `${member.name}${w.colon}`, member.warnings.map((one) => one.message).join(w.comma)))),
      table(w.issueTitle(members.length), [w.name, w.heading, w.destination, w.transferKind], lines)],
    act: () => {
      const open = looked.find(({ input }) => !input.checked);
      open?.input.focus();
      return open ? null : Promise.resolve(true);
    },
  });
}

/** Issues letters, one after the other, and offers them for print. @param {Desk} desk @param {Paper} paper @param {Member[]} chosen @param {HTMLElement} result @param {() => Promise<void>} load */
async function issueAll(desk, paper, chosen, result, load) {
  const members = [...chosen].sort((a, b) => a.college.localeCompare(b.college, "zh") || a.id.localeCompare(b.id));
  if (!(await askIssue(paper, members))) return;
  const rows = rowsOf(members.map(({ id }, i) => ({ row: i + 1, student: id })), w.twice);
  rows.forEach((row, i) => (row.name = members[i]?.name));
  /** @type {number[]} */
  const numbers = [];
  const line = progressLine(w.issuing, desk.session.id);
  fill(result);
  const whole = await inFront(line.element, () => sendAll(rows, {
    send: (students) => postOnce(`${desk.path}/letters${ofPaper(paper)}`, { students }), ...line.run,
    take: (row, answer) => {
      row.outcome = answer.outcome;
      row.problem = answer.problem ?? null;
      if (answer.number) row.name = `${row.name} · ${w.letterNumber(answer.number)}`;
      if (answer.outcome === "changed") numbers.push(answer.number);
    },
  }));
  const printed = h("div");
  fill(result, h("h2", { tabindex: -1, id: "result-title" }, whole ? w.issuedTitle(numbers.length) : w.stoppedTitle(numbers.length)),
    h("p.row", {}, ranges(numbers).map(([first, last]) => h("a.button.primary", { href: lettersFile(desk, paper, first, last), target: "_blank", onclick: () => askPrinted(desk, paper, printed, first, last, () => undefined) }, w.printLetters(first, last)))),
    printed,
    outcomes(rows, w.issued));
  document.getElementById("result-title")?.focus();
  await load();
}

/**
 * Numbers in a row, at most two hundred a document.
 * @param {number[]} numbers
 * @returns {[number, number][]}
 */
export function ranges(numbers) {
  /** @type {[number, number][]} */
  const found = [];
  for (const number of [...new Set(numbers)].sort((a, b) => a - b)) {
    const last = found.at(-1);
    if (last && last[1] === number - 1 && number - last[0] < 200) last[1] = number;
    else found.push([number, number]);
  }
  return found;
}
