//! The Lambda function `sign-in`; see its library.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), edge::RuntimeError> {
    edge::run_signing::<sign_in::Lambda>(secrets::session_key(), edge::App::signing_sessions).await
}
