//! A list that an office has at hand: student numbers, and perhaps a name, an amount and a reason beside each. And what
//! may be wrong with a table of any kind.

use crate::cell::{self, Cleaned, is_nothing, number_and_words, unusable};
use crate::field::{FieldFault, FieldRule, Format, LONGEST_REASON};
use crate::header::{ByHand, Column, Headings};
use crate::ids::StudentId;
use crate::roster::own_column;
use crate::text::{is_unseen, quoted, searched, tidy_name};
use crate::university::Pattern;

/// Why a table can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// It isn't a table, or holds nothing.
    #[error("not a table")]
    NotATable,
    /// It is something else, by its first bytes.
    #[error("a {0:?} and no table")]
    Is(OtherFile),
    /// It opens with a password only.
    #[error("a workbook with a password")]
    Password,
    /// There is a cell whose bytes are no text in any usual encoding.
    #[error("row {row}, cell {cell}: no text")]
    NotText {
        /// The row, from 1.
        row: usize,
        /// The cell in it, from 1.
        cell: usize,
        /// What can be read of it.
        read: String,
    },
    /// It has more rows than are taken.
    #[error("more than {most} rows")]
    TooManyRows {
        /// The most there may be, below the header.
        most: usize,
    },
    /// Its sheets are larger, once unpacked, than any list of students.
    #[error("more than {most} bytes unpacked")]
    TooLarge {
        /// The most bytes there may be.
        most: usize,
    },
    /// It holds more elements than any list of students.
    #[error("more than {most} elements")]
    TooManyElements {
        /// The most there may be.
        most: usize,
    },
    /// A cell claims to stand where no sheet has a place.
    #[error("no cell {reference}")]
    NoSuchCell {
        /// The sheet, if it has a name.
        sheet: Option<String>,
        /// Where it claims to stand.
        reference: String,
    },
    /// It has no sheet of this name.
    #[error("no sheet {name}")]
    NoSuchSheet {
        /// The name.
        name: String,
    },
}

/// What somebody may send in the place of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OtherFile {
    /// A document of Word.
    Word,
    /// Slides.
    Slides,
    /// A PDF.
    Pdf,
    /// A picture.
    Picture,
    /// A table of Apple's Numbers.
    Numbers,
    /// An archive.
    Archive,
    /// A web page whose sheets are in other files.
    Frames,
}

/// The most rows of an office's list.
pub const MOST_NUMBERS: usize = 20_000;

/// How many of a sheet's first rows may stand above its header.
pub const MOST_ABOVE: usize = 30;

/// The words that begin a row that is about the others: an example, a hint, a sum, a signature.
const ASIDE: [&str; 27] = [
    "例",
    "示例",
    "样例",
    "范例",
    "说明",
    "填写说明",
    "填表说明",
    "注",
    "注意",
    "备注",
    "合计",
    "总计",
    "小计",
    "共计",
    "总数",
    "共",
    "填表人",
    "制表人",
    "制表",
    "审核人",
    "经办人",
    "example",
    "e.g",
    "note",
    "total",
    "sum",
    "subtotal",
];

/// The longest name that a list may have beside a number, in characters.
pub const LONGEST_LISTED_NAME: usize = 100;

/// Checks a name that a list has beside a number: it may be of any characters, since it is only compared.
pub fn check_listed_name(name: &str) -> Result<(), FieldFault> {
    let most = LONGEST_LISTED_NAME;
    let fault = FieldFault::new("name", FieldRule::TooLong { most });
    if name.chars().count() > most { Err(fault) } else { Ok(()) }
}

/// What a row says that is about the others and names nobody: an example, a hint, a sum. A row with a number that `is_number`
/// knows is never one.
///
/// ```
/// use domain::sheet::aside;
/// let is_number = |text: &str| text.len() == 11 && text.bytes().all(|b| b.is_ascii_digit());
/// assert_eq!(aside(&["例：20151104027", "张三"], Some(0), is_number).as_deref(), Some("例：20151104027"));
/// assert_eq!(aside(&["", "合计", "3"], Some(0), is_number).as_deref(), Some("合计"));
/// assert_eq!(aside(&["20151104027", "共"], Some(0), is_number), None);
/// assert_eq!(aside(&["abc", "张三"], Some(0), is_number), None);
/// ```
pub fn aside<S: AsRef<str>>(
    cells: &[S],
    number: Option<usize>,
    is_number: impl Fn(&str) -> bool,
) -> Option<String> {
    let at = number.and_then(|place| cells.get(place)).map_or("", |cell| cell.as_ref().trim());
    if is_number(at) {
        return None;
    }
    let first = cells.iter().map(|cell| cell.as_ref().trim()).find(|cell| !cell.is_empty())?;
    let said = searched(first);
    let begins = |word: &&str| {
        let rest = said.strip_prefix(*word);
        // A word that goes on is another word: 共 and 共青团, total and totally.
        rest.is_some_and(|rest| {
            rest.chars().next().is_none_or(|c| !c.is_alphabetic() || "计人数条名".contains(c))
        })
    };
    let brackets = said.starts_with(['(', '【', '[']) && said.chars().count() > 2;
    (ASIDE.iter().any(begins) || (brackets && at.is_empty())).then(|| quoted(first))
}

/// Where a list's columns stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListColumns {
    /// Of student numbers.
    pub student: usize,
    /// Of names, to be compared with the roster's.
    pub name: Option<usize>,
    /// Of amounts.
    pub amount: Option<usize>,
    /// Of reasons.
    pub reason: Option<usize>,
    /// Headings that nothing reads.
    pub others: Vec<(usize, String)>,
}

/// The columns that a list may have.
#[rustfmt::skip]
pub fn list_headings() -> Headings<'static> {
    const READERS: &[&str] = &["学生学号", "学生编号", "学生号", "Student No", "Student", "读者证号", "读者证件号", "借阅证号", "借书证号", "校园卡号", "一卡通号", "学工号", "学号/工号"];
    const AMOUNTS: &[&str] = &["欠款", "欠款金额", "欠费", "欠费金额", "应缴", "应缴金额", "应交", "应交金额", "未缴金额", "待缴金额", "待缴", "欠缴金额", "欠缴", "费用", "罚款", "罚款金额", "滞纳金", "赔偿金额", "赔款", "Amount due", "Due", "Fine", "Debt", "Balance due", "Owed"];
    const REASONS: &[&str] = &["事由", "理由", "欠费原因", "欠款原因", "不通过原因", "未通过原因", "未办结原因", "未办理原因", "退回原因", "情况说明", "欠费项目", "备注", "说明", "情况", "Note", "Notes", "Remark", "Remarks", "Comment"];
    let own = ["student_id", "name"].into_iter().filter_map(own_column).map(|column| match column.id {
        "student_id" => Column { usual: READERS, ..column },
        _ => column,
    });
    let beside = |id, names, usual| Column { id, names, usual, required: false };
    Headings::new(own.chain([
        beside("amount_due", vec!["金额", "Amount"], AMOUNTS),
        beside("reason", vec!["原因", "Reason"], REASONS),
    ]).map(|column| Column { required: column.id == "student_id", ..column }).collect())
}

/// Whether a text looks like a student number and not like an identity number or a mobile telephone.
pub fn may_be_student_number(text: &str, like: Option<&Pattern>) -> bool {
    let Ok(Cleaned { text, .. }) = cell::number(text) else { return false };
    let mobile = text.len() == 11 && matches!(text.as_bytes(), [b'1', b'3'..=b'9', ..]);
    let digits = || text.bytes().filter(u8::is_ascii_digit).count() >= 4;
    let alike = like.map_or_else(digits, |like| like.fits(&text));
    alike && text.parse::<StudentId>().is_ok() && text.len() != 18 && !mobile
}

impl ListColumns {
    /// Finds the columns in a header.
    pub fn find<S: AsRef<str>>(header: &[S], by_hand: &ByHand) -> Result<Self, Vec<FieldFault>> {
        let found = list_headings().find(header.iter().map(AsRef::as_ref), by_hand)?;
        let mut at = found.at.into_iter();
        let mut next = || at.next().flatten();
        let (student, name, amount, reason) = (next(), next(), next(), next());
        let student = student.ok_or_else(|| vec![FieldFault::new("student_id", FieldRule::MissingColumn)])?;
        Ok(Self { student, name, amount, reason, others: found.others })
    }

    /// The column of a bare list that holds the most student numbers, which look like `like` if it is said what they look
    /// like.
    ///
    /// ```
    /// use domain::sheet::ListColumns;
    /// let rows = [vec!["王小明", "20151104027"]];
    /// assert_eq!(ListColumns::bare(&rows, None).unwrap().student, 1);
    /// assert!(ListColumns::bare(&[vec!["nobody"]], None).is_err());
    /// ```
    pub fn bare<S: AsRef<str>>(rows: &[Vec<S>], like: Option<&Pattern>) -> Result<Self, FieldFault> {
        let is_number = |row: &Vec<S>, column: usize| {
            row.get(column).is_some_and(|cell| may_be_student_number(cell.as_ref(), like))
        };
        let count = |column: usize| rows.iter().filter(|row| is_number(row, column)).count();
        let widest = rows.iter().map(Vec::len).max().unwrap_or_default();
        // Of two that hold as many, the one further left.
        let fullest =
            (0..widest).rev().max_by_key(|column| count(*column)).filter(|column| count(*column) > 0);
        let student = fullest.ok_or_else(|| FieldFault::new("student_id", FieldRule::MissingColumn))?;
        Ok(Self { student, name: None, amount: None, reason: None, others: Vec::new() })
    }
}

/// A row of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListRow {
    /// The number, as far as it can be told.
    pub student: String,
    /// The name beside it.
    pub name: Option<String>,
    /// The amount beside it, in the smallest unit.
    pub amount_due: Option<i64>,
    /// The reason beside it.
    pub reason: Option<String>,
    /// What of it can't be used.
    pub faults: Vec<FieldFault>,
    /// What was taken out of it, and is to be said.
    pub remarks: Vec<FieldFault>,
}

/// Reads a row of a list, whose amounts have `digits` behind the point.
pub fn read_list_row<S: AsRef<str>>(columns: &ListColumns, cells: &[S], digits: u8) -> ListRow {
    let at = |place: Option<usize>| {
        place.and_then(|place| cells.get(place)).map_or("", |cell| cell.as_ref().trim())
    };
    let (mut faults, mut remarks) = (Vec::new(), Vec::new());
    let mut said = |column: &str, cell: &'_ str| match unusable(cell) {
        Some(rule) => {
            faults.push(FieldFault::new(column, rule).reading(cell));
            false
        }
        None => !is_nothing(cell),
    };
    let (number, name, amount, reason) =
        (at(Some(columns.student)), at(columns.name), at(columns.amount), at(columns.reason));
    let has =
        [said("student_id", number), said("name", name), said("amount_due", amount), said("reason", reason)];
    let [has_number, has_name, has_amount, has_reason] = has;
    // A name beside the number, in its own cell.
    let (bare, words) = number_and_words(number);
    let number = if words.is_empty() || bare.len() < 4 { number } else { bare.as_str() };
    let name = if words.is_empty() || has_name { name } else { words.as_str() };
    let has_name = has_name || (!words.is_empty() && bare.len() >= 4);
    let student = match cell::number(number) {
        _ if !has_number => {
            if faults.is_empty() {
                faults.push(FieldFault::new("student_id", FieldRule::Required));
            }
            number.to_owned()
        }
        Ok(Cleaned { text, taken_out }) => {
            if !taken_out.is_empty() {
                let remark = FieldFault::new("student_id", FieldRule::TakenOut(taken_out));
                remarks.push(remark.reading(number));
            }
            text
        }
        Err(rule) => {
            faults.push(FieldFault::new("student_id", rule).reading(number));
            number.to_owned()
        }
    };
    let amount_due = has_amount.then(|| cell::amount(amount, digits)).flatten();
    if has_amount && amount_due.is_none() {
        faults.push(FieldFault::new("amount_due", FieldRule::Format(Format::Amount)).reading(amount));
    }
    let reason = has_reason.then(|| reason.chars().filter(|c| !is_unseen(*c)).collect::<String>());
    if reason.as_ref().is_some_and(|reason| reason.chars().count() > LONGEST_REASON) {
        faults.push(FieldFault::new("reason", FieldRule::TooLong { most: LONGEST_REASON }));
    }
    let name = has_name.then(|| tidy_name(name));
    // Nothing is owed where the amount is nought.
    let amount_due = amount_due.filter(|amount| *amount > 0);
    ListRow { student, name, amount_due, reason, faults, remarks }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_has_its_own_amount_and_reason() {
        let header = ["* 学 号", "姓名", "欠费金额（元）", "备注", "读者证号"];
        let columns = ListColumns::find(&header, &ByHand::new()).unwrap();
        assert_eq!(
            (columns.student, columns.name, columns.amount, columns.reason),
            (0, Some(1), Some(2), Some(3))
        );
        assert_eq!(columns.others, [(4, "读者证号".to_owned())]);
        let row = read_list_row(&columns, &["20151104027", "王 明", "12.50", "《红楼梦》未还", "9"], 2);
        assert_eq!((row.student.as_str(), row.name.as_deref()), ("20151104027", Some("王明")));
        assert_eq!((row.amount_due, row.reason.as_deref()), (Some(1250), Some("《红楼梦》未还")));
        assert_eq!((row.faults, row.remarks), (vec![], vec![]));
    }

    #[test]
    fn what_can_t_be_read_is_said_and_quoted() {
        let columns = ListColumns::find(&["学号", "金额"], &ByHand::new()).unwrap();
        let row = read_list_row(&columns, &["2.0151E+10", "约 12 元"], 2);
        let said: Vec<_> =
            row.faults.iter().map(|f| (f.field.as_str(), f.rule.code(), f.read.as_deref())).collect();
        let expected = [
            ("student_id", "digits-lost", Some("2.0151E+10")),
            ("amount_due", "not-an-amount", Some("约 12 元")),
        ];
        assert_eq!(said, expected);
        let row = read_list_row(&columns, &["20151104027 王小明", "45"], 2);
        assert_eq!((row.student.as_str(), row.name.as_deref()), ("20151104027", Some("王小明")));
        let row = read_list_row(&columns, &["2015\u{200b}1104027", "0"], 2);
        assert_eq!((row.student.as_str(), row.amount_due, row.remarks.len()), ("20151104027", None, 1));
    }
}
