// @ts-check
// 工作人员页面的中文。

import { college, university } from "./university.js";

const registrar = university.registrar.zh;

/** @typedef {Record<string, string>} Names */

/** @type {Names} */
const roles = { operator: "操作人员", counsellor: "辅导员", "party-office": "党委", registrar, administrator: "管理员", advisor: university.advisor.zh, student: "学生" };
/** @type {Names} */
const roleHelp = { operator: "办理所选部门的环节", counsellor: `查看本${college.zh}学生、代交党员信息表`, "party-office": "开具介绍信、登记回执", registrar: "查看全部、免办、撤销、逾期代办", administrator: "导入名册、管理操作人员" };
/** Of those roles where there are no members' forms. @type {Names} */
const roleHelpPlain = { counsellor: `查看本${college.zh}学生` };
/** @type {Names} */
const views = { list: "逐个办理", bulk: "批量办理", record: "查学生", members: "党员信息表", letters: "介绍信", progress: "进度", unfinished: "未办结名单", roster: "导入名册", operators: "操作人员", door: "使用记录" };
/** @type {Names} */
const formStates = { missing: "未提交", "to-check": "有疑问", ready: "可开具", issued: "已开具" };
/** @type {Names} */
const decisions = { pass: "通过", reject: "退回", waive: "免办", revoke: "撤销" };
/** @type {Names} */
const memberLists = { open: "待开具（有疑问的在前）", missing: "未提交", "to-check": "有疑问", ready: "可开具", issued: "已开具", all: "全部党员" };
/** @type {Names} */
const paperLists = { open: "待开具", issued: "已开具", all: "全部应开具的" };
const paperHelp = /** @type {Record<string, string[]>} */ ({ members: ["只列应开具这种文书、归您办理的学生。", "内容按名册填写；名册缺的会写明，不会开出。"], letters: ["每种文书各自从 1 起编号，不会跳号、重号。", "补办要写原因；旧的一份作废，新的另编号。", "打印好后按“记为已打印”；“未打印”列出还没有的。"] });
const paperViews = /** @type {Record<string, string>} */ ({ members: "开具文书", letters: "文书登记簿" });
const letterLists = { all: "全部", unprinted: "未打印", missing: "回执未收到", soon: "14 天内到期", issued: "已开出", expired: "已过期", returned: "回执已收", void: "已作废" };
/** @type {Names} */
const papers = { statement: "学院盖章的情况说明", application: "补办申请", original: "原介绍信" };
/** @type {Names} */
const actionWords = { enrol: "进入批次", roster: "名册更新", pass: "通过", tick: "办妥部分事项", reject: "退回", waive: "免办", revoke: "撤销", form: "提交党员信息表", issue: "开具介绍信", print: "打印介绍信", receipt: "收到回执", forget: "个人信息已删除", remove: "移出本批次", restore: "恢复到本批次" };
/** @type {Names} */
const sources = { operator: "人工", import: "批量", feed: "业务系统" };
/** @type {Names} */
const willBe = { changed: "将办理", another: "姓名不符", overrides: "将覆盖退回", unchanged: "无变化", waiting: "未检查" };
/** @type {Names} */
const became = { changed: "已办理", another: "姓名不符", unchanged: "无变化", waiting: "没有办理" };
/** @type {Names} */
const undone = { changed: "已撤回", unchanged: "无需撤回", waiting: "没有撤回" };
/** @type {Names} */
const stands = { changed: "仍是这次的结果", unchanged: "之后已另行办理或撤回" };
/** @type {Names} */
const issued = { changed: "已开具", unchanged: "此前已开具", waiting: "没有开具" };
/** @type {Record<string, string[]>} */
const viewHelp = {
  list: ["先选环节，再按学号或姓名查找。“待办理”是现在轮到您的学生。", "按“通过”即办结；按“退回”要写原因，学生会看到原因、金额和您部门的电话。", "键盘：↑ ↓ 换行，P 通过，R 退回，回车查看学生。", "刚按错了：十秒内按提示里的“撤回”，或在该行按 Z。", "后来发现做错了：把状态改为“已通过”，找到学生，按“撤销”。"],
  bulk: ["把学号粘贴进来，或把表格文件拖进来；表里有“金额”“原因”列时，每人登记自己的。", "“除名单里的学生外”：名单写不能通过的人，其余待办理的都通过，可以一次撤回。", "先按“预览”：逐行列出执行后的结果，此时不改动任何数据。确认后再执行。", "执行中网络断开会自动重试，不会漏、也不会重复。", "整批做错了：按“撤回这次批量办理”。之后被别人改过的不会动，并会列出来。"],
  record: ["按学号或姓名查一名学生，看每个环节和办理历史。", `有权限的按钮才会出现：免办和跨部门撤销属于${registrar}。`],
  members: ["这里只列组织关系在党委的毕业生党员；其他党员不填表。", "“有疑问”的表请先与学生核实抬头、去向，再开具。", `截止时间前可以代学生填写；之后只有${registrar}能改，并要写原因。`],
  letters: ["介绍信编号连续，不会跳号、重号。", "补办需要三样材料：学院盖章的情况说明、补办申请、原介绍信。旧信作废，新信另编号。", "打印好后按“记为已打印”；“未打印”列出还没有的。", "收到回执后登记，学生页面随之更新。"],
  progress: ["统计略有延迟，刚刚的改动可能稍后才计入。", `点环节或${college.zh}，查看其中的学生。`],
  unfinished: ["还没有办结的学生，和每人还差的环节。", "红色要学生处理，蓝色等部门，灰色等前面的环节。"],
  roster: ["各种表格都可以：XLSX、XLS、ODS、CSV（UTF-8、GBK）、教务系统导出的网页表格。", `学号、姓名、${college.zh}必须有，学校要求的列也必须有。`, "先看“读到的内容”：读错的工作表、列名、列，在那里改。", "先预览：新增、更新、有问题的行逐一列出，确认后才写入。", "错行不影响其他行；改好后重新导入整份名册即可，相同的行不会重复。", "导入名册不会改动任何环节的结果。"],
  door: ["按天列出谁登录过、被拒绝过、退出过，看过、打印过、导出过多少他人的信息，保留 180 天。", "“被拒绝”多的用户，可能是没有配好权限，也可能是有人在试探。"],
  operators: ["权限改动立即生效。", `${university.advisor.zh}不用登记：名册里写了工号，本人登录即可。`, `“全部${college.zh}”表示不限${college.zh}。`],
};

export default {
  cancel: "取消",
  passTitle: (/** @type {string} */ n, /** @type {string} */ s) => `通过 ${n}：${s}`, paid: (/** @type {string} */ y) => `欠 ${y}已缴？`, settled: "退回的问题已解决？",
  keepParts: (/** @type {number} */ n) => `保存已勾选的 ${n} 项`, partDoneBy: (/** @type {string} */ t, /** @type {string} */ b) => `${t} ${b} 已办`,
  noRights: (/** @type {string} */ i) => `${i} 在本批次没有可办理的事项`, noneOfYours: "您登记的部门在本批次没有环节，您的其他权限见页面上方。部门不对时，请让系统管理员更正。", whoGrants: `没有登记为操作人员，名册里也没有学生把您列为${university.advisor.zh}。请让系统管理员登记您的工号、部门和${college.zh}。`, totals: "人数", doneToday: "今天已办",
  unread: (/** @type {string} */ c) => `没有读这些列：${c}。表里的金额和原因不会登记；要退回并写金额、原因，请在下面填写，或逐个办理。`,
  others: (/** @type {number} */ n) => `有 ${n} 行，表里的姓名和名册上的不同（见“姓名不符”），学号可能写错了，暂不办理。`, includeOthers: (/** @type {number} */ n) => `已逐一核实学号，连同这 ${n} 人一起办理`, saidAnother: (/** @type {string} */ n) => `表里写的是“${n}”`,
  everybodyFinished: "没有未办结的学生。", lacks: "还差", printWhole: "打印全部名单", gathering: (/** @type {number} */ n) => `正在汇总，已有 ${n} 人…`, unfinishedOf: (/** @type {string} */ c, /** @type {number} */ n, /** @type {boolean} */ more) => `${c}：未办结 ${n} 人${more ? "（未完，请按${college.zh}打印）" : ""}`, mayChangeUntil: (/** @type {string} */ t) => `学生可改至 ${t}`, receiverIs: "接收单位：", whoIsLeft: (/** @type {number} */ n) => `还有 ${n} 人未办结：看是谁、还差什么`,
  printedHead: (/** @type {string} */ b, /** @type {string} */ t, /** @type {string} */ p) => `${b} · 统计时间 ${t} · ${p}`,
  steps: "环节", everywhere: "每一页",
  staffHelp: [university.languages.length > 1 ? "页面顶部选批次，右上角换语言、看帮助。" : "页面顶部选批次，右上角看帮助。", "所有办理都有记录：谁、什么时候、为什么，学生看得到原因。", "出错时按红框里的提示操作；重复点击不会重复记录。"],
  atWork: "正在办理", stayHere: "请不要关闭本页。网络中断会自动重试，不会漏，也不会重复。",
  wasTurnedDown: (/** @type {string} */ r, /** @type {string} */ y) => `原已退回：${r}${y ? `（欠 ${y}）` : ""}`, somebodyElse: "登录的是另一位用户",
  somebodyElseDetail: (/** @type {string} */ i) => `这批名单由 ${i} 开始办理，请用同一账号登录后继续。`,
  decisionOn: (/** @type {string} */ d, /** @type {string} */ s) => `${d}“${s}”`,
  debts: (/** @type {number} */ n) => `其中 ${n} 人已被退回（见“将覆盖退回”），原因和欠款会被清除。`,
  includeDebts: (/** @type {number} */ n) => `已逐一核实，连同这 ${n} 人一起办理`, findLetter: "查编号、学号或姓名",
  reissueUntil: (/** @type {string} */ t) => `补办截止 ${t}。`, receiptsUntil: (/** @type {string} */ t) => `回执登记截止 ${t}。`,
  correctReceipt: "更正回执…", asOnReceipt: "照回执上的签收单位填写。", looked: "以上黄色提示已逐条核实", lookFirst: "请先核实黄色提示",
  lookFirstDetail: "核实后勾选“已逐条核实”，再按“补办”。", noneToIssue: "目前没有待开具的。", whoIsMissing: "看谁还没有提交",
  changeableUntil: (/** @type {string} */ c, /** @type {string} */ t) => `${c}可修改至 ${t}`,
  formDue: (/** @type {string} */ t) => `${college.zh}汇总截止 ${t}`, confirmedFor: "已与学生本人和接收单位核实，对方同意以上抬头和去向",
  onBehalfLate: `已过截止时间，只有${registrar}能代交；请联系${registrar}。`, issueEarly: (/** @type {number} */ n) => `其中 ${n} 人的修改截止时间还没有到；开具后他们不能再改，只能补办。`,
  badRows: "有问题的行", importInto: (/** @type {number} */ n, /** @type {string} */ b) => `导入 ${n} 行到“${b}”`,
  otherPerson: "姓名和身份证号都变了：可能是另一个人", otherPeople: (/** @type {number} */ n) => `有 ${n} 行的姓名和身份证号同时改变，很可能学号对错了人，请先核对。`,
  columnsChanged: "改变的列", operatorKnown: "该工号已登记",
  operatorKnownDetail: (/** @type {string} */ i) => `${i} 在本批次已有权限，请在列表中用“修改”。`,
  rightsTitle: "本批次的权限", nobodyGranted: "本批次还没有任何人有权限：可逐个添加，或从上一批次复制。", role: "角色", grantNumber: (/** @type {number} */ n) => `权限 ${n}`, addGrant: "再加一项权限", dropGrant: "去掉这项",
  fromDay: "自（可空）", untilDay: "至，含当天（可空）", between: (/** @type {string} */ a, /** @type {string} */ b) => (a && b ? `${a} 至 ${b}` : a ? `自 ${a}` : `至 ${b}`),
  unheld: (/** @type {number} */ n) => `有 ${n} 个部门的环节还没有人能办理：`, onlyFor: (/** @type {string} */ c) => `（缺：${c}）`,
  grantSheet: "从表格添加", grantSheetFile: "操作人员表（XLSX、XLS、ODS、CSV）", grantSheetHelp: (/** @type {boolean} */ introduces) => `四列：工号、姓名、部门、学院。部门写本批次的部门名称，或“辅导员”${introduces ? "“党委”" : ""}“${registrar}”；多个用顿号隔开；学院可写“全部”。只添加，不取消任何人已有的权限。`,
  grantSheetTitle: (/** @type {number} */ n, /** @type {number} */ b) => (b ? `将给 ${n} 人添加权限，${b} 行有问题` : `将给 ${n} 人添加权限`), give: "添加", nothingToGive: "没有可以添加的权限：请先选择表格，或改好表格再选。", given: (/** @type {number} */ n) => `已给 ${n} 人添加权限`,
  haveAll: (/** @type {number} */ n) => ` 另有 ${n} 人已有这些权限。`,
  copyRights: "从其他批次复制", copyFrom: "从哪个批次", copyHelp: "先列出要复制的人和权限，确认后才生效。", noOtherBatch: "没有其他批次。", leftBehind: "本批次没有的部门", copyTitle: (/** @type {number} */ n) => `复制 ${n} 人的权限`,
  copyStays: (/** @type {number} */ n) => `另有 ${n} 人不变：已有权限，或没有可复制的。`, rightsCopied: (/** @type {number} */ n) => `已复制 ${n} 人`,
  handOver: "移交", handOverDots: "移交…", handOverTitle: (/** @type {string} */ n) => `把 ${n} 的权限移交给`, handOverHelp: "对方保留原有权限，另得这些；原来的人不再有权限。",
  administrators: "系统管理员", administratorsHelp: "管理员不属于某个批次。部署参数中的管理员不在此列，也不能在此取消。", noAdministrators: "没有另外设置的管理员。", appoint: "设为管理员", dismiss: "取消管理员", dismissDots: "取消管理员…", dismissTitle: (/** @type {string} */ n) => `不再让 ${n} 担任管理员？`,
  remainingOf: (/** @type {number} */ n) => `还有 ${n} 个环节未完成`,
  noFormYet: "尚未提交党员信息采集表。",
  numberMissing: "请填写工号。", numberOdd: "工号只能有字母、数字和 . _ / -；校外人员在号码前写 external:。",
  counting: "正在统计…", countForms: `统计各${college.zh}提交情况`, tooManyToCount: `人数太多，无法在此统计；请先选择${college.zh}。`, formsByCollege: `各${college.zh}提交情况`,
  handedInOf: (/** @type {number} */ a, /** @type {number} */ b) => `${a} / ${b} 已交`, remind: (/** @type {number} */ n) => `提醒未交的 ${n} 人…`,
  remindTitle: (/** @type {number} */ n) => `提醒未交的 ${n} 人`, reminderText: "提醒内容", reminderHelp: "可以先修改，再复制到班级群或发给本人。电话属个人信息，发到群里前请考虑去掉。",
  withPhones: "附上电话", toPartyOffice: (/** @type {number} */ n) => `把介绍信未开的 ${n} 人交给党委…`, toPartyOfficeHelp: "复制后发给党委；电话在页面底部。", listText: "名单",
  lettersWanted: (/** @type {string} */ b) => `【${b}】以下学生办理离校时，组织关系介绍信尚未开具：`, lettersToIssue: "信息采集表已交，请开具介绍信：", formsFirst: "信息采集表未交，请先联系学生：",
  copy: "复制", copied: "✓ 已复制", copyByHand: "浏览器不允许自动复制：内容已选中，请按 Ctrl+C。",
  reminder: (/** @type {string} */ a) => `【离校提醒】以下毕业生党员还没有提交《毕业生党员信息采集表》，请登录 ${a} 填写：`,
  reminderUntil: (/** @type {string} */ c, /** @type {string} */ t) => `${c && `${c}，`}请在 ${t} 前提交：`,
  reminderLate: (/** @type {string} */ c, /** @type {string} */ t) => `${c && `${c}，`}已于 ${t} 截止，请立即联系党委：`,
  views, viewHelp, whatToDo: "办理事项", batch: "批次", step: "环节", state: "状态", college: college.zh, number: "学号", name: "姓名",
  left_: "未完成", actions: "操作", form: "抬头与去向", show: "显示",
  columnsUnread: (/** @type {string} */ c) => `名册中的 ${c} 不在 university.toml 里，没有读取；若要用到，请先在那里写上。`,
  parties: /** @type {Names} */ ({ full: "中共党员", probationary: "预备党员" }),
  everyState: "全部状态", everyOne: (/** @type {string} */ fact) => `全部${fact}`, everyCollege: `全部${college.zh}`, everybody: "全部", boundsTitle: (/** @type {string} */ fact) => `办理范围：${fact}`, findStudent: "查学号或姓名", findMember: "查学号或姓名", search: "查找", find: "查找",
  nobody: "没有符合条件的学生。", nobodyLike: (/** @type {string} */ q) => `没有找到“${q}”：请核对学号；可能不在本批次，或不归您办理。`, goesOn: "（未完，后面还有）", noMorePages: "后面没有了", noneYet: "本页没有符合条件的，请看下一页。", noStepsOfYours: "您在本批次没有可办理的环节；如需权限请联系系统管理员。",
  looking: "正在查找…",
  cannotRead: (/** @type {string} */ which, /** @type {number} */ n) => `另有 ${n} 条记录系统读不出来，不在下表中：${which}。其他人不受影响；请告诉管理员。`, recordsUnreadable: (/** @type {number} */ n) => `另有 ${n} 人的记录读不出来，未计入下面的数字；请告诉管理员。`,
  rowsShown: (/** @type {number} */ n) => `显示 ${n} 行`, previousPage: "上一页", nextPage: "下一页",
  pageNumber: (/** @type {number} */ n) => `第 ${n} 页`, studentsOf: (/** @type {string} */ s) => `${s}：学生`,
  choose: (/** @type {string} */ n, /** @type {string} */ i) => `选择 ${n} ${i}`, chooseAll: "全选本页",
  decideChosen: (/** @type {number} */ n) => `批量办理所选 ${n} 人…`, keys: "键盘：回车或 ↓ 到学生，↑↓ 换行，P 通过，R 退回，Z 撤回", takeBack: "撤回", takenBack: (/** @type {string} */ n) => `${n}：已撤回`, pressedWrongly: "误操作，立即撤回",
  pass: "通过", passDots: "通过…", reject: "退回", rejectDots: "退回…", waive: "免办", waiveDots: "免办…", revoke: "撤销", revokeDots: "撤销…",
  passedOne: (/** @type {string} */ n, /** @type {string} */ s) => `${n}：“${s}”已通过`, rejectedOne: (/** @type {string} */ n, /** @type {string} */ s) => `${n}：“${s}”已退回`,
  revokedOne: (/** @type {string} */ n, /** @type {string} */ s) => `${n}：“${s}”已撤销`, waivedOne: (/** @type {string} */ n, /** @type {string} */ s) => `${n}：“${s}”已免办`,
  rejectTitle: (/** @type {string} */ n, /** @type {string} */ s) => `退回 ${n}：${s}`, rejectReason: "原因，以及学生该怎么做",
  waiveTitle: (/** @type {string} */ n, /** @type {string} */ s) => `免办 ${n}：${s}`, waiveReason: "免办原因",
  revokeTitle: (/** @type {string} */ n, /** @type {string} */ s) => `撤销 ${n}：${s}`, revokeReason: "撤销原因", revokeHelp: "撤销后，该环节回到待办理。",
  revokeAll: (/** @type {number} */ n) => `一并撤销 ${n} 个环节`, cascade: "以下环节依赖于此，将一并撤销：",
  studentSees: "学生会看到这里写的内容。", reasonMissing: "请写明原因。", amountLabel: (/** @type {string} */ unit) => `欠款金额（${unit}，选填）`, amountWrong: (/** @type {string} */ example) => `请按 45 或 ${example} 的格式填写。`,
  partsTitle: (/** @type {string} */ n) => `${n}：逐项勾选`, allParts: (/** @type {number} */ n) => `以下 ${n} 项都已办妥`, partsHelp: "全部办妥即通过；只办妥几项，先勾选保存，其余改天再办。",
  decision: "办理结果", decisions, numbers: "学号", numbersHelp: "每行一个，从 Excel 里连同姓名、金额、原因一起复制粘贴即可；也可以把表格文件（XLSX、XLS、ODS、CSV）拖到这里。", orSheet: "或选择文件",
  numbersRead: (/** @type {number} */ n) => `共 ${n} 个学号`, reading: (/** @type {string} */ f) => `正在读取 ${f}…`,
  sheetRead: (/** @type {string} */ f, /** @type {number} */ n) => `✓ ${f}：读到 ${n} 行`, reasonForAll: "原因（对全部学生相同）",
  partsForAll: "不适用于某名学生的事项会自动略过。",
  preview: "预览", previewHelp: "预览不会改动任何数据。", noNumbers: "请先粘贴学号或选择文件。", twice: { type: "twice", title: "重复", detail: "前面已有同一学号，这一行略过。" },
  previewing: "正在逐个检查…", previewTitle: "预览：执行后的结果", nothingWrittenYet: "目前没有改动任何数据。请核对下面的名单，再执行。",
  applyTo: (/** @type {string} */ d, /** @type {number} */ n) => `${d}：${n} 人`, applying: (/** @type {string} */ d) => `正在办理：${d}`,
  willBe, became, undone, stands, resultTitle: (/** @type {string} */ d, /** @type {number} */ n) => `完成：${d} ${n} 人`,
  stoppedTitle: (/** @type {number} */ n) => `已停止：完成 ${n} 人`, importNumber: "批量办理编号 ",
  undoImport: (/** @type {number} */ n) => `撤回这次批量办理（${n} 人）`, undo: "撤回",
  undoTitle: (/** @type {string} */ s, /** @type {number} */ n) => `撤回“${s}”的这次批量办理：${n} 人`,
  undoHelp: "只撤回这次写入的结果：原来被退回的恢复退回，其余回到待办理；之后被改过的保持不变，并逐行列出。", undoReason: "撤回原因", undoReasonUsual: "名单有误，撤回批量办理", undoing: "正在撤回…",
  undoneTitle: (/** @type {number} */ n) => `已撤回 ${n} 人`, undoneHelp: "有的行没有撤回，原因写在最后一列。",
  undoEarlier: (/** @type {string} */ s) => `撤回以前的批量办理：${s}`, undoneAlready: "（已撤回）", undoEarlierHelp: "这里列出本浏览器最近的批量办理；在别处办理的，编号见当时下载的结果或学生的办理历史。",
  importOf: (/** @type {string} */ t, /** @type {string} */ d, /** @type {number} */ n) => `${t} ${d} ${n} 人`,
  importTitle: (/** @type {string} */ s, /** @type {number} */ n) => `“${s}”：这次批量办理了 ${n} 人`,
  perRow: "逐行结果", rowNumber: "行", outcome: "结果", why: "说明", allRows: "全部", filter: "筛选",
  showMore: (/** @type {number} */ n) => `显示更多（还有 ${n} 行）`, downloadResult: "下载结果",
  retrying: (/** @type {string} */ t, /** @type {number} */ n) => `${t}，正在第 ${n} 次自动重试；已办理的不会丢失，也不会重复。`, goOn: "继续", stopHere: "停止",
  members: "毕业生党员", chosen: "选择", badNumber: "学号有误", memberLists, paperLists, paperViews, paperHelp, whichPaper: "文书", issueUntil: (/** @type {string} */ c, /** @type {string} */ t) => `${c}开具、补办截止 ${t}。`, issuePaper: (/** @type {string} */ p, /** @type {number} */ n) => `开具${p}（${n}）`, issuePaperHelp: "编号将连续。内容按名册填写，开具后不能改，只能补办。", formStates, exportForms: "导出信息采集表", onBehalf: "代交",
  formOf: (/** @type {string} */ n, /** @type {string} */ i) => `${n} ${i}：党员信息采集表`, onBehalfHelp: "请先与学生本人和接收单位核实。谁代交、什么时候，都有记录。",
  chooseReady: "选中本页可开具的", issueChosen: (/** @type {number} */ n) => `开具介绍信（${n}）`, issue: "开具",
  issueTitle: (/** @type {number} */ n) => `开具 ${n} 份介绍信`, issueHelp: "编号将连续。开具后，采集表不能再改，只能补办。",
  issueOdd: (/** @type {number} */ n) => `其中 ${n} 份有疑问，请确认已经核实：`, issuing: "正在开具…", issued,
  issuedTitle: (/** @type {number} */ n) => `已开具 ${n} 份`,
  printLetters: (/** @type {number} */ a, /** @type {number} */ b) => (a === b ? `打印第 ${a} 号` : `打印第 ${a}–${b} 号`),
  letter: "介绍信", paperNumber: "编号", letterLists, noLetters: "没有符合条件的介绍信。", noPapers: (/** @type {string} */ p) => `没有符合条件的“${p}”。`, valid: "开出与有效期", until: (/** @type {string} */ d) => `至 ${d}`,
  exportRegister: "导出登记簿", paper: "打印", notPrinted: "未打印", printedOn: (/** @type {string} */ t) => `${t} 已打印`,
  allPrinted: (/** @type {number} */ a, /** @type {number} */ b) => (a === b ? `第 ${a} 号已打开。打印好后，请在此登记。` : `第 ${a}–${b} 号已打开。全部打印好后，请在此登记。`),
  notePrinted: (/** @type {number} */ n) => (n === 1 ? "记为已打印" : `记为已打印（${n} 份）`), notPrintedYet: "没有打印好", printedNoted: (/** @type {number} */ n) => `已登记打印 ${n} 份`, notNoted: "以下没有登记：", printFrom: "打印编号", toNumber: "到编号", print: "打印", replacedBy: (/** @type {number} */ n) => `由第 ${n} 号取代`,
  replaces: (/** @type {number} */ n) => `取代第 ${n} 号`, receipt: "登记回执", receiptDots: "回执…",
  receiptTitle: (/** @type {number} */ n, /** @type {string} */ s) => `第 ${n} 号（${s}）：登记回执`, receivedOn: "接收日期", receivedFrom: "签收单位",
  noteReceipt: "登记", receiptNoted: (/** @type {number} */ n) => `第 ${n} 号：回执已登记`, reissue: "补办", reissueDots: "补办…",
  reissueTitle: (/** @type {number} */ n, /** @type {string} */ s) => `补办第 ${n} 号（${s}）`, reissueReason: "补办原因", threePapers: "三样材料都已收到",
  papers, reissueHelp: "原介绍信将作废，新信另编号。", reissued: (/** @type {number} */ n) => `已补办，新编号为第 ${n} 号`,
  students: "学生", finished: "已办结", unfinished: "未办结", bySteps: "按环节", byColleges: `按${college.zh}`, share: "比例", legend: "图例",
  exportProgress: "导出进度表", countAgain: "重新统计",
  history: "办理历史", when: "时间", by: "经办", whatHappened: "事项", source: "来源", roles, roleHelp, roleHelpPlain, actionWords, sources, later: "显示更多记录",
  rosterFile: "学生名册（XLSX、XLS、ODS、CSV 等表格）", rosterHelp: "可以把文件拖到这里，最多 20,000 行；教务系统导出的文件可以直接用。", rosterTemplate: "下载空白模板（XLSX）",
  importing: (/** @type {string} */ f) => `正在导入 ${f}…`, created: "新增", updatedRows: "更新", unchanged: "未变", refusedRows: "未导入的行",
  everyRowTaken: "✓ 全部行都已导入。", imported: (/** @type {number} */ n, /** @type {number} */ b) => `已导入 ${n} 行，${b} 行有问题`,
  day: "日期", nobodyCame: "这一天没有记录。", userName: "用户名", timesIn: "登录", timesRefused: "被拒绝", timesOut: "退出", recordsRead: "查看他人档案", rowsShown_: "名单显示（人次）", printedCount: "打印他人单据", rowsTaken: "导出（人次）", lastTime: "最后一次",
  kindsOfPeople: { student: "学生", staff: "教职工", external: "校外", machine: "系统" },
  staffNumber: "工号", rolesTitle: "角色", collegesTitle: `${college.zh}范围`, change: "修改", changeDots: "修改…", removeOperator: "取消权限", removeDots: "取消权限…",
  addOperator: "添加操作人员", atOnce: "改动立即生效。", operatorTitle: (/** @type {string} */ n) => `修改权限：${n}`, save: "保存",
  saved: (/** @type {string} */ n) => `已保存：${n}`, removeTitle: (/** @type {string} */ n) => `取消 ${n} 的全部权限？`,
  removeHelp: "以前的办理记录不受影响；以后可以重新添加。", removed: (/** @type {string} */ n) => `已取消：${n}`,
};
