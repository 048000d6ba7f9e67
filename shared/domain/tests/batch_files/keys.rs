//! Keys and values of a batch file that aren't what they should be.

use super::mistakes::Verdict::{self, Refused};

type Row = (&'static str, &'static str, &'static str, Verdict, &'static str, &'static str, &'static str);
const AT: &str = "2018-01-11T00:00:00+08:00";

#[rustfmt::skip]
pub const ROWS: &[Row] = &[
    ("unknown key windows_days", "window_days = 5", "windows_days = 5", Refused, "windows_days", "没有 windows_days 这个键：是否应为 window_days", "[reminders] has no key windows_days: did you mean window_days"),
    ("unknown key of its own", "number = 3", "number = 3\ncolour = \"red\"", Refused, "colour", "没有 colour 这个键：这里可用的有 number", "has no key colour: here are known number, name"),
    ("key of another table", "number = 3", "number = 3\nphone = \"0871-65915868\"", Refused, "phone", "属于 [[contacts]]", "belongs to [[contacts]]"),
    ("capital key", "number = 3", "Number = 3", Refused, "Number", "是否应为 number", "did you mean number"),
    ("hyphen in a key", "name_en = \"Advisor\"", "name-en = \"Advisor\"", Refused, "name-en", "是否应为 name_en", "did you mean name_en"),
    ("key in Chinese", "name = \"导师\"", "名称 = \"导师\"", Refused, "导师", "键名用 2018-01.toml 里的英文词", "an English key"),
    ("space in a key", "name_en = \"Advisor\"", "name en = \"Advisor\"", Refused, "Advisor", "里有空格：写成 name_en", "has a space in it: write it like name_en"),
    ("colon for the equals sign", "number = 3", "number: 3", Refused, "number", "后面没有 =，只有字符“:”", "only the character \":\""),
    ("no equals sign", "number = 3", "number 3", Refused, "number", "后面没有 =", "has no \"=\" after it"),
    ("two equals signs", "number = 3", "number == 3", Refused, "number", "“=”写了两次", "stands here twice"),
    ("no key", "number = 3", "= 3", Refused, "= 3", "前面没有键名", "no key before"),
    ("no value", "number = 3", "number =", Refused, "number", "number 后面没有值", "number has no value"),
    ("two settings on a line", "number = 3", "number = 3 required = true", Refused, "number", "多余：每行只写一个", "is too much: one"),
    ("key twice", "number = 3", "number = 3\nnumber = 4", Refused, "number = 4", "number 写了两次", "number stands here twice"),
    ("key missing", "number = 3\n", "", Refused, "[[steps]]", "[[steps]] 缺少 number", "[[steps]] lacks the key number"),
    ("key of the window missing", "closes = 2018-01-11T00:00:00+08:00\n", "\n", Refused, "[window]", "[window] 缺少 closes", "[window] lacks the key closes"),
    ("id missing", "id = \"2018-01\"\n", "", Refused, "", "缺少 id", "lacks the key id"),
    ("remark without number sign", "# 用来核对", "用来核对", Refused, "用来核对", "行首加 #", "put # before a remark"),
    ("remark of another language", "# 用来核对", "// 用来核对", Refused, "用来核对", "行首加 #", "put # before a remark"),
    ("merge marks of git", "number = 3", "<<<<<<< HEAD\nnumber = 3", Refused, "<<<<<<<", "合并冲突", "left by a merge"),
    ("number as word", "number = 3", "number = three", Refused, "three", "整数", "a whole number"),
    ("number with its unit", "letter_valid_days = 90", "letter_valid_days = 90天", Refused, "90天", "“90天”不是整数", "a whole number"),
    ("number with a nought before it", "number = 3", "number = 03", Refused, "number", "“03”不是", "\"03\" is not a whole number"),
    ("number too large", "number = 3", "number = 300", Refused, "number", "超出范围", "out of range"),
    ("number below nought", "number = 3", "number = -3", Refused, "number", "超出范围", "out of range"),
    ("number with a fraction", "number = 3", "number = 3.5", Refused, "number", "整数", "a whole number"),
    ("day without its month's nought", "closes = 2018-01-11", "closes = 2018-1-11", Refused, "closes", "月份写两位", "the month has two digits"),
    ("thirteenth month", "closes = 2018-01-11", "closes = 2018-13-11", Refused, "closes", "从 01 到 12", "01 to 12"),
    ("30 February", "closes = 2018-01-11", "closes = 2018-02-30", Refused, "closes", "该月要有这一天", "that month must have it"),
    ("24:00", "closes = 2018-01-11T00:00:00", "closes = 2018-01-10T24:00:00", Refused, "closes", "次日 00:00:00", "00:00:00 of the next"),
    ("slashes in a date", "closes = 2018-01-11T00:00:00+08:00", "closes = 2018/01/11", Refused, "closes", "带时区的时刻", "an instant with its offset"),
    ("date in Chinese", "closes = 2018-01-11T00:00:00+08:00", "closes = 2018年1月11日", Refused, "closes", AT, AT),
    ("offset without its colon", "closes = 2018-01-11T00:00:00+08:00", "closes = 2018-01-11T00:00:00+0800", Refused, "closes", "时区写成 +08:00", "the offset is written +08:00"),
    ("offset as a word", "closes = 2018-01-11T00:00:00+08:00", "closes = 2018-01-11T00:00:00 CST", Refused, "closes", "时区写成 +08:00", "the offset is written +08:00"),
    ("letter O for a nought", "closes = 2018-01-11", "closes = 2O18-01-11", Refused, "closes", "带时区的时刻", "an instant with its offset"),
    ("level master misspelt in when", "level = [\"doctor\"]", "level = [\"mastre\"]", Refused, "mastre", "是否应为 master", "did you mean master"),
    ("level in Chinese", "level = [\"doctor\"]", "level = [\"博士\"]", Refused, "博士", "是否应为 doctor", "did you mean doctor"),
    ("level without brackets", "level = [\"doctor\"]", "level = \"doctor\"", Refused, "doctor", "方括号里的文字列表", "a list in brackets"),
    ("unknown key in when", "level = [\"doctor\"]", "levels = [\"doctor\"]", Refused, "levels", "when 里没有 levels 这个键：是否应为 level", "did you mean level"),
    ("when without braces", "when = { level = [\"doctor\"] }", "when = level = [\"doctor\"]", Refused, "when", "when 要写在花括号里", "when needs braces"),
    ("part needs lettre", "needs = \"letter\"", "needs = \"lettre\"", Refused, "lettre", "是否应为 letter", "did you mean letter"),
    ("decided by an advisor", "decided_by = \"advisors\"", "decided_by = \"advisor\"", Refused, "decided_by", "是否应为 advisors", "did you mean advisors"),
    ("campus misspelt", "campus = \"lianhua\"", "campus = \"lianhau\"", Refused, "lianhau", "是否应为 lianhua", "did you mean lianhua"),
    ("campus misspelt as a key", "lianhua = 2017", "lianhau = 2017", Refused, "lianhau", "是否应为 lianhua", "did you mean lianhua"),
];
