//! A university: what every batch of it stands on – its languages, zone and currency, what may be known of its students.
//!
//! A [`University`] only comes from [`crate::university_file::read`], which refuses a file that isn't sound.

use chrono::NaiveDate;
use regex_lite::Regex;

use crate::Timestamp;
use crate::facts::{Facts, When};
use crate::field::{FieldRule, Format};
use crate::ids::{FactId, MACHINE, PeopleId, PersonId, PersonKind, StudentId};
use crate::student::YesNo;
use crate::text::{Lang, Text, heading, searched, without_code};
use crate::zone::Zone;

/// One university, sound by construction.
#[derive(Debug, Clone)]
pub struct University {
    pub(crate) name: Text,
    pub(crate) languages: Vec<Lang>,
    pub(crate) zone: Zone,
    pub(crate) currency: Currency,
    pub(crate) registrar: Text,
    pub(crate) college: Option<Text>,
    pub(crate) numbers: Numbers,
    pub(crate) facts: Vec<Fact>,
    pub(crate) people: Vec<People>,
}

/// What amounts are in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Currency {
    /// ISO 4217, e.g. `CNY`.
    pub code: String,
    /// How many digits its smallest unit has behind the point.
    pub digits: u8,
    /// What stands behind an amount, e.g. 元; its code unless said.
    pub name: Option<Text>,
}

/// What numbers look like: against slips of the pen only. Who somebody is, the sign-in says.
#[derive(Debug, Clone, Default)]
pub struct Numbers {
    /// Of students.
    pub student: Option<Pattern>,
    /// Of staff.
    pub staff: Option<Pattern>,
    /// Of people from elsewhere, such as external advisors.
    pub external: Option<Pattern>,
}

/// What a number looks like, as a regular expression of the whole.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// As it is written.
    pub text: String,
    pub(crate) whole: Regex,
}

impl Pattern {
    /// The pattern of a text, if it is one.
    pub fn read(text: &str) -> Option<Self> {
        let whole = Regex::new(&format!("^(?i:{text})$")).ok()?;
        Some(Self { text: text.to_owned(), whole })
    }

    /// Whether a number looks so, in small letters or capitals.
    pub fn fits(&self, number: &str) -> bool {
        self.whole.is_match(number.trim())
    }
}

impl Numbers {
    /// What numbers of a kind look like, if it is said.
    pub fn of(&self, kind: PersonKind) -> Option<&Pattern> {
        match kind {
            PersonKind::Student => self.student.as_ref(),
            PersonKind::Staff => self.staff.as_ref(),
            PersonKind::External => self.external.as_ref(),
            PersonKind::Machine => None,
        }
    }

    /// The kinds of people whose numbers look like this one, as far as it is said; a system's name says itself.
    pub fn kinds_of(&self, number: &str) -> Vec<PersonKind> {
        if number.to_ascii_lowercase().starts_with(MACHINE) {
            return vec![PersonKind::Machine];
        }
        let kinds = [PersonKind::Staff, PersonKind::External, PersonKind::Student].into_iter();
        kinds.filter(|kind| self.of(*kind).is_some_and(|pattern| pattern.fits(number))).collect()
    }

    /// Whom somebody means by a text: `external:W0001`, or a number alone, which is a member of staff's unless it looks
    /// like nothing but another kind's.
    ///
    /// ```
    /// use domain::university::{Numbers, Pattern};
    /// let numbers = Numbers { external: Pattern::read(r"[A-Z]\d{4}"), ..Numbers::default() };
    /// assert_eq!(numbers.person("w0001").unwrap().said(), "external:W0001");
    /// assert_eq!(numbers.person("20080123").unwrap().said(), "staff:20080123");
    /// assert_eq!(numbers.person("staff:W0001").unwrap().said(), "staff:W0001");
    /// ```
    pub fn person(&self, text: &str) -> Result<PersonId, FieldRule> {
        let wrong = |_| FieldRule::Format(Format::PersonId);
        if text.contains(':') {
            return text.trim().parse().map_err(wrong);
        }
        let kinds = self.kinds_of(text);
        let person =
            PersonId::new(kinds.first().copied().unwrap_or(PersonKind::Staff), text).map_err(wrong)?;
        match &self.staff {
            Some(staff) if kinds.is_empty() => Err(FieldRule::Unlike(Format::PersonId, staff.text.clone())),
            _ => Ok(person),
        }
    }

    /// A student number that looks like one.
    pub fn student(&self, text: &str) -> Result<StudentId, FieldRule> {
        let student: StudentId = text.parse().map_err(|_| FieldRule::Format(Format::StudentId))?;
        match &self.student {
            Some(pattern) if !pattern.fits(text) => {
                Err(FieldRule::Unlike(Format::StudentId, pattern.text.clone()))
            }
            _ => Ok(student),
        }
    }
}

/// Something that may be known of students: a roster column that steps, desks, lists and papers may name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// Its id, e.g. `campus`.
    pub id: FactId,
    /// What people call it.
    pub name: Text,
    /// Other headings that a roster may have for it.
    pub also: Vec<String>,
    /// What it may be.
    pub kind: FactKind,
    /// Other words that a roster may have for yes and for no, of one that is answered so.
    pub answers: Vec<(YesNo, String)>,
    /// Of whom it is asked: of all others a roster may say nothing.
    pub when: When,
    /// What it is where a roster says nothing; with one, the column may be missing.
    pub default: Option<String>,
    /// Whether the slip shows it.
    pub slip: bool,
    /// Whether lists of students show it.
    pub list: bool,
}

/// What a fact may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FactKind {
    /// One of these, in the order of the file.
    Words(Vec<Value>),
    /// Yes or no.
    YesNo,
    /// Any text of a line.
    Text,
}

/// A value of a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// Its id, e.g. `lianhua`.
    pub id: String,
    /// What people call it.
    pub name: Text,
    /// Other words that a roster may have for it.
    pub also: Vec<String>,
    /// Whether it stands for whatever else a roster says: `"*"`.
    pub rest: bool,
}

/// People who decide for their own students: a roster column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct People {
    /// Its id, e.g. `advisor`.
    pub id: PeopleId,
    /// What people call them.
    pub name: Text,
    /// Other headings that a roster may have for them.
    pub also: Vec<String>,
}

impl University {
    /// Its name.
    pub fn name(&self) -> &Text {
        &self.name
    }
    /// The languages that its texts are in, the default first.
    pub fn languages(&self) -> &[Lang] {
        &self.languages
    }
    /// The default among them, which stands everywhere and in which papers are printed.
    pub fn first_language(&self) -> Lang {
        self.languages.first().copied().unwrap_or_default()
    }
    /// The zone in which instants are shown.
    pub fn zone(&self) -> &Zone {
        &self.zone
    }
    /// The same instant by the clocks of the university.
    pub fn here(&self, at: Timestamp) -> Timestamp {
        self.zone.here(at)
    }
    /// The first instant of a day; where clocks are put forward at midnight, the day begins an hour later.
    pub fn midnight(&self, day: NaiveDate) -> Timestamp {
        self.zone.midnight(day)
    }
    /// What amounts are in.
    pub fn currency(&self) -> &Currency {
        &self.currency
    }
    /// Whom pages name as the authority.
    pub fn registrar(&self) -> &Text {
        &self.registrar
    }
    /// What it calls a college, if it is called otherwise: a department, a school.
    pub fn college(&self) -> Option<&Text> {
        self.college.as_ref()
    }
    /// What numbers look like.
    pub fn numbers(&self) -> &Numbers {
        &self.numbers
    }
    /// What may be known of students, in the order of the file.
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }
    /// One fact.
    pub fn fact(&self, id: &FactId) -> Option<&Fact> {
        self.facts.iter().find(|fact| fact.id == *id)
    }
    /// Those of somebody's facts that lists of students show.
    pub fn listed(&self, facts: &Facts) -> Facts {
        let listed = self.facts.iter().filter(|fact| fact.list);
        listed.filter_map(|fact| Some((fact.id.clone(), facts.get(&fact.id)?.clone()))).collect()
    }

    /// Whom a condition is about, in words; nothing where it is everybody.
    pub fn described(&self, when: &When, lang: Lang) -> Option<String> {
        let and = match lang {
            Lang::Zh => "、",
            Lang::En => ", ",
        };
        let words = self.words_of(when, lang);
        (!words.is_empty()).then(|| words.join(and))
    }

    /// What a condition asks, one thing after the other.
    fn words_of(&self, when: &When, lang: Lang) -> Vec<String> {
        let or = match lang {
            Lang::Zh => "或",
            Lang::En => " or ",
        };
        let facts = when.facts.iter().map(|(id, values)| {
            let Some(fact) = self.fact(id) else {
                return values.iter().cloned().collect::<Vec<_>>().join(or);
            };
            let names: Vec<&str> = values.iter().map(|value| fact.name_of(value, lang)).collect();
            match fact.kind {
                FactKind::Words(_) => names.join(or),
                FactKind::YesNo | FactKind::Text => format!("{} {}", fact.name.of(lang), names.join(or)),
            }
        });
        let named = [&when.colleges, &when.majors].into_iter().flatten();
        let named = named.map(|names| names.iter().cloned().collect::<Vec<_>>().join(or));
        let not = when.not.as_ref().map(|not| self.words_of(not, lang));
        // Of several things that are excluded together, no one is excluded by itself.
        let not = not.map(|not| match (not.as_slice(), lang) {
            ([one], Lang::Zh) if !one.contains(or) => format!("非{one}"),
            ([one], Lang::En) if !one.contains(or) => format!("not {one}"),
            ([], _) => String::new(),
            (_, Lang::Zh) => format!("除“{}”外", not.join("且")),
            (_, Lang::En) => format!("all but ({})", not.join(" and ")),
        });
        facts.chain(named).chain(not).filter(|words| !words.is_empty()).collect()
    }

    /// The people who decide for their own students.
    pub fn people(&self) -> &[People] {
        &self.people
    }
}

impl Value {
    /// Every word that a roster may have for it.
    pub(crate) fn words(&self) -> impl Iterator<Item = &str> {
        let names = [self.id.as_str(), &self.name.zh, &self.name.en];
        names.into_iter().chain(self.also.iter().map(String::as_str))
    }
}

impl Fact {
    /// The ids of its values, if it has any to choose among.
    pub fn values(&self) -> Vec<&str> {
        match &self.kind {
            FactKind::Words(values) => values.iter().map(|value| value.id.as_str()).collect(),
            FactKind::YesNo => YesNo::ALL.map(YesNo::word).to_vec(),
            FactKind::Text => Vec::new(),
        }
    }

    /// What people call a value of it; a value that is no longer in the file is called by its id.
    pub fn name_of<'a>(&'a self, value: &'a str, lang: Lang) -> &'a str {
        match &self.kind {
            FactKind::Words(values) => {
                values.iter().find(|known| known.id == value).map_or(value, |known| known.name.of(lang))
            }
            FactKind::YesNo => match (YesNo::read(value), lang) {
                (Some(answer), Lang::Zh) => answer.chinese(),
                (Some(answer), Lang::En) => answer.word(),
                (None, _) => value,
            },
            FactKind::Text => value,
        }
    }

    /// The value that a word means: its id, its name in either language, or another word for it.
    pub(crate) fn named(&self, word: &str) -> Option<String> {
        let typed = searched(word);
        // A code loses its noughts in a spreadsheet: 01 is 1.
        let code =
            |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse::<u32>().ok()).flatten();
        let same = |known: &str| {
            let known = searched(known);
            known == typed || (code(&known).is_some() && code(&known) == code(&typed))
        };
        // What stands in brackets is a remark, unless the word with it is one of its own.
        let plain = heading(word);
        let nearly = |known: &str| !plain.is_empty() && searched(known) == plain;
        self.matching(word, same).or_else(|| self.matching(word, nearly))
    }

    fn matching(&self, word: &str, same: impl Fn(&str) -> bool) -> Option<String> {
        match &self.kind {
            FactKind::Words(values) => {
                values.iter().find(|value| value.words().any(&same)).map(|value| value.id.clone())
            }
            FactKind::YesNo => {
                let theirs = self.answers.iter().find(|(_, known)| same(known)).map(|(answer, _)| *answer);
                theirs.or_else(|| YesNo::plainly(word)).map(|answer| answer.word().to_owned())
            }
            FactKind::Text => Some(word.trim().to_owned()),
        }
    }

    /// Reads a roster's cell: the value's id.
    pub fn read(&self, cell: &str) -> Result<String, FieldRule> {
        let rest = || match &self.kind {
            FactKind::Words(values) => values.iter().find(|value| value.rest).map(|value| value.id.clone()),
            FactKind::YesNo | FactKind::Text => None,
        };
        self.named(cell)
            .or_else(|| self.named(without_code(cell)?))
            .or_else(rest)
            .ok_or_else(|| FieldRule::OneOf(self.words()))
    }

    /// The words that a roster may have for it: each value's name in each language.
    pub(crate) fn words(&self) -> Vec<String> {
        let mut words: Vec<String> = match &self.kind {
            FactKind::Words(values) => {
                values.iter().flat_map(|value| [value.name.zh.clone(), value.name.en.clone()]).collect()
            }
            FactKind::YesNo => {
                let own = self.answers.iter().map(|(_, word)| word.clone());
                YesNo::CELLS.iter().map(|word| (*word).to_owned()).chain(own).collect()
            }
            FactKind::Text => Vec::new(),
        };
        words.dedup();
        words
    }
}
