//! Deadlines and terms of party letters: each in its order, each inside the window.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::Check;
use super::raw::{RawIssuer, RawParty};
use crate::Timestamp;
use crate::batch::{PartyRules, Window};
use crate::fault::Weight;
use crate::party::letter::Issuer;
use crate::student::Campus;

impl Check {
    pub(super) fn party(&mut self, raw: &RawParty, window: Option<&Window>) -> Option<PartyRules> {
        let opens = window.map(|window| window.opens);
        let form_due = self.in_order(["opens", "form_due"], opens, &raw.form_due);
        let editable_until = self.editable_until(raw, form_due);
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
        let dues = self.dues(raw, opens);
        let receipts_until =
            self.in_order(["reissue_until", "receipts_until"], reissue_until, &raw.receipts_until);
        let last = window.map(|window| window.closes + chrono::TimeDelta::days(i64::from(days)));
        if receipts_until.zip(last).is_some_and(|(until, last)| until < last) {
            self.fault(
                &raw.receipts_until.span(),
                "receipts_until 早于最后一份介绍信的有效期：请写到 closes 加有效天数之后",
                "receipts_until is before the last letter expires: write it after closes and the letter's days",
            );
        }
        let issuer = self.issuer(&raw.issuer);
        Some(PartyRules {
            form_due: form_due?,
            editable_until,
            reissue_until: reissue_until?,
            letter_valid_days: days,
            dues_paid_up_to: dues?,
            receipts_until: receipts_until?,
            home: raw.home.clone(),
            issuer,
        })
    }

    /// When forms can be changed no more, which every campus says.
    fn editable_until(&mut self, raw: &RawParty, form_due: Option<Timestamp>) -> BTreeMap<Campus, Timestamp> {
        let mut editable_until = BTreeMap::new();
        for campus in Campus::ALL {
            match raw.editable_until.get_ref().get(&campus) {
                Some(at) => {
                    let key = format!("editable_until.{}", campus.word());
                    let at = self.in_order(["form_due", &key], form_due, at);
                    editable_until.extend(at.map(|at| (campus, at)));
                }
                None => self.fault(
                    &raw.editable_until.span(),
                    format!("editable_until 缺少 {0} 校区的截止时刻：添上 {0} = …", campus.word()),
                    format!("editable_until lacks the campus {}: add its deadline", campus.word()),
                ),
            }
        }
        editable_until
    }

    /// Up to when dues are paid, in the year of the batch.
    fn dues(&mut self, raw: &RawParty, opens: Option<Timestamp>) -> Option<NaiveDate> {
        let dues = raw.dues_paid_up_to.get_ref().to_string().parse::<NaiveDate>().ok();
        if dues.is_none() {
            self.fault(
                &raw.dues_paid_up_to.span(),
                "党费交至日期应是日期，例如 2018-01-01",
                "dues_paid_up_to must be a date, as in 2018-01-01",
            );
        }
        if let (Some(dues), Some(opens)) = (dues, opens)
            && (opens.date_naive() - dues).num_days().abs() > 366
        {
            self.note(
                Weight::Odd,
                &raw.dues_paid_up_to.span(),
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
            self.made_up(&format!("issuer.{key}"), text);
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
