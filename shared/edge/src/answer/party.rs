//! Party forms, letters, the register (N14–N22).

use chrono::NaiveDate;
use domain::Timestamp;
use domain::party::form::{PartyForm, TransferKind, Warning};
use domain::party::letter::{Content, Letter, LetterState, LetterSummary};
use domain::text::Lang;
use serde::Serialize;
use utoipa::ToSchema;

use crate::contract::{StateOfLetter, TransferKindWord, WarningCode};
use crate::words;

/// A party form that was handed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct FormAnswer {
    /// 抬头.
    pub heading: String,
    /// 去向.
    pub destination: String,
    /// `in-province`, `out-of-province` or `on-campus`.
    #[schema(value_type = TransferKindWord)]
    pub transfer_kind: TransferKind,
    /// Whom to ask at the receiver.
    pub receiver_contact: Option<String>,
    /// Their telephone.
    pub receiver_phone: Option<String>,
    /// Always true: no other form is taken (N15).
    pub confirmed: bool,
}

impl From<&PartyForm> for FormAnswer {
    fn from(form: &PartyForm) -> Self {
        Self {
            heading: form.heading.clone(),
            destination: form.destination.clone(),
            transfer_kind: form.transfer_kind,
            receiver_contact: form.receiver_contact.clone(),
            receiver_phone: form.receiver_phone.clone(),
            confirmed: true,
        }
    }
}

/// Something that looks odd about a form but may be right.
#[derive(Debug, Serialize, ToSchema)]
pub struct WarningAnswer {
    /// Which field.
    pub field: &'static str,
    /// A stable word.
    #[schema(value_type = WarningCode)]
    pub code: Warning,
    /// The question.
    pub message: &'static str,
}

impl WarningAnswer {
    /// One warning.
    pub fn of(warning: Warning, lang: Lang) -> Self {
        Self { field: warning.field(), code: warning, message: words::warning(warning, lang) }
    }
}

/// A student's current letter.
#[derive(Debug, Serialize, ToSchema)]
pub struct LetterLine {
    /// Its number in the register.
    pub number: u32,
    /// `issued`, `returned` or `expired`.
    #[schema(value_type = StateOfLetter)]
    pub state: LetterState,
    /// The day of issue.
    #[schema(value_type = String, format = Date)]
    pub issued_on: NaiveDate,
    /// The last day on which it is valid.
    #[schema(value_type = String, format = Date)]
    pub valid_until: NaiveDate,
}

impl LetterLine {
    /// A letter on a day.
    pub fn of(letter: &LetterSummary, today: NaiveDate) -> Self {
        Self {
            number: letter.number,
            state: letter.state(today),
            issued_on: letter.issued_on,
            valid_until: letter.valid_until,
        }
    }
}

/// A letter of a register; the identity number stays on the letter itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct LetterAnswer {
    /// Which paper it is; null: the party introduction.
    pub paper: Option<String>,
    /// Its number in the register.
    pub number: u32,
    /// `issued`, `returned`, `expired` or `void`.
    #[schema(value_type = StateOfLetter)]
    pub state: LetterState,
    /// 学号.
    pub student: String,
    /// 姓名.
    pub name: String,
    /// 学院.
    pub college: String,
    /// 抬头 of a party introduction.
    pub heading: String,
    /// 去向 of a party introduction.
    pub destination: String,
    /// `in-province`, `out-of-province` or `on-campus`; none of another paper, and once the student's data has been forgotten.
    #[schema(value_type = Option<TransferKindWord>)]
    pub transfer_kind: Option<TransferKind>,
    /// The day of issue.
    #[schema(value_type = String, format = Date)]
    pub issued_on: NaiveDate,
    /// The last day on which it is valid.
    #[schema(value_type = String, format = Date)]
    pub valid_until: NaiveDate,
    /// The letter it replaces.
    pub replaces: Option<u32>,
    /// The letter that replaces it.
    pub replaced_by: Option<u32>,
    /// The member's telephone, as it stands on the letter.
    pub phone: Option<String>,
    /// Whom to ask at the receiver.
    pub receiver_contact: Option<String>,
    /// Their telephone.
    pub receiver_phone: Option<String>,
    /// Its original on paper.
    pub printed: Option<PrintedAnswer>,
    /// Its receipt.
    pub receipt: Option<ReceiptAnswer>,
}

/// That a letter's original has been printed.
#[derive(Debug, Serialize, ToSchema)]
pub struct PrintedAnswer {
    /// When somebody said so.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// Their name, where the system knows it.
    pub by_name: Option<String>,
}

/// A receipt that came back.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReceiptAnswer {
    /// When the relation was received.
    #[schema(value_type = String, format = Date)]
    pub received_on: NaiveDate,
    /// Who signed it.
    pub from: String,
}

impl LetterAnswer {
    /// A letter on a day.
    pub fn of(letter: &Letter, today: NaiveDate) -> Self {
        // Of what has been forgotten, numbers and days are left.
        let content = letter.content.get();
        let form = content.and_then(Content::introduction).map(|content| &content.form);
        let said = |text: Option<&str>| text.unwrap_or_default().to_owned();
        Self {
            paper: letter.paper.as_ref().map(ToString::to_string),
            number: letter.number,
            state: letter.state(today),
            student: letter.student.to_string(),
            name: said(content.map(Content::name)),
            college: letter.college.clone(),
            heading: said(form.map(|form| form.heading.as_str())),
            destination: said(form.map(|form| form.destination.as_str())),
            transfer_kind: form.map(|form| form.transfer_kind),
            issued_on: letter.issued_on,
            valid_until: letter.valid_until,
            replaces: letter.replaces,
            replaced_by: letter.replaced_by,
            phone: content.and_then(Content::phone).map(str::to_owned),
            receiver_contact: form.and_then(|form| form.receiver_contact.clone()),
            receiver_phone: form.and_then(|form| form.receiver_phone.clone()),
            printed: letter.printed.as_ref().map(|printed| PrintedAnswer {
                at: printed.at,
                by: printed.by.number().to_owned(),
                by_name: printed.by_name.clone(),
            }),
            receipt: letter.receipt.as_ref().map(|receipt| ReceiptAnswer {
                received_on: receipt.received_on,
                from: receipt.from.clone(),
            }),
        }
    }
}
