//! The party form (毕业生党员信息采集表, N14–N19): what it says, what is wrong with it, what is odd.

use ledger::{Private, Salt};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

use crate::cell::identity_flaw;
use crate::field::{FieldFault, FieldRule, Format, check_line, is_phone};
use crate::party::places::{Province, province_of};
use crate::refusal::Refusal;
use crate::student::Student;
use crate::words;

/// The most characters of a heading or a destination: more doesn't fit a letter.
pub const LONGEST_LINE: usize = 60;

/// The most characters of a name at the receiver.
pub const LONGEST_CONTACT: usize = 40;

words! {
    /// Where the relation goes (转往类别, N15).
    TransferKind {
        /// 省内.
        InProvince = "in-province" | "省内",
        /// 省外.
        OutOfProvince = "out-of-province" | "省外",
        /// 校内.
        OnCampus = "on-campus" | "校内",
    }
}

/// A form that was handed in. The member has confirmed that the receiver agreed to both texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartyForm {
    /// 抬头: whom the letter addresses (N16).
    pub heading: String,
    /// 去向: where the relation lands (N16); without a job, the place of household registration (N17).
    pub destination: String,
    /// 转往类别.
    pub transfer_kind: TransferKind,
    /// Whom to ask at the receiver.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub receiver_contact: Option<String>,
    /// Their telephone.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub receiver_phone: Option<String>,
}

/// A form as events and documents have it: whom to ask at the receiver is personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedIn {
    /// 抬头.
    pub heading: String,
    /// 去向.
    pub destination: String,
    /// 转往类别.
    pub transfer_kind: TransferKind,
    /// Whom to ask at the receiver.
    pub receiver: Private<Receiver>,
}

/// Whom to ask at the receiver, and their telephone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receiver {
    contact: Option<String>,
    phone: Option<String>,
}

impl HandedIn {
    /// The form under a salt.
    pub fn seal(form: &PartyForm, salt: Salt) -> Self {
        let PartyForm { heading, destination, transfer_kind, receiver_contact, receiver_phone } =
            form.clone();
        let receiver = Receiver { contact: receiver_contact, phone: receiver_phone };
        Self { heading, destination, transfer_kind, receiver: Private::seal(receiver, salt) }
    }

    /// The form; nobody to ask at the receiver once that has been forgotten.
    pub fn form(&self) -> PartyForm {
        let receiver = self.receiver.get();
        PartyForm {
            heading: self.heading.clone(),
            destination: self.destination.clone(),
            transfer_kind: self.transfer_kind,
            receiver_contact: receiver.and_then(|receiver| receiver.contact.clone()),
            receiver_phone: receiver.and_then(|receiver| receiver.phone.clone()),
        }
    }
}

/// A form as it is asked for.
#[derive(Debug, Clone, Default)]
pub struct FormRequest {
    /// The name beside the student's number, where the caller has a list: a form isn't handed in for somebody else.
    pub name: Option<String>,
    /// 抬头.
    pub heading: String,
    /// 去向.
    pub destination: String,
    /// A word of [`TransferKind`].
    pub transfer_kind: String,
    /// Whom to ask at the receiver.
    pub receiver_contact: Option<String>,
    /// Their telephone.
    pub receiver_phone: Option<String>,
    /// Whether the receiver agreed to both texts (N15).
    pub confirmed: bool,
    /// Why, when it is late or for somebody else.
    pub reason: Option<String>,
}

words! {
    /// Something that looks odd but may be right: asked about, never refused.
    Warning {
        /// The heading names no party committee or organisation department (N16).
        NoCommittee = "no-committee",
        /// The heading may be below county level (N16).
        BelowCounty = "below-county",
        /// What heading or destination say of the province contradicts the transfer kind.
        ProvinceContradicts = "province-contradicts",
        /// Heading and destination are the same.
        HeadingIsDestination = "heading-is-destination",
        /// The destination is only a place, and names nobody there who receives (N16).
        OnlyAPlace = "only-a-place",
        /// The roster's identity number contradicts its birth date or sex: a letter would come back.
        IdentityContradicts = "identity-contradicts",
        /// The roster's identity number fails its check digit, or lacks a place (GB 11643): likewise.
        IdentityFlaw = "identity-flaw",
    }
}

impl Warning {
    /// The field it is about.
    pub fn field(self) -> &'static str {
        match self {
            Warning::NoCommittee | Warning::BelowCounty => "heading",
            Warning::ProvinceContradicts => "transfer_kind",
            Warning::HeadingIsDestination | Warning::OnlyAPlace => "destination",
            Warning::IdentityContradicts | Warning::IdentityFlaw => "id_number",
        }
    }
}

/// NFKC, with single spaces and none around Chinese characters' ends: full-width and half-width
/// forms of one text become one.
fn normal(text: &str) -> String {
    let folded: String = text.nfkc().collect();
    let single = folded.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    // The letter has its own colon and full stop after these lines.
    let bare = single.trim_end_matches([':', '。', '.', ',', '，', ';', ' ']);
    // A Chinese name has Chinese brackets, whatever NFKC makes of them.
    if bare.is_ascii() { bare.to_owned() } else { bare.replace('(', "（").replace(')', "）") }
}

impl FormRequest {
    /// Reads the form: every field that breaks a rule is named.
    pub fn read(&self) -> Result<PartyForm, Refusal> {
        let mut faults = Vec::new();
        let heading = normal(&self.heading);
        let destination = normal(&self.destination);
        faults.extend(check_line("heading", &heading, LONGEST_LINE).err());
        faults.extend(check_line("destination", &destination, LONGEST_LINE).err());
        if ["支部", "总支"].iter().any(|branch| heading.contains(branch)) {
            faults.push(FieldFault::new("heading", FieldRule::Branch));
        }
        let kind = TransferKind::read(&self.transfer_kind);
        if kind.is_none() {
            faults.push(FieldFault::new("transfer_kind", FieldRule::one_of::<TransferKind>()));
        }
        if !self.confirmed {
            faults.push(FieldFault::new("confirmed", FieldRule::Required));
        }
        let receiver_contact = optional(self.receiver_contact.as_deref());
        if let Some(contact) = &receiver_contact {
            faults.extend(check_line("receiver_contact", contact, LONGEST_CONTACT).err());
        }
        let receiver_phone = optional(self.receiver_phone.as_deref());
        if receiver_phone.as_deref().is_some_and(|phone| !is_phone(phone)) {
            faults.push(FieldFault::new("receiver_phone", FieldRule::Format(Format::Phone)));
        }
        match kind {
            Some(transfer_kind) if faults.is_empty() => {
                Ok(PartyForm { heading, destination, transfer_kind, receiver_contact, receiver_phone })
            }
            _ => Err(Refusal::InvalidFields(faults)),
        }
    }
}

fn optional(text: Option<&str>) -> Option<String> {
    text.map(normal).filter(|text| !text.is_empty())
}

impl PartyForm {
    /// What looks odd about it, and about the roster's row that the letter is made of with it.
    pub fn warnings(&self, home: &[String], student: &Student) -> Vec<Warning> {
        let mut warnings = self.letter_warnings(home);
        if student.personal().identity_contradicts() {
            warnings.push(Warning::IdentityContradicts);
        }
        if student.personal().id_number.as_deref().and_then(identity_flaw).is_some() {
            warnings.push(Warning::IdentityFlaw);
        }
        warnings
    }

    /// What looks odd about the form itself.
    pub fn letter_warnings(&self, home: &[String]) -> Vec<Warning> {
        let mut warnings = Vec::new();
        if !names_a_committee(&self.heading) {
            warnings.push(Warning::NoCommittee);
        }
        if below_county(&self.heading) {
            warnings.push(Warning::BelowCounty);
        }
        let named = [province_of(&self.heading, home), province_of(&self.destination, home)];
        let contradicts = match self.transfer_kind {
            TransferKind::InProvince | TransferKind::OnCampus => named.contains(&Province::Elsewhere),
            TransferKind::OutOfProvince => named.contains(&Province::Home),
        };
        if contradicts {
            warnings.push(Warning::ProvinceContradicts);
        }
        if self.heading == self.destination {
            warnings.push(Warning::HeadingIsDestination);
        }
        if only_a_place(&self.destination, home) {
            warnings.push(Warning::OnlyAPlace);
        }
        warnings
    }
}

/// 党委, 工委, 委员会, 组织部; or a committee in short, 中共……县委; or an army's political department.
fn names_a_committee(heading: &str) -> bool {
    let named = ["党委", "工委", "委员会", "组织部", "政治部", "政治工作部", "政治工作局"]
        .iter()
        .any(|word| heading.contains(word));
    let short = (heading.starts_with("中共") || heading.starts_with("中国共产党"))
        && ["省委", "市委", "州委", "盟委", "地委", "区委", "县委", "旗委"]
            .iter()
            .any(|word| heading.ends_with(word));
    named || short
}

/// Towns, townships, streets and villages are below the county.
fn below_county(heading: &str) -> bool {
    const BELOW: [&str; 9] =
        ["街道", "镇党委", "镇委员会", "乡党委", "乡委员会", "社区", "村委", "民族乡", "镇委"];
    BELOW.iter().any(|word| heading.contains(word))
}

/// 云南省, 昆明市五华区, 昆明: a division of the country and nobody in it. A shop, a campus, a command end like one.
fn only_a_place(destination: &str, home: &[String]) -> bool {
    const DIVISIONS: [&str; 10] = ["省", "市", "区", "州", "盟", "县", "旗", "镇", "乡", "街道"];
    const ENDS_ALIKE: [&str; 11] =
        ["超市", "校区", "军区", "战区", "园区", "小区", "厂区", "矿区", "分区", "社区", "联盟"];
    const RECEIVES: [&str; 7] = ["委", "局", "公司", "集团", "大学", "学院", "党支部"];
    let ends_with = |words: &[&str]| words.iter().any(|word| destination.ends_with(word));
    let division = ends_with(&DIVISIONS)
        && !ends_with(&ENDS_ALIKE)
        && !RECEIVES.iter().any(|word| destination.contains(word));
    // A province by its bare name, of two or three characters, or a place at home.
    let bare = destination.chars().count() <= 3 && province_of(destination, home) != Province::Unknown;
    division || bare || home.iter().any(|place| place == destination)
}
