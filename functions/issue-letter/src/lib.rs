//! Introduction letters (N20–N22): issued from forms, registered, issued anew, their receipts noted.

mod issue;
mod register;
mod reissue;

edge::function! {
    /// Letter issuance.
    Lambda: register::list_letters, issue::issue_letters, reissue::reissue_letter, register::note_receipt
}
