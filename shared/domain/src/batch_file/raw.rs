//! A batch file as it is written, before anything is checked; every value knows its place.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use toml::Spanned;
use toml::value::Datetime;

use crate::batch::Need;
use crate::ids::PaperId;
use crate::paper::LayoutName;
use crate::toml_file::words::{RawText, RawWhen};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawBatch {
    pub(super) id: Spanned<String>,
    pub(super) name: Spanned<RawText>,
    pub(super) window: RawWindow,
    #[serde(default)]
    pub(super) network: RawNetwork,
    #[serde(default)]
    pub(super) contacts: Vec<RawContact>,
    pub(super) offices: Spanned<Vec<RawOffice>>,
    pub(super) steps: Spanned<Vec<RawStep>>,
    #[serde(default)]
    pub(super) papers: Vec<RawPaper>,
    pub(super) reminders: Option<RawReminders>,
    #[serde(default)]
    pub(super) slip: RawSlip,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSlip {
    pub(super) title: Option<Spanned<RawText>>,
    pub(super) note: Option<Spanned<RawText>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawReminders {
    pub(super) window_days: Spanned<u32>,
    pub(super) letter_days: Option<Spanned<u32>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawWindow {
    pub(super) opens: Spanned<Datetime>,
    pub(super) closes: Spanned<Datetime>,
    pub(super) readable_until: Spanned<Datetime>,
    pub(super) retained_until: Spanned<Datetime>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawNetwork {
    #[serde(default = "nowhere")]
    pub(super) campus: Spanned<Vec<Spanned<String>>>,
    pub(super) help: Option<Spanned<RawText>>,
}

impl Default for RawNetwork {
    fn default() -> Self {
        Self { campus: nowhere(), help: None }
    }
}

fn nowhere() -> Spanned<Vec<Spanned<String>>> {
    Spanned::new(0..0, Vec::new())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawContact {
    pub(super) topic: Spanned<RawText>,
    pub(super) name: Spanned<RawText>,
    #[serde(default)]
    pub(super) when: RawWhen,
    pub(super) place: Option<Spanned<RawText>>,
    pub(super) phone: Option<Spanned<String>>,
    pub(super) hours: Option<Spanned<RawText>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawOffice {
    pub(super) id: Spanned<String>,
    pub(super) name: Spanned<RawText>,
    pub(super) decided_by: Option<Spanned<String>>,
    pub(super) scope: Option<Spanned<String>>,
    pub(super) place: Option<Spanned<RawText>>,
    pub(super) phone: Option<Spanned<String>>,
    pub(super) hours: Option<Spanned<RawText>>,
    #[serde(default)]
    pub(super) at: Vec<RawDesk>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawDesk {
    #[serde(default)]
    pub(super) when: RawWhen,
    pub(super) place: Option<Spanned<RawText>>,
    pub(super) phone: Option<Spanned<String>>,
    pub(super) hours: Option<Spanned<RawText>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawStep {
    pub(super) number: Spanned<u8>,
    pub(super) name: Spanned<RawText>,
    pub(super) office: Spanned<String>,
    #[serde(default)]
    pub(super) office_for: Vec<RawOfficeFor>,
    #[serde(default = "yes")]
    pub(super) required: bool,
    #[serde(default)]
    pub(super) after: Vec<Spanned<u8>>,
    #[serde(default)]
    pub(super) when: RawWhen,
    #[serde(default)]
    pub(super) parts: Vec<RawPart>,
    pub(super) help: Option<Spanned<RawText>>,
    pub(super) link: Option<Spanned<String>>,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawOfficeFor {
    pub(super) office: Spanned<String>,
    pub(super) when: RawWhen,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPart {
    pub(super) id: Spanned<String>,
    pub(super) name: Spanned<RawText>,
    #[serde(default)]
    pub(super) when: RawWhen,
    pub(super) needs: Option<Spanned<String>>,
}

/// A paper; which of its keys must be there, its layout says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPaper {
    pub(super) id: Spanned<String>,
    pub(super) name: Spanned<RawText>,
    pub(super) layout: LayoutName,
    pub(super) keeper: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) when: RawWhen,
    pub(super) probationary: Option<RawWhen>,
    pub(super) form_due: Option<Spanned<Datetime>>,
    pub(super) editable_until: Option<Spanned<RawDeadline>>,
    pub(super) reissue_until: Option<Spanned<Datetime>>,
    pub(super) letter_valid_days: Option<Spanned<u32>>,
    pub(super) dues_paid_up_to: Option<Spanned<Datetime>>,
    pub(super) receipts_until: Option<Spanned<Datetime>>,
    #[serde(default)]
    pub(super) home: Vec<String>,
    pub(super) issuer: Option<RawIssuer>,
    pub(super) title: Option<Spanned<RawText>>,
    pub(super) text: Option<Spanned<RawText>>,
    pub(super) issue_until: Option<Spanned<RawDeadline>>,
}

impl RawPaper {
    /// What a part needs that names this paper.
    pub(super) fn need(&self) -> Option<(PaperId, Need)> {
        let id: PaperId = self.id.get_ref().parse().ok()?;
        let need = match self.layout {
            LayoutName::PartyIntroduction => Need::Letter,
            LayoutName::Text => Need::Paper(id.clone()),
        };
        Some((id, need))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawIssuer {
    pub(super) from: Spanned<String>,
    #[serde(default = "unsaid")]
    pub(super) address: Spanned<String>,
    #[serde(default = "unsaid")]
    pub(super) phone: Spanned<String>,
    #[serde(default = "unsaid")]
    pub(super) fax: Spanned<String>,
    #[serde(default = "unsaid")]
    pub(super) postcode: Spanned<String>,
}

fn unsaid() -> Spanned<String> {
    Spanned::new(0..0, String::new())
}

/// A deadline: an instant, or one for each value of a fact, `{ campus = { lianhua = …, chenggong = … } }`.
pub(super) enum RawDeadline {
    Everybody(Datetime),
    By(Vec<(String, BTreeMap<String, Spanned<Datetime>>)>),
}

impl<'de> Deserialize<'de> for RawDeadline {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = RawDeadline;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an instant, or one for each value of a fact")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawDeadline, A::Error> {
                let mut by = Vec::new();
                while let Some(fact) = map.next_key::<String>()? {
                    // As `toml` hands on an instant: the only key of a map, which no file can have.
                    if fact.starts_with("$__toml") {
                        let text: String = map.next_value()?;
                        return text.parse().map(RawDeadline::Everybody).map_err(A::Error::custom);
                    }
                    by.push((fact, map.next_value()?));
                }
                Ok(RawDeadline::By(by))
            }
        }
        deserializer.deserialize_any(Read)
    }
}
