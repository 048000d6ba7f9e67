//! Introduction letters (N20–N22): issued from forms, registered, issued anew, their receipts noted.

mod issue;
mod register;
mod reissue;

use edge::Routes;
use utoipa_axum::routes;

/// The routes of this function.
pub fn routes() -> Routes {
    Routes::default()
        .routes(routes!(register::list_letters, issue::issue_letters))
        .routes(routes!(reissue::reissue_letter))
        .routes(routes!(register::note_receipt))
}
