//! Offices and steps: that they name one another, that the graph can be walked.

use std::collections::{BTreeMap, BTreeSet};

use toml::Spanned;

use super::MOST_STEPS;
use super::raw::{RawDesk, RawOffice, RawPart, RawStep};
use crate::batch::{DecidedBy, Desk, Need, Office, Part, Step};
use crate::decide::command::MOST_PARTS;
use crate::facts::When;
use crate::fault::{Fault, Weight};
use crate::ids::{FactId, OfficeId, PaperId, PartId, StepNumber};
use crate::paper::Paper;
use crate::text::Text;
use crate::toml_file::check::Check;
use crate::toml_file::keys;
use crate::university::University;

/// The most characters an address may have.
const LONGEST_LINK: usize = 500;
/// What a part needs that waits for the party introduction, whatever id that has.
const LETTER: &str = "letter";

impl Check {
    pub(super) fn offices(
        &mut self,
        university: &University,
        raw: Spanned<Vec<RawOffice>>,
    ) -> BTreeMap<OfficeId, (Office, usize)> {
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
            let name = self.name(&office.name);
            let desk = Desk {
                place: self.text_or_none("place", office.place.as_ref()),
                phone: self.phone(office.phone),
                hours: self.text_or_none("hours", office.hours.as_ref()),
            };
            let elsewhere = office.at.into_iter().map(|at| self.elsewhere(university, at)).collect();
            let decided_by = self.decided_by(university, office.decided_by);
            let scope = office.scope.and_then(|scope| self.scope(university, &scope));
            let line = self.line(&span);
            let office = Office { id: id.clone(), name, decided_by, scope, desk, elsewhere };
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

    /// Who decides for an office: its clerks, or the people of the university's file for their own students.
    fn decided_by(&mut self, university: &University, raw: Option<Spanned<String>>) -> DecidedBy {
        let Some(raw) = raw else { return DecidedBy::Operators };
        let given = raw.get_ref();
        let people = university.people().iter().map(|people| people.id.as_str());
        // The only kind of people may be called advisors, whatever the university calls them.
        let alone = Some("advisors").filter(|_| university.people().len() < 2);
        let known: Vec<&str> = ["operators"].into_iter().chain(alone).chain(people).collect();
        if given == "operators" {
            return DecidedBy::Operators;
        }
        if known.contains(&given.as_str()) {
            let kind = university.people().iter().find(|kind| kind.id.as_str() == given);
            return DecidedBy::Advisors(kind.filter(|_| alone.is_none()).map(|kind| kind.id.clone()));
        }
        let nearest = keys::nearest(given, known.iter().copied());
        let (zh, en) = keys::did_you_mean(nearest);
        let known = known.into_iter().collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ");
        self.fault(
            &raw.span(),
            format!("decided_by 里没有“{given}”这个词：{zh}可用 {known}"),
            format!("decided_by knows no \"{given}\": {en}there are {known}"),
        );
        DecidedBy::Operators
    }

    /// By what clerks' rights are bounded: a fact that students have one of several values of.
    fn scope(&mut self, university: &University, raw: &Spanned<String>) -> Option<FactId> {
        let given = raw.get_ref();
        let bounding = university.facts().iter().filter(|fact| !fact.values().is_empty());
        if given == "college" {
            return None;
        }
        if let Some(fact) = bounding.clone().find(|fact| fact.id.as_str() == given) {
            return Some(fact.id.clone());
        }
        let known: Vec<&str> = ["college"].into_iter().chain(bounding.map(|fact| fact.id.as_str())).collect();
        let nearest = keys::nearest(given, known.iter().copied());
        let (zh, en) = keys::did_you_mean(nearest);
        let known = known.join(", ");
        self.fault(
            &raw.span(),
            format!("scope：不能按“{given}”划分办理范围：{zh}可用 {known}"),
            format!("scope: rights can't be bounded by \"{given}\": {en}there are {known}"),
        );
        None
    }

    fn elsewhere(&mut self, university: &University, at: RawDesk) -> (When, Desk) {
        let desk = Desk {
            place: self.text_or_none("place", at.place.as_ref()),
            phone: self.phone(at.phone),
            hours: self.text_or_none("hours", at.hours.as_ref()),
        };
        (self.when(university, at.when), desk)
    }

    /// An office that handles no step: its operators would have nothing to do.
    pub(super) fn idle_offices(
        &mut self,
        offices: &BTreeMap<OfficeId, (Office, usize)>,
        steps: &BTreeMap<StepNumber, Step>,
        papers: &[Paper],
    ) {
        for (id, (_, line)) in offices {
            let handles =
                |step: &Step| step.office == *id || step.office_for.iter().any(|(_, office)| office == id);
            let keeps = papers.iter().any(|paper| paper.keeper.as_ref() == Some(id));
            let busy = keeps || steps.values().any(handles);
            if !busy {
                let what = Text {
                    zh: format!("部门 {id} 不办理任何环节：删去它，或在环节的 office 里写上它"),
                    en: format!("office {id} handles no step: remove it, or name it as a step's office"),
                };
                self.noted.push(Fault { line: *line, weight: Weight::Odd, what });
            }
        }
    }

    pub(super) fn office_of(
        &mut self,
        given: &Spanned<String>,
        offices: &BTreeMap<OfficeId, (Office, usize)>,
    ) -> Option<OfficeId> {
        let known = offices.keys().find(|id| id.as_str() == given.get_ref()).cloned();
        if known.is_none() {
            let (given_id, ids) =
                (given.get_ref(), offices.keys().map(ToString::to_string).collect::<Vec<_>>().join(", "));
            let (mut zh, mut en) = (String::new(), String::new());
            let named =
                offices.values().find(|(office, _)| [&office.name.zh, &office.name.en].contains(&given_id));
            let nearest = || keys::nearest(given_id, offices.keys().map(OfficeId::as_str));
            if let Some(meant) = named.map(|(office, _)| office.id.as_str()).or_else(nearest) {
                (zh, en) = (format!("是否应为 {meant}？"), format!("did you mean {meant}? "));
            }
            self.fault(
                &given.span(),
                format!("没有部门“{given_id}”：{zh}用 {ids} 之一，或添一个 [[offices]]"),
                format!(
                    "there is no office \"{given_id}\": {en}use one of {ids}, or add it under [[offices]]"
                ),
            );
        }
        known
    }

    pub(super) fn steps(
        &mut self,
        university: &University,
        raw: Spanned<Vec<RawStep>>,
        offices: &BTreeMap<OfficeId, (Office, usize)>,
        papers: &BTreeMap<PaperId, Need>,
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
            let line = self.line(&span);
            if lines.insert(number, line).is_some() {
                self.fault(
                    &span,
                    format!("环节{number}写了两次：请重新编号"),
                    format!("step {number} stands here twice: number it anew"),
                );
            }
            if let Some(step) = self.step(university, step, &numbers, offices, papers) {
                steps.insert(number, step);
            }
        }
        (steps, lines)
    }

    fn step(
        &mut self,
        university: &University,
        raw: RawStep,
        numbers: &BTreeSet<u8>,
        offices: &BTreeMap<OfficeId, (Office, usize)>,
        papers: &BTreeMap<PaperId, Need>,
    ) -> Option<Step> {
        let number = StepNumber(*raw.number.get_ref());
        let name = self.name(&raw.name);
        let office = self.office_of(&raw.office, offices);
        let mut office_for = Vec::new();
        for other in raw.office_for {
            let id = self.office_of(&other.office, offices);
            let when = self.when(university, other.when);
            office_for.extend(id.map(|id| (when, id)));
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
        if raw.parts.len() > MOST_PARTS {
            self.fault(
                &raw.number.span(),
                format!("环节{number}的事项超过 {MOST_PARTS} 个：请拆成几个环节"),
                format!("step {number} has more than {MOST_PARTS} parts: make several steps of it"),
            );
        }
        let parts = self.parts(university, raw.parts, papers);
        let help = self.text_or_none("help", raw.help.as_ref());
        let link = raw.link.and_then(|link| self.link(&link));
        let when = self.when(university, raw.when);
        Some(Step {
            number,
            name,
            office: office?,
            office_for,
            required: raw.required,
            after,
            when,
            parts,
            help,
            link,
        })
    }

    /// An address that a student's browser can open, from a page that is on https itself.
    fn link(&mut self, given: &Spanned<String>) -> Option<String> {
        let link = given.get_ref();
        let host =
            link.strip_prefix("https://").map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
        let sound = host.is_some_and(|host| host.contains('.') && !host.contains('@'))
            && link.len() <= LONGEST_LINK
            && link.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '\\'));
        if !sound {
            self.fault(
                &given.span(),
                format!("网址“{link}”打不开：写完整的 https:// 地址，例如 https://lib.example.edu.cn/return"),
                format!("\"{link}\" is no address that can be opened: write all of it with https://, e.g. https://lib.example.edu.cn/return"),
            );
        }
        sound.then(|| link.clone())
    }

    fn parts(
        &mut self,
        university: &University,
        raw: Vec<RawPart>,
        papers: &BTreeMap<PaperId, Need>,
    ) -> Vec<Part> {
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
            let name = self.name(&part.name);
            let when = self.when(university, part.when);
            let needs = part.needs.and_then(|given| self.need(&given, papers));
            parts.push(Part { id, name, when, needs });
        }
        parts
    }

    /// What a part needs: the letter, or a paper by its id.
    fn need(&mut self, given: &Spanned<String>, papers: &BTreeMap<PaperId, Need>) -> Option<Need> {
        let name = given.get_ref();
        let introduces = papers.values().any(|need| *need == Need::Letter);
        if name == LETTER && introduces {
            return Some(Need::Letter);
        }
        let known = papers.iter().find(|(id, _)| id.as_str() == name);
        if known.is_none() {
            let letter = Some(LETTER).filter(|_| introduces);
            let ids: Vec<&str> = papers.keys().map(PaperId::as_str).chain(letter).collect();
            let (zh, en) = keys::did_you_mean(keys::nearest(name, ids.iter().copied()));
            let ids = ids.join(", ");
            self.fault(
                &given.span(),
                format!("needs：没有文书“{name}”：{zh}可用 {ids}，或添一个 [[papers]]"),
                format!(
                    "needs: there is no paper \"{name}\": {en}there are {ids}; or add it under [[papers]]"
                ),
            );
        }
        known.map(|(_, need)| need.clone())
    }

    /// The steps with each after its prerequisites, or the cycle that makes this impossible.
    pub(super) fn order(
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
                self.faults.push(Fault::unsound(line, what));
                return None;
            }
        }
        Some(order)
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
