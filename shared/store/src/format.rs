//! Formats: every item says in `v` in which one it was written. This program reads formats up to its own. A newer
//! or a broken item is that item's trouble alone, and is never written over.

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{StoreError, UnreadableError, Why};
use crate::keys::{self, Item};

/// The attribute of the format's number.
pub(crate) const V: &str = "v";

/// A kind of item, with the newest format of it that this program writes and reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) format: u32,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $format:literal;)+) => {$(
        $(#[$doc])*
        pub(crate) const $name: Kind = Kind { name: $text, format: $format };
    )+};
}

kinds! {
    /// Since 2 a student has `facts` in the place of six keys; since 3 one may have been taken out.
    CLEARANCE = "a clearance", 3;
    /// What the index projects of a clearance; its number stands inside, since the index has no other attribute.
    OUTLINE = "an outline", 2;
    /// Since 3 there are events that take somebody out and put them back, and a roster's may have a reason.
    EVENT = "an event", 3;
    OPERATOR = "an operator", 1;
    LETTER = "a letter", 1;
    COUNTER = "the counter of letters", 1;
    LINK = "a link to a student", 1;
    IMPORT = "an import", 1;
    COLLEGES = "the colleges", 1;
    SLIP = "a slip", 1;
    SIGN_OUT = "a sign-out", 1;
    PROVIDER_SESSION = "a session of the university's", 1;
    LOGIN_STATE = "a login state", 1;
    SIGN_INS = "a record of sign-ins", 1;
    BUDGET = "a count of calls", 1;
    REMINDER = "a reminder", 1;
}

impl Kind {
    /// The number to write.
    pub(crate) fn number(self) -> AttributeValue {
        keys::number(self.format)
    }

    /// An item in this kind's format.
    pub(crate) fn written(self, mut item: Item) -> Item {
        item.insert(V.to_owned(), self.number());
        item
    }

    /// An item made of a value.
    pub(crate) fn item(self, value: &impl Serialize) -> Result<Item, StoreError> {
        let item = serde_dynamo::to_item(value).map_err(|_| self.broken())?;
        Ok(self.written(item))
    }

    /// The value of an item, if this program can read it.
    pub(crate) fn read<T: DeserializeOwned>(self, item: Item) -> Result<T, UnreadableError> {
        self.check(item.get(V))?;
        serde_dynamo::from_item(item).map_err(|_| self.broken())
    }

    /// Whether this program reads a format.
    pub(crate) fn check(self, v: Option<&AttributeValue>) -> Result<(), UnreadableError> {
        let found: Option<u32> = v.and_then(|v| v.as_n().ok()).and_then(|n| n.parse().ok());
        match found {
            Some(found) if (1..=self.format).contains(&found) => Ok(()),
            Some(found) if found > self.format => Err(self.unreadable(Why::Newer { found })),
            _ => Err(self.broken()),
        }
    }

    /// It isn't what its format says.
    pub(crate) fn broken(self) -> UnreadableError {
        self.unreadable(Why::Broken)
    }

    /// Its personal data isn't what its events commit to.
    pub(crate) fn other_data(self) -> UnreadableError {
        self.unreadable(Why::OtherData)
    }

    /// It stands after the last event that its document knows.
    pub(crate) fn orphan(self) -> UnreadableError {
        self.unreadable(Why::Orphan)
    }

    fn unreadable(self, why: Why) -> UnreadableError {
        UnreadableError { kind: self.name, reads: self.format, why }
    }
}
