// @ts-check
// Operators and their rights in a batch (N5): who may decide what, changed in one dialog; rights of the last batch, copied with a
// preview; one person's rights handed to another; administrators of the university.

import { Problem, asProblem, get, inPath, post, put, remove, said } from "./api.js";
import { ask } from "./decide.js";
import { attempt } from "./desk.js";
import { isIntroduction } from "./desk-papers.js";
import { fill, h, toast } from "./dom.js";
import { grantFromSheet } from "./grant-sheet.js";
import { BOUNDED, inWords, scopeOf, showUnheld } from "./grants.js";
import { colleges, exported, pages, table } from "./table.js";
import { t } from "./table-words.js";
import { w } from "./staff-words.js";
import { lastDay, midnight, moment, nextDay } from "./time.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./api.js").Schemas["OperatorAnswer"]} Operator */
/** @typedef {import("./api.js").Schemas["GrantAnswer"]} Grant */
/** @typedef {import("./api.js").Schemas["AdministratorAnswer"]} Administrator */

const ROLES = /** @type {const} */ (["operator", "counsellor", "party-office", "registrar"]);

/** @param {HTMLElement} place @param {Desk} desk */
export async function show(place, desk) {
  const list = h("div");
  const administrators = h("div");
  const unheld = h("div", { role: "status" });
  const known = await colleges(desk.path);
  const path = `${desk.path}/operators`;
  const load = async () => {
    await Promise.all([drawList(), attempt(unheld, () => showUnheld(unheld, desk))]);
  };
  const drawList = () => pages({
    place: list, path, sources: [{}], empty: w.nobodyGranted,
    rows: (answer) => /** @type {Operator[]} */ (answer.operators),
    draw: (operators) => table(w.views.operators ?? "", [w.staffNumber, w.name, w.rightsTitle, w.actions], operators.map((one) => h("tr", { "data-operator": one.id },
      h("td", {}, numbered(one)), h("th", { scope: "row" }, one.name), h("td", {}, h("ul.rights", {}, one.grants.map((grant) => h("li", {}, inWords(desk, grant))))),
      h("td.actions", {}, h("button.small", { onclick: () => edit(desk, one, known, load), "aria-label": `${w.change} ${one.name}` }, w.changeDots),
        h("button.small", { onclick: () => handOver(path, one, load), "aria-label": `${w.handOver} ${one.name}` }, w.handOverDots),
        h("button.small", { onclick: () => takeAway(path, one, load), "aria-label": `${w.removeOperator} ${one.name}` }, w.removeDots))))),
  });
  fill(place, h("p.row", {}, h("button.primary", { onclick: () => edit(desk, null, known, load) }, w.addOperator),
    h("button", { onclick: () => copyRights(desk, load) }, w.copyRights), h("button", { onclick: () => grantFromSheet(desk, load) }, w.grantSheet), h("a.button", { id: "take-away", href: exported(desk, "operators", {}), download: "" }, t.takeAway), h("span.note", {}, w.atOnce)), unheld, list, h("h2", {}, w.administrators), administrators);
  await load();
  await attempt(administrators, () => showAdministrators(administrators));
}

/** A number, with its kind where it isn't a member of staff's. @param {{ id: string, kind: string }} person */
const numbered = ({ id, kind }) => (kind === "staff" ? id : [id, " ", h("small", {}, /** @type {Record<string, string>} */ (w.kindsOfPeople)[kind] ?? kind)]);

/** @param {string} legend @param {[string, string][]} all @param {string[]} chosen */
function boxes(legend, all, chosen) {
  const inputs = all.map(([value, words]) => ({ value, words, input: h("input", { type: "checkbox", value, checked: chosen.includes(value) }) }));
  const element = h("fieldset", {}, h("legend", {}, legend), h("div.choices", {}, inputs.map(({ words, input }) => h("label.choice", {}, input, words))));
  return { element, read: () => inputs.filter(({ input }) => input.checked).map(({ value }) => value) };
}

/** What stands in a list and not among those that are offered keeps its place. @param {[string, string][]} offered @param {string[]} had @returns {[string, string][]} */
const withOthers = (offered, had) => [...offered, ...had.filter((one) => one !== "*" && !offered.some(([known]) => known === one)).map((one) => /** @type {[string, string]} */ ([one, one]))];

/** @param {Desk} desk @param {string[]} offices @param {[string, string][]} known @param {string[]} chosen */
function bounds(desk, offices, known, chosen) {
  const scope = scopeOf(desk, offices);
  /** @type {[string, string][]} */
  const all = scope ? [["*", w.everybody], ...scope.values.map(({ value, name }) => /** @type {[string, string]} */ ([value, name]))] : [["*", w.everyCollege], ...withOthers(known.slice(1), chosen)];
  return boxes(scope ? w.boundsTitle(scope.name) : w.collegesTitle, all, chosen);
}

/** One right, to be changed. @param {Desk} desk @param {Grant | null} grant @param {[string, string][]} known @param {number} number */
function grantFields(desk, grant, known, number) {
  // Where nobody hands in a member's form, the party office has nothing to do.
  const introduces = desk.batch.papers.some(isIntroduction);
  const offered = ROLES.filter((one) => one !== "party-office" || introduces || grant?.role === one);
  const help = (/** @type {string} */ one) => (introduces ? null : w.roleHelpPlain[one]) ?? w.roleHelp[one] ?? "";
  const role = h("select", { id: `role-${number}`, onchange: () => update() }, offered.map((one) => h("option", { value: one, selected: one === (grant?.role ?? "operator") }, `${w.roles[one] ?? one} – ${help(one)}`)));
  const offices = boxes(w.offices, withOthers(desk.batch.offices.map((office) => [office.id, office.name]), grant?.offices ?? []), grant?.offices ?? []);
  // Within what it holds: colleges, or the values of the fact by which the chosen offices bound their clerks' rights.
  const place = h("div");
  let within = bounds(desk, grant?.offices ?? [], known, grant?.colleges ?? []);
  const drawBounds = () => {
    const scope = scopeOf(desk, role.value === "operator" ? offices.read() : []);
    if (place.dataset.scope === (scope?.id ?? "")) return;
    within = bounds(desk, role.value === "operator" ? offices.read() : [], known, grant?.colleges ?? []);
    place.dataset.scope = scope?.id ?? "";
    fill(place, within.element);
  };
  const from = h("input", { id: `from-${number}`, type: "date", value: grant?.from ? moment(grant.from).slice(0, 10) : "" });
  const until = h("input", { id: `until-${number}`, type: "date", value: grant?.until ? lastDay(grant.until) : "" });
  const drop = h("button.small", { type: "button", onclick: () => element.remove() }, w.dropGrant);
  const legend = h("legend");
  const parts = {
    role: h("div.field", {}, h("label", { for: `role-${number}` }, w.role), role), offices: offices.element, colleges: place,
    from: h("div.field", {}, h("label", { for: `from-${number}` }, w.fromDay), from), until: h("div.field", {}, h("label", { for: `until-${number}` }, w.untilDay), until),
  };
  const element = h("fieldset.card", {}, legend, parts.role, parts.offices, parts.colleges, h("div.row", {}, parts.from, parts.until, drop));
  // The server counts those that are sent: whichever was dropped has no number.
  const renumber = (/** @type {number} */ i) => {
    legend.textContent = w.grantNumber(i + 1);
    for (const [name, part] of Object.entries(parts)) part.dataset.field = `grants[${i}].${name}`;
  };
  renumber(number);
  const update = () => {
    offices.element.hidden = role.value !== "operator";
    place.hidden = !BOUNDED.includes(role.value);
    drawBounds();
  };
  offices.element.addEventListener("change", drawBounds);
  update();
  const read = () => ({
    role: role.value, offices: role.value === "operator" ? offices.read() : [], colleges: BOUNDED.includes(role.value) ? within.read() : [],
    from: from.value ? midnight(from.value) : null, until: until.value ? midnight(nextDay(until.value)) : null,
  });
  return { element, read, renumber };
}

/** @param {Desk} desk @param {Operator | null} before @param {[string, string][]} known @param {() => Promise<void>} load */
async function edit(desk, before, known, load) {
  const id = h("input", { id: "operator-id", value: before?.id ?? "", disabled: before !== null, autocomplete: "off", maxlength: 41, required: true });
  const name = h("input", { id: "operator-name", value: before?.name ?? "", autocomplete: "off", maxlength: 60, required: true });
  const place = h("div", { "data-field": "grants" });
  /** @type {ReturnType<typeof grantFields>[]} */
  const grants = [];
  /** @param {Grant | null} grant */
  const add = (grant) => {
    const fields = grantFields(desk, grant, known, grants.length);
    grants.push(fields);
    place.append(fields.element);
  };
  (before?.grants.length ? before.grants : [null]).forEach(add);
  const done = await ask({
    title: before ? w.operatorTitle(before.name) : w.addOperator, button: w.save,
    body: [h("div.field", { "data-field": "id" }, h("label", { for: "operator-id" }, w.staffNumber), id), h("div.field", { "data-field": "name" }, h("label", { for: "operator-name" }, w.name), name), place, h("p", {}, h("button", { type: "button", onclick: () => add(null) }, w.addGrant))],
    act: async () => {
      const number = id.value.trim();
      if (!number) throw numberFault("required", w.numberMissing, w.numberMissing);
      const asked = grants.filter(({ element }) => element.isConnected);
      asked.forEach(({ renumber }, i) => renumber(i));
      try {
        return await put(`${desk.path}/operators/${before ? inPath(said(before)) : inPath(number)}`, { name: name.value, grants: asked.map(({ read }) => read()), seen: before?.version ?? null });
      } catch (error) {
        const problem = asProblem(error);
        // Who adds somebody must not replace somebody else, and an address can't name what is wrong with it.
        if (!before && problem.type === "changed-meanwhile") throw numberFault("known", w.operatorKnown, w.operatorKnownDetail(number));
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

/** The rights of another batch: chosen, looked at, and only then copied. @param {Desk} desk @param {() => Promise<void>} load */
async function copyRights(desk, load) {
  const { batches } = await get("/api/batches");
  const others = batches.filter((/** @type {{ id: string }} */ { id }) => id !== desk.batch.id);
  if (others.length === 0) return toast(w.noOtherBatch);
  const from = h("select", { id: "copy-from" }, others.map((/** @type {{ id: string, name: string }} */ one) => h("option", { value: one.id }, one.name)));
  const chosen = await ask({ title: w.copyRights, button: w.preview, body: [h("div.field", { "data-field": "from" }, h("label", { for: "copy-from" }, w.copyFrom), from), h("p.note", {}, w.copyHelp)], act: () => post(`${desk.path}/operators/copy`, { from: from.value, dry_run: true }) });
  if (!chosen) return;
  /** @type {import("./api.js").Schemas["CopiedRow"][]} */
  const rows = chosen.results;
  const going = rows.filter(({ outcome }) => outcome === "changed");
  const boxesOf = going.map((row) => ({ row, input: h("input", { type: "checkbox", checked: true, "aria-label": row.name }) }));
  const body = table(w.copyRights, [w.copy, w.staffNumber, w.name, w.rightsTitle, w.leftBehind], boxesOf.map(({ row, input }) => h("tr", { "data-copy": row.id }, h("td", {}, input), h("td", {}, numbered(row)), h("th", { scope: "row" }, row.name), h("td", {}, row.grants.map((grant) => inWords(desk, grant)).join(w.semicolon)), h("td", {}, row.left_behind.join(w.comma)))));
  const done = await ask({
    title: w.copyTitle(going.length), button: w.copyRights, body: [rows.length > going.length && h("p.note", {}, w.copyStays(rows.length - going.length)), body],
    act: () => post(`${desk.path}/operators/copy`, { from: from.value, people: boxesOf.filter(({ input }) => input.checked).map(({ row }) => said(row)) }),
  });
  if (!done) return;
  toast(w.rightsCopied(done.results.filter((/** @type {{ outcome: string }} */ { outcome }) => outcome === "changed").length));
  await load();
}

/** @param {string} path @param {Operator} operator @param {() => Promise<void>} load */
async function handOver(path, operator, load) {
  const id = h("input", { id: "successor-id", autocomplete: "off", maxlength: 41, required: true });
  const name = h("input", { id: "successor-name", autocomplete: "off", maxlength: 60, required: true });
  const done = await ask({
    title: w.handOverTitle(operator.name), button: w.handOver,
    body: [h("p", {}, w.handOverHelp), h("div.field", { "data-field": "id" }, h("label", { for: "successor-id" }, w.staffNumber), id), h("div.field", { "data-field": "name" }, h("label", { for: "successor-name" }, w.name), name)],
    act: () => post(`${path}/${inPath(id.value)}/take-over`, { from: said(operator), name: name.value, seen: operator.version }),
  });
  if (!done) return;
  toast(w.saved(done.name));
  await load();
}

/** @param {string} path @param {Operator} operator @param {() => Promise<void>} load */
async function takeAway(path, operator, load) {
  const done = await ask({ title: w.removeTitle(operator.name), button: w.removeOperator, body: h("p", {}, w.removeHelp), act: () => remove(`${path}/${inPath(said(operator))}?seen=${operator.version}`).then(() => true) });
  if (!done) return;
  toast(w.removed(operator.name));
  await load();
}

/** @param {HTMLElement} place */
async function showAdministrators(place) {
  const load = () => showAdministrators(place);
  const { administrators } = await get("/api/administrators", { limit: 100 });
  const rows = administrators.map((/** @type {Administrator} */ one) => h("tr", { "data-administrator": one.id }, h("td", {}, numbered(one)), h("th", { scope: "row" }, one.name),
    h("td.actions", {}, h("button.small", { onclick: () => dismiss(one, load), "aria-label": `${w.dismiss} ${one.name}` }, w.dismissDots))));
  fill(place, h("p.note", {}, w.administratorsHelp), rows.length ? table(w.administrators, [w.staffNumber, w.name, w.actions], rows) : h("p.empty", {}, w.noAdministrators), h("p", {}, h("button", { onclick: () => appoint(load) }, w.appoint)));
}

/** @param {() => Promise<void>} load */
async function appoint(load) {
  const id = h("input", { id: "administrator-id", autocomplete: "off", maxlength: 41, required: true });
  const name = h("input", { id: "administrator-name", autocomplete: "off", maxlength: 60, required: true });
  const done = await ask({
    title: w.appoint, button: w.appoint,
    body: [h("div.field", { "data-field": "id" }, h("label", { for: "administrator-id" }, w.staffNumber), id), h("div.field", { "data-field": "name" }, h("label", { for: "administrator-name" }, w.name), name)],
    act: () => put(`/api/administrators/${inPath(id.value)}`, { name: name.value }),
  });
  if (done) await load();
}

/** @param {Administrator} one @param {() => Promise<void>} load */
async function dismiss(one, load) {
  const done = await ask({ title: w.dismissTitle(one.name), button: w.dismiss, body: h("p", {}, w.removeHelp), act: () => remove(`/api/administrators/${inPath(said(one))}?seen=${one.version}`).then(() => true) });
  if (done) await load();
}
