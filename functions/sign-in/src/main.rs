//! The Lambda function `sign-in`; see its library.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), edge::RuntimeError> {
    edge::run(sign_in::routes()).await
}
