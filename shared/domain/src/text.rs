//! Words in the two languages of the interface.

use serde::Serialize;
use unicode_normalization::UnicodeNormalization as _;

/// The caller's language; Chinese comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// Chinese, `zh-CN`.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// Every language.
    pub const ALL: [Lang; 2] = [Lang::Zh, Lang::En];
}

/// One text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Text {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Text {
    /// The text in one language.
    pub fn of(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

/// A text as somebody looks for it: full width or half width, without spaces, whatever the case. A scanner, an
/// input method and a sheet each write a number or a name in their own way.
pub fn searched(text: &str) -> String {
    text.nfkc().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// A heading as sheets write it: like [`searched`], and without stars, colons, what joins words, and what stands in
/// brackets, which is a hint to whoever fills it in.
///
/// ```
/// use domain::text::heading;
/// assert_eq!(heading("* 出生日期（YYYY-MM-DD）："), "出生日期");
/// assert_eq!(heading("Student_ID"), heading("student id"));
/// assert_eq!(heading("(学号)"), "学号");
/// assert_eq!(heading("2、您的学号【必填】"), "学号");
/// ```
pub fn heading(text: &str) -> String {
    let text = without_request(text);
    let plain = |text: &str| -> String {
        let joins = |c: &char| !matches!(c, '*' | '※' | '★' | '☆' | ':' | '_' | '-' | '.' | '"' | '\'' | '#');
        searched(text).chars().filter(|c| joins(c) && !is_unseen(*c)).collect()
    };
    let mut depth = 0_usize;
    let outside: String = text
        .chars()
        .filter(|c| match c {
            '(' | '（' | '[' | '［' | '【' | '〔' | '{' => {
                depth += 1;
                false
            }
            ')' | '）' | ']' | '］' | '】' | '〕' | '}' => {
                depth = depth.saturating_sub(1);
                false
            }
            _ => depth == 0,
        })
        .collect();
    match plain(&outside) {
        empty if empty.is_empty() => plain(text).chars().filter(|c| !"()[]【】〔〕{}".contains(*c)).collect(),
        heading => heading,
    }
}

/// What a questionnaire puts before a heading, and behind it.
const REQUESTS: [&str; 8] = ["请输入", "请填写", "请选择", "请填", "填写", "您的", "你的", "学生本人"];
const DUTIES: [&str; 4] = ["必填项", "选填项", "必填", "选填"];

/// A heading without the number of its question and what asks for an answer, unless there is nothing else.
fn without_request(text: &str) -> &str {
    let trimmed = text.trim();
    let digits = trimmed.trim_start_matches(|c: char| c.is_ascii_digit());
    let asked = if digits.len() < trimmed.len() {
        digits.strip_prefix(['.', '、', ')', '）', '．']).unwrap_or(trimmed)
    } else {
        trimmed
    };
    let mut bare = asked.trim();
    while let Some(less) = REQUESTS.iter().find_map(|words| bare.strip_prefix(words)) {
        bare = less.trim();
    }
    let bare = DUTIES.iter().find_map(|words| bare.strip_suffix(words)).unwrap_or(bare);
    if bare.is_empty() { text } else { bare }
}

/// A word without the code that a registrar's system puts before it: `01-中共党员`.
pub(crate) fn without_code(cell: &str) -> Option<&str> {
    let cell = cell.trim();
    let word = cell.trim_start_matches(|c: char| c.is_ascii_digit());
    let bare = word.trim_start_matches(['-', '—', '_', '.', '、', ':', '：', ' ']);
    ((1..=3).contains(&(cell.len() - word.len())) && !bare.is_empty()).then_some(bare)
}

/// A name of a person or a college in its normal form, to compare it with another: whatever its width, case and
/// spaces, and the many dots that stand between the parts of a name.
///
/// ```
/// use domain::text::same_name;
/// assert_eq!(same_name("信息 学院（软件学院）"), same_name("信息学院(软件学院)"));
/// assert_eq!(same_name("迪丽热巴・买买提"), same_name("迪丽热巴·买买提"));
/// ```
pub fn same_name(text: &str) -> String {
    let dots = |c: char| if is_middle_dot(c) { '·' } else { c };
    // Dots first: some of them are other characters in the form that searching compares.
    let text: String = text.chars().map(dots).filter(|c| !is_unseen(*c)).collect();
    searched(&text)
}

/// Whether a list beside a student's number names somebody else than the roster does, as far as it says one: lists that
/// are passed on hide a part of each name.
///
/// ```
/// use domain::text::is_another_name;
/// assert!(is_another_name("王晓明", "王小明"));
/// assert!(!is_another_name("王 小明", "王小明"));
/// assert!(!is_another_name("王*明", "王小明") && !is_another_name("王某某", "王小明"));
/// assert!(is_another_name("李**", "王小明"));
/// assert!(!is_another_name("", "王小明"), "nothing is said");
/// ```
pub fn is_another_name(said: &str, known: &str) -> bool {
    const HIDDEN: [char; 5] = ['某', '*', '×', '○', '〇'];
    let (said, known) = (same_name(said), same_name(known));
    let (first, last) = match (said.split_once(HIDDEN), said.rsplit_once(HIDDEN)) {
        (Some((first, _)), Some((_, last))) => (first, last),
        _ => return !said.is_empty() && !known.is_empty() && said != known,
    };
    !known.starts_with(first) || !known.ends_with(last)
}

/// A name as it is kept: composed, with one kind of middle dot, single blanks, nothing unseen; and a Chinese name of two
/// characters without the blanks that pad it to the width of three.
///
/// ```
/// use domain::text::tidy_name;
/// assert_eq!(tidy_name(" 王　明 "), "王明");
/// assert_eq!(tidy_name("Ana  Mari\u{301}a"), "Ana María");
/// assert_eq!(tidy_name("迪丽热巴•买买提"), "迪丽热巴·买买提");
/// ```
pub fn tidy_name(text: &str) -> String {
    let dots = |c: char| if is_middle_dot(c) { '·' } else { c };
    let seen: String = text.nfc().filter(|c| !is_unseen(*c)).map(dots).collect();
    let words: Vec<&str> = seen.split_whitespace().collect();
    let padded = words.len() == 2 && words.iter().all(|word| is_one_of_han(word));
    words.join(if padded { "" } else { " " })
}

/// The same of a place that has a name: its blanks between Chinese characters go, and its brackets are those of the
/// script that they stand in.
///
/// ```
/// use domain::text::tidy_place;
/// assert_eq!(tidy_place("信息 学院(软件学院)"), "信息学院（软件学院）");
/// assert_eq!(tidy_place("School of  Law (Night)"), "School of Law (Night)");
/// ```
pub fn tidy_place(text: &str) -> String {
    let tidy = tidy_name(text);
    let han = tidy.chars().any(is_han);
    let mut kept = String::with_capacity(tidy.len());
    let mut rest = tidy.chars().peekable();
    while let Some(c) = rest.next() {
        let between = |c: Option<char>| c.is_some_and(|c| is_han(c) || "（）()·".contains(c));
        match c {
            ' ' if between(kept.chars().last()) && between(rest.peek().copied()) => {}
            '(' if han => kept.push('（'),
            ')' if han => kept.push('）'),
            c => kept.push(c),
        }
    }
    kept
}

fn is_one_of_han(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(is_han) && letters.next().is_none()
}

/// Whether a character is a Chinese one.
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' | '〇')
}

/// Zero-width characters and marks of direction: two texts would look the same and not be.
pub(crate) fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e01ef}')
}

/// The dots that people and programs put between the parts of a name.
fn is_middle_dot(c: char) -> bool {
    matches!(
        c,
        '\u{b7}' | '\u{2022}' | '\u{2027}' | '\u{2219}' | '\u{22c5}' | '\u{30fb}' | '\u{ff65}' | '\u{387}'
    )
}

/// A text as a message quotes it: what nobody sees by its name, and no more of it than fits a line.
///
/// ```
/// use domain::text::quoted;
/// assert_eq!(quoted("2015\u{200b}1"), "2015‹U+200B›1");
/// ```
pub fn quoted(text: &str) -> String {
    let mut quoted = String::new();
    for (i, c) in text.chars().enumerate() {
        if i == MOST_QUOTED {
            quoted.push('…');
            break;
        }
        match c {
            '\n' | '\r' => quoted.push('⏎'),
            '\t' => quoted.push('⇥'),
            c if c.is_control() || is_unseen(c) || (c.is_whitespace() && c != ' ' && c != '\u{3000}') => {
                quoted.push_str(&format!("‹U+{:04X}›", u32::from(c)));
            }
            c => quoted.push(c),
        }
    }
    quoted
}

/// The most characters of a cell that a message quotes.
const MOST_QUOTED: usize = 60;

/// As many characters of a number's end are looked for; fewer would find half of the batch.
const SHORTEST_END: usize = 3;

/// Whether what somebody types is about a person: the beginning or the end of their number, or a part of their name.
pub fn is_about(number: &str, name: &str, typed: &str) -> bool {
    let typed = same_name(typed);
    let number = number.to_lowercase();
    number.starts_with(&typed)
        || (typed.chars().count() >= SHORTEST_END && number.ends_with(&typed))
        || same_name(name).contains(&typed)
}

#[cfg(test)]
mod tests {
    use super::is_about;

    #[test]
    fn a_person_is_found_by_a_number_s_ends_and_by_a_name_however_it_is_typed() {
        let found = |typed| is_about("20151104027", "阿依古丽 买买提", typed);
        for typed in [
            "2015",
            "4027",
            "027",
            "２０１５１１０４０２７",
            "2015 1104 027",
            "古丽买买",
            "阿依古丽 买买提",
            "",
        ] {
            assert!(found(typed), "{typed}");
        }
        for typed in ["27", "151104", "买提古丽", "4028"] {
            assert!(!found(typed), "{typed}");
        }
        assert!(is_about("W0001", "Ana María", "w0001"));
        assert!(is_about("W0001", "Ana María", "anam"));
        assert!(is_about("20151104027", "迪丽热巴·买买提", "热巴・买"), "whichever dot");
    }
}

/// How many letters must be put in, taken out, changed or swapped to make one word of the other.
pub(crate) fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=other.len()).collect()];
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let changed = rows[i][j] + usize::from(a != b);
            let mut least = changed.min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == other[j - 1] && one[i - 1] == *b {
                least = least.min(rows[i - 1][j - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows.last().and_then(|row| row.last()).copied().unwrap_or(0)
}

/// The names that were probably meant, the nearest first: those that differ in few characters, or have it for a part.
///
/// ```
/// use domain::text::nearest_names;
/// let known = ["信息工程与自动化学院", "法学院", "文学院"];
/// assert_eq!(nearest_names("信息工程及自动化学院", known), ["信息工程与自动化学院"]);
/// assert_eq!(nearest_names("法学", known), ["法学院"]);
/// assert_eq!(nearest_names("材料学院", ["外国语学院"]), [""; 0]);
/// ```
pub fn nearest_names<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let given = same_name(given);
    let length = given.chars().count();
    let far = |name: &str| {
        let name = same_name(name);
        let part = length > 1 && (name.contains(&given) || given.contains(&name));
        if part { 0 } else { distance(&given, &name) }
    };
    let near = known.into_iter().map(|name| (far(name), name)).filter(|(far, _)| *far <= length / 4);
    let mut near: Vec<(usize, &str)> = near.collect();
    near.sort();
    near.into_iter().take(MOST_NEAR).map(|(_, name)| name).collect()
}

/// As many names are offered in the place of one that is none.
const MOST_NEAR: usize = 3;

/// A step or part, and what people call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named<T> {
    /// Its number or id.
    pub id: T,
    /// Its name.
    pub name: Text,
}
