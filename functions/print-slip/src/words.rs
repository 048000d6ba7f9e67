//! What stands on a slip, which is in the university's first language, and in a calendar.

use chrono::{Datelike, NaiveDate};
use domain::Timestamp;
use domain::batch::Contact;
use domain::ids::{BatchId, LetterNumber};
use domain::state::State;
use domain::student::Student;
use domain::text::Lang;
use domain::university::University;
use print::{SlipContact, SlipWords};

/// The words of every slip.
pub(crate) fn slip(lang: Lang) -> SlipWords {
    match lang {
        Lang::Zh => SlipWords {
            language: "zh-CN",
            number: "编号",
            student: "学生信息",
            steps: "各环节办理结果",
            columns: ["序号", "环节", "办理部门", "结果", "办理人", "办理时间"],
            verify: "扫描右侧二维码可核验本单真伪；码中没有姓名和学号。",
            code: "核验本单的二维码",
            seal: "（盖章）",
            printed_at: "打印时间",
        },
        Lang::En => SlipWords {
            language: "en",
            number: "No.",
            student: "Who the slip is of",
            steps: "What each step came to",
            columns: ["No.", "Step", "Office", "Result", "By", "On"],
            verify: "Scan the code to verify this slip; it holds neither name nor number.",
            code: "The code that verifies this slip",
            seal: "(seal)",
            printed_at: "Printed",
        },
    }
}

/// That all is done.
pub(crate) fn statement(completed_on: NaiveDate, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("以上应办环节已于{}全部办结。", day(completed_on, lang)),
        Lang::En => format!("All that is required above was completed by {}.", day(completed_on, lang)),
    }
}

/// Whose slip it is.
pub(crate) fn facts(university: &University, student: &Student, lang: Lang) -> Vec<(String, String)> {
    let [name, number, college, major] = match lang {
        Lang::Zh => ["姓名", "学号", "学院", "专业"],
        Lang::En => ["Name", "Number", "College", "Major"],
    };
    let college = university.college().map_or(college, |name| name.of(lang));
    let own = [
        (name, Some(student.personal().name.clone())),
        (number, Some(student.id.to_string())),
        (college, Some(student.college.clone())),
        (major, student.major.clone()),
    ];
    let own = own.into_iter().filter_map(|(what, value)| Some((what.to_owned(), value?)));
    let shown = university.facts().iter().filter(|fact| fact.slip).filter_map(|fact| {
        let value = student.facts.get(&fact.id)?;
        Some((fact.name.of(lang).to_owned(), fact.name_of(value, lang).to_owned()))
    });
    own.chain(shown).collect()
}

/// Why a step of a finished student that hasn't passed is none of theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spared {
    /// Somebody has excused them.
    Excused,
    /// They might have done it.
    Optional,
    /// It isn't for them.
    NotTheirs,
}

/// How a step of a finished student stands.
pub(crate) fn state(state: State, spared: Spared, lang: Lang) -> &'static str {
    match (state, spared, lang) {
        (State::Passed, _, Lang::Zh) => "通过",
        (State::Passed, _, Lang::En) => "passed",
        (_, Spared::Excused, Lang::Zh) => "免办",
        (_, Spared::Excused, Lang::En) => "excused",
        (_, Spared::Optional, Lang::Zh) => "可不办",
        (_, Spared::Optional, Lang::En) => "optional",
        (_, Spared::NotTheirs, Lang::Zh) => "无需办理",
        (_, Spared::NotTheirs, Lang::En) => "not needed",
    }
}

/// A day.
fn day(day: NaiveDate, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
        Lang::En => day.format("%-d %B %Y").to_string(),
    }
}

/// Which checkpoints hold the record as it is on the slip: one is taken each morning.
pub(crate) fn checkpoint(batch: &BatchId, printed_at: Timestamp, lang: Lang) -> String {
    let next = printed_at.date_naive().succ_opt().unwrap_or(printed_at.date_naive());
    match lang {
        Lang::Zh => format!("列入 {next} 起的存证 lixiao/{batch}"),
        Lang::En => format!("In the checkpoints lixiao/{batch} from {next} on"),
    }
}

/// Whom to ask.
pub(crate) fn contact(contact: &Contact, lang: Lang) -> SlipContact {
    let (topic, name) = (contact.topic.of(lang), contact.name.of(lang));
    let (about, hours) = match lang {
        Lang::Zh => {
            (format!("{topic}：{name}"), contact.hours.as_ref().map(|hours| format!("（{}）", hours.zh)))
        }
        Lang::En => {
            (format!("{topic}: {name}"), contact.hours.as_ref().map(|hours| format!(" ({})", hours.en)))
        }
    };
    let phone = contact.phone.clone().unwrap_or_default();
    SlipContact { about, reach: format!("{phone}{}", hours.unwrap_or_default()) }
}

/// The last day of a letter: what it is, and what to do.
pub(crate) fn last_day(number: LetterNumber, lang: Lang) -> (String, &'static str) {
    match lang {
        Lang::Zh => (
            format!("第 {number:04} 号组织关系介绍信最后一天"),
            "今天是最后一天：请今天把介绍信交到接收单位，并请对方把回执寄回开具部门。",
        ),
        Lang::En => (
            format!("Last day of introduction letter {number:04}"),
            "Today is the last day: take the letter to the receiver, and have the receipt sent back to the office that issued it.",
        ),
    }
}

/// A reminder so many days before it.
pub(crate) fn alarm(number: LetterNumber, days: i64, lang: Lang) -> String {
    match (lang, days) {
        (Lang::Zh, 0) => format!("第 {number:04} 号介绍信今天是最后一天"),
        (Lang::Zh, _) => format!("第 {number:04} 号介绍信还有 {days} 天到期，请交到接收单位"),
        (Lang::En, 0) => format!("Introduction letter {number:04}: today is the last day"),
        (Lang::En, 1) => format!("Introduction letter {number:04} expires tomorrow: take it to the receiver"),
        (Lang::En, _) => {
            format!("Introduction letter {number:04} expires in {days} days: take it to the receiver")
        }
    }
}
