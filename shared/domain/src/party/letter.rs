//! The introduction letter (组织关系介绍信, N20–N22) and other papers: what each says, its number, its receipt.
//!
//! The register holds each letter whole, as it was printed: what the roster says later changes no
//! letter. Numbers come from the store's counter; the rules here only take them.

use chrono::{Days, NaiveDate};
use ledger::Private;
use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::ids::{LetterNumber, PaperId, PersonId, StudentId};
use crate::party::form::PartyForm;
use crate::student::Sex;
use crate::text::is_about;
use crate::words;

/// What a clearance keeps of its current letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterSummary {
    /// Its number.
    pub number: LetterNumber,
    /// The day of issue.
    pub issued_on: NaiveDate,
    /// The last day on which it is valid.
    pub valid_until: NaiveDate,
    /// When the receipt's sender had received it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub received_on: Option<NaiveDate>,
}

words! {
    /// The state of a letter.
    LetterState {
        /// On its way.
        Issued = "issued",
        /// The receipt has come back.
        Returned = "returned",
        /// Its days are over and no receipt has come.
        Expired = "expired",
        /// Another letter replaces it.
        Void = "void",
    }
}

words! {
    /// A member's standing, as a letter has it.
    Standing {
        /// A full member.
        Full = "full" | "正式",
        /// A member on probation.
        Probationary = "probationary" | "预备",
    }
}

impl LetterSummary {
    /// Its state on a day.
    pub fn state(&self, today: NaiveDate) -> LetterState {
        if self.received_on.is_some() {
            LetterState::Returned
        } else if today > self.valid_until {
            LetterState::Expired
        } else {
            LetterState::Issued
        }
    }
}

/// What of a register is asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct LetterFilter<'a> {
    /// Only letters in this state.
    pub state: Option<LetterState>,
    /// Issued or expired, and no receipt has come.
    pub without_receipt: bool,
    /// Issued, and nobody has said that its original is printed.
    pub not_printed: bool,
    /// Issued, and expiring within so many days.
    pub expires_within: Option<u64>,
    /// One college only.
    pub college: Option<&'a str>,
    /// A letter's number, a part of a student number, or of a name.
    pub text: Option<&'a str>,
}

impl LetterFilter<'_> {
    /// Whether a letter is asked for.
    pub fn includes(&self, letter: &Letter, today: NaiveDate) -> bool {
        let state = letter.state(today);
        let is_open = matches!(state, LetterState::Issued | LetterState::Expired);
        let last = self.expires_within.and_then(|days| today.checked_add_days(Days::new(days)));
        self.state.is_none_or(|wanted| wanted == state)
            && (!self.without_receipt || is_open)
            && (!self.not_printed || (state == LetterState::Issued && letter.printed.is_none()))
            && last.is_none_or(|last| state == LetterState::Issued && letter.valid_until <= last)
            && self.college.is_none_or(|college| college == letter.college)
            && self.text.is_none_or(|text| letter.is_about(text))
    }
}

/// What stands on a letter, by its layout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Content {
    /// A party introduction.
    Introduction(Box<Introduction>),
    /// A title and a text.
    Text(Box<TextContent>),
}

impl Content {
    /// 姓名.
    pub fn name(&self) -> &str {
        match self {
            Content::Introduction(content) => &content.name,
            Content::Text(content) => &content.name,
        }
    }

    /// 学院.
    pub fn college(&self) -> &str {
        match self {
            Content::Introduction(content) => &content.college,
            Content::Text(content) => &content.college,
        }
    }

    /// The student's telephone.
    pub fn phone(&self) -> Option<&str> {
        match self {
            Content::Introduction(content) => content.phone.as_deref(),
            Content::Text(content) => content.phone.as_deref(),
        }
    }

    /// A party introduction's, if it is one.
    pub fn introduction(&self) -> Option<&Introduction> {
        match self {
            Content::Introduction(content) => Some(content),
            Content::Text(_) => None,
        }
    }
}

/// What stands on a paper of words, whole as it was printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextContent {
    /// Its title.
    pub title: String,
    /// Its text, with every blank filled.
    pub text: String,
    /// 姓名.
    pub name: String,
    /// 学院.
    pub college: String,
    /// The day of issue.
    pub issued_on: NaiveDate,
    /// The last day on which it is valid.
    pub valid_until: NaiveDate,
    /// The student's telephone.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub phone: Option<String>,
    /// Who signs it.
    pub issuer: Issuer,
}

/// What stands on a party introduction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Introduction {
    /// 学院.
    pub college: String,
    /// 姓名.
    pub name: String,
    /// 性别.
    pub sex: Sex,
    /// Age in whole years on the day of issue.
    pub age: u32,
    /// 民族.
    pub ethnicity: String,
    /// 正式 or 预备.
    pub party: Standing,
    /// 身份证号: whole here, and nowhere else.
    pub id_number: String,
    /// The form: heading, destination, transfer kind.
    pub form: PartyForm,
    /// From where the relation moves.
    pub from: String,
    /// Up to when dues are paid.
    pub dues_paid_up_to: NaiveDate,
    /// Days it is valid.
    pub valid_days: u32,
    /// The day of issue.
    pub issued_on: NaiveDate,
    /// The last day on which it is valid.
    pub valid_until: NaiveDate,
    /// The member's telephone.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub phone: Option<String>,
    /// The issuing committee's address, telephone, fax and postcode.
    pub issuer: Issuer,
}

/// A receipt (回执) that came back (N21).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// When the relation was received.
    pub received_on: NaiveDate,
    /// Who signed it.
    pub from: String,
}

/// That a letter's original has been printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Printed {
    /// When somebody said so.
    pub at: Timestamp,
    /// Who.
    pub by: PersonId,
    /// Their name as it was then, where the system knows it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub by_name: Option<String>,
}

/// A letter in the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// Which paper it is; none: the party introduction.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub paper: Option<PaperId>,
    /// Its number.
    pub number: LetterNumber,
    /// 学号.
    pub student: StudentId,
    /// 学院.
    pub college: String,
    /// The day of issue.
    pub issued_on: NaiveDate,
    /// The last day on which it is valid.
    pub valid_until: NaiveDate,
    /// What stands on it; in JSON its digest.
    pub content: Private<Content>,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// By whom.
    pub issued_by: PersonId,
    /// The letter it replaces.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub replaces: Option<LetterNumber>,
    /// The letter that replaces it, which makes it void.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub replaced_by: Option<LetterNumber>,
    /// Its original on paper.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub printed: Option<Printed>,
    /// Its receipt.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub receipt: Option<Receipt>,
    /// How often the entry has changed since it was issued.
    pub version: u64,
}

impl Letter {
    /// Whether it has only just been written: the register hasn't got it yet.
    pub fn is_new(&self) -> bool {
        self.version == 0
    }

    /// Its state on a day.
    pub fn state(&self, today: NaiveDate) -> LetterState {
        if self.replaced_by.is_some() { LetterState::Void } else { self.summary().state(today) }
    }

    /// Whether it is what somebody looks for: by its number, its student's, or their name.
    fn is_about(&self, text: &str) -> bool {
        let name = self.content.get().map_or("", Content::name);
        text.parse() == Ok(self.number) || is_about(self.student.as_str(), name, text)
    }

    /// What the student's clearance keeps of it.
    pub fn summary(&self) -> LetterSummary {
        LetterSummary {
            number: self.number,
            issued_on: self.issued_on,
            valid_until: self.valid_until,
            received_on: self.receipt.as_ref().map(|receipt| receipt.received_on),
        }
    }
}

/// The committee that issues letters, as it stands on them; the seal is put on paper.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issuer {
    /// From where the relation moves.
    pub from: String,
    /// 地址.
    #[serde(default)]
    pub address: String,
    /// 电话.
    #[serde(default)]
    pub phone: String,
    /// 传真.
    #[serde(default)]
    pub fax: String,
    /// 邮编.
    #[serde(default)]
    pub postcode: String,
}
