//! A student as the roster names them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use ledger::Private;
use serde::{Deserialize, Serialize};

use crate::facts::{Facts, Traits};
use crate::ids::{PeopleId, PersonId, StudentId};
use crate::text::{searched, without_code};
use crate::words;

words! {
    /// Sex (性别), as the letter states it.
    Sex {
        /// 男.
        Male = "male" | "男",
        /// 女.
        Female = "female" | "女",
    }
}
words! {
    /// An answer in a roster (是/否).
    YesNo {
        /// 是.
        Yes = "yes" | "是",
        /// 否.
        No = "no" | "否",
    }
}

/// The words that rosters have for a sex beside its own; the digits are those of GB/T 2261.1.
const SEXES: [(Sex, &[&str]); 2] =
    [(Sex::Male, &["男性", "男生", "m", "1", "boy"]), (Sex::Female, &["女性", "女生", "f", "2", "girl"])];
/// What GB/T 2261.1 has for a sex that isn't known or isn't said.
pub(crate) const NO_SEX: [&str; 5] = ["0", "9", "未知", "未知的性别", "未说明的性别"];

impl Sex {
    /// The sex that a roster's cell plainly says.
    pub fn plainly(cell: &str) -> Option<Self> {
        let said = searched(cell);
        let also = || SEXES.into_iter().find(|(_, words)| words.contains(&said.as_str())).map(|(sex, _)| sex);
        Sex::read_cell(&said).or_else(also).or_else(|| Sex::plainly(without_code(&said)?))
    }
}

/// What plainly says yes or no, in whatever system.
const ANSWERS: [(YesNo, &[&str]); 2] = [
    (YesNo::Yes, &["y", "true", "t", "1", "1.0", "√", "v", "✓", "✔", "☑", "有", "对", "是的"]),
    (YesNo::No, &["n", "false", "f", "0", "0.0", "×", "✗", "✘", "无", "没有", "不是", "不"]),
];

impl YesNo {
    /// The answer that a roster's cell plainly gives.
    pub fn plainly(cell: &str) -> Option<Self> {
        let said = searched(cell);
        let also = || {
            ANSWERS.into_iter().find(|(_, words)| words.contains(&said.as_str())).map(|(answer, _)| answer)
        };
        YesNo::read_cell(&said).or_else(also)
    }
}

/// What rights ask of a student: who they are, where they belong, whom they have.
#[derive(Debug, Clone, Copy)]
pub struct Whom<'a> {
    /// 学号.
    pub id: &'a StudentId,
    /// 导师, and whoever else decides for their own students.
    pub advisors: &'a [PersonId],
    /// The same by kind, where the university has several.
    pub people: &'a OwnPeople,
    /// What decides which steps are for them, their college among it.
    pub traits: Traits<'a>,
}

/// Who decides for a student because they are the student's own, by kind: 班主任, 导师.
pub type OwnPeople = BTreeMap<PeopleId, Vec<PersonId>>;

impl<'a> Whom<'a> {
    /// The student's own people of a kind; of the only one that there is, where none is named.
    pub fn own(&self, kind: Option<&PeopleId>) -> &'a [PersonId] {
        match kind {
            None => self.advisors,
            Some(kind) => self.people.get(kind).map_or(&[], Vec::as_slice),
        }
    }
}

/// What of a student is personal: events commit to it and don't hold it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Personal {
    /// 姓名.
    pub name: String,
    /// 性别.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sex: Option<Sex>,
    /// 民族.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ethnicity: Option<String>,
    /// 出生日期.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub birth_date: Option<NaiveDate>,
    /// 身份证号: leaves the system on the letter only; see [`Personal::masked_id_number`].
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub id_number: Option<String>,
    /// 电话.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub phone: Option<String>,
    /// 电子邮箱.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub email: Option<String>,
}

/// What stands in the place of personal data that has been forgotten.
static NOBODY: Personal = Personal {
    name: String::new(),
    sex: None,
    ethnicity: None,
    birth_date: None,
    id_number: None,
    phone: None,
    email: None,
};

/// One student of a batch, as imported from the roster. In JSON the personal part is its digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Stored")]
pub struct Student {
    /// 学号.
    pub id: StudentId,
    /// Name, identity number, telephone …; see [`Student::personal`].
    pub personal: Private<Personal>,
    /// What else is known of them, as the university's file has it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub facts: Facts,
    /// 学院, by its name.
    pub college: String,
    /// 专业.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub major: Option<String>,
    /// 导师工号: who may decide the steps of the student's own people; of several kinds all of them.
    pub advisors: Vec<PersonId>,
    /// Of which kind each is, where the university has several.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub people: OwnPeople,
    /// 导师姓名, of those whom the roster names.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub advisor_names: BTreeMap<PersonId, String>,
}

/// A student as any program has ever stored them.
#[derive(Deserialize)]
struct Stored {
    id: StudentId,
    personal: Private<Personal>,
    #[serde(default)]
    facts: Facts,
    college: String,
    #[serde(default)]
    major: Option<String>,
    advisors: Vec<PersonId>,
    #[serde(default)]
    people: OwnPeople,
    #[serde(default)]
    advisor_names: BTreeMap<PersonId, String>,
    #[serde(flatten)]
    first: FirstFacts,
}

/// The facts of the first format, which knew these six and no others, each a key of its own.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct FirstFacts {
    level: Option<String>,
    mode: Option<String>,
    campus: Option<String>,
    resident: Option<String>,
    party: Option<String>,
    party_here: Option<String>,
}

impl FirstFacts {
    /// The same as facts.
    pub fn into_facts(self) -> Facts {
        let Self { level, mode, campus, resident, party, party_here } = self;
        let named = [
            ("level", level),
            ("mode", mode),
            ("campus", campus),
            ("resident", resident),
            ("party", party),
            ("party_here", party_here),
        ];
        named.into_iter().filter_map(|(id, value)| Some((id.parse().ok()?, value?))).collect()
    }
}

impl From<Stored> for Student {
    fn from(stored: Stored) -> Self {
        let Stored { id, personal, facts, college, major, advisors, people, advisor_names, first } = stored;
        let facts = first.into_facts().into_iter().chain(facts).collect();
        Self { id, personal, facts, college, major, advisors, people, advisor_names }
    }
}

impl Student {
    /// The roster's columns in which another row of the same student differs.
    pub fn differences(&self, other: &Student) -> Vec<String> {
        let (mine, theirs) = (self.personal(), other.personal());
        let differs = [
            ("name", mine.name != theirs.name),
            ("sex", mine.sex != theirs.sex),
            ("ethnicity", mine.ethnicity != theirs.ethnicity),
            ("birth_date", mine.birth_date != theirs.birth_date),
            ("id_number", mine.id_number != theirs.id_number),
            ("college", self.college != other.college),
            ("major", self.major != other.major),
            (
                "advisors",
                self.advisors != other.advisors
                    || self.people != other.people
                    || self.advisor_names != other.advisor_names,
            ),
            ("phone", mine.phone != theirs.phone),
            ("email", mine.email != theirs.email),
        ];
        let named = differs.into_iter().filter(|(_, differs)| *differs).map(|(column, _)| column.to_owned());
        let known: BTreeSet<_> = self.facts.keys().chain(other.facts.keys()).collect();
        let facts = known.into_iter().filter(|fact| self.facts.get(*fact) != other.facts.get(*fact));
        named.chain(facts.map(ToString::to_string)).collect()
    }

    /// The roster's columns that say something of them, and nothing in another row of the same student.
    pub fn emptied(&self, other: &Student) -> Vec<String> {
        let (mine, theirs) = (self.personal(), other.personal());
        let gone = |mine: bool, theirs: bool| mine && !theirs;
        let emptied = [
            ("sex", gone(mine.sex.is_some(), theirs.sex.is_some())),
            ("ethnicity", gone(mine.ethnicity.is_some(), theirs.ethnicity.is_some())),
            ("birth_date", gone(mine.birth_date.is_some(), theirs.birth_date.is_some())),
            ("id_number", gone(mine.id_number.is_some(), theirs.id_number.is_some())),
            ("major", gone(self.major.is_some(), other.major.is_some())),
            ("advisors", gone(!self.advisors.is_empty(), !other.advisors.is_empty())),
            ("phone", gone(mine.phone.is_some(), theirs.phone.is_some())),
            ("email", gone(mine.email.is_some(), theirs.email.is_some())),
        ];
        let columns =
            emptied.into_iter().filter(|(_, emptied)| *emptied).map(|(column, _)| column.to_owned());
        let facts = self.facts.keys().filter(|fact| !other.facts.contains_key(*fact));
        columns.chain(facts.map(ToString::to_string)).collect()
    }

    /// Their name, identity number, telephone …; all empty once it has been forgotten.
    pub fn personal(&self) -> &Personal {
        self.personal.get().unwrap_or(&NOBODY)
    }

    /// What rights ask of them.
    pub fn whom(&self) -> Whom<'_> {
        Whom { id: &self.id, advisors: &self.advisors, people: &self.people, traits: self.traits() }
    }

    /// What decides which steps are for this student.
    pub fn traits(&self) -> Traits<'_> {
        Traits { facts: &self.facts, college: &self.college, major: self.major.as_deref() }
    }
}

impl Personal {
    /// Whether an identity number of eighteen places says another birth date or another sex than the
    /// roster (GB 11643: places 7–14 and 17).
    pub fn identity_contradicts(&self) -> bool {
        let Some(number) = self.id_number.as_deref().filter(|number| number.len() == 18) else {
            return false;
        };
        let born = number.get(6..14).map(str::to_owned);
        let other_day = self.birth_date.is_some_and(|day| born != Some(day.format("%Y%m%d").to_string()));
        let male = number.get(16..17).and_then(|digit| digit.parse::<u8>().ok()).map(|digit| digit % 2 == 1);
        let other_sex = self.sex.is_some_and(|sex| male.is_some_and(|male| male != (sex == Sex::Male)));
        other_day || other_sex
    }

    /// The identity number as everyone but the letter shows it: `530***********0027`.
    pub fn masked_id_number(&self) -> Option<String> {
        self.id_number.as_deref().map(mask)
    }
}

/// Keeps the first three and the last four characters; a short number is hidden whole.
///
/// ```
/// assert_eq!(domain::student::mask("530102199305060027"), "530***********0027");
/// assert_eq!(domain::student::mask("K12345"), "******");
/// ```
pub fn mask(number: &str) -> String {
    let length = number.chars().count();
    let shown = |i: usize| length >= 10 && (i < 3 || i >= length - 4);
    number.chars().enumerate().map(|(i, c)| if shown(i) { c } else { '*' }).collect()
}
