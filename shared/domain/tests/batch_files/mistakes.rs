//! Mistakes in a batch file, each as one edit of a file that is right, and what must be said of it.

use Expected::{Refused, Taken};

/// What becomes of a file with the mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// `lixiao check` stops.
    Refused,
    /// `lixiao check` stops, and `lixiao check --sample` mentions it.
    MadeUp,
    /// Mentioned, and no more.
    Said,
    /// Not even mentioned.
    Taken,
}

/// One mistake.
pub struct Mistake {
    pub name: &'static str,
    pub from: &'static str,
    pub to: &'static str,
    pub expected: Expected,
    /// What the line that is named contains.
    pub line: &'static str,
    /// Words that must be said in Chinese, and in English.
    pub zh: &'static str,
    pub en: &'static str,
}

type Row = (&'static str, &'static str, &'static str, Expected, &'static str, &'static str, &'static str);

pub fn all() -> impl Iterator<Item = Mistake> {
    let rows =
        CHARACTERS.iter().chain(QUOTES).chain(BRACKETS).chain(super::keys::ROWS).chain(super::meanings::ROWS);
    rows.map(|&(name, from, to, expected, line, zh, en)| Mistake { name, from, to, expected, line, zh, en })
}

#[rustfmt::skip]
const CHARACTERS: &[Row] = &[
    ("full-width digits", "number = 3", "number = ３", Refused, "number", "全角数字“３”（U+FF13），应为半角的 3：写成 number = 3", "full-width digit ３ (U+FF13) where 3 belongs: write number = 3"),
    ("full-width digits in a date", "closes = 2018", "closes = ２０１８", Refused, "closes", "全角数字“２”（U+FF12）", "(U+FF12)"),
    ("full-width equals sign", "number = 3", "number ＝ 3", Refused, "number", "全角等号“＝”（U+FF1D）", "full-width equals sign ＝ (U+FF1D) where = belongs: write number = 3"),
    ("full-width comma in a list", "after = [1, 2, 3", "after = [1， 2, 3", Refused, "after", "全角逗号“，”（U+FF0C）", "full-width comma ， (U+FF0C)"),
    ("enumeration comma in a list", "after = [1, 2, 3", "after = [1、2、3", Refused, "after", "全角逗号“、”（U+3001）", "(U+3001)"),
    ("full-width colon in a time", "closes = 2018-01-11T00:00", "closes = 2018-01-11T00：00", Refused, "closes", "全角冒号“：”（U+FF1A）", "(U+FF1A)"),
    ("full-width brackets", "after = [9]", "after = ［9］", Refused, "after", "全角括号“［”（U+FF3B）", "(U+FF3B)"),
    ("Chinese brackets around a heading", "[window]", "【window】", Refused, "window】", "全角括号“【”（U+3010）", "(U+3010) where [ belongs: write [window]"),
    ("Chinese brackets around a heading that may stand there twice", "[[offices]]", "【offices】", Refused, "【offices】", "写成 [[offices]]", "write [[offices]]"),
    ("full-width number sign before a remark", "# 用来核对", "＃ 用来核对", Refused, "用来核对", "全角井号“＃”（U+FF03）", "(U+FF03)"),
    ("full-width letters", "number = 3\n", "number = 3\nrequired = ｔｒｕｅ\n", Refused, "required", "全角字母“ｔ”（U+FF54）", "(U+FF54)"),
    ("ideographic space", "number = 3", "number =\u{3000}3", Refused, "number", "第 9 列是全角空格（U+3000）", "column 9 has an ideographic space (U+3000)"),
    ("no-break space", "number = 3", "number\u{a0}= 3", Refused, "number", "不换行空格（U+00A0）", "a no-break space (U+00A0)"),
    ("zero-width space", "number = 3", "number = 3\u{200b}", Refused, "number", "看不见的零宽字符（U+200B）：删去它", "unseen zero-width character (U+200B): delete it"),
    ("byte order mark inside the file", "number = 3", "\u{feff}number = 3", Refused, "number", "（U+FEFF）", "(U+FEFF)"),
    ("dash for a hyphen", "closes = 2018-01-11", "closes = 2018–01–11", Refused, "closes", "长横线“–”（U+2013）", "the dash – (U+2013) where - belongs: write closes = 2018-01-11T00"),
    ("minus sign for a hyphen", "closes = 2018-01-11", "closes = 2018−01−11", Refused, "closes", "（U+2212）", "(U+2212)"),
    ("NUL", "number = 3", "number = 3\0", Refused, "number", "（U+0000）", "(U+0000)"),
    ("a bell in a remark", "number = 3", "number = 3 # \u{7}", Refused, "number", "（U+0007）", "(U+0007)"),
    ("a line of an old Macintosh", "number = 3\n", "number = 3\r", Refused, "number = 3", "（U+000D）", "(U+000D)"),
    ("tabs", "number = 3", "\tnumber\t=\t3", Taken, "", "", ""),
    ("byte order mark at the beginning", "# 2018年1月毕业研究生离校批次", "\u{feff}# 2018年1月毕业研究生离校批次", Taken, "", "", ""),
    ("full-width slash in a network", "202.203.16.0/20", "202.203.16.0／20", Refused, "campus", "全角符号“／”（U+FF0F）", "(U+FF0F)"),
    ("full-width digits in an id", "id = \"library\"", "id = \"library１\"", Refused, "library", "全角数字“１”（U+FF11）", "(U+FF11)"),
    ("zero-width space in a name", "zh = \"图书退还\"", "zh = \"图书\u{200b}退还\"", Refused, "图书", "（U+200B）", "(U+200B)"),
    ("a line break in a name", "zh = \"图书退还\"", "zh = \"图书\\n退还\"", Refused, "图书", "（U+000A）", "(U+000A)"),
];

#[rustfmt::skip]
const QUOTES: &[Row] = &[
    ("smart quotes", "zh = \"导师\"", "zh = “导师”", Refused, "导师", "弯引号““”（U+201C）", "the curly quote “ (U+201C) where \" belongs: write name = { zh = \"导师\""),
    ("single smart quotes", "id = \"library\"", "id = ‘library’", Refused, "library", "（U+2018）", "(U+2018)"),
    ("corner quotes", "zh = \"导师\"", "zh = 「导师」", Refused, "导师", "（U+300C）", "(U+300C)"),
    ("full-width quotes", "zh = \"导师\"", "zh = ＂导师＂", Refused, "导师", "（U+FF02）", "(U+FF02)"),
    ("straight quote closed by a smart one", "zh = \"导师\"", "zh = \"导师”", Refused, "导师", "弯引号“””（U+201D）关不上它", "the curly quote ” (U+201D) doesn't close it"),
    ("closing quote lost", "id = \"library\"", "id = \"library", Refused, "library", "第 6 列的引号 \" 没有关上", "quote \" in column 6 is never closed"),
    ("opening quote lost", "id = \"library\"", "id = library\"", Refused, "library", "直引号里的文字", "a text in straight quotes"),
    ("a quote too many", "id = \"library\"", "id = \"library\"\"", Refused, "library", "多余：删去它", "one too many: delete it"),
    ("quotes of two kinds", "id = \"library\"", "id = \"library'", Refused, "library", "没有关上", "never closed"),
    ("three quotes", "id = \"library\"", "id = \"\"\"library", Refused, "library", "没有关上", "never closed"),
    ("backticks", "id = \"library\"", "id = `library`", Refused, "library", "直引号里的文字", "a text in straight quotes"),
    ("no quotes around Chinese", "zh = \"导师\"", "zh = 导师", Refused, "导师", "zh 的值“导师”不是直引号里的文字", "zh: \"导师\" is not a text in straight quotes"),
    ("no quotes around English", "en = \"Advisor\"", "en = Advisor", Refused, "Advisor", "直引号里的文字", "a text in straight quotes"),
    ("no quotes, and an apostrophe", "en = \"Advisor\"", "en = Advisor's", Refused, "Advisor", "直引号里的文字", "a text in straight quotes"),
    ("a quote inside a text", "en = \"Advisor\"", "en = \"The \"own\" advisor\"", Refused, "own", "引号已在第 32 列之前关上", "the text ends before column 32"),
    ("a quote inside a Chinese text", "zh = \"导师\"", "zh = \"所谓\"导师\"审核\"", Refused, "所谓", "文字里面的引号写成", "inside a text write"),
    ("no quotes around a network", "[\"202.203.16.0/20\"]", "[202.203.16.0/20]", Refused, "campus", "“202.203.16.0/20”不是方括号里的文字列表", "write it like campus = [\"192.0.2.0/24\"]"),
    ("backslash in a text", "zh = \"周二、周五\"", "zh = \"周二\\周五\"", Refused, "hours", "反斜杠", "a backslash"),
    ("its own number is proposed", "number = 3", "number = \"3\"", Refused, "number", "写成 number = 3", "write number = 3"),
    ("its own day is proposed", "opens = 2017-12-15T00:00:00+08:00", "opens = 2017/12/15 8:30", Refused, "opens", "写成 opens = 2017-12-15T08:30:00+08:00", "write opens = 2017-12-15T08:30:00+08:00"),
    ("its own day is proposed, in quotes", "opens = 2017-12-15T00:00:00+08:00", "opens = \"2017年12月15日\"", Refused, "opens", "写成 opens = 2017-12-15T00:00:00+08:00", "write opens = 2017-12-15T00:00:00+08:00"),
    ("date in quotes", "closes = 2018-01-11T00:00:00+08:00", "closes = \"2018-01-11T00:00:00+08:00\"", Refused, "closes", "应为带时区的时刻，不加引号", "without quotes"),
    ("number in quotes", "number = 3", "number = \"3\"", Refused, "number", "应为整数，不加引号", "a whole number, without quotes"),
    ("phone as number", "phone = \"0871-65915868\"", "phone = 87165915868", Refused, "phone", "phone 的值 87165915868 不对，应为直引号里的文字", "a text in straight quotes"),
    ("phone without quotes", "phone = \"0871-65915868\"", "phone = 0871-65915868", Refused, "phone", "直引号里的文字", "a text in straight quotes"),
    ("phone with a nought and no quotes", "phone = \"0871-65915868\"", "phone = 087165915868", Refused, "phone", "“087165915868”不是直引号里的文字", "a text in straight quotes"),
    ("postcode without quotes", "postcode = \"650093\"", "postcode = 650093", Refused, "postcode", "直引号里的文字", "a text in straight quotes"),
    ("yes in quotes", "number = 3\n", "number = 3\nrequired = \"yes\"\n", Refused, "required", "true 或 false", "true or false"),
    ("True", "number = 3\n", "number = 3\nrequired = True\n", Refused, "required", "true 或 false", "true or false"),
];

#[rustfmt::skip]
const BRACKETS: &[Row] = &[
    ("missing closing bracket of a heading", "[window]", "[window", Refused, "[window", "写成 [window]", "write [window]"),
    ("missing closing bracket of a list", "after = [9]", "after = [9", Refused, "after = [9", "括号 [ 没有关上", "bracket [ in column 9 is never closed"),
    ("missing closing bracket of networks", "[\"202.203.16.0/20\"]", "[\"202.203.16.0/20\"", Refused, "campus", "括号 [ 没有关上", "never closed"),
    ("missing opening bracket", "after = [9]", "after = 9]", Refused, "after", "括号 ] 前面没有 [", "has no [ before it"),
    ("missing closing brace", "when = { level = [\"doctor\"] }", "when = { level = [\"doctor\"]", Refused, "doctor", "括号 { 没有关上", "bracket { in column 8 is never closed"),
    ("list without brackets", "after = [9]", "after = 9", Refused, "after", "方括号里的整数列表", "a list of whole numbers in brackets"),
    ("network without brackets", "[\"202.203.16.0/20\"]", "\"202.203.16.0/20\"", Refused, "campus", "方括号里的文字列表", "a list in brackets"),
    ("round brackets", "after = [9]", "after = (9)", Refused, "after", "方括号", "in brackets"),
    ("missing comma in a list", "after = [1, 2, 3", "after = [1 2, 3", Refused, "after", "“1 2”不是方括号里的整数列表", "\"1 2\" is not a list of whole numbers"),
    ("missing comma between texts", "\"云南\", \"昆明\"", "\"云南\" \"昆明\"", Refused, "云南", "缺逗号", "a comma is missing"),
    ("comma too many", "after = [1, 2, 3", "after = [1,, 2, 3", Refused, "after", "多了一个逗号", "a comma too many"),
    ("comma at the end of a list", "after = [9]", "after = [9,]", Taken, "", "", ""),
    ("comma at the end of a line", "number = 3", "number = 3,", Refused, "number", "“,”多余", "\",\" from column 11 on is too much"),
    ("semicolon at the end of a line", "number = 3", "number = 3;", Refused, "number", "“3;”不是整数", "is not a whole number"),
    ("one bracket for two", "[[steps]]", "[steps]", Refused, "[steps]", "写成 [[steps]]", "write [[steps]]"),
    ("two brackets for one", "[window]", "[[window]]", Refused, "[[window]]", "写成 [window]", "write [window]"),
    ("brackets that differ", "[[steps]]", "[[steps]", Refused, "[[steps]", "写成 [[steps]]", "write [[steps]]"),
    ("brackets that differ, the other way", "[[steps]]", "[steps]]", Refused, "[steps]]", "写成 [[steps]]", "write [[steps]]"),
    ("heading without brackets", "[window] ", "window ", Refused, "window", "若是标题，写成 [window]", "if it is a heading, write [window]"),
    ("heading in Chinese", "[window]", "[窗口]", Refused, "窗口", "没有 [窗口] 这样的标题", "there is no heading [窗口]"),
    ("heading misspelt", "[window]", "[windows]", Refused, "windows", "是否应为 [window]", "did you mean [window]"),
    ("heading of something else", "[papers.issuer]", "[issuer]", Refused, "[issuer]", "是否应为 [papers.issuer]", "did you mean [papers.issuer]"),
    ("heading misspelt, its first half", "[[steps.parts]]", "[[step.parts]]", Refused, "step.parts", "是否应为 [[steps.parts]]", "did you mean [[steps.parts]]"),
    ("heading lost", "[window] ", "# ", Refused, "closes", "属于 [window]", "belongs to [window]"),
    ("heading of the party rules lost", "[[papers]]\nid", "\nid", Refused, "layout", "属于 [[papers]]", "belongs to [[papers]]"),
    ("heading of the issuer lost", "[papers.issuer]", "#", Refused, "address", "属于 [papers.issuer]", "[papers.issuer]"),
    ("heading twice", "[window]", "[window]\n[window]", Refused, "[window]", "写了两次", "stands here twice"),
    ("something behind a heading", "[window] ", "[window] opens = 3 ", Refused, "[window]", "移到下一行", "move \"opens = 3\" to the next"),
];
