//! What stands on a slip, which is Chinese, and in a calendar.

use chrono::{Datelike, NaiveDate};
use domain::Timestamp;
use domain::batch::Contact;
use domain::ids::{BatchId, LetterNumber};
use domain::state::State;
use domain::student::Student;
use domain::text::Lang;
use domain::university::University;
use print::SlipContact;

/// Whose slip it is.
pub(crate) fn facts(university: &University, student: &Student) -> Vec<(String, String)> {
    let own = [
        ("姓名", Some(student.personal().name.clone())),
        ("学号", Some(student.id.to_string())),
        ("学院", Some(student.college.clone())),
        ("专业", student.major.clone()),
    ];
    let own = own.into_iter().filter_map(|(what, value)| Some((what.to_owned(), value?)));
    let shown = university.facts().iter().filter(|fact| fact.slip).filter_map(|fact| {
        let value = student.facts.get(&fact.id)?;
        Some((fact.name.zh.clone(), fact.name_of(value, Lang::Zh).to_owned()))
    });
    own.chain(shown).collect()
}

/// How a step of a finished student stands; `decided` if somebody has said so.
pub(crate) fn state(state: State, decided: bool) -> &'static str {
    match state {
        State::Passed => "通过",
        State::Waived | State::Rejected | State::Ready | State::Blocked if decided => "免办",
        State::Waived | State::Rejected | State::Ready | State::Blocked => "无需办理",
    }
}

/// A day.
pub(crate) fn day(day: NaiveDate) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// Which checkpoints hold the record as it is on the slip: one is taken each morning.
pub(crate) fn checkpoint(batch: &BatchId, printed_at: Timestamp) -> String {
    let next = printed_at.date_naive().succ_opt().unwrap_or(printed_at.date_naive());
    format!("列入 {next} 起的存证 lixiao/{batch}")
}

/// Whom to ask.
pub(crate) fn contact(contact: &Contact) -> SlipContact {
    let hours = contact.hours.as_ref().map(|hours| format!("（{}）", hours.zh)).unwrap_or_default();
    SlipContact {
        about: format!("{}：{}", contact.topic.zh, contact.name.zh),
        reach: format!("{}{hours}", contact.phone.clone().unwrap_or_default()),
    }
}

/// The last day of a letter: what it is, and what to do.
pub(crate) fn last_day(number: LetterNumber, lang: Lang) -> (String, &'static str) {
    match lang {
        Lang::Zh => (
            format!("第 {number:04} 号组织关系介绍信最后一天"),
            "今天是最后一天：请今天把介绍信交到接收单位，并请对方把回执寄回研究生院党委。",
        ),
        Lang::En => (
            format!("Last day of introduction letter {number:04}"),
            "Today is the last day: take the letter to the receiver, and have the receipt sent back to the party office.",
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
