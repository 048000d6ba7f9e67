//! A row of a worklist.

use domain::facts::Facts;
use domain::state::State;
use domain::verdict::Decision;
use edge::contract::{DecisionWord, StateOfStep};
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
    /// What else is known of them, of those facts that lists show: the values' ids.
    #[schema(value_type = BTreeMap<String, String>)]
    pub(crate) facts: Facts,
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
    /// What is owed of a step that stands turned down, in the smallest unit of the currency.
    pub(crate) amount_due: Option<i64>,
}
