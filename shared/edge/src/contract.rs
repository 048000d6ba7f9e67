//! OpenAPI schemas of the values that callers send and get. Each bound is the constant that its rule uses, so that
//! document and validation agree. The types are used as schemas only.

use domain::decide::command::MOST_PARTS;
use domain::decide::form::{FormList, FormState};
use domain::decide::letter::PAPERS;
use domain::fact::Action;
use domain::field::LONGEST_REASON;
use domain::ids::{Amount, Source};
use domain::operator::{LONGEST_NAME, MOST_GRANTED};
use domain::paper::LayoutName;
use domain::party::form::{LONGEST_CONTACT, LONGEST_LINE, TransferKind, Warning};
use domain::party::letter::{LetterState, Standing};
use domain::pattern;
use domain::refusal::{MOST_LETTERS, MOST_STUDENTS};
use domain::role::Role;
use domain::sheet::LONGEST_LISTED_NAME;
use domain::state::{State, WaitingFor};
use domain::student::YesNo;
use domain::verdict::{Decision, FOR_ROWS};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{
    ArrayBuilder, ArrayItems, KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type,
};
use utoipa::{PartialSchema, ToSchema};

/// The most rows that a page can be asked to have.
pub const MOST_ON_A_PAGE: i64 = 100;
/// The most characters of what is looked for.
pub const LONGEST_SEARCH: usize = 60;
/// The most characters of a cursor.
pub const LONGEST_CURSOR: usize = 1_000;
/// How many days ahead letters can be asked for that expire.
pub const MOST_DAYS_AHEAD: i64 = 366;
/// The most events of one chain.
pub const MOST_EVENTS: i64 = 999_999;
/// The last row that a sheet has.
pub const MOST_ROW: i64 = 1_048_576;

macro_rules! values {
    ($($(#[doc = $words:literal])+ $name:ident = $schema:expr;)+) => {$(
        $(#[doc = $words])+
        #[derive(Debug)]
        pub struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                $schema.into()
            }
        }

        impl ToSchema for $name {}
    )+};
}

/// Describes an enumeration of this crate by its words.
macro_rules! describe {
    ($name:ident) => {
        impl ::utoipa::PartialSchema for $name {
            fn schema() -> ::utoipa::openapi::RefOr<::utoipa::openapi::schema::Schema> {
                $crate::contract::words($name::ALL.map($name::word)).into()
            }
        }

        impl ::utoipa::ToSchema for $name {}
    };
}
pub(crate) use describe;

// What stands in a path or a query, where the parameter says what it is.
values! {
    /// A batch's id.
    Batch = text(pattern::BATCH);
    /// A student number, or `me`.
    StudentOrMe = in_path(pattern::NUMBER);
    /// A step's number, from 1.
    Step = whole(1, u8::MAX.into());
    /// A letter's number, from 1.
    LetterNumber = whole(1, u32::MAX.into());
    /// A sheet's name.
    SheetFile = words([
        "students.xlsx",
        "party-forms.xlsx",
        "letters.xlsx",
        "progress.xlsx",
        "roster-template.xlsx",
        "list-template.xlsx",
        "rights-template.xlsx",
    ]);
    /// A document of letters: one number, or the first and the last.
    LettersFile = text("^[0-9]{1,6}(?:-[0-9]{1,6})?\\.pdf$");
    /// Somebody who can sign in: a number, or one behind its kind.
    PersonInPath = in_path(pattern::PERSON);
    /// An import, as its caller names it.
    ImportName = text(pattern::WORD);
    /// How many at most.
    Limit = whole(1, MOST_ON_A_PAGE);
    /// `next` of the page before.
    Place = text("^[A-Za-z0-9_-]*$").max_length(Some(LONGEST_CURSOR));
    /// What is looked for.
    Search = bounded(LONGEST_SEARCH);
    /// Facts with the values that are asked for, `fact:value` by commas; `campus:lianhua,level:doctor`.
    FactsAsked = bounded(LONGEST_SEARCH).pattern(Some("^(?:[^:,]+:[^,]*(?:,|$))*$"));
    /// A step's state.
    StateOfStep = words(State::ALL.map(State::word));
    /// A letter's state.
    StateOfLetter = words(LetterState::ALL.map(LetterState::word));
    /// A form's state.
    StateOfForm = words(FormState::ALL.map(FormState::word));
    /// Which forms a list has.
    ListOfForms = words(FormList::ALL.map(FormList::word));
    /// Anything: what isn't known is not found.
    AnyText = ObjectBuilder::new().schema_type(Type::String);
    /// Yes or no.
    YesOrNo = words(YesNo::ALL.map(YesNo::word));
    /// How a paper is laid out.
    LayoutWord = words(LayoutName::ALL.map(LayoutName::word));
    /// A paper of the batch.
    PaperName = text(pattern::WORD);
    /// Whether something is so.
    Flag = ObjectBuilder::new().schema_type(Type::Boolean);
    /// Letters without a receipt, or whose original isn't printed.
    Missing = words(["missing"]);
    /// Days from today.
    DaysAhead = whole(0, MOST_DAYS_AHEAD);
    /// The version of an entry.
    EntryVersion = whole(0, MOST_EVENTS);
    /// The number of a row, from 1.
    RowNumber = whole(1, MOST_ROW);
    /// A workbook.
    Workbook = ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)));
    /// A day.
    Day = text(pattern::DAY).format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)));
    /// An instant that has passed, since 2000.
    PastInstant = text(pattern::SINCE_2000).format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)));
}

// The words of answers.
values! {
    /// What somebody may do with a step.
    DecisionWord = words(FOR_ONE.map(Decision::word));
    /// Who a step waits for.
    WaitingForWord = words(WaitingFor::ALL.map(WaitingFor::word));
    /// A role.
    RoleWord = words(Role::ALL.map(Role::word));
    /// Where a decision comes from.
    SourceWord = words(Source::ALL.map(Source::word));
    /// What kind of thing happened.
    ActionWord = words(Action::ALL.map(Action::word));
    /// What looks odd about a form.
    WarningCode = words(Warning::ALL.map(Warning::word));
    /// A member's standing.
    StandingWord = words(Standing::ALL.map(Standing::word));
}

/// What can be decided of one student's step: an import is undone as a whole.
const FOR_ONE: [Decision; 5] =
    [Decision::Pass, Decision::Tick, Decision::Reject, Decision::Waive, Decision::Revoke];

// What stands in a body, under a name of its own.
values! {
    /// A student number.
    StudentNumber = text(pattern::NUMBER);
    /// Somebody: a number, or one behind its kind (`external:20080123`).
    Person = text(pattern::PERSON);
    /// What kind of person.
    PersonKind = words(domain::ids::PersonKind::ALL.map(domain::ids::PersonKind::word));
    /// Student numbers, each once.
    Students = list(StudentNumber::schema(), 1, MOST_STUDENTS).unique_items(true);
    /// Letters' numbers, each once.
    Letters = list(LetterNumber::schema(), 1, MOST_LETTERS).unique_items(true);
    /// What is decided for one student.
    DecisionForOne = words(FOR_ONE.map(Decision::word));
    /// What is decided for many.
    DecisionForMany = words(Decision::ALL.map(Decision::word));
    /// What is decided for one of several rows.
    DecisionForRow = words(FOR_ROWS.map(Decision::word));
    /// Why: people's words, which may have lines.
    Reason = bounded(LONGEST_REASON)
        .pattern(Some(pattern::WORDS.as_str()))
        .description(Some("Lines without control characters or such as can't be seen"));
    /// Why, where it must be said.
    GivenReason = bounded(LONGEST_REASON).pattern(Some(pattern::SOME_WORDS.as_str()));
    /// What is owed, in the smallest unit of the currency.
    AmountDue = whole(1, Amount::MOST.0);
    /// Parts of the step, each once.
    Parts = list(text(pattern::WORD), 0, MOST_PARTS).unique_items(true);
    /// Heading or destination of a letter: one line that can be printed.
    AddressLine = bounded(LONGEST_LINE)
        .pattern(Some(pattern::LETTER_LINE.as_str()))
        .description(Some("One line, of characters that a letter can show"));
    /// Where the relation goes.
    TransferKindWord = words(TransferKind::ALL.map(TransferKind::word));
    /// Whom to ask at the receiver; empty is nobody.
    ReceiverContact = bounded(LONGEST_CONTACT).pattern(Some(pattern::LETTER_LINE_OR_NONE.as_str()));
    /// Their telephone; empty is none.
    ReceiverPhone = text(pattern::PHONE);
    /// The three papers, all of them.
    Papers = list(words(PAPERS), PAPERS.len(), PAPERS.len()).unique_items(true);
    /// Who signed a receipt.
    Signatory = bounded(LONGEST_LINE).pattern(Some(pattern::LINE.as_str()));
    /// A person's name.
    PersonName = bounded(LONGEST_NAME).pattern(Some(pattern::LINE.as_str()));
    /// A name as a list has it beside a number, of any characters: it is only compared.
    ListedName = bounded(LONGEST_LISTED_NAME);
    /// A role that somebody can have in a batch.
    GrantedRole = words(Role::IN_A_BATCH.map(Role::word));
    /// Offices' ids.
    Offices = list(text(pattern::WORD), 0, MOST_GRANTED);
    /// Colleges' names.
    Colleges = list(bounded(LONGEST_NAME).pattern(Some(pattern::LINE.as_str())), 0, MOST_GRANTED);
}

fn text(pattern: impl Into<String>) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).pattern(Some(pattern))
}

/// A number as it stands in a path, where a slash of its own is `~`.
fn in_path(pattern: &str) -> ObjectBuilder {
    text(pattern.replace('/', "~"))
}

fn bounded(longest: usize) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).max_length(Some(longest))
}

pub(crate) fn words<const N: usize>(words: [&'static str; N]) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words))
}

fn whole(least: i64, most: i64) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(least)).maximum(Some(most))
}

fn list(of: impl Into<ArrayItems>, least: usize, most: usize) -> ArrayBuilder {
    let least = Some(least).filter(|least| *least > 0);
    ArrayBuilder::new().items(of).min_items(least).max_items(Some(most))
}
