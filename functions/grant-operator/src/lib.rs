//! Who may do what (N5): the rights of a batch, and the administrators of the university. What is changed here holds
//! everywhere at once.

mod administrators;
mod copy;
mod operators;
mod sheet;
mod take_over;
mod unheld;

edge::function! {
    /// Rights in a batch, and administrators.
    Lambda: operators::list_operators, operators::grant_operator, operators::remove_operator,
        copy::copy_operators, take_over::take_over, sheet::grant_from_sheet, unheld::list_unheld,
        administrators::list_administrators,
        administrators::appoint_administrator, administrators::dismiss_administrator
}
