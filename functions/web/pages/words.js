// @ts-check
// Which language the page speaks: the university's first, unless the other was chosen here before. Both are in the script:
// the other one is a click away and costs no request.

import { university } from "./university.js";
import en from "./words-en.js";
import zh from "./words-zh.js";

const KEY = "lixiao-language";

/** The languages that this university speaks, the default first. @type {("zh" | "en")[]} */
const spoken = university.languages.map((tag) => (tag === "en" ? "en" : "zh"));

/** Whether there is another language to switch to. */
export const hasOther = spoken.length > 1;

/** @returns {"zh" | "en"} */
function chosen() {
  const first = spoken[0] ?? "zh";
  try {
    return spoken.find((one) => one === localStorage.getItem(KEY)) ?? first;
  } catch {
    return first;
  }
}

export const lang = chosen();
export const languageTag = lang === "en" ? "en" : "zh-CN";
document.documentElement.lang = languageTag;

/** The words of the student's page, and of what all pages share. */
export const w = lang === "en" ? en : zh;

/** Speaks the other language from now on. */
export function switchLanguage() {
  try {
    localStorage.setItem(KEY, lang === "en" ? "zh" : "en");
  } catch {
    // A browser that keeps nothing stays with the first.
  }
  location.reload();
}
