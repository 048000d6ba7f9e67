// @ts-check
// Which of the batch's papers a view of the staff is about.

import { choice } from "./table.js";
import { w } from "./staff-words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./desk.js").Paper} Paper */
/** @typedef {import("./desk.js").Session} Session */

/** The papers that a view of theirs can show. @param {Session} session @param {string} view */
export const papersOf = ({ papers }, view) => papers.filter((paper) => (view === "letters" ? paper.reads : paper.gathers));

/** The one that the address names, or else the party introduction, or the first. @param {Desk} desk @param {string} view */
export function paperAsked({ session, asked }, view) {
  const theirs = papersOf(session, view);
  return /** @type {Paper} */ (theirs.find(({ id }) => id === asked.get("paper")) ?? theirs.find(isIntroduction) ?? theirs[0]);
}

/** @param {{ layout: string }} paper */
export const isIntroduction = ({ layout }) => layout === "party-introduction";

/** What helps in a view. @param {Session} session @param {string} view @returns {string[]} */
export const helpOf = (session, view) => (session.papers.every(isIntroduction) ? null : w.paperHelp[view]) ?? w.viewHelp[view] ?? [];

/** What people call a view: where there is more to issue than introductions, not by those. @param {Session} session @param {string} view */
export const viewName = (session, view) => (session.papers.every(isIntroduction) ? null : w.paperViews[view]) ?? w.views[view] ?? view;

/** A choice between the papers of a view, where there are several. @param {Desk} desk @param {string} view @param {Paper} paper @param {(paper: string) => void} go */
export function paperChoice({ session }, view, paper, go) {
  const theirs = papersOf(session, view);
  if (theirs.length < 2) return null;
  return choice("paper", w.whichPaper, theirs.map(({ id, name }) => [id, name]), paper.id, go);
}
