// @ts-check
// Papers beside the party introduction, on a student's page and record: who issues each, its number, until when it is valid.

import { h } from "./dom.js";
import { phone } from "./shell.js";
import { w } from "./words.js";

/** @typedef {import("./api.js").Schemas["PaperOfStudent"]} Paper */

/** What names a paper to the server; the party introduction needs no name. @param {{ id: string, layout: string }} paper */
export const ofPaper = (paper) => (paper.layout === "text" ? `?paper=${encodeURIComponent(paper.id)}` : "");

/**
 * @param {string} batch
 * @param {Paper[]} papers
 */
export function papersPart(batch, papers) {
  if (papers.length === 0) return null;
  return h("section", { id: "papers", "aria-labelledby": "papers-title" }, h("h2", { id: "papers-title" }, w.papersTitle),
    papers.map(({ id, name, office, letter }) => h("div.card.letter", { "data-paper": id, "data-state": letter?.state ?? null },
      h("p", {}, h("strong", {}, name), " ", letter && w.letterNumber(letter.number), " ",
        letter && h("span.chip", { "data-state": letter.state }, w.letterStates[letter.state] ?? letter.state)),
      letter && h("p", {}, w.validUntil(letter.issued_on, letter.valid_until)),
      h("p.note", {}, letter ? w.paperFrom(office?.name ?? "") : w.paperWaits(office?.name ?? ""), " ", office?.place ?? "", " ", phone(office?.phone)),
      letter && h("p.row", {}, h("a.button", { href: `/api/batches/${batch}/letters/${letter.number}.pdf?paper=${encodeURIComponent(id)}`, target: "_blank" }, w.paperCopy)))));
}
