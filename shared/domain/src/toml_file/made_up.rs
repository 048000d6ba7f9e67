//! What stands for a name or a number that isn't known yet: right in a sample, wrong on a letter.

use std::ops::Range;

use super::check::Check;
use crate::fault::Weight;

/// Signs of a gap to fill in.
const GAPS: [&str; 17] = [
    "××",
    "ＸＸ",
    "某某",
    "某大学",
    "某省",
    "某市",
    "某校",
    "○○",
    "〇〇",
    "□□",
    "**",
    "__",
    "？？",
    "待定",
    "待补",
    "示例",
    "todo",
];
/// The same as words of their own.
const GAP_WORDS: [&str; 8] = ["xx", "xxx", "xxxx", "example", "sample", "placeholder", "tbd", "dummy"];

impl Check {
    /// Notes a text that is plainly made up.
    pub(crate) fn made_up(&mut self, key: &str, span: &Range<usize>, given: &str) {
        if is_made_up(given) {
            self.note(
                Weight::MadeUp,
                span,
                format!("{key} 的“{given}”是示例：部署前请换成真实的"),
                format!("{key}: \"{given}\" is made up: put what is true here before you deploy"),
            );
        }
    }
}

/// Whether a text is a gap to fill in, or a number of noughts: `××大学`, `0000-00000000`, `000000`.
fn is_made_up(text: &str) -> bool {
    let plain = text.to_lowercase();
    let digits = text.chars().filter(char::is_ascii_digit).collect::<String>();
    let number = !text.chars().any(char::is_alphabetic) && digits.len() >= 5;
    let noughts = number && digits.trim_start_matches('0').len() < 3;
    let mut words = plain.split(|c: char| !c.is_ascii_alphabetic());
    noughts
        || GAPS.iter().any(|gap| plain.contains(&gap.to_lowercase()))
        || words.any(|word| GAP_WORDS.contains(&word))
}
