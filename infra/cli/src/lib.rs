//! The command line of Lixiao, as a library so that tests can start what it starts.
#![allow(clippy::print_stdout, reason = "a command line answers on standard output")]

pub mod archive;
pub mod audit;
pub mod check;
mod demo;
mod dev;
pub mod local;
pub mod table;

use edge::Routes;

/// The routes of every function, merged: what `lixiao local` serves and `docs/openapi.json` says.
pub fn routes() -> Routes {
    local_routes().merge(sign_in::university())
}

/// The routes of every function but the university's sign-in, which this machine has a page for.
pub(crate) fn local_routes() -> Routes {
    [
        status::routes(),
        complete_step::routes(),
        submit_form::routes(),
        issue_letter::routes(),
        print_slip::routes(),
        verify_slip::routes(),
        list_batches::routes(),
        import_roster::routes(),
        grant_operator::routes(),
        worklist::routes(),
        progress::routes(),
        sign_in::sessions(),
        web::routes(),
    ]
    .into_iter()
    .fold(Routes::default(), Routes::merge)
}
