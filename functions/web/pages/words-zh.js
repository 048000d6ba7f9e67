// @ts-check
// 学生页面和所有页面共用的中文。What the server says comes in its own words.

import { college, university } from "./university.js";

const registrar = university.registrar.zh;

/** @typedef {Record<string, string>} Names */

/** @type {Names} */
const states = { passed: "已通过", waived: "免办", rejected: "被退回", ready: "待办理", blocked: "等前面环节" };
/** @type {Names} */
/** @type {Names} */
const kinds = { "in-province": "省内", "out-of-province": "省外", "on-campus": "校内" };
/** @type {Names} */
const letterStates = { issued: "已开出", returned: "回执已收", expired: "已过期", void: "已作废" };
/** @type {Names} */
const fields = { heading: "抬头", destination: "去向", receiver_contact: "接收单位联系人（选填）", receiver_phone: "接收单位电话（选填）" };
/** @type {Names} */
const fieldHelp = {
  heading: "县级以上党委或组织部，例如：中共某某市委组织部、中共某某县委组织部",
  destination: "最终接收组织关系的具体单位，例如：某某市第一中学党委。没有工作单位、或单位不能接收的，转往户口所在地",
  receiver_contact: "接收单位里可以核实的人",
  receiver_phone: "例如 010-12345678",
};

export default {
  brand: "离校", otherLanguage: "English", help: "帮助", helpMore: "帮助与电话", signIn: "登录", signInElsewhere: "在新标签页登录（保留本页内容）", signOut: "退出",
  signedInAs: "当前用户：", welcome: "离校手续办理", cannotShow: "暂时无法显示", tryAgain: "重试", close: "关闭", colon: "：", comma: "、", semicolon: "；",
  busy: "现在人很多，正在自动重试…", tooBusy: "现在人很多，服务器暂时没有响应", tooBusyDetail: "已自动重试多次，请稍候再按“重试”。改动不会只保存一半。",
  noAnswer: "服务器没有响应", noAnswerDetail: "请检查网络后重试。改动要么完整保存，要么完全没有保存，重复提交不会重复记录。",
  pageBroke: "页面出错了", pageBrokeDetail: "请刷新页面；如果仍然不行，请拨打下方电话。",
  opensAt: (/** @type {string} */ t) => `本批次 ${t} 开放。`, opensIn: (/** @type {string} */ t) => `还有 ${t}`,
  closedAt: (/** @type {string} */ t) => `本批次已于 ${t} 关闭，只能查看。`,
  closedHelp: "如有问题请拨打", closedButReceipts: (/** @type {string} */ t, /** @type {string} */ r) => `本批次已于 ${t} 关闭；回执可登记到 ${r}。`, vpnIsOn: "已连上校园网，再试一次", callUs: "需要帮助请拨打", openUntil: (/** @type {string} */ t) => `办理截止 ${t}`, left: (/** @type {string} */ t) => `还剩 ${t}`,
  over: "已截止",
  minutesSeconds: (/** @type {number} */ m, /** @type {number} */ s) => (m ? `${m} 分 ${s} 秒` : `${s} 秒`),
  hoursMinutes: (/** @type {number} */ h, /** @type {number} */ m) => `${h} 小时 ${m} 分`, days: (/** @type {number} */ d) => `${d} 天`,
  onlyFor: (/** @type {string} */ c) => `（${c}）`, contacts: "联系电话",
  whoToAsk: "联系电话", offices: "办理部门", network: "校园网",
  office: "办理部门", place: "地点", telephone: "电话", hours: "办理时间",
  helpStudent: [{ title: "怎么看这一页", lines: ["绿色是办完的，蓝色在等部门办理，红色要您处理，灰色要等前面的环节。", "点开一个环节，看办理部门、地点、电话、时间和退回原因。", "全部办完后出现“打印离校单”。"] }], helpMember: "党员请在截止时间前填好信息采集表，并在有效期内把介绍信交到接收单位。",
  instead: /** @type {Names} */ ({ "transfer_kind.one-of": "请选择转往类别", "confirmed.required": "请先与接收单位核实，再勾选", "heading.required": "请填写抬头", "destination.required": "请填写去向" }),
  formMissed: "《毕业生党员信息采集表》逾期未交，请立即联系党委（电话见页尾）。", phoneNotGiven: "未提供，可拨打页尾电话询问",
  remaining: (/** @type {number} */ n) => `还有 ${n} 个环节`, cleared: "离校手续已全部办结", yourSteps: "办理环节", tapForMore: "点开一个环节，看部门、电话、时间和原因。",
  stage: (/** @type {number} */ n) => `第 ${n} 阶段`, together: "可同时办理，不分先后", afterwards: "各自的前置环节完成后办理",
  doneOf: (/** @type {number} */ a, /** @type {number} */ b) => `已完成 ${a} / ${b}`,
  states, owes: (/** @type {string} */ y) => `欠 ${y}`, waitsFor: (/** @type {string} */ o) => `等待${o}办理`,
  needsFirst: (/** @type {string[]} */ s) => (s.length > 3 ? `先完成前面 ${s.length} 个环节` : `先完成 ${s.join("、")}`), notNeeded: "无需办理", optional: "可不办", optionalTitle: "可办可不办，不影响离校",
  reason: "原因", amountDue: "欠款", waitsForSteps: "需先完成", decided: "办理记录", parts: "事项", partDone: "，已办", partOpen: "，未办",
  forYou: "需要您处理", handInBy: (/** @type {string} */ t) => `请在 ${t} 前提交`, beingDone: "等待部门确认；有未还、未缴的请先办理", toDoFor: (/** @type {string} */ o) => `到${o}办理`, moreAbout: "办理说明", stepHelp: "怎么办",
  revokedNow: (/** @type {string} */ r) => `此前的办理已撤销，要重新办理。原因：${r}`, revokedBy: (/** @type {string} */ t, /** @type {string} */ b) => `${t} · ${b}`, revoked: "撤销原因",
  letterDue: (/** @type {string} */ d, /** @type {string} */ r) => `${d}（含当日）前把介绍信交到${r}，并请对方寄回回执`, receiverOfLetter: "接收单位",
  letterOver: (/** @type {string} */ d) => `介绍信已于 ${d} 过期，请立即联系：`, lastDay: "今天是最后一天", collegeDue: (/** @type {string} */ t) => `${college.zh}汇总截止 ${t}，请在此之前提交`,
  takenOut: "您已不在本批次", takenOutHelp: `已不再为您办理；如有疑问，请联系${registrar}。`,
  opening: "正在读取…", ownHistory: "办理经过", eventsUnreadable: (/** @type {number} */ n) => `另有 ${n} 条经过系统读不出来，不在下面；请告诉窗口。`, did: /** @type {Names} */ ({ enrol: "进入本批次", roster: "名册信息更新", pass: "通过", tick: "办妥部分事项", reject: "退回", waive: "免办", revoke: "撤销", form: "提交党员信息采集表", issue: "开出介绍信", receipt: "收到回执", forget: "个人信息已删除", remove: "移出本批次", restore: "恢复到本批次" }), handInForm: "填写《毕业生党员信息采集表》", printSlip: "打印离校单",
  noSlipYet: (/** @type {number} */ n) => `还有 ${n} 个环节未完成，全部完成后可在此打印离校单。`,
  updated: "页面内容已更新", noBatch: "没有批次", noBatchDetail: `目前没有可以办理的批次，请联系${registrar}。`, notInBatch: "名册中没有您的信息", notOnRoster: `如果您是本批次毕业生，请致电${registrar}核对名册。`,
  partyTitle: "党组织关系", whyForm: "组织关系在党委的毕业生党员都要填写；介绍信按此开具，请与接收单位核实后填写。", formUntil: (/** @type {string} */ t) => `${t} 前可以修改`,
  formClosed: "已过截止时间，不能再改；如有特殊情况请联系党委。", formNotYet: "批次尚未开放，届时再填。", formIsIn: "✓ 已提交，截止前还可以修改。",
  formNext: "。截止后由党委开具介绍信，开好后会显示在这里。",
  draftIsBack: "下面是您上次填写、还没有提交的内容。",
  fields, fieldHelp, kinds, heading: "抬头", destination: "去向", transferKind: "转往类别", confirmed: "我已与接收单位核实，对方同意以上抬头和去向", handIn: "提交",
  changeForm: "修改", handedIn: "已提交", handedInOdd: "已提交；请看黄色提示并核实", reasonOnBehalf: "原因（代交或逾期时必填，学生可见）", trial: "预览",
  letterNumber: (/** @type {number} */ n) => `第 ${String(n).padStart(4, "0")} 号`, letterStates,
  validUntil: (/** @type {string} */ a, /** @type {string} */ b) => `${a} 开出，有效期至 ${b}（含当日）。`,
  carryLetter: "请在有效期内把介绍信交到接收单位，并请对方把回执原件寄回党委。逾期由本人负责。", letterExpired: "介绍信已过期，请尽快联系党委。", toCalendar: "加入日历提醒",
  letterCopy: "查看介绍信副本", papersTitle: "文书", paperCopy: "查看副本",
  paperFrom: (/** @type {string} */ office) => `由${office}开具，请按有效期使用。`, paperWaits: (/** @type {string} */ office) => `由${office}开具，还没有开出。`,
  paperAction: (/** @type {string} */ action, /** @type {string} */ name) => ({ issue: `开具${name}`, print: `打印${name}`, receipt: `收到${name}的回执` })[action] ?? name,
  signInFirst: "用学校统一身份认证的用户名和密码登录；本系统不保存密码。",
  asSomebodyElse: "换个账号", sharedComputer: "在公共电脑上用完后，请同时退出学校门户，或关闭浏览器。", stillSignedIn: "退出失败：请检查网络后再按一次“退出”。",
};
