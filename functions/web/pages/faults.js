// @ts-check
// What the server finds wrong, at the field it is about. A part of a form that says `data-field` is found by itself:
// `roles[2]` belongs to `roles`.

import { h } from "./dom.js";

/** @typedef {{ field: string, code: string, message: string }} Fault */

const CONTROLS = "input, select, textarea";

/** Forgets what was said before. @param {HTMLElement} form */
export function clearFaults(form) {
  for (const place of form.querySelectorAll("[data-field]")) {
    const said = place.querySelector(".fault[data-said]");
    if (!said) continue;
    said.remove();
    for (const control of place.querySelectorAll(CONTROLS)) {
      control.removeAttribute("aria-invalid");
      describe(control, (ids) => ids.filter((id) => id !== said.id));
    }
  }
}

/**
 * Says each fault at its field, and leads to the first that is wrong.
 * @param {HTMLElement} form
 * @param {readonly Fault[]} faults
 */
export function showFaults(form, faults) {
  /** @type {Map<string, string[]>} */
  const byField = new Map();
  for (const { field, message } of faults) {
    const [stem = field] = field.split(/[[.]/);
    byField.set(stem, [...new Set([...(byField.get(stem) ?? []), message])]);
  }
  for (const [field, messages] of byField) {
    const place = form.querySelector(`[data-field="${CSS.escape(field)}"]`);
    if (!place) continue;
    const id = `fault-${field}`;
    place.append(h("p.fault", { id, "data-said": true }, h("span", { "aria-hidden": "true" }, "✕ "), messages.join("；")));
    for (const control of place.querySelectorAll(CONTROLS)) {
      control.setAttribute("aria-invalid", "true");
      describe(control, (ids) => [...ids, id]);
    }
  }
  /** @type {HTMLElement | null} */ (form.querySelector("[aria-invalid=true]:not(:disabled)"))?.focus();
}

/** @param {Element} control @param {(ids: string[]) => string[]} change */
function describe(control, change) {
  const ids = change((control.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
  if (ids.length) control.setAttribute("aria-describedby", ids.join(" "));
  else control.removeAttribute("aria-describedby");
}
