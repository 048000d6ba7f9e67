//! Deadlines and terms of party letters: each in its order, each inside the window.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use chrono::NaiveDate;

use toml::Spanned;
use toml::value::Datetime;

use super::form;
use super::raw::{RawDeadline, RawIssuer, RawPaper};
use crate::Timestamp;
use crate::batch::{Layout, Office, Paper, PartyRules, Window};
use crate::facts::When;
use crate::fault::Weight;
use crate::ids::{OfficeId, PartId};
use crate::party::letter::Issuer;
use crate::toml_file::check::Check;
use crate::toml_file::keys;
use crate::university::University;

/// What a party introduction must say.
struct PartyPaper<'a> {
    form_due: &'a Spanned<Datetime>,
    editable_until: &'a Spanned<RawDeadline>,
    reissue_until: &'a Spanned<Datetime>,
    letter_valid_days: &'a Spanned<u32>,
    dues_paid_up_to: &'a Spanned<Datetime>,
    receipts_until: &'a Spanned<Datetime>,
    issuer: &'a RawIssuer,
}

impl Check {
    /// The papers, of which one at most is a party introduction: a student has one letter.
    pub(super) fn papers(
        &mut self,
        university: &University,
        raw: Vec<RawPaper>,
        offices: &BTreeMap<OfficeId, (Office, usize)>,
        window: Option<&Window>,
    ) -> Vec<Paper> {
        let mut papers: Vec<Paper> = Vec::new();
        for mut raw in raw {
            let span = raw.id.span();
            let Some(id) = self.id::<PartId>(&raw.id, "文书编号", "paper's id") else { continue };
            if !papers.is_empty() {
                self.fault(
                    &span,
                    "党组织关系介绍信写了两次：每名学生只有一份，删去一个 [[papers]]",
                    "two party introductions: a student has one letter, so remove one of the [[papers]]",
                );
                continue;
            }
            let name = self.name(&raw.name);
            let when = self.when(university, std::mem::take(&mut raw.when));
            let probationary = raw.probationary.take().map(|raw| self.when(university, raw));
            let keeper = raw.keeper.as_ref().and_then(|given| self.keeper(given, offices));
            let Layout::PartyIntroduction = raw.layout;
            let Some(given) = self.party_paper(&span, &raw) else { continue };
            let rules = self.party(university, &given, (when, probationary, &raw.home, keeper), window);
            papers.extend(rules.map(|rules| Paper { id, name, rules }));
        }
        papers
    }

    /// What a party introduction must say, if all of it is there.
    fn party_paper<'a>(&mut self, span: &Range<usize>, raw: &'a RawPaper) -> Option<PartyPaper<'a>> {
        let there = [
            ("form_due", raw.form_due.is_some()),
            ("editable_until", raw.editable_until.is_some()),
            ("reissue_until", raw.reissue_until.is_some()),
            ("letter_valid_days", raw.letter_valid_days.is_some()),
            ("dues_paid_up_to", raw.dues_paid_up_to.is_some()),
            ("receipts_until", raw.receipts_until.is_some()),
            ("issuer", raw.issuer.is_some()),
        ];
        for (key, _) in there.into_iter().filter(|(_, there)| !there) {
            let example = form::BATCH.example("papers", key);
            self.fault(
                span,
                format!("[[papers]] 缺少 {key}（layout 是 party-introduction）：添上 {example}"),
                format!("[[papers]] lacks the key {key}, which party-introduction needs: add {example}"),
            );
        }
        Some(PartyPaper {
            form_due: raw.form_due.as_ref()?,
            editable_until: raw.editable_until.as_ref()?,
            reissue_until: raw.reissue_until.as_ref()?,
            letter_valid_days: raw.letter_valid_days.as_ref()?,
            dues_paid_up_to: raw.dues_paid_up_to.as_ref()?,
            receipts_until: raw.receipts_until.as_ref()?,
            issuer: raw.issuer.as_ref()?,
        })
    }

    fn party(
        &mut self,
        university: &University,
        raw: &PartyPaper<'_>,
        (when, probationary, home, keeper): (When, Option<When>, &[String], Option<OfficeId>),
        window: Option<&Window>,
    ) -> Option<PartyRules> {
        let opens = window.map(|window| window.opens);
        let form_due = self.in_order(["opens", "form_due"], opens, raw.form_due);
        let editable_until = self.editable_until(university, raw.editable_until, form_due);
        let last = editable_until.iter().map(|(_, at)| *at).max();
        let reissue_until = self.in_order(["editable_until", "reissue_until"], last, raw.reissue_until);
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
        let dues = self.dues(raw.dues_paid_up_to, opens);
        let receipts_until =
            self.in_order(["reissue_until", "receipts_until"], reissue_until, raw.receipts_until);
        let last = window.map(|window| window.closes + chrono::TimeDelta::days(i64::from(days)));
        if receipts_until.zip(last).is_some_and(|(until, last)| until < last) {
            self.fault(
                &raw.receipts_until.span(),
                "receipts_until 早于最后一份介绍信的有效期：请写到 closes 加有效天数之后",
                "receipts_until is before the last letter expires: write it after closes and the letter's days",
            );
        }
        let issuer = self.issuer(raw.issuer);
        Some(PartyRules {
            when,
            probationary,
            form_due: form_due?,
            editable_until,
            reissue_until: reissue_until?,
            letter_valid_days: days,
            dues_paid_up_to: dues?,
            receipts_until: receipts_until?,
            home: home.to_vec(),
            issuer,
            keeper,
        })
    }

    /// The office that keeps the letters. A letter knows its college and nothing else of its student, so colleges bound
    /// its clerks.
    fn keeper(
        &mut self,
        given: &Spanned<String>,
        offices: &BTreeMap<OfficeId, (Office, usize)>,
    ) -> Option<OfficeId> {
        let keeper = self.office_of(given, offices)?;
        if offices.get(&keeper).is_some_and(|(office, _)| office.scope.is_some()) {
            self.fault(
                &given.span(),
                format!("keeper：{keeper} 的办理范围不按学院划分，不能保管介绍信：换一个部门，或删去它的 scope"),
                format!("keeper: the rights of {keeper} aren't bounded by college, so it can't keep letters: name another office, or remove its scope"),
            );
        }
        Some(keeper)
    }

    /// When forms can be changed no more: for everybody, or for each value of a fact.
    fn editable_until(
        &mut self,
        university: &University,
        raw: &Spanned<RawDeadline>,
        form_due: Option<Timestamp>,
    ) -> Vec<(When, Timestamp)> {
        let span = raw.span();
        let by = match raw.get_ref() {
            RawDeadline::Everybody(at) => {
                let at = Spanned::new(span, *at);
                let at = self.in_order(["form_due", "editable_until"], form_due, &at);
                return at.map(|at| (When::default(), at)).into_iter().collect();
            }
            RawDeadline::By(by) => by,
        };
        let (fact, given) = match by.as_slice() {
            [(fact, given)] => (fact, given),
            others => {
                self.fault(
                    &span,
                    format!("editable_until 写了 {} 项信息：按一项来分，例如 [papers.editable_until.campus]", others.len()),
                    format!("editable_until names {} facts: deadlines differ by one, as in [papers.editable_until.campus]", others.len()),
                );
                return Vec::new();
            }
        };
        let Some(fact) = university.facts().iter().find(|known| known.id.as_str() == fact) else {
            let known: Vec<&str> = university.facts().iter().map(|fact| fact.id.as_str()).collect();
            let known = known.join(", ");
            self.fault(
                &span,
                format!("editable_until：学校没有 {fact} 这项信息：可用的有 {known}"),
                format!("editable_until: the university knows no fact {fact}: there are {known}"),
            );
            return Vec::new();
        };
        let values = fact.values();
        let unknown = given.iter().filter(|(value, _)| !values.contains(&value.as_str()));
        let mut meant = Vec::new();
        for (value, at) in unknown {
            let nearest = keys::nearest(value, values.iter().copied());
            let (zh, en) = keys::did_you_mean(nearest);
            meant.extend(nearest);
            let (id, known) = (&fact.id, values.join(", "));
            self.fault(
                &at.span(),
                format!("{id} 里没有“{value}”这个词：{zh}可用 {known}"),
                format!("{id} knows no \"{value}\": {en}there are {known}"),
            );
        }
        let mut editable_until = Vec::new();
        for value in values.iter().copied().filter(|value| !meant.contains(value)) {
            match given.get(value) {
                Some(at) => {
                    let key = format!("editable_until.{}.{value}", fact.id);
                    let at = self.in_order(["form_due", &key], form_due, at);
                    let when = When {
                        facts: BTreeMap::from([(fact.id.clone(), BTreeSet::from([value.to_owned()]))]),
                        ..When::default()
                    };
                    editable_until.extend(at.map(|at| (when, at)));
                }
                None => self.fault(
                    &span,
                    format!("editable_until 缺少 {value} 的截止时刻：添上 {value} = …"),
                    format!("editable_until lacks {value}: add its deadline"),
                ),
            }
        }
        editable_until
    }

    /// Up to when dues are paid, in the year of the batch.
    fn dues(&mut self, raw: &Spanned<Datetime>, opens: Option<Timestamp>) -> Option<NaiveDate> {
        let dues = raw.get_ref().to_string().parse::<NaiveDate>().ok();
        if dues.is_none() {
            self.fault(
                &raw.span(),
                "党费交至日期应是日期，例如 2018-01-01",
                "dues_paid_up_to must be a date, as in 2018-01-01",
            );
        }
        if let (Some(dues), Some(opens)) = (dues, opens)
            && (opens.date_naive() - dues).num_days().abs() > 366
        {
            self.note(
                Weight::Odd,
                &raw.span(),
                format!("党费交至 {dues}，与 opens 相差一年以上：请核对年份"),
                format!("dues_paid_up_to {dues} is more than a year from opens: look at the year"),
            );
        }
        dues
    }

    /// Who issues the letters: short enough for one, and nobody made up.
    fn issuer(&mut self, raw: &RawIssuer) -> Issuer {
        let lines = [
            ("from", &raw.from, 30),
            ("address", &raw.address, 40),
            ("phone", &raw.phone, 20),
            ("fax", &raw.fax, 20),
            ("postcode", &raw.postcode, 10),
        ];
        for (key, text, most) in lines {
            let length = text.get_ref().chars().count();
            if length > most {
                self.fault(
                    &text.span(),
                    format!("issuer.{key} 过长，介绍信上放不下：有 {length} 字，至多 {most} 字"),
                    format!("issuer.{key} is too long for a letter: it has {length} characters, {most} fit"),
                );
            }
            self.made_up(&format!("issuer.{key}"), &text.span(), text.get_ref());
        }
        if raw.from.get_ref().trim().is_empty() {
            self.fault(
                &raw.from.span(),
                "issuer.from 为空：介绍信要写明从哪里转出",
                "issuer.from is empty: a letter says from where the relation moves",
            );
        }
        let [from, address, phone, fax, postcode] = lines.map(|(_, text, _)| text.get_ref().clone());
        Issuer { from, address, phone, fax, postcode }
    }
}
