//! What is asked of a sheet.

use domain::state::State;
use edge::{FactFilter, PaperName, Search, StepName};

edge::query! {
    /// Whose.
    pub(crate) struct ExportQuery {
        /// The students of this step; of `students.xlsx` without one, those who aren't finished
        step: Option<StepName>,
        /// Those whose step is `passed`, `waived`, `rejected`, `ready` or `blocked`
        state: Option<State>,
        /// One college only; for students and party forms
        college: Option<Search>,
        /// Only students with these values of facts: `campus:lianhua,level:doctor`
        facts: Option<FactFilter>,
        /// The beginning or the end of a student number, or a part of a name
        q: Option<Search>,
        /// A paper of the batch, for letters; the party introduction unless said, or else the first that it gives
        paper: Option<PaperName>,
    }
}
