//! A text with blanks: `兹证明{name}（学号{number}）系我校{college}毕业生。`

use chrono::{Datelike, NaiveDate};

use crate::field::{FieldFault, FieldRule};
use crate::ids::FactId;
use crate::student::{Sex, Student};
use crate::text::Lang;
use crate::university::University;
use crate::words;

words! {
    /// What may fill a blank beside a fact of the university's.
    Blank {
        /// 姓名.
        Name = "name",
        /// 学号.
        Number = "number",
        /// 学院.
        College = "college",
        /// 专业.
        Major = "major",
        /// 性别.
        Sex = "sex",
        /// 民族.
        Ethnicity = "ethnicity",
        /// 出生日期.
        BirthDate = "birth_date",
        /// 身份证号, whole.
        IdNumber = "id_number",
        /// The day of issue.
        IssuedOn = "issued_on",
        /// The last day on which the paper is valid.
        ValidUntil = "valid_until",
    }
}

/// A text whose blanks are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Words(String),
    Blank(Blank),
    Fact(FactId),
}

/// Why a text is no template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplateError {
    /// A brace that opens or closes nothing.
    Brace,
    /// A blank that nothing fills.
    Unknown(String),
}

/// What a template is filled with.
#[derive(Debug, Clone, Copy)]
pub struct Filling<'a> {
    /// Of whom it tells.
    pub student: &'a Student,
    /// Whose facts they are.
    pub university: &'a University,
    /// The day of issue.
    pub issued_on: NaiveDate,
    /// The last day on which the paper is valid.
    pub valid_until: NaiveDate,
}

impl Template {
    /// Reads a text; each blank is one of [`Blank`] or a fact of the university's.
    pub fn read(text: &str, university: &University) -> Result<Self, TemplateError> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((words, after)) = rest.split_once('{') {
            let closed = after.split_once('}').filter(|(blank, _)| !blank.contains('{'));
            let (blank, after) = closed.ok_or(TemplateError::Brace)?;
            pieces.push(Piece::Words(words.to_owned()));
            pieces.push(read_blank(blank.trim(), university)?);
            rest = after;
        }
        pieces.push(Piece::Words(rest.to_owned()));
        let stray = |piece: &Piece| matches!(piece, Piece::Words(words) if words.contains('}'));
        if pieces.iter().any(stray) { Err(TemplateError::Brace) } else { Ok(Self(pieces)) }
    }

    /// What may stand in braces.
    pub fn known(university: &University) -> Vec<&str> {
        let facts = university.facts().iter().map(|fact| fact.id.as_str());
        Blank::ALL.into_iter().map(|blank| -> &str { blank.word() }).chain(facts).collect()
    }

    /// The text of a student, in the language in which it was written. What the roster doesn't say is named by its column.
    pub fn fill(&self, filling: &Filling<'_>) -> Result<String, Vec<FieldFault>> {
        let lang = filling.university.first_language();
        let mut text = String::new();
        let mut missing: Vec<FieldFault> = Vec::new();
        for piece in &self.0 {
            let (column, value) = match piece {
                Piece::Words(words) => {
                    text.push_str(words);
                    continue;
                }
                Piece::Blank(blank) => (blank.word(), filling.blank(*blank, lang)),
                Piece::Fact(fact) => (fact.as_str(), filling.fact(fact, lang)),
            };
            match value.filter(|value| !value.is_empty()) {
                Some(value) => text.push_str(&value),
                None if missing.iter().any(|fault| fault.field == column) => {}
                None => {
                    let fault = FieldFault::new(column, FieldRule::Required);
                    let mut facts = filling.university.facts().iter();
                    let fact = facts.find(|fact| matches!(piece, Piece::Fact(id) if fact.id == *id));
                    missing.push(match fact {
                        Some(fact) => fault.called(&fact.name),
                        None => fault,
                    });
                }
            }
        }
        if missing.is_empty() { Ok(text) } else { Err(missing) }
    }
}

fn read_blank(name: &str, university: &University) -> Result<Piece, TemplateError> {
    if let Some(blank) = Blank::read(name) {
        return Ok(Piece::Blank(blank));
    }
    let fact = university.facts().iter().find(|fact| fact.id.as_str() == name);
    fact.map(|fact| Piece::Fact(fact.id.clone())).ok_or_else(|| TemplateError::Unknown(name.to_owned()))
}

impl Filling<'_> {
    fn blank(&self, blank: Blank, lang: Lang) -> Option<String> {
        let (student, personal) = (self.student, self.student.personal());
        match blank {
            Blank::Name => Some(personal.name.clone()),
            Blank::Number => Some(student.id.to_string()),
            Blank::College => Some(student.college.clone()),
            Blank::Major => student.major.clone(),
            Blank::Sex => personal.sex.map(|sex| of_sex(sex, lang).to_owned()),
            Blank::Ethnicity => personal.ethnicity.clone(),
            Blank::BirthDate => personal.birth_date.map(|date| day(date, lang)),
            Blank::IdNumber => personal.id_number.clone(),
            Blank::IssuedOn => Some(day(self.issued_on, lang)),
            Blank::ValidUntil => Some(day(self.valid_until, lang)),
        }
    }

    fn fact(&self, id: &FactId, lang: Lang) -> Option<String> {
        let value = self.student.facts.get(id)?;
        Some(self.university.fact(id)?.name_of(value, lang).to_owned())
    }
}

fn of_sex(sex: Sex, lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => sex.chinese(),
        Lang::En => sex.word(),
    }
}

/// A day as papers have it: 2018年1月11日, 11 January 2018.
pub fn day(date: NaiveDate, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{}年{}月{}日", date.year(), date.month(), date.day()),
        Lang::En => date.format("%-d %B %Y").to_string(),
    }
}
