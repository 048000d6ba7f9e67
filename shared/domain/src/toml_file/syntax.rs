//! The parser's words in words of the file: which key, which value, what to write.

use super::characters::describe;
use super::keys::{self, Kind};
use super::place::{Page, short};
use crate::fault::Fault;
use crate::text::Text;

impl Page<'_> {
    /// What the parser found.
    pub(crate) fn syntax(&self, error: &toml::de::Error) -> Fault {
        let at = error.span().map_or(0, |span| span.start);
        let (what, expected) = error.message().split_once(", expected ").unwrap_or((error.message(), ""));
        match what {
            "key with no value"
            | "invalid key-value pair"
            | "invalid unquoted key"
            | "unquoted keys cannot be empty"
            | "missing value for key"
            | "extra `=`" => self.no_key(at),
            "unexpected key or value" | "unexpected content" => self.left_over(at),
            "string values must be quoted"
            | "invalid boolean"
            | "invalid float"
            | "invalid integer number"
            | "unexpected leading zero"
            | "redundant numeric sign"
            | "unexpected sign"
            | "missing value"
            | "missing opening quote"
            | "`_` may only go between digits" => self.value_fault(at, None),
            "missing escaped value" | "too few unicode value digits" | "invalid value" => self.escape(at),
            "invalid comment character"
            | "unexpected content between comment and newline"
            | "carriage return must be followed by newline" => self.bad_character(at),
            _ if what == "duplicate key" || what.starts_with("cannot extend value") => self.twice(at),
            _ if what.ends_with("string") => self.in_text(at),
            _ if what.contains(" comma ")
                || what.ends_with("between key-value pairs")
                || what.contains("inline table element") =>
            {
                self.comma(at, what)
            }
            _ => match date_words(what, expected) {
                Some(words) => self.value_fault(at, Some(words)),
                None if what.starts_with("invalid ") => self.value_fault(at, None),
                None => self.unreadable(at, error.message()),
            },
        }
    }

    /// What nobody has words for yet: the line as it stands, and the parser's own at the end.
    pub(crate) fn unreadable(&self, at: usize, message: &str) -> Fault {
        let (line, sample) = (short(self.line(at).trim()), self.form.sample);
        let column = self.column(at);
        self.fault(
            at,
            format!("这一行从第 {column} 列起读不懂：“{line}”；请对照 {sample} 里同样的一行修改"),
            format!(
                "this line can't be read from column {column} on: \"{line}\"; write it as in {sample} ({})",
                message.replace('\n', " ")
            ),
        )
    }

    /// A line that isn't `key = value`.
    pub(crate) fn no_key(&self, at: usize) -> Fault {
        let line = self.setting(at);
        if ["<<<<<<<", "=======", ">>>>>>>"].iter().any(|mark| line.starts_with(mark)) {
            return self.fault(
                at,
                format!("“{}”是 git 合并冲突留下的标记：选定一边，删去标记", short(line)),
                format!("\"{}\" was left by a merge in git: keep one side and delete the marks", short(line)),
            );
        }
        if line.starts_with('=') {
            return self.fault(at, "“=”前面没有键名：补上键名", "there is no key before \"=\": write it");
        }
        if line.contains("==") {
            return self.fault(at, "“=”写了两次：删去一个", "\"=\" stands here twice: delete one");
        }
        if let Some((key, _)) = line.split_once('=')
            && key.trim().contains(' ')
            && key.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-'))
        {
            let (key, joined) = (key.trim(), key.trim().replace(' ', "_"));
            return self.fault(
                at,
                format!("键名“{key}”里有空格：写成 {joined} 的样子"),
                format!("the key \"{key}\" has a space in it: write it like {joined}"),
            );
        }
        let known = keys::nearest(self.first_word(at), self.form.keys());
        match known.filter(|_| !line.is_empty()) {
            Some(known) => self.no_equals(at, known),
            None => {
                let (line, sample) = (short(line), self.form.sample);
                self.fault(
                    at,
                    format!(
                        "“{line}”不是“键 = 值”：若是说明文字，行首加 #；若是设置，键名用 {sample} 里的英文词"
                    ),
                    format!(
                        "\"{line}\" is not \"key = value\": put # before a remark; a setting begins with an English key as in {sample}"
                    ),
                )
            }
        }
    }

    /// A key that is known, and no equals sign after it.
    fn no_equals(&self, at: usize, known: &str) -> Fault {
        let (line, word) = (self.setting(at), self.first_word(at));
        let (kind, example) =
            self.known(self.table(at), known).unwrap_or_else(|| (Kind::Text, "\"…\"".to_owned()));
        if kind == Kind::Table && example.starts_with('[') {
            return self.fault(
                at,
                format!("“{}”不是“键 = 值”：若是标题，写成 {example}", short(line)),
                format!("\"{}\" is not \"key = value\": if it is a heading, write {example}", short(line)),
            );
        }
        // With a colon in its place, the value is there.
        let said = line.strip_prefix(word).unwrap_or_default().trim_start().strip_prefix(':').map(str::trim);
        let example = said.filter(|said| !said.is_empty()).map_or(example, str::to_owned);
        let next = line.strip_prefix(word).unwrap_or_default().trim_start().chars().next();
        let sign = next.filter(|c| !c.is_alphanumeric() && !matches!(c, '[' | '{' | '"')).map(describe);
        let (zh, en) = sign.map_or_else(
            || ("：".to_owned(), String::new()),
            |sign| (format!("，只有{}：", sign.zh), format!(", only {}", sign.en)),
        );
        self.fault(
            at,
            format!("键名 {word} 后面没有 ={zh}写成 {known} = {example} 的样子"),
            format!("the key {word} has no \"=\" after it{en}: write it like {known} = {example}"),
        )
    }

    /// Something behind a value that is already whole.
    pub(crate) fn left_over(&self, at: usize) -> Fault {
        let (before, rest) = self.split(at);
        let rest = short(rest.trim());
        let column = self.column(at);
        let value = before.split_once('=').map_or("", |(_, value)| value.trim());
        let key = self.key(at);
        let needs = match self.form.key(self.table(at), key) {
            Some((Kind::Table, example)) => Some(('{', "花括号", "braces", example)),
            Some((Kind::Numbers | Kind::Texts, example)) => Some(('[', "方括号", "brackets", example)),
            _ => None,
        };
        if let Some((_, zh, en, example)) = needs.filter(|(bracket, ..)| !value.starts_with(*bracket)) {
            return self.fault(
                at,
                format!("{key} 要写在{zh}里：写成 {key} = {example} 的样子"),
                format!("{key} needs {en}: write it like {key} = {example}"),
            );
        }
        let text = before.rsplit('=').next().unwrap_or_default().trim();
        if text.starts_with(['"', '\'']) && rest != "," && rest != ";" {
            return self.quote_inside(at);
        }
        self.fault(
            at,
            format!("第 {column} 列起的“{rest}”多余：每行只写一个“键 = 值”，说明文字前加 #"),
            format!("\"{rest}\" from column {column} on is too much: one \"key = value\" a line, and # before a remark"),
        )
    }

    /// A text that ends too early, because of a quote in it.
    fn quote_inside(&self, at: usize) -> Fault {
        let (column, rest) = (self.column(at), short(self.split(at).1.trim()));
        self.fault(
            at,
            format!(
                "引号已在第 {column} 列之前关上，后面又有“{rest}”：文字里面的引号写成 “ ” 或 \\\"，多余的删去"
            ),
            format!(
                "the text ends before column {column}, and \"{rest}\" follows: inside a text write “ ” or \\\" for a quote, and delete what is too much"
            ),
        )
    }

    /// A key that is there already.
    pub(crate) fn twice(&self, at: usize) -> Fault {
        // A heading that has got lost makes keys of two tables meet.
        if let Some(stray) = self.stray_beside(at) {
            let key = self.first_word(stray);
            return self.unknown_key(&(stray..stray), key, &[]);
        }
        let line = self.setting(at);
        let word = if line.starts_with('[') { line } else { self.first_word(at) };
        self.fault(
            at,
            format!("{word} 写了两次：删去一处"),
            format!("{word} stands here twice: delete one (a duplicate key)"),
        )
    }

    /// A value that isn't what its key wants.
    pub(crate) fn value_fault(&self, at: usize, detail: Option<Text>) -> Fault {
        let (key, value) = (self.key(at), short(self.value(at)));
        let known = self.known(self.table(at), key);
        let dated = known.as_ref().is_none_or(|(kind, _)| matches!(kind, Kind::Timestamp | Kind::Date));
        let (zh, en) = detail
            .filter(|_| dated)
            .map_or_else(Default::default, |detail| (format!("，{}", detail.zh), format!(", {}", detail.en)));
        if value.is_empty() {
            let example = known.map_or_else(|| "\"…\"".to_owned(), |(_, example)| example);
            return self.fault(
                at,
                format!("{key} 后面没有值：写成 {key} = {example} 的样子"),
                format!("{key} has no value: write it like {key} = {example}"),
            );
        }
        let Some((kind, example)) = known else {
            return self.fault(
                at,
                format!("“{value}”读不懂{zh}：文字要放在直引号 \" 里"),
                format!("\"{value}\" can't be read{en}: a text goes into straight quotes"),
            );
        };
        let noun = self.noun(kind);
        if let Some(own) = self.rewritten(kind, &value) {
            return self.fault(
                at,
                format!("{key} 的值“{value}”不是{}{zh}：写成 {key} = {own}", noun.zh),
                format!("{key}: \"{value}\" is not {}{en}: write {key} = {own}", noun.en),
            );
        }
        self.fault(
            at,
            format!("{key} 的值“{value}”不是{}{zh}：写成 {key} = {example} 的样子", noun.zh),
            format!("{key}: \"{value}\" is not {}{en}: write it like {key} = {example}", noun.en),
        )
    }

    fn escape(&self, at: usize) -> Fault {
        let column = self.column(at);
        let (key, value) =
            (self.first_word(at), self.setting(at).split_once('=').map(|(_, value)| value.trim()));
        let pattern = value.and_then(|value| value.strip_prefix('"')?.strip_suffix('"'));
        if let Some(pattern) = pattern.filter(|one| self.table(at) == "numbers" && !one.contains('\'')) {
            return self.fault(
                at,
                format!("第 {column} 列：双引号里的反斜杠 \\ 有特殊含义，号码的样子写在单引号里：{key} = '{pattern}'"),
                format!("column {column}: a backslash \\ has a meaning of its own in double quotes; put what numbers look like into single ones: {key} = '{pattern}'"),
            );
        }
        self.fault(
            at,
            format!("第 {column} 列：文字里的反斜杠 \\ 有特殊含义；写成 \\\\，或改用 /"),
            format!(
                "column {column}: a backslash \\ has a meaning of its own inside a text: write \\\\, or use /"
            ),
        )
    }

    /// A character that may stand neither in a text nor in a comment.
    fn bad_character(&self, at: usize) -> Fault {
        let rest = &self.text[self.floor(at)..];
        let bad = rest.chars().find(|c| c.is_control() && *c != '\t' && *c != '\n').unwrap_or('\r');
        let (column, named) = (self.column(at), describe(bad));
        self.fault(
            at,
            format!("第 {column} 列有{}：删去它", named.zh),
            format!("column {column} has {}: delete it", named.en),
        )
    }

    fn in_text(&self, at: usize) -> Fault {
        if self.line(at).contains(['"', '\'']) { self.bad_character(at) } else { self.value_fault(at, None) }
    }

    fn comma(&self, at: usize, what: &str) -> Fault {
        let (before, rest) = self.split(at);
        if before.ends_with(['"', '\'']) && rest.starts_with(char::is_alphanumeric) {
            return self.quote_inside(at);
        }
        let column = self.column(at);
        let (zh, en) = if what.starts_with("extra") {
            ("多了一个逗号：删去它", "there is a comma too many: delete it")
        } else if what.starts_with("missing comma between array") {
            (
                "列表的两项之间缺逗号：补上“,”",
                "a comma is missing between two items of a list: put \",\" there",
            )
        } else if what.starts_with("missing comma") {
            (
                "花括号里的两项之间缺逗号：补上“,”",
                "a comma is missing between two items in braces: put \",\" there",
            )
        } else {
            (
                "花括号里每项写成“键 = 值”",
                "in braces every item is \"key = value\", like { level = [\"doctor\"] }",
            )
        };
        self.fault(at, format!("第 {column} 列：{zh}"), format!("column {column}: {en}"))
    }
}

/// What is wrong with a date or a time.
fn date_words(what: &str, expected: &str) -> Option<Text> {
    let (zh, en) = match (what, expected) {
        ("invalid offset", _) => ("时区写成 +08:00", "the offset is written +08:00"),
        (_, "`T` between date and time") => ("日期与时间之间写 T", "there is a T between date and time"),
        ("invalid time", "`:` (HH:MM)") => {
            ("时、分、秒之间用冒号", "there are colons between hour, minute and second")
        }
        (_, "`-` (MM-DD)" | "`-` (YYYY-MM) or `:` (HH:MM)") => {
            ("年、月、日之间用连字符，写全年月日", "year, month and day are all there, with hyphens between")
        }
        (_, e) if e.contains("month") => ("月份写两位，从 01 到 12", "the month has two digits, 01 to 12"),
        (_, e) if e.contains("day") => {
            ("日写两位，且该月要有这一天", "the day has two digits, and that month must have it")
        }
        (_, e) if e.contains("year") => ("年份写四位", "the year has four digits"),
        (_, e) if e.contains("hour") => (
            "小时写两位，从 00 到 23；一天的终点是次日 00:00:00",
            "the hour has two digits, 00 to 23; a day ends at 00:00:00 of the next",
        ),
        (_, e) if e.contains("minute") => ("分钟写两位，从 00 到 59", "the minute has two digits, 00 to 59"),
        (_, e) if e.contains("second") => ("秒写两位，从 00 到 59", "the second has two digits, 00 to 59"),
        ("invalid date" | "invalid time" | "invalid datetime" | "invalid date-time", _) => {
            ("日期或时间不完整", "the date or time is not whole")
        }
        _ => return None,
    };
    Some(Text { zh: zh.to_owned(), en: en.to_owned() })
}
