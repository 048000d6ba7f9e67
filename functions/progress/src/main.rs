//! The Lambda function `progress`; see its library.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), edge::RuntimeError> {
    edge::run::<progress::Lambda>().await
}
