// @ts-check
// What the page knows of the university before it asks anything: it stands in the page itself.

/**
 * @typedef {object} University
 * @property {string[]} languages tags of those that people are spoken to in, the default first
 * @property {string} zone the IANA zone by which instants are shown
 * @property {number} digits how many digits the smallest unit of the currency has behind the point
 * @property {{ zh: string, en: string }} money what stands behind an amount
 * @property {{ zh: string, en: string }} registrar whom pages name as the authority
 * @property {{ zh: string, en: string }} advisor what it calls who decides for their own students
 * @property {{ zh: string, en: string } | null} college what it calls a college, if it is called otherwise
 */

/** @type {University} */
const UNKNOWN = { languages: ["zh-CN", "en"], zone: "UTC", digits: 2, money: { zh: "", en: "" }, registrar: { zh: "教务部门", en: "registrar" }, advisor: { zh: "导师", en: "advisor" }, college: null };

/** @type {University} */
export const university = { ...UNKNOWN, ...JSON.parse(document.documentElement.dataset.university ?? "{}") };

const own = university.college?.en ?? "College";
// An abbreviation keeps its capitals in a sentence.
const inSentence = own === own.toUpperCase() ? own : own.charAt(0).toLowerCase() + own.slice(1);

/** What a college is called, alone and in an English sentence. */
export const college = { zh: university.college?.zh ?? "学院", en: own, one: inSentence, many: /[^aeiou]y$/.test(inSentence) ? `${inSentence.slice(0, -1)}ies` : `${inSentence}s` };
