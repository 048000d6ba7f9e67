//! `lixiao new-university`: asks for what every batch stands on, and writes it as a file with remarks, which is read before
//! it is left there.

use std::io::{BufRead, Write};
use std::path::PathBuf;

use anyhow::{Context as _, bail, ensure};
use clap::Args;
use domain::university_file;
use domain::zone::Zone;
use pinyin::ToPinyin as _;

use crate::local::BATCHES;

/// What is asked for.
#[derive(Debug, Clone, Args)]
pub struct NewUniversity {
    /// The folder of batch files, in which the university's is written.
    #[arg(long, default_value = BATCHES, value_name = "DIR")]
    pub batches: PathBuf,
}

/// Everything that was answered.
#[derive(Debug, Default)]
struct Answers {
    languages: Vec<&'static str>,
    name: Vec<String>,
    registrar: Vec<String>,
    zone: String,
    currency: String,
    digits: String,
    student: String,
    staff: String,
    advisor: Option<Vec<String>>,
    facts: Vec<Fact>,
}

/// A fact, as somebody says it: `校区：东区、西区`.
#[derive(Debug)]
struct Fact {
    name: String,
    values: Vec<String>,
}

/// Asks on standard output, reads the answers of standard input, and writes the file.
pub fn run(asked: &NewUniversity) -> anyhow::Result<()> {
    let file = asked.batches.join(university_file::FILE);
    ensure!(!file.exists(), "{} 已存在 / is there already", file.display());
    let text = {
        let (input, output) = (std::io::stdin().lock(), std::io::stdout().lock());
        written(&ask(&mut Dialogue { input, output })?)
    };
    if let Err(faults) = university_file::read(&text) {
        for fault in faults {
            println!("{}:{fault}", file.display());
        }
        bail!("没有写入文件 / nothing was written");
    }
    std::fs::create_dir_all(&asked.batches).with_context(|| asked.batches.display().to_string())?;
    // Written beside it first: a file that is half there would be read as the university.
    let beside = file.with_extension("toml.new");
    std::fs::write(&beside, text).with_context(|| format!("write {}", beside.display()))?;
    std::fs::rename(&beside, &file)?;
    println!("\n{}", file.display());
    println!("下一步见 docs/university.md / what comes next: docs/university.md");
    Ok(())
}

/// Questions and answers, a line each.
struct Dialogue<R, W> {
    input: R,
    output: W,
}

impl<R: BufRead, W: Write> Dialogue<R, W> {
    /// One answer; an empty one is what stands in brackets.
    fn ask(&mut self, zh: &str, en: &str, usual: &str) -> anyhow::Result<String> {
        let brackets = if usual.is_empty() { String::new() } else { format!(" [{usual}]") };
        write!(self.output, "{zh} / {en}{brackets}: ")?;
        self.output.flush()?;
        let mut line = String::new();
        ensure!(self.input.read_line(&mut line)? > 0, "\n没有回答完 / the answers broke off: {en}");
        let line = line.trim();
        Ok(if line.is_empty() { usual.to_owned() } else { line.to_owned() })
    }

    /// The same until there is something to be read in it.
    fn read<T>(
        &mut self,
        zh: &str,
        en: &str,
        usual: &str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> anyhow::Result<T> {
        loop {
            match read(&self.ask(zh, en, usual)?) {
                Ok(read) => return Ok(read),
                Err(why) => writeln!(self.output, "  {why}")?,
            }
        }
    }

    /// A name in each language.
    fn name(
        &mut self,
        languages: &[&str],
        zh: &str,
        en: &str,
        usual: [&str; 2],
    ) -> anyhow::Result<Vec<String>> {
        languages
            .iter()
            .map(|language| {
                let usual = if *language == "zh" { usual[0] } else { usual[1] };
                let (zh, en) = match *language {
                    "zh" => (format!("{zh}（中文）"), format!("{en}, in Chinese")),
                    _ => (format!("{zh}（英文）"), format!("{en}, in English")),
                };
                self.read(&zh, &en, usual, |answer| match answer {
                    "" => Err("请填写 / please write it".to_owned()),
                    answer => Ok(answer.replace('"', "”")),
                })
            })
            .collect()
    }
}

fn ask(dialogue: &mut Dialogue<impl BufRead, impl Write>) -> anyhow::Result<Answers> {
    let languages = dialogue.read(
        "语言：zh、en 或 zh en，第一种是默认",
        "languages: zh, en or both, the default first",
        "zh en",
        languages,
    )?;
    let name = dialogue.name(&languages, "学校名称", "The university's name", ["", ""])?;
    let registrar = dialogue.name(
        &languages,
        "主管部门，页面上说“请联系…”",
        "Who has the last word, as in “ask the …”",
        ["教务处", "registrar"],
    )?;
    let zone = dialogue.read("时区（IANA 名）", "Time zone, by its IANA name", "Asia/Shanghai", zone)?;
    let currency = dialogue.read("货币代码", "Currency, three letters", "CNY", currency)?;
    let digits = dialogue.read("货币的小数位数", "Digits behind its point", "2", |answer| {
        let digits = answer.parse::<u8>().ok().filter(|digits| *digits <= 4);
        digits
            .map(|digits| digits.to_string())
            .ok_or_else(|| "写 0 到 4 之间的数字 / write a number from 0 to 4".to_owned())
    })?;
    let example = |answer: &str| if answer == "-" { Ok(String::new()) } else { pattern(answer) };
    let student = dialogue.read(
        "学号的例子，几种就写几个；- 表示不检查",
        "A student number, or one of each form; - for no check",
        "-",
        example,
    )?;
    let staff = dialogue.read("工号的例子，同上", "A staff number, likewise", "-", example)?;
    let advised = dialogue.read(
        "有没有学生自己的导师要签字：是/否",
        "Do students have advisors of their own who decide: yes/no",
        "yes",
        |answer| match answer {
            "yes" | "y" | "是" => Ok(true),
            "no" | "n" | "否" => Ok(false),
            _ => Err("是或否 / yes or no".to_owned()),
        },
    )?;
    let advisor = advised
        .then(|| {
            dialogue.name(
                &languages,
                "他们叫什么，几种用、隔开",
                "What they are called, several with commas",
                ["导师", "advisor"],
            )
        })
        .transpose()?;
    let mut facts = Vec::new();
    while let Some(fact) = dialogue.read(
        "决定办什么、在哪办的信息，例如“校区：东区、西区”“住宿：是、否”；空行结束",
        "What decides what is to be done and where, as in “Campus: East, West”; an empty line ends",
        "",
        fact,
    )? {
        facts.push(fact);
    }
    Ok(Answers { languages, name, registrar, zone, currency, digits, student, staff, advisor, facts })
}

fn languages(answer: &str) -> Result<Vec<&'static str>, String> {
    let read = answer.split([' ', ',', '，', '、']).filter(|word| !word.is_empty()).map(|word| match word {
        "zh" | "中文" => Ok("zh"),
        "en" | "英文" => Ok("en"),
        other => Err(format!("没有“{other}”：zh 或 en / there is no \"{other}\": zh or en")),
    });
    let mut languages: Vec<&str> = read.collect::<Result<_, _>>()?;
    languages.dedup();
    if languages.is_empty() { Err("至少一种 / at least one".to_owned()) } else { Ok(languages) }
}

/// A zone by its name, or by the place at its end.
fn zone(answer: &str) -> Result<String, String> {
    if Zone::read(answer).is_some() {
        return Ok(answer.to_owned());
    }
    let place = answer.replace(' ', "_");
    let meant = Zone::names()
        .find(|name| name.rsplit('/').next().is_some_and(|end| end.eq_ignore_ascii_case(&place)));
    let meant = meant.map(|name| (format!("是否应为 {name}？"), format!("did you mean {name}? ")));
    let (zh, en) = meant.unwrap_or_default();
    Err(format!(
        "没有时区“{answer}”：{zh}写 IANA 时区名，例如 Asia/Shanghai / there is no time zone \"{answer}\": {en}write its IANA name"
    ))
}

fn currency(answer: &str) -> Result<String, String> {
    let code = answer.to_ascii_uppercase();
    let is_code = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    is_code.then_some(code).ok_or_else(|| {
        format!("“{answer}”不是货币代码：写三个字母，例如 CNY / \"{answer}\" is no currency: write its three letters")
    })
}

/// What numbers look like that look like these: `TCE11005` is three capitals and five digits.
fn pattern(examples: &str) -> Result<String, String> {
    let examples = examples.split([' ', ',', '，', '、']).filter(|example| !example.is_empty());
    let patterns: Vec<String> = examples.map(one_pattern).collect::<Result<_, _>>()?;
    if patterns.is_empty() {
        Err("写一个号码 / write a number".to_owned())
    } else {
        Ok(patterns.join("|"))
    }
}

fn one_pattern(example: &str) -> Result<String, String> {
    let class = |c: char| match c {
        '0'..='9' => Ok(r"\d".to_owned()),
        'a'..='z' | 'A'..='Z' => Ok("[A-Z]".to_owned()),
        '.' => Ok(r"\.".to_owned()),
        '_' | '/' | '-' => Ok(c.to_string()),
        _ => Err(format!("号码里不能有“{c}” / a number has no \"{c}\"")),
    };
    let mut runs: Vec<(String, usize)> = Vec::new();
    for c in example.chars() {
        let class = class(c)?;
        match runs.last_mut() {
            Some((last, count)) if *last == class => *count += 1,
            _ => runs.push((class, 1)),
        }
    }
    let run =
        |(class, count): (String, usize)| if count == 1 { class } else { format!("{class}{{{count}}}") };
    Ok(runs.into_iter().map(run).collect())
}

fn fact(answer: &str) -> Result<Option<Fact>, String> {
    if answer.is_empty() {
        return Ok(None);
    }
    let (name, values) = answer
        .split_once([':', '：'])
        .ok_or("写成“校区：东区、西区” / write it like “Campus: East, West”")?;
    let values = values
        .split([',', '，', '、'])
        .map(|value| value.trim().replace('"', "”"))
        .filter(|value| !value.is_empty());
    let mut values: Vec<String> = values.collect();
    if let [one] = values.as_slice()
        && one.contains(char::is_whitespace)
    {
        let pieces: Vec<String> = one.split_whitespace().map(str::to_owned).collect();
        let short = |piece: &String| piece.chars().count() <= MOST_OF_A_WORD && piece.chars().all(is_han);
        if !pieces.iter().all(short) {
            let (zh, en) = (pieces.join("、"), pieces.join(", "));
            return Err(format!(
                "“{one}”是几个值？几个值之间用、隔开，如 {zh} / are these several? put commas between values, as in {en}"
            ));
        }
        values = pieces;
    }
    if values.is_empty() {
        return Err("冒号后面写它的值 / write its values behind the colon".to_owned());
    }
    Ok(Some(Fact { name: name.trim().replace('"', "”"), values }))
}

/// A Chinese word of so many characters is one of several, where blanks stand between them.
const MOST_OF_A_WORD: usize = 8;

fn is_han(c: char) -> bool {
    ('\u{3400}'..='\u{9fff}').contains(&c)
}

/// A name in the languages that are spoken.
fn text(languages: &[&str], names: &[String]) -> String {
    match (languages, names) {
        ([_], [name]) => format!("\"{name}\""),
        _ => {
            let each = languages.iter().zip(names).map(|(language, name)| format!("{language} = \"{name}\""));
            format!("{{ {} }}", each.collect::<Vec<_>>().join(", "))
        }
    }
}

/// The longest id that is made of a name.
const LONGEST_ID: usize = 40;

/// An id of what people call something: its own letters, Chinese by its sound; or a word with its number.
fn id(name: &str, word: &str, number: usize) -> String {
    let letters = name.chars().map(|c| match c.to_pinyin() {
        Some(sound) => sound.plain().to_owned(),
        None if c.is_ascii_alphanumeric() => c.to_lowercase().to_string(),
        None => "-".to_owned(),
    });
    let letters: String = letters.collect();
    let words: Vec<&str> = letters.split('-').filter(|word| !word.is_empty()).collect();
    let id = words.join("-");
    let is_id = id.starts_with(|c: char| c.is_ascii_lowercase()) && id.len() <= LONGEST_ID && id.is_ascii();
    if is_id { id } else { format!("{word}-{number}") }
}

/// Who decides for their own students, by the kinds that are named in each language: an id and its names.
fn people(named: &[String]) -> Vec<(String, Vec<String>)> {
    let each: Vec<Vec<String>> = named
        .iter()
        .map(|names| names.split(['、', ',', '，']).map(|name| name.trim().to_owned()).collect())
        .collect();
    let count = each.iter().map(Vec::len).min().unwrap_or_default();
    if count < 2 {
        return vec![("advisors".to_owned(), named.to_vec())];
    }
    let first = each.first().map(Vec::as_slice).unwrap_or_default();
    let kinds = ids(first.iter().take(count), "people").into_iter().enumerate();
    kinds.map(|(i, id)| (id, each.iter().filter_map(|names| names.get(i).cloned()).collect())).collect()
}

/// The ids of several, of which no two are the same: 莲华 and 莲花 sound alike.
fn ids<'a>(names: impl Iterator<Item = &'a String>, word: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (i, name) in names.enumerate() {
        let own = id(name, word, i + 1);
        found.push(if found.contains(&own) { format!("{word}-{}", i + 1) } else { own });
    }
    found
}

/// The file.
fn written(answers: &Answers) -> String {
    let Answers { languages, name, registrar, zone, currency, digits, student, staff, advisor, facts } =
        answers;
    let quoted: Vec<String> = languages.iter().map(|language| format!("\"{language}\"")).collect();
    let mut file = format!(
        "# 学校：每个批次都以此为准。写法见 docs/university.md；写好后运行 lixiao check。\n\
         # The university: what every batch stands on. How to write it: docs/university.md; then run `lixiao check`.\n\n\
         name = {}\n\
         languages = [{}]                        # 第一种是默认 · the first is the default\n\
         time_zone = \"{zone}\"\n\
         currency = {{ code = \"{currency}\", digits = {digits} }}\n\
         registrar = {}\n\n\
         [numbers]                                       # 只防笔误：谁是谁由登录系统说了算 · against slips of the pen only\n",
        text(languages, name),
        quoted.join(", "),
        text(languages, registrar),
    );
    for (kind, pattern) in [("student", student), ("staff", staff)] {
        let line = if pattern.is_empty() {
            format!("# {kind} = '\\d{{8}}'\n")
        } else {
            format!("{kind} = '{pattern}'\n")
        };
        file.push_str(&line);
    }
    file.push_str("\n# 学生的信息：名册里的列，环节、部门可以用 when 引用；id 和各值左边的词可改成好认的英文。\n# Facts of students: columns of the roster that steps and offices may name in `when`.\n");
    if facts.is_empty() {
        file.push_str("# [[facts]]\n# id = \"campus\"\n# name = \"…\"\n# [facts.values]\n# east = \"…\"\n");
    }
    let fact_ids = ids(facts.iter().map(|fact| &fact.name), "fact");
    for (Fact { name, values }, fact_id) in facts.iter().zip(fact_ids) {
        let yes_no =
            values.iter().all(|value| ["是", "否", "yes", "no", "Yes", "No"].contains(&value.as_str()));
        file.push_str(&format!("[[facts]]\nid = \"{fact_id}\"\nname = \"{name}\"\nlist = true                                     # 名单上显示、可筛选 · lists show it and are filtered by it\n# slip = true                                   # 离校单上也显示 · the slip shows it too\n"));
        if yes_no {
            file.push_str("kind = \"yes-no\"\n\n");
            continue;
        }
        file.push_str("\n[facts.values]\n");
        for (value, value_id) in values.iter().zip(ids(values.iter(), "value")) {
            file.push_str(&format!("{value_id} = \"{value}\"\n"));
        }
        file.push('\n');
    }
    for (id, names) in advisor.iter().flat_map(|advisor| people(advisor)) {
        file.push_str(&format!("[[people]]                                      # 名册里的列：给自己的学生办理的人 · they decide for their own students\nid = \"{id}\"\nname = {}\n\n", text(languages, &names)));
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(lines: &[&str]) -> anyhow::Result<String> {
        let input = lines.join("\n") + "\n";
        Ok(written(&ask(&mut Dialogue { input: input.as_bytes(), output: Vec::new() })?))
    }

    #[test]
    fn what_is_answered_makes_a_file_that_is_read() {
        let file = asked(&[
            "zh",
            "山城大学",
            "",
            "",
            "",
            "",
            "TCE11005 202313021001",
            "200812",
            "是",
            "",
            "校区：东区、西区",
            "住宿：是、否",
            "",
        ])
        .unwrap();
        let university =
            university_file::read(&file).unwrap_or_else(|faults| panic!("{faults:?}\n{file}")).university;
        assert_eq!(university.name().zh, "山城大学");
        assert_eq!(university.registrar().zh, "教务处");
        assert_eq!(university.numbers().student.as_ref().unwrap().text, r"[A-Z]{3}\d{5}|\d{12}");
        assert_eq!(university.facts().len(), 2);
        assert_eq!(university.facts()[0].values(), ["dongqu", "xiqu"]);
        assert_eq!(university.people()[0].name.zh, "导师");
    }

    #[test]
    fn a_name_gives_its_id_by_its_sound_and_no_two_are_the_same() {
        let named = ["莲华", "莲花", "A 区", "虎溪", "！", "2 号楼", "Dorm 3"].map(str::to_owned);
        let found = ids(named.iter(), "value");
        assert_eq!(found, ["lianhua", "value-2", "a-qu", "huxi", "value-5", "value-6", "dorm-3"]);
    }

    #[test]
    fn values_with_blanks_between_them_are_several_and_what_may_be_either_is_asked() {
        let values = |answer| fact(answer).map(|fact| fact.unwrap().values);
        assert_eq!(values("住宿：是 否").unwrap(), ["是", "否"]);
        assert_eq!(values("校区：东区 西区").unwrap(), ["东区", "西区"]);
        assert_eq!(values("Campus: East Side, West Side").unwrap(), ["East Side", "West Side"]);
        assert!(values("Campus: East West").unwrap_err().contains("as in East, West"));
    }

    #[test]
    fn a_zone_a_currency_and_digits_that_are_none_are_asked_for_again_at_once() {
        let file = asked(&[
            "zh",
            "山城大学",
            "",
            "Shanghai",
            "Asia/Shanghai",
            "人民币",
            "cny",
            "7",
            "2",
            "-",
            "-",
            "否",
            "",
        ]);
        assert!(university_file::read(&file.unwrap()).is_ok());
        assert!(zone("shanghai").unwrap_err().contains("did you mean Asia/Shanghai?"));
    }

    #[test]
    fn several_kinds_of_people_have_a_column_each() {
        let file = asked(&[
            "zh en",
            "山城大学",
            "Mountain University",
            "",
            "",
            "",
            "",
            "",
            "-",
            "-",
            "是",
            "班主任、导师",
            "class teacher, tutor",
            "",
        ])
        .unwrap();
        let university =
            university_file::read(&file).unwrap_or_else(|faults| panic!("{faults:?}\n{file}")).university;
        let kinds: Vec<(&str, &str)> =
            university.people().iter().map(|people| (people.id.as_str(), people.name.en.as_str())).collect();
        assert_eq!(kinds, [("banzhuren", "class teacher"), ("daoshi", "tutor")]);
    }

    #[test]
    fn a_university_in_english_alone_is_asked_nothing_in_chinese() {
        let file = asked(&[
            "en",
            "University of the Gulf",
            "Registration",
            "Asia/Bahrain",
            "BHD",
            "3",
            "2021-1-00123",
            "-",
            "no",
            "Level: Bachelor, Master",
            "",
        ])
        .unwrap();
        let university =
            university_file::read(&file).unwrap_or_else(|faults| panic!("{faults:?}\n{file}")).university;
        assert_eq!((university.currency().code.as_str(), university.currency().digits), ("BHD", 3));
        assert_eq!(university.facts()[0].values(), ["bachelor", "master"]);
        assert!(university.people().is_empty() && university.numbers().staff.is_none());
    }

    #[test]
    fn an_answer_that_is_none_is_asked_for_again_and_half_the_answers_make_no_file() {
        let file = asked(&[
            "fr",
            "zh en",
            "",
            "山城大学",
            "Mountain University",
            "",
            "",
            "",
            "",
            "two",
            "2",
            "学号",
            "-",
            "-",
            "no",
            "校区",
            "",
        ]);
        assert!(university_file::read(&file.unwrap()).is_ok());
        assert!(asked(&["zh", "山城大学"]).is_err());
    }
}
