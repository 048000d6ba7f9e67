//! The Lambda function `verify-slip`; see its library.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), edge::RuntimeError> {
    edge::run::<verify_slip::Lambda>().await
}
