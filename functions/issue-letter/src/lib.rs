//! Introduction letters (N20–N22) and other papers: issued from forms, registered, issued anew, their prints and receipts noted.

mod issue;
mod printed;
mod register;
mod reissue;

edge::function! {
    /// Letter issuance.
    Lambda: register::list_letters, issue::issue_letters, reissue::reissue_letter, printed::note_printed, register::note_receipt
}
