// @ts-check
// Elements in a line each. Texts are only ever texts: nothing here reads HTML.

/** @typedef {Node | string | number | false | null | undefined} One */
/** @typedef {One | readonly (One | readonly (One | readonly (One | readonly One[])[])[])[]} Child */
/** @typedef {Record<string, any>} Props */

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {Element} element
 * @param {Props} props
 */
function dress(element, props) {
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked" || name === "indeterminate")
      /** @type {any} */ (element)[name] = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
}

/**
 * @param {readonly Child[]} children
 * @returns {(Node | string)[]}
 */
function flat(children) {
  return /** @type {One[]} */ (children.flat(9))
    .filter((child) => child !== false && child !== null && child !== undefined)
    .map((child) => (child instanceof Node ? child : String(child)));
}

/** Names, colleges and addresses are Chinese on an English page too. @param {Node | string} text */
const isChinese = (text) => typeof text === "string" && /\p{Script=Han}/u.test(text) && !/[A-Za-z]{2}/.test(text);

/**
 * Children as they are put into an element. A screen reader that reads English says nothing for 王小明 unless it is told
 * what that is; an option holds nothing but text, and says it itself.
 * @param {readonly Child[]} children
 * @param {Element} element
 */
function contents(children, element) {
  const held = flat(children);
  if (document.documentElement.lang !== "en" || element.closest("[lang]:not(html)")) return held;
  if (element.tagName !== "OPTION") return held.map((one) => (isChinese(one) ? h("span", { lang: "zh-CN" }, one) : one));
  if (held.some(isChinese)) element.setAttribute("lang", "zh-CN");
  return held;
}

/**
 * An element: `h("p.note", { id: "x" }, "text")`.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T | `${T}.${string}`} spec the tag, and classes after dots
 * @param {Props} [props] attributes; `onclick` and the like are listeners
 * @param {Child[]} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(spec, props = {}, ...children) {
  const [tag, ...classes] = spec.split(".");
  const element = document.createElement(/** @type {T} */ (tag));
  if (classes.length) element.className = classes.join(" ");
  dress(element, props);
  element.append(...contents(children, element));
  return element;
}

/**
 * An element of a drawing.
 * @param {string} tag
 * @param {Props} [props]
 * @param {Child[]} children
 * @returns {SVGElement}
 */
export function draw(tag, props = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  dress(element, props);
  element.append(...flat(children));
  return element;
}

/**
 * Puts something in the place of all that an element holds.
 * @param {Element} element
 * @param {Child[]} children
 */
export function fill(element, ...children) {
  element.replaceChildren(...contents(children, element));
}

/**
 * An element that is known to be there.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`no #${id}`);
  return element;
}

/** @type {HTMLElement | undefined} */
let speaker;

/**
 * Says something to a screen reader, and to nobody else.
 * @param {string} text
 */
export function say(text) {
  if (!speaker?.isConnected) {
    speaker = h("div.unseen", { role: "status", "aria-live": "polite" });
    document.body.append(speaker);
  }
  const place = speaker;
  place.textContent = "";
  // A reader hears the same words again only if they were gone for a moment.
  setTimeout(() => (place.textContent = text), 60);
}

/** Stands there from the beginning: a screen reader hears only what changes in a place that it knows. */
const toasts = h("div.toasts", { role: "status" });
document.body.append(toasts);

/** @type {ReturnType<typeof setTimeout> | undefined} */
let toastEnds;

/**
 * Shows for a few seconds that something is done, in the place of what was shown before, and says it.
 * @param {string} text
 * @param {{ words: string, press: () => unknown } | null} [action] what may be done about it meanwhile, for ten seconds
 */
export function toast(text, action = null) {
  clearTimeout(toastEnds);
  toasts.replaceChildren(h("p.toast", {}, text, action && [" ", h("button", { type: "button", onclick: () => {
    clearToasts();
    action.press();
  } }, action.words)]));
  toastEnds = setTimeout(clearToasts, action ? 10_000 : 6000);
}

/** Presses what the message offers, if it offers anything. */
export function pressToast() {
  const offered = toasts.querySelector("button");
  offered?.click();
  return offered !== null;
}

/** What was said about a view that is no longer there is gone. */
export const clearToasts = () => toasts.replaceChildren();

const DRAFTS = "lixiao-drafts";

/** Keeps what has been typed over a change of language. */
export function keepDrafts() {
  const fields = /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("#main input[id]:not([type=file]), #main textarea[id]"));
  const drafts = [...fields].filter(({ value }) => value !== "");
  try {
    sessionStorage.setItem(DRAFTS, JSON.stringify(drafts.map(({ id, value, checked }) => [id, value, checked])));
  } catch {
    // Then it has to be typed again.
  }
}

/** Puts it back, once. @param {HTMLElement} place */
export function restoreDrafts(place) {
  try {
    const drafts = JSON.parse(sessionStorage.getItem(DRAFTS) ?? "[]");
    sessionStorage.removeItem(DRAFTS);
    for (const [id, value, checked] of drafts) {
      const field = place.querySelector(`#${CSS.escape(id)}`);
      if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) continue;
      if (field instanceof HTMLInputElement && ["checkbox", "radio"].includes(field.type)) field.checked = checked;
      else field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  } catch {
    // A browser that keeps nothing has nothing to put back.
  }
}

/**
 * Offers a text as a file.
 * @param {string} name
 * @param {string} kind
 * @param {string} text
 */
function download(name, kind, text) {
  const address = URL.createObjectURL(new Blob([text], { type: kind }));
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

/**
 * What a spreadsheet takes for the beginning of a formula, in full width too, also behind spaces and what can't be seen.
 */
const FORMULA = /^[\s\p{Cc}\p{Cf}]*[=+\-@|%＝＋－＠﹢﹣﹫﹦−｜％]|^[\t\r\n]/u;

/**
 * Rows as a CSV that a spreadsheet opens as it is: with a mark, and nothing that it takes for a formula.
 * @param {string} name
 * @param {(string | number)[][]} rows
 */
export function downloadCsv(name, rows) {
  /** @param {string | number} cell */
  const quoted = (cell) => {
    const text = String(cell);
    return `"${(FORMULA.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
  };
  const lines = rows.map((row) => row.map(quoted).join(","));
  download(name, "text/csv;charset=utf-8", `\ufeff${lines.join("\r\n")}\r\n`);
}

/**
 * Takes a file that is dropped on an element.
 * @param {HTMLElement} element
 * @param {(file: File | undefined) => void} take
 */
export function acceptDrop(element, take) {
  /** @param {DragEvent} event @param {boolean} over */
  const drag = (event, over) => {
    event.preventDefault();
    element.classList.toggle("over", over);
  };
  element.addEventListener("dragover", (event) => drag(event, true));
  element.addEventListener("dragleave", (event) => drag(event, false));
  element.addEventListener("drop", (event) => {
    drag(event, false);
    take(event.dataTransfer?.files[0]);
  });
}
