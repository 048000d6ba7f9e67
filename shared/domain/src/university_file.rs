//! Reads `university.toml` and refuses one that isn't sound: what is wrong, on which line, what to do.

pub(crate) mod form;

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use crate::facts::When;
use crate::fault::{Fault, Weight};
use crate::field::check_line;
use crate::ids::{FactId, PeopleId};
use crate::roster;
use crate::student::YesNo;
use crate::text::{Lang, Text, heading, searched};
use crate::toml_file::check::{Check, LONGEST_NAME};
use crate::toml_file::place::Whose;
use crate::toml_file::words::{OneOrMany, RawEach, RawText, RawWhen};
use crate::toml_file::{explain, keys};
use crate::university::{Currency, Fact, FactKind, Numbers, Pattern, People, University, Value};
use crate::zone::Zone;

/// The name of the file, beside the batches'.
pub const FILE: &str = "university.toml";
/// The most facts, which each student has.
const MOST_FACTS: usize = 40;
/// The most kinds of people who decide for their own students.
const MOST_PEOPLE: usize = 5;
/// The most values of a fact.
const MOST_VALUES: usize = 200;
/// The longest pattern of a number.
const LONGEST_PATTERN: usize = 100;

/// A university, and what was noted of its file although one can be made.
#[derive(Debug)]
pub struct Parsed {
    /// The university.
    pub university: University,
    /// What deserves another look.
    pub noted: Vec<Fault>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawUniversity {
    name: Spanned<RawText>,
    languages: Spanned<Vec<Spanned<String>>>,
    time_zone: Spanned<String>,
    currency: RawCurrency,
    registrar: Spanned<RawText>,
    college: Option<Spanned<RawText>>,
    #[serde(default)]
    numbers: RawNumbers,
    #[serde(default)]
    facts: Vec<RawFact>,
    #[serde(default)]
    people: Vec<RawPeople>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCurrency {
    code: Spanned<String>,
    digits: Spanned<u8>,
    name: Option<Spanned<RawText>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawNumbers {
    student: Option<Spanned<String>>,
    staff: Option<Spanned<String>>,
    external: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFact {
    id: Spanned<String>,
    name: Spanned<RawText>,
    #[serde(default)]
    also: Vec<Spanned<String>>,
    kind: Option<RawKind>,
    #[serde(default)]
    values: BTreeMap<String, Spanned<RawValue>>,
    #[serde(default)]
    when: RawWhen,
    default: Option<Spanned<String>>,
    #[serde(default)]
    slip: bool,
    #[serde(default)]
    list: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum RawKind {
    Words,
    YesNo,
    Text,
}

/// A value: its name, or its name with other words for it.
struct RawValue {
    name: Option<RawText>,
    also: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAlso {
    name: Option<RawText>,
    #[serde(default)]
    also: OneOrMany,
    zh: Option<String>,
    en: Option<String>,
}

impl<'de> Deserialize<'de> for RawValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = RawValue;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name, or a name and other words for it")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<RawValue, E> {
                Ok(RawValue { name: Some(RawText::Plain(text.to_owned())), also: Vec::new() })
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawValue, A::Error> {
                let RawAlso { name, also, zh, en } = RawAlso::deserialize(MapAccessDeserializer::new(map))?;
                let each = (zh.is_some() || en.is_some()).then_some(RawText::Each(RawEach { zh, en }));
                Ok(RawValue { name: name.or(each), also: also.0 })
            }
        }
        deserializer.deserialize_any(Read)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPeople {
    id: Spanned<String>,
    name: Spanned<RawText>,
    #[serde(default)]
    also: Vec<Spanned<String>>,
}

/// Where the names of a roster's columns stand, by the column's id.
fn places_of(raw: &RawUniversity) -> BTreeMap<String, Range<usize>> {
    let facts = raw.facts.iter().map(|fact| (fact.id.get_ref().clone(), fact.name.span()));
    let people = raw.people.iter().enumerate().map(|(i, people)| {
        let id = if i == 0 { roster::ADVISORS } else { people.id.get_ref() };
        (id.to_owned(), people.name.span())
    });
    let college = raw.college.iter().map(|college| ("college".to_owned(), college.span()));
    facts.chain(people).chain(college).collect()
}

/// A column by its id and its line; without one it is every university's.
fn said_of(id: &str, line: Option<usize>) -> Text {
    match line {
        Some(line) => Text { zh: format!("{id}（第 {line} 行）"), en: format!("{id} (line {line})") },
        None => Text {
            zh: format!("{id}（每所学校的名册都有的列）"),
            en: format!("{id}, which every university's roster has"),
        },
    }
}

/// What is to be said where there is no such file.
pub fn missing() -> Fault {
    Fault::unsound(
        1,
        Text {
            zh: format!(
                "没有 {FILE}：每个批次都以它为准；运行 lixiao new-university，或照 infra/batches/{FILE} 写一份"
            ),
            en: format!(
                "there is no {FILE}, on which every batch stands: run lixiao new-university, or write one like infra/batches/{FILE}"
            ),
        },
    )
}

/// Reads the text of a university's file.
pub fn read(text: &str) -> Result<Parsed, Vec<Fault>> {
    let raw: RawUniversity = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(error) => {
            let faults = explain::explain(&form::UNIVERSITY, text, Whose::said_in(text), &error);
            let mended = explain::mended_keys(&form::UNIVERSITY, text)
                .filter(|text| toml::from_str::<RawUniversity>(text).is_ok());
            let more = mended.and_then(|text| read(&text).err()).unwrap_or_default();
            return Err(explain::together(faults, more));
        }
    };
    let mut check = Check::of(text, &[], &Zone::utc());
    let university = check.university(raw);
    let noted = check.found()?;
    // What can't be made of it has been found to be at fault.
    university.map(|university| Parsed { university, noted }).ok_or_else(Vec::new)
}

impl Check {
    fn university(&mut self, raw: RawUniversity) -> Option<University> {
        let places = places_of(&raw);
        self.languages = self.languages_of(&raw.languages);
        let name = self.name(&raw.name);
        let registrar = self.name(&raw.registrar);
        let college = raw.college.as_ref().map(|college| self.name(college));
        let zone = self.zone(&raw.time_zone);
        let currency = self.currency(&raw.currency);
        let numbers = Numbers {
            student: self.pattern("student", raw.numbers.student),
            staff: self.pattern("staff", raw.numbers.staff),
            external: self.pattern("external", raw.numbers.external),
        };
        let (facts, asked) = self.facts(raw.facts);
        let people = self.people(raw.people, &facts);
        let (languages, zone) = (self.languages.clone(), zone?);
        let mut university =
            University { name, languages, zone, currency, registrar, college, numbers, facts, people };
        // Of whom a fact is asked may be said by facts that stand further down.
        let asked: Vec<_> = asked.into_iter().map(|raw| self.when(&university, raw)).collect();
        for (fact, when) in university.facts.iter_mut().zip(asked) {
            fact.when = when;
        }
        self.columns_apart(&university, &places);
        Some(university)
    }

    fn languages_of(&mut self, raw: &Spanned<Vec<Spanned<String>>>) -> Vec<Lang> {
        let mut languages = Vec::new();
        for given in raw.get_ref() {
            match given.get_ref().as_str() {
                "zh" if !languages.contains(&Lang::Zh) => languages.push(Lang::Zh),
                "en" if !languages.contains(&Lang::En) => languages.push(Lang::En),
                "zh" | "en" => self.fault(
                    &given.span(),
                    format!("语言 {0} 写了两次：删去一个", given.get_ref()),
                    format!("the language {0} stands here twice: remove one", given.get_ref()),
                ),
                other => self.fault(
                    &given.span(),
                    format!("没有“{other}”这种界面语言：可用 zh（中文）、en（英文）"),
                    format!("there is no interface in \"{other}\": there are zh (Chinese) and en (English)"),
                ),
            }
        }
        if raw.get_ref().is_empty() {
            self.fault(
                &raw.span(),
                "languages 为空：至少写一种语言，第一种是默认",
                "languages is empty: write at least one; the first is the default",
            );
        }
        languages
    }

    fn zone(&mut self, raw: &Spanned<String>) -> Option<Zone> {
        let given = raw.get_ref();
        let zone = Zone::read(given);
        if zone.is_none() {
            let names = Zone::names();
            let ends_alike = |name: &&str| {
                let place = name.rsplit('/').next().unwrap_or(name);
                place.eq_ignore_ascii_case(&given.replace(' ', "_"))
            };
            let meant = names.clone().find(ends_alike).or_else(|| keys::nearest(given, names));
            let (zh, en) = keys::did_you_mean(meant);
            self.fault(
                &raw.span(),
                format!("没有时区“{given}”：{zh}写 IANA 时区名，例如 Asia/Shanghai"),
                format!("there is no time zone \"{given}\": {en}write its IANA name, like Asia/Shanghai"),
            );
        }
        zone
    }

    fn currency(&mut self, raw: &RawCurrency) -> Currency {
        let (code, digits) = (raw.code.get_ref(), *raw.digits.get_ref());
        if code.len() != 3 || !code.bytes().all(|byte| byte.is_ascii_uppercase()) {
            self.fault(
                &raw.code.span(),
                format!("货币代码“{code}”不对：写三个大写字母，例如 CNY"),
                format!("\"{code}\" is no currency: write its three capital letters, like CNY"),
            );
        }
        if digits > 4 {
            self.fault(
                &raw.digits.span(),
                format!("小数位 {digits} 不对：人民币写 2，没有小数的货币写 0，至多 4"),
                format!("{digits} digits: write 2 for yuan or dollars, 0 for a currency without smaller units, at most 4"),
            );
        }
        let name = raw.name.as_ref().map(|name| self.name(name));
        Currency { code: code.clone(), digits: digits.min(4), name }
    }

    fn pattern(&mut self, key: &str, raw: Option<Spanned<String>>) -> Option<Pattern> {
        let raw = raw?;
        let text = raw.get_ref();
        let pattern = Pattern::read(text).filter(|_| !text.is_empty() && text.len() <= LONGEST_PATTERN);
        if pattern.is_none() {
            self.fault(
                &raw.span(),
                format!("numbers.{key} 的“{text}”不是正则表达式：11 位数字写成 '\\d{{11}}'"),
                format!("numbers.{key}: \"{text}\" is no regular expression: eleven digits are '\\d{{11}}'"),
            );
        }
        pattern
    }

    /// The facts, and of whom each is asked.
    fn facts(&mut self, raw: Vec<RawFact>) -> (Vec<Fact>, Vec<RawWhen>) {
        let mut facts: Vec<Fact> = Vec::new();
        let mut asked = Vec::new();
        for raw in raw {
            let span = raw.id.span();
            let Some(id) = self.id::<FactId>(&raw.id, "信息项的编号", "fact's id") else { continue };
            if facts.len() == MOST_FACTS {
                self.fault(
                    &span,
                    format!("信息项超过 {MOST_FACTS} 个：学生的信息只写环节、部门、文书用得到的"),
                    format!("more than {MOST_FACTS} facts: write only those that steps, offices and papers ask for"),
                );
                break;
            }
            self.column_is_free(&span, id.as_str(), &facts, &[]);
            if ["not", "college", "major"].contains(&id.as_str()) || roster::is_own_column(id.as_str()) {
                self.fault(
                    &span,
                    format!("{id} 在名册或条件里已有自己的意思：换一个编号"),
                    format!("{id} means something else in rosters and conditions: take another id"),
                );
            }
            let name = self.name(&raw.name);
            let also = self.synonyms(raw.also);
            let (kind, answers) = self.kind(&id, raw.kind, raw.values, &span);
            let (slip, list) = (raw.slip, raw.list);
            let mut fact =
                Fact { id, name, also, kind, answers, when: When::default(), default: None, slip, list };
            fact.default = raw.default.and_then(|default| self.default(&fact, &default));
            facts.push(fact);
            asked.push(raw.when);
        }
        (facts, asked)
    }

    fn kind(
        &mut self,
        id: &FactId,
        kind: Option<RawKind>,
        values: BTreeMap<String, Spanned<RawValue>>,
        span: &Range<usize>,
    ) -> (FactKind, Vec<(YesNo, String)>) {
        let kind = kind.unwrap_or(RawKind::Words);
        if kind == RawKind::Text && !values.is_empty() {
            self.fault(
                span,
                format!("{id} 不是 words，不需要 values：删去 values，或删去 kind"),
                format!("{id} is no fact of words and has values: remove `values`, or `kind`"),
            );
        }
        if kind == RawKind::Words && !(1..=MOST_VALUES).contains(&values.len()) {
            self.fault(
                span,
                format!("{id} 有 {} 个值：在 [facts.values] 里写 1 到 {MOST_VALUES} 个；只有是和否就写 kind = \"yes-no\"", values.len()),
                format!("{id} has {} values: write 1 to {MOST_VALUES} under [facts.values], or kind = \"yes-no\"", values.len()),
            );
        }
        if let (RawKind::Words, [only]) = (kind, Vec::from_iter(values.keys()).as_slice()) {
            self.note(
                Weight::Odd,
                span,
                format!("{id} 只有一个值 {only}：几个值写成几行；只有一种就分不出学生，不必写"),
                format!("{id} has but one value, {only}: several stand on a line each, and one alone tells no students apart"),
            );
        }
        match kind {
            RawKind::YesNo => (FactKind::YesNo, self.answers(id, values)),
            RawKind::Text => (FactKind::Text, Vec::new()),
            RawKind::Words => (FactKind::Words(self.values_of(id, values)), Vec::new()),
        }
    }

    /// Other words for yes and for no: `values = { yes = { also = ["住校"] } }`.
    fn answers(&mut self, fact: &FactId, raw: BTreeMap<String, Spanned<RawValue>>) -> Vec<(YesNo, String)> {
        let mut answers: Vec<(YesNo, String)> = Vec::new();
        for (id, value) in raw {
            let span = value.span();
            let Some(answer) = YesNo::read(&id) else {
                self.fault(
                    &span,
                    format!("{fact} 是 yes-no，它的值只有 yes 和 no：改掉“{id}”，或删去 kind"),
                    format!("{fact} is a yes-no, which has the values yes and no: change \"{id}\", or remove `kind`"),
                );
                continue;
            };
            for word in self.synonyms(value.into_inner().also) {
                let other = answers.iter().find(|(_, known)| searched(known) == searched(&word));
                let plainly = YesNo::plainly(&word).or(other.map(|(answer, _)| *answer));
                if plainly.is_some_and(|known| known != answer) {
                    self.fault(
                        &span,
                        format!("{fact} 的“{word}”既是 yes 又是 no：名册里就分不清，改一个"),
                        format!("\"{word}\" is both yes and no of {fact}: a roster couldn't tell them apart"),
                    );
                }
                answers.push((answer, word));
            }
        }
        answers
    }

    /// The values in the order of the file.
    fn values_of(&mut self, fact: &FactId, raw: BTreeMap<String, Spanned<RawValue>>) -> Vec<Value> {
        let mut raw: Vec<_> = raw.into_iter().collect();
        raw.sort_by_key(|(_, value)| value.span().start);
        let (mut values, mut taken) = (Vec::<Value>::new(), BTreeMap::new());
        for (id, value) in raw {
            let span = value.span();
            let RawValue { name, also } = value.into_inner();
            let name = name.unwrap_or_else(|| RawText::Plain(id.clone()));
            let id: Option<FactId> = self.id(&Spanned::new(span.clone(), id), "值的编号", "value's id");
            let name = self.name(&Spanned::new(span.clone(), name));
            let rest = also.iter().any(|word| word.get_ref() == "*");
            let also = self.synonyms(also.into_iter().filter(|word| word.get_ref() != "*").collect());
            let Some(id) = id else { continue };
            if rest && values.iter().any(|value| value.rest) {
                self.fault(
                    &span,
                    format!("{fact} 有两个值写了 \"*\"：其余的只能归一个值"),
                    format!("two values of {fact} have \"*\": the rest is for one of them only"),
                );
            }
            let value = Value { id: id.to_string(), name, also, rest };
            self.words_are_free(fact, &value, &mut taken, &span);
            values.push(value);
        }
        values
    }

    /// Two values that a roster would call by the same word; `taken` has those of the values before.
    fn words_are_free(
        &mut self,
        fact: &FactId,
        value: &Value,
        taken: &mut BTreeMap<String, String>,
        span: &Range<usize>,
    ) {
        let twice = value.words().find_map(|word| Some((word, taken.get(&searched(word))?)));
        if let Some((word, other)) = twice {
            self.fault(
                span,
                format!("{fact} 的“{word}”既是 {} 又是 {other}：名册里就分不清，改一个", value.id),
                format!(
                    "\"{word}\" is both {} and {other} of {fact}: a roster couldn't tell them apart",
                    value.id
                ),
            );
        }
        taken.extend(value.words().map(|word| (searched(word), value.id.clone())));
    }

    fn synonyms(&mut self, raw: Vec<Spanned<String>>) -> Vec<String> {
        for word in &raw {
            if check_line("also", word.get_ref(), LONGEST_NAME).is_err() {
                self.fault(
                    &word.span(),
                    format!("also 里的“{}”不是一个词", word.get_ref()),
                    format!("also: \"{}\" is no word", word.get_ref()),
                );
            }
        }
        raw.into_iter().map(|word| word.get_ref().trim().to_owned()).collect()
    }

    fn default(&mut self, fact: &Fact, raw: &Spanned<String>) -> Option<String> {
        let known = fact.values();
        let given = raw.get_ref().clone();
        if matches!(fact.kind, FactKind::Text) || known.contains(&given.as_str()) {
            return Some(given);
        }
        let (id, all) = (&fact.id, known.join(", "));
        self.fault(
            &raw.span(),
            format!("{id} 的默认值“{given}”不在它的值里：用 {all} 之一"),
            format!("default: \"{given}\" is no value of {id}: use one of {all}"),
        );
        None
    }

    /// Two columns of a roster that are called alike: of its header one of them could never be found.
    fn columns_apart(&mut self, university: &University, places: &BTreeMap<String, Range<usize>>) {
        let headings = roster::headings(university);
        let mut taken: BTreeMap<String, &str> = BTreeMap::new();
        for column in headings.columns() {
            let names = column.names.iter().chain(std::iter::once(&column.id));
            let mut told = false;
            for name in names {
                let other = *taken.entry(heading(name)).or_insert(column.id);
                if other == column.id || told {
                    continue;
                }
                told = true;
                let Some(span) = places.get(column.id).or_else(|| places.get(other)) else { continue };
                let place = |id: &str| places.get(id).map(|span| self.line(span));
                let (one, two) = (said_of(column.id, place(column.id)), said_of(other, place(other)));
                self.fault(
                    span,
                    format!("名册的列名“{name}”既是 {}，又是 {}：读名册时就分不清，改一个", one.zh, two.zh),
                    format!(
                        "a roster's column \"{name}\" would be both {} and {}: give one of them another name",
                        one.en, two.en
                    ),
                );
            }
        }
    }

    /// A roster's column that means two things.
    fn column_is_free(&mut self, span: &Range<usize>, id: &str, facts: &[Fact], people: &[People]) {
        let known = facts.iter().map(|fact| fact.id.as_str()).chain(people.iter().map(|one| one.id.as_str()));
        if known.into_iter().any(|known| known == id) {
            self.fault(
                span,
                format!("{id} 写了两次：删去一个或改编号"),
                format!("{id} stands here twice: remove one or give it another id"),
            );
        }
    }

    fn people(&mut self, raw: Vec<RawPeople>, facts: &[Fact]) -> Vec<People> {
        let mut people: Vec<People> = Vec::new();
        for raw in raw {
            let Some(id) = self.id::<PeopleId>(&raw.id, "人员的编号", "people's id") else { continue };
            self.column_is_free(&raw.id.span(), id.as_str(), facts, &people);
            // The first kind may be called as the column is that every university's roster may have.
            let first_of_all = people.is_empty() && id.as_str() == roster::ADVISORS;
            if roster::is_own_column(id.as_str()) && !first_of_all {
                self.fault(
                    &raw.id.span(),
                    format!("{id} 是每所学校的名册都有的列：改一个编号"),
                    format!("{id} is a column of every university's roster: give it another id"),
                );
            }
            if people.len() == MOST_PEOPLE {
                self.fault(
                    &raw.id.span(),
                    format!("[[people]] 多于 {MOST_PEOPLE} 种：只写给自己的学生办理的人"),
                    format!("more than {MOST_PEOPLE} kinds of [[people]]: write only those who decide for their own students"),
                );
                break;
            }
            let name: Text = self.name(&raw.name);
            let also = self.synonyms(raw.also);
            people.push(People { id, name, also });
        }
        people
    }
}
