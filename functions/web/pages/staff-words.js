// @ts-check
// The words of the staff's page: what all pages share, and the staff's own.

import en from "./staff-words-en.js";
import zh from "./staff-words-zh.js";
import { lang, w as common } from "./words.js";

/** Every word of the staff's page. */
export const w = { ...common, ...(lang === "en" ? en : zh) };
