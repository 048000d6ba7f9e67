//! Reads a batch file and refuses one that isn't sound: what is wrong, on which line, what to do.

mod party;
mod raw;
mod steps;

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use chrono::Datelike;
use ipnet::IpNet;
use toml::Spanned;
use toml::value::Datetime;

use self::raw::{RawBatch, RawContact, RawNetwork, RawReminders, RawWindow};
use crate::Instant;
use crate::batch::{Batch, Contact, Network, Window};
use crate::ids::{BatchId, StepNumber};
use crate::refusal::check_line;
use crate::rehearsal::rehearse;
use crate::remind::Reminders;
use crate::text::Text;

/// The most steps a batch may have: a revocation of all of them still fits one transaction.
pub const MOST_STEPS: usize = 60;
/// The most characters of a name.
const LONGEST_NAME: usize = 100;

/// One thing that is wrong with a batch file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong and what to do.
    pub what: Text,
    step: Option<StepNumber>,
}

impl Fault {
    /// The fault of a file that isn't UTF-8, found at a byte.
    pub fn not_utf8(bytes: &[u8], at: usize) -> Self {
        let line = 1 + bytes.iter().take(at).filter(|byte| **byte == b'\n').count();
        let what = Text {
            zh: "文件不是 UTF-8 编码：请另存为 UTF-8".to_owned(),
            en: "the file is not UTF-8: save it as UTF-8".to_owned(),
        };
        Self { line, what, step: None }
    }

    /// A fault of a step, whose line is looked up later.
    pub(crate) fn of_step(step: StepNumber, what: Text) -> Self {
        Self { line: 0, what, step: Some(step) }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} / {}", self.line, self.what.zh, self.what.en)
    }
}

/// A batch, and what an administrator should look at again although it stops nothing.
#[derive(Debug)]
pub struct Read {
    /// The batch.
    pub batch: Batch,
    /// What deserves another look.
    pub advice: Vec<Fault>,
    /// On which line each step begins.
    step_lines: BTreeMap<StepNumber, usize>,
}

/// Reads the batch that stands in a file named `<stem>.toml`, and rehearses it.
pub fn read(stem: &str, text: &str) -> Result<Read, Vec<Fault>> {
    let read = read_sound(stem, text)?;
    let stuck = rehearse(&read.batch).into_iter().map(|fault| {
        let line = fault.step.and_then(|step| read.step_lines.get(&step)).copied().unwrap_or(1);
        Fault { line, ..fault }
    });
    let faults: Vec<Fault> = stuck.collect();
    if faults.is_empty() { Ok(read) } else { Err(faults) }
}

/// The same without the rehearsal, which takes longer than all the rest of a function's start. What it
/// gives is sound; whether somebody gets stuck in it has been asked by `lixiao check` before it was deployed.
pub fn read_sound(stem: &str, text: &str) -> Result<Read, Vec<Fault>> {
    let lines = Lines::of(text);
    let raw: RawBatch = toml::from_str(text).map_err(|error| vec![not_toml(&lines, &error)])?;
    let mut check = Check { lines, faults: Vec::new(), advice: Vec::new() };
    let batch = check.batch(stem, raw);
    let Check { lines: _, mut faults, advice } = check;
    match batch {
        Some((batch, step_lines)) if faults.is_empty() => Ok(Read { batch, advice, step_lines }),
        _ => {
            faults.sort_by_key(|fault| fault.line);
            Err(faults)
        }
    }
}

fn not_toml(lines: &Lines, error: &toml::de::Error) -> Fault {
    let line = error.span().map_or(1, |span| lines.at(&span));
    let message = error.message().replace('\n', " ");
    let what = Text {
        zh: format!("文件格式有误：{message}；请对照 2018-01.toml 修改这一行"),
        en: format!("{message}: write this line as in 2018-01.toml"),
    };
    Fault { line, what, step: None }
}

/// Where each line of a text starts.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        Self(std::iter::once(0).chain(text.match_indices('\n').map(|(i, _)| i + 1)).collect())
    }

    fn at(&self, span: &Range<usize>) -> usize {
        self.0.partition_point(|start| *start <= span.start)
    }
}

/// Collects faults while a raw file becomes a batch.
struct Check {
    lines: Lines,
    faults: Vec<Fault>,
    advice: Vec<Fault>,
}

impl Check {
    fn fault(&mut self, span: &Range<usize>, zh: impl Into<String>, en: impl Into<String>) {
        let line = self.lines.at(span);
        self.faults.push(Fault { line, what: Text { zh: zh.into(), en: en.into() }, step: None });
    }

    fn id<T: std::str::FromStr>(&mut self, text: &Spanned<String>, zh: &str, en: &str) -> Option<T> {
        let id = text.get_ref().parse().ok();
        if id.is_none() {
            let given = text.get_ref();
            self.fault(
                &text.span(),
                format!("“{given}”不是{zh}：只用小写字母、数字和连字符"),
                format!("\"{given}\" is no {en}: use small letters, digits and hyphens"),
            );
        }
        id
    }

    fn name(&mut self, zh: &Spanned<String>, en: &Spanned<String>) -> Text {
        for text in [zh, en] {
            if check_line("name", text.get_ref(), LONGEST_NAME).is_err() {
                self.fault(
                    &text.span(),
                    "名称为空、过长或含不可见字符：请写上中文名和英文名",
                    "empty or too long a name, or one with unseen characters: give one in Chinese and English",
                );
            }
        }
        Text { zh: zh.get_ref().clone(), en: en.get_ref().clone() }
    }

    fn instant(&mut self, at: &Spanned<Datetime>) -> Option<Instant> {
        let instant = Instant::parse_from_rfc3339(&at.get_ref().to_string()).ok();
        let instant = instant.filter(|instant| (2000..=2999).contains(&instant.year()));
        if instant.is_none() {
            self.fault(
                &at.span(),
                "时刻须带时区，例如 2017-12-15T00:00:00+08:00",
                "an instant needs its offset, as in 2017-12-15T00:00:00+08:00",
            );
        }
        instant.map(|instant| instant.with_timezone(&crate::shanghai()))
    }

    /// Both instants, complaining when the later isn't later.
    fn in_order(
        &mut self,
        names: [&str; 2],
        earlier: Option<Instant>,
        later: &Spanned<Datetime>,
    ) -> Option<Instant> {
        let at = self.instant(later)?;
        if earlier.is_some_and(|earlier| at < earlier) {
            let [first, second] = names;
            self.fault(
                &later.span(),
                format!("{second} 早于 {first}：请把它改到 {first} 之后"),
                format!("{second} is before {first}: move it after {first}"),
            );
        }
        Some(at)
    }

    fn batch(&mut self, stem: &str, raw: RawBatch) -> Option<(Batch, BTreeMap<StepNumber, usize>)> {
        let id = self.id::<BatchId>(&raw.id, "批次编号", "batch id");
        if raw.id.get_ref() != stem {
            self.fault(
                &raw.id.span(),
                format!("id 与文件名不符：文件叫 {stem}.toml，请改成一致"),
                format!("the id differs from the file's name {stem}.toml: make them the same"),
            );
        }
        let name = self.name(&raw.name, &raw.name_en);
        let window = self.window(&raw.window);
        let network = self.network(raw.network);
        let contacts = raw.contacts.into_iter().map(contact).collect();
        let offices = self.offices(raw.offices);
        let (steps, step_lines) = self.steps(raw.steps, &offices);
        let order = self.order(&steps, &step_lines);
        let reminders = raw.reminders.map(|raw| self.reminders(&raw));
        let retained = &raw.window.retained_until;
        let party = self.party(&raw.party, window.as_ref());
        self.in_order(
            ["receipts_until", "retained_until"],
            party.as_ref().map(|p| p.receipts_until),
            retained,
        );
        self.idle_offices(&offices, &steps);
        let offices = offices.into_iter().map(|(id, (office, _))| (id, office)).collect();
        let batch = Batch {
            id: id?,
            name,
            window: window?,
            network,
            contacts,
            offices,
            steps,
            order: order?,
            party: party?,
            reminders,
        };
        Some((batch, step_lines))
    }

    fn window(&mut self, raw: &RawWindow) -> Option<Window> {
        let opens = self.instant(&raw.opens);
        let closes = self.in_order(["opens", "closes"], opens, &raw.closes);
        if closes.is_some() && closes == opens {
            self.fault(
                &raw.closes.span(),
                "closes 与 opens 相同，批次永远不开放：closes 写截止日的次日零点",
                "closes equals opens, so the batch is never open: write midnight after the last day",
            );
        }
        let readable_until = self.in_order(["closes", "readable_until"], closes, &raw.readable_until);
        let retained_until =
            self.in_order(["readable_until", "retained_until"], readable_until, &raw.retained_until);
        Some(Window {
            opens: opens?,
            closes: closes?,
            readable_until: readable_until?,
            retained_until: retained_until?,
        })
    }

    fn reminders(&mut self, raw: &RawReminders) -> Reminders {
        for days in [&raw.window_days, &raw.letter_days] {
            if !(1..=60).contains(days.get_ref()) {
                self.fault(
                    &days.span(),
                    format!("提前 {} 天提醒：须在 1 到 60 天之间；不想提醒就删去 [reminders]", days.get_ref()),
                    format!(
                        "reminders {} days before: it must be 1 to 60; to remind nobody, take [reminders] out",
                        days.get_ref()
                    ),
                );
            }
        }
        Reminders { window_days: *raw.window_days.get_ref(), letter_days: *raw.letter_days.get_ref() }
    }

    fn network(&mut self, raw: RawNetwork) -> Network {
        let mut campus = Vec::new();
        for text in raw.campus {
            match text.get_ref().parse::<IpNet>() {
                Ok(IpNet::V6(network)) if network.addr().to_ipv4_mapped().is_some() => self.fault(
                    &text.span(),
                    format!("请把 {network} 写成 IPv4 网段，例如 10.0.0.0/8"),
                    format!("write {network} as the IPv4 network it is, like 10.0.0.0/8"),
                ),
                Ok(network) => {
                    self.made_up(&network, &text.span());
                    campus.push(network);
                }
                Err(_) => self.fault(
                    &text.span(),
                    format!("“{}”不是网段：写成 10.0.0.0/8 的样子", text.get_ref()),
                    format!("\"{}\" is no network: write it like 10.0.0.0/8", text.get_ref()),
                ),
            }
        }
        Network { campus, help: both(raw.help, raw.help_en) }
    }

    /// The ranges reserved for documentation (RFC 5737): nobody ever comes from there.
    fn made_up(&mut self, network: &IpNet, span: &Range<usize>) {
        let reserved = ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"];
        if reserved.iter().filter_map(|text| text.parse::<IpNet>().ok()).any(|r| r.contains(network)) {
            let what = Text {
                zh: format!("{network} 是示例网段，没有人来自那里：部署前请换成真实的校园网段"),
                en: format!(
                    "{network} is a documentation range nobody comes from: put your campus networks here before you deploy"
                ),
            };
            self.advice.push(Fault { line: self.lines.at(span), what, step: None });
        }
    }
}

fn both(zh: Option<String>, en: Option<String>) -> Option<Text> {
    let zh = zh.filter(|text| !text.trim().is_empty());
    let en = en.filter(|text| !text.trim().is_empty());
    match (zh, en) {
        (Some(zh), en) => Some(Text { en: en.unwrap_or_else(|| zh.clone()), zh }),
        (None, Some(en)) => Some(Text { zh: en.clone(), en }),
        (None, None) => None,
    }
}

fn contact(raw: RawContact) -> Contact {
    Contact {
        topic: Text { zh: raw.topic, en: raw.topic_en },
        name: Text { zh: raw.name, en: raw.name_en },
        campus: raw.campus,
        place: both(raw.place, raw.place_en),
        phone: raw.phone,
        hours: both(raw.hours, raw.hours_en),
    }
}
