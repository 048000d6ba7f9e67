//! What can go wrong at the table, as far as a caller needs to know.

use std::error::Error;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use domain::refusal::Refusal;

/// The table can't be used right now, or holds what it shouldn't.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Throttled, unreachable, too slow: try again.
    #[error("could not {doing}: {code}")]
    Unavailable {
        /// What was tried.
        doing: &'static str,
        /// DynamoDB's or the SDK's own word for it, without any data.
        code: String,
    },
    /// An item can't be read: waiting doesn't help.
    #[error(transparent)]
    Unreadable(#[from] UnreadableError),
}

/// An item that this program can't read. Says which kind, and nothing that stands in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{kind} can't be read: {why} (this program reads formats up to {reads})")]
pub struct UnreadableError {
    /// What it should have been.
    pub kind: &'static str,
    /// The newest format of it that this program reads.
    pub reads: u32,
    /// Why.
    pub why: Why,
}

/// Why an item can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// A newer program wrote it.
    #[error("it has format {found}")]
    Newer {
        /// Its format.
        found: u32,
    },
    /// It isn't what its format says.
    #[error("it is broken")]
    Broken,
    /// Its personal data isn't what its events commit to.
    #[error("its personal data is not what its digest says")]
    OtherData,
    /// An event that its document doesn't know: nothing can be written in its place.
    #[error("it stands after the last that its document knows")]
    Orphan,
}

/// An item of a list that can't be read, by its place in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable<N> {
    /// Where it stands: a student's number, a letter's.
    pub place: N,
    /// Why it can't be read.
    pub error: UnreadableError,
}

/// An item of a list: one that can't be read stops none of the others.
pub type Listed<T, N> = Result<T, Unreadable<N>>;

/// Where an item of a list stands, whether it can be read or not.
pub fn place_of<T, N: Clone>(listed: &Listed<T, N>, place: impl Fn(&T) -> N) -> N {
    match listed {
        Ok(item) => place(item),
        Err(unreadable) => unreadable.place.clone(),
    }
}

impl<N> From<Unreadable<N>> for StoreError {
    fn from(unreadable: Unreadable<N>) -> Self {
        StoreError::Unreadable(unreadable.error)
    }
}

impl StoreError {
    pub(crate) fn unavailable(doing: &'static str, code: impl Into<String>) -> Self {
        StoreError::Unavailable { doing, code: code.into() }
    }
}

/// Why a change wasn't made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// A rule refuses it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The table does.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Says what was being done when an SDK call failed.
pub(crate) trait Context<T> {
    fn during(self, doing: &'static str) -> Result<T, StoreError>;
}

impl<T, E, R> Context<T> for Result<T, SdkError<E, R>>
where
    E: ProvideErrorMetadata + Error + 'static,
    R: std::fmt::Debug,
{
    fn during(self, doing: &'static str) -> Result<T, StoreError> {
        self.map_err(|error| StoreError::unavailable(doing, code_of(&error)))
    }
}

impl<T> Context<T> for Result<T, aws_sdk_dynamodb::error::BuildError> {
    fn during(self, doing: &'static str) -> Result<T, StoreError> {
        self.map_err(|_| StoreError::unavailable(doing, "BuildError"))
    }
}

/// The error's stable word; its message may quote an item and goes nowhere.
pub(crate) fn code_of<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> String {
    let code = match error {
        SdkError::ServiceError(service) => service.err().code().unwrap_or("ServiceError"),
        SdkError::TimeoutError(_) => "Timeout",
        SdkError::DispatchFailure(_) => "Unreachable",
        SdkError::ResponseError(_) => "ResponseError",
        _ => "RequestNotBuilt",
    };
    code.to_owned()
}
