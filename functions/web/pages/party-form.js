// @ts-check
// The party form (N15, N16): what is wrong and what looks odd is said while one types, by the server,
// which knows the rules.

import { Problem, asProblem, put } from "./api.js";
import { fill, h, toast } from "./dom.js";
import { dropDraft, keepDraft, readDraft } from "./drafts.js";
import { problemNote } from "./shell.js";
import { w } from "./words.js";

/** @typedef {import("./api.js").Schemas["FormAnswer"]} Form */
/** @typedef {{ field: string, code: string, message: string }} Hint */

const CALM = 450;
/** What may stay empty, and so hides nothing that looks odd elsewhere. */
const OPTIONAL = ["receiver_contact", "receiver_phone"];
const TEXTS = /** @type {const} */ (["heading", "destination", "receiver_contact", "receiver_phone"]);

/**
 * The fields of a form, each with a place for what is said of it.
 * @param {Form | import("./drafts.js").Draft | null} form
 * @param {string} [confirm] what is confirmed (N15)
 */
export function formFields(form, confirm = w.confirmed) {
  /** @type {Record<string, HTMLElement>} */
  const hints = {};
  /** @type {Record<string, HTMLInputElement>} */
  const inputs = {};
  /** @param {string} name @param {HTMLElement} input @param {import("./dom.js").Child} label @param {string} [help] */
  const field = (name, input, label, help) => {
    hints[name] = h("div.hints", { id: `hint-${name}`, "aria-live": "polite" });
    return h("div.field", {}, label, help && h("p.note", { id: `help-${name}` }, help), input, hints[name]);
  };
  const texts = TEXTS.map((name) => {
    const input = h("input", { id: name, name, lang: "zh-CN", maxlength: 80, autocomplete: "off", value: form?.[name] ?? "", "aria-describedby": `help-${name} hint-${name}`,
      required: name === "heading" || name === "destination", inputmode: name === "receiver_phone" ? "tel" : "text" });
    inputs[name] = input;
    return field(name, input, h("label", { for: name }, w.fields[name]), w.fieldHelp[name]);
  });
  const kinds = Object.entries(w.kinds).map(([kind, name]) => h("label.choice", {},
    h("input", { type: "radio", name: "transfer_kind", value: kind, checked: form?.transfer_kind === kind, required: true }), name));
  const [firstKind] = kinds.map((label) => label.querySelector("input"));
  if (firstKind) inputs.transfer_kind = firstKind;
  const kind = h("div.row", { role: "radiogroup", "aria-label": w.transferKind }, kinds);
  const confirmed = h("input", { type: "checkbox", name: "confirmed", id: "confirmed", checked: form?.confirmed === true });
  inputs.confirmed = confirmed;
  const all = [
    ...texts.slice(0, 2),
    field("transfer_kind", kind, h("span.label", {}, w.transferKind)),
    ...texts.slice(2),
    field("confirmed", h("label.choice", { for: "confirmed" }, confirmed, confirm), null),
  ];
  // Who writes something else has asked nobody about that yet.
  const unconfirm = () => (confirmed.checked = false);
  [inputs.heading, inputs.destination, ...kinds].forEach((input) => input?.addEventListener("input", unconfirm));
  const read = () => ({
    heading: inputs.heading?.value ?? "",
    destination: inputs.destination?.value ?? "",
    transfer_kind: /** @type {HTMLInputElement | null} */ (kind.querySelector(":checked"))?.value ?? "",
    receiver_contact: inputs.receiver_contact?.value || null,
    receiver_phone: inputs.receiver_phone?.value || null,
    confirmed: confirmed.checked,
  });
  return { all, read, hints, inputs };
}

/**
 * Says each thing under its field; gives back what belongs to no field that is there.
 * @param {ReturnType<typeof formFields>} fields
 * @param {Hint[]} faults
 * @param {Hint[]} warnings
 */
export function showHints(fields, faults, warnings) {
  /** @type {Hint[]} */
  const homeless = [];
  const said = Object.fromEntries(Object.keys(fields.hints).map((name) => [name, /** @type {Node[]} */ ([])]));
  /** @param {Hint} hint @param {string} kind */
  const put = (hint, kind) => {
    const line = h(`p.${kind}`, { "data-code": hint.code }, h("span", { "aria-hidden": "true" }, kind === "fault" ? "✕ " : "⚠ "), w.instead[`${hint.field}.${hint.code}`] ?? hint.message);
    if (said[hint.field]) said[hint.field]?.push(line);
    else homeless.push(hint);
  };
  faults.forEach((fault) => put(fault, "fault"));
  warnings.forEach((warning) => put(warning, "warning"));
  for (const [name, lines] of Object.entries(said)) {
    const place = fields.hints[name];
    if (place && place.textContent !== lines.map((line) => line.textContent).join("")) fill(place, lines);
    const input = fields.inputs[name];
    input?.setAttribute("aria-invalid", String(faults.some((fault) => fault.field === name)));
  }
  return homeless;
}

/**
 * Asks, once the typing has stopped for a moment, what the server would say.
 * @param {ReturnType<typeof formFields>} fields
 * @param {(body: ReturnType<ReturnType<typeof formFields>["read"]>) => Promise<{ warnings: Hint[] }>} ask
 * @param {(problem: Problem | null, homeless: Hint[]) => void} hear
 */
export function liveHints(fields, ask, hear) {
  let asked = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const check = async () => {
    const turn = ++asked;
    const body = fields.read();
    try {
      const { warnings } = await ask({ ...body, confirmed: true });
      if (turn === asked) hear(null, showHints(fields, [], warnings));
    } catch (error) {
      const problem = asProblem(error);
      const warnings = await oddBeside(problem, body);
      // What nobody has begun to fill in isn't wrong yet.
      const begun = problem.fields.filter(({ field }) => /** @type {any} */ (body)[field]);
      if (turn === asked) hear(problem.type === "invalid-fields" ? null : problem, showHints(fields, begun, warnings));
    }
  };
  /**
   * What looks odd beside what is wrong: where only something optional is wrong, asked again without it.
   * @param {Problem} problem
   * @param {ReturnType<ReturnType<typeof formFields>["read"]>} body
   * @returns {Promise<Hint[]>}
   */
  const oddBeside = async (problem, body) => {
    const wrong = problem.fields.map(({ field }) => field).filter((field) => field in fields.inputs && field !== "confirmed");
    if (problem.fields.length === 0 || !wrong.every((field) => OPTIONAL.includes(field))) return [];
    const without = Object.fromEntries(wrong.map((field) => [field, null]));
    return ask({ ...body, ...without, confirmed: true }).then(({ warnings }) => warnings, () => []);
  };
  return {
    /** Says what is wrong with a form that was sent, and what looks odd about it. @param {Problem} problem */
    explain: async (problem) => {
      const turn = ++asked;
      const warnings = await oddBeside(problem, fields.read());
      if (turn === asked) showHints(fields, problem.fields, warnings);
    },
    typed: () => {
      clearTimeout(timer);
      timer = setTimeout(check, CALM);
    },
    stop: () => {
      clearTimeout(timer);
      asked++;
    },
  };
}

/**
 * @param {{ path: string, form: Form | null, locked: string | null, reason: boolean, confirm?: string, draft?: string, saved: () => void }} what
 *   `draft` is the name under which it outlives a reload
 */
export function partyForm({ path, form, locked, reason, confirm, draft, saved }) {
  const begun = draft && locked === null ? readDraft(draft, form) : null;
  const fields = formFields(begun ?? form, confirm);
  const note = h("div");
  const why = h("input", { id: "form-reason", maxlength: 500, autocomplete: "off" });
  const body = () => ({ ...fields.read(), reason: reason ? why.value || null : null });
  const hints = liveHints(fields, (typed) => put(path, { ...typed, reason: reason ? why.value || w.trial : null, dry_run: true }), (problem, homeless) => {
    fill(note, problem && !problem.passes && problemNote(problem), homeless.map((hint) => h("p.warning", {}, hint.message)));
  });
  const submit = h("button.primary", { type: "submit" }, form ? w.changeForm : w.handIn);
  const element = h("form.card.party-form", {
    novalidate: true,
    oninput: () => {
      hints.typed();
      if (draft) keepDraft(draft, form, fields.read());
    },
    onsubmit: async (/** @type {Event} */ event) => {
      event.preventDefault();
      hints.stop();
      submit.disabled = true;
      try {
        const { warnings } = await put(path, body());
        if (draft) dropDraft(draft);
        const homeless = showHints(fields, [], warnings);
        fill(note, homeless.map((hint) => h("p.warning", {}, hint.message)));
        toast(warnings.length ? w.handedInOdd : w.handedIn);
        saved();
      } catch (error) {
        const problem = asProblem(error);
        fill(note, problemNote(problem));
        await hints.explain(problem);
        fields.inputs[problem.fields[0]?.field ?? ""]?.focus();
      } finally {
        submit.disabled = false;
      }
    },
  },
    form && h("p.done", {}, w.formIsIn),
    begun && h("p.warning", { id: "draft" }, w.draftIsBack),
    h("fieldset.bare", { disabled: locked !== null }, fields.all,
      reason && h("div.field", {}, h("label", { for: "form-reason" }, w.reasonOnBehalf), why)),
    note, locked ? h("p.note", {}, locked) : h("p", {}, submit));
  // What looks odd about a form that is in stays said.
  if ((form || begun) && locked === null) hints.typed();
  return element;
}
