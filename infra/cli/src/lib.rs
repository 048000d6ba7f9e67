//! The command line of Lixiao, as a library so that tests can start what it starts.
#![allow(clippy::print_stdout, reason = "a command line answers on standard output")]

pub mod archive;
pub mod audit;
pub mod audit_command;
pub mod check;
pub mod demo;
mod dev;
pub mod local;
pub mod new_batch;
pub mod new_university;
pub mod notes;
pub mod person;
mod plain;
pub mod restore;
pub mod retain;
pub mod table;
pub mod verify;

use edge::{Function, Routes};
use utoipa::openapi::OpenApi;

/// Something of every function but the university's sign-in, which this machine has a page for.
macro_rules! of_every_function {
    ($what:ident) => {
        [
            status::Lambda::$what(),
            complete_step::Lambda::$what(),
            submit_form::Lambda::$what(),
            issue_letter::Lambda::$what(),
            print_slip::Lambda::$what(),
            verify_slip::Lambda::$what(),
            list_batches::Lambda::$what(),
            import_roster::Lambda::$what(),
            read_table::Lambda::$what(),
            grant_operator::Lambda::$what(),
            worklist::Lambda::$what(),
            progress::Lambda::$what(),
            sign_in::Sessions::$what(),
            web::Lambda::$what(),
        ]
    };
}

/// The routes of every function, merged.
pub fn routes() -> Routes {
    local_routes().merge(sign_in::University::routes())
}

/// The same without the university's sign-in.
pub(crate) fn local_routes() -> Routes {
    of_every_function!(routes).into_iter().fold(Routes::new(), Routes::merge)
}

/// The OpenAPI document of all of them: `docs/openapi.json`.
pub fn document() -> OpenApi {
    let documents = of_every_function!(document).into_iter();
    edge::openapi(documents.fold(sign_in::University::document(), OpenApi::merge_from))
}
