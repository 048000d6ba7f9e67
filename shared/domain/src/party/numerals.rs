//! Capital numerals (大写数字), which nobody can alter with a stroke: 贰零壹捌年壹月, 玖拾天.

use chinese_number::{ChineseCase, ChineseCountMethod, ChineseVariant, NumberToChinese};
use chrono::{Datelike, NaiveDate};

/// A number as one counts: 90 is 玖拾.
///
/// ```
/// assert_eq!(domain::party::numerals::count(90), "玖拾");
/// assert_eq!(domain::party::numerals::count(12), "壹拾贰");
/// ```
pub fn count(number: u32) -> String {
    let words =
        number.to_chinese(ChineseVariant::Simple, ChineseCase::Upper, ChineseCountMethod::TenThousand);
    let words = words.unwrap_or_else(|_| number.to_string());
    // The library writes 拾 for ten, as one says it; on paper somebody could put 贰 before that.
    if words.starts_with('拾') { format!("壹{words}") } else { words }
}

/// A number digit by digit: 2018 is 贰零壹捌.
pub fn digits(number: u32) -> String {
    let words = number.to_chinese_naive(ChineseVariant::Simple, ChineseCase::Upper);
    words.unwrap_or_else(|_| number.to_string())
}

/// Year and month: 贰零壹捌年壹月.
pub fn year_and_month(date: NaiveDate) -> String {
    format!("{}年{}月", digits(date.year().unsigned_abs()), count(date.month()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_of_days_and_every_month_is_written_in_capitals() {
        for (number, words) in [
            (1, "壹"),
            (10, "壹拾"),
            (15, "壹拾伍"),
            (20, "贰拾"),
            (30, "叁拾"),
            (45, "肆拾伍"),
            (60, "陆拾"),
            (90, "玖拾"),
        ] {
            assert_eq!(count(number), words);
        }
        let written: Vec<String> = (1..=12).map(count).collect();
        let months = ["壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖", "壹拾", "壹拾壹", "壹拾贰"];
        assert_eq!(written, months);
        assert_eq!(year_and_month(NaiveDate::from_ymd_opt(2018, 1, 1).unwrap()), "贰零壹捌年壹月");
        assert_eq!(year_and_month(NaiveDate::from_ymd_opt(2030, 10, 1).unwrap()), "贰零叁零年壹拾月");
    }
}
