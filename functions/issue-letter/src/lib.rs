//! Introduction letters (N20–N22) and other papers: issued from forms, registered, issued anew, their prints and receipts noted.

use edge::PaperName;

mod issue;
mod printed;
mod register;
mod reissue;

edge::query! {
    /// Of which paper.
    pub(crate) struct PaperQuery {
        /// A paper of the batch; the party introduction unless said, or else the first that it gives
        paper: Option<PaperName>,
    }
}

edge::function! {
    /// Letter issuance.
    Lambda: register::list_letters, issue::issue_letters, reissue::reissue_letter, printed::note_printed, register::note_receipt
}
