//! The Lambda function `issue-letter`; see its library.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), edge::RuntimeError> {
    edge::run::<issue_letter::Lambda>().await
}
