// @ts-check
// A college's table of its members' forms (N18): read, each form tried, looked at, and only then handed in, one by one.

import { asProblem, get, inPath, put, sendTable } from "./api.js";
import { isAnother } from "./chunks.js";
import { inFront, some } from "./desk.js";
import { acceptDrop, fill, h, toast } from "./dom.js";
import { p } from "./party-table-words.js";
import { problemNote } from "./shell.js";
import { table } from "./table.js";
import { Mending, readingLine, understood } from "./table-read.js";
import { w } from "./staff-words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./api.js").Schemas["MemberRow"]} Member */
/** @typedef {import("./api.js").Schemas["FormsAnswer"]} FormsAnswer */
/** @typedef {FormsAnswer["rows"][number]} Listed */
/** @typedef {{ listed: Listed, member: Member | undefined, state: string, why: string[] }} Line */

/** As many forms are asked about at once. */
const AT_ONCE = 4;

/** What a column of the table may be. @type {[string, string][]} */
const COLUMNS = [["student_id", w.number], ["name", w.name], ["heading", p.heading], ["destination", p.destination], ["transfer_kind", p.kind], ["receiver_contact", p.contact], ["receiver_phone", p.phone]];

/** Everybody who hands in a form, as far as they are somebody's to gather. @param {Desk} desk @returns {Promise<Map<string, Member>>} */
async function everyMember(desk) {
  /** @type {Map<string, Member>} */
  const members = new Map();
  let cursor = null;
  do {
    const page = await get(`${desk.path}/party-forms`, { limit: 100, cursor });
    for (const member of /** @type {Member[]} */ (page.members)) members.set(member.id, member);
    cursor = page.next;
  } while (cursor);
  return members;
}

/** Does something for each, several at a time. @template T @param {readonly T[]} all @param {(one: T) => Promise<void>} work @param {(done: number) => void} progress */
async function forEach(all, work, progress) {
  const left = [...all];
  let done = 0;
  const one = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      await work(next);
      progress(++done);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}

/** @param {Desk} desk @param {() => Promise<void>} load */
export function formsTable(desk, load) {
  const mending = new Mending();
  const result = h("section", { id: "forms-result" });
  let turn = 0;
  /** @param {File} file */
  const preview = async (file) => {
    const mine = ++turn;
    const line = readingLine(p.reading);
    fill(result, line.element);
    try {
      /** @type {FormsAnswer} */
      let answer = await sendTable(`${desk.path}/party-forms/table`, file, mending.how);
      if (mine === turn && mending.holdsAgain(answer.table)) answer = await sendTable(`${desk.path}/party-forms/table`, file, mending.how);
      const members = await everyMember(desk);
      const lines = sorted(answer.rows, members);
      const open = lines.filter(({ state }) => state === "ready");
      await forEach(open, (one) => tried(desk, one), (done) => line.progress(done, open.length));
      if (mine !== turn) return;
      draw(file, answer, lines);
    } catch (error) {
      if (mine === turn) fill(result, problemNote(asProblem(error), () => preview(file)));
    }
  };
  /** @param {File} file @param {FormsAnswer} answer @param {Line[]} lines */
  const draw = (file, answer, lines) => {
    const of = (/** @type {string} */ state) => lines.filter((one) => one.state === state);
    const going = [...of("ready"), ...of("odd")];
    const confirm = h("input", { type: "checkbox", id: "forms-confirm" });
    const reason = h("input", { id: "forms-reason", maxlength: 500, autocomplete: "off" });
    const note = h("p.fault", { role: "alert", hidden: true }, p.confirmFirst);
    const go = h("button.primary", { id: "forms-apply", disabled: going.length === 0, onclick: () => {
      note.hidden = confirm.checked;
      if (confirm.checked) void apply(going, reason.value.trim());
    } }, p.handIn(going.length));
    fill(result, h("h2", { id: "forms-title", tabindex: -1 }, p.preview(going.length, of("odd").length)), h("p.note", {}, p.others(of("blank").length, of("same").length, of("bad").length), " ", w.nothingWrittenYet),
      understood(answer.table, mending, COLUMNS, () => void preview(file)),
      shown(lines.filter(({ state }) => !["blank", "same"].includes(state))),
      going.length > 0 && [some(desk.session, ["registrar"]) && h("div.field", {}, h("label", { for: "forms-reason" }, p.reason), reason), h("p", {}, h("label.choice", {}, confirm, p.confirm)), note, h("p", {}, go)]);
    document.getElementById("forms-title")?.focus();
  };
  /** @param {Line[]} going @param {string} reason */
  const apply = async (going, reason) => {
    const line = readingLine(p.handingIn);
    const work = forEach(going, (one) => handIn(desk, one, reason, false), (done) => line.progress(done, going.length));
    await inFront(line.element, () => work);
    const failed = going.filter(({ state }) => state !== "done");
    const words = p.done(going.length - failed.length, failed.length);
    fill(result, h("h2", { id: "forms-title", tabindex: -1 }, words), failed.length > 0 && shown(failed));
    document.getElementById("forms-title")?.focus();
    toast(words);
    await load();
  };
  /** @param {File | undefined} file */
  const take = (file) => {
    if (!file) return;
    input.value = "";
    mending.nextFile();
    void preview(file);
  };
  const input = h("input", { type: "file", id: "forms-file", onchange: () => take(input.files?.[0]) });
  const drop = h("div.field.drop", { id: "forms-drop" }, h("label", { for: "forms-file" }, p.file), h("p.note", {}, p.help), input);
  acceptDrop(drop, take);
  return h("details.card", { id: "forms-table" }, h("summary", {}, p.title), drop, result);
}

/** What becomes of each row, as far as it is known without asking. @param {readonly Listed[]} rows @param {Map<string, Member>} members @returns {Line[]} */
function sorted(rows, members) {
  const seen = new Set();
  return rows.map((listed) => {
    const member = members.get(listed.student);
    const twice = seen.has(listed.student);
    seen.add(listed.student);
    const form = member?.form;
    const same = form && form.heading === listed.heading && form.destination === listed.destination && form.transfer_kind === listed.transfer_kind && (form.receiver_contact ?? "") === (listed.receiver_contact ?? "") && (form.receiver_phone ?? "") === (listed.receiver_phone ?? "");
    const said = { said: listed.name ?? "", name: member?.name ?? "" };
    const why = [
      ...(listed.faults ?? []).map(({ name, message }) => `${name}${w.colon}${message}`),
      !listed.blank && !member && p.nobody, twice && p.twice, member && isAnother(/** @type {any} */ (said)) && p.another(member.name),
      !listed.blank && !same && member?.letter && p.issued(w.letterNumber(member.letter.number)),
    ].filter((words) => typeof words === "string");
    const state = listed.blank && why.length === 0 ? "blank" : why.length > 0 ? "bad" : same ? "same" : "ready";
    return { listed, member, state, why };
  });
}

/** @param {Desk} desk @param {Line} line @param {string} reason @param {boolean} dry */
async function handIn(desk, line, reason, dry) {
  const { student, heading, destination, transfer_kind, receiver_contact, receiver_phone } = line.listed;
  try {
    const answer = await put(`${desk.path}/students/${inPath(student)}/party-form`, { heading, destination, transfer_kind, receiver_contact, receiver_phone, confirmed: true, reason: reason || null, dry_run: dry });
    const warnings = /** @type {{ message: string }[]} */ (answer.warnings).map(({ message }) => message);
    line.state = dry ? (warnings.length ? "odd" : "ready") : "done";
    line.why = warnings;
  } catch (error) {
    const problem = asProblem(error);
    line.state = dry ? "bad" : "failed";
    line.why = problem.fields.length ? problem.fields.map((fault) => `${"name" in fault ? `${fault.name}${w.colon}` : ""}${fault.message}`) : [`${problem.title} ${problem.detail}`];
  }
}

/** What the server says of a form before it is handed in. @param {Desk} desk @param {Line} line */
const tried = (desk, line) => handIn(desk, line, some(desk.session, ["registrar"]) ? w.trial : "", true);

/** @param {readonly Line[]} lines */
const shown = (lines) => lines.length > 0 && table(p.title, [w.rowNumber, w.number, w.name, w.form, p.state], lines.map(({ listed, member, state, why }) => h("tr", { "data-row": listed.row, "data-outcome": state },
  h("th.figure", { scope: "row" }, listed.row), h("td", {}, listed.student), h("td", {}, member?.name ?? listed.name ?? ""),
  h("td", {}, listed.heading, h("br"), listed.destination && `→ ${listed.destination}`, h("small", {}, ` ${w.kinds[listed.transfer_kind] ?? ""}`)),
  h("td", {}, h("strong", {}, p.states[state] ?? state), why.map((words) => h("p.warning", {}, words))))));
