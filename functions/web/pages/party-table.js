// @ts-check
// A college's table of its members' forms (N18): read, each form tried, looked at, and only then handed in, one by one.

import { asProblem, get, inPath, put, sendTable } from "./api.js";
import { plainNumber } from "./chunks.js";
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
/** @typedef {{ listed: Listed, member: Member | undefined, state: string, why: string[], replaces: string | null }} Line a row, and what of the member's own it takes the place of */

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
      const answer = await mending.read((how) => sendTable(`${desk.path}/party-forms/table`, file, how), ({ table }) => table, () => mine === turn);
      const members = await everyMember(desk);
      const lines = sorted(answer, members);
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
    const reason = h("input", { id: "forms-reason", maxlength: 500, autocomplete: "off", required: true });
    const note = h("p.fault", { role: "alert", hidden: true });
    const go = h("button.primary", { id: "forms-apply", disabled: going.length === 0, onclick: () => {
      const missing = asksWhy(desk) && !reason.value.trim() ? reason : confirm.checked ? null : confirm;
      note.textContent = missing === reason ? w.reasonMissing : p.confirmFirst;
      note.hidden = missing === null;
      missing?.focus();
      if (!missing) void apply(going, reason.value.trim());
    } }, p.handIn(going.length));
    const replaced = going.filter(({ replaces }) => replaces).length;
    fill(result, h("h2", { id: "forms-title", tabindex: -1 }, p.preview(going.length, of("odd").length)), replaced > 0 && h("p.problem", { id: "forms-replace", role: "alert" }, p.replaces(replaced)), h("p.note", {}, p.fileIs(file.name), " ", p.others(of("blank").length, of("same").length, of("bad").length), " ", w.nothingWrittenYet),
      understood(answer.table, mending, COLUMNS, () => void preview(file)),
      shown(lines.filter(({ state }) => !["blank", "same"].includes(state))),
      going.length > 0 && [asksWhy(desk) && h("div.field", {}, h("label", { for: "forms-reason" }, p.reason), reason), h("p", {}, h("label.choice", {}, confirm, p.confirm)), note, h("p", {}, go)]);
    document.getElementById("forms-title")?.focus();
  };
  /** @param {Line[]} going @param {string} reason */
  const apply = async (going, reason) => {
    const line = readingLine(p.handingIn);
    /** What stops all of it: nobody answers, or somebody has been signed out. @type {import("./api.js").Problem | null} */
    let stopped = null;
    /** @param {Line} one */
    const each = async (one) => {
      if (stopped) return;
      await handIn(desk, one, reason, false).catch((error) => {
        stopped = asProblem(error);
      });
    };
    await inFront(line.element, () => forEach(going, each, (done) => line.progress(done, going.length)));
    const failed = going.filter(({ state }) => state !== "done");
    const words = p.done(going.length - failed.length, failed.length);
    fill(result, h("h2", { id: "forms-title", tabindex: -1 }, words), stopped && problemNote(stopped), failed.length > 0 && [
      h("p", {}, p.againHelp, " ", h("button.primary", { id: "forms-again", onclick: () => void apply(failed, reason) }, p.again(failed.length))), shown(failed)]);
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

/** Whether somebody says why they hand in for another. @param {Desk} desk */
const asksWhy = (desk) => some(desk.session, ["registrar"]) && !some(desk.session, ["counsellor", "party-office"]);

/** What becomes of each row, as far as it is known without asking. @param {FormsAnswer} answer @param {Map<string, Member>} members @returns {Line[]} */
function sorted({ rows, table: { columns } }, members) {
  const seen = new Set();
  const has = (/** @type {string} */ id) => columns.some(({ column }) => column === id);
  return rows.map((row) => {
    const member = members.get(plainNumber(row.student));
    const form = member?.form;
    // A table without a column says nothing of it: what is known stays.
    const listed = { ...row, receiver_contact: has("receiver_contact") ? row.receiver_contact : form?.receiver_contact, receiver_phone: has("receiver_phone") ? row.receiver_phone : form?.receiver_phone };
    const twice = seen.has(plainNumber(listed.student));
    seen.add(plainNumber(listed.student));
    const same = form && form.heading === listed.heading && form.destination === listed.destination && form.transfer_kind === listed.transfer_kind && (form.receiver_contact ?? "") === (listed.receiver_contact ?? "") && (form.receiver_phone ?? "") === (listed.receiver_phone ?? "");
    const why = [
      ...(listed.faults ?? []).map(({ name, message }) => `${name}${w.colon}${message}`),
      !listed.blank && !member && p.nobody, twice && p.twice,
      !listed.blank && !same && member?.letter && p.issued(w.letterNumber(member.letter.number)),
    ].filter((words) => typeof words === "string");
    const state = listed.blank && why.length === 0 ? "blank" : why.length > 0 ? "bad" : same ? "same" : "ready";
    const replaces = form && state === "ready" ? `${form.heading} → ${form.destination} ${w.kinds[form.transfer_kind] ?? ""}` : null;
    return { listed, member, state, why, replaces };
  });
}

/** @param {Desk} desk @param {Line} line @param {string} reason @param {boolean} dry */
async function handIn(desk, line, reason, dry) {
  const { name, heading, destination, transfer_kind, receiver_contact, receiver_phone } = line.listed;
  try {
    const answer = await put(`${desk.path}/students/${inPath(plainNumber(line.listed.student))}/party-form`, { name, heading, destination, transfer_kind, receiver_contact, receiver_phone, confirmed: true, reason: reason || null, dry_run: dry });
    const warnings = /** @type {{ message: string }[]} */ (answer.warnings).map(({ message }) => message);
    line.state = dry ? (warnings.length || line.replaces ? "odd" : "ready") : "done";
    line.why = dry && line.replaces ? [p.takesThePlaceOf(line.replaces), ...warnings] : warnings;
  } catch (error) {
    const problem = asProblem(error);
    // That nobody answers says nothing of the form.
    if (problem.passes || problem.type === "not-signed-in") throw problem;
    line.state = dry ? "bad" : "failed";
    line.why = problem.fields.length ? problem.fields.map((fault) => `${"name" in fault ? `${fault.name}${w.colon}` : ""}${fault.message}`) : [`${problem.title} ${problem.detail}`];
  }
}

/** What the server says of a form before it is handed in. @param {Desk} desk @param {Line} line */
const tried = (desk, line) => handIn(desk, line, asksWhy(desk) ? w.trial : "", true);

/** @param {readonly Line[]} lines */
const shown = (lines) => lines.length > 0 && table(p.title, [w.rowNumber, w.number, w.name, w.form, p.state], lines.map(({ listed, member, state, why }) => h("tr", { "data-row": listed.row, "data-outcome": state },
  h("th.figure", { scope: "row" }, listed.row), h("td", {}, listed.student), h("td", {}, member?.name ?? listed.name ?? ""),
  h("td", {}, listed.heading, h("br"), listed.destination && `→ ${listed.destination}`, h("small", {}, ` ${w.kinds[listed.transfer_kind] ?? ""}`)),
  h("td", {}, h("strong", {}, p.states[state] ?? state), why.map((words) => h("p.warning", {}, words))))));
