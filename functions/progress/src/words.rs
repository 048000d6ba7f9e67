//! What stands on sheets: titles, columns with their widths in characters, states. Those of the party introduction are
//! Chinese, as it is, where that is spoken; all others are in the reader's language.

use domain::Timestamp;
use domain::batch::Step;
use domain::decide::form::FormState;
use domain::paper::Paper;
use domain::party::form::TransferKind;
use domain::party::letter::{LetterState, Standing};
use domain::state::State;
use domain::text::{Lang, Text};
use domain::university::{Currency, University};

/// The names of sheets.
pub(crate) const FORMS: &str = "采集表";

pub(crate) fn register_name(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "登记簿",
        Lang::En => "Register",
    }
}

/// In which language a paper's register is: a party introduction's in its own, where that is spoken.
pub(crate) fn of_register(paper: &Paper, university: &University, lang: Lang) -> Lang {
    if paper.party().is_some() && university.languages().contains(&Lang::Zh) { Lang::Zh } else { lang }
}

/// The heading of the column of colleges, in each language, unless the university calls them otherwise.
pub(crate) const COLLEGE: [&str; 2] = ["学院", "College"];

pub(crate) fn by_step(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "按环节",
        Lang::En => "By step",
    }
}

pub(crate) fn by_college(university: &University, lang: Lang) -> String {
    match (university.college(), lang) {
        (None, Lang::Zh) => "按学院".to_owned(),
        (None, Lang::En) => "By college".to_owned(),
        (Some(college), Lang::Zh) => format!("按{}", college.zh),
        (Some(college), Lang::En) => format!("By {}", college.en),
    }
}

pub(crate) const FORM_COLUMNS: [(&str, f64); 16] = [
    ("序号", 6.0),
    ("学院", 22.0),
    ("学号", 14.0),
    ("姓名", 14.0),
    ("性别", 6.0),
    ("民族", 10.0),
    ("身份证号", 21.0),
    ("党员类别", 12.0),
    ("介绍信抬头", 34.0),
    ("去向", 34.0),
    ("转往类别", 10.0),
    ("接收单位联系人", 14.0),
    ("接收单位电话", 16.0),
    ("本人电话", 14.0),
    ("是否已提交", 11.0),
    ("介绍信编号", 11.0),
];

/// What kind of member somebody is.
pub(crate) fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Full => "中共党员",
        Standing::Probationary => "中共预备党员",
    }
}

/// The columns of the form, which other papers haven't.
pub(crate) const OF_THE_FORM: [usize; 5] = [4, 5, 6, 10, 11];

pub(crate) fn letter_columns(lang: Lang) -> &'static [(&'static str, f64)] {
    match lang {
        Lang::Zh => &LETTERS_ZH,
        Lang::En => &LETTERS_EN,
    }
}

const LETTERS_EN: [(&str, f64); 18] = [
    ("Number", 8.0),
    ("Student number", 14.0),
    ("Name", 14.0),
    ("College", 22.0),
    ("Heading", 34.0),
    ("Destination", 34.0),
    ("Transfer", 10.0),
    ("Issued on", 12.0),
    ("Valid until", 12.0),
    ("Telephone", 14.0),
    ("Contact at the receiver", 16.0),
    ("Receiver's telephone", 14.0),
    ("Printed on", 12.0),
    ("State", 10.0),
    ("Receipt of", 12.0),
    ("Receipt from", 26.0),
    ("Replaces", 8.0),
    ("Replaced by", 8.0),
];

const LETTERS_ZH: [(&str, f64); 18] = [
    ("编号", 8.0),
    ("学号", 14.0),
    ("姓名", 14.0),
    ("学院", 22.0),
    ("抬头", 34.0),
    ("去向", 34.0),
    ("转往类别", 10.0),
    ("开出日期", 12.0),
    ("有效期至", 12.0),
    ("电话", 14.0),
    ("接收单位联系人", 16.0),
    ("接收单位电话", 14.0),
    ("打印日期", 12.0),
    ("状态", 10.0),
    ("回执日期", 12.0),
    ("回执单位", 26.0),
    ("取代", 8.0),
    ("被取代", 8.0),
];

/// Those of counts by step; a column for each state follows.
pub(crate) fn step_columns(lang: Lang) -> [(&'static str, f64); 2] {
    match lang {
        Lang::Zh => [("序号", 6.0), ("环节", 44.0)],
        Lang::En => [("No.", 6.0), ("Step", 44.0)],
    }
}

pub(crate) fn college_columns(lang: Lang) -> [(&'static str, f64); 3] {
    match lang {
        Lang::Zh => [("学院", 34.0), ("学生", 10.0), ("已办结", 10.0)],
        Lang::En => [("College", 34.0), ("Students", 10.0), ("Finished", 10.0)],
    }
}

pub(crate) fn forms_of(batch: &Text, count: usize) -> String {
    format!("毕业生党员信息采集表（{}，共 {count} 人）", batch.zh)
}

pub(crate) fn register_of(batch: &Text, paper: &Paper, count: usize, lang: Lang) -> String {
    let name = match lang {
        Lang::Zh if paper.party().is_some() => "组织关系介绍信",
        lang => paper.name.of(lang),
    };
    match lang {
        Lang::Zh => format!("{name}登记簿（{}，共 {count} 份）", batch.zh),
        Lang::En => format!("{name}: register ({}, {count})", batch.en),
    }
}

pub(crate) fn progress_of(batch: &Text, at: Timestamp, unreadable: usize, lang: Lang) -> String {
    let (batch, at) = (batch.of(lang), at.format("%Y-%m-%d %H:%M"));
    match (lang, unreadable) {
        (Lang::Zh, 0) => format!("离校办理进度（{batch}，{at}）"),
        (Lang::Zh, _) => format!("离校办理进度（{batch}，{at}，另有 {unreadable} 人的记录无法读取）"),
        (Lang::En, 0) => format!("Progress ({batch}, {at})"),
        (Lang::En, _) => format!("Progress ({batch}, {at}; the records of {unreadable} can't be read)"),
    }
}

/// In the place of a college, of somebody whose record can't be read.
pub(crate) fn unreadable(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "记录无法读取",
        Lang::En => "can't be read",
    }
}

pub(crate) fn letter(state: LetterState, lang: Lang) -> &'static str {
    match (state, lang) {
        (LetterState::Issued, Lang::Zh) => "已开出",
        (LetterState::Returned, Lang::Zh) => "回执已收",
        (LetterState::Expired, Lang::Zh) => "已过期",
        (LetterState::Void, Lang::Zh) => "已作废",
        (LetterState::Issued, Lang::En) => "issued",
        (LetterState::Returned, Lang::En) => "receipt received",
        (LetterState::Expired, Lang::En) => "expired",
        (LetterState::Void, Lang::En) => "void",
    }
}

/// Where a member's relation moves, in words.
pub(crate) fn transfer(kind: TransferKind, lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => kind.chinese(),
        Lang::En => kind.word(),
    }
}

pub(crate) fn state(state: State, lang: Lang) -> &'static str {
    match (state, lang) {
        (State::Passed, Lang::Zh) => "通过",
        (State::Waived, Lang::Zh) => "免办",
        (State::Rejected, Lang::Zh) => "退回",
        (State::Ready, Lang::Zh) => "待办理",
        (State::Blocked, Lang::Zh) => "待前置",
        (State::Passed, Lang::En) => "passed",
        (State::Waived, Lang::En) => "excused",
        (State::Rejected, Lang::En) => "turned down",
        (State::Ready, Lang::En) => "ready",
        (State::Blocked, Lang::En) => "blocked",
    }
}

/// The columns of a list of students, before and behind those of the university's facts; of one without a step they say what
/// each lacks.
pub(crate) fn student_columns(of_step: bool, lang: Lang) -> [&'static [(&'static str, f64)]; 2] {
    match (lang, of_step) {
        (Lang::Zh, true) => [
            &[("序号", 6.0), ("学院", 22.0), ("学号", 14.0), ("姓名", 14.0)],
            &[
                ("状态", 10.0),
                ("日期", 12.0),
                ("原因", 34.0),
                ("欠款", 10.0),
                ("电话", 16.0),
                ("电子邮箱", 26.0),
            ],
        ],
        (Lang::Zh, false) => [
            &[("序号", 6.0), ("学院", 22.0), ("学号", 14.0), ("姓名", 14.0)],
            &[("还差几项", 9.0), ("未办结的环节", 60.0), ("电话", 16.0), ("电子邮箱", 26.0)],
        ],
        (Lang::En, true) => [
            &[("No.", 6.0), ("College", 22.0), ("Student number", 14.0), ("Name", 14.0)],
            &[
                ("State", 12.0),
                ("Date", 12.0),
                ("Reason", 34.0),
                ("Amount", 10.0),
                ("Telephone", 16.0),
                ("E-mail", 26.0),
            ],
        ],
        (Lang::En, false) => [
            &[("No.", 6.0), ("College", 22.0), ("Student number", 14.0), ("Name", 14.0)],
            &[("Left", 9.0), ("Steps that are left", 60.0), ("Telephone", 16.0), ("E-mail", 26.0)],
        ],
    }
}

/// The name of the sheet.
pub(crate) fn list_name(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "名单",
        Lang::En => "Students",
    }
}

/// Between the steps that somebody lacks.
pub(crate) fn comma(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "；",
        Lang::En => "; ",
    }
}

/// Which list it is, how many are on it and what they owe together.
pub(crate) fn list_of(
    batch: &Text,
    step: Option<&Step>,
    of: Option<State>,
    count: usize,
    (owed, currency): (i64, &Currency),
    lang: Lang,
) -> String {
    let unit = 10_i64.pow(currency.digits.into());
    let owed = (owed > 0).then(|| {
        let part = if currency.digits == 0 {
            String::new()
        } else {
            format!(".{:0>1$}", owed % unit, usize::from(currency.digits))
        };
        format!("{}{part} {}", owed / unit, currency.code)
    });
    let step = step.map(|step| format!("{} {}", step.number, step.name.of(lang)));
    let of = of.map(|of| state(of, lang));
    let batch = batch.of(lang);
    match lang {
        Lang::Zh => {
            let what = step.map_or_else(
                || "未办结名单".to_owned(),
                |step| format!("{step}{}", of.map(|of| format!("：{of}")).unwrap_or_default()),
            );
            let owed = owed.map(|owed| format!("，欠款合计 {owed}")).unwrap_or_default();
            format!("{what}（{batch}，{count} 人{owed}）")
        }
        Lang::En => {
            let what = step.map_or_else(
                || "Not finished".to_owned(),
                |step| format!("{step}{}", of.map(|of| format!(": {of}")).unwrap_or_default()),
            );
            let owed = owed.map(|owed| format!(", {owed} owed")).unwrap_or_default();
            format!("{what} ({batch}; {count} students{owed})")
        }
    }
}

pub(crate) fn yes_no(yes: bool) -> &'static str {
    if yes { "是" } else { "否" }
}

/// Which list it is, of which batch or day, and how many are on it.
pub(crate) fn counted(list: &str, of: &str, count: usize, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{list}（{of}，共 {count} 人）"),
        Lang::En => format!("{list} ({of}, {count})"),
    }
}

pub(crate) fn operators_name(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "操作人员",
        Lang::En => "Operators",
    }
}

pub(crate) fn removed_name(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "已移出的学生",
        Lang::En => "Taken out",
    }
}

pub(crate) fn door_name(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "使用记录",
        Lang::En => "Record of use",
    }
}

/// Those of a sheet of rights, and the two dates.
pub(crate) fn operator_columns(lang: Lang) -> &'static [(&'static str, f64)] {
    match lang {
        Lang::Zh => {
            &[("工号", 14.0), ("姓名", 14.0), ("部门", 30.0), ("学院", 30.0), ("自", 12.0), ("至", 12.0)]
        }
        Lang::En => &[
            ("Staff number", 14.0),
            ("Name", 14.0),
            ("Office", 30.0),
            ("College", 30.0),
            ("From", 12.0),
            ("Until", 12.0),
        ],
    }
}

pub(crate) fn removed_columns(lang: Lang) -> &'static [(&'static str, f64)] {
    match lang {
        Lang::Zh => &[
            ("序号", 6.0),
            ("学院", 22.0),
            ("学号", 14.0),
            ("姓名", 14.0),
            ("原因", 34.0),
            ("经办", 14.0),
            ("时间", 18.0),
        ],
        Lang::En => &[
            ("No.", 6.0),
            ("College", 22.0),
            ("Student number", 14.0),
            ("Name", 14.0),
            ("Reason", 34.0),
            ("By", 14.0),
            ("When", 18.0),
        ],
    }
}

pub(crate) fn member_columns(lang: Lang) -> &'static [(&'static str, f64)] {
    match lang {
        Lang::Zh => &[
            ("序号", 6.0),
            ("学院", 22.0),
            ("学号", 14.0),
            ("姓名", 14.0),
            ("电话", 16.0),
            ("状态", 10.0),
            ("编号", 10.0),
            ("有效期至", 12.0),
        ],
        Lang::En => &[
            ("No.", 6.0),
            ("College", 22.0),
            ("Student number", 14.0),
            ("Name", 14.0),
            ("Telephone", 16.0),
            ("State", 12.0),
            ("Number", 10.0),
            ("Valid until", 12.0),
        ],
    }
}

pub(crate) fn form_state(state: FormState, lang: Lang) -> &'static str {
    match (state, lang) {
        (FormState::Missing, Lang::Zh) => "未提交",
        (FormState::ToCheck, Lang::Zh) => "有疑问",
        (FormState::Ready, Lang::Zh) => "可开具",
        (FormState::Issued, Lang::Zh) => "已开具",
        (FormState::Missing, Lang::En) => "no form",
        (FormState::ToCheck, Lang::En) => "to check",
        (FormState::Ready, Lang::En) => "ready",
        (FormState::Issued, Lang::En) => "issued",
    }
}

pub(crate) fn door_columns(lang: Lang) -> &'static [(&'static str, f64)] {
    match lang {
        Lang::Zh => &[
            ("用户名", 14.0),
            ("登录", 8.0),
            ("被拒绝", 8.0),
            ("退出", 8.0),
            ("查看他人档案", 12.0),
            ("名单显示（人次）", 12.0),
            ("打印他人单据", 12.0),
            ("导出（人次）", 12.0),
            ("最后一次", 26.0),
        ],
        Lang::En => &[
            ("User", 14.0),
            ("Signed in", 8.0),
            ("Refused", 8.0),
            ("Signed out", 8.0),
            ("Records read", 12.0),
            ("Rows shown", 12.0),
            ("Printed", 12.0),
            ("Rows taken", 12.0),
            ("Last", 26.0),
        ],
    }
}
