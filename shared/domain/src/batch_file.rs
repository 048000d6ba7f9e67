//! Reads a batch file and refuses one that isn't sound: what is wrong, on which line, what to do.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;

use chrono::NaiveDate;
use ipnet::IpNet;
use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use crate::Instant;
use crate::batch::{
    Batch, Contact, DecidedBy, Desk, DeskFor, Network, Office, Part, PartyRules, Step, When, Window,
};
use crate::ids::{BatchId, OfficeId, PartId, StepNumber};
use crate::rehearsal::rehearse;
use crate::student::Campus;
use crate::text::Text;

/// The most steps a batch may have: a revocation of all of them still fits one transaction.
pub const MOST_STEPS: usize = 60;

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
}

/// Reads the batch that stands in a file named `<stem>.toml`.
pub fn read(stem: &str, text: &str) -> Result<Read, Vec<Fault>> {
    let lines = Lines::of(text);
    let raw: RawBatch = toml::from_str(text).map_err(|error| vec![not_toml(&lines, &error)])?;
    let mut check = Check { lines, faults: Vec::new(), advice: Vec::new() };
    let batch = check.batch(stem, raw);
    let Check { lines: _, mut faults, advice } = check;
    match batch {
        Some((batch, step_lines)) if faults.is_empty() => {
            let stuck = rehearse(&batch).into_iter().map(|fault| {
                let line = fault.step.and_then(|step| step_lines.get(&step)).copied().unwrap_or(1);
                Fault { line, ..fault }
            });
            faults.extend(stuck);
            if faults.is_empty() { Ok(Read { batch, advice }) } else { Err(faults) }
        }
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBatch {
    id: Spanned<String>,
    name: Spanned<String>,
    name_en: Spanned<String>,
    window: RawWindow,
    #[serde(default)]
    network: RawNetwork,
    #[serde(default)]
    contacts: Vec<RawContact>,
    offices: Spanned<Vec<RawOffice>>,
    steps: Spanned<Vec<RawStep>>,
    party: RawParty,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWindow {
    opens: Spanned<Datetime>,
    closes: Spanned<Datetime>,
    readable_until: Spanned<Datetime>,
    retained_until: Spanned<Datetime>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawNetwork {
    #[serde(default)]
    campus: Vec<Spanned<String>>,
    help: Option<String>,
    help_en: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawContact {
    topic: String,
    topic_en: String,
    name: String,
    name_en: String,
    campus: Option<Campus>,
    place: Option<String>,
    place_en: Option<String>,
    phone: Option<String>,
    hours: Option<String>,
    hours_en: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOffice {
    id: Spanned<String>,
    name: Spanned<String>,
    name_en: Spanned<String>,
    decided_by: Option<DecidedBy>,
    place: Option<String>,
    place_en: Option<String>,
    phone: Option<String>,
    hours: Option<String>,
    hours_en: Option<String>,
    #[serde(default)]
    at: Vec<RawDesk>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDesk {
    campus: Option<Campus>,
    college: Option<String>,
    place: Option<String>,
    place_en: Option<String>,
    phone: Option<String>,
    hours: Option<String>,
    hours_en: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStep {
    number: Spanned<u8>,
    name: Spanned<String>,
    name_en: Spanned<String>,
    office: Spanned<String>,
    #[serde(default)]
    office_for: Vec<RawOfficeFor>,
    #[serde(default = "yes")]
    required: bool,
    #[serde(default)]
    after: Vec<Spanned<u8>>,
    #[serde(default)]
    when: When,
    #[serde(default)]
    parts: Vec<RawPart>,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOfficeFor {
    office: Spanned<String>,
    when: When,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPart {
    id: Spanned<String>,
    name: Spanned<String>,
    name_en: Spanned<String>,
    #[serde(default)]
    when: When,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawParty {
    form_due: Spanned<Datetime>,
    editable_until: Spanned<BTreeMap<Campus, Spanned<Datetime>>>,
    reissue_until: Spanned<Datetime>,
    letter_valid_days: Spanned<u32>,
    dues_paid_up_to: Spanned<Datetime>,
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
            if text.get_ref().trim().is_empty() {
                self.fault(
                    &text.span(),
                    "名称为空：请写上中文名和英文名",
                    "empty name: give one in Chinese and English",
                );
            }
        }
        Text { zh: zh.get_ref().clone(), en: en.get_ref().clone() }
    }

    fn instant(&mut self, at: &Spanned<Datetime>) -> Option<Instant> {
        let instant = Instant::parse_from_rfc3339(&at.get_ref().to_string()).ok();
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
        let party = self.party(&raw.party, window.as_ref());
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

    fn network(&mut self, raw: RawNetwork) -> Network {
        let mut campus = Vec::new();
        for text in raw.campus {
            match text.get_ref().parse::<IpNet>() {
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

    fn offices(&mut self, raw: Spanned<Vec<RawOffice>>) -> BTreeMap<OfficeId, (Office, usize)> {
        let mut offices: BTreeMap<OfficeId, (Office, usize)> = BTreeMap::new();
        if raw.get_ref().is_empty() {
            self.fault(
                &raw.span(),
                "没有办理部门：至少写一个 [[offices]]",
                "no offices: write at least one [[offices]]",
            );
        }
        for office in raw.into_inner() {
            let Some(id) = self.id::<OfficeId>(&office.id, "部门编号", "office id") else { continue };
            let span = office.id.span();
            let name = self.name(&office.name, &office.name_en);
            let desk = Desk {
                place: both(office.place, office.place_en),
                phone: office.phone,
                hours: both(office.hours, office.hours_en),
            };
            let elsewhere = office.at.into_iter().map(|at| {
                let desk = Desk {
                    place: both(at.place, at.place_en),
                    phone: at.phone,
                    hours: both(at.hours, at.hours_en),
                };
                (DeskFor { campus: at.campus, college: at.college }, desk)
            });
            let elsewhere = elsewhere.collect();
            let decided_by = office.decided_by.unwrap_or(DecidedBy::Operators);
            let line = self.lines.at(&span);
            let office = Office { id: id.clone(), name, decided_by, desk, elsewhere };
            if offices.insert(id.clone(), (office, line)).is_some() {
                self.fault(
                    &span,
                    format!("部门 {id} 写了两次：删去一个或改编号"),
                    format!("office {id} stands here twice: remove one or give it another id"),
                );
            }
        }
        offices
    }

    /// An office that handles no step: its operators would have nothing to do.
    fn idle_offices(
        &mut self,
        offices: &BTreeMap<OfficeId, (Office, usize)>,
        steps: &BTreeMap<StepNumber, Step>,
    ) {
        for (id, (_, line)) in offices {
            let busy = steps
                .values()
                .any(|step| step.office == *id || step.office_for.iter().any(|(_, office)| office == id));
            if !busy {
                let what = Text {
                    zh: format!("部门 {id} 不办理任何环节：删去它，或在环节的 office 里写上它"),
                    en: format!("office {id} handles no step: remove it, or name it as a step's office"),
                };
                self.advice.push(Fault { line: *line, what, step: None });
            }
        }
    }

    fn office_of(
        &mut self,
        given: &Spanned<String>,
        offices: &BTreeMap<OfficeId, (Office, usize)>,
    ) -> Option<OfficeId> {
        let known = offices.keys().find(|id| id.as_str() == given.get_ref()).cloned();
        if known.is_none() {
            let (given_id, ids) =
                (given.get_ref(), offices.keys().map(ToString::to_string).collect::<Vec<_>>().join(", "));
            self.fault(
                &given.span(),
                format!("没有部门“{given_id}”：用 {ids} 之一，或添一个 [[offices]]"),
                format!("there is no office \"{given_id}\": use one of {ids}, or add it under [[offices]]"),
            );
        }
        known
    }

    fn steps(
        &mut self,
        raw: Spanned<Vec<RawStep>>,
        offices: &BTreeMap<OfficeId, (Office, usize)>,
    ) -> (BTreeMap<StepNumber, Step>, BTreeMap<StepNumber, usize>) {
        let (mut steps, mut lines) = (BTreeMap::new(), BTreeMap::new());
        let count = raw.get_ref().len();
        if count == 0 || count > MOST_STEPS {
            self.fault(
                &raw.span(),
                format!("环节有 {count} 个：须在 1 到 {MOST_STEPS} 之间"),
                format!("{count} steps: there must be 1 to {MOST_STEPS}"),
            );
        }
        let numbers: BTreeSet<u8> = raw.get_ref().iter().map(|step| *step.number.get_ref()).collect();
        for step in raw.into_inner() {
            let span = step.number.span();
            let number = StepNumber(*step.number.get_ref());
            if number.0 == 0 {
                self.fault(&span, "环节从 1 编号", "steps are numbered from 1");
            }
            let line = self.lines.at(&span);
            if lines.insert(number, line).is_some() {
                self.fault(
                    &span,
                    format!("环节{number}写了两次：请重新编号"),
                    format!("step {number} stands here twice: number it anew"),
                );
            }
            if let Some(step) = self.step(step, &numbers, offices) {
                steps.insert(number, step);
            }
        }
        (steps, lines)
    }

    fn step(
        &mut self,
        raw: RawStep,
        numbers: &BTreeSet<u8>,
        offices: &BTreeMap<OfficeId, (Office, usize)>,
    ) -> Option<Step> {
        let number = StepNumber(*raw.number.get_ref());
        let name = self.name(&raw.name, &raw.name_en);
        let office = self.office_of(&raw.office, offices);
        let mut office_for = Vec::new();
        for other in raw.office_for {
            let id = self.office_of(&other.office, offices);
            office_for.extend(id.map(|id| (other.when, id)));
        }
        let mut after = BTreeSet::new();
        for before in raw.after {
            let given = *before.get_ref();
            if given == number.0 {
                self.fault(
                    &before.span(),
                    format!("环节{number}以自己为前置环节：从 after 里删去它"),
                    format!("step {number} is its own prerequisite: take it out of `after`"),
                );
            } else if !numbers.contains(&given) {
                self.fault(
                    &before.span(),
                    format!("环节{number}的前置环节{given}不存在：改 after 或添上环节{given}"),
                    format!("step {number} comes after step {given}, which does not exist: mend `after` or add the step"),
                );
            } else if !after.insert(StepNumber(given)) {
                self.fault(
                    &before.span(),
                    format!("前置环节{given}写了两次：删去一个"),
                    format!("prerequisite {given} stands here twice: remove one"),
                );
            }
        }
        let parts = self.parts(raw.parts);
        Some(Step {
            number,
            name,
            office: office?,
            office_for,
            required: raw.required,
            after,
            when: raw.when,
            parts,
        })
    }

    fn parts(&mut self, raw: Vec<RawPart>) -> Vec<Part> {
        let mut parts: Vec<Part> = Vec::new();
        for part in raw {
            let Some(id) = self.id::<PartId>(&part.id, "事项编号", "part id") else { continue };
            if parts.iter().any(|known| known.id == id) {
                self.fault(
                    &part.id.span(),
                    format!("事项 {id} 写了两次：删去一个或改编号"),
                    format!("part {id} stands here twice: remove one or give it another id"),
                );
            }
            let name = self.name(&part.name, &part.name_en);
            parts.push(Part { id, name, when: part.when });
        }
        parts
    }

    /// The steps with each after its prerequisites, or the cycle that makes this impossible.
    fn order(
        &mut self,
        steps: &BTreeMap<StepNumber, Step>,
        lines: &BTreeMap<StepNumber, usize>,
    ) -> Option<Vec<StepNumber>> {
        let mut order: Vec<StepNumber> = Vec::new();
        let mut left: Vec<&Step> = steps.values().collect();
        while !left.is_empty() {
            let before = left.len();
            left.retain(|step| {
                let free = step.after.iter().all(|b| order.contains(b) || !steps.contains_key(b));
                if free {
                    order.push(step.number);
                }
                !free
            });
            if left.len() == before {
                let cycle = find_cycle(&left);
                let path = cycle.iter().map(ToString::to_string).collect::<Vec<_>>().join(" → ");
                let line = cycle.first().and_then(|step| lines.get(step)).copied().unwrap_or(1);
                let what = Text {
                    zh: format!("前置环节成环：{path}；谁也无法先办，请断开一处 after"),
                    en: format!(
                        "the prerequisites form a cycle: {path}; nobody can begin, so break it at one `after`"
                    ),
                };
                self.faults.push(Fault { line, what, step: None });
                return None;
            }
        }
        Some(order)
    }

    fn party(&mut self, raw: &RawParty, window: Option<&Window>) -> Option<PartyRules> {
        let opens = window.map(|window| window.opens);
        let form_due = self.in_order(["opens", "form_due"], opens, &raw.form_due);
        let mut editable_until = BTreeMap::new();
        for campus in Campus::ALL {
            match raw.editable_until.get_ref().get(campus) {
                Some(at) => {
                    let at = self.in_order(["form_due", "editable_until"], form_due, at);
                    editable_until.extend(at.map(|at| (*campus, at)));
                }
                None => self.fault(
                    &raw.editable_until.span(),
                    format!("editable_until 缺少 {} 校区的截止时刻", campus.word()),
                    format!("editable_until lacks the campus {}: add its deadline", campus.word()),
                ),
            }
        }
        let last = editable_until.values().max().copied();
        let reissue_until = self.in_order(["editable_until", "reissue_until"], last, &raw.reissue_until);
        if let (Some(at), Some(window)) = (reissue_until, window)
            && at > window.closes
        {
            self.fault(
                &raw.reissue_until.span(),
                "reissue_until 晚于 closes：批次关闭后无人能补办，请提前它",
                "reissue_until is after closes: nobody could re-issue then, so move it before",
            );
        }
        let days = *raw.letter_valid_days.get_ref();
        if !(1..=90).contains(&days) {
            self.fault(
                &raw.letter_valid_days.span(),
                format!("介绍信有效期 {days} 天：须在 1 到 90 天之间"),
                format!("a letter valid for {days} days: it must be 1 to 90"),
            );
        }
        let dues = raw.dues_paid_up_to.get_ref().to_string().parse::<NaiveDate>().ok();
        if dues.is_none() {
            self.fault(
                &raw.dues_paid_up_to.span(),
                "党费交至日期应是日期，例如 2018-01-01",
                "dues_paid_up_to must be a date, as in 2018-01-01",
            );
        }
        Some(PartyRules {
            form_due: form_due?,
            editable_until,
            reissue_until: reissue_until?,
            letter_valid_days: days,
            dues_paid_up_to: dues?,
        })
    }
}

/// Follows prerequisites among steps that all wait for one another until one comes round again.
fn find_cycle(left: &[&Step]) -> Vec<StepNumber> {
    let mut path: Vec<StepNumber> = Vec::new();
    let mut next = left.first().copied();
    while let Some(step) = next {
        if let Some(start) = path.iter().position(|number| *number == step.number) {
            let mut cycle = path.split_off(start);
            cycle.push(step.number);
            return cycle;
        }
        path.push(step.number);
        next = left.iter().copied().find(|other| step.after.contains(&other.number));
    }
    path
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
