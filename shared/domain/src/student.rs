//! A student as the roster names them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use ledger::Private;
use serde::{Deserialize, Serialize};

use crate::ids::{PersonId, StudentId};
use crate::words;

words! {
    /// Level of study (培养层次).
    Level {
        /// A master's student (硕士).
        Master = "master" | "硕士",
        /// A doctoral student (博士).
        Doctor = "doctor" | "博士",
    }
}
words! {
    /// Mode of study (学习形式, N6).
    StudyMode {
        /// Full-time (全日制).
        FullTime = "full-time" | "全日制",
        /// Part-time (非全日制).
        PartTime = "part-time" | "非全日制",
    }
}
words! {
    /// Campus (校区): deadlines and office hours differ by it (N19).
    Campus {
        /// Lianhua (莲华).
        Lianhua = "lianhua" | "莲华",
        /// Chenggong (呈贡).
        Chenggong = "chenggong" | "呈贡",
    }
}
words! {
    /// Political standing (政治面貌), as far as a party letter is concerned.
    Party {
        /// Not a member (群众).
        None = "none" | "群众",
        /// A full member (中共党员).
        Full = "full" | "中共党员",
        /// A probationary member (中共预备党员).
        Probationary = "probationary" | "中共预备党员",
    }
}
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

/// What rights ask of a student: who they are, where they belong, whom they have.
#[derive(Debug, Clone, Copy)]
pub struct Whom<'a> {
    /// 学号.
    pub id: &'a StudentId,
    /// 学院.
    pub college: &'a str,
    /// 导师.
    pub advisors: &'a [PersonId],
    /// What decides which steps are for them.
    pub traits: Traits,
}

/// What decides which steps and parts are for a student.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Traits {
    /// 培养层次.
    pub level: Level,
    /// 学习形式.
    pub mode: StudyMode,
    /// 校区.
    pub campus: Campus,
    /// 住宿: whether they have a room to hand back.
    pub resident: YesNo,
    /// 政治面貌.
    pub party: Party,
    /// 组织关系在校: whether the relation is with the graduate school's party committee (N10, N14).
    pub party_here: YesNo,
}

impl Traits {
    /// Every kind of student there is, for a rehearsal.
    pub fn every_kind() -> Vec<Traits> {
        let mut kinds = Vec::new();
        for level in Level::ALL {
            for mode in StudyMode::ALL {
                for campus in Campus::ALL {
                    for resident in YesNo::ALL {
                        for party in Party::ALL {
                            for party_here in YesNo::ALL {
                                kinds.push(Traits { level, mode, campus, resident, party, party_here });
                            }
                        }
                    }
                }
            }
        }
        kinds
    }

    /// Whether this student must fill in the party form (N14).
    pub fn needs_party_form(&self) -> bool {
        self.party != Party::None && self.party_here == YesNo::Yes
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
pub struct Student {
    /// 学号.
    pub id: StudentId,
    /// Name, identity number, telephone …; see [`Student::personal`].
    pub personal: Private<Personal>,
    /// 培养层次.
    pub level: Level,
    /// 学习形式.
    pub mode: StudyMode,
    /// 校区.
    pub campus: Campus,
    /// 学院, by its name.
    pub college: String,
    /// 专业.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub major: Option<String>,
    /// 导师工号: who may decide the advisor's steps.
    pub advisors: Vec<PersonId>,
    /// 导师姓名, of those whom the roster names.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub advisor_names: BTreeMap<PersonId, String>,
    /// 住宿.
    pub resident: YesNo,
    /// 政治面貌.
    pub party: Party,
    /// 组织关系在校.
    pub party_here: YesNo,
}

impl Student {
    /// The roster's columns in which another row of the same student differs.
    pub fn differences(&self, other: &Student) -> Vec<&'static str> {
        let (mine, theirs) = (self.personal(), other.personal());
        let differs = [
            ("name", mine.name != theirs.name),
            ("sex", mine.sex != theirs.sex),
            ("ethnicity", mine.ethnicity != theirs.ethnicity),
            ("birth_date", mine.birth_date != theirs.birth_date),
            ("id_number", mine.id_number != theirs.id_number),
            ("level", self.level != other.level),
            ("mode", self.mode != other.mode),
            ("campus", self.campus != other.campus),
            ("college", self.college != other.college),
            ("major", self.major != other.major),
            ("advisors", self.advisors != other.advisors || self.advisor_names != other.advisor_names),
            ("resident", self.resident != other.resident),
            ("party", self.party != other.party),
            ("party_here", self.party_here != other.party_here),
            ("phone", mine.phone != theirs.phone),
            ("email", mine.email != theirs.email),
        ];
        differs.into_iter().filter(|(_, differs)| *differs).map(|(column, _)| column).collect()
    }

    /// Their name, identity number, telephone …; all empty once it has been forgotten.
    pub fn personal(&self) -> &Personal {
        self.personal.get().unwrap_or(&NOBODY)
    }

    /// What rights ask of them.
    pub fn whom(&self) -> Whom<'_> {
        Whom { id: &self.id, college: &self.college, advisors: &self.advisors, traits: self.traits() }
    }

    /// What decides which steps are for this student.
    pub fn traits(&self) -> Traits {
        let Student { level, mode, campus, resident, party, party_here, .. } = *self;
        Traits { level, mode, campus, resident, party, party_here }
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
