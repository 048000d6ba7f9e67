//! The Lambda function `grant-operator`; see its library.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), edge::RuntimeError> {
    edge::run::<grant_operator::Lambda>().await
}
