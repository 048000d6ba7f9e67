//! Reads a batch file and refuses one that isn't sound: what is wrong, on which line, what to do.

pub mod calendar;
mod form;
mod instants;
mod network;
mod papers;
mod party;
mod raw;
mod steps;
mod window;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;

use self::raw::{RawBatch, RawContact, RawPaper, RawSlip};
use crate::batch::{Batch, Contact, SlipRules};
use crate::fault::Fault;
use crate::field::check_line;
use crate::ids::{BatchId, StepNumber};
use crate::paper::LayoutName;
use crate::rehearsal::{Stuck, rehearse};
use crate::text::Text;
use crate::toml_file::check::Check;
use crate::toml_file::explain;
use crate::toml_file::place::Whose;
use crate::university::University;

/// The most steps a batch may have: a revocation of all of them still fits one transaction.
pub const MOST_STEPS: usize = 60;
/// The longest note of a slip, which has three lines for it.
const LONGEST_NOTE: usize = 90;

/// A batch, and what was noted of it although one can be made.
#[derive(Debug)]
pub struct Parsed {
    /// The batch.
    pub batch: Batch,
    /// What may not be deployed, and what deserves another look; nothing [`crate::fault::Weight::Unsound`].
    pub noted: Vec<Fault>,
    /// On which line it says when it opens.
    pub opens_on_line: usize,
    /// On which line each step begins.
    step_lines: BTreeMap<StepNumber, usize>,
}

/// Reads the batch of a university that stands in a file named `<stem>.toml`, and rehearses it.
pub fn read(university: &Arc<University>, stem: &str, text: &str) -> Result<Parsed, Vec<Fault>> {
    let read = read_sound(university, stem, text)?;
    let stuck = rehearse(&read.batch).into_iter().map(|Stuck { step, what }| {
        let line = read.step_lines.get(&step).copied().unwrap_or(1);
        Fault::unsound(line, what)
    });
    let faults: Vec<Fault> = stuck.collect();
    if faults.is_empty() { Ok(read) } else { Err(faults) }
}

/// The same without the rehearsal, which takes longer than all the rest of a function's start. What it
/// gives is sound; whether somebody gets stuck in it has been asked by `lixiao check` before it was deployed.
pub fn read_sound(university: &Arc<University>, stem: &str, text: &str) -> Result<Parsed, Vec<Fault>> {
    let whose = Whose::of(university.languages(), university.zone());
    let raw: RawBatch = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(error) => {
            let faults = explain::explain(&form::BATCH, text, whose, &error);
            let mended = explain::mended_keys(&form::BATCH, text)
                .filter(|text| toml::from_str::<RawBatch>(text).is_ok());
            let more = mended.and_then(|text| read_sound(university, stem, &text).err());
            return Err(explain::together(faults, more.unwrap_or_default()));
        }
    };
    let mut check = Check::of(text, university.languages(), university.zone());
    let opens_on_line = check.line(&raw.window.opens.span());
    let batch = check.batch(university, stem, raw);
    let noted = check.found()?;
    // What can't be made of it has been found to be at fault.
    let (batch, step_lines) = batch.ok_or_else(Vec::new)?;
    Ok(Parsed { batch, noted, opens_on_line, step_lines })
}

/// What can be said of a batch's file whose university can't be read: that it is none, or has keys that aren't known.
pub fn misread(text: &str) -> Vec<Fault> {
    let error = toml::from_str::<RawBatch>(text).err();
    let faults = error.map(|error| explain::explain(&form::BATCH, text, Whose::default(), &error));
    faults.unwrap_or_default()
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

impl Check {
    fn batch(
        &mut self,
        university: &Arc<University>,
        stem: &str,
        raw: RawBatch,
    ) -> Option<(Batch, BTreeMap<StepNumber, usize>)> {
        let id = self.id::<BatchId>(&raw.id, "批次编号（以数字开头）", "batch id, which begins with a digit");
        if raw.id.get_ref() != stem {
            self.fault(
                &raw.id.span(),
                format!("id 与文件名不符：文件叫 {stem}.toml，请改成一致"),
                format!("the id differs from the file's name {stem}.toml: make them the same"),
            );
        }
        let name = self.name(&raw.name);
        let window = self.window(&raw.window, id.as_ref());
        let network = self.network(raw.network);
        let contacts = raw.contacts.into_iter().map(|raw| self.contact(university, raw)).collect();
        let offices = self.offices(university, raw.offices);
        let needs = raw.papers.iter().filter_map(RawPaper::need).collect();
        let (steps, step_lines) = self.steps(university, raw.steps, &offices, &needs);
        let order = self.order(&steps, &step_lines);
        let slip = self.slip(&raw.slip);
        let introduces = raw.papers.iter().any(|paper| paper.layout == LayoutName::PartyIntroduction);
        let reminders = raw.reminders.map(|raw| self.reminders(&raw, introduces));
        let papers = self.papers(university, raw.papers, &offices, window.as_ref());
        for (paper, window) in
            papers.iter().flat_map(|paper| window.iter().map(move |window| (paper, window)))
        {
            let names = ["receipts_until", "retained_until"];
            let span = raw.window.retained_until.span();
            self.after(names, Some(paper.receipts_until), window.retained_until, &span);
        }
        self.idle_offices(&offices, &steps, &papers);
        let offices = offices.into_iter().map(|(id, (office, _))| (id, office)).collect();
        let batch = Batch {
            university: university.clone(),
            id: id?,
            name,
            window: window?,
            network,
            contacts,
            offices,
            steps,
            order: order?,
            papers,
            reminders,
            slip,
        };
        Some((batch, step_lines))
    }

    fn slip(&mut self, raw: &RawSlip) -> SlipRules {
        let usual = || Text { zh: "离校单".to_owned(), en: "Clearance slip".to_owned() };
        let note = self.text_or_none("note", raw.note.as_ref());
        if let (Some(note), Some(raw)) = (&note, &raw.note)
            && [&note.zh, &note.en].iter().any(|text| check_line("note", text, LONGEST_NOTE).is_err())
        {
            self.fault(
                &raw.span(),
                format!("slip.note 过长、分行或含有打印不出的字符：写成一行，至多 {LONGEST_NOTE} 字"),
                format!("slip.note is too long, has lines, or characters that can't be printed: write one line of at most {LONGEST_NOTE} characters"),
            );
        }
        let title = raw.title.as_ref().map(|title| self.name(title));
        for (key, text, raw) in [("slip.note", &note, &raw.note), ("slip.title", &title, &raw.title)] {
            if let (Some(text), Some(raw)) = (text, raw) {
                self.no_blanks(key, &raw.span(), text);
            }
        }
        SlipRules { title: title.unwrap_or_else(usual), note }
    }

    /// Refuses braces in a text that is printed as it stands: whoever writes them expects a student's name there.
    fn no_blanks(&mut self, key: &str, span: &Range<usize>, text: &Text) {
        if [&text.zh, &text.en].iter().any(|text| text.contains(['{', '}', '｛', '｝'])) {
            self.fault(
                span,
                format!("{key} 里的花括号不会换成学生的内容，会照样印出来：删去，或写在 [[papers]] 的 text 里"),
                format!("{key}: nothing fills braces here, they are printed as they stand: delete them, or write the text under [[papers]]"),
            );
        }
    }

    fn contact(&mut self, university: &University, raw: RawContact) -> Contact {
        let name = self.text("name", &raw.name);
        self.made_up("name", &raw.name.span(), &name.zh);
        Contact {
            topic: self.text("topic", &raw.topic),
            name,
            when: self.when(university, raw.when),
            place: self.text_or_none("place", raw.place.as_ref()),
            phone: self.phone(raw.phone),
            hours: self.text_or_none("hours", raw.hours.as_ref()),
        }
    }

    fn phone(&mut self, phone: Option<Spanned<String>>) -> Option<String> {
        phone.map(|phone| {
            self.made_up("phone", &phone.span(), phone.get_ref());
            phone.into_inner()
        })
    }
}
