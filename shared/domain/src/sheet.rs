//! A list that an office has at hand: student numbers, and perhaps a name, an amount and a reason beside each. And what
//! may be wrong with a table of any kind.

use std::collections::BTreeMap;

use crate::cell::{self, Cleaned, is_nothing, number_and_name, unusable};
use crate::field::{FieldFault, FieldRule, Format, LONGEST_REASON};
use crate::header::{ByHand, Column, Headings};
use crate::ids::StudentId;
use crate::roster::own_column;
use crate::text::{heading, is_unseen, quoted, same_name, searched, tidy_name};
use crate::university::{Currency, Pattern};

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
    /// A web page without a table: most often one to sign in at.
    Page,
    /// Data for programs: JSON, XML, dBASE.
    Data,
}

/// The most rows of an office's list.
pub const MOST_NUMBERS: usize = 20_000;

/// How many of a sheet's first rows may stand above its header.
pub const MOST_ABOVE: usize = 30;

/// The words that begin a row that is about the others: an example, a hint, a sum, a signature.
const ASIDE: [&str; 51] = [
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
    "审核",
    "复核人",
    "复核",
    "经办人",
    "经手人",
    "负责人",
    "填报人",
    "填报单位",
    "学院盖章",
    "学院(盖章)",
    "单位盖章",
    "单位(盖章)",
    "盖章",
    "签字",
    "签名",
    "日期",
    "填表日期",
    "制表日期",
    "制表时间",
    "打印时间",
    "打印日期",
    "导出时间",
    "导出日期",
    "统计时间",
    "统计日期",
    "example",
    "e.g",
    "note",
    "total",
    "sum",
    "subtotal",
];

/// The words that make an example of a row although its number could be somebody's.
const EXAMPLES: [&str; 7] = ["例", "示例", "样例", "范例", "举例", "example", "sample"];

/// The longest name that a list may have beside a number, in characters.
pub const LONGEST_LISTED_NAME: usize = 100;

/// Checks a name that a list has beside a number: it may be of any characters, since it is only compared.
pub fn check_listed_name(name: &str) -> Result<(), FieldFault> {
    let most = LONGEST_LISTED_NAME;
    let fault = FieldFault::new("name", FieldRule::TooLong { most });
    if name.chars().count() > most { Err(fault) } else { Ok(()) }
}

/// What a row says that is about the others and names nobody: an example, a hint, a sum. A row with a number that `is_number`
/// knows is none but an example that says so in a cell of its own.
///
/// ```
/// use domain::sheet::aside;
/// let is_number = |text: &str| text.len() == 11 && text.bytes().all(|b| b.is_ascii_digit());
/// assert_eq!(aside(&["例：20151104027", "张三"], Some(0), is_number).as_deref(), Some("例：20151104027"));
/// assert_eq!(aside(&["", "合计", "3"], Some(0), is_number).as_deref(), Some("合计"));
/// assert_eq!(aside(&["20151104027", "共"], Some(0), is_number), None);
/// assert_eq!(aside(&["abc", "张三"], Some(0), is_number), None);
/// assert_eq!(aside(&["示例", "20151104027", "张三"], Some(1), is_number).as_deref(), Some("示例"));
/// assert_eq!(aside(&["打印时间：2026-06-01"], Some(0), is_number).as_deref(), Some("打印时间：2026-06-01"));
/// ```
pub fn aside<S: AsRef<str>>(
    cells: &[S],
    number: Option<usize>,
    is_number: impl Fn(&str) -> bool,
) -> Option<String> {
    let at = number.and_then(|place| cells.get(place)).map_or("", |cell| cell.as_ref().trim());
    let first = cells.iter().map(|cell| cell.as_ref().trim()).find(|cell| !cell.is_empty())?;
    let said = searched(first);
    if EXAMPLES.contains(&said.trim_end_matches(':')) {
        return Some(quoted(first));
    }
    if is_number(at) {
        return None;
    }
    // The foot of a printed page: 第 1 页 共 3 页.
    if said.starts_with('第') && said.contains('页') {
        return Some(quoted(first));
    }
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

/// As many rows below a header may say what belongs under it.
pub const MOST_HINTS: usize = 3;

/// What a row right below a header says of the columns and of nobody: their numbers, their names in another language, what
/// to fill in. A row with a number that `is_number` knows is never one.
///
/// ```
/// use domain::sheet::hint;
/// let is_number = |text: &str| text.len() == 11 && text.bytes().all(|b| b.is_ascii_digit());
/// for hints in [["1", "2", "3"], ["甲", "乙", "丙"], ["XH", "XM", "XB"], ["Student No.", "Name", "Sex"], ["必填", "必填", "选填"]] {
///     assert!(hint(&hints, Some(0), is_number).is_some(), "{hints:?}");
/// }
/// assert!(hint(&["请填写11位学号", "请填写姓名", "男/女"], Some(0), is_number).is_some());
/// assert!(hint(&["abc", "张三", "男"], Some(0), is_number).is_none());
/// assert!(hint(&["20151104027", "Ana", "f"], Some(0), is_number).is_none());
/// ```
pub fn hint<S: AsRef<str>>(
    cells: &[S],
    number: Option<usize>,
    is_number: impl Fn(&str) -> bool,
) -> Option<String> {
    const STEMS: [char; 10] = ['甲', '乙', '丙', '丁', '戊', '己', '庚', '辛', '壬', '癸'];
    const HINTS: [&str; 14] = [
        "必填",
        "选填",
        "请填",
        "请输入",
        "请选",
        "填写",
        "格式",
        "文本",
        "下拉",
        "位数字",
        "例如",
        "字符",
        "required",
        "optional",
    ];
    let at = number.and_then(|place| cells.get(place)).map_or("", |cell| cell.as_ref().trim());
    let said: Vec<String> =
        cells.iter().map(|cell| searched(cell.as_ref())).filter(|cell| !cell.is_empty()).collect();
    if is_number(at) || said.len() < 2 {
        return None;
    }
    let in_order = said.len() > 2
        && said.iter().zip(1..).all(|(cell, place)| cell.trim_matches(['(', ')']) == place.to_string());
    let stems = said.len() > 2 && said.iter().zip(STEMS).all(|(cell, stem)| cell.chars().eq([stem]));
    let latin = |cell: &String| cell.bytes().all(|b| b.is_ascii_alphabetic() || b" _-./()*#".contains(&b));
    let names = said.len() > 2 && said.iter().all(latin) && !at.is_empty();
    let hints = said.iter().filter(|cell| HINTS.iter().any(|word| cell.contains(word))).count() > 1;
    (in_order || stems || names || hints).then(|| said.join(" ")).map(|text| quoted(&text))
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
    /// By how many digits the amounts' unit is more than the currency's, or less: 4 of 万元, -2 of 分.
    shift: i8,
    /// Headings that nothing reads.
    pub others: Vec<(usize, String)>,
}

/// The columns that a list may have.
#[rustfmt::skip]
pub fn list_headings() -> Headings<'static> {
    const READERS: &[&str] = &["学生学号", "学生编号", "学生号", "Student No", "Student", "读者证号", "读者证件号", "借阅证号", "借书证号", "校园卡号", "一卡通号", "学工号", "学号/工号", "读者条码", "读者条码号", "读者号", "证件号", "证号", "Reader No", "Borrower ID", "Patron ID", "Patron barcode"];
    // What is still owed comes before what was charged.
    const AMOUNTS: &[&str] = &["欠款", "欠款金额", "欠费", "欠费金额", "未缴金额", "未缴", "待缴金额", "待缴", "欠缴金额", "欠缴", "Debt", "Owed", "Balance due", "Amount due", "Due", "应缴", "应缴金额", "应交", "应交金额", "费用", "罚款", "罚款金额", "滞纳金", "赔偿金额", "赔款", "Fine"];
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
        let of_amounts = amount.and_then(|place| header.get(place)).map_or("", |heading| heading.as_ref());
        // What somebody has said of any amount, they have said having seen them all.
        let is_said = by_hand.iter().any(|(place, column)| match column {
            Some(column) => column == "amount_due",
            None => header
                .get(*place)
                .is_some_and(|heading| is_charged(heading.as_ref()) || is_paid(heading.as_ref())),
        });
        if amount.is_some() && !is_said {
            one_amount(of_amounts, &found.others).map_err(|fault| vec![fault])?;
        }
        Ok(Self { student, name, amount, reason, shift: shift_of(of_amounts), others: found.others })
    }

    /// The same; a header that names no student numbers, where others of its columns are named, has them in the column that
    /// holds the most of them.
    pub fn find_or_guess<S: AsRef<str>>(
        header: &[S],
        by_hand: &ByHand,
        rows: &[Vec<S>],
        like: Option<&Pattern>,
    ) -> Result<Self, Vec<FieldFault>> {
        let found = Self::find(header, by_hand);
        let is_missing =
            |fault: &FieldFault| fault.field == "student_id" && fault.rule == FieldRule::MissingColumn;
        let Err(faults) = &found else { return found };
        if !faults.iter().all(is_missing) {
            return found;
        }
        let Some(guessed) = Self::bare(rows, like).ok().filter(|it| !by_hand.contains_key(&it.student))
        else {
            return found;
        };
        let mut by_hand = by_hand.clone();
        by_hand.insert(guessed.student, Some("student_id".to_owned()));
        Self::find(header, &by_hand)
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
        // With a name behind it in the same cell, too.
        let is_number = |row: &Vec<S>, column: usize| {
            row.get(column).is_some_and(|cell| may_be_student_number(&number_and_name(cell.as_ref()).0, like))
        };
        let count = |column: usize| rows.iter().filter(|row| is_number(row, column)).count();
        let widest = rows.iter().map(Vec::len).max().unwrap_or_default();
        // Of two that hold as many, the one further left.
        let fullest =
            (0..widest).rev().max_by_key(|column| count(*column)).filter(|column| count(*column) > 0);
        let student = fullest.ok_or_else(|| FieldFault::new("student_id", FieldRule::MissingColumn))?;
        Ok(Self::of_numbers(student))
    }

    /// Nothing but numbers, in one column.
    fn of_numbers(student: usize) -> Self {
        Self { student, name: None, amount: None, reason: None, shift: 0, others: Vec::new() }
    }
}

/// What a column of amounts may be called that says what was to be paid, and not what still is.
const CHARGED: [&str; 16] = [
    "金额",
    "应缴",
    "应缴金额",
    "应交",
    "应交金额",
    "应收",
    "应收金额",
    "费用",
    "罚款",
    "罚款金额",
    "滞纳金",
    "赔偿金额",
    "赔款",
    "赔偿",
    "Fine",
    "Amount",
];
/// What a heading says of that which has been paid, or of whether it has.
const PAID: [&str; 13] = [
    "已缴",
    "已交",
    "实缴",
    "实交",
    "实收",
    "已付",
    "已还",
    "缴清",
    "结清",
    "还清",
    "是否缴",
    "是否归还",
    "paid",
];

fn is_charged(text: &str) -> bool {
    CHARGED.iter().any(|word| heading(word) == heading(text))
}

fn is_paid(text: &str) -> bool {
    let said = heading(text);
    PAID.iter().any(|word| said.contains(*word)) && !said.contains('未') && !said.contains("unpaid")
}

/// Refuses amounts of which only somebody can say what is owed: what was charged beside what was paid, or several that
/// were charged.
fn one_amount(chosen: &str, others: &[(usize, String)]) -> Result<(), FieldFault> {
    let named =
        |is: fn(&str) -> bool| others.iter().map(|(_, other)| other).filter(move |other| is(other)).cloned();
    let mut names = vec![chosen.to_owned()];
    // Beside what is owed altogether, what was charged is its reason; a surcharge is not.
    if is_charged(chosen) || others.iter().any(|(_, other)| heading(other) == "滞纳金") {
        names.extend(named(is_charged));
    }
    if is_charged(chosen) {
        names.extend(named(is_paid));
    }
    if names.len() == 1 {
        return Ok(());
    }
    Err(FieldFault::new("amount_due", FieldRule::WhichOf(names)))
}

/// By how many digits the unit in a heading's brackets is more than the currency's.
fn shift_of(heading: &str) -> i8 {
    let said = searched(heading);
    let inside = said.split_once('(').map_or("", |(_, rest)| rest);
    match inside.trim_end_matches(')').trim_start_matches("单位").trim_start_matches(':') {
        "万元" | "万" => 4,
        "千元" | "千" => 3,
        "百元" => 2,
        "角" => -1,
        "分" | "cent" | "cents" => -2,
        _ => 0,
    }
}

/// Puts together what a list has of one student in several rows: amounts are added up, reasons stand beside each other. Rows
/// that say the very same, or another name, stay as they are, and are somebody's to look at.
pub fn added_up(rows: Vec<(usize, ListRow)>) -> Vec<(usize, ListRow)> {
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut kept: Vec<(usize, ListRow, Vec<usize>)> = Vec::with_capacity(rows.len());
    for (number, row) in rows {
        let first = places.get(&row.student.to_ascii_uppercase()).and_then(|place| kept.get_mut(*place));
        match first {
            Some((_, first, also)) if first.takes(&row) => {
                first.add(row);
                also.push(number);
            }
            _ => {
                places.entry(row.student.to_ascii_uppercase()).or_insert(kept.len());
                kept.push((number, row, Vec::new()));
            }
        }
    }
    let said = kept.into_iter().map(|(number, mut row, also)| {
        if !also.is_empty() {
            row.remarks.push(FieldFault::new("student_id", FieldRule::AddedUp(also)).reading(&row.student));
        }
        (number, row)
    });
    said.collect()
}

impl ListRow {
    /// Whether another row of the same student says something more.
    fn takes(&self, other: &Self) -> bool {
        let is_same_name = match (&self.name, &other.name) {
            (Some(name), Some(other)) => same_name(name) == same_name(other),
            _ => true,
        };
        let says = (other.reason.is_some() && other.reason != self.reason)
            || (other.amount_due.is_some() && other.amount_due != self.amount_due);
        let joined =
            self.reason.iter().chain(&other.reason).map(|reason| reason.chars().count() + 1).sum::<usize>();
        says && is_same_name
            && self.faults.is_empty()
            && other.faults.is_empty()
            && self.amount_due.is_some() == other.amount_due.is_some()
            && joined <= LONGEST_REASON
    }

    fn add(&mut self, other: Self) {
        self.amount_due = self.amount_due.zip(other.amount_due).map(|(one, other)| one.saturating_add(other));
        let also = other.reason.filter(|reason| self.reason.as_ref() != Some(reason));
        let reasons: Vec<String> = self.reason.take().into_iter().chain(also).collect();
        self.reason = Some(reasons.join("；")).filter(|reason| !reason.is_empty());
        self.remarks.extend(other.remarks);
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

/// The rows of a line of nothing but student numbers, as a message has them: `20151104027、20151104028`. Only where the
/// university says what they look like.
pub fn numbers_of_a_line<S: AsRef<str>>(
    cells: &[S],
    like: Option<&Pattern>,
    currency: &Currency,
) -> Option<Vec<ListRow>> {
    let said: Vec<&str> =
        cells.iter().map(|cell| cell.as_ref().trim()).filter(|cell| !cell.is_empty()).collect();
    let are_numbers =
        like.is_some() && said.len() > 1 && said.iter().all(|cell| may_be_student_number(cell, like));
    let alone = ListColumns::of_numbers(0);
    are_numbers.then(|| said.iter().map(|cell| read_list_row(&alone, &[cell], currency)).collect())
}

/// Reads a row of a list, whose amounts are of a currency.
pub fn read_list_row<S: AsRef<str>>(columns: &ListColumns, cells: &[S], currency: &Currency) -> ListRow {
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
    let (bare, beside) = number_and_name(number);
    let (number, name) = (bare.as_str(), if has_name { name } else { beside.as_str() });
    let has_name = has_name || !beside.is_empty();
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
    let digits = currency.digits.saturating_add_signed(columns.shift);
    let amount_due = has_amount.then(|| cell::amount(amount, &currency.code, digits)).flatten();
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

    fn yuan() -> Currency {
        Currency { code: "CNY".to_owned(), digits: 2, name: None }
    }

    #[test]
    fn each_row_has_its_own_amount_and_reason() {
        let header = ["* 学 号", "姓名", "欠费金额（元）", "备注", "读者证号"];
        let columns = ListColumns::find(&header, &ByHand::new()).unwrap();
        assert_eq!(
            (columns.student, columns.name, columns.amount, columns.reason),
            (0, Some(1), Some(2), Some(3))
        );
        assert_eq!(columns.others, [(4, "读者证号".to_owned())]);
        let row = read_list_row(&columns, &["20151104027", "王 明", "12.50", "《红楼梦》未还", "9"], &yuan());
        assert_eq!((row.student.as_str(), row.name.as_deref()), ("20151104027", Some("王明")));
        assert_eq!((row.amount_due, row.reason.as_deref()), (Some(1250), Some("《红楼梦》未还")));
        assert_eq!((row.faults, row.remarks), (vec![], vec![]));
    }

    #[test]
    fn what_can_t_be_read_is_said_and_quoted() {
        let columns = ListColumns::find(&["学号", "金额"], &ByHand::new()).unwrap();
        let row = read_list_row(&columns, &["2.0151E+10", "约 12 元"], &yuan());
        let said: Vec<_> =
            row.faults.iter().map(|f| (f.field.as_str(), f.rule.code(), f.read.as_deref())).collect();
        let expected = [
            ("student_id", "digits-lost", Some("2.0151E+10")),
            ("amount_due", "not-an-amount", Some("约 12 元")),
        ];
        assert_eq!(said, expected);
        let row = read_list_row(&columns, &["20151104027 王小明", "45"], &yuan());
        assert_eq!((row.student.as_str(), row.name.as_deref()), ("20151104027", Some("王小明")));
        let row = read_list_row(&columns, &["2015\u{200b}1104027", "0"], &yuan());
        assert_eq!((row.student.as_str(), row.amount_due, row.remarks.len()), ("20151104027", None, 1));
    }

    #[test]
    fn of_several_amounts_somebody_says_which_is_owed() {
        let find = |header: &[&str], by_hand: &ByHand| ListColumns::find(header, by_hand);
        let none = ByHand::new();
        for header in [
            vec!["学号", "应缴金额", "已缴金额"],
            vec!["学号", "费用", "是否缴清"],
            vec!["学号", "罚款", "赔款"],
            vec!["学号", "欠费", "滞纳金"],
        ] {
            let fault = find(&header, &none).unwrap_err().remove(0);
            assert_eq!((fault.field.as_str(), fault.rule.code()), ("amount_due", "which-of"), "{header:?}");
            let said = ByHand::from([(1, Some("amount_due".to_owned()))]);
            assert_eq!(find(&header, &said).unwrap().amount, Some(1), "{header:?}");
        }
        for header in
            [vec!["学号", "欠费", "应缴", "已缴"], vec!["学号", "未缴金额", "应缴金额"], vec!["学号", "罚款"]]
        {
            assert_eq!(find(&header, &none).unwrap().amount, Some(1), "{header:?}");
        }
    }

    #[test]
    fn a_unit_in_the_heading_counts() {
        let amount = |heading: &str, cell: &str| {
            let columns = ListColumns::find(&["学号", heading], &ByHand::new()).unwrap();
            read_list_row(&columns, &["20151104027", cell], &yuan()).amount_due
        };
        assert_eq!(amount("欠费金额(万元)", "1.2"), Some(1_200_000));
        assert_eq!(amount("欠费金额（分）", "1250"), Some(1_250));
        assert_eq!(amount("欠费金额（单位：元）", "12.5"), Some(1_250));
    }

    #[test]
    fn what_a_list_has_of_one_student_in_several_rows_is_put_together() {
        let columns = ListColumns::find(&["学号", "姓名", "金额", "原因"], &ByHand::new()).unwrap();
        let rows = [
            ["20151104027", "王明", "12.50", "《红楼梦》"],
            ["20151104028", "", "3", "《辞海》"],
            ["20151104027", "王 明", "7", "《呐喊》"],
            ["20151104028", "", "3", "《辞海》"],
            ["20151104027", "李明", "1", "《子夜》"],
            ["20151104029", "", "3", ""],
            ["20151104029", "", "4.50", ""],
        ];
        let rows = rows.iter().zip(2..).map(|(row, number)| (number, read_list_row(&columns, row, &yuan())));
        let rows = added_up(rows.collect());
        let said: Vec<_> =
            rows.iter().map(|(number, row)| (*number, row.amount_due, row.reason.as_deref())).collect();
        assert_eq!(
            said,
            [
                (2, Some(1950), Some("《红楼梦》；《呐喊》")),
                (3, Some(300), Some("《辞海》")),
                (5, Some(300), Some("《辞海》")),
                (6, Some(100), Some("《子夜》")),
                (7, Some(750), None),
            ]
        );
        assert_eq!(rows[0].1.remarks[0].rule, FieldRule::AddedUp(vec![4]));
    }

    #[test]
    fn nothing_but_digits_is_one_number() {
        let columns = ListColumns::find(&["学号"], &ByHand::new()).unwrap();
        let row = read_list_row(&columns, &["２０１５１００ ０００１"], &yuan());
        assert_eq!((row.student.as_str(), row.name), ("20151000001", None));
        assert_eq!(read_list_row(&columns, &["20151104027*"], &yuan()).student, "20151104027");
        assert_eq!(read_list_row(&columns, &["同上"], &yuan()).faults[0].rule, FieldRule::AsAbove);
    }

    #[test]
    fn a_header_without_numbers_has_them_where_most_of_them_are() {
        let rows = vec![vec!["1", "20151104027", "王明"], vec!["2", "20151104028", "李明"]];
        let found =
            ListColumns::find_or_guess(&["序", "条形码", "姓名"], &ByHand::new(), &rows, None).unwrap();
        assert_eq!((found.student, found.name), (1, Some(2)));
        let bare = ListColumns::bare(&[vec!["20151104027 王明"]], None).unwrap();
        assert_eq!(bare.student, 0);
    }
}
