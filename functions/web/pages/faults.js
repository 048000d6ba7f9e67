// @ts-check
// What the server finds wrong, at the field it is about. A part of a form that says `data-field` is found by itself:
// `grants[0].offices[2]` belongs to `grants[0].offices`, if there is such a part, or else to `grants`.

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
  /** @type {Map<Element, Set<string>>} */
  const byPlace = new Map();
  for (const { field, message } of faults) {
    const place = placeOf(form, field);
    if (place) byPlace.set(place, (byPlace.get(place) ?? new Set()).add(message));
  }
  for (const [place, messages] of byPlace) {
    const id = `fault-${/** @type {HTMLElement} */ (place).dataset.field}`;
    place.append(h("p.fault", { id, "data-said": true }, h("span", { "aria-hidden": "true" }, "✕ "), [...messages].join("；")));
    for (const control of place.querySelectorAll(CONTROLS)) {
      control.setAttribute("aria-invalid", "true");
      describe(control, (ids) => [...ids, id]);
    }
  }
  /** @type {HTMLElement | null} */ (form.querySelector("[aria-invalid=true]:not(:disabled)"))?.focus();
}

/** The innermost part of a form that a field belongs to. @param {HTMLElement} form @param {string} field @returns {Element | null} */
function placeOf(form, field) {
  const place = form.querySelector(`[data-field="${CSS.escape(field)}"]`);
  const around = field.replace(/(\.[^.[\]]*|\[[^\]]*\])$/, "");
  return place || around === field ? place : placeOf(form, around);
}

/** @param {Element} control @param {(ids: string[]) => string[]} change */
function describe(control, change) {
  const ids = change((control.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
  if (ids.length) control.setAttribute("aria-describedby", ids.join(" "));
  else control.removeAttribute("aria-describedby");
}
