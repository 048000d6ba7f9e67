//! Names of the characters that input methods, word processors and web pages put where TOML wants others.

use crate::text;
use crate::text::Text;

/// What to write in the place of a character; nothing for one that is best deleted.
pub(crate) fn instead(c: char) -> Option<&'static str> {
    const ASCII: &str =
        "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";
    match c {
        '“' | '”' | '„' | '‟' | '«' | '»' | '「' | '」' | '『' | '』' | '″' => Some("\""),
        '‘' | '’' | '‚' | '‛' | '′' | '＇' => Some("\""),
        '、' => Some(","),
        '。' => Some("."),
        '【' | '〔' | '［' => Some("["),
        '】' | '〕' | '］' => Some("]"),
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' => Some("-"),
        '\u{ff01}'..='\u{ff5e}' => {
            let at = (c as usize).checked_sub(0xff01)?;
            ASCII.get(at..=at)
        }
        _ if is_space(c) => Some(" "),
        _ if is_unseen(c) => Some(""),
        _ => None,
    }
}

fn is_space(c: char) -> bool {
    !c.is_ascii() && c.is_whitespace() && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{85}')
}

/// Whether nobody sees that a character is there.
pub(crate) fn is_unseen(c: char) -> bool {
    c.is_control()
        || text::is_unseen(c)
        || matches!(c, '\u{61c}' | '\u{180e}' | '\u{206a}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}')
}

/// A character by its name, itself if it can be seen, and its code point unless everybody knows it.
pub(crate) fn describe(c: char) -> Text {
    let (zh, en) = kind(c);
    let point = format!("U+{:04X}", c as u32);
    if is_space(c) || is_unseen(c) {
        Text { zh: format!("{zh}（{point}）"), en: format!("{en} ({point})") }
    } else if instead(c).is_some() || !c.is_alphanumeric() && !c.is_ascii() {
        Text { zh: format!("{zh}“{c}”（{point}）"), en: format!("{en} {c} ({point})") }
    } else if c == '"' {
        Text { zh: "直引号 \"".to_owned(), en: "a straight quote \"".to_owned() }
    } else {
        Text { zh: format!("{zh}“{c}”"), en: format!("{en} \"{c}\"") }
    }
}

fn kind(c: char) -> (&'static str, &'static str) {
    match c {
        '０'..='９' => ("全角数字", "the full-width digit"),
        'Ａ'..='Ｚ' | 'ａ'..='ｚ' => ("全角字母", "the full-width letter"),
        '＝' => ("全角等号", "the full-width equals sign"),
        '，' | '、' => ("全角逗号", "the full-width comma"),
        '：' => ("全角冒号", "the full-width colon"),
        '＃' => ("全角井号", "the full-width number sign"),
        '“' | '”' | '„' | '‟' | '‘' | '’' | '‚' | '‛' | '«' | '»' => {
            ("弯引号", "the curly quote")
        }
        '「' | '」' | '『' | '』' | '＂' | '＇' => ("全角引号", "the full-width quote"),
        '［' | '］' | '【' | '】' | '〔' | '〕' | '｛' | '｝' | '（' | '）' => {
            ("全角括号", "the full-width bracket")
        }
        '\u{2010}'..='\u{2015}' | '\u{2212}' => ("长横线", "the dash"),
        '\u{3000}' => ("全角空格", "an ideographic space"),
        '\u{a0}' | '\u{202f}' => ("不换行空格", "a no-break space"),
        '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => {
            ("看不见的零宽字符", "an unseen zero-width character")
        }
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' => ("看不见的控制字符", "an unseen control character"),
        _ if is_space(c) => ("特殊空格", "an unusual space"),
        _ if is_unseen(c) => ("看不见的字符", "an unseen character"),
        '。' | '\u{ff01}'..='\u{ff5e}' => ("全角符号", "the full-width sign"),
        _ => ("字符", "the character"),
    }
}

/// The first character of a text that isn't one of those allowed, in a sentence's middle.
pub(crate) fn odd_one(text: &str, allowed: impl Fn(char) -> bool) -> Option<Text> {
    text.chars().find(|c| !allowed(*c)).map(describe)
}
