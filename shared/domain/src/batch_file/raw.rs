//! A batch file as it is written, before anything is checked; every value knows its place.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use crate::batch::{DecidedBy, Need, When};
use crate::student::Campus;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawBatch {
    pub(super) id: Spanned<String>,
    pub(super) name: Spanned<String>,
    pub(super) name_en: Spanned<String>,
    pub(super) window: RawWindow,
    #[serde(default)]
    pub(super) network: RawNetwork,
    #[serde(default)]
    pub(super) contacts: Vec<RawContact>,
    pub(super) offices: Spanned<Vec<RawOffice>>,
    pub(super) steps: Spanned<Vec<RawStep>>,
    pub(super) party: RawParty,
    pub(super) reminders: Option<RawReminders>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawReminders {
    pub(super) window_days: Spanned<u32>,
    pub(super) letter_days: Spanned<u32>,
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
    pub(super) help: Option<Spanned<String>>,
    pub(super) help_en: Option<String>,
}

impl Default for RawNetwork {
    fn default() -> Self {
        Self { campus: nowhere(), help: None, help_en: None }
    }
}

fn nowhere() -> Spanned<Vec<Spanned<String>>> {
    Spanned::new(0..0, Vec::new())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawContact {
    pub(super) topic: String,
    pub(super) topic_en: String,
    pub(super) name: Spanned<String>,
    pub(super) name_en: String,
    pub(super) campus: Option<Campus>,
    pub(super) place: Option<String>,
    pub(super) place_en: Option<String>,
    pub(super) phone: Option<Spanned<String>>,
    pub(super) hours: Option<String>,
    pub(super) hours_en: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawOffice {
    pub(super) id: Spanned<String>,
    pub(super) name: Spanned<String>,
    pub(super) name_en: Spanned<String>,
    pub(super) decided_by: Option<DecidedBy>,
    pub(super) place: Option<String>,
    pub(super) place_en: Option<String>,
    pub(super) phone: Option<Spanned<String>>,
    pub(super) hours: Option<String>,
    pub(super) hours_en: Option<String>,
    #[serde(default)]
    pub(super) at: Vec<RawDesk>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawDesk {
    pub(super) campus: Option<Campus>,
    pub(super) college: Option<String>,
    pub(super) place: Option<String>,
    pub(super) place_en: Option<String>,
    pub(super) phone: Option<Spanned<String>>,
    pub(super) hours: Option<String>,
    pub(super) hours_en: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawStep {
    pub(super) number: Spanned<u8>,
    pub(super) name: Spanned<String>,
    pub(super) name_en: Spanned<String>,
    pub(super) office: Spanned<String>,
    #[serde(default)]
    pub(super) office_for: Vec<RawOfficeFor>,
    #[serde(default = "yes")]
    pub(super) required: bool,
    #[serde(default)]
    pub(super) after: Vec<Spanned<u8>>,
    #[serde(default)]
    pub(super) when: When,
    #[serde(default)]
    pub(super) parts: Vec<RawPart>,
    pub(super) help: Option<String>,
    pub(super) help_en: Option<String>,
    pub(super) link: Option<Spanned<String>>,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawOfficeFor {
    pub(super) office: Spanned<String>,
    pub(super) when: When,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPart {
    pub(super) id: Spanned<String>,
    pub(super) name: Spanned<String>,
    pub(super) name_en: Spanned<String>,
    #[serde(default)]
    pub(super) when: When,
    pub(super) needs: Option<Need>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawParty {
    pub(super) form_due: Spanned<Datetime>,
    pub(super) editable_until: Spanned<BTreeMap<Campus, Spanned<Datetime>>>,
    pub(super) reissue_until: Spanned<Datetime>,
    pub(super) letter_valid_days: Spanned<u32>,
    pub(super) dues_paid_up_to: Spanned<Datetime>,
    pub(super) receipts_until: Spanned<Datetime>,
    #[serde(default)]
    pub(super) home: Vec<String>,
    pub(super) issuer: RawIssuer,
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
