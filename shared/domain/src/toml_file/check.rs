//! What is found while a file that could be read becomes what it stands for.

use std::collections::BTreeSet;
use std::ops::Range;
use std::str::FromStr;

use toml::Spanned;

use super::characters::odd_one;
use super::keys;
use super::lines::Lines;
use super::place::instant_of;
use super::words::{RawCondition, RawEach, RawText, RawWhen};
use crate::facts::When;
use crate::fault::{Fault, Weight};
use crate::field::{check_line, is_printable};
use crate::text::{Lang, Text};
use crate::university::{FactKind, University};
use crate::zone::Zone;

/// The most characters of a name.
pub(crate) const LONGEST_NAME: usize = 100;
/// The most values that a condition may name of one fact.
const MOST_VALUES: usize = 200;

/// Collects what is wrong with a file, and what is odd about it.
pub(crate) struct Check {
    lines: Lines,
    /// The languages that texts may be in; the first is what every text must have.
    pub(crate) languages: Vec<Lang>,
    /// The zone in which instants are meant.
    pub(crate) zone: Zone,
    /// An instant that the file has, as an example for another.
    pub(crate) near: Option<String>,
    pub(crate) faults: Vec<Fault>,
    pub(crate) noted: Vec<Fault>,
}

impl Check {
    /// Begins with a file's text.
    pub(crate) fn of(text: &str, languages: &[Lang], zone: &Zone) -> Self {
        Self {
            lines: Lines::of(text),
            languages: languages.to_vec(),
            zone: zone.clone(),
            near: instant_of(text).map(str::to_owned),
            faults: Vec::new(),
            noted: Vec::new(),
        }
    }

    /// The line of what begins somewhere.
    pub(crate) fn line(&self, span: &Range<usize>) -> usize {
        self.lines.at(span)
    }

    /// What makes the file unsound.
    pub(crate) fn fault(&mut self, span: &Range<usize>, zh: impl Into<String>, en: impl Into<String>) {
        let line = self.lines.at(span);
        self.faults.push(Fault::unsound(line, Text { zh: zh.into(), en: en.into() }));
    }

    /// What doesn't stop anything from being made of it.
    pub(crate) fn note(
        &mut self,
        weight: Weight,
        span: &Range<usize>,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) {
        let line = self.lines.at(span);
        self.noted.push(Fault { line, weight, what: Text { zh: zh.into(), en: en.into() } });
    }

    /// What was found, in the order of lines: faults if there are any, else what was noted.
    pub(crate) fn found(self) -> Result<Vec<Fault>, Vec<Fault>> {
        let Self { mut faults, mut noted, .. } = self;
        faults.sort_by_key(|fault| fault.line);
        noted.sort_by_key(|fault| fault.line);
        if faults.is_empty() { Ok(noted) } else { Err(faults) }
    }

    /// An id of small letters, digits and hyphens.
    pub(crate) fn id<T: FromStr>(&mut self, text: &Spanned<String>, zh: &str, en: &str) -> Option<T> {
        let id = text.get_ref().parse().ok();
        if id.is_none() {
            let given = text.get_ref();
            let odd = odd_one(given, |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
            let (odd_zh, odd_en) = odd.map_or_else(Default::default, |odd| {
                (format!("，里面有{}", odd.zh), format!(", it has {}", odd.en))
            });
            self.fault(
                &text.span(),
                format!("“{given}”不是{zh}{odd_zh}：只用小写字母、数字和连字符，不以连字符开头或结尾"),
                format!("\"{given}\" is no {en}{odd_en}: use small letters, digits and hyphens, and none of these at either end"),
            );
        }
        id
    }

    /// A text for people, in the languages that were given; one that wasn't is that of the first.
    pub(crate) fn text(&mut self, key: &str, raw: &Spanned<RawText>) -> Text {
        let RawEach { zh, en } = match raw.get_ref().clone() {
            RawText::Plain(text) => return Text { zh: text.clone(), en: text },
            RawText::Each(each) => each,
        };
        let mut missing = None;
        for (lang, word, text) in [(Lang::Zh, "zh", &zh), (Lang::En, "en", &en)] {
            let first = self.languages.first() == Some(&lang);
            if first && text.is_none() {
                missing = Some(word);
            }
            if text.is_some() && !self.languages.contains(&lang) {
                self.note(
                    Weight::Odd,
                    &raw.span(),
                    format!("{key} 写了 {word}，但 university.toml 的 languages 里没有它：不会显示"),
                    format!("{key} has {word}, which isn't among the `languages` of university.toml: it is never shown"),
                );
            }
        }
        if let Some(word) = missing {
            self.fault(
                &raw.span(),
                format!("{key} 缺少 {word}：学校的第一种语言每处都要写，添上 {word} = \"…\""),
                format!("{key} lacks {word}: the university's first language stands everywhere, so add {word} = \"…\""),
            );
        }
        match (zh, en) {
            (Some(zh), Some(en)) => Text { zh, en },
            (Some(one), None) | (None, Some(one)) => Text { zh: one.clone(), en: one },
            (None, None) => Text { zh: String::new(), en: String::new() },
        }
    }

    /// The same for a text that may be left out; one with nothing in it is.
    pub(crate) fn text_or_none(&mut self, key: &str, raw: Option<&Spanned<RawText>>) -> Option<Text> {
        let text = raw.map(|raw| self.text(key, raw))?;
        if text.zh.trim().is_empty() && text.en.trim().is_empty() {
            return None;
        }
        let said = |one: &str, other: &str| if one.trim().is_empty() { other } else { one }.to_owned();
        Some(Text { zh: said(&text.zh, &text.en), en: said(&text.en, &text.zh) })
    }

    /// A name: a text of one line.
    pub(crate) fn name(&mut self, raw: &Spanned<RawText>) -> Text {
        let text = self.text("name", raw);
        for one in [&text.zh, &text.en] {
            if check_line("name", one, LONGEST_NAME).is_err() {
                let odd = odd_one(one, is_printable);
                let (zh, en) = odd.map_or_else(
                    || ("名称为空或过长".to_owned(), "empty or too long a name".to_owned()),
                    |odd| (format!("名称里有{}", odd.zh), format!("a name has {}", odd.en)),
                );
                self.fault(
                    &raw.span(),
                    format!("{zh}：请写上 1 到 {LONGEST_NAME} 字的名称"),
                    format!("{en}: give one of 1 to {LONGEST_NAME} characters"),
                );
                break;
            }
        }
        text
    }

    /// A condition, against the facts that the university knows.
    pub(crate) fn when(&mut self, university: &University, raw: RawWhen) -> When {
        let mut when = When::default();
        for (key, condition) in raw.0 {
            let (span, name) = (condition.span(), key.get_ref().clone());
            match (name.as_str(), condition.into_inner()) {
                ("not", RawCondition::Of(inner)) => {
                    when.not = Some(Box::new(self.when(university, inner)));
                }
                ("not", _) => self.fault(
                    &span,
                    "not 里要写条件：写成 not = { level = [\"doctor\"] } 的样子",
                    "`not` holds a condition: write it like not = { level = [\"doctor\"] }",
                ),
                ("college" | "major", RawCondition::Values(values)) => {
                    let names = self.texts(&name, values);
                    let place = if name == "college" { &mut when.colleges } else { &mut when.majors };
                    *place = Some(names);
                }
                (_, RawCondition::Values(values)) => {
                    if let Some((fact, values)) = self.values(university, &key, &span, values) {
                        when.facts.insert(fact, values);
                    }
                }
                (_, RawCondition::Answer(answer)) if self.is_yes_no(university, &name) => {
                    let word = if answer { "yes" } else { "no" };
                    self.fault(
                        &span,
                        format!("{name} 是 yes-no，值写成文字：{name} = \"{word}\""),
                        format!("{name} is a yes-no, whose value is a text: write {name} = \"{word}\""),
                    );
                }
                _ => self.fault(
                    &span,
                    format!("{name} 的值不对：写成 {name} = [\"…\"] 的样子"),
                    format!("{name}: write its values in brackets, like {name} = [\"…\"]"),
                ),
            }
        }
        when
    }

    fn is_yes_no(&self, university: &University, name: &str) -> bool {
        let mut facts = university.facts().iter();
        facts.any(|fact| fact.id.as_str() == name && fact.kind == FactKind::YesNo)
    }

    fn texts(&mut self, key: &str, values: Vec<Spanned<String>>) -> BTreeSet<String> {
        let mut texts = BTreeSet::new();
        for value in values {
            if check_line(key, value.get_ref(), LONGEST_NAME).is_err() {
                self.fault(
                    &value.span(),
                    format!("{key} 里的“{}”不是名称", value.get_ref()),
                    format!("{key}: \"{}\" is no name", value.get_ref()),
                );
            }
            if value.get_ref().contains(['、', ',', '，', ';', '；']) {
                let each: Vec<String> = value
                    .get_ref()
                    .split(['、', ',', '，', ';', '；'])
                    .map(|one| format!("\"{}\"", one.trim()))
                    .collect();
                let each = each.join(", ");
                self.note(
                    Weight::Odd,
                    &value.span(),
                    format!(
                        "{key} 里的“{}”是一个名称？几个名称要各加引号：{key} = [{each}]",
                        value.get_ref()
                    ),
                    format!(
                        "{key}: is \"{}\" one name? Several stand in quotes of their own: {key} = [{each}]",
                        value.get_ref()
                    ),
                );
            }
            texts.insert(value.get_ref().trim().to_owned());
        }
        texts
    }

    /// The values of a fact, as a condition names them.
    fn values(
        &mut self,
        university: &University,
        key: &Spanned<String>,
        span: &Range<usize>,
        given: Vec<Spanned<String>>,
    ) -> Option<(crate::ids::FactId, BTreeSet<String>)> {
        let name = key.get_ref();
        let Some(fact) = university.facts().iter().find(|fact| fact.id.as_str() == name) else {
            let known: Vec<&str> = university.facts().iter().map(|fact| fact.id.as_str()).collect();
            let by_name =
                university.facts().iter().find(|fact| [&fact.name.zh, &fact.name.en].contains(&name));
            let all = known.iter().copied().chain(["college", "major", "not"]).collect::<Vec<_>>();
            let nearest =
                by_name.map(|fact| fact.id.as_str()).or_else(|| keys::nearest(name, all.iter().copied()));
            let (zh, en) = nearest.map_or_else(
                || (format!("可用的有 {}", all.join(", ")), format!("there are {}", all.join(", "))),
                |meant| (format!("是否应为 {meant}"), format!("did you mean {meant}")),
            );
            self.fault(
                &key.span(),
                format!("学校没有 {name} 这项信息：{zh}；要添一项，在 university.toml 里写 [[facts]]"),
                format!("the university knows no fact {name}: {en}; to add one, write [[facts]] in university.toml"),
            );
            return None;
        };
        let mut values = BTreeSet::new();
        if given.len() > MOST_VALUES {
            self.fault(
                span,
                format!("{name} 有 {} 个值：至多 {MOST_VALUES} 个", given.len()),
                format!("{name} has {} values: there may be {MOST_VALUES}", given.len()),
            );
        }
        let known = fact.values();
        for value in given {
            let (text, at) =
                (value.get_ref().clone(), if value.span().is_empty() { span.clone() } else { value.span() });
            if matches!(fact.kind, FactKind::Text) || known.contains(&text.as_str()) {
                values.insert(text);
                continue;
            }
            let by_word = fact.named(&text);
            let nearest = by_word.or_else(|| keys::nearest(&text, known.iter().copied()).map(str::to_owned));
            let all = known.join(", ");
            let (zh, en) = nearest.map_or_else(
                || (format!("用 {all} 之一"), format!("use one of {all}")),
                |meant| {
                    (
                        format!("是否应为 {meant}？可用 {all}"),
                        format!("did you mean {meant}? there are {all}"),
                    )
                },
            );
            self.fault(
                &at,
                format!("{name} 里没有“{text}”这个词：{zh}"),
                format!("{name} knows no \"{text}\": {en}"),
            );
        }
        Some((fact.id.clone(), values))
    }
}
