//! The Lambda function `list-batches`; see its library.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), edge::RuntimeError> {
    edge::run::<list_batches::Lambda>().await
}
