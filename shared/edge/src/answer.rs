//! Answers: the shapes of the contract, made from the domain's types and nothing else.

mod batch;
mod outcome;
mod party;
mod problem;
mod session;
mod staff;
mod status;

pub use batch::{BatchAnswer, BatchLine, BatchPart, BatchStep, ContactAnswer, OfficeAnswer};
pub use outcome::Outcome;
pub use party::{FormAnswer, LetterAnswer, LetterLine, ReceiptAnswer, WarningAnswer};
pub use problem::{FaultAnswer, ProblemBody, ProblemKind};
pub use session::SessionAnswer;
pub use staff::{EventAnswer, GrantAnswer, OperatorAnswer};
pub use status::{PartAnswer, PartyAnswer, RemovedAnswer, StatusAnswer, StepAnswer, StudentAnswer};
