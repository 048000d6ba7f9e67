//! The introduction letter (组织关系介绍信, N20–N22) and other papers: what each says, its number, its receipt.
//!
//! The register holds each letter whole, as it was printed: what the roster says later changes no
//! letter. Numbers come from the store's counter; the rules here only take them.

use chrono::NaiveDate;
use ledger::Private;
use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::ids::{LetterNumber, PaperId, PersonId, StudentId};
use crate::party::form::PartyForm;
use crate::student::Sex;
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
