//! What people and programs write into a cell: numbers with blanks in them, in the disguise that keeps them texts or as a
//! spreadsheet has rounded them; dates in a dozen forms; words for nothing.

use chrono::{DateTime, Datelike as _, NaiveDate};
use unicode_normalization::UnicodeNormalization as _;

use crate::field::{FieldRule, IdentityFlaw};
use crate::text::{is_unseen, searched};
use crate::zone::Zone;

/// What a cell says that says nothing.
const NOTHING: [&str; 16] =
    ["无", "暂无", "没有", "空", "/", "\\", "-", "--", "—", "——", "–", "n/a", "na", "none", "null", "nil"];

/// Whether a cell says that there is nothing.
///
/// ```
/// use domain::cell::is_nothing;
/// assert!(["无", " — ", "/", "N/A", ""].into_iter().all(is_nothing));
/// assert!(!is_nothing("无锡"));
/// ```
pub fn is_nothing(cell: &str) -> bool {
    let said = searched(cell);
    said.is_empty() || NOTHING.iter().any(|word| searched(word) == said)
}

/// The words that a spreadsheet has for a value it couldn't calculate.
const ERRORS: [&str; 9] =
    ["#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#GETTING_DATA"];

/// What stands for the cell above: which that is, no program knows for sure.
const AS_ABOVE: [&str; 9] = ["同上", "同前", "同左", "〃", "″", "\"", "''", "ditto", "do."];

/// What a cell can't be, whatever its column: an error of the spreadsheet, a formula that nobody has calculated, a mark for
/// the cell above.
pub fn unusable(cell: &str) -> Option<FieldRule> {
    let cell = cell.trim();
    if AS_ABOVE.iter().any(|mark| cell.eq_ignore_ascii_case(mark)) {
        Some(FieldRule::AsAbove)
    } else if ERRORS.iter().any(|error| cell.eq_ignore_ascii_case(error)) {
        Some(FieldRule::ErrorValue)
    } else if cell.len() > 1 && cell.starts_with('=') {
        Some(FieldRule::Uncalculated)
    } else {
        None
    }
}

/// What stands in the place of something that is still to come.
const TO_COME: [&str; 8] = ["待补", "待补充", "待定", "暂缺", "缺", "未填", "不详", "未知"];

/// Whether a cell says that what belongs into it isn't known yet.
pub(crate) fn is_missing(cell: &str) -> bool {
    TO_COME.contains(&searched(cell).as_str())
}

/// Whether a cell says a year and a month, and no day: `1992-03`, `199203`, `1992年3月`.
pub(crate) fn is_month(cell: &str) -> bool {
    let said = searched(cell);
    let parts: Vec<&str> = said.split(['年', '月', '.', '-', '/']).filter(|part| !part.is_empty()).collect();
    let whole = said.split_at_checked(4).filter(|(_, month)| month.len() == 2);
    let (year, month) = match parts.as_slice() {
        [_] if whole.is_some() => whole.unwrap_or_default(),
        [year, month] => (*year, *month),
        _ => return false,
    };
    let number = |text: &str| text.parse::<u32>().unwrap_or_default();
    year.len() == 4 && (1900..2100).contains(&number(year)) && (1..=12).contains(&number(month))
}

/// A number that says who somebody is, and what was taken out of its cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cleaned {
    /// The number.
    pub text: String,
    /// The characters nobody sees, or that only set it apart, by the first of each.
    pub taken_out: Vec<char>,
}

/// A number as it is meant: half width, without blanks, thousands commas and whatever nobody sees; and whole, if a
/// program has written it as a power of ten. One whose last digits are lost is refused.
///
/// ```
/// use domain::cell::number;
/// assert_eq!(number("２０１５ 1104\u{200b}027").unwrap().text, "20151104027");
/// assert_eq!(number("2.0151104027E10").unwrap().text, "20151104027");
/// assert_eq!(number("20,151,104,027").unwrap().text, "20151104027");
/// assert!(number("2.0151E+10").is_err());
/// ```
pub fn number(cell: &str) -> Result<Cleaned, FieldRule> {
    let mut taken_out = Vec::new();
    let mut take_out = |c: char| {
        if !taken_out.contains(&c) {
            taken_out.push(c);
        }
    };
    let mut text = String::with_capacity(cell.len());
    // What surrounds it is nothing to speak of; what nobody sees is, wherever it stands.
    let blank = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{3000}' | '\u{a0}');
    let inner = cell.trim_matches(|c| blank(c) || is_mark(c));
    // A mark at an end belongs to the list, and not to the number.
    let marks = cell.split(inner).flat_map(str::chars).filter(|c| is_mark(*c));
    if !inner.is_empty() {
        marks.for_each(&mut take_out);
    }
    for c in inner.chars() {
        if c.is_whitespace() || is_unseen(c) || c.is_control() {
            take_out(c);
        } else {
            text.extend(std::iter::once(c).nfkc());
        }
    }
    if is_grouped(&text) {
        take_out(',');
        text.retain(|c| c != ',');
    }
    let whole = whole(&text)?;
    // A table of floating numbers writes a whole one with a nought behind the point.
    let text = match whole.split_once('.') {
        Some((digits, noughts))
            if !noughts.is_empty() && noughts.bytes().all(|b| b == b'0') && digits.len() > 3 =>
        {
            digits
        }
        _ => &whole,
    };
    Ok(Cleaned { text: text.to_owned(), taken_out })
}

/// A mark that a list or a habit puts at a number's end: `20151104027*`, `20151104027，`.
fn is_mark(c: char) -> bool {
    matches!(c, '*' | '＊' | ',' | '，' | '、' | '。' | ';' | '；' | '`' | '\'' | '"' | '‘' | '’' | '“' | '”')
}

/// What in a cell could each be a number by itself.
pub(crate) fn runs(cell: &str) -> impl Iterator<Item = &str> {
    // With a colon, since a number may say of which kind it is: external:20080123.
    let is_number = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '/' | '-' | ':');
    let runs = cell.split(move |c| !is_number(c)).map(|run| run.trim_matches(['-', '_', '/', '.', ':']));
    runs.filter(|run| run.bytes().any(|b| b.is_ascii_digit()))
}

/// The number of a cell that names somebody, and the name where it stands beside it in the same cell. Nothing but digits,
/// however they are set apart, is one number.
///
/// ```
/// use domain::cell::number_and_name;
/// assert_eq!(number_and_name("20151104027 王小明"), ("20151104027".to_owned(), "王小明".to_owned()));
/// assert_eq!(number_and_name("２０１５１１０ ４０２７").0, "２０１５１１０ ４０２７");
/// ```
pub fn number_and_name(cell: &str) -> (String, String) {
    let whole = number(cell).is_ok_and(|cleaned| cleaned.text.bytes().all(|b| b.is_ascii_digit()));
    let (number, words) = number_and_words(cell);
    if whole || words.is_empty() || number.len() < 4 {
        (cell.to_owned(), String::new())
    } else {
        (number, words)
    }
}

/// A number and the words around it, where a cell has both: `20080123 李老师`, `李老师(20080123)`, `王小明20151104027`.
///
/// ```
/// use domain::cell::number_and_words;
/// for cell in ["20080123 李老师", "李老师(20080123)", "李老师20080123", "20080123-李老师"] {
///     assert_eq!(number_and_words(cell), ("20080123".to_owned(), "李老师".to_owned()), "{cell}");
/// }
/// assert_eq!(number_and_words("W0001"), ("W0001".to_owned(), String::new()));
/// assert_eq!(number_and_words("hod-cs 王老师"), ("hod-cs".to_owned(), "王老师".to_owned()));
/// assert_eq!(number_and_words("external:W0001 陈总").0, "external:W0001");
/// ```
pub fn number_and_words(cell: &str) -> (String, String) {
    let cell = &cell.nfkc().collect::<String>();
    let Some(number) = runs(cell).max_by_key(|run| run.len()) else {
        // A number of letters alone stands first.
        let (first, rest) = cell.trim().split_once([' ', '\u{3000}', '(', '（']).unwrap_or((cell.trim(), ""));
        return (first.to_owned(), rest.trim_matches(is_around).to_owned());
    };
    let words = cell.replacen(number, " ", 1);
    let words = words.trim_matches(is_around);
    // What is left of a number that something has broken up is no word.
    if words.chars().any(char::is_alphabetic) {
        (number.to_owned(), words.to_owned())
    } else {
        (cell.trim().to_owned(), String::new())
    }
}

/// What stands between a number and a name.
pub(crate) fn is_around(c: char) -> bool {
    c.is_whitespace() || "()（）[]【】-_:：/、<>".contains(c)
}

/// Whether commas set apart each three digits.
pub(crate) fn is_grouped(text: &str) -> bool {
    let mut groups = text.split(',');
    let digits = |group: &str| group.bytes().all(|b| b.is_ascii_digit());
    let first = groups.next().is_some_and(|first| (1..=3).contains(&first.len()) && digits(first));
    let rest: Vec<&str> = groups.collect();
    first && !rest.is_empty() && rest.iter().all(|group| group.len() == 3 && digits(group))
}

/// `2.0151104027E10` as `20151104027`: a power of ten, if its digits say it to the last.
fn whole(text: &str) -> Result<String, FieldRule> {
    let Some((digits, power)) = text.split_once(['E', 'e']) else { return Ok(text.to_owned()) };
    let Some((before, behind)) = digits.split_once('.') else { return Ok(text.to_owned()) };
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let power = power.strip_prefix('+').unwrap_or(power);
    let (true, true, true, Ok(power)) =
        (is_digits(before), is_digits(behind), is_digits(power), power.parse::<usize>())
    else {
        return Ok(text.to_owned());
    };
    // A double has fifteen digits that can be trusted.
    if behind.len() == power && before.len() + behind.len() <= 15 {
        Ok(format!("{before}{behind}"))
    } else {
        Err(FieldRule::DigitsLost)
    }
}

/// A date as people and programs write it, from 1900 on: `1993-05-06`, `1993/5/6`, `1993.5.6`, `1993年5月6日`,
/// `19930506`, with a time behind it, or a spreadsheet's day number.
pub fn date(cell: &str, zone: &Zone) -> Option<NaiveDate> {
    let text: String = cell.nfkc().filter(|c| !is_unseen(*c)).collect();
    let text = text.trim();
    // An instant, as programs write it, is a day by the university's clocks: a midnight here is yesterday in UTC.
    let instant = DateTime::parse_from_rfc3339(text).ok().map(|at| zone.here(at).date_naive());
    let timed = || {
        // A day with a time behind it, whatever that says.
        let (first, rest) = text.split_once([' ', 'T'])?;
        if rest.contains(':') { spelled(first) } else { None }
    };
    let whole = text.strip_suffix(".0").unwrap_or(text);
    let read = instant.or_else(|| spelled(whole)).or_else(timed).or_else(|| serial(whole));
    read.filter(|date| (1900..2100).contains(&date.year()))
}

/// A day without a time, with whatever between its parts, the year first; or with a month that says itself.
fn spelled(text: &str) -> Option<NaiveDate> {
    let parts = text.split(['年', '月', '.', ' ']).filter(|part| !part.is_empty());
    let apart = parts.collect::<Vec<_>>().join("-");
    let apart = apart.trim_end_matches(['日', '号', '-']);
    let months = ["%d-%b-%Y", "%b-%d,-%Y", "%b-%d-%Y", "%d-%B-%Y", "%B-%d,-%Y"];
    let named = || months.iter().find_map(|form| NaiveDate::parse_from_str(apart, form).ok());
    day(text).or_else(|| day(apart)).or_else(named)
}

/// Reads `1993-05-06`, `1993/5/6` or `19930506`, from 1900 on.
pub fn day(text: &str) -> Option<NaiveDate> {
    let date = ["%Y-%m-%d", "%Y/%m/%d"].iter().find_map(|form| NaiveDate::parse_from_str(text, form).ok());
    let compact = || {
        let digits = text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit());
        if digits { NaiveDate::parse_from_str(text, "%Y%m%d").ok() } else { None }
    };
    date.or_else(compact).filter(|date| (1900..2100).contains(&date.year()))
}

/// The day of a spreadsheet's number: days since 30 December 1899. Only five digits are taken for one: 1927 to 2099.
fn serial(text: &str) -> Option<NaiveDate> {
    let digits = text.len() == 5 && text.bytes().all(|b| b.is_ascii_digit());
    let days = text.parse().ok().filter(|_| digits)?;
    NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(chrono::Days::new(days))
}

/// What stands around an amount of a currency, by its code: another's is another amount.
fn signs(code: &str) -> &'static [&'static str] {
    match code {
        "CNY" => &["¥", "rmb", "人民币", "元", "圆", "块", "yuan", "整"],
        "JPY" => &["¥", "円", "日元", "yen"],
        "EUR" => &["€", "欧元"],
        "GBP" => &["£", "英镑"],
        "USD" => &["us$", "$", "美元"],
        "HKD" => &["hk$", "$", "港元", "港币", "元"],
        "TWD" => &["nt$", "$", "新台币", "元"],
        "MOP" => &["mop$", "$", "澳门元", "元"],
        "MYR" => &["rm"],
        "INR" => &["₹", "rs"],
        "KRW" => &["₩"],
        "PHP" => &["₱"],
        "RUB" => &["₽"],
        "THB" => &["฿"],
        "ZAR" => &["r"],
        "ARS" | "AUD" | "CAD" | "CLP" | "COP" | "MXN" | "NZD" | "SGD" => &["$"],
        _ => &[],
    }
}

/// What an amount is, in the smallest unit of a currency that has `digits` behind the point: `12.50`, `¥1,200`, `45元`.
///
/// ```
/// use domain::cell::amount;
/// assert_eq!(amount("12.50", "CNY", 2), Some(1250));
/// assert_eq!(amount("￥1,200元", "CNY", 2), Some(120_000));
/// assert_eq!(amount("CLP 300", "CLP", 0), Some(300));
/// assert_eq!(amount("12.505", "CNY", 2), None);
/// assert_eq!(amount("$45", "CNY", 2), None);
/// assert_eq!(amount("about 12", "CNY", 2), None);
/// ```
pub fn amount(cell: &str, code: &str, digits: u8) -> Option<i64> {
    let text = searched(cell);
    let own = code.to_ascii_lowercase();
    let around = || signs(code).iter().copied().chain([own.as_str()]);
    let mut text = text.as_str();
    while let Some(less) = around().find_map(|word| text.strip_prefix(word).or(text.strip_suffix(word))) {
        text = less;
    }
    let text = if is_grouped(text.split('.').next()?) { text.replace(',', "") } else { text.to_owned() };
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let part = part.trim_end_matches('0');
    let places = usize::from(digits);
    let sound = !whole.is_empty()
        && whole.len() <= 12
        && part.len() <= places
        && whole.bytes().chain(part.bytes()).all(|b| b.is_ascii_digit());
    sound.then(|| format!("{whole}{part:0<places$}").parse().ok()).flatten()
}

/// What is wrong with an identity number, if it is one of a citizen at all: nothing but digits, and perhaps an X.
///
/// ```
/// use domain::cell::identity_flaw;
/// use domain::field::IdentityFlaw;
/// assert_eq!(identity_flaw("530102199203040110"), None);
/// assert_eq!(identity_flaw("530102199203040111"), Some(IdentityFlaw::CheckDigit));
/// assert_eq!(identity_flaw("53010219920304011"), Some(IdentityFlaw::Length));
/// assert_eq!(identity_flaw("530102920304011"), None);
/// assert_eq!(identity_flaw("53010219920304O110"), Some(IdentityFlaw::CheckDigit), "a letter for a nought");
/// assert_eq!(identity_flaw("E12345678"), None);
/// ```
pub fn identity_flaw(number: &str) -> Option<IdentityFlaw> {
    let digits = number.strip_suffix(['X', 'x']).unwrap_or(number);
    let is_citizens = digits.len() >= 14 && digits.bytes().all(|b| b.is_ascii_digit());
    // A letter among so many digits is a slip of the pen: no other document's number has as many.
    let slipped = number.len() > 15 && number.bytes().filter(u8::is_ascii_digit).count() >= 14;
    match number.len() {
        18 if !is_citizens && slipped => Some(IdentityFlaw::CheckDigit),
        _ if !is_citizens && slipped => Some(IdentityFlaw::Length),
        _ if !is_citizens => None,
        15 => None,
        18 => (check_digit(number.get(..17)?) != number.chars().last()?.to_ascii_uppercase())
            .then_some(IdentityFlaw::CheckDigit),
        _ => Some(IdentityFlaw::Length),
    }
}

/// The last place of an identity number, from the seventeen digits before it (ISO 7064, MOD 11-2).
pub fn check_digit(digits: &str) -> char {
    let sum: u32 = (digits.bytes().rev().zip(1_u32..))
        .map(|(digit, place)| u32::from(digit - b'0') * (2_u32.pow(place) % 11))
        .sum();
    ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'].get((sum % 11) as usize).copied().unwrap_or('?')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shanghai() -> Zone {
        Zone::read("Asia/Shanghai").unwrap()
    }

    #[test]
    fn a_date_is_read_in_every_form_that_programs_write() {
        let expected = NaiveDate::from_ymd_opt(1992, 3, 4);
        for cell in [
            "1992-03-04",
            "1992/3/4",
            "1992.03.04",
            "1992.3.4",
            "1992年3月4日",
            "1992年03月04日",
            "1992 年 3 月 4 日",
            "19920304",
            "33667",
            "33667.0",
            "1992-03-04 00:00:00",
            "1992/3/4 0:00:00",
            "1992-03-04T00:00:00",
            "1992-03-04T00:00:00.000Z",
            "1992-03-03T16:00:00.000Z",
            "１９９２－０３－０４",
            " 1992-03-04\u{200b}",
            "1992.3.4.",
            "19920304.0",
            "1992 03 04",
            "1992/3/4 上午 12:00:00",
            "1992-03-04 00:00:00.0",
            "4-Mar-1992",
            "Mar 4, 1992",
            "4 March 1992",
        ] {
            assert_eq!(date(cell, &shanghai()), expected, "{cell}");
        }
        for cell in [
            "92-3-4",
            "03/04/1992",
            "1992-3",
            "1992年3月",
            "1992-02-30",
            "6.5.1993",
            "336670",
            "3366",
            "1899-12-31",
        ] {
            assert_eq!(date(cell, &shanghai()), None, "{cell}");
        }
    }

    #[test]
    fn what_was_taken_out_of_a_number_is_said() {
        let cleaned = number("\u{200b}2015 1104\u{a0}027").unwrap();
        assert_eq!(
            (cleaned.text.as_str(), cleaned.taken_out.as_slice()),
            ("20151104027", ['\u{200b}', ' ', '\u{a0}'].as_slice())
        );
        assert_eq!(number(" 20151104027\t").unwrap().taken_out, []);
        assert_eq!(number("1,2").unwrap().text, "1,2");
        assert_eq!(number("E12345678").unwrap().text, "E12345678");
        assert_eq!(number("20151104027.0").unwrap().text, "20151104027");
        assert_eq!(number("2015.10").unwrap().text, "2015.10");
        for lost in ["2.0151E+10", "5.3E+17", "1.39E+10", "5.39999199203040E+17"] {
            assert_eq!(number(lost), Err(FieldRule::DigitsLost), "{lost}");
        }
    }

    #[test]
    fn errors_and_formulas_are_no_words() {
        assert_eq!(unusable("#REF!"), Some(FieldRule::ErrorValue));
        assert_eq!(unusable(" #n/a "), Some(FieldRule::ErrorValue));
        assert_eq!(unusable("=LEFT(G2,4)"), Some(FieldRule::Uncalculated));
        assert_eq!(unusable("王明"), None);
        assert_eq!(unusable("N/A"), None);
    }
}
