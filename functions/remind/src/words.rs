//! What a mail says, in each of the university's languages, its first on top. No reason, no amount, no number but of a letter.

use std::fmt::Write as _;

use chrono::{Datelike as _, NaiveDate, TimeDelta};
use domain::Timestamp;
use domain::ids::LetterNumber;
use domain::remind::OpenStep;
use domain::state::WaitingFor;
use domain::text::Lang;

use crate::gather::{Digest, Section};

/// The most letters that are named one by one.
const MOST_NAMED: usize = 30;

/// Subject and body.
pub(crate) fn write(digest: &Digest, address: &str, spoken: &[Lang]) -> (String, String) {
    let subjects: Vec<String> = spoken.iter().map(|lang| subject(digest, *lang)).collect();
    let parts: Vec<String> = spoken.iter().map(|lang| part(digest, address, *lang)).collect();
    (subjects.join(" / "), parts.join("\n————————\n\n"))
}

/// The most pressing thing.
fn subject(digest: &Digest, lang: Lang) -> String {
    let open: usize = digest.sections.iter().map(|section| section.open.len()).sum();
    let waiting: usize = digest.sections.iter().flat_map(|s| &s.waiting).map(|(_, count)| count).sum();
    let missing: usize = digest.sections.iter().map(|section| section.missing.len()).sum();
    let ends = digest.sections.iter().any(|section| section.letter.is_some());
    match lang {
        Lang::Zh if open > 0 => format!("离校手续还有 {open} 个环节未办"),
        Lang::Zh if ends => "组织关系介绍信即将到期".to_owned(),
        Lang::Zh if waiting > 0 => format!("离校手续：{waiting} 项等您办理"),
        Lang::Zh => format!("{missing} 份介绍信未收到回执"),
        Lang::En if open > 0 => format!("{open} clearance steps left"),
        Lang::En if ends => "your introduction letter expires soon".to_owned(),
        Lang::En if waiting > 0 => format!("{waiting} clearances wait for you"),
        Lang::En => format!("{missing} letters without a receipt"),
    }
}

fn part(digest: &Digest, address: &str, lang: Lang) -> String {
    let mut body = String::new();
    let name = digest.name.as_deref();
    let greeting = match (lang, digest.person.is_student()) {
        (Lang::Zh, true) => format!("{}同学：", name.unwrap_or_default()),
        (Lang::Zh, false) => name.map_or("老师：".to_owned(), |name| format!("{name}老师：")),
        (Lang::En, _) => name.map_or("Hello,".to_owned(), |name| format!("Dear {name},")),
    };
    let _ = writeln!(body, "{greeting}\n");
    for section in &digest.sections {
        say(&mut body, section, lang);
    }
    let _ = match lang {
        Lang::Zh => writeln!(body, "详情请登录查看：{address}/\n本邮件由系统发出，每天至多一封；请勿回复。"),
        Lang::En => writeln!(
            body,
            "Sign in to see more: {address}/\nSent by the system, at most once a day. Please do not reply."
        ),
    };
    body
}

fn say(body: &mut String, section: &Section, lang: Lang) {
    let batch = section.batch.name().of(lang);
    let last = last_day(section.batch.window().closes, lang);
    if !section.open.is_empty() {
        let left = section.open.len();
        let _ = match lang {
            Lang::Zh => {
                writeln!(body, "您在“{batch}”中还有 {left} 个环节未办，系统开放到 {last}（含当日）：\n")
            }
            Lang::En => writeln!(
                body,
                "{batch}: you have {left} steps left. The system is open until {last}, that day included.\n"
            ),
        };
        section.open.iter().for_each(|step| open_step(body, step, lang));
        body.push('\n');
    }
    if let Some((number, valid_until)) = section.letter {
        let until = day(valid_until, lang);
        let _ = match lang {
            Lang::Zh => writeln!(
                body,
                "您的组织关系介绍信（第 {number} 号）有效期到 {until}。请尽快交到接收单位，并把回执原件交回党委。\n"
            ),
            Lang::En => writeln!(
                body,
                "Your introduction letter no. {number} is valid until {until}. Take it to the receiver, and see that the receipt's original comes back to the party office.\n"
            ),
        };
    }
    if !section.waiting.is_empty() {
        let _ = match lang {
            Lang::Zh => writeln!(body, "“{batch}”有学生在等您办理，系统开放到 {last}（含当日）：\n"),
            Lang::En => writeln!(
                body,
                "{batch}: students wait for you. The system is open until {last}, that day included.\n"
            ),
        };
        for (step, count) in &section.waiting {
            let name = step.name.of(lang);
            let _ = match lang {
                Lang::Zh => writeln!(body, "  {}. {name}：{count} 人", step.id),
                Lang::En => writeln!(body, "  {}. {name}: {count}", step.id),
            };
        }
        body.push('\n');
    }
    if !section.missing.is_empty() {
        let (count, numbers) = (section.missing.len(), named(&section.missing));
        let _ = match lang {
            Lang::Zh => writeln!(body, "“{batch}”有 {count} 份介绍信已过有效期，尚未收到回执：{numbers}\n"),
            Lang::En => {
                writeln!(body, "{batch}: {count} letters have expired and no receipt has come: {numbers}\n")
            }
        };
    }
}

fn open_step(body: &mut String, step: &OpenStep, lang: Lang) {
    let waits = match (step.waiting_for, lang) {
        (WaitingFor::You, Lang::Zh) => "需要您处理",
        (WaitingFor::You, Lang::En) => "you must act",
        (WaitingFor::Office, Lang::Zh) => "等部门办理",
        (WaitingFor::Office, Lang::En) => "the office decides",
        (WaitingFor::Prerequisite, Lang::Zh) => "等前面的环节",
        (WaitingFor::Prerequisite, Lang::En) => "after an earlier step",
    };
    let desk = &step.desk;
    let place = desk.place.as_ref().map(|place| place.of(lang));
    let hours = desk.hours.as_ref().map(|hours| hours.of(lang));
    let found: Vec<&str> = [place, desk.phone.as_deref(), hours].into_iter().flatten().collect();
    let (comma, open, close) = match lang {
        Lang::Zh => ("，", "（", "）"),
        Lang::En => (", ", " (", ")"),
    };
    let mut office = step.office.of(lang).to_owned();
    if !found.is_empty() {
        let _ = write!(office, "{open}{}{close}", found.join(comma));
    }
    let _ = writeln!(body, "  {}. {} – {office}{comma}{waits}", step.step.id, step.step.name.of(lang));
}

fn named(numbers: &std::collections::BTreeSet<LetterNumber>) -> String {
    let first: Vec<String> = numbers.iter().take(MOST_NAMED).map(ToString::to_string).collect();
    let more = if numbers.len() > MOST_NAMED { ", …" } else { "" };
    format!("{}{more}", first.join(", "))
}

/// The last day inside, of an end that is the first instant outside.
fn last_day(end: Timestamp, lang: Lang) -> String {
    day((end - TimeDelta::seconds(1)).date_naive(), lang)
}

fn day(day: NaiveDate, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
        Lang::En => day.format("%-d %B %Y").to_string(),
    }
}
