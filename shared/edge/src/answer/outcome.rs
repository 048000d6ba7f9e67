//! What came of one row of a call that is about many.

use store::Changed;

domain::words! {
    /// What came of one row.
    Outcome {
        /// It is so now.
        Changed = "changed",
        /// It was so already.
        Unchanged = "unchanged",
        /// It isn't: a rule refuses it.
        Refused = "refused",
    }
}

crate::contract::describe!(Outcome);

impl Outcome {
    /// Of a change that was made.
    pub fn of<T, E>(changed: &Changed<T, E>) -> Self {
        if changed.is_change() { Outcome::Changed } else { Outcome::Unchanged }
    }
}
