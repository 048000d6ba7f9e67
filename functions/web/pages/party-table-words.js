// @ts-check
// The words for a college's table of its members' forms.

import { lang } from "./words.js";

const zh = {
  title: "从学院汇总表代交", help: "“导出信息采集表”得到的表格，填好抬头、去向、转往类别后就可以传回来；别的表格只要有这几列也可以。没有填的行略过。先预览，确认后才提交。",
  file: "汇总表（XLSX、XLS、ODS、CSV）", reading: "正在逐行核对…", heading: "介绍信抬头", destination: "去向", kind: "转往类别", contact: "接收单位联系人", phone: "接收单位电话",
  preview: (/** @type {number} */ n, /** @type {number} */ odd) => (odd ? `预览：可代交 ${n} 份，其中 ${odd} 份有疑问` : `预览：可代交 ${n} 份`),
  others: (/** @type {number} */ blank, /** @type {number} */ same, /** @type {number} */ bad) => `未填 ${blank} 行，与已提交的相同 ${same} 行，有问题 ${bad} 行。`,
  nobody: "不在应提交的党员名单中，或不归您办理；请核对学号。", twice: "前面已有同一学号。",
  issued: (/** @type {string} */ n) => `介绍信（${n}）已开出，只能补办。`, state: "结果",
  states: /** @type {Record<string, string>} */ ({ ready: "可代交", odd: "有疑问，请核实", bad: "不能代交", same: "与已提交的相同", blank: "未填", done: "已代交", failed: "没有提交" }),
  confirm: "已与学生本人和接收单位逐一核实，对方同意以上抬头和去向", confirmFirst: "请先核实并勾选。", reason: "代交的原因（学生可见）",
  replaces: (/** @type {number} */ n) => `其中 ${n} 人已经交过，表里的内容不同；代交后将取代学生自己交的，请逐一核对。`, takesThePlaceOf: (/** @type {string} */ f) => `将取代已交的：${f}`, fileIs: (/** @type {string} */ f) => `文件：${f}。`,
  again: (/** @type {number} */ n) => `再交这 ${n} 份`, againHelp: "没有提交的可以再试；已提交的不会重复。",
  handIn: (/** @type {number} */ n) => `代交 ${n} 份`, handingIn: "正在代交…", done: (/** @type {number} */ n, /** @type {number} */ bad) => (bad ? `已代交 ${n} 份，${bad} 份没有提交` : `已代交 ${n} 份`),
};

/** @type {typeof zh} */
const en = {
  title: "Hand in from the college's table", help: "The sheet that “Export the forms” takes away here can be filled in and sent back; so can any table with these columns. Rows without a form are passed over. Nothing is handed in before you confirm.",
  file: "The college's table (XLSX, XLS, ODS, CSV)", reading: "Checking row by row…", heading: "Heading", destination: "Destination", kind: "Transfer kind", contact: "Contact at the receiver", phone: "Their telephone",
  preview: (n, odd) => `Preview: ${n} to hand in${odd ? `, ${odd} of them with something to check` : ""}`,
  others: (blank, same, bad) => `Rows without a form: ${blank}; as already handed in: ${same}; with faults: ${bad}.`,
  nobody: "Not among the members who hand in a form, or not yours: check the number.", twice: "The same number stands further up.",
  issued: (n) => `The letter (${n}) is issued; it can only be issued anew.`, state: "Outcome",
  states: { ready: "can be handed in", odd: "to check", bad: "can't be handed in", same: "as handed in", blank: "no form", done: "handed in", failed: "not handed in" },
  confirm: "Each was checked with the member and the receiver, who agreed to heading and destination", confirmFirst: "Check first, then tick the box.", reason: "Why it is handed in for them (they read it)",
  replaces: (n) => `${n} of them have handed in something else: this takes the place of what they wrote. Compare each.`, takesThePlaceOf: (f) => `Takes the place of what was handed in: ${f}`, fileIs: (f) => `File: ${f}.`,
  again: (n) => `Try these ${n} again`, againHelp: "What wasn't handed in can be tried again; what was isn't handed in twice.",
  handIn: (n) => `Hand in ${n}`, handingIn: "Handing in…", done: (n, bad) => `${n} handed in${bad ? `, ${bad} not` : ""}`,
};

/** Every word of it. */
export const p = lang === "en" ? en : zh;
