//! HTTP around the rules: who asks (identity), from where (network), when (window), what the
//! answer looks like. Functions bring routes; [`serve`] puts them behind the same front door,
//! whether the Lambda runtime or `lixiao local` carries the requests.

pub mod answer;
mod app;
mod background;
mod batches;
mod body;
mod budget;
mod clock;
pub mod contract;
mod document;
mod front;
#[doc(hidden)]
pub mod function;
mod guard;
mod identity;
mod lambda;
mod names;
pub mod path;
mod problem;
mod proxy;
pub mod query;
mod salt;
#[cfg(feature = "tables")]
pub mod table;
pub mod token;
mod words;

pub use answer::ProblemBody;
pub use app::{App, Routes, StartError};
pub use background::BackgroundTasks;
pub use batches::{Batches, load_batches, load_university};
pub use body::{JsonBody, MOST_TABLE_BYTES, content_type, read_bytes};
pub use budget::{Budget, CALLS_PER_MINUTE};
pub use clock::Clock;
pub use document::openapi;
pub use front::{SourceIp, serve};
pub use function::Function;
pub use guard::{Arriving, Changing, OnCampus, OwnOrReading, Reading, SignedIn};
pub use identity::{cookie, ended_cookie, local_path, session_cookie, session_of};
pub use lambda::{Caller, RuntimeError, run, run_scheduled, run_signing, run_without_table};
pub use names::PathParams;
pub use problem::{BodyFault, Problem, Unit, numbers, people, read, readable};
pub use proxy::{Proxy, ProxyConfigError};
pub use query::value::{
    Cursor, DaysAhead, EntryVersion, FactFilter, Flag, Limit, Missing, PaperName, PaperQuery, RowNumber,
    Search, StepName,
};
pub use query::{NoQuery, Query, Required};
pub use salt::salt;
pub use words::{SpokenPage, Voice, language, only_spoken, tag};
