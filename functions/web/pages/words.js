// @ts-check
// Which language the page speaks: Chinese, unless English was chosen here before. Both are in the script:
// the other one is a click away and costs no request.

import en from "./words-en.js";
import zh from "./words-zh.js";

const KEY = "lixiao-language";

/** @returns {"zh" | "en"} */
function chosen() {
  try {
    return localStorage.getItem(KEY) === "en" ? "en" : "zh";
  } catch {
    return "zh";
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
    // A browser that keeps nothing stays with Chinese.
  }
  location.reload();
}
