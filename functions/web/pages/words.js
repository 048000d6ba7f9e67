// @ts-check
// Which language the page speaks: Chinese, unless English was chosen here before.

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

/** @type {{ default: typeof import("./words-zh.js").default }} */
const chosenWords = lang === "en" ? await import("./words-en.js") : await import("./words-zh.js");

/** The page's words. */
export const w = chosenWords.default;

/** Speaks the other language from now on. */
export function switchLanguage() {
  try {
    localStorage.setItem(KEY, lang === "en" ? "zh" : "en");
  } catch {
    // A browser that keeps nothing stays with Chinese.
  }
  location.reload();
}
