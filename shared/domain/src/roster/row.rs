//! One row: the student it names, or what is wrong with which of its cells.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use ledger::{Private, Salt};

use super::columns::{ADVISORS, Columns, MOST_ADVISORS, OWN, each_once};
use super::contact::{address, is_address, phones};
use super::ethnicity::by_code;
use super::people::listed;
use crate::cell::{self, Cleaned, identity_flaw, is_nothing, number_and_words, unusable};
use crate::facts::{Facts, Traits};
use crate::field::{FieldFault, FieldRule, Format, check_line, is_phone};
use crate::header::torn;
use crate::ids::{PersonId, StudentId};
use crate::student::{NO_SEX, OwnPeople, Personal, Sex, Student};
use crate::text::{Lang, is_han, is_unseen, searched, tidy_name, tidy_place};
use crate::university::{Fact, FactKind};

/// The most characters of a fact that has no values to choose among.
const MOST_OF_A_FACT: usize = 100;
/// The most characters of a person's name.
const MOST_OF_A_NAME: usize = 60;
/// The most characters of a telephone number, or two of them.
const MOST_OF_A_PHONE: usize = 30;

/// A student as a row has them, and what is to be said of it although it is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadRow {
    /// The student.
    pub student: Student,
    /// What was taken out, left out or looks wrong.
    pub remarks: Vec<FieldFault>,
}

/// Reads one row: the student it names, or all that is wrong with it. The student number is given back even then, if it
/// is one, so that the row can be found again. Each student's personal data is sealed under a salt of their own, derived
/// from the import's.
pub fn read_row<S: AsRef<str>>(
    columns: &Columns<'_>,
    cells: &[S],
    today: NaiveDate,
    salt: Salt,
) -> Result<ReadRow, (Option<StudentId>, Vec<FieldFault>)> {
    if let Some(torn) = columns.width.and_then(|width| torn(cells, width)) {
        return Err((None, vec![torn]));
    }
    let mut row = Row { columns, cells, faults: Vec::new(), remarks: Vec::new() };
    let id = row.student_number();
    let name = row.required_words("name", MOST_OF_A_NAME, tidy_name);
    if name.as_deref().is_some_and(is_odd) {
        row.remark("name", FieldRule::OddName);
    }
    let sex = row.sex();
    let ethnicity = row.words("ethnicity", 30, tidy_name);
    let ethnicity = if columns.university.languages().contains(&Lang::Zh) {
        ethnicity.as_deref().map(by_code)
    } else {
        ethnicity
    };
    let birth_date = row.birth_date(today);
    let id_number = row.id_number();
    let facts = row.facts();
    let college = row.required_words("college", 60, tidy_place);
    if college.as_deref().is_some_and(|college| college.contains(['#', '*'])) {
        row.fault("college", FieldRule::Without("#*"));
    }
    let major = row.words("major", 100, tidy_place);
    let (advisors, people, advisor_names) = row.people();
    let phone = row.phone();
    let email = row.email();
    row.not_asked(&facts, college.as_deref(), major.as_deref());
    let personal = name.map(|name| Personal { name, sex, ethnicity, birth_date, id_number, phone, email });
    if personal.as_ref().is_some_and(Personal::identity_contradicts) {
        row.remark("id_number", FieldRule::Contradicts);
    }
    let Row { faults, remarks, .. } = row;
    match (id, personal, college) {
        (Some(id), Some(personal), Some(college)) if faults.is_empty() => {
            let personal = Private::seal(personal, salt.derive(id.as_str()));
            let student = Student { personal, id, facts, college, major, advisors, people, advisor_names };
            Ok(ReadRow { student, remarks })
        }
        (id, ..) => Err((id, faults)),
    }
}

struct Row<'a, S> {
    columns: &'a Columns<'a>,
    cells: &'a [S],
    faults: Vec<FieldFault>,
    remarks: Vec<FieldFault>,
}

impl<'a, S: AsRef<str>> Row<'a, S> {
    fn cell(&self, column: &str) -> &'a str {
        let place = OWN.iter().zip(&self.columns.own).find(|(own, _)| own.id == column);
        self.at(place.and_then(|(_, at)| *at))
    }

    fn at(&self, place: Option<usize>) -> &'a str {
        place.and_then(|place| self.cells.get(place)).map_or("", |cell| cell.as_ref().trim())
    }

    fn fault(&mut self, column: &str, rule: FieldRule) {
        let cell = self.cell(column);
        self.faults.push(FieldFault::new(column, rule).reading(cell));
    }

    fn remark(&mut self, column: &str, rule: FieldRule) {
        let cell = self.cell(column);
        self.remarks.push(FieldFault::new(column, rule).reading(cell));
    }

    /// A cell that can be read at all, if it says anything.
    fn said(&mut self, column: &str) -> Option<&'a str> {
        let cell = self.cell(column);
        match unusable(cell) {
            Some(rule) => {
                self.fault(column, rule);
                None
            }
            None => Some(cell).filter(|cell| !is_nothing(cell)),
        }
    }

    /// What the row says of each of the university's facts, or the default where it says nothing.
    fn facts(&mut self) -> Facts {
        let mut facts = Facts::new();
        let columns = self.columns;
        for (fact, place) in columns.university.facts().iter().zip(&columns.facts) {
            let cell = self.at(*place);
            let by_word = || {
                let meant = columns.words.get(&(fact.id.to_string(), searched(cell)))?;
                fact.values().contains(&meant.as_str()).then(|| meant.clone())
            };
            let read = match (unusable(cell), &fact.default) {
                (Some(rule), _) => Err(rule),
                (None, Some(default)) if cell.is_empty() => Ok(default.clone()),
                (None, None) if cell.is_empty() && fact.kind == FactKind::Text => continue,
                (None, None) if cell.is_empty() => Err(FieldRule::Required),
                (None, default) => match by_word().map_or_else(|| fact.read(cell), Ok) {
                    // What says nothing says nothing here too, unless it is one of the words.
                    Err(_) if is_nothing(cell) => default.clone().ok_or(FieldRule::Required),
                    Ok(_) if fact.kind == FactKind::Text && is_nothing(cell) => continue,
                    read => read,
                },
            };
            match read {
                Ok(value) => {
                    let value =
                        if fact.kind == FactKind::Text { self.fact_text(fact, &value) } else { value };
                    facts.insert(fact.id.clone(), value);
                }
                Err(rule) => {
                    let fault = FieldFault::new(fact.id.as_str(), rule).called(&fact.name);
                    self.faults.push(fault.reading(cell));
                }
            }
        }
        facts
    }

    fn fact_text(&mut self, fact: &Fact, text: &str) -> String {
        let tidy = tidy_name(text);
        let fault = check_line(fact.id.as_str(), &tidy, MOST_OF_A_FACT).err();
        self.line(fault.map(|fault| fault.called(&fact.name).reading(text)));
        tidy
    }

    /// Of whom a fact isn't asked, a roster may say nothing: that is known once all of them are read.
    fn not_asked(&mut self, facts: &Facts, college: Option<&str>, major: Option<&str>) {
        let traits = Traits { facts, college: college.unwrap_or_default(), major };
        let university = self.columns.university;
        let asked = |fault: &FieldFault| {
            let fact = university.facts().iter().find(|fact| fact.id.as_str() == fault.field);
            fault.rule != FieldRule::Required || fact.is_none_or(|fact| fact.when.fits(&traits))
        };
        self.faults.retain(asked);
    }

    /// A student number, whatever words stand around it.
    fn student_number(&mut self) -> Option<StudentId> {
        let cell = self.cell("student_id");
        let numbers = self.columns.university.numbers();
        let read = match unusable(cell) {
            Some(rule) => Err(rule),
            None if is_nothing(cell) => Err(FieldRule::Required),
            None => self.cleaned("student_id", cell).and_then(|cleaned| {
                let whole = numbers.student(&cleaned);
                let (number, words) = number_and_words(cell);
                let is_only = cell::runs(cell).filter(|run| run.len() >= number.len().min(6)).count() == 1;
                match (&whole, numbers.student(&number)) {
                    (Err(_), Ok(student)) if !words.is_empty() && is_only && numbers.student.is_some() => {
                        self.remark("student_id", FieldRule::TakenFromWords(number));
                        Ok(student)
                    }
                    _ => whole,
                }
            }),
        };
        read.map_err(|rule| self.fault("student_id", rule)).ok()
    }

    /// A number without what was taken out of its cell, which is said.
    fn cleaned(&mut self, column: &str, cell: &str) -> Result<String, FieldRule> {
        let Cleaned { text, taken_out } = cell::number(cell)?;
        if !taken_out.is_empty() {
            self.remarks.push(FieldFault::new(column, FieldRule::TakenOut(taken_out)).reading(cell));
        }
        Ok(text)
    }

    /// What a line may not hold is a fault; a character that papers can't show is only said.
    fn line(&mut self, fault: Option<FieldFault>) {
        match fault {
            Some(fault) if matches!(fault.rule, FieldRule::Unprintable(_)) => self.remarks.push(fault),
            fault => self.faults.extend(fault),
        }
    }

    /// Says which characters that nobody sees were taken out of a cell.
    fn unseen(&mut self, column: &str, cell: &str) {
        let mut unseen: Vec<char> = cell.chars().filter(|c| is_unseen(*c)).collect();
        unseen.dedup();
        if !unseen.is_empty() {
            self.remark(column, FieldRule::TakenOut(unseen));
        }
    }

    fn words(&mut self, column: &str, most: usize, tidy: fn(&str) -> String) -> Option<String> {
        let cell = self.said(column)?;
        let text = tidy(cell);
        if text.is_empty() {
            self.fault(column, FieldRule::Required);
            return None;
        }
        self.unseen(column, cell);
        let fault = check_line(column, &text, most).err();
        self.line(fault.map(|fault| fault.reading(cell)));
        Some(text)
    }

    fn required_words(&mut self, column: &str, most: usize, tidy: fn(&str) -> String) -> Option<String> {
        let before = self.faults.len();
        let text = self.words(column, most, tidy);
        if text.is_none() && self.faults.len() == before {
            self.fault(column, FieldRule::Required);
        }
        text
    }

    fn sex(&mut self) -> Option<Sex> {
        let cell = self.said("sex").filter(|cell| !NO_SEX.contains(&searched(cell).as_str()))?;
        let sex = Sex::plainly(cell);
        if sex.is_none() {
            self.fault("sex", FieldRule::OneOf(Sex::CELLS.iter().map(|word| (*word).to_owned()).collect()));
        }
        sex
    }

    /// An identity number, whatever stands around it: its kind in words, blanks, the mark that keeps it a text.
    fn id_number(&mut self) -> Option<String> {
        let cell = self.said("id_number")?;
        if cell::is_missing(cell) {
            self.remark("id_number", FieldRule::LeftOut);
            return None;
        }
        let alone = within_words(cell);
        let cleaned = match self.cleaned("id_number", alone) {
            Ok(cleaned) => cleaned.to_ascii_uppercase(),
            Err(rule) => {
                self.fault("id_number", rule);
                return None;
            }
        };
        let cleaned = with_its_x(&cleaned);
        let around = |c: char| !c.is_ascii_alphanumeric() && !"()-/".contains(c);
        let number = cleaned.trim_matches(around).trim_matches(|c| c == '-' || c == '/');
        // A citizen's number in groups is the same without what is between them.
        let tight = number.replace('-', "");
        let number =
            if tight.len() == 18 && identity_flaw(&tight).is_none() { tight.as_str() } else { number };
        let fits = (5..=20).contains(&number.len())
            && number.bytes().all(|b| b.is_ascii_alphanumeric() || b"()-/".contains(&b))
            && number.bytes().any(|b| b.is_ascii_digit());
        if !fits {
            self.fault("id_number", FieldRule::Format(Format::IdNumber));
            return None;
        }
        if number != cleaned || alone != cell {
            self.remark("id_number", FieldRule::TakenFromWords(number.to_owned()));
        }
        if let Some(flaw) = identity_flaw(number) {
            self.remark("id_number", FieldRule::Identity(flaw));
        }
        Some(number.to_owned())
    }

    fn birth_date(&mut self, today: NaiveDate) -> Option<NaiveDate> {
        let cell = self.said("birth_date")?;
        let date = cell::date(cell, self.columns.university.zone());
        if date.is_none() && cell::is_month(cell) {
            self.remark("birth_date", FieldRule::LeftOut);
            return None;
        }
        let rule = match date {
            None => FieldRule::Format(Format::Date),
            Some(date) if date >= today => FieldRule::InTheFuture,
            Some(_) => return date,
        };
        self.fault("birth_date", rule);
        None
    }

    /// A telephone number as people write it; one that can't be read costs nobody their row.
    fn phone(&mut self) -> Option<String> {
        let cell = self.optional("phone")?;
        let numbers: Vec<String> = phones(cell);
        let first = numbers.first().filter(|_| numbers.iter().all(|number| is_phone(number)));
        let Some(first) = first else {
            self.remark("phone", FieldRule::LeftOut);
            return None;
        };
        self.unseen("phone", cell);
        let all = numbers.join(" / ");
        let kept = if all.len() <= MOST_OF_A_PHONE { all } else { first.clone() };
        if kept == *first && numbers.len() > 1 {
            self.remark("phone", FieldRule::FirstTaken(first.clone()));
        } else if cell.chars().any(is_han) && !cell.contains('转') {
            self.remark("phone", FieldRule::TakenFromWords(kept.clone()));
        }
        Some(kept)
    }

    /// An e-mail address; of several the first; one that can't be read costs nobody their row.
    fn email(&mut self) -> Option<String> {
        let cell = self.optional("email")?;
        let several = [';', '；', ',', '，', '、', '/', '|', ' ', '\u{3000}', '\n'];
        let mut addresses = cell.split(several).map(address).filter(|one| !one.is_empty());
        match (addresses.next().filter(|first| is_address(first)), addresses.next()) {
            (None, _) => {
                self.remark("email", FieldRule::LeftOut);
                None
            }
            (Some(first), None) => {
                self.unseen("email", cell);
                Some(first)
            }
            (Some(first), Some(_)) => {
                self.remark("email", FieldRule::FirstTaken(first.clone()));
                Some(first)
            }
        }
    }

    /// A cell that says anything; one that can't be read is left out, and that is said.
    fn optional(&mut self, column: &str) -> Option<&'a str> {
        let cell = self.cell(column);
        if unusable(cell).is_some() {
            // A value that a spreadsheet has lost changes nothing of the row.
            return self.said(column);
        }
        Some(cell).filter(|cell| !is_nothing(cell))
    }

    /// The student's own people, by kind where there are several, and the names that the roster says.
    fn people(&mut self) -> (Vec<PersonId>, OwnPeople, BTreeMap<PersonId, String>) {
        let text = self.said(ADVISORS).unwrap_or_default();
        let (first, mut names) = self.people_in(ADVISORS, text);
        let columns = self.columns;
        let mut kinds = columns.university.people().iter();
        let Some(kind) = kinds.next().filter(|_| columns.university.people().len() > 1) else {
            return (first, OwnPeople::new(), names);
        };
        let mut people = OwnPeople::from([(kind.id.clone(), first)]);
        for (kind, place) in kinds.zip(&columns.people) {
            let before = self.faults.len();
            let text = Some(self.at(*place)).filter(|cell| !is_nothing(cell)).unwrap_or_default();
            let (theirs, named) = match unusable(text) {
                None => self.people_in(kind.id.as_str(), text),
                Some(rule) => {
                    self.faults.push(FieldFault::new(kind.id.as_str(), rule).reading(text));
                    Default::default()
                }
            };
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

    /// Each is a number, with a name beside it if the roster says one: `20080123 李老师;W0001（陈总）`.
    fn people_in(&mut self, column: &str, text: &str) -> (Vec<PersonId>, BTreeMap<PersonId, String>) {
        let (mut advisors, mut names) = (Vec::new(), BTreeMap::new());
        for (number, name) in listed(text, self.columns.university.numbers()) {
            let read = self.cleaned(column, &number);
            match read.and_then(|number| self.columns.university.numbers().person(&number)) {
                Ok(advisor) if advisor.is_student() => {
                    self.faults.push(FieldFault::new(column, FieldRule::StudentAsAdvisor).reading(&number));
                }
                Ok(advisor) => {
                    if !name.is_empty() {
                        let name = tidy_name(&name);
                        let fault = check_line(column, &name, MOST_OF_A_NAME).err();
                        self.line(fault.map(|fault| fault.reading(&name)));
                        names.insert(advisor.clone(), name);
                    }
                    if !advisors.contains(&advisor) {
                        advisors.push(advisor);
                    }
                }
                Err(rule) => self.faults.push(FieldFault::new(column, rule).reading(&number)),
            }
        }
        if advisors.len() > MOST_ADVISORS {
            self.faults
                .push(FieldFault::new(column, FieldRule::TooLong { most: MOST_ADVISORS }).reading(text));
        }
        (advisors, names)
    }
}

/// A citizen's number whose last place is an X of another alphabet, or a sign that looks like one.
fn with_its_x(number: &str) -> String {
    let digits = number.trim_end_matches(['×', 'Χ', 'Х', '✕', '╳', '乘']);
    let is_citizens = digits.len() == 17 && digits.bytes().all(|b| b.is_ascii_digit()) && digits != number;
    if is_citizens { format!("{digits}X") } else { number.to_owned() }
}

/// An identity number without the words beside it, where it is the only number there.
fn within_words(cell: &str) -> &str {
    let mut numbers = cell::runs(cell).filter(|run| run.len() >= 15);
    match (numbers.next(), numbers.next()) {
        (Some(number), None) if cell.chars().any(is_han) => number,
        _ => cell,
    }
}

/// Whether a name has lost a character, or has what no name has: a digit beside Chinese characters, no letter at all.
fn is_odd(name: &str) -> bool {
    let has = |is: fn(char) -> bool| name.chars().any(is);
    has(|c| matches!(c, '?' | '？' | '\u{fffd}' | '□' | '〓'))
        || (has(is_han) && has(|c| c.is_ascii_digit()))
        || !has(char::is_alphabetic)
        || ["true", "false", "nan"].contains(&name.to_ascii_lowercase().as_str())
}
