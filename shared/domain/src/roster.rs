//! One row of a roster: texts under a header in, a [`Student`] or the faults of its fields out.
//!
//! Reading CSV or XLSX is the function's business; what a column may hold is decided here.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use ledger::{Private, Salt};

use crate::facts::Facts;
use crate::field::{FieldFault, FieldRule, Format, check_line, is_phone};
use crate::header::{Column, Found, find, torn};
use crate::ids::{PersonId, StudentId};
use crate::student::{OwnPeople, Personal, Sex, Student};
use crate::text::searched;
use crate::university::{FactKind, People, University};

/// The most rows of one import.
pub const MOST_ROWS: usize = 2_000;
/// The most advisors of one student.
pub const MOST_ADVISORS: usize = 8;

/// The most characters of a fact that has no values to choose among.
const MOST_OF_A_FACT: usize = 100;
/// The most characters of a person's name.
const MOST_OF_A_NAME: usize = 60;
/// The most faults that are said of one row.
const MOST_FAULTS: usize = 5;

/// A column that every university's roster may have.
struct OwnColumn {
    id: &'static str,
    names: &'static [&'static str],
    required: bool,
}

const fn own(id: &'static str, names: &'static [&'static str], required: bool) -> OwnColumn {
    OwnColumn { id, names, required }
}

/// The columns that every university's roster may have; the others are its facts.
const OWN: [OwnColumn; 11] = [
    own("student_id", &["学号", "Student number", "Student ID"], true),
    own("name", &["姓名"], true),
    own("sex", &["性别"], false),
    own("ethnicity", &["民族"], false),
    own("birth_date", &["出生日期"], false),
    own("id_number", &["身份证号"], false),
    own("college", &["学院"], true),
    own("major", &["专业", "Programme"], false),
    own(ADVISORS, &["导师工号"], false),
    own("phone", &["电话", "Telephone"], false),
    own("email", &["电子邮箱", "邮箱", "E-mail"], false),
];

/// The column of who decides for their own students.
pub(crate) const ADVISORS: &str = "advisors";

/// Whether a column of every university's is called so.
pub(crate) fn is_own_column(id: &str) -> bool {
    OWN.iter().any(|column| column.id == id)
}

/// The Chinese heading of a column that every university's roster may have.
pub fn heading(id: &str) -> Option<&'static str> {
    OWN.iter().find(|column| column.id == id).and_then(|column| column.names.first().copied())
}

/// The headings of the columns of student numbers and of names, as sheets of any kind have them.
pub(crate) fn is_heading(id: &str, cell: &str) -> bool {
    let typed = searched(cell);
    let named = OWN.iter().filter(|column| column.id == id);
    named.flat_map(|column| column.names.iter().chain([&column.id])).any(|name| searched(name) == typed)
}

/// Where each column stands in a university's file.
#[derive(Debug, Clone)]
pub struct Columns<'a> {
    university: &'a University,
    own: Vec<Option<usize>>,
    facts: Vec<Option<usize>>,
    /// Of the second kind of people and those after it.
    people: Vec<Option<usize>>,
    others: Vec<String>,
}

impl<'a> Columns<'a> {
    /// Finds the columns in a header, in any order. Number, name and college must be there, and each fact for which the
    /// university's file has no default.
    pub fn find<'h>(
        university: &'a University,
        header: impl IntoIterator<Item = &'h str>,
    ) -> Result<Self, Vec<FieldFault>> {
        // Who decides for their own students has the column that the university calls so; the first kind the one that
        // every university may have.
        let called = |people: &'a People| {
            let names = [people.id.as_str(), &people.name.zh, &people.name.en];
            names.into_iter().chain(people.also.iter().map(String::as_str)).collect::<Vec<_>>()
        };
        let people = university.people().first().map(called).unwrap_or_default();
        let other_people = university.people().iter().skip(1).map(|people| Column {
            id: people.id.as_str(),
            names: called(people),
            required: false,
        });
        let college = university.college().into_iter().flat_map(|name| [name.zh.as_str(), &name.en]);
        let own = OWN.iter().map(|OwnColumn { id, names, required }| Column {
            id,
            names: match *id {
                ADVISORS => names.iter().copied().chain(people.clone()).collect(),
                "college" => names.iter().copied().chain(college.clone()).collect(),
                _ => names.to_vec(),
            },
            required: *required,
        });
        let facts = university.facts().iter().map(|fact| Column {
            id: fact.id.as_str(),
            names: [fact.name.zh.as_str(), &fact.name.en]
                .into_iter()
                .chain(fact.also.iter().map(String::as_str))
                .collect(),
            required: fact.default.is_none() && fact.kind != FactKind::Text,
        });
        let columns: Vec<Column<'_>> = own.chain(facts).chain(other_people).collect();
        let named = |fault: FieldFault| {
            let fact = university.facts().iter().find(|fact| fact.id.as_str() == fault.field);
            let people = university.people().iter().find(|people| people.id.as_str() == fault.field);
            match fact.map(|fact| &fact.name).or(people.map(|people| &people.name)) {
                Some(name) => fault.called(name),
                None => fault,
            }
        };
        let found = find(&columns, header);
        let Found { mut at, others } =
            found.map_err(|faults| faults.into_iter().map(named).collect::<Vec<_>>())?;
        let mut facts = at.split_off(OWN.len());
        let people = facts.split_off(university.facts().len());
        Ok(Self { university, own: at, facts, people, others })
    }

    /// Headings of columns that nobody has declared, and nothing reads.
    pub fn others(&self) -> &[String] {
        &self.others
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

/// Reads one row: the student it names, or what is wrong with which field. The student number is
/// given back even then, if it is one, so that the row can be found again. Each student's personal data is sealed under
/// a salt of their own, derived from the import's.
pub fn read_row<S: AsRef<str>>(
    columns: &Columns<'_>,
    cells: &[S],
    today: NaiveDate,
    salt: Salt,
) -> Result<Student, (Option<StudentId>, Vec<FieldFault>)> {
    if let Some(torn) = torn(cells) {
        return Err((None, vec![torn]));
    }
    let mut row = Row { columns, cells, faults: Vec::new() };
    let id = row.student_number();
    let name = row.required_words("name", MOST_OF_A_NAME);
    let sex = row.word("sex", Sex::read_cell, Sex::CELLS);
    let ethnicity = row.words("ethnicity", 30);
    let birth_date = row.birth_date(today);
    let id_number = row.shaped("id_number", Format::IdNumber, |text| {
        (5..=20).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"()-/".contains(&b))
    });
    let facts = row.facts();
    let college = row.required_words("college", 60);
    if college.as_deref().is_some_and(|college| college.contains(['#', '*'])) {
        row.fault("college", FieldRule::Without("#*"));
    }
    let major = row.words("major", 100);
    let (advisors, people, advisor_names) = row.people();
    let phone = row.shaped("phone", Format::Phone, is_phone);
    let email = row.shaped("email", Format::Email, |text| {
        text.len() <= 254
            && !text.contains(|c: char| c.is_whitespace() || c.is_control())
            && text.split_once('@').is_some_and(|(a, b)| !a.is_empty() && b.contains('.'))
    });
    match (id, name, college) {
        (Some(id), Some(name), Some(college)) if row.faults.is_empty() => Ok(Student {
            personal: Private::seal(
                Personal { name, sex, ethnicity, birth_date, id_number, phone, email },
                salt.derive(id.as_str()),
            ),
            id,
            facts,
            college,
            major,
            advisors,
            people,
            advisor_names,
        }),
        (id, ..) => {
            row.faults.truncate(MOST_FAULTS);
            Err((id, row.faults))
        }
    }
}

struct Row<'a, S> {
    columns: &'a Columns<'a>,
    cells: &'a [S],
    faults: Vec<FieldFault>,
}

impl<S: AsRef<str>> Row<'_, S> {
    fn cell(&self, column: &str) -> &str {
        let place = OWN.iter().zip(&self.columns.own).find(|(own, _)| own.id == column);
        self.at(place.and_then(|(_, at)| *at))
    }

    fn at(&self, place: Option<usize>) -> &str {
        place.and_then(|place| self.cells.get(place)).map_or("", |cell| cell.as_ref().trim())
    }

    /// What the row says of each of the university's facts, or the default where it says nothing.
    fn facts(&mut self) -> Facts {
        let mut facts = Facts::new();
        let columns = self.columns;
        for (fact, place) in columns.university.facts().iter().zip(&columns.facts) {
            let cell = self.at(*place).to_owned();
            let read = match &fact.default {
                Some(default) if cell.is_empty() => Ok(default.clone()),
                None if cell.is_empty() && fact.kind == FactKind::Text => continue,
                None if cell.is_empty() => Err(FieldRule::Required),
                _ => fact.read(&cell),
            };
            match read {
                Ok(value) => {
                    if fact.kind == FactKind::Text {
                        let fault = check_line(fact.id.as_str(), &value, MOST_OF_A_FACT).err();
                        self.faults.extend(fault.map(|fault| fault.called(&fact.name)));
                    }
                    facts.insert(fact.id.clone(), value);
                }
                Err(rule) => self.faults.push(FieldFault::new(fact.id.as_str(), rule).called(&fact.name)),
            }
        }
        facts
    }

    fn student_number(&mut self) -> Option<StudentId> {
        let cell = self.cell("student_id");
        let read = if cell.is_empty() {
            Err(FieldRule::Required)
        } else {
            self.columns.university.numbers().student(cell)
        };
        read.map_err(|rule| self.fault("student_id", rule)).ok()
    }

    fn fault(&mut self, column: &str, rule: FieldRule) {
        self.faults.push(FieldFault::new(column, rule));
    }

    fn words(&mut self, column: &str, most: usize) -> Option<String> {
        let text = self.cell(column).to_owned();
        if text.is_empty() {
            return None;
        }
        self.faults.extend(check_line(column, &text, most).err());
        Some(text)
    }

    fn required_words(&mut self, column: &str, most: usize) -> Option<String> {
        let text = self.words(column, most);
        if text.is_none() {
            self.fault(column, FieldRule::Required);
        }
        text
    }

    fn word<T>(&mut self, column: &str, read: fn(&str) -> Option<T>, words: &[&str]) -> Option<T> {
        if self.cell(column).is_empty() { None } else { self.required_word(column, read, words) }
    }

    fn required_word<T>(&mut self, column: &str, read: fn(&str) -> Option<T>, words: &[&str]) -> Option<T> {
        let text = self.cell(column);
        let value = read(text);
        if value.is_none() {
            let rule = if text.is_empty() {
                FieldRule::Required
            } else {
                FieldRule::OneOf(words.iter().map(|word| (*word).to_owned()).collect())
            };
            self.fault(column, rule);
        }
        value
    }

    fn shaped(&mut self, column: &str, format: Format, fits: impl Fn(&str) -> bool) -> Option<String> {
        let text = self.cell(column).to_owned();
        if text.is_empty() {
            return None;
        }
        if !fits(&text) {
            self.fault(column, FieldRule::Format(format));
        }
        Some(text)
    }

    fn birth_date(&mut self, today: NaiveDate) -> Option<NaiveDate> {
        let text = self.cell("birth_date").to_owned();
        if text.is_empty() {
            return None;
        }
        let date = read_date(&text);
        let rule = match date {
            None => FieldRule::Format(Format::Date),
            Some(date) if date >= today => FieldRule::InTheFuture,
            Some(_) => return date,
        };
        self.fault("birth_date", rule);
        None
    }

    /// The student's own people, by kind where there are several, and the names that the roster says.
    fn people(&mut self) -> (Vec<PersonId>, OwnPeople, BTreeMap<PersonId, String>) {
        let text = self.cell(ADVISORS).to_owned();
        let (first, mut names) = self.people_in(ADVISORS, &text);
        let columns = self.columns;
        let mut kinds = columns.university.people().iter();
        let Some(kind) = kinds.next().filter(|_| columns.university.people().len() > 1) else {
            return (first, OwnPeople::new(), names);
        };
        let mut people = OwnPeople::from([(kind.id.clone(), first)]);
        for (kind, place) in kinds.zip(&columns.people) {
            let before = self.faults.len();
            let text = self.at(*place).to_owned();
            let (theirs, named) = self.people_in(kind.id.as_str(), &text);
            let faults = self.faults.split_off(before);
            self.faults.extend(faults.into_iter().map(|fault| fault.called(&kind.name)));
            people.insert(kind.id.clone(), theirs);
            names.extend(named);
        }
        let all = each_once(&people);
        if all.len() > MOST_ADVISORS {
            self.fault(ADVISORS, FieldRule::TooLong { most: MOST_ADVISORS });
        }
        (all, people, names)
    }

    /// Each is a number, with a name behind it if the roster says one: `20080123 李老师;W0001（陈总）`.
    fn people_in(&mut self, column: &str, text: &str) -> (Vec<PersonId>, BTreeMap<PersonId, String>) {
        let (mut advisors, mut names) = (Vec::new(), BTreeMap::new());
        for one in text.split([';', '；']).map(str::trim).filter(|one| !one.is_empty()) {
            let (number, name) = one.split_once([' ', '\u{3000}', '(', '（']).unwrap_or((one, ""));
            let name = name.trim().trim_end_matches([')', '）']).trim();
            match self.columns.university.numbers().person(number) {
                Ok(advisor) if advisor.is_student() => self.fault(column, FieldRule::StudentAsAdvisor),
                Ok(advisor) => {
                    if !name.is_empty() {
                        self.faults.extend(check_line(column, name, MOST_OF_A_NAME).err());
                        names.insert(advisor.clone(), name.to_owned());
                    }
                    if !advisors.contains(&advisor) {
                        advisors.push(advisor);
                    }
                }
                Err(rule) => self.fault(column, rule),
            }
        }
        if advisors.len() > MOST_ADVISORS {
            self.fault(column, FieldRule::TooLong { most: MOST_ADVISORS });
        }
        (advisors, names)
    }
}

/// Everybody of every kind, each once.
fn each_once(people: &OwnPeople) -> Vec<PersonId> {
    let mut all: Vec<PersonId> = Vec::new();
    for person in people.values().flatten() {
        if !all.contains(person) {
            all.push(person.clone());
        }
    }
    all
}

/// Reads `1993-05-06`, `1993/5/6` or `19930506`, from 1900 on.
pub fn read_date(text: &str) -> Option<NaiveDate> {
    let date = ["%Y-%m-%d", "%Y/%m/%d"].iter().find_map(|form| NaiveDate::parse_from_str(text, form).ok());
    let compact = || {
        let digits = text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit());
        if digits { NaiveDate::parse_from_str(text, "%Y%m%d").ok() } else { None }
    };
    date.or_else(compact).filter(|date| (1900..2100).contains(&chrono::Datelike::year(date)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The columns of the first customer's roster.
    const COLUMNS: [(&str, &str); 17] = [
        ("student_id", "学号"),
        ("name", "姓名"),
        ("sex", "性别"),
        ("ethnicity", "民族"),
        ("birth_date", "出生日期"),
        ("id_number", "身份证号"),
        ("level", "培养层次"),
        ("mode", "学习形式"),
        ("campus", "校区"),
        ("college", "学院"),
        ("major", "专业"),
        ("advisors", "导师工号"),
        ("resident", "住宿"),
        ("party", "政治面貌"),
        ("party_here", "组织关系在校"),
        ("phone", "电话"),
        ("email", "电子邮箱"),
    ];

    fn university() -> University {
        crate::university_file::read(include_str!("../../../infra/batches/university.toml"))
            .unwrap()
            .university
    }

    fn row() -> Vec<String> {
        let cells = [
            "20151104027",
            "王小明",
            "男",
            "汉族",
            "1993-05-06",
            "530102199305060027",
            "硕士",
            "全日制",
            "呈贡",
            "信息学院",
            "软件工程",
            "20080123;W0001",
            "是",
            "中共党员",
            "是",
            "13800000000",
            "a@example.edu",
        ];
        cells.map(str::to_owned).to_vec()
    }

    fn read_with(column: &str, text: &str) -> Result<Student, Vec<FieldFault>> {
        let mut cells = row();
        cells[COLUMNS.iter().position(|(en, _)| *en == column).unwrap()] = text.to_owned();
        let today = NaiveDate::from_ymd_opt(2017, 12, 1).unwrap();
        let university = university();
        let columns = Columns::find(&university, COLUMNS.map(|(en, _)| en)).unwrap();
        read_row(&columns, &cells, today, Salt::new([7; 16])).map_err(|(_, faults)| faults)
    }

    #[test]
    fn a_header_in_chinese_and_in_any_order_is_understood() {
        let mut names = COLUMNS.map(|(_, zh)| zh);
        names.reverse();
        assert!(Columns::find(&university(), names).is_ok());
    }

    #[test]
    fn a_missing_and_a_doubled_column_are_each_named() {
        let names = COLUMNS.map(|(en, _)| if en == "college" { "name" } else { en });
        let university = university();
        let faults = Columns::find(&university, names.into_iter().chain(["shoe_size"])).unwrap_err();
        let fields: Vec<_> = faults.iter().map(|f| (f.field.as_str(), f.rule.code())).collect();
        let expected = [("name", "duplicate"), ("college", "missing-column")];
        assert_eq!(fields, expected, "a column of one's own is left alone");
    }

    #[test]
    fn a_sound_row_is_a_student() {
        let student = read_with("name", "迪丽热巴·买买提").unwrap();
        assert_eq!(student.personal().name, "迪丽热巴·买买提");
        assert_eq!(student.advisors.len(), 2);
        assert_eq!(student.advisor_names.len(), 0);
        assert_eq!(student.facts.len(), 6);
    }

    #[test]
    fn an_advisor_s_name_may_stand_behind_their_number() {
        for cell in
            ["20080123 李老师;W0001", "20080123（李老师）；W0001", "W0001; 20080123\u{3000}李老师 ;20080123"]
        {
            let student = read_with("advisors", cell).unwrap();
            let named = ["20080123", "W0001"].map(|number| number.parse::<PersonId>().unwrap());
            let names = named.map(|advisor| student.advisor_names.get(&advisor).map(String::as_str));
            assert_eq!((student.advisors.len(), names), (2, [Some("李老师"), None]), "{cell}");
        }
    }

    #[test]
    fn every_kind_of_wrong_cell_is_named_with_its_rule() {
        for (column, text, code) in [
            ("student_id", "", "required"),
            ("student_id", "20080123", "not-a-student-number"),
            ("name", "", "required"),
            ("name", "王\u{7}", "control-characters"),
            ("sex", "x", "one-of"),
            ("birth_date", "1993-13-06", "not-a-date"),
            ("birth_date", "2018-01-01", "in-the-future"),
            ("id_number", "5.3E+17", "not-an-identity-number"),
            ("level", "本科", "one-of"),
            ("college", "a#b", "forbidden-characters"),
            ("college", "信息\u{200b}学院", "control-characters"),
            ("name", "\u{200b}", "required"),
            ("major", "软件\n工程", "torn-row"),
            ("advisors", "20151104027", "student-as-advisor"),
            ("email", "a b@c.d", "not-an-e-mail-address"),
            ("advisors", "20080123;王", "not-a-user-name"),
            ("advisors", "20080123 王\u{200b}明", "control-characters"),
            ("resident", "x", "one-of"),
            ("party_here", "", "required"),
            ("phone", "call me", "not-a-telephone"),
            ("email", "nobody", "not-an-e-mail-address"),
            ("email", "@example.edu", "not-an-e-mail-address"),
            ("email", "nobody@example", "not-an-e-mail-address"),
        ] {
            let faults = read_with(column, text).unwrap_err();
            let found: Vec<_> = faults.iter().map(|f| (f.field.as_str(), f.rule.code())).collect();
            let field = if code == "torn-row" { "row" } else { column };
            assert_eq!(found, [(field, code)], "{column} = {text:?}");
        }
    }

    #[test]
    fn eight_advisors_are_taken_and_nine_are_not() {
        let many = |count: usize| (0..count).map(|i| format!("2008000{i}")).collect::<Vec<_>>().join("；");
        let read = |count| read_with("advisors", &many(count));
        assert_eq!(read(MOST_ADVISORS).map(|student| student.advisors.len()), Ok(8));
        let faults = read(MOST_ADVISORS + 1).unwrap_err();
        assert_eq!(faults[0].rule, FieldRule::TooLong { most: 8 });
    }

    /// The words of papers and sheets, and that a roster's cells read them, in either language and any case.
    #[test]
    fn every_word_of_a_cell_is_this() {
        use crate::party::form::TransferKind;
        use crate::party::letter::Standing;
        use crate::student::YesNo;
        macro_rules! words {
            ($($kind:ident: $($value:ident = $english:literal $chinese:literal),+;)+) => {$($(
                assert_eq!($kind::$value.chinese(), $chinese);
                for cell in [$english, $chinese, &$english.to_uppercase(), concat!(" ", $chinese, " ")] {
                    assert_eq!($kind::read_cell(cell), Some($kind::$value), "{cell}");
                }
                assert!($kind::CELLS.contains(&$english) && $kind::CELLS.contains(&$chinese));
            )+
            assert_eq!($kind::read_cell("学士"), None);)+};
        }
        words! {
            TransferKind: InProvince = "in-province" "省内", OutOfProvince = "out-of-province" "省外", OnCampus = "on-campus" "校内";
            Standing: Full = "full" "正式", Probationary = "probationary" "预备";
            Sex: Male = "male" "男", Female = "female" "女";
            YesNo: Yes = "yes" "是", No = "no" "否";
        }
    }

    #[test]
    fn dates_are_read_as_people_write_them() {
        let date = NaiveDate::from_ymd_opt(1993, 5, 6);
        for text in ["1993-05-06", "1993/5/6", "1993-5-6", "19930506"] {
            assert_eq!(read_date(text), date, "{text}");
        }
        for text in ["06.05.1993", "93-5-6", "1993-02-30", "34095", "1993 5 6", "1993056"] {
            assert_eq!(read_date(text), None, "{text}");
        }
    }
}
