//! A party introduction: its deadlines each in its order, each inside the window.

use chrono::NaiveDate;

use toml::Spanned;
use toml::value::Datetime;

use super::form::DAY;
use super::raw::{RawDeadline, RawIssuer, RawPaper};
use crate::Timestamp;
use crate::batch::Window;
use crate::facts::When;
use crate::fault::Weight;
use crate::paper::PartyRules;
use crate::party::letter::Issuer;
use crate::toml_file::check::Check;
use crate::university::University;

/// What a party introduction must say.
pub(super) struct PartyPaper<'a> {
    form_due: &'a Spanned<Datetime>,
    editable_until: &'a Spanned<RawDeadline>,
    reissue_until: &'a Spanned<Datetime>,
    dues_paid_up_to: &'a Spanned<Datetime>,
    receipts_until: &'a Spanned<Datetime>,
    issuer: &'a RawIssuer,
}

impl<'a> PartyPaper<'a> {
    /// What a party introduction must say, if all of it is there.
    pub(super) fn of(raw: &'a RawPaper) -> Option<Self> {
        Some(Self {
            form_due: raw.form_due.as_ref()?,
            editable_until: raw.editable_until.as_ref()?,
            reissue_until: raw.reissue_until.as_ref()?,
            dues_paid_up_to: raw.dues_paid_up_to.as_ref()?,
            receipts_until: raw.receipts_until.as_ref()?,
            issuer: raw.issuer.as_ref()?,
        })
    }
}

impl Check {
    /// The rules of a party introduction, and until when its receipts come in.
    pub(super) fn party(
        &mut self,
        university: &University,
        raw: &PartyPaper<'_>,
        (probationary, home, days): (Option<When>, &[String], u32),
        window: Option<&Window>,
    ) -> Option<(PartyRules, Timestamp)> {
        let opens = window.map(|window| window.opens);
        let form_due = self.in_order(["opens", "form_due"], opens, raw.form_due);
        let editable_until =
            self.deadlines(university, "editable_until", raw.editable_until, ("form_due", form_due));
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
        let rules = PartyRules {
            probationary,
            form_due: form_due?,
            editable_until,
            reissue_until: reissue_until?,
            dues_paid_up_to: dues?,
            home: home.to_vec(),
            issuer,
        };
        Some((rules, receipts_until?))
    }

    /// Up to when dues are paid, in the year of the batch.
    fn dues(&mut self, raw: &Spanned<Datetime>, opens: Option<Timestamp>) -> Option<NaiveDate> {
        let dues = raw.get_ref().to_string().parse::<NaiveDate>().ok();
        if dues.is_none() {
            let day = opens.map_or_else(|| DAY.to_owned(), |opens| opens.format("%Y-01-01").to_string());
            self.fault(
                &raw.span(),
                format!("党费交至日期应是日期，例如 {day}"),
                format!("dues_paid_up_to must be a date, as in {day}"),
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
    pub(super) fn issuer(&mut self, raw: &RawIssuer) -> Issuer {
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
