//! What is asked of a sheet.

use chrono::NaiveDate;
use domain::decide::form::FormList;
use domain::party::letter::{LetterFilter, LetterState};
use domain::state::State;
use edge::{DaysAhead, FactFilter, Missing, PaperName, Search, StepName};

edge::query! {
    /// Whose.
    pub(crate) struct ExportQuery {
        /// The students of this step; of `students.xlsx` without one, those who aren't finished
        step: Option<StepName>,
        /// Those whose step is `passed`, `waived`, `rejected`, `ready` or `blocked`
        state: Option<State>,
        /// One college only
        college: Option<Search>,
        /// Only students with these values of facts: `campus:lianhua,level:doctor`
        facts: Option<FactFilter>,
        /// The beginning or the end of a student number, or a part of a name
        q: Option<Search>,
        /// A paper of the batch, for letters; the party introduction unless said, or else the first that it gives
        paper: Option<PaperName>,
        /// Party forms that are `missing`, `to-check`, `ready`, `issued`, or `open`: handed in, and no letter yet
        form: Option<FormList>,
        /// Letters that are `issued`, `returned`, `expired` or `void`
        letter: Option<LetterState>,
        /// `missing`: letters issued or expired of which no receipt has come
        receipt: Option<Missing>,
        /// `missing`: letters issued of which nobody has said that the original is printed
        printed: Option<Missing>,
        /// Letters issued and expiring within so many days
        expires_within: Option<DaysAhead>,
        /// The day of `sign-ins.xlsx`, e.g. 2017-12-20; today unless said
        day: Option<NaiveDate>,
    }
}

impl ExportQuery {
    /// Which letters of a register.
    pub(crate) fn letters(&self) -> LetterFilter<'_> {
        LetterFilter {
            state: self.letter,
            without_receipt: self.receipt.is_some(),
            not_printed: self.printed.is_some(),
            expires_within: self.expires_within.map(|DaysAhead(days)| days),
            college: self.college.as_deref(),
            text: self.q.as_deref(),
        }
    }
}
