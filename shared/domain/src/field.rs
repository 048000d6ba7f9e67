//! Fields: what may stand in one, and what is wrong with it.

use chrono::NaiveDate;

use crate::text::{Text, is_unseen, quoted};
use crate::words::Word;

/// The most characters a reason may have.
pub const LONGEST_REASON: usize = 500;

/// A reason without what surrounds it, its lines ended alike; none if there is nothing in it.
pub(crate) fn tidy_reason(reason: Option<&str>) -> Option<String> {
    reason.map(|reason| reason.replace("\r\n", "\n").trim().to_owned()).filter(|reason| !reason.is_empty())
}

/// A field that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFault {
    /// Where: `reason`, `students[3]`, or a roster's column `birth_date`.
    pub field: String,
    /// Which rule.
    pub rule: FieldRule,
    /// What people call the field, where a university's file says so.
    pub name: Option<Text>,
    /// What was read of it, as a message quotes it.
    pub read: Option<Box<str>>,
}

impl FieldFault {
    /// A fault of one field.
    pub fn new(field: impl Into<String>, rule: FieldRule) -> Self {
        Self { field: field.into(), rule, name: None, read: None }
    }

    /// The same, with what was read.
    pub fn reading(self, cell: &str) -> Self {
        Self { read: (!cell.is_empty()).then(|| quoted(cell).into()), ..self }
    }

    /// The same of a field that people call so.
    pub fn called(self, name: &Text) -> Self {
        Self { name: Some(name.clone()), ..self }
    }
}

/// The rules a field can break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldRule {
    /// It must not be empty.
    Required,
    /// At most so many characters, or entries of a list.
    TooLong {
        /// The most there may be.
        most: usize,
    },
    /// Control characters have no place in it.
    ControlCharacters,
    /// It must be one of these.
    OneOf(Vec<String>),
    /// It isn't in this format.
    Format(Format),
    /// A number that looks like none of the university's, whose pattern this is.
    Unlike(Format, String),
    /// Offices of one right that are bounded by different things.
    OneScope,
    /// It stands there twice.
    Duplicate,
    /// It lies in the future.
    InTheFuture,
    /// It must lie between these.
    Between(i64, i64),
    /// It must not be before this day.
    NotBefore(NaiveDate),
    /// It must lie after the beginning that stands beside it.
    AfterFrom,
    /// A column of a roster isn't there.
    MissingColumn,
    /// These characters have a meaning of their own.
    Without(&'static str),
    /// A row has a line break in a cell, or fewer cells than the header.
    Torn,
    /// A row has more cells than the header: most often a comma inside one of them.
    TooManyCells {
        /// How many columns the header has.
        columns: usize,
    },
    /// A spreadsheet couldn't calculate it.
    ErrorValue,
    /// A formula that nobody has calculated.
    Uncalculated,
    /// A mark for the cell above.
    AsAbove,
    /// A name that has lost a character, or has what no name has.
    OddName,
    /// Several columns may be it, or one that is beside another which says otherwise: only somebody can say.
    WhichOf(Vec<String>),
    /// It stands in these rows too, and was added up.
    AddedUp(Vec<usize>),
    /// A spreadsheet has rounded it.
    DigitsLost,
    /// Characters that nobody sees were taken out of it.
    TakenOut(Vec<char>),
    /// It can't be read, and the row is taken without it.
    LeftOut,
    /// Of several, this was taken.
    FirstTaken(String),
    /// This number was taken out of the words around it.
    TakenFromWords(String),
    /// An identity number that can't be right.
    Identity(IdentityFlaw),
    /// An identity number that says another birth date or sex than the row does.
    Contradicts,
    /// A student advises nobody, least of all themselves.
    StudentAsAdvisor,
    /// The student has nobody of their own, and a step of theirs is for such people to decide.
    NobodyDecides(Box<Text>),
    /// Another row calls the person of this number by this name.
    CalledOtherwise(String),
    /// The roster calls the student of this number by this name.
    AnotherName(String),
    /// Whoever imports a roster doesn't make themselves an advisor, who decides.
    SelfAsAdvisor,
    /// It is no `next` of an earlier page.
    NotACursor,
    /// No font of ours has this character.
    Unprintable(char),
    /// The batch has no such college; these are called nearly so.
    NoSuchCollege(Vec<String>),
    /// A branch (支部, 总支) can't be addressed (N16).
    Branch,
    /// It only goes with another value of `decision`.
    OnlyWith(&'static str),
    /// It has no place here: no value of it would do.
    Unexpected,
}

/// Why an identity number of a citizen can't be right (GB 11643).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentityFlaw {
    /// It has other than 15 or 18 places, as when the last one was left out.
    Length,
    /// Its last place doesn't follow from the others: one of them is mistyped, or a spreadsheet has rounded it.
    CheckDigit,
}

impl FieldRule {
    /// It must be one of an enumeration's words.
    pub fn one_of<W: Word>() -> Self {
        FieldRule::OneOf(W::WORDS.iter().map(|word| (*word).to_owned()).collect())
    }

    /// The stable word for this rule in a problem's `fields[].code`.
    pub fn code(&self) -> &'static str {
        match self {
            FieldRule::Required => "required",
            FieldRule::TooLong { .. } => "too-long",
            FieldRule::ControlCharacters => "control-characters",
            FieldRule::OneOf(_) | FieldRule::Unexpected => "one-of",
            FieldRule::Format(form) | FieldRule::Unlike(form, _) => form.code(),
            FieldRule::OneScope => "one-scope",
            FieldRule::Duplicate => "duplicate",
            FieldRule::InTheFuture => "in-the-future",
            FieldRule::Between(..) => "out-of-range",
            FieldRule::NotBefore(_) => "too-early",
            FieldRule::AfterFrom => "not-after-from",
            FieldRule::MissingColumn => "missing-column",
            FieldRule::Without(_) => "forbidden-characters",
            FieldRule::Torn => "torn-row",
            FieldRule::TooManyCells { .. } => "too-many-cells",
            FieldRule::ErrorValue => "error-value",
            FieldRule::AsAbove => "as-above",
            FieldRule::OddName => "odd-name",
            FieldRule::WhichOf(_) => "which-of",
            FieldRule::AddedUp(_) => "added-up",
            FieldRule::Uncalculated => "uncalculated",
            FieldRule::DigitsLost => "digits-lost",
            FieldRule::TakenOut(_) => "taken-out",
            FieldRule::LeftOut => "left-out",
            FieldRule::FirstTaken(_) => "first-taken",
            FieldRule::TakenFromWords(_) => "taken-from-words",
            FieldRule::Identity(_) => "identity",
            FieldRule::Contradicts => "contradicts",
            FieldRule::StudentAsAdvisor => "student-as-advisor",
            FieldRule::NobodyDecides(_) => "nobody-decides",
            FieldRule::CalledOtherwise(_) => "called-otherwise",
            FieldRule::AnotherName(_) => "another-name",
            FieldRule::SelfAsAdvisor => "self-as-advisor",
            FieldRule::NotACursor => "not-a-cursor",
            FieldRule::Unprintable(_) => "unprintable",
            FieldRule::NoSuchCollege(_) => "no-such-college",
            FieldRule::Branch => "branch",
            FieldRule::OnlyWith(_) => "only-with",
        }
    }
}

/// Formats that a field can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A student number.
    StudentId,
    /// A staff number or an external advisor's number.
    PersonId,
    /// A date such as `1993-05-06`.
    Date,
    /// An instant such as `2017-12-20T09:00:00+08:00`.
    Timestamp,
    /// An identity number or passport number.
    IdNumber,
    /// A telephone number.
    Phone,
    /// An e-mail address.
    Email,
    /// The name of an import.
    ImportId,
    /// An amount of money.
    Amount,
}

impl Format {
    /// The stable word for it.
    pub fn code(self) -> &'static str {
        match self {
            Format::StudentId => "not-a-student-number",
            Format::PersonId => "not-a-user-name",
            Format::Date => "not-a-date",
            Format::Timestamp => "not-an-instant",
            Format::IdNumber => "not-an-identity-number",
            Format::Phone => "not-a-telephone",
            Format::Email => "not-an-e-mail-address",
            Format::ImportId => "not-an-import",
            Format::Amount => "not-an-amount",
        }
    }
}

/// Checks a text of people's words, which may have lines: not empty, not too long, nothing unseen.
pub fn check_words(field: &str, text: &str, most: usize) -> Result<(), FieldFault> {
    check(field, text, most, |c| c.is_control() && !matches!(c, '\n' | '\t'))
}

/// Checks a text of one line: a name, a college, a heading.
pub fn check_line(field: &str, text: &str, most: usize) -> Result<(), FieldFault> {
    check(field, text, most, char::is_control)?;
    match text.chars().find(|c| !is_printable(*c)) {
        Some(odd) => Err(FieldFault::new(field, FieldRule::Unprintable(odd))),
        None => Ok(()),
    }
}

/// The ranges of characters that our fonts have whole: Latin, punctuation, and every Chinese
/// character up to extension F. A test of `print` holds the fonts to it.
pub const PRINTABLE: [(char, char); 20] = [
    (' ', '~'),
    ('\u{a1}', '\u{24f}'),
    ('\u{1e00}', '\u{1eff}'),
    ('\u{2010}', '\u{2027}'),
    ('\u{2030}', '\u{2049}'),
    ('\u{2160}', '\u{217f}'),
    ('\u{2460}', '\u{2473}'),
    ('\u{3000}', '\u{303f}'),
    ('\u{3400}', '\u{4db5}'),
    ('\u{4e00}', '\u{9fef}'),
    ('\u{f900}', '\u{fa6d}'),
    ('\u{ff01}', '\u{ff5e}'),
    ('\u{20000}', '\u{2a6d6}'),
    ('\u{2a700}', '\u{2b734}'),
    ('\u{2b740}', '\u{2b81d}'),
    ('\u{2b820}', '\u{2cea1}'),
    ('\u{2ceb0}', '\u{2ebe0}'),
    ('\u{2f800}', '\u{2fa1d}'),
    ('\u{2190}', '\u{2193}'),
    ('\u{25cb}', '\u{25cb}'),
];

/// Whether a slip or a letter can show a character: what can't be printed isn't taken in, so that
/// nobody's paper fails on the last day.
pub fn is_printable(c: char) -> bool {
    PRINTABLE.iter().any(|(first, last)| (*first..=*last).contains(&c))
}

/// A text as a slip shows it: 〓 in the place of a character that no font of ours has, where a hand must write.
///
/// ```
/// assert_eq!(domain::field::printable("王\u{30ede}"), "王〓");
/// ```
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if is_printable(c) { c } else { '〓' }).collect()
}

fn check(field: &str, text: &str, most: usize, forbidden: impl Fn(char) -> bool) -> Result<(), FieldFault> {
    let rule = if text.chars().all(|c| c.is_whitespace() || is_unseen(c)) {
        FieldRule::Required
    } else if text.chars().count() > most {
        FieldRule::TooLong { most }
    } else if text.chars().any(|c| forbidden(c) || is_unseen(c)) {
        FieldRule::ControlCharacters
    } else {
        return Ok(());
    };
    Err(FieldFault::new(field, rule))
}

/// Whether a text can be a telephone number, as a roster or a form gives it.
pub(crate) fn is_phone(text: &str) -> bool {
    (3..=30).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit() || b" +-()/".contains(&b))
}
