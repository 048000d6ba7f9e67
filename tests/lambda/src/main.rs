//! The function `faulty`: it panics, or never answers, in the runtime that every function has.
#![allow(clippy::panic, reason = "it is there to panic")]

edge::function! {
    /// What goes wrong.
    Lambda: lose_head, fall_asleep
}

/// A fault in a handler.
#[utoipa::path(get, path = "/panic", responses((status = 200, description = "Never")))]
async fn lose_head() -> &'static str {
    panic!("a fault in a handler")
}

/// A handler that waits for what never comes.
#[utoipa::path(get, path = "/hang", responses((status = 200, description = "Never")))]
async fn fall_asleep() -> &'static str {
    std::future::pending().await
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), edge::RuntimeError> {
    edge::run::<Lambda>().await
}
