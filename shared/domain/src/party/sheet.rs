//! A college's table of its members (N18): a student number and what the member's form says, row by row. What a form may say
//! is decided where one is handed in.

use super::form::TransferKind;
use crate::cell::{self, is_nothing, number_and_name, unusable};
use crate::field::{FieldFault, FieldRule};
use crate::header::{ByHand, Column, Headings};
use crate::roster::own_column;
use crate::text::{is_unseen, searched, tidy_name};

/// The most members of one table.
pub const MOST_MEMBERS: usize = 2_000;

/// The columns that such a table may have; those of the forms' own sheet among them, so that it can be filled in and sent.
#[rustfmt::skip]
pub fn form_headings() -> Headings<'static> {
    const HEADINGS: &[&str] = &["抬头", "介绍信抬头名称", "转入党组织抬头", "抬头党组织", "抬头（县级以上党组织）", "Heading"];
    const DESTINATIONS: &[&str] = &["转入单位", "转往单位", "转入党组织", "去往单位", "接收单位", "接收党组织", "所去单位", "Destination"];
    const KINDS: &[&str] = &["转移类别", "转接类别", "转接类型", "省内省外", "Transfer kind"];
    const CONTACTS: &[&str] = &["联系人", "接收单位党务联系人", "对方联系人", "Receiver contact"];
    const PHONES: &[&str] = &["联系人电话", "接收单位联系电话", "对方电话", "Receiver phone"];
    let own = ["student_id", "name"].into_iter().filter_map(own_column);
    let beside = |id, name, usual, required| Column { id, names: vec![name], usual, required };
    Headings::new(own.chain([
        beside("heading", "介绍信抬头", HEADINGS, true),
        beside("destination", "去向", DESTINATIONS, true),
        beside("transfer_kind", "转往类别", KINDS, true),
        beside("receiver_contact", "接收单位联系人", CONTACTS, false),
        beside("receiver_phone", "接收单位电话", PHONES, false),
    ]).map(|column| Column { required: column.required && column.id != "name", ..column }).collect())
}

/// The ids of the columns, in order.
pub const COLUMNS: [&str; 7] =
    ["student_id", "name", "heading", "destination", "transfer_kind", "receiver_contact", "receiver_phone"];

/// Where each stands in a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormColumns {
    at: Vec<Option<usize>>,
}

/// A row: whose, and what their form says as far as the row says it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FormRow {
    /// What stands in the column of student numbers, without what nobody sees.
    pub student: String,
    /// The name beside it.
    pub name: Option<String>,
    /// 抬头.
    pub heading: String,
    /// 去向.
    pub destination: String,
    /// A word of [`TransferKind`], or nothing.
    pub transfer_kind: String,
    /// Whom to ask at the receiver.
    pub receiver_contact: Option<String>,
    /// Their telephone.
    pub receiver_phone: Option<String>,
    /// What can't be read.
    pub faults: Vec<FieldFault>,
}

impl FormColumns {
    /// Finds the columns in a header.
    pub fn find<S: AsRef<str>>(header: &[S], by_hand: &ByHand) -> Result<Self, Vec<FieldFault>> {
        Ok(Self { at: form_headings().find(header.iter().map(AsRef::as_ref), by_hand)?.at })
    }

    /// The columns that were found, each with its place.
    pub fn matched(&self) -> Vec<(usize, &'static str)> {
        COLUMNS.into_iter().zip(&self.at).filter_map(|(id, at)| Some(((*at)?, id))).collect()
    }

    fn cell<'c, S: AsRef<str>>(&self, cells: &'c [S], id: &str) -> &'c str {
        let at = COLUMNS.iter().position(|column| *column == id).and_then(|i| *self.at.get(i)?);
        at.and_then(|at| cells.get(at)).map_or("", |cell| cell.as_ref().trim())
    }
}

impl FormRow {
    /// Whether it says nothing of a form: a member who hasn't handed one in.
    pub fn is_blank(&self) -> bool {
        [&self.heading, &self.destination, &self.transfer_kind].iter().all(|text| text.is_empty())
            && self.faults.is_empty()
    }
}

/// Reads a row.
pub fn read_form_row<S: AsRef<str>>(columns: &FormColumns, cells: &[S]) -> FormRow {
    let mut faults = Vec::new();
    let mut line = |id: &str| -> String {
        let cell = columns.cell(cells, id);
        if let Some(rule) = unusable(cell) {
            faults.push(FieldFault::new(id, rule).reading(cell));
            return String::new();
        }
        if is_nothing(cell) {
            return String::new();
        }
        cell.chars().filter(|c| !is_unseen(*c)).collect()
    };
    let (heading, destination) = (line("heading"), line("destination"));
    let (kind, contact, phone) = (line("transfer_kind"), line("receiver_contact"), line("receiver_phone"));
    let (number, beside) = number_and_name(columns.cell(cells, "student_id"));
    let student = match cell::number(&number) {
        Ok(cleaned) => cleaned.text,
        Err(rule) => {
            faults.push(FieldFault::new("student_id", rule).reading(&number));
            number.clone()
        }
    };
    let transfer_kind = match plainly(&kind) {
        Some(word) => word.word().to_owned(),
        None if kind.is_empty() => String::new(),
        None => {
            let mut words: Vec<String> = TransferKind::CELLS.iter().map(|word| (*word).to_owned()).collect();
            words.dedup();
            faults.push(FieldFault::new("transfer_kind", FieldRule::OneOf(words)).reading(&kind));
            String::new()
        }
    };
    let name = columns.cell(cells, "name");
    let name = if is_nothing(name) { beside.as_str() } else { name };
    let name = Some(tidy_name(name)).filter(|name| !name.is_empty());
    let said = |text: String| Some(text).filter(|text| !text.is_empty());
    let (receiver_contact, receiver_phone) = (said(contact), said(phone));
    FormRow { student, name, heading, destination, transfer_kind, receiver_contact, receiver_phone, faults }
}

/// 省内, 转往省内, 省内转接.
fn plainly(cell: &str) -> Option<TransferKind> {
    let said = searched(cell);
    let bare = said.trim_start_matches("转往").trim_start_matches("转").trim_end_matches("转接");
    TransferKind::read_cell(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(header: &[&str]) -> FormColumns {
        FormColumns::find(header, &ByHand::new()).unwrap()
    }

    #[test]
    fn the_sheet_of_forms_that_is_taken_away_goes_in_again() {
        let header = [
            "序号",
            "学院",
            "学号",
            "姓名",
            "性别",
            "民族",
            "身份证号",
            "党员类别",
            "介绍信抬头",
            "去向",
            "转往类别",
            "接收单位联系人",
            "接收单位电话",
            "本人电话",
            "是否已提交",
            "介绍信编号",
        ];
        let cells = [
            "1",
            "信息学院",
            "20151104027",
            "王 明",
            "男",
            "汉族",
            "530***",
            "正式党员",
            "中共昆明市委组织部",
            "昆明市第一中学党委",
            "省内",
            "李书记",
            "0871-60000000",
            "13900000000",
            "是",
            "",
        ];
        let row = read_form_row(&columns(&header), &cells);
        let read = FormRow {
            student: "20151104027".to_owned(),
            name: Some("王明".to_owned()),
            heading: "中共昆明市委组织部".to_owned(),
            destination: "昆明市第一中学党委".to_owned(),
            transfer_kind: "in-province".to_owned(),
            receiver_contact: Some("李书记".to_owned()),
            receiver_phone: Some("0871-60000000".to_owned()),
            faults: Vec::new(),
        };
        assert_eq!(row, read);
        assert!(!row.is_blank());
    }

    #[test]
    fn who_has_not_handed_in_is_a_blank_row_and_what_cannot_be_read_is_none() {
        let columns = columns(&["学号", "抬头", "转入单位", "转接类型"]);
        assert!(read_form_row(&columns, &["20151104027", "", "", ""]).is_blank());
        let row = read_form_row(&columns, &["20151104027", "中共某市委组织部", "某单位", "出国"]);
        let said: Vec<_> = row.faults.iter().map(|f| (f.field.as_str(), f.read.as_deref())).collect();
        assert_eq!(said, [("transfer_kind", Some("出国"))]);
        assert!(read_form_row(&columns, &["20151104027 王明", "无", "—", "/"]).is_blank());
        assert_eq!(read_form_row(&columns, &["20151104027 王明", "", "", ""]).name.as_deref(), Some("王明"));
        assert_eq!(read_form_row(&columns, &["1", "", "", "转往省外"]).transfer_kind, "out-of-province");
        assert!(
            !read_form_row(&columns, &["2.0151E+10", "", "", ""]).is_blank(),
            "a number that lost its digits"
        );
    }

    #[test]
    fn a_table_without_what_a_form_needs_is_no_table_of_forms() {
        let faults = FormColumns::find(&["学号", "姓名"], &ByHand::new()).unwrap_err();
        let missing: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(missing, ["heading", "destination", "transfer_kind"]);
    }
}
