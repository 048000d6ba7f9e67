// @ts-check
// A table that was read: what was understood of it, in a form that mends what wasn't. What somebody has said – a sheet, a
// header, a column, a word – is kept from one upload to the next.

import { h, say, toast } from "./dom.js";
import { choice, table } from "./table.js";
import { t } from "./table-words.js";
import { w } from "./staff-words.js";

/** @typedef {import("./api.js").Schemas} Schemas */
/** @typedef {Schemas["TableAnswer"]} TableAnswer */
/** @typedef {Schemas["HowToRead"]} HowToRead */
/** @typedef {Schemas["FaultAnswer"]} Fault */
/** @typedef {{ row: number, faults: readonly Fault[] }} Marked a row, and what is to be said of it */
/** @typedef {[id: string, name: string][]} Names what a column may be */

const KEY = "lixiao-words";
/** As many rows are named by their numbers. */
const NAMED = 10;
/** As many kinds of faults are drawn. */
const SHOWN = 300;

/** What words mean, as this browser keeps it. @returns {Record<string, Record<string, string>>} */
function keptWords() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}");
  } catch {
    return {};
  }
}

/** @param {Record<string, Record<string, string>>} words */
function keepWords(words) {
  try {
    localStorage.setItem(KEY, JSON.stringify(words));
  } catch {
    // A browser that keeps nothing asks again.
  }
}

/**
 * What somebody has said of how tables are to be read here.
 */
export class Mending {
  /** @type {HowToRead} */
  how = { columns: {}, words: keptWords(), hidden: false };
  /** What was said of columns, by their headings: it holds for the next file with the same ones. @type {Map<string, string | null>} */
  #headings = new Map();

  /** Another file: what was said of the last one's sheet and header is about that one alone. */
  nextFile() {
    this.how = { ...this.how, sheet: null, header: null, columns: {}, hidden: false };
  }

  /** Says what a column is. @param {number} number @param {string} heading @param {string | null} column @param {TableAnswer} answer */
  column(number, heading, column, answer) {
    const columns = { ...this.how.columns };
    // One column is one thing: what was it before is left aside.
    for (const other of answer.columns) if (column && other.column === column && other.number !== number) columns[other.number] = null;
    columns[number] = column;
    if (heading) this.#headings.set(heading, column);
    this.how = { ...this.how, columns };
  }

  /**
   * Has a table read: a second time where something said of another file holds for this one too.
   * @template T
   * @param {(how: HowToRead) => Promise<T>} read
   * @param {(read: T) => TableAnswer | undefined} tableOf
   * @param {() => boolean} isMine whether the answer is still waited for
   */
  async read(read, tableOf, isMine) {
    const first = await read(this.how);
    const table = tableOf(first);
    return table && isMine() && this.#holdsAgain(table) ? read(this.how) : first;
  }

  /** Whether something said of another file holds for this one too. @param {TableAnswer} answer */
  #holdsAgain(answer) {
    const again = answer.columns.filter(({ number, heading, column }) => this.#headings.has(heading) && (this.#headings.get(heading) ?? null) !== (column ?? null) && !(number in (this.how.columns ?? {})));
    if (again.length === 0) return false;
    this.how = { ...this.how, columns: { ...this.how.columns, ...Object.fromEntries(again.map(({ number, heading }) => [number, this.#headings.get(heading) ?? null])) } };
    return true;
  }

  /** Says what a word means. @param {string} column @param {string} word @param {string} value */
  word(column, word, value) {
    const words = { ...this.how.words, [column]: { ...this.how.words?.[column], [word]: value } };
    this.how = { ...this.how, words };
    keepWords(words);
  }

  forgetWords() {
    this.how = { ...this.how, words: {} };
    keepWords({});
  }

  /** The lines that say the same in the university's file. @param {readonly import("./facts.js").Fact[]} facts */
  lines(facts) {
    return facts.flatMap(({ id, name, values }) => {
      const words = Object.entries(this.how.words?.[id] ?? {});
      const of = (/** @type {string} */ value) => words.filter(([, meant]) => meant === value).map(([word]) => JSON.stringify(word)).join(", ");
      return values.filter(({ value }) => of(value)).map(({ value }) => `# ${name}: ${value}\n${value} = { …, also = [${of(value)}] }`);
    });
  }
}

/** A, B … AA, as a spreadsheet names a column. @param {number} number @returns {string} */
export const letters = (number) => (number > 26 ? letters(Math.floor((number - 1) / 26)) : "") + String.fromCharCode(65 + ((number - 1) % 26));

/**
 * What was understood, with a choice wherever it can be otherwise.
 * @param {TableAnswer} answer
 * @param {Mending} mending
 * @param {Names} names what a column may be
 * @param {() => void} again reads it anew
 */
export function understood(answer, mending, names, again) {
  const { kind, encoding, separator, sheet, sheets, header, columns, rows, hidden, hidden_rows, left_out, merged, faults } = answer;
  /** @param {Partial<HowToRead>} change */
  const mend = (change) => {
    mending.how = { ...mending.how, ...change };
    again();
  };
  const how = [t.kinds[kind] ?? kind, encoding && (t.encodings[encoding] ?? encoding), separator && t.separated(t.separators[separator] ?? separator), t.rows(rows)].filter(Boolean);
  const named = answer.first_rows.map(({ row, cells }) => /** @type {[string, string]} */ ([String(row), `${t.headerRow(row)}${w.colon}${cells.filter(Boolean).slice(0, 4).join(w.comma)}`]));
  const isOpen = faults.length > 0;
  // A sheet for each college: one of them is read at a time.
  const unread = sheets.filter(({ unread }) => unread);
  const lines = columns.map(({ number, heading, column }) => h("tr", { "data-column": column ?? "" }, h("td", {}, letters(number)), h("th", { scope: "row" }, heading),
    h("td", {}, h("select", { "aria-label": `${letters(number)} ${heading} ${t.readAs}`, onchange: (/** @type {Event} */ event) => {
      const value = /** @type {HTMLSelectElement} */ (event.target).value;
      mending.column(number, heading, value || null, answer);
      again();
    } }, [["", t.aside], ...names].map(([id, name]) => h("option", { value: id, selected: id === (column ?? "") }, name))))));
  return h("section.card.understood", { id: "understood" },
    h("h2", {}, t.title), h("p", { id: "how-read" }, how.join(" · ")),
    faults.length > 0 && h("div.problem", { role: "alert" }, h("p", {}, t.askedFor), h("ul", {}, faults.map((fault) => h("li", {}, `${fault.name}${w.colon}${fault.message}`)))),
    h("div.filters", {},
      sheets.length > 1 && choice("sheet-name", t.sheet, sheets.map((one) => [one.name, one.name + (one.hidden ? t.hiddenSheet : "")]), sheet ?? "", (name) => mend({ sheet: name, header: null, columns: {} })),
      named.length > 0 && choice("header-row", t.header, [...named, ["0", t.noHeader]], String(header ?? 0), (row) => mend({ sheet, header: Number(row), columns: {} }))),
    unread.length > 0 && h("p.warning", { id: "unread-sheets" }, t.unreadSheets(sheet ?? "", unread.map(({ name, unread }) => t.unreadSheet(name, unread ?? 0)).join("、"))),
    hidden > 0 && h("p.warning", { id: "hidden-rows" }, h("label.choice", {}, h("input", { type: "checkbox", id: "read-hidden", checked: mending.how.hidden ?? false, onchange: (/** @type {Event} */ event) => mend({ hidden: /** @type {HTMLInputElement} */ (event.target).checked }) }),
      mending.how.hidden ? t.hiddenRead(hidden) : `${t.hidden(hidden, few(hidden_rows, hidden))}${w.colon}${t.readHidden}`)),
    left_out.length > 0 && h("details", { id: "left-out" }, h("summary", {}, t.leftOut(left_out.length)), h("ul", {}, left_out.map(({ row, text }) => h("li", {}, t.leftOutRow(row, text))))),
    merged > 0 && h("p.note", {}, t.merged(merged)),
    h("details", { open: isOpen, id: "columns" }, h("summary", {}, t.columns), h("p.note", {}, t.columnsHelp), table(t.columns, [t.place, t.heading, t.readAs], lines)));
}

/** The first of some numbers, and how many there are. @param {readonly number[]} numbers @param {number} all */
const few = (numbers, all) => numbers.slice(0, NAMED).join("、") + (all > NAMED ? ` ${t.more(all)}` : "");

/**
 * The same of many rows once: what it is, what was read, of how many and which rows.
 * @param {readonly Marked[]} rows
 */
export function grouped(rows) {
  /** @type {Map<string, { fault: Fault, rows: number[] }>} */
  const groups = new Map();
  for (const { row, faults } of rows) {
    for (const fault of faults) {
      const key = JSON.stringify([fault.field, fault.code, fault.message]);
      const group = groups.get(key) ?? { fault, rows: [] };
      group.rows.push(row);
      groups.set(key, group);
    }
  }
  return [...groups.values()].sort((a, b) => b.rows.length - a.rows.length || (a.rows[0] ?? 0) - (b.rows[0] ?? 0));
}

/**
 * Faults of rows, each kind once.
 * @param {string} id
 * @param {string} title
 * @param {string} help
 * @param {readonly Marked[]} rows
 */
export function faultTable(id, title, help, rows) {
  const groups = grouped(rows);
  if (groups.length === 0) return null;
  const lines = groups.slice(0, SHOWN).map(({ fault, rows: theirs }) => h("tr", { "data-code": fault.code, "data-field": fault.field },
    h("th", { scope: "row" }, fault.name), h("td", {}, fault.message), h("td.figure", {}, theirs.length), h("td", {}, few(theirs, theirs.length))));
  return h("section", { id }, h("h3", {}, title), h("p.note", {}, help), table(title, [t.heading, t.what, t.count, t.where], lines));
}

/**
 * Words of rows that nobody has declared, for each of which somebody can say what it means.
 * @param {readonly Marked[]} rows
 * @param {readonly import("./facts.js").Fact[]} facts
 * @param {Mending} mending
 * @param {() => void} again
 */
export function meanings(rows, facts, mending, again) {
  const unknown = grouped(rows).filter(({ fault }) => fault.code === "one-of" && fault.read && facts.some(({ id, values }) => id === fault.field && values.length > 0));
  const lines = mending.lines(facts);
  const snippet = lines.join("\n");
  return (unknown.length > 0 || lines.length > 0) && h("section.card", { id: "meanings" },
    unknown.length > 0 && [h("h3", {}, t.meanings), h("p.note", {}, t.meaningsHelp), h("div.filters", {}, unknown.slice(0, 50).map(({ fault, rows: theirs }, i) => {
      const values = facts.find(({ id }) => id === fault.field)?.values ?? [];
      return choice(`word-${i}`, t.means(fault.read ?? "", theirs.length), [["", t.choose], ...values.map(({ value, name }) => /** @type {[string, string]} */ ([value, name]))], "", (value) => {
        if (!value) return;
        mending.word(fault.field, fault.read ?? "", value);
        again();
      });
    }))],
    lines.length > 0 && h("details", { id: "words-to-keep" }, h("summary", {}, t.keepWords), h("pre", {}, snippet), h("p.row", {},
      h("button", { type: "button", onclick: () => navigator.clipboard.writeText(snippet).then(() => toast(t.copied)) }, t.copy),
      h("button", { type: "button", onclick: () => {
        mending.forgetWords();
        again();
      } }, t.forgetWords))));
}

/**
 * A long piece of reading: how far it is.
 * @param {string} words
 */
export function readingLine(words) {
  const bar = h("progress", { "aria-label": words });
  const count = h("span.count");
  let quarter = 0;
  return {
    element: h("div.card.working", {}, h("p", {}, words, " ", count), bar),
    /** @param {string} words */
    count(words) {
      count.textContent = words;
    },
    /** @param {number} done @param {number} all */
    progress(done, all) {
      bar.max = Math.max(all, 1);
      bar.value = done;
      count.textContent = t.checked(done, all);
      const reached = Math.floor((4 * done) / Math.max(all, 1));
      if (reached > quarter) say(t.checked(done, all));
      quarter = reached;
    },
  };
}
