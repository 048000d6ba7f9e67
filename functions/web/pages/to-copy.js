// @ts-check
// A text to be pasted where somebody else reads it: shown, changed at will, copied.

import { fill, h } from "./dom.js";
import { dialog } from "./shell.js";
import { w } from "./staff-words.js";

/**
 * @param {object} what
 * @param {string} what.title
 * @param {string} what.label
 * @param {string} what.help
 * @param {(chosen: boolean) => string} what.write the text, by whether `choice` is on
 * @param {string} [what.choice] something that may be left out of it
 */
export function toCopy({ title, label, help, write, choice }) {
  const note = h("p.done", { role: "status" });
  const chosen = h("input", { type: "checkbox", id: "with-more", checked: true, onchange: () => update() });
  const text = h("textarea", { id: "to-copy", rows: 12, oninput: () => fill(note) });
  const update = () => {
    text.value = write(chosen.checked);
    fill(note);
  };
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text.value);
    } catch {
      // An older browser copies what is selected; one that doesn't leaves it selected for the hand.
      text.select();
      if (!document.execCommand("copy")) return fill(note, w.copyByHand);
    }
    fill(note, w.copied);
  };
  update();
  dialog(title, [
    h("div.field", {}, h("label", { for: "to-copy" }, label), h("p.note", {}, help), text),
    choice !== undefined && h("label.choice", { for: "with-more" }, chosen, choice),
    note,
    h("div.dialog-foot", {}, h("button.primary", { id: "copy", onclick: copy }, w.copy)),
  ], []);
}
