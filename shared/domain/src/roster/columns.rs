//! The columns of a roster: every university's own, with the headings that registrars' systems have for them, and its facts.

use std::collections::BTreeMap;

use ledger::Private;

use crate::cell::{self, Cleaned};
use crate::field::FieldFault;
use crate::header::{ByHand, Column, Found, Headings};
use crate::ids::PersonId;
use crate::student::{OwnPeople, Personal, Student};
use crate::text::searched;
use crate::university::{FactKind, People, University};

/// The most rows of a roster.
pub const MOST_ROWS: usize = 20_000;
/// The most of them that one call takes in; the next goes on behind them.
pub const MOST_AT_ONCE: usize = 2_000;
/// The most advisors of one student.
pub const MOST_ADVISORS: usize = 8;

/// A column that every university's roster may have.
pub(super) struct OwnColumn {
    pub(super) id: &'static str,
    names: &'static [&'static str],
    usual: &'static [&'static str],
    required: bool,
}

const fn own(
    id: &'static str,
    names: &'static [&'static str],
    usual: &'static [&'static str],
    required: bool,
) -> OwnColumn {
    OwnColumn { id, names, usual, required }
}

/// The columns that every university's roster may have, with the headings that registrars' systems have for them; the
/// others are its facts.
#[rustfmt::skip]
pub(super) const OWN: [OwnColumn; 11] = [
    own("student_id", &["学号", "Student number", "Student ID"], &["學號", "学生学号", "学生编号", "学生号", "Student No", "Student"], true),
    own("name", &["姓名", "Name"], &["学生姓名", "名字", "中文姓名", "Full name", "Student name"], true),
    own("sex", &["性别", "Sex"], &["性別", "Gender"], false),
    own("ethnicity", &["民族", "Ethnicity"], &["民族名称", "Ethnic group"], false),
    own("birth_date", &["出生日期", "Birth date"], &["出生年月日", "出生日", "生日", "出生年月", "Date of birth", "Birthday", "DOB"], false),
    own("id_number", &["身份证号", "ID number"], &["身份證號", "身份证号码", "身份证", "身份证件号", "身份证件号码", "公民身份号码", "居民身份证号", "证件号码", "证件号", "ID card", "ID card number", "Identity number"], false),
    own("college", &["学院", "College"], &["學院", "院系", "学院名称", "院系名称", "所属学院", "所在学院", "所属院系", "院系所", "院", "二级学院", "培养单位", "培养学院", "School", "Department", "Faculty"], true),
    own("major", &["专业", "Programme"], &["專業", "专业名称", "所学专业", "就读专业", "Major", "Program"], false),
    own(ADVISORS, &["导师工号"], &["導師工號", "导师编号", "导师号", "导师职工号", "导师1工号", "指导教师工号", "指导教师", "导师", "Advisor", "Supervisor"], false),
    own("phone", &["电话", "Telephone"], &["電話", "手機", "手机", "手机号", "手机号码", "联系电话", "联系方式", "电话号码", "移动电话", "本人电话", "联系手机", "Phone", "Phone number", "Mobile", "Mobile phone", "Tel"], false),
    own("email", &["电子邮箱", "邮箱", "E-mail"], &["電子郵箱", "電子郵件", "电子邮件", "邮件", "邮箱地址", "电子邮箱地址", "电子邮件地址", "Mail", "Email address"], false),
];

/// The column of who decides for their own students.
pub const ADVISORS: &str = "advisors";

/// Whether a column of every university's is called so.
pub(crate) fn is_own_column(id: &str) -> bool {
    OWN.iter().any(|column| column.id == id)
}

/// The Chinese heading of a column that every university's roster may have.
pub fn heading(id: &str) -> Option<&'static str> {
    OWN.iter().find(|column| column.id == id).and_then(|column| column.names.first().copied())
}

/// One of the columns that every university's roster may have, as sheets of any kind have it too.
pub(crate) fn own_column(id: &str) -> Option<Column<'static>> {
    let own = OWN.iter().find(|column| column.id == id)?;
    Some(Column { id: own.id, names: own.names.to_vec(), usual: own.usual, required: own.required })
}

/// The columns that a university's roster may have. Number, name and college must be there, and each fact for which the
/// university's file has no default.
pub fn headings(university: &University) -> Headings<'_> {
    // Who decides for their own students has the column that the university calls so; the first kind the one that
    // every university may have.
    let own = OWN.iter().map(|own| {
        let mut names = own.names.to_vec();
        match own.id {
            ADVISORS => names.extend(university.people().first().into_iter().flat_map(names_of)),
            "college" => {
                names.extend(university.college().into_iter().flat_map(|name| [name.zh.as_str(), &name.en]));
            }
            _ => {}
        }
        Column { id: own.id, names, usual: own.usual, required: own.required }
    });
    let facts = university.facts().iter().map(|fact| Column {
        id: fact.id.as_str(),
        names: [fact.name.zh.as_str(), &fact.name.en]
            .into_iter()
            .chain(fact.also.iter().map(String::as_str))
            .collect(),
        usual: &[],
        required: fact.default.is_none() && fact.kind != FactKind::Text && fact.when.is_everybody(),
    });
    let others = university.people().iter().skip(1).map(|people| Column {
        id: people.id.as_str(),
        names: names_of(people).collect(),
        usual: &[],
        required: false,
    });
    Headings::new(own.chain(facts).chain(others).collect())
}

fn names_of(people: &People) -> impl Iterator<Item = &str> {
    let names = [people.id.as_str(), &people.name.zh, &people.name.en];
    names.into_iter().chain(people.also.iter().map(String::as_str))
}

/// Where each column stands in a university's file.
#[derive(Debug, Clone)]
pub struct Columns<'a> {
    pub(super) university: &'a University,
    pub(super) own: Vec<Option<usize>>,
    pub(super) facts: Vec<Option<usize>>,
    /// Of the second kind of people and those after it.
    pub(super) people: Vec<Option<usize>>,
    matched: Vec<(usize, &'a str)>,
    others: Vec<(usize, String)>,
    /// How many columns a row may have, where a row with more is one that a comma has split.
    pub(super) width: Option<usize>,
    pub(super) words: ByWord,
}

/// What somebody has said that words of a roster mean: by the id of a fact and the word, the id of the value.
pub type ByWord = BTreeMap<(String, String), String>;

impl<'a> Columns<'a> {
    /// The university whose file says what there may be.
    pub fn university(&self) -> &'a University {
        self.university
    }

    /// Finds the columns in a header, in any order, with what somebody has said of them by hand.
    pub fn find<'h>(
        university: &'a University,
        header: impl IntoIterator<Item = &'h str>,
        by_hand: &ByHand,
    ) -> Result<Self, Vec<FieldFault>> {
        let headings = headings(university);
        let named = |fault: FieldFault| {
            let fact = university.facts().iter().find(|fact| fact.id.as_str() == fault.field);
            let people = university.people().iter().find(|people| people.id.as_str() == fault.field);
            match fact.map(|fact| &fact.name).or(people.map(|people| &people.name)) {
                Some(name) => fault.called(name),
                None => fault,
            }
        };
        let found = headings.find(header, by_hand);
        let Found { at, others } =
            found.map_err(|faults| faults.into_iter().map(named).collect::<Vec<_>>())?;
        let ids = headings.columns().iter().map(|column| column.id);
        let matched = ids.zip(&at).filter_map(|(id, at)| Some(((*at)?, id)));
        let mut matched: Vec<(usize, &'a str)> = matched.collect();
        matched.sort_unstable();
        let mut own = at;
        let mut facts = own.split_off(OWN.len());
        let people = facts.split_off(university.facts().len());
        Ok(Self { university, own, facts, people, matched, others, width: None, words: ByWord::new() })
    }

    /// The same of a text, in which a row with more cells than its header has been split by a comma; a workbook's cells
    /// are where they are.
    pub fn of_width(self, width: Option<usize>) -> Self {
        Self { width, ..self }
    }

    /// Whether a cell is a student number.
    pub fn is_number(&self, cell: &str) -> bool {
        cell::number(cell).is_ok_and(|Cleaned { text, .. }| self.university.numbers().student(&text).is_ok())
    }

    /// The same, with what somebody has said that words mean.
    pub fn with_words(self, words: ByWord) -> Self {
        let words = words.into_iter().map(|((fact, word), value)| ((fact, searched(&word)), value)).collect();
        Self { words, ..self }
    }

    /// The columns that were found, each with its place.
    pub fn matched(&self) -> &[(usize, &'a str)] {
        &self.matched
    }

    /// Headings of columns that nobody has declared, and nothing reads, each with its place.
    pub fn others(&self) -> &[(usize, String)] {
        &self.others
    }

    /// Whether it says who a student's own people are.
    pub fn says_people(&self) -> bool {
        self.has(ADVISORS) || self.people.iter().any(Option::is_some)
    }

    fn has(&self, column: &str) -> bool {
        OWN.iter().zip(&self.own).any(|(own, at)| own.id == column && at.is_some())
    }

    /// A student as the roster has them, with what an earlier one said in the columns that this one doesn't have: a
    /// missing column says nothing.
    pub fn with_what_was_known(&self, mut student: Student, before: &Student) -> Student {
        let (theirs, salt) = (before.personal(), student.personal.salt());
        let mut personal = student.personal().clone();
        let mut keep = |column: &str, take: &mut dyn FnMut(&mut Personal)| {
            if !self.has(column) {
                take(&mut personal);
            }
        };
        keep("sex", &mut |mine| mine.sex = theirs.sex);
        keep("ethnicity", &mut |mine| mine.ethnicity.clone_from(&theirs.ethnicity));
        keep("birth_date", &mut |mine| mine.birth_date = theirs.birth_date);
        keep("id_number", &mut |mine| mine.id_number.clone_from(&theirs.id_number));
        keep("phone", &mut |mine| mine.phone.clone_from(&theirs.phone));
        keep("email", &mut |mine| mine.email.clone_from(&theirs.email));
        if let Some(salt) = salt {
            student.personal = Private::seal(personal, salt);
        }
        if !self.has("major") {
            student.major.clone_from(&before.major);
        }
        let columns = std::iter::once(self.has(ADVISORS)).chain(self.people.iter().map(Option::is_some));
        let unsaid: Vec<&People> = self
            .university
            .people()
            .iter()
            .zip(columns)
            .filter(|(_, said)| !said)
            .map(|(one, _)| one)
            .collect();
        if student.people.is_empty() && !self.has(ADVISORS) {
            student.advisors.clone_from(&before.advisors);
            student.advisor_names.clone_from(&before.advisor_names);
        } else if !student.people.is_empty() && !unsaid.is_empty() {
            for kind in unsaid {
                let known = before.people.get(&kind.id).cloned().unwrap_or_default();
                student.people.insert(kind.id.clone(), known);
            }
            student.advisors = each_once(&student.people);
            let kept = before.advisor_names.iter().filter(|(person, _)| student.advisors.contains(person));
            let kept: Vec<_> = kept.map(|(person, name)| (person.clone(), name.clone())).collect();
            for (person, name) in kept {
                student.advisor_names.entry(person).or_insert(name);
            }
        }
        for (fact, at) in self.university.facts().iter().zip(&self.facts) {
            if let (None, Some(value)) = (at, before.facts.get(&fact.id)) {
                student.facts.insert(fact.id.clone(), value.clone());
            }
        }
        student
    }
}

/// Everybody of every kind, each once.
pub(super) fn each_once(people: &OwnPeople) -> Vec<PersonId> {
    let mut all: Vec<PersonId> = Vec::new();
    for person in people.values().flatten() {
        if !all.contains(person) {
            all.push(person.clone());
        }
    }
    all
}
