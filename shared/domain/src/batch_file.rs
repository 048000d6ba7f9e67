//! Reads a batch file and refuses one that isn't sound: what is wrong, on which line, what to do.

pub mod calendar;
mod characters;
mod explain;
mod instants;
mod keys;
mod lines;
mod made_up;
mod network;
mod party;
mod place;
mod raw;
mod scan;
mod shape;
mod steps;
mod syntax;
mod window;

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;

use self::characters::odd_one;
use self::lines::Lines;
use self::raw::{RawBatch, RawContact};
use crate::batch::{Batch, Contact};
use crate::fault::{Fault, Weight};
use crate::field::{check_line, is_printable};
use crate::ids::{BatchId, StepNumber};
use crate::rehearsal::{Stuck, rehearse};
use crate::text::Text;

/// The most steps a batch may have: a revocation of all of them still fits one transaction.
pub const MOST_STEPS: usize = 60;
/// The most characters of a name.
const LONGEST_NAME: usize = 100;

/// A batch, and what was noted of it although one can be made.
#[derive(Debug)]
pub struct Parsed {
    /// The batch.
    pub batch: Batch,
    /// What may not be deployed, and what deserves another look; nothing [`Weight::Unsound`].
    pub noted: Vec<Fault>,
    /// On which line it says when it opens.
    pub opens_on_line: usize,
    /// On which line each step begins.
    step_lines: BTreeMap<StepNumber, usize>,
}

/// Reads the batch that stands in a file named `<stem>.toml`, and rehearses it.
pub fn read(stem: &str, text: &str) -> Result<Parsed, Vec<Fault>> {
    let read = read_sound(stem, text)?;
    let stuck = rehearse(&read.batch).into_iter().map(|Stuck { step, what }| {
        let line = read.step_lines.get(&step).copied().unwrap_or(1);
        Fault::unsound(line, what)
    });
    let faults: Vec<Fault> = stuck.collect();
    if faults.is_empty() { Ok(read) } else { Err(faults) }
}

/// The same without the rehearsal, which takes longer than all the rest of a function's start. What it
/// gives is sound; whether somebody gets stuck in it has been asked by `lixiao check` before it was deployed.
pub fn read_sound(stem: &str, text: &str) -> Result<Parsed, Vec<Fault>> {
    let raw: RawBatch = toml::from_str(text).map_err(|error| explain::explain(text, &error))?;
    let mut check = Check { lines: Lines::of(text), faults: Vec::new(), noted: Vec::new() };
    let opens_on_line = check.lines.at(&raw.window.opens.span());
    let batch = check.batch(stem, raw);
    let Check { lines: _, mut faults, mut noted } = check;
    noted.sort_by_key(|fault| fault.line);
    match batch {
        Some((batch, step_lines)) if faults.is_empty() => {
            Ok(Parsed { batch, noted, opens_on_line, step_lines })
        }
        _ => {
            faults.sort_by_key(|fault| fault.line);
            Err(faults)
        }
    }
}

/// Batches whose windows overlap: each with the one that opens before it.
pub fn overlaps<'a>(batches: impl IntoIterator<Item = &'a Batch>) -> Vec<(&'a BatchId, Text)> {
    let mut batches: Vec<&Batch> = batches.into_iter().collect();
    batches.sort_by_key(|batch| (batch.window().opens, batch.id()));
    let mut found = Vec::new();
    for (i, later) in batches.iter().enumerate() {
        let both = batches.iter().take(i).filter(|earlier| earlier.window().closes > later.window().opens);
        found.extend(both.map(|earlier| {
            let what = Text {
                zh: format!(
                    "{} 的开放时间与 {} 重叠：若非有意，请核对 opens 与 closes",
                    later.id(),
                    earlier.id()
                ),
                en: format!(
                    "{} overlaps {}: if that isn't meant, look at `opens` and `closes`",
                    later.id(),
                    earlier.id()
                ),
            };
            (later.id(), what)
        }));
    }
    found
}

/// Collects faults while a raw file becomes a batch.
struct Check {
    lines: Lines,
    faults: Vec<Fault>,
    noted: Vec<Fault>,
}

impl Check {
    fn fault(&mut self, span: &Range<usize>, zh: impl Into<String>, en: impl Into<String>) {
        let line = self.lines.at(span);
        self.faults.push(Fault::unsound(line, Text { zh: zh.into(), en: en.into() }));
    }

    /// What doesn't stop a batch from being made.
    fn note(&mut self, weight: Weight, span: &Range<usize>, zh: impl Into<String>, en: impl Into<String>) {
        let line = self.lines.at(span);
        self.noted.push(Fault { line, weight, what: Text { zh: zh.into(), en: en.into() } });
    }

    fn id<T: std::str::FromStr>(&mut self, text: &Spanned<String>, zh: &str, en: &str) -> Option<T> {
        let id = text.get_ref().parse().ok();
        if id.is_none() {
            let given = text.get_ref();
            let odd = odd_one(given, |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
            let (odd_zh, odd_en) = odd.map_or_else(Default::default, |odd| {
                (format!("，里面有{}", odd.zh), format!(", it has {}", odd.en))
            });
            self.fault(
                &text.span(),
                format!("“{given}”不是{zh}{odd_zh}：只用小写字母、数字和连字符，不以连字符开头或结尾"),
                format!("\"{given}\" is no {en}{odd_en}: use small letters, digits and hyphens, and none of these at either end"),
            );
        }
        id
    }

    fn name(&mut self, zh: &Spanned<String>, en: &Spanned<String>) -> Text {
        for text in [zh, en] {
            if check_line("name", text.get_ref(), LONGEST_NAME).is_err() {
                let odd = odd_one(text.get_ref(), is_printable);
                let (zh, en) = odd.map_or_else(
                    || ("名称为空或过长".to_owned(), "empty or too long a name".to_owned()),
                    |odd| (format!("名称里有{}", odd.zh), format!("a name has {}", odd.en)),
                );
                self.fault(
                    &text.span(),
                    format!("{zh}：请写上 1 到 {LONGEST_NAME} 字的中文名和英文名"),
                    format!("{en}: give one of 1 to {LONGEST_NAME} characters in Chinese and English"),
                );
            }
        }
        Text { zh: zh.get_ref().clone(), en: en.get_ref().clone() }
    }

    fn batch(&mut self, stem: &str, raw: RawBatch) -> Option<(Batch, BTreeMap<StepNumber, usize>)> {
        let id = self.id::<BatchId>(&raw.id, "批次编号（以数字开头）", "batch id, which begins with a digit");
        if raw.id.get_ref() != stem {
            self.fault(
                &raw.id.span(),
                format!("id 与文件名不符：文件叫 {stem}.toml，请改成一致"),
                format!("the id differs from the file's name {stem}.toml: make them the same"),
            );
        }
        let name = self.name(&raw.name, &raw.name_en);
        let window = self.window(&raw.window, id.as_ref());
        let network = self.network(raw.network);
        let contacts = raw.contacts.into_iter().map(|raw| self.contact(raw)).collect();
        let offices = self.offices(raw.offices);
        let (steps, step_lines) = self.steps(raw.steps, &offices);
        let order = self.order(&steps, &step_lines);
        let reminders = raw.reminders.map(|raw| self.reminders(&raw));
        let party = self.party(&raw.party, window.as_ref());
        if let (Some(window), Some(party)) = (&window, &party) {
            let names = ["receipts_until", "retained_until"];
            self.after(
                names,
                Some(party.receipts_until),
                window.retained_until,
                &raw.window.retained_until.span(),
            );
        }
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

    fn contact(&mut self, raw: RawContact) -> Contact {
        self.made_up("name", &raw.name);
        Contact {
            topic: Text { zh: raw.topic, en: raw.topic_en },
            name: Text { zh: raw.name.into_inner(), en: raw.name_en },
            campus: raw.campus,
            place: both(raw.place, raw.place_en),
            phone: self.phone(raw.phone),
            hours: both(raw.hours, raw.hours_en),
        }
    }

    fn phone(&mut self, phone: Option<Spanned<String>>) -> Option<String> {
        phone.map(|phone| {
            self.made_up("phone", &phone);
            phone.into_inner()
        })
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
