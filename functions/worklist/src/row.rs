//! A row of a worklist.

use domain::state::State;
use domain::student::Level;
use domain::verdict::Decision;
use edge::contract::{DecisionWord, LevelWord, StateOfStep};
use serde::Serialize;
use utoipa::ToSchema;

/// One student at one step.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WorklistRow {
    /// 学号.
    pub(crate) id: String,
    /// 姓名.
    pub(crate) name: String,
    /// 学院.
    pub(crate) college: String,
    /// `master` or `doctor`.
    #[schema(value_type = LevelWord)]
    pub(crate) level: Level,
    /// The step's state.
    #[schema(value_type = StateOfStep)]
    pub(crate) state: State,
    /// How many steps the student has left.
    pub(crate) remaining: usize,
    /// What the caller may do with the step now: `pass`, `tick`, `reject`, `waive`, `revoke`.
    #[schema(value_type = Vec<DecisionWord>)]
    pub(crate) may: Vec<Decision>,
    /// Why it stands turned down.
    pub(crate) reason: Option<String>,
    /// What is owed of a step that stands turned down, in fen.
    pub(crate) amount_due: Option<i64>,
}
