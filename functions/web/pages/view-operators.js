// @ts-check
// Operators and their rights (N5): who may decide what, changed in one dialog.

import { Problem, asProblem, get, put, remove } from "./api.js";
import { ask } from "./decide.js";
import { h, fill, toast } from "./dom.js";
import { colleges, pages, table } from "./table.js";
import { w } from "./staff-words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./api.js").Schemas["OperatorAnswer"]} Operator */

const ROLES = ["operator", "counsellor", "party-office", "registrar", "administrator"];

/** @param {HTMLElement} place @param {Desk} desk */
export async function show(place, desk) {
  const list = h("div");
  const offices = new Map(desk.batch.offices.map((office) => [office.id, office.name]));
  const known = await colleges(desk.path);
  const load = () => pages({
    place: list, path: "/api/operators", sources: [{}], empty: w.nobody,
    rows: (answer) => /** @type {Operator[]} */ (answer.operators),
    draw: (operators) => table(w.views.operators ?? "", [w.staffNumber, w.name, w.rolesTitle, w.offices, w.collegesTitle, w.actions], operators.map((one) => h("tr", { "data-operator": one.id },
      h("td", {}, one.id), h("th", { scope: "row" }, one.name), h("td", {}, one.roles.map((role) => w.roles[role] ?? role).join(w.comma)),
      h("td", {}, one.offices.map((office) => offices.get(office) ?? office).join(w.comma)), h("td", {}, one.colleges.map((name) => (name === "*" ? w.everyCollege : name)).join(w.comma)),
      h("td.actions", {}, h("button.small", { onclick: () => edit(desk, one, known, load), "aria-label": `${w.change} ${one.name}` }, w.changeDots),
        h("button.small", { onclick: () => takeAway(one, load), "aria-label": `${w.removeOperator} ${one.name}` }, w.removeDots))))),
  });
  fill(place, h("p.row", {}, h("button.primary", { onclick: () => edit(desk, null, known, load) }, w.addOperator), h("span.note", {}, w.atOnce)), list);
  await load();
}

/** @param {string} field @param {string} legend @param {[string, string][]} all @param {string[]} chosen */
function boxes(field, legend, all, chosen) {
  const inputs = all.map(([value, words]) => ({ value, words, input: h("input", { type: "checkbox", value, checked: chosen.includes(value) }) }));
  const element = h("fieldset", { "data-field": field }, h("legend", {}, legend), h("div.choices", {}, inputs.map(({ words, input }) => h("label.choice", {}, input, words))));
  return { element, read: () => inputs.filter(({ input }) => input.checked).map(({ value }) => value) };
}

/** @param {Desk} desk @param {Operator | null} before @param {[string, string][]} known @param {() => Promise<void>} load */
async function edit(desk, before, known, load) {
  const id = h("input", { id: "operator-id", value: before?.id ?? "", disabled: before !== null, autocomplete: "off", inputmode: "numeric", maxlength: 32, required: true });
  const name = h("input", { id: "operator-name", value: before?.name ?? "", autocomplete: "off", maxlength: 60, required: true });
  const roles = boxes("roles", w.rolesTitle, ROLES.map((role) => [role, `${w.roles[role] ?? role} – ${w.roleHelp[role] ?? ""}`]), before?.roles ?? ["operator"]);
  const offices = boxes("offices", w.offices, desk.batch.offices.map((office) => [office.id, office.name]), before?.offices ?? []);
  // A college that no student of this batch is in keeps its place.
  const others = (before?.colleges ?? []).filter((one) => one !== "*" && !known.some(([known]) => known === one)).map((one) => /** @type {[string, string]} */ ([one, one]));
  const within = boxes("colleges", w.collegesTitle, [["*", w.everyCollege], ...known.slice(1), ...others], before?.colleges ?? []);
  const done = await ask({
    title: before ? w.operatorTitle(before.name) : w.addOperator, button: w.save,
    body: [h("div.field", { "data-field": "id" }, h("label", { for: "operator-id" }, w.staffNumber), id), h("div.field", { "data-field": "name" }, h("label", { for: "operator-name" }, w.name), name), roles.element, offices.element, within.element],
    act: async () => {
      const number = id.value.trim();
      if (!number) throw numberFault("required", w.numberMissing, w.numberMissing);
      if (!before) await refuseKnown(number);
      try {
        return await put(`/api/operators/${encodeURIComponent(number)}`, { name: name.value, roles: roles.read(), offices: offices.read(), colleges: within.read() });
      } catch (error) {
        const problem = asProblem(error);
        // An address can't name what is wrong with it: the number is all that it holds.
        throw problem.type === "not-found" ? numberFault("not-found", problem.title, w.numberOdd) : problem;
      }
    },
  });
  if (!done) return;
  toast(w.saved(done.name));
  await load();
}

/** What is wrong with the number itself. @param {string} code @param {string} title @param {string} message */
const numberFault = (code, title, message) => new Problem({ type: "invalid-fields", status: 422, title, detail: message, fields: [{ field: "id", code, message }] });

/** Who adds somebody must not replace somebody else. @param {string} number */
async function refuseKnown(number) {
  let cursor = null;
  do {
    const page = await get("/api/operators", { limit: 100, cursor });
    const known = page.operators.find((/** @type {Operator} */ one) => one.id === number);
    if (known) throw numberFault("known", w.operatorKnown, w.operatorKnownDetail(number, known.name));
    cursor = page.next;
  } while (cursor);
}

/** @param {Operator} operator @param {() => Promise<void>} load */
async function takeAway(operator, load) {
  const done = await ask({ title: w.removeTitle(operator.name), button: w.removeOperator, body: h("p", {}, w.removeHelp), act: () => remove(`/api/operators/${operator.id}`).then(() => true) });
  if (!done) return;
  toast(w.removed(operator.name));
  await load();
}
