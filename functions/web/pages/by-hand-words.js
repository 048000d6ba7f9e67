// @ts-check
// The words for one student by hand, and what the columns of a roster are called.

import { university } from "./university.js";
import { lang } from "./words.js";

/** @typedef {Record<string, string>} Names */

const zh = {
  columns: /** @type {Names} */ ({ student_id: "学号", name: "姓名", sex: "性别", ethnicity: "民族", birth_date: "出生日期", id_number: "身份证号", college: university.college?.zh ?? "学院", major: "专业", advisors: "导师工号", phone: "电话", email: "电子邮箱" }),
  numberOf: (/** @type {string} */ n) => `${n}工号`, goBack: "返回修改",
  oneByOne: "个别学生", oneHelp: "名册之外加入一名学生，或更改、移出、恢复个别学生；每次都要写原因，并留下记录。",
  addDots: "加入一名学生…", find: "查找学生", addTitle: "加入一名学生", addHelp: "加入后与名册导入的学生一样办理。", addReason: "加入的原因", add: "加入",
  confirmAdd: (/** @type {string} */ n) => `加入 ${n}？`, added: (/** @type {string} */ n) => `已加入：${n}`, isIn: (/** @type {string} */ n) => `${n} 已在本批次，信息相同`,
  notSaid: "（未填）", unchanged: "（不改）", personal: "个人信息", personalHelp: "只填要改的；原内容不在此显示。要清空某一项，填“无”。",
  changeDots: "更改信息…", change: "更改", changeTitle: (/** @type {string} */ n) => `更改 ${n} 的信息`, reason: "更改的原因",
  confirmTitle: (/** @type {string} */ n) => `确认更改 ${n}`, emptied: (/** @type {string} */ c) => `将清空：${c}。`,
  newCollege: (/** @type {string} */ c) => `本批次还没有“${c}”，请核对是不是写错了。`,
  moved: (/** @type {number} */ n) => `更改后，以下 ${n} 个已办的环节归别的部门（或别的经办人）：`, was: "原办理", is: "现归",
  reopen: (/** @type {number} */ n) => `一并重新办理以下 ${n} 个已通过的环节，含其后续环节（不勾选则保留通过）`,
  mustReopen: "更改后，以下已通过的环节不再成立（前置环节或事项变了），将一并重新办理；原记录保留在历史中：",
  debtsStay: "被退回的环节（含欠款）不会因更改而消除，由现在的部门继续办理。",
  changeAndReopen: "更改并重新办理", nothingChanged: "没有要更改的内容。",
  changed: (/** @type {string} */ n, /** @type {number} */ k) => (k ? `已更改：${n}，${k} 个环节重新办理` : `已更改：${n}`),
  outDots: "移出批次…", out: "移出", outTitle: (/** @type {string} */ n) => `把 ${n} 移出本批次？`, outReason: "移出的原因",
  outHelp: "移出后不再办理，名单、统计、提醒中不再出现，也不能打印离校单；已办的记录保留，随时可以恢复。再次导入名册不会把他加回来。",
  letterOut: (/** @type {string} */ n) => `已开出的介绍信（${n}）仍登记在册；请与开具部门商定是否收回。移出后不再打印正本。`,
  isOut: (/** @type {string} */ n) => `已移出：${n}`, wasOut: "已移出本批次，不再办理。",
  backDots: "恢复…", back: "恢复", backTitle: (/** @type {string} */ n) => `把 ${n} 恢复到本批次？`, backReason: "恢复的原因", backHelp: "恢复后照常办理，移出前已办的环节仍然有效。", isBack: (/** @type {string} */ n) => `已恢复：${n}`,
  outList: "已移出的学生", nobodyOut: "没有移出的学生。",
};

/** @type {typeof zh} */
const en = {
  columns: { student_id: "Student number", name: "Name", sex: "Sex", ethnicity: "Ethnicity", birth_date: "Birth date", id_number: "ID number", college: university.college?.en ?? "College", major: "Programme", advisors: "Advisor's number", phone: "Telephone", email: "E-mail" },
  numberOf: (n) => `${n}: number`, goBack: "Back",
  oneByOne: "One student", oneHelp: "Add a student whom no roster has, or change, take out and put back one. Each needs a reason and stands in the history.",
  addDots: "Add a student…", find: "Find a student", addTitle: "Add a student", addHelp: "From then on they are cleared like everybody of a roster.", addReason: "Why they are added", add: "Add",
  confirmAdd: (n) => `Add ${n}?`, added: (n) => `Added: ${n}`, isIn: (n) => `${n} is in the batch already, with the same data`,
  notSaid: "(not said)", unchanged: "(as it is)", personal: "Personal data", personalHelp: "Only what changes; what is known isn't shown here. To empty a field, write “none”.",
  changeDots: "Change…", change: "Change", changeTitle: (n) => `Change what is known of ${n}`, reason: "Why it is changed",
  confirmTitle: (n) => `Change ${n}?`, emptied: (c) => `Will be empty: ${c}.`,
  newCollege: (c) => `The batch doesn't have “${c}” yet: check how it is written.`,
  moved: (n) => `${n === 1 ? "This decided step is" : `These ${n} decided steps are`} then another office's, or somebody else's:`, was: "Decided by", is: "Now with",
  reopen: (n) => `Open ${n === 1 ? "this passed step" : `these ${n} passed steps, those that stand on others among them,`} again (otherwise passed stays passed)`,
  mustReopen: "These passed steps would no longer stand (a prerequisite or a part changed) and will be opened again; what was decided stays in the history:",
  debtsStay: "A step that was turned down stays so, with what is owed; the office that has it now goes on.",
  changeAndReopen: "Change and open again", nothingChanged: "Nothing is changed.",
  changed: (n, k) => (k ? `Changed: ${n}; ${k} ${k === 1 ? "step is" : "steps are"} open again` : `Changed: ${n}`),
  outDots: "Take out…", out: "Take out", outTitle: (n) => `Take ${n} out of the batch?`, outReason: "Why they are taken out",
  outHelp: "Nothing is decided of them any more; no list, count or reminder has them, and no slip is printed. What was decided is kept, and they can be put back at any time. Importing a roster again doesn't bring them back.",
  letterOut: (n) => `The letter that was issued (${n}) stays in the register: settle with the office that issued it whether it comes back. No original is printed any more.`,
  isOut: (n) => `Taken out: ${n}`, wasOut: "Taken out of the batch; nothing is decided any more.",
  backDots: "Put back…", back: "Put back", backTitle: (n) => `Put ${n} back into the batch?`, backReason: "Why they are put back", backHelp: "They go on where they were: what had been decided still holds.", isBack: (n) => `Put back: ${n}`,
  outList: "Students who were taken out", nobodyOut: "Nobody was taken out.",
};

/** Every word of it. */
export const b = lang === "en" ? en : zh;

/** What each column that every university's roster may have is called. */
export const rosterColumns = b.columns;
